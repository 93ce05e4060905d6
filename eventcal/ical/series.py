"""The dates of a series, typed as RFC 5545 wants them: EXDATE and RECURRENCE-ID as DTSTART is, and what is better in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from ..when import AllDay, Timed
from . import lines


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
