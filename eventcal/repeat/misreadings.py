"""The RRULEs that three readers misread: the dates that each would add, and those that it would leave out.

Feeds hold another form of these rules (see `published`). `tests/test_readers.py` asks each reader for what is said here.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from ..when import day_of
from .expand import ALL_MONTHS, iter_days
from .rule import RecurrenceRule, interval_of, join_rrule, split_rrule, without_parts

ICAL_JS = "ical.js (Thunderbird, Nextcloud Calendar)"
LIBICAL = "libical (Evolution, GNOME Calendar)"
NODE_ICAL = "node-ical (MagicMirror)"
COMPARED_YEARS = 9  # so that a leap year is among them, also around 2100

COUNTS_PAST_A_MONTH = re.compile(r"[6-9][A-Z]|[0-9]{2}[A-Z]")
"""Finds a number in BYDAY that no month has: 20MO."""

_NUMBER_OF_TWO_DIGITS = re.compile(r"[+-]?[0-9]{2}(?=[A-Z])")
_WEEKS_AT_NEW_YEAR = {1, 52, 53, -1, -52, -53}


@dataclass(frozen=True, slots=True)
class Misreading:
    """A rule as *reader* reads it: *additional* and *missing* dates of the first years, or a *remark* where they follow no rule."""

    reader: str
    read_as: str = ""
    additional: tuple[date, ...] = ()
    missing: tuple[date, ...] = ()
    remark: str = ""


def misreadings(rule: RecurrenceRule, first: date | datetime) -> list[Misreading]:
    """Returns what readers would make of *rule*, counted from *first*, if a feed held it as it is written."""
    day = day_of(first)
    last = date(min(day.year + COMPARED_YEARS, date.max.year), 12, 31)
    right = {*iter_days(rule, first, day, last)}
    results = []
    for reader, reading in _iter_readings(split_rrule(rule.rrule), day):
        if isinstance(reading, str):
            results.append(Misreading(reader, remark=reading))
            continue
        read_as = join_rrule(reading)
        days = {*iter_days(replace(rule, rrule=read_as), first, day, last)}
        if days != right:
            results.append(Misreading(reader, read_as, (*sorted(days - right),), (*sorted(right - days),)))
    return results


def _iter_readings(parts: dict[str, str], first: date) -> Iterator[tuple[str, dict[str, str] | str]]:
    """Yields a reader and the rule that it takes *parts* for, which may mean the same here; or a remark."""
    names, freq = parts.keys(), parts["FREQ"]
    without_position = without_parts(parts, "BYSETPOS")
    if "BYWEEKNO" in names:
        yield ICAL_JS, "dates in most weeks of the year, and seldom the right one"
        if _WEEKS_AT_NEW_YEAR & {*map(int, parts["BYWEEKNO"].split(","))}:
            for reader in (LIBICAL, NODE_ICAL):
                yield reader, "years at whose turn it can leave a date out, or add one"
    elif "BYYEARDAY" in names:
        if names & {"BYMONTH", "BYMONTHDAY"}:
            yield ICAL_JS, "no date: it refuses the rule"
            yield LIBICAL, "no date: it refuses the rule"
        elif "BYDAY" in names:
            yield NODE_ICAL, without_parts(parts, "BYDAY")
        else:
            yield ICAL_JS, without_position
    elif freq == "YEARLY":
        yield from _iter_yearly_readings(parts, without_position, first)
    elif freq == "MONTHLY":
        yield ICAL_JS, _monthly_reading(parts, without_position, first)
    else:
        yield ICAL_JS, without_position
        yield LIBICAL, without_position


def _monthly_reading(parts: dict[str, str], without_position: dict[str, str], first: date) -> dict[str, str] | str:
    """Returns the rule that ical.js takes a monthly one for, or a remark."""
    if has_weekday_from_end(parts):
        return "not all of its dates, and it may refuse the rule"
    if with_months_in_order(parts) != parts:
        return "not all dates of the first year"
    if has_long_day_first(parts, first):
        return "no date in the first month"
    if has_months_before_first(parts, first):
        return "the dates of the first month twice, or not all of them"
    reading = without_position if "BYMONTHDAY" in parts else parts
    return without_parts(reading, "INTERVAL") if has_months_between_turns(parts, first) else reading


def has_weekday_from_end(parts: dict[str, str]) -> bool:
    """Tells whether a rule asks for weekdays among days that are counted from the end of the month."""
    return "BYDAY" in parts and "-" in parts.get("BYMONTHDAY", "")


def has_numbered_weekday(parts: dict[str, str]) -> bool:
    """Tells whether BYDAY numbers any of its weekdays."""
    return re.search("[0-9]", parts.get("BYDAY", "")) is not None


def with_months_in_order(parts: dict[str, str]) -> dict[str, str]:
    """Returns the parts of the same rule with its months from January on."""
    return parts | {"BYMONTH": ",".join(sorted(parts["BYMONTH"].split(","), key=int))} if "BYMONTH" in parts else parts


def has_long_day_first(parts: dict[str, str], first: date) -> bool:
    """Tells whether weekdays are sought among days of which the first written is one that the first month lacks."""
    if not {"BYDAY", "BYMONTHDAY"} <= parts.keys():
        return False
    return int(parts["BYMONTHDAY"].split(",")[0]) > calendar.monthrange(first.year, first.month)[1]


def has_months_before_first(parts: dict[str, str], first: date) -> bool:
    """Tells whether a monthly rule has months before that of its first date, and further dates in that one: ical.js makes these twice."""
    if min(map(int, parts.get("BYMONTH", "12").split(","))) >= first.month:
        return False
    rule = RecurrenceRule(join_rrule(without_parts(parts, "COUNT")), "")
    month_end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return len([*iter_days(rule, first, first, month_end)]) > 1


def has_months_between_turns(parts: dict[str, str], first: date) -> bool:
    """Tells whether a monthly rule has no turn in some of the months that it names: ical.js makes days in all of them."""
    if "BYMONTH" not in parts:
        return False
    interval, months = interval_of(parts), map(int, parts["BYMONTH"].split(","))
    return 12 % interval > 0 or any((month - first.month) % interval for month in months)


def _iter_yearly_readings(
    parts: dict[str, str], without_position: dict[str, str], first: date
) -> Iterator[tuple[str, dict[str, str] | str]]:
    """Does what `_iter_readings` does for a yearly rule by months, days of a month or weekdays."""
    names, month = parts.keys(), {"BYMONTH": str(first.month)}
    if not names & {"BYDAY", "BYMONTH", "BYMONTHDAY"} and (first.month, first.day) == (2, 29):
        yield ICAL_JS, parts | {"BYYEARDAY": "60"}  # 1 March in common years
    elif "BYMONTHDAY" in names:
        is_known = names & {"BYMONTH", "BYDAY"}
        if has_misread_month_ends(parts, first):
            yield ICAL_JS, "other days at the ends of months"
        elif has_numbered_weekday(parts):
            yield ICAL_JS, "few of its dates, or none"
        else:
            yield ICAL_JS, without_position if is_known else without_position | month
        if "BYMONTH" not in names:
            is_past_a_month = COUNTS_PAST_A_MONTH.search(parts.get("BYDAY", ""))
            yield LIBICAL, "no date outside of one month" if is_past_a_month else parts | month
    elif has_misread_month_ends(parts, first):
        yield ICAL_JS, "other days at the ends of months"
    elif "BYDAY" in names and "BYMONTH" not in names:
        days = _NUMBER_OF_TWO_DIGITS.sub("", parts["BYDAY"])
        is_mixed = days != parts["BYDAY"] and re.search("[0-9]", days)
        yield ICAL_JS, "some of its weekdays in every week" if is_mixed else without_position | {"BYDAY": days}
    elif "BYSETPOS" in names and "," in parts["BYMONTH"]:
        is_each_year = "INTERVAL" not in names
        yield (
            ICAL_JS,
            parts | {"FREQ": "MONTHLY"} if is_each_year else "positions counted in each month, not in the year",
        )


def has_misread_month_ends(parts: dict[str, str], first: date) -> bool:
    """Tells whether ical.js takes the days of a yearly rule by the length of another month than theirs.

    It does for a day that one of the months lacks, unless that is the only one to be looked for, and for days that are
    counted from the ends of months of different lengths.
    """
    if "BYMONTHDAY" not in parts and parts.keys() & {"BYDAY", "BYYEARDAY"}:
        return False
    months = parts.get("BYMONTH", ALL_MONTHS if "BYDAY" in parts else str(first.month)).split(",")
    lengths = {calendar.monthrange(2001, int(month))[1] for month in months}
    days = [int(day) for day in parts.get("BYMONTHDAY", str(first.day)).split(",")]
    if has_weekday_from_end(parts) or (min(days) < 0 and len(lengths) > 1):
        return True
    is_one_day = "BYMONTHDAY" in parts and len(days) == 1 and (len(months) == 1 or "BYDAY" in parts)
    return max(map(abs, days)) > min(lengths) and not is_one_day
