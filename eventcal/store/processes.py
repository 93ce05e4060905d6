"""The processes that share a store, as rows: who is there, since when, of which version, and how wrong its clock is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, text

from .database import instant, ms
from .tables import node

HEARTBEAT_INTERVAL = timedelta(seconds=10)
"""How often a process says that it is there."""

DEAD_AFTER = timedelta(seconds=30)
"""Whoever said nothing for so long is not counted on."""

PROCESS_RETENTION = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Process:
    """A process. *role* web | scheduler | worker | serve; *ahead*: its clock minus the database's."""

    name: str
    role: str
    version: str
    started_at: datetime
    heartbeat_at: datetime
    clock_offset: timedelta

    def is_alive(self, now: datetime) -> bool:
        return now - self.heartbeat_at <= DEAD_AFTER


def heartbeat(conn: Connection, name: str, role: str, version: str, now: datetime, clock_offset: timedelta) -> None:
    """*name* is there at *now*."""
    conn.execute(
        text(
            "INSERT INTO node (name, role, version, started_at, beat_at, ahead_ms) "
            "VALUES (:name, :role, :version, :now, :now, :ahead) ON CONFLICT (name) DO UPDATE "
            "SET beat_at = excluded.beat_at, ahead_ms = excluded.ahead_ms"
        ),
        {
            "name": name,
            "role": role,
            "version": version,
            "now": ms(now),
            "ahead": round(clock_offset / timedelta(milliseconds=1)),
        },
    )


def deregister(conn: Connection, name: str) -> None:
    """*name* ended as it should."""
    conn.execute(delete(node).where(node.c.name == name))


def list_processes(conn: Connection) -> list[Process]:
    """Every process that was there within a day, also those that are gone."""
    return [
        Process(
            row.name,
            row.role,
            row.version,
            instant(row.started_at),
            instant(row.beat_at),
            timedelta(milliseconds=row.ahead_ms),
        )
        for row in conn.execute(select(node).order_by(node.c.role, node.c.name))
    ]


def count_senders(conn: Connection, now: datetime) -> int:
    """How many processes are there that send."""
    wanted = select(func.count()).where(node.c.role.in_(("worker", "serve")), node.c.beat_at > ms(now - DEAD_AFTER))
    return conn.execute(wanted).scalar_one()


def purge_dead(conn: Connection, now: datetime) -> int:
    """Drop those that were not there for a day."""
    return conn.execute(delete(node).where(node.c.beat_at < ms(now - PROCESS_RETENTION))).rowcount
