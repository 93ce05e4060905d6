"""The text of a `repeat` or an `rrule` becomes a Rule that makes its first date, or an error that names the right form."""

from __future__ import annotations

import calendar
import difflib
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..errors import GrammarError
from ..when import AllDay, Timed, When, quoted
from ..when import parse as parse_when
from .expand import WEEKDAYS, first_made
from .rule import Rule, first_of, joined, last_day

FORMS = (
    "every week on Tue, Thu; every 2 weeks; every month on the last Fri; every year; "
    "and at the end until 2022-06-30 or 10 times"
)
MOST_TIMES, LONGEST_STEP = 1000, 999

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS = {name.lower(): short for name, short in zip(calendar.day_name, _DAYS, strict=True)}
_LONG_DAYS |= {short.lower(): short for short in _DAYS}
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_FREQ = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_EVERY = re.compile(
    r"every (?:([0-9]{1,6}) )?(day|week|month|year)s?(?: on (?P<on>.+?))?"
    r"(?: until (?P<until>[0-9?/-]+)| (?P<times>[0-9]{1,6}) times?)?"
)
_PLACED = re.compile(r"the (first|second|third|fourth|fifth|last) ([a-z]+)")


@lru_cache(maxsize=4096)
def parse(text: str, when: When) -> Rule:
    """The rule of a `repeat`, counted from *when*; case and spacing do not count.

    Form: `every [N] day|week|month|year [on Tue, Thu | on the last Fri] [until 2022-06-30 | N times]`. Days of the week
    go with weeks; `the first` .. `the fifth` or `the last` one with months, and with years, where it is that of the
    first date's month. *until* is inclusive. Every year from 29 February is the last day of February.

    Raises GrammarError, quoting the text, for another form, for a date that is not known, and when the first date is
    not one that the rule makes.
    """
    plain = " ".join(text.lower().split())
    found = _EVERY.fullmatch(plain)
    _known(text, when)
    first = first_of(when)
    try:
        if found is None:
            raise ValueError(_explain(plain, when))
        number, unit, on, until, times = found.groups()
        step = _counted(number, LONGEST_STEP, "the step of a rule") if number else 1
        named = {"FREQ": _FREQ[unit]} | ({"INTERVAL": str(step)} if step > 1 else {})
        chosen, said = _on(on, unit, first)
        named |= chosen
        words = f"every {step} {unit}s" if step > 1 else f"every {unit}"
        words += f" on {said}" if said else ""
        if times:
            count = _counted(times, MOST_TIMES, "a rule")
            named["COUNT"] = str(count)
            words += f" {count} times"
        last = _until(until, first) if until else None
        words += f" until {last}" if last else ""
        rule = Rule(joined(named), words, until=last)
        _check_first(rule, first)
    except ValueError as wrong:
        raise GrammarError(f"{quoted(text.strip())}: {wrong}") from None
    return rule


@lru_cache(maxsize=4096)
def parse_rrule(text: str, when: When) -> Rule:
    """The rule of a raw `rrule`: the part of RFC 5545 3.3.10 that calendar apps agree on, one start a day.

    UNTIL is a date, or for an event with an hour an instant in UTC; it is kept apart, in the event's own wall clock.

    Raises GrammarError as `parse` does.
    """
    _known(text, when)
    first = first_of(when)
    try:
        named = _named(text.strip().upper())
        _check_parts(named)
        _check_together(named)
        last = _raw_until(named.pop("UNTIL"), when) if "UNTIL" in named else None
        if named.get("INTERVAL") == "1":
            del named["INTERVAL"]
        rule = Rule(joined({"FREQ": named.pop("FREQ")} | named), text.strip(), raw=True, until=last)
        _check_first(rule, first)
    except ValueError as wrong:
        raise GrammarError(f"{quoted(text.strip())}: {wrong}") from None
    return rule


def _known(text: str, when: When) -> None:
    if not when.known:
        raise GrammarError(
            f"{quoted(text.strip())}: only a known day repeats, and `when` is {when}; leave the rule out"
        )


def _counted(number: str, most: int, what: str) -> int:
    if not 1 <= int(number) <= most:
        raise ValueError(f"{what} goes from 1 to {most}")
    return int(number)


def _on(on: str | None, unit: str, first: date) -> tuple[dict[str, str], str]:
    """The RRULE parts and the canonical words of what stands after `on`."""
    if on is None:
        leap = unit == "year" and (first.month, first.day) == (2, 29)
        # Readers differ on years without a 29 February; the last day of February they all know.
        return ({"BYMONTH": "2", "BYMONTHDAY": "-1"} if leap else {}), ""
    if placed := _PLACED.fullmatch(on):
        place, day = placed[1], _weekday(placed[2])
        if unit not in ("month", "year"):
            raise ValueError(f"the {place} {day} goes with months; write every month on the {place} {day}")
        month = {"BYMONTH": str(first.month)} if unit == "year" else {}
        return month | {"BYDAY": f"{_PLACES[place]}{_iso(day)}"}, f"the {place} {day}"
    if re.fullmatch(r"the \w+ \w+", on):
        raise ValueError(f"{quoted(on)}: the places are {', '.join(_PLACES)}; write on the last Fri")
    if re.search(r"[0-9]", on):
        raise ValueError(f"the day of the month is that of `when`; write every {unit}, and begin {on}")
    chosen = [_weekday(each) for each in re.split(r", ?| and ", on)]
    if unit != "week":
        named = chosen[0]
        raise ValueError(
            f"days of the week go with weeks; write every week on {', '.join(chosen)}, or every month on the first {named}"
        )
    if len(set(chosen)) < len(chosen):
        raise ValueError("a day is named twice; name each once")
    chosen.sort(key=_DAYS.index)
    return {"BYDAY": ",".join(map(_iso, chosen))}, ", ".join(chosen)


def _weekday(word: str) -> str:
    if word in _LONG_DAYS:
        return _LONG_DAYS[word]
    near = difflib.get_close_matches(word, _LONG_DAYS, 1)
    raise ValueError(
        f"{quoted(word)} is no day of the week; "
        + (f"did you mean {_LONG_DAYS[near[0]]}?" if near else f"write {', '.join(_DAYS)}")
    )


def _iso(day: str) -> str:
    return WEEKDAYS[_DAYS.index(day)]


def _until(text: str, first: date | datetime) -> date:
    try:
        span = parse_when(text, ZoneInfo("UTC")).span
    except GrammarError as wrong:
        raise ValueError(f"until {wrong}") from None
    if not isinstance(span, AllDay) or span.first != span.last or text.endswith("?"):
        raise ValueError("until takes one day, itself included: until 2022-06-30")
    if span.last < date(first.year, first.month, first.day):
        raise ValueError("the rule ends before its first date; write a later until")
    return span.last


def _check_first(rule: Rule, first: date | datetime) -> None:
    """A first date outside its own rule is counted by some calendar apps and not by others."""
    day = date(first.year, first.month, first.day)
    last = last_day(rule, first)
    if last and last < day:
        raise ValueError("the rule ends before its first date; write a later UNTIL")
    made = first_made(rule, first)
    if made == day:
        return
    where = f"; the next one that it makes is {made} ({_DAYS[made.weekday()]})" if made else ""
    raise ValueError(
        f"{day} ({_DAYS[day.weekday()]}) is not a date that the rule makes{where}: change `when` or the rule"
    )


_SAYINGS: tuple[tuple[str, str], ...] = (
    (r"\b1st\b", "first"),
    (r"\b2nd\b", "second"),
    (r"\b3rd\b", "third"),
    (r"\b4th\b", "fourth"),
    (r"\b5th\b", "fifth"),
    (r"^(daily|each day)\b", "every day"),
    (r"^weekly\b", "every week"),
    (r"^(bi-?weekly|fortnightly|every fortnight)\b", "every 2 weeks"),
    (r"^monthly\b", "every month"),
    (r"^(quarterly|every quarter)\b", "every 3 months"),
    (r"^(yearly|annually|annual)\b", "every year"),
    (r"^each\b", "every"),
    (r"^every weekday\b", "every week on mon, tue, wed, thu, fri"),
    (r"^every other\b", "every 2"),
    (r"^every (mon|tue|wed|thu|fri|sat|sun)([a-z]*)s?\b", r"every week on \1\2"),
    (
        r"^every (the )?(first|second|third|fourth|fifth|last) ([a-z]+)( of (the|every|each) month)?",
        r"every month on the \2 \3",
    ),
    (r"\bon (first|second|third|fourth|fifth|last)\b", r"on the \1"),
    (r"\b(till|through|ending)\b", "until"),
    (r"\bfor ([0-9]+ times)", r"\1"),
    (r"\bonce\b", "1 time"),
    (r"\btwice\b", "2 times"),
    (r"^(the (first|second|third|fourth|fifth|last) )", r"every month on \1"),
)


def _explain(plain: str, when: When) -> str:
    """What to write in place of *plain*, which is not of the form."""
    if not plain:
        return f"a rule is missing; write {FORMS}"
    if "freq=" in plain:
        return "this is an RRULE; write it under `rrule`"
    if re.search(r"\b(hour|minute|second)s?\b|\bhourly\b", plain):
        return "a rule makes one start a day at most; write an event for each hour"
    mended = plain
    for pattern, said in _SAYINGS:
        mended = re.sub(pattern, said, mended)
    words = [difflib.get_close_matches(each, _VOCABULARY, 1, 0.75) or [each] for each in mended.split()]
    for candidate in (mended, " ".join(each[0] for each in words)):
        if candidate != plain and _EVERY.fullmatch(candidate):
            try:
                return f"did you mean {parse(candidate, when).text}?"
            except GrammarError as wrong:
                return f"did you mean {candidate}? But {str(wrong).partition(': ')[2]}"
    return f"not a rule; write {FORMS}"


_VOCABULARY = ("every", "day", "days", "week", "weeks", "month", "months", "year", "years", "until", "times", *_PLACES)


# What each part of an RRULE may hold: one value, and whether several with commas.
_ONE = {"FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY", "INTERVAL": r"[1-9][0-9]{0,2}", "COUNT": r"[1-9][0-9]{0,2}|1000"}
_ONE |= {"UNTIL": r"[0-9]{8}(?:T[0-9]{6}Z?)?", "WKST": "|".join(WEEKDAYS)}
_MANY = {"BYMONTH": r"[1-9]|1[0-2]", "BYMONTHDAY": r"[+-]?(?:[1-9]|[12][0-9]|3[01])"}
_MANY |= {"BYDAY": rf"(?:[+-]?[1-9][0-9]?)?(?:{'|'.join(WEEKDAYS)})", "BYWEEKNO": r"[+-]?(?:[1-9]|[1-4][0-9]|5[0-3])"}
_MANY |= dict.fromkeys(("BYYEARDAY", "BYSETPOS"), r"[+-]?(?:[1-9]|[1-9][0-9]|[12][0-9]{2}|3[0-5][0-9]|36[0-6])")


def _named(text: str) -> dict[str, str]:
    """The parts of a raw RRULE by name, in the order given."""
    if text.startswith("RRULE"):
        raise ValueError("leave out RRULE and its colon; begin with FREQ=")
    named: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise ValueError(f"{quoted(part)} is no part of an RRULE; write parts as FREQ=MONTHLY;BYDAY=-1FR")
        if name in named:
            raise ValueError(f"{name} is given twice; give it once")
        named[name] = value
    if "FREQ" not in named:
        raise ValueError("FREQ is missing; begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")
    return named


def _check_parts(named: dict[str, str]) -> None:
    for name, value in named.items():
        if name in ("RSCALE", "SKIP"):
            raise ValueError(f"{name} (RFC 7529) is unknown to most calendar apps; leave it out")
        if name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            raise ValueError(f"{name}: a rule makes one start a day, at the hour of `when`; leave it out")
        if name == "FREQ" and value in ("HOURLY", "MINUTELY", "SECONDLY"):
            raise ValueError(
                f"FREQ={value}: a rule makes one start a day at most; write DAILY, WEEKLY, MONTHLY or YEARLY"
            )
        if name not in _ONE and name not in _MANY:
            near = difflib.get_close_matches(name, [*_ONE, *_MANY], 1)
            raise ValueError(
                f"{quoted(name)} is no part of an RRULE; " + (f"did you mean {near[0]}?" if near else "leave it out")
            )
        if name == "COUNT" and value.isdigit() and int(value) > MOST_TIMES:
            raise ValueError(f"a rule counts to {MOST_TIMES} at most; write UNTIL")
        each = _ONE.get(name) or rf"(?:{_MANY[name]})(?:,(?:{_MANY[name]}))*"
        if not re.fullmatch(each, value):
            raise ValueError(f"{name} cannot be {quoted(value)} (RFC 5545 3.3.10)")


def _check_together(named: dict[str, str]) -> None:
    """What RFC 5545 3.3.10 forbids together, and what readers understand differently."""
    freq, given = named["FREQ"], named.keys()
    numbered = bool(re.search(r"[0-9]", named.get("BYDAY", "")))
    rules: tuple[tuple[Callable[[], bool], str], ...] = (
        (lambda: {"UNTIL", "COUNT"} <= given, "UNTIL and COUNT exclude each other; keep one"),
        (lambda: "BYWEEKNO" in given and freq != "YEARLY", "BYWEEKNO goes with FREQ=YEARLY only"),
        (
            lambda: "BYWEEKNO" in given and "BYDAY" not in given,
            "BYWEEKNO needs BYDAY: apps differ on which day is meant",
        ),
        (lambda: "BYYEARDAY" in given and freq != "YEARLY", "BYYEARDAY goes with FREQ=YEARLY only"),
        (lambda: "BYMONTHDAY" in given and freq == "WEEKLY", "BYMONTHDAY does not go with FREQ=WEEKLY; write MONTHLY"),
        (lambda: "BYMONTHDAY" in given and freq == "DAILY", "for BYMONTHDAY write FREQ=MONTHLY"),
        (lambda: numbered and freq not in ("MONTHLY", "YEARLY"), "a numbered BYDAY goes with FREQ=MONTHLY or YEARLY"),
        (lambda: numbered and "BYWEEKNO" in given, "a numbered BYDAY does not go with BYWEEKNO"),
        (lambda: "BYSETPOS" in given and freq == "DAILY", "BYSETPOS does not go with FREQ=DAILY"),
        (
            lambda: "BYSETPOS" in given and not given & {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"},
            "BYSETPOS needs another BY part to choose from",
        ),
    )
    for broken, why in rules:
        if broken():
            raise ValueError(why)


def _raw_until(value: str, when: When) -> date | datetime:
    """UNTIL as the event's own wall clock has it."""
    try:
        last = datetime.strptime(value[:15], "%Y%m%dT%H%M%S") if "T" in value else None
        day = date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        raise ValueError(f"UNTIL={value}: there is no such time") from None
    if last is None:
        return day
    if not isinstance(when.span, Timed):
        raise ValueError(f"for whole days UNTIL is a day: UNTIL={value[:8]}")
    if not value.endswith("Z"):
        raise ValueError(
            f"UNTIL={value} needs UTC, with Z at its end (RFC 5545 3.3.10), or the day alone: UNTIL={value[:8]}"
        )
    return last.replace(tzinfo=UTC).astimezone(when.span.zone).replace(tzinfo=None, fold=0)
