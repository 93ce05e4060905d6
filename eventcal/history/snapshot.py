"""All that a calendar ever promised becomes one JSON text, and the same values again: what no later edition may fall behind.

It is published: of what left the calendar it keeps the name, the dates and the numbers, and none of the words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from ..errors import GrammarError
from ..event_bodies import calendar_from_json, calendar_to_json, compact_json, event_from_json, event_to_json
from ..events import Event
from .values import Change, ChangeKind, Edition, Version, link_parents, state_from_json, state_to_json

HISTORY_FORMAT_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class EditionRef:
    """An earlier edition, of which only that it was is still known."""

    number: int
    digest: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class HistorySnapshot:
    """The whole published history of a calendar.

    *edition* is the newest; *earlier_editions* and *changes* are oldest first. *removed* are the last versions of
    removed events; *former_names* the former ids of events, each with its UID.
    """

    edition: Edition
    removed: tuple[Version, ...] = ()
    former_names: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    earlier_editions: tuple[EditionRef, ...] = ()


def resume_edition(
    first: Edition, published: Mapping[str, tuple[int, datetime]], unchanged_uids: frozenset[str]
) -> Edition:
    """Returns *first*, an edition without history, continued from *published*, which is not empty: SEQUENCE, LAST-MODIFIED by UID.

    *unchanged_uids* are the events that read as published; all others count as changed.
    """
    latest = max(modified for _, modified in published.values())
    timestamp = max(first.recorded_at.replace(microsecond=0), latest + timedelta(seconds=1))

    def next_version(version: Version) -> Version:
        if version.uid not in published:
            return replace(version, created=timestamp, modified=timestamp)
        sequence, modified = published[version.uid]
        if version.uid in unchanged_uids:
            return replace(version, sequence=sequence, created=modified, modified=modified)
        return replace(version, sequence=sequence + 1, created=modified, modified=timestamp)

    versions = tuple(map(next_version, first.versions))
    removed_uids = published.keys() - {current.uid for current in versions}
    return replace(first, versions=versions, last_removal_at=timestamp if removed_uids else None)


def history_to_json(history: HistorySnapshot) -> str:
    """Serialises *history* to JSON, a line for each event and change. Equal histories give equal text."""
    edition = history.edition
    header = {
        "number": edition.number,
        "digest": edition.digest,
        "recorded_at": _timestamp(edition.recorded_at),
        "left_at": None if edition.last_removal_at is None else _timestamp(edition.last_removal_at),
        "calendar": json.loads(calendar_to_json(edition.calendar)),
    }
    parts = [
        f'"eventcal": {HISTORY_FORMAT_VERSION}',
        f'"edition": {compact_json(header)}',
        _json_lines(
            "before",
            ([earlier.number, earlier.digest, _timestamp(earlier.recorded_at)] for earlier in history.earlier_editions),
        ),
        _json_lines("events", map(_version_to_json, edition.versions)),
        _json_lines(
            "gone",
            (_version_to_json(replace(version, event=_strip_texts(version.event))) for version in history.removed),
        ),
        _json_lines("names", history.former_names),
        _json_lines("changes", map(_change_to_json, history.changes)),
    ]
    return "{" + ",\n".join(parts) + "}\n"


def history_from_json(text: str | bytes) -> HistorySnapshot:
    """Parses what `history_to_json` wrote. Raises GrammarError for anything else."""
    try:
        body = json.loads(text)
        if body["eventcal"] != HISTORY_FORMAT_VERSION:
            raise GrammarError(
                f"a history of format {body['eventcal']}, and this eventcal knows {HISTORY_FORMAT_VERSION}"
            )
        return _history_from_body(body)
    except GrammarError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise GrammarError(f"not a history that `eventcal build` wrote ({type(error).__name__}: {error})") from error


def _history_from_body(body: dict[str, Any]) -> HistorySnapshot:
    header = body["edition"]
    edition = Edition(
        header["number"],
        header["digest"],
        datetime.fromisoformat(header["recorded_at"]),
        calendar_from_json(compact_json(header["calendar"])),
        link_parents(map(_version_from_json, body["events"])),
        None if header["left_at"] is None else datetime.fromisoformat(header["left_at"]),
    )
    earlier_editions = tuple(
        EditionRef(number, digest, datetime.fromisoformat(at)) for number, digest, at in body["before"]
    )
    changes = tuple(map(_change_from_json, body["changes"]))
    if unknown_editions := {entry.edition for entry in changes} - {
        edition.number,
        *(entry.number for entry in earlier_editions),
    }:
        raise ValueError(f"changes of the editions {sorted(unknown_editions)}, which it does not list")
    former_names = tuple((name, uid) for name, uid in body["names"])
    return HistorySnapshot(
        edition, tuple(map(_version_from_json, body["gone"])), former_names, changes, earlier_editions
    )


def _strip_texts(event: Event) -> Event:
    """Reduces a removed event to what its return needs, since its texts may be why it was removed."""
    return replace(event, notes=None, sources=(), url="")


def _version_to_json(version: Version) -> dict[str, Any]:
    return {
        "uid": version.uid,
        "sequence": version.sequence,
        "created": _timestamp(version.created),
        "modified": _timestamp(version.modified),
        "event": json.loads(event_to_json(version.event)),
    }


def _version_from_json(body: dict[str, Any]) -> Version:
    created, modified = (datetime.fromisoformat(body[name]) for name in ("created", "modified"))
    return Version(event_from_json(compact_json(body["event"])), body["uid"], body["sequence"], created, modified)


def _change_to_json(change: Change) -> dict[str, Any]:
    """Serialises a change without `notify_after`, so that a resumed store notifies no one again."""
    return {
        "edition": change.edition,
        "at": _timestamp(change.at),
        "kind": change.kind.value,
        "event": change.event_id,
        "uid": change.uid,
        "recurrence": change.recurrence,
        "title": change.title,
        "old": None if change.old is None else json.loads(state_to_json(change.old)),
        "new": None if change.new is None else json.loads(state_to_json(change.new)),
    }


def _change_from_json(body: dict[str, Any]) -> Change:
    old, new = (None if body[name] is None else state_from_json(compact_json(body[name])) for name in ("old", "new"))
    return Change(
        kind=ChangeKind(body["kind"]),
        event_id=body["event"],
        uid=body["uid"],
        recurrence=body["recurrence"],
        title=body["title"],
        old=old,
        new=new,
        at=datetime.fromisoformat(body["at"]),
        edition=body["edition"],
    )


def _timestamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds")


def _json_lines(name: str, entries: Iterable[object]) -> str:
    lines = ",\n".join(map(compact_json, entries))
    return f'"{name}": [\n{lines}\n]' if lines else f'"{name}": []'
