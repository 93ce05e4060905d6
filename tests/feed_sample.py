"""Editions made of a few words, for the tests of what feeds write."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from eventcal import repeat as repeats
from eventcal import when as whens
from eventcal.events import Calendar, Event, Override, Status, Text
from eventcal.history import Edition, Version

MODIFIED = datetime(2021, 7, 1, 12, 0, tzinfo=UTC)
TODAY = date(2021, 8, 20)
CALENDAR = Calendar("test-calendar", Text.plain("Test calendar", "en"), "Asia/Dushanbe")


def event(event_id: str, when: str, zone: str = "Asia/Dushanbe", repeat: str = "", **extra_fields: Any) -> Event:
    """*more* are fields of Event; a title may be a text, `was` a date's text, `exceptions` {day: when's text or Status}."""
    tz = ZoneInfo(zone)
    parsed_when = whens.parse(when, tz)
    title = extra_fields.pop("title", event_id.replace("-", " ").capitalize())
    if "was" in extra_fields:
        extra_fields["was"] = whens.parse(extra_fields["was"], tz)
    exceptions = [_override(day, change, tz) for day, change in extra_fields.pop("exceptions", {}).items()]
    return Event(
        event_id,
        Text.plain(title, "en") if isinstance(title, str) else title,
        parsed_when,
        zone,
        rule=repeats.parse(repeat, parsed_when) if repeat else None,
        exdates=tuple(date.fromisoformat(day_text) for day_text in extra_fields.pop("exdates", ())),
        also=tuple(date.fromisoformat(day_text) for day_text in extra_fields.pop("also", ())),
        overrides=tuple(exceptions),
        **extra_fields,
    )


def edition(
    *events: Event, calendar: Calendar = CALENDAR, modified: datetime = MODIFIED, **extra_fields: Any
) -> Edition:
    versions = tuple(Version(item, f"{item.id}@{calendar.id}", 0, modified, modified) for item in events)
    return Edition(1, "digest", modified, calendar, versions, **extra_fields)


def _override(day: str, change: str | Status, zone: ZoneInfo) -> Override:
    if isinstance(change, Status):
        return Override(date.fromisoformat(day), status=change)
    return Override(date.fromisoformat(day), when=whens.parse(change, zone))
