"""Two states of an event, and a moment, become what people are told beyond the kind of the change: its date, what stayed of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Protocol

from .. import occurrences, repeat
from ..errors import GrammarError
from ..events import Event, Occurrence, Status, event_zone
from ..when import Absence, AllDay, Limit, Period, Timed, Undated, When
from .values import (
    MAX_COMPARED_STARTS,
    ChangeKind,
    EventState,
    adds_hours,
    is_awaiting_date,
    starts_apart,
    zones_of_series,
)


class Difference(Protocol):
    """Two states of an event, or of its occurrence *recurrence*: a `Change`, or a line of a message."""

    @property
    def kind(self) -> ChangeKind | None:
        """The kind of the change; None if there is nothing to tell."""
        ...

    @property
    def recurrence(self) -> str:
        """The date of the occurrence, as the history has it; "" for the event as a whole."""
        ...

    @property
    def old(self) -> EventState | None:
        """The state before; None for what was not in the calendar."""
        ...

    @property
    def new(self) -> EventState | None:
        """The state after; None for what is no longer in the calendar."""
        ...


def told_when(state: EventState, difference: Difference, event: Event | None, now: datetime) -> When:
    """Returns the date by which people know *event* in *state*, the old one or the new one of *difference*, when told at *now*.

    What is told of one occurrence has its own date, and none where it is put off and stands on its old day.

    Of a series it is that of the next occurrence that differs, or else the next or the last one: the first may be years
    ago. *event* is that of the present, which has the exceptions; None is an event that is not known.
    """
    kind = difference.kind
    if difference.recurrence:
        is_put_off = kind is ChangeKind.POSTPONED and is_awaiting_date(state, difference.recurrence)
        return When(Undated(Absence.OPEN)) if is_put_off else state.when
    series = _series_in(state, event) if event else None
    if series is None or (series.rule is None and not _is_over(occurrences.as_it_stands(series), now)):
        return state.when
    differing: Iterator[Occurrence] = (
        occurrence for occurrence in _ahead(series, now) if _is_concerned(occurrence, kind)
    )
    if kind is ChangeKind.MOVED and (zones := zones_of_series(difference.old, difference.new)):
        differing = (
            occurrence for occurrence in islice(differing, MAX_COMPARED_STARTS) if _is_apart(occurrence, *zones)
        )
    told = next(differing, None) or next(_ahead(series, now), None) or occurrences.last_of_event(series)
    return told.when if told else state.when


def _series_in(state: EventState, event: Event) -> Event | None:
    """Returns *event* with the dates of *state*; None where these are no series, or dates of `also` beside another day."""
    if not state.rule:
        is_same_day = event.also and state.when.is_day_known and event.when.first_day == state.when.first_day
        return replace(event, when=state.when, rule=None, status=state.status) if is_same_day else None
    try:
        rule = repeat.parse_either(state.rule, state.when)
    except GrammarError:
        return None
    return replace(event, when=state.when, rule=rule, status=state.status)


def _ahead(series: Event, now: datetime) -> Iterator[Occurrence]:
    today = now.astimezone(event_zone(series)).date()  # it may be the day before where its dates were until now
    upcoming = occurrences.iter_upcoming(series, today - occurrences.MAX_DAYS_APART)
    return (occurrence for occurrence in upcoming if not _is_over(occurrence, now))


def _is_over(occurrence: Occurrence, now: datetime) -> bool:
    end = occurrence.when.ends_at(event_zone(occurrence.event))
    return end is not None and end <= now


def _is_apart(occurrence: Occurrence, old: Timed, new: Timed) -> bool:
    span = occurrence.when.span
    return isinstance(span, Timed) and starts_apart(span.start, old, new)


def _is_concerned(occurrence: Occurrence, kind: ChangeKind | None) -> bool:
    """Tells whether a change of the whole series reaches *occurrence*: it takes place, and has no value of its own for what changed."""
    override = occurrence.override
    if override is not None and (override.status is Status.CANCELLED or occurrences.has_no_new_date(occurrence)):
        return False
    match kind:
        case ChangeKind.PLACE:
            return override is None or override.place is None
        case ChangeKind.CANCELLED | ChangeKind.RESTORED:
            return override is None or override.status is None
    return not occurrence.is_extra and (override is None or override.when is None)


def is_time_announced(old: EventState | None, new: EventState | None) -> bool:
    """Tells whether *new* has the days of *old*, as sure as they were, and the time at which they start."""
    if old is None or new is None or (old.rule, old.when.uncertain) != (new.rule, new.when.uncertain):
        return False
    return adds_hours(old.when, new.when)


def is_known_elsewhere(old: EventState | None, new: EventState | None) -> bool:
    """Tells whether the day of *new* is known, and lies outside of the period in which *old* said that it would be."""
    if old is None or new is None or not isinstance(old.when.span, Period) or old.when.approximate:
        return False
    period, limit, first, last = old.when.span, old.when.limit, new.when.first_day, new.when.last_day
    if first is None or last is None or not new.when.is_day_known:
        return False
    is_before, is_after = last < period.first, first > period.last
    return (is_before and limit is not Limit.NOT_AFTER) or (is_after and limit is not Limit.NOT_BEFORE)


def last_day_changes(old: EventState | None, new: EventState | None) -> tuple[date | None, date] | None:
    """Returns the last day of *old*, None for an open end, and that of *new*, if the rest of the date stayed; None if it did not.

    Of a series that is the last day that its rule makes.
    """
    if old is None or new is None:
        return None
    if old.rule or new.rule:
        (old_rule, old_last), (new_rule, new_last) = map(_split_end, (old, new))
        is_same = old.when == new.when and old_rule == new_rule
        return (old_last, new_last) if is_same and new_last and old_last != new_last else None
    return compare_last_days(old.when, new.when)


def is_end_open(old: EventState | None, new: EventState | None) -> bool:
    """Tells whether from *old* to *new* the last day became unknown, and nothing else did."""
    return new is not None and new.when.limit is Limit.OPEN_END and last_day_changes(new, old) is not None


def compare_last_days(old: When, new: When) -> tuple[date | None, date] | None:
    """Returns the last days of two dates without hours that differ in nothing else; None if they do, or are the same."""
    before, after = old.span, new.span
    if not isinstance(before, AllDay) or not isinstance(after, AllDay) or new.limit:
        return None
    old_last = None if old.limit else before.last
    is_same_start = (before.first, old.uncertain) == (after.first, new.uncertain)
    return (old_last, after.last) if is_same_start and old_last != after.last else None


def _split_end(series: EventState) -> tuple[str, date | None]:
    """Returns the rule without its end, and the last day of the last date that it makes; None where it has no end."""
    try:
        rule = repeat.parse_either(series.rule, series.when)
    except GrammarError:
        return series.rule, None
    last_start = repeat.last_start_day(rule, repeat.local_dtstart(series.when))
    span = series.when.span
    length = span.last - span.first if isinstance(span, AllDay) else timedelta()
    return rule.endless_rrule, last_start + length if last_start else None
