"""Dates in English sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from . import dates
from .grammar import Language, Scope, compile_patterns
from .values import Reading

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "last": 4,
    "final": 4,
}
_NUMBERS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=1
    )
}
_PARTS = {
    "early": "early",
    "beginning": "early",
    "start": "early",
    "mid": "mid",
    "middle": "mid",
    "late": "late",
    "end": "late",
}
_CLOCK_ZONES = {"UTC": "UTC", "GMT": "UTC", "CET": "Europe/Paris", "CEST": "Europe/Paris", "MSK": "Europe/Moscow"}

_NAMES = {
    "M": r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?"
    r"|Nov(?:ember|\.)?|Dec(?:ember|\.)?|JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER)(?![A-Za-z])",
    "D": r"(?:[12][0-9]|3[01]|0?[1-9])(?:\s?(?:st|nd|rd|th))?(?![0-9:])",
    "Y": r"(?:1[0-9]|20|21)[0-9]{2}(?![0-9]|-[0-9]|/[0-9])",
    "TO": r"\s*(?:-|–|—|−|/|\bto\b|\bthrough\b|\bthru\b|\buntil\b|\btill\b)\s*",
    "AND": r"\s*(?:\band\b|&)\s*",
    "B": r"(?<![\w./:-])",
    "W": r"(?:(?P<weekday>(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?)\.?(?:,|\s+the|,\s+the)?\s+(?:the\s+)?)?",
    "C": r",?\s+(?:of\s+)?",
}


def _month(name: str) -> int:
    plain = name.lower().rstrip(".")[:3]
    return next(number for number, full in enumerate(_MONTHS, start=1) if full.startswith(plain))


def _number(text: str) -> int:
    match = re.match(r"[0-9]+", text)
    assert match is not None
    return int(match[0])


def _year(match: re.Match[str], scope: Scope, month: int, number: int | None) -> tuple[int, str]:
    """(year, reason why there is none); a year of 0 with no reason never comes."""
    if match.groupdict().get("year"):
        return int(match["year"]), ""
    return dates.with_year(scope.context, scope.tense, month, number)


def _finish(reading: Reading, match: re.Match[str], scope: Scope) -> Reading:
    return reading if match.groupdict().get("year") or not reading.when else dates.inferred(reading, scope.context)


def _day(match: re.Match[str], scope: Scope) -> Reading:
    month, number = _month(match["month"]), _number(match["day"])
    year, reason = _year(match, scope, month, number)
    if not year:
        return Reading(reason=reason)
    reading = _with_weekday(_finish(dates.day(year, month, number), match, scope), match)
    return _with_clock(reading, match)


def _with_weekday(reading: Reading, match: re.Match[str]) -> Reading:
    """A weekday that is not the date's makes it doubtful."""
    said = (match.groupdict().get("weekday") or "").lower()[:3]
    if not said or len(reading.when) != 10:
        return reading
    real = _WEEKDAYS[date.fromisoformat(reading.when).weekday()]
    if real.startswith(said):
        return reading
    note = f"the text says {match['weekday']}, and {reading.when} is a {real.capitalize()}"
    return replace(reading, when=f"{reading.when}?", note=note)


def _with_clock(reading: Reading, match: re.Match[str]) -> Reading:
    groups = match.groupdict()
    if not groups.get("hour"):
        return reading
    hour, minute = int(groups["hour"]), int(groups.get("minute") or 0)
    half = (groups.get("half") or groups.get("half2") or "").lower()[:1]
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    end = None
    if groups.get("hour2"):
        last = int(groups["hour2"])
        last = (
            last % 12 + (12 if (groups.get("half2") or "").lower().startswith("p") else 0)
            if groups.get("half2")
            else last
        )
        end = (last, int(groups.get("minute2") or 0))
    timed = dates.at_hour(reading, hour, minute, end)
    zone = _CLOCK_ZONES.get(groups.get("zone") or "", "")
    if timed.when == reading.when:
        return reading
    note = "" if zone else "the hour is read on the calendar's own clock"
    return replace(timed, zone=zone, note="; ".join(filter(None, (timed.note, note))))


def _days_of_month(match: re.Match[str], scope: Scope) -> Reading:
    month, first, last = _month(match["month"]), _number(match["first"]), _number(match["last"])
    year, reason = _year(match, scope, month, first)
    if not year:
        return Reading(reason=reason)
    return _finish(dates.days((year, month, first), (year, month, last)), match, scope)


def _listed_days(match: re.Match[str], scope: Scope) -> Reading | list[Reading]:
    numbers = [int(item) for item in re.findall(r"[0-9]+", match["days"])]
    month = _month(match["month"])
    year, reason = _year(match, scope, month, numbers[0])
    if not year:
        return Reading(reason=reason)
    if numbers == list(range(numbers[0], numbers[0] + len(numbers))):
        return _finish(dates.days((year, month, numbers[0]), (year, month, numbers[-1])), match, scope)
    return [_finish(dates.day(year, month, number), match, scope) for number in numbers]


def _days_of_two_months(match: re.Match[str], scope: Scope) -> Reading:
    first, last = (_month(match["m1"]), _number(match["d1"])), (_month(match["m2"]), _number(match["d2"]))
    if match["year"]:
        end = int(match["year"])
        begin = int(match["y1"]) if match["y1"] else end - (first > last)
        return dates.days((begin, *first), (end, *last))
    begin, reason = dates.with_year(scope.context, scope.tense, *first)
    if not begin:
        return Reading(reason=reason)
    return dates.inferred(dates.days((begin, *first), (begin + (first > last), *last)), scope.context)


def _one_month(match: re.Match[str], scope: Scope) -> Reading:
    month = _month(match["month"])
    year, reason = _year(match, scope, month, None)
    reading = _finish(dates.month(year, month), match, scope) if year else Reading(reason=reason)
    part = (match.groupdict().get("part") or "").lower()
    return dates.part(reading, _PARTS[part]) if part else reading


def _two_months(match: re.Match[str], scope: Scope) -> Reading:
    first, last = _month(match["m1"]), _month(match["m2"])
    year, reason = _year(match, scope, last, None)
    if not year:
        return Reading(reason=reason)
    begin = int(match["y1"]) if match.groupdict().get("y1") else year - (first > last)
    return _finish(dates.months((begin, first), (year, last)), match, scope)


def _quarter(match: re.Match[str], scope: Scope) -> Reading:
    return dates.quarter(int(match["year"]), _ORDINALS.get(match["number"].lower()) or int(match["number"]))


def _half(match: re.Match[str], scope: Scope) -> Reading:
    number = _ORDINALS.get(match["number"].lower()) or int(match["number"])
    return dates.half(int(match["year"]), min(number, 2))


def _season(match: re.Match[str], scope: Scope) -> Reading:
    return dates.season(int(match["year"]), match["season"].lower().replace("fall", "autumn"))


def _part_of_year(match: re.Match[str], scope: Scope) -> Reading:
    return dates.part(dates.year(int(match["year"])), _PARTS[match["part"].lower()])


def _week(match: re.Match[str], scope: Scope) -> Reading:
    return dates.week_of(_day(match, scope))


def _iso(match: re.Match[str], scope: Scope) -> Reading:
    return dates.day(int(match["year"]), int(match["month"]), int(match["day"]))


def _numeric(match: re.Match[str], scope: Scope) -> Reading:
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if match["mark"] == "." or first > 12:
        return dates.day(year, second, first)
    if second > 12 or first == second:
        return dates.day(year, first, second)
    return Reading(reason="could be two days: the order of day and month is not said")


def _relative_day(match: re.Match[str], scope: Scope) -> Reading:
    words = " ".join(match[0].lower().split())
    number = {
        "today": 0,
        "tonight": 0,
        "tomorrow": 1,
        "yesterday": -1,
        "the day after tomorrow": 2,
        "the day before yesterday": -2,
    }
    return dates.shifted(scope.context, number[words])


def _in_some_time(match: re.Match[str], scope: Scope) -> Reading:
    number = _NUMBERS.get(match["number"].lower()) or (
        1 if match["number"].lower() in ("a", "an") else int(match["number"])
    )
    sign = -1 if (match.groupdict().get("ago") or "") else 1
    unit = match["unit"].lower()
    if unit == "month":
        return dates.shifted_months(scope.context, sign * number)
    if unit == "year":
        return dates.shifted_years(scope.context, sign * number)
    # "in two weeks" is said of about that day
    return (
        dates.shifted(scope.context, sign * number)
        if unit == "day"
        else Reading(reason="counted in weeks: the day is not said")
    )


def _next_unit(match: re.Match[str], scope: Scope) -> Reading:
    number = {"next": 1, "last": -1, "this": 0, "later this": 0, "earlier this": 0}[
        " ".join(match["which"].lower().split())
    ]
    unit = match["unit"].lower()
    if unit == "year":
        return dates.shifted_years(scope.context, number)
    if unit == "month":
        return dates.shifted_months(scope.context, number)
    day = dates.shifted(scope.context, 7 * number)
    return dates.week_of(day)


def _weekday_alone(match: re.Match[str], scope: Scope) -> Reading:
    return Reading(reason="a weekday alone could be two days")


def _month_of_relative_year(match: re.Match[str], scope: Scope) -> Reading:
    """ "September this year", "September 16 next year"."""
    published = scope.context.published
    if published is None:
        return Reading(reason=dates.NO_YEAR)
    year = published.year + {"this": 0, "next": 1, "last": -1}[match["which"].lower()]
    month = _month(match["month"])
    reading = dates.day(year, month, _number(match["day"])) if match["day"] else dates.month(year, month)
    return dates.inferred(reading, scope.context) if reading.when else reading


# An hour needs minutes or a.m.: a bare number behind a date is none.
_AT = (
    r"(?:,?\s+(?:at\s+|from\s+)?(?=[0-9]{1,2}(?:[:.][0-9]{2}|\s*[ap]\.?m))"
    r"(?P<hour>[01]?[0-9]|2[0-3])(?:[:.](?P<minute>[0-5][0-9]))?\s*(?P<half>[ap]\.?m\.?)?"
    r"(?:\s*(?:-|–|to)\s*(?P<hour2>[01]?[0-9]|2[0-3])(?:[:.](?P<minute2>[0-5][0-9]))?\s*(?P<half2>[ap]\.?m\.?)?)?"
    r"(?:\s*(?P<zone>UTC|GMT|CEST|CET|MSK)\b)?)?"
)

_PAIRS = (
    (r"<<B>>(?P<m1><<M>>)\s+(?P<d1><<D>>)(?:,?\s+(?P<y1><<Y>>))?<<TO>>(?P<m2><<M>>)\s+(?P<d2><<D>>)(?:<<C>>(?P<year><<Y>>))?", _days_of_two_months),
    (r"<<B>>(?P<d1><<D>>)\s+(?:of\s+)?(?P<m1><<M>>)(?:,?\s+(?P<y1><<Y>>))?<<TO>>(?:the\s+)?(?P<d2><<D>>)\s+(?:of\s+)?(?P<m2><<M>>)(?:<<C>>(?P<year><<Y>>))?", _days_of_two_months),
    (r"\b[Bb]etween\s+(?:the\s+)?(?P<first><<D>>)<<AND>>(?:the\s+)?(?P<last><<D>>)\s+(?:of\s+)?(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>))?", _days_of_month),
    (r"<<B>>(?P<month><<M>>)\s+(?P<first><<D>>)<<TO>>(?P<last><<D>>)(?:<<C>>(?P<year><<Y>>))?", _days_of_month),
    (r"<<B>>(?:the\s+)?(?P<first><<D>>)<<TO>>(?:the\s+)?(?P<last><<D>>)\s+(?:of\s+)?(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>))?", _days_of_month),
    (r"<<B>>(?P<month><<M>>)\s+(?P<days><<D>>(?:\s*,\s*<<D>>)*\s*,?<<AND>><<D>>)(?:<<C>>(?P<year><<Y>>))?", _listed_days),
    (r"<<B>>(?P<days><<D>>(?:\s*,\s*<<D>>)*\s*,?<<AND>>(?:the\s+)?<<D>>)\s+(?:of\s+)?(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>))?", _listed_days),
    (r"\bweek\s+(?:of|beginning|starting|commencing)\s+(?:on\s+)?<<W>>(?P<month><<M>>)\s+(?P<day><<D>>)(?:<<C>>(?P<year><<Y>>))?", _week),
    (r"\bweek\s+(?:of|beginning|starting|commencing)\s+(?:on\s+)?<<W>>(?P<day><<D>>)\s+(?:of\s+)?(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>))?", _week),
    (r"<<B>>(?P<month><<M>>)(?:\s+(?P<day><<D>>))?,?\s+(?:of\s+)?(?P<which>this|next|last)\s+year\b", _month_of_relative_year),
    (r"<<B>>(?P<day><<D>>)\s+(?P<month><<M>>),?\s+(?:of\s+)?(?P<which>this|next|last)\s+year\b", _month_of_relative_year),
    (r"<<B>><<W>>(?P<month><<M>>)\s+(?P<day><<D>>)(?:<<C>>(?P<year><<Y>>))?" + _AT, _day),
    (r"<<B>><<W>>(?P<day><<D>>)(?:\s+day)?\s+(?:of\s+)?(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>))?" + _AT, _day),
    (r"<<B>>(?P<year>(?:1[0-9]|20|21)[0-9]{2})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9-])", _iso),
    (r"<<B>>(?P<first>[0-3]?[0-9])(?P<mark>[./])(?P<second>[0-3]?[0-9])(?P=mark)(?P<year>(?:19|20|21)[0-9]{2})(?![0-9]|[./][0-9])", _numeric),
    (r"\b(?P<part>[Ee]arly|[Ll]ate|[Mm]id|[Bb]eginning|[Ss]tart|[Mm]iddle|[Ee]nd)(?:[\s-]+(?:of\s+)?)(?P<month><<M>>)(?:<<C>>(?P<year><<Y>>))?", _one_month),
    (r"<<B>>(?P<m1><<M>>)(?:\s+(?P<y1><<Y>>))?(?:<<TO>>|<<AND>>|\s+or\s+)(?P<m2><<M>>)<<C>>(?P<year><<Y>>)", _two_months),
    (r"<<B>>(?P<month><<M>>)<<C>>(?P<year><<Y>>)", _one_month),
    (r"\b(?P<number>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ll]ast|[Ff]inal|1st|2nd|3rd|4th)\s+quarter\s+(?:of\s+|in\s+)?(?P<year><<Y>>)", _quarter),
    (r"\bQ(?P<number>[1-4])\s*(?:of\s+|/|-)?\s*(?P<year><<Y>>)", _quarter),
    (r"<<B>>(?P<year>(?:19|20|21)[0-9]{2})[\s-]?Q(?P<number>[1-4])\b", _quarter),
    (r"\b(?P<number>[Ff]irst|[Ss]econd|[Ll]ast)\s+half\s+of\s+(?P<year><<Y>>)", _half),
    (r"\bH(?P<number>[12])\s+(?P<year><<Y>>)", _half),
    (r"\b(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)\s+(?:of\s+)?(?P<year><<Y>>)", _season),
    (r"\b(?P<part>[Ee]arly|[Ll]ate|[Mm]id|[Bb]eginning|[Ss]tart|[Mm]iddle|[Ee]nd)(?:[\s-]+(?:of\s+|in\s+)?)(?P<year><<Y>>)", _part_of_year),
    (r"\b(?:[Tt]he\s+)(?P<year>(?:19|20|21)[0-9]0)s\b", lambda match, scope: dates.decade(int(match["year"]))),
    (r"\b(?:[Ii]n|[Dd]uring|[Ff]or|[Tt]hroughout|[Uu]ntil|[Bb]y)\s+(?:the\s+year\s+)?(?P<year><<Y>>)(?!\s*(?:members|people|participants|delegates|countries|dollars|euros|km|metres|meters|seats|words|points|%|percent|cases|votes))", lambda match, scope: dates.year(int(match["year"]))),
    (r"\b(?:the\s+day\s+after\s+tomorrow|the\s+day\s+before\s+yesterday|[Tt]omorrow|[Yy]esterday|[Tt]oday|[Tt]onight)\b", _relative_day),
    (r"\b[Ii]n\s+(?P<number>an?|one|two|three|four|five|six|seven|eight|nine|ten|[0-9]{1,3})\s+(?P<unit>day|week|month|year)s?(?:['’]\s*time)?\b(?!\s+old)", _in_some_time),
    (r"\b(?P<number>an?|one|two|three|four|five|six|seven|eight|nine|ten|[0-9]{1,3})\s+(?P<unit>day|week|month|year)s?\s+(?P<ago>ago)\b", _in_some_time),
    (r"\b(?P<which>[Ll]ater\s+this|[Ee]arlier\s+this|[Nn]ext|[Ll]ast|[Tt]his)\s+(?P<unit>week|month|year)\b", _next_unit),
    (r"\b(?:[Nn]ext|[Tt]his|[Ll]ast|[Cc]oming|[Oo]n)\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", _weekday_alone),
    (r"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Dd]uring|[Tt]his|[Nn]ext|[Uu]ntil)\s+(?P<month><<M>>)(?!\s+[0-9])(?P<year>)(?=[\s.,;:)]|$)", _one_month),
)  # fmt: skip

ENGLISH = Language(
    "en",
    compile_patterns(_PAIRS, _NAMES),
    re.compile(
        r"\b(?:will|shall|to be|is to|are to|scheduled|planned|plans?|upcoming|next|coming|expected|due|set for|slated|going to|begins?|starts?|opens?|takes? place|forthcoming|ahead|deadline)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:was|were|had|held|took|met|happened|ended|began|started|opened|adopted|signed|founded|visited|attended|died|announced|last)\b",
        re.IGNORECASE,
    ),
    re.compile(r"(?<=[.!?])[\"”’)]*(?=\s+[\"“‘(]?[A-ZА-Я0-9])(?<!\b[A-Z]\.)(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bSt\.)(?<!\bNo\.)"
               r"(?<!\bJan\.)(?<!\bFeb\.)(?<!\bMar\.)(?<!\bApr\.)(?<!\bJun\.)(?<!\bJul\.)(?<!\bAug\.)(?<!\bSep\.)(?<!\bSept\.)(?<!\bOct\.)(?<!\bNov\.)(?<!\bDec\.)(?<!a\.m\.)(?<!p\.m\.)"),
)  # fmt: skip
