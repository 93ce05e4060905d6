"""The values of a calendar's past: an edition and its versions, where an event stands, and what became different."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from ..errors import EventcalError
from ..events import Calendar, Event, Place, Status
from ..when import FloatingZone, Timed, When, parse_stored, zone_or_utc


class ChangeKind(StrEnum):
    """The kinds of change of an event or occurrence between two editions."""

    ADDED = "added"
    VANISHED = "vanished"
    MOVED = "moved"
    DAY_KNOWN = "day known"
    NARROWED = "narrowed"  # known more precisely, and still without a day or with a doubtful one
    LESS_PRECISE = "loosened"
    PLACE = "place"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Version:
    """An event as one edition has it, with what RFC 5545 wants to know of its past.

    *sequence* is SEQUENCE (3.8.7.4); *modified* is both LAST-MODIFIED and DTSTAMP: UTC, whole seconds, always forward;
    *created* is when it was first stored. *parent_uid* is the UID of the event that it belongs to, "" for none.
    """

    event: Event
    uid: str
    sequence: int
    created: datetime
    modified: datetime
    parent_uid: str = ""


def link_parents(versions: Iterable[Version]) -> tuple[Version, ...]:
    """Returns the versions of one edition, each with the UID of its parent; one that has it already stays the same object."""
    versions = tuple(versions)
    uids = {version.event.id: version.uid for version in versions}

    def linked(version: Version) -> Version:
        parent_uid = uids.get(version.event.part_of, "")
        return version if parent_uid == version.parent_uid else replace(version, parent_uid=parent_uid)

    return tuple(map(linked, versions))


@dataclass(frozen=True)
class Edition:
    """A validated registry as recorded: *versions* in the registry's order.

    *last_removal_at* is when it last changed in a way that no version tells: something left, the order or the calendar's head
    became another. UTC, whole seconds; None: never.
    """

    number: int
    digest: str
    recorded_at: datetime
    calendar: Calendar
    versions: tuple[Version, ...]
    last_removal_at: datetime | None = None

    @cached_property
    def modified_at(self) -> datetime:
        """When anything in it last changed or left."""
        moments = [version.modified for version in self.versions]
        moments += [self.last_removal_at] if self.last_removal_at else []
        return max(moments, default=self.recorded_at)

    def find(self, event_id: str) -> Version | None:
        """Returns the event with *event_id*, else the one that had this id before; None if there is none."""
        return self._by_id.get(event_id) or self._by_former_id.get(event_id)

    @cached_property
    def _by_id(self) -> dict[str, Version]:
        return {version.event.id: version for version in self.versions}

    @cached_property
    def _by_former_id(self) -> dict[str, Version]:
        return {event_id: version for version in reversed(self.versions) for event_id in version.event.formerly}


@dataclass(frozen=True, slots=True)
class EventState:
    """The state of an event or occurrence, as far as readers are notified of it.

    *place* is in the calendar's language; *rule* is the text of a series' rule, "" for one occurrence.
    """

    when: When
    status: Status
    place: str = ""
    rule: str = ""


def state_of(event: Event, language: str) -> EventState:
    """Returns the state of *event* as a whole."""
    return EventState(
        event.when, event.status, place_text(event.places, language), event.rule.text if event.rule else ""
    )


def place_text(places: Iterable[Place], language: str) -> str:
    """The places in plain words, each from near to far, its country by its code: enough to see that one became another."""
    texts = []
    for place in places:
        parts = [text.in_language(language) for text in (place.name, place.region) if text]
        texts.append(", ".join([*parts, place.country] if place.country else parts))
    return "; ".join(text for text in texts if text)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, of an event (*recurrence* "") or of one occurrence; *old* is None for ADDED, *new* for VANISHED.

    Its notices may go out from *notify_after*, so that a slip of the pen can be corrected; None: it is all past, nobody
    is told.
    """

    kind: ChangeKind
    event_id: str
    uid: str
    recurrence: str
    title: str
    old: EventState | None
    new: EventState | None
    at: datetime
    edition: int = 0
    notify_after: datetime | None = None


class UidConflictError(EventcalError):
    """Ids or old names that would give two events the same UID: pairs of (event id, what to do)."""

    exit_code = 2

    def __init__(self, conflicts: Sequence[tuple[str, str]]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("\n".join(message for _, message in conflicts))


def state_to_json(state: EventState) -> str:
    """*state* as compact JSON, the same text for the same state."""
    body: dict[str, object] = {
        "when": str(state.when),
        "status": state.status.value,
        "place": state.place,
        "rule": state.rule,
    }
    if isinstance(state.when.span, Timed):
        body["zone"] = state.when.span.zone.key
        body["floating"] = state.when.span.is_floating
    return json.dumps({name: value for name, value in body.items() if value}, ensure_ascii=False, separators=(",", ":"))


def state_from_json(text: str) -> EventState:
    """The state that `state_to_json` wrote."""
    body = json.loads(text)
    zone = zone_or_utc(body.get("zone", "UTC"))
    when = parse_stored(body["when"], FloatingZone(zone.key) if body.get("floating") else zone)
    return EventState(when, Status(body["status"]), body.get("place", ""), body.get("rule", ""))
