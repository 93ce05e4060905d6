"""Predicts the next mails of a subscription, by the rules that plan reminders. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
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


def next_mails(
    index: EditionIndex,
    preferences: SubscriptionPreferences,
    query: Filter,
    timezone: str,
    now: datetime,
    count: int,
    stopped_ids: Collection[str],
) -> list[tuple[datetime, list[Occurrence]]]:
    """Returns the next *count* mails if nothing changes until then: when each is sent, and what it is about.

    *timezone* is the calendar's. *stopped_ids* are the events that the subscriber stopped reminders for.
    """
    audience = reminders.audience(preferences.zone, preferences.leads)
    zone = ZoneInfo(preferences.zone or timezone)

    def is_wanted(occurrence: Occurrence) -> bool:
        event = occurrence.event
        is_kept = filters.matches_event(query, event, index.parent_ids(event))
        return is_kept and event.id not in stopped_ids and reminders.is_remindable(occurrence)

    # what lies behind a window could still speak within it, by as much as any lead reaches back
    leads = index.leads if audience.leads is None else audience.leads
    longest_lead = max([_DAY, *map(reminders.max_offset, leads)])
    occurrences_by_time: dict[datetime, list[Occurrence]] = {}
    for days in _WINDOW_DAYS:
        end = now + timedelta(days=days)
        wanted = list(filter(is_wanted, index.everything.between((now - 2 * _DAY).date(), end.date())))
        occurrences_by_time = _occurrences_by_time(wanted, audience, preferences.digest, zone, now)
        if len(occurrences_by_time) >= count and sorted(occurrences_by_time)[count - 1] <= end - longest_lead:
            break
    return sorted(occurrences_by_time.items())[:count]


def _occurrences_by_time(
    occurrences: Iterable[Occurrence], audience: ReminderAudience, digest: str, zone: ZoneInfo, now: datetime
) -> dict[datetime, list[Occurrence]]:
    """Returns what is said in each mail from *now* on, by the time of the mail."""
    occurrences_by_time: dict[datetime, list[Occurrence]] = {}
    for occurrence in occurrences:
        start = occurrence.when.starts_at(zone)
        for scheduled in reminders.schedule(occurrence.event, occurrence.when, audience):
            if scheduled.due < now or scheduled.due >= scheduled.expires_at:
                continue
            digest_at = digests.defer_until(digest, zone, scheduled.due, scheduled.expires_at, start)
            batch = occurrences_by_time.setdefault(digest_at or scheduled.due, [])
            if occurrence not in batch:
                batch.append(occurrence)
    return occurrences_by_time
