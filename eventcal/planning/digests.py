"""Decides what waits for its reader's digest and when that comes, and builds the digests that are due."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from .. import occurrences
from ..digest_schedule import next_digest_at
from ..events import Event, Occurrence, Status
from ..ledger_rows import DeferredDelivery, DigestChannel, NewDelivery, change_items, message_key
from ..states import DIGEST_CHANNEL, DeliveryKind, Reason
from ..when import AllDay, Timed

MIN_TIME_AFTER_DIGEST = timedelta(hours=12)
"""An occurrence that starts within this time after a digest is announced at once, not in that digest."""

_DAY = timedelta(days=1)
_MOMENT = timedelta(seconds=1)


def defer_until(
    digest: str, zone: ZoneInfo, due: datetime, expires_at: datetime, start: datetime | None
) -> datetime | None:
    """Returns the time of the digest that waits for a message due at *due* and of use until *expires_at*; None: send it now.

    *start* is the earliest possible start of its event; None where it is unknown.
    """
    if not digest:
        return None
    digest_at = next_digest_at(digest, zone, due)
    if expires_at <= digest_at or (start is not None and start < digest_at + MIN_TIME_AFTER_DIGEST):
        return None
    return digest_at


def schedule_digest(channel: DigestChannel, zone: ZoneInfo, now: datetime) -> NewDelivery:
    """Schedules the next digest of *channel* after *now*: it lists what begins until the one after it.

    The row waits with what is deferred to that digest; its payload is the end of that time in milliseconds.
    """
    digest_at = next_digest_at(channel.digest, zone, now + _MOMENT)
    following_at = next_digest_at(channel.digest, zone, digest_at + _MOMENT)
    end_ms = round(following_at.timestamp() * 1000)
    return NewDelivery(
        message_key=message_key("agenda", digest_at.isoformat()),
        kind=DeliveryKind.DIGEST,
        subscription=channel.id,
        channel=DIGEST_CHANNEL,
        address=channel.address,
        due_at=digest_at,
        expires_at=following_at,
        payload=str(end_ms),
    )


def find_agenda(
    events: Iterable[Event], start: datetime, end: datetime, zone: ZoneInfo, now: datetime
) -> list[Occurrence]:
    """Finds what begins from *start* until *end* and is not over at *now*: whole days by date, in *zone*, times by the instant.

    What is cancelled, has no day yet, or was put off without a new date is not among them.
    """
    first_day, end_day = start.astimezone(zone).date(), end.astimezone(zone).date()
    return [
        occurrence
        for occurrence in occurrences.between(events, first_day - _DAY, end_day + _DAY)
        if occurrence.status is not Status.CANCELLED
        and not occurrences.has_no_new_date(occurrence)
        and _begins(occurrence, start, end, zone)
        and (ends_at := occurrence.when.ends_at(zone)) is not None
        and ends_at > now
    ]


def _begins(occurrence: Occurrence, start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    match occurrence.when.span:
        case AllDay(first, _):
            return start.astimezone(zone).date() <= first < end.astimezone(zone).date()
        case Timed(starts_at, _):
            return start <= starts_at < end
    return False


def build_digests(
    deferred: Iterable[DeferredDelivery], now: datetime
) -> tuple[list[NewDelivery], dict[Reason, list[int]]]:
    """Builds one digest for each subscription with deliveries that are still useful at *now*.

    *deferred* come by subscription. Also returns the ids of the deliveries that end, by reason: a digest that is tried again
    says the same, so what it says is skipped as a message of its own. Of one message to several subscriptions of one
    address, the oldest subscription's digest says it.
    """
    deferred = list(deferred)
    useful = [delivery for delivery in deferred if delivery.expires_at > now]
    duplicates = _find_duplicates(useful)
    useful = [delivery for delivery in useful if delivery.id not in duplicates]
    digests = [_digest_of(list(group), now) for _, group in groupby(useful, key=lambda delivery: delivery.subscription)]
    ended = {
        Reason.DIGEST: [delivery.id for delivery in useful],
        Reason.DUPLICATE: sorted(duplicates),
        Reason.PAST: [delivery.id for delivery in deferred if delivery.expires_at <= now],
    }
    return digests, ended


def _find_duplicates(deliveries: Iterable[DeferredDelivery]) -> set[int]:
    """Finds those that another subscription of the same address brings; of several, the first is none.

    A notice is one only if it tells of nothing more: each subscription has the changes of its own filter.
    """
    duplicates: set[int] = set()
    told_by_key: dict[str, set[tuple[str, str]]] = {}
    for delivery in deliveries:
        told = told_by_key.get(delivery.personal_key)
        items = change_items(delivery.payload) if delivery.kind is DeliveryKind.CHANGE else []
        changes = {(item.uid, item.recurrence) for item in items}
        if (told is not None and changes <= told) or (delivery.is_told and delivery.kind is DeliveryKind.REMINDER):
            duplicates.add(delivery.id)
        else:
            told_by_key[delivery.personal_key] = changes | (told or set())
    return duplicates


def _digest_of(deliveries: Sequence[DeferredDelivery], now: datetime) -> NewDelivery:
    first = deliveries[0]
    return NewDelivery(
        message_key=message_key("digest", str(first.id)),  # of the first that it says, which no other digest says
        kind=DeliveryKind.DIGEST,
        subscription=first.subscription,
        channel=first.channel,
        address=first.address,
        due_at=max(delivery.due_at for delivery in deliveries),
        not_before=now,
        expires_at=max(delivery.expires_at for delivery in deliveries),
        payload=json.dumps([delivery.id for delivery in deliveries]),
    )
