"""The processes that share a store, as rows: who is there, since when, of which version, and how wrong its clock is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, text

from .database import instant, ms
from .tables import node

BEATS = timedelta(seconds=10)
"""How often a process says that it is there."""

GONE = timedelta(seconds=30)
"""Whoever said nothing for so long is not counted on."""

FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Node:
    """A process. *role* web | scheduler | worker | serve; *ahead*: its clock minus the database's."""

    name: str
    role: str
    version: str
    started: datetime
    beat: datetime
    ahead: timedelta

    def lives(self, now: datetime) -> bool:
        return now - self.beat <= GONE


def beat(conn: Connection, name: str, role: str, version: str, now: datetime, ahead: timedelta) -> None:
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
            "ahead": round(ahead / timedelta(milliseconds=1)),
        },
    )


def leave(conn: Connection, name: str) -> None:
    """*name* ended as it should."""
    conn.execute(delete(node).where(node.c.name == name))


def nodes(conn: Connection) -> list[Node]:
    """Every process that was there within a day, also those that are gone."""
    return [
        Node(
            row.name,
            row.role,
            row.version,
            instant(row.started_at),
            instant(row.beat_at),
            timedelta(milliseconds=row.ahead_ms),
        )
        for row in conn.execute(select(node).order_by(node.c.role, node.c.name))
    ]


def senders(conn: Connection, now: datetime) -> int:
    """How many processes are there that send."""
    wanted = select(func.count()).where(node.c.role.in_(("worker", "serve")), node.c.beat_at > ms(now - GONE))
    return conn.execute(wanted).scalar_one()


def forget(conn: Connection, now: datetime) -> int:
    """Drop those that were not there for a day."""
    return conn.execute(delete(node).where(node.c.beat_at < ms(now - FORGOTTEN))).rowcount
