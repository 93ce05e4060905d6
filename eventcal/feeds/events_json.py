"""An edition as JSON for programs, page by page. Every key is always there, null where nothing is known; `openapi` describes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from .. import filters, links, occurrences, words
from ..event_bodies import compact_json
from ..events import Event, Occurrence, Place, Source
from ..filters import Filter
from ..history import Edition, Version
from ..when import Period, Timed, Undated, When, format_instant

Json = dict[str, Any]


MAX_PAGE_CHARACTERS: Final = 1_000_000
"""Length of the events of a page beyond which no further one is added to it."""
MAX_EXPANDED_DAYS: Final = 366
"""Days from `from` to `to`, both counted, up to which each event has its dates."""


def render_events_json(
    edition: Edition, query: Filter, language: str, base_url: str, page_size: int = 0
) -> tuple[bytes, str]:
    """Renders the events that *query* keeps, undated and past ones among them, in the order of their ids.

    A page ends after `query.limit` events, else *page_size* (0: never), or once it is long. Returns the body and the
    address of the next page, relative where *base_url* is "", "" after the last. A page begins after an id, and not at
    a number: an edition published between two pages neither repeats nor hides what it did not touch.
    """
    limit = query.limit or page_size
    events: list[str] = []
    length, last_id, next_url = 0, "", ""
    for version in _matching_versions(edition, query):
        if limit and (len(events) >= limit or length > MAX_PAGE_CHARACTERS):
            next_url = _page_url(replace(query, after=last_id), base_url)
            break
        dates = _dates_to_json(version.event, query, language, base_url)
        events.append(compact_json(event_to_json(version, language, base_url) | {"dates": dates}))
        length += len(events[-1])
        last_id = version.event.id
    calendar_json = compact_json(_calendar_to_json(edition, language, base_url))
    parts = ('{"calendar":', calendar_json, ',"next":', json.dumps(next_url or None), ',"events":[\n')
    return ("".join(parts) + ",\n".join(events) + "\n]}\n").encode(), next_url


def _matching_versions(edition: Edition, query: Filter) -> Iterator[Version]:
    """Yields what *query* keeps, by id; filters no further than the caller reads."""
    versions = (version for version in edition.versions if version.event.id > query.after)
    for version in sorted(versions, key=lambda version: version.event.id):
        if filters.matches_event_and_days(query, version.event):
            yield version


def _page_url(query: Filter, base_url: str) -> str:
    path = links.site_url(base_url, "/events.json") if base_url else ""
    return f"{path}?{filters.canonical_query(query)}"


def when_to_json(when: When, language: str) -> Json:
    """Returns a date: as written, as EDTF, its bounds (both days possible and counted), and in words."""
    span = when.span
    is_floating = isinstance(span, Timed) and span.is_floating
    timed = span if isinstance(span, Timed) and not is_floating else None
    return {
        "text": when.text or str(when),
        "edtf": when.edtf or None,
        "precision": _precision(when),
        "doubtful": when.uncertain,
        "floating": is_floating,
        "first_day": when.earliest.isoformat() if when.earliest else None,
        "last_day": when.latest.isoformat() if when.latest else None,
        "starts_at": format_instant(timed.start) if timed else None,
        "ends_at": format_instant(timed.end) if timed and timed.end else None,
        "words": words.format_when(when, language),
    }


def _calendar_to_json(edition: Edition, language: str, base_url: str) -> Json:
    calendar = edition.calendar
    return {
        "id": calendar.id,
        "name": calendar.name.in_language(language),
        "description": calendar.description.in_language(language) if calendar.description else None,
        "timezone": calendar.timezone,
        "language": language,
        "url": calendar.url or None,
        "contact": calendar.contact or None,
        "feed": links.site_url(base_url, "/calendar.ics") if base_url else None,
    }


def event_to_json(version: Version, language: str, base_url: str) -> Json:
    """Returns one event, as /events.json lists it."""
    event = version.event
    return {
        "id": event.id,
        "uid": version.uid,
        "sequence": version.sequence,
        "modified": format_instant(version.modified),
        "title": event.title.in_language(language),
        "titles": dict(event.title.translations),
        "when": when_to_json(event.when, language),
        "was": when_to_json(event.was, language) if event.was else None,
        "timezone": event.timezone,
        "status": event.status.value,
        "repeat": _recurrence_to_json(event, language),
        "place": _place_to_json(event.place, language),
        "places": [_place_to_json(place, language) for place in event.places],
        "tags": list(event.tags),
        "notes": event.notes.in_language(language) if event.notes else None,
        "url": event.url or None,
        "page": links.public_event_url(base_url, event.id) or None,
        "feed": links.event_feed_url(base_url, event.id) if base_url else None,
        "sources": [_source_to_json(source) for source in event.sources],
        "formerly": list(event.formerly),
        "busy": event.busy,
        "kind": event.kind.value,
        "part_of": event.part_of or None,
        "continues": list(event.continues),
        "series": event.series or None,
        "links": {link.name: link.url for link in event.links},
        "organizer": {"name": event.organizer.name.in_language(language), "url": event.organizer.url or None}
        if event.organizer
        else None,
        "online": event.online or None,
        "languages": list(event.languages),
        "image": event.image or None,
        "extra": dict(event.extra),
    }


def _dates_to_json(event: Event, query: Filter, language: str, base_url: str) -> list[Json] | None:
    """Returns the dates of *event* that *query* keeps; None where it gives no first and last day, or days too far apart."""
    if query.start is None or query.end is None or query.end - query.start >= timedelta(MAX_EXPANDED_DAYS):
        return None
    expanded = occurrences.of_event(event, query.start, query.end)
    return [
        _occurrence_to_json(occurrence, language, base_url)
        for occurrence in expanded
        if filters.matches_occurrence(query, occurrence)
    ]


def _occurrence_to_json(occurrence: Occurrence, language: str, base_url: str) -> Json:
    event, recurrence = occurrence.event, occurrence.recurrence
    return {
        "recurrence": recurrence or None,
        "title": occurrences.title_of(occurrence, language),
        "when": when_to_json(occurrence.when, language),
        "status": occurrence.status.value,
        "place": _place_to_json(event.place, language),
        "page": links.public_event_url(base_url, event.id, recurrence) or None,
    }


def _recurrence_to_json(event: Event, language: str) -> Json | None:
    if not event.is_recurring:
        return None
    return {
        "text": event.rule.text if event.rule else None,
        "rrule": _standard_rrule(event),
        "doubtful": event.rule is not None and event.rule.is_estimated,
        "until": event.rule.until.isoformat() if event.rule and event.rule.until else None,
        "except": [day.isoformat() for day in event.exdates],
        "also": [day.isoformat() for day in event.also],
        "exceptions": [
            {
                "date": override.date.isoformat(),
                "when": when_to_json(override.when, language) if override.when else None,
                "status": override.status.value if override.status else None,
                "title": override.title.in_language(language) if override.title else None,
                "place": _place_to_json(override.place, language),
                "notes": override.notes.in_language(language) if override.notes else None,
                "url": override.url or None,
            }
            for override in event.overrides
        ],
    }


def _standard_rrule(event: Event) -> str | None:
    """Returns the RRULE of a series, without UNTIL; None where RFC 5545 cannot say its rule."""
    if event.rule is None or event.rule.is_standard:
        return event.rule.rrule if event.rule else None
    published = occurrences.published_rule(event)
    return published.rrule if published else None


def _place_to_json(place: Place | None, language: str) -> Json | None:
    if place is None:
        return None
    return {
        "name": place.name.in_language(language) if place.name else None,
        "region": place.region.in_language(language) if place.region else None,
        "country": place.country or None,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "words": words.format_place(place, language),
    }


def _source_to_json(source: Source) -> Json:
    return {name: getattr(source, name) or None for name in ("title", "url", "published", "seen", "quote", "grade")}


def _precision(when: When) -> str:
    match when.span:
        case Timed():
            return "minute"
        case Period(_, _, unit):
            return unit.value
        case Undated():
            return "none"
    return "day"
