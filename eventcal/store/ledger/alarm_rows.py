"""Reads the rows that may need a person, and keeps the alarms that began and are not over. `planning.alarms` decides."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from ...ledger_rows import AlarmEvidence, FailureCount, MailboxFailure, Operator, StoredAlarm
from ...states import SubscriptionState, reason_text
from ..database import instant, ms
from ..edition_store import read_meta, read_registry_check, write_meta
from ..tables import IS_BOUNCED, IS_DEAD_LETTER, MetaKey, alarm, delivery, meta, subscription, upsert
from .breakers import list_breakers


def alarm_evidence(conn: Connection, since: datetime) -> AlarmEvidence:
    """Reads the dead letters and ended subscriptions after *since*, and the registry, breakers and mailbox as they are."""
    parameters = {"since": ms(since)}
    dead_letters = conn.execute(_DEAD_LETTERS, parameters)
    check = read_registry_check(conn)
    problems = None
    if check is not None and check.outcome in ("problems", "held"):
        problems = "\n".join(str(problem) for problem in check.problems if not problem.warning)
    return AlarmEvidence(
        tuple(FailureCount(row.channel, reason_text(row.reason, row.detail), row.n) for row in dead_letters),
        tuple(FailureCount("", row.detail, row.n) for row in conn.execute(_BOUNCED, parameters)),
        problems,
        tuple(list_breakers(conn).values()),
        find_mailbox_failure(conn),
    )


_count = func.count().label("n")
_DEAD_LETTERS = (
    select(*delivery.c["channel", "reason", "detail"], _count)
    .where(IS_DEAD_LETTER, delivery.c.settled_at > bindparam("since"))
    .group_by(*delivery.c["channel", "reason", "detail"])
    .order_by(_count.desc(), *delivery.c["reason", "detail"])
)
_BOUNCED = (
    select(subscription.c.detail, _count)
    .where(
        IS_BOUNCED,
        subscription.c.ended_at > bindparam("since"),
    )
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
    return {
        row.name: StoredAlarm(
            row.name,
            row.detail,
            instant(row.since_at),
            None if row.notified_at is None else instant(row.notified_at),
            row.level,
        )
        for row in conn.execute(select(alarm))
    }


def save_alarms(conn: Connection, alarms: Iterable[StoredAlarm]) -> None:
    """Inserts *alarms*, or updates those of their names."""
    rows = [
        {
            "name": row.name,
            "detail": row.detail,
            "since_at": ms(row.since),
            "notified_at": None if row.notified_at is None else ms(row.notified_at),
            "level": row.level,
        }
        for row in alarms
    ]
    if rows:
        conn.execute(_SAVE, rows)


_SAVE = upsert(alarm, "detail", "notified_at", "level")


def delete_alarms(conn: Connection, names: Iterable[str]) -> None:
    conn.execute(delete(alarm).where(alarm.c.name.in_(list(names))))


def list_operators(conn: Connection) -> list[Operator]:
    """Returns the operator's active recipients, in the order of the settings."""
    return [
        Operator(
            row.id,
            row.channel,
            row.address,
            row.digest,
            None if row.confirmed_at is None else instant(row.confirmed_at),
        )
        for row in conn.execute(_OPERATORS)
    ]


_OPERATORS = (
    select(*subscription.c["id", "channel", "address", "digest", "confirmed_at"])
    .where(subscription.c.origin == "operator", subscription.c.state == SubscriptionState.ACTIVE)
    .order_by(subscription.c.id)
)
