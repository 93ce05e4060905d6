"""The files of a registry: listed by pattern, compared by their stat, and read as text. Knows no YAML."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from .characters import FORBIDDEN_IN_FILE
from .limits import MAX_FILE_BYTES, MAX_FILES, MAX_PROBLEMS, MAX_WORD_LENGTH

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
    """The files below *folder* that *pattern* names, sorted, relative to it; and what is wrong with the pattern, if anything."""
    parts = pattern.split("/")
    if pattern.startswith(("/", "~")) or "\\" in pattern or ":" in pattern or ".." in parts:
        return [], "include reaches only below this file's folder: write a relative pattern, as partners/*.yaml"
    if len(pattern) > MAX_WORD_LENGTH or parts.count("**") > 1:
        return [], f"a pattern has at most {MAX_WORD_LENGTH} characters and one **: write it as partners/*.yaml"
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
