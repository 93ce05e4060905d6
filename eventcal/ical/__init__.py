"""Versions of events become iCalendar bytes (RFC 5545, 7986), and the identity in such bytes is read back.

The only room that knows icalendar, and only what reads imports it. Knows no HTTP, and not which events belong in a feed: that is decided in `feeds`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from ..events import Calendar, Event, Text
from ..history import Version
from ..when import Timed
from . import content_lines
from .presentation import RenderOptions, is_omitted_as_imprecise
from .vevents import (
    RenderedEvent,
    changes_at_new_year,
    expansion_window,
    find_removal_day,
    is_day_dependent,
    render_event,
)
from .zones import render_vtimezone

_MAX_CACHED_VARIANTS = 8
_MAX_STALE_EVENTS = 10_000


PRODID = "-//eventcal//eventcal//EN"
REFRESH_INTERVAL = timedelta(hours=12)
"""How often a reader is asked to look again."""

_MIN_HORIZON_YEAR = 2040


@dataclass(frozen=True, slots=True)
class CalendarHeader:
    """The properties of a feed itself: *source* is its address, "" without a base URL."""

    name: Text
    description: str = ""
    url: str = ""
    source: str = ""
    color: str = ""


def render_calendar(
    calendar: Calendar,
    header: CalendarHeader,
    rendered_events: Iterable[RenderedEvent],
    options: RenderOptions,
    today: date,
) -> bytes:
    """Renders the VCALENDAR: the head, the time zones that the events name, the events in the order given.

    Without events it still holds a time zone, since RFC 5545 3.6 asks for a component: a reader then shows an empty
    calendar, where a refusal would make it keep what is gone.
    """
    rendered_events = list(rendered_events)
    return content_lines.component(
        "VCALENDAR",
        content_lines.line("VERSION", "2.0"),
        content_lines.line("PRODID", PRODID),
        *_header_lines(calendar, header, options),
        *render_vtimezones(calendar, rendered_events, today),
        *(rendered.octets for rendered in rendered_events),
    )


def vtimezone_horizon(today: date) -> int:
    """Returns the last year that the time zone of an endless series is written for."""
    return max(_MIN_HORIZON_YEAR, today.year + 10)


def has_longer_vtimezone(event: Event, today: date) -> bool:
    """Tells whether the time zone of an endless series is another since the year of *today* began, as its horizon moved on."""
    span, rule = event.when.span, event.rule
    is_endless = rule is not None and rule.until is None and rule.count is None
    if not is_endless or not isinstance(span, Timed) or span.is_floating or content_lines.is_utc(span.zone):
        return False
    first_year, new_years_eve = span.start.year, date(today.year - 1, 12, 31)
    before, after = (
        render_vtimezone(span.zone.key, first_year, max(vtimezone_horizon(day), first_year))
        for day in (new_years_eve, today)
    )
    return before != after


def _header_lines(calendar: Calendar, header: CalendarHeader, options: RenderOptions) -> list[bytes]:
    tag, name = header.name.best_match(options.language)
    language = tag if len(header.name.translations) > 1 or tag != calendar.language else ""
    header_lines = [
        content_lines.text_line(property_name, name, language) for property_name in ("NAME", "X-WR-CALNAME")
    ]
    if header.description:
        header_lines += [
            content_lines.text_line(property_name, header.description)
            for property_name in ("DESCRIPTION", "X-WR-CALDESC")
        ]
    if header.url:
        header_lines.append(content_lines.uri_line("URL", header.url))
    if header.source:
        header_lines.append(content_lines.uri_line("SOURCE", header.source, VALUE="URI"))
    header_lines.append(content_lines.duration_line("REFRESH-INTERVAL", REFRESH_INTERVAL, VALUE="DURATION"))
    header_lines.append(content_lines.duration_line("X-PUBLISHED-TTL", REFRESH_INTERVAL))
    if header.color.startswith("#"):
        header_lines.append(content_lines.line("X-APPLE-CALENDAR-COLOR", header.color))
    elif header.color:
        header_lines.append(content_lines.line("COLOR", header.color))
    header_lines.append(content_lines.line("X-EVENTCAL-TZID", calendar.timezone))
    return header_lines


def render_vtimezones(calendar: Calendar, rendered_events: Iterable[RenderedEvent], today: date) -> list[bytes]:
    """Returns a VTIMEZONE for each zone that the events name, for the years that they need; without any, one of the calendar."""
    rendered_events = list(rendered_events)
    years_by_zone: dict[str, tuple[int, int]] = {}
    for rendered in rendered_events:
        years_by_zone |= merge_zone_years(years_by_zone, rendered, today)
    if not any(rendered.octets for rendered in rendered_events):
        years_by_zone = {calendar.timezone: (_MIN_HORIZON_YEAR, _MIN_HORIZON_YEAR)}
    return [render_vtimezone(name, *years_by_zone[name]) for name in sorted(years_by_zone)]


def merge_zone_years(
    years_by_zone: dict[str, tuple[int, int]], rendered: RenderedEvent, today: date
) -> dict[str, tuple[int, int]]:
    """Returns (first, last year) of each zone that *rendered* names, wide enough for what *years_by_zone* needs of it as well."""
    merged: dict[str, tuple[int, int]] = {}
    for name, first, last in rendered.zone_uses:
        last_year = max(vtimezone_horizon(today), first) if last is None else last
        years = merged.get(name) or years_by_zone.get(name, (first, last_year))
        merged[name] = (min(first, years[0]), max(last_year, years[1]))
    return merged


_Variant = tuple[RenderOptions, str, str]
_cache: dict[_Variant, dict[str, tuple[Version, date | None, RenderedEvent]]] = {}
"""Rendered events by variant and UID, with the day for which a text holds; None: for every day."""


def render_events(
    calendar: Calendar, versions: Iterable[Version], options: RenderOptions, today: date
) -> list[RenderedEvent]:
    """Renders each version, cached for as long as it stays equal: one edit among ten thousand events renders one.

    The variants used last are cached, so that requests cannot grow the cache without bound.
    """
    variant = (options, calendar.language, calendar.timezone)
    cached = _cache.pop(variant, None) or {}
    while len(_cache) >= _MAX_CACHED_VARIANTS:
        _cache.pop(next(iter(_cache)), None)
    _cache[variant] = cached
    rendered_events = []
    for version in versions:
        entry, day = cached.get(version.uid), today if is_day_dependent(version.event, today) else None
        if entry is None or entry[1] != day or (entry[0] is not version and entry[0] != version):
            entry = cached[version.uid] = (version, day, render_event(version, calendar, options, today))
        rendered_events.append(entry[2])
    if len(cached) > 2 * len(rendered_events) + _MAX_STALE_EVENTS:
        cached.clear()
    return rendered_events
