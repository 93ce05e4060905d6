"""The dates of a series, typed as RFC 5545 wants them: EXDATE and RECURRENCE-ID as DTSTART is, and what is better in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..when import LAST_YEAR, AllDay, Timed
from ..when.zones import zone_transitions
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


def clock_change_days(span: AllDay | Timed, first_year: int, last_year: int) -> tuple[date, ...]:
    """Returns the days of some years on which a series with the hours of *span* meets a change of its zone's clocks.

    There readers disagree: on which of two equal hours is meant, and on whether the end keeps its hour or the length.
    """
    if isinstance(span, AllDay) or span.is_floating:
        return ()
    length = (span.end or span.start).replace(tzinfo=None) - span.start.replace(tzinfo=None)
    return _change_days(span.zone, span.start.time(), length, first_year, min(last_year, LAST_YEAR))


@lru_cache(maxsize=4096)
def _change_days(zone: ZoneInfo, start: time, length: timedelta, first_year: int, last_year: int) -> tuple[date, ...]:
    days: dict[date, None] = {}
    for change in (change for year in range(first_year, last_year + 1) for change in zone_transitions(zone, year)):
        for before in range(length.days + 1, -1, -1):
            begin = datetime.combine(change.begin.date() - timedelta(days=before), start, zone)
            ends = (moment.replace(fold=fold) for moment in (begin, begin + length) for fold in (0, 1))
            if len({moment.utcoffset() for moment in ends}) > 1:
                days[begin.date()] = None
    return tuple(days)
