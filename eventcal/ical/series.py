"""The rule of a series, as RFC 5545 types it: RRULE, EXDATE and RECURRENCE-ID of the same type as DTSTART."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time

from ..repeat import Rule
from ..when import AllDay, Timed, instant
from . import lines

_COUNT = re.compile(r"COUNT=(\d+)")


def rrule(rule: Rule, span: AllDay | Timed, fewer: int = 0) -> bytes:
    """RRULE; *fewer* is how many of its first dates are no occurrences."""
    text = _COUNT.sub(lambda found: f"COUNT={int(found[1]) - fewer}", rule.rrule)
    return lines.token("RRULE", text if rule.until is None else f"{text};UNTIL={_until(rule.until, span)}")


def _until(until: date | datetime, span: AllDay | Timed) -> str:
    """UNTIL as 3.3.10 wants it: a DATE beside a DATE, else UTC. A bare day means all of it."""
    if isinstance(span, AllDay):
        return f"{until:%Y%m%d}"
    clock = until if isinstance(until, datetime) else datetime.combine(until, time(23, 59, 59))
    return f"{instant(clock, span.zone):%Y%m%dT%H%M%SZ}"


def last_year(rule: Rule, starts: Iterable[date | datetime]) -> int | None:
    """The year of a rule's end, None for one without end. *starts* are asked only where the rule counts."""
    if rule.until is not None:
        return rule.until.year
    return max((each.year for each in starts), default=None) if _COUNT.search(rule.rrule) else None


def exdates(days: Iterable[date], span: AllDay | Timed) -> list[bytes]:
    """One line for each date."""
    return [at("EXDATE", day, span) for day in days]


def at(name: str, day: date, span: AllDay | Timed) -> bytes:
    """The occurrence that the rule makes on *day*, named as DTSTART is: EXDATE, RECURRENCE-ID."""
    if isinstance(span, AllDay):
        return lines.day(name, day)
    return lines.local(name, datetime.combine(day, span.start.time()), span.zone)


def written_in_utc(span: Timed) -> bool:
    """Whether an end of a one-off falls into a repeated hour, which readers take for the first or for the second."""
    if lines.is_utc(span.zone):
        return True
    return any(
        each is not None and each.replace(fold=0).utcoffset() != each.replace(fold=1).utcoffset()
        for each in (span.start, span.end)
    )
