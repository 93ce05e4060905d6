"""Years, months and days that exist, or the reason why one does not."""

from __future__ import annotations

import calendar
from datetime import date

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
        message = f"there is no day {day:02}; {calendar.month_name[month]}{of_year} has {days} days"
        raise NoSuchDate(message) from None


def last_day_of_month(year: int, month: int) -> date:
    """Returns the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])
