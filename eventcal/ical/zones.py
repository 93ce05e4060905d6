"""A time zone and a stretch of years become a VTIMEZONE that every reader reads alike. Knows no event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from . import content_lines

# Casablanca's Ramadan is the shortest stretch that any zone keeps an offset for; a day is far below it.
_SEARCH_STEP = timedelta(days=1)
_ONE_SECOND = timedelta(seconds=1)

ClockState = tuple[timedelta, bool, str]
"""What a zone's clock does for a while: its offset, whether that is summer time, its letters."""


@lru_cache(maxsize=256)
def render_vtimezone(name: str, first_year: int, last_year: int) -> bytes:
    """VTIMEZONE (RFC 5545 3.6.5) of the IANA zone *name*, right from the start of *first_year* to the end of *last_year*.

    One observance for each change of the clock and no RDATE: ical.js and vobject read only the first of a list, and
    an RRULE cannot say Casablanca's Ramadan.
    """
    zone = ZoneInfo(name)
    start = datetime(first_year, 1, 1, tzinfo=UTC) - _SEARCH_STEP
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC) + _SEARCH_STEP
    clock = _clock_state(zone, start)
    observances = [_render_observance(start, clock[0], clock)]
    for onset, before, after in _find_changes(zone, start, end):
        observances.append(_render_observance(onset, before[0], after))
    return content_lines.component("VTIMEZONE", content_lines.text_line("TZID", name), *observances)


def _render_observance(onset: datetime, before: timedelta, clock: ClockState) -> bytes:
    offset, is_dst, abbreviation = clock
    return content_lines.component(
        "DAYLIGHT" if is_dst else "STANDARD",
        # the onset is told on the clock that it ends (3.6.5)
        content_lines.floating_line("DTSTART", onset + before),
        content_lines.utc_offset_line("TZOFFSETFROM", before),
        content_lines.utc_offset_line("TZOFFSETTO", offset),
        content_lines.text_line("TZNAME", abbreviation),
    )


def _find_changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, ClockState, ClockState]]:
    """(instant, clock before, clock after) of each change between two instants, found to the second by halving."""
    step_start, clock = start, _clock_state(zone, start)
    while step_start < end:
        step_end = step_start + _SEARCH_STEP
        after = _clock_state(zone, step_end)
        if after != clock:
            low, high = step_start, step_end
            while high - low > _ONE_SECOND:
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if _clock_state(zone, middle) == clock else (low, middle)
            yield high, clock, after
        step_start, clock = step_end, after


def _clock_state(zone: ZoneInfo, moment: datetime) -> ClockState:
    local = moment.astimezone(zone)
    return local.utcoffset() or timedelta(), bool(local.dst()), local.tzname() or zone.key
