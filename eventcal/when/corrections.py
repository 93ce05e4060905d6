"""Corrections of dates in other spellings ("3 Apr 2027, 3pm", "03.03.-05.03.2027"), each with its reason.

Only for advice; whether the result is a date is for the grammar to say.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date

from .english_words import ENGLISH_WEEKDAYS, weekday_number
from .named_months import rewrite_named_dates

_WEEKDAY_PATTERN = re.compile(
    r"\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s*(?:[-/\u2013]\s*(?=[a-z]))?",
    re.IGNORECASE,
)


def _rewrite_12_hour_time(match: re.Match[str]) -> str:
    half = match[4].strip()[0].lower()
    is_hour = 1 <= int(match[1]) <= (23 if half == "p" else 12)  # "14:30 pm"
    return f"{_hour24(match[1], half):02}:{match[2] or '00'}{match[3] or ''}" if is_hour else match[0]


def _rewrite_hour_range(match: re.Match[str]) -> str:
    # What comes later is an end; 10:00-05:00 is an hour with an offset.
    return f"{match[1]}/{match[2]}" if match[2] > match[1] else match[0]


_PARTS = {
    "beginning": "early", "start": "early", "first days": "early", "middle": "mid", "end": "late", "last days": "late",
    "year-end": "late", "year end": "late", "yearend": "late", "eoy": "late"
}  # fmt: skip


def _rewrite_part(match: re.Match[str]) -> str:
    word = match[1].lower()
    return f"{_PARTS.get(word, word)} "


_CLOCK = r"([0-9]{1,2})(?:[:.]([0-5][0-9]))?\s*(?:([ap])\.?m\.?)?"


def _rewrite_hours(match: re.Match[str]) -> str:
    """Rewrites hours of which the end alone says a.m. or p.m.: "9-11am" begins at 9 a.m., "11-1pm" too."""
    hour1, minute1, half1, hour2, minute2, half2 = match.groups()
    is_end_bare = not (half2 or minute2)
    if (not (half1 or minute1) and not half2) or (is_end_bare and (half1 or int(hour2) <= int(hour1))):
        return match[0]
    starts = [_hour24(hour1, half1 or half) for half in (half2, "a", "p")] if half2 else [_hour24(hour1, half1)]
    end, end_minute = _hour24(hour2, half2), minute2 or "00"
    start = next((hour for hour in starts if (hour, minute1 or "00") < (end, end_minute)), None)
    if start is None and half1 and half2:
        start = starts[0]  # past midnight: the grammar names the day of the end
    return match[0] if start is None else f" {start:02}:{minute1 or '00'}/{end:02}:{end_minute}"


def _rewrite_hour_of_part(match: re.Match[str]) -> str:
    part = match[3].lower()
    is_early = part == "morning" or (part == "night" and int(match[1]) < 6)
    return f"{match[1]}{match[2]} {'am' if is_early else 'pm'}"


def _hour24(hour: str, half: str | None) -> int:
    return int(hour) % 12 + 12 * (half.lower() == "p") if half else int(hour)


def _rewrite_week(match: re.Match[str]) -> str:
    named = match.groupdict()
    year, week = (named["year"], named["week"]) if named else match.groups()
    return f"{year}-W{int(week):02}"


def _rewrite_quarter(match: re.Match[str]) -> str:
    number = {"f": 1, "s": 2, "t": 3}.get(match[1][0].lower()) or int(match[1][0])
    return f"{match[2]}-Q{4 if match[1].lower() == 'fourth' else number}"


def _rewrite_quarters(match: re.Match[str]) -> str:
    return f"{match[3]}-{int(match[1]) * 3 - 2:02}/{int(match[2]) * 3:02}"


def _rewrite_half_month(match: re.Match[str]) -> str:
    last_day = calendar.monthrange(int(match[2]), int(match[3]))[1] if 1 <= int(match[3]) <= 12 else 31
    return f"{match[2]}-{match[3]}-{'01..15' if match[1].lower() == 'first' else f'16..{last_day}'}"


# what to say of mistakes of which there are several
_PART_OF_DAY = "a part of a day goes into title or notes, or is written in hours"
_YEAR_FIRST = "the year comes first, with hyphens"
_HYPHENS = "use hyphens within a date"
_SLASH = "a slash joins start and end"
_COLON = "a colon joins hours and minutes"
_SPACE = "one space stands before the hour"
_TWO_DIGITS = "months and days have two digits"
_PERIOD_IS_OPEN = "a period says by itself that the day is open"
_DOUBT_MARK = "a doubtful date ends in ?"
_ONE_MARK = "put one ? at the very end"
_PART = "a part of a month or year begins with early, mid or late"
_SET = "two dots join days of which it is one"
_OPEN_END = "/.. says that no end is known"
_QUARTER = "a quarter is written 2021-Q3"
_HALF = "a half is written 2021-H1"
NO_ZONE = "leave out the zone or offset, which belongs in `timezone`"
_UNSURE = r"to be (?:announced|confirmed|determined|decided)|tentative(?:ly)?|provisional(?:ly)?|expected|estimated|planned|unconfirmed"
_DOUBT = rf"(?:tb[acd]|{_UNSURE})"

# (what a mistake looks like, what takes its place, what to say). All that fit are mended, in this order; the result
# is offered only when it is a date of the grammar.
_CORRECTIONS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement, advice)
    for pattern, replacement, advice in (
        (
            r"^(?:dates? |coming )?(tb[acd]|to be (announced|confirmed|determined|decided)|(?<=coming )soon|unknown|\?+)\??$",
            "TBD",
            "a date not known at all is TBD",
        ),
        (r"^['\"]+|[,;'\"]+$|(?<=[0-9])\.$", "", "no quotes, comma or semicolon around a date"),
        (r"^tb[acd]\b\s*[-,(\u2013]?\s*([0-9]{4}(?:-[0-9]{2})?)\)?$", r"\1", _PERIOD_IS_OPEN),
        (r"\bCY ?(?=[0-9]{4}|Q[1-4])", "", "the year is a number alone"),
        (r"^(0?[1-9]|1[0-2])/([0-9]{4})\s*[-\u2013]\s*(0?[1-9]|1[0-2])/([0-9]{4})$", r"\2-\1/\4-\3", _YEAR_FIRST),
        (r"^([0-9]{4})\s*[-\u2013]\s*([0-9]{4})$", r"\1/\2", _SLASH),
        (
            r"^(?:([0-3]?[0-9])\.([01]?[0-9])\.?|(1[3-9]|2[0-9]|3[01])/([01]?[0-9]))\s*[-\u2013]\s*([0-3]?[0-9])([./])([01]?[0-9])\6([0-9]{4})$",
            lambda match: f"{match[8]}-{match[2] or match[4]}-{match[1] or match[3]}/{match[8]}-{match[7]}-{match[5]}",
            _YEAR_FIRST,
        ),
        (r"^([0-3]?[0-9])\.?\s*[-/\u2013]\s*([0-3]?[0-9])([./])([01]?[0-9])\3([0-9]{4})$", r"\5-\4-\1/\2", _YEAR_FIRST),
        (
            r"^([01]?[0-9])/(1[3-9]|2[0-9]|3[01])/([0-9]{4})\s*(?:[-\u2013]|to)\s*([01]?[0-9])/([0-3]?[0-9])/([0-9]{4})$",
            r"\3-\1-\2/\6-\4-\5",
            _YEAR_FIRST,
        ),
        (
            r"^(1[3-9]|2[0-9]|3[01])/([01]?[0-9])/([0-9]{4})\s*(?:[-\u2013]|to)\s*([0-3]?[0-9])/([01]?[0-9])/([0-9]{4})$",
            r"\3-\2-\1/\6-\5-\4",
            _YEAR_FIRST,
        ),
        (
            r"^([0-9]{4})([./])([01]?[0-9])\2([0-3]?[0-9])\s*[-/\u2013]\s*(?:([01]?[0-9])\2)?([0-3]?[0-9])$",
            lambda match: f"{match[1]}-{match[3]}-{match[4]}/{f'{match[5]}-' if match[5] else ''}{match[6]}",
            _HYPHENS,
        ),
        (
            r"^([0-9]{4})[./](0[1-9]|1[0-2])$",
            lambda match: match[0] if (int(match[1]) + 1) % 100 == int(match[2]) else f"{match[1]}-{match[2]}",
            _HYPHENS,
        ),
        (r"^(0?[1-9]|1[0-2])[-/]([0-9]{4})$", r"\2-\1", _YEAR_FIRST),
        (r"(?<= )([0-2]?[0-9])\.([0-5][0-9])(?=$|\s*[ap]\.?m)", r"\1:\2", _COLON),
        (r"^(?:the )?(?:morning|forenoon|afternoon|evening|night)(?: of)? (?=[0-9./-]+$)", "", _PART_OF_DAY),
        (
            r"^([0-9]{4}-[0-9]{2}-[0-9]{2}[-/0-9]*)(?:,|\s+[-\u2013])?\s+(?:exact )?dates? (?:tb[acd]|to be \w+)$",
            r"\1?",
            _DOUBT_MARK,
        ),
        (
            r"(?<=[0-9])(?:,|\s+[-\u2013])?\s+(?:exact )?dates? (?:tb[acd]|to be \w+)$"
            r"|(?<=^(?:spring|summer|autumn|winter) [0-9]{4})\s*\(?(?:tb[acd]|to be \w+)\)?$",
            "",
            _PERIOD_IS_OPEN,
        ),
        (r"\s+,", ",", "no space before a comma"),
        (r"\s*\b(?:г|гг|года)\b\.?", "", "the year is a number alone"),
        (r"^([0-9]{4})([01][0-9])([0-3][0-9])T([0-2][0-9])([0-5][0-9])(?:00)?(Z?)$", r"\1-\2-\3 \4:\5\6", _HYPHENS),
        (r"^([0-9]{4}) ([0-9]{2}) ([0-9]{2})$", r"\1-\2-\3", _HYPHENS),
        (r"(?<=[0-9]),?\s+(?:at|um|в)\s+(?=[0-9]{1,2}(?::|\s*[ap]\.?m))", " ", _SPACE),
        (r"(?<= )([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})$", _rewrite_hour_range, _SLASH),
        (r"\b([0-9]{4})-(\d\d)-(\d\d)[T_]+(?=\d)", r"\1-\2-\3 ", "a space stands before the hour, not T"),
        (r"\b([0-3]?[0-9])\.([01]?[0-9])\.([0-9]{4})\b", r"\3-\2-\1", _YEAR_FIRST),
        (r"(?<![-0-9])(1[3-9]|2[0-9]|3[01])([-/])(0?[1-9]|1[0-2])\2([0-9]{4})\b", r"\4-\3-\1", _YEAR_FIRST),
        (r"(?<![-0-9])0?([1-9]|1[0-2])([-/])0?\1\2([0-9]{4})\b", r"\3-\1-\1", _YEAR_FIRST),
        (r"(?<![-0-9])(0?[1-9]|1[0-2])([-/])(1[3-9]|2[0-9]|3[01])\2([0-9]{4})\b", r"\4-\1-\3", _YEAR_FIRST),
        (r"\b([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})\b", r"\1-\2-\3", _HYPHENS),
        (r"\b([0-9]{4})\.([0-9]{1,2})\.([0-9]{1,2})\b", r"\1-\2-\3", _HYPHENS),
        (r"\b([0-9]{4})([01][0-9])([0-3][0-9])\b", r"\1-\2-\3", _HYPHENS),
        (r"^([0-9]{4}) ?-?(?:week ?|w)([0-9]{1,2})$", _rewrite_week, "a week is written 2021-W37"),
        (
            r"^(?:calendar )?(?:week|wk|w|cw|kw)\.? ?(?P<week>[0-9]{1,2})(?:,|/| of| in)? ?(?P<year>[0-9]{4})$",
            _rewrite_week,
            "a week is written 2021-W37",
        ),
        (
            r"(?<=-[0-9]{2})(?:\s*[@;\u2013-]|\s/|\s*,?\s*(?:kick-?off|ko|doors(?: open)?|starts?|from)(?: at)?)\s*(?=[0-9]{1,2}(?::[0-9]{2}|\s*[ap]\.?m)[^/0-9a-z]*(?:[ap]\.?m\.?)?$)",
            " ",
            _SPACE,
        ),
        (
            rf"(?<=-[0-9]{{2}}),?\s+(?:from\s+)?{_CLOCK}\s*(?:[-\u2013\u2014/]|to|until|till|bis)\s*{_CLOCK}$",
            _rewrite_hours,
            _SLASH,
        ),
        (r"(?<=-[0-9]{2} )([0-2][0-9])([0-5][0-9])(?: ?(?:h|hrs|hours))?$", r"\1:\2", _COLON),
        (r"(?<=:[0-9]{2}) ?(?:uhr|h|hrs|hours|o'clock)$", "", "an hour is written 10:00"),
        (
            r"^(?:the )?(first|second|third|fourth|1st|2nd|3rd|4th) quarter(?: of)? ([0-9]{4})$",
            _rewrite_quarter,
            _QUARTER,
        ),
        (r"^([1-4])Q[ /-]?([0-9]{4})$", r"\2-Q\1", _QUARTER),
        (r"^Q([1-3])\s*[-/\u2013]\s*Q?([2-4])[ /]([0-9]{4})$", _rewrite_quarters, "a quarter stands alone"),
        (r"\b(?:H([12])|([12])H)[ /-]+([0-9]{4})\b", r"\3-H\1\2", _HALF),
        (r"^(?:the )?(?:1st|first) half (?:of )?(?:the year )?([0-9]{4})$", r"\1-H1", _HALF),
        (r"^(?:the )?(?:2nd|second) half (?:of )?(?:the year )?([0-9]{4})$", r"\1-H2", _HALF),
        (r"\b([0-9]{4})[ /]?H([12])\b", r"\1-H\2", _HALF),
        (r"^(?:the )?([0-9]{3}0)['\u2019]?s$", r"\1s", "a decade is written 2030s"),
        (
            r"^(?:by|before) (?:the )?end(?: of)? (?:(?:the )?year )?(?=[0-9]{4}(?:-[0-9]{2})?$|Q[1-4])",
            "by ",
            "by counts the whole period",
        ),
        (r"^(?:the )?(first|second) half of ([0-9]{4})-([0-9]{2})$", _rewrite_half_month, _SET),
        (
            r"^(?:(?:the|in) )*(early|mid|middle|late|beginning|start|end|year[- ]?end|eoy|first days|last days)(?:[- ](?:of|in))?(?:[- ]?(?:the )?year)?[- ]+(?:the )?(?=[0-9]{4}(?:-[0-9]{2})?[?~]?$)",
            _rewrite_part,
            _PART,
        ),
        (
            r"^(?:in )?(?:the )?(spring|summer|autumn|fall|winter)(?: of)?,? ([0-9]{4})(?:[-/\u2013](?:[0-9]{2})?([0-9]{2}))?$",
            lambda match: f"{match[1].lower()} {match[2]}{'/' + match[3] if match[3] else ''}",
            "a season is written spring 2021",
        ),
        (
            r"^([0-9]{4})[- ](spring|summer|autumn|fall|winter)$",
            lambda match: f"{match[2].lower()} {match[1]}",
            "a season is written spring 2021",
        ),
        (
            r"^([0-9]{4}(?:-[0-9]{2})?(?:-[0-9]{2})?) (?:(?:at the )?earliest|or later)$",
            r"from \1",
            "from says not before",
        ),
        (r"^([0-9]{4}(?:-[0-9]{2})?(?:-[0-9]{2})?) (?:at the )?latest$", r"by \1", "by says not later"),
        (r"(?<=[0-9])\s*(?:-|\u2013|to|till|until)\s*(?:present|now|today|ongoing|further notice)$", "/..", _OPEN_END),
        (
            r"^((?:(?:some ?time|(?:any|a|one) (?:day|date)) )?between [0-9]{4}-[0-9]{2}(?:-[0-9]{2})?) and (?=[0-9-]{2,10}$)",
            r"\1/",
            _SLASH,
        ),
        (r"^(?:some ?time )?between ([0-9]{4}-[0-9]{2}/[0-9-]{2,7})$", r"\1", _SLASH),
        (r"^(?:(?:some ?time|(?:any|a|one) (?:day|date)) )?between ([0-9-]{10})/([0-9-]+)$", r"\1..\2", _SET),
        (r"(?<=[0-9])\s*\.{2,3}\s*(?=[0-9])|(?<=[0-9])\s*\u2026\s*(?=[0-9])", "..", _SET),
        (r"^(?:from|since) (?=[0-9-]{7,10}(?:/\.\.|\s+onwards?)$)", "", _OPEN_END),
        (r"(?<=[0-9])\s*(?:/|/?\s*\.{3}|/?\u2026|-|\+|\s+onwards?)$", "/..", _OPEN_END),
        (
            r"^(?:some ?time |in |during |within |on )+(?:the )?(?=[0-9]|spring|summer|autumn|fall|winter|early|mid|late)",
            "",
            "leave out the words before it",
        ),
        (r"\bQ([1-4])(?:[ /]+| of )([0-9]{4})\b", r"\2-Q\1", "the year comes first"),
        (r"\b([0-9]{4})[-/ ]?Q([1-4])\b", r"\1-Q\2", _QUARTER),
        (
            r"(?<![0-9:])([0-9]{1,2})(?::([0-9]{2})(:[0-9]{2})?)?(\s*[ap]\.? ?m(?![a-z])\.?|[ap]\b)",
            _rewrite_12_hour_time,
            "hours go from 00 to 23",
        ),
        (
            r"(?<=[0-9]:[0-9]{2})(?::00(?:[.,]0+)?|(:[0-9]{2})[.,][0-9]+)(?![0-9:])",
            r"\1",
            "leave out zeros and fractions",
        ),
        (
            r"(?<=[0-9]:[0-9]{2})\s*(?:Z|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?|(?-i:(?!TB[ACD]\b)[A-Z]{2,5}|AoE)\b(?! time)|[\[(]?[A-Z]+/[A-Z_/]+[\])]?)(?:\s*[\[(][A-Z]+/[A-Z_/]+[\])])?(?![:\d/])",
            "",
            NO_ZONE,
        ),
        (
            r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})$|(?<=[0-9]:[0-9]{2})\s*\(?(?:(?-i:(?!TB[ACD]\b)[A-Z]{2,5})|AoE|UTC[+-][0-9]+(?::[0-9]{2})?|local(?: time)?|(?:[A-Z.]+ ){1,4}(?:Standard |Daylight |Summer )?Time|Anywhere on Earth)\)?$",
            r"\1",
            NO_ZONE,
        ),
        (r"(?<=[0-9]),\s+(?=[0-9]{1,2}:)", " ", _SPACE),
        (
            r"^(?:(?:by|until)(?= .{16}$)|opens?|opening|starts?|begins?|due|deadline|closing(?: date)?|(?:deadline )?extended(?: to| until)?|(?:moved|postponed|rescheduled) to(?= [0-9]{4}[-0-9QH]*$)|dates?):? (?=[0-9]{4}(?:-[0-9]{2}-[0-9]{2}(?:,? [0-9]{2}:[0-9]{2})?|[-0-9QH]*)$)",
            "",
            "only the date stands here",
        ),
        (r"\s*[\u2013\u2014]\s*|\s+(?:-{1,3}|to(?! be\b)|until|till|bis|по)\s+", "/", _SLASH),
        (r"\s*/\s*", "/", "no spaces around the slash"),
        (r"^(?:from|(?:the )?weekend(?: of)?) (?=[0-9-]+/[0-9-]+$)", "", _SLASH),
        (r"(?<=[0-9])\s{2,}(?=[0-9])", " ", _SPACE),
        (r"(?<![0-9:])([0-9])(?=:[0-9]{2})", r"0\1", "hours have two digits"),
        (r"(?<=[0-9]{4}-)([0-9])(?![0-9])", r"0\1", _TWO_DIGITS),
        (r"(?<=[0-9]{4}-[0-9]{2}-)([0-9])(?![0-9])", r"0\1", _TWO_DIGITS),
        (r"(?<=/)([0-9])(?![0-9:])", r"0\1", _TWO_DIGITS),
        (r"(?<=[0-9]{4}-[0-9]{2})-xx\b", "-XX", "write XX in capitals"),
        (r"^([0-9]{4})-XX-[0-9]{2}(?=[?~]?$)", r"\1", "a day of a month that is not known goes into notes"),
        (r"^([0-9]{4})-XX(?:-XX)?(?=[?~]?$)", r"\1", "a year alone is enough"),
        (r"^(20|19)([0-9]{2})/([0-9]{2})$", r"\1\2/\1\3", "years have four digits"),
        (
            r"^([0-9]{4}(?:-[0-9]{2}(?:/[0-9]{2})?)?)\s*\((?:exact |precise )?(?:dates?|days?)[^()]*\)$",
            r"\1",
            _PERIOD_IS_OPEN,
        ),
        (r"\s*\(\?\)$", "?", _ONE_MARK),
        (
            rf"^([0-9][-/0-9: QHW]+[0-9])\s*[(\[](?:(?:exact )?dates? (?:is |are )?(?:still )?)?{_DOUBT}[)\]]$",
            r"\1?",
            _DOUBT_MARK,
        ),
        (rf"^([0-9][-/0-9: ]+[0-9])[,;]?\s+{_DOUBT}$", r"\1?", _DOUBT_MARK),
        (
            r"(?<=[0-9])(?:\s*[(\[](?![^)]*(?:approx|circa|about|\best|noon|midnight|fiscal(?! (?!year|quarter))|\bfy\b))[a-z ]+[)\]]|,?\s+(?:all day|time (?:tb[acd]|to be \w+)))$",
            "",
            "only the date stands here",
        ),
        (
            r"(?:(?<=-[0-9]{2})|(?<=-[0-9]{2}/[0-9]{2})|(?<=1[3-9]:[0-9]{2})|(?<=2[0-3]:[0-9]{2})),?\s+(?:in the )?(?:morning|forenoon|afternoon|evening|night)$",
            "",
            _PART_OF_DAY,
        ),
        (
            r"(?<=[0-9]),?\s+(?:after|before|at) (?:the )?(?:(?:stock )?markets? |trading |(?:opening|closing) )?(?:closes?|opens?|bell)$",
            "",
            _PART_OF_DAY,
        ),
        (r"\?.+$", lambda match: match[0].replace("?", "") + "?", _ONE_MARK),
        (r"\s+\?$", "?", _ONE_MARK),
    )
)

# "3:00 in the afternoon", "at 9 at night"; of the twelfth hour only the afternoon's is known.
_HOUR_OF_PART = re.compile(
    r"(?<![0-9:])(0?[1-9]|1[01]|12(?=[0-9:]*(?: in the)? afternoon))(:[0-5][0-9]|(?<=at [1-9])|(?<=at 1[0-2]))"
    r"(?: in the| at)? (morning|afternoon|evening|night)\b",
    re.IGNORECASE,
)

# What is turned round before the names of months are looked for.
_ORDER: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (
            r"^([0-9]{1,2}(?:[:.][0-9]{2})?\s*[ap]\.?m\.?|[0-9]{1,2}[:.][0-9]{2}|[0-2][0-9]{3}(?= ?h))(?: ?(?:h|hrs|hours)\b)?(?:,|\s+on|\s+[-\u2013])?\s+(.*[0-9]{4}.*)$",
            r"\2 \1",
        ),
        (r"^(.*[a-z].*) ([0-9]{2}:[0-9]{2}(?::[0-9]{2})?) ([0-9]{4})$", r"\1 \3 \2"),
        (
            r"\((\s*(?:[0-9]{1,2}\s?[-\u2013]\s?)?[0-9]{1,2}(?:[:.][0-9]{2}|(?:[:.][0-9]{2})?\s*[ap]\.?m)\b[^()]*)\)$",
            r"\1",
        ),
        (
            rf"^(?:from |between )?({_CLOCK}\s*(?:[-\u2013]|to|and)\s*{_CLOCK})(?:,|\s+on|\s+[-\u2013])?\s+(.*[0-9]{{4}})$",
            lambda match: (
                f"{match[8]} {match[1].replace('and', 'to')}" if ":" in match[1] or "m" in match[1] else match[0]
            ),
        ),
        (
            r"^(?:by|until|till|before|no later than|not later than) (?=[0-9]{1,2}(?:[:.][0-9]{2}(?![0-9.])|(?:[:.][0-9]{2})?\s*[ap]\.?m|\s?noon)\b.*[0-9]{4})",
            "",
        ),
        (r"^([0-9]{4}([./])[0-9]{1,2}\2[0-9]{1,2})\s*-\s*([0-9]{4}\2[0-9]{1,2}\2[0-9]{1,2})$", "\\1 \u2013 \\3"),
        (r"^\(([^()]*)\)$", r"\1"),
        (r"^([a-z]{3,9})-([0-9]{1,2})-([0-9]{4})$", r"\1 \2 \3"),
        (r"^([a-z]{3,9}) \(([0-9]{4})\)$", r"\1 \2"),
        (r"(?<=[0-9m.])(\s*[-\u2013]\s*)(?:12 ?)?(?:noon|midday)$", r"\g<1>12 pm"),
        (r"\b12 ?noon\b", "12 pm"),
        (r"\b([0-9]{1,2}|[0-9]{4})-([a-z]{3,9})-([0-9]{1,4})\b", r"\1 \2 \3"),
        (r"^([0-9]{4}) ([a-z]{3,9})\s*[-/]\s*([a-z]{3,9})$", r"\2-\3 \1"),
    )
)


_TWO_MOMENTS = re.compile(
    r"(.*[0-9]{4}.*?[0-9]:[0-9]{2}.*?)(?:\s*[\u2013\u2014]\s*|\s+(?:-|to|until|bis)\s+|(?<=[0-9Z])/(?=[0-9]{4}-))(.*[0-9]{4}.*[0-9]:[0-9]{2}.*)",
    re.IGNORECASE,
)
"""A day and an hour on either side."""


# Words that say on which side of a date or period something lies, or how sure it is, and what the grammar has for them.
_QUALIFIERS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(rf"(?:{pattern})[:,]?\s+(?:(?:in|on|for) )?(?P<rest>.+)", re.IGNORECASE), form, sentence)
    for pattern, form, sentence in (
        (
            r"<=|on or before|not after|not? later than|nlt|latest|until(?! at least)|till?|through|thru|up to|by(?! (?:the )?end)",
            "by {}",
            "by says not later",
        ),
        (
            r">=|until at least|on or after|not before|no (?:earlier|sooner) than|not earlier than|net|earliest|starting"
            r"|beginning(?= .*[0-9]+\D.*[0-9]{4})|since|from|as of|effective|with effect from",
            "from {}",
            "from says not before",
        ),
        (
            r"about|around|circa|ca?\.?|approx\.?|approximately|roughly|~",
            "~{}",
            "~ begins a period that is approximate",
        ),
        (rf"(?:{_UNSURE})(?: dates?)?|est\.?|eta|maybe|perhaps|probably|possibly|likely", "{}?", _DOUBT_MARK),
    )
)
_QUALIFIED = re.compile(
    r"(?:~|from |by )?(?:(?:early|mid|late|spring|summer|autumn|winter) )?[0-9]{4}(?:-[-0-9QHW]+|/[0-9]{2}|s)?"
)
_HOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
_EARLIEST = re.compile(r"(?i)>=|(?:on or after|not before|(?:no|not) (?:earlier|sooner)|net|earliest)\b")


def split_qualifier(text: str) -> tuple[str, str, str]:
    """Returns the form of a date of which *text* says the side or how sure it is, the date itself, and the advice; "{}" for neither."""
    matches = ((pattern.fullmatch(text), form, sentence) for pattern, form, sentence in _QUALIFIERS)
    return next(((form, match["rest"], sentence) for match, form, sentence in matches if match), ("{}", text, ""))


def correct_date(text: str) -> tuple[str, list[str], list[int]]:
    """Returns *text* with every correction that fits, what each of them says, and the weekdays that it named."""
    form, rest, sentence = split_qualifier(text)
    if rest != text:
        corrected, advice, weekdays = correct_date(rest)
        if _QUALIFIED.fullmatch(corrected):
            return form.format(corrected), [*advice, sentence], weekdays
        if form == "by {}" and _HOUR.fullmatch(corrected):
            return corrected, [*advice, "an hour until which something can be done is a `kind: deadline`"], weekdays
        if _EARLIEST.match(text) and _HOUR.fullmatch(corrected):
            return f"{corrected}?", [*advice, "an hour that may become a later one is in doubt"], weekdays
    if moments := _TWO_MOMENTS.fullmatch(text):
        (start, advice, weekdays), (end, end_advice, _) = map(correct_date, moments.groups())
        return f"{start}/{end}", [*dict.fromkeys([*advice, *end_advice, _SLASH])], weekdays
    corrected, weekdays = _take_weekdays(text)
    advice = ["the weekday is left out"] if weekdays else []
    corrected = _HOUR_OF_PART.sub(_rewrite_hour_of_part, corrected)
    for pattern, order in _ORDER:
        candidate = pattern.sub(order, corrected)
        if candidate != corrected:
            corrected, advice = candidate, [*advice, "the parts have another order"]
    corrected, is_named = rewrite_named_dates(corrected)
    if is_named:
        advice.append("months are numbers")
    for pattern, replacement, sentence in _CORRECTIONS:
        candidate = pattern.sub(replacement, corrected)
        if candidate != corrected:
            corrected = candidate
            if sentence not in advice:
                advice.append(sentence)
    return corrected, advice, weekdays


def _take_weekdays(text: str) -> tuple[str, list[int]]:
    """Returns *text* without the names of weekdays, and these as numbers, Monday being 0."""
    weekdays = [weekday_number(match[1]) for match in _WEEKDAY_PATTERN.finditer(text)]
    without = _WEEKDAY_PATTERN.sub("", text)
    # A weekday alone, or one that a rule counts, is no part of a date.
    if not weekdays or not re.search(r"[0-9]", without) or re.search(r"(?i)every|first|last|next|this", text):
        return text, []
    return re.sub(r"\(\s*\)", "", without).strip(" ,"), weekdays


def weekday_conflict(corrected: str, weekdays: list[int]) -> str | None:
    """Returns the message where the weekday that was typed is not that of the date; None where they agree."""
    if not weekdays or not (match := re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", corrected)):
        return None
    day = date.fromisoformat(match[0])
    if day.weekday() == weekdays[0]:
        return None
    return f"{day} is a {ENGLISH_WEEKDAYS[day.weekday()]}, not a {ENGLISH_WEEKDAYS[weekdays[0]]}: write the day that is meant"
