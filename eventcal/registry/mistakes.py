"""A YAML syntax error becomes a place and a sentence of our own: what stands there, and what to do. Knows only libyaml's errors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from yaml import MarkedYAMLError

QUOTES = "put the text in quotes"

Place = tuple[int, int, str]

# A key with its value on one line, perhaps behind the dash of an entry: `  - title: SCO summit`.
_PAIR = re.compile(
    r"""(?P<lead>[ ]*(?:-[ ]+)*)(?P<key>[^\s#'"\[{&*!|>%@`-][^:#]*|"[^"]*"|'[^']*'):[ ]+(?P<value>\S.*)"""
)
_NO_SPACE = re.compile(r"[ ]*(?:-[ ]+)*(?P<key>[a-z_]+):(?P<value>[^\s/].*)")
_LOST = re.compile(r"(?<=\S) +(?P<hash>#)[^\s#]")
_QUOTED = re.compile(r"""(?<!\w)(?:"[^"]*"|'[^']*')""")
# An alias or an anchor: YAML has read `*one` of `*one of us`, and is at a loss with what follows.
_MARK = re.compile(r"(?:^|[:,\[{-])\s*(?P<mark>[*&][\w-]+)\s*$")


def explain(lines: Sequence[str], error: MarkedYAMLError) -> Place:
    """Line, column (from 0) and message for *error*, which the parser met in *lines*."""
    problem, context = str(error.problem or ""), str(error.context or "")
    mark, opened = error.problem_mark, error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    start = (opened.line, opened.column) if opened else (line, column)
    if "document" in problem and "start" in problem:
        return (
            line,
            column,
            "text after the end of the document: a bracket or a quote too many, or a line `...` above it",
        )
    if "mapping values" in problem:
        return _colon(lines, line, column)
    if "quoted scalar" in context:
        return _quoted(start, line, column, problem)
    if "scanning an a" in context or "a tag" in context or "tag handle" in problem:  # an alias *, an anchor &, a tag !
        return _first_character(lines, *start)
    if "flow" in context or "expected key" in problem or "'-' indicator" in problem:
        above = line if _at(lines, line)[:column].strip() else _above(lines, line)
        if above is not None and (read := _MARK.search(_at(lines, above)[: column if above == line else None])):
            return _first_character(lines, above, read.start("mark"))
    if "flow sequence" in context or "flow mapping" in context:
        return _bracket(lines, start, line, column, "]" if "sequence" in context else "}")
    if "simple key" in context:
        return _no_colon(lines, start)
    if "block scalar" in context:
        return (
            *start,
            f"text that begins with | or > is read as a block of lines: {QUOTES}, or begin it on the next line",
        )
    if "entries are not allowed" in problem or "keys are not allowed" in problem or "cannot start" in problem:
        return _first_character(lines, line, column)
    if "node content" in problem:
        return _first_character(lines, line, column)
    if "expected key" in problem or "'-' indicator" in problem:
        return _layout(lines, line, column, start, entry="'-' indicator" in problem)
    return line, column, f"this cannot be read as YAML: look at the quotes, brackets and spaces here, or {QUOTES}"


def _at(lines: Sequence[str], line: int) -> str:
    return lines[line] if line < len(lines) else ""


def _colon(lines: Sequence[str], line: int, column: int) -> Place:
    """A colon where no key can be: inside a value, or a key indented below a finished value."""
    pair = _PAIR.match(_at(lines, line))
    if pair and pair.start("value") <= column:
        value = pair["value"]
        shown = f': {pair["key"]}: "{value}"' if len(value) < 60 and '"' not in value and "#" not in value else ""
        return line, pair.start("value"), f"a colon inside a value: {QUOTES}{shown}"
    above = _above(lines, line)
    if above is not None and (short := _NO_SPACE.match(lines[above])):
        return above, short.start("value"), f"a space is missing after the colon: {short['key']}: {short['value']}"
    indent = len(_at(lines, line)) - len(_at(lines, line).lstrip())
    if above is not None and indent > len(lines[above]) - len(lines[above].lstrip()):
        return (
            line,
            indent,
            "indented further than the key above, whose value is finished: begin both in the same column",
        )
    return line, column, f"a colon where no key can be: {QUOTES}"


def _quoted(start: tuple[int, int], line: int, column: int, problem: str) -> Place:
    if "escape" in problem or "hexdec" in problem:
        return line, column, "a backslash inside \"...\" begins an escape: write \\\\, or use '...'"
    return *start, "the quote that opens here is never closed"


def _bracket(lines: Sequence[str], start: tuple[int, int], line: int, column: int, closing: str) -> Place:
    """A list or map in brackets that breaks off: never closed, lost in a comment, or text that no quotes protect."""
    for number in range(start[0], min(line + 1, len(lines))):
        if (lost := _lost(lines[number], start[1] if number == start[0] else 0)) is not None:
            return number, lost, f"what follows # is lost as a comment: {QUOTES}"
    opening = "[" if closing == "]" else "{"
    if line > start[0]:
        return *start, f"the {opening} that opens here is not closed by {closing}; if it belongs to a text, {QUOTES}"
    return line, column, f"a comma or {closing} is missing before this; if it belongs to a text, {QUOTES}"


def _no_colon(lines: Sequence[str], start: tuple[int, int]) -> Place:
    line = start[0]
    if short := _NO_SPACE.match(_at(lines, line)):
        return line, short.start("value"), f"a space is missing after the colon: {short['key']}: {short['value']}"
    return *start, "a key without a colon: write `key: value`; if it goes on from the line above, indent it further"


def _first_character(lines: Sequence[str], line: int, column: int) -> Place:
    """Text that begins with a character that YAML keeps for itself."""
    character = _at(lines, line)[column : column + 1]
    if not character:
        return line, column, "the text breaks off where a value or a closing bracket is missing"
    if character in ",]}":
        return (
            line,
            column,
            f"{character} stands where a value should be: remove it, or {QUOTES} if it belongs to a text",
        )
    return line, column, f"text cannot begin with {character}: {QUOTES}"


def _layout(lines: Sequence[str], line: int, column: int, start: tuple[int, int], entry: bool) -> Place:
    """Something that is no key where a key must be: more text behind a closed quote or bracket, or a wrong indent."""
    text = _at(lines, line)
    pair = _PAIR.match(text)
    if pair and pair.start("value") < column and (first := pair["value"][0]) in "\"'[{":
        if first in "[{":
            return (
                line,
                pair.start("value"),
                f"text that begins with {first} is read as a {'list' if first == '[' else 'map'}: {QUOTES}",
            )
        if (left := _left_open(lines, line, first)) is not None:
            return *left, "the quote that opens here is not closed on its line"
        return (
            line,
            column,
            f"more text after the closing quote: put all of it inside, and write {first * 2 if first == chr(39) else chr(92) + first} for a quote within",
        )
    above = _above(lines, line)
    if above is not None and (lost := _lost(lines[above])) is not None:
        return above, lost, f"what follows # is lost as a comment: {QUOTES}"
    if text[column : column + 1] in ("'", '"') and text[:column].strip():
        return line, column, "a quote stands where none can be: look for one that is missing or too many, here or above"
    if entry and (pair or text.rstrip().endswith(":")):
        return (
            line,
            column,
            f"this key belongs to no entry: begin it in column {start[1] + 3}, under the first key of its entry",
        )
    if text[column:].startswith("- "):
        return line, column, "an entry of a list where a key is expected: indent it like the entries above"
    return line, column, "this line begins in another column than those it belongs to: align it with them"


def _lost(line: str, start: int = 0) -> int | None:
    """Where in *line*, outside quotes, a # that was hardly meant as a comment begins one."""
    found = _LOST.search(_QUOTED.sub(lambda each: "x" * len(each[0]), line), start)
    return found.start("hash") if found else None


def _left_open(lines: Sequence[str], line: int, quote: str) -> tuple[int, int] | None:
    """Where above *line* a quoted value begins that does not end on its own line."""
    for number in range(line - 1, -1, -1):
        pair = _PAIR.match(lines[number])
        if pair and pair["value"].startswith(quote) and pair["value"].count(quote) % 2:
            return number, pair.start("value")
    return None


def _above(lines: Sequence[str], line: int) -> int | None:
    """The nearest line before *line* that says something."""
    return next(
        (
            each
            for each in range(min(line, len(lines)) - 1, -1, -1)
            if lines[each].strip() and lines[each].lstrip()[0] != "#"
        ),
        None,
    )
