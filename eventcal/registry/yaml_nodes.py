"""YAML text becomes plain values whose every scalar is the text that was typed, each with its place. Knows no key by name but `events`.

Built on the C parser's events and not on its nodes: an anchor, a tag or a depth that would exhaust the C stack is
refused where it begins, and no tree of nodes outlives its entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
from .characters import text_problem
from .limits import MAX_NESTING_DEPTH
from .yaml_errors import DIRECTIVE_MESSAGE, QUOTE_ADVICE, TOO_DEEP_MESSAGE, explain_yaml_error

_NO_REFERENCE_ADVICE = f"write the value itself, and if it is text {QUOTE_ADVICE}"

try:
    from yaml._yaml import CParser, Mark
except ImportError as error:  # pragma: no cover - a broken installation
    raise EventcalError("PyYAML is installed without its C loader (libyaml); install PyYAML from its wheel") from error

PlainValue = str | list["PlainValue"] | dict[str, "PlainValue"]
KeyPath = tuple[str | int, ...]

# A `#` that is no comment in the writer's mind; behind a quote YAML needs no space before it.
_SUSPECT_HASH = re.compile(r"""[ ]#[^\s#]|["']#""")
_GLUED_HASH = re.compile(r"[ ]+#[^\s#]|(?<=[\"'])#")
_EVENTS_HEADING = re.compile(r"^(?:events|'events'|\"events\"):[ ]*(?:#.*)?\n", re.MULTILINE)
# An entry of keys whose values stand on one line each, with nothing in them that YAML could take for more than text. The colon
# of a key stands within its first 1024 characters (YAML 1.2, 7.4.2).
_PLAIN_WORDS = r"[\w ,;.!?/()+=&%~@'\"-]*"
_PLAIN_LINE = rf"([a-z][a-z0-9_-]{{0,99}}): (\w{_PLAIN_WORDS}(?::(?! ){_PLAIN_WORDS})*)(?<![ :])\n"
_PLAIN_ENTRY = re.compile(rf"( *)- {_PLAIN_LINE}(?:\1  {_PLAIN_LINE})*(?: *\n)*")
_PLAIN_PAIR = re.compile(_PLAIN_LINE)
_BLANK_LINES = re.compile(r"(?:[ ]*(?:#.*)?\n)*")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem at *path*, before it has a line. *at* (line, column, from 0) wins over the path's own place."""

    path: KeyPath
    message: str
    at_key: bool = False
    warning: bool = False
    at: tuple[int, int] | None = None


class MalformedYaml(Exception):
    """A text that is not YAML, or not the part of it that we read. Line and column count from 0."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line, self.column, self.message = line, column, message


@dataclass(slots=True)
class ParsedYaml:
    """A value with the places of its parts, *line* lines down its file. Paths begin below *path_prefix*.

    Without *marks*, *text* is parsed again for them where one is asked for.
    """

    value: PlainValue
    marks: Mapping[KeyPath, tuple[Mark, Mark]]
    findings: tuple[Finding, ...] = ()
    line: int = 0
    path_prefix: KeyPath = ()
    text: str = ""

    def parse(self) -> ParsedYaml:
        """Returns itself, as `EntryText.parse` returns what it parses."""
        return self

    def locate(self, finding: Finding) -> tuple[int, int]:
        """Returns line and column of *finding*, counted from 1. A part that is missing has the place of what it is missing in."""
        if finding.at is not None:
            return finding.at[0] + self.line + 1, finding.at[1] + 1
        path, at_key = self.path_prefix + finding.path, finding.at_key
        marks = self.marks or (parse_yaml(self.text).marks if self.text else {})
        while path not in marks and path:
            path, at_key = path[:-1], True
        if path not in marks:
            return self.line + 1, 1
        # An entry of a list has no key; a value that was left empty stands behind its key.
        mark = marks[path][0 if at_key else 1]
        return mark.line + self.line + 1, mark.column + 1


@dataclass(slots=True)
class EntryText:
    """One entry of `events` as text, not parsed yet. *line* counts from 0."""

    text: str
    line: int

    @property
    def end(self) -> int:
        """The line after its last, blank lines left aside."""
        return self.line + self.text.rstrip("\n").count("\n") + 1

    @property
    def own_end(self) -> int:
        """The line after its last own: blank ones at its end, and comments at the dash's column, belong to no entry."""
        indent = len(self.text) - len(self.text.lstrip(" "))
        lines = enumerate(self.text.split("\n")[1:], start=1)
        own = (number for number, line in lines if line.strip() and not line[: indent + 1].strip())
        return self.line + max(own, default=0) + 1

    def parse(self) -> ParsedYaml:
        """Parses it. Raises MalformedYaml when the text is not one entry by itself."""
        if (value := _parse_plain_entry(self.text)) is not None:
            return ParsedYaml(value, {}, (), self.line, (0,), self.text)
        parsed = parse_yaml(self.text, self.line, depth=2)
        if not (isinstance(parsed.value, list) and len(parsed.value) == 1):
            raise MalformedYaml(self.line, 0, "not one entry")
        findings = tuple(replace(finding, path=finding.path[1:]) for finding in parsed.findings)
        return ParsedYaml(parsed.value[0], parsed.marks, findings, self.line, (0,))


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file: its *top_level* (with `events` emptied) and the entries of `events`, in order; None when it has no such list."""

    top_level: ParsedYaml
    entries: tuple[EntryText, ...] | tuple[ParsedYaml, ...] | None


def split_entries(text: str) -> tuple[str, tuple[EntryText, ...]] | None:
    """Returns *text* with the list under `events:` blanked, and the entries of that list; None for any unusual layout.

    Only a proposal: each slice must read as one entry by itself, else the whole text has to be read in one piece.
    """
    headings = list(_EVENTS_HEADING.finditer(text))
    if len(headings) != 1:
        return None
    start = headings[0].end()
    if (blank := _BLANK_LINES.match(text, start)) is not None:
        start = blank.end()
    dash_match = re.compile(r"[ ]*(?=-[ \n])").match(text, start)
    if dash_match is None:
        return None
    indent = f"[ ]{{{dash_match.end() - start}}}"
    beyond = re.compile(rf"^(?!{indent}(?:-[ \n]|[ ])|[ ]*(?:#|\n|\Z))", re.MULTILINE).search(text, start)
    end = beyond.start() if beyond else len(text)
    bounds = [
        entry_match.start()
        for entry_match in re.compile(rf"^{indent}-(?=[ \n])", re.MULTILINE).finditer(text, start, end)
    ]
    line = text.count("\n", 0, start)
    entries = []
    for first, last in zip(bounds, [*bounds[1:], end], strict=True):
        entries.append(EntryText(text[first:last], line))
        line += text.count("\n", first, last)
    return text[:start] + "\n" * text.count("\n", start, end) + text[end:], tuple(entries)


def parse_whole(text: str) -> ParsedFile:
    """Reads *text* in one piece. Raises MalformedYaml."""
    parsed = parse_yaml(text)
    if not isinstance(parsed.value, dict) or not isinstance(entries := parsed.value.get("events"), list):
        return ParsedFile(parsed, None)
    top_level = ParsedYaml(
        parsed.value | {"events": []},
        parsed.marks,
        tuple(finding for finding in parsed.findings if len(finding.path) < 2 or finding.path[0] != "events"),
    )
    return ParsedFile(
        top_level,
        tuple(
            ParsedYaml(
                value,
                parsed.marks,
                tuple(
                    replace(finding, path=finding.path[2:])
                    for finding in parsed.findings
                    if finding.path[:2] == ("events", number)
                ),
                0,
                ("events", number),
            )
            for number, value in enumerate(entries)
        ),
    )


def parse_yaml(text: str, line: int = 0, depth: int = 1) -> ParsedYaml:
    """Parses the one document of *text*; *line* and *depth* say where it stands in its file. Raises MalformedYaml."""
    try:
        builder = _YamlBuilder(text, line, depth)
        return ParsedYaml(builder.build_document(), builder.marks, tuple(builder.findings), line)
    except yaml.MarkedYAMLError as error:
        error_line, column, message = explain_yaml_error(text.split("\n"), error)
        raise MalformedYaml(error_line + line, column, message) from None
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        raise MalformedYaml(
            before.count("\n") + line, error.position - before.rfind("\n") - 1, str(error.reason)
        ) from None


def _parse_plain_entry(text: str) -> dict[str, PlainValue] | None:
    """Returns what `parse_yaml` makes of an entry of one-line texts, at a tenth of its cost; None for any other entry."""
    if not _PLAIN_ENTRY.fullmatch(text):
        return None
    pairs = _PLAIN_PAIR.findall(text)
    value: dict[str, PlainValue] = dict(pairs)
    is_sound = len(value) == len(pairs) and (text.isascii() or not any(text_problem(words) for _, words in pairs))
    return value if is_sound else None


def _needs_check(scalar: Any) -> bool:
    """Tells whether a scalar may have an anchor, a tag or a character that the registry refuses."""
    return scalar.anchor is not None or scalar.tag is not None or scalar.style == '"' or not scalar.value.isascii()


class _YamlBuilder:
    """One pass over the parser's events: values, marks and faults together.

    The stubs leave every mark optional; the C parser gives one with each event, and none comes after the stream's end.
    """

    def __init__(self, text: str, line: int, depth: int) -> None:
        self.next_event: Callable[[], Any] = CParser(text).get_event
        self.lines = text.split("\n") if _SUSPECT_HASH.search(text) else None
        self.line, self.depth = line, depth
        self.marks: dict[KeyPath, tuple[Mark, Mark]] = {}
        self.findings: list[Finding] = []

    def build_document(self) -> PlainValue:
        self.next_event()
        start = self.next_event()
        if not isinstance(start, DocumentStartEvent):
            return ""
        if start.version or start.tags:
            self.add_finding((), start, DIRECTIVE_MESSAGE)
        value = self.build_node(self.next_event(), (), None, self.depth)
        self.next_event()
        if not isinstance(extra_event := self.next_event(), StreamEndEvent):
            line = extra_event.start_mark.line + self.line
            raise MalformedYaml(
                line, extra_event.start_mark.column, "a second document begins here (---): a file holds one"
            )
        return value

    def build_node(self, event: Any, path: KeyPath, key: Mark | None, depth: int) -> PlainValue:
        start = event.start_mark
        self.marks[path] = (key or start, start)
        kind = type(event)
        if kind is ScalarEvent:
            return self.build_scalar(event, path)
        if kind is AliasEvent:
            self.add_finding(
                path, event, f"*{event.anchor} is an alias, which the registry does not use: {_NO_REFERENCE_ADVICE}"
            )
            return ""
        if event.anchor is not None or event.tag is not None:
            self.check_properties(event, path)
        if depth > MAX_NESTING_DEPTH:
            self.add_finding(path, event, TOO_DEEP_MESSAGE)
            self.skip_node(event)
            return ""
        if kind is MappingStartEvent:
            return self.build_mapping(path, depth, event)
        return self.build_sequence(path, depth)

    def build_sequence(self, path: KeyPath, depth: int) -> list[PlainValue]:
        values: list[PlainValue] = []
        while type(event := self.next_event()) is not SequenceEndEvent:
            values.append(self.build_node(event, (*path, len(values)), None, depth + 1))
        return values

    def build_mapping(self, path: KeyPath, depth: int, start: Any) -> dict[str, PlainValue]:
        values: dict[str, PlainValue] = {}
        flow = start.flow_style
        while True:
            event = self.next_event()
            kind: type = type(event)
            if kind is MappingEndEvent:
                return values
            if kind is not ScalarEvent:
                self.add_finding(
                    path, event, "a key must be one word; text that begins with [, { or * belongs in quotes"
                )
                self.skip_node(event)
                self.skip_node(self.next_event())
                continue
            key, mark, key_end, child_path = event.value, event.start_mark, event.end_mark.index, (*path, event.value)
            value = self.next_event()
            if _needs_check(event):
                findings_before = len(self.findings)
                self.check_properties(event, path)
                if len(self.findings) > findings_before:
                    self.skip_node(value)
                    continue
            if flow and value.start_mark.index == key_end and value.end_mark.index == key_end:
                self.report_stray_comma(path, event, start, next(reversed(values), None))
                self.skip_node(value)
            elif key in values:
                first_line = self.marks[child_path][0].line + self.line + 1
                self.add_finding(child_path, event, f"'{key}' is given twice (first on line {first_line})")
                self.skip_node(value)
            else:
                values[key] = self.build_node(value, child_path, mark, depth + 1)

    def build_scalar(self, event: Any, path: KeyPath) -> str:
        if _needs_check(event):
            self.check_properties(event, path)
        if self.lines is not None and event.style not in ("|", ">"):
            mark = event.end_mark
            if mark.line < len(self.lines) and _GLUED_HASH.match(self.lines[mark.line], mark.column):
                self.add_finding(
                    path,
                    event,
                    f"what follows # here is lost as a comment: {QUOTE_ADVICE}, or write a space after a # that begins a comment",
                )
        value: str = event.value
        return value

    def report_stray_comma(self, path: KeyPath, key: Any, start: Any, previous_key: str | None) -> None:
        """Reports, inside {...}, a word without a colon: text that begins with {, or a comma in a text that has no quotes."""
        if previous_key is None:
            self.add_finding(path, start, f"text that begins with {{ is read as a map: {QUOTE_ADVICE}")
        elif key.value:
            message = (
                f"inside {{...}} a comma begins a new key, here '{key.value}': put the text with the comma in quotes"
            )
            self.add_finding((*path, previous_key), key, message)

    def check_properties(self, event: Any, path: KeyPath) -> None:
        """Reports tags, anchors and refused characters."""
        tag, anchor = event.tag, event.anchor
        if tag is not None or anchor is not None:
            property_text = (
                f"&{anchor} is an anchor" if tag is None else f"{tag.replace('tag:yaml.org,2002:', '!!')} is a tag"
            )
            self.add_finding(path, event, f"{property_text}, which the registry does not use: {_NO_REFERENCE_ADVICE}")
        if isinstance(event, ScalarEvent) and (problem := text_problem(event.value)):
            self.add_finding(path, event, problem)

    def add_finding(self, path: KeyPath, event: Any, message: str) -> None:
        self.findings.append(Finding(path, message, at=(event.start_mark.line, event.start_mark.column)))

    def skip_node(self, event: Any) -> None:
        """Goes past the node that *event* begins. Without an end to be seen soon, libyaml's own stacks would grow with the file."""
        depth = 0
        while True:
            mark = event.start_mark
            if isinstance(event, CollectionStartEvent):
                depth += 1
                if depth > 100:
                    raise MalformedYaml(mark.line + self.line, mark.column, TOO_DEEP_MESSAGE)
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
            if depth == 0:
                return
            event = self.next_event()
