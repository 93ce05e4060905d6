"""Keeps the processes that share a store: since when, of which version, how wrong their clocks are, and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from .database import dialect_of
from .edition_store import read_meta_instant, write_meta_instant
from .tables import MetaKey, process, upsert

HEARTBEAT_INTERVAL = timedelta(seconds=10)
"""How often a process writes a heartbeat."""

DEAD_AFTER = timedelta(seconds=30)
"""A process whose last heartbeat is older than this is not counted on."""

PROCESS_RETENTION = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Process:
    """A process. *role* web | scheduler | worker | serve; *clock_offset* is its clock minus the database's."""

    name: str
    role: str
    version: str
    heartbeat_at: datetime
    clock_offset: timedelta

    def is_alive(self, now: datetime) -> bool:
        """Tells whether it sent a heartbeat in the last `DEAD_AFTER` before *now*."""
        return now - self.heartbeat_at <= DEAD_AFTER


def heartbeat(conn: Connection, name: str, role: str, version: str, now: datetime, clock_offset: timedelta) -> None:
    """Records that *name* is there at *now*."""
    values = {
        "name": name,
        "role": role,
        "version": version,
        "started_at": now,
        "heartbeat_at": now,
        "clock_offset_ms": round(clock_offset / timedelta(milliseconds=1)),
    }
    conn.execute(upsert(process, "heartbeat_at", "clock_offset_ms"), values)


def deregister(conn: Connection, name: str) -> None:
    """Records that *name* ended as it should."""
    conn.execute(delete(process).where(process.c.name == name))


def list_processes(conn: Connection) -> list[Process]:
    """Returns every process that was there within a day, also those that are gone."""
    return [
        Process(row.name, row.role, row.version, row.heartbeat_at, timedelta(milliseconds=row.clock_offset_ms))
        for row in conn.execute(select(process).order_by(process.c.role, process.c.name))
    ]


def count_senders(conn: Connection, now: datetime) -> int:
    """Counts the live processes that send."""
    query = select(func.count()).where(
        process.c.role.in_(("worker", "serve")), process.c.heartbeat_at > now - DEAD_AFTER
    )
    return conn.execute(query).scalar_one()


def has_no_sender(conn: Connection, now: datetime) -> bool:
    """Tells whether machines share the work and none of them sends."""
    return dialect_of(conn).is_clustered and not count_senders(conn, now)


def purge_dead(conn: Connection, now: datetime) -> int:
    """Drops those that were not there for a day."""
    return conn.execute(delete(process).where(process.c.heartbeat_at < now - PROCESS_RETENTION)).rowcount


def claim_mailbox_turn(conn: Connection, interval: timedelta, now: datetime) -> bool:
    """Tells whether the mailbox was not read for *interval*; the turn is then the caller's."""
    read_at = read_meta_instant(conn, MetaKey.MAILBOX_READ_AT)
    if read_at is not None and abs(now - read_at) < interval:
        return False
    extend_mailbox_turn(conn, now)
    return True


def extend_mailbox_turn(conn: Connection, now: datetime) -> None:
    """Notes that it is still being read at *now*."""
    write_meta_instant(conn, MetaKey.MAILBOX_READ_AT, now)
