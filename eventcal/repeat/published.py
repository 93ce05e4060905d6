"""A rule becomes one that calendar apps read alike: as it is, spelled in another way, or None for "as dates"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from .expand import KINDS_OF_YEARS, days_in_kind
from .movable import MOVABLE_PARTS, WEEKDAYS, as_rrule_parts
from .rule import RecurrenceRule, join_rrule, split_rrule

_COUNTS_PAST_A_MONTH = re.compile(r"[6-9][A-Z]|[0-9]{2}[A-Z]")  # 20MO: no month has it
ALL_MONTHS = ",".join(map(str, range(1, 13)))


@lru_cache(maxsize=4096)
def published_rule(rule: RecurrenceRule, first: date | datetime) -> RecurrenceRule | None:
    """*rule*, counted from *first*, as feeds write it: spelled so that readers agree on it; None where no spelling does.

    Another spelling is taken only if it makes the same days in each kind of year that there is.
    """
    parts = split_rrule(rule.rrule)
    if not rule.is_standard:
        return _as_standard(rule, parts)
    if not _is_misread(parts, first):
        return rule
    for candidate in _candidates(parts, first):
        if not _is_misread(candidate, first) and _makes_same_days(parts, candidate, first):
            return replace(rule, rrule=join_rrule(candidate))
    return None


def _as_standard(rule: RecurrenceRule, parts: dict[str, str]) -> RecurrenceRule | None:
    """A rule with a part that no reader knows, in parts that they do; None where there are none."""
    name = next(iter(parts.keys() & MOVABLE_PARTS), "")
    same = as_rrule_parts(name, parts[name]) if name and "X-SHIFT" not in parts else None
    own = {other: value for other, value in parts.items() if other != name}
    return None if same is None else replace(rule, rrule=join_rrule(own | same))


def _is_misread(parts: dict[str, str], first: date) -> bool:
    """Whether ical.js, libical or node-ical reads an RRULE other than RFC 5545 3.3.10 has it."""
    names, freq = parts.keys(), parts["FREQ"]
    is_numbered = bool(re.search(r"[0-9]", parts.get("BYDAY", "")))
    if freq == "YEARLY":
        if "BYWEEKNO" in names or ("BYYEARDAY" in names and names & {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"}):
            return True
        if "BYMONTH" not in names:
            # only the first date's own day, and the days of the year, need no month
            is_leap_day = (first.month, first.day) == (2, 29) and not names & {"BYDAY", "BYMONTHDAY", "BYYEARDAY"}
            return bool(names & {"BYMONTHDAY", "BYSETPOS"}) or is_numbered or is_leap_day
        return "BYSETPOS" in names and ("," in parts["BYMONTH"] or "BYMONTHDAY" in names)
    if freq == "MONTHLY":
        is_bare = not names & {"BYDAY", "BYMONTHDAY"}
        return ("BYSETPOS" in names and ("BYMONTHDAY" in names or is_bare)) or (is_bare and first.day > 28)
    return freq == "WEEKLY" and "BYSETPOS" in names


def _candidates(parts: dict[str, str], first: date) -> Iterator[dict[str, str]]:
    """Other spellings that may mean the same, the plainest first."""
    if _COUNTS_PAST_A_MONTH.search(parts.get("BYDAY", "")):
        return
    without_position = {name: value for name, value in parts.items() if name != "BYSETPOS"}
    if parts["FREQ"] == "YEARLY":
        if not parts.keys() & {"INTERVAL", "BYWEEKNO", "BYYEARDAY"}:
            yield parts | {"FREQ": "MONTHLY"}
        months = parts.get("BYMONTH", "1,12").split(",")
        for month in (months[0], months[-1]):
            yield parts | {"BYMONTH": month}
        if not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}:
            yield parts | {"BYMONTH": str(first.month), "BYMONTHDAY": str(first.day)}
        yield parts | {"BYMONTH": ALL_MONTHS}
    elif parts["FREQ"] == "MONTHLY":
        for day in (*parts.get("BYMONTHDAY", "").split(","), "-1", str(first.day)):
            if day:
                yield without_position | {"BYMONTHDAY": day}
    elif "BYMONTH" not in parts and "BYDAY" in parts:
        week_start = WEEKDAYS.index(parts.get("WKST", "MO"))
        days = sorted(parts["BYDAY"].split(","), key=lambda day: (WEEKDAYS.index(day) - week_start) % 7)
        chosen = {int(position) for position in parts["BYSETPOS"].split(",")}
        selected = [day for index, day in enumerate(days) if chosen & {index + 1, index - len(days)}]
        if selected:
            yield without_position | {"BYDAY": ",".join(selected)}


def _makes_same_days(parts: dict[str, str], candidate: dict[str, str], first: date) -> bool:
    if parts["FREQ"] == "WEEKLY":
        return True  # the positions were looked up in the one week that there is
    return all(days_in_kind(parts, first, kind) == days_in_kind(candidate, first, kind) for kind in KINDS_OF_YEARS)
