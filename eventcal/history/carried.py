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
from ..events import Event, calendar_from_json, calendar_to_json, from_json, to_json
from .values import Change, Edition, Kind, Version, state_from_json, state_to_json

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Published:
    """An earlier edition, of which only that it was is still known."""

    number: int
    digest: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """*edition* is the newest; *before* are those ahead of it, the oldest first, and so are *changes*.

    *gone* are the last versions of what left; *names* the ids that events once had, and the UID that goes with each.
    """

    edition: Edition
    gone: tuple[Version, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    before: tuple[Published, ...] = ()


def resumed(first: Edition, told: Mapping[str, tuple[int, datetime]], same: frozenset[str]) -> Edition:
    """*first*, an edition without a past, gone on from what readers were told: by UID, SEQUENCE and LAST-MODIFIED.

    *same* are the UIDs that read as they did; of the others nobody knows what changed, so everything did.
    """
    latest = max((modified for _, modified in told.values()), default=None)
    moment = first.recorded_at.replace(microsecond=0)
    if latest is not None:
        moment = max(moment, latest + timedelta(seconds=1))

    def next_of(version: Version) -> Version:
        if version.uid not in told:
            return replace(version, created=moment, modified=moment)
        sequence, modified = told[version.uid]
        if version.uid in same:
            return replace(version, sequence=sequence, created=modified, modified=modified)
        return replace(version, sequence=sequence + 1, created=modified, modified=moment)

    versions = tuple(map(next_of, first.versions))
    gone = told.keys() - {each.uid for each in versions}
    return replace(first, versions=versions, left_at=moment if gone else None)


def past_to_json(past: Past) -> str:
    """*past* as JSON, a line for each event and change: the same text for the same past."""
    edition = past.edition
    head = {
        "number": edition.number,
        "digest": edition.digest,
        "recorded_at": _moment(edition.recorded_at),
        "left_at": None if edition.left_at is None else _moment(edition.left_at),
        "calendar": json.loads(calendar_to_json(edition.calendar)),
    }
    parts = [
        f'"eventcal": {FORMAT}',
        f'"edition": {_compact(head)}',
        _list("before", ([each.number, each.digest, _moment(each.recorded_at)] for each in past.before)),
        _list("events", map(_version, edition.versions)),
        _list("gone", (_version(replace(each, event=_wordless(each.event))) for each in past.gone)),
        _list("names", past.names),
        _list("changes", map(_change, past.changes)),
    ]
    return "{" + ",\n".join(parts) + "}\n"


def past_from_json(text: str | bytes) -> Past:
    """What `past_to_json` wrote. GrammarError for anything else."""
    try:
        body = json.loads(text)
        if body["eventcal"] != FORMAT:
            raise GrammarError(f"a history of format {body['eventcal']}, and this eventcal knows {FORMAT}")
        return _past(body)
    except GrammarError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise GrammarError(f"not a history that `eventcal build` wrote ({type(error).__name__}: {error})") from error


def _past(body: dict[str, Any]) -> Past:
    head = body["edition"]
    edition = Edition(
        head["number"],
        head["digest"],
        datetime.fromisoformat(head["recorded_at"]),
        calendar_from_json(_compact(head["calendar"])),
        tuple(map(_version_in, body["events"])),
        None if head["left_at"] is None else datetime.fromisoformat(head["left_at"]),
    )
    before = tuple(Published(number, digest, datetime.fromisoformat(at)) for number, digest, at in body["before"])
    changes = tuple(map(_change_in, body["changes"]))
    if strange := {each.edition for each in changes} - {edition.number, *(each.number for each in before)}:
        raise ValueError(f"changes of the editions {sorted(strange)}, which it does not list")
    names = tuple((name, uid) for name, uid in body["names"])
    return Past(edition, tuple(map(_version_in, body["gone"])), names, changes, before)


def _wordless(event: Event) -> Event:
    """What has to be known of an event, should it return: a reason to take it out may be what it said."""
    return replace(event, notes=None, sources=(), url="")


def _version(each: Version) -> dict[str, Any]:
    return {
        "uid": each.uid,
        "sequence": each.sequence,
        "created": _moment(each.created),
        "modified": _moment(each.modified),
        "event": json.loads(to_json(each.event)),
    }


def _version_in(body: dict[str, Any]) -> Version:
    created, modified = (datetime.fromisoformat(body[name]) for name in ("created", "modified"))
    return Version(from_json(_compact(body["event"])), body["uid"], body["sequence"], created, modified)


def _change(each: Change) -> dict[str, Any]:
    """When it may be told is left out: whoever goes on from here tells nobody anew."""
    return {
        "edition": each.edition,
        "at": _moment(each.at),
        "kind": each.kind.value,
        "event": each.event_id,
        "uid": each.uid,
        "recurrence": each.recurrence,
        "title": each.title,
        "old": None if each.old is None else json.loads(state_to_json(each.old)),
        "new": None if each.new is None else json.loads(state_to_json(each.new)),
    }


def _change_in(body: dict[str, Any]) -> Change:
    old, new = (None if body[name] is None else state_from_json(_compact(body[name])) for name in ("old", "new"))
    return Change(
        Kind(body["kind"]),
        body["event"],
        body["uid"],
        body["recurrence"],
        body["title"],
        old,
        new,
        datetime.fromisoformat(body["at"]),
        body["edition"],
    )


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds")


def _list(name: str, entries: Iterable[object]) -> str:
    lines = ",\n".join(map(_compact, entries))
    return f'"{name}": [\n{lines}\n]' if lines else f'"{name}": []'


def _compact(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
