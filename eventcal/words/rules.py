"""A rule of recurrence as a person says it: "every 2 weeks on Tue, Thu until 30 June 2022"."""

from __future__ import annotations

import re
from datetime import datetime

from ..repeat import Rule
from ..repeat.rule import parts
from .dates import day_words
from .language import gettext, week_start, weekday_names

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_PLACED = re.compile(r"(-?\d)([A-Z]{2})")


def rule_words(rule: Rule, language: str) -> str:
    """The rule in *language*; a raw RRULE stays as it was typed, for its writer knew no other words."""
    if rule.raw:
        return rule.text
    translations = gettext(language)
    _ = translations.gettext
    text = _every(rule, language)
    days = parts(rule.rrule).get("BYDAY", "")
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


def _every(rule: Rule, language: str) -> str:
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
