"""Two versions of one event become changes: what is told of them, and from when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from .. import occurrences, repeat
from ..events import Event, Occurrence, Status, event_zone
from ..when import Absence, AllDay, Limit, Period, Span, Timed, Undated, Unit, When
from .values import Change, ChangeKind, EventState, Version, place_text, state_of

MAX_COMPARED_DAYS = 500  # of two series; what differs only later differs in where it ends
NOTICE_DEBOUNCE = timedelta(minutes=5)
DAY = timedelta(days=1)


def added_change(version: Version, language: str, now: datetime) -> Change:
    """A new event came."""
    event = version.event
    return _event_change(ChangeKind.ADDED, version, (None, state_of(event, language)), language, now)


def vanished_change(version: Version, language: str, now: datetime) -> Change:
    """An event left the registry without a word."""
    event = version.event
    return _event_change(ChangeKind.VANISHED, version, (state_of(event, language), None), language, now, event)


def event_changes(
    earlier: Event,
    version: Version,
    is_restored: bool,
    language: str,
    now: datetime,
    last_states: Mapping[tuple[str, str], EventState] = {},
) -> Iterator[Change]:
    """One change for the event as a whole, and one for each occurrence that an edit of its own made different.

    *last_states* are the states that readers know of dates that `except` dropped, by UID and date.
    """
    event = version.event
    old, new = state_of(earlier, language), state_of(event, language)
    written = occurrences.dtstart_and_rrule(event) if event.rule else None
    if event.rule == earlier.rule or (written and earlier.rule and written == occurrences.dtstart_and_rrule(earlier)):
        new = replace(new, rule=old.rule)  # however the registry writes it
    compared = replace(new, when=old.when, rule=old.rule) if _has_same_dates(earlier, event, now) else new
    kind = ChangeKind.RESTORED if is_restored else classify_change(old, compared)
    if kind:
        yield _event_change(kind, version, (old, new), language, now, earlier)
    if kind is not ChangeKind.CANCELLED and (event.rule or event.also or earlier.also):
        yield from _occurrence_changes(earlier, version, language, now, last_states)


def _has_same_dates(earlier: Event, event: Event, now: datetime) -> bool:
    """Whether a series written in another way has the same dates from today on: `every week`, and `every week on Mon`."""
    sides = (earlier, event)
    if (earlier.when, earlier.rule) == (event.when, event.rule) or not all(side.rule or side.also for side in sides):
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
    ruled = (
        repeat.iter_days(event.rule, first, today, date.max)
        if event.rule
        else [date(first.year, first.month, first.day)]
    )
    days = islice((day for day in ruled if day >= today and day not in event.exdates), MAX_COMPARED_DAYS)
    return {*days, *(day for day in event.also if day >= today)}


def _occurrence_changes(
    earlier: Event,
    version: Version,
    language: str,
    now: datetime,
    last_states: Mapping[tuple[str, str], EventState],
) -> Iterator[Change]:
    event = version.event
    old_overrides, new_overrides = (
        {override.date: override for override in side.overrides} for side in (earlier, event)
    )
    changed_days = {
        day for day in old_overrides.keys() | new_overrides.keys() if old_overrides.get(day) != new_overrides.get(day)
    }
    returned_days = set(earlier.exdates) - set(event.exdates)
    for day in sorted(changed_days | returned_days | (set(event.also) ^ set(earlier.also))):
        recurrence = day.isoformat()
        old, new = (occurrences.find(side, recurrence) for side in (earlier, event))
        if change := _compare_occurrence(old, new, last_states.get((version.uid, recurrence)), version, language, now):
            yield change


def _compare_occurrence(
    old: Occurrence | None,
    new: Occurrence | None,
    last_state: EventState | None,
    version: Version,
    language: str,
    now: datetime,
) -> Change | None:
    """One occurrence became another, came or went; what `except` drops is dropped silently, and so is its return.

    A return is told where readers last heard, as *last_state* says, that it was cancelled.
    """
    occurrence = new or old
    is_cancelled = old is None and last_state is not None and last_state.status is Status.CANCELLED
    if occurrence is None or (not occurrence.extra and None in (old, new) and not is_cancelled):
        return None
    old_state = _occurrence_state(old, language) if old else last_state if is_cancelled else None
    new_state = _occurrence_state(new, language) if new else None
    kind = (
        classify_change(old_state, new_state)
        if old_state and new_state
        else ChangeKind.ADDED
        if new
        else ChangeKind.VANISHED
    )
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


def is_extension(version: Version | None, old: EventState | None, new: EventState | None) -> bool:
    """Returns whether from *old* to *new* a deadline went to a later day or hour; *version* is its event, None where it is gone."""
    if version is None or old is None or new is None:
        return False
    return occurrences.is_extension(version.event, old.when, new.when)


def classify_change(old: EventState, new: EventState) -> ChangeKind | None:
    """Classifies the change from *old* to *new* by its most important part; None if there is nothing to tell."""
    if Status.CANCELLED in (old.status, new.status):
        if old.status is new.status:
            return None
        if new.status is Status.CANCELLED:
            return ChangeKind.CANCELLED
    if new.status is Status.POSTPONED and old.status is not Status.POSTPONED:
        return ChangeKind.POSTPONED
    if old.status is Status.CANCELLED:
        return ChangeKind.RESTORED
    if old.when != new.when or old.rule != new.rule:
        kind = _classify_date_change(old.when, new.when)
        if kind or old.rule != new.rule:
            return kind or ChangeKind.MOVED
    if old.status is Status.POSTPONED and new.status is not Status.POSTPONED:
        return ChangeKind.RESTORED
    return ChangeKind.PLACE if old.place != new.place else None


def _classify_date_change(old: When, new: When) -> ChangeKind | None:
    if old.limit and new.limit and old.limit is not new.limit:
        return ChangeKind.MOVED
    if old.span == new.span or _have_same_bounds(old.span, new.span):
        if (old.uncertain, old.approximate, old.limit) == (new.uncertain, new.approximate, new.limit):
            return None
        if any(getattr(new, mark) and not getattr(old, mark) for mark in ("uncertain", "approximate", "limit")):
            return ChangeKind.LESS_PRECISE
        return _known_kind(new)
    if new.is_day_known and not old.is_day_known:
        return _known_kind(new)
    if new.limit and not old.limit and _is_within_limit(old, new):
        return ChangeKind.LESS_PRECISE
    if isinstance(old.span, Undated) and isinstance(new.span, Undated):
        return ChangeKind.MOVED
    if isinstance(new.span, Period) and (isinstance(old.span, Undated) or _is_within(new, old)):
        return ChangeKind.NARROWED
    old_precision, new_precision = _precision(old), _precision(new)
    is_widened = not new.is_day_known and _is_within(old, new)
    return ChangeKind.LESS_PRECISE if new_precision < old_precision or is_widened else ChangeKind.MOVED


def _is_within_limit(old: When, new: When) -> bool:
    """Whether all days of *old* lie on the open side of *new*, which says only "from" or "by"."""
    first, last, limit_first, limit_last = old.first_day, old.last_day, new.first_day, new.last_day
    if first is None or last is None or limit_first is None or limit_last is None:
        return False
    return last <= limit_last if new.limit is Limit.NOT_AFTER else first >= limit_first


def _known_kind(new: When) -> ChangeKind:
    """Classifies a date that became more precise: a doubtful day confirms nothing."""
    return ChangeKind.DAY_KNOWN if new.is_day_known and not new.uncertain else ChangeKind.NARROWED


def _have_same_bounds(old: Span, new: Span) -> bool:
    """Whether two periods are the same days, however they are written: a quarter and its three months."""
    if not (isinstance(old, Period) and isinstance(new, Period)):
        return False
    return (old.first, old.last) == (new.first, new.last)


_UNIT_PRECISION = {
    Unit.DECADE: 1, Unit.YEAR: 2, Unit.HALF: 3, Unit.YEAR_THIRD: 4, Unit.QUARTER: 5, Unit.SEASON: 5, Unit.MONTH: 6,
    Unit.MONTH_THIRD: 7, Unit.WEEK: 7, Unit.DAYS: 7,
}  # fmt: skip


def _precision(when: When) -> int:
    """Ranks the precision of a date: a higher number is more precise."""
    match when.span:
        case Undated():
            return 0
        case Period(unit=unit):
            return _UNIT_PRECISION[unit]
        case AllDay():
            return 8
        case Timed():
            return 9


def _is_within(inner: When, outer: When) -> bool:
    outer_first, inner_first, inner_last, outer_last = outer.first_day, inner.first_day, inner.last_day, outer.last_day
    return (
        outer_first is not None
        and inner_first is not None
        and inner_last is not None
        and outer_last is not None
        and outer_first <= inner_first
        and inner_last <= outer_last
    )


def _occurrence_state(occurrence: Occurrence, language: str) -> EventState:
    return EventState(occurrence.when, occurrence.status, place_text(occurrence.event.places, language))


# When it may be told: (start, end) in UTC of what is not over; None where the day is not known

_UtcRange = tuple[datetime | None, datetime | None]
_StatePair = tuple[EventState | None, EventState | None]


def _event_change(
    kind: ChangeKind, version: Version, states: _StatePair, language: str, now: datetime, earlier: Event | None = None
) -> Change:
    span = version.event.when.span
    is_past = isinstance(span, Undated) and span.absence is Absence.PAST  # whatever it was before
    sides = [side for side in (earlier, None if kind is ChangeKind.VANISHED else version.event) if side and not is_past]
    remaining = [time_range for side in sides for time_range in _remaining_ranges(side, now)]
    title = occurrences.title_without_number(version.event, language)
    return _make_change(kind, version, "", title, states, now, remaining)


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
    notify_after = _debounce_end(remaining, now)
    return Change(kind, version.event.id, version.uid, recurrence, title, old, new, now, 0, notify_after)


def is_upcoming(event: Event, now: datetime) -> bool:
    """Whether anything of *event* is still to come, or going on, at *now*."""
    return event.status is not Status.CANCELLED and bool(_remaining_ranges(event, now))


def _remaining_ranges(event: Event, now: datetime) -> list[_UtcRange]:
    """The stretches of *event* that are not over: of a series, those of these two days stand for all."""
    zone = event_zone(event)
    if event.rule is None and not event.also:
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
    """Five minutes are left for a correction, but at most a tenth of the time to the nearer start."""
    if not remaining:
        return None
    delays = [max(start - now, timedelta()) / 10 for start, _ in remaining if start]
    return now + min([NOTICE_DEBOUNCE, *delays])
