"""Two editions become changes; SEQUENCE and LAST-MODIFIED are decided here. Pure: reads no clock and no file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .events import Calendar, Event, Status
from .when import When


class Kind(StrEnum):
    """What happened to an event or to one occurrence between two editions."""

    ADDED = "added"
    VANISHED = "vanished"
    MOVED = "moved"
    DAY_KNOWN = "day known"
    LOOSENED = "loosened"
    PLACE = "place"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Version:
    """An event as one edition has it, with what RFC 5545 wants to know of its past.

    *sequence* is SEQUENCE (3.8.7.4); *modified* is both LAST-MODIFIED and DTSTAMP: UTC, whole seconds, always forward;
    *created* is when it was first stored.
    """

    event: Event
    uid: str
    sequence: int
    created: datetime
    modified: datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """A validated registry as recorded: *versions* in the registry's order; *left_at* is when something last left it."""

    number: int
    digest: str
    recorded_at: datetime
    calendar: Calendar
    versions: tuple[Version, ...]
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What a reader would have to be told of an event or occurrence, to know where it stands."""

    when: When
    status: Status
    place: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, of an event (*recurrence* "") or of one occurrence; *old* is None for ADDED, *new* for VANISHED."""

    kind: Kind
    event_id: str
    uid: str
    recurrence: str
    title: str
    old: State | None
    new: State | None
    at: datetime
    edition: int = 0
