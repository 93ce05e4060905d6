"""Keeps circuit breakers of destinations and pauses of channels, and queues dead letters again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from ...ledger_rows import CircuitBreaker
from ...states import DeliveryKind, DeliveryState, Reason
from .. import json_rows
from ..database import dialect_of, instant, ms
from ..json_rows import packed
from ..tables import IS_DEAD, channel_pause, circuit_breaker, delivery, upsert

ALL_CHANNELS = ""


def list_breakers(conn: Connection) -> dict[str, CircuitBreaker]:
    """Returns the breakers that ever counted a failure and the paused channels, by name; "" stands for all channels."""
    paused = {
        row.channel: CircuitBreaker(row.channel, is_paused=True, pause_detail=row.detail)
        for row in conn.execute(select(channel_pause))
    }
    for row in conn.execute(select(circuit_breaker)):
        open_until = None if row.open_until is None else instant(row.open_until)
        pause_detail = paused[row.destination].pause_detail if row.destination in paused else ""
        paused[row.destination] = CircuitBreaker(
            row.destination, row.destination in paused, row.failures, open_until, row.detail, pause_detail
        )
    return paused


def lock_breakers(conn: Connection) -> None:
    """Lets transactions that count failures pass one after the other."""
    dialect_of(conn).lock_breakers(conn)


def save_breaker(conn: Connection, breaker: CircuitBreaker) -> None:
    """Writes the failures of *breaker*, and until when it is open; its pause is another row."""
    values = {
        "destination": breaker.name,
        "failures": breaker.failures,
        "open_until": None if breaker.open_until is None else ms(breaker.open_until),
        "detail": breaker.detail,
    }
    conn.execute(_SAVE, values)


_SAVE = upsert(circuit_breaker, "failures", "open_until", "detail")


def allow_probe(conn: Connection, name: str, until: datetime) -> None:
    """Lets one message through to a destination whose breaker is open; the next one after *until*."""
    is_open = (circuit_breaker.c.destination == name) & circuit_breaker.c.open_until.is_not(None)
    conn.execute(update(circuit_breaker).where(is_open).values(open_until=ms(until)))


def pause(conn: Connection, name: str = ALL_CHANNELS, detail: str = "") -> None:
    """Pauses channel *name*, or all: what falls due waits as long as it is of use. *detail* says why the endpoint ended."""
    conn.execute(upsert(channel_pause, "detail"), {"channel": name, "detail": detail})


def resume(conn: Connection, name: str = ALL_CHANNELS) -> bool:
    """Undoes `pause`; returns False if the channel was not paused."""
    return bool(conn.execute(delete(channel_pause).where(channel_pause.c.channel == name)).rowcount)


def requeue_dead(conn: Connection, ids: Collection[int], now: datetime) -> int:
    """Queues dead deliveries again, under the same key and a new resend_count; returns how many of *ids* were dead."""
    dead = update(delivery).where(delivery.c.id.in_(json_rows.ids()), IS_DEAD, delivery.c.kind != DeliveryKind.TEST)
    values = {
        "state": DeliveryState.QUEUED,
        "reason": Reason.NONE,
        "detail": "",
        "ambiguous_sent_at": None,
        "resend_count": delivery.c.resend_count + 1,
        "attempts": 0,
        "not_before": ms(now),
        "settled_at": None,
    }
    return conn.execute(dead.values(values), {"ids": packed(ids)}).rowcount
