"""An edition as JSON for programs. Every key is always there, null where nothing is known; `openapi` describes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from .. import filters, links, words
from ..events import Event, Place, Source, Text
from ..filters import Filter
from ..history import Edition, Version
from ..ical import Kept
from ..when import Period, Timed, Undated, When

Json = dict[str, Any]


_events: Kept[str] = Kept()


def events_json(edition: Edition, query: Filter, language: str, base_url: str) -> bytes:
    """The registry's events, all of them unless *query* says otherwise: also those without a date, and past ones."""
    kept = [
        each
        for each in edition.versions
        if filters.matches_event(query, each.event) and filters.is_in_window(query, each.event)
    ]
    events = _events.of((language, base_url), kept, lambda version: _written(_event(version, language, base_url)))
    head = _written(_calendar(edition, language, base_url))
    return ('{"calendar":' + head + ',"events":[\n' + ",\n".join(events) + "\n]}\n").encode()


def _written(body: Json) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def when_json(when: When, language: str) -> Json:
    """A date: as written, as EDTF, its bounds (both days possible and counted), and in words."""
    span = when.span
    timed = span if isinstance(span, Timed) else None
    return {
        "text": when.text or str(when),
        "edtf": when.edtf or None,
        "precision": _precision(when),
        "doubtful": when.uncertain,
        "first_day": when.first_day.isoformat() if when.first_day else None,
        "last_day": when.last_day.isoformat() if when.last_day else None,
        "starts_at": _instant(timed.start) if timed else None,
        "ends_at": _instant(timed.end) if timed and timed.end else None,
        "words": words.when_words(when, language),
    }


def _calendar(edition: Edition, language: str, base_url: str) -> Json:
    calendar = edition.calendar
    return {
        "id": calendar.id,
        "name": calendar.name.in_language(language),
        "description": calendar.description.in_language(language) if calendar.description else None,
        "timezone": calendar.timezone,
        "language": language,
        "url": calendar.url or None,
        "contact": calendar.contact or None,
        "feed": links.feed_url(base_url) if base_url else None,
    }


def _event(version: Version, language: str, base_url: str) -> Json:
    event = version.event
    return {
        "id": event.id,
        "uid": version.uid,
        "sequence": version.sequence,
        "modified": _instant(version.modified),
        "title": event.title.in_language(language),
        "titles": _texts(event.title),
        "when": when_json(event.when, language),
        "was": when_json(event.was, language) if event.was else None,
        "timezone": event.timezone,
        "status": event.status.value,
        "repeat": _repeat(event, language),
        "place": _place(event.place, language),
        "tags": list(event.tags),
        "notes": event.notes.in_language(language) if event.notes else None,
        "url": event.url or None,
        "page": links.event_url(base_url, event.id) if base_url else None,
        "feed": links.event_feed_url(base_url, event.id) if base_url else None,
        "sources": [_source(each) for each in event.sources],
        "formerly": list(event.formerly),
        "busy": event.busy,
    }


def _repeat(event: Event, language: str) -> Json | None:
    if event.rule is None and not event.also:
        return None
    return {
        "text": event.rule.text if event.rule else None,
        "rrule": event.rule.rrule if event.rule else None,
        "until": event.rule.until.isoformat() if event.rule and event.rule.until else None,
        "except": [each.isoformat() for each in event.exdates],
        "also": [each.isoformat() for each in event.also],
        "exceptions": [
            {
                "date": each.date.isoformat(),
                "when": when_json(each.when, language) if each.when else None,
                "status": each.status.value if each.status else None,
            }
            for each in event.overrides
        ],
    }


def _place(place: Place | None, language: str) -> Json | None:
    if place is None:
        return None
    return {
        "name": place.name.in_language(language) if place.name else None,
        "region": place.region.in_language(language) if place.region else None,
        "country": place.country or None,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "words": words.place_words(place, language),
    }


def _source(source: Source) -> Json:
    return {
        "title": source.title or None,
        "url": source.url or None,
        "published": source.published or None,
        "seen": source.seen or None,
        "quote": source.quote or None,
        "grade": source.grade.value if source.grade else None,
    }


def _texts(text: Text) -> dict[str, str]:
    return dict(text.translations)


def _precision(when: When) -> str:
    match when.span:
        case Timed():
            return "minute"
        case Period(_, _, unit):
            return unit.value
        case Undated():
            return "none"
    return "day"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
