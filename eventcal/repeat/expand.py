"""A rule and its first start become starts, lazily, from any day on."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.rrule import rrulestr

from ..when import LAST_YEAR, day_of
from .movable import MAX_SHIFT, MOVABLE_PARTS, WEEKDAYS, movable_day, movable_year, shifted, year_near
from .rule import RecurrenceRule, interval_of, join_rrule, split_rrule, until_day, without_parts

ALL_MONTHS = ",".join(map(str, range(1, 13)))
_MAX_HINT_YEARS = 40
"""How far from its first date a rule is searched for the date that it makes instead."""


def iter_starts(rule: RecurrenceRule, first: date | datetime, after: date, before: date) -> Iterator[date | datetime]:
    """Yields the starts that *rule* makes from *first* on, on the days *after* .. *before* (both included), in order.

    They are of *first*'s kind: dates, or naive datetimes with its hour, which the zone may skip or repeat that day.
    Lazy, and as cheap years after *first* as beside it.
    """
    hour = first.time() if isinstance(first, datetime) else None
    for day in iter_days(rule, first, after, before):
        yield day if hour is None else datetime.combine(day, hour)


def iter_days(rule: RecurrenceRule, first: date | datetime, after: date, before: date) -> Iterator[date]:
    """Yields the days of `iter_starts`."""
    first_day, after, before = (day_of(bound) for bound in (first, after, before))
    ends = [before, date(LAST_YEAR, 12, 31)]
    if until := until_day(rule, first):
        ends.append(until)
    if rule.count:
        ends.append(_nth_day(rule.endless_rrule, first_day, rule.count))
    return _iter_rrule_days(rule.endless_rrule, first_day, max(after, first_day), min(ends))


def has_start_on(rule: RecurrenceRule, first: date | datetime, day: date) -> bool:
    """Tells whether *rule*, counted from *first*, starts on *day*."""
    return next(iter_days(rule, first, day, day), None) is not None


def first_start_day(rule: RecurrenceRule, first: date | datetime) -> date | None:
    """Returns the first day from *first*'s on that *rule* makes, when counted from there; None if there is none for 40 years."""
    day = day_of(first)
    end = date(min(day.year + _MAX_HINT_YEARS, LAST_YEAR), 12, 31)
    return next(_iter_rrule_days(rule.endless_rrule, day, day, end), None)


@lru_cache(maxsize=16384)
def last_start_day(rule: RecurrenceRule, first: date | datetime) -> date | None:
    """Returns the last day that *rule* makes; None when it has no end."""
    day = day_of(first)
    end = until_day(rule, first) or (_nth_day(rule.endless_rrule, day, rule.count) if rule.count else None)
    if end is None:
        return None
    year_before = date.fromordinal(max(day.toordinal(), end.toordinal() - 366 * rule.interval))
    last_days = [*iter_days(rule, first, year_before, end)]
    return last_days[-1] if last_days else max(iter_days(rule, first, day, end), default=day)


def years_since_first(rule: RecurrenceRule, first: date | datetime, start: date | datetime) -> int | None:
    """Returns the years from *first* to *start* (0: itself); None unless the rule is yearly."""
    if rule.freq != "YEARLY":
        return None
    parts = split_rrule(rule.rrule)
    return _year_of_turn(parts, day_of(start)) - _year_of_turn(parts, day_of(first))


def _year_of_turn(parts: dict[str, str], day: date) -> int:
    """Returns the year that a yearly rule makes *day* for: near New Year a day may be moved into the year beside it."""
    if name := next(iter(parts.keys() & MOVABLE_PARTS), ""):
        return movable_year(name, parts[name], day)
    if "BYWEEKNO" in parts:
        return _week_year(day, first_weekday_of(parts))
    month = int(parts["BYMONTH"]) if "X-SHIFT" in parts else 0
    return day.year + ((month, day.month) == (1, 12)) - ((month, day.month) == (12, 1))


def first_weekday_of(parts: dict[str, str]) -> int:
    """Returns the weekday that the weeks of a rule begin with; Monday is 0."""
    return WEEKDAYS.index(parts.get("WKST", "MO"))


def _iter_rrule_days(rrule: str, first: date, after: date, before: date) -> Iterator[date]:
    """Yields the days *after* .. *before* of a rule without COUNT. Its cost is bounded by the years between, not by its days."""
    parts, after = split_rrule(rrule), max(after, first)
    if "X-SHIFT" in parts:
        days = _iter_shifted(parts, first, after, before)
    elif parts.keys() & MOVABLE_PARTS:
        days = _iter_movable(parts, first, after, before)
    elif parts["FREQ"] in ("DAILY", "WEEKLY"):
        days = _iter_fixed_period(parts, first, after, before)
    elif "BYWEEKNO" in parts:
        days = _iter_numbered_weeks(parts, first, after, before)
    else:
        days = _iter_years(parts, first, after, before)
    return (day for day in days if after <= day <= before)


# Each function below yields the days of one kind of rule in order, by whole periods: a few may lie before *after*, which
# is never before *first*, or after *before*.


def _iter_years(parts: dict[str, str], first: date, after: date, before: date) -> Iterator[date]:
    """Yields the days of a monthly or yearly rule by the kinds of years that there are."""
    step = interval_of(parts) if parts["FREQ"] == "YEARLY" else 1
    begin_year = first.year + -(-(after.year - first.year) // step) * step
    for year in range(begin_year, before.year + 1, step):
        yield from _days_in_year(parts, first, year)


def _iter_shifted(parts: dict[str, str], first: date, after: date, before: date) -> Iterator[date]:
    """Yields the days of a rule with X-SHIFT: those of the rule without it, each moved off the weekdays that it names."""
    shift, own_rrule = parts["X-SHIFT"], join_rrule(without_parts(parts, "X-SHIFT"))
    begin, latest = _days_around(first)[0], _days_around(before)[1]
    # Counted from the day that the rule itself makes for the first date, wherever that was moved to: of any interval,
    # which may begin in the year or month before.
    each_turn = join_rrule(without_parts(parts, "X-SHIFT", "INTERVAL"))
    own_days = _iter_rrule_days(each_turn, begin, *_days_around(first))
    own_first = next((day for day in own_days if shifted(day, shift) == first), begin)
    for day in _iter_rrule_days(own_rrule, own_first, _days_around(after)[0], latest):
        yield shifted(day, shift)


def _days_around(day: date) -> tuple[date, date]:
    """Returns the first and the last day that X-SHIFT may move to *day*, within the years that there are."""
    first, last = day.toordinal() - MAX_SHIFT.days, day.toordinal() + MAX_SHIFT.days
    return date.fromordinal(max(1, first)), date.fromordinal(min(last, date(LAST_YEAR, 12, 31).toordinal()))


def _iter_movable(parts: dict[str, str], first: date, after: date, before: date) -> Iterator[date]:
    """Yields the one day a year of a rule with a part of MOVABLE_PARTS, in the years of its calendar."""
    name = next(iter(parts.keys() & MOVABLE_PARTS))
    step, first_year = interval_of(parts), _year_of_turn(parts, first)
    begin = max(first_year, year_near(name, after) - 1)
    for year in range(begin + (first_year - begin) % step, year_near(name, before) + 2, step):
        if day := movable_day(name, parts[name], year):
            yield day


def _iter_numbered_weeks(parts: dict[str, str], first: date, after: date, before: date) -> Iterator[date]:
    """Yields the days of a rule with BYWEEKNO (RFC 5545 3.3.10), whose years are years of weeks: 2019-12-30 is in week 1 of 2020."""
    first_weekday = first_weekday_of(parts)
    numbers = [int(number) for number in parts["BYWEEKNO"].split(",")]
    offsets = sorted((WEEKDAYS.index(weekday) - first_weekday) % 7 for weekday in parts["BYDAY"].split(","))
    step, begin_year = interval_of(parts), _week_year(first, first_weekday)
    begin_year += max(0, after.year - 1 - begin_year) // step * step
    for year in range(begin_year, min(before.year + 1, LAST_YEAR) + 1, step):
        begin, end = _first_week(year, first_weekday), _first_week(year + 1, first_weekday)
        count = (end - begin) // 7
        weeks = sorted({number - 1 if number > 0 else count + number for number in numbers if abs(number) <= count})
        days = [date.fromordinal(begin + 7 * week + offset) for week in weeks for offset in offsets]
        yield from _at_positions([day for day in days if _is_within(parts, day)], parts)


def _is_within(parts: dict[str, str], day: date) -> bool:
    """Tells whether *day* is one of those that BYMONTH, BYMONTHDAY and BYYEARDAY leave, counted from either end."""
    day_of_year, days_in_year = day.timetuple().tm_yday, 365 + calendar.isleap(day.year)
    counts = {
        "BYMONTH": {day.month},
        "BYMONTHDAY": {day.day, day.day - calendar.monthrange(day.year, day.month)[1] - 1},
        "BYYEARDAY": {day_of_year, day_of_year - days_in_year - 1},
    }
    return all(counts[name] & set(map(int, parts[name].split(","))) for name in counts.keys() & parts.keys())


def _first_week(year: int, first_weekday: int) -> int:
    """Returns the ordinal of the day with which week 1 of *year* begins, the first one that has four days in it."""
    fourth = date(year, 1, 4)
    return fourth.toordinal() - (fourth.weekday() - first_weekday) % 7


def _week_year(day: date, first_weekday: int) -> int:
    """Returns the year that the week of *day* is counted in."""
    years = range(min(day.year + 1, LAST_YEAR), day.year - 1, -1)
    return next((year for year in years if _first_week(year, first_weekday) <= day.toordinal()), day.year - 1)


def _iter_fixed_period(parts: dict[str, str], first: date, after: date, before: date) -> Iterator[date]:
    """Periods of always the same length need no walk: where they stand after any time is a division."""
    interval = interval_of(parts)
    weekdays = {WEEKDAYS.index(weekday) for weekday in parts["BYDAY"].split(",")} if "BYDAY" in parts else None
    months = {int(month) for month in parts["BYMONTH"].split(",")} if "BYMONTH" in parts else None
    if parts["FREQ"] == "DAILY":
        period, begin, offsets = interval, first, [0]
    else:
        # A week belongs to the rule as a whole, wherever in it the first day lies.
        first_weekday = first_weekday_of(parts)
        period, begin = 7 * interval, first - timedelta(days=(first.weekday() - first_weekday) % 7)
        offsets = sorted((weekday - first_weekday) % 7 for weekday in weekdays or {first.weekday()})
    period_start = begin.toordinal() + (after - begin).days // period * period
    while period_start <= before.toordinal():
        days = [date.fromordinal(period_start + offset) for offset in offsets]
        days = [
            day
            for day in days
            if (months is None or day.month in months) and (weekdays is None or day.weekday() in weekdays)
        ]
        yield from _at_positions(days, parts)
        period_start += period


def _at_positions(days: list[date], parts: dict[str, str]) -> list[date]:
    """Returns the days that BYSETPOS picks from one period's, in order; all of them without it."""
    if "BYSETPOS" not in parts:
        return days
    positions = map(int, parts["BYSETPOS"].split(","))
    indexes = {position - 1 if position > 0 else len(days) + position for position in positions}
    return [day for index, day in enumerate(days) if index in indexes]


def _days_in_year(parts: dict[str, str], first: date, year: int) -> list[date]:
    """Returns the days that a monthly or yearly rule without COUNT gives in *year*, one in which a yearly rule has a turn."""
    days = days_in_kind(parts, first, _kind_of_year(year))
    if parts["FREQ"] == "MONTHLY":
        interval, months_before = interval_of(parts), (year - first.year) * 12 - first.month
        days = tuple(pair for pair in days if (months_before + pair[0]) % interval == 0)
    return [date(year, month, number) for month, number in days]


YearKind = tuple[bool, int]
"""Whether a year is a leap year, and the weekday that it begins with."""


def _kind_of_year(year: int) -> YearKind:
    return calendar.isleap(year), date(year, 1, 1).weekday()


# The Gregorian calendar repeats after 400 years: each kind of year that there is occurs among them. The last ones of
# all, since dateutil looks for a rule's next date up to the year 9999, also where there is none.
_YEAR_OF_KIND = {_kind_of_year(year): year for year in range(9599, 9999)}
KINDS_OF_YEARS = tuple(_YEAR_OF_KIND)


def days_in_kind(parts: dict[str, str], first: date, kind: YearKind) -> tuple[tuple[int, int], ...]:
    """Returns (month, day) of what a monthly or yearly rule counted from *first* makes in a year of *kind*, INTERVAL left aside."""
    return _days_in_kind(join_rrule(without_parts(fill_from_dtstart(parts, first), "INTERVAL", "COUNT")), kind)


@lru_cache(maxsize=16384)
def _days_in_kind(rrule: str, kind: YearKind) -> tuple[tuple[int, int], ...]:
    """Returns (month, day) of what a rule that has a turn in every period makes in a year of *kind*: dateutil walks one year."""
    year = _YEAR_OF_KIND[kind]
    first, last = datetime(year, 1, 1), datetime(year, 12, 31)
    # for an UNTIL in the text dateutil would import its parser of dates
    return tuple((start.month, start.day) for start in rrulestr(rrule, dtstart=first).between(first, last, inc=True))


def fill_from_dtstart(parts: dict[str, str], first: date) -> dict[str, str]:
    """Returns the parts with what RFC 5545 takes from DTSTART written out, so that they can be counted from another day."""
    if parts.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY"}:
        return parts
    month = {} if parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts else {"BYMONTH": str(first.month)}
    return parts | month | {"BYMONTHDAY": str(first.day)}


@lru_cache(maxsize=4096)
def _nth_day(rrule: str, first: date, count: int) -> date:
    """Returns the day of the start number *count*, or the last day of all where the rule makes fewer."""
    last = date(LAST_YEAR, 12, 31)
    for number, day in enumerate(_iter_rrule_days(rrule, first, first, last), start=1):
        if number == count:
            return day
    return last
