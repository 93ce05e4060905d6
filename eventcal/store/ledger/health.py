"""Reads and writes the health of sending: breakers, pauses, the last pass, mailbox failures, alarms and whom they are for.

`deliveries.outcome` decides on breakers, `planning.alarms` on alarms.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select, update

from ...ledger_rows import AlarmEvidence, CircuitBreaker, FailureCount, MailboxFailure, Operator, StoredAlarm
from ...states import Reason, SubscriptionOrigin, SubscriptionState, reason_text
from ..database import dialect_of
from ..edition_store import (
    read_feed_conditions,
    read_meta,
    read_meta_instant,
    read_registry_check,
    write_meta,
    write_meta_instant,
)
from ..tables import (
    IS_BOUNCED,
    IS_DEAD_LETTER,
    MetaKey,
    alarm,
    channel_pause,
    circuit_breaker,
    delivery,
    meta,
    subscription,
    upsert,
)

TICK_RECORD_INTERVAL = timedelta(seconds=10)
"""How often a pass records its time: each record costs a write to the disk."""

SILENT_AFTER = timedelta(minutes=2)
"""How long after its last recorded pass no scheduler counts as running."""

ALL_CHANNELS = ""


def list_breakers(conn: Connection) -> dict[str, CircuitBreaker]:
    """Returns the breakers that ever counted a failure and the paused channels, by name; "" stands for all channels."""
    breakers = {
        row.channel: CircuitBreaker(row.channel, is_paused=True, pause_detail=row.detail)
        for row in conn.execute(select(channel_pause))
    }
    for name, failures, open_until, detail in conn.execute(select(circuit_breaker)):
        known = breakers.get(name, CircuitBreaker(name))
        breakers[name] = replace(known, failures=failures, open_until=open_until, detail=detail)
    return breakers


def lock_breakers(conn: Connection) -> None:
    """Lets transactions that count failures pass one after the other."""
    dialect_of(conn).lock_breakers(conn)


def save_breaker(conn: Connection, breaker: CircuitBreaker) -> None:
    """Writes the failures of *breaker*, and until when it is open; its pause is another row."""
    values = {
        "destination": breaker.name,
        "failures": breaker.failures,
        "open_until": breaker.open_until,
        "detail": breaker.detail,
    }
    conn.execute(_SAVE_BREAKER, values)


_SAVE_BREAKER = upsert(circuit_breaker, "failures", "open_until", "detail")


def allow_probe(conn: Connection, name: str, until: datetime) -> None:
    """Lets one message through to a destination whose breaker is open; the next one after *until*."""
    is_open = (circuit_breaker.c.destination == name) & circuit_breaker.c.open_until.is_not(None)
    conn.execute(update(circuit_breaker).where(is_open).values(open_until=until))


def pause(conn: Connection, name: str = ALL_CHANNELS, detail: str = "") -> None:
    """Pauses channel *name*, or all: what falls due waits as long as it is of use. *detail* says why the endpoint ended."""
    conn.execute(upsert(channel_pause, "detail"), {"channel": name, "detail": detail})


def resume(conn: Connection, name: str = ALL_CHANNELS) -> bool:
    """Undoes `pause`; returns False if the channel was not paused."""
    return bool(conn.execute(delete(channel_pause).where(channel_pause.c.channel == name)).rowcount)


def last_tick_at(conn: Connection) -> datetime | None:
    """Returns when a pass last ran, to within `TICK_RECORD_INTERVAL`; None before the first."""
    return read_meta_instant(conn, MetaKey.TICK_AT)


def is_silent(ticked_at: datetime | None, now: datetime) -> bool:
    """Tells whether no scheduler runs: the last tick is long ago, or in the future, by a clock that has been set back since."""
    return ticked_at is not None and abs(now - ticked_at) > SILENT_AFTER


def record_tick(conn: Connection, now: datetime) -> None:
    """Records that a pass ran at *now*."""
    write_meta_instant(conn, MetaKey.TICK_AT, now)


# alarms


def alarm_evidence(conn: Connection, since: datetime) -> AlarmEvidence:
    """Reads the dead letters and ended subscriptions after *since*, and the registry, breakers and mailbox as they are."""
    parameters = {"since": since}
    dead_letters = conn.execute(_DEAD_LETTERS, parameters)
    check = read_registry_check(conn)
    problems = None
    if check is not None and check.outcome in ("problems", "held"):
        problems = "\n".join(str(problem) for problem in check.errors)
    return AlarmEvidence(
        tuple(FailureCount(row.channel, reason_text(row.reason, row.detail), row.n) for row in dead_letters),
        tuple(FailureCount("", row.detail, row.n) for row in conn.execute(_BOUNCED, parameters)),
        problems,
        tuple(list_breakers(conn).values()),
        find_mailbox_failure(conn),
        read_feed_conditions(conn),
    )


_count = func.count().label("n")
# an endpoint that is gone pauses its channel, which is an alarm of its own
_DEAD_LETTERS = (
    select(*delivery.c["channel", "reason", "detail"], _count)
    .where(IS_DEAD_LETTER, delivery.c.reason != Reason.ENDPOINT_GONE, delivery.c.settled_at > bindparam("since"))
    .group_by(*delivery.c["channel", "reason", "detail"])
    .order_by(_count.desc(), *delivery.c["reason", "detail"])
)
_BOUNCED = (
    select(subscription.c.detail, _count)
    .where(IS_BOUNCED, subscription.c.ended_at > bindparam("since"))
    .group_by(subscription.c.detail)
    .order_by(_count.desc(), subscription.c.detail)
)


def record_mailbox_failure(conn: Connection, host: str, detail: str) -> MailboxFailure:
    """Counts a reading of the mailbox at *host* that failed, and returns the failures in a row."""
    last = find_mailbox_failure(conn)
    failure = MailboxFailure(host, detail, last.count + 1 if last and last.host == host else 1)
    write_meta(conn, MetaKey.MAILBOX_FAILURE, json.dumps([failure.host, failure.detail, failure.count]))
    return failure


def clear_mailbox_failure(conn: Connection) -> None:
    """Notes that the mailbox can be read, or is not read any more."""
    conn.execute(delete(meta).where(meta.c.key == MetaKey.MAILBOX_FAILURE))


def find_mailbox_failure(conn: Connection) -> MailboxFailure | None:
    """Returns the failure that goes on, None for none."""
    stored = read_meta(conn, MetaKey.MAILBOX_FAILURE)
    return MailboxFailure(*json.loads(stored)) if stored else None


def stored_alarms(conn: Connection) -> dict[str, StoredAlarm]:
    """Returns the alarms that began and are not over, by name."""
    columns = alarm.c["name", "detail", "since_at", "notified_at", "level"]
    return {row.name: StoredAlarm(*row) for row in conn.execute(select(*columns))}


def save_alarms(conn: Connection, alarms: Iterable[StoredAlarm]) -> None:
    """Inserts *alarms*, or updates those of their names."""
    rows = [
        {
            "name": row.name,
            "detail": row.detail,
            "since_at": row.since,
            "notified_at": row.notified_at,
            "level": row.level,
        }
        for row in alarms
    ]
    if rows:
        conn.execute(_SAVE_ALARM, rows)


_SAVE_ALARM = upsert(alarm, "detail", "notified_at", "level")


def delete_alarms(conn: Connection, names: Iterable[str]) -> None:
    """Deletes the alarms called *names*, which are over."""
    conn.execute(delete(alarm).where(alarm.c.name.in_(list(names))))


def list_operators(conn: Connection) -> list[Operator]:
    """Returns the operator's active recipients, in the order of the settings."""
    return [Operator(*row) for row in conn.execute(_OPERATORS)]


_OPERATORS = (
    select(*subscription.c["id", "channel", "address", "digest", "confirmed_at"])
    .where(subscription.c.origin == SubscriptionOrigin.OPERATOR, subscription.c.state == SubscriptionState.ACTIVE)
    .order_by(subscription.c.id)
)
