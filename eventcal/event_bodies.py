"""Events and calendars become JSON, the bodies of the store's rows, and come back equal.

A field that equals its default is left out; dates and leads are their canonical texts. They were checked when the
registry was read, so reading them back trusts them: newer zone data must not make an edition unreadable.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol
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


class _Form(Protocol):
    """Writes a value as JSON holds it, and reads it back on the clock of a zone."""

    def write(self, value: Any, /) -> Any: ...

    def read(self, body: Any, zone: ZoneInfo, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class _Value:
    """Writes and reads a value by two functions; without them JSON holds the value as it is."""

    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any, ZoneInfo], Any] = lambda body, _zone: body


class _Record:
    """Writes a frozen dataclass as an object of those fields that differ from their defaults, and reads it back.

    *forms* are the forms of its fields, *keys* the names in JSON of those that are called something else there.
    """

    def __init__(self, kind: type[Any], forms: Mapping[str, _Form], keys: Mapping[str, str] | None = None) -> None:
        defaults = {field.name: field.default for field in fields(kind)}
        keys = keys or {}
        self._kind = kind
        self._written = [(name, keys.get(name, name), form.write, defaults[name]) for name, form in forms.items()]
        self._read = {keys.get(name, name): (name, form.read) for name, form in forms.items()}

    def write(self, value: Any) -> dict[str, Any]:
        return {
            key: write(item)
            for name, key, write, default in self._written
            if (item := getattr(value, name)) is not default and item != default
        }

    def read(self, body: Mapping[str, Any], zone: ZoneInfo, **further: Any) -> Any:
        """Returns the value that `write` wrote; *further* are fields that it has no form of."""
        known = [(self._read[key], item) for key, item in body.items() if key in self._read]
        return self._kind(**{name: read(item, zone) for (name, read), item in known}, **further)


def _enum(kind: type[Enum]) -> _Value:
    return _Value(lambda value: value.value, lambda text, _zone: kind(text))


def _list_of(form: _Form) -> _Value:
    return _Value(
        lambda values: [form.write(value) for value in values],
        lambda bodies, zone: tuple(form.read(body, zone) for body in bodies),
    )


def _shared(form: _Form) -> _Value:
    """Has events of one edition share the equal values of a field."""
    return _Value(form.write, lambda body, zone: shared(form.read(body, zone)))


def _text_from_json(pairs: dict[str, str], _zone: ZoneInfo) -> Text:
    return Text(tuple((sys.intern(language), text) for language, text in pairs.items()))


def _when_to_json(when: When) -> str | list[str]:
    """Returns the canonical text, in a pair with the typed one where they differ."""
    canonical = str(when)
    return canonical if when.text == canonical else [canonical, when.text]


def _when_from_json(body: str | list[str], zone: ZoneInfo) -> When:
    return parse_stored(body, zone) if isinstance(body, str) else replace(parse_stored(body[0], zone), text=body[1])


def _tags_to_json(styles: Iterable[TagStyle]) -> dict[str, Any]:
    bodies = [_TAG_STYLE.write(style) for style in styles]
    return {body.pop("tag"): body for body in bodies}


def _tags_from_json(body: Mapping[str, Any], zone: ZoneInfo) -> tuple[TagStyle, ...]:
    return tuple(_TAG_STYLE.read({"tag": tag, **style}, zone) for tag, style in body.items())


_PLAIN = _Value()
_LIST = _Value(read=lambda body, _zone: tuple(body))
_PAIRS = _Value(dict, lambda body, _zone: tuple(body.items()))
_TEXT = _Value(lambda text: dict(text.translations), _text_from_json)
_WHEN = _Value(_when_to_json, _when_from_json)
_UNTIL = _Value(
    lambda end: end.isoformat(), lambda text, _zone: (datetime if "T" in text else date).fromisoformat(text)
)
_DAY = _Value(date.isoformat, lambda text, _zone: date.fromisoformat(text))
_ZONE_NAME = _Value(read=lambda _name, zone: zone.key)
_LINKS = _Value(
    lambda links: {link.name: link.url for link in links},
    lambda body, _zone: tuple(Link(*pair) for pair in body.items()),
)
_PLACE = _Record(
    Place,
    {"name": _TEXT, "region": _TEXT, **dict.fromkeys(("country", "latitude", "longitude"), _PLAIN)},
    {"latitude": "lat", "longitude": "lon"},
)
_SOURCE = _Record(
    Source, dict.fromkeys(("key", "title", "url", "published", "seen", "quote"), _PLAIN) | {"grade": _enum(SourceGrade)}
)
_ORGANIZER = _Record(Organizer, {"name": _TEXT, "url": _PLAIN})
_RULE = _Record(RecurrenceRule, {"rrule": _PLAIN, "text": _PLAIN, "raw": _PLAIN, "until": _UNTIL})
_OVERRIDE = _Record(
    Override,
    {
        "date": _DAY,
        "when": _WHEN,
        "status": _enum(Status),
        "title": _TEXT,
        "place": _PLACE,
        "notes": _TEXT,
        "url": _PLAIN,
    },
)
_TAG_STYLE = _Record(TagStyle, {"tag": _PLAIN, "name": _TEXT, "color": _enum(TagColor)})
_CALENDAR = _Record(
    Calendar,
    {"id": _PLAIN, "name": _TEXT, "timezone": _ZONE_NAME, "language": _PLAIN, "description": _TEXT}
    | {"tags": _Value(_tags_to_json, _tags_from_json)}
    | dict.fromkeys(("color", "url", "contact"), _PLAIN),
)
_EVENT_FORMS: dict[str, _Form] = {
    "id": _PLAIN,
    "title": _TEXT,
    "when": _WHEN,
    "timezone": _ZONE_NAME,
    "status": _enum(Status),
    "was": _WHEN,
    "cancelled_on": _DAY,
    "place": _shared(_PLACE),
    "notes": _TEXT,
    "sources": _shared(_list_of(_SOURCE)),
    "rule": _RULE,
    "overrides": _list_of(_OVERRIDE),
    "exdates": _list_of(_DAY),
    "also": _list_of(_DAY),
    "kind": _enum(EventKind),
    "links": _LINKS,
    "organizer": _ORGANIZER,
    "further_places": _list_of(_PLACE),
    "extra": _PAIRS,
    "tags": _shared(_LIST),
    "formerly": _LIST,
    "continues": _LIST,
    "languages": _LIST,
    **dict.fromkeys(("url", "busy", "uid", "sequence", "online", "part_of", "series", "floating", "image"), _PLAIN),
}
_EVENT = _Record(Event, _EVENT_FORMS)
"""Without leads and notices, which are `reminders` together."""


def event_to_json(event: Event) -> str:
    """Returns *event* as compact JSON: the same text for the same event."""
    body = _EVENT.write(event)
    if event.leads or event.notices:
        body["reminders"] = [lead_text(reminder) for reminder in (*event.leads, *event.notices)]
    return compact_json(body)


def event_from_json(text: str) -> Event:
    """Returns the event that `event_to_json` wrote, equal in every field, the typed text of its dates included."""
    body = json.loads(text)
    zone = zone_or_utc(body["timezone"])
    if body.get("floating"):
        zone = FloatingZone(zone.key)
    reminders = tuple(map(parse_lead, body.get("reminders", ())))
    event: Event = _EVENT.read(body, zone, leads=leads_of(reminders), notices=notices_of(reminders))
    return event


def calendar_to_json(calendar: Calendar) -> str:
    """Returns *calendar* as compact JSON."""
    return compact_json(_CALENDAR.write(calendar) | {"language": calendar.language})


def calendar_from_json(text: str) -> Calendar:
    """Returns the calendar that `calendar_to_json` wrote."""
    body = json.loads(text)
    calendar: Calendar = _CALENDAR.read(body, zone_or_utc(body["timezone"]))
    return calendar


def compact_json(body: object) -> str:
    """Returns *body* as JSON without spaces, its letters as they are."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
