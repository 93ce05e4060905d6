"""Days, months, quarters and years by CLDR's own patterns: the parts that `dates` puts together."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

from babel.dates import DateTimePattern, parse_pattern

from ..when import Period, Unit
from .language import Style, gettext, known, locale_of


def period_words(period: Period, language: str, style: Style) -> str:
    first, last = period.first, period.last
    match period.unit:
        case Unit.MONTH:
            return months(first, last, language, style)
        case Unit.QUARTER:
            skeleton = "yQQQ" if style == "short" else "yQQQQ"
            return apply(str(locale_of(language).datetime_skeletons[skeleton].pattern), first, language)
        case Unit.YEAR:
            return years(first.year, last.year, language)


def years(first: int, last: int, language: str) -> str:
    translations = gettext(language)
    if first == last:
        return translations.pgettext("a year, as a date", "{year}").format(year=first)
    return translations.pgettext("two years, as a date", "{first}–{last}").format(first=first, last=last)


@lru_cache(maxsize=4096)
def months(first: date, last: date, language: str, style: Style) -> str:
    skeleton = "yMMM" if style == "short" else "yMMMM"
    locale = locale_of(language)
    if (first.year, first.month) == (last.year, last.month):
        return apply(str(locale.datetime_skeletons[skeleton].pattern), first, language)
    return _interval(skeleton, first, last, language)


@lru_cache(maxsize=4096)
def days(first: date, last: date, language: str, style: Style | Literal["brief"]) -> str:
    if first != last:
        return _interval({"brief": "MMMd", "short": "yMMMd", "long": "yMMMMd"}[style], first, last, language)
    locale = locale_of(language)
    skeletons = locale.datetime_skeletons
    pattern = {"brief": skeletons["MMMd"], "short": skeletons["yMMMd"], "long": locale.date_formats["long"]}[style]
    return apply(str(pattern.pattern), first, language)


def _interval(skeleton: str, first: date, last: date, language: str) -> str:
    """CLDR's interval pattern for the largest field that differs.

    CLDR lists intervals by abbreviated months only, and has the writer widen them (UTS 35, "Missing Skeleton Fields").
    """
    formats = locale_of(language).interval_formats
    widen = skeleton not in formats
    patterns = formats[skeleton.replace("MMMM", "MMM") if widen else skeleton]
    differs = next(
        field
        for field, one, other in (("y", first.year, last.year), ("M", first.month, last.month), ("d", 0, 1))
        if one != other
    )
    texts = (
        re.sub(r"MMM|LLL", lambda found: found[0] + found[0][0], each) if widen else each for each in patterns[differs]
    )
    return "".join(apply(text, day, language) for text, day in zip(texts, (first, last), strict=True))


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> DateTimePattern:
    return parse_pattern(pattern)


def apply(pattern: str, moment: date | datetime, language: str) -> str:
    text = str(_pattern(pattern).apply(moment, locale_of(language)))
    if known(language) == "en" and "MMMM" not in pattern:
        text = text.replace("Sept", "Sep")  # British CLDR's one month of four letters
    # CLDR's thin and narrow spaces reach terminals and calendar apps that show them as boxes.
    return text.replace("\u2009", " ").replace("\u202f", " ").replace("\xa0", " ")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
