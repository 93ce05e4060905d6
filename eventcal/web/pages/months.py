"""A month's occurrences laid out as weeks of bars, and as strips of what has no day yet. Pure: no HTML, no words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ...events import Occurrence
from ...when import LONGEST_NIGHT, Period, Timed, When

MAX_LANES = 4
"""How many bars stand under a day before the rest is folded into "n more"."""
_MAX_OUT_DAYS = 6
"""Days of the next month that the last week of a month can have."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One occurrence within one week: *column* from 1, *span* in days; it may come from before or go on beyond.

    *lane* counts from 0, None below the lanes. *is_repeat*: an earlier week of this month has shown it, so that a list
    leaves it out.
    """

    occurrence: Occurrence
    column: int
    span: int
    lane: int | None = None
    starts_before: bool = False
    continues: bool = False
    is_repeat: bool = False

    def reaches(self, day: date) -> bool:
        """Tells whether its event still lasts on *day*."""
        return (last_shown_day(self.occurrence.when) or date.min) >= day


@dataclass(frozen=True, slots=True)
class GridDay:
    """A day, and what begins on it or comes in from the week before.

    *lane_bars* lie in lanes, side by side over the week; *stacked_bars* stand below the *lane_count* lanes in use on this
    day; *hidden_bars* found no room.
    """

    date: date
    column: int
    is_in_month: bool
    is_today: bool
    is_past: bool
    lane_count: int
    lane_bars: tuple[Bar, ...]
    stacked_bars: tuple[Bar, ...]
    hidden_bars: tuple[Bar, ...]
    continuing: tuple[Occurrence, ...]  # drawn by an earlier day's bar

    @property
    def visible_bars(self) -> tuple[Bar, ...]:
        return (*self.lane_bars, *self.stacked_bars)

    @property
    def is_idle(self) -> bool:
        """Whether a list may leave this day out: nothing begins on it, or it is another month's and this one has no share."""
        if self.is_today:
            return False
        if not self.is_in_month:
            # a last day of the month before, from which a bar reaches into this one
            return not any(
                bar.reaches(next_month(self.date)) for bar in self.lane_bars if self.date.day > _MAX_OUT_DAYS
            )
        return all(bar.is_repeat for bar in self.visible_bars) and not self.hidden_bars


@dataclass(frozen=True, slots=True)
class PeriodStrip:
    """Occurrences that fall somewhere in one period."""

    when: When
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class MonthGrid:
    """The month that begins with *first*, as weeks of days."""

    first: date
    weeks: tuple[tuple[GridDay, ...], ...]
    strips: tuple[PeriodStrip, ...]


def grid_bounds(first: date, week_start: int) -> tuple[date, date]:
    """Returns the first and last day that the grid of the month from *first* shows, whole weeks."""
    last = next_month(first) - timedelta(days=1)
    return (
        first - timedelta(days=(first.weekday() - week_start) % 7),
        last + timedelta(days=(week_start + 6 - last.weekday()) % 7),
    )


def next_month(day: date) -> date:
    """Returns the first day of the month after that of *day*."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def last_shown_day(when: When) -> date | None:
    """Returns the last day on which a month shows *when*.

    What ends in the night after it began is shown on one day, and what begins in June or later in June.
    """
    match when.span:
        case Timed(start, end) if end is not None and end - start <= LONGEST_NIGHT:
            return start.date()
        case Period(_, last, _):
            return last
    return when.last_day


def lay_out(first: date, occurrences: Sequence[Occurrence], today: date, week_start: int) -> MonthGrid:
    """Returns the grid of the month from *first*. *occurrences* touch it, in the order in which those of one day stand."""
    start, end = grid_bounds(first, week_start)
    last = next_month(first) - timedelta(days=1)
    vague = [
        occurrence
        for occurrence in occurrences
        if isinstance(span := occurrence.when.span, Period) and span.first <= last and span.last >= first
    ]
    dated = [occurrence for occurrence in occurrences if occurrence.when.is_day_known]
    weeks = tuple(
        _lay_out_week(start + timedelta(days=offset), first.month, dated, today, is_later_week=offset > 0)
        for offset in range(0, (end - start).days + 1, 7)
    )
    return MonthGrid(first, weeks, group_by_period(vague))


def group_by_period(occurrences: Iterable[Occurrence]) -> tuple[PeriodStrip, ...]:
    """Groups occurrences without a day by their period, the narrowest first."""
    groups: dict[When, list[Occurrence]] = {}
    for occurrence in occurrences:
        groups.setdefault(replace(occurrence.when, uncertain=False), []).append(occurrence)
    return tuple(PeriodStrip(when, tuple(groups[when])) for when in sorted(groups, key=_strip_order))


def _strip_order(when: When) -> tuple[int, timedelta, date, str]:
    assert isinstance(when.span, Period)
    return when.span.unit.rank, when.span.last - when.span.first, when.span.first, when.limit or ""


def _lay_out_week(
    first_day: date, month: int, dated: Sequence[Occurrence], today: date, is_later_week: bool
) -> tuple[GridDay, ...]:
    """Lays out one week of the grid.

    An event of several days takes the highest lane that is free over its whole length, the longer first; the rest
    follows below, day by day, or fills a hole that the lanes leave.
    """
    last_day = first_day + timedelta(days=6)
    long: list[Bar] = []
    short: list[list[Occurrence]] = [[] for _ in range(7)]
    for occurrence in dated:
        first, last = occurrence.when.first_day, last_shown_day(occurrence.when)
        if first is None or last is None or last < first_day or first > last_day:
            continue
        offset = max((first - first_day).days, 0)
        if first == last:
            short[offset].append(occurrence)
        else:
            day_count = min((last - first_day).days, 6) - offset + 1
            starts_before, continues = first < first_day, last > last_day
            is_repeat = starts_before and is_later_week
            long.append(Bar(occurrence, offset + 1, day_count, None, starts_before, continues, is_repeat))
    lanes: list[list[bool]] = []
    bars = [_place_bar(bar, lanes) for bar in sorted(long, key=lambda bar: (bar.column, -bar.span))]
    return tuple(_lay_out_day(first_day + timedelta(days=at), at + 1, month, bars, short[at], today) for at in range(7))


def _place_bar(bar: Bar, lanes: list[list[bool]]) -> Bar:
    """Returns *bar* in the first lane that is free, which it then takes."""
    days = range(bar.column - 1, bar.column - 1 + bar.span)
    lane = next((at for at, row in enumerate(lanes) if not any(row[day] for day in days)), len(lanes))
    if lane == len(lanes):
        lanes.append([False] * 7)
    for day in days:
        lanes[lane][day] = True
    return replace(bar, lane=lane)


def _lay_out_day(
    day: date, column: int, month: int, bars: Sequence[Bar], short: Sequence[Occurrence], today: date
) -> GridDay:
    covering = {bar.lane: bar for bar in bars if bar.column <= column < bar.column + bar.span}
    lane_count = max((lane + 1 for lane in covering if lane is not None and lane < MAX_LANES), default=0)
    holes = [lane for lane in range(lane_count) if lane not in covering]
    day_bars = [
        Bar(occurrence, column, span=1, lane=holes[at] if at < len(holes) else None)
        for at, occurrence in enumerate(short)
    ]
    below = day_bars[len(holes) :]
    room = MAX_LANES - lane_count
    starting_bars = [bar for bar in covering.values() if bar.column == column]
    hidden_bars = [*(bar for bar in starting_bars if bar.lane is not None and bar.lane >= MAX_LANES), *below[room:]]
    if len(hidden_bars) == 1 and hidden_bars[0].lane is None:
        room, hidden_bars = room + 1, []  # "1 more" would take the room of the one
    return GridDay(
        date=day,
        column=column,
        is_in_month=day.month == month,
        is_today=day == today,
        is_past=day < today,
        lane_count=lane_count,
        lane_bars=(
            *(bar for bar in starting_bars if bar.lane is not None and bar.lane < MAX_LANES),
            *day_bars[: len(holes)],
        ),
        stacked_bars=tuple(below[:room]),
        hidden_bars=tuple(hidden_bars),
        continuing=tuple(bar.occurrence for bar in covering.values() if bar.column < column),
    )
