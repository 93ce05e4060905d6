"""A change of a series or of one of its dates, and a moment, become the date by which people are told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice

from .. import occurrences, repeat
from ..errors import GrammarError
from ..events import Event, Occurrence, Status, event_zone
from ..when import Absence, Timed, Undated, When
from .values import MAX_COMPARED_STARTS, ChangeKind, EventState, is_awaiting_date, starts_apart, zones_of_series


def told_when(
    state: EventState,
    event: Event | None,
    kind: ChangeKind | None,
    now: datetime,
    recurrence: str = "",
    sides: tuple[EventState | None, EventState | None] = (None, None),
) -> When:
    """Returns the date by which people know *event* in *state* at *now*, when they are told of a change of *kind*.

    What is told of the date *recurrence* alone has that of *state*, and none where it is put off and stands on its old day.

    Of a series that is the next date that the change concerns, or the last one: the first may be years ago. *event* is
    that of the present, which has the exceptions; None is an event that is not known, or no series. *sides* are the old
    state and the new: a change that is none but of zone concerns the dates that start at another moment.
    """
    if recurrence:
        is_put_off = kind is ChangeKind.POSTPONED and is_awaiting_date(state, recurrence)
        return When(Undated(Absence.OPEN)) if is_put_off else state.when
    series = _series_in(state, event) if event else None
    if series is None or (series.rule is None and not _is_over(occurrences.as_it_stands(series), now)):
        return state.when
    concerned: Iterator[Occurrence] = (
        occurrence for occurrence in _ahead(series, now) if _is_concerned(occurrence, kind)
    )
    if kind is ChangeKind.MOVED and (zones := zones_of_series(*sides)):
        concerned = (
            occurrence for occurrence in islice(concerned, MAX_COMPARED_STARTS) if _is_apart(occurrence, *zones)
        )
    told = next(concerned, None) or next(_ahead(series, now), None) or occurrences.last_of_event(series)
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
