"""Days, months, quarters and years by CLDR's own patterns: the parts that `dates` puts together."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from babel.dates import DateTimePattern, parse_pattern

from ..when import Period, Unit
from .language import Style, get_translations, locale_for, resolve_language


def format_period(period: Period, language: str, style: Style) -> str:
    """Formats a period by its unit: "September 2021", "the third quarter of 2021", "spring 2021"."""
    first, last = period.first, period.last
    match period.unit:
        case Unit.MONTH:
            return format_months(first, last, language, style)
        case Unit.QUARTER:
            return _format_quarter(period, language, style)
        case Unit.YEAR:
            return format_years(first.year, last.year, language)
        case Unit.DAYS:
            return format_days(first, last, language, style)
        case Unit.WEEK:
            return _format_week(first, language)
        case Unit.MONTH_THIRD:
            return _format_month_third(period, language, style)
        case _:
            return _format_part_of_year(period, language)


def _format_quarter(period: Period, language: str, style: Style) -> str:
    """Formats a quarter: "Q3 2021" by CLDR's pattern, in long style "the third quarter of 2021"."""
    if style == "short":
        return apply_pattern(str(locale_for(language).datetime_skeletons["yQQQ"].pattern), period.first, language)
    _ = get_translations(language).gettext
    templates = (
        _("the first quarter of {year}"),
        _("the second quarter of {year}"),
        _("the third quarter of {year}"),
        _("the fourth quarter of {year}"),
    )
    return templates[(period.first.month - 1) // 3].format(year=period.first.year)


def _format_week(monday: date, language: str) -> str:
    """Formats a week by CLDR's pattern, with the number of ISO 8601 that sources use and not the locale's own."""
    year, week, _ = monday.isocalendar()
    parts = str(locale_for(language).datetime_skeletons["yw"].pattern).split("'")  # every second part is quoted
    parts[::2] = [part.replace("w", str(week)).replace("Y", str(year)) for part in parts[::2]]
    return "".join(parts).replace("\u202f", " ").replace("\xa0", " ")


def _format_month_third(period: Period, language: str, style: Style) -> str:
    """Formats a third of a month: "early September 2027", its month in the case that goes with a day (Russian)."""
    _ = get_translations(language).gettext
    locale = locale_for(language)
    dated = locale.datetime_skeletons["yMMMd"] if style == "short" else locale.date_formats["long"]
    without_day = re.sub(r"^d.*?(?=M)|d[^My]*$", "", str(dated.pattern))
    month = apply_pattern(without_day.strip(), period.first, language)
    third = (_("early {month}"), _("mid-{month}"), _("late {month}"))[period.number - 1]
    return third.format(month=month)


def _format_part_of_year(period: Period, language: str) -> str:
    """Formats a season, a third or half of a year, or a decade: "spring 2027", "the first half of 2027"."""
    _ = get_translations(language).gettext
    first, last = period.first.year, period.last.year
    match period.unit:
        case Unit.YEAR_THIRD:
            return (_("early {year}"), _("mid-{year}"), _("late {year}"))[period.number - 1].format(year=first)
        case Unit.HALF:
            return (_("the first half of {year}"), _("the second half of {year}"))[period.number - 1].format(year=first)
        case Unit.DECADE:
            return _("the {year}s").format(year=first)
    names = (_("spring {year}"), _("summer {year}"), _("autumn {year}"), _("winter {year}"))
    text = names[period.number - 1].format(year=f"{first}/{last % 100:02}" if last > first else first)
    return _("{season}, southern hemisphere").format(season=text) if period.southern else text


def format_years(first: int, last: int, language: str) -> str:
    """Formats a year or a range of years, as a date."""
    translations = get_translations(language)
    if first == last:
        return translations.pgettext("a year, as a date", "{year}").format(year=first)
    return translations.pgettext("two years, as a date", "{first}–{last}").format(first=first, last=last)


@lru_cache(maxsize=4096)
def format_months(first: date, last: date, language: str, style: Style) -> str:
    """Formats a month or a range of months."""
    skeleton = "yMMM" if style == "short" else "yMMMM"
    locale = locale_for(language)
    if (first.year, first.month) == (last.year, last.month):
        return apply_pattern(str(locale.datetime_skeletons[skeleton].pattern), first, language)
    return _format_interval(skeleton, first, last, language)


@lru_cache(maxsize=4096)
def format_days(first: date, last: date, language: str, style: Style | Literal["brief"], weekday: bool = False) -> str:
    """Formats one day or several: "16–17 Sep 2021", with *weekday* "Thu, 16 Sep – Fri, 17 Sep 2021"."""
    skeletons = {"brief": "MMMd", "short": "yMMMd", "long": "yMMMMd"}
    if weekday:
        skeletons = {"brief": "MMMEd", "short": "yMMMEd", "long": "yMMMMEEEEd"}
    if first != last:
        return _format_interval(skeletons[style], first, last, language)
    locale = locale_for(language)
    if style == "long":
        pattern = locale.date_formats["full" if weekday else "long"]
    else:
        pattern = locale.datetime_skeletons[skeletons[style]]
    return apply_pattern(str(pattern.pattern), first, language)


def _format_interval(skeleton: str, first: date, last: date, language: str) -> str:
    return "".join(_interval_halves(skeleton, first, last, language))


def interval_ends(skeleton: str, first: date, last: date, language: str) -> tuple[str, str]:
    """Formats both ends of an interval without what the language puts between them: "14" and "18 September 2021"."""
    first_half, last_half = _interval_halves(skeleton, first, last, language)
    return re.sub(r"[\s–-]+$|至$", "", first_half), last_half


def _interval_halves(skeleton: str, first: date, last: date, language: str) -> tuple[str, str]:
    """Formats the halves of CLDR's interval pattern for the largest field that differs, the separator in the first.

    CLDR lists intervals by abbreviated months only, and has the writer widen them (UTS 35, "Missing Skeleton Fields").
    """
    formats = locale_for(language).interval_formats
    needs_widening = skeleton not in formats
    patterns = formats[skeleton.replace("MMMM", "MMM").replace("EEEE", "E") if needs_widening else skeleton]
    largest_difference = next(
        field
        for field, first_value, last_value in (
            ("y", first.year, last.year),
            ("M", first.month, last.month),
            ("d", 0, 1),
        )
        if first_value != last_value
    )
    first_half, last_half = (
        re.sub(r"MMM|LLL|E|ccc", lambda match: match[0][0] * 4, half_pattern) if needs_widening else half_pattern
        for half_pattern in patterns[largest_difference]
    )
    return apply_pattern(first_half, first, language), apply_pattern(last_half, last, language)


@lru_cache(maxsize=256)
def _parse_pattern(pattern: str) -> DateTimePattern:
    return parse_pattern(pattern)


def apply_pattern(pattern: str, moment: date | datetime, language: str) -> str:
    """Formats *moment* by a CLDR pattern, with plain spaces only."""
    text = str(_parse_pattern(pattern).apply(moment, locale_for(language)))
    if resolve_language(language) == "en" and "MMMM" not in pattern:
        text = text.replace("Sept", "Sep")  # British CLDR's one month of four letters
    # CLDR's thin and narrow spaces reach terminals and calendar apps that show them as boxes.
    return text.replace("\u2009", " ").replace("\u202f", " ").replace("\xa0", " ")


def capitalize_first(text: str) -> str:
    """Returns *text* with its first letter in upper case."""
    return text[:1].upper() + text[1:]
