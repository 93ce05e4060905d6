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
from .load import Registry, read
from .yaml_nodes import MalformedYaml, PlainValue, parse_yaml, split_entries

_EMPTY_EVENTS = re.compile(r"^events:[ ]*\[[ ]*\](?=[ ]*(?:#.*)?$)", re.MULTILINE)
_UNSUPPORTED_LAYOUT = "the events here do not stand one below the other, each after a dash: add this one by hand"


def append_event(path: Path, fields: Mapping[str, Any]) -> Registry:
    """Write *mapping*, the keys of an event, as the last event of the file at *path*; the registry as it then is.

    Raises RegistryError, and writes nothing, while the registry has problems or the new event would bring one.
    """
    path = Path(path)
    before = _require_valid(read(path))
    entry = {key: _to_plain(value) for key, value in fields.items()}
    data = _insert_entry(path, entry)
    after = _require_valid(read(path, {path.name: data}))
    added = [event for event in after.events if event not in before.events]
    if len(added) != 1 or [event for event in after.events if event is not added[0]] != list(before.events):
        raise EventcalError(f"{path}: {_UNSUPPORTED_LAYOUT}")
    try:
        _replace_file(path.resolve(), data)
    except OSError as error:
        raise EventcalError(f"{path}: cannot be written: {error.strerror or error}") from error
    return read(path)


def _require_valid(registry: Registry) -> Registry:
    if errors := [problem for problem in registry.problems if not problem.warning]:
        raise RegistryError(errors)
    return registry


def _to_plain(value: object) -> PlainValue:
    """*value* as the registry has it: texts, and lists and maps of them."""
    if isinstance(value, Mapping):
        return {str(key): _to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_plain(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _insert_entry(path: Path, entry: Mapping[str, PlainValue]) -> bytes:
    """The bytes of the file with *entry* behind its last event."""
    raw = path.read_bytes().decode("utf-8")
    crlf = "\r\n" in raw
    text = raw.replace("\r\n", "\n") if crlf else raw
    if not text.endswith("\n"):
        text += "\n"
    start = len(text) - len(text.lstrip("\ufeff"))
    split = split_entries(text[start:])
    if split is not None and split[1]:
        new_text = _insert_after_last(
            text, [existing.text for existing in split[1]], [existing.line for existing in split[1]], entry
        )
    elif empty_list := _EMPTY_EVENTS.search(text):
        end = text.index("\n", empty_list.end()) + 1
        new_text = (
            f"{text[: empty_list.start()]}events:{text[empty_list.end() : end]}{_format_entry(entry, 2)}{text[end:]}"
        )
    elif not re.search(r"^[\"']?events\b", text, re.MULTILINE):
        new_text = f"{text}events:\n{_format_entry(entry, 2)}"
    else:
        raise EventcalError(f"{path}: {_UNSUPPORTED_LAYOUT}")
    return (new_text.replace("\n", "\r\n") if crlf else new_text).encode()


def _insert_after_last(text: str, entries: list[str], start_lines: list[int], entry: Mapping[str, PlainValue]) -> str:
    """*text* with *entry* below the last of *entries*, set like them."""
    last = entries[-1]
    indent = len(last) - len(last.lstrip(" "))
    # What follows the last event without belonging to it (a blank line, a comment at the list's own indent) stays below.
    own_lines = [
        number
        for number, line in enumerate(last.split("\n"))
        if (line[: indent + 1].strip() == "" and line.strip()) or number == 0
    ]
    insert_at = start_lines[-1] + own_lines[-1] + 1
    text_lines = text.split("\n")
    separator = [""] if len(entries) > 1 and entries[-2].endswith("\n\n") else []
    return "\n".join(
        [
            *text_lines[:insert_at],
            *separator,
            *_format_entry(entry, indent).rstrip("\n").split("\n"),
            *text_lines[insert_at:],
        ]
    )


def _format_entry(entry: Mapping[str, PlainValue], indent: int) -> str:
    """*entry* as YAML, behind a dash that stands *indent* columns in."""
    pairs = [f"{key}: {_format_value(value, indent + 4)}" for key, value in entry.items()]
    return "".join(f"{' ' * indent}{'- ' if number == 0 else '  '}{pair}\n" for number, pair in enumerate(pairs))


def _format_value(value: PlainValue, indent: int) -> str:
    """*value* behind its key: on the same line, or as a block of lines."""
    if not isinstance(value, str):
        return _format_flow(value)
    if "\n" in value:
        margin = "\n" + " " * indent
        block = "|-" + margin + value.replace("\n", margin)
        if _is_read_as(f"- key: {block}", [{"key": value}]):
            return block
    return value if _is_read_as(f"key: {value}", {"key": value}) else json.dumps(value, ensure_ascii=False)


def _format_flow(value: PlainValue) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_format_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_format_flow(key)}: {_format_flow(item)}' for key, item in value.items())}}}"
    return value if _is_read_as(f"[{value}]", [value]) else json.dumps(value, ensure_ascii=False)


def _is_read_as(text: str, value: PlainValue) -> bool:
    """Whether *text* needs no quotes to be read as *value*."""
    try:
        parsed = parse_yaml(text + "\n")
    except MalformedYaml:
        return False
    return parsed.value == value and not parsed.findings


def _replace_file(path: Path, data: bytes) -> None:
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
