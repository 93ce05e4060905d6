"""Adds an event at the end of a registry's file, or changes one in it: its own lines, every other byte stays as it is."""

from __future__ import annotations

import codecs
import difflib
import fcntl
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import ChangeError, EventcalError
from ..events import Event
from .edit import FileEntries, NotEditable, edit_entry, insert_entries
from .load import Registry, has_changed, read
from .suggestions import did_you_mean
from .yaml_format import UNSUPPORTED_LAYOUT, to_plain
from .yaml_nodes import KeyPath, PlainValue

LOCK_SECONDS = 60.0
"""Time to wait for another command that changes the registry."""
SAVED_MEANWHILE = "saved by another program meanwhile; run the command again"


@contextmanager
def lock_registry(path: Path) -> Iterator[None]:
    """Keeps other commands from changing the registry at *path*, from before it is read until it is written.

    The lock is its folder's, and leaves no file behind. A file system without locks has none. Raises EventcalError where
    the other command takes too long.
    """
    try:
        folder = os.open(path.resolve().parent, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield  # there is nothing to change, which the command says
        return
    try:
        deadline = time.monotonic() + LOCK_SECONDS
        while not _try_lock(folder):
            if time.monotonic() >= deadline:
                raise EventcalError(f"{path}: another command is changing the registry; try again when it has ended")
            time.sleep(0.05)
        yield
    finally:
        os.close(folder)


def _try_lock(folder: int) -> bool:
    """Locks a folder by its descriptor; False while another one holds the lock."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def append_event(path: Path, fields: Mapping[str, Any]) -> Registry:
    """Writes *fields*, the keys of an event, as the last event of the file at *path*; returns the registry after it.

    Raises RegistryError, and writes nothing, while the registry has problems; ChangeError where the new event would bring
    one.
    """
    data, _ = try_event(path, fields)
    replace_file(path, data)
    return read(path)


def try_event(path: Path, fields: Mapping[str, Any]) -> tuple[bytes, Event]:
    """Returns the file at *path* with *fields* as its last event, and that event; writes nothing.

    Raises as `append_event` does.
    """
    before = read(path).require_valid()
    data = _insert_entry(path, {key: to_plain(value) for key, value in fields.items()})
    after = require_sound_change(read(path, {path.name: data}), {path: (data, (-1,))})
    added = [event for event in after.events if event not in before.events]
    if len(added) != 1 or [event for event in after.events if event is not added[0]] != list(before.events):
        raise EventcalError(f"{path}: {UNSUPPORTED_LAYOUT}: add this one by hand")
    require_unchanged(before)
    return data, added[0]


def require_unchanged(registry: Registry) -> None:
    """Raises EventcalError if a file of *registry* was saved since it was read: what is written would undo that."""
    if has_changed(registry):
        raise EventcalError(f"{registry.path}: {SAVED_MEANWHILE}")


def require_sound_change(registry: Registry, changes: Mapping[Path, tuple[bytes, Iterable[int]]]) -> Registry:
    """Returns *registry*, as it was read with *changes*: the new bytes of files, and the numbers of their changed entries.

    Raises ChangeError with its problems, warnings aside.
    """
    if not registry.errors:
        return registry
    lines: set[tuple[str, int]] = set()
    for path, (data, numbers) in changes.items():
        entries = FileEntries.of(_decode(data)).entries
        for entry in (entries[number] for number in numbers):
            lines |= {(str(path), line) for line in range(entry.line + 1, entry.end + 1)}
    raise ChangeError(
        registry.errors, {problem for problem in registry.errors if (problem.file, problem.line) in lines}
    )


def _insert_entry(path: Path, entry: Mapping[str, PlainValue]) -> bytes:
    """Returns the bytes of the file with *entry* behind its last event."""
    raw = path.read_bytes()
    try:
        return encode_as(raw, insert_entries(_decode(raw), [entry]))
    except NotEditable as error:
        raise EventcalError(f"{path}: {error}: add this one by hand") from error


def _decode(data: bytes) -> str:
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def encode_as(original: bytes, text: str) -> bytes:
    """Returns *text* with the line ends, and the byte order mark, of the file that it was before."""
    crlf_count, line_count = original.count(b"\r\n"), original.count(b"\n")
    if 0 < crlf_count < line_count:
        text = _with_ends_of(original.decode("utf-8-sig"), text, "\r" if 2 * crlf_count > line_count else "")
    elif crlf_count:
        text = text.replace("\n", "\r\n")
    data = text.encode()
    return codecs.BOM_UTF8 + data if original.startswith(codecs.BOM_UTF8) else data


def _with_ends_of(original: str, text: str, usual: str) -> str:
    """Returns *text*, each line of *original* in it with the end that it had there, the others with the *usual* one, "\\r" or ""."""
    *old_lines, _ = original.split("\n")
    *lines, rest = text.split("\n")
    ends = [usual] * len(lines)
    matcher = difflib.SequenceMatcher(None, [line.removesuffix("\r") for line in old_lines], lines)
    for old, new, size in matcher.get_matching_blocks():
        ends[new : new + size] = ["\r" if line.endswith("\r") else "" for line in old_lines[old : old + size]]
    return "".join(f"{line}{end}\n" for line, end in zip(lines, ends, strict=True)) + rest


def replace_file(path: Path, data: bytes) -> None:
    """Replaces a file, that which a link leads to, atomically and keeps its permissions. Raises EventcalError."""
    try:
        _replace(path.resolve(), data)
    except OSError as error:
        raise EventcalError(f"{path}: cannot be written: {error.strerror or error}") from error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode & 0o7777)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@dataclass(frozen=True, slots=True)
class ChangedEvent:
    """One event before and after a change, and the file that it stands in."""

    before: Event
    after: Event
    path: Path


def change_event(path: Path, event_id: str, changes: Mapping[str, Any]) -> ChangedEvent:
    """Sets the keys of *changes* on the event *event_id*, None removes one; writes its file.

    A new `id` puts the old one under `formerly`, and the events that are `part_of` this one, or continue it, follow it.

    Raises RegistryError, and writes nothing, while the registry has problems; ChangeError where the change would bring one;
    EventcalError where there is no such event, its layout cannot be edited, or a file cannot be written.
    """
    changed, files = try_change(path, event_id, changes)
    for file, data in files.items():
        replace_file(file, data)
    return changed


def try_change(path: Path, event_id: str, changes: Mapping[str, Any]) -> tuple[ChangedEvent, dict[Path, bytes]]:
    """Returns what `change_event` would do, and the files that it would write. Raises as it does."""
    before = read(path).require_valid()
    old = find_event(before, event_id)
    plain = {key: None if value is None else to_plain(value) for key, value in changes.items()}
    if "id" in plain and plain["id"] is None:
        raise EventcalError(f"'{old.id}': an event needs its id; `eventcal edit {old.id} id=NEW` renames it")
    new_id = str(plain.get("id", old.id))
    if new_id != old.id:
        # a name taken back is no former one
        former_ids: PlainValue = [name for name in (*old.formerly, old.id) if name != new_id]
        plain = {"formerly": former_ids, **plain}
    place = _find_entry(before, event_id)
    edits = {place.path: [_Edit(place.number, place.below, plain)]}
    if new_id != old.id:
        for part, key in _find_references(before, old.id):
            edits.setdefault(part.path, []).append(_Edit(part.number, part.below, {key: new_id}))
    files = {name: _changed_file(name, file_edits) for name, file_edits in edits.items()}
    root = path.parent.resolve()
    after = require_sound_change(
        read(path, {name.resolve().relative_to(root).as_posix(): data for name, data in files.items()}),
        {name: (data, [edit.number for edit in edits[name]]) for name, data in files.items()},
    )
    if len(after.events) != len(before.events):
        raise EventcalError(f"{place.path}: the change would add or remove an event: edit the file by hand")
    require_unchanged(before)
    return ChangedEvent(old, next(event for event in after.events if event.id == new_id), place.path), files


def continue_event(
    path: Path, event_id: str, changes: Mapping[str, Any], continuation: Mapping[str, Any]
) -> tuple[ChangedEvent, Event]:
    """Makes *changes* to the event *event_id* and writes *continuation*, the keys of another one, as the last of its file.

    Returns the change and the other event. Raises as `change_event` does, and EventcalError for a milestone.
    """
    before = read(path).require_valid()
    old, place = find_event(before, event_id), _find_entry(before, event_id)
    if place.below:
        raise EventcalError(f"'{old.id}' is a milestone: only an event of the registry's list changes from a day on")
    plain = {key: None if value is None else to_plain(value) for key, value in changes.items()}
    raw = place.path.read_bytes()
    text = _decode(_changed_file(place.path, [_Edit(place.number, (), plain)]))
    entry = {key: to_plain(value) for key, value in continuation.items()}
    data = encode_as(raw, insert_entries(text, [entry]))
    name = place.path.resolve().relative_to(path.parent.resolve()).as_posix()
    after = require_sound_change(read(path, {name: data}), {place.path: (data, (place.number, -1))})
    require_unchanged(before)
    replace_file(place.path, data)
    by_id = {event.id: event for event in after.events}
    return ChangedEvent(old, by_id[old.id], place.path), by_id[str(entry["id"])]


def find_event(registry: Registry, event_id: str) -> Event:
    """Returns the event called *event_id*, now or formerly. Raises EventcalError, with what was probably meant."""
    for event in registry.events:
        if event_id in event.ids:
            return event
    raise EventcalError(
        f"there is no event '{event_id}'{did_you_mean(event_id, [event.id for event in registry.events])}"
    )


def written_keys(path: Path, event_id: str) -> dict[str, PlainValue]:
    """Returns the keys of an event, and their values as they are typed. Raises EventcalError where there is no such event."""
    registry = read(path).require_valid()
    find_event(registry, event_id)
    return _find_entry(registry, event_id).value


class _Edit(NamedTuple):
    """Keys of an entry, by its number in its file, or of what stands *below* it, to be set or, where None, removed."""

    number: int
    below: KeyPath
    changes: Mapping[str, PlainValue | None]


def _changed_file(path: Path, edits: Iterable[_Edit]) -> bytes:
    """Returns the file with *edits* made; its line ends stay."""
    raw = path.read_bytes()
    entries = FileEntries.of(_decode(raw))
    changed: dict[int, str] = {}
    for number, below, changes in edits:
        changed[number] = edit_entry(changed.get(number, entries.entries[number].text), changes, below)
    return encode_as(raw, entries.replaced(changed))


class _EntryPlace(NamedTuple):
    """Where an event stands, and its keys as they are typed: its file, the number of its entry, and what leads to it in that."""

    path: Path
    number: int
    below: KeyPath
    value: dict[str, PlainValue]


def _find_entry(registry: Registry, event_id: str) -> _EntryPlace:
    """Returns where an event stands. Raises EventcalError for a layout that cannot be edited."""
    for place in _list_places(registry):
        former = place.value.get("formerly")
        if event_id == place.value.get("id") or (isinstance(former, list) and event_id in former):
            return place
    raise EventcalError(f"'{event_id}' is not below `events:` in a layout that can be edited: edit it by hand")


def _find_references(registry: Registry, event_id: str) -> Iterator[tuple[_EntryPlace, str]]:
    """Yields the place of each event that names *event_id* as what it is part of or continues, and the key."""
    for place in _list_places(registry):
        for key in ("part_of", "continues"):
            if place.value.get(key) == event_id:
                yield place, key


def _list_places(registry: Registry) -> Iterator[_EntryPlace]:
    """Yields the place of each event, its milestones behind it."""
    for path in registry.files:
        try:
            entries = FileEntries.of(_decode(path.read_bytes()))
        except NotEditable:
            continue  # what stands in it cannot be changed; a part in it is then named as a problem of the registry
        for number in range(len(entries.entries)):
            for below, value in _with_milestones(entries.value(number)):
                yield _EntryPlace(path, number, below, value)


def _with_milestones(
    value: dict[str, PlainValue], below: KeyPath = ()
) -> Iterator[tuple[KeyPath, dict[str, PlainValue]]]:
    yield below, value
    milestones = value.get("milestones")
    for number, milestone in enumerate(milestones if isinstance(milestones, list) else ()):
        if isinstance(milestone, dict):
            yield from _with_milestones(milestone, (*below, "milestones", number))
