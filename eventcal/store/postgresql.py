"""Drives PostgreSQL: many machines, which take turns to write.

What reads sees one moment (REPEATABLE READ), what writes takes its turn by an advisory lock, so that many machines are
one writer as well; only what is right beside others says so. Its clock is everybody's.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Text, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, DisconnectionError

from ..errors import StoreBusy, StoreError

# How many threads may have a transaction open at once, in one process: those that send, and some that pass by.
CONNECTIONS = 24
POOL_SIZE = 5
"""Of these, so many stay open where each is a process of PostgreSQL's; the others are closed when they come back."""
IDLE_SECONDS = 5.0
"""A connection that nobody used for so long is asked whether it is still there."""
# A node that freezes with a transaction open would keep the others waiting for ever.
_SESSION_OPTIONS = {"lock_timeout": "20s", "idle_in_transaction_session_timeout": "60s", "timezone": "UTC"}
# No proxy keeps a dead connection looking alive for hours.
_SOCKET_OPTIONS = {
    "connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000
}  # fmt: skip
# numbers of our advisory locks: whose turn it is to write, and to count failures
_WRITER_LOCK_ID, _BREAKER_LOCK_ID = 0x65766361, 1701208428
# deadlock, serialization, lock or session timed out; no room, no more connections; stopping, starting
_TRANSIENT_SQLSTATES = ("08", "40", "53", "55P03", "57P", "25P03", "25006")


class PostgreSQL:
    """Implements `Dialect`."""

    is_clustered = True
    reuses_ids = False

    def begin(self, conn: Connection, *, writes: bool, alone: bool) -> None:
        if writes and alone:
            _advisory_lock(conn, _WRITER_LOCK_ID)

    def lock_editions(self, conn: Connection) -> None:
        conn.exec_driver_sql("LOCK TABLE edition IN EXCLUSIVE MODE")

    def lock_breakers(self, conn: Connection) -> None:
        """Takes an advisory lock: what was counted before is read and added to, however many machines report."""
        _advisory_lock(conn, _BREAKER_LOCK_ID)

    def allow_loss(self, conn: Connection) -> None:
        conn.exec_driver_sql("SET LOCAL synchronous_commit = off")

    def json_table(self, parameter: str, columns: Sequence[ColumnElement[Any]]) -> str:
        items = ", ".join(
            f"(value ->> {n}){'' if isinstance(column.type, Text) else '::bigint'} AS {column.name}"
            for n, column in enumerate(columns)
        )
        # OFFSET 0: taken apart once, and not again for every row that they are joined to
        return f"(SELECT {items} FROM json_array_elements(CAST({parameter} AS json)) OFFSET 0)"

    def json_values(self, parameter: str, value: ColumnElement[Any]) -> str:
        item = "value #>> '{}'" if isinstance(value.type, Text) else "(value #>> '{}')::bigint"
        return f"(SELECT {item} AS value FROM json_array_elements(CAST({parameter} AS json)))"

    def translate_error(self, error: DBAPIError, name: str) -> Exception:
        state = getattr(error.orig, "sqlstate", None) or ""
        is_lost = error.connection_invalidated or not error.statement or state.startswith(_TRANSIENT_SQLSTATES)
        return StoreBusy(f"{name} does not answer: {str(error.orig).strip()}") if is_lost else error


def _advisory_lock(conn: Connection, number: int) -> None:
    """Waits for a lock that ends with the transaction."""
    conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({number})")


def create_engine_of(url: URL) -> Engine:
    """Creates an engine for *url*. Raises StoreError where the driver is not installed."""
    socket_options = {name: value for name, value in _SOCKET_OPTIONS.items() if name not in url.query}
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=socket_options,
            pool_size=POOL_SIZE,
            max_overflow=CONNECTIONS - POOL_SIZE,
            pool_timeout=10,
        )
    except ModuleNotFoundError:
        raise StoreError("PostgreSQL needs its driver: pip install 'eventcal[postgres]'") from None

    @event.listens_for(engine, "connect")
    def set_session_options(connection: Any, record: object) -> None:
        # not as options at the start of the connection, which pgbouncer refuses
        connection.execute("; ".join(f"SET {name} = '{value}'" for name, value in _SESSION_OPTIONS.items()))
        connection.commit()

    @event.listens_for(engine, "checkin")
    def record_checkin(connection: Any, record: Any) -> None:
        record.info["left"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping_if_idle(connection: Any, record: Any, proxy: object) -> None:
        # not each time, as pool_pre_ping does: a question more for every transaction
        if time.monotonic() - record.info.get("left", math.inf) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # and the pool makes another

    return engine
