"""A rule that is right becomes warnings: what calendar apps read differently, or what its author may not expect."""

from __future__ import annotations

import re
from datetime import date, datetime

from ..when import LAST_YEAR, Timed, When
from ..when.zones import transitions
from .expand import makes
from .rule import Rule, first_of, parts

YEARS_AHEAD = 5  # how far from its first date a series is held against the clock changes


def check(rule: Rule, when: When) -> list[str]:
    """What to know about *rule*, in sentences for the registry's warnings; nothing of it is wrong."""
    return [*_short_months(rule, when), *_clock_changes(rule, when)]


def _short_months(rule: Rule, when: When) -> list[str]:
    named, first = parts(rule.rrule), first_of(when)
    given = named.get("BYMONTHDAY", "").split(",") if "BYMONTHDAY" in named else []
    if not given and "BYDAY" not in named and rule.freq == "MONTHLY":
        given = [str(first.day)]
    if rule.freq == "YEARLY" and not named.keys() & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"}:
        if (first.month, first.day) == (2, 29):
            return [
                "years without a 29 February are left out; for each year's last day of February write repeat: every year"
            ]
        return []
    late = max((int(each) for each in given), default=0)
    if late > 28 and rule.freq == "MONTHLY" and "BYDAY" not in named:
        return [
            f"months without a day {late} are left out, and some calendar apps put another day there; "
            "for the last day of each month write rrule: FREQ=MONTHLY;BYMONTHDAY=-1"
        ]
    if re.search(r"(^|,)[+-]?5[A-Z]", named.get("BYDAY", "")) and rule.freq == "MONTHLY":
        return ["months without a fifth such day are left out; for the last one write every month on the last ..."]
    return []


def _clock_changes(rule: Rule, when: When) -> list[str]:
    """The first start that meets a skipped hour, and the first that meets a repeated one."""
    if not isinstance(when.span, Timed):
        return []
    zone, first = when.span.zone, when.span.start.replace(tzinfo=None)
    said: dict[bool, str] = {}
    for year in range(first.year, min(first.year + YEARS_AHEAD, LAST_YEAR) + 1):
        for change in transitions(zone, year):
            start = datetime.combine(change.begin.date(), first.time())
            met = change.begin <= start < change.end and start >= first
            if met and change.skips not in said and makes(rule, first, date(start.year, start.month, start.day)):
                what = "skipped" if change.skips else "shown twice"
                then = (
                    f"starts at {change.moved(start):%H:%M}"
                    if change.skips
                    else "is the first of the two in some apps, the second in others"
                )
                said[change.skips] = f"on {start:%Y-%m-%d} {start:%H:%M} is {what} in {zone}: that occurrence {then}"
    return [*said.values()]
