"""Parses `when`, also where it counts from another event's date, into a value or an error that names the right form.

Nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..errors import GrammarError
from .periods import NoSuchDate, check_day, check_month, check_year, last_day_of_month, parse_period
from .values import DAY, Absence, AllDay, Limit, Period, Span, Timed, Undated, Unit, When, add_months, format_clock
from .zones import find_gap, quote_input

_ABSENCES = {absence.value: absence for absence in Absence}
_LIMIT_PREFIXES = {"from ": Limit.NOT_BEFORE, "by ": Limit.NOT_AFTER}

_YEAR_AND_TWO_DIGITS = re.compile(r"([0-9]{4})-([0-9]{2})")
_YEAR_PATTERN = re.compile(r"([0-9]{4})")
_QUARTER_PATTERN = re.compile(r"([0-9]{4})-(?:Q([1-4])|3([3-6]))")
_MONTH_PATTERN = re.compile(r"([0-9]{4})-([0-9]{2})(?:-XX)?")
_DAY_PATTERN = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DATETIME_PATTERN = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")
_SHORT_MONTH_PATTERN = re.compile(r"[0-9]{2}")
_SHORT_DAY_PATTERN = re.compile(r"(?:([0-9]{2})-)?([0-9]{2})")
_SHORT_TIME_PATTERN = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")


class _NotInGrammar(Exception):
    """Text outside the grammar, whose meaning a person has to decide."""


@dataclass(frozen=True, slots=True)
class _Year:
    year: int


@dataclass(frozen=True, slots=True)
class _Quarter:
    year: int
    quarter: int


@dataclass(frozen=True, slots=True)
class _Month:
    year: int
    month: int


# One side of a slash. A date alone is a day; a naive datetime is a minute on the event's wall clock.
_Endpoint = _Year | _Quarter | _Month | date


@lru_cache(maxsize=16384)
def parse(text: str, zone: ZoneInfo) -> When:
    """Returns the value of a `when`, its hours on the wall clock of *zone*; spaces around it do not count.

    Forms: `2021-09-16`, `2021-09-16/17`, `2021-09-30/10-02`, `2021-12-30/2022-01-02`, `2021-09-16 10:00`,
    `2021-09-16 10:00/12:30`, `2021-09-16 10:00/2021-09-17 12:00`, `2021-09-16 23:59:59`; `2021-09` (EDTF `2021-09-XX`), `2021-09/10`,
    `2021-12/2022-02`, `2021-Q3` (EDTF `2021-35`), `2021`, `2021/2022`; any of them with `?` at the end; `TBD`, `none`, `past`.

    Raises GrammarError, quoting the text, for any other form and for dates and local times that do not exist.
    """
    bare = text.strip()
    try:
        return _parse_in_zone(bare, zone)
    except _NotInGrammar:
        from .advice import explain_invalid_date  # only for a wrong date: its patterns take long to compile

        raise GrammarError(f"{quote_input(bare)}: {explain_invalid_date(bare, _fault_of)}") from None
    except NoSuchDate as error:
        raise GrammarError(f"{quote_input(bare)}: {error}") from None


def find_doubt(text: str, parsed: object) -> str:
    """Returns a warning about a date that is valid and often meant otherwise, "" for any other.

    `2027-28` is EDTF's northern winter (ISO 8601-2, 4.8), and many people's way to write two years.
    """
    match = _YEAR_AND_TWO_DIGITS.fullmatch(text.strip())
    if not match or int(match[2]) <= 12 or int(match[2]) != (int(match[1]) + 1) % 100:
        return ""
    year = int(match[1])
    return f"{match[0]} is read as {parsed}, as EDTF has it; for two years write {year}/{year + 1}"


@lru_cache(maxsize=16384)
def is_readable(text: str, zone: ZoneInfo = ZoneInfo("UTC")) -> bool:
    """Returns whether *text* is a `when`."""
    try:
        _parse_in_zone(text.strip(), zone)
    except (_NotInGrammar, NoSuchDate):
        return False
    return True


def parse_stored(text: str, zone: ZoneInfo) -> When:
    """Returns the value of a `when` that was accepted before. A time that newer zone data skips is kept as it stands."""
    try:
        return _parse_when(text.strip(), zone)
    except (_NotInGrammar, NoSuchDate) as error:
        raise GrammarError(f"{quote_input(text)} was stored as a date and is none: {error}") from error


def _fault_of(text: str) -> str | None:
    """Returns why there is no such date in any zone, "" if it is no date; None for one that may be suggested."""
    try:
        _parse_when(text, ZoneInfo("UTC"))
    except _NotInGrammar:
        return ""
    except NoSuchDate as error:
        return str(error)
    return None


def _parse_in_zone(text: str, zone: ZoneInfo) -> When:
    when = _parse_when(text, zone)
    _reject_skipped_times(when, zone)
    return when


def _parse_when(text: str, zone: ZoneInfo) -> When:
    if absence := _ABSENCES.get(text):
        return When(Undated(absence), text=text)
    body, uncertain, approximate = _take_qualifiers(text)
    body, limit = _take_limit(body)
    span = _parse_span(body, zone)
    if limit is not None:
        return _limited(span, limit, uncertain, approximate, text)
    if approximate and not isinstance(span, Period):
        raise NoSuchDate("~ goes with a period; about a day, write the days in which it lies, such as 2021-09-14..18")
    return When(span, uncertain, text, approximate)


def _take_qualifiers(text: str) -> tuple[str, bool, bool]:
    """Returns *text* without `?` (uncertain), `~` (approximate) and EDTF's `%` (both), and which of the two it has."""
    body = text.removesuffix("?")
    uncertain, approximate = body != text, body.startswith("~")
    body = body.removeprefix("~")
    if not (uncertain or approximate) and body[-1:] in ("~", "%"):
        return body[:-1], body.endswith("%"), True
    return body, uncertain, approximate


_EDTF_LIMIT_PATTERN = re.compile(r"\[(?:\.\.([0-9-]+)|([0-9-]+)\.\.)\]")


def _take_limit(text: str) -> tuple[str, Limit | None]:
    """Returns *text* without `from`, `by`, or an open end, or out of EDTF's `[2021-09..]` and `[..2021-09]`, and which it was."""
    if match := _EDTF_LIMIT_PATTERN.fullmatch(text):
        return (match[1], Limit.NOT_AFTER) if match[1] else (match[2], Limit.NOT_BEFORE)
    if text.endswith(Limit.OPEN_END):
        return text.removesuffix(Limit.OPEN_END), Limit.OPEN_END
    for prefix, limit in _LIMIT_PREFIXES.items():
        if text.startswith(prefix):
            return text[len(prefix) :], limit
    return text, None


def _limited(span: Span, limit: Limit, uncertain: bool, approximate: bool, text: str) -> When:
    if approximate:
        raise NoSuchDate("~ does not go with from, by or an open end; leave it out")
    if isinstance(span, Timed):
        hour = f"{span.start:%Y-%m-%d %H:%M}"
        advice = {
            Limit.NOT_BEFORE: f"write {hour}, or {hour}? if it may become a later hour",
            Limit.NOT_AFTER: f"an hour until which something can be done is a `kind: deadline`: write {hour}",
            Limit.OPEN_END: f"an hour without an end has none anyway: write {hour}",
        }[limit]
        raise NoSuchDate(f"from, by and an open end go with days and periods; {advice}")
    if limit is not Limit.OPEN_END and isinstance(span, AllDay):
        if span.first != span.last:
            raise NoSuchDate(f"{limit.value} goes with one day, month or year")
        span = Period(span.first, span.last, Unit.DAYS)
    return When(span, uncertain, text, limit=limit)


def _parse_span(text: str, zone: ZoneInfo) -> Span:
    if period := parse_period(text, zone):
        return period
    left, slash, right = text.partition("/")
    start = _parse_endpoint(left)
    return _span_between(start, _parse_end(start, right), zone) if slash else _span_of(start, zone)


def _parse_endpoint(text: str) -> _Endpoint:
    """Parses one complete side. The four kinds differ in shape, so their order does not matter."""
    if match := _DAY_PATTERN.fullmatch(text):
        return check_day(*map(int, match.groups()))
    if match := _DATETIME_PATTERN.fullmatch(text):
        day = check_day(*map(int, match[1].split("-")))
        return _check_time(day, int(match[2]), int(match[3]), int(match[4] or 0))
    if match := _QUARTER_PATTERN.fullmatch(text):
        return _Quarter(check_year(int(match[1])), int(match[2]) if match[2] else int(match[3]) - 2)
    if match := _MONTH_PATTERN.fullmatch(text):
        return _Month(int(match[1]), check_month(int(match[1]), int(match[2])))
    if match := _YEAR_PATTERN.fullmatch(text):
        return _Year(check_year(int(match[1])))
    raise _NotInGrammar(text)


def _parse_end(start: _Endpoint, text: str) -> _Endpoint:
    """Parses the side after the slash: complete, or short by what it shares with *start*."""
    if isinstance(start, datetime) and (match := _SHORT_TIME_PATTERN.fullmatch(text)):
        end = _check_time(start.date(), int(match[1]), int(match[2]), int(match[3] or 0))
        if end <= start:
            raise NoSuchDate(_late_end_error(start, end))
        return end
    if isinstance(start, date) and not isinstance(start, datetime) and (match := _SHORT_DAY_PATTERN.fullmatch(text)):
        return _parse_short_day(start, int(match[1]) if match[1] else None, int(match[2]))
    if isinstance(start, _Month) and _SHORT_MONTH_PATTERN.fullmatch(text):
        month = _Month(start.year, check_month(start.year, int(text)))
        if month.month < start.month:
            raise NoSuchDate(_short_end_error(f"{start.year:04}-{start.month:02}", f"{start.year + 1:04}-{text}"))
        return month
    return _parse_endpoint(text)


def _parse_short_day(start: date, month: int | None, day: int) -> date:
    """Returns the day that `/17` or `/10-02` means after *start*."""
    end = check_day(start.year, month or start.month, day)
    if end < start:
        later = add_months(end, 12 if month else 1)
        raise NoSuchDate(_short_end_error(start.isoformat(), later.isoformat() if later.day == day else ""))
    return end


def _short_end_error(start: str, suggestion: str) -> str:
    return "a short end must come after its start" + (f"; write {start}/{suggestion}" if suggestion else "")


def _late_end_error(start: datetime, end: datetime) -> str:
    if end == start:
        return f"start and end are the same; without an end write {format_clock(start)}"
    return f"a short end must come after its start; write {format_clock(start)}/{format_clock(end + DAY)}"


def _span_of(endpoint: _Endpoint, zone: ZoneInfo) -> Span:
    match endpoint:
        case datetime():
            return Timed(datetime.combine(endpoint, endpoint.time(), zone))
        case date():
            return AllDay(endpoint, endpoint)
        case _Quarter(year, quarter):
            return Period(date(year, quarter * 3 - 2, 1), last_day_of_month(year, quarter * 3), Unit.QUARTER)
        case _Month(year, month):
            return Period(date(year, month, 1), last_day_of_month(year, month), Unit.MONTH)
        case _Year(year):
            return Period(date(year, 1, 1), date(year, 12, 31), Unit.YEAR)


def _span_between(start: _Endpoint, end: _Endpoint, zone: ZoneInfo) -> Span:
    """Returns the span between two sides of the same kind, in order."""
    match start, end:
        case datetime(), datetime():
            _check_order(start, end, "minute")
            return Timed(datetime.combine(start, start.time(), zone), datetime.combine(end, end.time(), zone))
        case (datetime(), _) | (_, datetime()):
            raise NoSuchDate("both ends need an hour, or neither: 2021-09-16 10:00/2021-09-17 12:00 or 2021-09-16/17")
        case date(), date():
            _check_order(start, end, "day")
            return AllDay(start, end)
        case _Month(), _Month():
            first, last = date(start.year, start.month, 1), last_day_of_month(end.year, end.month)
            _check_order(first, last.replace(day=1), "month")
            return Period(first, last, Unit.MONTH)
        case _Year(), _Year():
            first, last = date(start.year, 1, 1), date(end.year, 12, 31)
            _check_order(first, last.replace(month=1, day=1), "year")
            return Period(first, last, Unit.YEAR)
        case (_Quarter(year, quarter), _) | (_, _Quarter(year, quarter)):
            months = f"{year:04}-{quarter * 3 - 2:02}/{quarter * 3:02}"
            raise NoSuchDate(f"a quarter stands alone; write the range in months ({year:04}-Q{quarter} is {months})")
    raise NoSuchDate("both ends need the same precision, such as 2021-09/10 or 2021-09-16/2021-10-02")


def _check_order(start: date, end: date, unit: str) -> None:
    if end == start:
        raise NoSuchDate(f"both ends are the same {unit}; write it once")
    if end < start:
        raise NoSuchDate("the end comes before the start; put the earlier one first")


def _check_time(day: date, hour: int, minute: int, second: int) -> datetime:
    if (hour, minute, second) == (24, 0, 0):
        raise NoSuchDate(f"there is no 24:00; write {day + DAY} 00:00")
    if hour > 23 or minute > 59:
        raise NoSuchDate(f"there is no {hour:02}:{minute:02}; hours go from 00 to 23, minutes from 00 to 59")
    if second > 59:
        raise NoSuchDate(f"there is no {hour:02}:{minute:02}:{second:02}; seconds go from 00 to 59")
    return datetime(day.year, day.month, day.day, hour, minute, second)


def _reject_skipped_times(when: When, zone: ZoneInfo) -> None:
    """Refuses a local time in a gap: neither side of the gap is assumed."""
    if not isinstance(when.span, Timed) or when.span.is_floating:
        return
    for moment in (when.span.start, when.span.end):
        if moment and (gap_bounds := find_gap(moment, zone)):
            gap_start, gap_end = gap_bounds
            last_valid = gap_start - timedelta(minutes=1)
            raise NoSuchDate(
                f"{moment:%H:%M} does not exist that day in {zone}: the clocks go from {gap_start:%H:%M} "
                f"to {_format_time(gap_end, gap_start)}; the nearest times are {_format_time(last_valid, moment)} and {_format_time(gap_end, moment)}"
            )


def _format_time(moment: datetime, reference: datetime) -> str:
    return f"{moment:%H:%M}" if moment.date() == reference.date() else f"{moment:%Y-%m-%d %H:%M}"


# dates that count from another event's

_RELATIVE_PATTERN = re.compile(
    r"(?:(?:(?P<number>[0-9]{1,4}) (?P<unit>minute|hour|day|week|month|year)s?|the day) (?P<side>before|after)"
    r" (?:the |its )?(?P<anchor>start|end)|on the (?P<bound>first|last) day)(?: at (?P<at>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?))?"
)
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
    """Returns the value of "6 weeks before start" or "on the last day at 18:00"; None for a text that is no such thing.

    Raises GrammarError for one that names neither start nor end rightly.
    """
    normalized = " ".join(text.lower().split())
    if not re.search("start|end|^on the (?:first|last) day", normalized):
        return None
    match = _RELATIVE_PATTERN.fullmatch(normalized)
    if match is None:
        if re.search(
            r"\b(before|after)\b.*\b(start|end)\b|^(?:at|on) (?:the )?(?:start|end|first day|last day)\b", normalized
        ):
            raise GrammarError(
                f"{quote_input(text)}: a date counted from another event is written {suggest_relative(normalized)}"
            )
        return None
    if match["bound"]:
        return RelativeDate(0, "day", match["bound"] == "last", match["at"] or "", text.strip())
    unit, at = match["unit"] or "day", match["at"] or ""
    if at and unit in ("minute", "hour"):
        raise GrammarError(f"{quote_input(text)}: hours count from the hour of the event; leave out at {at}")
    amount = int(match["number"] or 1) * (-1 if match["side"] == "before" else 1)
    return RelativeDate(amount, unit, match["anchor"] == "end", at, text.strip())


def suggest_relative(text: str) -> str:
    """Returns the form that *text* may mean, else some forms; working days are none, days of the calendar are counted."""
    from .relative_advice import respell_relative  # only for a wrong date

    form = respell_relative(text)
    if days := re.fullmatch(r"([0-9]+) (?:working|business|week) ?days?( .+)", form):
        return f"in days of the calendar, such as {days[1]} days{days[2]}, or as the day itself"
    return form if _RELATIVE_PATTERN.fullmatch(form) else _RELATIVE_FORMS


def resolve_relative(relative: RelativeDate, parent: When, zone: ZoneInfo) -> When:
    """Returns the date that *relative* means beside *parent*, an hour of it on the wall clock of *zone*.

    Days count from the first or the last day, hours from the hour. Of a parent whose day is not known it is as vague:
    the same number of days in which it may lie. Where the parent is only not before or not after a day, so is it, its
    start and its end alike; it is TBD where it counts from an end that is open, or lies behind what is past on a day
    that nobody knows.
    Raises GrammarError where it cannot be counted.
    """
    try:
        match parent.span:
            case Undated(Absence.PAST) if relative.amount > 0:
                return When(Undated(), text=relative.text)  # it may lie ahead
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
        when = parse(f"{day.isoformat()} {relative.at}", zone)
        return replace(when, uncertain=parent.uncertain, text=relative.text)
    except NoSuchDate as error:
        raise GrammarError(f"{quote_input(relative.text)}: {error}") from None


def _remaining_limit(parent: When) -> Limit | None:
    """Returns the open side of a date counted from *parent*: an open end belongs to the parent alone."""
    return None if parent.limit is Limit.OPEN_END else parent.limit


def _vague(first: date, last: date, parent: When, is_month_kept: bool) -> When:
    """Returns the shifted period of *parent*. Of one with an open side only the other side is known: that month, or that day."""
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
    """Returns *day* moved by days, weeks, months or years; a month without such a day gives its last."""
    try:
        if relative.unit in ("month", "year"):
            moved = add_months(day, relative.amount * (12 if relative.unit == "year" else 1))
        else:
            moved = day + relative.amount * (7 if relative.unit == "week" else 1) * DAY
    except (ValueError, OverflowError):
        moved = date.max  # later than any date may be
    check_year(moved.year)
    return moved
