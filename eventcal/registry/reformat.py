"""A registry file in its canonical order and style; comments stay with what they are about, and nothing changes meaning."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from yaml.nodes import MappingNode

from .. import when
from ..errors import EventcalError, GrammarError
from .edit import KEY_ORDER, FileEntries, NotEditable, add_patterns, compose_mapping, edit_entry
from .limits import MAX_FILES
from .yaml_format import format_entry
from .yaml_nodes import MalformedYaml, PlainValue, parse_yaml

MAX_LINE = 120
_DASH = 2
_KEYS = _DASH + 2


def reformat(text: str) -> str:
    """Returns *text* in canonical form: entries two columns in, their keys in order, dates in their shortest spelling."""
    text = _without_trailing_spaces(text.replace("\r\n", "\n"))
    if not text.endswith("\n"):
        text += "\n"
    entries = FileEntries.of(text)
    changed = {}
    for number, entry in enumerate(entries.entries):
        lines, count = entry.text.split("\n"), entry.own_end - entry.line
        own, rest = "\n".join(lines[:count]) + "\n", "\n".join(lines[count:])
        formatted = _reformat_entry(own)
        if _meaning(formatted) == _meaning(own) and _comments(formatted) == _comments(own):
            changed[number] = formatted.rstrip("\n") + ("\n" + rest.rstrip("\n") if rest.strip() else "")
    result = entries.replaced(changed) if changed else text
    without_gaps = re.sub(r"\n{3,}", "\n\n", result)
    return without_gaps if _meaning(without_gaps) == _meaning(result) else result


def split(path: Path, text: str, folder: Path) -> dict[Path, str]:
    """Returns the texts of a file for each entry in *folder*, and of *path* without them, which includes the folder.

    Raises EventcalError for more than a registry's number of files, a file that is there already, or nothing to split.
    """
    entries = FileEntries.of(text)
    lines = text.split("\n")
    headings = ((number, re.match(r"[\"']?events[\"']?:(\s*#.*)?\s*$", line)) for number, line in enumerate(lines))
    heading, match = next(((number, match) for number, match in headings if match), (0, None))
    if match is None or not entries.entries:
        raise EventcalError(f"{path} has no list of events, one below the other, that could be split")
    if len(entries.entries) > MAX_FILES:
        raise EventcalError(f"{len(entries.entries)} events would be more than {MAX_FILES} files")
    texts: dict[Path, str] = {}
    begin = heading + 1  # of the comments above an entry, which go with it
    for number, entry in enumerate(entries.entries):
        event_id = str(entries.value(number).get("id", ""))
        file = folder / f"{event_id}.yaml"
        if not event_id or file.exists() or file in texts:
            raise EventcalError(f"{file} is there already: choose another folder")
        texts[file] = "events:\n" + "\n".join(lines[begin : entry.own_end]).strip("\n") + "\n"
        begin = entry.own_end
    head = "\n".join([*lines[:heading], f"events: []{match[1] or ''}", *lines[begin:]])
    if not folder.resolve().is_relative_to(path.parent.resolve()):
        raise EventcalError(f"events go below the registry's folder, {path.parent}, so that it can include them")
    pattern = (folder / "*.yaml").resolve().relative_to(path.parent.resolve()).as_posix()
    texts[path] = add_patterns(head, [pattern]).rstrip("\n") + "\n"
    return texts


def _without_trailing_spaces(text: str) -> str:
    stripped = re.sub(r"[ ]+$", "", text, flags=re.MULTILINE)
    # Two spaces at the end of a line mean something in Markdown.
    return stripped if _meaning(stripped) == _meaning(text) else text


def _reformat_entry(entry: str) -> str:
    try:
        mapping = compose_mapping(entry)
    except NotEditable:
        return entry
    if mapping.flow_style:
        return _reformat_flow(entry)
    return _with_canonical_dates(_reordered(entry, mapping))


def _reformat_flow(entry: str) -> str:
    """Leaves an entry in braces on its line while it fits; else makes of it a block, unless that would lose a comment."""
    line = " " * _DASH + entry.strip()
    if "\n" not in line and len(line) <= MAX_LINE:
        return _with_canonical_dates(line + "\n")
    value = _meaning(entry)
    if _comments(entry) or not isinstance(value, list) or not isinstance(value[0], dict):
        return entry
    ordered = {key: value[0][key] for key in sorted(value[0], key=_rank)}
    return _with_canonical_dates(format_entry(ordered, _DASH))


def _reordered(entry: str, mapping: MappingNode) -> str:
    """Returns the keys' lines in order, each with the comments above it, two columns in."""
    lines = entry.rstrip("\n").split("\n")
    starts = [key.start_mark.line for key, _value in mapping.value]
    column = mapping.value[0][0].start_mark.column
    blocks: list[tuple[str, list[str]]] = []
    begin = 0
    for number, (key, _value) in enumerate(mapping.value):
        end = starts[number + 1] if number + 1 < len(starts) else len(lines)
        while number + 1 < len(starts) and end > starts[number] + 1 and lines[end - 1].lstrip().startswith("#"):
            end -= 1
        block = lines[begin:end]
        if number == 0:
            block = [" " * column + lines[starts[0]][column:], *block[1:]]
        blocks.append((str(key.value), block))
        begin = end
    blocks.sort(key=lambda block: _rank(block[0]))
    moved = [_shifted(line, _KEYS - column) for _name, block in blocks for line in block]
    first = next(number for number, line in enumerate(moved) if line.strip() and not line.lstrip().startswith("#"))
    moved[first] = " " * _DASH + "- " + moved[first].lstrip(" ")
    above = [" " * _DASH + line.lstrip(" ") for line in moved[:first]]
    return "\n".join([*above, *moved[first:]]) + "\n"


def _rank(key: str) -> int:
    # keys of one's own come last, in the order in which JSON has them
    return KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER)


def _shifted(line: str, columns: int) -> str:
    if not line.strip():
        return ""
    bare = line.lstrip(" ")
    return " " * max(0, len(line) - len(bare) + columns) + bare


def _with_canonical_dates(entry: str) -> str:
    value = _values(entry)
    fields = value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}
    changes: dict[str, PlainValue | None] = {}
    for key in ("when", "was"):
        text = fields.get(key)
        if isinstance(text, str) and (canonical := canonical_date(text)) != text:
            changes[key] = canonical
    return edit_entry(entry, changes) if changes else entry


def canonical_date(text: str) -> str:
    """Returns *text* in the shortest spelling of the date that it is; as it stands if it is none, or counts from another."""
    try:
        return str(when.parse(text, ZoneInfo("UTC")))
    except GrammarError:
        return text


def _values(text: str) -> PlainValue | None:
    try:
        return parse_yaml(text).value
    except MalformedYaml:
        return None


def _meaning(text: str) -> PlainValue | None:
    """Returns the values of *text*, dates in one spelling."""
    value = _values(text)
    return None if value is None else _normal(value)


def _normal(value: PlainValue) -> PlainValue:
    if isinstance(value, list):
        return [_normal(item) for item in value]
    if isinstance(value, dict):
        return {
            key: canonical_date(item) if key in ("when", "was") and isinstance(item, str) else _normal(item)
            for key, item in value.items()
        }
    return value


def _comments(text: str) -> list[str]:
    return sorted(re.findall(r"(?:^|(?<=\s))#.*$", text, re.MULTILINE))
