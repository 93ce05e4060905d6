"""What is closed, and what a person opens again: breakers of destinations, pauses of channels, dead letters."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, text

from ..database import instant, ms
from ..json_rows import ids_of, packed
from ..tables import channel_pause, circuit_breaker

FAILURES_TO_OPEN = 5
"""So many failures in a row, of the kind that would meet anybody, and a destination is left alone."""

PROBE_INTERVAL = timedelta(minutes=1)
"""How often one message is tried where everything failed."""

ALL_CHANNELS = ""


@dataclass(frozen=True, slots=True)
class CircuitBreaker:
    """What is known of a destination, or of a channel by its name: *open_until*, no message but a probe."""

    name: str
    is_paused: bool = False
    failures: int = 0
    open_until: datetime | None = None
    detail: str = ""
    pause_detail: str = ""

    @property
    def is_open(self) -> bool:
        return self.open_until is not None


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


@dataclass(frozen=True, slots=True)
class BreakerReport:
    """What a batch said of one destination: failures since the last success, in it or before (*fresh*: there was one)."""

    name: str
    had_success: bool
    failures: int
    detail: str = ""
    wait: timedelta = timedelta()


def record_results(conn: Connection, reports: Iterable[BreakerReport], now: datetime) -> None:
    """Count failures in a row, close what has too many or asks for a pause, open what answers again."""
    if conn.dialect.name == "postgresql":
        # what was counted before is read and added to: one at a time, however many machines heard something
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(1701208428)")
    breakers = list_breakers(conn)
    for report in reports:
        previous = breakers.get(report.name, CircuitBreaker(report.name))
        failures = report.failures + (0 if report.had_success else previous.failures)
        should_open = failures >= FAILURES_TO_OPEN or report.wait > timedelta()
        open_until = now + max(PROBE_INTERVAL, report.wait) if should_open and report.failures else None
        if (failures, open_until) == (previous.failures, previous.open_until):
            continue
        conn.execute(
            text(
                "INSERT INTO circuit_breaker (destination, failures, open_until, detail) "
                "VALUES (:name, :failures, :until, :detail) ON CONFLICT (destination) DO UPDATE "
                "SET failures = excluded.failures, open_until = excluded.open_until, detail = excluded.detail"
            ),
            {
                "name": report.name,
                "failures": failures,
                "until": None if open_until is None else ms(open_until),
                "detail": report.detail,
            },
        )


def allow_probe(conn: Connection, name: str, now: datetime) -> None:
    """One message is about to be tried at a closed destination: the next one a minute later."""
    conn.execute(
        text("UPDATE circuit_breaker SET open_until = :until WHERE destination = :name AND open_until IS NOT NULL"),
        {"name": name, "until": ms(now + PROBE_INTERVAL)},
    )


def pause(conn: Connection, name: str = ALL_CHANNELS, detail: str = "") -> None:
    """Pauses channel *name*, or all: what falls due waits as long as it is of use. *detail* says why the endpoint ended."""
    conn.execute(
        text(
            "INSERT INTO channel_pause (channel, detail) VALUES (:name, :detail) "
            "ON CONFLICT (channel) DO UPDATE SET detail = excluded.detail"
        ),
        {"name": name, "detail": detail},
    )


def resume(conn: Connection, name: str = ALL_CHANNELS) -> bool:
    """Undo `pause`; False when it was not paused."""
    return bool(conn.execute(text("DELETE FROM channel_pause WHERE channel = :name"), {"name": name}).rowcount)


def requeue_dead(conn: Connection, ids: Collection[int], now: datetime) -> int:
    """Queue dead deliveries again, under the same key and a new resend_count; the number of those that were dead."""
    return conn.execute(
        text(
            "UPDATE delivery SET state = 'queued', reason = '', detail = '', ambiguous_sent_at = NULL, resend_count = resend_count + 1, attempts = 0, "
            "not_before = :now, settled_at = NULL "
            f"WHERE id IN {ids_of(conn, 'ids')} AND state = 'dead' AND kind <> 'test'"
        ),
        {"ids": packed(ids), "now": ms(now)},
    ).rowcount
