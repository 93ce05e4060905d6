"""Calendars that are kept as lists of events in YAML (yaml2ics) or TOML (as the Rust project keeps its meetings)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .dates import Span, local_of
from .records import (
    Losses,
    build_event,
    decode_text,
    describe_unread,
    instant_of,
    length_of,
    line_of,
    load_yaml,
    place_fields,
    records_of,
    report_unknown_keys,
    zone_of,
)
from .rules import rule_text
from .texts import one_line
from .values import Carried, ImportContext, ImportedCalendar, ImportedEvent, ImportingError

Record = Mapping[str, Any]

_ONE_START = "a rule makes one start a day at most; only the first date was written"
_UNITS = {"years": "YEARLY", "months": "MONTHLY", "weeks": "WEEKLY", "days": "DAILY"}


# yaml2ics

_YAML2ICS_KEYS = "summary begin end duration timezone location description url repeat ics"


def read_yaml2ics(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads a file of yaml2ics. Raises ImportingError."""
    value = load_yaml(decode_text(data))
    if not isinstance(value, Mapping):
        raise ImportingError("this is not a file of yaml2ics: a map with `events` was expected")
    losses = Losses()
    named = str(value.get("timezone") or "")
    home = zone_of(named) or context.zone
    if named and zone_of(named) is None:
        losses.add(value, "", "timezone", f"{named[:40]!r} is not a zone; read as {home}", Carried.CHANGED)
    events = [
        event
        for record in records_of(value.get("events") or [], "list of `events`")
        if (event := _yaml2ics_event(record, home, context, losses)) is not None
    ]
    for part in value.get("include") or []:
        losses.add(0, "", "include", f"{part}: not read; import that file by itself")
    return ImportedCalendar(tuple(events), tuple(losses.items), name=str(value.get("name", "")))


def _yaml2ics_event(record: Record, home: str, context: ImportContext, losses: Losses) -> ImportedEvent | None:
    title = one_line(str(record.get("summary", "")))
    report_unknown_keys(record, _YAML2ICS_KEYS, losses, title)
    zone = zone_of(str(record.get("timezone") or "")) or home
    if record.get("timezone") and zone_of(str(record["timezone"])) is None:
        losses.add(record, title, "timezone", f"{record['timezone']!r} is not a zone; read as {home}", Carried.CHANGED)
    start = _moment(str(record.get("begin", "")), zone)
    if start is None:
        _lose_start(record, title, "begin", record.get("begin"), losses)
        return None
    end = _moment(str(record["end"]), zone) if "end" in record else None
    if end is None and (duration := record.get("duration")):
        length = length_of(duration) if isinstance(duration, Mapping) else None
        end = start + length if length and isinstance(start, datetime) else None
        if end is None:
            losses.add(
                record, title, "duration", "it is not hours and minutes of an event with an hour; no end was written"
            )
    span = _read_span(record, title, start, end, zone, losses)
    more: dict[str, Any] = place_fields(record.get("location", ""))
    if rrule := _yaml2ics_rrule(record, title, losses):
        series, span = _read_rule(rrule, span, record, title, ("repeat", "begin"), losses)
        more |= _with_further_days(series, record) if series else {}
    texts = {"notes": str(record.get("description", "")), "url": record.get("url")}
    fields = {"title": title, "when": span.text(), **texts, **more}
    return build_event(title, fields, zone=zone, home=context.zone, line=line_of(record), losses=losses)


def _lose_start(record: Record, title: str, key: str, value: object, losses: Losses) -> None:
    """Names an event that was left out because its *key* is no date."""
    reason = describe_unread(str(value)) if value else "there is none"
    losses.add(record, title, key, f"{reason}; the event was left out")


def _moment(text: str, zone: str) -> date | datetime | None:
    """Returns a day, an hour on the clock of *zone*, or an hour with an offset."""
    bare = " ".join(text.replace("T", " ").split())
    if (instant := instant_of(text, zone)) is not None:
        return instant
    try:
        return (
            date.fromisoformat(bare)
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", bare)
            else datetime.fromisoformat(bare).replace(tzinfo=None)
        )
    except ValueError:
        return None


def _read_span(
    record: Record, title: str, start: date | datetime, end: date | datetime | None, zone: str, losses: Losses
) -> Span:
    """Returns the span of two moments; an end of another kind, or before the start, is none, and a loss if it is written."""
    same = isinstance(end, datetime) == isinstance(start, datetime)
    if end is None or not same or end < start:
        end = None
        if written := record.get("end"):
            losses.add(record, title, "end", f"{str(written)[:60]!r} is not a date after the start; no end was written")
    return Span(start, end, zone if isinstance(start, datetime) else "")


def _yaml2ics_rrule(record: Record, title: str, losses: Losses) -> str:
    """Returns the RRULE of a record, out of its `repeat` or its lines of iCalendar; "" for none."""
    repeat = record.get("repeat")
    raw = re.search(r"(?:^|\n)\s*RRULE:(.+)", str(record.get("ics", "")))
    if record.get("ics") and not raw:
        losses.add(record, title, "ics", "its lines of iCalendar were not carried")
    text = raw[1].strip() if raw else ""
    if isinstance(repeat, Mapping):
        interval = repeat.get("interval")
        unit = next(iter(interval)) if isinstance(interval, Mapping) and len(interval) == 1 else ""
        if unit not in _UNITS:
            losses.add(record, title, "repeat", f"an interval of {unit or 'no unit'}: {_ONE_START}")
            return ""
        assert isinstance(interval, Mapping)
        text = f"FREQ={_UNITS[unit]};INTERVAL={interval[unit]}"
        if until := re.sub(r"[^0-9]", "", str(repeat.get("until", "")))[:8]:
            text += f";UNTIL={until}"
        elif repeat.get("until"):
            losses.add(record, title, "until", f"{str(repeat['until'])[:40]!r} is not a date; written without an end")
    elif repeat:
        losses.add(record, title, "repeat", f"{str(repeat)[:40]!r} has no `interval`; only the first date was written")
    return text


def _with_further_days(series: dict[str, Any], record: Record) -> dict[str, Any]:
    """Returns *series* with the dates that the `repeat` of a record leaves out and adds."""
    fields, repeat = dict(series), record.get("repeat")
    for key, ours in (("except_on", "except"), ("also_on", "also")):
        days = [str(item)[:10] for item in repeat.get(key) or []] if isinstance(repeat, Mapping) else []
        if days:
            fields[ours] = [*fields.get(ours, []), *days]
    return fields


def _read_rule(
    rrule: str, span: Span, record: Record, title: str, keys: tuple[str, str], losses: Losses
) -> tuple[dict[str, Any], Span]:
    """Returns what the registry writes of *rrule*, {} for a rule that it cannot hold, and *span* on the rule's first date.

    Where that is another day, *span*'s own is under `also`. *keys* are those of the rule and of the start in *record*.
    """
    rule_key, start_key = keys
    rule = rule_text(rrule, span)
    if not rule.key:
        losses.add(record, title, rule_key, f"{rule.text}; only the first date was written")
        return {}, span
    fields: dict[str, Any] = {rule.key: rule.text}
    if rule.first == span.day:
        return fields, span
    detail = f"the rule does not make {span.day}; {rule.first} comes first"
    losses.add(record, title, start_key, detail, Carried.CHANGED)
    return fields | {"also": [span.day.isoformat()]}, span.moved_to(rule.first)


# TOML

_TOML_KEYS = (
    "uid title description location last_modified_on start end status organizer recurrence_rules transparency url"
)


def read_toml_calendar(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads a calendar of `[[events]]` with `title`, `start`, `end` and `recurrence_rules`. Raises ImportingError."""
    try:
        value = tomllib.loads(decode_text(data))
    except (ValueError, RecursionError) as error:  # also a number of 5,000 digits
        raise ImportingError(f"this is not TOML: {error}") from error
    losses = Losses()
    events = [
        event
        for record in records_of(value.get("events") or [], "list of [[events]]")
        if (event := _toml_event(record, context, losses)) is not None
    ]
    meta = value.get("meta")
    for part in (meta.get("includes") if isinstance(meta, Mapping) else None) or []:
        losses.add(0, "", "includes", f"{part}: not read; import that file by itself")
    return ImportedCalendar(
        tuple(events),
        tuple(losses.items),
        name=str(value.get("name", "")),
        description=str(value.get("description", "")),
    )


def _toml_event(record: Record, context: ImportContext, losses: Losses) -> ImportedEvent | None:
    title = one_line(str(record.get("title", "")))
    report_unknown_keys(record, _TOML_KEYS, losses, title)
    if record.get("organizer"):
        losses.add(record, title, "organizer", "people's addresses are not published")
    rules = records_of(record.get("recurrence_rules") or [], "list of `recurrence_rules`")
    zone = _toml_zone(record.get("start"), bool(rules), context)
    start, end = _toml_moment(record.get("start"), zone), _toml_moment(record.get("end"), zone)
    if start is None:
        _lose_start(record, title, "start", record.get("start"), losses)
        return None
    if not isinstance(start, datetime) and end is not None and end > start:
        end -= timedelta(days=1)  # as DTEND, the end of whole days is not counted
    span = _read_span(record, title, start, end, zone, losses)
    more: dict[str, Any] = place_fields(record.get("location", ""))
    if rules:
        series, span = _read_rule(_toml_rrule(rules[0]), span, record, title, ("recurrence_rules", "start"), losses)
        more |= series
    for _ in rules[1:]:
        losses.add(record, title, "recurrence_rules", "a second rule was left out")
    if (status := str(record.get("status", "confirmed"))) in ("tentative", "cancelled"):
        more["status"] = status
    elif status != "confirmed":
        losses.add(record, title, "status", f"{status[:40]!r} is not an event's status; written as confirmed")
    if str(record.get("transparency", "")).lower() == "opaque":
        more["busy"] = "true"
    texts = {"notes": str(record.get("description", "")), "url": record.get("url")}
    fields = {"title": title, "when": span.text(), **texts, "uid": one_line(str(record.get("uid", ""))), **more}
    return build_event(title, fields, zone=zone, home=context.zone, losses=losses)


def _toml_zone(value: object, is_series: bool, context: ImportContext) -> str:
    if isinstance(value, Mapping) and (zone := zone_of(str(value.get("timezone", "")))):
        return zone
    return "UTC" if is_series else context.reader_zone or "UTC"


def _toml_moment(value: object, zone: str) -> date | datetime | None:
    if isinstance(value, Mapping):
        value = value.get("date")
    if isinstance(value, datetime):
        return local_of(value.astimezone(UTC), zone) if value.tzinfo else value
    return value if isinstance(value, date) else _moment(str(value or ""), zone)


def _toml_rrule(entry: Record) -> str:
    names = {"frequency": "FREQ", "interval": "INTERVAL", "count": "COUNT", "until": "UNTIL", "week_start": "WKST"}
    parts = []
    for key, value in entry.items():
        name = names.get(key, key.replace("_", "").upper())
        written = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        parts.append(f"{name}={re.sub(r'[-:]', '', written)[:16] if name == 'UNTIL' else written.upper()}")
    return ";".join(parts)
