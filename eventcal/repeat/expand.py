"""A rule and its first start become starts, lazily, from any day on. The only room that knows dateutil."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrulestr

from ..when import LAST_YEAR
from .rule import RecurrenceRule, join_rrule, split_rrule, until_day

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_FIXED_PERIOD_PARTS = {"DAILY": {"FREQ", "INTERVAL"}, "WEEKLY": {"FREQ", "INTERVAL", "BYDAY", "WKST"}}


def iter_starts(rule: RecurrenceRule, first: date | datetime, after: date, before: date) -> Iterator[date | datetime]:
    """The starts that *rule* makes from *first* on, on the days *after* .. *before* (both included), in order.

    They are of *first*'s kind: dates, or naive datetimes with its hour, which the zone may skip or repeat that day.
    Lazy, and as cheap years after *first* as beside it.
    """
    hour = first.time() if isinstance(first, datetime) else None
    for day in iter_days(rule, first, after, before):
        yield day if hour is None else datetime.combine(day, hour)


def iter_days(rule: RecurrenceRule, first: date | datetime, after: date, before: date) -> Iterator[date]:
    """The days of `starts`."""
    first_day, after, before = (date(bound.year, bound.month, bound.day) for bound in (first, after, before))
    endless_rrule = _without_count(rule)
    ends = [before, date(LAST_YEAR, 12, 31)]
    if until := until_day(rule, first):
        ends.append(until)
    if rule.count:
        ends.append(_nth_day(endless_rrule, first_day, rule.count))
    return _iter_rrule_days(endless_rrule, first_day, max(after, first_day), min(ends))


def has_start_on(rule: RecurrenceRule, first: date | datetime, day: date) -> bool:
    """Whether *rule*, counted from *first*, starts on *day*."""
    return next(iter_days(rule, first, day, day), None) is not None


def first_start_day(rule: RecurrenceRule, first: date | datetime) -> date | None:
    """The first day from *first*'s on that *rule* makes, when counted from there."""
    day = date(first.year, first.month, first.day)
    parts = split_rrule(rule.rrule)
    if parts.keys() <= {"FREQ", "INTERVAL", "COUNT", "WKST"}:
        return day
    if parts.keys() - {"COUNT"} <= _FIXED_PERIOD_PARTS.get(parts["FREQ"], set()):
        return next(_iter_fixed_period(parts, day, day, date(LAST_YEAR, 12, 31)), None)
    recurrences = rrulestr(join_rrule(_fill_from_dtstart(parts, day)), dtstart=datetime.combine(day, time()))
    return next((recurrence.date() for recurrence in recurrences), None)


def last_start_day(rule: RecurrenceRule, first: date | datetime) -> date | None:
    """The last day that *rule* makes; None when it has no end."""
    until, day = until_day(rule, first), date(first.year, first.month, first.day)
    if until is None and rule.count is None:
        return None
    max_period_days = rule.interval * {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}[rule.freq]
    end = until or _nth_day(_without_count(rule), day, rule.count or 1)
    last_days = [
        *iter_days(rule, first, date.fromordinal(max(day.toordinal(), end.toordinal() - max_period_days)), end)
    ]
    return last_days[-1] if last_days else max(iter_days(rule, first, day, end), default=day)


def years_since_first(rule: RecurrenceRule, first: date | datetime, start: date | datetime) -> int | None:
    """How many years after the *first* one *this* start comes (0: itself); None unless the rule is yearly."""
    return start.year - first.year if rule.freq == "YEARLY" else None


def _without_count(rule: RecurrenceRule) -> str:
    return join_rrule({name: value for name, value in split_rrule(rule.rrule).items() if name != "COUNT"})


def _iter_rrule_days(rrule: str, first: date, after: date, before: date) -> Iterator[date]:
    parts = split_rrule(rrule)
    if parts.keys() <= _FIXED_PERIOD_PARTS.get(parts["FREQ"], set()):
        yield from _iter_fixed_period(parts, first, after, before)
        return
    for year in range(after.year, before.year + 1):
        for day in _days_in_year(rrule, first, year):
            if after <= day <= before:
                yield day


def _iter_fixed_period(parts: dict[str, str], first: date, after: date, before: date) -> Iterator[date]:
    """Periods of always the same length need no walk: where they stand after any time is a division."""
    interval = int(parts.get("INTERVAL", "1"))
    if parts["FREQ"] == "DAILY":
        period, begin, offsets = interval, first, [0]
    else:
        # A week belongs to the rule as a whole, wherever in it the first day lies.
        week_start = WEEKDAYS.index(parts.get("WKST", "MO"))
        weekdays = (
            [WEEKDAYS.index(weekday) for weekday in parts["BYDAY"].split(",")]
            if "BYDAY" in parts
            else [first.weekday()]
        )
        period, begin = 7 * interval, first - timedelta(days=(first.weekday() - week_start) % 7)
        offsets = sorted({(weekday - week_start) % 7 for weekday in weekdays})
    period_start = begin.toordinal() + max(0, (after - begin).days // period) * period
    while period_start <= before.toordinal():
        for offset in offsets:
            if after.toordinal() <= period_start + offset <= before.toordinal():
                yield date.fromordinal(period_start + offset)
        period_start += period


@lru_cache(maxsize=32768)
def _days_in_year(rrule: str, first: date, year: int) -> tuple[date, ...]:
    """What a rule without COUNT makes in *year*: dateutil walks this year only, not all of them since the first."""
    parts = _fill_from_dtstart(split_rrule(rrule), first)
    anchor = _anchor_in_year(parts["FREQ"], int(parts.get("INTERVAL", "1")), first, year)
    if anchor is None:
        return ()
    recurrences = rrulestr(join_rrule(parts), dtstart=datetime.combine(anchor, time()))
    in_year = recurrences.between(datetime(year, 1, 1), datetime(year, 12, 31), inc=True)
    return tuple(day for start in in_year if (day := start.date()) >= first)


def _fill_from_dtstart(parts: dict[str, str], first: date) -> dict[str, str]:
    """The parts with what RFC 5545 takes from DTSTART written out, so that they can be counted from another day."""
    if parts.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"} or parts["FREQ"] == "DAILY":
        return parts
    if parts["FREQ"] == "WEEKLY":
        return parts | {"BYDAY": WEEKDAYS[first.weekday()]}
    month = {} if parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts else {"BYMONTH": str(first.month)}
    return parts | month | {"BYMONTHDAY": str(first.day)}


def _anchor_in_year(freq: str, interval: int, first: date, year: int) -> date | None:
    """The day from which the rule can be counted in *year* as well as from *first*; None when that year has no turn."""
    new_year = date(year, 1, 1)
    if freq == "YEARLY":
        return new_year if (year - first.year) % interval == 0 else None
    if freq == "MONTHLY":
        months_passed = (year - first.year) * 12 - (first.month - 1)  # months from the first one to this January
        month = -months_passed % interval
        return date(year, month + 1, 1) if month < 12 else None
    period = interval * (7 if freq == "WEEKLY" else 1)
    return first + timedelta(days=max(0, (new_year - first).days // period) * period)


@lru_cache(maxsize=4096)
def _nth_day(rrule: str, first: date, count: int) -> date:
    """The day of the start number *count*, or the last day of all where the rule makes fewer."""
    last = date(LAST_YEAR, 12, 31)
    for number, day in enumerate(_iter_rrule_days(rrule, first, first, last), start=1):
        if number == count:
            return day
    return last
