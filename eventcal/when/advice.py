"""A text that is no `when` becomes advice: what is wrong with it, and the right form where only one can be meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from .named_months import YEAR_UNKNOWN, rewrite_named_dates

DATE_FORMS = "2021-09-16, 2021-09-16/17, 2021-09-16 10:00/12:30, 2021-09 (day to be confirmed), 2021-Q3, spring 2021, 2021 or TBD"

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY_PATTERN = re.compile(
    r"\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s*(?:[-/\u2013]\s*(?=[a-z]))?",
    re.IGNORECASE,
)
# In these the numbers alone do not say what is meant, so the month's name is named and no form is offered.
_FOREIGN_MONTH_NAME = re.compile(
    r"янв|фев|мар[та]|апр|ма[йя]\b|июн|июл|авг|сен|окт|ноя|дек|[0-9]\s*月|januar|märz|mai\b|juin|juillet|août|dezember",
    re.I,
)


def _rewrite_12_hour_time(match: re.Match[str]) -> str:
    hour = int(match[1]) % 12 + (12 if match[3][0] in "pP" else 0)
    return f"{hour:02}:{match[2] or '00'}" if 1 <= int(match[1]) <= 12 else match[0]


def _rewrite_hour_range(match: re.Match[str]) -> str:
    # What comes later is an end; 10:00-05:00 is an hour with an offset.
    return f"{match[1]}/{match[2]}" if match[2] > match[1] else match[0]


def _rewrite_part(match: re.Match[str]) -> str:
    word = match[1].lower()
    return {"beginning": "early", "start": "early", "middle": "mid", "end": "late"}.get(word, word) + " "


_DOUBT = r"(?:tb[acd]|to be (?:announced|confirmed|determined|decided)|tentative(?:ly)?|provisional(?:ly)?|expected|estimated|planned|unconfirmed)"

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
        (r"^(?:tb[acd]),? (?=[0-9]{4}$)", "", "a period says by itself that the day is open"),
        (r"^([0-9]{4})\s*[-\u2013]\s*([0-9]{4})$", r"\1/\2", "a slash joins start and end"),
        (r"[\u2010\u2011]", "-", "use the plain hyphen"),
        (
            r"^([0-3]?[0-9])\.\s*[-\u2013]\s*([0-3]?[0-9])\.([01]?[0-9])\.([0-9]{4})$",
            r"\4-\3-\1/\2",
            "the year comes first, with hyphens",
        ),
        (r"(?<= )([0-2][0-9])\.([0-5][0-9])$", r"\1:\2", "a colon joins hours and minutes"),
        (r"\s+,", ",", "no space before a comma"),
        (r"\s*\b(?:г|гг|года)\b\.?", "", "the year is a number alone"),
        (r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日", r"\1-\2-\3", "use hyphens within a date"),
        (r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月$", r"\1-\2", "use hyphens within a date"),
        (r"(?<=[0-9]),?\s+(?:at|um|в)\s+(?=[0-9]{1,2}(?::|\s*[ap]\.?m))", " ", "one space stands before the hour"),
        (r"(?<= )([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})$", _rewrite_hour_range, "a slash joins start and end"),
        (r"\b([0-9]{4})-(\d\d)-(\d\d)[T_]+(?=\d)", r"\1-\2-\3 ", "a space stands before the hour, not T"),
        (r"\b([0-3]?[0-9])\.([01]?[0-9])\.([0-9]{4})\b", r"\3-\2-\1", "the year comes first, with hyphens"),
        (r"\b(1[3-9]|2[0-9]|3[01])/(0?[1-9]|1[0-2])/([0-9]{4})\b", r"\3-\2-\1", "the year comes first, with hyphens"),
        (r"\b(0?[1-9]|1[0-2])/(1[3-9]|2[0-9]|3[01])/([0-9]{4})\b", r"\3-\1-\2", "the year comes first, with hyphens"),
        (r"\b([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})\b", r"\1-\2-\3", "use hyphens within a date"),
        (r"\b([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})\b", r"\1-\2-\3", "use hyphens within a date"),
        (r"\b([0-9]{4})([01][0-9])([0-3][0-9])\b", r"\1-\2-\3", "use hyphens within a date"),
        (r"\b([0-9]{4})[- ]?[Ww]([0-9]{2})\b", r"\1-W\2", "a week is written 2021-W37"),
        (
            r"^(?:calendar )?(?:week|w|cw|kw)\.? ?([0-9]{2}),?(?: of| in)? ([0-9]{4})$",
            r"\2-W\1",
            "a week is written 2021-W37",
        ),
        (r"\b(?:H([12])|([12])H)[ /-]+([0-9]{4})\b", r"\3-H\1\2", "a half is written 2021-H1"),
        (r"^(?:the )?(?:1st|first) half (?:of )?([0-9]{4})$", r"\1-H1", "a half is written 2021-H1"),
        (r"^(?:the )?(?:2nd|second) half (?:of )?([0-9]{4})$", r"\1-H2", "a half is written 2021-H1"),
        (r"\b([0-9]{4})[ /]?H([12])\b", r"\1-H\2", "a half is written 2021-H1"),
        (r"^(?:the )?([0-9]{3}0)['\u2019]?s$", r"\1s", "a decade is written 2030s"),
        (
            r"^(?:(?:the|in|by) )*(early|mid|middle|late|beginning|start|end)(?:[- ]of)?[- ]+(?:the )?(?=[0-9]{4}(?:-[0-9]{2})?[?~]?$)",
            _rewrite_part,
            "a part of a month or year begins with early, mid or late",
        ),
        (
            r"^(?:in )?(spring|summer|autumn|fall|winter)(?: of)?,? ([0-9]{4}(?:/[0-9]{2,4})?)$",
            lambda match: f"{match[1].lower()} {match[2]}",
            "a season is written spring 2021",
        ),
        (
            r"^([0-9]{4})[- ](spring|summer|autumn|fall|winter)$",
            lambda match: f"{match[2].lower()} {match[1]}",
            "a season is written spring 2021",
        ),
        (r"^(?:some ?time )?between ([0-9-]{7,10})/([0-9-]+)$", r"\1..\2", "two dots join days of which it is one"),
        (
            r"(?<=[0-9])\s*\.{2,3}\s*(?=[0-9])|(?<=[0-9])\s*\u2026\s*(?=[0-9])",
            "..",
            "two dots join days of which it is one",
        ),
        (
            r"^(?:not before|no earlier than|not earlier than|net|earliest|starting|beginning|since|after|from)\s+(?=[0-9])",
            "from ",
            "from says not before",
        ),
        (
            r"^(?:not after|no later than|not later than|latest|until|till|up to|by)\s+(?=[0-9])",
            "by ",
            "by says not later",
        ),
        (r"(?<=[0-9])\s*(?:/|/?\s*\.{3}|/?\u2026|-|\s+onwards?)$", "/..", "/.. says that no end is known"),
        (
            r"^(?:about|around|circa|ca?\.?|approx\.?|approximately|roughly|~)\s+(?=\S)",
            "~",
            "~ begins a period that is approximate",
        ),
        (r"\bQ([1-4])[ /]+([0-9]{4})\b", r"\2-Q\1", "the year comes first"),
        (r"\b([0-9]{4})[ /]?Q([1-4])\b", r"\1-Q\2", "a quarter is written 2021-Q3"),
        (r"\b([0-9]{4})-q([1-4])\b", r"\1-Q\2", "a quarter is written 2021-Q3"),
        (r"\b([0-9]{1,2})(?::([0-9]{2}))?\s*([ap]\.?m\.?)", _rewrite_12_hour_time, "hours go from 00 to 23"),
        (
            r"(?<=[0-9]:[0-9]{2})(?::00(?:[.,]0+)?|(:[0-9]{2})[.,][0-9]+)(?![0-9:])",
            r"\1",
            "leave out zeros and fractions",
        ),
        (
            r"(?<=[0-9]:[0-9]{2})\s*(?:Z|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?|[A-Z]{2,5}\b|[A-Z]+/[A-Z_/]+)(?![:\d])",
            "",
            "leave out the zone or offset, which belongs in `timezone`",
        ),
        (
            r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})$|(?<=[0-9]:[0-9]{2})\s*\((?:[A-Z]{2,5}|UTC[+-][0-9]+)\)$",
            r"\1",
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
        (
            r"^([0-9]{4}(?:-[0-9]{2}(?:/[0-9]{2})?)?)\s*\((?:exact |precise )?(?:dates?|days?)[^()]*\)$",
            r"\1",
            "a period says by itself that the day is open",
        ),
        (rf"^([0-9][-/0-9: ]+[0-9])\s*[(\[]{_DOUBT}[)\]]$", r"\1?", "a doubtful date ends in ?"),
        (rf"^([0-9][-/0-9: ]+[0-9])[,;]?\s+{_DOUBT}$", r"\1?", "a doubtful date ends in ?"),
        (r"(?<=[0-9])\s*[(\[][a-z ]*(?:completed|done|past|over|passed|held)[)\]]$", "", "only the date stands here"),
        (r"\?.+$", lambda match: match[0].replace("?", "") + "?", "put one ? at the very end"),
        (r"\s+\?$", "?", "put one ? at the very end"),
    )
)

_HINTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), advice)
    for pattern, advice in (
        (r"^(rrule:)?freq=", "this is a rule: write its first date here, and the rule under `rrule`"),
        (r"%y", "%Y is a pattern and not a year: write the first date, and repeat: every year"),
        (
            r"\b(every|each|first|second|third|fourth|last|1st|2nd|3rd|4th)\b.*day\b|\bevery\b|\b(week|month|year)ly\b",
            "this is a rule: write its first date here, and the rule as repeat, such as every month on the first Mon",
        ),
        (
            r"^(none|never|no( date)?|n/?a|null|-+|past|over|happened)\??$",
            "write TBD for a date to be announced, none for one that never comes, past for one that was and is not known",
        ),
        (r"^(cancel+ed|postponed)$", "write the date here, and this as status"),
        (r"&|\band\b", "write the first date here, and the others under `also`, or a slash between first and last day"),
        (
            r"\beaster\b",
            "write the day itself, such as 2021-04-04; every year it is repeat: every year on Easter",
        ),
        (r"^(now|ongoing|current|running)$", "write the day on which it began, and /.. behind it: 2021-09-16/.."),
        (r"^before\b", "by counts its day: write by 2021-09-16, the last day on which it can be"),
        (r"^extended$", "write the new date here, and a deadline's former one under `was`"),
        (r"^\.\.|^/", "a date without a first day is written by 2021-09-16, or by 2021-09"),
        (
            r"^[0-9]{4}-[0-9]{2}(/[0-9-]+)?\.\.",
            "some time in several months is written with a slash, such as 2021-09/10",
        ),
        (r"^(-\d|y\d)|\b(bc|bce|ad|ce)\b|[0-9]{5}", "years go from 1000 to 9998, four digits"),
        (r"spring|summer|autumn|winter|\bfall\b", "a season is written spring 2021, or winter 2021/22"),
        (
            r"early|mid|late|beginning|end of|about|around|circa",
            "write the period in which it lies, such as early 2021-09, 2021-09-14..18 or ~2021-09",
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


def explain_invalid_date(text: str, fault: Callable[[str], str | None]) -> str:
    """Says what is wrong with *text* and what to write.

    *fault* returns None for a valid date, why for one that does not exist, "" for what is no date; only valid ones are
    offered.
    """
    if not text:
        return "a date is missing; write TBD when none is known"
    corrected, weekdays = _take_weekdays(text)
    advice = ["the weekday is left out"] if weekdays else []
    corrected, is_named = rewrite_named_dates(corrected)
    if is_named:
        advice.append("months are numbers")
    if missing_year := re.fullmatch(rf"({YEAR_UNKNOWN}-[-/0-9Y]+)([ ,](?!and\b|&).*)?", corrected):
        return f"a year is missing: write {missing_year[1]} with the year for {YEAR_UNKNOWN}"
    for pattern, replacement, sentence in _CORRECTIONS:
        candidate = pattern.sub(replacement, corrected)
        if candidate != corrected:
            corrected = candidate
            if sentence not in advice:
                advice.append(sentence)
    reason = fault(corrected) if advice else ""
    if reason is None:
        return _weekday_conflict(corrected, weekdays) or f"{'; '.join(advice)}: write {corrected}"
    if reason:
        return f"{'; '.join(advice)}, and {reason}"
    # A hint says what to write; the mends that came to nothing would only distract from it.
    if hint := next((hint for pattern, hint in _HINTS if pattern.search(text)), None):
        return hint
    return f"{'; '.join(advice[:2]) or 'not a date'}. Dates are written {DATE_FORMS}"


def _take_weekdays(text: str) -> tuple[str, list[int]]:
    """*text* without the names of weekdays, and these as numbers, Monday being 0."""
    weekdays = [
        next(number for number, name in enumerate(_WEEKDAYS) if name.lower().startswith(match[1][:3].lower()))
        for match in _WEEKDAY_PATTERN.finditer(text)
    ]
    without = _WEEKDAY_PATTERN.sub("", text)
    # A weekday alone, or one that a rule counts, is no part of a date.
    if not weekdays or not re.search(r"[0-9]", without) or re.search(r"(?i)every|first|last|next|this", text):
        return text, []
    return re.sub(r"\(\s*\)", "", without).strip(" ,"), weekdays


def _weekday_conflict(corrected: str, weekdays: list[int]) -> str | None:
    """Returns the message where the weekday that was typed is not that of the date; None where they agree."""
    if not weekdays or not (match := re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", corrected)):
        return None
    day = date.fromisoformat(match[0])
    if day.weekday() == weekdays[0]:
        return None
    return f"{day} is a {_WEEKDAYS[day.weekday()]}, not a {_WEEKDAYS[weekdays[0]]}: write the day that is meant"
