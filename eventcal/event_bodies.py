"""Events and calendars become JSON, the bodies of the store's rows, and come back equal.

A field that equals its default is left out; dates and leads are their canonical texts. They were checked when the
registry was read, so reading them back trusts them: newer zone data must not make an edition unreadable.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .events import (
    Calendar,
    Event,
    EventKind,
    Link,
    Organizer,
    Override,
    Place,
    Source,
    SourceGrade,
    Status,
    TagColor,
    TagStyle,
    Text,
    shared,
)
from .leads import lead_text, leads_of, notices_of
from .leads import parse as parse_lead
from .repeat import RecurrenceRule
from .when import FloatingZone, When, parse_stored, zone_or_utc

_PLAIN_FIELDS = (
    "tags", "url", "formerly", "busy", "uid", "sequence", "online", "part_of", "series", "floating", "languages", "image",
)  # fmt: skip
"""Fields of an event whose values JSON holds as they are."""


def event_to_json(event: Event) -> str:
    """Returns *event* as compact JSON: the same text for the same event."""
    body: dict[str, Any] = {"id": event.id, "title": dict(event.title.translations), "when": _when_to_json(event.when)}
    body["timezone"] = event.timezone
    if event.status is not Status.CONFIRMED:
        body["status"] = event.status.value
    if event.was is not None:
        body["was"] = _when_to_json(event.was)
    if event.place is not None:
        body["place"] = _place_to_json(event.place)
    if event.notes is not None:
        body["notes"] = dict(event.notes.translations)
    if event.sources:
        body["sources"] = [_source_to_json(source) for source in event.sources]
    body |= _series_to_json(event)
    if event.kind is not EventKind.EVENT:
        body["kind"] = event.kind.value
    if event.links:
        body["links"] = {link.name: link.url for link in event.links}
    if event.organizer is not None:
        body["organizer"] = {"name": dict(event.organizer.name.translations), "url": event.organizer.url}
    if event.further_places:
        body["further_places"] = [_place_to_json(place) for place in event.further_places]
    if event.extra:
        body["extra"] = dict(event.extra)
    return _compact_json(body | {name: value for name in _PLAIN_FIELDS if (value := getattr(event, name))})


def _series_to_json(event: Event) -> dict[str, Any]:
    """Returns the rule of *event*, the differences from it, and the reminders."""
    body: dict[str, Any] = {}
    if event.rule is not None:
        body["rule"] = _rule_to_json(event.rule)
    if event.overrides:
        body["overrides"] = [_override_to_json(override) for override in event.overrides]
    if event.leads or event.notices:
        body["reminders"] = [lead_text(reminder) for reminder in (*event.leads, *event.notices)]
    for name in ("exdates", "also"):
        if dates := getattr(event, name):
            body[name] = [day.isoformat() for day in dates]
    return body


def event_from_json(text: str) -> Event:
    """Returns the event that `event_to_json` wrote, equal in every field, the typed text of its dates included."""
    body = json.loads(text)
    zone = zone_or_utc(body["timezone"])
    if body.get("floating"):
        zone = FloatingZone(zone.key)
    place = body.get("place")
    return Event(
        id=body["id"],
        title=_text(body["title"]),
        when=_when_from_json(body["when"], zone),
        timezone=zone.key,
        status=Status(body.get("status", "confirmed")),
        was=_when_from_json(body["was"], zone) if "was" in body else None,
        place=shared(_place_from_json(place)) if place is not None else None,
        tags=shared(tuple(body.get("tags", ()))),
        notes=_text_from_json(body.get("notes")),
        url=body.get("url", ""),
        sources=shared(tuple(_source_from_json(source) for source in body.get("sources", ()))),
        formerly=tuple(body.get("formerly", ())),
        busy=body.get("busy", False),
        uid=body.get("uid", ""),
        sequence=body.get("sequence", 0),
        kind=EventKind(body.get("kind", "event")),
        links=tuple(Link(*pair) for pair in body.get("links", {}).items()),
        organizer=_organizer_from_json(body.get("organizer")),
        online=body.get("online", ""),
        extra=tuple(body.get("extra", {}).items()),
        part_of=body.get("part_of", ""),
        series=body.get("series", ""),
        floating=body.get("floating", False),
        further_places=tuple(map(_place_from_json, body.get("further_places", ()))),
        languages=tuple(body.get("languages", ())),
        image=body.get("image", ""),
        **_series_from_json(body, zone),
    )


def _series_from_json(body: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Returns what `_series_to_json` wrote, by the names of an event's fields."""
    rule, reminders = body.get("rule"), tuple(map(parse_lead, body.get("reminders", ())))
    return {
        "rule": _rule_from_json(rule) if rule is not None else None,
        "exdates": tuple(map(date.fromisoformat, body.get("exdates", ()))),
        "also": tuple(map(date.fromisoformat, body.get("also", ()))),
        "overrides": tuple(_override_from_json(override, zone) for override in body.get("overrides", ())),
        "leads": leads_of(reminders),
        "notices": notices_of(reminders),
    }


def calendar_to_json(calendar: Calendar) -> str:
    """Returns *calendar* as compact JSON."""
    body: dict[str, Any] = {"id": calendar.id, "name": dict(calendar.name.translations), "timezone": calendar.timezone}
    body["language"] = calendar.language
    if calendar.description is not None:
        body["description"] = dict(calendar.description.translations)
    if calendar.tags:
        body["tags"] = {style.tag: _tag_style_to_json(style) for style in calendar.tags}
    return _compact_json(
        body | {name: value for name in ("color", "url", "contact") if (value := getattr(calendar, name))}
    )


def calendar_from_json(text: str) -> Calendar:
    """Returns the calendar that `calendar_to_json` wrote."""
    body = json.loads(text)
    body["timezone"] = zone_or_utc(body["timezone"]).key
    name, description = _text(body.pop("name")), _text_from_json(body.pop("description", None))
    tags = tuple(_tag_style_from_json(tag, style) for tag, style in body.pop("tags", {}).items())
    return Calendar(name=name, description=description, tags=tags, **body)


def _tag_style_to_json(style: TagStyle) -> dict[str, Any]:
    body: dict[str, Any] = {"name": dict(style.name.translations)} if style.name else {}
    return body | ({"color": style.color.value} if style.color else {})


def _tag_style_from_json(tag: str, body: dict[str, Any]) -> TagStyle:
    color = body.get("color")
    return TagStyle(tag, _text_from_json(body.get("name")), TagColor(color) if color else None)


def _compact_json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _text_from_json(pairs: dict[str, str] | None) -> Text | None:
    return None if pairs is None else _text(pairs)


def _text(pairs: dict[str, str]) -> Text:
    return Text(tuple((sys.intern(language), text) for language, text in pairs.items()))


def _organizer_from_json(body: dict[str, Any] | None) -> Organizer | None:
    return None if body is None else Organizer(_text(body["name"]), body["url"])


def _when_to_json(when: When) -> str | list[str]:
    """Returns the canonical text, in a pair with the typed one where they differ."""
    canonical = str(when)
    return canonical if when.text == canonical else [canonical, when.text]


def _when_from_json(body: str | list[str], zone: ZoneInfo) -> When:
    return parse_stored(body, zone) if isinstance(body, str) else replace(parse_stored(body[0], zone), text=body[1])


def _place_to_json(place: Place) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if place.name is not None:
        body["name"] = dict(place.name.translations)
    if place.region is not None:
        body["region"] = dict(place.region.translations)
    if place.country:
        body["country"] = place.country
    if place.latitude is not None:
        body["lat"] = place.latitude
    if place.longitude is not None:
        body["lon"] = place.longitude
    return body


def _place_from_json(body: dict[str, Any]) -> Place:
    name, region = _text_from_json(body.get("name")), _text_from_json(body.get("region"))
    return Place(name, region, body.get("country", ""), body.get("lat"), body.get("lon"))


def _source_to_json(source: Source) -> dict[str, str]:
    names = ("key", "title", "url", "published", "seen", "quote", "grade")
    return {name: str(value) for name in names if (value := getattr(source, name))}


def _source_from_json(body: dict[str, Any]) -> Source:
    grade = body.pop("grade", None)
    return Source(**body, grade=SourceGrade(grade) if grade else None)


def _rule_to_json(rule: RecurrenceRule) -> dict[str, Any]:
    body: dict[str, Any] = {"rrule": rule.rrule, "text": rule.text}
    if rule.raw:
        body["raw"] = True
    if rule.until is not None:
        body["until"] = rule.until.isoformat()
    return body


def _rule_from_json(body: dict[str, Any]) -> RecurrenceRule:
    until_text = body.get("until", "")
    until_value: date | datetime | None = None
    if until_text:
        until_value = datetime.fromisoformat(until_text) if "T" in until_text else date.fromisoformat(until_text)
    return RecurrenceRule(body["rrule"], body["text"], body.get("raw", False), until_value)


def _override_to_json(override: Override) -> dict[str, Any]:
    body: dict[str, Any] = {"date": override.date.isoformat()}
    if override.when is not None:
        body["when"] = _when_to_json(override.when)
    if override.status is not None:
        body["status"] = override.status.value
    if override.title is not None:
        body["title"] = dict(override.title.translations)
    if override.place is not None:
        body["place"] = _place_to_json(override.place)
    if override.notes is not None:
        body["notes"] = dict(override.notes.translations)
    if override.url:
        body["url"] = override.url
    return body


def _override_from_json(body: dict[str, Any], zone: ZoneInfo) -> Override:
    when, status = body.get("when"), body.get("status")
    return Override(
        date.fromisoformat(body["date"]),
        _when_from_json(when, zone) if when is not None else None,
        Status(status) if status is not None else None,
        _text_from_json(body.get("title")),
        _place_from_json(body["place"]) if "place" in body else None,
        _text_from_json(body.get("notes")),
        body.get("url", ""),
    )
