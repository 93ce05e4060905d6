"""A rule and its first start become starts, lazily, from any day on. The only room that knows dateutil."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateutil.rrule import rrulestr

from ..when import LAST_YEAR
from .rule import Rule, joined, last_day, parts

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_FIXED = {"DAILY": {"FREQ", "INTERVAL"}, "WEEKLY": {"FREQ", "INTERVAL", "BYDAY", "WKST"}}


def starts(rule: Rule, first: date | datetime, after: date, before: date) -> Iterator[date | datetime]:
    """The starts that *rule* makes from *first* on, on the days *after* .. *before* (both included), in order.

    They are of *first*'s kind: dates, or naive datetimes with its hour, which the zone may skip or repeat that day.
    Lazy, and as cheap years after *first* as beside it.
    """
    hour = first.time() if isinstance(first, datetime) else None
    for day in days(rule, first, after, before):
        yield day if hour is None else datetime.combine(day, hour)


def days(rule: Rule, first: date | datetime, after: date, before: date) -> Iterator[date]:
    """The days of `starts`."""
    first_day, after, before = (date(each.year, each.month, each.day) for each in (first, after, before))
    open_ended = _endless(rule)
    ends = [before, date(LAST_YEAR, 12, 31)]
    if until := last_day(rule, first):
        ends.append(until)
    if rule.count:
        ends.append(_nth_day(open_ended, first_day, rule.count))
    return _days(open_ended, first_day, max(after, first_day), min(ends))


def makes(rule: Rule, first: date | datetime, day: date) -> bool:
    """Whether *rule*, counted from *first*, starts on *day*."""
    return next(days(rule, first, day, day), None) is not None


def first_made(rule: Rule, first: date | datetime) -> date | None:
    """The first day from *first*'s on that *rule* makes, when counted from there."""
    day = date(first.year, first.month, first.day)
    named = parts(rule.rrule)
    if named.keys() <= {"FREQ", "INTERVAL", "COUNT", "WKST"}:
        return day
    if named.keys() - {"COUNT"} <= _FIXED.get(named["FREQ"], set()):
        return next(_fixed(named, day, day, date(LAST_YEAR, 12, 31)), None)
    found = rrulestr(joined(_complete(named, day)), dtstart=datetime.combine(day, time()))
    return next((each.date() for each in found), None)


def last_made(rule: Rule, first: date | datetime) -> date | None:
    """The last day that *rule* makes; None when it has no end."""
    until, day = last_day(rule, first), date(first.year, first.month, first.day)
    if until is None and rule.count is None:
        return None
    span = rule.interval * {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}[rule.freq]
    end = until or _nth_day(_endless(rule), day, rule.count or 1)
    near = [*days(rule, first, date.fromordinal(max(day.toordinal(), end.toordinal() - span)), end)]
    return near[-1] if near else max(days(rule, first, day, end), default=day)


def nth_of(rule: Rule, first: date | datetime, this: date | datetime) -> int | None:
    """How many years after the *first* one *this* start comes (0: itself); None unless the rule is yearly."""
    return this.year - first.year if rule.freq == "YEARLY" else None


def _endless(rule: Rule) -> str:
    return joined({name: value for name, value in parts(rule.rrule).items() if name != "COUNT"})


def _days(rrule: str, first: date, after: date, before: date) -> Iterator[date]:
    named = parts(rrule)
    if named.keys() <= _FIXED.get(named["FREQ"], set()):
        yield from _fixed(named, first, after, before)
        return
    for year in range(after.year, before.year + 1):
        for day in _of_year(rrule, first, year):
            if after <= day <= before:
                yield day


def _fixed(named: dict[str, str], first: date, after: date, before: date) -> Iterator[date]:
    """Periods of always the same length need no walk: where they stand after any time is a division."""
    interval = int(named.get("INTERVAL", "1"))
    if named["FREQ"] == "DAILY":
        period, begin, offsets = interval, first, [0]
    else:
        # A week belongs to the rule as a whole, wherever in it the first day lies.
        opening = WEEKDAYS.index(named.get("WKST", "MO"))
        weekdays = (
            [WEEKDAYS.index(each) for each in named["BYDAY"].split(",")] if "BYDAY" in named else [first.weekday()]
        )
        period, begin = 7 * interval, first - timedelta(days=(first.weekday() - opening) % 7)
        offsets = sorted({(each - opening) % 7 for each in weekdays})
    turn = begin.toordinal() + max(0, (after - begin).days // period) * period
    while turn <= before.toordinal():
        for offset in offsets:
            if after.toordinal() <= turn + offset <= before.toordinal():
                yield date.fromordinal(turn + offset)
        turn += period


@lru_cache(maxsize=32768)
def _of_year(rrule: str, first: date, year: int) -> tuple[date, ...]:
    """What a rule without COUNT makes in *year*: dateutil walks this year only, not all of them since the first."""
    named = _complete(parts(rrule), first)
    begin = _turn_in(named["FREQ"], int(named.get("INTERVAL", "1")), first, year)
    if begin is None:
        return ()
    found = rrulestr(joined(named), dtstart=datetime.combine(begin, time()))
    within = found.between(datetime(year, 1, 1), datetime(year, 12, 31), inc=True)
    return tuple(day for each in within if (day := each.date()) >= first)


def _complete(named: dict[str, str], first: date) -> dict[str, str]:
    """The parts with what RFC 5545 takes from DTSTART written out, so that they can be counted from another day."""
    if named.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"} or named["FREQ"] == "DAILY":
        return named
    if named["FREQ"] == "WEEKLY":
        return named | {"BYDAY": WEEKDAYS[first.weekday()]}
    month = {} if named["FREQ"] == "MONTHLY" or "BYMONTH" in named else {"BYMONTH": str(first.month)}
    return named | month | {"BYMONTHDAY": str(first.day)}


def _turn_in(freq: str, interval: int, first: date, year: int) -> date | None:
    """The day from which the rule can be counted in *year* as well as from *first*; None when that year has no turn."""
    opening = date(year, 1, 1)
    if freq == "YEARLY":
        return opening if (year - first.year) % interval == 0 else None
    if freq == "MONTHLY":
        past = (year - first.year) * 12 - (first.month - 1)  # months from the first one to this January
        month = -past % interval
        return date(year, month + 1, 1) if month < 12 else None
    period = interval * (7 if freq == "WEEKLY" else 1)
    return first + timedelta(days=max(0, (opening - first).days // period) * period)


@lru_cache(maxsize=4096)
def _nth_day(rrule: str, first: date, count: int) -> date:
    """The day of the start number *count*, or the last day of all where the rule makes fewer."""
    last = date(LAST_YEAR, 12, 31)
    for number, day in enumerate(_days(rrule, first, first, last), start=1):
        if number == count:
            return day
    return last
