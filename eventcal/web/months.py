"""A month's occurrences laid out as weeks of bars, and as strips of what has no day yet. Pure: no HTML, no words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ..events import Occurrence
from ..when import Period, Unit

LANES = 4
"""How many bars stand under a day before the rest is folded into "n more"."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One occurrence within one week: *column* from 1, *span* in days, *lane* from 0; it may come from or go on beyond.

    *again* is one that an earlier week of this month has shown: a list has no need of it.
    """

    occurrence: Occurrence
    column: int
    span: int
    lane: int
    from_before: bool
    goes_on: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day, the bars that begin on it (or come in from the week before), and those that found no room."""

    date: date
    column: int
    inside: bool
    today: bool
    bars: tuple[Bar, ...]
    more: tuple[Bar, ...]
    going_on: tuple[Occurrence, ...]  # drawn by an earlier day's bar

    @property
    def idle(self) -> bool:
        """Whether a list may leave this day out."""
        return all(bar.again for bar in self.bars) and not self.more


@dataclass(frozen=True, slots=True)
class Strip:
    """What lies somewhere in one period."""

    period: Period
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Month:
    year: int
    month: int
    weeks: tuple[tuple[Day, ...], ...]
    strips: tuple[Strip, ...]


def grid_bounds(year: int, month: int, week_start: int) -> tuple[date, date]:
    """The first and last day that a month's grid shows, whole weeks."""
    first = date(year, month, 1)
    last = next_month(first) - timedelta(days=1)
    return (
        first - timedelta(days=(first.weekday() - week_start) % 7),
        last + timedelta(days=(week_start + 6 - last.weekday()) % 7),
    )


def next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def previous_month(day: date) -> date:
    return date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)


def lay_out(year: int, month: int, found: Iterable[Occurrence], today: date, week_start: int) -> Month:
    """The grid of one month. *found* touch its grid, in the order in which those of one day shall stand."""
    start, end = grid_bounds(year, month, week_start)
    every = tuple(found)
    vague = [each for each in every if isinstance(each.when.span, Period)]
    dated = [each for each in every if each.when.known]
    weeks = tuple(
        _week(start + timedelta(days=offset), month, dated, today, later=offset > 0)
        for offset in range(0, (end - start).days + 1, 7)
    )
    first = date(year, month, 1)
    return Month(year, month, weeks, strips(vague, first, next_month(first) - timedelta(days=1)))


def strips(found: Iterable[Occurrence], first: date, last: date) -> tuple[Strip, ...]:
    """Occurrences without a day that touch *first* to *last*, by their period: the narrowest first."""
    groups: dict[Period, list[Occurrence]] = {}
    for each in found:
        span = each.when.span
        if isinstance(span, Period) and span.first <= last and span.last >= first:
            groups.setdefault(span, []).append(each)
    order = {Unit.MONTH: 0, Unit.QUARTER: 1, Unit.YEAR: 2}
    periods = sorted(groups, key=lambda each: (order[each.unit], each.last - each.first, each.first))
    return tuple(Strip(each, tuple(groups[each])) for each in periods)


def _week(monday: date, month: int, dated: Sequence[Occurrence], today: date, later: bool) -> tuple[Day, ...]:
    """Longer bars first, each in the highest lane that is free over its whole length."""
    pieces = []
    for order, each in enumerate(dated):
        first, last = each.when.first_day, each.when.last_day
        if first is None or last is None or last < monday or first > monday + timedelta(days=6):
            continue
        begins, ends = (first - monday).days, (last - monday).days
        column, until = max(begins, 0), min(ends, 6)
        pieces.append((column, -(until - column), order, each, begins < 0, ends > 6))
    pieces.sort(key=lambda piece: piece[:3])
    busy: list[list[bool]] = []
    bars: list[Bar] = []
    for column, minus_length, _order, each, from_before, goes_on in pieces:
        days = range(column, column - minus_length + 1)
        lane = next((at for at, row in enumerate(busy) if not any(row[day] for day in days)), len(busy))
        if lane == len(busy):
            busy.append([False] * 7)
        for day in days:
            busy[lane][day] = True
        bars.append(Bar(each, column + 1, len(days), lane, from_before, goes_on, from_before and later))
    return tuple(_day(monday + timedelta(days=at), at + 1, month, bars, today) for at in range(7))


def _day(day: date, column: int, month: int, bars: Sequence[Bar], today: date) -> Day:
    mine = [bar for bar in bars if bar.column == column]
    shown, more = [bar for bar in mine if bar.lane < LANES], [bar for bar in mine if bar.lane >= LANES]
    if len(more) == 1 and more[0].span == 1:
        shown, more = [*shown, *more], []  # "1 more" would take the room of the one
    return Day(
        date=day,
        column=column,
        inside=day.month == month,
        today=day == today,
        bars=tuple(shown),
        more=tuple(more),
        going_on=tuple(bar.occurrence for bar in bars if bar.column < column < bar.column + bar.span),
    )
