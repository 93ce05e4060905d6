"""Periods inside sentences: with the preposition that fits their precision."""

from __future__ import annotations

from datetime import date

from ..when import Period, Unit, When
from .dates import format_vague, is_over
from .language import Style, get_translations
from .patterns import capitalize_first, format_period, interval_ends


def format_expected(when: When, language: str, style: Style = "long") -> str:
    """Formats a period as a sentence goes on after "expected": "in September 2021", "between 14 and 18 September 2021".

    An approximate one is "around September 2021", one with an open side "not before September 2021". Doubt is left to
    the sentence. A date with a day, or without any, stays as `format_vague` has it.
    """
    if when.limit is not None or not isinstance(when.span, Period):
        return format_vague(when, language, style)
    period_text = format_period(when.span, language, style)
    if when.approximate:
        return get_translations(language).gettext("around {period}").format(period=period_text)
    return _between(when.span, language, style) or _preposition(when.span.unit, language).format(period=period_text)


def _between(period: Period, language: str, style: Style) -> str:
    """Formats days or months by both their ends: "between 14 and 18 September 2021"; "" for other periods."""
    pgettext = get_translations(language).pgettext
    match period.unit:
        case Unit.DAYS if period.first != period.last:
            skeleton = "yMMMd" if style == "short" else "yMMMMd"
            template = pgettext("days", "between {first} and {last}")
        case Unit.MONTH if (period.first.year, period.first.month) != (period.last.year, period.last.month):
            skeleton = "yMMM" if style == "short" else "yMMMM"
            template = pgettext("months", "between {first} and {last}")
        case _:
            return ""
    first, last = interval_ends(skeleton, period.first, period.last, language)
    return template.format(first=first, last=last)


def _preposition(unit: Unit, language: str) -> str:
    pgettext = get_translations(language).pgettext
    match unit:
        case Unit.DAYS:
            return pgettext("a day", "on {period}")
        case Unit.WEEK:
            return pgettext("a week", "in {period}")
        case Unit.MONTH_THIRD | Unit.YEAR_THIRD:
            return pgettext("a part of a month or year", "in {period}")
        case Unit.MONTH | Unit.SEASON:
            return pgettext("a month or season", "in {period}")
        case Unit.QUARTER | Unit.HALF:
            return pgettext("a quarter or half-year", "in {period}")
        case Unit.YEAR:
            return pgettext("a year", "in {period}")
        case Unit.DECADE:
            return pgettext("a decade", "in {period}")


def format_period_title(when: When, language: str, today: date | None = None) -> str:
    """Formats the heading over events without a day: "Some time in September 2021 (date to be confirmed)".

    With *today*, a period that is over is "Some time in September 2021 (exact date not announced)".
    """
    _ = get_translations(language).gettext
    if is_over(when, today):
        templates = _("{period} (exact date not announced)"), _("Some time {when} (exact date not announced)")
    else:
        templates = _("{period} (date to be confirmed)"), _("Some time {when} (date to be confirmed)")
    if when.limit or when.approximate:
        return capitalize_first(templates[0].format(period=format_vague(when, language)))
    return capitalize_first(templates[1].format(when=format_expected(when, language)))
