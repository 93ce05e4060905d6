"""The store of one machine becomes one that many share: every row goes over, and the file says where it went.

Whoever calls holds the file's lock, so that nobody else writes. The file is marked and the copy committed together, as
near as two databases can: when the power goes between the two, the same move again finds its own copy and marks the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnClause, Connection, Table, delete, func, literal_column, select

from ..errors import StoreError
from .database import Store
from .edition_store import read_meta, write_meta
from .ledger import delivery_queue
from .tables import MetaKey, edition, meta, metadata, process, rate_limit_window, subscription

ROWS_PER_COPY = 10_000


def copy_store(old: Store, new: Store, report: Callable[[str], object] = lambda line: None) -> dict[str, int]:
    """Copies all of *old*, a file that nobody else writes to, into *new*, an empty PostgreSQL; marks *old* as moved.

    Returns the number of rows that were copied, by table; none if the copy was there already. What was being sent when its
    process ended is put back first, as at a start. Raises StoreError when *new* holds anything else, or *old* has moved
    elsewhere; nothing is changed then.
    """
    if old.is_clustered or not new.is_clustered:
        raise StoreError("a store moves from SQLite to PostgreSQL: db move sqlite:///FILE postgresql://HOST/NAME")
    if not old.exists():
        raise StoreError(f"there is no store at {old.name}")
    old.upgrade()
    new.upgrade()
    with old.write() as source:
        transfer_id = read_meta(source, MetaKey.MOVING) or uuid4().hex
        write_meta(source, MetaKey.MOVING, transfer_id)
        delivery_queue.recover(source, old.now())
    # held until the file says that it moved: nobody reads a state that the copy has not
    with old.write() as source:
        with new.write() as target:
            if read_meta(target, MetaKey.MOVED_FROM) == transfer_id:
                rows = {}
            else:
                _require_empty(target, new)
                rows = {table.name: _copy_table(table, source, target, report) for table in _tables()}
                for table in _tables():
                    _reset_sequences(table, target)
                target.execute(delete(meta).where(meta.c.key == MetaKey.MOVING))
                write_meta(target, MetaKey.MOVED_FROM, transfer_id)
        write_meta(source, MetaKey.MOVED, new.name)
    return rows


def _tables() -> list[Table]:
    """Returns the tables in an order in which what is referred to comes first. Who is there, and who asked lately, is not carried."""
    return [table for table in metadata.sorted_tables if table not in (process, rate_limit_window)]


def _require_empty(target: Connection, new: Store) -> None:
    for table in (edition, subscription):
        if target.execute(select(func.count()).select_from(table)).scalar_one():
            raise StoreError(f"{new.name} holds a calendar already; give this one a database of its own")
    # facts that an empty store was given when it was made, such as its own secret: those that come stand in their place
    for table in reversed(_tables()):
        target.execute(table.delete())


def _copy_table(table: Table, source: Connection, target: Connection, report: Callable[[str], object]) -> int:
    """Copies every row as it is, ids included, and returns their number."""
    names = [column.name for column in table.columns]
    columns = ", ".join(f'"{name}"' for name in names)
    count = 0
    connection = target.connection.driver_connection
    assert connection is not None
    with connection.cursor().copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in _read_rows(table, source):
            copy.write_row(row)
            count += 1
            if count % (10 * ROWS_PER_COPY) == 0:
                report(f"  {table.name}: {count} rows")
    return count


def _read_rows(table: Table, source: Connection) -> Iterator[tuple[object, ...]]:
    # without their types: as they are stored
    columns: list[ColumnClause[Any]] = [literal_column(f'"{column.name}"') for column in table.columns]
    query = select(*columns).select_from(table).order_by(*table.primary_key.columns)
    rows = source.execution_options(yield_per=ROWS_PER_COPY).execute(query)
    for row in rows:
        yield tuple(value.replace("\0", "\ufffd") if isinstance(value, str) else value for value in row)


def _reset_sequences(table: Table, target: Connection) -> None:
    """Has new rows numbered on from those that came."""
    for column in table.primary_key.columns:
        sequence = target.execute(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name))).scalar()
        if sequence:
            following = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            target.execute(select(func.setval(sequence, following, False)))
