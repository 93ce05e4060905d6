"""Versions of events become iCalendar bytes (RFC 5545, 7986), and the identity in such bytes is read back.

The only room that knows icalendar. Knows no HTTP, and not which events belong in a feed: that is decided in `feeds`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ..events import Calendar, Text
from ..history import Edition, Version
from . import lines, zones
from .appearance import Look, omitted_as_imprecise
from .kept import Kept
from .reading import Identity, identities
from .vevents import Drawn, draw, leaves_on, rolls

__all__ = [
    "Drawn",
    "Head",
    "Identity",
    "Kept",
    "Look",
    "calendar_bytes",
    "drawn",
    "event_bytes",
    "horizon",
    "identities",
    "leaves_on",
    "omitted_as_imprecise",
    "rolls",
    "zones_of",
]

PRODID = "-//eventcal//eventcal//EN"
REFRESH = timedelta(hours=12)
"""How often a reader is asked to look again."""

_SAFE_HORIZON = 2040


@dataclass(frozen=True, slots=True)
class Head:
    """What a feed says of itself: *source* is its own address, "" when nobody set where it is served."""

    name: Text
    description: str = ""
    url: str = ""
    source: str = ""
    color: str = ""


def calendar_bytes(calendar: Calendar, head: Head, parts: Iterable[Drawn], look: Look, today: date) -> bytes:
    """VCALENDAR: the head, the time zones that the events name, the events in the order given.

    Without events it still holds a time zone, since RFC 5545 3.6 asks for a component: a reader then shows an empty
    calendar, where a refusal would make it keep what is gone.
    """
    parts = list(parts)
    return lines.component(
        "VCALENDAR",
        lines.line("VERSION", "2.0"),
        lines.line("PRODID", PRODID),
        *_head(calendar, head, look),
        *zones_of(calendar, parts, today),
        *(each.octets for each in parts),
    )


def event_bytes(edition: Edition, version: Version, today: date, language: str = "", base_url: str = "") -> bytes:
    """One event as a calendar of its own, for a message's attachment: whatever its date, as far as any is known."""
    look = Look(language or edition.calendar.language, imprecise="all", base_url=base_url)
    head = Head(edition.calendar.name, url=edition.calendar.url, color=edition.calendar.color)
    return calendar_bytes(edition.calendar, head, [draw(version, edition.calendar, look, today)], look, today)


def horizon(today: date) -> int:
    """The last year that the time zone of an endless series is written for."""
    return max(_SAFE_HORIZON, today.year + 10)


def _head(calendar: Calendar, head: Head, look: Look) -> list[bytes]:
    tag, name = head.name.best_match(look.language)
    language = tag if len(head.name.translations) > 1 or tag != calendar.language else ""
    found = [lines.text(each, name, language) for each in ("NAME", "X-WR-CALNAME")]
    if head.description:
        found += [lines.text(each, head.description) for each in ("DESCRIPTION", "X-WR-CALDESC")]
    if head.url:
        found.append(lines.line("URL", head.url))
    if head.source:
        found.append(lines.line("SOURCE", head.source, VALUE="URI"))
    found.append(lines.duration("REFRESH-INTERVAL", REFRESH, VALUE="DURATION"))
    found.append(lines.duration("X-PUBLISHED-TTL", REFRESH))
    if head.color.startswith("#"):
        found.append(lines.line("X-APPLE-CALENDAR-COLOR", head.color))
    elif head.color:
        found.append(lines.line("COLOR", head.color))
    return found


def zones_of(calendar: Calendar, parts: Iterable[Drawn], today: date) -> list[bytes]:
    """A VTIMEZONE for each zone that the events name, for the years that they need; without any, one of the calendar."""
    parts = list(parts)
    used: dict[str, tuple[int, int]] = {}
    for part in parts:
        for name, first, last in part.zones:
            until = max(horizon(today), first) if last is None else last
            known = used.get(name, (first, until))
            used[name] = (min(first, known[0]), max(until, known[1]))
    if not any(part.octets for part in parts):
        used = {calendar.timezone: (_SAFE_HORIZON, _SAFE_HORIZON)}
    return [zones.vtimezone(name, *used[name]) for name in sorted(used)]


_drawn: Kept[Drawn] = Kept()


def drawn(calendar: Calendar, versions: Iterable[Version], look: Look, today: date) -> list[Drawn]:
    """What `draw` gives for each, kept for as long as the version stays equal."""
    form = (look, calendar.language, calendar.timezone)
    return _drawn.of(
        form,
        versions,
        lambda version: draw(version, calendar, look, today),
        lambda version: today if rolls(version.event) else None,
    )
