"""A date that is counted from another event's ("6 weeks before start") becomes a date of its own, as precise as that one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from ..errors import GrammarError
from .grammar import parse
from .periods import NoSuchDate, check_year, last_day_of_month
from .values import DAY, AllDay, Limit, Period, Timed, Undated, Unit, When, add_months
from .zones import quote_input

_RELATIVE_PATTERN = re.compile(
    r"(?:(?P<number>[0-9]{1,4}) (?P<unit>minute|hour|day|week|month|year)s?|the day) (?P<side>before|after)"
    r" (?:the |its )?(?P<anchor>start|end)(?: at (?P<at>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?"
)
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "six": 6}
_RELATIVE_FORMS = "6 weeks before start, 1 day after end at 18:00 or 2 hours before start"


@dataclass(frozen=True, slots=True)
class RelativeDate:
    """A distance from the first or last day, or hour, of another event. *amount* is negative before it."""

    amount: int
    unit: str
    from_end: bool
    at: str
    text: str


def parse_relative(text: str) -> RelativeDate | None:
    """The value of "6 weeks before start" or "1 day after end at 18:00"; None for a text that is no such thing.

    Raises GrammarError for one that names neither start nor end rightly.
    """
    lower = text.lower()
    if not ("start" in lower or "end" in lower):
        return None
    normalized = " ".join(lower.split())
    match = _RELATIVE_PATTERN.fullmatch(normalized)
    if match is None:
        if re.search(r"\b(before|after)\b.*\b(start|end)\b", normalized):
            digits = re.sub(
                r"^(?:an?|one|two|three|four|six) ", lambda number: f"{_NUMBERS[number[0].strip()]} ", normalized
            )
            form = digits.replace(" the ", " ")
            forms = form if _RELATIVE_PATTERN.fullmatch(form) else _RELATIVE_FORMS
            raise GrammarError(f"{quote_input(text)}: a date counted from another event is written {forms}")
        return None
    unit, at = match["unit"] or "day", match["at"] or ""
    if at and unit in ("minute", "hour"):
        raise GrammarError(f"{quote_input(text)}: hours count from the hour of the event; leave out at {at}")
    amount = int(match["number"] or 1) * (-1 if match["side"] == "before" else 1)
    return RelativeDate(amount, unit, match["anchor"] == "end", at, text.strip())


def resolve_relative(relative: RelativeDate, parent: When, zone: ZoneInfo) -> When:
    """The date that *relative* means beside *parent*, an hour of it on the wall clock of *zone*.

    Days count from the first or the last day, hours from the hour. Of a parent whose day is not known it is as vague:
    the same number of days in which it may lie. Where the parent is only not before or not after a day, so is it, its
    start and its end alike; it is TBD where it counts from an end that is open.
    Raises GrammarError where it cannot be counted.
    """
    try:
        match parent.span:
            case Undated():
                return When(parent.span, text=relative.text)
            case Period() | AllDay() if relative.from_end and parent.limit is Limit.OPEN_END:
                return When(Undated(), text=relative.text)
            case Period(first, last, unit):
                if relative.unit in ("minute", "hour"):
                    return replace(parent, text=relative.text, limit=_remaining_limit(parent))
                # The end is counted from the day behind it, so that whole months stay whole.
                first, last = _shift(first, relative), _shift(last + DAY, relative) - DAY
                is_month_kept = relative.unit in ("month", "year") and unit.rank >= Unit.MONTH.rank
                return replace(_vague(first, last, parent, is_month_kept), text=relative.text)
        if relative.unit in ("minute", "hour"):
            return _resolve_elapsed(relative, parent, zone)
        anchor = parent.last_day if relative.from_end else parent.first_day
        assert anchor is not None
        day = _shift(anchor, relative)
        when = parse(f"{day.isoformat()} {relative.at}", zone) if relative.at else When(AllDay(day, day))
        return replace(when, uncertain=parent.uncertain, text=relative.text)
    except NoSuchDate as error:
        raise GrammarError(f"{quote_input(relative.text)}: {error}") from None


def _remaining_limit(parent: When) -> Limit | None:
    """The open side of a date counted from *parent*: an open end belongs to the parent alone."""
    return None if parent.limit is Limit.OPEN_END else parent.limit


def _vague(first: date, last: date, parent: When, is_month_kept: bool) -> When:
    """The shifted period of *parent*. Of one with an open side only the other side is known: that month, or that day."""
    limit = _remaining_limit(parent)
    if limit is not None:
        bound = first if limit is Limit.NOT_BEFORE else last
        if is_month_kept:
            return When(
                Period(bound.replace(day=1), last_day_of_month(bound.year, bound.month), Unit.MONTH),
                parent.uncertain,
                limit=limit,
            )
        return When(Period(bound, bound, Unit.DAYS), parent.uncertain, limit=limit)
    if first == last:
        return When(AllDay(first, last), parent.uncertain)
    try:
        period = Period(first, last, Unit.MONTH)
    except ValueError:
        period = Period(first, last, Unit.DAYS)
    return When(period, parent.uncertain, approximate=parent.approximate)


def _resolve_elapsed(relative: RelativeDate, parent: When, zone: ZoneInfo) -> When:
    if not isinstance(parent.span, Timed):
        raise NoSuchDate(f"the event that it counts from is on {parent} and has no hour; count days")
    anchor = parent.span.end if relative.from_end else parent.span.start
    if anchor is None:
        raise NoSuchDate("the event that it counts from has no end; count from its start")
    distance = timedelta(minutes=relative.amount * (60 if relative.unit == "hour" else 1))
    start = (anchor.astimezone(UTC) + distance).astimezone(zone).replace(fold=0)
    return When(Timed(start), parent.uncertain, relative.text)


def _shift(day: date, relative: RelativeDate) -> date:
    """*day* moved by days, weeks, months or years; a month without such a day gives its last."""
    if relative.unit in ("month", "year"):
        months = relative.amount * (12 if relative.unit == "year" else 1)
        check_year((day.year * 12 + day.month - 1 + months) // 12)
        return add_months(day, months)
    ordinal = day.toordinal() + relative.amount * (7 if relative.unit == "week" else 1)
    moved = date.fromordinal(max(1, min(ordinal, date.max.toordinal())))
    check_year(moved.year)
    return moved
