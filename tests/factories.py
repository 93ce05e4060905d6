"""Instants, events and editions from a few words: what the tests of several rooms build."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from eventcal import ical, importing
from eventcal import repeat as repeats
from eventcal import when as whens
from eventcal.events import Calendar, Event, Override, Status, Text
from eventcal.history import Change, Edition, Version, build_edition
from eventcal.importing import ImportContext, Merge, Target
from eventcal.importing.values import ImportedCalendar
from eventcal.registry import Registry, read

MODIFIED = datetime(2021, 7, 1, 12, 0, tzinfo=UTC)
TODAY = date(2021, 8, 20)
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)
FULL_EXAMPLES = 100
"""Examples of a property test in the profile `full` of tests/conftest.py."""
CALENDAR = Calendar("test-calendar", Text.plain("Test calendar", "en"), "Asia/Dushanbe")


def utc(*parts: int) -> datetime:
    """Returns the UTC instant of year, month, day and so on."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def examples(count: int, **options: Any) -> settings:
    """Returns settings with *count* examples in the profile `full`, and their share in the others."""
    return settings(max_examples=max(5, count * settings.default.max_examples // FULL_EXAMPLES), **options)


def count_calls(action: Callable[[], object]) -> int:
    """Returns how many functions *action* calls, Python's and C's: what it costs, on a busy machine as on an idle one."""
    calls = 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls


def processor_seconds(action: Callable[[], object]) -> float:
    """Returns the seconds of this process that *action* takes, the least of three tries: patterns call nothing that counts."""
    tries = []
    for _ in range(3):
        before = time.process_time()
        action()
        tries.append(time.process_time() - before)
    return min(tries)


def event(event_id: str, when: str, zone: str = "Asia/Dushanbe", repeat: str = "", **extra_fields: Any) -> Event:
    """Builds an event; *extra_fields* are those of Event.

    A title may be a text, `was` a date's text, `exceptions` {day: a date's text or a Status}.
    """
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
        rule=repeats.parse(repeat, parsed_when) if repeat else extra_fields.pop("rule", None),
        exdates=tuple(date.fromisoformat(day_text) for day_text in extra_fields.pop("exdates", ())),
        also=tuple(date.fromisoformat(day_text) for day_text in extra_fields.pop("also", ())),
        overrides=tuple(exceptions),
        **extra_fields,
    )


def edition(
    *events: Event,
    number: int = 1,
    calendar: Calendar = CALENDAR,
    modified: datetime = MODIFIED,
    digest: str = "digest",
    **extra_fields: Any,
) -> Edition:
    """Builds an edition in which every event has SEQUENCE 0 and was stored and changed at *modified*."""
    versions = tuple(Version(item, f"{item.id}@{calendar.id}", 0, modified, modified) for item in events)
    return Edition(number, digest, modified, calendar, versions, **extra_fields)


def plan_import(
    path: Path, source: str | bytes, name: str, context: ImportContext = ImportContext("UTC"), source_format: str = ""
) -> tuple[ImportedCalendar, Merge]:
    """Reads *source* as the file *name*, and returns it with what it changes in the registry at *path*; writes nothing."""
    data = source.encode() if isinstance(source, str) else source
    imported = importing.read_source(data, name, source_format, context)
    return imported, importing.plan_merge(imported, Target(path, path), context)


def write_import(merge: Merge) -> None:
    """Writes the files that an import changes."""
    for file, content in merge.files.items():
        file.write_text(content, encoding="utf-8")


def fail_to_draw(monkeypatch: pytest.MonkeyPatch, event_id: str) -> None:
    """Has the drawing of one event raise an OverflowError; what was drawn in this process is not drawn again."""
    draw = ical.render_event

    def fail_for_one(version: Version, *arguments: Any) -> Any:
        if version.event.id == event_id:
            raise OverflowError("a bug")
        return draw(version, *arguments)

    monkeypatch.setattr(ical, "render_event", fail_for_one)


def read_registry(folder: Path, text: str) -> Registry:
    """Writes *text* to an `events.yaml` in *folder*, and reads it as a registry."""
    path = folder / "events.yaml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def said(found: Registry) -> list[str]:
    """Returns the problems of a registry, without its folder."""
    return [str(problem).replace(f"{found.path.parent}{os.sep}", "") for problem in found.problems]


def text_of(html: str) -> str:
    """Returns the text between the tags of *html*, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def build_next(
    registry: Registry, previous: Edition | None = None, now: datetime = NEW_YEAR
) -> tuple[Edition, list[Change]]:
    """Builds the edition of a registry without problems that follows *previous*, and its changes."""
    assert registry.calendar is not None
    assert registry.problems == ()
    return build_edition(previous, {}, registry.calendar, registry.events, registry.digest, now)


def _override(day: str, change: str | Status, zone: ZoneInfo) -> Override:
    if isinstance(change, Status):
        return Override(date.fromisoformat(day), status=change)
    return Override(date.fromisoformat(day), when=whens.parse(change, zone))
