"""A day of the Chinese, Islamic or Hebrew calendar becomes its date in one of that calendar's years.

The libraries are imported when a rule asks for a day: few registries have such a rule, and every process imports this package.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from ..when.calendar_days import CalendarDay, OtherCalendar

LAST_KNOWN_DAYS = {OtherCalendar.CHINESE: date(2101, 1, 28), OtherCalendar.ISLAMIC: date(2077, 11, 16)}
"""The ends of the tables; Hebrew dates are arithmetic, and have none."""
_LAST_YEARS = {OtherCalendar.CHINESE: 2100, OtherCalendar.ISLAMIC: 1500}
_ISLAMIC_EPOCH = 227015  # 16 July 622 of the Julian calendar, as date.toordinal counts
_ISLAMIC_CYCLE_DAYS, _ISLAMIC_CYCLE_YEARS = 10631, 30


def calendar_year_near(calendar: OtherCalendar, day: date) -> int:
    """Returns the number of the calendar's year in which *day* lies, or of the one beside it."""
    match calendar:
        case OtherCalendar.CHINESE:
            return min(day.year, _LAST_YEARS[calendar])  # as its new year is counted in ours
        case OtherCalendar.ISLAMIC:
            year = (day.toordinal() - _ISLAMIC_EPOCH) * _ISLAMIC_CYCLE_YEARS // _ISLAMIC_CYCLE_DAYS + 1
            return min(year, _LAST_YEARS[calendar])
        case OtherCalendar.HEBREW:
            return day.year + 3760 + (day.month > 9)  # its new year is in September or October


@lru_cache(maxsize=4096)
def date_in_year(day: CalendarDay, year: int) -> date | None:
    """Returns the date of *day* in the calendar's own *year*; None where its month is shorter, or beyond the tables."""
    try:
        match day.calendar:
            case OtherCalendar.CHINESE:
                from borax.calendars.lunardate import LunarDate

                return date.fromordinal(LunarDate(year, day.month, day.day).to_solar_date().toordinal())
            case OtherCalendar.ISLAMIC:
                from hijridate import Hijri

                return date.fromordinal(Hijri(year, day.month, day.day).to_gregorian().toordinal())
            case OtherCalendar.HEBREW:
                from pyluach.dates import HebrewDate

                # Seven years in nineteen have a second Adar, and it is the one that feasts keep.
                is_second_adar = day.month == 12 and (7 * year + 1) % 19 < 7
                return date.fromordinal(
                    HebrewDate(year, 13 if is_second_adar else day.month, day.day).to_pydate().toordinal()
                )
    except (ValueError, OverflowError):
        return None


def calendar_day_of(calendar: OtherCalendar, day: date) -> CalendarDay | None:
    """Returns the month and day of *calendar* that fall on *day*; None in a leap month, and beyond the tables."""
    near = calendar_year_near(calendar, day)
    candidates = (
        (year, CalendarDay(calendar, month, number))
        for year in (near, near - 1, near + 1)
        for month in range(1, 13)
        for number in range(1, 31)
    )
    return next((candidate for year, candidate in candidates if date_in_year(candidate, year) == day), None)
