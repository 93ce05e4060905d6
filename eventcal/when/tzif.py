"""The changes of a zone's clocks, read from its TZif file (RFC 9636) in the pinned tzdata package.

`zoneinfo` answers for one instant; finding every change with it would take a query for each day.
"""

from __future__ import annotations

import calendar
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

SECONDS_PER_DAY = 86_400
LAST_FOOTER_YEAR = 9_998
"""The last year that a footer's rule is counted for: a clock ahead of UTC must still be within year 9999."""

_MAGIC = b"TZif"
_HEADER = struct.Struct(">32x3l")  # of its counts, those of the instants, of the states and of the letters
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_POSIX_NAME = r"(?:<([^>]+)>|([A-Za-z]{3,}))"
_POSIX_TIME = r"([+-]?\d+(?::\d+){0,2})"
_POSIX_PATTERN = re.compile(
    rf"{_POSIX_NAME}{_POSIX_TIME}{_POSIX_NAME}{_POSIX_TIME}?,([JM\d.]+)(?:/{_POSIX_TIME})?,([JM\d.]+)(?:/{_POSIX_TIME})?"
)


@dataclass(frozen=True, slots=True)
class ClockState:
    """A zone's clock between two changes: its *offset* from UTC in seconds, and the letters for it."""

    offset: int
    is_dst: bool
    name: str


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A change at the instant *at*, in seconds since 1970, from the state *before* to *after*."""

    at: int
    before: ClockState
    after: ClockState


@dataclass(frozen=True, slots=True)
class ZoneClock:
    """A zone's clock: its *initial* state, the *changes* that the file lists, and the POSIX rule for what comes after.

    The rule *footer* is in force after the instant *listed_until*.
    """

    initial: ClockState
    changes: tuple[ClockChange, ...]
    listed_until: int
    footer: str

    def changes_through(self, first_year: int, last_year: int) -> list[ClockChange]:
        """Returns the changes from *first_year* to the end of *last_year*, years of UTC."""
        begin, end = _year_start(first_year), _year_start(last_year + 1)
        footer_year = datetime.fromtimestamp(self.listed_until, UTC).year
        ruled = _footer_changes(self.footer, max(footer_year, first_year), last_year)
        changes = (*self.changes, *(change for change in ruled if change.at > self.listed_until))
        return [change for change in changes if begin <= change.at < end]

    def state_at(self, instant: int) -> ClockState:
        """Returns the state in force at *instant*, seconds since 1970."""
        year = min(datetime.fromtimestamp(instant, UTC).year, LAST_FOOTER_YEAR)
        changes = (*self.changes, *self.changes_through(year - 1, year))
        return next((change.after for change in reversed(changes) if change.at <= instant), self.initial)


@cache
def _zone_files() -> Traversable:
    return resources.files("tzdata").joinpath("zoneinfo")


def read_table(name: str) -> list[list[str]]:
    """Returns the rows of a table of the zone data, such as zone.tab, without its comments."""
    lines = _zone_files().joinpath(name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


@lru_cache(maxsize=1024)
def read_clock(name: str) -> ZoneClock:
    """Returns the clock of the IANA zone *name*. Changes that move neither the hands nor the letters are left out."""
    data = _zone_files().joinpath(*name.split("/")).read_bytes()
    # the first block holds 32-bit times, the second the same in 64 bits; after it stands the footer on a line of its own
    start = data.index(_MAGIC, len(_MAGIC))
    times, states = _read_block(data, start + _HEADER.size, _HEADER.unpack_from(data, start))
    footer = data.removesuffix(b"\n").rpartition(b"\n")[2].decode()
    initial = next((state for state in states if not state.is_dst), states[0])
    listed_until = times[-1][0] if times else _year_start(1)
    return ZoneClock(initial, tuple(_iter_changes(initial, times)), listed_until, footer)


def _read_block(
    data: bytes, start: int, counts: tuple[int, ...]
) -> tuple[list[tuple[int, ClockState]], list[ClockState]]:
    """Returns (instant, state from then on) in order, and the states by number."""
    time_count, type_count, char_count = counts
    instants = struct.unpack_from(f">{time_count}q", data, start)
    type_start = start + 9 * time_count
    numbers = data[start + 8 * time_count : type_start]
    letters = data[type_start + 6 * type_count :][:char_count]
    states = [
        ClockState(offset, bool(is_dst), letters[index : letters.index(b"\0", index)].decode())
        for offset, is_dst, index in struct.iter_unpack(">lBB", data[type_start : type_start + 6 * type_count])
    ]
    return [(instant, states[number]) for instant, number in zip(instants, numbers, strict=True)], states


def _iter_changes(initial: ClockState, times: list[tuple[int, ClockState]]) -> Iterator[ClockChange]:
    before = initial
    for instant, after in times:
        if (after.offset, after.name) != (before.offset, before.name):
            yield ClockChange(instant, before, after)
        before = after


def _footer_changes(footer: str, first_year: int, last_year: int) -> list[ClockChange]:
    """Returns the changes of the POSIX rule *footer* in those years, in order; none for a fixed offset."""
    match = _POSIX_PATTERN.fullmatch(footer)
    if match is None:
        return []
    standard = ClockState(-_seconds(match[3]), False, match[1] or match[2])
    summer_offset = -_seconds(match[6]) if match[6] else standard.offset + 3600
    summer = ClockState(summer_offset, True, match[4] or match[5])
    begin_second = _seconds(match[8] or "2") - standard.offset
    end_second = _seconds(match[10] or "2") - summer.offset
    changes = []
    for year in range(first_year, min(last_year, LAST_FOOTER_YEAR) + 1):
        begin, end = _rule_day(match[7], year) + begin_second, _rule_day(match[9], year) + end_second
        changes += [ClockChange(begin, standard, summer), ClockChange(end, summer, standard)]
    return sorted(changes, key=lambda change: change.at)


def _seconds(text: str) -> int:
    hours, minutes, seconds, *_ = [*map(int, text.lstrip("+-").split(":")), 0, 0]
    total = hours * 3600 + minutes * 60 + seconds
    return -total if text.startswith("-") else total


def _rule_day(text: str, year: int) -> int:
    """Returns the midnight, in seconds since 1970 on the zone's own clock, of a POSIX rule's day: M3.5.0, J59 or 59."""
    if not text.startswith("M"):
        day = int(text.removeprefix("J")) - (1 if text.startswith("J") else 0)
        is_after_leap_day = text.startswith("J") and day >= 59 and calendar.isleap(year)  # J never counts 29 February
        return (date(year, 1, 1).toordinal() + day + is_after_leap_day - _EPOCH_ORDINAL) * SECONDS_PER_DAY
    month, week, weekday = map(int, text[1:].split("."))
    first = date(year, month, 1)
    day = first.toordinal() + (weekday - first.isoweekday()) % 7 + 7 * (week - 1)
    # the fifth is the last, which may be the fourth
    if date.fromordinal(day).month != month:
        day -= 7
    return (day - _EPOCH_ORDINAL) * SECONDS_PER_DAY


def _year_start(year: int) -> int:
    return (date(min(max(year, 1), 9999), 1, 1).toordinal() - _EPOCH_ORDINAL) * SECONDS_PER_DAY


def summer_states(changes: tuple[ClockChange, ...] | list[ClockChange]) -> list[bool]:
    """Returns for each change whether it leads into the greater of two offsets that alternate.

    tzdata has zones (Dublin, Casablanca) whose "summer time" is the smaller offset of winter; calendar apps expect
    DAYLIGHT to be ahead of STANDARD.
    """
    return [
        change.after.offset > change.before.offset
        if change.before.is_dst != change.after.is_dst and change.after.offset != change.before.offset
        else change.after.is_dst
        for change in changes
    ]
