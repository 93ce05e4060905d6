"""Words for a part of a month, quarter, season or year, or for a week, become the form that says the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from .corrections import correct_date
from .english_words import ORDINALS, weekday_number
from .periods import last_day_of_month, parse_period
from .values import AllDay, Unit, add_months, canonical_text, nth_weekday

_NTH_WEEKDAY = re.compile(
    r"(?:on |the )*(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th) (mon|tue|wed|thu|fri|sat|sun)(?:[a-z]*day|\.)?"
    r" (?:of|in) ([^\W\d]+\.?,? [0-9]{4}|[0-9]{4}-[0-9]{2})\b(.*)",
    re.IGNORECASE,
)
_DAY_OF_PERIOD = re.compile(
    r"(?:on |for )?(?:an?|one|two|three|four|five|[0-9]+|some|any|several|a few) "
    r"(?:[a-z]*day|date|week|weekend|evening|night)s? (?:of|in|during) (.+)",
    re.IGNORECASE,
)
_BETWEEN_WITH_REMARK = re.compile(r"(between .+?)\s*\((?:exact |precise )?(?:dates?|days?) [^()]*\)", re.IGNORECASE)
_NTH_WEEKEND = re.compile(
    r"(?:on |the )*(first|second|third|fourth|last|1st|2nd|3rd|4th) weekend (?:of|in) (.+)", re.IGNORECASE
)


def period_answer(text: str, fault: Callable[[str], str | None]) -> str | None:
    """Answers words for a part of a period: its third Friday, its late third, what is before or after it; None for no such.

    *fault* says what is wrong with a form, or None.
    """
    if (match := _NTH_WEEKDAY.fullmatch(text)) and (month := _month_in(match[3])):
        nth_day = nth_weekday(month, _ordinal(match[1].lower()), weekday_number(match[2]))
        if nth_day is None:
            return f"{month:%Y-%m} has no {match[1].lower()} {match[2].title()}"
        corrected, _, _ = correct_date(f"{nth_day}{match[4]}")
        if fault(corrected) is None:
            return f"that is one day: write {corrected}"
    if match := _DAY_OF_PERIOD.fullmatch(text):
        corrected, _, _ = correct_date(match[1])
        if fault(corrected) is None:
            return f"days that are not known yet are written as the period in which they lie: write {corrected}"
    if match := _BETWEEN_WITH_REMARK.fullmatch(text):
        corrected, _, _ = correct_date(match[1])
        if fault(corrected) is None:
            return f"two dots join days of which it is one: write {corrected}"
    if (match := _NTH_WEEKEND.fullmatch(text)) and (month := _month_in(match[2])):
        return _weekend_answer(month, match[1].lower(), fault)
    if beside := _answer_beside_period(text) or _third_answer(text):
        return beside
    if span := _span_of_parts(text, fault):
        return f"that is a span of days or months: write {span}"
    return None


def _weekend_answer(month: date, position: str, fault: Callable[[str], str | None]) -> str | None:
    """Answers Saturday and Sunday; None where a month that begins or ends between them leaves open which weekend counts."""
    saturday, last = nth_weekday(month, _ordinal(position), 5), last_day_of_month(month.year, month.month)
    is_split = last.weekday() == 5 if position == "last" else month.weekday() == 6
    if saturday is None or is_split or fault(str(saturday)) is not None:
        return None
    return weekend_form(saturday)


def weekend_form(saturday: date) -> str:
    """Answers a weekend with its two days, and with what is one of them."""
    form = canonical_text(AllDay(saturday, saturday + timedelta(days=1)))
    return f"a weekend is two days: write {form}, or {form.replace('/', '..')} for one of them"


def _answer_beside_period(text: str) -> str | None:
    """Returns the limit of "after June 2027" and "before 2028": the first month or year behind it, or the last before it."""
    match = re.fullmatch(r"(before|after) (?:the )?(.+)", text, re.IGNORECASE)
    form = re.fullmatch(r"([0-9]{4})(?:-(0[1-9]|1[0-2]|Q[1-4]))?", correct_date(match[2])[0]) if match else None
    if match is None or form is None or not 1001 < int(form[1]) < 9998:
        return None
    part = form[2] or ""
    months = 12 if not part else 3 if part[0] == "Q" else 1
    number = 1 if not part else int(part[1]) * 3 - 2 if part[0] == "Q" else int(part)
    word = "by" if match[1].lower() == "before" else "from"
    near = add_months(date(int(form[1]), number, 1), -1 if word == "by" else months)
    return f"{word} counts its own period: write {word} {near.strftime('%Y-%m' if part else '%Y')}"


_THIRD = re.compile(
    r"(?:in )?(?:the )?(?P<part>early|mid|middle of|late|beginning of|start of|end of|end)[- ](?:the )?"
    r"(?:(?P<season>spring|summer|autumn|fall)(?: of)?,? |Q(?P<quarter>[1-4])[ /](?:of )?)(?P<year>[0-9]{4})",
    re.IGNORECASE,
)
_FIRST_MONTHS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}


def _third_answer(text: str) -> str | None:
    """Returns the month of "late summer 2027" and "early Q3 2027"; None for any other text."""
    match = _THIRD.fullmatch(text)
    if match is None:
        return None
    season, part = (match["season"] or "").lower(), match["part"].lower()
    third = 2 if part.startswith(("late", "end")) else 1 if part.startswith("mid") else 0
    month = (_FIRST_MONTHS[season] if season else int(match["quarter"]) * 3 - 2) + third
    where = " (north of the equator)" if season else ""
    return f"a third of a {'season' if season else 'quarter'} is a month: write {match['year']}-{month:02}{where}"


_PART = r"(?:the )?(early|mid|late|beginning of|end of|middle of)"
_TWO_PARTS = re.compile(
    rf"(?:some ?time )?(?:(?P<between>between )|from )?"
    rf"{_PART}(?:[- ]([a-z]{{3,9}}))?(?: ([0-9]{{4}}))?"
    rf"(?(between)\s+and\s+|(?:[\s-]+(?:to|or)[\s-]+|\s*[-/\u2013]\s*))"
    rf"{_PART}[- ](?:([a-z]{{3,9}}) )?([0-9]{{4}})",
    re.IGNORECASE,
)


def _span_of_parts(text: str, fault: Callable[[str], str | None]) -> str | None:
    """Returns the possible days of "late June / early July 2027" or "late 2027 to early 2028"; None for any other text."""
    match = _TWO_PARTS.fullmatch(text)
    if not match:
        return None
    _, part1, month1, year1, part2, month2, year2 = match.groups()
    month1, year1 = month1 or (month2 if not year1 else ""), year1 or year2
    forms = [correct_date(" ".join(filter(None, side)))[0] for side in ((part1, month1, year1), (part2, month2, year2))]
    if any(fault(form) is not None for form in forms):
        return None
    start, end = (parse_period(form, ZoneInfo("UTC")) for form in forms)
    if start is None or end is None or start.unit is not end.unit or start.last >= end.first:
        return None
    if start.unit is Unit.YEAR_THIRD:
        return f"{start.first:%Y-%m}/{end.last:%Y-%m}"
    return days_form(start.first, end.last)


def _month_in(text: str) -> date | None:
    """Returns the first day of the month that *text* means; None for a month without a year."""
    month, _, _ = correct_date(text)
    return date.fromisoformat(f"{month}-01") if re.fullmatch(r"[0-9]{4}-(?:0[1-9]|1[0-2])", month) else None


def _ordinal(word: str) -> int:
    """Returns the place that "third", "3rd" or "last" is in a month."""
    return ORDINALS.get(word) or int(word[0])


def week_answer(day: date, match: re.Match[str]) -> str:
    """Returns a week that begins with, ends on or holds *day*: of the calendar, or its seven days."""
    word = match[0].casefold()
    if word.startswith("w/e") and day.weekday() == 5:
        return f"that is a weekend, or the week that ends on its Saturday: write {canonical_text(AllDay(day, day + timedelta(days=1)))} or {days_form(day - timedelta(days=6), day)}"
    if "ending" in word or word.startswith("w/e"):
        day -= timedelta(days=6)
    elif " of" in word and day.weekday() not in (0, 6):
        day -= timedelta(days=day.weekday())
    year, week, weekday = day.isocalendar()
    form = f"{year}-W{week:02}" if weekday == 1 else days_form(day, day + timedelta(days=6))
    return f"a week is written by its number, or its days: write {form}"


def days_form(first: date, last: date) -> str:
    """Returns the form of some day from *first* to *last*."""
    return f"{first}..{last if last.year != first.year else f'{last:%m-%d}'}"
