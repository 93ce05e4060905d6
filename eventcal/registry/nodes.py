"""YAML text becomes plain values whose every scalar is the text that was typed, each with its place. Knows no key by name but `events`.

Built on the C parser's events and not on its nodes: an anchor, a tag or a depth that would exhaust the C stack is
refused where it begins, and no tree of nodes outlives its entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from ..errors import EventcalError
from .mistakes import QUOTES, explain

try:
    from yaml._yaml import CParser, Mark
except ImportError as error:  # pragma: no cover - a broken installation
    raise EventcalError("PyYAML is installed without its C loader (libyaml); install PyYAML from its wheel") from error

Plain = str | list["Plain"] | dict[str, "Plain"]
Path = tuple[str | int, ...]

DEPTH = 8
TOO_DEEP = f"nested deeper than {DEPTH} levels: brackets or dashes too many"

# Text may hold any character but these: control characters, and the line breaks that no editor counts.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# A `#` that is no comment in the writer's mind; behind a quote YAML needs no space before it.
_SUSPECT = re.compile(r"""[ ]#[^\s#]|["']#""")
_GLUED = re.compile(r"[ ]+#[^\s#]|(?<=[\"'])#")
_EVENTS = re.compile(r"^events:[ ]*(?:#.*)?\n", re.MULTILINE)
_BLANK = re.compile(r"(?:[ ]*(?:#.*)?\n)*")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at *path*, before it has a line. *at* (line, column, from 0) wins over the path's own place."""

    path: Path
    message: str
    at_key: bool = False
    warning: bool = False
    at: tuple[int, int] | None = None


class Malformed(Exception):
    """A text that is not YAML, or not the part of it that we read. Line and column count from 0."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line, self.column, self.message = line, column, message


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value with the places of all its parts, *line* lines down its file. Paths begin below *prefix*."""

    value: Plain
    marks: Mapping[Path, tuple[Mark, Mark]]
    faults: tuple[Fault, ...] = ()
    line: int = 0
    prefix: Path = ()

    def place(self, fault: Fault) -> tuple[int, int]:
        """Line and column of *fault*, counted from 1. A part that is missing has the place of what it is missing in."""
        if fault.at is not None:
            return fault.at[0] + self.line + 1, fault.at[1] + 1
        path, at_key = self.prefix + fault.path, fault.at_key
        while path not in self.marks and path:
            path, at_key = path[:-1], True
        if path not in self.marks:
            return self.line + 1, 1
        # An entry of a list has no key; a value that was left empty stands behind its key.
        mark = self.marks[path][0 if at_key else 1]
        return mark.line + self.line + 1, mark.column + 1


@dataclass(frozen=True, slots=True)
class Slice:
    """One entry of `events` as text, not parsed yet. *line* counts from 0."""

    text: str
    line: int

    def parsed(self) -> Parsed:
        """Its value. Raises Malformed when the text is not one entry by itself."""
        found = read_yaml(self.text, self.line, depth=2)
        if not (isinstance(found.value, list) and len(found.value) == 1):
            raise Malformed(self.line, 0, "not one entry")
        faults = tuple(Fault(each.path[1:], each.message, each.at_key, each.warning, each.at) for each in found.faults)
        return Parsed(found.value[0], found.marks, faults, self.line, (0,))


@dataclass(frozen=True, slots=True)
class Document:
    """A file: its *frame* (with `events` emptied) and the entries of `events`, in order; None when it has no such list."""

    frame: Parsed
    entries: tuple[Slice, ...] | tuple[Parsed, ...] | None


def slices(text: str) -> tuple[str, tuple[Slice, ...]] | None:
    """*text* with the list under `events:` blanked, and the entries of that list; None for any unusual layout.

    Only a proposal: each slice must read as one entry by itself, else the whole text has to be read in one piece.
    """
    headings = list(_EVENTS.finditer(text))
    if len(headings) != 1:
        return None
    start = headings[0].end()
    if (blank := _BLANK.match(text, start)) is not None:
        start = blank.end()
    dash = re.compile(r"[ ]*(?=-[ \n])").match(text, start)
    if dash is None:
        return None
    indent = f"[ ]{{{dash.end() - start}}}"
    beyond = re.compile(rf"^(?!{indent}(?:-[ \n]|[ ])|[ ]*(?:#|\n|\Z))", re.MULTILINE).search(text, start)
    end = beyond.start() if beyond else len(text)
    bounds = [each.start() for each in re.compile(rf"^{indent}-(?=[ \n])", re.MULTILINE).finditer(text, start, end)]
    line = text.count("\n", 0, start)
    entries = []
    for first, last in zip(bounds, [*bounds[1:], end], strict=True):
        entries.append(Slice(text[first:last], line))
        line += text.count("\n", first, last)
    return text[:start] + "\n" * text.count("\n", start, end) + text[end:], tuple(entries)


def whole(text: str) -> Document:
    """Read *text* in one piece. Raises Malformed."""
    found = read_yaml(text)
    if not isinstance(found.value, dict) or not isinstance(entries := found.value.get("events"), list):
        return Document(found, None)
    frame = Parsed(
        found.value | {"events": []},
        found.marks,
        tuple(each for each in found.faults if len(each.path) < 2 or each.path[0] != "events"),
    )
    return Document(
        frame,
        tuple(
            Parsed(
                value,
                found.marks,
                tuple(
                    Fault(each.path[2:], each.message, each.at_key, each.warning, each.at)
                    for each in found.faults
                    if each.path[:2] == ("events", number)
                ),
                0,
                ("events", number),
            )
            for number, value in enumerate(entries)
        ),
    )


def read_yaml(text: str, line: int = 0, depth: int = 1) -> Parsed:
    """The one document of *text*; *line* is where it begins in its file, *depth* how deep it stands there. Raises Malformed."""
    try:
        builder = _Builder(text, line, depth)
        return Parsed(builder.document(), builder.marks, tuple(builder.faults), line)
    except yaml.MarkedYAMLError as error:
        at, column, message = explain(text.split("\n"), error)
        raise Malformed(at + line, column, message) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        raise Malformed(before.count("\n") + line, error.position - before.rfind("\n") - 1, str(error.reason)) from None


class _Builder:
    """One pass over the parser's events: values, marks and faults together.

    The stubs leave every mark optional; the C parser gives one with each event, and none comes after the stream's end.
    """

    def __init__(self, text: str, line: int, depth: int) -> None:
        self.next: Callable[[], Any] = CParser(text).get_event
        self.lines = text.split("\n") if _SUSPECT.search(text) else None
        self.line, self.depth = line, depth
        self.marks: dict[Path, tuple[Mark, Mark]] = {}
        self.faults: list[Fault] = []

    def document(self) -> Plain:
        self.next()
        start = self.next()
        if not isinstance(start, DocumentStartEvent):
            return ""
        if start.version or start.tags:
            self.fault(
                (), start, "a line that begins with % is a directive, which the registry does not use: remove it"
            )
        value = self.node(self.next(), (), None, self.depth)
        self.next()
        if not isinstance(more := self.next(), StreamEndEvent):
            line = more.start_mark.line + self.line
            raise Malformed(line, more.start_mark.column, "a second document begins here (---): a file holds one")
        return value

    def node(self, event: Any, path: Path, key: Mark | None, depth: int) -> Plain:
        start = event.start_mark
        self.marks[path] = (key or start, start)
        kind = type(event)
        if kind is ScalarEvent:
            return self.scalar(event, path)
        if kind is AliasEvent:
            self.fault(path, event, f"*{event.anchor} is an alias, which the registry does not use: {QUOTES}")
            return ""
        if event.anchor is not None or event.tag is not None:
            self.check(event, path)
        if depth > DEPTH:
            self.fault(path, event, TOO_DEEP)
            self.skip(event)
            return ""
        if kind is MappingStartEvent:
            return self.mapping(path, depth, event)
        return self.sequence(path, depth)

    def sequence(self, path: Path, depth: int) -> list[Plain]:
        values: list[Plain] = []
        while type(event := self.next()) is not SequenceEndEvent:
            values.append(self.node(event, (*path, len(values)), None, depth + 1))
        return values

    def mapping(self, path: Path, depth: int, start: Any) -> dict[str, Plain]:
        values: dict[str, Plain] = {}
        flow = start.flow_style
        while True:
            event = self.next()
            kind: type = type(event)
            if kind is MappingEndEvent:
                return values
            if kind is not ScalarEvent:
                self.fault(path, event, "a key must be one word; text that begins with [, { or * belongs in quotes")
                self.skip(event)
                self.skip(self.next())
                continue
            key, mark, end, below = event.value, event.start_mark, event.end_mark.index, (*path, event.value)
            value = self.next()
            if event.anchor is not None or event.tag is not None or event.style == '"':
                told = len(self.faults)
                self.check(event, path)
                if len(self.faults) > told:
                    self.skip(value)
                    continue
            if flow and value.start_mark.index == end and value.end_mark.index == end:
                self.comma(path, event, start, next(reversed(values), None))
                self.skip(value)
            elif key in values:
                first = self.marks[below][0].line + self.line + 1
                self.fault(below, event, f"'{key}' is given twice (first on line {first})")
                self.skip(value)
            else:
                values[key] = self.node(value, below, mark, depth + 1)

    def scalar(self, event: Any, path: Path) -> str:
        if event.anchor is not None or event.tag is not None or event.style == '"':
            self.check(event, path)
        if self.lines is not None and event.style not in ("|", ">"):
            mark = event.end_mark
            if mark.line < len(self.lines) and _GLUED.match(self.lines[mark.line], mark.column):
                self.fault(
                    path,
                    event,
                    f"what follows # here is lost as a comment: {QUOTES}, or write a space after a # that begins a comment",
                )
        value: str = event.value
        return value

    def comma(self, path: Path, key: Any, start: Any, before: str | None) -> None:
        """Inside {...} a word without a colon: text that begins with {, or a comma in a text that has no quotes."""
        if before is None:
            self.fault(path, start, f"text that begins with {{ is read as a map: {QUOTES}")
        elif key.value:
            told = f"inside {{...}} a comma begins a new key, here '{key.value}': put the text with the comma in quotes"
            self.fault((*path, before), key, told)

    def check(self, event: Any, path: Path) -> None:
        """What no scalar and no collection may carry."""
        tag, anchor = event.tag, event.anchor
        if tag is not None or anchor is not None:
            what = f"&{anchor} is an anchor" if tag is None else f"{tag.replace('tag:yaml.org,2002:', '!!')} is a tag"
            self.fault(path, event, f"{what}, which the registry does not use: {QUOTES}")
        if isinstance(event, ScalarEvent) and _CONTROL.search(event.value):
            self.fault(path, event, "a control character, written as an escape: remove it")

    def fault(self, path: Path, event: Any, message: str) -> None:
        self.faults.append(Fault(path, message, at=(event.start_mark.line, event.start_mark.column)))

    def skip(self, event: Any) -> None:
        """Past the node that *event* begins. Without an end to be seen soon, libyaml's own stacks would grow with the file."""
        depth = 0
        while True:
            mark = event.start_mark
            if isinstance(event, CollectionStartEvent):
                depth += 1
                if depth > 100:
                    raise Malformed(mark.line + self.line, mark.column, TOO_DEEP)
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
            if depth == 0:
                return
            event = self.next()
