"""Occurrences as a list to read: what is next, what was, and month by month. Pure: no HTML, no words, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ...events import Occurrence
from ...when import Period
from ..edition_index import EditionIndex
from .months import PeriodStrip, group_by_period, next_month

OccurrencePredicate = Callable[[Occurrence], bool]

# Small windows first: a full calendar is read no further than its next page. After them, a year at a time.
_WINDOW_DAYS = (31, 92, 243)
_YEAR_DAYS = 366
_MAX_YEARS = 12
_DAY = timedelta(days=1)
AGENDA_REACH = timedelta(days=sum(_WINDOW_DAYS) + _YEAR_DAYS * _MAX_YEARS)
"""How far a list looks, either way, leaving out what is empty from end to end."""


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """A day, and what begins on it."""

    date: date
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class AgendaSection:
    """One month of an agenda: first what has no day, then day by day."""

    month: date
    strips: tuple[PeriodStrip, ...]
    days: tuple[AgendaDay, ...]


def list_upcoming(index: EditionIndex, today: date, matches: OccurrencePredicate, limit: int) -> list[Occurrence]:
    """What is on or still to come, the nearest first, *limit* at most.

    After the first year a series that was named already is not named again: it would push out what is rare.
    """
    occurrences: list[Occurrence] = []
    shown_ids: set[str] = set()
    for window_number, (start, end) in enumerate(_windows_after(index, today)):
        for occurrence in index.between(start, end):
            if not _starts_in_window(occurrence, start, is_first_window=window_number == 0) or not matches(occurrence):
                continue
            if window_number >= len(_WINDOW_DAYS) and occurrence.recurrence and occurrence.event.id in shown_ids:
                continue
            shown_ids.add(occurrence.event.id)
            occurrences.append(occurrence)
        if len(occurrences) >= limit:
            break
    return occurrences[:limit]


def list_past(index: EditionIndex, today: date, matches: OccurrencePredicate, limit: int) -> list[Occurrence]:
    """What is over, the latest first, *limit* at most."""
    occurrences: list[Occurrence] = []
    for start, end in _windows_before(index, today - _DAY):
        window = [
            occurrence
            for occurrence in index.between(start, end)
            if _is_over_in_window(occurrence, end, today) and matches(occurrence)
        ]
        occurrences += sorted(window, key=_last_day, reverse=True)
        if len(occurrences) >= limit:
            break
    return occurrences[:limit]


def list_page(
    index: EditionIndex, start: date, matches: OccurrencePredicate, limit: int
) -> tuple[list[Occurrence], date | None]:
    """What touches *start* and after, and the day from which the next page goes on (None: there is no more)."""
    occurrences: list[Occurrence] = []
    for window_number, (first, last) in enumerate(_windows_after(index, start)):
        occurrences += [
            occurrence
            for occurrence in index.between(first, last)
            if _starts_in_window(occurrence, first, window_number == 0) and matches(occurrence)
        ]
        if len(occurrences) > limit:
            return _cut_at_day_end(occurrences, limit)
    return occurrences, None


def _cut_at_day_end(occurrences: list[Occurrence], limit: int) -> tuple[list[Occurrence], date | None]:
    """Cut at a day's end, so that the next page begins with a day of its own; one crowded day stays together."""
    last = _first_day(occurrences[limit - 1])
    for at in range(limit, len(occurrences)):
        if _first_day(occurrences[at]) > last:
            return occurrences[:at], _first_day(occurrences[at])
    return occurrences, None


def group_by_month(
    occurrences: Sequence[Occurrence], not_before: date | None = None, backwards: bool = False
) -> list[AgendaSection]:
    """*found* by month. What began before *not_before* stands in its month, for that is where it is still looked for."""
    months: dict[date, list[Occurrence]] = {}
    for occurrence in occurrences:
        day = _last_day(occurrence) if backwards else max(_first_day(occurrence), not_before or date.min)
        months.setdefault(day.replace(day=1), []).append(occurrence)
    return [_build_section(month, months[month]) for month in sorted(months, reverse=backwards)]


def _build_section(month: date, occurrences: Sequence[Occurrence]) -> AgendaSection:
    days: dict[date, list[Occurrence]] = {}
    for occurrence in occurrences:
        if not isinstance(occurrence.when.span, Period):
            days.setdefault(_first_day(occurrence), []).append(occurrence)
    return AgendaSection(
        month,
        group_by_period(
            (occurrence for occurrence in occurrences if isinstance(occurrence.when.span, Period)),
            month,
            next_month(month) - _DAY,
        ),
        tuple(AgendaDay(day, tuple(day_occurrences)) for day, day_occurrences in days.items()),
    )


def _windows_after(index: EditionIndex, start: date) -> Iterator[tuple[date, date]]:
    for days in (*_WINDOW_DAYS, *[_YEAR_DAYS] * _MAX_YEARS):
        first_day = index.first_day_from(start)
        if first_day is None or first_day > date.max - timedelta(days=days):
            return
        end = first_day + timedelta(days=days - 1)
        yield first_day, end
        start = end + _DAY


def _windows_before(index: EditionIndex, end: date) -> Iterator[tuple[date, date]]:
    for days in (*_WINDOW_DAYS, *[_YEAR_DAYS] * _MAX_YEARS):
        last_day = index.last_day_until(end)
        if last_day is None or last_day < date.min + timedelta(days=days):
            return
        start = last_day - timedelta(days=days - 1)
        yield start, last_day
        end = start - _DAY


def _starts_in_window(occurrence: Occurrence, start: date, is_first_window: bool) -> bool:
    """Each occurrence in the one window that it begins in; the first one also has what began before."""
    return is_first_window or _first_day(occurrence) >= start


def _is_over_in_window(occurrence: Occurrence, end: date, today: date) -> bool:
    return _last_day(occurrence) <= end and _last_day(occurrence) < today


def _first_day(occurrence: Occurrence) -> date:
    return occurrence.when.first_day or date.max


def _last_day(occurrence: Occurrence) -> date:
    return occurrence.when.last_day or date.max
