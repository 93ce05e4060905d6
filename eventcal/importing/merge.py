"""Imported events join a registry: new ones are added, known ones follow their source, nothing else is touched.

Works on the texts of the registry's files and returns the texts to be written; writes nothing.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import registry, when
from ..errors import GrammarError
from ..events import Event
from ..registry import edit
from ..registry.edit import FileEntries
from ..registry.entries import parse_event
from ..registry.fields import EventDefaults
from ..registry.limits import MAX_NESTING_DEPTH
from ..registry.yaml_format import format_entry, to_plain
from ..registry.yaml_nodes import Finding, PlainValue
from .texts import MAX_ID, id_stem, one_line, slug
from .values import Carried, ImportContext, ImportedCalendar, ImportedEvent, ImportingError, Loss

# What says when it happens follows the source, also where the source no longer says it.
_FOLLOWED = ("when", "repeat", "rrule", "except", "also", "exceptions", "status", "was")
# A registry's file ends at 2 MB; what would not fit goes into parts beside it.
MAX_FILE_OCTETS = 1_800_000
MAX_FILES = 1_000
_REQUIRED = ("id", "title", "when")


@dataclass(frozen=True, slots=True)
class ImportedChange:
    """A known event that the source now describes differently; *texts* say how, a line each."""

    event_id: str
    texts: tuple[str, ...]


@dataclass(slots=True)
class Merge:
    """The effect of an import on a registry: the new text of each file, and the outcome for each event."""

    files: dict[Path, str] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    changed: list[ImportedChange] = field(default_factory=list)
    unchanged: int = 0
    gone: list[str] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Target:
    """Where new events go: at the end of *file*, or, in *folder*, into a file each. *main* is the registry's own file."""

    main: Path
    file: Path
    folder: Path | None = None


def plan_merge(imported: ImportedCalendar, target: Target, context: ImportContext) -> Merge:
    """Plans what to write. Raises RegistryError while the registry has problems, or would have some afterwards."""
    return _Merging(imported, target, context).run()


@dataclass(slots=True)
class _Known:
    """An event that the registry has: its file and number there."""

    path: Path
    number: int
    value: dict[str, PlainValue]


class _Merging:
    """One merge while it is planned."""

    def __init__(self, imported: ImportedCalendar, target: Target, context: ImportContext) -> None:
        self.imported, self.target, self.context = imported, target, context
        self.result = Merge()
        self.defaults = EventDefaults(when.find_zone(context.zone), context.language)
        self.texts: dict[Path, FileEntries] = {}
        self.by_uid: dict[str, _Known] = {}
        self.by_id: dict[str, _Known] = {}
        self.milestones: dict[str, Event] = {}  # by UID; they stand below another entry
        self.taken: set[str] = set()
        self.known_numbers: dict[str, set[int]] = {}  # of the registry's ids, by what stands before the number
        self.free_numbers: dict[str, int] = {}  # no lower one is free
        self.edits: dict[Path, dict[int, str]] = {}
        self.new_by_position: dict[int, dict[str, PlainValue]] = {}
        self.new_uids: set[str] = set()
        self.ids_by_name: dict[str, str] = {}
        self.ids_by_uid: dict[str, str] = {}
        self.depths: dict[str, int] = {}  # of events by id, as parts of parts

    def run(self) -> Merge:
        if self.target.main.exists():
            self._read_registry()
        else:
            self.texts[self.target.main] = FileEntries(new_header(self.imported, self.target.main, self.context), ())
        met: set[str] = set()
        for position, event in _parents_first(self.imported.events):
            known = self._find(event, met)
            series = self.by_uid.get(one_line(event.series_uid)) if event.series_uid else None
            if series and series.value.keys() & {"repeat", "rrule", "also"}:
                met.add(str(series.value.get("id")))
                self._update_date(event, series)
            elif milestone := self.milestones.get(one_line(event.uid)):
                met.add(milestone.id)
                self._keep_milestone(event, milestone)
            elif known is None:
                self._add(event, position)
            else:
                met.add(str(known.value.get("id")))
                self._update(event, known)
        self.result.added = [str(entry["id"]) for entry in self.new_entries]
        self._name_the_gone(met)
        self._write_texts()
        self._check()
        return self.result

    @property
    def new_entries(self) -> list[dict[str, PlainValue]]:
        """The entries to add, in the order of the source."""
        return [self.new_by_position[position] for position in sorted(self.new_by_position)]

    def _read_registry(self) -> None:
        loaded = registry.read(self.target.main).require_valid()
        self.taken |= {name for event in loaded.events for name in (event.id, *event.formerly)}
        for path in loaded.files:
            entries = FileEntries.of(_text(path))
            self.texts[path] = entries
            for number in range(len(entries.entries)):
                value = entries.value(number)
                event_id, former = str(value.get("id", "")), value.get("formerly")
                names = [event_id, *(map(str, former) if isinstance(former, list) else ())]
                known = _Known(path, number, value)
                self.by_id[event_id] = known
                stem, _, digits = event_id.rpartition("-")
                if digits.isdecimal():
                    self.known_numbers.setdefault(stem, set()).add(int(digits))
                self.by_uid[
                    str(value.get("uid") or f"{names[-1] if len(names) == 1 else names[1]}@{self.context.calendar_id}")
                ] = known
                self.taken.update(names)

        self.milestones = {
            event.uid or f"{(event.formerly or (event.id,))[0]}@{self.context.calendar_id}": event
            for event in loaded.events
            if event.id not in self.by_id
        }

    def _find(self, event: ImportedEvent, met: set[str]) -> _Known | None:
        """Returns the registry's event that *event* is: by its UID; where the source has none, by id, title and date."""
        if event.uid:
            return self.by_uid.get(one_line(event.uid))
        alike = (
            known
            for name in self._names(event)
            if name not in met and (known := self.by_id.get(name)) is not None and _has_title(known, event)
        )
        first = None
        for known in alike:
            if str(known.value.get("when")) == str(event.fields.get("when")):
                return known
            first = first or known
        return first

    # One event

    def _add(self, event: ImportedEvent, position: int) -> None:
        if event.series_uid:
            detail = "its series is not in the file; written as an event of its own"
            self._lose(event, "RECURRENCE-ID", detail, Carried.CHANGED)
        event_id = next(name for name in self._names(event) if name not in self.taken)
        fields = self._sound({"id": event_id, **self._with_parent(event)}, event)
        if fields is not None and "uid" in fields:
            if fields["uid"] in self.new_uids:
                self._lose(event, "UID", "another event has the same one; this one gets a new one", Carried.CHANGED)
                fields = {key: value for key, value in fields.items() if key not in ("uid", "sequence")}
            self.new_uids.add(str(event.fields["uid"]))
        if fields is None:
            return
        self.taken.add(event_id)
        self._register(event, event_id, fields)
        self.new_by_position[position] = fields

    def _register(self, event: ImportedEvent, event_id: str, fields: Mapping[str, Any]) -> None:
        """Notes the id of *event*, for the parts that name it."""
        self.ids_by_name[event.name] = event_id
        if event.uid:
            self.ids_by_uid.setdefault(one_line(event.uid), event_id)
        self.depths[event_id] = self.depths.get(str(fields.get("part_of")), 0) + 1 if "part_of" in fields else 0

    def _with_parent(self, event: ImportedEvent) -> dict[str, Any]:
        """Returns the fields of *event*, its `part_of` being the id that its parent got; a parent comes before its parts."""
        fields = dict(event.fields)
        parent = self.ids_by_name.get(str(fields.pop("part_of", "")))
        if event.parent_uid:
            known, milestone = self.by_uid.get(event.parent_uid), self.milestones.get(event.parent_uid)
            present = str(known.value.get("id")) if known else milestone.id if milestone else None
            parent = self.ids_by_uid.get(event.parent_uid) or present
            if parent is None:
                self._lose(event, "RELATED-TO", "the event that it belongs to is not there")
            elif self.depths.get(parent, 0) >= MAX_NESTING_DEPTH:
                self._lose(event, "RELATED-TO", f"parts of parts go {MAX_NESTING_DEPTH} levels deep at most")
                parent = None
        return fields | ({"part_of": parent} if parent else {})

    def _names(self, event: ImportedEvent) -> list[str]:
        """Returns the ids that *event* may have, the best first: of numbered ones those of the registry, and the first free."""
        day = str(event.fields.get("when", ""))[:10]
        digits = slug(day.partition("?")[0].partition("/")[0])
        base = event.name or f"event-{digits}"
        names = [base]
        if not base.endswith(digits):
            names.append(f"{base[: MAX_ID - len(digits) - 1].rstrip('-')}-{digits}")
        if base in self.taken:
            stem = id_stem(base)
            free = self.free_numbers.get(stem, 2)
            while f"{stem}-{free}" in self.taken:
                free += 1
            self.free_numbers[stem] = free  # ids are only ever taken: the next event of this name looks from here
            names += (f"{stem}-{number}" for number in sorted(self.known_numbers.get(stem, ())) if number < free)
            names.append(f"{stem}-{free}")
        return names

    def _sound(self, fields: Mapping[str, Any], event: ImportedEvent) -> dict[str, PlainValue] | None:
        """Returns *fields* in the registry's order without what the registry refuses; None where no event is left."""
        value = {key: to_plain(fields[key]) for key in edit.KEY_ORDER if key in fields}
        for _attempt in range(20):
            _event, findings = parse_event(dict(value), self.defaults)
            errors = [finding for finding in findings if not finding.warning]
            if not errors:
                return value
            if not self._mend(value, errors[0], event):
                return None
        self._lose(event, "event", "left out, for the registry does not take it")
        return None

    def _mend(self, value: dict[str, PlainValue], finding: Finding, event: ImportedEvent) -> bool:
        """Takes out of *value* what *finding* is about; False where that is the event itself."""
        key = str(finding.path[0]) if finding.path else ""
        if key == "title" and "{" in str(value.get("title")):
            title = value["title"]
            value["title"] = (
                {tag: str(text).replace("{", "(").replace("}", ")") for tag, text in title.items()}
                if isinstance(title, dict)
                else str(title).replace("{", "(").replace("}", ")")
            )
            self._lose(event, "title", "its braces became parentheses", Carried.CHANGED)
            return True
        if key not in value or key in _REQUIRED:
            self._lose(event, "event", f"left out, for {finding.message}")
            return False
        self._lose(event, key, finding.message.removeprefix(f"{key} "))
        inner = value[key]
        if len(finding.path) > 1 and isinstance(inner, list) and isinstance(finding.path[1], int):
            value[key] = [item for number, item in enumerate(inner) if number != finding.path[1]]
        elif len(finding.path) > 1 and isinstance(inner, dict) and finding.path[1] in inner:
            value[key] = {name: item for name, item in inner.items() if name != finding.path[1]}
        else:
            del value[key]
        if key in value and not value[key]:
            del value[key]
        return True

    def _lose(self, event: ImportedEvent, what: str, detail: str, carried: Carried = Carried.LEFT_OUT) -> None:
        self.result.losses.append(Loss(event.line, event.title[:60], what, detail, carried))

    # What is there already

    def _keep_milestone(self, event: ImportedEvent, milestone: Event) -> None:
        """Leaves a milestone as it is written below its event, and names a date that the source has otherwise."""
        self._register(event, milestone.id, {"part_of": milestone.part_of})
        if str(event.fields.get("when")) == str(milestone.when):
            self.result.unchanged += 1
        else:
            detail = f"{event.fields.get('when')} there, {milestone.when} here: change it below '{milestone.part_of}'"
            self._lose(event, "milestone", detail)

    def _update(self, event: ImportedEvent, known: _Known) -> None:
        event_id = str(known.value.get("id"))
        fields = self._sound({"id": event_id, **self._with_parent(event)}, event)
        if fields is None:
            return
        self._register(event, event_id, fields)
        self._edit(known, _changes(known.value, fields, self.context.zone))

    def _edit(self, known: _Known, changes: Mapping[str, PlainValue | None]) -> None:
        if not changes:
            self.result.unchanged += 1
            return
        texts = tuple(_describe(key, known.value.get(key), value) for key, value in changes.items())
        edits = self.edits.setdefault(known.path, {})
        entry = edits.get(known.number, self.texts[known.path].entries[known.number].text)
        edits[known.number] = edit.edit_entry(entry, changes)
        self.result.changed.append(ImportedChange(str(known.value.get("id")), texts))

    def _update_date(self, event: ImportedEvent, series: _Known) -> None:
        """Writes one date of a series that the registry has: an update of one date has no other (RFC 5546 3.2.2 and 3.2.5)."""
        old, day = series.value, event.series_day
        reason = _why_not_one_date(event, old, self.context.zone)
        if not reason:
            exceptions = old.get("exceptions")
            dates = dict(exceptions) if isinstance(exceptions, dict) else {}
            dates.pop(day, None)
            if differs := _differences(event.fields, old, day):
                dates[day] = differs
            fields = {key: old[key] for key in ("id", "title", "timezone", *_FOLLOWED) if key in old}
            value = self._sound({**fields, "exceptions": dict(sorted(dates.items()))} if dates else fields, event)
            if value is not None:
                new = value.get("exceptions")
                self._edit(series, {"exceptions": new} if new != exceptions else {})
                series.value = {**old, "exceptions": new or {}}
            return
        self._lose(event, "RECURRENCE-ID", f"{reason}; '{old.get('id')}' was left as it is")

    def _name_the_gone(self, met: set[str]) -> None:
        """Lists the events that came from this source before and are not in it any more. Nothing is deleted."""
        if not met:
            return
        uids = {one_line(event.uid) for event in self.imported.events if event.uid}
        self.result.gone = [
            str(known.value.get("id"))
            for uid, known in self.by_uid.items()
            if known.value.get("uid") and uid not in uids and str(known.value.get("id")) not in met
        ]

    # Texts

    def _write_texts(self) -> None:
        for path, edits in self.edits.items():
            self.texts[path] = FileEntries.of(self.texts[path].replaced(edits))
            self.result.files[path] = self.texts[path].text
        if not self.new_entries:
            if not self.target.main.exists():
                self.result.files[self.target.main] = self._text_of(self.target.main) + "events: []\n"
            return
        if self.target.folder is not None:
            self._write_each(self.target.folder)
            return
        text = self._text_of(self.target.file)
        grown = edit.insert_entries(text, self.new_entries)
        if len(grown.encode()) <= MAX_FILE_OCTETS:
            self._put(self.target.file, grown)
        else:
            self._write_parts()
        if self.target.file != self.target.main:
            self._include([self.target.file])

    def _text_of(self, path: Path) -> str:
        if path in self.texts:
            return self.texts[path].text
        return _text(path) if path.exists() else ""

    def _put(self, path: Path, text: str) -> None:
        self.result.files[path] = text
        self.texts[path] = FileEntries(text, ())

    def _write_each(self, folder: Path) -> None:
        if len(self.new_entries) > MAX_FILES:
            raise ImportingError(
                f"{len(self.new_entries)} events would be more than {MAX_FILES} files: name a file with --into"
            )
        paths = [folder / f"{entry['id']}.yaml" for entry in self.new_entries]
        for path, entry in zip(paths, self.new_entries, strict=True):
            if path.exists():
                raise ImportingError(f"{path} is there already and holds another event: remove or rename it")
            self._put(path, "events:\n" + format_entry(entry, 2))
        self._include(paths, folder / "*.yaml")

    def _write_parts(self) -> None:
        """Entries in files of their own beside the target, each below the limit of a registry's file."""
        stem, size, part, parts = self.target.file.stem, 0, list[dict[str, PlainValue]](), list[Path]()
        chunks = [part]
        for entry in self.new_entries:
            octets = len(format_entry(entry, 2).encode())
            if part and size + octets > MAX_FILE_OCTETS:
                part, size = [], 0
                chunks.append(part)
            part.append(entry)
            size += octets
        number = 1
        for chunk in chunks:
            while (path := self.target.file.with_name(f"{stem}-part-{number}.yaml")) in self.texts or path.exists():
                number += 1
            self._put(path, edit.insert_entries("", chunk))
            parts.append(path)
        self._include(parts, self.target.file.with_name(f"{stem}-part-*.yaml"))

    def _include(self, paths: Iterable[Path], pattern: Path | None = None) -> None:
        """Names *paths* under the registry's `include`, by *pattern* where one is given."""
        main = self.target.main
        folder = main.parent.resolve()
        try:
            names = [path.resolve().relative_to(folder).as_posix() for path in paths]
            wanted = [pattern.resolve().relative_to(folder).as_posix()] if pattern else names
        except ValueError:
            raise ImportingError(
                f"events go below the registry's folder, {main.parent}, so that it can include them"
            ) from None
        text = self._text_of(main)
        listed = edit.top_level(text).get("include")
        patterns = [str(item) for item in listed] if isinstance(listed, list) else []
        if all(any(fnmatch.fnmatch(name, item) for item in patterns) for name in names):
            return
        changes: dict[str, PlainValue | None] = {
            "include": [*patterns, *(item for item in wanted if item not in patterns)]
        }
        self._put(main, edit.edit_top_level(text, changes))

    def _check(self) -> None:
        """Reads the registry as it will be: an import never leaves one with problems."""
        folder = self.target.main.parent
        replacements = {
            path.resolve().relative_to(folder.resolve()).as_posix(): text.encode()
            for path, text in self.result.files.items()
        }
        if not replacements:
            return
        present = {name for name in replacements if not (folder / name).exists()}
        if present - {self.target.main.name}:
            return  # new files are loaded by their pattern only once they are there; each entry was checked by itself
        registry.read(self.target.main, replacements).require_valid()


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
    ]
    if imported.description:
        lines.append(f"  description: {json.dumps(imported.description, ensure_ascii=False)}")
    if imported.url:
        lines.append(f"  url: {json.dumps(imported.url)}")
    return "\n".join(lines) + "\n"


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportingError(f"{path}: cannot be read: {error}") from error


def _has_title(known: _Known, event: ImportedEvent) -> bool:
    title = known.value.get("title")
    first = next(iter(title.values())) if isinstance(title, dict) else title
    return slug(str(first)) == slug(event.title)


def _why_not_one_date(event: ImportedEvent, series: Mapping[str, PlainValue], zone: str) -> str:
    """Says why *event* cannot be written as one date of *series*; "" where it can."""
    if not event.series_day:
        return "it is about all later dates of the series too"
    is_timed = re.search(" [0-9]{2}:", str(event.fields.get("when")))
    if is_timed and event.fields.get("timezone", zone) != series.get("timezone", zone):
        return f"it is in the zone {event.fields.get('timezone', zone)}"
    return ""


def _differences(fields: Mapping[str, Any], series: Mapping[str, PlainValue], day: str) -> dict[str, PlainValue]:
    """Returns what the date of *series* on *day* has of its own."""
    if fields.get("status") == "cancelled":
        return {"status": "cancelled"}
    expected = re.sub("^[0-9]{4}-[0-9]{2}-[0-9]{2}(?=$| )", day, str(series.get("when")))
    differs = {key: to_plain(fields[key]) for key in ("title", "place", "notes", "url") if key in fields}
    differs = {
        key: value for key, value in differs.items() if _normal(key, value, "") != _normal(key, series.get(key), "")
    }
    return differs | ({} if fields["when"] == expected else {"when": str(fields["when"])})


def _changes(old: Mapping[str, PlainValue], new: Mapping[str, PlainValue], zone: str) -> dict[str, PlainValue | None]:
    """Returns the keys of *old* that have to change for it to say what *new* says."""
    changes: dict[str, PlainValue | None] = {}
    for key, value in new.items():
        if key == "tags" and isinstance(value, list):
            before = old.get("tags")
            known = before if isinstance(before, list) else []
            if missing := [tag for tag in value if tag not in known]:
                changes[key] = [*known, *missing]
        elif _normal(key, old.get(key), zone) != _normal(key, value, zone):
            changes[key] = value
    changes |= {key: None for key in _FOLLOWED if key in old and key not in new}
    is_timed = re.search("[0-9] [0-9]{2}:", str(new.get("when"))) is not None
    if "timezone" in old and "timezone" not in new and old["timezone"] != zone and is_timed:
        changes["timezone"] = None
    return changes


def _normal(key: str, value: PlainValue | None, zone: str) -> Any:
    """Returns *value* without what makes no difference: spelling of dates, spaces, one text or a place's name."""
    if isinstance(value, list):
        return [_normal(key, item, zone) for item in value]
    if isinstance(value, dict):
        if key == "place" and set(value) == {"name"}:
            return _normal(key, value["name"], zone)
        return {name: _normal(name, item, zone) for name, item in value.items()}
    if isinstance(value, str):
        if key in ("when", "was"):
            try:
                return str(when.parse(value, when.find_zone(zone)))
            except GrammarError:
                return value
        return value.strip() if key == "notes" else " ".join(value.split())
    return value


def _describe(key: str, old: PlainValue | None, new: PlainValue | None) -> str:
    if new is None:
        return f"{key}: {_short(old)} removed"
    return f"{key}: {_short(new)}" if old is None else f"{key}: {_short(old)} -> {_short(new)}"


def _short(value: PlainValue | None) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
