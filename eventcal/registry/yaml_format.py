"""Plain values become YAML as a person would type it: one key a line, quotes only where they are needed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import yaml

from .yaml_nodes import EntryText, MalformedYaml, PlainValue, parse_yaml

UNSUPPORTED_LAYOUT = "the events here do not stand one below the other, each after a dash"
# Most texts are this plain; the others are tried.
_SURELY_PLAIN = re.compile(r"[A-Za-z0-9](?:(?:[A-Za-z0-9 ._/+()@-]|:(?=[0-9]))*[A-Za-z0-9.)])?")


def to_plain(value: object) -> PlainValue:
    """Returns *value* as the registry has it: texts, and lists and maps of them."""
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def dump_yaml(value: object) -> str:
    """Returns *value*, of plain lists, maps, texts and numbers, as a YAML document with its keys in their order."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)
    return text


def insert_after_last(text: str, entries: Sequence[EntryText], blocks: Callable[[int], Iterable[str]]) -> str:
    """Returns *text* with *blocks*, made for the indent of *entries*, below the last of them."""
    last = entries[-1].text
    indent = len(last) - len(last.lstrip(" "))
    insert_at = entries[-1].own_end
    text_lines = text.split("\n")
    separator = [""] if len(entries) > 1 and entries[-2].text.endswith("\n\n") else []
    new_lines: list[str] = []
    for block in blocks(indent):
        new_lines += [*separator, *block.rstrip("\n").split("\n")]
    return "\n".join([*text_lines[:insert_at], *new_lines, *text_lines[insert_at:]])


def format_entry(entry: Mapping[str, PlainValue], indent: int, comments: Mapping[str, str] | None = None) -> str:
    """Returns *entry* as YAML, behind a dash that stands *indent* columns in; *comments* stand behind the keys' values."""
    pairs = [f"{key}: {format_value(value, indent + 4)}" for key, value in entry.items()]
    if comments:
        notes = [comments.get(key, "") for key in entry]
        pairs = [
            f"{pair}   # {note}" if note and "\n" not in pair else pair for pair, note in zip(pairs, notes, strict=True)
        ]
    return "".join(f"{' ' * indent}{'- ' if number == 0 else '  '}{pair}\n" for number, pair in enumerate(pairs))


def format_value(value: PlainValue, indent: int | None) -> str:
    """Returns *value* behind its key: on the same line, or as a block of lines *indent* columns in; None: inside braces."""
    if indent is None or not isinstance(value, str):
        return _format_flow(value)
    if _SURELY_PLAIN.fullmatch(value):
        return value
    if "\n" in value:
        margin = "\n" + " " * indent
        block = "|-" + margin + value.replace("\n", margin)
        if _is_read_as(f"- key: {block}", [{"key": value}]):
            return block.replace(margin + "\n", "\n\n")
    return value if _is_read_as(f"key: {value}", {"key": value}) else json.dumps(value, ensure_ascii=False)


def _format_flow(value: PlainValue) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_format_flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_format_flow(key)}: {_format_flow(item)}' for key, item in value.items())}}}"
    if _SURELY_PLAIN.fullmatch(value):
        return value
    return value if _is_read_as(f"[{value}]", [value]) else json.dumps(value, ensure_ascii=False)


def _is_read_as(text: str, value: PlainValue) -> bool:
    """Tells whether *text* needs no quotes to be read as *value*."""
    try:
        parsed = parse_yaml(text + "\n")
    except MalformedYaml:
        return False
    return parsed.value == value and not parsed.findings
