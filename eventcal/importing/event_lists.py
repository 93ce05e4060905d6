"""Calendars that are kept as lists of events in YAML (yaml2ics) or TOML (as the Rust project keeps its meetings)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ..ical import foreign
from ..when import day_of
from ..when.zones import zone_of
from .dates import Span, local_of, utc
from .records import (
    Losses,
    build_event,
    decode_text,
    describe_unread,
    instant_of,
    iso_day,
    length_of,
    line_of,
    load_toml,
    load_yaml,
    place_fields,
    records_of,
    report_unknown_keys,
    when_of,
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
        for event in _yaml2ics_events(record, home, context, losses)
    ]
    for part in value.get("include") or []:
        losses.add(0, "", "include", f"{part}: not read; import that file by itself")
    return ImportedCalendar(tuple(events), tuple(losses.items), name=str(value.get("name", "")))


def _yaml2ics_events(record: Record, home: str, context: ImportContext, losses: Losses) -> Iterator[ImportedEvent]:
    """Yields the event of a record, and one for each further date at another hour."""
    title = one_line(str(record.get("summary", "")))
    report_unknown_keys(record, _YAML2ICS_KEYS, losses, title)
    zone = zone_of(str(record.get("timezone") or "")) or home
    if record.get("timezone") and zone_of(str(record["timezone"])) is None:
        losses.add(record, title, "timezone", f"{record['timezone']!r} is not a zone; read as {home}", Carried.CHANGED)
    start = _moment(str(record.get("begin", "")), zone)
    if start is None:
        _lose_start(record, title, "begin", record.get("begin"), losses)
        return
    end = _moment(str(record["end"]), zone) if "end" in record else None
    if end is None and (duration := record.get("duration")):
        length = length_of(duration) if isinstance(duration, Mapping) else None
        end = start + length if length and isinstance(start, datetime) else None
        if end is None:
            losses.add(
                record, title, "duration", "it is not hours and minutes of an event with an hour; no end was written"
            )
    span = _read_span(record, title, start, end, zone, losses)
    texts = {"title": title, "notes": str(record.get("description", "")), "url": record.get("url")}
    shared = {**texts, **place_fields(record.get("location", ""))}
    separate: list[Span] = []
    series: dict[str, Any] = {}
    if rrule := _yaml2ics_rrule(record, title, losses):
        series, span = _read_rule(rrule, span, record, title, ("repeat", "begin"), losses)
        if series:
            series, separate = _with_further_days(series, span, record, losses)
    for number, date_span in enumerate([span, *separate]):
        fields = {**shared, "when": date_span.text(), **({} if number else series)}
        line, checked = line_of(record), None if number else losses
        yield build_event(title, fields, zone=zone, home=context.zone, line=line, losses=checked)


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
    repeat, lines = record.get("repeat"), _ical_lines(record)
    for line in lines.properties:
        if line.name not in ("RRULE", "EXDATE"):
            losses.add(record, title, "ics", f"its line {line.name} was not carried")
    rule = lines.get("RRULE")
    text = rule.value.strip() if rule else ""
    if isinstance(repeat, Mapping):
        report_unknown_keys(repeat, "interval until except_on also_on", losses, title)
        interval = repeat.get("interval")
        unit = next(iter(interval)) if isinstance(interval, Mapping) and len(interval) == 1 else ""
        if unit not in _UNITS:
            losses.add(record, title, "repeat", f"an interval of {unit or 'no unit'}: {_ONE_START}")
            return ""
        assert isinstance(interval, Mapping)
        text = f"FREQ={_UNITS[unit]};INTERVAL={interval[unit]}"
        written = str(repeat.get("until") or "")
        if (until := iso_day(written) or iso_day(when_of(written))) is not None:
            text += f";UNTIL={until:%Y%m%d}"
        elif written:
            losses.add(record, title, "until", f"{written[:40]!r} is not a date; written without an end")
    elif repeat:
        losses.add(record, title, "repeat", f"{str(repeat)[:40]!r} has no `interval`; only the first date was written")
    return text


def _ical_lines(record: Record) -> foreign.ForeignComponent:
    """Returns the lines of iCalendar in a record, as if they stood in a VEVENT."""
    written = record.get("ics") or ""
    lines = [str(line) for line in written] if isinstance(written, list) else str(written).splitlines()
    text = "\n".join(["BEGIN:VEVENT", *filter(None, map(str.strip, lines)), "END:VEVENT"])
    calendars, _remarks = foreign.read_components(text.encode())
    return next(event for calendar in calendars for event in calendar.walk("VEVENT"))


def _with_further_days(
    series: dict[str, Any], span: Span, record: Record, losses: Losses
) -> tuple[dict[str, Any], list[Span]]:
    """Returns *series* with the dates that a record leaves out and adds, and the spans of those that are at another hour."""
    repeat, separate = record.get("repeat"), list[Span]()
    days: dict[str, list[str]] = {"except": _excluded_days(record, span), "also": [*series.get("also", [])]}
    for key, ours in (("except_on", "except"), ("also_on", "also")):
        written = repeat.get(key) or [] if isinstance(repeat, Mapping) else []
        for item in map(str, written if isinstance(written, list) else [written]):
            moment = _moment(item, span.zone or "UTC")
            if ours == "also" and isinstance(moment, datetime) and _is_other_hour(moment, span):
                separate.append(Span(moment, moment + span.length if span.end else None, span.zone))
                detail = f"{item[:40]!r}: an event of its own, for its hour differs"
                losses.add(record, str(record.get("summary", "")), key, detail, Carried.CHANGED)
            else:
                days[ours].append(day_of(moment).isoformat() if moment else when_of(item) or item[:40])
    return {**series, **{key: list(dict.fromkeys(texts)) for key, texts in days.items() if texts}}, separate


def _is_other_hour(moment: datetime, span: Span) -> bool:
    return isinstance(span.start, datetime) and moment.time() != span.start.time()


def _excluded_days(record: Record, span: Span) -> list[str]:
    """Returns the days of the EXDATEs among the lines of iCalendar in a record."""
    days = []
    for line in _ical_lines(record).all("EXDATE"):
        for moment in filter(None, foreign.moments(line)):
            local = moment.local
            if moment.zone == "UTC" and span.is_timed and isinstance(local, datetime):
                local = local_of(local.replace(tzinfo=UTC), span.zone) or local
            days.append(day_of(local).isoformat())
    return days


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
        value = load_toml(decode_text(data))
    except RecursionError as error:
        raise ImportingError("it is nested too deep") from error
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
    zone = _toml_zone(record, title, bool(rules), context, losses)
    start, end = _toml_moment(record.get("start"), zone), _toml_moment(record.get("end"), zone)
    if start is None:
        _lose_start(record, title, "start", record.get("start"), losses)
        return None
    if not isinstance(start, datetime) and end is not None and end > start:
        end -= timedelta(days=1)  # as DTEND, the end of whole days is not counted
    span = _read_span(record, title, start, end, zone, losses)
    more: dict[str, Any] = place_fields(record.get("location", ""))
    if rules:
        series, span = _read_rule(
            _toml_rrule(rules[0], zone), span, record, title, ("recurrence_rules", "start"), losses
        )
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


def _toml_zone(record: Record, title: str, is_series: bool, context: ImportContext, losses: Losses) -> str:
    value, home = record.get("start"), "UTC" if is_series else context.reader_zone or "UTC"
    named = str(value.get("timezone") or "") if isinstance(value, Mapping) else ""
    zone = zone_of(named)
    if named and zone is None:
        losses.add(record, title, "timezone", f"{named[:40]!r} is not a zone; read as {home}", Carried.CHANGED)
    return zone or home


def _toml_moment(value: object, zone: str) -> date | datetime | None:
    """Returns a day, or an hour on the clock of *zone*; one in a map may name its own."""
    own_zone = zone
    if isinstance(value, Mapping):
        own_zone = zone_of(str(value.get("timezone") or "")) or zone
        value = value.get("date")
    if isinstance(value, datetime):
        if value.tzinfo is None and own_zone == zone:
            return value
        return local_of(value.astimezone(UTC) if value.tzinfo else utc(value, own_zone), zone)
    return value if isinstance(value, date) else _moment(str(value or ""), zone)


def _toml_rrule(entry: Record, zone: str) -> str:
    names = {"frequency": "FREQ", "interval": "INTERVAL", "count": "COUNT", "until": "UNTIL", "week_start": "WKST"}
    parts = []
    for key, value in entry.items():
        name = names.get(key, key.replace("_", "").upper())
        written = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        if name == "UNTIL" and (last := _toml_moment(value, zone)) is not None:
            written = f"{last:%Y%m%dT%H%M%S}" if isinstance(last, datetime) else f"{last:%Y%m%d}"
        parts.append(f"{name}={written.upper()}")
    return ";".join(parts)
