"""Periods that are no whole months or years: days, weeks, thirds, seasons, halves and decades, with their EDTF spellings.

Checks that years, months and days exist, or says why one does not.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from .english_words import ENGLISH_MONTHS
from .tzif import read_table
from .values import PARTS_OF_YEAR, SEASONS, THIRDS, Period, Unit

FIRST_YEAR, LAST_YEAR = 1000, 9998  # four digits, and the day after the last one is still a date


class NoSuchDate(Exception):
    """The text is in the grammar, but there is no such date; the message says why."""


def check_year(year: int) -> int:
    """Returns *year*. Raises NoSuchDate outside the supported years."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NoSuchDate(f"years go from {FIRST_YEAR} to {LAST_YEAR}")
    return year


def check_month(year: int, month: int) -> int:
    """Returns *month*. Raises NoSuchDate if there is no such month."""
    check_year(year)
    if not 1 <= month <= 12:
        raise NoSuchDate(f"there is no month {month:02}; months go from 01 to 12")
    return month


def check_day(year: int, month: int, day: int) -> date:
    """Returns the date. Raises NoSuchDate if there is no such day."""
    check_month(year, month)
    try:
        return date(year, month, day)
    except ValueError:
        of_year, days = f" {year}" if month == 2 else "", calendar.monthrange(year, month)[1]
        message = f"there is no day {day:02}; {ENGLISH_MONTHS[month - 1]}{of_year} has {days} days"
        raise NoSuchDate(message) from None


def last_day_of_month(year: int, month: int) -> date:
    """Returns the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


_DAY_OR_HOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?!\.)")
_DAYS = re.compile(
    r"(?P<open>\[)?(\d{4})-(\d{2})-(\d{2})\.\.(?:(?:(?P<year>\d{4})-)?(?P<month>\d{2})-)?(?P<day>\d{2})(?(open)\])",
    re.ASCII,
)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_THIRD = re.compile(r"(early|mid|late) (\d{4})(?:-(\d{2}))?", re.ASCII)
_SEASON = re.compile(
    r"(?:(northern|southern) )?(spring|summer|autumn|fall|winter) (\d{4})(?:/(\d{4}|\d{2}))?", re.ASCII
)
_HALF = re.compile(r"(\d{4})-H([12])", re.ASCII)
_DECADE = re.compile(r"(\d{3})(?:0s|X)", re.ASCII)
_SUB_YEAR = re.compile(r"(\d{4})-(2[1-9]|3[0-2]|3[7-9]|4[01])", re.ASCII)


def parse_period(text: str, zone: ZoneInfo) -> Period | None:
    """Returns the period that *text* names, a season by the hemisphere of *zone*; None for any other form.

    Raises NoSuchDate for a period that does not exist.
    """
    if _DAY_OR_HOUR.match(text):
        return None
    if match := _DAYS.fullmatch(text):
        return _days(match)
    if match := _WEEK.fullmatch(text):
        return _week(check_year(int(match[1])), int(match[2]))
    if match := _THIRD.fullmatch(text):
        year, third = check_year(int(match[2])), THIRDS.index(match[1])
        return _month_third(year, int(match[3]), third) if match[3] else _months(year, third * 4 + 1, Unit.YEAR_THIRD)
    if match := _SEASON.fullmatch(text):
        return _season_in_words(match, zone)
    if match := _HALF.fullmatch(text):
        return _months(int(match[1]), int(match[2]) * 6 - 5, Unit.HALF)
    if match := _DECADE.fullmatch(text):
        last = check_year(int(match[1]) * 10 + 9)
        return Period(date(last - 9, 1, 1), date(last, 12, 31), Unit.DECADE)
    if match := _SUB_YEAR.fullmatch(text):
        return _sub_year(int(match[1]), int(match[2]), zone)
    return None


def _days(match: re.Match[str]) -> Period:
    """Parses `2027-09-14..18`, as short as the end of a range of days may be, or EDTF's `[2027-09-14..2027-09-18]`."""
    first = check_day(int(match[2]), int(match[3]), int(match[4]))
    last = check_day(int(match["year"] or first.year), int(match["month"] or first.month), int(match["day"]))
    if last <= first:
        raise NoSuchDate(
            "the last possible day comes after the first; write both in full, such as 2021-12-30..2022-01-02"
        )
    return Period(first, last, Unit.DAYS)


def _week(year: int, week: int) -> Period:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        raise NoSuchDate(f"{year} has no week {week:02}") from None
    sunday = monday + timedelta(days=6)
    check_year(monday.year)
    check_year(sunday.year)
    return Period(monday, sunday, Unit.WEEK)


def _month_third(year: int, month: int, third: int) -> Period:
    check_month(year, month)
    last = last_day_of_month(year, month) if third == 2 else date(year, month, third * 10 + 10)
    return Period(date(year, month, third * 10 + 1), last, Unit.MONTH_THIRD)


def _months(year: int, month: int, unit: Unit, is_southern: bool = False) -> Period:
    """Returns the part of a year that begins with *month*."""
    check_year(year)
    years_on, last_month = divmod(month + PARTS_OF_YEAR[unit][0] - 2, 12)
    check_year(year + years_on)
    return Period(date(year, month, 1), last_day_of_month(year + years_on, last_month + 1), unit, is_southern)


def _season_in_words(match: re.Match[str], zone: ZoneInfo) -> Period:
    hemisphere, name, year, end = match.groups()
    is_southern = hemisphere == "southern" if hemisphere else is_southern_zone(zone.key)
    number = SEASONS.index(name.replace("fall", "autumn"))
    period = _season(check_year(int(year)), number, is_southern)
    next_years = (f"{int(year) + 1:04}", f"{(int(year) + 1) % 100:02}")
    if period.last.year == period.first.year:
        if end:
            raise NoSuchDate(f"{name} lies in one year: write {name} {year}")
    elif end is None:
        begins = int(year)
        raise NoSuchDate(
            f"{name} spans two years: write {name} {begins}/{(begins + 1) % 100:02} or {name} {begins - 1}/{begins % 100:02}"
        )
    elif end not in next_years:
        raise NoSuchDate(f"{name} spans two years that follow each other: write {name} {year}/{next_years[1]}")
    return period


def _season(year: int, number: int, is_southern: bool) -> Period:
    """Returns a season; spring is 0. The one that spans two years, December to February, is of the year in which it begins."""
    month = (3, 6, 9, 12)[(number + 2 * is_southern) % 4]
    return _months(year, month, Unit.SEASON, is_southern)


def _sub_year(year: int, code: int, zone: ZoneInfo) -> Period:
    """Parses EDTF's groupings of months (ISO 8601-2 4.8): seasons 21 to 32, thirds 37 to 39, halves 40 and 41."""
    check_year(year)
    if code <= 24:
        return _season(year, code - 21, is_southern_zone(zone.key))
    if code <= 32:
        return _season(year, code - 25, is_southern=code >= 29)
    if code <= 39:
        return _months(year, (code - 37) * 4 + 1, Unit.YEAR_THIRD)
    return _months(year, (code - 40) * 6 + 1, Unit.HALF)


@lru_cache(maxsize=1)
def _southern_zones() -> frozenset[str]:
    """Returns the zones whose city lies south of the equator, by the coordinates of the zone data."""
    return frozenset(row[2] for row in read_table("zone.tab") if row[1].startswith("-"))


def is_southern_zone(zone_name: str) -> bool:
    """Tells whether a zone's seasons are those of the southern hemisphere; zones without a place count as northern."""
    return zone_name in _southern_zones() or zone_name.startswith(("Australia/", "Antarctica/", "Brazil/", "Chile/"))
