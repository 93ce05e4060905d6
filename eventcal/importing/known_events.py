"""An imported event is found among those of the registry: by its UID, or by id, title and date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from .. import when
from ..errors import GrammarError
from ..events import Event
from ..registry.yaml_nodes import PlainValue
from .event_changes import normalized
from .texts import id_stem, one_line, slug
from .values import ImportedEvent

_RULES = {"repeat", "rrule"}
_HALF_A_YEAR = timedelta(days=183)


@dataclass(slots=True)
class KnownEvent:
    """An entry of the registry: its file, its number there, and its keys as they are written."""

    path: Path
    number: int
    value: dict[str, PlainValue]

    @property
    def id(self) -> str:
        """The id of the event."""
        return str(self.value.get("id", ""))


@dataclass(slots=True)
class KnownEvents:
    """The entries of a registry by what an import finds them by. *calendar_id* ends the UIDs that are not written.

    *zone* is the registry's. *sourced* are the titles and days of what is imported, each as `title_and_day` has it.
    """

    calendar_id: str
    zone: str
    sourced: frozenset[tuple[str, str]]
    by_uid: dict[str, KnownEvent] = field(default_factory=dict)
    by_id: dict[str, KnownEvent] = field(default_factory=dict)
    milestones: dict[str, Event] = field(default_factory=dict)  # by UID; they stand below another entry
    taken_ids: set[str] = field(default_factory=set)
    _by_title: dict[str, list[KnownEvent]] = field(default_factory=dict)
    _by_title_and_day: dict[tuple[str, str], list[KnownEvent]] = field(default_factory=dict)

    def add(self, known: KnownEvent) -> None:
        """Adds an entry, which its former ids find, too, unless another one has them now."""
        former = known.value.get("formerly")
        former_ids = [str(name) for name in former] if isinstance(former, list) else []
        self.by_id |= {name: known for name in (*former_ids, known.id) if name == known.id or name not in self.by_id}
        default_uid = f"{[*former_ids, known.id][0]}@{self.calendar_id}"
        self.by_uid[str(known.value.get("uid") or default_uid)] = known
        self.taken_ids.update((known.id, *former_ids))
        key = title_and_day(known.value, self.zone)
        self._by_title.setdefault(key[0], []).append(known)
        self._by_title_and_day.setdefault(key, []).append(known)

    def add_milestones(self, events: Iterable[Event]) -> None:
        """Adds those of *events* that are no entries, once all entries are there."""
        for event in events:
            self.taken_ids.update(event.ids)
            if event.id not in self.by_id:
                self.milestones[event.uid or f"{event.first_id}@{self.calendar_id}"] = event

    def find(self, event: ImportedEvent, seen: set[str]) -> KnownEvent | None:
        """Returns the entry that *event* is: by its UID; where the source has none, by id, title and date. None of *seen*.

        An id of the source says it alone; a bare number, which another source may have too, with the title or the date.
        A title says it alone where the date may have moved, unless another event of the source has the known date.
        """
        if event.uid:
            return self.by_uid.get(one_line(event.uid))
        key = title_and_day(event.fields, self.zone)
        own = self.by_id.get(event.name) if event.has_id else None
        if (
            own
            and own.id not in seen
            and (not event.name.isdecimal() or _is_alike(title_and_day(own.value, self.zone), key))
        ):
            return own
        numbered = f"{id_stem(event.name)}-" if event.has_id else ""

        def choose(candidates: Sequence[KnownEvent]) -> KnownEvent | None:
            unseen = [known for known in candidates if known.id not in seen and known.id.startswith(numbered)]
            return min(unseen, key=lambda known: known.id != event.name, default=None)

        if same := choose(self._by_title_and_day.get(key, ())):
            return same
        moved = [
            known
            for known in self._by_title.get(key[0], ())
            if title_and_day(known.value, self.zone) not in self.sourced
            and _may_have_moved(known.value, event.fields, self.zone)
        ]
        return choose(moved)


def title_and_day(fields: Mapping[str, Any], zone: str) -> tuple[str, str]:
    """Returns the title of an event as an id has it, and its date as the registry writes it."""
    title = fields.get("title")
    first = next(iter(title.values()), "") if isinstance(title, Mapping) else title
    return slug(str(first)), str(normalized("when", fields.get("when"), zone))


def _is_alike(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Tells whether two events have the title or the date in common."""
    return first[0] == second[0] or first[1] == second[1]


def _may_have_moved(old: Mapping[str, PlainValue], new: Mapping[str, Any], zone: str) -> bool:
    """Tells whether an event with the title of *old* may be that event with another date, and not another year's edition.

    A single date is none of a series, and dates half a year apart are two editions.
    """
    if bool(old.keys() & _RULES) != bool(new.keys() & _RULES):
        return False
    try:
        first, second = (when.parse(str(fields.get("when")), when.find_zone(zone)).first_day for fields in (old, new))
    except GrammarError:
        return True
    return first is None or second is None or abs(second - first) < _HALF_A_YEAR
