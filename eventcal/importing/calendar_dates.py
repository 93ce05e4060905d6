"""Reads the dates of VEVENTs: start, end and zone, as the program that wrote them meant them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from .. import when
from ..ical import foreign
from ..ical.foreign import ForeignComponent, ForeignDuration, ForeignMoment, ForeignProperty
from ..when.zones import zone_of
from . import texts
from .dates import DAY, Span, local_of, on_the_clock, skips, utc
from .values import Carried, ImportContext, Loss
from .zones import ZoneResolver

_OWN_PRODID = "//eventcal//"


@dataclass(slots=True)
class Instance:
    """One VEVENT with its dates, and what its text properties become. *fields* lack id and dates.

    *is_cancellation* marks one of a calendar with METHOD:CANCEL.
    """

    component: ForeignComponent
    span: Span
    fields: dict[str, Any]
    known: when.When | None = None
    was: when.When | None = None
    recurrence: ForeignMoment | None = None
    sequence: int = 0
    is_cancellation: bool = False

    @property
    def line(self) -> int:
        """The line of the file where the component begins."""
        return self.component.line

    @property
    def title(self) -> str:
        """The title in its first language."""
        title = self.fields["title"]
        return str(next(iter(title.values()))) if isinstance(title, dict) else str(title)

    def date_fields(self, zone: str) -> dict[str, Any]:
        """Returns `when`, and `timezone` where it is not *zone*."""
        fields: dict[str, Any] = {"when": str(self.known) if self.known else self.span.text()}
        if self.was is not None:
            fields["was"] = str(self.was)
        if self.span.is_timed and self.span.zone != zone:
            fields["timezone"] = self.span.zone
        return fields


class DateReader:
    """Reads the dates of the VEVENTs of one VCALENDAR. `losses` are what was lost while they were read."""

    def __init__(self, calendar: ForeignComponent, context: ImportContext) -> None:
        self.calendar, self.context = calendar, context
        self.losses: list[Loss] = []
        self.method = calendar.text("METHOD").upper()
        self.is_own = _OWN_PRODID in calendar.text("PRODID")
        self.zones = ZoneResolver(calendar, context.zone)
        self.own_zone = self.zones.named(calendar.text("X-EVENTCAL-TZID"))
        named_zone = calendar.text("X-WR-TIMEZONE") or calendar.text("TIMEZONE-ID")
        zone_of_calendar = self.own_zone or self.zones.named(named_zone) or zone_of(named_zone) or ""
        self.reader_zone = context.reader_zone or zone_of_calendar

    def lose(self, item: ForeignComponent | Instance, what: str, detail: str) -> None:
        """Records that *what* of *item* does not reach the registry."""
        self._record(item, what, detail, Carried.LEFT_OUT)

    def change(self, item: ForeignComponent | Instance, what: str, detail: str) -> None:
        """Records that *what* of *item* reaches the registry, and not as it was."""
        self._record(item, what, detail, Carried.CHANGED)

    def _record(self, item: ForeignComponent | Instance, what: str, detail: str, carried: Carried) -> None:
        component = item.component if isinstance(item, Instance) else item
        title = texts.one_line(component.text("SUMMARY"))
        self.losses.append(Loss(component.line, title[:60], what, detail, carried))

    def read_span(self, component: ForeignComponent) -> Span | None:
        """Returns when a VEVENT is; None, recorded as lost, where it has no date that the registry can hold."""
        start_line = component.get("DTSTART") or self._cancelled_date(component)
        start = next(iter(foreign.moments(start_line)), None) if start_line else None
        reason = ""
        if start is None:
            reason = f"its DTSTART, {start_line.value[:40]!r}, is not a date" if start_line else "it has no DTSTART"
        elif not when.FIRST_YEAR <= start.local.year < when.LAST_YEAR:
            reason = f"the year {start.local.year} is out of range"
        if start is None or reason:
            self.lose(component, "event without a date", f"{reason}; the event was left out")
            return None
        end = self._end(component, start)
        if start.is_day:
            return Span(start.local, self._last_day(component, start.local, end))
        span = self._timed_span(component, start, end)
        if component.text("X-MICROSOFT-CDO-ALLDAYEVENT").upper() != "TRUE":
            return span
        if days := _whole_days(span):
            return days
        if span.zone == "UTC" and not _recurs(component) and (days := _nearest_days(span)):
            self.change(component, "DTSTART", "whole days in UTC without a zone; the nearest midnight was taken")
            return days
        return span

    def _cancelled_date(self, component: ForeignComponent) -> ForeignProperty | None:
        """Returns the RECURRENCE-ID of one date that is called off, which may have no DTSTART (RFC 5546 3.2.5)."""
        is_off = self.method == "CANCEL" or component.text("STATUS").upper() in ("CANCELLED", "CANCELED")
        return component.get("RECURRENCE-ID") if is_off else None

    def _end(self, component: ForeignComponent, start: ForeignMoment) -> ForeignMoment | ForeignDuration | None:
        end_line, duration = component.get("DTEND"), component.get("DURATION")
        if end_line is not None:
            end = next(iter(foreign.moments(end_line)), None)
            if end is None:
                reason = f"{end_line.value!r} is not a date"
            elif start.is_day and not end.is_day:
                self.change(
                    component, "DTEND", f"{end_line.value!r} is an hour and DTSTART a day; the last day was taken"
                )
                return ForeignMoment(when.day_of(end.local) + (timedelta() if _is_midnight(end.local) else DAY))
            elif end.is_day != start.is_day:
                reason = f"{end_line.value!r} is a day and DTSTART an hour"
            elif end.local.year >= when.LAST_YEAR:
                reason = f"the year {end.local.year} is out of range"
            else:
                return end
            self.lose(component, "DTEND", f"{reason}; no end was written")
        elif duration is not None:
            length = foreign.duration_of(duration.value)
            if length is not None and not (start.is_day and length.length % DAY):
                return length
            detail = f"{duration.value!r} is not a valid duration for this event; no end was written"
            self.lose(component, "DURATION", detail)
        return None

    def _last_day(self, component: ForeignComponent, first: date, end: ForeignMoment | ForeignDuration | None) -> date:
        """Returns the last day, itself included: DTEND is exclusive (RFC 5545 3.6.1)."""
        if end is None:
            return first
        last = first + end.length - DAY if isinstance(end, ForeignDuration) else when.day_of(end.local) - DAY
        if last < first:
            self.change(component, "DTEND", "it is not after DTSTART; one day was written")
            return first
        return last

    def _timed_span(self, component: ForeignComponent, start: ForeignMoment, end: Any) -> Span:
        assert isinstance(start.local, datetime)
        zone = self._zone_of(component, start)
        local = start.local
        # our own feed writes what happens once in UTC, and its zone beside it
        own_zone = self.zones.named(component.text("X-EVENTCAL-TZID")) or self.own_zone
        shown_zone = own_zone or ("" if _recurs(component) else self.reader_zone)
        if start.zone.upper() == "UTC" and zone == "UTC" and shown_zone:
            moved = local_of(local.replace(tzinfo=UTC), shown_zone)
            local, zone = (moved, shown_zone) if moved else (local, zone)
        finish = self._local_end(component, local, zone, end)
        if skips(local, zone):
            self.change(component, "DTSTART", f"{zone} skips {local:%Y-%m-%d %H:%M}; moved to the hour after")
            local = on_the_clock(local, zone)
        if finish is not None and finish <= local:
            self.change(component, "DTEND", "it is not after DTSTART; no end was written")
            finish = None
        return Span(local, finish, zone)

    def _local_end(
        self, component: ForeignComponent, local: datetime, zone: str, end: ForeignMoment | ForeignDuration | None
    ) -> datetime | None:
        """Returns the end on the clock of *zone*."""
        if end is None:
            return None
        if isinstance(end, ForeignDuration):
            if component.get("RRULE"):
                # of all dates: the clocks may change on the first alone
                return local + end.days + end.time
            instant = utc(local + end.days, zone) + end.time
        else:
            assert isinstance(end.local, datetime)
            end_zone = self._zone_of(component, end, is_end=True) if end.zone and zone != when.FLOATING else zone
            instant = utc(end.local, end_zone)
        finish = local_of(instant, zone)
        if finish is None:
            self.lose(component, "DTEND", f"it falls into a repeated hour of {zone}; no end was written")
        return finish

    def _zone_of(self, component: ForeignComponent, moment: ForeignMoment, is_end: bool = False) -> str:
        if not moment.zone:
            zone = "" if self.is_own else self.reader_zone
            if zone and not is_end:
                self.change(component, "time without a zone", f"read as {zone}; --timezone names another")
            return zone or when.FLOATING
        zone, remark = self.zones.resolve(moment.zone, moment.local)
        if remark and not is_end:
            self.change(component, "TZID", remark)
        return zone


def sequence_of(component: ForeignComponent) -> int:
    """Returns the SEQUENCE of a VEVENT; 0 where that is no number that another program can have counted to."""
    text = component.text("SEQUENCE")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0


def _whole_days(span: Span) -> Span | None:
    """Returns the days of a span from midnight to midnight, Exchange's all-day event ([MS-OXCICAL] 2.1.3.1.1.20.28)."""
    first, end = when.day_of(span.start), span.end
    if not _is_midnight(span.start) or not (end is None or _is_midnight(end)):
        return None
    return Span(first, when.day_of(end) - DAY if end else first)


def _nearest_days(span: Span) -> Span | None:
    """Returns the days from the midnight nearest to *span*: the one that any zone from UTC-12 to UTC+12 means."""
    assert isinstance(span.start, datetime)
    first, end = (when.day_of(moment + DAY / 2) for moment in (span.start, span.end or span.start + DAY))
    return Span(first, end - DAY) if first < end else None


def _recurs(component: ForeignComponent) -> bool:
    return any(component.get(name) for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _is_midnight(moment: date | datetime) -> bool:
    return isinstance(moment, datetime) and moment.time() == time()
