"""Imported events join a registry: new ones are added, known ones follow their source, nothing else is touched.

Works on the texts of the registry's files and returns the texts to be written; writes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .. import registry, when
from ..events import Event
from ..registry import edit
from ..registry.entries import parse_event
from ..registry.fields import EventDefaults
from ..registry.limits import MAX_NESTING_DEPTH, MAX_TITLE_LENGTH
from ..registry.yaml_format import to_plain
from ..registry.yaml_nodes import Finding, PlainValue
from ..words import LANGUAGES
from .event_changes import (
    FOLLOWED,
    changed_keys,
    describe_change,
    on_clock_of,
    override_of,
    why_no_override,
    why_no_update,
    with_old_date,
)
from .known_events import KnownEvent, KnownEvents, title_and_day
from .target_files import Target, TargetFiles
from .texts import MAX_ID, id_stem, one_line, plain_to_markdown, slug
from .values import Carried, ImportContext, ImportedCalendar, ImportedEvent, Loss

_REQUIRED = ("id", "title", "when")


@dataclass(frozen=True, slots=True)
class ImportedChange:
    """A known event that the source now describes differently; *texts* say how, a line each."""

    event_id: str
    texts: tuple[str, ...]


@dataclass(slots=True)
class Merge:
    """The effect of an import on a registry: the new text of each file, and the outcome for each event.

    *original* are the bytes of the files that it was planned from.
    """

    files: dict[Path, str] = field(default_factory=dict)
    original: dict[Path, bytes] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    changed: list[ImportedChange] = field(default_factory=list)
    unchanged: int = 0
    missing: list[str] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)


def plan_merge(imported: ImportedCalendar, target: Target, context: ImportContext) -> Merge:
    """Plans what to write. Raises RegistryError while the registry has problems, or would have some afterwards."""
    return _Merging(imported, target, context).run()


class _Merging:
    """One merge while it is planned."""

    def __init__(self, imported: ImportedCalendar, target: Target, context: ImportContext) -> None:
        self.imported, self.target, self.context = imported, target, context
        self.result = Merge()
        self.defaults = EventDefaults(when.find_zone(context.zone), context.language)
        self.files = TargetFiles(target)
        self.known = KnownEvents(context.calendar_id, context.zone)
        self.free_numbers: dict[str, int] = {}  # no lower one is free
        self.new_by_position: dict[int, dict[str, PlainValue]] = {}
        self.new_uids: set[str] = set()
        self.ids_by_name: dict[str, str] = {}
        self.ids_by_uid: dict[str, str] = {}
        self.depths: dict[str, int] = {}  # of events by id, as parts of parts

    def run(self) -> Merge:
        if self.target.main.exists():
            self._read_registry()
        else:
            self.files.begin(new_header(self.imported, self.target.main, self.context))
        seen: set[str] = set()
        events = [(position, self._shorten_texts(event)) for position, event in _parents_first(self.imported.events)]
        matches = self.known.match([event for _position, event in events])
        for (position, event), known in zip(events, matches, strict=True):
            series = self.known.by_uid.get(one_line(event.series_uid)) if event.series_uid else None
            if series and series.value.keys() & {"repeat", "rrule", "also"}:
                seen.add(series.id)
                self._update_occurrence(event, series)
            elif milestone := self.known.milestones.get(one_line(event.uid)):
                seen.add(milestone.id)
                self._compare_milestone(event, milestone)
            elif known is None:
                if not event.is_known_only:
                    self._add(event, position)
            else:
                seen.add(known.id)
                self._update(event, known)
        new_entries = [self.new_by_position[position] for position in sorted(self.new_by_position)]
        self.result.added = [str(entry["id"]) for entry in new_entries]
        self._list_missing(seen)
        self.files.finish(new_entries)
        self.result.files, self.result.original = self.files.changed, self.files.original
        return self.result

    def _shorten_texts(self, event: ImportedEvent) -> ImportedEvent:
        """Returns *event* with a title and a place of the length that the registry takes, the whole title among its notes."""
        fields = dict(event.fields)
        for key in ("title", "place"):
            if key in fields and (short := _shortened(fields[key])) != fields[key]:
                fields[key] = short
                self._record_loss(event, key, f"only its first {MAX_TITLE_LENGTH - 1} characters", Carried.CHANGED)
                if key == "title":
                    fields["notes"] = "\n\n".join(
                        [plain_to_markdown(event.title), *filter(None, [fields.get("notes")])]
                    )
        return replace(event, fields=fields)

    def _read_registry(self) -> None:
        loaded = registry.read(self.target.main).require_valid()
        for path in loaded.files:
            entries = self.files.read(path)
            for number in range(len(entries.entries)):
                self.known.add(KnownEvent(path, number, entries.value(number)))
        self.known.add_milestones(loaded.events)

    # One event

    def _add(self, event: ImportedEvent, position: int) -> None:
        if "when" not in event.fields or (event.is_cancellation and event.series_uid):
            self._record_loss(event, "event", "it is called off, and is not in the registry; left out")
            return
        if event.fields.get("status") == "postponed" and "was" not in event.fields:
            event = replace(event, fields={key: value for key, value in event.fields.items() if key != "status"})
        if event.series_uid:
            detail = "its series is not in the file; written as an event of its own"
            self._record_loss(event, "RECURRENCE-ID", detail, Carried.CHANGED)
        event_id = next(name for name in self._candidate_ids(event) if name not in self.known.taken_ids)
        fields = self._validated({"id": event_id, **self._resolve_parent(event)}, event)
        if fields is None:
            return
        if (uid := fields.get("uid")) is not None:
            if uid in self.new_uids:
                self._record_loss(
                    event, "UID", "another event has the same one; this one gets a new one", Carried.CHANGED
                )
                fields = {key: value for key, value in fields.items() if key not in ("uid", "sequence")}
            self.new_uids.add(str(uid))
        self.known.taken_ids.add(event_id)
        self._register(event, event_id, fields)
        self.new_by_position[position] = fields

    def _register(self, event: ImportedEvent, event_id: str, fields: Mapping[str, Any]) -> None:
        """Notes the id of *event*, for the parts that name it."""
        if event.name:
            self.ids_by_name[event.name] = event_id
        if event.uid:
            self.ids_by_uid.setdefault(one_line(event.uid), event_id)
        self.depths[event_id] = self.depths.get(str(fields.get("part_of")), 0) + 1 if "part_of" in fields else 0

    def _resolve_parent(self, event: ImportedEvent) -> dict[str, Any]:
        """Returns the fields of *event*, its `part_of` being the id that its parent got; a parent comes before its parts."""
        fields = dict(event.fields)
        parent = self.ids_by_name.get(str(fields.pop("part_of", "")))
        if event.parent_uid:
            known, milestone = self.known.by_uid.get(event.parent_uid), self.known.milestones.get(event.parent_uid)
            present = known.id if known else milestone.id if milestone else None
            parent = self.ids_by_uid.get(event.parent_uid) or present
            if parent is None:
                self._record_loss(event, "RELATED-TO", "the event that it belongs to is not there")
            elif self.depths.get(parent, 0) >= MAX_NESTING_DEPTH:
                self._record_loss(event, "RELATED-TO", f"parts of parts go {MAX_NESTING_DEPTH} levels deep at most")
                parent = None
        return fields | ({"part_of": parent} if parent else {})

    def _candidate_ids(self, event: ImportedEvent) -> list[str]:
        """Returns the ids that a new *event* may have, the best first; at least one is free."""
        day = str(event.fields.get("when", ""))[:10]
        digits = slug(day.partition("?")[0].partition("/")[0])
        base = event.name or f"event-{digits}"
        names = [base]
        if not base.endswith(digits):
            names.append(f"{base[: MAX_ID - len(digits) - 1].rstrip('-')}-{digits}")
        if base in self.known.taken_ids:
            stem = id_stem(base)
            free = self.free_numbers.get(stem, 2)
            while f"{stem}-{free}" in self.known.taken_ids:
                free += 1
            self.free_numbers[stem] = free  # ids are only ever taken: the next event of this name looks from here
            names.append(f"{stem}-{free}")
        return names

    def _validated(self, fields: Mapping[str, Any], event: ImportedEvent) -> dict[str, PlainValue] | None:
        """Returns *fields* in the registry's order without what the registry refuses; None where no event is left."""
        value = {key: to_plain(fields[key]) for key in edit.KEY_ORDER if key in fields}
        for _attempt in range(20):
            parsed, findings = parse_event(dict(value), self.defaults)
            errors = [finding for finding in findings if not finding.warning]
            if not errors:
                if parsed and isinstance(parsed.when.span, when.AllDay):
                    value["when"] = str(parsed.when)
                return value
            if not self._repair(value, errors[0], event):
                return None
        self._record_loss(event, "event", "left out, for the registry does not take it")
        return None

    def _repair(self, value: dict[str, PlainValue], finding: Finding, event: ImportedEvent) -> bool:
        """Takes out of *value* what *finding* is about; False where that is the event itself."""
        key = str(finding.path[0]) if finding.path else ""
        if key == "title" and "{" in str(value.get("title")):
            parentheses, title = str.maketrans("{}", "()"), value["title"]
            value["title"] = (
                {tag: str(text).translate(parentheses) for tag, text in title.items()}
                if isinstance(title, dict)
                else str(title).translate(parentheses)
            )
            self._record_loss(event, "title", "its braces became parentheses", Carried.CHANGED)
            return True
        if key not in value or key in _REQUIRED:
            self._record_loss(event, "event", f"left out, for {finding.message}")
            return False
        self._record_loss(event, key, one_line(finding.message.removeprefix(f"{key} ")))
        part = value[key]
        inner_key = finding.path[1] if len(finding.path) > 1 else None
        remaining: PlainValue = {}
        if isinstance(part, list) and isinstance(inner_key, int):
            remaining = [item for number, item in enumerate(part) if number != inner_key]
        elif isinstance(part, dict) and inner_key in part:
            remaining = {name: item for name, item in part.items() if name != inner_key}
        if remaining:
            value[key] = remaining
        else:
            del value[key]
        return True

    def _record_loss(self, event: ImportedEvent, what: str, detail: str, carried: Carried = Carried.LEFT_OUT) -> None:
        self.result.losses.append(Loss(event.line, event.title[:60], what, detail, carried, event.path))

    # What is there already

    def _compare_milestone(self, event: ImportedEvent, milestone: Event) -> None:
        """Leaves a milestone as it is written below its event, and names a date that the source has otherwise."""
        self._register(event, milestone.id, {"part_of": milestone.part_of})
        if str(event.fields.get("when")) == str(milestone.when):
            self.result.unchanged += 1
        else:
            detail = f"{event.fields.get('when')} there, {milestone.when} here: change it below '{milestone.part_of}'"
            self._record_loss(event, "milestone", detail)

    def _update(self, event: ImportedEvent, known: KnownEvent) -> None:
        if reason := why_no_update(event, known.value):
            self._record_loss(event, "event", f"{reason}; '{known.id}' was left as it is")
            return
        if event.is_cancellation:
            told = {key: str(event.fields[key]) for key in ("status", "sequence") if key in event.fields}
            self._apply_changes(known, {key: text for key, text in told.items() if known.value.get(key) != text})
            return
        event = replace(event, fields=with_old_date(event.fields, known.value))
        fields = self._validated({"id": known.id, **self._resolve_parent(event)}, event)
        if fields is None:
            return
        self._register(event, known.id, fields)
        self._apply_changes(known, changed_keys(known.value, fields, self.context.zone))

    def _apply_changes(self, known: KnownEvent, changes: Mapping[str, PlainValue | None]) -> None:
        if not changes:
            self.result.unchanged += 1
            return
        texts = tuple(describe_change(key, known.value.get(key), value) for key, value in changes.items())
        self.files.edit(known.path, known.number, changes)
        self.result.changed.append(ImportedChange(known.id, texts))

    def _update_occurrence(self, event: ImportedEvent, series: KnownEvent) -> None:
        """Writes one date of a series that the registry has: an update of one date has no other (RFC 5546 3.2.2 and 3.2.5)."""
        event = on_clock_of(event, str(series.value.get("timezone", self.context.zone)), self.context.zone)
        old, day = series.value, event.series_day
        if reason := why_no_override(event, old, self.context.zone):
            self._record_loss(event, "RECURRENCE-ID", f"{reason}; '{old.get('id')}' was left as it is")
            return
        excluded, exceptions = old.get("except"), old.get("exceptions")
        left_out = [item for item in excluded if item != day] if isinstance(excluded, list) else []
        dates = dict(exceptions) if isinstance(exceptions, dict) else {}
        dates.pop(day, None)
        override = override_of(event.fields, old, day)
        if isinstance(excluded, list) and day in excluded and override == {"status": "cancelled"}:
            self.result.unchanged += 1
            return
        if override:
            dates[day] = override
        fields = {key: old[key] for key in ("id", "title", "timezone", *FOLLOWED) if key in old}
        fields |= {"except": left_out, "exceptions": dict(sorted(dates.items()))}
        value = self._validated({key: item for key, item in fields.items() if item}, event)
        if value is not None:
            changes = {
                key: value.get(key) for key in ("except", "exceptions") if value.get(key) != (old.get(key) or None)
            }
            self._apply_changes(series, changes)
            series.value = {**{key: item for key, item in old.items() if key not in changes}, **value}

    def _list_missing(self, seen: set[str]) -> None:
        """Lists the events of other calendars that this one does not have, in the files that have some of it.

        Nothing is deleted. A source without UIDs lists none: it is no calendar that these could have come from. A date of a
        series that became an event of its own has no UID: it has the title of one, and would stay beside its series.
        """
        if not self.imported.is_whole:
            return
        uids = {one_line(event.uid) for event in self.imported.events if event.uid}
        titles = {title_and_day(event.fields, self.context.zone)[0] for event in self.imported.events if event.uid}
        paths = {known.path for uid, known in self.known.by_uid.items() if uid in uids}
        self.result.missing = [
            known.id
            for uid, known in self.known.by_uid.items()
            if known.path in paths
            and (known.value.get("uid") or title_and_day(known.value, self.context.zone)[0] in titles)
            and uid not in uids
            and known.id not in seen
        ]


def _shortened(value: Any) -> Any:
    """Returns the text *value*, or each text of a mapping, no longer than a title may be."""
    if isinstance(value, dict):
        return {key: _shortened(text) for key, text in value.items()}
    if isinstance(value, str) and len(value) > MAX_TITLE_LENGTH:
        return value[: MAX_TITLE_LENGTH - 1].rstrip() + "…"
    return value


def _parents_first(events: Sequence[ImportedEvent]) -> Iterator[tuple[int, ImportedEvent]]:
    """Yields the events with their positions, each after the one that it belongs to; of a circle, one comes before its parent."""
    positions = {event.uid: position for position, event in enumerate(events) if event.uid}
    visited = set[int]()
    for first in range(len(events)):
        chain: list[int] = []
        position: int | None = first
        while position is not None and position not in visited:
            visited.add(position)
            chain.append(position)
            position = positions.get(events[position].parent_uid)
        yield from ((position, events[position]) for position in reversed(chain))


def new_header(imported: ImportedCalendar, main: Path, context: ImportContext) -> str:
    """Returns the head of a registry for *imported*, up to its events."""
    name = imported.name or main.resolve().parent.name or "Calendar"
    calendar_id = context.calendar_id or imported.calendar_id or slug(name) or "calendar"
    lines = [
        "version: 1",
        "calendar:",
        f"  id: {calendar_id}            # part of every event's identity: choose it once",
        f"  name: {json.dumps(one_line(name), ensure_ascii=False)}",
        f"  timezone: {context.zone}",
        f"  language: {context.language}            # of these texts, and of messages: {', '.join(sorted(LANGUAGES))}",
    ]
    if imported.description:
        lines.append(f"  description: {json.dumps(imported.description, ensure_ascii=False)}")
    if imported.url:
        lines.append(f"  url: {json.dumps(imported.url)}")
    return "\n".join(lines) + "\n"
