"""A new entry is written at the end of `events`. Every other byte of the file stays as it is."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import EventcalError, RegistryError
from .nodes import Malformed, Plain, read_yaml, slices
from .reading import Registry, read

_NONE_YET = re.compile(r"^events:[ ]*\[[ ]*\](?=[ ]*(?:#.*)?$)", re.MULTILINE)
_BY_HAND = "the events here do not stand one below the other, each after a dash: add this one by hand"


def append(path: Path, mapping: Mapping[str, Any]) -> Registry:
    """Write *mapping*, the keys of an event, as the last event of the file at *path*; the registry as it then is.

    Raises RegistryError, and writes nothing, while the registry has problems or the new event would bring one.
    """
    path = Path(path)
    before = _sound(read(path))
    entry = {key: _plain(value) for key, value in mapping.items()}
    data = _with_entry(path, entry)
    after = _sound(read(path, {path.name: data}))
    added = [each for each in after.events if each not in before.events]
    if len(added) != 1 or [each for each in after.events if each is not added[0]] != list(before.events):
        raise EventcalError(f"{path}: {_BY_HAND}")
    try:
        _replace(path.resolve(), data)
    except OSError as error:
        raise EventcalError(f"{path}: cannot be written: {error.strerror or error}") from error
    return read(path)


def _sound(registry: Registry) -> Registry:
    if found := [each for each in registry.problems if not each.warning]:
        raise RegistryError(found)
    return registry


def _plain(value: object) -> Plain:
    """*value* as the registry has it: texts, and lists and maps of them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _with_entry(path: Path, entry: Mapping[str, Plain]) -> bytes:
    """The bytes of the file with *entry* behind its last event."""
    raw = path.read_bytes().decode("utf-8")
    crlf = "\r\n" in raw
    text = raw.replace("\r\n", "\n") if crlf else raw
    if not text.endswith("\n"):
        text += "\n"
    start = len(text) - len(text.lstrip("\ufeff"))
    found = slices(text[start:])
    if found is not None and found[1]:
        made = _after_last(text, [each.text for each in found[1]], [each.line for each in found[1]], entry)
    elif none := _NONE_YET.search(text):
        end = text.index("\n", none.end()) + 1
        made = f"{text[: none.start()]}events:{text[none.end() : end]}{_lines(entry, 2)}{text[end:]}"
    elif not re.search(r"^[\"']?events\b", text, re.MULTILINE):
        made = f"{text}events:\n{_lines(entry, 2)}"
    else:
        raise EventcalError(f"{path}: {_BY_HAND}")
    return (made.replace("\n", "\r\n") if crlf else made).encode()


def _after_last(text: str, entries: list[str], lines: list[int], entry: Mapping[str, Plain]) -> str:
    """*text* with *entry* below the last of *entries*, set like them."""
    last = entries[-1]
    indent = len(last) - len(last.lstrip(" "))
    # What follows the last event without belonging to it (a blank line, a comment at the list's own indent) stays below.
    own = [
        number
        for number, line in enumerate(last.split("\n"))
        if (line[: indent + 1].strip() == "" and line.strip()) or number == 0
    ]
    at = lines[-1] + own[-1] + 1
    kept = text.split("\n")
    apart = [""] if len(entries) > 1 and entries[-2].endswith("\n\n") else []
    return "\n".join([*kept[:at], *apart, *_lines(entry, indent).rstrip("\n").split("\n"), *kept[at:]])


def _lines(entry: Mapping[str, Plain], indent: int) -> str:
    """*entry* as YAML, behind a dash that stands *indent* columns in."""
    pairs = [f"{key}: {_block(value, indent + 4)}" for key, value in entry.items()]
    return "".join(f"{' ' * indent}{'- ' if number == 0 else '  '}{each}\n" for number, each in enumerate(pairs))


def _block(value: Plain, indent: int) -> str:
    """*value* behind its key: on the same line, or as a block of lines."""
    if not isinstance(value, str):
        return _flow(value)
    if "\n" in value:
        margin = "\n" + " " * indent
        block = "|-" + margin + value.replace("\n", margin)
        if _reads(f"- key: {block}", [{"key": value}]):
            return block
    return value if _reads(f"key: {value}", {"key": value}) else json.dumps(value, ensure_ascii=False)


def _flow(value: Plain) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(each)}' for key, each in value.items())}}}"
    return value if _reads(f"[{value}]", [value]) else json.dumps(value, ensure_ascii=False)


def _reads(text: str, value: Plain) -> bool:
    """Whether *text* needs no quotes to be read as *value*."""
    try:
        found = read_yaml(text + "\n")
    except Malformed:
        return False
    return found.value == value and not found.faults


def _replace(path: Path, data: bytes) -> None:
    """The whole new file or the old one, whatever happens in between; its permissions stay."""
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
