"""Keys of an entry are set or removed in the text of its file. Every other byte stays as it is.

Works on the places of YAML's nodes, so comments, order and style of what does not change are never written again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..errors import EventcalError, GrammarError
from .foreign_yaml import check_depth
from .schema import EventShape
from .yaml_format import UNSUPPORTED_LAYOUT, format_entry, format_value, insert_after_last
from .yaml_nodes import EntryText, KeyPath, MalformedYaml, PlainValue, parse_yaml, split_entries

KEY_ORDER = [field.alias or name for name, field in EventShape.model_fields.items()]
"""The keys of an event in canonical order."""
_EMPTY_LIST = re.compile(r"^[\"']?events[\"']?:[ ]*\[[ ]*\](?=[ ]*(?:#.*)?$)", re.MULTILINE)


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


def edit_entry(entry: str, changes: Mapping[str, PlainValue | None], path: KeyPath = ()) -> str:
    """Returns the text of one entry with *changes* made: a value for each key to be set, None for one to be removed.

    *path* leads to the milestone in it that they are made to.
    """
    return _edit_mapping(entry, changes, KEY_ORDER, path)


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
    node: Node


def _edit_mapping(text: str, changes: Mapping[str, PlainValue | None], order: Sequence[str], path: KeyPath = ()) -> str:
    """Returns *text* with *changes* made to the map that stands at *path* below the whole one."""
    for key, value in changes.items():
        node = _find_mapping(text, path)
        pairs = _pairs(text, node)
        known = next((pair for pair in pairs if pair.key == key), None)
        column = node.value[0][0].start_mark.column if node.value else 0
        if known is None:
            if value is not None:
                text = _with(text, node, pairs, key, _value(value, node, column), column, order)
        elif value is None:
            text = _without(text, node, pairs, known)
        elif (old := _plain(known.node)) == value:
            continue
        elif isinstance(old, dict) and isinstance(value, dict) and old and value:
            inner = {**value, **dict.fromkeys(name for name in old if name not in value)}
            text = _edit_mapping(text, inner, [*value], (*path, key))
        elif isinstance(known.node, SequenceNode) and isinstance(value, list) and old and value[: len(old)] == old:
            text = _with_items(text, known.node, value[len(old) :])
        else:
            text = _with_value(text, known, _value(value, node, column))
    return text


def _find_mapping(text: str, path: KeyPath) -> MappingNode:
    node: Any = compose_mapping(text)
    for step in path:
        below = node.value
        node = below[step] if isinstance(step, int) else next(value for key, value in below if key.value == step)
    assert isinstance(node, MappingNode)
    return node


def _plain(node: Node) -> PlainValue:
    if isinstance(node, MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    return [_plain(item) for item in node.value] if isinstance(node, SequenceNode) else str(node.value)


def _pairs(text: str, node: MappingNode) -> list[_Pair]:
    return [
        _Pair(str(key.value), key.start_mark.index, value.start_mark.index, _end(text, value), value)
        for key, value in node.value
    ]


def _end(text: str, node: Node) -> int:
    """Returns the end of what stands last in *node*: a block's own is behind the line breaks and comments that follow it."""
    while isinstance(node, SequenceNode | MappingNode) and not node.flow_style and node.value:
        node = node.value[-1] if isinstance(node, SequenceNode) else node.value[-1][1]
    end: int = node.end_mark.index
    return len(text[:end].rstrip()) if _is_block_text(node) else end


def _with_value(text: str, pair: _Pair, value: str) -> str:
    """Returns *text* with *value* behind the key of *pair*; a comment behind the key or the old value is then behind its first line."""
    before = text[: pair.value_start]
    behind, line_end, below = text[pair.end :].partition("\n")
    key, is_below, _ = text[pair.key_start : pair.value_start].partition("\n")
    if is_below or _is_block_text(pair.node):
        before = text[: pair.key_start] + key.partition(" #")[0].rstrip()
        _, hash_sign, comment = text[pair.key_start :].partition("\n")[0].partition(" #")
        behind = (f"   #{comment}" if hash_sign else "") + behind
    first, value_line_end, more = value.partition("\n")
    value = first + behind + value_line_end + more
    return before + ("" if before.endswith(" ") else " ") + value + line_end + below


def _is_block_text(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.style in ("|", ">")


def _with_items(text: str, node: SequenceNode, items: Sequence[PlainValue]) -> str:
    """Returns *text* with *items* behind the last one of the list *node*."""
    end = _end(text, node.value[-1])
    if node.flow_style:
        return text[:end] + "".join(f", {format_value(item, None)}" for item in items) + text[end:]
    column = node.start_mark.column
    return _below(text, end, [f"{' ' * column}- {format_value(item, column + 2)}" for item in items])


def _below(text: str, position: int, lines: Sequence[str]) -> str:
    """Returns *text* with *lines* below the one in which *position* is."""
    line_end = text.find("\n", position)
    if line_end < 0:
        line_end = len(text)
    return "\n".join([text[:line_end], *lines]) + text[line_end:]


def _value(value: PlainValue, node: MappingNode, column: int) -> str:
    return format_value(value, None if node.flow_style else column + 2)


def _without(text: str, node: MappingNode, pairs: list[_Pair], known: _Pair) -> str:
    position = pairs.index(known)
    if node.flow_style:
        if position + 1 < len(pairs):
            return text[: known.key_start] + text[pairs[position + 1].key_start :]
        return text[: pairs[position - 1].end] + text[known.end :] if position else text
    line_start, line_end = text.rfind("\n", 0, known.key_start) + 1, text.find("\n", known.end)
    rest = text[line_end + 1 :] if line_end >= 0 else ""
    if not text[line_start : known.key_start].strip():
        return text[:line_start] + rest
    # on the line of the entry's dash, to which the next key moves, unless there is a comment between
    before, bare = text[: known.key_start], rest.lstrip()
    return before.rstrip() + "\n" + rest if bare.startswith("#") else before + bare


def _with(
    text: str, node: MappingNode, pairs: list[_Pair], key: str, value: str, column: int, order: Sequence[str]
) -> str:
    """Returns *text* with a new pair behind the one that comes before it in *order*."""
    rank = {name: number for number, name in enumerate(order)}
    before = [pair for pair in pairs if rank.get(pair.key, 0) < rank.get(key, len(rank))]
    new = f"{format_value(key, None)}: {value}"
    if before:
        end = before[-1].end
        return f"{text[:end]}, {new}{text[end:]}" if node.flow_style else _below(text, end, [" " * column + new])
    start = pairs[0].key_start
    if node.flow_style:
        return f"{text[:start]}{new}, {text[start:]}"
    above = text[: start - column].split("\n")[:-1]
    while above[-1].lstrip().startswith("#"):
        above.pop()
    return _below(text, len("\n".join(above)), [" " * column + new])
