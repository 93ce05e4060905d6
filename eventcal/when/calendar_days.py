"""Days of the Chinese, Islamic and Hebrew calendars as people write them: "1 Shawwal", "chinese 01-15", "Yom Kippur".

Only names and numbers: what date such a day is in a year of ours is computed in `repeat`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class OtherCalendar(StrEnum):
    """A calendar whose years are not those of the Gregorian one."""

    CHINESE = "Chinese"
    ISLAMIC = "Islamic"  # Umm al-Qura, the civil calendar of Saudi Arabia
    HEBREW = "Hebrew"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A month and a day of every year of *calendar*: the ordinary month where a year has it twice.

    Hebrew months are numbered from Nisan; month 12 is Adar, in leap years the second one.
    """

    calendar: OtherCalendar
    month: int
    day: int

    def __str__(self) -> str:
        if names := MONTH_NAMES.get(self.calendar):
            return f"{self.day} {names[self.month - 1]}"
        return f"{self.calendar} {self.month:02}-{self.day:02}"


MONTH_NAMES = {
    OtherCalendar.ISLAMIC: (
        "Muharram", "Safar", "Rabi al-Awwal", "Rabi al-Thani", "Jumada al-Awwal", "Jumada al-Thani",
        "Rajab", "Shaban", "Ramadan", "Shawwal", "Dhu al-Qadah", "Dhu al-Hijjah",
    ),
    OtherCalendar.HEBREW: (
        "Nisan", "Iyar", "Sivan", "Tammuz", "Av", "Elul",
        "Tishrei", "Cheshvan", "Kislev", "Tevet", "Shevat", "Adar",
    ),
}  # fmt: skip
"""The months that have names in English; those of the Chinese calendar are numbered."""

_OTHER_SPELLINGS = {
    "rabii": "rabialawwal", "rabiulawwal": "rabialawwal", "rabiii": "rabialthani", "rabialakhir": "rabialthani",
    "jumadai": "jumadaalawwal", "jumadaalula": "jumadaalawwal", "jumadaii": "jumadaalthani", "jumadaalakhirah": "jumadaalthani",
    "shaaban": "shaban", "ramadhan": "ramadan", "dhulqadah": "dhualqadah", "dhulqidah": "dhualqadah",
    "dhulhijjah": "dhualhijjah", "zulhijjah": "dhualhijjah",
    "shawal": "shawwal", "nissan": "nisan", "iyyar": "iyar", "tamuz": "tammuz", "tebet": "tevet",
    "tishri": "tishrei", "heshvan": "cheshvan", "marcheshvan": "cheshvan", "shvat": "shevat", "adarii": "adar",
}  # fmt: skip
_MONTHS = {
    re.sub("[^a-z]", "", name.lower()): (calendar, number)
    for calendar, names in MONTH_NAMES.items()
    for number, name in enumerate(names, start=1)
}
_LAST_DAYS = {(OtherCalendar.HEBREW, month): 29 for month in (2, 4, 6, 10, 12)}
_NUMBERS = re.compile(r"(?P<calendar>chinese|islamic|hebrew) (?P<month>[0-9]{1,2})-(?:0-)?(?P<day>[0-9]{1,2})")
_NAMED = re.compile(
    r"(?:(?P<calendar>islamic|hebrew) )?(?P<day>[0-9]{1,2})(?:st|nd|rd|th)? (?:of )?(?P<month>[a-z' -]+)"
)

_FEASTS = {
    "Chinese 01-01": "(?:chinese|lunar) new year|spring festival",
    "Chinese 01-15": "lantern festival",
    "Chinese 05-05": "dragon boat festival",
    "Chinese 08-15": "(?:mid[- ]?autumn|moon) festival",
    "Chinese 09-09": "double (?:ninth|nine) festival",
    "1 Muharram": "(?:islamic|hijri|muslim) new year",
    "10 Muharram": "ashura",
    "12 Rabi al-Awwal": "mawlid.*",
    "1 Ramadan": "(?:first day of |start of )?ramadh?an",
    "1 Shawwal": "eid (?:al|ul)[- ]fitr|eid",
    "10 Dhu al-Hijjah": "eid (?:al|ul)[- ]adha",
    "14 Adar": "purim",
    "15 Nisan": "passover|pesach",
    "6 Sivan": "shavuot",
    "1 Tishrei": "rosh ha[- ]?shanah?|jewish new year",
    "10 Tishrei": "yom kippur",
    "15 Tishrei": "sukkot",
    "25 Kislev": "hanukk?ah|chanukah",
}
"""Days by the names of what is celebrated on them, as patterns."""


def parse_calendar_day(text: str) -> CalendarDay | None:
    """Parses "islamic 10-01" or "1 shawwal", in small letters; None for a day of no such calendar.

    Raises ValueError for a day that none of its years has.
    """
    if match := _NUMBERS.fullmatch(text):
        calendar, month = OtherCalendar(match["calendar"].title()), int(match["month"])
    elif match := _NAMED.fullmatch(text):
        name = re.sub("[^a-z]", "", match["month"])
        named = _MONTHS.get(_OTHER_SPELLINGS.get(name, name))
        if named is None or (match["calendar"] or named[0].lower()) != named[0].lower():
            return None
        calendar, month = named
    else:
        return None
    day = int(match["day"])
    if not 1 <= month <= 12 or not 1 <= day <= _LAST_DAYS.get((calendar, month), 30):
        raise ValueError(f"the {calendar} calendar has no day {text.removeprefix(calendar.lower() + ' ')}")
    return CalendarDay(calendar, month, day)


def find_feast(text: str) -> str | None:
    """Returns the rule's name of the day that *text*, in small letters, celebrates, such as "10 Tishrei" for "Yom Kippur"; None for no such."""
    return next((day for day, pattern in _FEASTS.items() if re.fullmatch(pattern, text)), None)


def name_calendar_day(text: str) -> str | None:
    """Returns the rule's name of the day that *text*, in small letters, names or celebrates; None for no such."""
    try:
        return find_feast(text) or (str(day) if (day := parse_calendar_day(text)) else None)
    except ValueError:
        return None
