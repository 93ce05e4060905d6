"""A list of events in YAML or JSON, as the sources of static sites have it, becomes events: each map a row, each key a column."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..registry.foreign_yaml import LineMap
from .date_columns import has_year
from .dated_parts import with_dates_apart
from .records import decode_text, line_of, load_yaml
from .table_columns import is_named, names_an_event
from .table_rows import read_rows
from .texts import clean
from .values import ImportContext, ImportedCalendar, ImportingError

# What names a place, a language or a link that is a map of its own.
_NAMES = ("name", "venue", "title", "text", "url")
_OF_ADDRESS = re.compile(
    "(?:street|address)?[-_ ]?(?:street|address|line|city|town|locality|region|state|(?:postal|zip)[-_ ]?code|postcode|zip|country)[-_ ]?[0-9]?",
    re.IGNORECASE,
)
_ENDS = ("start", "begin", "from", "end", "to", "till", "until")
_EMPTY = ("null", "~")
_LISTS_OF_EVENTS = (
    "events", "games", "matches", "fixtures", "performances", "showings", "screenings", "shows", "acts", "sets", "concerts"
)  # fmt: skip
_MIN_DATES = 3  # in one key: two may be the ends of a span


def read_data_list(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads the maps of a list, or of the lists in a map ("upcoming", "past"); their notes are Markdown.

    Raises ImportingError where there is none, or no key holds titles or dates.
    """
    try:
        records = list_records(load_yaml_or_json(decode_text(data)))
        apart = [with_dates_apart(record) for record in records]
        header = list(dict.fromkeys(key for values, _parts in apart for key in values))
        rows = [
            (line_of(record), [text_of(values.get(key), context.language) for key in header])
            for record, (values, _parts) in zip(records, apart, strict=True)
        ]
    except RecursionError as error:
        raise ImportingError("it is nested too deep") from error
    if not records:
        raise ImportingError("there is no list of events in it: import the .ics of that calendar, or a table")
    return read_rows(header, rows, context, clean, [parts for _values, parts in apart])


def list_records(value: Any, name: str = "") -> list[Mapping[str, Any]]:
    """Returns the maps of a list, or of the lists in a map, also of maps in it; of a day with its `events`, each of these.

    One with a title is an event, too, unless it has no date and lends its title to them. *name* is the key of *value*: the
    title of one of `stages` is the venue of its events. One with several dates is an event on each.
    """
    if isinstance(value, Mapping):
        if _is_event(value):
            return [value]
        return [record for key, part in value.items() for record in list_records(part, key)]
    maps = [record for record in value if isinstance(record, Mapping)] if isinstance(value, list) else []
    is_of_venues = is_named(name.removesuffix("s"), "venue")
    days = [_named_venue(item) if is_of_venues else item for item in maps]
    return [record for day in days for event in _events_of_day(day) for record in _on_each_date(event)]


def _on_each_date(event: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Returns *event* once for each of three or more dates in one key."""
    for key, dates in event.items():
        is_several = isinstance(dates, list) and len(dates) >= _MIN_DATES and is_named(key, "when")
        if is_several and all(isinstance(text, str) and has_year(text) for text in dates):
            records = [LineMap({**event, key: text}) for text in dates]
            for record in records:
                record.line = line_of(event)
            return [*records]
    return [event]


def _named_venue(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns *item*, a venue with its events, with its name as that of the venue; one without a list of them as it is."""
    if not any(key in item for key in _LISTS_OF_EVENTS):
        return item
    record = LineMap({"venue" if is_named(key, "title") else key: value for key, value in item.items()})
    record.line = line_of(item)
    return record


def _is_event(item: Mapping[str, Any]) -> bool:
    """Tells whether a map that is no item of a list is an event: it has a title and dates of its own, and no list of others with dates."""
    values, parts = with_dates_apart(item)
    others = [
        part for value in values.values() if isinstance(value, list) for part in value if isinstance(part, Mapping)
    ]
    is_titled = any(is_named(key, "title") and isinstance(value, str) for key, value in values.items())
    return is_titled and (bool(parts) or _is_dated(values)) and not any(map(_is_dated, others))


def _is_dated(item: Mapping[str, Any]) -> bool:
    return any(is_named(key, "when") and isinstance(value, str) and has_year(value) for key, value in item.items())


def _events_of_day(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    key_of_events = next((key for key in _LISTS_OF_EVENTS if isinstance(item.get(key), list)), "")
    if not key_of_events:
        return [_opened(item)]
    events = [_opened(event) for event in item[key_of_events] if isinstance(event, Mapping)]
    day = {key: value for key, value in item.items() if key != key_of_events}
    shared = {key: value for key, value in day.items() if not is_named(key, "id", "uid")}
    has_titles = [any(is_named(key, "title") for key in part) for part in (day, *events)]
    is_dated = any(is_named(key, "when") for key in day)
    whole = [(day, item)] if not events or (has_titles[0] and (is_dated or any(has_titles[1:]))) else []
    records: list[Mapping[str, Any]] = []
    for keys, source in (*whole, *((_shared_with(event, shared) | dict(event), event) for event in events)):
        record = LineMap(keys)
        record.line = line_of(source)
        records.append(record)
    return records


def _shared_with(event: Mapping[str, Any], day: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what an *event* has of its *day*: the date and the title only where it has none itself."""
    is_titled = any(is_named(key, "title") for key in event)
    return {
        key: value
        for key, value in day.items()
        if not (is_named(key, "when") and _is_dated(event)) and not (is_named(key, "title") and is_titled)
    }


def _opened(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """Returns *item* with the keys of the maps in it that have its date, where it has none itself, or the two sides of a match."""
    inner = [
        key
        for key, value in item.items()
        if isinstance(value, Mapping)
        and (
            all(_is_side(value.get(side)) for side in ("home", "away"))
            or (names_an_event(key) and _is_dated(value) and not _is_dated(item))
        )
    ]
    record = LineMap({key: value for key, value in item.items() if key not in inner})
    for key in inner:
        record |= item[key]
    record.line = line_of(item)
    return record if inner else item


def _is_side(value: Any) -> bool:
    """Tells whether *value* is a side of a match, and no score."""
    return isinstance(value, Mapping) or (isinstance(value, str) and value not in _EMPTY and not value.isdecimal())


def load_yaml_or_json(text: str) -> Any:
    """Returns YAML, which most JSON is, with the lines of its maps; other JSON without."""
    try:
        return load_yaml(text)
    except ImportingError as yaml_error:
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            is_json = text.lstrip()[:1] in ("{", "[")
            raise (ImportingError(f"this is not JSON: {error}") if is_json else yaml_error) from error


def text_of(value: Any, language: str) -> str:
    """Returns a value as the cell of a table: a list joined by commas; of a map the text in *language*, the name and address, or the span.

    A map with other keys is the list of its values, so that what no column takes is named.
    """
    if isinstance(value, list):
        return ", ".join(text for item in value if (text := text_of(item, language)))
    if isinstance(value, Mapping):
        names = [key for key in (language, *_NAMES) if value.get(key)][:1]
        parts = [key for key in value if key not in names and _OF_ADDRESS.fullmatch(key)]
        if names or parts:
            return text_of([value[key] for key in (*names, *parts)], language)
        ends = [text for key in _ENDS if (text := text_of(value.get(key), language))]
        return " - ".join(ends) or text_of([*value.values()], language)
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or value in _EMPTY else str(value)
