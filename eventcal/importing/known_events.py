"""An imported event is found among those of the registry: by its UID, or by id, title and date."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
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

    *zone* is the registry's.
    """

    calendar_id: str
    zone: str
    by_uid: dict[str, KnownEvent] = field(default_factory=dict)
    by_id: dict[str, KnownEvent] = field(default_factory=dict)
    milestones: dict[str, Event] = field(default_factory=dict)  # by UID; they stand below another entry
    taken_ids: set[str] = field(default_factory=set)
    _by_title: dict[str, dict[date | None, list[KnownEvent]]] = field(default_factory=dict)
    _days: dict[str, list[date]] = field(default_factory=dict)  # by title, sorted
    _by_title_and_day: dict[tuple[str, str], list[KnownEvent]] = field(default_factory=dict)

    def add(self, known: KnownEvent) -> None:
        """Adds an entry, which its former ids find, too, unless another one has them now."""
        former = known.value.get("formerly")
        former_ids = [str(name) for name in former] if isinstance(former, list) else []
        self.by_id |= {name: known for name in (*former_ids, known.id) if name == known.id or name not in self.by_id}
        default_uid = f"{[*former_ids, known.id][0]}@{self.calendar_id}"
        self.by_uid[str(known.value.get("uid") or default_uid)] = known
        self.taken_ids.update((known.id, *former_ids))
        day, title = _first_day(known.value, self.zone), known.value.get("title")
        for text in [*title.values()] if isinstance(title, dict) else [title]:
            key = title_and_day({**known.value, "title": text}, self.zone)
            by_day = self._by_title.setdefault(key[0], {})
            if day is not None and day not in by_day:
                insort(self._days.setdefault(key[0], []), day)
            by_day.setdefault(day, []).append(known)
            self._by_title_and_day.setdefault(key, []).append(known)

    def add_milestones(self, events: Iterable[Event]) -> None:
        """Adds those of *events* that are no entries, once all entries are there."""
        for event in events:
            self.taken_ids.update(event.ids)
            if event.id not in self.by_id:
                self.milestones[event.uid or f"{event.first_id}@{self.calendar_id}"] = event

    def match(self, events: Sequence[ImportedEvent]) -> list[KnownEvent | None]:
        """Returns for each of *events* the entry that it is, and no entry for two; None for a new one.

        By its UID; where the source has none, by id, by title and date, and by title alone where the date may have moved. What
        is surer is looked for first, in all of *events*.
        """
        matches: list[KnownEvent | None] = [None] * len(events)
        taken: set[str] = set()
        for find in (self._of_identity, self._of_title_and_day, self._of_title):
            for position, event in enumerate(events):
                if matches[position] is None and (known := find(event, taken)):
                    matches[position] = known
                    taken.add(known.id)
        return matches

    def _of_identity(self, event: ImportedEvent, taken: Container[str]) -> KnownEvent | None:
        """Returns the entry with the UID or the id of *event*; a bare number, which another source may have, needs title or date."""
        if event.uid:
            return self.by_uid.get(one_line(event.uid))
        own = self.by_id.get(event.name) if event.has_id else None
        if own is None or own.id in taken:
            return None
        key = title_and_day(event.fields, self.zone)
        return own if not event.name.isdecimal() or _is_alike(title_and_day(own.value, self.zone), key) else None

    def _of_title_and_day(self, event: ImportedEvent, taken: Container[str]) -> KnownEvent | None:
        """Returns the entry with title and date of *event*, whatever its id if that is a number or a path, which change."""
        is_any_id = event.name.isdecimal() or bool(event.path)
        alike = self._by_title_and_day.get(title_and_day(event.fields, self.zone), ())
        return _choose(alike, event, taken, is_any_id=is_any_id)

    def _of_title(self, event: ImportedEvent, taken: Container[str]) -> KnownEvent | None:
        """Returns the entry with the title of *event* from whose date it may have moved; a single date is none of a series."""
        title, is_series = title_and_day(event.fields, self.zone)[0], bool(event.fields.keys() & _RULES)
        for day in self._days_moved_from(title, _first_day(event.fields, self.zone)):
            alike = [known for known in self._by_title[title][day] if bool(known.value.keys() & _RULES) == is_series]
            if (origin := _choose(alike, event, taken)) is not None:
                return origin
        return None

    def _days_moved_from(self, title: str, day: date | None) -> list[date | None]:
        """Returns the known days, the nearest first, from which an event of *title* may have moved to *day*; None for none yet.

        It moved by less than half a year, and by less than from one known day to the next: those are events of their own.
        """
        by_day, days = self._by_title.get(title, {}), self._days.get(title, [])
        if day is None:
            return [*by_day]
        at = bisect_left(days, day)
        near: list[tuple[timedelta, date]] = []
        for index in range(max(at - 1, 0), min(at + 1, len(days))):
            beside = [*days[max(index - 1, 0) : index], *days[index + 1 : index + 2]]
            longest = min([_HALF_A_YEAR, *(abs(other - days[index]) for other in beside)])
            if (distance := abs(day - days[index])) < longest:
                near.append((distance, days[index]))
        return [*(known for _distance, known in sorted(near)), *([None] if None in by_day else [])]


def title_and_day(fields: Mapping[str, Any], zone: str) -> tuple[str, str]:
    """Returns the title of an event as an id has it, and its date as the registry writes it."""
    title = fields.get("title")
    first = next(iter(title.values()), "") if isinstance(title, Mapping) else title
    return slug(str(first)), str(normalized("when", fields.get("when"), zone))


def _choose(
    candidates: Iterable[KnownEvent], event: ImportedEvent, taken: Container[str], *, is_any_id: bool = False
) -> KnownEvent | None:
    """Returns the best of *candidates* that are not *taken*; of an event with an id, unless *is_any_id*, one that begins so.

    None for none, and where *event* has a UID, which alone says what it is.
    """
    stem = f"{id_stem(event.name)}-" if event.has_id and not is_any_id else ""
    free = [known for known in candidates if known.id not in taken and known.id.startswith(stem) and not event.uid]
    return min(free, key=lambda known: known.id != event.name, default=None)


def _is_alike(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Tells whether two events have the title or the date in common."""
    return first[0] == second[0] or first[1] == second[1]


def _first_day(fields: Mapping[str, Any], zone: str) -> date | None:
    """Returns the first day on which an event may be; None for one without a date, or with one that counts from another's."""
    try:
        return when.parse(str(fields.get("when")), when.find_zone(zone)).first_day
    except GrammarError:
        return None
