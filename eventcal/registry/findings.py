"""Pydantic's findings on a plain value become faults in our words: unknown keys, missing ones, values of the wrong kind."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from .names import did_you_mean, unknown_key
from .nodes import Fault, Path, Plain
from .shape import (
    CALENDAR_ID,
    DAY,
    ID,
    LANGUAGE,
    SOURCE_KEY,
    TAG,
    UNION,
    CalendarShape,
    DefaultsShape,
    EventShape,
    ExceptionShape,
    IncludedShape,
    PlaceShape,
    RegistryShape,
    Shape,
    SourceShape,
)

_EVENT: TypeAdapter[EventShape] = TypeAdapter(EventShape)
_FRAMES: dict[str, TypeAdapter[Any]] = {"registry": TypeAdapter(RegistryShape), "included": TypeAdapter(IncludedShape)}


def event_faults(value: Plain) -> list[Fault]:
    """What is wrong with the shape of one event."""
    return _faults(_EVENT, value, "event")


def frame_faults(value: Plain, place: Literal["registry", "included"]) -> list[Fault]:
    """What is wrong with the shape of a file, its events aside (they are given as an empty list)."""
    return _faults(_FRAMES[place], value, place)


# What to write, for each key whose value is of the wrong kind or form.
_FORMS = {
    "title": "write text, or languages as {en: ..., ru: ...}",
    "name": "write text, or languages as {en: ..., ru: ...}",
    "notes": "write text, or languages as {en: ..., ru: ...}",
    "region": "write text, or languages as {en: ..., ru: ...}",
    "description": "write text, or languages as {en: ..., ru: ...}",
    "place": "write text, or place: {name: Dushanbe, country: TJ}",
    "source": 'write a key of `sources`, an address, {key: "quote"}, {title: ..., url: ...}, or a list of these',
    "tags": "write a list, as [summit, press]",
    "reminders": "write a list, as [1 week before at 09:00, on change]",
    "except": "write a list of dates, as [2021-10-12]",
    "also": "write a list of dates, as [2021-10-12]",
    "exceptions": "write {2021-10-12: {when: 2021-10-13 18:00}, 2021-10-19: {status: cancelled}}",
    "formerly": "write a list of ids, as [old-id]",
    "include": "write a list of patterns, as [partners/*.yaml]",
    "events": "write a list of events, or [] for none",
    "calendar": "write its id, name and timezone below it",
    "defaults": "write tags, source, reminders or timezone below it",
    "sources": "write a key for each source, with its title or url below it",
    "version": "write 1",
    "busy": "write true or false",
    "lat": "write degrees, as 38.56",
    "lon": "write degrees, as 68.77",
}
_PATTERNS = {
    ID: "use small letters, digits and hyphens, at most 63, a letter or digit first, such as summit-2021",
    CALENDAR_ID: "use small letters, digits, dots and hyphens, a letter or digit first and last, such as sco-watch",
    TAG: "a tag is up to 63 characters, without , / # ? & % or quotes, and does not begin with a hyphen",
    DAY: "write a day, as 2021-10-12",
    LANGUAGE: "that is no language; write a tag such as en, ru or zh",
    SOURCE_KEY: "use a short word without spaces, slashes or colons, such as article",
}
_MISSING = {
    "id": "give it a short name that never changes, such as summit-2021",
    "when": "write a date as precise as it is known, or TBD",
    "title": "say what it is",
    "name": "say what the calendar is called",
    "timezone": "write an IANA zone, such as Asia/Dushanbe",
    "version": "write version: 1 at the top",
    "calendar": "write its id, name and timezone",
}


def _faults(adapter: TypeAdapter[Any], value: Plain, place: str) -> list[Fault]:
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        faults: list[Fault] = []
        missing: list[Fault] = []
        meant: set[Path] = set()
        for each in error.errors(include_url=False):
            path, key = _path(each["loc"])
            if each["type"] == "extra_forbidden":
                message, right = _unknown(path, place)
                meant |= {(*path[:-1], right)} if right else set()
                faults.append(Fault(path, message, at_key=True))
            elif each["type"] == "missing":
                missing.append(Fault(path, _without(str(path[-1]), path)))
            else:
                faults.append(Fault(path, _say(each, path, place, key), at_key=key))
        # A misspelt key is one mistake and not two.
        return faults + [each for each in missing if each.path not in meant]
    return []


def _path(loc: tuple[int | str, ...]) -> tuple[Path, bool]:
    """Where in the file, and whether the key itself is meant."""
    path = tuple(each for each in loc if not (isinstance(each, str) and each.startswith(UNION)))
    return (path[:-1], True) if path and path[-1] == "[key]" else (path, False)


_MODELS: dict[str, type[Shape]] = {
    "event": EventShape,
    "registry": RegistryShape,
    "included": IncludedShape,
    "place": PlaceShape,
    "source": SourceShape,
    "calendar": CalendarShape,
    "defaults": DefaultsShape,
    "exceptions": ExceptionShape,
}


def _place(path: Path, place: str) -> str:
    """Which table of keys the last part of *path* is looked up in."""
    inside = next((each for each in reversed(path[:-1]) if each in _MODELS or each == "sources"), place)
    return "source" if inside == "sources" else str(inside)


def _unknown(path: Path, place: str) -> tuple[str, str | None]:
    key, inside = str(path[-1]), _place(path, place)
    if inside == "place" and 2 <= len(key) <= 3 and key.isalpha() and key != "lng":
        return f"unknown key '{key}': languages belong inside the name, as place: {{name: {{en: ..., ru: ...}}}}", None
    return unknown_key(key, inside, (field.alias or name for name, field in _MODELS[inside].model_fields.items()))


def _without(key: str, path: Path) -> str:
    advice = _MISSING.get(key)
    return f"'{key}' is missing{f': {advice}' if advice else ''}"


def _say(error: ErrorDetails, path: Path, place: str, key: bool) -> str:
    """One sentence on one of pydantic's findings."""
    if not path:
        return _ROOTS[place]
    name = next((each for each in reversed(path) if isinstance(each, str)), "")
    kind, value, form = error["type"], error["input"], _FORMS.get(name, "")
    empty = isinstance(value, str) and not value.strip()
    if kind in ("too_short", "too_long") or (empty and not key):
        return f"'{name}' is empty: {form or 'write something'}{'' if name in _MISSING or name == 'events' else ', or leave the key out'}"
    if kind == "literal_error":
        allowed = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        mended = did_you_mean(str(value), allowed) if len(allowed) > 2 else ""
        choice = form or f"write {', '.join(allowed[:-1])}{' or ' if allowed[:-1] else ''}{allowed[-1]}"
        return f"{name} '{_short(value)}'{f'{mended} Or' if mended else ':'} {choice}"
    if kind == "string_pattern_mismatch":
        advice = _PATTERNS.get(error["ctx"]["pattern"]) or form
        return f"'{_short(value)}': {advice}" if key else f"{name} '{_short(value)}': {advice}"
    if isinstance(path[-1], int) and isinstance(value, list | dict):
        return f"an entry of '{name}' is text, not {_KINDS[type(value)]}: if it holds a comma, a colon or brackets, put it in quotes"
    return f"'{name}' is not {_KINDS[type(value)]}: {form or 'write text'}"


_KINDS: dict[type, str] = {str: "text", list: "a list", dict: "a map"}
_ROOTS = {
    "event": "an event is a map of keys: begin with - id: ..., and put title: and when: below",
    "registry": "a registry is a map of keys: begin with version: 1, and put calendar: and events: below",
    "included": "an included file is a map of keys: events:, and perhaps sources: and defaults:",
}


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
