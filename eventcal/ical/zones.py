"""A zone from some year on becomes a VTIMEZONE that every reader reads alike. Knows no event.

What a clock does every year is one observance with an RRULE, without an end where it has none; what it does once is an
observance of its own. No RDATE: ical.js and vobject read only the first of a list.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from ..repeat.movable import WEEKDAYS
from ..when.tzif import LAST_FOOTER_YEAR, ClockChange, read_clock, summer_states
from . import content_lines

MIN_CHAIN_YEARS = 3
"""Years in a row from which on a change is written as a rule."""

# Each date falls on every day of the week within 12 years, also over 2100: then the changes name their rule exactly.
_YEARS_TO_KNOW_A_RULE = 13
_EPOCH = datetime(1970, 1, 1)
# vobject compares a zone with UTC between 2000 and 2020, and drops one that is the same there: with its winter at +00:00
# it needs a summer in those years.
_VOBJECT_COMPARES_YEAR = 2019
_COMMON_YEAR = 2001  # any year of 365 days
_FIRST_OF_MARCH = 60


@lru_cache(maxsize=1024)
def render_vtimezone(name: str, first_year: int, last_year: int | None = None) -> bytes:
    """Renders the VTIMEZONE (RFC 5545 3.6.5) of the IANA zone *name*, right from the start of *first_year* on.

    Changes after *last_year* are left out, unless a rule without end makes them anyway.
    """
    clock = read_clock(name)
    end_year = min(max(first_year, _year_of(clock.listed_until)) + _YEARS_TO_KNOW_A_RULE, LAST_FOOTER_YEAR)
    end = _seconds(datetime(min(last_year + 1, 9999), 1, 2)) if last_year is not None else None
    # the year before as well: something must be in force when the first year begins
    begin_year = max(first_year - 1, 1)
    changes = clock.changes_through(begin_year, end_year)
    if begin_year > _VOBJECT_COMPARES_YEAR and any(change.after.offset == 0 for change in changes):
        begin_year = _VOBJECT_COMPARES_YEAR
        changes = clock.changes_through(begin_year, end_year)
    begin = _seconds(datetime(begin_year, 1, 1))
    observances = [
        observance
        for chain in _group_into_chains(changes, end_year)
        for observance in _iter_observances(chain)
        if end is None or observance.onset.at < end
    ]
    if not changes or _year_of(changes[0].at) > begin_year:
        state = clock.state_at(begin)
        observances.append(_Observance(ClockChange(begin, state, state), state.is_dst))
    observances.sort(key=lambda observance: observance.onset.at)
    return content_lines.component(
        "VTIMEZONE", content_lines.text_line("TZID", name), *map(_render_observance, observances)
    )


@dataclass(frozen=True, slots=True)
class _Observance:
    """A STANDARD or DAYLIGHT from *onset* on, and again as *rrule* says."""

    onset: ClockChange
    is_summer: bool
    rrule: str = ""


def _render_observance(observance: _Observance) -> bytes:
    onset = observance.onset
    return content_lines.component(
        "DAYLIGHT" if observance.is_summer else "STANDARD",
        # the onset is told on the clock that it ends (3.6.5)
        content_lines.floating_line("DTSTART", _local_onset(onset)),
        content_lines.utc_offset_line("TZOFFSETFROM", onset.before.offset),
        content_lines.utc_offset_line("TZOFFSETTO", onset.after.offset),
        *([content_lines.line("RRULE", observance.rrule)] if observance.rrule else []),
        content_lines.text_line("TZNAME", onset.after.name),
    )


@dataclass(slots=True)
class _Chain:
    """Changes of one kind in years in a row: always on the same date, or on one weekday within the same seven days.

    *weekday* is None for a date, which is *day* of the year; *earliest* and *latest* bound the day that the seven days
    begin with. Days of the year are counted without 29 February.
    """

    is_summer: bool
    changes: list[ClockChange] = field(default_factory=list)
    weekday: int | None = None
    day: int = 0
    earliest: int = 0
    latest: int = 0
    last_year: int = 0
    is_endless: bool = False

    def add(self, change: ClockChange, local: datetime) -> bool:
        """Takes *change*, at *local*, in if one yearly rule makes it and all before; returns whether it did."""
        day = _day_of_common_year(local.date())
        # seven days that hold 29 February are not the same dates every year
        earliest, latest = (max(day - 6, _FIRST_OF_MARCH), day) if local.month > 2 else (day - 6, min(day, 53))
        if not self.changes:
            self.weekday, self.day, self.earliest, self.latest = local.weekday(), day, earliest, latest
        elif local.year != self.last_year + 1:
            return False
        elif local.weekday() == self.weekday:
            earliest, latest = max(self.earliest, earliest), min(self.latest, latest)
            if earliest > latest:
                return False
            self.earliest, self.latest = earliest, latest
        elif day == self.day and (self.weekday is None or len(self.changes) == 1):
            self.weekday = None
        else:
            return False
        self.changes.append(change)
        self.last_year = local.year
        return True


def _group_into_chains(changes: list[ClockChange], end_year: int) -> list[_Chain]:
    """Returns *changes* as few yearly rules, by first onset; those that reach *end_year* have no end."""
    open_chains: dict[tuple[object, ...], _Chain] = {}
    chains: list[_Chain] = []
    for change, is_summer in zip(changes, summer_states(changes), strict=True):
        local = _local_onset(change)
        key = (change.before.offset, change.after.offset, change.after.name, is_summer, local.time())
        chain = open_chains.get(key)
        if chain is None or not chain.add(change, local):
            chain = open_chains[key] = _Chain(is_summer)
            chain.add(change, local)
            chains.append(chain)
    for chain in chains:
        chain.is_endless = chain.last_year >= end_year
    return chains


def _iter_observances(chain: _Chain) -> Iterator[_Observance]:
    """Yields the observances of one chain: a rule for each month that it falls into, or each change by itself."""
    if len(chain.changes) < MIN_CHAIN_YEARS and not chain.is_endless:
        yield from (_Observance(change, chain.is_summer) for change in chain.changes)
        return
    for month, by_day in _month_rules(chain):
        in_month = [change for change in chain.changes if _local_onset(change).month == month]
        if not in_month:
            continue
        rrule = f"FREQ=YEARLY;BYMONTH={month};{by_day}"
        if not chain.is_endless:
            # some days late on purpose: dateutil, and so vobject, compares it with the onset on the local clock
            until = _EPOCH + timedelta(seconds=in_month[-1].at, days=2)
            rrule += f";UNTIL={until.year:04}{until:%m%dT%H%M%SZ}"
        yield _Observance(in_month[0], chain.is_summer, rrule)


def _month_rules(chain: _Chain) -> Iterator[tuple[int, str]]:
    """Yields (month, BYDAY or BYMONTHDAY) for the days of *chain*: one, or two where its seven days reach into another month."""
    if chain.weekday is None:
        day = _date_of_common_year(chain.day)
        yield day.month, f"BYMONTHDAY={day.day}"
        return
    weekday = WEEKDAYS[chain.weekday]
    for start in range(chain.latest, chain.earliest - 1, -1):
        day = _date_of_common_year(start)
        if day.month != 2 and day.day == calendar.monthrange(_COMMON_YEAR, day.month)[1] - 6:
            yield day.month, f"BYDAY=-1{weekday}"
            return
        if day.day in (1, 8, 15, 22):
            yield day.month, f"BYDAY={day.day // 7 + 1}{weekday}"
            return
    days = [_date_of_common_year(chain.latest + offset) for offset in range(7)]
    for month in sorted({day.month for day in days}):
        month_days = ",".join(str(day.day) for day in days if day.month == month)
        yield month, f"BYMONTHDAY={month_days};BYDAY={weekday}"


def _local_onset(change: ClockChange) -> datetime:
    return _EPOCH + timedelta(seconds=change.at + change.before.offset)


def _day_of_common_year(day: date) -> int:
    number = day.timetuple().tm_yday
    return number - 1 if calendar.isleap(day.year) and number > 59 else number


def _date_of_common_year(number: int) -> date:
    return date(_COMMON_YEAR, 1, 1) + timedelta(days=number - 1)


def _seconds(moment: datetime) -> int:
    return round((moment - _EPOCH).total_seconds())


def _year_of(instant: int) -> int:
    return (_EPOCH + timedelta(seconds=instant)).year
