"""The dates of a series, typed as RFC 5545 wants them: EXDATE and RECURRENCE-ID as DTSTART is, and what is better in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from ..when import AllDay, Timed
from . import content_lines


def exdate_lines(days: Iterable[date], span: AllDay | Timed) -> list[bytes]:
    """One line for each date."""
    return [recurrence_line("EXDATE", day, span) for day in days]


def recurrence_line(name: str, day: date, span: AllDay | Timed) -> bytes:
    """The occurrence that the rule makes on *day*, named as DTSTART is: EXDATE, RECURRENCE-ID."""
    if isinstance(span, AllDay):
        return content_lines.date_line(name, day)
    return content_lines.local_line(name, datetime.combine(day, span.start.time()), span.zone)


def is_ambiguous(span: Timed) -> bool:
    """Whether an end falls into a repeated hour, which readers take for the first or for the second, or a skipped one."""
    return any(
        moment is not None and moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
        for moment in (span.start, span.end)
    )
