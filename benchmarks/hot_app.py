"""What `serve.py` measures: the WSGI layer over an edition of twelve events, as granian loads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from eventcal import when
from eventcal.events import Calendar, Event, Text
from eventcal.history import Edition, Version
from eventcal.web.hot import Hot

MODIFIED = datetime(2021, 7, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Held:
    edition: Edition
    changes: tuple[Any, ...] = ()


def edition(count: int) -> Edition:
    zone = ZoneInfo("Asia/Dushanbe")
    events = [
        Event(
            f"event-{n}",
            Text.plain(f"A meeting, number {n}", "en"),
            when.parse(f"2021-09-{n % 28 + 1:02} 10:00", zone),
            zone.key,
        )
        for n in range(count)
    ]
    calendar = Calendar("bench", Text.plain("Bench", "en"), zone.key)
    versions = tuple(Version(each, f"{each.id}@bench", 0, MODIFIED, MODIFIED) for each in events)
    return Edition(1, "digest", MODIFIED, calendar, versions)


def application(count: int = 12) -> Hot:
    def flask(environ: Any, start_response: Any) -> list[bytes]:
        start_response("404 Not Found", [("Content-Length", "0")])
        return []

    held = Held(edition(count))
    return Hot(flask, lambda: held)


app = application()
