"""Dates in English sentences."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from ..when.english_words import NUMBERS, ORDINALS, month_number, weekday_number
from ..when.zones import zone_of
from . import dates
from .grammar import DateLimit, Language, Reading, Scope, compile_limits, compile_patterns, compile_tense, fill_names
from .shared_forms import DOTTED_DAYS, DateForms, decade, first_number, iso_week, numeric_days, weekday_alone

_PARTS = {
    "early": "early", "beginning": "early", "start": "early", "mid": "mid", "middle": "mid", "late": "late",
    "end": "late",
}  # fmt: skip
_WEEKDAY_NAME = "(?i:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?)(?![a-z])"
_WEEKDAY = rf"{_WEEKDAY_NAME}\.?,?"
_NAMES = {
    "OF": r"(?:,?\s+(?:of\s+)?(?:(?P<year><<Y>>)|<<WHICH>>))",
    "WHICH": r"(?P<which>this|next|last)\s+year\b",
    "M": r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?"
    r"|Nov(?:ember|\.)?|Dec(?:ember|\.)?|JAN(?:UARY|\.)?|FEB(?:RUARY|\.)?|MAR(?:CH|\.)?|APR(?:IL|\.)?|MAY|JUNE?\.?|JULY?\.?|AUG(?:UST|\.)?"
    r"|SEPT?(?:EMBER|\.)?|OCT(?:OBER|\.)?|NOV(?:EMBER|\.)?|DEC(?:EMBER|\.)?)(?![A-Za-z])",
    "D": r"(?:[12][0-9]|3[01]|0?[1-9])(?:\s?(?:st|nd|rd|th)(?![A-Za-z]))?(?![0-9]|:[0-9]|\.[0-9]{2}(?![0-9.])|\s?[apAP]\.?[mM]\b)",
    "Y": r"(?:1[0-9]|20|21)[0-9]{2}(?![0-9]|-[0-9]|/[0-9])",
    "TO": rf"\s*(?:-|–|—|−|/|\bto\b|\bthrough\b|\bthru\b|\buntil\b|\btill\b)\s*(?:{_WEEKDAY}\s+(?:the\s+)?)?",
    "AND": rf"\s*(?:\band\b|&)\s*(?:{_WEEKDAY}\s+(?:the\s+)?)?",
    "OR": r"\s+or\s+(?:on\s+)?(?:the\s+)?",
    "NUMBER": f"(?:{'|'.join(NUMBERS)}|[0-9]{{1,3}})",
    "B": r"(?<![\w./:-])(?<!\bNo\. )",
    "W": rf"(?:(?P<weekday>{_WEEKDAY_NAME})\.?(?:,|\s+the|,\s+the)?\s+(?:the\s+)?)?",
    "P": r"(?:early|late|mid|beginning|start|middle|end|Early|Late|Mid|Beginning|Start|Middle|End)",
    "Z": r"(?:UTC|GMT)\s?[+−-]\s?[0-9]{1,2}(?::?[0-9]{2})?(?![0-9])|[A-Z]{1,4}T\b|UTC\b|MSK\b|<<AOE>>|(?:Eastern|Central|Mountain|Pacific)\b(?:\s+[Tt]ime)?|(?!Local)[A-Z][A-Za-z]+(?:\s[A-Z][a-z]+){0,2}\s+[Tt]ime\b",
    "AOE": r"(?:AoE|[Aa]nywhere\s+on\s+[Ee]arth)\b",
}


_FORMS = DateForms(
    month=lambda text: int(text) if text.isdecimal() else month_number(text),
    number=first_number,
    weekday=weekday_number,
    ordinal=lambda word: -1 if word.lower() == "final" else ORDINALS.get(word.lower()) or first_number(word),
    step=lambda word: {"t": 0, "n": 1, "l": -1}[word.lower()[0]],
    part_word=lambda word: _PARTS[word.lower()],
    season_word=lambda word: word.lower().replace("fall", "autumn"),
)


def _day(match: re.Match[str], scope: Scope) -> Reading:
    return _with_clock(_FORMS.day(match, scope), match, scope)


def _with_clock(reading: Reading, match: re.Match[str], scope: Scope) -> Reading:
    groups = match.groupdict()
    if groups.get("start0"):  # "at 8 p.m. on 9 June"
        groups |= {name: groups[f"{name}0"] for name in ("start", "end", "zone")}
    if not groups.get("start"):
        return dates.until_its_end_everywhere(reading) if groups.get("aoe") else reading
    zone = _clock_zone(groups.get("zone") or "")
    if zone is None:
        return dates.without_hour(reading, groups["zone"])
    start = groups["start"]
    (hour, minute, half), end = _clock_parts(start), None
    if _is_midnight(start):
        is_end = dates.is_deadline(scope.sentence) and _LAST_MIDNIGHT.search(scope.sentence)
        return dates.at_midnight(reading, zone, is_end=is_end is not None)
    if groups.get("by") and not dates.is_deadline(scope.sentence):
        return dates.with_note(reading, f"the hour is a limit, {start}, and was left out")
    if groups.get("end"):
        end_hour, end_minute, end_half = _clock_parts(groups["end"])
        end = (24, 0) if _is_midnight(groups["end"]) else (_on_24_hours(end_hour, end_half), end_minute)
        if not half and end_half and (_on_24_hours(hour, end_half), minute) < end:  # "5 to 7pm", and not "10 to 2pm"
            half = end_half
    timed = dates.at_hour(reading, _on_24_hours(hour, half), minute, end, zone)
    arrival = groups.get("doors") or groups.get("guests")
    return dates.with_note(timed, f"the text has people come at {arrival}") if arrival else timed


_LAST_MIDNIGHT = re.compile(r"\b(?:due|deadline|by|before|until|till|closes?|closing|ends?|expires?)\b", re.IGNORECASE)


def _is_midnight(clock: str) -> bool:
    return re.fullmatch(r"12(?:[:.]00)?\s+at\s+night|(?:12\s+)?midnight", clock, re.IGNORECASE) is not None


def _clock_parts(text: str) -> tuple[int, int, str]:
    """Returns the hour, the minute, and "a" or "p", "" for neither, of "7:30 p.m.", "noon" and "7:30 in the evening"."""
    if re.match("[0-9]{4}", text):
        return int(text[:2]), int(text[2:4]), ""
    numbers = [int(number) for number in re.findall(r"[0-9]+", text)] or [12]
    words = text.lower()
    is_late = re.search(r"p\.?m|noon|midday|evening", words) or ("night" in words and numbers[0] > 5)
    half = "p" if is_late else "a" if re.search(r"a\.?m|morning|night", words) else ""
    return numbers[0], numbers[1] if len(numbers) > 1 else 0, half


def _on_24_hours(hour: int, half: str) -> int:
    return hour % 12 + (12 if half == "p" else 0) if half and hour <= 12 else hour


def _clock_zone(name: str) -> str | None:
    """Returns the zone that *name* means, "" for no name; None for one of several, such as BST in London and Dhaka, or none at all."""
    if name in ("", "BST"):
        return None if name else ""
    # Sydney, for AEST: Brisbane has no summer time
    return zone_of(" ".join(name.replace("−", "-").split()), "Australia/Sydney")


def _week(match: re.Match[str], scope: Scope) -> Reading:
    return dates.week_of(_day(match, scope))


def _weekend(match: re.Match[str], scope: Scope) -> Reading:
    """Reads Saturday and Sunday; a weekday leaves open which ones are meant."""
    reading = _FORMS.day(match, scope)
    day = date.fromisoformat(reading.when) if reading.when else None
    if day is None or day.weekday() < 5:
        return reading if day is None else Reading(reason=f"{day} is no day of a weekend")
    saturday = day - timedelta(days=day.weekday() - 5)
    span = [(one.year, one.month, one.day) for one in (saturday, saturday + timedelta(days=1))]
    return replace(reading, when=dates.days(*span).when)


def _quarters(match: re.Match[str], scope: Scope) -> Reading:
    """Reads some time from one quarter of a year to another."""
    first, last, year = (int(match[name]) for name in ("first", "last", "year"))
    return dates.months((year, 3 * first - 2), (year, 3 * last))


def _numeric(match: re.Match[str], scope: Scope) -> Reading:
    return _with_clock(_numeric_day(match), match, scope)


def _numeric_day(match: re.Match[str]) -> Reading:
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
    return dates.shifted(scope.published, number[words])


def _in_some_time(match: re.Match[str], scope: Scope) -> Reading:
    number = NUMBERS.get(match["number"].lower()) or int(match["number"])
    sign = -1 if "ago" in match.groupdict() else 1
    unit = match["unit"].lower()
    if unit == "week":  # "in two weeks" is said of about that day
        return Reading(reason="counted in weeks: the day is not said")
    if unit == "day":
        return dates.shifted(scope.published, sign * number)
    return dates.shifted_period(scope.published, unit, sign * number)


def _next_unit(match: re.Match[str], scope: Scope) -> Reading:
    number = {"next": 1, "last": -1, "this": 0, "later this": 0, "earlier this": 0}[
        " ".join(match["which"].lower().split())
    ]
    return dates.shifted_period(scope.published, match["unit"].lower(), number)


# An hour needs minutes or a.m.: a bare number behind a date is none. Of two hours the first may leave both to the second.
_HALF = r"(?:\s*[apAP]\.?[mM]\.?|\s+in\s+the\s+(?:morning|afternoon|evening)|\s+at\s+night)"
_FOUR_DIGITS = r"(?:2[0-3]|[01][0-9])[0-5][0-9](?:\s?(?:hrs?|hours)\b|(?=\s(?:GMT|UTC)\b))"  # "0001hrs", "1420 GMT"
_CLOCK = rf"(?:{_FOUR_DIGITS}|(?:12\s+)?(?:noon|midday|midnight)\b|(?:2[0-3]|[01]?[0-9])(?![0-9])(?:[:.][0-5][0-9](?![0-9])(?::[0-5][0-9](?![0-9]))?)?(?:{_HALF})?)"
_TO = r"\s*(?:-|–|\bto\b|\buntil\b|\btill\b)\s*"
_IS_HOUR = rf"(?={_FOUR_DIGITS}|(?:12\s+)?(?:noon|midday|midnight)\b|[0-9]{{1,2}}(?:[:.][0-9]{{2}}|{_HALF}|{_TO}[0-9]{{1,2}}(?:[:.][0-9]{{2}})?{_HALF}))"
_BEGINS = r"(?:[Ss]tart(?:s|ing)?|[Bb]egin(?:s|ning)?|[Kk]ick-?off|[Cc]urtain(?:\s+up)?|[Ss]how(?:time)?|[Cc]oncert|[Mm]usic|[Pp]erformance)"
# "doors 19:00, start 20:00", "7 for 7.30 pm"
_ARRIVAL = (
    rf"(?:(?:[Dd]oors|[Gg]ates|[Aa]dmission)(?:\s+open)?:?\s+(?:at\s+|from\s+)?(?P<doors>{_CLOCK})\s*(?:[,;/–-]|\band\b)\s*(?={_BEGINS})"
    rf"|(?P<guests>{_CLOCK})\s+for\s+(?=[0-9]))"
)
_BEFORE_HOUR = rf"(?:,?\s+|\s+[-–—]\s+|:\s+(?=[Dd]oors|[Gg]ates)|\s+[|/]\s+(?=[0-9]{{1,2}}(?::[0-9]{{2}}|[0-9.]*\s*[apAP]\.?[mM]))|\s*(?P<open>\())(?:at\s+|from\s+|(?P<by>by)\s+)?{_ARRIVAL}?(?:{_BEGINS}(?:\s+(?:starts|begins))?:?\s+(?:at\s+|from\s+)?)?"
_AT = rf"(?:{_BEFORE_HOUR}{_IS_HOUR}(?P<start>{_CLOCK})(?:{_TO}(?P<end>{_CLOCK})(?!\s+(?:of\s+)?<<M>>))?(?:\s*\(?(?P<zone><<Z>>)\)?)?(?(open)\)))?(?:\s*\(?(?P<aoe><<AOE>>)\)?)?"
_AT_BEFORE = (
    rf"(?:(?:\b(?:[Aa]t|[Ff]rom|[Bb]etween)\s+|(?<![^\s(])(?<!\bto\s)(?<!\band\s)(?:(?<!\bthan\s)|(?<=\blater\sthan\s)|(?<=\bearlier\sthan\s))(?![0-9]+\.[0-9]+,?\s+on)(?={_CLOCK}(?:{_TO}{_CLOCK})?(?:\s*\(?(?:<<Z>>)\)?(?:,?\s+on\s|,?\s+{_WEEKDAY}|,?\s+(?=[0-3]?[0-9]\s+[A-Z]))|,?\s+on\s|(?:(?<=hrs)|(?<=hours)),?\s+(?:{_WEEKDAY}|(?=[0-3]?[0-9]\s+[A-Z])))))"
    rf"(?:{_IS_HOUR}|(?<=etween ))(?P<start0>{_CLOCK})(?:(?:{_TO}|\s+and\s+)(?P<end0>{_CLOCK}))?(?:\s*\(?(?P<zone0><<Z>>)\)?)?,?\s+(?:on\s+)?)?"
)

_PAIRS = (
    (r"<<B>><<W>>(?P<m1><<M>>)\s+(?P<d1><<D>>)(?:,?\s+(?P<y1><<Y>>))?<<TO>>(?P<m2><<M>>)\s+(?P<d2><<D>>)<<OF>>?", _FORMS.days_of_two_months),
    (r"<<B>><<W>>(?P<d1><<D>>)\s+(?:of\s+)?(?P<m1><<M>>)(?:,?\s+(?P<y1><<Y>>))?<<TO>>(?:the\s+)?(?P<d2><<D>>)\s+(?:of\s+)?(?P<m2><<M>>)<<OF>>?", _FORMS.days_of_two_months),
    (r"\b[Bb]etween\s+<<W>>(?P<m1><<M>>)\s+(?P<d1><<D>>)(?:,?\s+(?P<y1><<Y>>))?<<AND>>(?P<m2><<M>>)\s+(?P<d2><<D>>)<<OF>>?", _FORMS.days_of_two_months),
    (r"\b[Bb]etween\s+<<W>>(?P<d1><<D>>)\s+(?P<m1><<M>>)(?:,?\s+(?P<y1><<Y>>))?<<AND>>(?P<d2><<D>>)\s+(?P<m2><<M>>)<<OF>>?", _FORMS.days_of_two_months),
    (r"\b[Bb]etween\s+<<W>>(?:the\s+)?(?P<first><<D>>)<<AND>>(?:the\s+)?(?P<last><<D>>)\s+(?:of\s+)?(?P<month><<M>>)<<OF>>?", _FORMS.days_of_month),
    (r"<<B>><<W>>(?P<month><<M>>)\s+(?P<first><<D>>)<<TO>>(?:the\s+)?(?P<last><<D>>)<<OF>>?", _FORMS.days_of_month),
    (r"<<B>><<W>>(?:the\s+)?(?P<first><<D>>)<<TO>>(?:the\s+)?(?P<last><<D>>)\s+(?:of\s+)?(?P<month><<M>>)<<OF>>?", _FORMS.days_of_month),
    (r"<<B>>(?P<d1><<D>>)\s+(?:of\s+)?(?P<m1><<M>>)(?:,?\s+(?P<y1><<Y>>))?<<OR>>(?P<d2><<D>>)\s+(?:of\s+)?(?P<m2><<M>>)<<OF>>?", _FORMS.one_of_days),
    (r"<<B>>(?P<m1><<M>>)\s+(?P<d1><<D>>)(?:,?\s+(?P<y1><<Y>>))?<<OR>>(?P<m2><<M>>)\s+(?P<d2><<D>>)<<OF>>?", _FORMS.one_of_days),
    (r"<<B>>(?P<m1><<M>>)\s+(?P<d1><<D>>)<<AND>>(?:on\s+)?(?P<m2><<M>>)\s+(?P<d2><<D>>)<<OF>>", _FORMS.two_days),
    (r"<<B>>(?P<d1><<D>>)\s+(?P<m1><<M>>)<<AND>>(?:on\s+)?(?P<d2><<D>>)\s+(?P<m2><<M>>)<<OF>>", _FORMS.two_days),
    (r"<<B>>(?P<month><<M>>)\s+(?P<first><<D>>)<<OR>>(?P<last><<D>>)<<OF>>?", _FORMS.one_of_days),
    (r"<<B>>(?P<first><<D>>)<<OR>>(?P<last><<D>>)\s+(?:of\s+)?(?P<month><<M>>)<<OF>>?", _FORMS.one_of_days),
    (r"<<B>>(?P<month><<M>>)\s+(?P<days><<D>>(?:\s*,\s*<<D>>)*\s*,?<<AND>><<D>>)<<OF>>?", _FORMS.listed_days),
    (r"<<B>>(?P<month><<M>>)\s+(?P<days><<D>>(?:\s*,\s*<<D>>){2,})(?!\s*[\w:/–-])<<OF>>?", _FORMS.listed_days),
    (r"<<B>>(?P<days><<D>>(?:\s*,\s*<<D>>)*\s*,?<<AND>>(?:the\s+)?<<D>>)\s+(?:of\s+)?(?P<month><<M>>)<<OF>>?", _FORMS.listed_days),
    (r"\b(?P<nth>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ll]ast)\s+(?P<name>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\s+(?:of|in)\s+(?P<month><<M>>)<<OF>>?", _FORMS.nth_weekday),
    (r"\b[Ww]eekend\s+of\s+(?P<month><<M>>)\s+(?P<day><<D>>)(?!\s*[-–/])<<OF>>?", _weekend),
    (r"\b[Ww]eekend\s+of\s+(?P<day><<D>>)\s+(?P<month><<M>>)<<OF>>?", _weekend),
    (r"\b(?P<day><<D>>)\s+of\s+(?P<which>[Nn]ext|[Tt]his|[Ll]ast)\s+month\b", _FORMS.day_of_month_beside),
    (r"\b(?:[Ww]eek\s+(?:of|beginning|starting|commencing|ending)|[Ww]/[bce])\s+(?:on\s+)?<<W>>(?P<month><<M>>)\s+(?P<day><<D>>)<<OF>>?", _week),
    (r"\b(?:[Ww]eek\s+(?:of|beginning|starting|commencing|ending)|[Ww]/[bce])\s+(?:on\s+)?<<W>>(?P<day><<D>>)\s+(?:of\s+)?(?P<month><<M>>)<<OF>>?", _week),
    (r"\b[Ww]eek\s+(?P<number>[0-9]{1,2})(?:\s+(?:of|in)\s+|,?\s+)(?P<year><<Y>>)", iso_week),
    (r"<<B>>(?P<year><<Y>>)-?W(?P<number>[0-5][0-9])(?![0-9-])", iso_week),
    (_AT_BEFORE + r"<<B>><<W>>(?P<month><<M>>)\s+(?P<day><<D>>)<<OF>>?" + _AT, _day),
    (_AT_BEFORE + r"<<B>><<W>>(?P<day><<D>>)(?:\s+day|\.)?\s+(?:of\s+)?(?P<month><<M>>)<<OF>>?" + _AT, _day),
    (r"<<B>>(?P<year>(?:1[0-9]|20|21)[0-9]{2})-(?P<month>[01][0-9])-(?P<day>[0-3][0-9])(?![0-9-])" + _AT, _day),
    (r"<<B>>(?P<year>(?:19|20|21)[0-9]{2})/(?P<month>[01][0-9])/(?P<day>[0-3][0-9])(?![0-9/-])", _FORMS.day),
    (r"<<B>>(?P<day><<D>>)-(?P<month><<M>>)-(?P<year><<Y>>)", _FORMS.day),
    (DOTTED_DAYS, numeric_days),
    (r"<<B>>(?P<first>[0-3]?[0-9])(?P<mark>[./-])(?P<second>[0-3]?[0-9])(?P=mark)(?P<year>(?:19|20|21)[0-9]{2})(?![0-9]|[./][0-9])" + _AT, _numeric),
    (r"\b(?P<p1><<P>>)[\s-]+(?:of\s+)?(?P<m1><<M>>)(?:<<TO>>|<<AND>>|\s+or\s+)(?:in\s+)?(?:the\s+)?(?P<p2><<P>>)[\s-]+(?:of\s+)?(?P<m2><<M>>)<<OF>>?", _FORMS.parts_of_two_months),
    (r"\b(?:[Ff]irst|(?P<second>[Ss]econd|[Ll]atter))\s+half\s+of\s+(?P<month><<M>>)<<OF>>?", _FORMS.half_month),
    (r"\b(?P<part>[Ee]arly|[Ll]ate|[Mm]id|[Bb]eginning|[Ss]tart|[Mm]iddle|[Ee]nd)(?:[\s-]+(?:of\s+)?)(?P<month><<M>>)<<OF>>?", _FORMS.one_month),
    (r"<<B>>(?P<m1><<M>>)(?:\s+(?P<y1><<Y>>))?(?:\s*,\s*<<M>>)*(?:<<TO>>|<<AND>>|\s+or\s+)(?P<m2><<M>>)<<OF>>", _FORMS.two_months),
    (r"<<B>>(?P<month><<M>>)<<OF>>", _FORMS.one_month),
    (r"(?:[-–—:,]\s+)(?P<month><<M>>)(?P<year>)(?=,?\s+\(?(?:(?:exact\s+)?dates?|days?)\s+(?:to\s+be|tb[acd])\b)", _FORMS.one_month),
    (r"\b(?P<nth>[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ll]ast|[Ff]inal|1st|2nd|3rd|4th)\s+quarter(?:\s+in)?<<OF>>", _FORMS.quarter),
    (r"\bQ(?P<first>[1-4])\s*(?:/|-|–|&|\bor\b|\band\b|\bto\b)\s*Q(?P<last>[1-4])\s*(?:of\s+|/|-)?\s*(?P<year><<Y>>)", _quarters),
    (r"\bQ(?P<nth>[1-4])\s*(?:of\s+|/|-)?\s*(?P<year><<Y>>)", _FORMS.quarter),
    (r"\b(?P<nth>[1-4])Q\s*(?P<year><<Y>>)", _FORMS.quarter),
    (r"<<B>>(?P<year>(?:19|20|21)[0-9]{2})[\s-]?Q(?P<nth>[1-4])\b", _FORMS.quarter),
    (r"\b(?:[Ff]irst|(?P<second>[Ss]econd|[Ll]atter|[Ll]ast))\s+half(?=\s+of\s)<<OF>>", _FORMS.half),
    (r"\bH(?:1|(?P<second>2))\s*(?:of\s+|/|-)?\s*(?P<year><<Y>>)", _FORMS.half),
    (r"\b(?:1|(?P<second>2))H\s*(?P<year><<Y>>)", _FORMS.half),
    (r"\b(?:[QH][1-4][ ’']?|[1-4][QH])[0-9]{2}\b(?![:.][0-9]|,?\s+<<M>>)", lambda match, scope: Reading(reason="the year has two digits")),
    (r"\b(?P<season>[Ss]pring|[Ss]ummer|[Aa]utumn|[Ff]all|[Ww]inter)<<OF>>", _FORMS.season),
    (r"\b(?P<part>[Ee]arly|[Ll]ate|[Mm]id|[Bb]eginning|[Ss]tart|[Mm]iddle|[Ee]nd)(?:[\s-]+(?:of\s+|in\s+)?)(?P<year><<Y>>)", _FORMS.whole_year),
    (r"\b(?P<part>[Ee]arly|[Ll]ate|[Mm]id|(?:[Bb]eginning|[Ss]tart|[Mm]iddle|[Ee]nd)(?=\s+of\s))[\s-]+(?:of\s+)?<<WHICH>>", _FORMS.whole_year),
    (r"\b(?:[Tt]he\s+)?(?P<part>[Ee]nd)\s+of\s+(?P<which>the)\s+year\b(?!\s+[0-9])", _FORMS.whole_year),
    (r"\b(?:[Tt]he\s+)(?P<year>(?:19|20|21)[0-9]0)s\b", decade),
    (r"\b(?:[Ii]n|[Dd]uring|[Ff]or|[Tt]hroughout|[Uu]ntil|[Bb]y|[Bb]efore|TB[ACD])\s+(?:the\s+year\s+)?(?P<year><<Y>>)(?!\s*(?:members|people|participants|delegates|countries|dollars|euros|km|metres|meters|seats|words|points|%|percent|cases|votes))", _FORMS.whole_year),
    (r"(?:(?<=earlier than )|(?<=sooner than )|(?<=later than )|(?<=NET )|(?<=NLT ))(?P<year><<Y>>)", _FORMS.whole_year),
    (r"\b(?:the\s+day\s+after\s+tomorrow|the\s+day\s+before\s+yesterday|[Tt]omorrow|[Yy]esterday|[Tt]oday|[Tt]onight)\b", _relative_day),
    (r"\b[Ii]n\s+(?P<number><<NUMBER>>)\s+(?P<unit>day|week|month|year)s?(?:['’]\s*time)?\b(?!\s+old)(?!,?\s+on\b)", _in_some_time),
    (r"\b(?P<number><<NUMBER>>)\s+(?P<unit>day|week|month|year)s?\s+(?P<ago>ago)\b", _in_some_time),
    (r"\b(?P<which>[Ll]ater\s+this|[Ee]arlier\s+this|[Nn]ext|[Ll]ast|[Tt]his)\s+(?P<unit>week|month|year)\b", _next_unit),
    (r"\b(?:[Nn]ext|[Tt]his|[Ll]ast|[Cc]oming|[Ff]ollowing|(?i:on|until|till|by|GMT|UTC|[A-Z]{2,3}T))\s+(?i:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b", weekday_alone),
    (r"\b(?:[Ii]n|[Ff]rom|[Ff]or|[Bb]etween|[Dd]uring)\s+(?P<m1><<M>>)(?P<y1>)(?:\s*,\s*<<M>>)*,?(?:<<TO>>|<<AND>>|\s+or\s+)(?P<m2><<M>>)(?!\s+[0-9])(?P<year>)(?=[\s.,;:)]|$)", _FORMS.two_months),
    (r"\b(?:[Ii]n|[Bb]y|[Dd]uring|[Tt]his|[Nn]ext|[Uu]ntil)\s+(?P<month><<M>>)(?!\s+[0-9])(?P<year>)(?=[\s.,;:)]|$)", _FORMS.one_month),
)  # fmt: skip

_COUNTED = r"\b(?:day|week|fortnight|month|year|hour|weekend|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)s?\s+(?:after|before|following|prior\s+to)"
_LIMITS = (
    (rf"{_COUNTED}\s+(?:the\s+)?⟦|\bwithin\s+[^\s.;:,][^.;:,]{{0,29}}\s(?:of|after|from)\s+(?:the\s+)?⟦", DateLimit.COUNTED),
    (r"\b(?:(?:on|in)\s+or\s+(?:about|around)|around|approximately|circa|roughly|(?:(?<=expected )|(?<=due )|(?<=begin )|(?<=begins )|(?<=starts ))about)\s+(?:in\s+|on\s+)?(?:the\s+)?⟦", DateLimit.ABOUT),
    (r"\A\W*Not\s+for\b[^.;:]{0,120}?(?P<words>\bbefore\s+(?:the\s+)?⟦|⟦before\s)", DateLimit.EMBARGO),
    (r"(?:\b(?:not?|n['’]t|unlikely)\b(?!\s+(?:forget|miss|fail|delay|hesitate))[^,.;:]{0,40}?|\A\W*Not\b[^.;:]{0,120}?)(?P<words>\b(?:before|until)\s+(?:the\s+)?⟦|⟦(?:before|until)\s)", DateLimit.NOT_BEFORE),
    (r"(?:\bearliest\s+(?:possible\s+)?(?:\w+\s+)?(?:date|day|time)\b[^.;:]{0,30}?\b(?:is|would\s+be)|\b(?:is|be)\s+earliest)\s+(?:on\s+|in\s+)?(?P<words>⟦)", DateLimit.NOT_BEFORE),
    (r"(?:\b(?:no|not)\s+(?:earlier|sooner)\s+than\s+(?:\(NET\)\s+)?(?:[0-9][^;⟦]{0,25}?\()?|(?-i:\bNET\s+))(?:the\s+|in\s+|on\s+)?⟦", DateLimit.NOT_BEFORE),
    (r"\b(?:as|so)\s+(?:early|soon)\s+as\s+(?:in\s+|on\s+)?⟦|\b(?:on|in)\s+or\s+after\s+(?:the\s+)?⟦", DateLimit.NOT_BEFORE),
    (r"\bat\s+the\s+earliest\s+(?:in\s+|on\s+|by\s+)?⟦|\buntil\s+at\s+least\s+⟦|⟧,?\s+(?:at\s+the\s+earliest|or\s+later)\b", DateLimit.NOT_BEFORE),
    (r"(?:\b(?:no|not)\s+later\s+than\s+(?:\(NLT\)\s+)?(?:[0-9][^;⟦]{0,25}?\()?|(?-i:\bNLT\s+))(?:the\s+|in\s+|on\s+)?⟦|\b(?:on|in)\s+or\s+before\s+⟦", DateLimit.NOT_AFTER),
    (r"\bat\s+the\s+latest\s+(?:in\s+|on\s+|by\s+)?⟦|⟧,?\s+at\s+the\s+latest\b", DateLimit.NOT_AFTER),
    (r"\b(?:by|before)\s+(?:the\s+)?end\s+of\s+(?:the\s+)?⟦", DateLimit.NOT_AFTER),
    (r"\bby\s+(?:the\s+)?⟦|⟦by\s", DateLimit.NOT_AFTER),
    (r"\b(?:before|prior\s+to|ahead\s+of)\s+(?:the\s+)?⟦|⟦before\s", DateLimit.BEFORE),
    (r"(?P<words>\bafter\s+(?:the\s+)?⟦[^⟧]*⟧)(?=\s*(?:[,.;:)]|$)|\s+(?:and|but|at|in|on|if|when|unless|to)\b)", DateLimit.AFTER),
)  # fmt: skip
# "moved from 3 March to 10 March"
_REPLACED = (
    r"\b(?:moved|moves|slip(?:s|ped|ping)?|postpon\w+|reschedul\w+|shifted|delayed|changed|extended|adjourned|put\s+back|pushed\s+back|brought\s+forward)\b[^.;:]{0,80}?"
    r"(?P<old>\bfrom:?\s+(?:(?!\bto\b)[^.;:]){0,80}?(?:[0-9]|<<M>>)(?:(?!\bto\b)(?:[^.;:]|(?<=[0-9])[.:](?=[0-9]))){0,120})\bto\b:?"
)
_FORMER = (
    r"\b(?:(?:originally|initially)\s+(?:was|were|been)|(?:was|were|been)\s+(?:originally|initially))\s[^.,;:0-9]{0,60}?\b(?:on|in|for)\s+(?:the\s+)?(?=[0-9]|<<M>>)|"
    r"\b(?:originally|previously|initially|formerly|earlier|first)\s+(?:(?:scheduled|planned|set|due|expected|slated|announced|promised)\s+(?:to\s+(?:\w+\s+){1,4}?(?:on|in)\b|(?:for|on|in|until|till)?)|until|till)\s*(?:the\s+)?"
    r"|[(\[]\s*(?i:was|were|formerly|previously|originally|initially|old)\s*(?::|(?:on|set\s+for|due\s+on|planned\s+for)\b)?\s*(?:the\s+)?(?=[0-9]|(?:early|mid|late|spring|summer|autumn|fall|winter|Q[1-4])\b|<<M>>)"
    r"|\b(?:instead\s+of|rather\s+than|[Nn]ot)\s+(?!before\b|until\b)(?:on\s+|in\s+)?(?:the\s+)?"
    r"|\A(?:(?!\b(?:sa(?:id|ys?)|announc\w+|confirm\w+|report\w+|told|that)\b)[^;])*?\bhad\s+been\s+(?:due|set|scheduled|planned|expected|slated|supposed|meant)\s+"
    r"(?:to\s+\w+\s+(?:\w+\s+)?)?(?:on|for|in)\s+(?:the\s+)?"
    r"|\b(?:(?:\w+ed|set|due)\s+for|(?:set|scheduled|planned|due|slated)\s+on|(?:due|was|were)\s+to\s+(?:\w+\s+){1,3}(?:on|in)|of)\s+(?:the\s+)?(?=[^;]{0,40}?\b(?:(?:was|were|is|are|been|be)\s+(?:extended\b|(?:moved|postponed|rescheduled"
    r"|delayed|adjourned|put\s+back|pushed\s+back|brought\s+forward|continued(?=\s+to))(?!\s+(?:from|until)))|will\s+now)\b)"
    r"|\b[Tt]he\s+(?=[0-9]{1,2}\s+<<M>>\s+(?:\w+\s+){1,2}(?:was|were|is|has\s+been)\s+(?:extended|moved|postponed|rescheduled|delayed|put\s+back|pushed\s+back|brought\s+forward)\b)"
    r"|\b(?:was|were)\s+to\s+(?:\w+\s+){1,3}(?:on|in)\s+(?:the\s+)?(?=[^;]{0,30}?\sbut\b)"
    # and not "on 4 July is moved to the town hall"
    rf"|\b[Oo]n\s+(?:the\s+)?(?=[^;]{{0,40}}?\b(?:is|are|was|were|be|been|being)\s+(?:moved|shifted|pushed\s+back|brought\s+forward)\s+to\s+(?:the\s+|{_WEEKDAY}\s+)?(?:[0-9]|<<M>>))"
    r"|\b(?:earlier|previously)\s+(?:reported|announced|said|thought|hoped)\b[^.;:0-9]{0,60}?\b(?:on|in|for)\s+(?:the\s+)?(?=[0-9]|<<M>>)"
    r"|\b(?:[Mm]oved|[Pp]ostponed|[Rr]escheduled|extended|delayed|pushed\s+back|brought\s+forward)\b(?:[^.;:()]{0,40}?[0-9][^.;:()]{0,12}?|\s+)\bfrom\s+(?:the\s+)?"
    r"|\bslip(?:ped|ping|s)?\b[^.;:()0-9]{0,30}?\bfrom\s+"
)
_PUT_OFF = r"(?<!not )(?<!not be )\b(?:postpon(?:ed?|es|ing)|reschedul(?:ed?|es|ing)|(?:put|push(?:ed|ing)?)\s+(?:off|back)|adjourn(?:ed|s|ing)?|(?<=been )vacated)\b(?!\s+from\b)"

_AHEAD = (
    r"\b(?:(?:will|shall|would|could|might|(?-i:may)|must(?!\s+have\b)|to)(?:\s+(?:not|also|now|\w+ly))?\s+be(?:\s+\w+ly)?\s+\w+"
    r"|to\s+(?:begin|start|open|close|end|last|resume|return)|will|shall|would|could(?!\s+not)|might|(?-i:may)|must(?!\s+have\b)|(?:is|are) to(?:\s+be\s+\w+)?|scheduled|planned|plans?|upcoming|next|coming|expected|due|set for"
    r"|slated|going to|hopes?|begins?|starts?|opens?|closes|ends?(?=\s+(?:on|in|at)\b)|runs?\s+(?:from|until|till|to|on)|lasts\s+(?:from|until|till)|expires?|takes? place|forthcoming|ahead|deadline"
    r"|(?:is|are)\s+on(?=\s+(?:the\s+)?(?:\w+day,?\s+)?(?:[0-9]|<<M>>))|resumes?|returns?|goe?s? on sale|falls? on|announced for|postponed|rescheduled"
    r"|adjourned|(?:moved|shifted|delayed|extended|put\s+(?:back|off)|pushed\s+back|brought\s+forward)\s+(?:to|until|till)"
    r"(?=(?:\s+(?!on\b|in\b)\w+[.,]?){0,2}\s+[0-9]))\b"
)
_PAST = (
    r"\b(?:was|were|had|did|held|took|met|happened|ended|began|started|opened|adopted|signed|founded|visited|attended|died|announced|expired"
    r"|last(?!\s+(?:day|date|chance|call|admission|entry|performance|lesson|lecture|class|order|payment)(?:e?s)?\b|[^,.;]*:|\s+\w+day\s+(?:in|of)\b)"
    r"|(?:said|wrote)(?=\s+on\b)|missed\s+(?:\w+\s+){1,3}deadline|passed|introduced|elected|won|went|came)\b"
)
_CALLED_OFF = (
    r"\b(?:is|was|are|were|been|be|being)\s+(?:cancell?ed|called\s+off|scrapped)\b"
    r"|\b(?:has|have|had)\s+(?:cancell?ed|called\s+off|scrapped)\b|\b(?:decision|decided|forced|had)\s+to\s+(?:cancel|call\s+off)\b"
    r"|\bcancels\b|\A\W*(?:CANCELL?ED|[Cc]ancell?ed)\s*[:!–—-]|[(\[:–—-]\s*(?:CANCELL?ED|[Cc]ancell?ed)\s*(?:[)\].!]|\Z)"
    # and not "on 3 June", "before May", "in Kiel", "but on 5 June": there or then it does
    r"|\b(?:(?:(?:will|does|did)\s+(?:not|no\s+longer)|(?:won|doesn|didn)['’]t)\s+(?:take\s+place|be\s+held|go\s+ahead)"
    r"|(?:(?:is|are)\s+(?:not|no\s+longer)|(?:isn|aren)['’]t)\s+(?:taking\s+place|being\s+held|going\s+ahead|happening))"
    r"(?=\s*(?:[.,;:!)]|$|this\s+year|after\s+all|because|due\s+to|owing\s+to))"
)

ENGLISH = Language(
    tag="en",
    patterns=compile_patterns(_PAIRS, _NAMES),
    tense=compile_tense(
        off=rf"{_CALLED_OFF}|\b(?:was|were)\s+to\s+\w+",
        was_ahead=r"\b(?:was|were|had\s+been)\s+(?:expected|due|supposed|meant)\b",
        ahead=fill_names(_AHEAD, _NAMES),
        past=_PAST,
        told=r"(?<!be )(?<!is )(?<!are )\b\w+ed\s+on\b",
    ),
    sentence_end=re.compile(fill_names(r"(?<=[.!?])[\"”’)]*(?=\s+[\"“‘(]?[A-ZА-Я0-9])(?!(?:(?<=[^0-9][0-9]\.)|(?<=[^0-9][1-3][0-9]\.))\s<<M>>)(?<!\b[A-Z]\.)(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bSt\.)(?<!\bNo\.)"
               r"(?<!\b(?i:Mon)\.)(?<!\b(?i:Tue)\.)(?<!\b(?i:Tues)\.)(?<!\b(?i:Wed)\.)(?<!\b(?i:Thu)\.)(?<!\b(?i:Thur)\.)(?<!\b(?i:Thurs)\.)(?<!\b(?i:Fri)\.)(?<!\b(?:Sat|SAT|Sun|SUN)\.)"
               r"(?<!\b(?i:Jan)\.)(?<!\b(?i:Feb)\.)(?<!\b(?i:Mar)\.)(?<!\b(?i:Apr)\.)(?<!\b(?i:Jun)\.)(?<!\b(?i:Jul)\.)(?<!\b(?i:Aug)\.)(?<!\b(?i:Sep)\.)(?<!\b(?i:Sept)\.)(?<!\b(?i:Oct)\.)(?<!\b(?i:Nov)\.)(?<!\b(?i:Dec)\.)(?<!a\.m\.)(?<!p\.m\.)", _NAMES)),
    limits=compile_limits(_LIMITS),
    replaced=re.compile(fill_names(_REPLACED, _NAMES)),
    former=re.compile(fill_names(_FORMER, _NAMES)),
    put_off=re.compile(_PUT_OFF, re.IGNORECASE),
    called_off=re.compile(_CALLED_OFF),
    new_date=re.compile(
        rf"{_PUT_OFF}(?:(?!{_PUT_OFF}|\b(?:scheduled|planned|set|due|slated|from|originally|meant)\b)[^;])*?\b(?:to|until|till|for|by)\s+(?:the\s+)?[^;0-9]{{0,20}}$", re.IGNORECASE
    ),
)  # fmt: skip
