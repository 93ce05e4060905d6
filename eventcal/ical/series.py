"""The rule of a series, as RFC 5545 types it: RRULE, EXDATE and RECURRENCE-ID of the same type as DTSTART."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from .. import repeat
from ..history import on_day
from ..repeat import Rule
from ..when import AllDay, Timed, When
from . import lines

_COUNT = re.compile(r"COUNT=\d+")


def rrule(rule: Rule, when: When, fewer: int = 0) -> bytes:
    """RRULE beside *when*'s DTSTART; *fewer* is how many of its first dates are no occurrences."""
    text = repeat.rrule_for(rule, when)
    if rule.count and fewer:
        text = _COUNT.sub(f"COUNT={rule.count - fewer}", text)
    return lines.token("RRULE", text)


def last_year(rule: Rule, when: When) -> int | None:
    """The year of a rule's end, None for one without end."""
    if rule.until is not None:
        return rule.until.year
    last = last_day(rule, when)
    return last.year if last else None


def last_day(rule: Rule, when: When) -> date | None:
    """The day of the last start, None for a rule without end. A rule that counts is walked through."""
    if rule.until is None and not rule.count:
        return None
    first = repeat.first_of(when)
    return max(repeat.days(rule, first, date.min, date.max), default=when.first_day)


def made(when: When, day: date) -> AllDay | Timed:
    """What a rule makes of the known date *when* on another day: the same stretch of the wall clock."""
    span = on_day(when, day).span
    assert isinstance(span, AllDay | Timed)
    return span


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
