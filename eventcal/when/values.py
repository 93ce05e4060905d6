"""Dates with the precision that is known, as frozen values that print themselves again. No clock, no language."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from .zones import local_to_utc

DAY = timedelta(days=1)


class Unit(StrEnum):
    """How finely a period is known."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class AllDay:
    """Whole days, both counted, the same dates wherever the reader stands."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"the last day comes before the first: {self.first}, {self.last}")


@dataclass(frozen=True, slots=True)
class Timed:
    """Time on one place's wall clock. *start* and *end* carry the same ZoneInfo; a repeated hour is its first pass."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.start.tzinfo, ZoneInfo):
            raise ValueError(f"start needs a zone: {self.start!r}")
        if self.end is not None and (self.end.tzinfo is not self.start.tzinfo or self.end <= self.start):
            raise ValueError(f"an end is after its start, in the same zone: {self.start!r}, {self.end!r}")

    @property
    def zone(self) -> ZoneInfo:
        assert isinstance(self.start.tzinfo, ZoneInfo)
        return self.start.tzinfo


@dataclass(frozen=True, slots=True)
class Period:
    """Somewhere between two days (both possible), known only to the *unit*: whole months, one quarter, whole years."""

    first: date
    last: date
    unit: Unit

    def __post_init__(self) -> None:
        whole = self.first.day == 1 and (self.last + DAY).day == 1 and self.first < self.last
        if self.unit is Unit.YEAR:
            whole = whole and self.first.month == 1 and self.last.month == 12
        if self.unit is Unit.QUARTER:
            same_year = self.first.year == self.last.year
            whole = whole and same_year and self.first.month % 3 == 1 and self.last.month == self.first.month + 2
        if not whole:
            raise ValueError(f"not whole {self.unit}s: {self.first}, {self.last}")


@dataclass(frozen=True, slots=True)
class Undated:
    """TBD: no date is known at all."""


Span = AllDay | Timed | Period | Undated

# The finer first: hour, day, month, quarter, year, nothing.
_UNIT_RANK = {Unit.MONTH: 2, Unit.QUARTER: 3, Unit.YEAR: 4}
_UNTIMED_SORT_KEY = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class When:
    """What is known of an event's date. *text* is what was typed, and takes no part in equality.

    `str()` gives the one canonical text of a value, and `parse` of that text the value again.
    """

    span: Span
    uncertain: bool = False
    text: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.uncertain and isinstance(self.span, Undated):
            raise ValueError("TBD cannot be doubtful")

    def __str__(self) -> str:
        return _canonical_text(self.span) + ("?" if self.uncertain else "")

    @property
    def is_day_known(self) -> bool:
        """Whether the day is known (doubtful or not): AllDay or Timed."""
        return isinstance(self.span, AllDay | Timed)

    @property
    def first_day(self) -> date | None:
        """The first possible day, in the event's own zone; None when TBD."""
        match self.span:
            case AllDay(first, _) | Period(first, _, _):
                return first
            case Timed(start, _):
                return start.date()
        return None

    @property
    def last_day(self) -> date | None:
        """The last possible day, itself included; None when TBD. An end at midnight leaves the day it begins out."""
        match self.span:
            case AllDay(_, last) | Period(_, last, _):
                return last
            case Timed(start, end):
                return start.date() if end is None else (end - timedelta(microseconds=1)).date()
        return None

    def starts_at(self, zone: ZoneInfo) -> datetime | None:
        """The first possible instant, in UTC: of whole days and periods, midnight in *zone*; None when TBD."""
        if isinstance(self.span, Timed):
            return self.span.start.astimezone(UTC)
        first = self.first_day
        return None if first is None else local_to_utc(datetime.combine(first, time()), zone)

    def ends_at(self, zone: ZoneInfo) -> datetime | None:
        """The instant, in UTC, from which it is over: the end's hour, or midnight in *zone* after the last possible day.

        A time without an end is over when it starts. None when TBD.
        """
        if isinstance(self.span, Timed):
            return (self.span.end or self.span.start).astimezone(UTC)
        last = self.last_day
        return None if last is None else local_to_utc(datetime.combine(last + DAY, time()), zone)

    def sort_key(self, zone: ZoneInfo) -> tuple[date, int, datetime]:
        """By first possible day as *zone* counts days, then the more precise first, then the hour; TBD at the end."""
        match self.span:
            case Timed(start, _):
                return start.astimezone(zone).date(), 0, start.astimezone(UTC)
            case AllDay(first, _):
                return first, 1, _UNTIMED_SORT_KEY
            case Period(first, _, unit):
                return first, _UNIT_RANK[unit], _UNTIMED_SORT_KEY
        return date.max, 5, _UNTIMED_SORT_KEY

    @property
    def edtf(self) -> str:
        """The EDTF (ISO 8601-2) form of its dates; "" when TBD.

        Hours are left out, since EDTF has no interval between hours. A doubtful interval marks both of its ends,
        for a `?` belongs to the date that it follows.
        """
        qualifier = "?" if self.uncertain else ""
        endpoints: list[str]
        match self.span:
            case Period(first, _, Unit.QUARTER):
                endpoints = [f"{first.year:04}-{32 + _quarter_of(first)}"]
            case Period(first, last, Unit.YEAR):
                endpoints = [f"{first.year:04}", f"{last.year:04}"]
            case Period(first, last, _):
                endpoints = [_format_month(first), _format_month(last)]
            case _ if (first_day := self.first_day) and (last_day := self.last_day):
                endpoints = [first_day.isoformat(), last_day.isoformat()]
            case _:
                return ""
        return "/".join(endpoint + qualifier for endpoint in dict.fromkeys(endpoints))


def _quarter_of(day: date) -> int:
    return (day.month + 2) // 3


def _format_month(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def _canonical_text(span: Span) -> str:
    """The shortest text that the grammar has for *span*."""
    match span:
        case AllDay(first, last):
            return first.isoformat() + _format_short_end(first, last)
        case Timed(start, None):
            return f"{start:%Y-%m-%d %H:%M}"
        case Timed(start, datetime() as end) if start.date() == end.date():
            return f"{start:%Y-%m-%d %H:%M}/{end:%H:%M}"
        case Timed(start, datetime() as end):
            return f"{start:%Y-%m-%d %H:%M}/{end:%Y-%m-%d %H:%M}"
        case Period(first, _, Unit.QUARTER):
            return f"{first.year:04}-Q{_quarter_of(first)}"
        case Period(first, last, Unit.YEAR):
            return f"{first.year:04}" + (f"/{last.year:04}" if last.year > first.year else "")
        case Period(first, last, _):
            same_year = last.year == first.year
            end_text = f"{last.month:02}" if same_year else _format_month(last)
            return _format_month(first) + ("" if same_year and last.month == first.month else f"/{end_text}")
    return "TBD"


def _format_short_end(first: date, last: date) -> str:
    """`/17`, `/10-02` or `/2022-01-02`: as much of the last day as differs; nothing for a single day."""
    if first == last:
        return ""
    if first.year != last.year:
        return f"/{last.isoformat()}"
    return f"/{last.day:02}" if first.month == last.month else f"/{last.month:02}-{last.day:02}"
