"""What a program may ask for, and what it gets, as an OpenAPI 3.1 document."""

from __future__ import annotations

import json
from typing import Any

from .. import filters
from ..events import Calendar, SourceGrade, Status

Json = dict[str, Any]

_PARAMETERS: dict[str, tuple[str, Json]] = {
    "tag": ("Events that carry any of these tags; may be repeated.", {"type": "array", "items": {"type": "string"}}),
    "-tag": ("Events that carry none of these tags; may be repeated.", {"type": "array", "items": {"type": "string"}}),
    "q": ("Words that must all be found; case, accents and dashes do not count.", {"type": "string", "maxLength": 200}),
    "place": ("A place's words, or a country code.", {"type": "string", "maxLength": 200}),
    "from": ("The first day; what touches it stays whole.", {"type": "string", "format": "date"}),
    "to": ("The last day, itself counted.", {"type": "string", "format": "date"}),
    "lang": ("The language of texts and of our own words (BCP 47).", {"type": "string"}),
    "imprecise": (
        "How dates without a day are shown: over their period up to a quarter, over any period, on its first day, not.",
        {"type": "string", "enum": list(filters.IMPRECISE_MODES), "default": "span"},
    ),
    "cancelled": (
        "How cancelled events are shown: STATUS and title, title alone, not.",
        {"type": "string", "enum": list(filters.CANCELLED_MODES), "default": "struck"},
    ),
    "alarms": ("1 adds the event's reminders as alarms.", {"type": "string", "enum": ["0", "1"], "default": "0"}),
}

_TEXT: Json = {"type": "string"}
_SOME_TEXT: Json = {"type": ["string", "null"]}
_DAY: Json = {"type": ["string", "null"], "format": "date"}
_INSTANT: Json = {"type": ["string", "null"], "format": "date-time"}


def openapi(calendar: Calendar, base_url: str) -> bytes:
    """The document; without a base address the server is wherever it was fetched from."""
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": calendar.name.in_language(calendar.language),
            "version": "1",
            "description": "A calendar of dated events. Dates are as precise as they are known, and no more. "
            "Every answer has a strong ETag and Last-Modified; ask with If-None-Match or If-Modified-Since.",
        },
        "servers": [{"url": base_url.rstrip("/") or "/"}],
        "paths": _paths(),
        "components": {"parameters": _parameters(), "schemas": _schemas(), "responses": _responses()},
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _paths() -> Json:
    plain = ("tag", "-tag", "q", "place", "from", "to", "lang", "imprecise", "cancelled")
    tag: Json = {"name": "tag", "in": "path", "required": True, "schema": _TEXT}
    event: Json = {"name": "id", "in": "path", "required": True, "schema": _TEXT}
    return {
        "/calendar.ics": _get("calendar", "The calendar, to subscribe to", "text/calendar", filters.FILTER_PARAMETERS),
        "/tags/{tag}.ics": _get("tag", "The events of one tag", "text/calendar", filters.FILTER_PARAMETERS[1:], [tag]),
        "/events/{id}.ics": _get(
            "event", "One event", "text/calendar", ("lang", "imprecise", "cancelled", "alarms"), [event]
        ),
        "/events.json": _get("events", "The events, as data", "application/json", plain, schema="Events"),
        "/upcoming.atom": _get("upcoming", "What is near, for feed readers", "application/atom+xml", plain),
        "/changes.atom": _get("changes", "What has changed, for feed readers", "application/atom+xml", plain),
    }


def _get(
    name: str, summary: str, media: str, parameters: tuple[str, ...], path: list[Json] | None = None, schema: str = ""
) -> Json:
    shape: Json = {"$ref": f"#/components/schemas/{schema}"} if schema else _TEXT
    references = [{"$ref": f"#/components/parameters/{each.replace('-', 'not-')}"} for each in parameters]
    responses: Json = {
        "200": {"description": "The representation", "content": {media: {"schema": shape}}},
        "304": {"$ref": "#/components/responses/Unchanged"},
        "400": {"$ref": "#/components/responses/Refused"},
        "503": {"$ref": "#/components/responses/Nothing"},
    }
    if path:
        responses["404"] = {"$ref": "#/components/responses/Unknown"}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [*(path or []), *references],
            "responses": responses,
        }
    }


def _parameters() -> Json:
    return {
        name.replace("-", "not-"): {
            "name": name,
            "in": "query",
            "required": False,
            "description": text,
            "schema": schema,
            **({"style": "form", "explode": True} if schema["type"] == "array" else {}),
        }
        for name, (text, schema) in _PARAMETERS.items()
    }


def _responses() -> Json:
    def plain(text: str) -> Json:
        return {"description": text, "content": {"text/plain": {"schema": _TEXT}}}

    return {
        "Unchanged": {"description": "What the condition names is still what would be sent"},
        "Refused": plain("A parameter is unknown, repeated or malformed; the text names it and the valid ones"),
        "Unknown": plain("There is no such tag or event"),
        "Nothing": plain("There is no calendar yet; Retry-After says when to ask again"),
    }


def _schemas() -> Json:
    head = ("description", "url", "contact", "feed")
    about = _object(
        {"id": _TEXT, "name": _TEXT, "timezone": _TEXT, "language": _TEXT} | dict.fromkeys(head, _SOME_TEXT)
    )
    events: Json = {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}
    return {"Events": _object({"calendar": about, "events": events}), "Event": _event(), "When": _when()}


def _when() -> Json:
    return _object(
        {
            "text": _TEXT | {"description": "As written in the registry"},
            "edtf": _SOME_TEXT | {"description": "ISO 8601-2 (EDTF); null when no date is known"},
            "precision": {"type": "string", "enum": ["minute", "day", "month", "quarter", "year", "none"]},
            "doubtful": {"type": "boolean"},
            "first_day": _DAY | {"description": "The first possible day, in the event's time zone"},
            "last_day": _DAY | {"description": "The last possible day, itself counted"},
            "starts_at": _INSTANT | {"description": "Only where the hour is known"},
            "ends_at": _INSTANT,
            "words": _TEXT | {"description": "For a person, in the calendar's `language`"},
        }
    )


def _event() -> Json:
    some_when: Json = {"oneOf": [{"$ref": "#/components/schemas/When"}, {"type": "null"}]}
    texts: Json = {"type": "array", "items": _TEXT}
    return _object(
        {
            "id": _TEXT,
            "uid": _TEXT | {"description": "The same for ever, also as UID in the feeds"},
            "sequence": {"type": "integer", "description": "Goes up when the schedule or the status changes"},
            "modified": _TEXT | {"format": "date-time"},
            "title": _TEXT,
            "titles": {"type": "object", "additionalProperties": _TEXT, "description": "By language tag"},
            "when": {"$ref": "#/components/schemas/When"},
            "was": some_when,
            "timezone": _TEXT | {"description": "IANA name"},
            "status": {"type": "string", "enum": [each.value for each in Status]},
            "repeat": {"oneOf": [_repeat(some_when), {"type": "null"}]},
            "place": {"oneOf": [_place(), {"type": "null"}]},
            "tags": texts,
            "notes": _SOME_TEXT | {"description": "CommonMark"},
            "url": _SOME_TEXT,
            "page": _SOME_TEXT,
            "feed": _SOME_TEXT,
            "sources": {"type": "array", "items": _source()},
            "formerly": texts,
            "busy": {"type": "boolean"},
        }
    )


def _repeat(some_when: Json) -> Json:
    exception = _object({"date": _TEXT | {"format": "date"}, "when": some_when, "status": _SOME_TEXT})
    days: Json = {"type": "array", "items": _TEXT | {"format": "date"}}
    return _object(
        {
            "text": _SOME_TEXT,
            "rrule": _SOME_TEXT | {"description": "RFC 5545, without UNTIL"},
            "until": _SOME_TEXT | {"description": "The last day or local start, itself counted"},
            "except": days,
            "also": days,
            "exceptions": {"type": "array", "items": exception},
        }
    )


def _place() -> Json:
    number: Json = {"type": ["number", "null"]}
    named = {"name": _SOME_TEXT, "region": _SOME_TEXT, "country": _SOME_TEXT}
    return _object(named | {"latitude": number, "longitude": number, "words": _TEXT})


def _source() -> Json:
    grades: Json = {"type": ["string", "null"], "enum": [*(each.value for each in SourceGrade), None]}
    return _object(dict.fromkeys(("title", "url", "published", "seen", "quote"), _SOME_TEXT) | {"grade": grades})


def _object(properties: Json) -> Json:
    """An object that always has all its keys."""
    return {"type": "object", "properties": properties, "required": list(properties)}
