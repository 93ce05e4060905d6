"""Chooses among the copies of one event, or of one date of a series, that a source has under one UID."""

from __future__ import annotations

from datetime import datetime

from ..ical.foreign import ForeignMoment
from .calendar_dates import Instance
from .calendar_reader import CalendarReader
from .dates import utc


def choose_master(reader: CalendarReader, masters: list[Instance]) -> tuple[Instance | None, list[Instance]]:
    """Returns the newest copy of the first event, and the different events that share its UID."""
    if not masters:
        return None, []
    cancellations = [item for item in masters if item.is_cancellation]
    if len(cancellations) < len(masters):
        masters = [item for item in masters if not item.is_cancellation]
    first = masters[0]
    copies = [item for item in masters if item.span.start == first.span.start or _is_other_revision(item, first)]
    newest = max(copies, key=_revision)
    for copy in copies:
        if copy is not newest:
            reader.lose(copy, "UID", "an older copy of the same event")
    for cancellation in cancellations:
        if cancellation is not newest and cancellation.sequence >= newest.sequence:
            newest.fields["status"], newest.sequence = "cancelled", cancellation.sequence
    return newest, [instance for instance in masters if instance not in copies]


def newest_of_each_date(reader: CalendarReader, overrides: list[Instance]) -> list[Instance]:
    """Returns the newest copy of each override, in the order of the file (RFC 5545 3.8.7.4)."""
    newest: dict[str, Instance] = {}
    for override in overrides:
        key = str(instant_of(override.recurrence) or override.recurrence)
        known = newest.setdefault(key, override)
        if known is not override:
            older = override if _revision(override) < _revision(known) else known
            newest[key] = known if older is override else override
            reader.lose(older, "RECURRENCE-ID", "an older copy of the same date")
    return list(newest.values())


def instant_of(moment: ForeignMoment | None) -> datetime | None:
    """Returns the instant that a RECURRENCE-ID names in whatever zone, None for a day and a floating hour."""
    if moment is None or not isinstance(moment.local, datetime) or not moment.zone:
        return None
    return utc(moment.local, moment.zone)


def _is_other_revision(instance: Instance, first: Instance) -> bool:
    """Returns whether *instance* is *first* before or after it moved; programs give one UID to different events as well."""
    return instance.sequence != first.sequence and instance.title == first.title


def _revision(instance: Instance) -> tuple[int, str, str]:
    return instance.sequence, instance.component.text("LAST-MODIFIED"), instance.component.text("DTSTAMP")
