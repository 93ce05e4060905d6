"""What somebody asks for and an edition become the mails that are next, by the plans' own rules. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from .. import digests, filters, reminders
from ..events import Occurrence
from ..filters import Filter
from ..reminders import Reader
from ..store.subscribers import Wishes
from .index import Index

_WINDOWS = (60, 400, 1900)  # days ahead that are looked through, one after the other, until enough is found
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to come: when, and of what; several where they come together."""

    moment: datetime
    occurrences: tuple[Occurrence, ...]


def next_mails(index: Index, wishes: Wishes, query: Filter, timezone: str, now: datetime, count: int) -> list[Mail]:
    """The next *count* mails, should nothing change until then. *timezone* is the calendar's."""
    reader = Reader(wishes.zone, reminders.own_leads(json.loads(wishes.leads)) if wishes.leads else None)
    zone = ZoneInfo(wishes.zone or timezone)
    found: dict[datetime, list[Occurrence]] = {}
    for days in _WINDOWS:
        end = now + timedelta(days=days)
        found, reach = _found(index, reader, wishes.digest, query, zone, now, end)
        # what lies behind the window could still speak within it, by as much as its leads reach back
        if len(found) >= count and sorted(found)[count - 1] <= end - reach:
            break
    return [Mail(moment, tuple(found[moment])) for moment in sorted(found)[:count]]


def _found(
    index: Index, reader: Reader, digest: str, query: Filter, zone: ZoneInfo, now: datetime, end: datetime
) -> tuple[dict[datetime, list[Occurrence]], timedelta]:
    found: dict[datetime, list[Occurrence]] = {}
    reach = _DAY
    for occurrence in index.between((now - 2 * _DAY).date(), end.date()):
        event = occurrence.event
        if not filters.keep(query, event) or not reminders.speaks(occurrence):
            continue
        leads = event.leads if reader.leads is None else reader.leads
        reach = max([reach, *(reminders.reach(each) for each in leads)])
        start = occurrence.when.starts_at(zone)
        for slot in reminders.slots(event, occurrence.when, reader):
            if slot.due < now or slot.due >= slot.until:
                continue
            held = digests.held_until(digest, zone, slot.due, slot.until, start)
            together = found.setdefault(held or slot.due, [])
            if occurrence not in together:
                together.append(occurrence)
    return found, reach
