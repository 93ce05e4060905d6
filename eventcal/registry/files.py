"""The files of a registry: found, looked at cheaply, and read as text. Knows no YAML."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

LARGEST = 2 * 1024 * 1024
MOST_FILES = 1_000

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

Signature = tuple[tuple[str, int, int, int], ...]
Spot = tuple[int, int, str]  # line and column from 0, message


class Refused(Exception):
    """A file that cannot be read at all."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def load(path: Path) -> bytes:
    """The bytes of *path*. Raises Refused."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise Refused("no such file; `eventcal init` makes one") from None
    except IsADirectoryError:
        raise Refused("this is a folder; name the file in it, such as events.yaml") from None
    except (OSError, ValueError) as error:
        raise Refused(f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > LARGEST:
        raise Refused("larger than 2 MB: split it, and name the parts under include")
    return data


def decode(data: bytes) -> tuple[str, list[Spot], bool]:
    """The text of *data*, its forbidden characters, and whether they leave its layout in doubt. Raises Refused.

    Lines end in a line feed, the last one too. What is forbidden is replaced, so that the rest can be read on.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("this file is UTF-16: save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace"))
        raise Refused(
            f"byte 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8", before.count(b"\n"), column
        ) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    spots: list[Spot] = []
    doubtful = False
    if "\t" in text:
        for number, line in enumerate(text.split("\n")):
            if (column := line.find("\t")) >= 0:
                doubtful = doubtful or not line[:column].strip(" -")
                spots.append((number, column, "a tab: write spaces"))
        text = text.replace("\t", " ")
    if _UNSEEN.search(text):
        for number, line in enumerate(text.split("\n")):
            if found := _UNSEEN.search(line):
                spots.append(
                    (number, found.start(), f"an invisible control character (U+{ord(found[0]):04X}): remove it")
                )
        text = _UNSEEN.sub("\ufffd", text)
    return text, sorted(spots), doubtful


def included(folder: Path, pattern: str) -> tuple[list[str], str | None]:
    """The files below *folder* that *pattern* names, sorted, relative to it; and what is wrong with the pattern, if anything."""
    parts = pattern.split("/")
    if pattern.startswith(("/", "~")) or "\\" in pattern or ":" in pattern or ".." in parts:
        return [], "include reaches only below this file's folder: write a relative pattern, as partners/*.yaml"
    try:
        home = folder.resolve()
        names = []
        for found in folder.glob(pattern):
            name = found.relative_to(folder).as_posix()
            # Hidden folders (.git, .venv, .eventcal) are meant only by those who name them.
            hidden = any(each.startswith(".") for each in name.split("/")) and not any(
                each.startswith(".") for each in parts
            )
            if hidden or not found.is_file():
                continue
            if not found.resolve().is_relative_to(home):
                return [], f"'{name}' lies outside this file's folder"
            names.append(name)
            if len(names) > MOST_FILES:
                return [], f"'{pattern}' names more than {MOST_FILES} files"
    except (OSError, ValueError, NotImplementedError, RuntimeError, IndexError):
        return [], f"'{pattern}' is no pattern that names files: write it as partners/*.yaml"
    return sorted(names), None


def signature(path: Path, patterns: Iterable[str]) -> Signature:
    """How the files of a registry lie on the disk: equal while none was written, added or taken away."""
    folder = path.parent
    names = [path.name, *(name for each in patterns for name in included(folder, each)[0])]
    return tuple(_stat(folder, name) for name in dict.fromkeys(names))


def _stat(folder: Path, name: str) -> tuple[str, int, int, int]:
    try:
        found = os.stat(folder / name)
    except (OSError, ValueError):
        return name, -1, -1, -1
    return name, found.st_mtime_ns, found.st_size, found.st_ino


def digest(parts: Sequence[tuple[str, bytes]]) -> str:
    """A hash over all files: equal for equal content under equal names. Where the folder lies does not matter."""
    made = hashlib.sha256()
    for name, data in parts:
        made.update(f"{len(name.encode('utf-8', 'surrogateescape'))}:{len(data)}:".encode())
        made.update(name.encode("utf-8", "surrogateescape") + data)
    return made.hexdigest() if parts else ""
