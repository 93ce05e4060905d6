"""A rule of recurrence as a person says it: "every 2 weeks on Tue, Thu until 30 June 2022"."""

from __future__ import annotations

import re
from datetime import datetime

from ..repeat import RecurrenceRule
from ..repeat.rule import split_rrule
from .dates import day_words, month_name
from .language import gettext, week_start, weekday_names

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PLACED = re.compile(r"(-?\d)([A-Z]{2})")
_PLACES = ("1", "2", "3", "4", "5", "-1")
_DATES = re.compile(r"-1|[1-9]\d?(,[1-9]\d?)*")
_EVERY = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_WORDED = {"FREQ", "INTERVAL", "COUNT", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH"}


def rule_words(rule: RecurrenceRule, language: str) -> str:
    """The rule in *language*; a raw RRULE that says more than our words can stays as it was typed."""
    if rule.raw and not _sayable(split_rrule(rule.rrule)):
        return rule.text
    translations = gettext(language)
    _ = translations.gettext
    text = _every(rule, language)
    if rule.raw:
        text = _in_months(text, split_rrule(rule.rrule), language)
    days = split_rrule(rule.rrule).get("BYDAY", "")
    if placed := _PLACED.fullmatch(days):
        text = _place(placed[1], language).format(every=text, day=_named(placed[2], language))
    elif days:
        named = ", ".join(_named(each, language) for each in days.split(","))
        text = _("{every} on {days}").format(every=text, days=named)
    if rule.until is not None:
        last = rule.until.date() if isinstance(rule.until, datetime) else rule.until
        text = _("{every} until {date}").format(every=text, date=day_words(last, language))
    if rule.count:
        times = translations.ngettext("{every}, {n} time", "{every}, {n} times", rule.count)
        text = times.format(every=text, n=rule.count)
    return text


def _sayable(named: dict[str, str]) -> bool:
    """Whether an RRULE has no more parts, and no other combination of them, than our words have."""
    if named.keys() - _WORDED or named["FREQ"] not in _EVERY:
        return False
    days, dates, months = (named.get(each, "") for each in ("BYDAY", "BYMONTHDAY", "BYMONTH"))
    if days and dates:
        return False
    if dates and not _DATES.fullmatch(dates):
        return False
    monthly = named["FREQ"] == "MONTHLY" or (named["FREQ"] == "YEARLY" and months.isdigit())
    if _PLACED.fullmatch(days):
        return monthly and _PLACED.fullmatch(days)[1] in _PLACES  # type: ignore[index]
    if days:
        return named["FREQ"] in ("DAILY", "WEEKLY") and all(each in _DAYS for each in days.split(","))
    return monthly or not dates


def _in_months(text: str, named: dict[str, str], language: str) -> str:
    """*text* with the months and the days of the month that a raw rule names."""
    _ = gettext(language).gettext
    if months := named.get("BYMONTH"):
        said = ", ".join(month_name(int(each), language) for each in months.split(","))
        text = _("{every} in {months}").format(every=text, months=said)
    dates = named.get("BYMONTHDAY", "")
    if dates == "-1":
        return _("{every} on the last day of the month").format(every=text)
    return _("{every} on day {days}").format(every=text, days=dates.replace(",", ", ")) if dates else text


def _every(rule: RecurrenceRule, language: str) -> str:
    translations = gettext(language)
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


def _place(number: str, language: str) -> str:
    _ = gettext(language).gettext
    return {
        "1": _("{every} on the first {day}"),
        "2": _("{every} on the second {day}"),
        "3": _("{every} on the third {day}"),
        "4": _("{every} on the fourth {day}"),
        "5": _("{every} on the fifth {day}"),
        "-1": _("{every} on the last {day}"),
    }[number]


def _named(day: str, language: str) -> str:
    return weekday_names(language)[(_DAYS.index(day) - week_start(language)) % 7]
