"""Occurrences as a list to read: what is next, what was, and month by month. Pure: no HTML, no words, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..events import Occurrence
from ..when import Period
from .index import Index
from .months import Strip, next_month, strips

Keep = Callable[[Occurrence], bool]

# Small windows first: a full calendar is read no further than its next page. After them, a year at a time.
_WINDOWS = (31, 92, 243)
_YEAR = 366
_YEARS = 12
_DAY = timedelta(days=1)
REACH = timedelta(days=sum(_WINDOWS) + _YEAR * _YEARS)
"""How far a list looks, either way, leaving out what is empty from end to end."""


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """A day, and what begins on it."""

    date: date
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One month of an agenda: first what has no day, then day by day."""

    month: date
    strips: tuple[Strip, ...]
    days: tuple[DayOfMonth, ...]


def upcoming(index: Index, today: date, keep: Keep, limit: int) -> list[Occurrence]:
    """What is on or still to come, the nearest first, *limit* at most.

    After the first year a series that was named already is not named again: it would push out what is rare.
    """
    found: list[Occurrence] = []
    named: set[str] = set()
    for number, (start, end) in enumerate(_forward(index, today)):
        for each in index.between(start, end):
            if not _begins_in(each, start, first=number == 0) or not keep(each):
                continue
            if number >= len(_WINDOWS) and each.recurrence and each.event.id in named:
                continue
            named.add(each.event.id)
            found.append(each)
        if len(found) >= limit:
            break
    return found[:limit]


def earlier(index: Index, today: date, keep: Keep, limit: int) -> list[Occurrence]:
    """What is over, the latest first, *limit* at most."""
    found: list[Occurrence] = []
    for start, end in _backward(index, today - _DAY):
        window = [each for each in index.between(start, end) if _ends_in(each, end, today) and keep(each)]
        found += sorted(window, key=_last_day, reverse=True)
        if len(found) >= limit:
            break
    return found[:limit]


def forward(index: Index, start: date, keep: Keep, limit: int) -> tuple[list[Occurrence], date | None]:
    """What touches *start* and after, and the day from which the next page goes on (None: there is no more)."""
    found: list[Occurrence] = []
    for number, (first, last) in enumerate(_forward(index, start)):
        found += [each for each in index.between(first, last) if _begins_in(each, first, number == 0) and keep(each)]
        if len(found) > limit:
            return _whole_days(found, limit)
    return found, None


def _whole_days(found: list[Occurrence], limit: int) -> tuple[list[Occurrence], date | None]:
    """Cut at a day's end, so that the next page begins with a day of its own; one crowded day stays together."""
    last = _first_day(found[limit - 1])
    for at in range(limit, len(found)):
        if _first_day(found[at]) > last:
            return found[:at], _first_day(found[at])
    return found, None


def sections(found: Sequence[Occurrence], not_before: date | None = None, backwards: bool = False) -> list[Section]:
    """*found* by month. What began before *not_before* stands in its month, for that is where it is still looked for."""
    months: dict[date, list[Occurrence]] = {}
    for each in found:
        day = _last_day(each) if backwards else max(_first_day(each), not_before or date.min)
        months.setdefault(day.replace(day=1), []).append(each)
    return [_section(month, months[month]) for month in sorted(months, reverse=backwards)]


def _section(month: date, found: Sequence[Occurrence]) -> Section:
    days: dict[date, list[Occurrence]] = {}
    for each in found:
        if not isinstance(each.when.span, Period):
            days.setdefault(_first_day(each), []).append(each)
    return Section(
        month,
        strips((each for each in found if isinstance(each.when.span, Period)), month, next_month(month) - _DAY),
        tuple(DayOfMonth(day, tuple(each)) for day, each in days.items()),
    )


def _forward(index: Index, start: date) -> Iterator[tuple[date, date]]:
    for days in (*_WINDOWS, *[_YEAR] * _YEARS):
        begins = index.first_from(start)
        if begins is None or begins > date.max - timedelta(days=days):
            return
        end = begins + timedelta(days=days - 1)
        yield begins, end
        start = end + _DAY


def _backward(index: Index, end: date) -> Iterator[tuple[date, date]]:
    for days in (*_WINDOWS, *[_YEAR] * _YEARS):
        ends = index.last_until(end)
        if ends is None or ends < date.min + timedelta(days=days):
            return
        start = ends - timedelta(days=days - 1)
        yield start, ends
        end = start - _DAY


def _begins_in(occurrence: Occurrence, start: date, first: bool) -> bool:
    """Each occurrence in the one window that it begins in; the first one also has what began before."""
    return first or _first_day(occurrence) >= start


def _ends_in(occurrence: Occurrence, end: date, today: date) -> bool:
    return _last_day(occurrence) <= end and _last_day(occurrence) < today


def _first_day(occurrence: Occurrence) -> date:
    return occurrence.when.first_day or date.max


def _last_day(occurrence: Occurrence) -> date:
    return occurrence.when.last_day or date.max
