"""The files of a registry: listed by pattern, compared by their stat, read as text, and parsed into their entries.

Each id in them is used once.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .characters import FORBIDDEN_IN_FILE
from .limits import MAX_FILE_BYTES, MAX_FILES, MAX_PROBLEMS, MAX_WORD_LENGTH
from .suggestions import did_you_mean
from .validation import validate_top_level
from .yaml_nodes import (
    EntryText,
    Finding,
    KeyPath,
    MalformedYaml,
    ParsedFile,
    ParsedYaml,
    PlainValue,
    parse_whole,
    parse_yaml,
    split_entries,
)

Signature = tuple[tuple[str, int, int, int], ...]
ForbiddenCharacter = tuple[int, int, str]  # line and column from 0, message


class FileRefused(Exception):
    """A file that cannot be read at all."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


_PLAIN_ASCII = bytes(range(0x20, 0x7F)) + b"\t\n\r"


def read_file(path: Path) -> bytes:
    """Returns the bytes of the regular file at *path*. Raises FileRefused."""
    try:
        # Not blocking: a FIFO without a writer would hold the caller for ever.
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISDIR(mode):
                raise IsADirectoryError
            if not stat.S_ISREG(mode):
                raise FileRefused("not a regular file but a pipe or a device: name a file, such as events.yaml")
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise FileRefused("no such file; `eventcal init` makes one") from None
    except IsADirectoryError:
        raise FileRefused("this is a folder; name the file in it, such as events.yaml") from None
    except (OSError, ValueError) as error:
        raise FileRefused(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MAX_FILE_BYTES:
        raise FileRefused("larger than 2 MB: split it, and name the parts under include")
    return data


def decode(data: bytes) -> tuple[str, list[ForbiddenCharacter], bool]:
    """Returns the text of *data*, its forbidden characters, and whether they leave its layout in doubt. Raises FileRefused.

    Lines end in a line feed, the last one too. What is forbidden is replaced, so that the rest can be read on.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused("this file is UTF-16: save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace"))
        raise FileRefused(
            f"byte 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8", before.count(b"\n"), column
        ) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    forbidden: list[ForbiddenCharacter] = []
    is_layout_doubtful = False
    if "\t" in text:
        for number, line in enumerate(text.split("\n")):
            if (column := line.find("\t")) >= 0:
                is_layout_doubtful = is_layout_doubtful or not line[:column].strip(" -")
                forbidden.append((number, column, "a tab: write spaces"))
        text = text.replace("\t", " ")
    is_plain = data.isascii() and not data.translate(None, _PLAIN_ASCII)
    if not is_plain and FORBIDDEN_IN_FILE.search(text):
        for number, line in enumerate(text.split("\n")):
            if match := FORBIDDEN_IN_FILE.search(line):
                forbidden.append(
                    (number, match.start(), f"an invisible control character (U+{ord(match[0]):04X}): remove it")
                )
        text = FORBIDDEN_IN_FILE.sub("\ufffd", text)
    return text, sorted(forbidden)[: MAX_PROBLEMS + 1], is_layout_doubtful


def expand_pattern(folder: Path, pattern: str) -> tuple[list[str], str | None]:
    """Returns the files below *folder* that *pattern* names, sorted, relative to it; and what is wrong with the pattern, if anything."""
    parts = pattern.split("/")
    if pattern.startswith(("/", "~")) or "\\" in pattern or ":" in pattern or ".." in parts:
        return [], "include reaches only below this file's folder: write a relative pattern, as partners/*.yaml"
    if len(pattern) > MAX_WORD_LENGTH or parts.count("**") > 1:
        return [], f"a pattern has at most {MAX_WORD_LENGTH} characters and one **: write it as partners/*.yaml"
    # Versions of Python differ in what these two name.
    if any("**" in part for part in parts if part != "**") or parts[-1] == "**":
        return [], f"'{pattern}' is not a file name pattern: ** is any number of folders, as in partners/**/*.yaml"
    try:
        root = folder.resolve()
        names = []
        for file in folder.glob(pattern):
            name = file.relative_to(folder).as_posix()
            # Hidden folders (.git, .venv, .eventcal) are meant only by those who name them.
            hidden = any(part.startswith(".") for part in name.split("/")) and not any(
                part.startswith(".") for part in parts
            )
            if hidden or not file.is_file():
                continue
            if not file.resolve().is_relative_to(root):
                return [], f"'{name}' lies outside this file's folder"
            if not name.isprintable():
                return [], f"{name!r} has a line break or control character in its name: rename the file"
            names.append(name)
            if len(names) > MAX_FILES:
                return [], f"'{pattern}' names more than {MAX_FILES} files"
    except (OSError, ValueError, NotImplementedError, RuntimeError, IndexError):
        return [], f"'{pattern}' is not a file name pattern: write it as partners/*.yaml"
    return sorted(names), None


def is_named(name: str, pattern: str) -> bool:
    """Tells whether *pattern* names the file *name*, as `expand_pattern` does once it is there; both are relative to one folder."""
    head, _, rest = name.partition("/")
    first, _, others = pattern.partition("/")
    if first == "**":
        return is_named(name, others) or (bool(rest) and is_named(rest, pattern))
    return fnmatch.fnmatchcase(head, first) and (is_named(rest, others) if rest and others else rest == others)


def stat_files(path: Path, patterns: Iterable[str]) -> Signature:
    """Returns a fingerprint of a registry's files that is equal until one is written, added or removed."""
    folder = path.parent
    names = [path.name, *(name for pattern in patterns for name in expand_pattern(folder, pattern)[0])]
    return tuple(_stat_file(folder, name) for name in dict.fromkeys(names))


def _stat_file(folder: Path, name: str) -> tuple[str, int, int, int]:
    try:
        stat_result = os.stat(folder / name)
    except (OSError, ValueError):
        return name, -1, -1, -1
    return name, stat_result.st_mtime_ns, stat_result.st_size, stat_result.st_ino


class ContentDigest:
    """A hash over all files: equal for equal content under equal names. Where the folder lies does not matter."""

    def __init__(self) -> None:
        self.value = ""
        self._hasher = hashlib.sha256()

    def add(self, name: str, data: bytes) -> None:
        """Adds a file; the names below the folder count, and their order."""
        encoded_name = name.encode("utf-8", "surrogateescape")
        self._hasher.update(f"{len(encoded_name)}:{len(data)}:".encode() + encoded_name)
        self._hasher.update(data)
        self.value = self._hasher.hexdigest()


# what a file holds


@dataclass(frozen=True, slots=True)
class RegistryHeader:
    """The parts of a frame whose shape is right, and what was wrong so far."""

    calendar: dict[str, Any]
    tags: dict[str, Any]
    sources: dict[str, Any]
    defaults: dict[str, Any]
    include: tuple[tuple[int, str], ...]
    broken_sources: tuple[str, ...]


def parse_header(
    value: Mapping[str, PlainValue], findings: list[Finding], broken_keys: frozenset[str | int]
) -> RegistryHeader:
    """Returns the usable sections of *value*: without *findings* of their shape, and without *broken_keys*."""
    invalid_paths = {
        finding.path[:length]
        for finding in findings
        for length in (1, 2)
        if len(finding.path) >= length and not finding.warning
    }

    def valid_section(key: str) -> dict[str, Any]:
        section = value.get(key)
        if not isinstance(section, dict) or key in broken_keys or any(finding.path == (key,) for finding in findings):
            return {}
        return {name: item for name, item in section.items() if (key, name) not in invalid_paths}

    sources, include = value.get("sources"), value.get("include")
    if "include" in broken_keys or ("include",) in invalid_paths:
        include = None
    return RegistryHeader(
        valid_section("calendar"),
        valid_section("tags"),
        valid_section("sources"),
        valid_section("defaults"),
        tuple((number, pattern) for number, pattern in enumerate(include) if isinstance(pattern, str))
        if isinstance(include, list)
        else (),
        tuple(key for key in sources if "sources" in broken_keys or ("sources", key) in invalid_paths)
        if isinstance(sources, dict)
        else (),
    )


class UnsplittableFile(Exception):
    """A file whose entries cannot be read one by one; it has to be read in one piece."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """A file that is YAML: its name below the folder, its document, and what of its frame can be used."""

    name: str
    document: ParsedFile
    header: RegistryHeader
    findings: list[Finding]


def parse_document(text: str, in_one_piece: bool) -> ParsedFile:
    """Parses a file, entry by entry where its layout allows it and not *in_one_piece*. Raises MalformedYaml."""
    split = None if in_one_piece else split_entries(text)
    if split is not None:
        try:
            top_level = parse_yaml(split[0])
        except MalformedYaml:
            return parse_whole(text)
        if isinstance(top_level.value, dict) and top_level.value.get("events") == "":
            top_level.value["events"] = []
            return ParsedFile(top_level, split[1])
    return parse_whole(text)


def check_top_level(name: str, document: ParsedFile, main: bool) -> RegistryFile:
    """Returns the file with the findings about the keys beside its events; *main* is the one that includes the others."""
    top_level = document.top_level.value
    findings = list(document.top_level.findings)
    broken_keys = frozenset(finding.path[0] for finding in findings if finding.path)
    findings += [
        finding
        for finding in validate_top_level(top_level, "registry" if main else "included")
        if not finding.path or finding.path[0] not in broken_keys
    ]
    keys = top_level if isinstance(top_level, dict) else {}
    has_no_events = isinstance(top_level, dict) and not keys.keys() & {"events", "include"}
    # A misspelt `events` is one mistake and not two.
    if main and has_no_events and not any(not item.path or "'events'" in item.message for item in findings):
        findings.append(Finding((), "'events' is missing: write a list of events, or events: [] for none"))
    return RegistryFile(name, document, parse_header(keys, findings, broken_keys), findings)


# ids

# What readers would see, by the kind of an id and of the one that has it already.
TAKEN_ID_ADVICE = {
    (
        "formerly",
        "id",
    ): "calendars would show this event in place of that one, so remove it from formerly, or that event",
    ("id", "formerly"): "calendars and links would take this event for that one, so write another id",
    ("formerly", "formerly"): "its page can lead to one event only, so remove it from one of the two",
    ("uid", "uid"): "calendars would show one of the two events, so remove uid from one",
}


@dataclass(slots=True)
class ClaimedId:
    """One id, former id or UID (*kind*), where it stands, and where the event stands that it is of."""

    kind: str
    name: str
    path: KeyPath
    event_path: KeyPath


def entry_ids(event_path: KeyPath, event_id: object, formerly: object, uid: object) -> list[ClaimedId]:
    """Returns all ids of one event, as far as they are texts."""
    former_ids = enumerate(formerly if isinstance(formerly, list | tuple) else ())
    own = [
        ClaimedId(kind, name, (*event_path, kind), event_path)
        for kind, name in (("id", event_id), ("uid", uid))
        if name and isinstance(name, str)
    ]
    former = [
        ClaimedId("formerly", name, (*event_path, "formerly", number), event_path)
        for number, name in former_ids
        if name and isinstance(name, str)
    ]
    return own + former


def ids_of(value: PlainValue, event_path: KeyPath = ()) -> list[ClaimedId]:
    """Returns all ids of an entry, its milestones' included."""
    if not isinstance(value, dict):
        return []
    milestones = value.get("milestones")
    ids = entry_ids(event_path, value.get("id"), value.get("formerly"), value.get("uid"))
    for number, milestone in enumerate(milestones if isinstance(milestones, list) else ()):
        ids += ids_of(milestone, (*event_path, "milestones", number))
    return ids


def find_event_path(value: PlainValue, event_id: str) -> KeyPath:
    """Finds where in an entry the event *event_id* stands."""
    return next((claim.event_path for claim in ids_of(value) if (claim.kind, claim.name) == ("id", event_id)), ())


@dataclass(slots=True)
class IdOwner:
    """The event that has an id: its entry, and where in that it stands (() or below `milestones`)."""

    file: RegistryFile
    entry: EntryText | ParsedYaml
    event_path: KeyPath
    is_former: bool


class IdRegister:
    """The ids of the entries read so far. *display_path* gives the name of a file as messages show it."""

    def __init__(self, display_path: Callable[[str], str]) -> None:
        self._display_path = display_path
        # An id and a UID may be the same text: they name different things.
        self._owners: dict[tuple[bool, str], IdOwner] = {}

    def claim(self, file: RegistryFile, entry: EntryText | ParsedYaml, ids: Iterable[ClaimedId]) -> list[Finding]:
        """Registers *ids* for events of *entry*; returns a finding for each that another event has."""
        findings = []
        for claim in ids:
            owner = self._owners.setdefault(
                (claim.kind == "uid", claim.name), IdOwner(file, entry, claim.event_path, claim.kind == "formerly")
            )
            if owner.entry is not entry or owner.event_path != claim.event_path:
                findings.append(Finding(claim.path, self._explain_taken(file, claim, owner)))
        return findings

    def _explain_taken(self, file: RegistryFile, claim: ClaimedId, owner: IdOwner) -> str:
        owner_parsed, is_uid = owner.entry.parse(), claim.kind == "uid"
        theirs = next(
            other for other in ids_of(owner_parsed.value) if (other.kind == "uid", other.name) == (is_uid, claim.name)
        )
        line, _ = owner_parsed.locate(Finding(theirs.path, ""))
        place = f"on line {line}" if owner.file is file else f"in {self._display_path(owner.file.name)}:{line}"
        conflict = {"id": "is an event's id already", "uid": "is an event's UID already"}.get(
            theirs.kind, "was an event's id before"
        )
        advice = TAKEN_ID_ADVICE.get((claim.kind, theirs.kind), "an id is never used twice, so write another")
        return f"'{claim.name}' {conflict} ({place}): {advice}"

    def owner_of(self, event_id: str) -> IdOwner:
        """Returns the owner of *event_id*. Raises KeyError where no entry has it."""
        return self._owners[False, event_id]

    def explain_missing(self, event_id: str, is_complete: bool) -> str | None:
        """Says that no event has *event_id*; None if one has it, or not all entries were read (*is_complete* False)."""
        known = self._owners.get((False, event_id))
        if known is not None and known.is_former:
            return f"'{event_id}' is an id that an event had before: write its present one"
        if known is not None or not is_complete:
            return None
        alike = (name for is_uid, name in self._owners if not is_uid and name[:2] == event_id[:2])
        advice = did_you_mean(event_id, alike) or ": write the id of an event of this registry, or remove the key"
        return f"no event has the id '{event_id}'{advice}"
