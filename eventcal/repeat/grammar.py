"""The text of a `repeat` or an `rrule` becomes a Rule that makes its first date, or an error that names the right form."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, wraps
from zoneinfo import ZoneInfo

from ..errors import GrammarError
from ..when import AllDay, Period, Timed, When, day_of, quote_input
from ..when import parse as parse_when
from ..when.english_words import ENGLISH_WEEKDAYS, ORDINALS
from .expand import first_start_day
from .movable import WEEKDAY_NAMES, WEEKDAYS, calendar_of, parse_month_day, parse_movable, parse_shift
from .other_calendars import LAST_KNOWN_DAYS
from .rule import RecurrenceRule, join_rrule, local_dtstart, split_rrule, until_day
from .rule_advice import correct_spelling, says_an_hour, suggest_rules

RULE_FORMS = (
    "every week on Tue, Thu; every 2 weeks; every month on the last Fri; every year; "
    "and at the end until 2022-06-30 or 10 times"
)
MAX_COUNT, MAX_INTERVAL = 1000, 999
_UNTIL_ADVICE = "until takes one day, itself included: until 2022-06-30"
_RAW_PREFIX = "rrule: "

_WEEKDAY_BY_NAME = {form.lower(): name[:3] for name in ENGLISH_WEEKDAYS for form in (name, name[:3])}
_FREQ_BY_UNIT = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_RULE_PATTERN = re.compile(
    r"every (?:([0-9]{1,6}) )?(day|week|month|year)s?(?: (?P<on>(?:on |[0-9]{1,4} days? (?:before|after) ).+?))?(?:,? (?P<shift>if .+?))?"
    r"(?: until (?P<until>.+)| (?P<times>[0-9]{1,6}) times?)?"
)
_NTH_WEEKDAY_PATTERN = re.compile(r"the (first|second|third|fourth|fifth|last) ([a-z]+)")


def _cached_by_zone(parse: Callable[[str, When], RecurrenceRule]) -> Callable[[str, When], RecurrenceRule]:
    """Caches the rules that *parse* returns by zone, too: moments that are equal may be of two days."""

    @lru_cache(maxsize=4096)
    def parse_in_zone(text: str, when: When, zone: tuple[str, bool] | None) -> RecurrenceRule:
        return parse(text, when)

    @wraps(parse)
    def find(text: str, when: When) -> RecurrenceRule:
        span = when.span
        return parse_in_zone(text, when, (span.zone.key, span.is_floating) if isinstance(span, Timed) else None)

    return find


@_cached_by_zone
def parse(text: str, when: When) -> RecurrenceRule:
    """Parses a `repeat` that starts at *when*; case and spacing do not matter.

    Form: `every [N] day|week|month|year [on Tue, Thu | on the last Fri] [until 2022-06-30 | N times]`. Days of the week
    go with weeks; `the first` .. `the fifth` or `the last` one, also `working day`, with months, and with years, where
    it is that of the first date's month. Years also take Easter, a day of another calendar and the weekday nearest a
    date (see `movable`), months and years `if Sat, Sun then next Mon`. `until` is inclusive. Every year from 29 February
    is the last day of February.

    Raises GrammarError, quoting the text, for another form, for a date that is not known, and when the first date is
    not one that the rule makes.
    """
    normalized = " ".join(text.lower().split())
    _require_known_day(text, when)
    try:
        return _parse_normalized(normalized, local_dtstart(when))
    except ValueError as error:
        raise GrammarError(f"{quote_input(text.strip())}: {_advice(normalized, when, str(error))}") from None


def _parse_normalized(text: str, first: date | datetime) -> RecurrenceRule:
    """Parses a rule in small letters with single spaces. Raises ValueError with the reason, "" for another form."""
    match = _RULE_PATTERN.fullmatch(text)
    if match is None:
        raise ValueError
    number, unit, on_clause, shift_clause, until, times = match.groups()
    interval = _parse_count(number, MAX_INTERVAL, "the step of a rule") if number else 1
    parts = {"FREQ": _FREQ_BY_UNIT[unit]} | ({"INTERVAL": str(interval)} if interval > 1 else {})
    by_parts, on_text = _parse_clauses(on_clause, shift_clause, unit, first)
    parts |= by_parts
    canonical = f"every {interval} {unit}s" if interval > 1 else f"every {unit}"
    canonical += f" {on_text}" if on_text else ""
    if times:
        count = _parse_count(times, MAX_COUNT, "a rule")
        parts["COUNT"] = str(count)
        canonical += f" {count} times"
    last = _parse_until(until) if until else None
    canonical += f" until {last}" if last else ""
    rule = RecurrenceRule(join_rrule(parts), canonical, until=last)
    _check_first_date(rule, first)
    return rule


@_cached_by_zone
def parse_rrule(text: str, when: When) -> RecurrenceRule:
    """Returns the rule of a raw `rrule`: the part of RFC 5545 3.3.10 that calendar apps agree on, one start a day.

    UNTIL is a date, or for an event with an hour an instant in UTC; it is kept apart, in the event's own wall clock.

    Raises GrammarError as `parse` does.
    """
    _require_known_day(text, when)
    first = local_dtstart(when)
    try:
        parts = _parse_parts(text.strip().upper())
        _check_parts(parts)
        _check_combinations(parts)
        last = _parse_raw_until(parts.pop("UNTIL"), when) if "UNTIL" in parts else None
        if parts.get("INTERVAL") == "1":
            del parts["INTERVAL"]
        rule = RecurrenceRule(join_rrule({"FREQ": parts.pop("FREQ")} | parts), text.strip(), raw=True, until=last)
        _check_first_date(rule, first)
    except ValueError as error:
        raise GrammarError(f"{quote_input(text.strip())}: {error}") from None
    return rule


def parse_either(text: str, when: When) -> RecurrenceRule:
    """Returns the rule of *text*, in words or as an RRULE, as a state keeps it. Raises GrammarError as `parse` does."""
    return parse_rrule(text, when) if "FREQ=" in text.upper() else parse(text, when)


def _require_known_day(text: str, when: When) -> None:
    if not when.is_day_known:
        raise GrammarError(
            f"{quote_input(text.strip())}: only a known day repeats, and `when` is {when}; leave the rule out"
        )


def _parse_count(number: str, maximum: int, subject: str) -> int:
    if not 1 <= int(number) <= maximum:
        raise ValueError(f"{subject} goes from 1 to {maximum}")
    return int(number)


def _parse_clauses(
    on_clause: str | None, shift_clause: str | None, unit: str, first: date
) -> tuple[dict[str, str], str]:
    """Returns the parts and the canonical words between the period and the end: `on ...` and `if ...`."""
    if movable := parse_movable((on_clause or "").removeprefix("on ")):
        if unit != "year" or shift_clause:
            raise ValueError(f"that is one day a year, without a substitute; write every year {movable[1]}")
        return movable
    if shift_clause is None:
        parts, text = _parse_on(on_clause and on_clause.removeprefix("on "), unit, first)
        return parts, f"on {text}" if text else ""
    parts, text = _parse_fixed_day(on_clause, unit, first)
    shift, shift_text = parse_shift(shift_clause)
    return parts | {"X-SHIFT": shift}, f"{text} {shift_text}".strip()


def _parse_fixed_day(on_clause: str | None, unit: str, first: date) -> tuple[dict[str, str], str]:
    """Returns the parts and the words of the day for which another may stand: `on 05-24` of years, `on day 15` of months."""
    if unit == "year":
        month, day = parse_month_day(on_clause.removeprefix("on ")) if on_clause else (first.month, first.day)
        text = f"on {month:02}-{day:02}" if on_clause else ""
        return {"BYMONTH": str(month), "BYMONTHDAY": "-1" if (month, day) == (2, 29) else str(day)}, text
    match = re.fullmatch(r"on day ([1-9]|[12][0-9]|3[01])", on_clause or f"on day {first.day}")
    if unit != "month" or match is None:
        raise ValueError(
            "another day stands for a day of the month or year; write every month on day 15 if Sat, Sun then next Mon"
        )
    return {"BYMONTHDAY": match[1]}, on_clause or ""


def _parse_on(on_clause: str | None, unit: str, first: date) -> tuple[dict[str, str], str]:
    """Returns the RRULE parts and the canonical words of what stands after `on`."""
    if on_clause is None:
        is_leap_day = unit == "year" and (first.month, first.day) == (2, 29)
        # Readers differ on years without a 29 February; the last day of February they all know.
        return ({"BYMONTH": "2", "BYMONTHDAY": "-1"} if is_leap_day else {}), ""
    if match := re.fullmatch(r"the (first|last) (?:working|business) day", on_clause):
        if unit not in ("month", "year"):
            raise ValueError(
                f"the {match[1]} working day goes with months; write every month on the {match[1]} working day"
            )
        month = {"BYMONTH": str(first.month)} if unit == "year" else {}
        position = str(ORDINALS[match[1]])
        return month | {"BYDAY": "MO,TU,WE,TH,FR", "BYSETPOS": position}, f"the {match[1]} working day"
    if match := _NTH_WEEKDAY_PATTERN.fullmatch(on_clause):
        position, day = match[1], _parse_weekday(match[2])
        if unit not in ("month", "year"):
            raise ValueError(f"the {position} {day} goes with months; write every month on the {position} {day}")
        month = {"BYMONTH": str(first.month)} if unit == "year" else {}
        return month | {"BYDAY": f"{ORDINALS[position]}{_rrule_weekday(day)}"}, f"the {position} {day}"
    if re.fullmatch(r"the \w+ \w+", on_clause):
        raise ValueError(f"{quote_input(on_clause)}: the places are {', '.join(ORDINALS)}; write on the last Fri")
    if re.search(r"[0-9]", on_clause):
        raise ValueError(f"the day of the month is that of `when`; write every {unit}, and begin {on_clause}")
    weekdays = [_parse_weekday(word) for word in re.split(r", ?| and ", on_clause)]
    if unit != "week":
        first_weekday = weekdays[0]
        raise ValueError(
            f"days of the week go with weeks; write every week on {', '.join(weekdays)}, or every month on the first {first_weekday}"
        )
    if len(set(weekdays)) < len(weekdays):
        raise ValueError("a day is named twice; name each once")
    weekdays.sort(key=WEEKDAY_NAMES.index)
    return {"BYDAY": ",".join(map(_rrule_weekday, weekdays))}, ", ".join(weekdays)


def _parse_weekday(word: str) -> str:
    if word in _WEEKDAY_BY_NAME:
        return _WEEKDAY_BY_NAME[word]
    matches = difflib.get_close_matches(word, _WEEKDAY_BY_NAME, 1)
    raise ValueError(
        f"{quote_input(word)} is not a weekday; "
        + (f"did you mean {_WEEKDAY_BY_NAME[matches[0]]}?" if matches else f"write {', '.join(WEEKDAY_NAMES)}")
    )


def _rrule_weekday(day: str) -> str:
    return WEEKDAYS[WEEKDAY_NAMES.index(day)]


def _parse_until(text: str) -> date:
    try:
        span = parse_when(re.sub(r"^(?:the )?end of ", "", text), ZoneInfo("UTC")).span
    except GrammarError as error:
        if month_or_year := re.search(r": write ([0-9]{4}(?:-[0-9]{2})?)$", str(error)):
            return _parse_until(month_or_year[1])
        reason = f"until {error}" if text[0].isdigit() else _UNTIL_ADVICE
        raise ValueError(reason) from None
    if isinstance(span, Period):
        raise ValueError(f"until takes one day, itself included: until {span.last}")
    if not isinstance(span, AllDay) or span.first != span.last or text.endswith("?"):
        raise ValueError(_UNTIL_ADVICE)
    return span.last


def _check_first_date(rule: RecurrenceRule, first: date | datetime) -> None:
    """Refuses a first date outside its own rule, which some calendar apps count. Raises ValueError."""
    day = day_of(first)
    last = until_day(rule, first)
    if last and last < day:
        raise ValueError(f"the rule ends before its first date; write a later {'UNTIL' if rule.raw else 'until'}")
    first_start = first_start_day(rule, first)
    if first_start == day:
        return
    hint = _hint_for(rule, day, first_start)
    raise ValueError(
        f"{day} ({WEEKDAY_NAMES[day.weekday()]}) is not a date that the rule makes{hint}: change `when` or the rule"
    )


def _hint_for(rule: RecurrenceRule, day: date, first_start: date | None) -> str:
    """Names the date beside *day* that *rule* makes; "" where there is none."""
    other_calendar = calendar_of(split_rrule(rule.rrule))
    if other_calendar in LAST_KNOWN_DAYS and day > LAST_KNOWN_DAYS[other_calendar]:
        return f"; the days of the {other_calendar} calendar are known until {LAST_KNOWN_DAYS[other_calendar]}"
    computed = first_start_day(rule, day - timedelta(days=3)) if rule.is_estimated else None
    if computed and computed < day:
        return f"; it makes {computed} ({WEEKDAY_NAMES[computed.weekday()]}), and a day that was announced instead goes under `exceptions`"
    if first_start is None:
        return ""
    return f"; the next one that it makes is {first_start} ({WEEKDAY_NAMES[first_start.weekday()]})"


def _advice(text: str, when: When, reason: str) -> str:
    """Returns the rules that *text* may mean, or what is wrong with it. *reason* is "" for a text outside the grammar."""
    if not text:
        return f"a rule is missing; write {RULE_FORMS}"
    from ..when.rule_words import span_to_english

    first, english = local_dtstart(when), span_to_english(text)
    forms = suggest_rules(english, day_of(first))
    if isinstance(forms, str):
        return forms
    for candidates in (forms,) if reason else (forms, (correct_spelling(english),)):
        checked = [_check_form(form, when) for form in candidates if form.lower() != text]
        proposals = [shown for shown, fault in checked if fault != ""]
        faults = [fault for _, fault in checked if fault != ""]
        if None in faults:
            hour_remark = " The hour is that of `when`" if says_an_hour(english) else ""
            return f"did you mean {', or '.join(proposals)}?{hour_remark}"
        if faults and faults[0] != reason:
            return f"did you mean {', or '.join(proposals)}? But {faults[0]}"
    return reason or f"not a rule; write {RULE_FORMS}"


def _check_form(form: str, when: When) -> tuple[str, str | None]:
    """Returns *form* as it is to be written, and its fault as the rule of *when*: "" for no rule at all, None for none."""
    try:
        if form.startswith(_RAW_PREFIX):
            return _RAW_PREFIX + parse_rrule(form.removeprefix(_RAW_PREFIX), when).text, None
        return _parse_normalized(form.lower(), local_dtstart(when)).text, None
    except GrammarError as error:
        return form, str(error).partition(": ")[2]
    except ValueError as error:
        return form, str(error)


# What each part of an RRULE may hold: one value, or several with commas.
_SINGLE_VALUE_PATTERNS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9][0-9]{0,2}",
    "COUNT": r"[1-9][0-9]{0,2}|1000",
    "UNTIL": r"[0-9]{8}(?:T[0-9]{6}Z?)?",
    "WKST": "|".join(WEEKDAYS),
}
_COUNT_WITHIN_A_YEAR = r"[+-]?(?:[1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])"
_LIST_VALUE_PATTERNS = {
    "BYMONTH": r"[1-9]|1[0-2]",
    "BYMONTHDAY": r"[+-]?(?:[1-9]|[12][0-9]|3[01])",
    "BYDAY": rf"(?:[+-]?[1-9][0-9]?)?(?:{'|'.join(WEEKDAYS)})",
    "BYWEEKNO": r"[+-]?(?:[1-9]|[1-4][0-9]|5[0-3])",
    "BYYEARDAY": _COUNT_WITHIN_A_YEAR,
    "BYSETPOS": _COUNT_WITHIN_A_YEAR,
}


def _parse_parts(text: str) -> dict[str, str]:
    """Returns the parts of a raw RRULE by name, in the order given."""
    if text.startswith("RRULE"):
        raise ValueError("leave out RRULE and its colon; begin with FREQ=")
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if part.startswith("EVERY "):
            raise ValueError("these are words; write them under `repeat`")
        if not value:
            raise ValueError(f"{quote_input(part)} is not part of an RRULE; write parts as FREQ=MONTHLY;BYDAY=-1FR")
        if name in parts:
            raise ValueError(f"{name} is given twice; give it once")
        parts[name] = value
    if "FREQ" not in parts:
        raise ValueError("FREQ is missing; begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    return parts


def _check_parts(parts: dict[str, str]) -> None:
    for name, value in parts.items():
        if name in ("RSCALE", "SKIP"):
            raise ValueError(
                f"{name} (RFC 7529) is unknown to most calendar apps; leave it out, "
                "or write the day of another calendar as repeat: every year on 1 Shawwal"
            )
        if name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            raise ValueError(f"{name}: a rule makes one start a day, at the hour of `when`; leave it out")
        if name == "FREQ" and value in ("HOURLY", "MINUTELY", "SECONDLY"):
            raise ValueError(
                f"FREQ={value}: a rule makes one start a day at most; write DAILY, WEEKLY, MONTHLY or YEARLY"
            )
        if name not in _SINGLE_VALUE_PATTERNS and name not in _LIST_VALUE_PATTERNS:
            matches = difflib.get_close_matches(name, [*_SINGLE_VALUE_PATTERNS, *_LIST_VALUE_PATTERNS], 1)
            raise ValueError(
                f"{quote_input(name)} is not part of an RRULE; "
                + (f"did you mean {matches[0]}?" if matches else "leave it out")
            )
        if name == "COUNT" and re.fullmatch("[1-9][0-9]{3,}", value) and value != str(MAX_COUNT):
            raise ValueError(f"a rule counts to {MAX_COUNT} at most; write UNTIL")
        value_pattern = (
            _SINGLE_VALUE_PATTERNS.get(name)
            or rf"(?:{_LIST_VALUE_PATTERNS[name]})(?:,(?:{_LIST_VALUE_PATTERNS[name]}))*"
        )
        if not re.fullmatch(value_pattern, value):
            raise ValueError(f"{name} cannot be {quote_input(value)} (RFC 5545 3.3.10)")


def _check_combinations(parts: dict[str, str]) -> None:
    """Checks combinations that RFC 5545 3.3.10 forbids or that readers interpret differently."""
    freq, names, by_day = parts["FREQ"], parts.keys(), parts.get("BYDAY", "")
    is_numbered = bool(re.search(r"[0-9]", by_day))
    is_over_a_month = re.search(r"[6-9][A-Z]|[0-9]{2}[A-Z]", by_day) and (freq == "MONTHLY" or "BYMONTH" in names)
    is_mixed = is_numbered and re.search(r"(^|,)[A-Z]", by_day)
    has_nothing_to_choose = not names & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"}
    violations: tuple[tuple[object, str], ...] = (
        ({"UNTIL", "COUNT"} <= names, "UNTIL and COUNT exclude each other; keep one"),
        ("BYWEEKNO" in names and freq != "YEARLY", "BYWEEKNO goes with FREQ=YEARLY only"),
        ("BYWEEKNO" in names and not by_day, "BYWEEKNO needs BYDAY: apps differ on which day is meant"),
        ("BYYEARDAY" in names and freq != "YEARLY", "BYYEARDAY goes with FREQ=YEARLY only"),
        ("BYMONTHDAY" in names and freq == "WEEKLY", "BYMONTHDAY does not go with FREQ=WEEKLY; write MONTHLY"),
        ("BYMONTHDAY" in names and freq == "DAILY", "for BYMONTHDAY write FREQ=MONTHLY"),
        (is_numbered and freq not in ("MONTHLY", "YEARLY"), "a numbered BYDAY goes with FREQ=MONTHLY or YEARLY"),
        (is_over_a_month, "no month has a sixth day of the week; number BYDAY from 1 to 5, or from -1 to -5"),
        (is_mixed, "BYDAY numbers all of its days or none: apps differ on a mixture; write two events"),
        (is_numbered and "BYWEEKNO" in names, "a numbered BYDAY does not go with BYWEEKNO"),
        ("BYSETPOS" in names and freq == "DAILY", "BYSETPOS does not go with FREQ=DAILY"),
        ("BYSETPOS" in names and has_nothing_to_choose, "BYSETPOS needs another BY part to choose from"),
    )
    for is_violated, message in violations:
        if is_violated:
            raise ValueError(message)


def _parse_raw_until(value: str, when: When) -> date | datetime:
    """Returns UNTIL as the event's own wall clock has it."""
    try:
        last = datetime.strptime(value[:15], "%Y%m%dT%H%M%S") if "T" in value else None
        day = date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        raise ValueError(f"UNTIL={value}: there is no such time") from None
    if last is None:
        return day
    if not isinstance(when.span, Timed):
        raise ValueError(f"for whole days UNTIL is a day: UNTIL={value[:8]}")
    if when.span.is_floating:
        return last
    if not value.endswith("Z"):
        raise ValueError(
            f"UNTIL={value} needs UTC, with Z at its end (RFC 5545 3.3.10), or the day alone: UNTIL={value[:8]}"
        )
    try:
        return last.replace(tzinfo=UTC).astimezone(when.span.zone).replace(tzinfo=None, fold=0)
    except OverflowError:  # 99991231T235959Z, east of UTC: "for ever"
        return last
