"""A rule of recurrence as a person says it: "every 2 weeks on Tue, Thu until 30 June 2022"."""

from __future__ import annotations

import re
from datetime import datetime

from ..repeat import RecurrenceRule
from ..repeat.rule import split_rrule
from .dates import format_day, format_month_name
from .language import get_translations, week_start, weekday_names

_WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NTH_WEEKDAY_PATTERN = re.compile(r"(-?\d)([A-Z]{2})")
_NTH_VALUES = ("1", "2", "3", "4", "5", "-1")
_MONTH_DAYS_PATTERN = re.compile(r"-1|[1-9]\d?(,[1-9]\d?)*")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_SUPPORTED_PARTS = {"FREQ", "INTERVAL", "COUNT", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH"}


def format_rule(rule: RecurrenceRule, language: str) -> str:
    """The rule in *language*; a raw RRULE that says more than our words can stays as it was typed."""
    if rule.raw and not _is_expressible(split_rrule(rule.rrule)):
        return rule.text
    translations = get_translations(language)
    _ = translations.gettext
    text = _format_frequency(rule, language)
    if rule.raw:
        text = _append_months(text, split_rrule(rule.rrule), language)
    days = split_rrule(rule.rrule).get("BYDAY", "")
    if nth_match := _NTH_WEEKDAY_PATTERN.fullmatch(days):
        text = _nth_weekday_template(nth_match[1], language).format(
            every=text, day=_weekday_name(nth_match[2], language)
        )
    elif days:
        day_names = ", ".join(_weekday_name(code, language) for code in days.split(","))
        text = _("{every} on {days}").format(every=text, days=day_names)
    if rule.until is not None:
        last_day = rule.until.date() if isinstance(rule.until, datetime) else rule.until
        text = _("{every} until {date}").format(every=text, date=format_day(last_day, language))
    if rule.count:
        times = translations.ngettext("{every}, {n} time", "{every}, {n} times", rule.count)
        text = times.format(every=text, n=rule.count)
    return text


def _is_expressible(rrule_parts: dict[str, str]) -> bool:
    """Whether an RRULE has no more parts, and no other combination of them, than our words have."""
    if rrule_parts.keys() - _SUPPORTED_PARTS or rrule_parts["FREQ"] not in _FREQUENCIES:
        return False
    days, month_days, months = (rrule_parts.get(part_name, "") for part_name in ("BYDAY", "BYMONTHDAY", "BYMONTH"))
    if days and month_days:
        return False
    if month_days and not _MONTH_DAYS_PATTERN.fullmatch(month_days):
        return False
    is_monthly = rrule_parts["FREQ"] == "MONTHLY" or (rrule_parts["FREQ"] == "YEARLY" and months.isdigit())
    if _NTH_WEEKDAY_PATTERN.fullmatch(days):
        return is_monthly and _NTH_WEEKDAY_PATTERN.fullmatch(days)[1] in _NTH_VALUES  # type: ignore[index]
    if days:
        return rrule_parts["FREQ"] in ("DAILY", "WEEKLY") and all(code in _WEEKDAY_CODES for code in days.split(","))
    return is_monthly or not month_days


def _append_months(text: str, rrule_parts: dict[str, str], language: str) -> str:
    """*text* with the months and the days of the month that a raw rule names."""
    _ = get_translations(language).gettext
    if months := rrule_parts.get("BYMONTH"):
        month_names = ", ".join(format_month_name(int(month), language) for month in months.split(","))
        text = _("{every} in {months}").format(every=text, months=month_names)
    month_days = rrule_parts.get("BYMONTHDAY", "")
    if month_days == "-1":
        return _("{every} on the last day of the month").format(every=text)
    return _("{every} on day {days}").format(every=text, days=month_days.replace(",", ", ")) if month_days else text


def _format_frequency(rule: RecurrenceRule, language: str) -> str:
    translations = get_translations(language)
    _, ngettext, n = translations.gettext, translations.ngettext, rule.interval
    if n == 1:
        return {
            "DAILY": _("every day"),
            "WEEKLY": _("every week"),
            "MONTHLY": _("every month"),
            "YEARLY": _("every year"),
        }[rule.freq]
    return {
        "DAILY": ngettext("every {n} day", "every {n} days", n),
        "WEEKLY": ngettext("every {n} week", "every {n} weeks", n),
        "MONTHLY": ngettext("every {n} month", "every {n} months", n),
        "YEARLY": ngettext("every {n} year", "every {n} years", n),
    }[rule.freq].format(n=n)


def _nth_weekday_template(number: str, language: str) -> str:
    _ = get_translations(language).gettext
    return {
        "1": _("{every} on the first {day}"),
        "2": _("{every} on the second {day}"),
        "3": _("{every} on the third {day}"),
        "4": _("{every} on the fourth {day}"),
        "5": _("{every} on the fifth {day}"),
        "-1": _("{every} on the last {day}"),
    }[number]


def _weekday_name(day: str, language: str) -> str:
    return weekday_names(language)[(_WEEKDAY_CODES.index(day) - week_start(language)) % 7]
