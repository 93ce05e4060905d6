"""An occurrence or a change becomes the documented JSON that webhooks carry."""

from __future__ import annotations

from .. import links, words
from ..events import Occurrence, Source
from ..history import EventState, Version
from ..occurrences import title_of
from ..when import Period, Timed, Undated, When
from .message import MessageLine


def event_data(version: Version, occurrence: Occurrence, language: str, base_url: str) -> dict[str, object]:
    """Returns an occurrence as webhooks are told of it.

    Times are ISO 8601 with the zone's offset, floating ones without it; days are the event's own.
    """
    event, when = occurrence.event, occurrence.when
    return {
        "id": event.id,
        "uid": version.uid,
        "sequence": version.sequence,
        "recurrence": occurrence.recurrence or None,
        "title": title_of(occurrence, language),
        **_when_data(when),
        "timezone": event.timezone,
        "status": occurrence.status.value,
        "place": words.format_places(event.places, language) or None,
        "online": event.online or None,
        "tags": list(event.tags),
        "url": event.url or None,
        "page": links.event_url(base_url, event.id, occurrence.recurrence) if base_url else None,
        "sources": [_source_data(source) for source in event.sources],
    }


def _when_data(when: When) -> dict[str, object]:
    span = when.span
    precision = "time" if isinstance(span, Timed) else span.unit.value if isinstance(span, Period) else "day"
    data: dict[str, object] = {
        "when": str(when),
        "edtf": when.edtf or None,
        "precision": "unknown" if isinstance(span, Undated) else precision,
        "doubtful": when.uncertain,
        "first_day": when.earliest.isoformat() if when.earliest else None,
        "last_day": when.latest.isoformat() if when.latest else None,
    }
    if isinstance(span, Timed):
        start, end = (
            moment.replace(tzinfo=None) if moment and span.is_floating else moment for moment in (span.start, span.end)
        )
        data |= {"start": start.isoformat() if start else None, "end": end.isoformat() if end else None}
    return data


def change_data(line: MessageLine, language: str, base_url: str) -> dict[str, object]:
    """Returns the documented JSON of one change (docs/webhooks.md)."""
    version = line.version or line.removed_version
    return {
        "kind": line.kind.value if line.kind else None,
        "id": version.event.id if version else None,
        "uid": version.uid if version else None,
        "sequence": version.sequence if version else None,
        "recurrence": line.recurrence or None,
        "title": line.title,
        "old": state_data(line.old),
        "new": state_data(line.new),
        "notes": line.added_notes(language) or None,
        "page": links.event_url(base_url, line.version.event.id, line.recurrence)
        if base_url and line.version
        else None,
    }


def state_data(state: EventState | None) -> dict[str, object] | None:
    """Returns the documented JSON of a state that a receiver was told; None for none."""
    if state is None:
        return None
    return {**_when_data(state.when), "status": state.status.value, "place": state.place or None}


def _source_data(source: Source) -> dict[str, object]:
    data = {"title": source.title, "url": source.url, "published": source.published, "quote": source.quote}
    data["grade"] = source.grade.value if source.grade else ""
    return {name: value for name, value in data.items() if value}
