"""Reminders that are about to fall due become deliveries, one for each subscription that asks for them.

Whether a group of subscriptions asks is decided here, once for the group; the rows are made by the database alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select, text

from ... import digests, filters, occurrences, reminders
from ...events import Event, Occurrence
from ...filters import Filter
from ...leads import Lead, NoticeKind, lead_text, parse
from ...reminders import FAN_OUT_LEAD_TIME, PAST_TOLERANCE, EventLookup, ReminderKey, ScheduledReminder
from ...states import Reason, ReminderState
from .. import recipients
from ..database import instant, ms
from ..json_rows import ids_of, packed
from ..recipients import SubscriptionGroup
from ..tables import reminder
from .new_deliveries import GroupDelivery, insert_for_groups

MAX_REMINDERS_PER_TRANSACTION = 200  # reminders in one transaction
SUBSCRIPTIONS_PER_TRANSACTION = (
    10_000  # subscriptions in one transaction: whoever else writes waits for a moment, however many there are
)
REQUEUE_CURSOR = -1  # in place of how far a reminder came: what was skipped with it is to be queued again first
_PAST_MS = PAST_TOLERANCE // timedelta(milliseconds=1)
_AHEAD_MS = FAN_OUT_LEAD_TIME // timedelta(milliseconds=1)

# Few texts, executed for each reminder: SQLAlchemy reads each once.
_sql = lru_cache(maxsize=64)(text)


@dataclass(frozen=True, slots=True)
class FanOutResult:
    """What one transaction staged: reminders taken up, deliveries made, deliveries queued again, reminders skipped."""

    reminders: int = 0
    created: int = 0
    requeued: int = 0
    skipped: int = 0


def has_due_fan_out(conn: Connection, now: datetime) -> bool:
    """Whether any reminder is to be staged by *now*: one probe of an index, however many lie ahead."""
    found = conn.execute(text("SELECT 1 FROM reminder WHERE fan_out_at <= :now LIMIT 1"), {"now": ms(now)})
    return found.scalar() is not None


def fan_out_due(
    conn: Connection, book: EventLookup, now: datetime, groups: Sequence[SubscriptionGroup]
) -> FanOutResult:
    """Stage what is to be staged by *now*, as much as one short transaction takes; nothing taken up says that all is done.

    A reminder is staged a minute ahead, and once more when it is due, for those who confirmed meanwhile. Where it goes to
    more than a transaction takes, its row keeps how far it came. *asked* is `recipients.groups`, read before the transaction
    since it looks at everybody: who came in between confirmed after the reminder was to be staged.
    """
    due = conn.execute(
        select(reminder)
        .where(reminder.c.fan_out_at <= ms(now))
        .order_by(reminder.c.fan_out_at)
        .limit(MAX_REMINDERS_PER_TRANSACTION)
    ).all()
    taken = made = again = skipped = 0
    left = SUBSCRIPTIONS_PER_TRANSACTION
    first, second = [row for row in due if row.state == "planned"], [row for row in due if row.state != "planned"]
    if second and not _confirmed_since(conn, min(row.due_at for row in second) - _AHEAD_MS):
        _finish(conn, second)
        taken, second = len(second), []
    for row in first + second:
        if left <= 0:
            break
        taken += 1
        key = ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.zone)
        event = book.event(row.uid)
        if reason := reminders.invalidation_reason(key, event):
            _end(conn, row.id, ReminderState.SUPERSEDED, reason)
            skipped += 1
        elif event is None or row.expires_at <= ms(now):
            _end(conn, row.id, ReminderState.SKIPPED, Reason.PAST)
            skipped += 1
        else:
            if row.fan_out_cursor == REQUEUE_CURSOR:
                found = _requeue_skipped(conn, row)
                again, left = again + found, left - found
                if left <= 0:
                    break  # it is not said whether there is more: the next transaction looks
            window = _keyset_page(conn, row, left)
            takers = _recipient_groups(event, key, row, groups, book.edition.calendar.timezone)
            fresh = _insert(conn, row, key, takers, window, now)
            _record_progress(conn, row, fresh, window, now)
            made += fresh
            left -= window.size
    return FanOutResult(taken, made, again, skipped)


class _KeysetPage(NamedTuple):
    """The subscriptions that one transaction goes through, by their numbers: *whole*, it is all that there are.

    *since* is when they confirmed, where those from before have been gone through.
    """

    after: int
    last: int
    size: int
    whole: bool
    since: int


def _keyset_page(conn: Connection, row: Row[*tuple[Any, ...]], most: int) -> _KeysetPage:
    since = 0 if row.state == "planned" else row.due_at - _AHEAD_MS
    # the sign keeps the number's own index out of it: those who confirmed lately are few
    where = "confirmed_at >= :since AND +id > :after" if since else "id > :after"
    found = conn.execute(
        _sql(
            "SELECT count(*) AS n, max(id) AS last FROM "
            f"(SELECT id FROM subscription WHERE {where} ORDER BY id LIMIT :most) AS few"
        ),
        {"after": row.fan_out_cursor, "since": since, "most": most},
    ).one()
    return _KeysetPage(row.fan_out_cursor, found.last or row.fan_out_cursor, found.n, found.n < most, since)


def _confirmed_since(conn: Connection, milliseconds: int) -> bool:
    """Whether anybody came after a reminder was staged: else there is nobody to add at its due time."""
    found = conn.execute(
        text("SELECT 1 FROM subscription WHERE confirmed_at >= :since LIMIT 1"), {"since": milliseconds}
    )
    return found.scalar() is not None


def _finish(conn: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> None:
    conn.execute(
        text(f"UPDATE reminder SET fan_out_at = NULL, fan_out_cursor = 0 WHERE id IN {ids_of(conn, 'ids')}"),
        {"ids": packed(row.id for row in rows)},
    )


def delivery_key(key: ReminderKey) -> str:
    """What a delivery's key begins with; the subscription follows. The zone is not in it."""
    parts = "\0".join((key.uid, key.recurrence, key.start, key.lead))
    return hashlib.blake2b(parts.encode(), digest_size=16).hexdigest()


def _is_late_backfill(row: Row[*tuple[Any, ...]]) -> bool:
    """Whether it lay in the past when it was first heard of: then it goes to those alone who were told nothing."""
    return bool(row.due_at < row.created_at - _PAST_MS)


class _RecipientGroup(NamedTuple):
    """A group that a reminder goes to: *until* when it is worth saying to them, and the digest that it waits for there."""

    group: SubscriptionGroup
    expires_at: datetime
    digest_at: datetime | None


def _recipient_groups(
    event: Event, key: ReminderKey, row: Row[*tuple[Any, ...]], groups: Sequence[SubscriptionGroup], timezone: str
) -> list[_RecipientGroup]:
    """The groups that a reminder goes to. *timezone* is the calendar's."""
    occurrence = occurrences.find(event, key.recurrence)
    found: list[_RecipientGroup] = []
    if occurrence is None:
        return found
    spoken: dict[
        tuple[str, str], ScheduledReminder | None
    ] = {}  # the many who differ in what they filter by are asked once
    for group in groups:
        if reminders.zone_bucket(_parse_lead(key), group.zone) != key.zone:
            continue
        if (group.leads, group.zone) not in spoken:
            spoken[group.leads, group.zone] = _schedule_for(event, occurrence, group, key, row)
        slot = spoken[group.leads, group.zone]
        if slot is None or not matches_filter(group.filter, event):
            continue
        zone = ZoneInfo(group.zone or timezone)
        start = occurrence.when.starts_at(zone)
        found.append(
            _RecipientGroup(
                group, slot.expires_at, digests.defer_until(group.digest, zone, slot.due, slot.expires_at, start)
            )
        )
    return found


def _schedule_for(
    event: Event, occurrence: Occurrence, group: SubscriptionGroup, key: ReminderKey, row: Row[*tuple[Any, ...]]
) -> ScheduledReminder | None:
    """What *key* is to a group, when it is anything."""
    slots = reminders.schedule(event, occurrence.when, group.reader)
    slot = next((each for each in slots if lead_text(each.lead) == key.lead), None)
    if slot is None or (
        _is_late_backfill(row) and reminders.latest_past_reminder(slots, instant(row.created_at)) != slot
    ):
        return None
    return slot


def _parse_lead(key: ReminderKey) -> Lead:
    found = parse(key.lead)
    assert not isinstance(found, NoticeKind)
    return found


def matches_filter(query: str, event: Event) -> bool:
    """Whether a subscription's filter, in canonical form, keeps *event*."""
    if not query:
        return True
    found = _filter(query)
    return filters.matches_event(found, event) and filters.is_in_window(found, event)


@lru_cache(maxsize=4096)
def _filter(query: str) -> Filter:
    return filters.parse(
        parse_qsl(query, keep_blank_values=True), strict=False, allowed=("event", *filters.FILTER_PARAMETERS)
    )


def _requeue_skipped(conn: Connection, row: Row[*tuple[Any, ...]]) -> int:
    """What was skipped because its reminder had ended is wanted again with it; their number, at most `CHUNK`."""
    return conn.execute(
        _sql(
            "UPDATE delivery SET state = 'queued', reason = '', detail = '', ambiguous_sent_at = NULL, settled_at = NULL, "
            f"not_before = CASE WHEN channel = '{recipients.DIGEST_CHANNEL}' THEN due_at ELSE :due END WHERE id IN "  # due with its digest
            "(SELECT id FROM delivery WHERE reminder_id = :id AND state = 'skipped' "
            "AND reason IN ('moved', 'postponed', 'cancelled', 'vanished', 'rule') LIMIT :most)"
        ),
        {"id": row.id, "due": row.due_at, "most": SUBSCRIPTIONS_PER_TRANSACTION},
    ).rowcount


def _insert(
    conn: Connection,
    row: Row[*tuple[Any, ...]],
    key: ReminderKey,
    recipient_groups: Sequence[_RecipientGroup],
    window: _KeysetPage,
    now: datetime,
) -> int:
    if not recipient_groups or not window.size:
        return 0
    return insert_for_groups(
        conn,
        [
            GroupDelivery(
                group.filter, group.leads, group.zone, group.digest, ms(until), None if held is None else ms(held)
            )
            for group, until, held in recipient_groups
        ],
        key=delivery_key(key),
        reminder=row,
        after=window.after,
        last=window.last,
        confirmed_since=window.since,
        # who confirmed later asked for what lies ahead of them
        confirmed_until=max(row.due_at + _PAST_MS, row.created_at),
        only_uninformed=_is_late_backfill(row),
        now=now,
    )


def _record_progress(
    conn: Connection, row: Row[*tuple[Any, ...]], made: int, window: _KeysetPage, now: datetime
) -> None:
    state, fan_out_cursor, fan_out_at = row.state, window.last, row.fan_out_at
    if window.whole:
        # whoever confirmed while it took several transactions may have been passed over
        once_more = row.due_at > ms(now) or (row.fan_out_cursor > 0 and row.state == "planned")
        state, fan_out_cursor, fan_out_at = "staged", 0, row.due_at if once_more else None
    conn.execute(
        _sql(
            "UPDATE reminder SET state = :state, fan_out_at = :at, fan_out_cursor = :fan_out_cursor, delivery_count = delivery_count + :created WHERE id = :id"
        ),
        {"id": row.id, "state": state, "created": made, "at": fan_out_at, "fan_out_cursor": fan_out_cursor},
    )


def _end(conn: Connection, id: int, state: ReminderState, reason: Reason) -> None:
    conn.execute(
        text(
            "UPDATE reminder SET state = :state, reason = :reason, fan_out_at = NULL, fan_out_cursor = 0 WHERE id = :id"
        ),
        {"id": id, "state": state, "reason": reason},
    )
