"""The RRULEs that three readers misread: the dates that each would add, and those that it would leave out.

Feeds hold another form of these rules (see `published`). `tests/test_readers.py` asks each reader for what is said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from ..when import day_of
from .expand import iter_days
from .rule import RecurrenceRule, join_rrule, split_rrule, without_parts

ICAL_JS = "ical.js (Thunderbird, Nextcloud Calendar)"
LIBICAL = "libical (Evolution, KOrganizer)"
NODE_ICAL = "node-ical (MagicMirror)"
COMPARED_YEARS = 9  # so that a leap year is among them, also around 2100

_NUMBER_PAST_A_MONTH = re.compile(r"[+-]?[0-9]{2}(?=[A-Z])")
_WEEKS_AT_NEW_YEAR = {"52", "53", "-1", "-52", "-53"}


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
    if freq == "YEARLY" and "BYWEEKNO" in names:
        yield ICAL_JS, "dates in most weeks of the year, and seldom the right one"
        if {*parts["BYWEEKNO"].split(",")} & (_WEEKS_AT_NEW_YEAR | ({"1"} if "INTERVAL" in names else set())):
            for reader in (LIBICAL, NODE_ICAL):
                yield reader, "years at whose turn it can leave a date out, or add one"
    elif freq == "YEARLY" and "BYYEARDAY" in names:
        if names & {"BYMONTH", "BYMONTHDAY"}:
            yield ICAL_JS, "no date: it refuses the rule"
            yield LIBICAL, "no date: it refuses the rule"
        elif "BYDAY" in names:
            yield NODE_ICAL, without_parts(parts, "BYDAY")
        else:
            yield ICAL_JS, without_position
    elif freq == "YEARLY":
        yield from _iter_yearly_readings(parts, without_position, first)
    elif "BYSETPOS" in names and (freq == "WEEKLY" or "BYMONTHDAY" in names):
        yield ICAL_JS, without_position
        if freq == "WEEKLY":
            yield LIBICAL, without_position


def _iter_yearly_readings(
    parts: dict[str, str], without_position: dict[str, str], first: date
) -> Iterator[tuple[str, dict[str, str] | str]]:
    """Does what `_iter_readings` does for a yearly rule by months, days of a month or weekdays."""
    names, month = parts.keys(), {"BYMONTH": str(first.month)}
    if "BYMONTHDAY" in names:
        if "BYMONTH" in names:
            yield ICAL_JS, without_position
            return
        yield ICAL_JS, without_position if "BYDAY" in names else without_position | month
        yield LIBICAL, parts | month
    elif "BYDAY" in names and "BYMONTH" not in names:
        days = _NUMBER_PAST_A_MONTH.sub("", parts["BYDAY"])
        is_mixed = days != parts["BYDAY"] and re.search("[0-9]", days)
        yield ICAL_JS, "some of its weekdays in every week" if is_mixed else without_position | {"BYDAY": days}
    elif "BYSETPOS" in names and "," in parts["BYMONTH"]:
        is_each_year = "INTERVAL" not in names
        yield (
            ICAL_JS,
            parts | {"FREQ": "MONTHLY"} if is_each_year else "positions counted in each month, not in the year",
        )
    elif not names & {"BYDAY", "BYMONTH"} and (first.month, first.day) == (2, 29):
        yield ICAL_JS, parts | {"BYYEARDAY": "60"}  # 1 March in common years
