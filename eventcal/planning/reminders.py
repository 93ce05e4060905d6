"""Plans reminders: which are due, when, and until when they are useful. Pure; the caller passes `now`.

A reminder is an occurrence, its start, a lead and a zone; it knows no subscriber. The stored plan is compared with the
wanted one, and only the difference is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .. import occurrences
from ..events import Event, Occurrence, Status, chosen_zone
from ..history import Version
from ..leads import Elapsed, Lead, NoticeKind, WallClock, lead_text, leads_of, parse, resolve
from ..ledger_rows import EndedReminder, PlanDiff, PlannedReminder, ReminderKey, StoredReminder, is_late
from ..states import Reason, ReminderState
from ..when import AllDay, Limit, Period, Timed, Undated, When

PLANNING_HORIZON = timedelta(days=45)
"""How far ahead plans reach."""

FAN_OUT_LEAD_TIME = timedelta(seconds=60)
"""How long before it is due a reminder becomes deliveries."""

PAST_TOLERANCE = timedelta(seconds=60)
"""A lead that is past by more than this when it is first planned is skipped."""

_DAY = timedelta(days=1)
_OPEN = (ReminderState.PLANNED, ReminderState.STAGED)


@dataclass(frozen=True, slots=True)
class ReminderAudience:
    """The zone and leads that a group of subscriptions asks for: *zone* "" and *leads* None are the event's own."""

    zone: str = ""
    leads: tuple[Lead, ...] | None = None


class ScheduledReminder(NamedTuple):
    """A lead resolved for one occurrence and audience: when it is due, and until when it is useful."""

    lead: Lead
    due: datetime
    expires_at: datetime


# one occurrence


def start_text(when: When) -> str:
    """Returns the part of a date that identifies its reminders: the start, without the end and without doubt."""
    match when.span:
        case Timed(start, _):
            return f"{start:%Y-%m-%d %H:%M} {when.span.zone.key}"
        case AllDay(first, _):
            return first.isoformat()
        case _:
            return str(replace(when, uncertain=False, approximate=False))


def reminder_expiry(when: When, zone: ZoneInfo) -> datetime | None:
    """Returns until when a reminder of *when* is useful.

    An hour: its start; whole days: the end of the first; a period: the end of the last possible day on which it begins;
    None if TBD.
    """
    match when.span:
        case AllDay(first, _):
            return When(AllDay(first, first)).ends_at(zone)
        case Timed():
            return when.starts_at(zone)
        case Period():
            return (replace(when, limit=None) if when.limit is Limit.OPEN_END else when).ends_at(zone)
        case Undated():
            return None


def schedule(event: Event, when: When, audience: ReminderAudience) -> list[ScheduledReminder]:
    """Resolves the leads of *audience* for one occurrence, by due time; each is useful until the next one, at most.

    Of two leads that fall due at the same moment, the first one named counts.
    """
    zone = chosen_zone(event, audience.zone)
    end = reminder_expiry(when, zone)
    leads = event.leads if audience.leads is None else audience.leads
    due: dict[datetime, Lead] = {}
    for lead in leads:
        at = resolve(lead, when, zone)
        if at is not None:
            due.setdefault(at, lead)
    if end is None or not due:
        return []
    due_times = sorted(due)
    if isinstance(when.span, Period) and (audience.leads is not None or event.when.is_day_known):
        # A subscriber's own leads, and a series', are meant for days; before a period the first of them is enough.
        due_times = due_times[:1]
    return [
        ScheduledReminder(due[at], at, min(end, next_due))
        for at, next_due in zip(due_times, [*due_times[1:], end], strict=True)
    ]


def zone_bucket(lead: Lead | NoticeKind, zone: str) -> str:
    """Returns the zone that a reminder of *lead* is stored under: "" for elapsed time, which is the same everywhere."""
    return "" if isinstance(lead, Elapsed) else zone


# a plan


def plan(
    versions: Iterable[Version], now: datetime, until: datetime, audiences: Sequence[ReminderAudience]
) -> list[PlannedReminder]:
    """Plans the reminders of *audiences* that fall due by *until* and are still useful at *now*, by event."""
    return [planned for version in versions for planned in plan_event(version, now, until, audiences)]


def plan_event(
    version: Version, now: datetime, until: datetime, audiences: Sequence[ReminderAudience]
) -> Iterator[PlannedReminder]:
    """Yields the reminders of one event that fall due by *until* and are useful at *now*."""
    event = version.event
    if not event.leads and all(audience.leads is None for audience in audiences):
        return
    for occurrence in _occurrences_in_reach(event, now, until, audiences):
        if not is_remindable(occurrence):
            continue
        start, seen = start_text(occurrence.when), set()
        for audience in audiences:
            end = reminder_expiry(occurrence.when, chosen_zone(event, audience.zone))
            for lead, due, _ in schedule(event, occurrence.when, audience):
                key = ReminderKey(
                    version.uid, occurrence.recurrence, start, lead_text(lead), zone_bucket(lead, audience.zone)
                )
                if end is None or key in seen or due > until or end <= now:
                    continue
                seen.add(key)
                reason = Reason.NONE if due < end else Reason.AFTER_START
                yield PlannedReminder(event.id, key, due, due - FAN_OUT_LEAD_TIME, end, reason)


def _occurrences_in_reach(
    event: Event, now: datetime, until: datetime, audiences: Sequence[ReminderAudience]
) -> Iterable[Occurrence]:
    """Returns the occurrences that may have a lead within the window."""
    leads = [*event.leads, *(lead for audience in audiences for lead in audience.leads or ())]
    longest_offset = max((max_offset(lead) for lead in leads), default=_DAY)
    # two days of room: the farthest zones are 26 hours apart
    first, last = (now - 2 * _DAY).date(), (until + longest_offset + 2 * _DAY).date()
    return occurrences.of_event(event, first, last)


def max_offset(lead: Lead) -> timedelta:
    """Returns the longest time that *lead* may be due before its date."""
    match lead:
        case WallClock(days, months, _):
            return timedelta(days=days + 31 * months + 1)
        case Elapsed(length):
            return length


@lru_cache(maxsize=4096)
def audience(zone: str, leads: str) -> ReminderAudience:
    """Reads a subscription's columns: *zone* "" is the event's own, *leads* a JSON list of canonical texts or ""."""
    own_leads = leads_of(tuple(map(parse, json.loads(leads)))) if leads else None  # notices among them are left out
    return ReminderAudience(zone, own_leads)


def catch_up_keys(version: Version, now: datetime, audiences: Sequence[ReminderAudience]) -> set[ReminderKey]:
    """Returns the latest past reminder of each occurrence and audience without a lead left, for an event just added or moved."""
    event, keys = version.event, set()
    for occurrence in filter(is_remindable, _occurrences_in_reach(event, now, now, audiences)):
        for audience in audiences:
            latest = latest_past_reminder(schedule(event, occurrence.when, audience), now)
            if latest is not None:
                start, zone = start_text(occurrence.when), zone_bucket(latest.lead, audience.zone)
                keys.add(ReminderKey(version.uid, occurrence.recurrence, start, lead_text(latest.lead), zone))
    return keys


def latest_past_reminder(scheduled: Sequence[ScheduledReminder], now: datetime) -> ScheduledReminder | None:
    """Returns the last of *scheduled* if all are past, else None."""
    return scheduled[-1] if scheduled and scheduled[-1].due < now - PAST_TOLERANCE else None


# what differs


def diff_plan(
    wanted: Iterable[PlannedReminder],
    stored: Iterable[StoredReminder],
    now: datetime,
    reason_for: Callable[[ReminderKey], Reason],
    catch_up: Collection[ReminderKey] = (),
) -> PlanDiff:
    """Compares *stored* with *wanted*, both of the same events, and leaves what has expired as it is.

    *reason_for* is `invalidation_reason` of a key. *catch_up* are keys that are sent although they are past when they are
    first planned.
    """
    stored_by_key = {reminder.key: reminder for reminder in stored}
    insert, reactivate, reschedule = [], [], []
    for planned in wanted:
        existing = stored_by_key.pop(planned.key, None)
        if existing is None:
            is_late = planned.due < now - PAST_TOLERANCE and planned.key not in catch_up
            insert.append(replace(planned, reason=planned.reason or (Reason.PAST if is_late else Reason.NONE)))
        elif existing.state in _OPEN:
            if (existing.due, existing.expires_at) != (planned.due, planned.expires_at):
                reschedule.append((existing.id, planned))
        elif (
            existing.state is ReminderState.SUPERSEDED or existing.reason is Reason.RULE or _ended_early(existing, now)
        ):
            reactivate.append((existing.id, planned))
    ended = [
        _end_reminder(reminder, reason_for(reminder.key))
        for reminder in stored_by_key.values()
        if reminder.state in _OPEN and reminder.expires_at > now
    ]
    return PlanDiff(tuple(insert), tuple(reactivate), tuple(reschedule), tuple(ended))


def _ended_early(reminder: StoredReminder, now: datetime) -> bool:
    """Tells whether a clock that was ahead ended *reminder* as past: it was planned in time and is still of use at *now*."""
    was_in_time = reminder.created_at <= reminder.due + PAST_TOLERANCE
    return reminder.reason is Reason.PAST and was_in_time and reminder.expires_at > now


def _end_reminder(reminder: StoredReminder, reason: Reason) -> EndedReminder:
    if reason:
        return EndedReminder(reminder.id, ReminderState.SUPERSEDED, reason)
    return EndedReminder(reminder.id, ReminderState.SKIPPED, Reason.RULE)


def invalidation_reason(key: ReminderKey, event: Event | None) -> Reason:
    """Returns why the reminder *key* is void: vanished, cancelled, postponed or moved; NONE if it is still true."""
    occurrence = None if event is None else occurrences.find(event, key.recurrence)
    if event is None or (occurrence is None and not isinstance(event.when.span, Undated)):
        return Reason.VANISHED
    if occurrence is None or not is_remindable(occurrence):
        return (
            Reason.CANCELLED
            if event.status is Status.CANCELLED or (occurrence and occurrence.status is Status.CANCELLED)
            else Reason.POSTPONED
        )
    return Reason.NONE if start_text(occurrence.when) == key.start else Reason.MOVED


def is_remindable(occurrence: Occurrence) -> bool:
    """Tells whether an occurrence may have reminders: not if it was cancelled, or postponed without a new date."""
    if occurrence.status is not Status.POSTPONED:
        return occurrence.status is not Status.CANCELLED
    return not occurrences.has_no_new_date(occurrence)


# the moment of sending


@dataclass(frozen=True, slots=True)
class Send:
    """The reminder is sent; *is_late*: with a line that it comes late."""

    is_late: bool


@dataclass(frozen=True, slots=True)
class Skip:
    """The reminder is not sent, and why."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A delivery of a reminder, as far as deciding needs it: its key, its times, and when it was first planned."""

    key: ReminderKey
    due: datetime
    expires_at: datetime
    created_at: datetime


def verdict(reminder: DueReminder, event: Event | None, audience: ReminderAudience, now: datetime) -> Send | Skip:
    """Decides whether a due reminder is still sent at *now*, and why not.

    *event* is the newest version, None if there is none; *audience* is what the recipient asks for by now.
    """
    if reason := invalidation_reason(reminder.key, event):
        return Skip(reason)
    leads = (event.leads if event is not None else ()) if audience.leads is None else audience.leads
    if reminder.key.lead not in {lead_text(lead) for lead in leads}:
        return Skip(Reason.RULE)
    if now >= reminder.expires_at:
        return Skip(Reason.PAST)
    return Send(is_late=is_late(reminder.due, reminder.created_at, now))
