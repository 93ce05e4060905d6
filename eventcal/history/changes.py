"""Two versions of one event become changes: what is told of them, and from when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .. import occurrences
from ..events import Event, Occurrence, Place, Status, event_zone
from ..when import AllDay, Period, Timed, Undated, Unit, When
from .values import Change, Kind, State, Version

SETTLES = timedelta(minutes=5)
DAY = timedelta(days=1)


def added(version: Version, language: str, now: datetime) -> Change:
    """A new event came."""
    event = version.event
    return _of_event(Kind.ADDED, version, (None, state_of(event, language)), language, now)


def vanished(version: Version, language: str, now: datetime) -> Change:
    """An event left the registry without a word."""
    event = version.event
    return _of_event(Kind.VANISHED, version, (state_of(event, language), None), language, now, event)


def differences(earlier: Event, version: Version, returns: bool, language: str, now: datetime) -> Iterator[Change]:
    """One change for the event as a whole; where its dates stand as they were, one for each occurrence that differs."""
    event = version.event
    old, new = state_of(earlier, language), state_of(event, language)
    if event.rule == earlier.rule:  # however it was written
        new = replace(new, rule=old.rule)
    kind = Kind.RESTORED if returns else kind_of(old, new)
    if kind:
        yield _of_event(kind, version, (old, new), language, now, earlier)
    if kind in (None, Kind.PLACE) and (event.rule or event.also or earlier.also):
        yield from _occurrence_changes(earlier, version, language, now)


def _occurrence_changes(earlier: Event, version: Version, language: str, now: datetime) -> Iterator[Change]:
    event = version.event
    before, after = ({each.date: each for each in one.overrides} for one in (earlier, event))
    own = {day for day in before.keys() | after.keys() if before.get(day) != after.get(day)}
    for day in sorted(own | (set(event.also) ^ set(earlier.also))):
        old, new = (occurrences.find(one, day.isoformat()) for one in (earlier, event))
        if found := _of_occurrence(old, new, version, language, now):
            yield found


def _of_occurrence(
    old: Occurrence | None, new: Occurrence | None, version: Version, language: str, now: datetime
) -> Change | None:
    """One occurrence became another, came or went; what `except` drops is dropped silently, and so is its return."""
    either = new or old
    if either is None or (not either.extra and None in (old, new)):
        return None
    was, now_is = _state(old, language) if old else None, _state(new, language) if new else None
    kind = kind_of(was, now_is) if was and now_is else Kind.ADDED if new else Kind.VANISHED
    if kind is None:
        return None
    zone = event_zone(version.event)
    ahead = [found for each in (old, new) if each for found in _unless_over(each.when, zone, now)]
    return _change(kind, version, either.recurrence, occurrences.title_of(either, language), (was, now_is), now, ahead)


def kind_of(old: State, new: State) -> Kind | None:
    """What a reader who knows *old* is told of *new*; None: nothing worth a word. The weightiest has it."""
    if Status.CANCELLED in (old.status, new.status):
        if old.status is new.status:
            return None
        if new.status is Status.CANCELLED:
            return Kind.CANCELLED
    if new.status is Status.POSTPONED and old.status is not Status.POSTPONED:
        return Kind.POSTPONED
    if old.status is Status.CANCELLED:
        return Kind.RESTORED
    if old.when != new.when or old.rule != new.rule:
        kind = _kind_of_date(old.when, new.when)
        if kind or old.rule != new.rule:
            return kind or Kind.MOVED
    if old.status is Status.POSTPONED and new.status is not Status.POSTPONED:
        return Kind.RESTORED
    return Kind.PLACE if old.place != new.place else None


def _kind_of_date(old: When, new: When) -> Kind | None:
    if old.span == new.span:
        if old.doubtful == new.doubtful:
            return None
        return Kind.LOOSENED if new.doubtful else Kind.DAY_KNOWN if new.known else None
    if new.known and not old.known:
        return Kind.DAY_KNOWN
    grain_before, grain = _grain(old), _grain(new)
    widened = grain == grain_before and not new.known and _within(old, new)
    return Kind.LOOSENED if grain < grain_before or widened else Kind.MOVED


def _grain(when: When) -> int:
    """How finely a date is known: the more the finer."""
    match when.span:
        case Undated():
            return 0
        case Period(unit=unit):
            return {Unit.YEAR: 1, Unit.QUARTER: 2, Unit.MONTH: 3}[unit]
        case AllDay():
            return 4
        case Timed():
            return 5


def _within(inner: When, outer: When) -> bool:
    a, b, c, d = outer.first_day, inner.first_day, inner.last_day, outer.last_day
    return a is not None and b is not None and c is not None and d is not None and a <= b and c <= d


def state_of(event: Event, language: str) -> State:
    """Where *event* stands as a whole."""
    return State(event.when, event.status, place_text(event.place, language), event.rule.text if event.rule else "")


def _state(occurrence: Occurrence, language: str) -> State:
    return State(occurrence.when, occurrence.status, place_text(occurrence.event.place, language))


def on_day(when: When, day: date) -> When:
    """*when*, a known date, on the wall clock of *day* instead."""
    match when.span:
        case AllDay(first, last):
            span: AllDay | Timed = AllDay(day, last + (day - first))
        case Timed(start, end):
            by = day - start.date()
            span = Timed(start + by, None if end is None else end + by)
        case _:
            raise ValueError(f"only a known date repeats: {when}")
    return When(span, when.doubtful)


def place_text(place: Place | None, language: str) -> str:
    """A place in plain words, from near to far, its country by its code: enough to see that it became another."""
    if place is None:
        return ""
    parts = [text.say(language) for text in (place.name, place.region) if text]
    return ", ".join([*parts, place.country] if place.country else parts)


# When it may be told: (start, end) in UTC of what is not over; None where the day is not known

_Stretch = tuple[datetime | None, datetime | None]
_States = tuple[State | None, State | None]


def _of_event(
    kind: Kind, version: Version, states: _States, language: str, now: datetime, earlier: Event | None = None
) -> Change:
    both = [each for each in (earlier, None if kind is Kind.VANISHED else version.event) if each]
    ahead = [stretch for each in both for stretch in _ahead(each, now)]
    title = occurrences.title_without_number(version.event, language)
    return _change(kind, version, "", title, states, now, ahead)


def _change(
    kind: Kind,
    version: Version,
    recurrence: str,
    title: str,
    states: _States,
    now: datetime,
    ahead: list[_Stretch],
) -> Change:
    old, new = states
    settle_at = _settle_at(ahead, now)
    return Change(kind, version.event.id, version.uid, recurrence, title, old, new, now, 0, settle_at)


def is_ahead(event: Event, now: datetime) -> bool:
    """Whether anything of *event* is still to come, or going on, at *now*."""
    return event.status is not Status.CANCELLED and bool(_ahead(event, now))


def _ahead(event: Event, now: datetime) -> list[_Stretch]:
    """The stretches of *event* that are not over: of a series, those of these two days stand for all."""
    zone = event_zone(event)
    if event.rule is None and not event.also:
        return _unless_over(event.when, zone, now)
    today = now.astimezone(zone).date()
    near = [each.when for each in occurrences.of(event, today, today + DAY) if each.status is not Status.CANCELLED]
    if found := [stretch for when in near for stretch in _unless_over(when, zone, now)]:
        return found
    reach = occurrences.extent(event)
    goes_on = reach is not None and (reach[1] is None or reach[1] > today + DAY)
    return [(None, None)] if goes_on else []


def _unless_over(when: When, zone: ZoneInfo, now: datetime) -> list[_Stretch]:
    end = when.ends_at(zone)
    if end is not None and end <= now:
        return []
    return [(when.starts_at(zone) if when.known else None, end)]


def _settle_at(ahead: list[_Stretch], now: datetime) -> datetime | None:
    """Five minutes are left for a correction, but at most a tenth of the time to the nearer start."""
    if not ahead:
        return None
    waits = [max(start - now, timedelta()) / 10 for start, _ in ahead if start]
    return now + min([SETTLES, *waits])
