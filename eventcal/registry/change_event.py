"""One event of a registry is changed in its file: its own lines, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import EventcalError, RegistryError
from ..events import Event
from .append import replace_file
from .edit import FileEntries, edit_entry
from .load import Registry, read
from .suggestions import did_you_mean
from .yaml_format import to_plain
from .yaml_nodes import PlainValue


@dataclass(frozen=True, slots=True)
class ChangedEvent:
    """One event before and after a change, and the file that it stands in."""

    before: Event
    after: Event
    path: Path


def change_event(path: Path, event_id: str, changes: Mapping[str, Any]) -> ChangedEvent:
    """Sets the keys of *changes* on the event *event_id*, None removes one; writes its file.

    Raises RegistryError, and writes nothing, while the registry has problems or the change would bring one;
    EventcalError where there is no such event, or its layout cannot be edited.
    """
    changed, data = try_change(path, event_id, changes)
    replace_file(changed.path.resolve(), data)
    return changed


def try_change(path: Path, event_id: str, changes: Mapping[str, Any]) -> tuple[ChangedEvent, bytes]:
    """Returns what `change_event` would do, and the file that it would write. Raises as it does."""
    before = _require_valid(read(path))
    old = find_event(before, event_id)
    plain = {key: None if value is None else to_plain(value) for key, value in changes.items()}
    file, text, is_crlf = _changed_file(before, event_id, plain)
    data = (text.replace("\n", "\r\n") if is_crlf else text).encode()
    name = file.resolve().relative_to(path.parent.resolve()).as_posix()
    after = _require_valid(read(path, {name: data}))
    new = next((event for event in after.events if event.id == old.id), old)
    if len(after.events) != len(before.events):
        raise EventcalError(f"{file}: the change would add or remove an event: edit the file by hand")
    return ChangedEvent(old, new, file), data


def find_event(registry: Registry, event_id: str) -> Event:
    """The event called *event_id*, now or formerly. Raises EventcalError, with what was probably meant."""
    for event in registry.events:
        if event_id == event.id or event_id in event.formerly:
            return event
    raise EventcalError(
        f"there is no event '{event_id}'{did_you_mean(event_id, [event.id for event in registry.events])}"
    )


def _require_valid(registry: Registry) -> Registry:
    if errors := [problem for problem in registry.problems if not problem.warning]:
        raise RegistryError(errors)
    return registry


def written_exceptions(path: Path, event_id: str) -> dict[str, PlainValue]:
    """The `exceptions` of an event as they are typed, by date."""
    _, _, entries, number = _find_entry(_require_valid(read(path)), event_id)
    exceptions = entries.value(number).get("exceptions")
    return dict(exceptions) if isinstance(exceptions, dict) else {}


def _changed_file(
    registry: Registry, event_id: str, changes: Mapping[str, PlainValue | None]
) -> tuple[Path, str, bool]:
    """The file with the event, its new text, and whether its lines end in CRLF."""
    path, is_crlf, entries, number = _find_entry(registry, event_id)
    return path, entries.replaced({number: edit_entry(entries.entries[number].text, changes)}), is_crlf


def _find_entry(registry: Registry, event_id: str) -> tuple[Path, bool, FileEntries, int]:
    """The file with the event, whether its lines end in CRLF, its entries, and which of them it is."""
    for path in registry.files:
        raw = path.read_bytes().decode("utf-8")
        entries = FileEntries.of(raw.replace("\r\n", "\n"))
        for number in range(len(entries.entries)):
            value = entries.value(number)
            former = value.get("formerly")
            if event_id == value.get("id") or (isinstance(former, list) and event_id in former):
                return path, "\r\n" in raw, entries, number
            if any(event_id == part.get("id") for part in _milestones(value)):
                raise EventcalError(f"'{event_id}' is a milestone of '{value.get('id')}': edit it by hand")
    raise EventcalError(f"'{event_id}' is not below `events:` in a layout that can be edited: edit it by hand")


def _milestones(value: Mapping[str, PlainValue]) -> list[dict[str, PlainValue]]:
    """The milestones of an entry, and theirs."""
    below = value.get("milestones")
    parts = [part for part in below if isinstance(part, dict)] if isinstance(below, list) else []
    return [*parts, *(deeper for part in parts for deeper in _milestones(part))]
