"""An .ics file becomes events of the registry; what none of its keys can hold is named."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date

from ..ical import foreign
from ..ical.foreign import ForeignMoment
from . import series, texts
from .calendar_dates import Instance
from .calendar_reader import CalendarReader, is_link
from .values import Carried, ImportContext, ImportedCalendar, ImportedEvent, ImportingError, Loss

_OWN_EXTRA_UID = re.compile(r"(.+)\+([0-9]{8})(@.*|)")


def read_ics(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads every calendar in *data* as one. Raises ImportingError when there is no calendar in it."""
    calendars, remarks = foreign.read_components(data)
    if not any(component.properties or component.components for component in calendars):
        raise ImportingError("there is no calendar in it: an .ics file begins with BEGIN:VCALENDAR")
    losses = [Loss(remark.line, "", "broken line", remark.message, Carried.CHANGED) for remark in remarks]
    readers = [CalendarReader(component, context) for component in calendars]
    events = _read_events(readers)
    passed_over: Counter[str] = Counter()
    for reader in readers:
        losses += reader.losses
        passed_over.update(reader.passed_over)
    first = readers[0]
    return ImportedCalendar(
        tuple(events),
        tuple(losses),
        name=texts.one_line(first.header("NAME", "X-WR-CALNAME")),
        description=first.description(),
        url=first.header("URL") if is_link(first.header("URL")) else "",
        calendar_id=first.own_calendar_id(),
        passed_over=passed_over,
        is_whole=all(reader.method in ("", "PUBLISH") for reader in readers),
    )


def read_jcal(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads a calendar that is written as JSON (RFC 7265), as if it were an .ics; it has no lines to name."""
    try:
        text = foreign.jcal_to_ical(data)
    except ValueError as error:
        raise ImportingError(f"this jCal cannot be read ({error}): export the calendar as .ics") from error
    imported = read_ics(text, context)
    events = (replace(event, line=0) for event in imported.events)
    return replace(imported, events=tuple(events), losses=tuple(replace(loss, line=0) for loss in imported.losses))


def _read_events(readers: list[CalendarReader]) -> list[ImportedEvent]:
    """Returns the events of all calendars; what several of them say of one UID, such as mails about it, is one event.

    It is read by the first calendar that has the event itself, and not a date of its series alone.
    """
    groups: dict[str, list[Instance]] = {}
    owners: dict[str, CalendarReader] = {}
    for number, reader in enumerate(readers):
        own_groups = reader.read_instances()
        if reader.is_own:
            _join_extra_dates(own_groups)
        for uid, instances in own_groups.items():
            key = f"{uid}/{number}" if uid.startswith("\0") else uid
            if key not in owners or all(instance.recurrence for instance in groups[key]):
                owners[key] = reader
            groups.setdefault(key, []).extend(instances)
    events = [
        event
        for uid, instances in groups.items()
        for event in series.read_group(owners[uid], "" if uid.startswith("\0") else uid, instances)
    ]
    return _call_off(events, [cancellation for reader in readers for cancellation in reader.cancellations])


def _call_off(events: list[ImportedEvent], cancellations: list[ImportedEvent]) -> list[ImportedEvent]:
    """Returns *events*, called off where one of *cancellations* is not older, and the cancellations of other events."""
    events = [*events]
    positions = {event.uid: at for at, event in enumerate(events) if event.uid and not event.series_uid}
    for cancellation in cancellations:
        if (at := positions.get(cancellation.uid)) is None:
            events.append(cancellation)
        elif int(cancellation.fields.get("sequence", 0)) >= int(events[at].fields.get("sequence", 0)):
            told = {key: cancellation.fields[key] for key in ("status", "sequence") if key in cancellation.fields}
            events[at] = replace(events[at], fields={**events[at].fields, **told})
    return events


def _join_extra_dates(groups: dict[str, list[Instance]]) -> None:
    """Puts the dates that our own feed shows as events of their own (`also`) back to their event."""
    for uid in list(groups):
        match = _OWN_EXTRA_UID.fullmatch(uid)
        if match and (owner := groups.get(match[1] + match[3])):
            day = date(int(match[2][:4]), int(match[2][4:6]), int(match[2][6:]))
            owner += [replace(instance, recurrence=ForeignMoment(day)) for instance in groups.pop(uid)]
