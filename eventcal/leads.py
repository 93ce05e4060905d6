"""Leads: parses "1 week before at 09:00" to a value and resolves it against a date. Knows no event."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from .errors import GrammarError
from .when import Timed, When, local_to_utc, quote_input
from .when.values import add_months

DEFAULT_REMINDER_TIME = time(9)  # when to speak of a date that has no hour of its own
MAX_LEAD = timedelta(days=3660)  # ten years: beyond lies a slip of the finger

LEAD_FORMS = (
    "1 week before at 09:00, 2 hours before, the day before at 18:00, on the day at 08:00, "
    "on change, on day known or on cancel"
)


@dataclass(frozen=True, slots=True)
class WallClock:
    """Days, or calendar months, back on the wall clock, at an hour of the day (None: the event's own, or 09:00).

    Weeks are seven days. No days and no months: on the day itself, which needs an hour.
    """

    days: int = 0
    months: int = 0
    at: time | None = None

    def __post_init__(self) -> None:
        if self.days < 0 or self.months < 0 or (self.days and self.months):
            raise ValueError(f"either days or months, back from the date: {self.days}, {self.months}")
        if not self.days and not self.months and self.at is None:
            raise ValueError("on the day itself needs an hour")
        if self.at is not None and (self.at.second or self.at.microsecond or self.at.tzinfo):
            raise ValueError(f"hours and minutes of a wall clock: {self.at}")


@dataclass(frozen=True, slots=True)
class Elapsed:
    """A stretch of elapsed time before the start, in whole seconds."""

    length: timedelta

    def __post_init__(self) -> None:
        if self.length <= timedelta(0) or self.length.microseconds:
            raise ValueError(f"whole seconds, before the start: {self.length}")


class NoticeKind(StrEnum):
    """A kind of change that is told when it happens, not ahead of it."""

    CHANGE = "on change"
    DAY_KNOWN = "on day known"
    CANCEL = "on cancel"


Lead = WallClock | Elapsed

_UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3600}
_UNIT_DAYS = {"day": 1, "week": 7}
_COUNTED_LEAD_PATTERN = re.compile(
    r"([0-9]{1,18}) (second|minute|hour|day|week|month)s? before(?: at ([0-9]{2}):([0-9]{2}))?"
)
_NAMED_DAY_PATTERN = re.compile(r"(the day before|on the day) at ([0-9]{2}):([0-9]{2})")


@lru_cache(maxsize=4096)
def leads_of(reminders: tuple[Lead | NoticeKind, ...]) -> tuple[Lead, ...]:
    """Returns the leads among *reminders*; the same object for equal ones, since thousands of events have them."""
    return tuple(reminder for reminder in reminders if not isinstance(reminder, NoticeKind))


@lru_cache(maxsize=4096)
def notices_of(reminders: tuple[Lead | NoticeKind, ...]) -> tuple[NoticeKind, ...]:
    """Returns the notices among *reminders*, as `leads_of` does the leads."""
    return tuple(reminder for reminder in reminders if isinstance(reminder, NoticeKind))


@lru_cache(maxsize=4096)
def parse(text: str) -> Lead | NoticeKind:
    """The value of one entry of `reminders`; case and spacing do not count.

    Forms: `N days|weeks|months before [at HH:MM]`, `the day before at HH:MM`, `on the day at HH:MM` (wall clock);
    `N seconds|minutes|hours before` (elapsed); `on change`, `on day known`, `on cancel`.

    Raises GrammarError, quoting the text, with the right form.
    """
    normalized = " ".join(text.lower().split())
    try:
        lead = _parse_normalized(normalized)
    except ValueError as error:
        raise GrammarError(f"{quote_input(text.strip())}: {error}") from None
    if lead is None:
        raise GrammarError(f"{quote_input(text.strip())}: {_explain_invalid_lead(normalized)}")
    return lead


def _parse_normalized(normalized: str) -> Lead | NoticeKind | None:
    """The value; None when the text has another shape; ValueError, for a person, when no lead can be so."""
    if normalized in tuple(NoticeKind):
        return NoticeKind(normalized)
    if match := _NAMED_DAY_PATTERN.fullmatch(normalized):
        return WallClock(days=int(match[1] == "the day before"), at=_parse_time(match[2], match[3]))
    if match := _COUNTED_LEAD_PATTERN.fullmatch(normalized):
        return _lead_before(int(match[1]), match[2], _parse_time(match[3], match[4]) if match[3] else None)
    return None


def _lead_before(count: int, unit: str, at: time | None) -> Lead:
    """N units before."""
    if count == 0:
        raise ValueError("0 days before is not a lead; write `on the day at 09:00`")
    seconds = count * (_UNIT_SECONDS.get(unit) or 86400 * _UNIT_DAYS.get(unit, 31))
    if seconds > MAX_LEAD.total_seconds():
        raise ValueError("a lead may be ten years at most")
    if unit in _UNIT_SECONDS:
        if at is not None:
            raise ValueError(
                f"{unit}s are counted back from the start, so they take no `at`; write {_plural(count, unit)} before"
            )
        return Elapsed(timedelta(seconds=seconds))
    if unit == "month":
        return WallClock(months=count, at=at)
    return WallClock(days=count * _UNIT_DAYS[unit], at=at)


def _parse_time(hour: str, minute: str) -> time:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise ValueError(f"there is no {hour}:{minute}; hours go from 00 to 23, minutes from 00 to 59") from None


def lead_text(lead: Lead | NoticeKind) -> str:
    """Returns the one canonical text of a lead or notice: `parse(lead_text(lead)) == lead`."""
    match lead:
        case NoticeKind():
            return lead.value
        case Elapsed(length):
            seconds = int(length.total_seconds())
            unit = next(
                candidate for candidate in ("hour", "minute", "second") if seconds % _UNIT_SECONDS[candidate] == 0
            )
            return f"{_plural(seconds // _UNIT_SECONDS[unit], unit)} before"
        case WallClock(0, 0, at):
            return f"on the day at {at:%H:%M}"
        case WallClock(1, 0, time() as at):
            return f"the day before at {at:%H:%M}"
        case WallClock(days, months, at):
            count_text = (
                _plural(months, "month")
                if months
                else _plural(days // 7, "week")
                if days % 7 == 0
                else _plural(days, "day")
            )
            return f"{count_text} before" + (f" at {at:%H:%M}" if at else "")


def longest_lead(leads: Iterable[Lead]) -> Lead | None:
    """Returns the lead that comes first before a date without an hour; None of none, or of elapsed time alone."""
    wall_clock = [lead for lead in leads if isinstance(lead, WallClock)]
    return min(
        wall_clock,
        key=lambda lead: (-(lead.months * 31 + lead.days), lead.at or DEFAULT_REMINDER_TIME),
        default=None,
    )


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}" + ("" if count == 1 else "s")


def resolve(lead: Lead, when: When, zone: ZoneInfo) -> datetime | None:
    """The UTC instant at which *lead* speaks of *when*; None for TBD, and for elapsed time where no hour is known.

    Days and months are counted on the wall clock of *zone* from the first possible day, to the date's own hour there
    or 09:00; a month that has no such day gives its last one. A local time that the zone skips has the offset from
    before the gap, a repeated one is its first pass (RFC 5545 3.3.5). Elapsed time is counted in UTC.
    """
    has_time = isinstance(when.span, Timed)
    start = when.starts_at(zone)
    if start is None or (isinstance(lead, Elapsed) and not has_time):
        return None
    if isinstance(lead, Elapsed):
        return (start - lead.length).astimezone(UTC)
    local = (
        start.astimezone(zone) if has_time else datetime.combine(when.first_day or start.date(), DEFAULT_REMINDER_TIME)
    )
    day = add_months(local.date(), -lead.months) - timedelta(days=lead.days)
    return local_to_utc(datetime.combine(day, lead.at or local.time()), zone)


_NUMBER_WORDS = ("a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_UNIT_ABBREVIATIONS = {
    "s": "seconds", "sec": "seconds", "secs": "seconds", "m": "minutes", "min": "minutes", "mins": "minutes",
    "h": "hours", "hr": "hours", "hrs": "hours", "d": "days", "w": "weeks", "wk": "weeks", "mo": "months",
}  # fmt: skip
_GRAMMAR_WORDS = (
    "second", "minute", "hour", "day", "week", "month", "before", "change", "known", "cancel", "the", "on", "at",
)  # fmt: skip
_VOCABULARY = (*_GRAMMAR_WORDS, *(f"{unit}s" for unit in _GRAMMAR_WORDS[:6]))
_SYNONYMS = {
    "ahead": "before", "prior": "before", "earlier": "before", "beforehand": "before", "same": "the", "when": "on",
    "changes": "change", "changed": "change", "cancelled": "cancel", "cancellation": "cancel", "canceled": "cancel",
}  # fmt: skip

_LEAD_LIKE_PATTERN = re.compile(
    r"^[0-9]{1,3} (second|minute|hour|day|week|month)s?\b|\b(before|after)\b"
    r"|^(on )?the day\b|^(on )?(change|day known|cancel)$"
)


def is_lead_like(text: str) -> bool:
    """Whether *text*, right or wrong, is meant as a lead or notice and not as a date: it counts units, or says before."""
    if re.search(r"[0-9]{4}", text):
        return False
    return bool(_LEAD_LIKE_PATTERN.search(_correct_spelling(" ".join(text.lower().split()))))


def _explain_invalid_lead(normalized: str) -> str:
    """Says what to write in place of *normalized*, which is no lead."""
    if not normalized:
        return f"a lead is missing; write {LEAD_FORMS}"
    if re.search(r"\bafter\b", normalized):
        return "nothing is sent after the date; write 1 day before, or on the day at 18:00"
    from .when.plain_words import span_to_english

    corrected = _correct_spelling(span_to_english(normalized))
    forms = ("{}", "{} before", "on {}", "{} at 09:00", "the {}", "1 {}")
    candidates = [form.format(corrected) for form in forms]
    try:
        suggestion = next((lead for candidate in candidates if (lead := _parse_normalized(candidate))), None)
    except ValueError as error:
        return str(error)
    if suggestion:
        return f"did you mean {lead_text(suggestion)}?"
    return f"not a lead; write {LEAD_FORMS}"


def _correct_spelling(normalized: str) -> str:
    """Returns *normalized* with numbers as digits, units in full, hours in two digits, and misspelt words as their nearest."""
    spaced = re.sub(r"(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[0-9])", " ", re.sub(r"[,.]+|\bin advance\b", " ", normalized))
    spaced = re.sub(r"\ban\b", "a", spaced)
    spaced = re.sub(r"\b(?:a )?fortnight\b", "2 weeks", spaced)
    spaced = re.sub(r"^-?p ?t? (?=[0-9]+ [wdhm]$)", "", spaced)  # ISO 8601: PT30M
    spaced = re.sub(r"(?<=before )(?=[0-9]{1,2}(?::| [ap]m))", "at ", spaced)
    spaced = re.sub(r"([0-9]{1,2})(?::([0-9]{2}))? ([ap])m\b", _to_24_hours, spaced)
    spaced = re.sub(r"\bat ([0-9]{1,2})(?![0-9:])", r"at \1:00", spaced)
    spaced = re.sub(r"(?<![0-9:])([0-9]:[0-9]{2})\b", r"0\1", spaced)
    words = [_correct_word(word) for word in spaced.split()]
    corrected = re.sub(r"\bthe (?=[0-9])", "", " ".join(words))
    corrected = re.sub(_TWO_UNITS, _add_units, corrected)
    years_match = re.match(r"([0-9]{1,2}) years?\b", corrected)
    return f"{int(years_match[1]) * 12} months{corrected[years_match.end() :]}" if years_match else corrected


_TWO_UNITS = r"^([0-9]{1,3}) (week|hour)s? (?:and )?([0-9]{1,3}) (day|minute)s?\b"
_SMALLER_UNITS = {("week", "day"): 7, ("hour", "minute"): 60}


def _add_units(match: re.Match[str]) -> str:
    """Returns "1 hour and 30 minutes" as "90 minutes"; units that do not follow each other stay."""
    factor = _SMALLER_UNITS.get((match[2], match[4]))
    return f"{int(match[1]) * factor + int(match[3])} {match[4]}s" if factor else match[0]


def _to_24_hours(match: re.Match[str]) -> str:
    hour = int(match[1])
    if hour <= 12:
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    return f"{hour:02}:{match[2] or '00'}"


def _correct_word(word: str) -> str:
    if word in _NUMBER_WORDS:
        return str(max(1, _NUMBER_WORDS.index(word)))
    if word in _VOCABULARY or word[0].isdigit():
        return word
    replacement = _UNIT_ABBREVIATIONS.get(word) or _SYNONYMS.get(word)
    return replacement or next(iter(difflib.get_close_matches(word, _VOCABULARY, 1, 0.7)), word)
