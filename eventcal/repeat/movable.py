"""Days that no date names: Easter, a day of another calendar, the weekday nearest a date, the working day after a weekend.

A rule holds them as parts that begin with `X-`, beside those of RFC 5545 3.3.10, and only this package reads them:

- `X-EASTER=-47`, `X-ORTHODOX-EASTER=1`: so many days after Easter, which is one part of every year;
- `X-ISLAMIC=1001+0`, `X-CHINESE=0101-1`, `X-HEBREW=0710+0`: so many days after that day of each year of the calendar;
- `X-WEEKDAY=MO<=0524`: the Monday on or before 24 May; `<` before, `>=` on or after, `>` after, `~` nearest;
- `X-SHIFT=SA+2,SU+1`: a day of the rule that is a Saturday moves two days on, a Sunday one.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

from ..when import LAST_YEAR
from ..when.calendar_days import CalendarDay, OtherCalendar, find_feast, parse_calendar_day
from ..when.english_words import ENGLISH_MONTHS, ENGLISH_WEEKDAYS, month_number, weekday_number
from .other_calendars import calendar_year_near, date_in_year

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAY_NAMES = tuple(day[:3] for day in ENGLISH_WEEKDAYS)
_CALENDAR_BY_PART = {f"X-{calendar.upper()}": calendar for calendar in OtherCalendar}
MOVABLE_PARTS = frozenset({"X-EASTER", "X-ORTHODOX-EASTER", "X-WEEKDAY", *_CALENDAR_BY_PART})
"""The parts that make one day a year without any RRULE."""
EASTER_OFFSETS = (-80, 230)
"""Days before and after Easter that never leave its year."""
MAX_CALENDAR_OFFSET = 99
MAX_SHIFT = timedelta(days=6)

_SIGN_BY_SIDE = {"on or before": "<=", "on or after": ">=", "before": "<", "after": ">", "nearest": "~"}
SIDE_BY_SIGN = {sign: side for side, sign in _SIGN_BY_SIDE.items()}
# The first of the seven days among which the weekday lies, counted from the date.
_FIRST_OF_SEVEN = {"<=": -6, ">=": 0, "<": -7, ">": 1, "~": -3}
_OFFSET_PATTERN = re.compile(r"(?P<days>[0-9]{1,4}) days? (?P<side>before|after) ")
_EASTER_PATTERN = re.compile(r"(?P<church>orthodox |julian )?easter(?: sunday)?")
_WEEKDAY = "(?:" + "|".join(f"{name}|{name[:3]}" for name in ENGLISH_WEEKDAYS).lower() + ")"
_NEAR_PATTERN = re.compile(
    rf"the (?P<day>{_WEEKDAY}) (?P<side>on or before|on or after|before|after|nearest)(?: to)? (?P<date>.+)"
)
_SHIFT_PATTERN = re.compile(
    rf"if (?P<days>{_WEEKDAY}(?:(?:, | or | and ){_WEEKDAY})*) then (?:the )?(?P<side>next|previous) (?P<to>{_WEEKDAY})"
)
_EASTER_FEASTS = {
    "shrove tuesday": -47, "ash wednesday": -46, "palm sunday": -7, "maundy thursday": -3, "good friday": -2,
    "easter monday": 1, "ascension": 39, "ascension day": 39, "whit sunday": 49, "pentecost": 49, "whit monday": 50,
    "corpus christi": 60,
}  # fmt: skip
_MONTH_NUMBERS = {form.lower(): month_number(name) for name in ENGLISH_MONTHS for form in (name, name[:3])}


def parse_movable(clause: str) -> tuple[dict[str, str], str] | None:
    """Returns the part and the canonical words of "2 days before easter" or "the mon on or before 05-24"; None for another clause.

    Raises ValueError with the right form for an offset or a date that cannot be.
    """
    offset_match = _OFFSET_PATTERN.match(clause)
    offset = int(offset_match["days"]) * (-1 if offset_match["side"] == "before" else 1) if offset_match else 0
    name = clause[offset_match.end() :] if offset_match else clause
    place = f"{format_offset(offset)} " if offset else "on "
    if match := _EASTER_PATTERN.fullmatch(name):
        if not EASTER_OFFSETS[0] <= offset <= EASTER_OFFSETS[1]:
            raise ValueError(f"at most {-EASTER_OFFSETS[0]} days before and {EASTER_OFFSETS[1]} days after Easter")
        # The Julian Easter is the Orthodox one, on the calendar that readers use.
        part, church = ("X-ORTHODOX-EASTER", "Orthodox Easter") if match["church"] else ("X-EASTER", "Easter")
        return {part: str(offset)}, place + church
    if advice := advise_on_feast(name):
        raise ValueError(advice)
    if calendar_day := parse_calendar_day(name):
        if abs(offset) > MAX_CALENDAR_OFFSET:
            raise ValueError(f"at most {MAX_CALENDAR_OFFSET} days before or after {calendar_day}")
        return {
            f"X-{calendar_day.calendar.upper()}": f"{calendar_day.month:02}{calendar_day.day:02}{offset:+}"
        }, place + str(calendar_day)
    if feast := find_feast(name):
        raise ValueError(f"a day of another calendar is named by its date; write every year {place}{feast}")
    match = _NEAR_PATTERN.fullmatch(clause)
    if match is None:
        return None
    weekday, (month, day) = weekday_number(match["day"]), parse_month_day(match["date"])
    text = f"on the {WEEKDAY_NAMES[weekday]} {match['side']} {month:02}-{day:02}"
    return {"X-WEEKDAY": f"{WEEKDAYS[weekday]}{_SIGN_BY_SIDE[match['side']]}{month:02}{day:02}"}, text


def advise_on_feast(name: str) -> str | None:
    """Returns how the feast *name*, in small letters, is counted from Easter: "easter monday"; None for any other day."""
    church = "Orthodox Easter" if name.startswith("orthodox ") else "Easter"
    offset = _EASTER_FEASTS.get(name.removeprefix("orthodox "))
    return f"count it from Easter; write every year {format_offset(offset)} {church}" if offset else None


def format_offset(offset: int) -> str:
    """Writes a signed number of days: "2 days before", "1 day after"."""
    return f"{abs(offset)} day{'s' if abs(offset) > 1 else ''} {'before' if offset < 0 else 'after'}"


def parse_shift(clause: str) -> tuple[str, str]:
    """Returns the X-SHIFT and the canonical words of "if sat, sun then next mon". Raises ValueError for another clause."""
    shifts: dict[int, int] = {}
    texts = []
    for condition in re.split(r", (?=if )", clause):
        match = _SHIFT_PATTERN.fullmatch(condition)
        if match is None:
            raise ValueError("write the day to take instead as: if Sat, Sun then next Mon")
        days = [weekday_number(word) for word in re.findall(_WEEKDAY, match["days"])]
        target = weekday_number(match["to"])
        for day in days:
            if day == target or day in shifts:
                raise ValueError(f"{condition}: name each day once, and another one to take instead")
            shifts[day] = (target - day) % 7 if match["side"] == "next" else -((day - target) % 7)
        names = ", ".join(WEEKDAY_NAMES[day] for day in sorted(days))
        texts.append(f"if {names} then {match['side']} {WEEKDAY_NAMES[target]}")
    if {(day + shift) % 7 for day, shift in shifts.items()} & shifts.keys():
        raise ValueError("a day to take instead is itself one to leave: name another")
    return ",".join(f"{WEEKDAYS[day]}{shift:+}" for day, shift in sorted(shifts.items())), ", ".join(texts)


def parse_month_day(text: str) -> tuple[int, int]:
    """Parses month and day of "05-24", "24 may" or "may 24". Raises ValueError for what is no day of every year."""
    month: int | None
    if match := re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})", text):
        month, day = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"(?P<d>[0-9]{1,2})\.? (?P<m>[a-z]+)|(?P<m2>[a-z]+) (?P<d2>[0-9]{1,2})", text):
        month, day = _MONTH_NUMBERS.get(match["m"] or match["m2"]), int(match["d"] or match["d2"])
    else:
        month, day = None, 0
    if month is None or not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(2001, month)[1]:
        raise ValueError(f"'{text[:30]}' is not a day that every year has: write month and day, as 05-24")
    return month, day


@lru_cache(maxsize=4096)
def movable_day(name: str, value: str, year: int) -> date | None:
    """Returns the day that one of MOVABLE_PARTS makes in *year*, of its own calendar; None in a year without it.

    One near New Year may lie in the year beside it.
    """
    if name in _CALENDAR_BY_PART:
        calendar_day, offset = split_calendar_day(name, value)
        day = date_in_year(calendar_day, year)
        return None if day is None or day.year > LAST_YEAR else day + timedelta(days=offset)
    if not 1 <= year <= LAST_YEAR:
        return None
    if name != "X-WEEKDAY":
        sunday = easter(year, EASTER_ORTHODOX) if name == "X-ORTHODOX-EASTER" else easter(year, EASTER_WESTERN)
        return sunday + timedelta(days=int(value))
    weekday, sign, month, day_of_month = split_weekday(value)
    first = date(year, month, day_of_month) + timedelta(days=_FIRST_OF_SEVEN[sign])
    return first + timedelta(days=(weekday - first.weekday()) % 7)


def movable_year(name: str, value: str, day: date) -> int:
    """Returns the year, of its own calendar, for which one of MOVABLE_PARTS makes *day*; for another day the one beside it."""
    near = year_near(name, day)
    if name not in _CALENDAR_BY_PART:
        month = split_weekday(value)[2] if name == "X-WEEKDAY" else 0
        return near + ((month, day.month) == (1, 12)) - ((month, day.month) == (12, 1))
    distances = {
        year: abs(turn - day) for year in range(near - 1, near + 2) if (turn := movable_day(name, value, year))
    }
    return min(distances, key=distances.__getitem__, default=near)


def year_near(name: str, day: date) -> int:
    """Returns the year in which *day* lies on the calendar of one of MOVABLE_PARTS, or one beside it."""
    return calendar_year_near(_CALENDAR_BY_PART[name], day) if name in _CALENDAR_BY_PART else day.year


def calendar_of(parts: dict[str, str]) -> OtherCalendar | None:
    """Returns the calendar that a rule with *parts* counts on, where it is not the Gregorian one."""
    return next((_CALENDAR_BY_PART[name] for name in parts if name in _CALENDAR_BY_PART), None)


def split_calendar_day(name: str, value: str) -> tuple[CalendarDay, int]:
    """Returns the day of another calendar, and the days to count from it, of an X-CHINESE, X-ISLAMIC or X-HEBREW."""
    return CalendarDay(_CALENDAR_BY_PART[name], int(value[:2]), int(value[2:4])), int(value[4:])


def split_weekday(value: str) -> tuple[int, str, int, int]:
    """Returns weekday, sign, month and day of an X-WEEKDAY."""
    match = re.fullmatch(r"([A-Z]{2})([<>=~]+)([0-9]{2})([0-9]{2})", value)
    assert match, value
    return WEEKDAYS.index(match[1]), match[2], int(match[3]), int(match[4])


def shift_by_weekday(value: str) -> dict[int, int]:
    """Returns the days to move, by the weekday (0 for Monday) of the rule's own day: of an X-SHIFT."""
    return {WEEKDAYS.index(item[:2]): int(item[2:]) for item in value.split(",")}


def shifted(day: date, value: str) -> date:
    """Returns the day that an X-SHIFT takes in place of *day*."""
    return day + timedelta(days=shift_by_weekday(value).get(day.weekday(), 0))


def as_rrule_parts(value: str) -> dict[str, str] | None:
    """Returns the parts of RFC 5545 that say what an X-WEEKDAY does, as all readers know them; None where no RRULE does.

    The weekday nearest a date is the one among seven days of one month, if they lie in one.
    """
    weekday, sign, month, day = split_weekday(value)
    first = day + _FIRST_OF_SEVEN[sign]
    if first < 1 or first + 6 > (28 if month == 2 else calendar.monthrange(2001, month)[1]):
        return None
    days = ",".join(str(number) for number in range(first, first + 7))
    return {"BYMONTH": str(month), "BYMONTHDAY": days, "BYDAY": WEEKDAYS[weekday]}
