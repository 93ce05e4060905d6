"""An edition and the registry that follows it become the next edition and its changes: what is told of each, and from when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from .. import occurrences, repeat
from ..events import Calendar, Event, Occurrence, Status, event_zone
from ..when import Absence, AllDay, Timed, Undated, When, day_of
from .values import (
    Change,
    ChangeKind,
    Edition,
    EventState,
    Version,
    classify_change,
    link_parents,
    occurrence_state,
    state_of,
)
from .versions import Origin, find_origins, next_version

MAX_COMPARED_DAYS = 500  # of two series; what differs only later differs in where it ends
NOTICE_DEBOUNCE = timedelta(minutes=5)
DAY = timedelta(days=1)

_StatePair = tuple[EventState | None, EventState | None]


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Values that every change of an edition goes by.

    *language* is the calendar's. *last_states* are the states that readers know of dates that `except` dropped, by UID and
    date; *last_held* are the events that return as they were before they were cancelled, by UID.
    """

    language: str
    now: datetime
    last_states: Mapping[tuple[str, str], EventState]
    last_held: Mapping[str, Event]


def build_edition(
    previous: Edition | None,
    former_versions: Mapping[str, Version],
    calendar: Calendar,
    events: Sequence[Event],
    digest: str,
    now: datetime,
    last_states: Mapping[tuple[str, str], EventState] = {},
    last_held: Mapping[str, Event] = {},
    first_sequence: int = 0,
) -> tuple[Edition, list[Change]]:
    """Builds the edition after *previous* and its changes, in the registry's order, removed events last.

    *former_versions* holds, for each id or former name among *events* that *previous* does not have, the last
    version with the UID of that name: an event that returns continues from it. *last_states* are those of
    `returned_dates`, and *last_held* the events of `returned_uids` before they were cancelled. A new event begins
    *first_sequence* above its own SEQUENCE. A first edition has no changes. Raises UidConflictError.
    """
    timestamp = _next_timestamp(previous, former_versions, now)
    comparison = _Comparison(calendar.language, now, last_states, last_held)
    origins = find_origins(previous, former_versions, calendar, events, now)
    versions: list[Version] = []
    changes: list[Change] = []
    for origin in origins:
        version, earlier = next_version(origin, timestamp, first_sequence), origin.version
        versions.append(version)
        if earlier is None and previous:
            state = state_of(version.event, calendar.language)
            changes.append(_event_change(ChangeKind.ADDED, version, (None, state), comparison))
        elif earlier is not None and version is not earlier:
            changes += _event_changes(earlier.event, version, not origin.was_present, comparison)
    if previous:
        changes += _removals(previous, versions, comparison)
    number = previous.number + 1 if previous else 1
    linked = _stamp_redrawn(link_parents(versions), previous, calendar, timestamp)
    edition = Edition(number, digest, now, calendar, linked, _last_removal_at(previous, calendar, origins, timestamp))
    return edition, [replace(change, edition=number) for change in changes]


def _last_removal_at(
    previous: Edition | None, calendar: Calendar, origins: Sequence[Origin], timestamp: datetime
) -> datetime | None:
    """Returns when something last changed that no version tells: *timestamp* if an event left, moved or is linked otherwise, or *calendar* is another."""
    if previous is None:
        return None
    continued = [(origin.uid, _links(origin.event)) for origin in origins if origin.was_present]
    is_same = calendar == previous.calendar and continued == [(old.uid, _links(old.event)) for old in previous.versions]
    return previous.last_removal_at if is_same else timestamp


def _links(event: Event) -> tuple[str, tuple[str, ...]]:
    """Returns what *event* belongs to and continues: with another value it leaves the feeds of those."""
    return event.part_of, event.continues


def _stamp_redrawn(
    versions: Iterable[Version], previous: Edition | None, calendar: Calendar, timestamp: datetime
) -> tuple[Version, ...]:
    """Returns *versions*, those modified at *timestamp* that feeds write in other words though their events stayed.

    That is a part whose event has another title, and everything where the calendar has another language or zone.
    """
    if previous is None:
        return tuple(versions)
    before = previous.calendar
    are_all = (before.language, before.timezone) != (calendar.language, calendar.timezone)

    def stamped(version: Version) -> Version:
        old = previous.version(version.uid) if version.parent_title is not None else None
        is_renamed = old is not None and old.parent_title != version.parent_title
        return replace(version, modified=timestamp) if are_all or is_renamed else version

    return tuple(map(stamped, versions))


def _next_timestamp(previous: Edition | None, former_versions: Mapping[str, Version], now: datetime) -> datetime:
    """Returns *now* in whole seconds, or a second after the latest that was ever written, if that is later.

    Later than everything in the edition before, not only than the event's own: what a feed gives as Last-Modified
    must not stay where it was, also when two edits fall into one second or the clock was set back.
    """
    timestamps = [version.modified for version in previous.versions] if previous else []
    timestamps += [version.modified for version in former_versions.values()]
    if previous and previous.last_removal_at:
        timestamps.append(previous.last_removal_at)
    timestamp = now.replace(microsecond=0)
    return max(timestamp, max(timestamps) + timedelta(seconds=1)) if timestamps else timestamp


# changes


def _removals(previous: Edition, versions: Iterable[Version], comparison: _Comparison) -> Iterator[Change]:
    """Yields a change for each event of *previous* that none of *versions* continues."""
    current_uids = {version.uid for version in versions}
    for old in previous.versions:
        if old.uid not in current_uids:
            state = state_of(old.event, comparison.language)
            yield _event_change(ChangeKind.VANISHED, old, (state, None), comparison, old.event)


def _event_changes(earlier: Event, version: Version, is_restored: bool, comparison: _Comparison) -> Iterator[Change]:
    """Yields one change for the event as a whole, and one for each occurrence that an edit of its own made different."""
    event, language = version.event, comparison.language
    old, new = state_of(earlier, language), state_of(event, language)
    written = occurrences.dtstart_and_rrule(event)
    if event.rule == earlier.rule or (written and written == occurrences.dtstart_and_rrule(earlier)):
        new = replace(new, rule=old.rule)  # however the registry writes it
    compared = replace(new, when=old.when, rule=old.rule) if _has_same_dates(earlier, event, comparison.now) else new
    kind = ChangeKind.RESTORED if is_restored else classify_change(old, compared)
    if kind:
        yield _event_change(kind, version, (old, new), comparison, earlier)
    if kind is ChangeKind.RESTORED:  # a date that stays off, or is another one, is told beside the series
        earlier = replace(comparison.last_held.get(version.uid, earlier), status=event.status)
    if kind is not ChangeKind.CANCELLED:
        yield from _occurrence_changes(earlier, version, comparison, is_series_told=kind is not None)


def _has_same_dates(earlier: Event, event: Event, now: datetime) -> bool:
    """Tells whether a series written in another way has the same dates from today on: `every week`, and `every week on Mon`."""
    sides = (earlier, event)
    if (earlier.when, earlier.rule) == (event.when, event.rule) or not all(side.is_recurring for side in sides):
        return False
    old_extent, new_extent = map(occurrences.extent, sides)
    if _shape(earlier.when) != _shape(event.when) or not old_extent or not new_extent or old_extent[1] != new_extent[1]:
        return False
    today = now.astimezone(event_zone(event)).date()
    old_days, new_days = (_coming_days(side, today) for side in sides)
    return bool(new_days) and old_days == new_days


def _shape(when: When) -> tuple[object, ...]:
    """Returns what the dates of a series share beside their days: the hours and the length, and how sure they are."""
    match when.span:
        case Timed(start, end):
            return when.uncertain, when.limit, start.time(), start.tzinfo, end and end - start
        case AllDay(first, last):
            return when.uncertain, when.limit, last - first
    return (when,)


def _coming_days(event: Event, today: date) -> set[date]:
    first = repeat.local_dtstart(event.when)
    ruled = repeat.iter_days(event.rule, first, today, date.max) if event.rule else [day_of(first)]
    days = islice((day for day in ruled if day >= today and day not in event.exdates), MAX_COMPARED_DAYS)
    return {*days, *(day for day in event.also if day >= today)}


def _occurrence_changes(
    earlier: Event, version: Version, comparison: _Comparison, *, is_series_told: bool
) -> Iterator[Change]:
    event = version.event
    old_overrides, new_overrides = (
        {override.date: override for override in side.overrides} for side in (earlier, event)
    )
    changed_days = {
        day for day in old_overrides.keys() | new_overrides.keys() if old_overrides.get(day) != new_overrides.get(day)
    }
    returned_days = set(earlier.exdates) - set(event.exdates)
    extra_days = set(event.also) ^ set(earlier.also)
    if not is_series_told and event_zone(event).key != event_zone(earlier).key:
        extra_days = {*event.also, *earlier.also}  # an hour that stays on the first day may be another one on these
    has_other_rule = (earlier.when, earlier.rule) != (event.when, event.rule)
    as_ruled = replace(event, overrides=(), also=())
    for day in sorted(changed_days | returned_days | extra_days):
        old, new = (occurrences.find(side, day.isoformat()) for side in (earlier, event))
        if old is None and has_other_rule and day not in returned_days:  # its new rule is announced with this day
            old = occurrences.find(as_ruled, day.isoformat())
        if change := _compare_occurrence(old, new, version, comparison):
            yield change


def _compare_occurrence(
    old: Occurrence | None, new: Occurrence | None, version: Version, comparison: _Comparison
) -> Change | None:
    """Returns the change of an occurrence that became another, came or went; None where `except` drops or returns it.

    A return is told where readers last heard that it was cancelled.
    """
    occurrence, language, now = new or old, comparison.language, comparison.now
    if occurrence is None:
        return None
    last_state = comparison.last_states.get((version.uid, occurrence.recurrence))
    is_cancelled = old is None and last_state is not None and last_state.status is Status.CANCELLED
    if not occurrence.is_extra and None in (old, new) and not is_cancelled:
        return None
    old_state = occurrence_state(old, language) if old else last_state if is_cancelled else None
    new_state = occurrence_state(new, language) if new else None
    kind = classify_change(old_state, new_state, occurrence.recurrence) if new else ChangeKind.VANISHED
    if kind is None:
        return None
    zone = event_zone(version.event)
    remaining = [time_range for side in (old, new) if side for time_range in _range_unless_over(side.when, zone, now)]
    return _make_change(
        kind,
        version,
        occurrence.recurrence,
        occurrences.title_of(occurrence, language),
        (old_state, new_state),
        now,
        remaining,
    )


def is_deadline_extended(version: Version | None, old: EventState | None, new: EventState | None) -> bool:
    """Returns whether from *old* to *new* a deadline went to a later day or hour; *version* is its event, None where it is gone."""
    if version is None or old is None or new is None:
        return False
    return occurrences.is_extension(version.event, old.when, new.when)


# When it may be told: (start, end) in UTC of what is not over; None where the day is not known

_UtcRange = tuple[datetime | None, datetime | None]


def _event_change(
    kind: ChangeKind, version: Version, states: _StatePair, comparison: _Comparison, earlier: Event | None = None
) -> Change:
    span = version.event.when.span
    is_past = isinstance(span, Undated) and span.absence is Absence.PAST  # whatever it was before
    sides = [side for side in (earlier, version.event) if side and not is_past]
    remaining = [time_range for side in sides for time_range in _remaining_ranges(side, comparison.now)]
    title = occurrences.title_without_number(version.event, comparison.language)
    return _make_change(kind, version, "", title, states, comparison.now, remaining)


def _make_change(
    kind: ChangeKind,
    version: Version,
    recurrence: str,
    title: str,
    states: _StatePair,
    now: datetime,
    remaining: list[_UtcRange],
) -> Change:
    old, new = states
    return Change(
        kind=kind,
        event_id=version.event.id,
        uid=version.uid,
        recurrence=recurrence,
        title=title,
        old=old,
        new=new,
        at=now,
        notify_after=_debounce_end(remaining, now),
    )


def is_upcoming(event: Event, now: datetime) -> bool:
    """Tells whether anything of *event* is still to come, or going on, at *now*."""
    return event.status is not Status.CANCELLED and bool(_remaining_ranges(event, now))


def _remaining_ranges(event: Event, now: datetime) -> list[_UtcRange]:
    """Returns the stretches of *event* that are not over: of a series, those of these two days stand for all."""
    zone = event_zone(event)
    if not event.is_recurring:
        return _range_unless_over(event.when, zone, now)
    today = now.astimezone(zone).date()
    near_whens = [
        occurrence.when
        for occurrence in occurrences.of_event(event, today, today + DAY)
        if occurrence.status is not Status.CANCELLED
    ]
    if near_ranges := [time_range for when in near_whens for time_range in _range_unless_over(when, zone, now)]:
        return near_ranges
    extent = occurrences.extent(event)
    has_later = extent is not None and (extent[1] is None or extent[1] > today + DAY)
    return [(None, None)] if has_later else []


def _range_unless_over(when: When, zone: ZoneInfo, now: datetime) -> list[_UtcRange]:
    end = when.ends_at(zone)
    if end is not None and end <= now:
        return []
    return [(when.starts_at(zone) if when.is_day_known else None, end)]


def _debounce_end(remaining: list[_UtcRange], now: datetime) -> datetime | None:
    """Returns when a change may be told: after five minutes for a correction, or a tenth of the time to the nearer start.

    At once if it began within a day, for people may be on their way; what has been going on for longer can wait.
    """
    if not remaining:
        return None
    delays = [max(start - now, timedelta()) / 10 for start, _ in remaining if start and start > now - DAY]
    return now + min([NOTICE_DEBOUNCE, *delays])
