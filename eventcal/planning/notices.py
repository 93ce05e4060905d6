"""Decides who is told of settled changes, and until when that is useful.

A notice goes to those who were sent a reminder or a notice of that occurrence, and to those whose subscription, or whose
event's `reminders`, ask for it. What a reader was last told is the old state; if it equals the new one, nothing is sent.

Whom no message has told of an occurrence knows what was so before the first notice that is queued for them. That is kept until a
message tells them something, or until a change comes of which they get no notice: a notice that waits, that ends because nothing is
left to tell, or that dies makes no difference to it, and the next one tells of everything since.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo

from .. import filters, occurrences
from ..events import Event
from ..history import ChangeKind, EventState, classify_change, state_from_json
from ..leads import NoticeKind
from ..ledger_rows import ChangeItem, NewDelivery, NoticeRecipient, SettledChange, message_key
from ..states import DIGEST_CHANNEL, DeliveryKind
from .digests import defer_until

_OPEN_LIFETIME = timedelta(days=30)  # of a notice between dates that nobody knows, or of a series
_GRACE_AFTER_END = timedelta(days=1)  # people may be on their way

_CHANGE_KINDS_BY_NOTICE = {
    NoticeKind.CHANGE: frozenset(ChangeKind) - {ChangeKind.ADDED},
    NoticeKind.DAY_KNOWN: frozenset({ChangeKind.DAY_KNOWN}),
    NoticeKind.CANCEL: frozenset({ChangeKind.CANCELLED, ChangeKind.VANISHED}),
}
_URGENT_KINDS = (ChangeKind.CANCELLED, ChangeKind.VANISHED, ChangeKind.POSTPONED)


@dataclass(frozen=True, slots=True)
class ChangedOccurrence:
    """The settled changes of one occurrence, the oldest first, and what its readers were told before.

    *events* are those whose filters and notices count: the newest version, or the last one before it vanished;
    *parent_ids* are the ids of the events that it belongs to.
    *last_states* maps subscriptions to the JSON states that they know; *told* are those whom a message told of it, or of any
    coming date of the series.
    """

    changes: Sequence[SettledChange]
    new: EventState | None
    events: Sequence[Event]
    last_states: Mapping[int, str]
    told: Collection[int]
    zone: ZoneInfo
    parent_ids: Collection[str] = ()


@dataclass(slots=True)
class _PendingNotice:
    """The changes that one reader is told of in one message."""

    recipient: NoticeRecipient
    expires_at: datetime
    items: list[ChangeItem] = field(default_factory=list)
    is_urgent: bool = False
    nearest_start: datetime | None = None  # the nearest that is still ahead, of the old and the new ones


def plan_notices(
    changed: Sequence[ChangedOccurrence], recipients: Sequence[NoticeRecipient], now: datetime, timezone: str
) -> list[NewDelivery]:
    """Plans one delivery for each of *recipients* who is to be told of any of *changed*. *timezone* is the calendar's."""
    notices: dict[int, _PendingNotice] = {}
    for occurrence in changed:
        expires_at, nearest_start = _expires_at(occurrence, now), _nearest_start(occurrence, now)
        for recipient, item, kind in _recipients_of(occurrence, recipients):
            notice = notices.setdefault(recipient.id, _PendingNotice(recipient, expires_at))
            notice.items.append(item)
            notice.is_urgent |= kind in _URGENT_KINDS
            notice.expires_at = max(notice.expires_at, expires_at)
            notice.nearest_start = min(filter(None, (notice.nearest_start, nearest_start)), default=None)
    changes = sorted((change for occurrence in changed for change in occurrence.changes), key=lambda change: change.id)
    key = message_key(",".join(str(change.id) for change in changes))
    first_ids = {(change.uid, change.recurrence): change.id for change in reversed(changes)}
    return [_to_delivery(notice, key, first_ids, now, timezone) for notice in notices.values()]


def _recipients_of(
    occurrence: ChangedOccurrence, recipients: Iterable[NoticeRecipient]
) -> Iterator[tuple[NoticeRecipient, ChangeItem, ChangeKind]]:
    """Yields who is told of *occurrence*, with what was so before for them, and what kind of change that makes.

    Who subscribed between two changes knows what the first one made of it.
    """
    first, last = occurrence.changes[0], occurrence.changes[-1]
    # also what an edit between two pages of recipients took back: else that would be told, later, to those who heard of nothing
    new_states = (occurrence.new, None if last.new is None else state_from_json(last.new))
    # recipients are many, what they were told and what they ask for are few: each is decided once
    kinds_since = cache(
        lambda old: [classify_change(old and state_from_json(old), new, first.recurrence) for new in new_states]
    )
    wants = cache(
        lambda wanted, query, kind: any(
            is_asked_for(kind, wanted, event) and filters.keeps_event(query, event, occurrence.parent_ids)
            for event in occurrence.events
        )
    )
    for recipient in recipients:
        was_told = recipient.id in occurrence.told
        confirmed_at = recipient.confirmed_at
        news = (change for change in occurrence.changes if confirmed_at and confirmed_at <= change.recorded_at)
        since = first if was_told or recipient.id in occurrence.last_states else next(news, None)
        if since is None:
            continue
        old = occurrence.last_states.get(recipient.id) or since.old
        kind = next(filter(None, kinds_since(old)), None)
        if kind is None or kind is ChangeKind.ADDED:
            continue
        if was_told or wants(recipient.notices, recipient.filter, kind):
            yield recipient, ChangeItem(first.uid, first.recurrence, last.title, old), kind


def is_asked_for(kind: ChangeKind, wanted: str, event: Event) -> bool:
    """Tells whether a subscription with *wanted*, its kinds of notices, asks for those of *kind* about an *event* of its filter."""
    notices = [NoticeKind(name) for name in json.loads(wanted)] if wanted else event.notices
    return any(kind in _CHANGE_KINDS_BY_NOTICE[notice] for notice in notices)


def _states(occurrence: ChangedOccurrence) -> list[EventState]:
    return [state_from_json(state) for change in occurrence.changes for state in (change.old, change.new) if state]


def _expires_at(occurrence: ChangedOccurrence, now: datetime) -> datetime:
    """Returns a day past the later of the old and the new end. The states of a series name its first date: it goes on."""
    ends = [state.when.ends_at(occurrence.zone) for state in _states(occurrence)]
    moments = [end + _GRACE_AFTER_END for end in ends if end]
    if not moments or _is_of_series(occurrence):
        moments.append(now + _OPEN_LIFETIME)
    return max(moments)


def _is_of_series(occurrence: ChangedOccurrence) -> bool:
    """Tells whether all dates of a series changed, and not one of them."""
    return not occurrence.changes[0].recurrence and (
        any(state.rule for state in _states(occurrence)) or any(event.also for event in occurrence.events)
    )


def _nearest_start(occurrence: ChangedOccurrence, now: datetime) -> datetime | None:
    """Returns the nearest of its starts, old and new, that is ahead: who might be on their way is told at once."""
    whens = [state.when for state in _states(occurrence)]
    if _is_of_series(occurrence):
        today = now.astimezone(occurrence.zone).date()
        upcoming = (occurrences.iter_upcoming(event, today) for event in occurrence.events)
        whens += [date.when for dates in upcoming for date in islice(dates, 2)]  # the first may have begun
    starts = [start for when in whens if (start := when.starts_at(occurrence.zone))]
    return min((start for start in starts if start > now), default=None)


def _to_delivery(
    notice: _PendingNotice, key: str, first_ids: Mapping[tuple[str, str], int], now: datetime, timezone: str
) -> NewDelivery:
    recipient, digest_at = notice.recipient, None
    if not notice.is_urgent:
        zone = ZoneInfo(recipient.zone or timezone)
        digest_at = defer_until(recipient.digest, zone, now, notice.expires_at, notice.nearest_start)
    items = [[item.uid, item.recurrence, item.title, item.old] for item in notice.items]
    return NewDelivery(
        message_key=key,
        kind=DeliveryKind.CHANGE,
        subscription=recipient.id,
        change=first_ids[notice.items[0].uid, notice.items[0].recurrence],
        channel=DIGEST_CHANNEL if digest_at else recipient.channel,
        address=recipient.address,
        due_at=digest_at or now,
        expires_at=notice.expires_at,
        payload=json.dumps(items, ensure_ascii=False),
        is_urgent=notice.is_urgent,
    )
