"""A text that is no `when` becomes advice: what is wrong with it, and the right form where only one can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

DATE_FORMS = "2021-09-16, 2021-09-16/17, 2021-09-16 10:00/12:30, 2021-09 (day not known), 2021-Q3, 2021 or TBD"

_MONTH_ABBREVIATIONS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME_PATTERN = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
# In these the numbers alone do not say what is meant, so the month's name is named and no form is offered.
_FOREIGN_MONTH_NAME = re.compile(
    r"янв|фев|мар[та]|апр|ма[йя]\b|июн|июл|авг|сен|окт|ноя|дек|[0-9]\s*月|januar|märz|mai\b|juin|juillet|août|dezember",
    re.I,
)


def _month_number(name: str) -> str:
    return f"{_MONTH_ABBREVIATIONS.index(name[:3].lower()) + 1:02}"


def _rewrite_named_day(match: re.Match[str]) -> str:
    return f"{match['year']}-{_month_number(match['month'])}-{match['day'].zfill(2)}"


def _rewrite_named_days(match: re.Match[str]) -> str:
    return f"{_rewrite_named_day(match)}/{match['last'].zfill(2)}"


def _rewrite_named_month(match: re.Match[str]) -> str:
    return f"{match['year']}-{_month_number(match['month'])}"


def _rewrite_12_hour_time(match: re.Match[str]) -> str:
    hour = int(match[1]) % 12 + (12 if match[3][0] in "pP" else 0)
    return f"{hour:02}:{match[2] or '00'}" if 1 <= int(match[1]) <= 12 else match[0]


def _rewrite_hour_range(match: re.Match[str]) -> str:
    # What comes later is an end; 10:00-05:00 is an hour with an offset.
    return f"{match[1]}/{match[2]}" if match[2] > match[1] else match[0]


def _rewrite_iso_week(match: re.Match[str]) -> str:
    try:
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        sunday = date.fromisocalendar(int(match[1]), int(match[2]), 7)
    except ValueError:
        return match[0]
    return f"{monday}/{sunday}"


_DAY_GROUP = r"(?P<day>[0-3]?[0-9])(?:st|nd|rd|th|\.)?"
_DAY_RANGE_GROUPS = _DAY_GROUP + r"\s*[-\u2013\u2014/]\s*(?P<last>[0-3]?[0-9])(?:st|nd|rd|th|\.)?"
_MONTH_GROUP = rf"(?P<month>{_MONTH_NAME_PATTERN})"
_YEAR_GROUP = r"(?P<year>[0-9]{4})\b"

# (what a mistake looks like, what takes its place, what to say). All that fit are mended, in this order; the result
# is offered only when it is a date of the grammar.
_CORRECTIONS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement, advice)
    for pattern, replacement, advice in (
        (
            r"^(tb[acd]|to be (announced|confirmed|determined|decided)|unknown|\?+)\??$",
            "TBD",
            "a date not known at all is TBD",
        ),
        (r"[\u2010\u2011]", "-", "use the plain hyphen"),
        (rf"\b{_DAY_RANGE_GROUPS}\s+{_MONTH_GROUP},?\s+{_YEAR_GROUP}", _rewrite_named_days, "months are numbers"),
        (rf"\b{_MONTH_GROUP}\s+{_DAY_RANGE_GROUPS},?\s+{_YEAR_GROUP}", _rewrite_named_days, "months are numbers"),
        (rf"\b{_DAY_GROUP}\s+{_MONTH_GROUP},?\s+{_YEAR_GROUP}", _rewrite_named_day, "months are numbers"),
        (rf"\b{_MONTH_GROUP}\s+{_DAY_GROUP},?\s+{_YEAR_GROUP}", _rewrite_named_day, "months are numbers"),
        (rf"\b{_MONTH_GROUP},?\s+{_YEAR_GROUP}", _rewrite_named_month, "months are numbers"),
        (r"(?<= )([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})$", _rewrite_hour_range, "a slash joins start and end"),
        (r"\b([0-9]{4})-(\d\d)-(\d\d)[T_]+(?=\d)", r"\1-\2-\3 ", "a space stands before the hour, not T"),
        (r"\b([0-3]?[0-9])\.([01]?[0-9])\.([0-9]{4})\b", r"\3-\2-\1", "the year comes first, with hyphens"),
        (r"\b(1[3-9]|2[0-9]|3[01])/(0?[1-9]|1[0-2])/([0-9]{4})\b", r"\3-\2-\1", "the year comes first, with hyphens"),
        (r"\b(0?[1-9]|1[0-2])/(1[3-9]|2[0-9]|3[01])/([0-9]{4})\b", r"\3-\1-\2", "the year comes first, with hyphens"),
        (r"\b([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})\b", r"\1-\2-\3", "use hyphens within a date"),
        (r"\b([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})\b", r"\1-\2-\3", "use hyphens within a date"),
        (r"\b([0-9]{4})([01][0-9])([0-3][0-9])\b", r"\1-\2-\3", "use hyphens within a date"),
        (r"\b([0-9]{4})[- ]?W([0-9]{2})\b", _rewrite_iso_week, "weeks are written as days"),
        (r"\bQ([1-4])[ /]+([0-9]{4})\b", r"\2-Q\1", "the year comes first"),
        (r"\b([0-9]{4})[ /]?Q([1-4])\b", r"\1-Q\2", "a quarter is written 2021-Q3"),
        (r"\b([0-9]{4})-q([1-4])\b", r"\1-Q\2", "a quarter is written 2021-Q3"),
        (r"\b([0-9]{1,2})(?::([0-9]{2}))?\s*([ap]\.?m\.?)", _rewrite_12_hour_time, "hours go from 00 to 23"),
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
        (r"\?.+$", lambda match: match[0].replace("?", "") + "?", "put one ? at the very end"),
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
        (_FOREIGN_MONTH_NAME.pattern, "months are numbers, such as 2021-09 or 2021-09-16"),
    )
)


def explain_invalid_date(text: str, is_valid: Callable[[str], bool]) -> str:
    """What is wrong with *text*, and what to write. Only forms that are *readable* are offered."""
    if not text:
        return "a date is missing; write TBD when none is known"
    corrected, advice = text, list[str]()
    for pattern, replacement, reason in _CORRECTIONS:
        candidate = pattern.sub(replacement, corrected)
        if candidate != corrected:
            corrected = candidate
            if reason not in advice:
                advice.append(reason)
    if advice and is_valid(corrected):
        return f"{'; '.join(advice)}: write {corrected}"
    # A hint says what to write; the mends that came to nothing would only distract from it.
    hints = [reason for pattern, reason in _HINTS if pattern.search(text)]
    if hints:
        return "; ".join(hints[:2])
    return f"{'; '.join(advice[:2]) or 'not a date'}. Dates are written {DATE_FORMS}"
