"""Names what differs between SQLite and PostgreSQL; `sqlite` and `postgresql` say how.

JSON parameters differ as well, see `json_rows`. Everything else is one statement in SQLAlchemy Core for both.
"""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from .postgresql import PostgreSQL
from .sqlite import SQLite


class Dialect(Protocol):
    """One kind of database."""

    is_clustered: bool
    """Several machines may share it: claims have leases, and its clock is everybody's."""

    reuses_ids: bool
    """A deleted row's number is given to the next row."""

    def begin(self, conn: Connection, *, writes: bool, alone: bool) -> None:
        """Begins a transaction; *alone*: as the only writer, however many machines there are."""

    def lock_editions(self, conn: Connection) -> None:
        """Keeps other processes from recording an edition until the transaction ends."""

    def lock_breakers(self, conn: Connection) -> None:
        """Lets transactions that count failures pass one after the other."""

    def allow_loss(self, conn: Connection) -> None:
        """Commits without waiting for the disk: a power cut may take the transaction back."""

    def translate_error(self, error: DBAPIError, name: str) -> Exception:
        """Returns StoreBusy or StoreError for what the person who runs eventcal can do about, else *error* itself."""


DIALECTS: dict[str, Dialect] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}


def dialect_of(conn: Connection) -> Dialect:
    """Returns the dialect of the database of *conn*."""
    return DIALECTS[conn.dialect.name]
