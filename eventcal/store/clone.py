"""All rows of a store, once more in memory: what is tried on the copy leaves the store as it was."""

from __future__ import annotations

from sqlalchemy import insert, select

from .database import Store, open_store
from .tables import metadata

ROWS_PER_INSERT = 5_000  # rows in one statement


def clone_to_memory(store: Store) -> Store:
    """A store in memory that holds what *store* holds at one moment; the caller closes it."""
    copy = open_store("sqlite://")
    with store.read() as source, copy.write() as target:
        for table in metadata.sorted_tables:
            for rows in source.execute(select(table)).mappings().partitions(ROWS_PER_INSERT):
                target.execute(insert(table), [dict(row) for row in rows])
    return copy
