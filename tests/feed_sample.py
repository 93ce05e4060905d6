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


def event(event_id: str, when: str, zone: str = "Asia/Dushanbe", repeat: str = "", **more: Any) -> Event:
    """*more* are fields of Event; a title may be a text, `was` a date's text, `exceptions` {day: when's text or Status}."""
    there = ZoneInfo(zone)
    known = whens.parse(when, there)
    title = more.pop("title", event_id.replace("-", " ").capitalize())
    if "was" in more:
        more["was"] = whens.parse(more["was"], there)
    exceptions = [_override(day, what, there) for day, what in more.pop("exceptions", {}).items()]
    return Event(
        event_id,
        Text.plain(title, "en") if isinstance(title, str) else title,
        known,
        zone,
        rule=repeats.parse(repeat, known) if repeat else None,
        exdates=tuple(date.fromisoformat(each) for each in more.pop("exdates", ())),
        also=tuple(date.fromisoformat(each) for each in more.pop("also", ())),
        overrides=tuple(exceptions),
        **more,
    )


def edition(*events: Event, calendar: Calendar = CALENDAR, modified: datetime = MODIFIED, **more: Any) -> Edition:
    versions = tuple(Version(each, f"{each.id}@{calendar.id}", 0, modified, modified) for each in events)
    return Edition(1, "digest", modified, calendar, versions, **more)


def _override(day: str, what: str | Status, zone: ZoneInfo) -> Override:
    if isinstance(what, Status):
        return Override(date.fromisoformat(day), status=what)
    return Override(date.fromisoformat(day), when=whens.parse(what, zone))
