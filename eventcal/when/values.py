"""Dates with the precision that is known, as frozen values that print themselves again. No clock, no language."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from .zones import is_floating, local_to_utc

DAY = timedelta(days=1)


def day_of(moment: date | datetime) -> date:
    """Returns *moment* as a date: that of a datetime on its own clock."""
    return moment.date() if isinstance(moment, datetime) else moment


def add_months(day: date, months: int) -> date:
    """Returns the same day *months* later, earlier where negative, or that month's last. Raises ValueError like `date`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def nth_weekday(first: date, nth: int, weekday: int) -> date | None:
    """Returns the *nth* *weekday*, 0 for Monday, of the month that begins on *first*, -1 for the last; None where it has none."""
    days = [first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * week) for week in range(5)]
    days = [day for day in days if day.month == first.month]
    return days[nth - 1 if nth > 0 else nth] if nth <= len(days) else None


class Unit(StrEnum):
    """The precision of a period, finest first."""

    DAYS = "days"  # one day, or some, of several
    WEEK = "week"  # ISO 8601, Monday to Sunday
    MONTH_THIRD = "month-third"  # days 1 to 10, 11 to 20, 21 to the last
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"  # three months from March, June, September or December
    YEAR_THIRD = "year-third"  # four months
    HALF = "half"
    YEAR = "year"
    DECADE = "decade"

    @property
    def rank(self) -> int:
        """Its place in the order of precision, 0 for the finest."""
        return list(Unit).index(self)


# Length in months and first months of the units that are parts of a year.
PARTS_OF_YEAR = {
    Unit.QUARTER: (3, (1, 4, 7, 10)),
    Unit.SEASON: (3, (3, 6, 9, 12)),
    Unit.YEAR_THIRD: (4, (1, 5, 9)),
    Unit.HALF: (6, (1, 7)),
}


class Limit(StrEnum):
    """The side on which a date is open."""

    NOT_BEFORE = "from"  # in this period or after it
    NOT_AFTER = "by"  # in this period or before it
    OPEN_END = "/.."  # begins then, end unknown


LONGEST_NIGHT = timedelta(hours=12)
"""The length up to which what ends on the next day is said and shown as one evening."""

STALE_AFTER = timedelta(days=366)
"""How long after its period a date without a last day is still listed as to come."""


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
        """The zone of the start."""
        assert isinstance(self.start.tzinfo, ZoneInfo)
        return self.start.tzinfo

    @property
    def is_floating(self) -> bool:
        """Whether its hours hold on every wall clock, whatever the zone there."""
        return is_floating(self.start.tzinfo)


@dataclass(frozen=True, slots=True)
class Period:
    """Some time between two days, both possible; the source says no more than a *unit*, or a row of days, months or years.

    *is_southern* is set for a season of the southern hemisphere, whose spring begins in September.
    """

    first: date
    last: date
    unit: Unit
    is_southern: bool = False

    def __post_init__(self) -> None:
        is_ordered = self.first <= self.last if self.unit is Unit.DAYS else self.first < self.last
        if not is_ordered or not _is_whole(self.first, self.last, self.unit):
            raise ValueError(f"not whole {self.unit}s: {self.first}, {self.last}")
        if self.is_southern and self.unit is not Unit.SEASON:
            raise ValueError(f"only a season has a hemisphere: {self.unit}")

    @property
    def number(self) -> int:
        """Which part of its year or month, from 1: a quarter 1 to 4, a third 1 to 3, a season from spring as 1."""
        if self.unit is Unit.MONTH_THIRD:
            return self.first.day // 10 + 1
        if self.unit is Unit.SEASON:
            northern = self.first.month // 3
            return (northern + 1) % 4 + 1 if self.is_southern else northern
        months, _ = PARTS_OF_YEAR[self.unit]
        return self.first.month // months + 1


def _is_whole(first: date, last: date, unit: Unit) -> bool:
    """Tells whether *first* to *last* is one *unit*, or, of months and years, one or several."""
    match unit:
        case Unit.DAYS:
            return True
        case Unit.WEEK:
            return first.weekday() == 0 and (last - first).days == 6
        case Unit.MONTH_THIRD:
            if (first.year, first.month) != (last.year, last.month):
                return False
            return (first.day, last.day) in ((1, 10), (11, 20)) or (first.day == 21 and (last + DAY).day == 1)
    if first.day != 1 or (last + DAY).day != 1:
        return False
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    match unit:
        case Unit.MONTH:
            return True
        case Unit.YEAR:
            return first.month == 1 and last.month == 12
        case Unit.DECADE:
            return first.month == 1 and months == 120 and first.year % 10 == 0
    length, first_months = PARTS_OF_YEAR[unit]
    return months == length and first.month in first_months


class Absence(StrEnum):
    """Why there is no date."""

    OPEN = "TBD"  # it is still to be announced
    NEVER = "none"  # it is known that there will be none
    PAST = "past"  # has happened, date unknown


@dataclass(frozen=True, slots=True)
class Undated:
    """No date is known at all."""

    absence: Absence = Absence.OPEN


NEVER_TO_COME = (Undated(Absence.NEVER), Undated(Absence.PAST))
"""Without a date ahead: there will be none, or it has happened."""

Span = AllDay | Timed | Period | Undated

_UNTIMED_SORT_KEY = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class When:
    """The date of an event as far as it is known. *text* is what was typed, and takes no part in equality.

    *uncertain* (`?`): a source says so, but it may be wrong. *approximate* (`~`): it may lie just outside the period.
    *limit*: the period is only the first or the last that is possible, or the end is open; one day is then a Period.
    `str()` gives the one canonical text of a value, and `parse` of that text the value again.
    """

    span: Span
    uncertain: bool = False
    text: str = field(default="", compare=False)
    approximate: bool = False
    limit: Limit | None = None

    def __post_init__(self) -> None:
        is_one_day = isinstance(self.span, Period) and self.span.first == self.span.last
        if is_one_day and self.limit not in (Limit.NOT_BEFORE, Limit.NOT_AFTER):
            raise ValueError("one possible day is a day")
        fits = Period if self.limit is not Limit.OPEN_END else Period | AllDay
        if self.limit is not None and (self.approximate or not isinstance(self.span, fits)):
            raise ValueError(f"{self.limit.value!r} does not go with this date")
        if self.approximate and not isinstance(self.span, Period):
            raise ValueError("only a period can be approximate")
        if self.uncertain and isinstance(self.span, Undated):
            raise ValueError(f"{self.span.absence.value} cannot be doubtful")

    def __str__(self) -> str:
        text = canonical_text(self.span)
        if self.limit is not None:
            text = text + self.limit if self.limit is Limit.OPEN_END else f"{self.limit.value} {text}"
        return ("~" if self.approximate else "") + text + ("?" if self.uncertain else "")

    @property
    def is_day_known(self) -> bool:
        """Whether the day is known (doubtful or not): AllDay or Timed."""
        return isinstance(self.span, AllDay | Timed)

    def overlaps(self, start: date, end: date) -> bool:
        """Tells whether any possible day lies between *start* and *end*, both included."""
        first, last = self.first_day, self.last_day
        return first is not None and last is not None and first <= end and last >= start

    def covers(self, other: When) -> bool:
        """Tells whether every possible day of *other* is one of its own; False where a day of either is not known."""
        first, last = other.first_day, other.last_day
        return first is not None and last is not None and self.overlaps(first, first) and self.overlaps(last, last)

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
        """The last possible day, itself included; None when TBD. An end at midnight leaves the day it begins out.

        Where none is known, the last day on which it is still listed: STALE_AFTER later than the period.
        """
        match self.span:
            case Period(_, last, _) if self.limit is Limit.NOT_BEFORE:
                return _stale_day(last)
            case AllDay(_, last) | Period(_, last, _):
                return last
            case Timed(start, end):
                return start.date() if end is None else (end - timedelta(microseconds=1)).date()
        return None

    @property
    def earliest(self) -> date | None:
        """The first possible day as far as the source says; None where it may be any day before."""
        return None if self.limit is Limit.NOT_AFTER else self.first_day

    @property
    def latest(self) -> date | None:
        """The last possible day as far as the source says; None where it may be any day after."""
        return None if self.limit in (Limit.NOT_BEFORE, Limit.OPEN_END) else self.last_day

    def starts_at(self, zone: ZoneInfo) -> datetime | None:
        """Returns the first possible instant, in UTC: of whole days and periods, midnight in *zone*; None when TBD."""
        if isinstance(self.span, Timed):
            return self.span.start.astimezone(UTC)
        first = self.first_day
        return None if first is None else local_to_utc(datetime.combine(first, time()), zone)

    def ends_at(self, zone: ZoneInfo) -> datetime | None:
        """Returns the instant, in UTC, from which it is over: the end's hour, or midnight in *zone* after the last possible day.

        A time without an end is over when it starts; days with an open end STALE_AFTER later than the last one that is
        written. None when TBD.
        """
        if isinstance(self.span, Timed):
            return (self.span.end or self.span.start).astimezone(UTC)
        last = self.last_day
        if last is not None and self.limit is Limit.OPEN_END:
            last = _stale_day(last)
        return None if last is None else local_to_utc(datetime.combine(last + DAY, time()), zone)

    def in_zone(self, zone: ZoneInfo) -> When:
        """Returns hours as the clock of *zone* shows them; floating hours, whole days and periods are the same everywhere."""
        if not isinstance(self.span, Timed) or self.span.is_floating:
            return self
        end = self.span.end.astimezone(zone) if self.span.end else None
        return replace(self, span=Timed(self.span.start.astimezone(zone), end))

    def sort_key(self, zone: ZoneInfo) -> tuple[date, int, datetime]:
        """Sorts by first possible day as *zone* counts days, then whole days, hours, and periods from short to long; TBD at the end."""
        match self.span:
            case Timed(start, _):
                return start.astimezone(zone).date(), 1, start.astimezone(UTC)
            case AllDay(first, _):
                return first, 0, _UNTIMED_SORT_KEY
            case Period(first, _, unit):
                return first, 2 + unit.rank, _UNTIMED_SORT_KEY
        return date.max, 0, _UNTIMED_SORT_KEY

    @property
    def edtf(self) -> str:
        """The EDTF (ISO 8601-2) form of its dates; "" when TBD.

        Hours are left out, since EDTF has no interval between hours. A doubtful interval marks both of its ends,
        for a qualifier belongs to the date that it follows; one of a set of days has none.
        """
        match self.span:
            case Period() as period if self.limit in (Limit.NOT_BEFORE, Limit.NOT_AFTER):
                return self._edtf_one_of(period)
            case Undated():
                return ""
            case Period(first, last, Unit.DAYS | Unit.WEEK | Unit.MONTH_THIRD):
                return f"[{first}..{last}]" if self.limit is None else f"{first}/.."
        qualifier = {(True, True): "%", (True, False): "?", (False, True): "~"}
        mark = qualifier.get((self.uncertain, self.approximate), "")
        endpoints = dict.fromkeys(self._edtf_endpoints())
        return "/".join(endpoint + mark for endpoint in endpoints) + ("/.." if self.limit else "")

    def _edtf_one_of(self, period: Period) -> str:
        """Returns EDTF's set without a first or without a last member."""
        is_lower = self.limit is Limit.NOT_BEFORE
        if period.unit in (Unit.MONTH, Unit.YEAR):
            endpoints = self._edtf_endpoints()
            return f"[{endpoints[0]}..]" if is_lower else f"[..{endpoints[-1]}]"
        return f"[{period.first}..]" if is_lower else f"[..{period.last}]"

    def _edtf_endpoints(self) -> list[str]:
        match self.span:
            case Period(first, _, Unit.DECADE):
                return [f"{first.year // 10:03}X"]
            case Period(first, last, Unit.YEAR):
                return [f"{first.year:04}", f"{last.year:04}"]
            case Period(first, last, Unit.MONTH):
                return [_format_month(first), _format_month(last)]
            case Period(first, _, unit) as period:
                base = {Unit.SEASON: 24, Unit.QUARTER: 32, Unit.YEAR_THIRD: 36, Unit.HALF: 39}[unit]
                return [f"{first.year:04}-{base + period.number + 4 * period.is_southern}"]
        return [day.isoformat() for day in (self.first_day, self.last_day) if day]


def _stale_day(last: date) -> date:
    """Returns the day, STALE_AFTER later than *last* and no later than a date can be, until which an open side is listed."""
    return min(last, date.max - STALE_AFTER - DAY) + STALE_AFTER


def _format_month(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def format_clock(moment: datetime) -> str:
    """Returns day and time as the grammar has them, with seconds only where there are any."""
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else f"{moment:%Y-%m-%d %H:%M}"


SEASONS = ("spring", "summer", "autumn", "winter")
THIRDS = ("early", "mid", "late")


def format_instant(at: datetime, timespec: str = "seconds") -> str:
    """Formats an instant in UTC (RFC 3339), to the unit *timespec* of `isoformat`: "2021-09-15T13:00:00Z"."""
    return at.astimezone(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")


def canonical_text(span: Span) -> str:
    """Returns the shortest text that the grammar has for *span*."""
    match span:
        case AllDay(first, last):
            return first.isoformat() + _format_short_end(first, last)
        case Timed(start, None):
            return format_clock(start)
        case Timed(start, datetime() as end) if start.date() == end.date():
            return f"{format_clock(start)}/{format_clock(end)[11:]}"
        case Timed(start, end):
            assert end is not None
            return f"{format_clock(start)}/{format_clock(end)}"
        case Period():
            return _period_text(span)
        case Undated(absence):
            return absence.value


def _period_text(period: Period) -> str:
    first, last = period.first, period.last
    match period.unit:
        case Unit.DAYS:
            return first.isoformat() + _format_short_end(first, last).replace("/", "..")
        case Unit.WEEK:
            year, week, _ = first.isocalendar()
            return f"{year:04}-W{week:02}"
        case Unit.MONTH_THIRD:
            return f"{THIRDS[period.number - 1]} {_format_month(first)}"
        case Unit.MONTH:
            same_year = last.year == first.year
            end_text = f"{last.month:02}" if same_year else _format_month(last)
            return _format_month(first) + ("" if same_year and last.month == first.month else f"/{end_text}")
        case Unit.QUARTER:
            return f"{first.year:04}-Q{period.number}"
        case Unit.SEASON:
            years = f"{first.year:04}" + (f"/{last.year % 100:02}" if last.year > first.year else "")
            return f"{'southern' if period.is_southern else 'northern'} {SEASONS[period.number - 1]} {years}"
        case Unit.YEAR_THIRD:
            return f"{THIRDS[period.number - 1]} {first.year:04}"
        case Unit.HALF:
            return f"{first.year:04}-H{period.number}"
        case Unit.YEAR:
            return f"{first.year:04}" + (f"/{last.year:04}" if last.year > first.year else "")
        case Unit.DECADE:
            return f"{first.year:04}s"


def _format_short_end(first: date, last: date) -> str:
    """Formats `/17`, `/10-02` or `/2022-01-02`: as much of the last day as differs; nothing for a single day."""
    if first == last:
        return ""
    if first.year != last.year:
        return f"/{last.isoformat()}"
    return f"/{last.day:02}" if first.month == last.month else f"/{last.month:02}-{last.day:02}"
