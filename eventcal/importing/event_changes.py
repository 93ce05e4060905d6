"""A newer copy of an event, or of one date of a series, becomes the keys that change in the registry."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .. import when
from ..errors import GrammarError, shorten
from ..registry.yaml_format import to_plain
from ..registry.yaml_nodes import PlainValue
from .dates import Span, clock_of, local_of
from .values import ImportedEvent

# What says when it happens follows the source, also where the source no longer says it.
FOLLOWED = ("when", "repeat", "rrule", "except", "also", "exceptions", "status", "was")


def on_clock_of(event: ImportedEvent, zone: str, home: str) -> ImportedEvent:
    """Returns one date of a series with its hours, and its day by the rule, on the clock of *zone*, that of the series.

    *home* is the registry's zone. Whole days and floating hours stay as they are, as do hours that occur twice in *zone*.
    """
    own_zone = str(event.fields.get("timezone", home))
    if when.FLOATING in (own_zone, zone):
        return event
    if event.series_day and event.series_instant is not None:
        event = replace(event, series_day=str(event.series_instant.astimezone(clock_of(zone)).date()))
    span = when.parse(str(event.fields["when"]), clock_of(own_zone)).span
    if own_zone == zone or not isinstance(span, when.Timed):
        return event
    start = local_of(span.start, zone)
    if start is None:
        return event
    moved = Span(start, local_of(span.end, zone) if span.end else None, zone)
    return replace(event, fields={**event.fields, "when": moved.text(), "timezone": zone})


def why_no_override(event: ImportedEvent, series: Mapping[str, PlainValue], zone: str) -> str:
    """Says why *event* cannot be written as one date of *series*; "" where it can."""
    if not event.series_day:
        return "it is about all later dates of the series too"
    is_timed = re.search(" [0-9]{2}:", str(event.fields.get("when")))
    if is_timed and event.fields.get("timezone", zone) != series.get("timezone", zone):
        return f"it is in the zone {event.fields.get('timezone', zone)}"
    return ""


def why_no_update(event: ImportedEvent, known: Mapping[str, PlainValue]) -> str:
    """Says why *event* is no news of the event *known*; "" where it is. A SEQUENCE of 0 is also that of programs that do not count."""
    sequence, known_sequence = (int(str(fields.get("sequence", 0))) for fields in (event.fields, known))
    if 0 < sequence < known_sequence:
        return f"an older copy: SEQUENCE {sequence} there, {known_sequence} here"
    dates = (event.series_day, str(event.fields.get("when"))[:10])
    if event.is_cancellation and event.series_uid and str(known.get("when"))[:10] not in dates:
        return f"the date that is called off, {event.series_day}, is not there"
    return ""


def override_of(fields: Mapping[str, Any], series: Mapping[str, PlainValue], day: str) -> dict[str, PlainValue]:
    """Returns what the date of *series* on *day* has of its own."""
    if fields.get("status") == "cancelled":
        return {"status": "cancelled"}
    expected = re.sub("^[0-9]{4}-[0-9]{2}-[0-9]{2}(?=$| )", day, str(series.get("when")))
    differs = {key: to_plain(fields[key]) for key in ("title", "place", "notes", "url") if key in fields}
    differs = {
        key: value
        for key, value in differs.items()
        if normalized(key, value, "") != normalized(key, series.get(key), "")
    }
    differs |= {} if fields["when"] == expected else {"when": str(fields["when"])}
    is_tentative = fields.get("status") == "tentative" != series.get("status")
    return differs | ({"status": "tentative"} if is_tentative else {})


def with_old_date(new: Mapping[str, Any], old: Mapping[str, PlainValue]) -> dict[str, Any]:
    """Returns *new*, of which a source says that it is off and no date, with the date that it had in *old*."""
    status = new.get("status")
    if status not in ("cancelled", "postponed") or new.get("when") != "TBD" or "was" in new:
        return dict(new)
    zone = {"timezone": old["timezone"]} if "timezone" in old else {}
    if status == "cancelled":
        return {**new, "when": old.get("when"), **zone}
    former = old.get("was", old.get("when"))
    return {**new, "was": former, **zone} if former != "TBD" else {key: new[key] for key in new if key != "status"}


def with_translations(old: PlainValue | None, new: PlainValue) -> PlainValue:
    """Returns the *new* text with the other languages of *old*, of which a text without a language is the first."""
    if not isinstance(old, dict) or not old:
        return new
    if isinstance(new, dict):
        return {**old, **new}
    return old if new in old.values() else {**old, next(iter(old)): new}


def changed_keys(
    old: Mapping[str, PlainValue], new: Mapping[str, PlainValue], zone: str
) -> dict[str, PlainValue | None]:
    """Returns the keys of *old* that have to change for it to say what *new* says."""
    changes: dict[str, PlainValue | None] = {}
    for key, text in new.items():
        value = with_translations(old.get(key), text) if key in ("title", "notes") else text
        if key == "tags" and isinstance(value, list):
            before = old.get("tags")
            known = before if isinstance(before, list) else []
            if missing := [tag for tag in value if tag not in known]:
                changes[key] = [*known, *missing]
        elif normalized(key, old.get(key), zone) != normalized(key, value, zone):
            changes[key] = value
    changes |= {key: None for key in FOLLOWED if key in old and key not in new}
    is_timed = re.search("[0-9] [0-9]{2}:", str(new.get("when"))) is not None
    if "timezone" in old and "timezone" not in new and old["timezone"] != zone and is_timed:
        changes["timezone"] = None
    return changes


def normalized(key: str, value: PlainValue | None, zone: str) -> Any:
    """Returns *value* without what makes no difference: spelling and order of dates, spaces, one text or a place's name."""
    if isinstance(value, list):
        items = [normalized(key, item, zone) for item in value]
        return sorted(items, key=str) if key in ("except", "also") else items
    if isinstance(value, dict):
        if key == "place" and set(value) == {"name"}:
            return normalized(key, value["name"], zone)
        return {name: normalized(name, item, zone) for name, item in value.items()}
    if isinstance(value, str):
        if key in ("when", "was"):
            try:
                return str(when.parse(value, when.find_zone(zone)))
            except GrammarError:
                return value
        return value.strip() if key == "notes" else " ".join(value.split())
    return value


def describe_change(key: str, old: PlainValue | None, new: PlainValue | None) -> str:
    """Says in a line what becomes of *key*, of the dates of a series only of those that differ; None for a value that is not there."""
    if key in ("except", "also", "exceptions"):
        old, new = _without_common(old, new), _without_common(new, old)
    if new is None:
        return f"{key}: {_shorten(old)} removed"
    return f"{key}: {_shorten(new)}" if old is None else f"{key}: {_shorten(old)} -> {_shorten(new)}"


def _without_common(dates: PlainValue | None, others: PlainValue | None) -> PlainValue | None:
    if isinstance(dates, dict) and isinstance(others, dict):
        return {day: date for day, date in dates.items() if others.get(day) != date} or None
    if isinstance(dates, list) and isinstance(others, list):
        return [day for day in dates if day not in others] or None
    return dates


def _shorten(value: PlainValue | None) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shorten(" ".join(text.split()))
