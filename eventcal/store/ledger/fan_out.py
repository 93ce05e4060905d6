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
_PAST_TOLERANCE_MS = PAST_TOLERANCE // timedelta(milliseconds=1)
_FAN_OUT_LEAD_MS = FAN_OUT_LEAD_TIME // timedelta(milliseconds=1)

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
    result = conn.execute(text("SELECT 1 FROM reminder WHERE fan_out_at <= :now LIMIT 1"), {"now": ms(now)})
    return result.scalar() is not None


def fan_out_due(
    conn: Connection, lookup: EventLookup, now: datetime, groups: Sequence[SubscriptionGroup]
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
    processed = created = requeued = skipped = 0
    remaining = SUBSCRIPTIONS_PER_TRANSACTION
    first_pass, second_pass = (
        [row for row in due if row.state == "planned"],
        [row for row in due if row.state != "planned"],
    )
    if second_pass and not _has_confirmed_since(conn, min(row.due_at for row in second_pass) - _FAN_OUT_LEAD_MS):
        _finish_fan_out(conn, second_pass)
        processed, second_pass = len(second_pass), []
    for row in first_pass + second_pass:
        if remaining <= 0:
            break
        processed += 1
        key = ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.zone)
        event = lookup.event(row.uid)
        if reason := reminders.invalidation_reason(key, event):
            _end_reminder(conn, row.id, ReminderState.SUPERSEDED, reason)
            skipped += 1
        elif event is None or row.expires_at <= ms(now):
            _end_reminder(conn, row.id, ReminderState.SKIPPED, Reason.PAST)
            skipped += 1
        else:
            if row.fan_out_cursor == REQUEUE_CURSOR:
                requeued_now = _requeue_skipped(conn, row)
                requeued, remaining = requeued + requeued_now, remaining - requeued_now
                if remaining <= 0:
                    break  # it is not said whether there is more: the next transaction looks
            page = _keyset_page(conn, row, remaining)
            recipient_groups = _recipient_groups(event, key, row, groups, lookup.edition.calendar.timezone)
            rows_inserted = _insert_deliveries(conn, row, key, recipient_groups, page, now)
            _record_progress(conn, row, rows_inserted, page, now)
            created += rows_inserted
            remaining -= page.size
    return FanOutResult(processed, created, requeued, skipped)


class _KeysetPage(NamedTuple):
    """The subscriptions that one transaction goes through, by their numbers: *whole*, it is all that there are.

    *since* is when they confirmed, where those from before have been gone through.
    """

    after_id: int
    last_id: int
    size: int
    is_last: bool
    confirmed_since: int


def _keyset_page(conn: Connection, row: Row[*tuple[Any, ...]], limit: int) -> _KeysetPage:
    confirmed_since = 0 if row.state == "planned" else row.due_at - _FAN_OUT_LEAD_MS
    # the sign keeps the number's own index out of it: those who confirmed lately are few
    where = "confirmed_at >= :since AND +id > :after" if confirmed_since else "id > :after"
    bounds = conn.execute(
        _sql(
            "SELECT count(*) AS n, max(id) AS last FROM "
            f"(SELECT id FROM subscription WHERE {where} ORDER BY id LIMIT :most) AS few"
        ),
        {"after": row.fan_out_cursor, "since": confirmed_since, "most": limit},
    ).one()
    return _KeysetPage(
        row.fan_out_cursor, bounds.last or row.fan_out_cursor, bounds.n, bounds.n < limit, confirmed_since
    )


def _has_confirmed_since(conn: Connection, since_ms: int) -> bool:
    """Whether anybody came after a reminder was staged: else there is nobody to add at its due time."""
    result = conn.execute(text("SELECT 1 FROM subscription WHERE confirmed_at >= :since LIMIT 1"), {"since": since_ms})
    return result.scalar() is not None


def _finish_fan_out(conn: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> None:
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
    return bool(row.due_at < row.created_at - _PAST_TOLERANCE_MS)


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
    recipient_groups: list[_RecipientGroup] = []
    if occurrence is None:
        return recipient_groups
    schedules: dict[
        tuple[str, str], ScheduledReminder | None
    ] = {}  # the many who differ in what they filter by are asked once
    for group in groups:
        if reminders.zone_bucket(_parse_lead(key), group.zone) != key.zone:
            continue
        if (group.leads, group.zone) not in schedules:
            schedules[group.leads, group.zone] = _schedule_for(event, occurrence, group, key, row)
        scheduled = schedules[group.leads, group.zone]
        if scheduled is None or not matches_filter(group.filter, event):
            continue
        zone = ZoneInfo(group.zone or timezone)
        start = occurrence.when.starts_at(zone)
        recipient_groups.append(
            _RecipientGroup(
                group,
                scheduled.expires_at,
                digests.defer_until(group.digest, zone, scheduled.due, scheduled.expires_at, start),
            )
        )
    return recipient_groups


def _schedule_for(
    event: Event, occurrence: Occurrence, group: SubscriptionGroup, key: ReminderKey, row: Row[*tuple[Any, ...]]
) -> ScheduledReminder | None:
    """What *key* is to a group, when it is anything."""
    candidates = reminders.schedule(event, occurrence.when, group.reader)
    scheduled = next((candidate for candidate in candidates if lead_text(candidate.lead) == key.lead), None)
    if scheduled is None or (
        _is_late_backfill(row) and reminders.latest_past_reminder(candidates, instant(row.created_at)) != scheduled
    ):
        return None
    return scheduled


def _parse_lead(key: ReminderKey) -> Lead:
    lead = parse(key.lead)
    assert not isinstance(lead, NoticeKind)
    return lead


def matches_filter(query: str, event: Event) -> bool:
    """Whether a subscription's filter, in canonical form, keeps *event*."""
    if not query:
        return True
    parsed_filter = _parse_filter(query)
    return filters.matches_event(parsed_filter, event) and filters.is_in_window(parsed_filter, event)


@lru_cache(maxsize=4096)
def _parse_filter(query: str) -> Filter:
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


def _insert_deliveries(
    conn: Connection,
    row: Row[*tuple[Any, ...]],
    key: ReminderKey,
    recipient_groups: Sequence[_RecipientGroup],
    page: _KeysetPage,
    now: datetime,
) -> int:
    if not recipient_groups or not page.size:
        return 0
    return insert_for_groups(
        conn,
        [
            GroupDelivery(
                group.filter,
                group.leads,
                group.zone,
                group.digest,
                ms(expires_at),
                None if digest_at is None else ms(digest_at),
            )
            for group, expires_at, digest_at in recipient_groups
        ],
        key=delivery_key(key),
        reminder=row,
        after=page.after_id,
        last=page.last_id,
        confirmed_since=page.confirmed_since,
        # who confirmed later asked for what lies ahead of them
        confirmed_until=max(row.due_at + _PAST_TOLERANCE_MS, row.created_at),
        only_uninformed=_is_late_backfill(row),
        now=now,
    )


def _record_progress(
    conn: Connection, row: Row[*tuple[Any, ...]], rows_inserted: int, page: _KeysetPage, now: datetime
) -> None:
    state, fan_out_cursor, fan_out_at = row.state, page.last_id, row.fan_out_at
    if page.is_last:
        # whoever confirmed while it took several transactions may have been passed over
        needs_second_pass = row.due_at > ms(now) or (row.fan_out_cursor > 0 and row.state == "planned")
        state, fan_out_cursor, fan_out_at = "staged", 0, row.due_at if needs_second_pass else None
    conn.execute(
        _sql(
            "UPDATE reminder SET state = :state, fan_out_at = :at, fan_out_cursor = :fan_out_cursor, delivery_count = delivery_count + :created WHERE id = :id"
        ),
        {"id": row.id, "state": state, "created": rows_inserted, "at": fan_out_at, "fan_out_cursor": fan_out_cursor},
    )


def _end_reminder(conn: Connection, id: int, state: ReminderState, reason: Reason) -> None:
    conn.execute(
        text(
            "UPDATE reminder SET state = :state, reason = :reason, fan_out_at = NULL, fan_out_cursor = 0 WHERE id = :id"
        ),
        {"id": id, "state": state, "reason": reason},
    )
