"""Texts of a registry's files while an import is planned: entries are edited in place, new ones go where the target says.

Writes nothing: the new texts are `TargetFiles.changed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import registry
from ..registry import edit
from ..registry.edit import FileEntries, NotEditable
from ..registry.files import is_named
from ..registry.limits import MAX_FILES
from ..registry.yaml_format import format_entry
from ..registry.yaml_nodes import PlainValue
from .values import ImportingError

# A registry's file ends at 2 MB; what would not fit goes into parts beside it.
MAX_FILE_OCTETS = 1_800_000

Entry = Mapping[str, PlainValue]


@dataclass(frozen=True, slots=True)
class Target:
    """Where new events go: at the end of *file*, or, in *folder*, into a file each. *main* is the registry's own file."""

    main: Path
    file: Path
    folder: Path | None = None


class TargetFiles:
    """The files of the registry at *target*; `changed` has the new texts of those that an import changes.

    `original` has the bytes of each file that was read.
    """

    def __init__(self, target: Target) -> None:
        self.changed: dict[Path, str] = {}
        self.original: dict[Path, bytes] = {}
        self._target = target
        self._entries: dict[Path, FileEntries] = {}
        self._edits: dict[Path, dict[int, str]] = {}

    def begin(self, header: str) -> None:
        """Begins a registry that is not there yet with *header*, up to its events."""
        self._set_text(self._target.main, header)

    def read(self, path: Path) -> FileEntries:
        """Reads one of the registry's files. Raises ImportingError, also for a layout without lines of its own."""
        try:
            self._entries[path] = FileEntries.of(self._read_text(path))
        except NotEditable as error:
            raise ImportingError(f"{path}: {error}") from error
        return self._entries[path]

    def edit(self, path: Path, number: int, changes: Mapping[str, PlainValue | None]) -> None:
        """Sets or removes keys of the entry *number* of a file that was read, on top of earlier edits."""
        edits = self._edits.setdefault(path, {})
        edits[number] = edit.edit_entry(edits.get(number, self._entries[path].entries[number].text), changes)

    def finish(self, new_entries: Sequence[Entry]) -> None:
        """Applies the edits and adds *new_entries*. Raises ImportingError, and RegistryError for a registry with problems."""
        for path, edits in self._edits.items():
            self._set_text(path, self._entries[path].replaced(edits))
        if new_entries:
            self._add(new_entries)
        elif not self._target.main.exists():
            self._set_text(self._target.main, self._text_of(self._target.main) + "events: []\n")
        self._require_valid()

    def _add(self, new_entries: Sequence[Entry]) -> None:
        target = self._target
        if target.folder is not None:
            self._add_separate_files(target.folder, new_entries)
            return
        try:
            text = edit.insert_entries(self._text_of(target.file), new_entries)
        except NotEditable as error:
            raise ImportingError(f"{target.file}: {error}") from error
        if len(text.encode()) <= MAX_FILE_OCTETS:
            self._set_text(target.file, text)
        else:
            self._add_parts(new_entries)
        if target.file != target.main:
            self._include([target.file])

    def _add_separate_files(self, folder: Path, new_entries: Sequence[Entry]) -> None:
        if len(new_entries) > MAX_FILES:
            raise ImportingError(
                f"{len(new_entries)} events would be more than {MAX_FILES} files: name a file with --into"
            )
        paths = [folder / f"{entry['id']}.yaml" for entry in new_entries]
        for path, entry in zip(paths, new_entries, strict=True):
            if path.exists():
                raise ImportingError(f"{path} is there already and holds another event: remove or rename it")
            self._set_text(path, "events:\n" + format_entry(entry, 2))
        self._include(paths, folder / "*.yaml")

    def _add_parts(self, new_entries: Sequence[Entry]) -> None:
        """Puts entries into files of their own beside the target, each below the limit of a registry's file."""
        parts, size = [list[Entry]()], 0
        for entry in new_entries:
            octets = len(format_entry(entry, 2).encode())
            if parts[-1] and size + octets > MAX_FILE_OCTETS:
                parts.append([])
                size = 0
            parts[-1].append(entry)
            size += octets
        stem, number, paths = self._target.file.stem, 1, list[Path]()
        for part in parts:
            while (path := self._target.file.with_name(f"{stem}-part-{number}.yaml")) in self._entries or path.exists():
                number += 1
            self._set_text(path, edit.insert_entries("", part))
            paths.append(path)
        self._include(paths, self._target.file.with_name(f"{stem}-part-*.yaml"))

    def _include(self, paths: Iterable[Path], pattern: Path | None = None) -> None:
        """Names *paths* under the registry's `include`, by *pattern* where one is given."""
        main = self._target.main
        folder = main.parent.resolve()
        try:
            names = [path.resolve().relative_to(folder).as_posix() for path in paths]
            wanted = [pattern.resolve().relative_to(folder).as_posix()] if pattern else names
        except ValueError:
            raise ImportingError(
                f"events go below the registry's folder, {main.parent}, so that it can include them"
            ) from None
        text = self._text_of(main)
        patterns = edit.included_patterns(text)
        if not all(any(is_named(name, pattern) for pattern in patterns) for name in names):
            self._set_text(main, edit.add_patterns(text, wanted))

    def _text_of(self, path: Path) -> str:
        if path in self._entries:
            return self._entries[path].text
        return self._read_text(path) if path.exists() else ""

    def _read_text(self, path: Path) -> str:
        try:
            self.original[path] = path.read_bytes()
            return self.original[path].decode("utf-8-sig").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ImportingError(f"{path}: cannot be read: {error}") from error

    def _set_text(self, path: Path, text: str) -> None:
        self.changed[path] = text
        self._entries[path] = FileEntries(text, ())

    def _require_valid(self) -> None:
        """Reads the registry as it will be: an import never leaves one with problems. Raises RegistryError."""
        folder = self._target.main.parent
        replacements = {
            path.resolve().relative_to(folder.resolve()).as_posix(): text.encode()
            for path, text in self.changed.items()
        }
        if replacements:
            registry.read(self._target.main, replacements).require_valid()
