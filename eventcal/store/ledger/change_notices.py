"""Changes that have settled become deliveries: one for each reader who is to hear of them, however many they are.

Told are those who were sent a reminder or a notice of that occurrence, and those whose subscription, or whose event's
`reminders`, ask for it. What a reader last heard is the old state; where that is the present one there is nothing to say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select, text

from ... import digests, occurrences
from ...events import Event, Status, event_from_json
from ...history import ChangeKind, EventState, classify_change, place_text, state_from_json, state_of
from ...leads import NoticeKind
from ...reminders import EventLookup
from ...states import DeliveryKind
from .. import recipients
from ..database import instant, ms
from ..edition_store import read_meta, write_meta
from ..json_rows import ids_of, packed
from ..meta_keys import MetaKey
from ..tables import change, version
from .fan_out import matches_filter
from .new_deliveries import NewDelivery, insert_deliveries

_UNDATED_LIFETIME = timedelta(days=30)  # a change between dates that nobody knows is worth telling for so long
_GRACE_AFTER_END = timedelta(days=1)

READERS_PER_TRANSACTION = 5_000
"""Readers in one transaction: whoever else writes waits for a moment, however many they are."""
MAX_READER_CHANGE_PAIRS = 200_000
"""Readers times changes in one transaction, for the same reason; one reader at the least."""

_CHANGE_KINDS_BY_NOTICE = {
    NoticeKind.CHANGE: frozenset(ChangeKind) - {ChangeKind.ADDED},
    NoticeKind.DAY_KNOWN: frozenset({ChangeKind.DAY_KNOWN}),
    NoticeKind.CANCEL: frozenset({ChangeKind.CANCELLED, ChangeKind.VANISHED}),
}


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """What a delivery of a change says, as the ledger keeps it: of what, and what was so before (JSON state, or None)."""

    uid: str
    recurrence: str
    title: str
    old: str | None


@dataclass(slots=True)
class _PendingNotification:
    """One reader's share of a pass."""

    subscription: Row[*tuple[Any, ...]]
    items: list[ChangeItem] = field(default_factory=list)
    is_urgent: bool = False
    expires_at: datetime | None = None
    nearest_start: datetime | None = None  # the nearest that is still ahead, of the old and the new ones


def has_settled_changes(conn: Connection, now: datetime) -> bool:
    """Whether any change has settled by *now*."""
    result = conn.execute(text("SELECT 1 FROM change WHERE notify_after <= :now LIMIT 1"), {"now": ms(now)})
    return result.scalar() is not None


def queue_notifications(conn: Connection, lookup: EventLookup, now: datetime) -> int:
    """Make the deliveries of all changes that have settled by *now*, for as many readers as one short transaction takes.

    The number of those gone through; 0: all is done. How far it came is kept, and so is of which changes: what settles
    meanwhile is told afterwards.
    """
    rows, after_id = _resume_point(conn) or (_settled_changes(conn, now), 0)
    if not rows:
        return 0
    rows_by_occurrence: dict[tuple[str, str], list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        rows_by_occurrence.setdefault((row.uid, row.recurrence), []).append(row)
    page_size = max(1, min(READERS_PER_TRANSACTION, MAX_READER_CHANGE_PAIRS // len(rows_by_occurrence)))
    subscriptions = conn.execute(_ACTIVE_SUBSCRIPTIONS, {"after": after_id, "most": page_size}).all()
    last_id = subscriptions[-1].id if subscriptions else after_id
    notifications: dict[int, _PendingNotification] = {}
    for occurrence_rows in rows_by_occurrence.values():
        expires_at, nearest_start = (
            _expires_at(lookup, occurrence_rows, now),
            _nearest_start(lookup, occurrence_rows, now),
        )
        for subscription, item, kind in _recipients_of_change(conn, lookup, occurrence_rows, subscriptions):
            notification = notifications.setdefault(subscription.id, _PendingNotification(subscription))
            notification.items.append(item)
            notification.is_urgent |= kind in (ChangeKind.CANCELLED, ChangeKind.VANISHED, ChangeKind.POSTPONED)
            notification.expires_at = max(filter(None, (notification.expires_at, expires_at)))
            notification.nearest_start = min(filter(None, (notification.nearest_start, nearest_start)), default=None)
    if notifications:
        _insert_deliveries(conn, list(notifications.values()), rows, now, lookup.edition.calendar.timezone)
    if len(subscriptions) < page_size:
        conn.execute(
            text(f"UPDATE change SET notify_after = NULL WHERE id IN {ids_of(conn, 'ids')}"),
            {"ids": packed(row.id for row in rows)},
        )
        write_meta(conn, MetaKey.NOTICES_CURSOR, "")
    else:
        write_meta(conn, MetaKey.NOTICES_CURSOR, json.dumps({"changes": [row.id for row in rows], "after": last_id}))
    return len(subscriptions)


def _settled_changes(conn: Connection, now: datetime) -> list[Row[*tuple[Any, ...]]]:
    """The changes that have settled by *now*, with what was corrected meanwhile: it is told with them, and not once more."""
    due_pairs = {
        (row.uid, row.recurrence) for row in conn.execute(select(change).where(change.c.notify_after <= ms(now)))
    }
    if not due_pairs:
        return []
    unsent_rows = conn.execute(select(change).where(change.c.notify_after.is_not(None)).order_by(change.c.id))
    return [row for row in unsent_rows if (row.uid, row.recurrence) in due_pairs]


def _resume_point(conn: Connection) -> tuple[list[Row[*tuple[Any, ...]]], int] | None:
    """The changes that some readers were given notice of, and the last of these readers."""
    cursor_json = read_meta(conn, MetaKey.NOTICES_CURSOR)
    if not cursor_json:
        return None
    cursor = json.loads(cursor_json)
    rows = conn.execute(
        select(change)
        .where(text(f"id IN {ids_of(conn, 'ids')}"))
        .params(ids=packed(cursor["changes"]))
        .order_by(change.c.id)
    )
    return list(rows), int(cursor["after"])


def current_state(lookup: EventLookup, uid: str, recurrence: str) -> EventState | None:
    """Where an event, or one occurrence of it, stands in *book*; None when it does not."""
    event = lookup.event(uid)
    if event is None:
        return None
    language = lookup.edition.calendar.language
    if not recurrence:
        return state_of(event, language)
    occurrence = occurrences.find(event, recurrence)
    return (
        None
        if occurrence is None
        else EventState(occurrence.when, occurrence.status, place_text(occurrence.event.places, language))
    )


def change_items(payload: str) -> list[ChangeItem]:
    """What `payload` of a delivery holds."""
    return [ChangeItem(*fields) for fields in json.loads(payload)]


def _recipients_of_change(
    conn: Connection,
    lookup: EventLookup,
    rows: Sequence[Row[*tuple[Any, ...]]],
    subscriptions: Sequence[Row[*tuple[Any, ...]]],
) -> Iterator[tuple[Row[*tuple[Any, ...]], ChangeItem, ChangeKind]]:
    """Who of *readers* is told of one event or occurrence, what was so before for them, and what kind of change that makes."""
    if not subscriptions:
        return
    id_range = {"from": subscriptions[0].id, "to": subscriptions[-1].id}
    first, last = rows[0], rows[-1]
    new = current_state(lookup, first.uid, first.recurrence)
    event = lookup.event(first.uid)
    candidate_events = [
        candidate for candidate in (event, _last_version(conn, first.uid) if event is None else None) if candidate
    ]
    last_states = {
        row.subscription_id: row.state
        for row in conn.execute(_LAST_NOTIFIED, {"uid": first.uid, "rec": first.recurrence, **id_range})
    }
    notified_of_series = set()
    if not first.recurrence:
        # A series is known by its dates: who was told of one of them is told of the whole.
        notified_of_series = set(
            conn.execute(
                _NOTIFIED_OF_SERIES,
                {"uid": first.uid, "day": instant(first.recorded_at).date().isoformat(), **id_range},
            ).scalars()
        )
    # Readers are many, and what they heard and what they wish are few: each is thought about once.
    kind_of_old, wants_notice = (
        cache(lambda old: _classify_for_recipient(old, new)),
        cache(partial(_wants_notice, candidate_events)),
    )
    for row in subscriptions:
        old = last_states.get(row.id) or first.old
        kind = kind_of_old(old)
        if kind is None or kind is ChangeKind.ADDED:
            continue
        was_notified = row.id in last_states or row.id in notified_of_series
        was_subscribed = row.confirmed_at is not None and row.confirmed_at <= first.recorded_at
        if was_notified or (was_subscribed and wants_notice(row.change_kinds, row.filter, kind)):
            yield row, ChangeItem(first.uid, first.recurrence, last.title, old), kind


_LAST_NOTIFIED = text(
    "SELECT subscription_id, state FROM last_notified WHERE uid = :uid AND recurrence = :rec AND subscription_id BETWEEN :from AND :to"
)
_NOTIFIED_OF_SERIES = text(
    "SELECT subscription_id FROM last_notified WHERE uid = :uid AND recurrence >= :day AND subscription_id BETWEEN :from AND :to"
)
_ACTIVE_SUBSCRIPTIONS = text(
    "SELECT * FROM subscription WHERE state = 'active' AND origin <> 'operator' AND id > :after ORDER BY id LIMIT :most"
)


def _classify_for_recipient(old: str | None, new: EventState | None) -> ChangeKind | None:
    if new is None:  # what was called off is gone already, for its readers
        was_cancelled = old is None or state_from_json(old).status is Status.CANCELLED
        return None if was_cancelled else ChangeKind.VANISHED
    return ChangeKind.ADDED if old is None else classify_change(state_from_json(old), new)


def _wants_notice(events: Sequence[Event], notices: str, query: str, kind: ChangeKind) -> bool:
    """Whether a reader with these *notices* and this filter asks for this kind of news of one of *events*."""
    for event in events:
        notice_kinds = [NoticeKind(notice_kind) for notice_kind in json.loads(notices)] if notices else event.notices
        if any(kind in _CHANGE_KINDS_BY_NOTICE[notice_kind] for notice_kind in notice_kinds) and matches_filter(
            query, event
        ):
            return True
    return False


def _last_version(conn: Connection, uid: str) -> Event | None:
    """The event as it was before it vanished."""
    body = conn.execute(
        select(version.c.body).where(version.c.uid == uid).order_by(version.c.id.desc()).limit(1)
    ).scalar()
    return None if body is None else event_from_json(body)


def _expires_at(lookup: EventLookup, rows: Sequence[Row[*tuple[Any, ...]]], now: datetime) -> datetime:
    """A day past the later of the old and the new end: people may be on their way."""
    states = [state_from_json(state_json) for row in rows for state_json in (row.old, row.new) if state_json]
    event = lookup.event(rows[0].uid)
    zone = ZoneInfo(event.timezone if event else lookup.edition.calendar.timezone)
    ends = [end for state in states if (end := state.when.ends_at(zone))]
    return max(ends) + _GRACE_AFTER_END if ends else now + _UNDATED_LIFETIME


def _nearest_start(lookup: EventLookup, rows: Sequence[Row[*tuple[Any, ...]]], now: datetime) -> datetime | None:
    """When it begins, by the nearer of its dates that lie ahead: who might be on their way is told at once."""
    states = [state_from_json(state_json) for row in rows for state_json in (row.old, row.new) if state_json]
    event = lookup.event(rows[0].uid)
    zone = ZoneInfo(event.timezone if event else lookup.edition.calendar.timezone)
    return min((start for state in states if (start := state.when.starts_at(zone)) and start > now), default=None)


def _digest_slot(notification: _PendingNotification, now: datetime, timezone: str) -> datetime | None:
    """The digest that *notice* waits for; None: it goes at once."""
    if notification.is_urgent or notification.expires_at is None:
        return None
    zone = ZoneInfo(notification.subscription.zone or timezone)
    return digests.defer_until(
        notification.subscription.digest, zone, now, notification.expires_at, notification.nearest_start
    )


def _insert_deliveries(
    conn: Connection,
    notifications: Sequence[_PendingNotification],
    rows: Sequence[Row[*tuple[Any, ...]]],
    now: datetime,
    timezone: str,
) -> int:
    key_prefix = hashlib.blake2b(",".join(str(row.id) for row in rows).encode(), digest_size=16).hexdigest()
    first_change_ids = {(row.uid, row.recurrence): row.id for row in reversed(rows)}
    deliveries = []
    for notice in notifications:
        held_until = _digest_slot(notice, now, timezone)
        deliveries.append(
            NewDelivery(
                key=f"{key_prefix}-{notice.subscription.id}",
                kind=DeliveryKind.CHANGE,
                subscription=notice.subscription.id,
                change=first_change_ids[notice.items[0].uid, notice.items[0].recurrence],
                channel=recipients.DIGEST_CHANNEL if held_until else notice.subscription.channel,
                address=notice.subscription.address,
                due_at=held_until or now,
                expires_at=notice.expires_at or now + _UNDATED_LIFETIME,
                payload=json.dumps(
                    [[item.uid, item.recurrence, item.title, item.old] for item in notice.items], ensure_ascii=False
                ),
                is_urgent=notice.is_urgent,
            )
        )
    return insert_deliveries(conn, deliveries, now)
