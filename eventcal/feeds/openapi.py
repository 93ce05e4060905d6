"""The OpenAPI 3.1 document of the JSON interface."""

from __future__ import annotations

import json
import re
from typing import Any

from .. import filters
from ..events import Calendar, EventKind, SourceGrade, Status
from ..when import Unit
from .events_json import MAX_EXPANDED_DAYS

Json = dict[str, Any]

_EVENT_ID_SCHEMA: Json = {"type": "string", "pattern": f"^{filters.EVENT_ID_PATTERN.pattern}$"}
_TAG_SCHEMA: Json = {"type": "string", "pattern": f"^{filters.TAG_PATTERN.pattern}$"}
_TAGS_SCHEMA: Json = {"type": "array", "items": _TAG_SCHEMA, "minItems": 1, "maxItems": filters.MAX_TAGS}
# no control characters, and no space at the beginning
_WORDS_SCHEMA: Json = {
    "type": "string",
    "pattern": r"^[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$",
    "maxLength": filters.MAX_VALUE_LENGTH,
}
_DAY_SCHEMA: Json = {
    "type": "string",
    "minLength": 4,
    "anyOf": [
        {"format": "date"},
        {"pattern": "^(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})(-(0[1-9]|1[0-2]))?$"},
    ],
}

_PARAMETERS: dict[str, tuple[str, Json]] = {
    "tag": ("Events with any of these tags; repeatable.", _TAGS_SCHEMA),
    "-tag": ("Events with none of these tags; repeatable.", _TAGS_SCHEMA),
    "id": (
        "Only these events, by their ids; repeatable.",
        {"type": "array", "items": _EVENT_ID_SCHEMA, "minItems": 1, "maxItems": filters.MAX_IDS},
    ),
    "series": ("The editions of one series, by its name.", _WORDS_SCHEMA | {"maxLength": filters.MAX_SERIES_LENGTH}),
    "q": ("Words that must all occur; case, accents and dashes are ignored.", _WORDS_SCHEMA),
    "place": ("A place's words, or a country code.", _WORDS_SCHEMA),
    "from": (
        "The first day, or a month or year, which begins with its first day; events that overlap it are kept whole.",
        _DAY_SCHEMA,
    ),
    "to": (
        "The last day, inclusive, or a month or year, which ends with its last day; not before `from`.",
        _DAY_SCHEMA,
    ),
    "lang": (
        "The language of texts and of the words that eventcal adds (BCP 47).",
        {"type": "string", "pattern": f"^{filters.LANGUAGE_PATTERN.pattern}$"},
    ),
    "imprecise": (
        "How dates without a day are shown: as the whole period up to a quarter, as the whole period however long, on its first day, or not at all.",
        {"type": "string", "enum": list(filters.IMPRECISE_MODES), "default": "span"},
    ),
    "cancelled": (
        "How cancelled events are shown: by STATUS and in the title, in the title only, or not at all.",
        {"type": "string", "enum": list(filters.CANCELLED_MODES), "default": "struck"},
    ),
    "alarms": ("1 adds the event's reminders as alarms.", {"type": "string", "enum": ["0", "1"], "default": "0"}),
    "limit": (
        "The number of events on a page; a page of long events may have fewer.",
        {"type": "integer", "minimum": 1, "maximum": filters.MAX_PAGE_EVENTS, "default": filters.MAX_PAGE_EVENTS},
    ),
    "after": ("The page that begins after the event of this id; `next` gives the whole address.", _EVENT_ID_SCHEMA),
    "parts": ("1 adds the events that belong to it.", {"type": "string", "enum": ["0", "1"], "default": "0"}),
}

_STRING_SCHEMA: Json = {"type": "string"}
_NULLABLE_STRING_SCHEMA: Json = {"type": ["string", "null"]}
_NEXT_SCHEMA: Json = _NULLABLE_STRING_SCHEMA | {
    "format": "uri-reference",
    "description": 'The address of the next page, as also in `Link: <...>; rel="next"` (RFC 8288); null on the last',
}
_DATE_SCHEMA: Json = {"type": ["string", "null"], "format": "date"}
_STATUS_SCHEMA: Json = {"type": "string", "enum": [status.value for status in Status]}
_DATE_TIME_SCHEMA: Json = {"type": ["string", "null"], "format": "date-time"}


def render_openapi(calendar: Calendar, base_url: str) -> bytes:
    """Returns the document; without a base address the server is wherever it was fetched from."""
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": calendar.name.in_language(calendar.language),
            "version": "1",
            "description": "A calendar of dated events. Dates are as precise as they are known, and no more. "
            "Every answer has a strong ETag and Last-Modified; ask with If-None-Match or If-Modified-Since.",
        },
        "servers": [{"url": base_url.rstrip("/") or "/"}],
        "paths": {path: _get_operation(path) for path in _OPERATIONS},
        "components": {"parameters": _parameters(), "schemas": _schemas(), "responses": _responses()},
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def accepted_parameters(path: str) -> tuple[str, ...]:
    """Returns the parameters that the feed at *path* takes."""
    if path == "/openapi.json":
        return ()
    if path.startswith("/events/"):
        return ("lang", "imprecise", "cancelled", "alarms", "parts")
    if path.startswith("/tags/"):
        return tuple(name for name in filters.FILTER_PARAMETERS if name != "tag")
    if path == "/calendar.ics":
        return filters.FILTER_PARAMETERS
    return (*filters.LIST_PARAMETERS, *(filters.PAGE_PARAMETERS if path == "/events.json" else ()))


_OPERATIONS = {
    "/calendar.ics": ("calendar", "The calendar, to subscribe to", "text/calendar"),
    "/tags/{tag}.ics": ("tag", "The events of one tag", "text/calendar"),
    "/events/{id}.ics": ("event", "One event", "text/calendar"),
    "/events.json": ("events", "The events, as data, page by page in the order of their ids", "application/json"),
    "/upcoming.atom": ("upcoming", "Upcoming events, for feed readers", "application/atom+xml"),
    "/changes.atom": ("changes", "Changes, for feed readers", "application/atom+xml"),
}
"""The id, summary and media type of each feed."""


def _get_operation(path: str) -> Json:
    name, summary, media_type = _OPERATIONS[path]
    is_json = media_type == "application/json"
    shape: Json = {"$ref": "#/components/schemas/Events"} if is_json else _STRING_SCHEMA
    responses: Json = {
        "200": {"description": "The representation", "content": {media_type: {"schema": shape}}},
        "304": {"$ref": "#/components/responses/Unchanged"},
        "400": {"$ref": "#/components/responses/Refused"},
        "412": {"$ref": "#/components/responses/Changed"},
        "503": {"$ref": "#/components/responses/Nothing"},
    }
    parameters: list[Json] = [
        {"name": name_in_path, "in": "path", "required": True, "schema": _STRING_SCHEMA}
        for name_in_path in re.findall(r"{(\w+)}", path)
    ]
    if parameters:
        responses["404"] = {"$ref": "#/components/responses/Unknown"}
    parameters += [
        {"$ref": f"#/components/parameters/{parameter.replace('-', 'not-')}"} for parameter in accepted_parameters(path)
    ]
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": responses}}


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
    def text_response(text: str) -> Json:
        return {"description": text, "content": {"text/plain": {"schema": _STRING_SCHEMA}}}

    return {
        "Unchanged": {"description": "Not modified since the version that the condition names"},
        "Refused": text_response("A parameter is unknown, repeated or malformed; the text names it and the valid ones"),
        "Changed": text_response("Not the version that If-Match or If-Unmodified-Since names"),
        "Unknown": text_response("There is no such tag or event"),
        "Nothing": text_response("There is no calendar yet; Retry-After says when to ask again"),
    }


def _schemas() -> Json:
    optional_fields = ("description", "url", "contact", "feed")
    calendar_schema = _object_schema(
        {"id": _STRING_SCHEMA, "name": _STRING_SCHEMA, "timezone": _STRING_SCHEMA, "language": _STRING_SCHEMA}
        | dict.fromkeys(optional_fields, _NULLABLE_STRING_SCHEMA)
    )
    events: Json = {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}
    return {
        "Events": _object_schema({"calendar": calendar_schema, "next": _NEXT_SCHEMA, "events": events}),
        "Event": _event_schema(),
        "Occurrence": _occurrence_schema(),
        "When": _when_schema(),
    }


def _when_schema() -> Json:
    return _object_schema(
        {
            "text": _STRING_SCHEMA | {"description": "As written in the registry"},
            "edtf": _NULLABLE_STRING_SCHEMA | {"description": "ISO 8601-2 (EDTF); null when no date is known"},
            "precision": {"type": "string", "enum": ["minute", "day", *Unit, "none"]},
            "doubtful": {"type": "boolean"},
            "floating": {
                "type": "boolean",
                "description": "Whether the time applies on every wall clock instead of in one zone",
            },
            "first_day": _DATE_SCHEMA | {"description": "The first possible day, in the event's time zone"},
            "last_day": _DATE_SCHEMA | {"description": "The last possible day, inclusive"},
            "starts_at": _DATE_TIME_SCHEMA | {"description": "Only if the time is known and not floating"},
            "ends_at": _DATE_TIME_SCHEMA,
            "words": _STRING_SCHEMA | {"description": "For a person, in the calendar's `language`"},
        }
    )


def _event_schema() -> Json:
    nullable_place: Json = {"oneOf": [_place_schema(), {"type": "null"}]}
    return _object_schema(_schedule_properties(nullable_place) | _descriptive_properties(nullable_place))


def _occurrence_schema() -> Json:
    return _object_schema(
        {
            "recurrence": _DATE_SCHEMA
            | {"description": "The date that the rule produced, also if it moved; null if the event happens once"},
            "title": _STRING_SCHEMA,
            "when": {"$ref": "#/components/schemas/When"},
            "status": _STATUS_SCHEMA,
            "place": {"oneOf": [_place_schema(), {"type": "null"}]},
            "page": _NULLABLE_STRING_SCHEMA,
        }
    )


def _schedule_properties(nullable_place: Json) -> Json:
    """Describes what identifies an event and says when it is."""
    nullable_when: Json = {"oneOf": [{"$ref": "#/components/schemas/When"}, {"type": "null"}]}
    return {
        "id": _STRING_SCHEMA,
        "uid": _STRING_SCHEMA | {"description": "Permanent; also the UID in the feeds"},
        "sequence": {"type": "integer", "description": "Rises when the schedule or the status changes"},
        "modified": _STRING_SCHEMA | {"format": "date-time"},
        "title": _STRING_SCHEMA,
        "titles": {"type": "object", "additionalProperties": _STRING_SCHEMA, "description": "By language tag"},
        "when": {"$ref": "#/components/schemas/When"},
        "was": nullable_when,
        "timezone": _STRING_SCHEMA | {"description": "IANA name"},
        "status": _STATUS_SCHEMA,
        "dates": {
            "type": ["array", "null"],
            "items": {"$ref": "#/components/schemas/Occurrence"},
            "description": f"What of it touches the days `from` to `to`; null unless both are given, for at most {MAX_EXPANDED_DAYS} days",
        },
        "repeat": {"oneOf": [_recurrence_schema(nullable_when, nullable_place), {"type": "null"}]},
    }


def _descriptive_properties(nullable_place: Json) -> Json:
    string_list: Json = {"type": "array", "items": _STRING_SCHEMA}
    text_map: Json = {"type": "object", "additionalProperties": _STRING_SCHEMA}
    return {
        "place": nullable_place | {"description": "The main place"},
        "places": {"type": "array", "items": _place_schema(), "description": "Every place, the main one first"},
        "tags": string_list,
        "notes": _NULLABLE_STRING_SCHEMA | {"description": "CommonMark"},
        "url": _NULLABLE_STRING_SCHEMA,
        "page": _NULLABLE_STRING_SCHEMA,
        "feed": _NULLABLE_STRING_SCHEMA,
        "sources": {"type": "array", "items": _source_schema()},
        "formerly": string_list,
        "busy": {"type": "boolean"},
        "kind": {"type": "string", "enum": [kind.value for kind in EventKind]},
        "series": _NULLABLE_STRING_SCHEMA | {"description": "The name that its editions of other years share"},
        "part_of": _NULLABLE_STRING_SCHEMA | {"description": "The id of the event that it belongs to"},
        "continues": string_list
        | {"description": "The ids of the series that goes on in this one, and of those before it"},
        "links": text_map | {"description": "Further addresses by name"},
        "organizer": {
            "oneOf": [_object_schema({"name": _STRING_SCHEMA, "url": _NULLABLE_STRING_SCHEMA}), {"type": "null"}]
        },
        "online": _NULLABLE_STRING_SCHEMA | {"description": "The address at which it takes place"},
        "languages": string_list | {"description": "In which it is held, as BCP 47 tags"},
        "image": _NULLABLE_STRING_SCHEMA | {"description": "The address of an image"},
        "extra": text_map | {"description": "The registry's own keys, which begin with x-"},
    }


def _recurrence_schema(nullable_when: Json, nullable_place: Json) -> Json:
    own_texts = dict.fromkeys(("status", "title", "notes", "url"), _NULLABLE_STRING_SCHEMA)
    exception = _object_schema(
        {"date": _STRING_SCHEMA | {"format": "date"}, "when": nullable_when, "place": nullable_place} | own_texts
    )
    days: Json = {"type": "array", "items": _STRING_SCHEMA | {"format": "date"}}
    return _object_schema(
        {
            "text": _NULLABLE_STRING_SCHEMA,
            "rrule": _NULLABLE_STRING_SCHEMA
            | {"description": "RFC 5545, without UNTIL; null if no RRULE can express the rule"},
            "doubtful": {
                "type": "boolean",
                "description": "Whether each date but the first is doubtful until an exception gives it",
            },
            "until": _NULLABLE_STRING_SCHEMA | {"description": "The last day or local start, inclusive"},
            "except": days,
            "also": days,
            "exceptions": {"type": "array", "items": exception},
        }
    )


def _place_schema() -> Json:
    number: Json = {"type": ["number", "null"]}
    name_fields = {
        "name": _NULLABLE_STRING_SCHEMA,
        "region": _NULLABLE_STRING_SCHEMA,
        "country": _NULLABLE_STRING_SCHEMA,
    }
    return _object_schema(name_fields | {"latitude": number, "longitude": number, "words": _STRING_SCHEMA})


def _source_schema() -> Json:
    grades: Json = {"type": ["string", "null"], "enum": [*(grade.value for grade in SourceGrade), None]}
    return _object_schema(
        dict.fromkeys(("title", "url", "published", "seen", "quote"), _NULLABLE_STRING_SCHEMA) | {"grade": grades}
    )


def _object_schema(properties: Json) -> Json:
    """Returns an object that always has all its keys."""
    return {"type": "object", "properties": properties, "required": list(properties)}
