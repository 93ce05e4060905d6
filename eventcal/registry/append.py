"""A new entry is written at the end of `events`. Every other byte of the file stays as it is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..errors import ChangeError, EventcalError, RegistryError
from ..events import Event
from .edit import FileEntries, NotEditable, insert_entries
from .load import Registry, read
from .yaml_format import UNSUPPORTED_LAYOUT, to_plain
from .yaml_nodes import PlainValue


def append_event(path: Path, fields: Mapping[str, Any]) -> Registry:
    """Writes *fields*, the keys of an event, as the last event of the file at *path*; returns the registry after it.

    Raises RegistryError, and writes nothing, while the registry has problems; ChangeError where the new event would bring
    one.
    """
    data, _ = try_event(path, fields)
    try:
        replace_file(Path(path).resolve(), data)
    except OSError as error:
        raise EventcalError(f"{path}: cannot be written: {error.strerror or error}") from error
    return read(path)


def try_event(path: Path, fields: Mapping[str, Any]) -> tuple[bytes, Event]:
    """Returns the file at *path* with *fields* as its last event, and that event; writes nothing.

    Raises as `append_event` does.
    """
    path = Path(path)
    before = require_valid(read(path))
    data = _insert_entry(path, {key: to_plain(value) for key, value in fields.items()})
    after = require_sound_change(read(path, {path.name: data}), {path: (data, (-1,))})
    added = [event for event in after.events if event not in before.events]
    if len(added) != 1 or [event for event in after.events if event is not added[0]] != list(before.events):
        raise EventcalError(f"{path}: {UNSUPPORTED_LAYOUT}: add this one by hand")
    return data, added[0]


def require_valid(registry: Registry) -> Registry:
    """Returns *registry*. Raises RegistryError with its problems, warnings aside."""
    if errors := [problem for problem in registry.problems if not problem.warning]:
        raise RegistryError(errors)
    return registry


def require_sound_change(registry: Registry, changes: Mapping[Path, tuple[bytes, Iterable[int]]]) -> Registry:
    """Returns *registry*, as it was read with *changes*: the new bytes of files, and the numbers of their changed entries.

    Raises ChangeError with its problems, warnings aside.
    """
    errors = [problem for problem in registry.problems if not problem.warning]
    if not errors:
        return registry
    lines: set[tuple[str, int]] = set()
    for path, (data, numbers) in changes.items():
        entries = FileEntries.of(data.decode().replace("\r\n", "\n").lstrip("\ufeff")).entries
        for entry in (entries[number] for number in numbers):
            lines |= {(str(path), entry.line + 1 + offset) for offset in range(entry.text.rstrip("\n").count("\n") + 1)}
    raise ChangeError(errors, {problem for problem in errors if (problem.file, problem.line) in lines})


def _insert_entry(path: Path, entry: Mapping[str, PlainValue]) -> bytes:
    """The bytes of the file with *entry* behind its last event."""
    raw = path.read_bytes().decode("utf-8")
    is_crlf = "\r\n" in raw
    text = raw.replace("\r\n", "\n") if is_crlf else raw
    mark = text[: len(text) - len(text.lstrip("\ufeff"))]
    try:
        new_text = mark + insert_entries(text[len(mark) :], [entry])
    except NotEditable as error:
        raise EventcalError(f"{path}: {error}: add this one by hand") from error
    return (new_text.replace("\n", "\r\n") if is_crlf else new_text).encode()


def replace_file(path: Path, data: bytes) -> None:
    """Replaces the file atomically and keeps its permissions."""
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
