"""Keys of an entry are set or removed in the text of its file. Every other byte stays as it is.

Works on the places of YAML's nodes, so comments, order and style of what does not change are never written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..errors import EventcalError, GrammarError
from .foreign_yaml import check_depth
from .schema import EventShape
from .yaml_format import UNSUPPORTED_LAYOUT, format_entry, format_value, insert_after_last
from .yaml_nodes import EntryText, MalformedYaml, PlainValue, parse_yaml, split_entries

KEY_ORDER = [field.alias or name for name, field in EventShape.model_fields.items()]
"""The keys of an event in canonical order."""
_EMPTY_LIST = re.compile(r"^events:[ ]*\[[ ]*\](?=[ ]*(?:#.*)?$)", re.MULTILINE)


class NotEditable(EventcalError):
    """A layout in which a key cannot be set without writing the rest anew."""


@dataclass(frozen=True, slots=True)
class FileEntries:
    """The text of a registry file and the entries of its `events`, in order."""

    text: str
    entries: tuple[EntryText, ...]

    @classmethod
    def of(cls, text: str) -> FileEntries:
        """Raises NotEditable where the entries do not stand one below the other."""
        split = split_entries(text)
        if split is not None:
            return cls(text, split[1])
        if _EMPTY_LIST.search(text) or not re.search(r"^[\"']?events\b", text, re.MULTILINE):
            return cls(text, ())
        raise NotEditable(UNSUPPORTED_LAYOUT)

    def value(self, number: int) -> dict[str, PlainValue]:
        """Returns the keys of one entry, as typed. {} for an entry that is no map."""
        try:
            value = self.entries[number].parse().value
        except MalformedYaml:
            return {}
        return value if isinstance(value, dict) else {}

    def replaced(self, changed: Mapping[int, str]) -> str:
        """Returns the text with the entries of these numbers replaced."""
        lines = self.text.split("\n")
        parts: list[str] = []
        position = 0
        for number in sorted(changed):
            entry = self.entries[number]
            parts += lines[position : entry.line]
            parts += changed[number].rstrip("\n").split("\n")
            position = entry.end
        return "\n".join([*parts, *lines[position:]])


def insert_entries(
    text: str, entries: Sequence[Mapping[str, PlainValue]], comments: Sequence[Mapping[str, str]] = ()
) -> str:
    """Returns *text* with *entries* behind its last event, each set like that one, with *comments* by key. Raises NotEditable."""
    if not text.endswith("\n") and text:
        text += "\n"
    notes = comments or [{}] * len(entries)

    def blocks(indent: int) -> list[str]:
        return [format_entry(entry, indent, note) for entry, note in zip(entries, notes, strict=True)]

    parsed = FileEntries.of(text)
    if parsed.entries:
        return insert_after_last(text, parsed.entries, blocks)
    block = "".join(blocks(2))
    if empty_list := _EMPTY_LIST.search(text):
        end = text.index("\n", empty_list.end()) + 1
        return f"{text[: empty_list.start()]}events:{text[empty_list.end() : end]}{block}{text[end:]}"
    return f"{text}events:\n{block}"


def edit_entry(entry: str, changes: Mapping[str, PlainValue | None]) -> str:
    """Returns the text of one entry with *changes* made: a value for each key to be set, None for one to be removed."""
    return _edit_mapping(entry, changes, KEY_ORDER)


def top_level(text: str) -> dict[str, PlainValue]:
    """Reads the keys above the events, as typed; {} where they cannot be read."""
    split = split_entries(text)
    try:
        value = parse_yaml(split[0] if split else text).value
    except MalformedYaml:
        return {}
    return value if isinstance(value, dict) else {}


def included_patterns(text: str) -> list[str]:
    """Reads the patterns under `include`."""
    patterns = top_level(text).get("include")
    return [str(pattern) for pattern in patterns] if isinstance(patterns, list) else []


def add_patterns(text: str, patterns: Iterable[str]) -> str:
    """Returns the text of a file whose `include` has *patterns* too. Raises NotEditable."""
    include: list[PlainValue] = [*dict.fromkeys([*included_patterns(text), *patterns])]
    order = ("version", "calendar", "tags", "defaults", "sources", "include", "events")
    return _edit_mapping(text, {"include": include}, order)


def compose_mapping(text: str) -> MappingNode:
    """Returns the node of the map that *text* is, or of one entry of a list. Raises NotEditable for anything else."""
    try:
        check_depth(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, GrammarError) as error:
        raise NotEditable(UNSUPPORTED_LAYOUT) from error
    if isinstance(node, SequenceNode) and len(node.value) == 1:
        node = node.value[0]
    if not isinstance(node, MappingNode):
        raise NotEditable(UNSUPPORTED_LAYOUT)
    return node


@dataclass(frozen=True, slots=True)
class _Pair:
    """One key with its value: offsets into the text. *end* is behind the value's last character."""

    key: str
    key_start: int
    value_start: int
    end: int


def _edit_mapping(text: str, changes: Mapping[str, PlainValue | None], order: Sequence[str]) -> str:
    node = compose_mapping(text)
    for key, value in changes.items():
        pairs = _pairs(text, node)
        known = next((pair for pair in pairs if pair.key == key), None)
        if value is None and known is None:
            continue
        column = node.value[0][0].start_mark.column if node.value else 0
        if known is not None and value is not None:
            text = _before_value(text, known) + _value(value, node, column) + text[known.end :]
        elif known is not None:
            text = _without(text, node, pairs, known)
        else:
            assert value is not None
            text = _with(text, node, pairs, key, _value(value, node, column), column, order)
        node = compose_mapping(text)
    return text


def _pairs(text: str, node: MappingNode) -> list[_Pair]:
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    pairs = []
    for key, value in node.value:
        key_start = starts[key.start_mark.line] + key.start_mark.column
        value_start = starts[value.start_mark.line] + value.start_mark.column
        end = starts[value.end_mark.line] + value.end_mark.column
        pairs.append(_Pair(str(key.value), key_start, value_start, _trimmed(text, value, value_start, end)))
    return pairs


def _trimmed(text: str, value: Node, start: int, end: int) -> int:
    """Returns the end of a value without the line breaks and comments that follow it."""
    if isinstance(value, ScalarNode) and value.style not in ("|", ">"):
        return end
    if isinstance(value, SequenceNode | MappingNode) and value.flow_style:
        return end
    lines = text[start:end].split("\n")
    is_text = isinstance(value, ScalarNode)
    while len(lines) > 1 and (not lines[-1].strip() or (not is_text and lines[-1].lstrip().startswith("#"))):
        lines.pop()
    return start + len("\n".join(lines))


def _before_value(text: str, pair: _Pair) -> str:
    """Returns *text* up to where the value of *pair* begins, behind its key also where the old value was a block below it."""
    key = text[: pair.value_start]
    between = text[pair.key_start : pair.value_start]
    if "\n" in between:
        key = text[: pair.key_start] + between[: between.index("\n")].partition(" #")[0].rstrip()
    return key if key.endswith(" ") else key + " "


def _value(value: PlainValue, node: MappingNode, column: int) -> str:
    return format_value(value, None if node.flow_style else column + 2)


def _without(text: str, node: MappingNode, pairs: list[_Pair], known: _Pair) -> str:
    position = pairs.index(known)
    if node.flow_style:
        if position + 1 < len(pairs):
            return text[: known.key_start] + text[pairs[position + 1].key_start :]
        return text[: pairs[position - 1].end] + text[known.end :] if position else text
    line_start = text.rfind("\n", 0, known.key_start) + 1
    if text[line_start : known.key_start].strip():
        raise NotEditable(f"'{known.key}' is on the line of its entry's dash: remove it by hand")
    line_end = text.find("\n", known.end)
    return text[:line_start] + (text[line_end + 1 :] if line_end >= 0 else "")


def _with(
    text: str, node: MappingNode, pairs: list[_Pair], key: str, value: str, column: int, order: Sequence[str]
) -> str:
    """Returns *text* with a new pair behind the one that comes before it in *order*."""
    rank = {name: number for number, name in enumerate(order)}
    before = [pair for pair in pairs if rank.get(pair.key, 0) < rank.get(key, len(rank))]
    anchor = before[-1] if before else pairs[0]
    if node.flow_style:
        return f"{text[: anchor.end]}, {key}: {value}{text[anchor.end :]}"
    line_end = text.find("\n", anchor.end)
    line = f"{' ' * column}{key}: {value}"
    if line_end < 0:
        return f"{text}\n{line}"
    return f"{text[:line_end]}\n{line}{text[line_end:]}"
