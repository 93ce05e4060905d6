"""Pydantic's findings on a plain value become faults in our words: unknown keys, missing ones, values of the wrong kind.

An entry keeps the part of it that can be read beside what was written (`ValidatedEntry`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from .. import when
from ..errors import GrammarError, shorten
from ..when import When
from . import schema
from .limits import MAX_EXTRA_KEYS, MAX_PROBLEMS, MAX_QUOTE_LENGTH
from .suggestions import STATUS_ADVICE, STATUS_SYNONYMS, did_you_mean, explain_unknown_key
from .yaml_nodes import Finding, KeyPath, PlainValue

_EVENT_ADAPTER: TypeAdapter[schema.EventShape] = TypeAdapter(schema.EventShape)
_EVENT_KEYS = frozenset(field.alias or name for name, field in schema.EventShape.model_fields.items())
_TOP_LEVEL_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    "registry": TypeAdapter(schema.RegistryShape),
    "included": TypeAdapter(schema.IncludedShape),
}


def validate_event(value: PlainValue) -> list[Finding]:
    """Returns the findings about the shape of one event."""
    if not isinstance(value, dict) or value.keys() <= _EVENT_KEYS:
        return _validate(_EVENT_ADAPTER, value, "event")
    known = {key: item for key, item in value.items() if not key.startswith("x-")}
    return _validate(_EVENT_ADAPTER, known, "event") + _validate_extra_keys(value)


def _validate_extra_keys(value: dict[str, PlainValue]) -> list[Finding]:
    """Returns the findings about the keys of an event that begin with `x-`."""
    findings: list[Finding] = []
    keys = [key for key in value if key.startswith("x-")]
    for key in keys:
        text = value[key]
        if not re.fullmatch(schema.EXTRA_KEY_PATTERN, key):
            message = f"'{shorten(key)}': a key of your own is x- and small letters, digits and hyphens, at most 63"
            findings.append(Finding((key,), message, at_key=True))
        elif not isinstance(text, str):
            findings.append(Finding((key,), f"'{key}' must be text, not {_KIND_NAMES[type(text)]}: put it in quotes"))
        elif len(text) > MAX_QUOTE_LENGTH:
            findings.append(Finding((key,), f"{key} has {len(text)} characters: at most {MAX_QUOTE_LENGTH}"))
    if len(keys) > MAX_EXTRA_KEYS:
        findings.append(Finding((keys[MAX_EXTRA_KEYS],), f"more than {MAX_EXTRA_KEYS} keys with x-", at_key=True))
    return findings


def validate_top_level(value: PlainValue, place: Literal["registry", "included"]) -> list[Finding]:
    """Returns the findings about the shape of a file, its events aside (they are given as an empty list)."""
    return _validate(_TOP_LEVEL_ADAPTERS[place], value, place)


# What to write, for each key whose value is of the wrong kind or form.
_FORM_ADVICE = {
    **dict.fromkeys(
        ("title", "name", "notes", "region", "description"), "write text, or languages, such as {en: ..., ru: ...}"
    ),
    "place": "write text, or place: {name: Dushanbe, country: TJ}, or a list of these",
    "language": "write a language such as en, or several, such as [de, fr]",
    "length": "write minutes, hours or days, such as 90 minutes, 2 hours or 1 hour 30 minutes",
    "source": 'write a key of `sources`, an address, {key: "quote"}, {title: ..., url: ...}, or a list of these',
    "tags": "write it as [summit, press]",
    "reminders": "write it as [1 week before at 09:00, on change]",
    "except": "write it as [2021-10-12]",
    "also": "write it as [2021-10-12]",
    "exceptions": "write it as {2021-10-12: {when: 2021-10-13 18:00}, 2021-10-19: {status: cancelled}}",
    "formerly": "write it as [old-id]",
    "include": "write it as [partners/*.yaml]",
    "events": "begin each event with - id: ..., or write [] for none",
    "calendar": "write its id, name and timezone below it",
    "defaults": "write tags, source, reminders or timezone below it",
    "sources": "write a key for each source, with its title or url below it",
    "version": "write 1",
    "links": "write it as {programme: https://example.org/programme}",
    "milestones": "write - id: ... below it for each event, with its title and when",
    "organizer": "write text, or organizer: {name: ..., url: ...}",
    "kind": "write event or deadline",
    "busy": "write true or false",
    "when": "write it as text, such as 2021-09-16/17, or 2021-09-16 10:00/12:30; further dates go under `also`",
    "lat": "write degrees, such as 38.56",
    "lon": "write degrees, such as 68.77",
}
# What to write below a key whose own keys are names that the writer chose.
_ENTRY_ADVICE = {
    "exceptions": "write what is different, such as {when: 2021-10-13 18:00} or {status: cancelled}",
    "sources": "write it as {title: ..., url: ...}",
    "links": "write its address, such as https://example.org/programme",
}
_TAG_STYLE_ADVICE = "write it as {exam: {name: {en: Exams, ru: ...}, color: teal}}"
_PATTERN_ADVICE = {
    schema.EVENT_ID_PATTERN: "use small letters, digits and hyphens, at most 63, a letter or digit first, such as summit-2021",
    schema.UID_PATTERN: "write the UID as the other calendar has it, on one line, at most 1000 characters",
    schema.SEQUENCE_PATTERN: "write a whole number, such as 3",
    schema.CALENDAR_ID_PATTERN: "use small letters, digits, dots and hyphens, a letter or digit first and last, such as sco-watch",
    schema.TAG_PATTERN: "a tag is up to 63 characters, without , / # ? & % or quotes, and does not begin with a hyphen",
    schema.DAY_PATTERN: "write a day, such as 2021-10-12",
    schema.LANGUAGE_TAG_PATTERN: "that is not a language; write a tag such as en, ru or zh",
    schema.LINK_NAME_PATTERN: "a link has a name of at most 63 characters without a colon, such as programme",
    schema.SOURCE_KEY_PATTERN: "use a word of at most 100 characters without spaces, slashes or colons, such as article",
}
_MISSING_ADVICE = {
    "id": "give it a short name that never changes, such as summit-2021",
    "when": "write a date as precise as it is known, or TBD",
    "title": "say what it is",
    "name": "say what the calendar is called",
    "timezone": "write an IANA zone, such as Asia/Dushanbe",
    "version": "write version: 1 at the top",
    "calendar": "write its id, name and timezone",
}


def _validate(adapter: TypeAdapter[Any], value: PlainValue, place: str) -> list[Finding]:
    try:
        adapter.validate_python(value)
    except ValidationError as error:
        findings: list[Finding] = []
        missing: list[Finding] = []
        suggested_paths: set[KeyPath] = set()
        details = error.errors(include_url=False)
        for detail in details[: MAX_PROBLEMS + 1]:
            path, at_key = _split_location(detail["loc"])
            if detail["type"] == "extra_forbidden":
                message, suggested_key = _explain_unknown(path, place)
                suggested_paths |= {(*path[:-1], suggested_key)} if suggested_key else set()
                findings.append(Finding(path, message, at_key=True))
            elif detail["type"] == "missing":
                missing.append(Finding(path, _explain_missing(str(path[-1]))))
            else:
                findings.append(Finding(path, _explain(detail, path, place, at_key), at_key=at_key))
        findings += _find_unread_keys(details[MAX_PROBLEMS + 1 :])
        # A misspelt key is one mistake and not two.
        return findings + [finding for finding in missing if finding.path not in suggested_paths]
    return []


def _find_unread_keys(details: Iterable[ErrorDetails]) -> list[Finding]:
    """Returns a finding for each key below which there are *details*, too many to explain each: nothing of it is read."""
    paths = dict.fromkeys(
        _split_location(detail["loc"])[0][:1]
        for detail in details
        if detail["type"] not in ("extra_forbidden", "missing")
    )
    return [Finding(path, f"'{path[0]}' has more mistakes than are listed", at_key=True) for path in paths if path]


def _split_location(loc: tuple[int | str, ...]) -> tuple[KeyPath, bool]:
    """Returns where in the file, and whether the key itself is meant."""
    path = tuple(part for part in loc if not (isinstance(part, str) and part.startswith(schema.UNION_TAG_PREFIX)))
    return (path[:-1], True) if path and path[-1] == "[key]" else (path, False)


_MODELS: dict[str, type[schema.Shape]] = {
    "event": schema.EventShape, "registry": schema.RegistryShape, "included": schema.IncludedShape,
    "place": schema.PlaceShape, "source": schema.SourceShape, "calendar": schema.CalendarShape,
    "defaults": schema.DefaultsShape, "exceptions": schema.ExceptionShape, "organizer": schema.OrganizerShape,
    "tag": schema.TagShape,
}  # fmt: skip


def _key_table(path: KeyPath, place: str) -> str:
    """Returns the table of keys that the last part of *path* is looked up in."""
    tables = {"sources": "source", "tags": "tag"}
    table = str(next((part for part in reversed(path[:-1]) if part in _MODELS or part in tables), place))
    return tables.get(table, table)


def _explain_unknown(path: KeyPath, place: str) -> tuple[str, str | None]:
    key, table = str(path[-1]), _key_table(path, place)
    if table == "place" and 2 <= len(key) <= 3 and key.isalpha() and key not in ("lng", "zip", "plz"):
        return f"unknown key '{key}': languages belong inside the name, as place: {{name: {{en: ..., ru: ...}}}}", None
    return explain_unknown_key(key, table, (field.alias or name for name, field in _MODELS[table].model_fields.items()))


def _explain_missing(key: str) -> str:
    advice = _MISSING_ADVICE.get(key)
    return f"'{key}' is missing{f': {advice}' if advice else ''}"


def _explain(error: ErrorDetails, path: KeyPath, place: str, at_key: bool) -> str:
    """Returns one sentence on one of pydantic's findings."""
    if not path:
        return _ROOT_ADVICE[place]
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    kind, value, form = error["type"], error["input"], _FORM_ADVICE.get(name, "")
    if path[0] == "tags" and place == "registry":
        form = _TAG_STYLE_ADVICE if name != "color" else ""
    if len(path) > 1 and path[-2] in _ENTRY_ADVICE:
        form = _ENTRY_ADVICE[str(path[-2])]
    if kind == "literal_error":
        form = form or _allowed_values(str(error["ctx"]["expected"]), value)
    if kind == "string_too_long":
        return f"{name} '{shorten(value)}' has {len(str(value))} characters: at most {error['ctx']['max_length']}"
    if kind == "too_long":
        return f"'{name}' has too many entries: at most {error['ctx']['max_length']}"
    if kind == "too_short" or (isinstance(value, str) and not value.strip() and not at_key):
        advice = form or _MISSING_ADVICE.get(name) or "write something"
        return f"'{name}' is empty: {advice}{'' if name in _MISSING_ADVICE or name == 'events' else ', or leave the key out'}"
    if kind == "literal_error" and isinstance(value, str):
        return f"{name} '{shorten(value)}'{'' if form.startswith(', did') else ': '}{form}"
    if kind == "string_pattern_mismatch":
        pattern = error["ctx"]["pattern"]
        meant = {schema.DAY_PATTERN: _day_advice, schema.LENGTH_PATTERN: _length_advice}.get(pattern)
        advice = (meant and meant(value)) or _PATTERN_ADVICE.get(pattern) or form
        return f"'{shorten(value)}': {advice}" if at_key else f"{name} '{shorten(value)}': {advice}"
    return _explain_kind(kind, value, path, name, form)


def _day_advice(text: str) -> str:
    """Returns the advice to write the day that *text* means; "" where it means none."""
    day = _day_in(text)
    return f"write the day alone: {day}" if day else ""


def _day_in(text: str) -> date | None:
    from ..when.advice import day_in  # only for a wrong day: its patterns take long to compile

    return day_in(text.partition(" ")[0]) or day_in(text)


def _length_advice(text: str) -> str:
    """Returns the length that *text* may mean as a question; "" where it means none."""
    from ..lead_advice import suggest_length  # hardly any length needs it

    length = suggest_length(text)
    return f"did you mean {length}?" if length else ""


def _allowed_values(expected: str, value: object) -> str:
    """Returns the advice to write one of the values that pydantic *expected*; what was probably meant comes first."""
    allowed = expected.replace("'", "").replace(" or ", ", ").split(", ")
    written = f"write {', '.join(allowed[:-1])}{' or ' if allowed[:-1] else ''}{allowed[-1]}"
    suggestion = did_you_mean(value, allowed) if len(allowed) > 2 and isinstance(value, str) else ""
    name = str(value).casefold()
    if "confirmed" in allowed and (advice := STATUS_ADVICE.get(re.sub(r"[\s_-]", "", name))):
        return advice
    if (status := STATUS_SYNONYMS.get(name) or STATUS_SYNONYMS.get(name.replace(" ", "-"))) in allowed:
        suggestion = f", did you mean '{status}'?"
    return f"{suggestion} Or {written}" if suggestion else written


def _explain_kind(kind: str, value: object, path: KeyPath, name: str, form: str) -> str:
    """Says that text, a list or a map stands where another kind of value belongs."""
    actual, expected = _KIND_NAMES[type(value)], _EXPECTED_KINDS.get(kind)
    rule = f"must be {expected}, not {actual}" if expected else f"must not be {actual}"
    if isinstance(path[-1], int) and isinstance(value, list | dict):
        return f"an entry of '{name}' {rule}: if it holds a comma, a colon or brackets, put it in quotes"
    if kind == "list_type" and isinstance(value, str) and 0 < len(value) <= 60 and not set(value) & set("[]{}:#"):
        form = _list_advice(name, value, form)
    return f"'{name}' {rule}{f': {form}' if form else ''}"


def _list_advice(name: str, text: str, form: str) -> str:
    """Returns the advice to write *text* as the list under *name*; *form*, and what is no entry, where it is none."""
    if name not in _LIST_ENTRIES:
        return form
    what, pattern = _LIST_ENTRIES[name]
    entries = [entry.strip() for entry in text.split(",")]
    if pattern == schema.DAY_PATTERN:
        entries = [str(_day_in(entry) or entry) for entry in entries]
    wrong = next((entry for entry in entries if not re.search(pattern, entry)), None)
    return f"write it as [{', '.join(entries)}]" if wrong is None else f"{form}; '{shorten(wrong)}' is not {what}"


# Lists of texts, by their key: what an entry is, and its pattern.
_LIST_ENTRIES = {
    "except": ("a day", schema.DAY_PATTERN),
    "also": ("a day", schema.DAY_PATTERN),
    "formerly": ("an id", schema.EVENT_ID_PATTERN),
    "tags": ("a tag", schema.TAG_PATTERN),
    "reminders": ("a reminder", ""),
    "include": ("a file", ""),
}
_KIND_NAMES: dict[type, str] = {str: "text", list: "a list", dict: "a map"}
# The kind of value that a key takes, by pydantic's finding; a key that takes several kinds has none of these.
_EXPECTED_KINDS = {
    "string_type": "text",
    "literal_error": "text",
    "list_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
}
_ROOT_ADVICE = {
    "event": "an event is a map of keys: begin with - id: ..., and put title: and when: below",
    "registry": "a registry is a map of keys: begin with version: 1, and put calendar: and events: below",
    "included": "an included file is a map of keys: events:, and perhaps sources: and defaults:",
}


# an entry whose shape was checked


@dataclass(slots=True)
class ValidatedEntry:
    """An entry while it is read. A key in *valid_value* has the kind of value that its shape gives it.

    *raw_value* is the entry as written; its readers add to *findings*.
    """

    raw_value: dict[str, PlainValue]
    valid_value: dict[str, Any]
    findings: list[Finding]

    def add_finding(self, path: KeyPath | str, message: str, at_key: bool = False, warning: bool = False) -> None:
        """Adds what is wrong at *path*, or with the key itself (*at_key*)."""
        self.findings.append(Finding((path,) if isinstance(path, str) else path, message, at_key, warning))

    def read_date(self, key: str, zone: ZoneInfo, path: KeyPath = (), text: str | None = None) -> When | None:
        """Reads the date under *key*, or *text* in its place; None with a finding for what is no date."""
        text = self.valid_value.get(key) if text is None else text
        if text is None:
            return None
        try:
            parsed = when.parse(text, zone)
        except GrammarError as error:
            self.add_finding((*path, key), f"{key} {error}")
            return None
        if doubt := when.find_doubt(text, parsed):
            self.add_finding((*path, key), doubt, warning=True)
        return parsed


def validate_entry(value: dict[str, PlainValue], broken_keys: frozenset[str | int]) -> ValidatedEntry:
    """Checks the shape of *value*. *broken_keys* had findings as YAML already and get no second one."""
    findings = validate_event(value)
    if broken_keys:
        findings = [finding for finding in findings if not (finding.path and finding.path[0] in broken_keys)]
    valid_value: dict[str, Any] = {key: item for key, item in value.items() if key not in broken_keys}
    for finding in findings:
        if finding.path:
            # A source without its broken part would be blamed a second time, for what it lacks.
            is_part = len(finding.path) > 2 or (len(finding.path) == 2 and finding.path[0] == "source")
            valid_value = _remove_part(
                valid_value, finding.path[:-1] if is_part and not finding.at_key else finding.path
            )
    return ValidatedEntry(value, valid_value, findings)


def _remove_part(value: Any, path: KeyPath) -> Any:
    """Returns a copy of *value* that lacks the part at *path*: no key any more, or None in a list, whose other places stay."""
    part, *subpath = path
    if isinstance(value, dict) and part in value:
        remainder = {part: _remove_part(value[part], tuple(subpath))} if subpath else {}
        return {key: item for key, item in value.items() if key != part} | remainder
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return [*value[:part], _remove_part(value[part], tuple(subpath)) if subpath else None, *value[part + 1 :]]
    return value
