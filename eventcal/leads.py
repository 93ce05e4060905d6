"""Leads: parses "1 week before at 09:00" to a value and resolves it against a date. Knows no event."""

from __future__ import annotations

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
    """Returns the value of one entry of `reminders`; case and spacing do not count.

    Forms: `N days|weeks|months before [at HH:MM]`, `the day before at HH:MM`, `on the day at HH:MM` (wall clock);
    `N seconds|minutes|hours before` (elapsed); `on change`, `on day known`, `on cancel`.

    Raises GrammarError, quoting the text, with the right form.
    """
    normalized = " ".join(text.lower().split())
    try:
        lead = _parse_form(normalized)
    except ValueError as error:
        raise GrammarError(f"{quote_input(text.strip())}: {error}") from None
    if lead is None:
        raise GrammarError(f"{quote_input(text.strip())}: {_explain_invalid_lead(normalized)}")
    return lead


def _parse_form(normalized: str) -> Lead | NoticeKind | None:
    """Returns the value of *normalized*, in small letters with single spaces; None when it has another shape.

    Raises ValueError, for a person, when no lead can be so.
    """
    if normalized in tuple(NoticeKind):
        return NoticeKind(normalized)
    if match := _NAMED_DAY_PATTERN.fullmatch(normalized):
        return WallClock(days=int(match[1] == "the day before"), at=_parse_time(match[2], match[3]))
    if match := _COUNTED_LEAD_PATTERN.fullmatch(normalized):
        return _lead_before(int(match[1]), match[2], _parse_time(match[3], match[4]) if match[3] else None)
    return None


def _explain_invalid_lead(normalized: str) -> str:
    """Says what to write in place of *normalized*, which is no lead."""
    from .lead_advice import suggest_leads

    if not normalized:
        return f"a lead is missing; write {LEAD_FORMS}"
    suggestions = suggest_leads(normalized)
    if isinstance(suggestions, str):
        return suggestions
    try:
        leads = [next((lead for form in forms if (lead := _parse_form(form))), None) for forms in suggestions]
    except ValueError as error:
        return str(error)
    texts = [lead_text(lead) for lead in leads if lead]
    if len(texts) < len(leads):
        return f"not a lead; write {LEAD_FORMS}"
    if len(texts) > 1:
        return f"each reminder is an entry of its own; write [{', '.join(texts)}]"
    return f"did you mean {texts[0]}?"


def _lead_before(count: int, unit: str, at: time | None) -> Lead:
    """Returns the lead of *count* units. Raises ValueError for one that is none, with what to write."""
    if count == 0:
        form = "1 minute before" if unit in _UNIT_SECONDS else "on the day at 09:00"
        raise ValueError(f"0 {unit}s before is not a lead; write {form}")
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
        wall_clock, key=lambda lead: (-(lead.months * 31 + lead.days), lead.at or DEFAULT_REMINDER_TIME), default=None
    )


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}" + ("" if count == 1 else "s")


def resolve(lead: Lead, when: When, zone: ZoneInfo) -> datetime | None:
    """Returns the UTC instant at which *lead* speaks of *when*; None for TBD, and for elapsed time where no hour is known.

    Days and months are counted on the wall clock of *zone* from the first possible day, to the date's own hour there
    or 09:00; a month that has no such day gives its last one. A local time that the zone skips has the offset from
    before the gap, a repeated one is its first pass (RFC 5545 3.3.5); where that would be no more before the start, a
    skipped one has the offset from after the gap (PEP 495, fold=1). Elapsed time is counted in UTC.
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
    written = datetime.combine(day, lead.at or local.time())
    moment = local_to_utc(written, zone)
    if written < start.astimezone(zone).replace(tzinfo=None) and moment >= start:
        moment = written.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return moment
