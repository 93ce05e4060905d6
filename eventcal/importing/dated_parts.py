"""The dates that an item of a list has in maps, as `deadlines` or `timeline`, are parts of its event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..when.zones import AOE, zone_of
from .date_columns import has_year
from .records import is_no_date, is_to_come
from .table_columns import in_words, is_deadline, is_named, is_part

_LISTS = frozenset(("timeline", "dates", "important dates", "key dates", "tracks", "rounds", "cycles"))
_NAMES = ("label", "name", "title", "track", "track name", "round", "cycle", "comment", "description", "type")
_LONGEST_LABEL = 60
"""Characters of what names several dates at once."""

Part = tuple[str, str]
"""The name of a date, and its text with its zone behind it."""


def with_dates_apart(record: Mapping[str, Any]) -> tuple[dict[str, Any], list[Part]]:
    """Returns *record* without the keys that hold maps of dates, and these dates, whose names differ."""
    result: dict[str, Any] = {}
    parts: dict[str, str] = {}
    for key, value in record.items():
        dates = _dates_in(key, value) if is_deadline(key) or in_words(key) in _LISTS else []
        if not dates:
            result[key] = value
        for name, text in dates:
            number = sum(1 for other in parts if other == name or other.startswith(f"{name} "))
            parts[f"{name} {number + 1}" if number else name] = text
    return result, [*parts.items()]


def _dates_in(key: str, value: Any) -> list[Part]:
    """Returns the dates in *value*, a map of dates by their names, or a list of maps that say of which date they are; else none."""
    if isinstance(value, Mapping):
        is_span = any(is_named(name, "when", "end") for name in value)
        dates = [(in_words(name), str(text)) for name, text in value.items() if text]
        return [] if is_span or not all(map(_is_date, value.values())) else dates
    maps = [part for part in value if isinstance(part, Mapping)] if isinstance(value, list) else []
    dates_of_maps = [_dates_of_map(key, part) for part in maps]
    return [date for dates in dates_of_maps for date in dates] if all(dates_of_maps) else []


def _dates_of_map(key: str, part: Mapping[str, Any]) -> list[Part]:
    """Returns the dates of one map under *key*; none where nothing says what they are, or where it has an end."""
    texts = {in_words(name): text for name, text in part.items() if isinstance(text, str) and text}
    label = next((" ".join(texts[name].split()) for name in _NAMES if name in texts), "")
    zone = next((text for name, text in texts.items() if is_named(name, "timezone")), "")
    zone = AOE if zone_of(zone) == AOE else zone
    named = [name for name in part if is_deadline(name) or is_part(name)]
    dated = [name for name in named or [name for name in part if is_named(name, "when")] if _is_date(part[name])]
    if any(is_named(name, "end") for name in texts) or not (label or named or is_deadline(key)):
        return []
    dates: list[Part] = []
    for name in dated:
        words = in_words(name if name in named else key)
        if label and len(dated) == 1:
            words = label
        elif label and len(label) <= _LONGEST_LABEL:
            words = f"{label}: {words}"
        dates.append((words, f"{part[name]} {zone}".strip() if part[name] else ""))
    return dates


def _is_date(text: Any) -> bool:
    """Tells whether *text* has a year, or says that a date will follow or is not known."""
    is_scalar = not isinstance(text, (list, Mapping))
    return is_scalar and (text is None or is_no_date(text) or is_to_come(text) or has_year(str(text)))
