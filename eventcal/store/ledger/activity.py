"""Statements for the operator's page: the reminders that are due next, and the number of readers day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from ...states import ReminderState, SubscriptionOrigin, SubscriptionState
from ..tables import ms, reminder, subscription

_DAY = timedelta(days=1)
_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class UpcomingReminder:
    """A reminder that is still to be fanned out; `zone` is "" for the event's own."""

    due: datetime
    event_id: str
    recurrence: str
    lead: str
    zone: str


def planned_reminders(conn: Connection, limit: int) -> list[UpcomingReminder]:
    """Returns the next planned reminders by due time, at most *limit*."""
    query = (
        select(reminder.c.due_at, reminder.c.event_id, reminder.c.recurrence, reminder.c.lead, reminder.c.zone)
        .where(reminder.c.state == ReminderState.PLANNED.value, reminder.c.fan_out_at.is_not(None))
        .order_by(reminder.c.fan_out_at, reminder.c.due_at, reminder.c.id)
        .limit(limit)
    )
    rows = [UpcomingReminder(*row) for row in conn.execute(query)]
    return sorted(rows, key=lambda planned: planned.due)


@dataclass(frozen=True, slots=True)
class ReaderCount:
    """The active subscriptions of people at one moment."""

    at: datetime
    count: int


def reader_counts(conn: Connection, now: datetime, days: int) -> list[ReaderCount]:
    """Returns the number of people's subscriptions now and *days* days back, a day apart, the oldest first.

    Counted back from today by the subscriptions that began and ended; those deleted on request are not counted any more.
    """
    is_reader = subscription.c.origin == SubscriptionOrigin.PEOPLE
    active = subscription.c.state == SubscriptionState.ACTIVE.value
    count = conn.execute(select(func.count()).where(is_reader, active)).scalar_one()
    since = now - days * _DAY
    steps = [0] * days  # by whole days before now
    for moment, step in ((subscription.c.confirmed_at, 1), (subscription.c.ended_at, -1)):
        age = (ms(now) - type_coerce(moment, BigInteger)) // _DAY_MS
        rows = conn.execute(
            select(age, func.count())
            .where(is_reader, subscription.c.confirmed_at.is_not(None), moment > since, moment <= now)
            .group_by(age)
        )
        for age_in_days, changed in rows:
            steps[int(age_in_days)] += step * changed
    counts = [ReaderCount(now, count)]
    for age_in_days, step in enumerate(steps, 1):
        count -= step
        counts.append(ReaderCount(now - age_in_days * _DAY, count))
    return counts[::-1]
