"""A text that is no `when` becomes advice: what is wrong with it, and the right form where only one can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

FORMS = "2021-09-16, 2021-09-16/17, 2021-09-16 10:00/12:30, 2021-09 (day not known), 2021-Q3, 2021 or TBD"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
# In these the numbers alone do not say what is meant, so the month's name is named and no form is offered.
_OTHER_MONTH_NAME = re.compile(
    r"янв|фев|мар[та]|апр|ма[йя]\b|июн|июл|авг|сен|окт|ноя|дек|[0-9]\s*月|januar|märz|mai\b|juin|juillet|août|dezember",
    re.I,
)


def _month_number(name: str) -> str:
    return f"{_MONTHS.index(name[:3].lower()) + 1:02}"


def _named_day(found: re.Match[str]) -> str:
    return f"{found['year']}-{_month_number(found['month'])}-{found['day'].zfill(2)}"


def _named_days(found: re.Match[str]) -> str:
    return f"{_named_day(found)}/{found['last'].zfill(2)}"


def _named_month(found: re.Match[str]) -> str:
    return f"{found['year']}-{_month_number(found['month'])}"


def _half_day(found: re.Match[str]) -> str:
    hour = int(found[1]) % 12 + (12 if found[3][0] in "pP" else 0)
    return f"{hour:02}:{found[2] or '00'}" if 1 <= int(found[1]) <= 12 else found[0]


def _hours(found: re.Match[str]) -> str:
    # What comes later is an end; 10:00-05:00 is an hour with an offset.
    return f"{found[1]}/{found[2]}" if found[2] > found[1] else found[0]


def _week(found: re.Match[str]) -> str:
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        sunday = date.fromisocalendar(int(found[1]), int(found[2]), 7)
    except ValueError:
        return found[0]
    return f"{monday}/{sunday}"


_DAY_NAMED = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th|\.)?"
_DAYS_NAMED = _DAY_NAMED + r"\s*[-\u2013\u2014/]\s*(?P<last>[0-3]?[0-9])(?:st|nd|rd|th|\.)?"
_NAMED = rf"(?P<month>{_MONTH_NAME})"
_IN_YEAR = r"(?P<year>[0-9]{4})\b"

# (what a mistake looks like, what takes its place, what to say). All that fit are mended, in this order; the result
# is offered only when it is a date of the grammar.
_MENDS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), mended, advice)
    for pattern, mended, advice in (
        (
            r"^(tb[acd]|to be (announced|confirmed|determined|decided)|unknown|\?+)\??$",
            "TBD",
            "a date not known at all is TBD",
        ),
        (r"[\u2010\u2011]", "-", "use the plain hyphen"),
        (rf"\b{_DAYS_NAMED}\s+{_NAMED},?\s+{_IN_YEAR}", _named_days, "months are numbers"),
        (rf"\b{_NAMED}\s+{_DAYS_NAMED},?\s+{_IN_YEAR}", _named_days, "months are numbers"),
        (rf"\b{_DAY_NAMED}\s+{_NAMED},?\s+{_IN_YEAR}", _named_day, "months are numbers"),
        (rf"\b{_NAMED}\s+{_DAY_NAMED},?\s+{_IN_YEAR}", _named_day, "months are numbers"),
        (rf"\b{_NAMED},?\s+{_IN_YEAR}", _named_month, "months are numbers"),
        (r"(?<= )([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})$", _hours, "a slash joins start and end"),
        (r"\b([0-9]{4})-(\d\d)-(\d\d)[T_]+(?=\d)", r"\1-\2-\3 ", "a space stands before the hour, not T"),
        (r"\b([0-3]?[0-9])\.([01]?[0-9])\.([0-9]{4})\b", r"\3-\2-\1", "the year comes first, with hyphens"),
        (r"\b(1[3-9]|2[0-9]|3[01])/(0?[1-9]|1[0-2])/([0-9]{4})\b", r"\3-\2-\1", "the year comes first, with hyphens"),
        (r"\b(0?[1-9]|1[0-2])/(1[3-9]|2[0-9]|3[01])/([0-9]{4})\b", r"\3-\1-\2", "the year comes first, with hyphens"),
        (r"\b([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})\b", r"\1-\2-\3", "use hyphens within a date"),
        (r"\b([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})\b", r"\1-\2-\3", "use hyphens within a date"),
        (r"\b([0-9]{4})([01][0-9])([0-3][0-9])\b", r"\1-\2-\3", "use hyphens within a date"),
        (r"\b([0-9]{4})[- ]?W([0-9]{2})\b", _week, "weeks are written as days"),
        (r"\bQ([1-4])[ /]+([0-9]{4})\b", r"\2-Q\1", "the year comes first"),
        (r"\b([0-9]{4})[ /]?Q([1-4])\b", r"\1-Q\2", "a quarter is written 2021-Q3"),
        (r"\b([0-9]{4})-q([1-4])\b", r"\1-Q\2", "a quarter is written 2021-Q3"),
        (r"\b([0-9]{1,2})(?::([0-9]{2}))?\s*([ap]\.?m\.?)", _half_day, "hours go from 00 to 23"),
        (r"(?<=[0-9]:[0-9]{2}):[0-9]{2}(?:[.,][0-9]+)?", "", "leave out the seconds"),
        (
            r"(?<=[0-9]:[0-9]{2})\s*(?:Z|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?|[A-Z]{2,5}\b|[A-Z]+/[A-Z_/]+)(?![:\d])",
            "",
            "leave out the zone or offset, which belongs in `timezone`",
        ),
        (r"(?<=[0-9]),\s+(?=[0-9]{1,2}:)", " ", "one space stands before the hour"),
        (r"\s*[\u2013\u2014]\s*|\s+(?:-|to|until|till|bis|по)\s+", "/", "a slash joins start and end"),
        (r"\s*/\s*", "/", "no spaces around the slash"),
        (r"(?<=[0-9])\s{2,}(?=[0-9])", " ", "one space stands before the hour"),
        (r"(?<![0-9:])([0-9])(?=:[0-9]{2})", r"0\1", "hours have two digits"),
        (r"(?<=[0-9]{4}-)([0-9])(?![0-9])", r"0\1", "months and days have two digits"),
        (r"(?<=[0-9]{4}-[0-9]{2}-)([0-9])(?![0-9])", r"0\1", "months and days have two digits"),
        (r"(?<=/)([0-9])(?![0-9:])", r"0\1", "months and days have two digits"),
        (r"(?<=[0-9]{4}-[0-9]{2})-xx\b", "-XX", "write XX in capitals"),
        (r"^([0-9]{4})-XX(?:-XX)?", r"\1", "a year alone is enough"),
        (r"^(20|19)([0-9]{2})/([0-9]{2})$", r"\1\2/\1\3", "years have four digits"),
        (r"\?.+$", lambda found: found[0].replace("?", "") + "?", "put one ? at the very end"),
        (r"\s+\?$", "?", "put one ? at the very end"),
    )
)

_HINTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), advice)
    for pattern, advice in (
        (r"\.\.", "an open end is not accepted; write the last possible month or year, or TBD"),
        (
            r"[~%]",
            "there is no mark for roughly; write the period in which it lies, such as 2021-09/10, or ? for doubtful",
        ),
        (r"^(-\d|y\d)|\b(bc|bce|ad|ce)\b|[0-9]{5}", "years go from 1000 to 9998, four digits"),
        (
            r"spring|summer|autumn|winter|\bfall\b",
            "seasons differ from place to place; write the months, such as 2021-09/11",
        ),
        (
            r"early|mid|late|beginning|end of|about|around|circa",
            "write the period in which it lies, such as 2021-09 or 2021-09/10",
        ),
        (
            r"today|tomorrow|yesterday|next|this|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
            "write the day itself",
        ),
        (r"^[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}$", "the year comes first, with hyphens: 2021-09-16"),
        (r"^.{5,}/.*/", "one slash joins start and end, such as 2021-09-16/2021-09-17"),
        (
            r"^[0-9-]{10} ?[0-9:]*/[0-9]{2}( [0-9:]+)?$",
            "with hours both ends are written in full: 2021-09-16 10:00/2021-09-17 12:00",
        ),
        (_OTHER_MONTH_NAME.pattern, "months are numbers, such as 2021-09 or 2021-09-16"),
    )
)


def explain(text: str, readable: Callable[[str], bool]) -> str:
    """What is wrong with *text*, and what to write. Only forms that are *readable* are offered."""
    if not text:
        return "a date is missing; write TBD when none is known"
    mended, advice = text, list[str]()
    for pattern, replacement, why in _MENDS:
        changed = pattern.sub(replacement, mended)
        if changed != mended:
            mended = changed
            if why not in advice:
                advice.append(why)
    if advice and readable(mended):
        return f"{'; '.join(advice)}: write {mended}"
    # A hint says what to write; the mends that came to nothing would only distract from it.
    hints = [why for pattern, why in _HINTS if pattern.search(text)]
    if hints:
        return "; ".join(hints[:2])
    return f"{'; '.join(advice[:2]) or 'not a date'}. Dates are written {FORMS}"
