"""Values of an import: events read, and losses. No input, no output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ..errors import EventcalError


class ImportingError(EventcalError):
    """A source that cannot be read at all; the message says what it is and what to do."""

    exit_code = 2


class Carried(StrEnum):
    """The degree to which something of the source reached the registry."""

    CHANGED = "changed"  # written in another way than it stood
    LEFT_OUT = "left out"  # not written


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that was not carried as it stood.

    *line* counts from 1 in the source (0: none), *subject* is the event's title, *what* the property or key, under
    which alike losses are counted, *path* the file in a folder.
    """

    line: int
    subject: str
    what: str
    detail: str
    carried: Carried = Carried.LEFT_OUT
    path: str = ""

    def __str__(self) -> str:
        place = (f"{self.path}: " if self.path else "") + (f"line {self.line}: " if self.line else "")
        subject = f"{self.subject}: " if self.subject else ""
        return f"{place}{subject}{self.what}: {self.detail}"


@dataclass(frozen=True, slots=True)
class ImportContext:
    """Facts that an import takes from its target and its options.

    *zone* and *language* are the registry's, *calendar_id* too ("" for a registry that is not there yet).
    *reader_zone* is the zone for hours that the source gives in UTC or in none, "" when none was given. *source* is what
    the source is called.
    """

    zone: str = "UTC"
    language: str = "en"
    calendar_id: str = ""
    reader_zone: str = ""
    with_private: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class ImportedEvent:
    """One event in the registry's own keys, without its id: *name* is the id to try first.

    *uid* is its identity in the source, "" where the source has none, and *parent_uid* that of the event that it belongs to.
    With *has_id* the name is the source's own, and not made from the title. *series_uid* is that of the series of which the
    source has this one date alone, by the rule on *series_day*, "" for it and all later ones, and at *series_instant* where it
    has an hour. *path* is its file in a folder.
    *is_cancellation* marks a message that calls it off (RFC 5546 3.2.5), of whose keys a known event takes nothing else.
    One that *is_known_only* changes the event of that id, and adds none.
    """

    name: str
    fields: Mapping[str, Any]
    uid: str = ""
    line: int = 0
    parent_uid: str = ""
    series_uid: str = ""
    series_day: str = ""
    series_instant: datetime | None = None
    has_id: bool = False
    path: str = ""
    is_cancellation: bool = False
    is_known_only: bool = False

    @property
    def title(self) -> str:
        """The title as one text, for a message."""
        title = self.fields.get("title", "")
        return str(next(iter(title.values()), "")) if isinstance(title, Mapping) else str(title)


@dataclass(frozen=True, slots=True)
class ImportedCalendar:
    """A source as it was read. *passed_over* counts properties that no import needs, such as DTSTAMP.

    *is_whole* is False for mails about events: what these do not name is not gone.
    """

    events: tuple[ImportedEvent, ...]
    losses: tuple[Loss, ...] = ()
    name: str = ""
    description: str = ""
    url: str = ""
    calendar_id: str = ""
    passed_over: Mapping[str, int] = field(default_factory=dict)
    is_whole: bool = True


def count_losses(losses: Iterable[Loss]) -> list[str]:
    """Returns one line for each way of being lost: "left out: ATTENDEE 12, VTODO 3"."""
    counts: dict[Carried, Counter[str]] = {carried: Counter() for carried in Carried}
    for loss in losses:
        counts[loss.carried][loss.what] += 1
    return [
        f"{carried.value}: " + ", ".join(f"{what} {number}" for what, number in counter.most_common())
        for carried, counter in counts.items()
        if counter
    ]
