"""A time zone and a stretch of years become a VTIMEZONE that every reader reads alike. Knows no event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from . import lines

# Casablanca's Ramadan is the shortest stretch that any zone keeps an offset for; a day is far below it.
_STEP = timedelta(days=1)
_SECOND = timedelta(seconds=1)

Clock = tuple[timedelta, bool, str]
"""What a zone's clock does for a while: its offset, whether that is summer time, its letters."""


@lru_cache(maxsize=256)
def vtimezone(name: str, first_year: int, last_year: int) -> bytes:
    """VTIMEZONE (RFC 5545 3.6.5) of the IANA zone *name*, right from the start of *first_year* to the end of *last_year*.

    One observance for each change of the clock and no RDATE: ical.js and vobject read only the first of a list, and
    an RRULE cannot say Casablanca's Ramadan.
    """
    zone = ZoneInfo(name)
    start = datetime(first_year, 1, 1, tzinfo=UTC) - _STEP
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC) + _STEP
    clock = _clock(zone, start)
    observances = [_observance(start, clock[0], clock)]
    for onset, before, after in _changes(zone, start, end):
        observances.append(_observance(onset, before[0], after))
    return lines.component("VTIMEZONE", lines.text("TZID", name), *observances)


def _observance(onset: datetime, before: timedelta, clock: Clock) -> bytes:
    offset, summer, letters = clock
    return lines.component(
        "DAYLIGHT" if summer else "STANDARD",
        # the onset is told on the clock that it ends (3.6.5)
        lines.onset("DTSTART", onset + before),
        lines.offset("TZOFFSETFROM", before),
        lines.offset("TZOFFSETTO", offset),
        lines.text("TZNAME", letters),
    )


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, Clock, Clock]]:
    """(instant, clock before, clock after) of each change between two instants, found to the second by halving."""
    at, clock = start, _clock(zone, start)
    while at < end:
        then = at + _STEP
        after = _clock(zone, then)
        if after != clock:
            low, high = at, then
            while high - low > _SECOND:
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if _clock(zone, middle) == clock else (low, middle)
            yield high, clock, after
        at, clock = then, after


def _clock(zone: ZoneInfo, moment: datetime) -> Clock:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), bool(local.dst()), local.tzname() or zone.key
