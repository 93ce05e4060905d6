"""The dates of a series, typed as RFC 5545 wants them: EXDATE and RECURRENCE-ID as DTSTART is, and what is better in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ..when import AllDay, Timed
from . import content_lines

_GMT = ZoneInfo("Etc/GMT")


def exdate_lines(days: Iterable[date], span: AllDay | Timed) -> list[bytes]:
    """One line for each date."""
    return [recurrence_line("EXDATE", day, span) for day in days]


def recurrence_line(name: str, day: date, span: AllDay | Timed) -> bytes:
    """The occurrence that the rule makes on *day*, named as DTSTART is: EXDATE, RECURRENCE-ID."""
    if isinstance(span, AllDay):
        return content_lines.date_line(name, day)
    return content_lines.local_line(name, datetime.combine(day, span.start.time()), span.zone)


def in_named_zone(span: AllDay | Timed) -> AllDay | Timed:
    """Returns *span* with Etc/GMT in the place of UTC: `ical` (Home Assistant) matches no RECURRENCE-ID that ends with Z."""
    if isinstance(span, AllDay) or not content_lines.is_utc(span.zone):
        return span
    return Timed(span.start.replace(tzinfo=_GMT), span.end.replace(tzinfo=_GMT) if span.end else None)


def is_ambiguous(span: Timed) -> bool:
    """Whether an end falls into a repeated hour, which readers take for the first or for the second, or a skipped one."""
    return any(
        moment is not None and moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
        for moment in (span.start, span.end)
    )
