"""Predicts the next mails of a subscription, by the rules that plan reminders. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ... import filters
from ...events import Occurrence
from ...filters import Filter
from ...planning import digests, reminders
from ...planning.reminders import ReminderAudience
from ...store.subscribers import SubscriptionPreferences
from ..edition_index import EditionIndex

_WINDOW_DAYS = (60, 400, 1900)  # days ahead that are looked through, one after the other, until enough is found
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UpcomingMail:
    """A mail to come: when it is sent, and the occurrences that it is about."""

    send_at: datetime
    occurrences: tuple[Occurrence, ...]


def next_mails(
    index: EditionIndex,
    preferences: SubscriptionPreferences,
    query: Filter,
    timezone: str,
    now: datetime,
    count: int,
    stopped_ids: Collection[str],
) -> list[UpcomingMail]:
    """Returns the next *count* mails if nothing changes until then. *timezone* is the calendar's.

    *stopped_ids* are the events that the subscriber stopped reminders for.
    """
    audience = reminders.audience(preferences.zone, preferences.leads)
    zone = ZoneInfo(preferences.zone or timezone)
    occurrences_by_time: dict[datetime, list[Occurrence]] = {}
    for days in _WINDOW_DAYS:
        end = now + timedelta(days=days)
        occurrences_by_time, max_offset = _occurrences_by_time(
            index, audience, preferences.digest, query, zone, now, end, stopped_ids
        )
        # what lies behind the window could still speak within it, by as much as its leads reach back
        if len(occurrences_by_time) >= count and sorted(occurrences_by_time)[count - 1] <= end - max_offset:
            break
    return [UpcomingMail(moment, tuple(occurrences_by_time[moment])) for moment in sorted(occurrences_by_time)[:count]]


def _occurrences_by_time(
    index: EditionIndex,
    audience: ReminderAudience,
    digest: str,
    query: Filter,
    zone: ZoneInfo,
    now: datetime,
    end: datetime,
    stopped_ids: Collection[str],
) -> tuple[dict[datetime, list[Occurrence]], timedelta]:
    occurrences_by_time: dict[datetime, list[Occurrence]] = {}
    max_offset = _DAY
    for occurrence in index.everything.between((now - 2 * _DAY).date(), end.date()):
        event = occurrence.event
        if not filters.matches_event(query, event) or not reminders.is_remindable(occurrence):
            continue
        if event.id in stopped_ids:
            continue
        leads = event.leads if audience.leads is None else audience.leads
        max_offset = max([max_offset, *(reminders.max_offset(lead) for lead in leads)])
        start = occurrence.when.starts_at(zone)
        for scheduled in reminders.schedule(event, occurrence.when, audience):
            if scheduled.due < now or scheduled.due >= scheduled.expires_at:
                continue
            digest_at = digests.defer_until(digest, zone, scheduled.due, scheduled.expires_at, start)
            batch = occurrences_by_time.setdefault(digest_at or scheduled.due, [])
            if occurrence not in batch:
                batch.append(occurrence)
    return occurrences_by_time, max_offset
