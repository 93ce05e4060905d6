"""Calendars that are kept as lists of events in YAML (yaml2ics) or TOML (as the Rust project keeps its meetings)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .dates import Span, local_of
from .deadlines import load_yaml
from .records import (
    Losses,
    build_event,
    decoded,
    instant_of,
    length_of,
    place_fields,
    records_of,
    unknown_keys,
    zone_of,
)
from .rules import rule_text
from .texts import one_line
from .values import Carried, ImportContext, ImportedCalendar, ImportedEvent, ImportingError

Record = Mapping[str, Any]

_UNITS = {"years": "YEARLY", "months": "MONTHLY", "weeks": "WEEKLY", "days": "DAILY"}


# yaml2ics

_YAML2ICS_KEYS = "summary begin end duration timezone location description url repeat ics"


def read_yaml2ics(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads a file of yaml2ics. Raises ImportingError."""
    value = load_yaml(data)
    if not isinstance(value, Mapping):
        raise ImportingError("this is not a file of yaml2ics: a map with `events` was expected")
    losses = Losses()
    home = zone_of(str(value.get("timezone", ""))) or context.zone
    events = [
        event
        for record in records_of(value.get("events") or [], "list of `events`")
        if (event := _yaml2ics_event(record, home, context, losses)) is not None
    ]
    for part in value.get("include") or []:
        losses.add(0, "", "include", f"{part}: import that file by itself")
    return ImportedCalendar(tuple(events), tuple(losses.items), name=str(value.get("name", "")), timezone=home)


def _yaml2ics_event(record: Record, home: str, context: ImportContext, losses: Losses) -> ImportedEvent | None:
    title = one_line(str(record.get("summary", "")))
    unknown_keys(record, _YAML2ICS_KEYS, losses, title)
    zone = zone_of(str(record.get("timezone") or "")) or home
    if record.get("timezone") and zone_of(str(record["timezone"])) is None:
        losses.add(record, title, "timezone", f"{record['timezone']!r} is not a zone; read as {home}", Carried.CHANGED)
    start = _moment(str(record.get("begin", "")), zone)
    if start is None:
        losses.add(record, title, "begin", f"{record.get('begin', '')!r} is not a date")
        return None
    end = _moment(str(record["end"]), zone) if "end" in record else None
    if end is None and isinstance(record.get("duration"), Mapping) and isinstance(start, datetime):
        length = length_of(record["duration"])
        end = start + length if length else None
    span = _span(start, end, zone)
    more = _yaml2ics_rule(record, span, title, losses) | place_fields(record.get("location", ""))
    day = more.pop("when_day", None)
    return build_event(
        title, title, (span.moved_to(day) if day else span).text(), zone=zone, home=context.zone,
        notes=str(record.get("description", "")), url=record.get("url"), line=getattr(record, "line", 0), more=more,
    )  # fmt: skip


def _moment(text: str, zone: str) -> date | datetime | None:
    """A day, an hour on the clock of *zone*, or an hour with an offset."""
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


def _span(start: date | datetime, end: date | datetime | None, zone: str) -> Span:
    """The span of two moments; an end of another kind, or not after the start, is none."""
    same = isinstance(end, datetime) == isinstance(start, datetime)
    if end is None or not same or end < start:
        end = None
    return Span(start, end, zone if isinstance(start, datetime) else "")


def _yaml2ics_rule(record: Record, span: Span, title: str, losses: Losses) -> dict[str, Any]:
    repeat = record.get("repeat")
    raw = re.search(r"(?:^|\n)\s*RRULE:(.+)", str(record.get("ics", "")))
    if record.get("ics") and not raw:
        losses.add(record, title, "ics", "its lines of iCalendar were not carried")
    text = raw[1].strip() if raw else ""
    if isinstance(repeat, Mapping):
        interval = repeat.get("interval")
        unit = next(iter(interval)) if isinstance(interval, Mapping) and len(interval) == 1 else ""
        if unit not in _UNITS:
            losses.add(record, title, "repeat", f"every {unit or '?'}: a rule makes one start a day at most")
            return {}
        assert isinstance(interval, Mapping)
        text = f"FREQ={_UNITS[unit]};INTERVAL={interval[unit]}"
        if until := re.sub(r"[^0-9]", "", str(repeat.get("until", "")))[:8]:
            text += f";UNTIL={until}"
    if not text:
        return {}
    rule = rule_text(text, span)
    if not rule.key:
        losses.add(record, title, "repeat", f"{rule.text}; only the first date was written")
        return {}
    fields: dict[str, Any] = {rule.key: rule.text}
    if rule.first != span.day:
        losses.add(
            record, title, "begin", f"the rule does not make {span.day}; {rule.first} comes first", Carried.CHANGED
        )
        fields["when_day"], fields["also"] = rule.first, [span.day.isoformat()]
    if isinstance(repeat, Mapping):
        for key, ours in (("except_on", "except"), ("also_on", "also")):
            days = [str(item)[:10] for item in repeat.get(key) or []]
            if days:
                fields[ours] = [*fields.get(ours, []), *days]
    return fields


# TOML

_TOML_KEYS = (
    "uid title description location last_modified_on start end status organizer recurrence_rules transparency url"
)


def read_toml_calendar(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads a calendar of `[[events]]` with `title`, `start`, `end` and `recurrence_rules`. Raises ImportingError."""
    try:
        value = tomllib.loads(decoded(data))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ImportingError(f"this is not TOML: {error}") from error
    losses = Losses()
    events = [
        event
        for record in records_of(value.get("events") or [], "list of [[events]]")
        if (event := _toml_event(record, context, losses)) is not None
    ]
    meta = value.get("meta")
    for part in (meta.get("includes") if isinstance(meta, Mapping) else None) or []:
        losses.add(0, "", "includes", f"{part}: import that file by itself")
    return ImportedCalendar(
        tuple(events),
        tuple(losses.items),
        name=str(value.get("name", "")),
        description=str(value.get("description", "")),
    )


def _toml_event(record: Record, context: ImportContext, losses: Losses) -> ImportedEvent | None:
    title = one_line(str(record.get("title", "")))
    unknown_keys(record, _TOML_KEYS, losses, title)
    if record.get("organizer"):
        losses.add(record, title, "organizer", "people's addresses are not published")
    rules = records_of(record.get("recurrence_rules") or [], "list of `recurrence_rules`")
    zone = _toml_zone(record.get("start"), bool(rules), context)
    start, end = _toml_moment(record.get("start"), zone), _toml_moment(record.get("end"), zone)
    if start is None:
        losses.add(record, title, "start", f"{record.get('start')!r} is not a date")
        return None
    if not isinstance(start, datetime) and end is not None and end > start:
        end -= timedelta(days=1)  # as DTEND, the end of whole days is not counted
    span = _span(start, end, zone)
    more: dict[str, Any] = place_fields(record.get("location", ""))
    for number, entry in enumerate(rules):
        rule = rule_text(_toml_rule(entry), span) if number == 0 else None
        if rule is None or not rule.key:
            losses.add(record, title, "recurrence_rules", rule.text if rule else "a second rule was not carried")
            continue
        more[rule.key] = rule.text
        if rule.first != span.day:
            losses.add(
                record, title, "start", f"the rule does not make {span.day}; {rule.first} comes first", Carried.CHANGED
            )
            more["also"], span = [span.day.isoformat()], span.moved_to(rule.first)
    if (status := str(record.get("status", "confirmed"))) in ("tentative", "cancelled"):
        more["status"] = status
    if str(record.get("transparency", "")).lower() == "opaque":
        more["busy"] = "true"
    return build_event(
        title, title, span.text(), zone=zone, home=context.zone, notes=str(record.get("description", "")),
        url=record.get("url"), uid=one_line(str(record.get("uid", ""))), more=more,
    )  # fmt: skip


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


def _toml_rule(entry: Record) -> str:
    names = {"frequency": "FREQ", "interval": "INTERVAL", "count": "COUNT", "until": "UNTIL", "week_start": "WKST"}
    parts = []
    for key, value in entry.items():
        name = names.get(key, key.replace("_", "").upper())
        written = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        parts.append(f"{name}={re.sub(r'[-:]', '', written)[:16] if name == 'UNTIL' else written.upper()}")
    return ";".join(parts)
