"""Days and hours of a source become the text of a `when`, never more precise than they were."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .. import when

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days (*start* and *end* dates, both counted), or naive hours on the clock of *zone*; *end* may be unknown."""

    start: date | datetime
    end: date | datetime | None = None
    zone: str = ""

    @property
    def is_timed(self) -> bool:
        """Whether it has a start time."""
        return isinstance(self.start, datetime)

    @property
    def day(self) -> date:
        """The local day of the start."""
        return date(self.start.year, self.start.month, self.start.day)

    @property
    def length(self) -> timedelta:
        """From start to end, on the wall clock; of days, one less than are counted."""
        return self.end - self.start if self.end is not None else timedelta()

    def moved_to(self, day: date) -> Span:
        """Returns the same span on another day."""
        shift = day - self.day
        return replace(self, start=self.start + shift, end=self.end + shift if self.end is not None else None)

    def text(self) -> str:
        """Returns the registry's `when` of this span."""
        if not isinstance(self.start, datetime):
            last = self.end if self.end is not None else self.start
            return str(when.When(when.AllDay(self.start, when.day_of(last))))
        start = _format_clock(self.start)
        if not isinstance(self.end, datetime) or _format_clock(self.end) == start:
            return start
        end = _format_clock(self.end)
        same_day = self.end.date() == self.start.date()
        return f"{start}/{end.partition(' ')[2] if same_day else end}"


def _format_clock(moment: datetime) -> str:
    """Writes day and hour with seconds only where there are any, years before 1000 with four digits."""
    return when.format_clock(moment).rjust(19 if moment.second else 16, "0")


def clock_of(zone: str) -> ZoneInfo:
    """Returns the clock of *zone*: UTC for "", and for floating hours one that no clock change interrupts."""
    return when.FloatingZone("UTC") if zone == when.FLOATING else when.find_zone(zone or "UTC")


def skips(moment: datetime, zone: str) -> bool:
    """Tells whether the clocks of *zone* skip the naive *moment*."""
    return when.find_gap(moment, clock_of(zone)) is not None


def on_the_clock(moment: datetime, zone: str) -> datetime:
    """Returns what the clock of *zone* shows in place of the skipped naive *moment*: the time after the gap (RFC 5545 3.3.5)."""
    return local_of(when.local_to_utc(moment, clock_of(zone)), zone) or moment


def local_of(instant: datetime, zone: str) -> datetime | None:
    """Returns the naive local time of *instant* in *zone*; None for the second pass of a repeated hour, which no `when` names."""
    local = instant.astimezone(clock_of(zone))
    return None if local.fold else local.replace(tzinfo=None)


def utc(moment: datetime, zone: str) -> datetime:
    """Returns the instant in UTC at which the clock of *zone* shows the naive *moment*."""
    return when.local_to_utc(moment, clock_of(zone)).astimezone(UTC)
