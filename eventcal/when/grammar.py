"""The text of a `when` becomes a value, or an error that names the right form. Nothing is guessed."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..errors import GrammarError
from .mistakes import explain
from .values import DAY, AllDay, Period, Span, Timed, Undated, Unit, When
from .zones import gap, quoted

FIRST_YEAR, LAST_YEAR = 1000, 9998  # four digits, and the day after the last one is still a date

_YEAR = re.compile(r"([0-9]{4})")
_QUARTER = re.compile(r"([0-9]{4})-(?:Q([1-4])|3([3-6]))")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-XX)?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}):([0-9]{2})")
_SHORT_DAY = re.compile(r"(?:([0-9]{2})-)?([0-9]{2})")
_SHORT_TIME = re.compile(r"([0-9]{2}):([0-9]{2})")


class _Unreadable(Exception):
    """Not the grammar at all: somebody has to look at what was meant."""


class _Wrong(Exception):
    """The grammar, but no such date; the text says why."""


@dataclass(frozen=True, slots=True)
class _Year:
    year: int


@dataclass(frozen=True, slots=True)
class _Quarter:
    year: int
    quarter: int


@dataclass(frozen=True, slots=True)
class _Month:
    year: int
    month: int


# One side of a slash. A date alone is a day; a naive datetime is a minute on the event's wall clock.
_Side = _Year | _Quarter | _Month | date


@lru_cache(maxsize=16384)
def parse(text: str, zone: ZoneInfo) -> When:
    """The value of a `when`, its hours on the wall clock of *zone*; spaces around it do not count.

    Forms: `2021-09-16`, `2021-09-16/17`, `2021-09-30/10-02`, `2021-12-30/2022-01-02`, `2021-09-16 10:00`,
    `2021-09-16 10:00/12:30`, `2021-09-16 10:00/2021-09-17 12:00`; `2021-09` (EDTF `2021-09-XX`), `2021-09/10`,
    `2021-12/2022-02`, `2021-Q3` (EDTF `2021-35`), `2021`, `2021/2022`; any of them with `?` at the end; `TBD`.

    Raises GrammarError, quoting the text, for any other form and for dates and local times that do not exist.
    """
    bare = text.strip()
    try:
        when = _read(bare, zone)
        _refuse_gaps(when, zone)
    except _Unreadable:
        raise GrammarError(f"{quoted(bare)}: {explain(bare, _is_readable)}") from None
    except _Wrong as wrong:
        raise GrammarError(f"{quoted(bare)}: {wrong}") from None
    return when


@lru_cache(maxsize=16384)
def restore(text: str, zone: ZoneInfo) -> When:
    """The value of a `when` that was accepted before. A time that newer zone data skips is kept as it stands."""
    try:
        return _read(text.strip(), zone)
    except (_Unreadable, _Wrong) as wrong:
        raise GrammarError(f"{quoted(text)} was stored as a date and is none: {wrong}") from wrong


def _is_readable(text: str) -> bool:
    """Whether *text* is a date of the grammar that exists in some zone: what a suggestion has to be."""
    try:
        _read(text, ZoneInfo("UTC"))
    except (_Unreadable, _Wrong):
        return False
    return True


def _read(bare: str, zone: ZoneInfo) -> When:
    if bare == "TBD":
        return When(Undated(), text=bare)
    body = bare.removesuffix("?")
    left, slash, right = body.partition("/")
    start = _side(left)
    span = _between(start, _end(start, right), zone) if slash else _alone(start, zone)
    return When(span, doubtful=body != bare, text=bare)


def _side(text: str) -> _Side:
    """What one complete side says. The four kinds differ in shape, so their order does not matter."""
    if found := _DAY.fullmatch(text):
        return _day(*map(int, found.groups()))
    if found := _MOMENT.fullmatch(text):
        day = _side(found[1])
        assert isinstance(day, date)
        return _at(day, int(found[2]), int(found[3]))
    if found := _QUARTER.fullmatch(text):
        return _Quarter(_year(int(found[1])), int(found[2] or found[3]) if found[2] else int(found[3]) - 2)
    if found := _MONTH.fullmatch(text):
        return _month(int(found[1]), int(found[2]))
    if found := _YEAR.fullmatch(text):
        return _Year(_year(int(found[1])))
    raise _Unreadable(text)


def _end(start: _Side, text: str) -> _Side:
    """What the side after the slash says: complete, or short by what it shares with *start*."""
    if isinstance(start, datetime) and (found := _SHORT_TIME.fullmatch(text)):
        hour, minute = int(found[1]), int(found[2])
        if (hour, minute) <= (start.hour, start.minute):
            raise _Wrong(_late_end(start, _at(start.date(), hour, minute)))
        return _at(start.date(), hour, minute)
    if isinstance(start, date) and not isinstance(start, datetime) and (found := _SHORT_DAY.fullmatch(text)):
        return _short_day(start, int(found[1]) if found[1] else None, int(found[2]))
    if isinstance(start, _Month) and len(text) == 2 and text.isascii() and text.isdigit():
        end = _month(start.year, int(text))
        if end.month <= start.month:
            raise _Wrong(_not_after(f"{start.year:04}-{start.month:02}", f"{start.year + 1:04}-{text}", end == start))
        return end
    return _side(text)


def _short_day(start: date, month: int | None, day: int) -> date:
    """The day that `/17` or `/10-02` means after *start*."""
    if month is None and day <= start.day:
        year, following = (start.year, start.month + 1) if start.month < 12 else (start.year + 1, 1)
        exists = day and day <= calendar.monthrange(year, following)[1]
        instead = f"{year:04}-{following:02}-{day:02}" if exists else ""
        raise _Wrong(_not_after(start.isoformat(), instead, day == start.day))
    end = _day(start.year, month or start.month, day)
    if end <= start:
        instead = f"{start.year + 1:04}-{end:%m-%d}" if (end.month, end.day) != (2, 29) else ""
        raise _Wrong(_not_after(start.isoformat(), instead, end == start))
    return end


def _not_after(start: str, instead: str, same: bool) -> str:
    one = f"; for {start} alone write {start}" if same else ""
    return "a short end must come after its start" + (f"; write {start}/{instead}" if instead else "") + one


def _late_end(start: datetime, end: datetime) -> str:
    if end == start:
        return f"start and end are the same; without an end write {start:%Y-%m-%d %H:%M}"
    return f"a short end must come after its start; write {start:%Y-%m-%d %H:%M}/{end + DAY:%Y-%m-%d %H:%M}"


def _alone(side: _Side, zone: ZoneInfo) -> Span:
    match side:
        case datetime():
            return Timed(side.replace(tzinfo=zone))
        case date():
            return AllDay(side, side)
        case _Quarter(year, quarter):
            return Period(date(year, quarter * 3 - 2, 1), _last_of(year, quarter * 3), Unit.QUARTER)
        case _Month(year, month):
            return Period(date(year, month, 1), _last_of(year, month), Unit.MONTH)
        case _Year(year):
            return Period(date(year, 1, 1), date(year, 12, 31), Unit.YEAR)


def _between(start: _Side, end: _Side, zone: ZoneInfo) -> Span:
    """The span between two sides of the same kind, in order."""
    match start, end:
        case datetime(), datetime():
            _in_order(start, end, "minute")
            return Timed(start.replace(tzinfo=zone), end.replace(tzinfo=zone))
        case (datetime(), _) | (_, datetime()):
            raise _Wrong("both ends need an hour, or neither: 2021-09-16 10:00/2021-09-17 12:00 or 2021-09-16/17")
        case date(), date():
            _in_order(start, end, "day")
            return AllDay(start, end)
        case _Month(), _Month():
            first, last = date(start.year, start.month, 1), _last_of(end.year, end.month)
            _in_order(first, last.replace(day=1), "month")
            return Period(first, last, Unit.MONTH)
        case _Year(), _Year():
            first, last = date(start.year, 1, 1), date(end.year, 12, 31)
            _in_order(first, last.replace(month=1, day=1), "year")
            return Period(first, last, Unit.YEAR)
        case (_Quarter(year, quarter), _) | (_, _Quarter(year, quarter)):
            months = f"{year:04}-{quarter * 3 - 2:02}/{quarter * 3:02}"
            raise _Wrong(f"a quarter stands alone; write the range in months ({year:04}-Q{quarter} is {months})")
    raise _Wrong("both ends need the same precision, such as 2021-09/10 or 2021-09-16/2021-10-02")


def _in_order(start: date, end: date, unit: str) -> None:
    if end == start:
        raise _Wrong(f"both ends are the same {unit}; write it once")
    if end < start:
        raise _Wrong("the end comes before the start; put the earlier one first")


def _year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _Wrong(f"years go from {FIRST_YEAR} to {LAST_YEAR}")
    return year


def _month(year: int, month: int) -> _Month:
    _year(year)
    if 21 <= month <= 24:
        raise _Wrong(f"seasons differ from place to place; write the months, such as {year:04}-09/11")
    if not 1 <= month <= 12:
        raise _Wrong(f"there is no month {month:02}; months go from 01 to 12")
    return _Month(year, month)


def _day(year: int, month: int, day: int) -> date:
    _month(year, month)
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        of_year = f" {year}" if month == 2 else ""
        raise _Wrong(f"there is no day {day:02}; {calendar.month_name[month]}{of_year} has {days} days")
    return date(year, month, day)


def _at(day: date, hour: int, minute: int) -> datetime:
    if (hour, minute) == (24, 0):
        raise _Wrong(f"there is no 24:00; write {day + DAY} 00:00")
    if hour > 23 or minute > 59:
        raise _Wrong(f"there is no {hour:02}:{minute:02}; hours go from 00 to 23, minutes from 00 to 59")
    return datetime(day.year, day.month, day.day, hour, minute)


def _last_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _refuse_gaps(when: When, zone: ZoneInfo) -> None:
    """A local time that the clocks skip is nobody's time: neither side of the gap is taken for it."""
    if not isinstance(when.span, Timed):
        return
    for moment in (when.span.start, when.span.end):
        if moment and (skipped := gap(moment.replace(tzinfo=None), zone)):
            first, again = skipped
            earlier = first - timedelta(minutes=1)
            raise _Wrong(
                f"{moment:%H:%M} does not exist that day in {zone}: the clocks go from {first:%H:%M} "
                f"to {_after(first, again)}; the nearest times are {_stamp(earlier, moment)} and {_stamp(again, moment)}"
            )


def _after(first: datetime, again: datetime) -> str:
    return f"{again:%H:%M}" if again.date() == first.date() else f"{again:%Y-%m-%d %H:%M}"


def _stamp(moment: datetime, beside: datetime) -> str:
    return f"{moment:%H:%M}" if moment.date() == beside.date() else f"{moment:%Y-%m-%d %H:%M}"
