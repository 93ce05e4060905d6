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
    """One occurrence within one week: *column* from 1, *span* in days; it may come from before or go on beyond.

    *lane* counts from 0, None for what stands below the lanes. *again* is one that an earlier week of this month has
    shown: a list has no need of it.
    """

    occurrence: Occurrence
    column: int
    span: int
    lane: int | None
    from_before: bool
    goes_on: bool
    again: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and what begins on it or comes in from the week before.

    *laid* are bars in lanes, side by side over the week; *stack* stands below the *top* lanes that are taken over this
    day; *more* found no room.
    """

    date: date
    column: int
    inside: bool
    today: bool
    top: int
    laid: tuple[Bar, ...]
    stack: tuple[Bar, ...]
    more: tuple[Bar, ...]
    going_on: tuple[Occurrence, ...]  # drawn by an earlier day's bar

    @property
    def shown(self) -> tuple[Bar, ...]:
        return (*self.laid, *self.stack)

    @property
    def idle(self) -> bool:
        """Whether a list may leave this day out."""
        return all(bar.again for bar in self.shown) and not self.more


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
    """What lasts for days takes the highest lane that is free over its whole length, the longer first; the rest stands
    below, day by day, or in a hole that the lanes leave."""
    sunday = monday + timedelta(days=6)
    long: list[tuple[int, int, int, Occurrence]] = []
    short: list[list[Occurrence]] = [[] for _ in range(7)]
    for order, each in enumerate(dated):
        first, last = each.when.first_day, each.when.last_day
        if first is None or last is None or last < monday or first > sunday:
            continue
        begins = max((first - monday).days, 0)
        if first == last:
            short[begins].append(each)
        else:
            long.append((begins, -(min((last - monday).days, 6) - begins), order, each))
    lanes: list[list[bool]] = []
    bars = [_laid(piece, monday, lanes, later) for piece in sorted(long, key=lambda piece: piece[:3])]
    return tuple(_day(monday + timedelta(days=at), at + 1, month, bars, short[at], today) for at in range(7))


def _laid(piece: tuple[int, int, int, Occurrence], monday: date, lanes: list[list[bool]], later: bool) -> Bar:
    """A bar in the first lane that is free, which it then takes."""
    begins, minus_length, _order, each = piece
    days = range(begins, begins - minus_length + 1)
    lane = next((at for at, row in enumerate(lanes) if not any(row[day] for day in days)), len(lanes))
    if lane == len(lanes):
        lanes.append([False] * 7)
    for day in days:
        lanes[lane][day] = True
    before = (each.when.first_day or monday) < monday
    beyond = (each.when.last_day or monday) > monday + timedelta(days=6)
    return Bar(each, begins + 1, len(days), lane, before, beyond, before and later)


def _day(day: date, column: int, month: int, bars: Sequence[Bar], short: Sequence[Occurrence], today: date) -> Day:
    over = {bar.lane: bar for bar in bars if bar.column <= column < bar.column + bar.span}
    top = max((lane + 1 for lane in over if lane is not None and lane < LANES), default=0)
    holes = [lane for lane in range(top) if lane not in over]
    single = [
        Bar(each, column, 1, holes[at] if at < len(holes) else None, False, False, False)
        for at, each in enumerate(short)
    ]
    below = single[len(holes) :]
    room = LANES - top
    begun = [bar for bar in over.values() if bar.column == column]
    more = [*(bar for bar in begun if bar.lane is not None and bar.lane >= LANES), *below[room:]]
    if len(more) == 1 and more[0].lane is None:
        room, more = room + 1, []  # "1 more" would take the room of the one
    return Day(
        date=day,
        column=column,
        inside=day.month == month,
        today=day == today,
        top=top,
        laid=(*(bar for bar in begun if bar.lane is not None and bar.lane < LANES), *single[: len(holes)]),
        stack=tuple(below[:room]),
        more=tuple(more),
        going_on=tuple(bar.occurrence for bar in over.values() if bar.column < column),
    )
