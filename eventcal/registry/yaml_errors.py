"""A YAML syntax error becomes a place and a sentence of our own: what stands there, and what to do. Knows only libyaml's errors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from yaml import MarkedYAMLError

from .limits import MAX_NESTING_DEPTH

QUOTE_ADVICE = "put the text in quotes"
TOO_DEEP_MESSAGE = f"nested deeper than {MAX_NESTING_DEPTH} levels: brackets or dashes too many"

DIRECTIVE_MESSAGE = "a line that begins with % is a directive, which the registry does not use: remove it"
MAX_KEY_LENGTH = 1024
"""Characters before the colon of a key (YAML 1.2, 7.4.2)."""

LocatedMessage = tuple[int, int, str]

# A key with its value on one line, perhaps behind the dash of an entry: `  - title: SCO summit`.
_KEY_VALUE_LINE = re.compile(
    r"""(?P<lead>[ ]*(?:-[ ]+)*)(?P<key>[^\s#'"\[{&*!|>%@`-][^:#]*|"[^"]*"|'[^']*'):[ ]+(?P<value>\S.*)"""
)
_KEY_WITHOUT_SPACE = re.compile(r"[ ]*(?:-[ ]+)*(?P<key>[a-z_]+):(?P<value>[^\s/].*)")
_ACCIDENTAL_COMMENT = re.compile(r"(?<=\S) +(?P<hash>#)[^\s#]")
_QUOTED_TEXT = re.compile(r"""(?<!\w)(?:"[^"]*"|'[^']*')""")
# An alias or an anchor: YAML has read `*one` of `*one of us`, and is at a loss with what follows.
_ANCHOR_OR_ALIAS = re.compile(r"(?:^|[:,\[{-])\s*(?P<mark>[*&][\w-]+)\s*$")

# What looks like a space, a colon or a comma of YAML where one has to stand, and is another character.
_WIDE_SPACE = r"[\u00a0\u2000-\u200a\u202f\u3000]"
_LOOKALIKE = re.compile(
    rf"^[ -]*(?P<space>{_WIDE_SPACE})|^ *(?:- +)*[a-z_]+(?:(?P<colon>：)|:(?P<gap>{_WIDE_SPACE}))|(?P<comma>[，、])\s*[a-z_]+ *[:：]"
)
_MEANT = {"colon": "a colon: write : and a space", "comma": "a comma: write , and a space"}


def explain_yaml_error(lines: Sequence[str], error: MarkedYAMLError) -> LocatedMessage:
    """Returns line, column (from 0) and message for *error*, which the parser met in *lines*."""
    problem, context = str(error.problem or ""), str(error.context or "")
    mark, context_mark = error.problem_mark, error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    start = (context_mark.line, context_mark.column) if context_mark else (line, column)
    if "nesting depth" in problem:  # of libyaml, which reads ahead
        return line, column, TOO_DEEP_MESSAGE
    if place := _find_directive(lines) or _find_lookalike(lines, line):
        return place
    if "document" in problem and "start" in problem:
        advice = "text after the end of the document: a bracket or a quote too many, or a line `...` above it"
        return line, column, advice
    if "mapping values" in problem:
        return _explain_colon(lines, line, column)
    if "quoted scalar" in context:
        return _explain_quote(start, line, column, problem)
    if "scanning an a" in context or "a tag" in context or "tag handle" in problem:  # an alias *, an anchor &, a tag !
        return _explain_first_character(lines, *start)
    if "flow" in context or "expected key" in problem or "'-' indicator" in problem:
        above = line if _line_at(lines, line)[:column].strip() else _previous_content_line(lines, line)
        if above is not None and (
            anchor_match := _ANCHOR_OR_ALIAS.search(_line_at(lines, above)[: column if above == line else None])
        ):
            return _explain_first_character(lines, above, anchor_match.start("mark"))
    if "flow sequence" in context or "flow mapping" in context:
        return _explain_bracket(lines, start, line, column, "]" if "sequence" in context else "}")
    if "simple key" in context:
        return _explain_missing_colon(lines, start)
    if "block scalar" in context:
        return (
            *start,
            f"text that begins with | or > is read as a block of lines: {QUOTE_ADVICE}, or begin it on the next line",
        )
    if re.search("(?:entries|keys) are not allowed|cannot start|node content", problem):
        return _explain_first_character(lines, line, column)
    if "expected key" in problem or "'-' indicator" in problem:
        return _explain_layout(lines, line, column, start, entry="'-' indicator" in problem)
    return line, column, f"this cannot be read as YAML: look at the quotes, brackets and spaces here, or {QUOTE_ADVICE}"


def _find_directive(lines: Sequence[str]) -> LocatedMessage | None:
    return (0, 0, DIRECTIVE_MESSAGE) if _line_at(lines, 0).startswith("%") else None


def _find_lookalike(lines: Sequence[str], line: int) -> LocatedMessage | None:
    """Finds what only looks like a sign of YAML in *line*, or in the one above, from which YAML reads on."""
    for number in (_previous_content_line(lines, line), line):
        if number is not None and (lookalike := _LOOKALIKE.search(_line_at(lines, number))):
            place = str(lookalike.lastgroup)
            meant = _MEANT.get(place, "a space: write a plain one")
            return number, lookalike.start(place), f"U+{ord(lookalike[place]):04X} only looks like {meant}"
    return None


def _line_at(lines: Sequence[str], line: int) -> str:
    return lines[line] if line < len(lines) else ""


def _explain_colon(lines: Sequence[str], line: int, column: int) -> LocatedMessage:
    """Explains a colon where no key can be: inside a value, or a key indented below a finished value."""
    pair = _KEY_VALUE_LINE.match(_line_at(lines, line))
    if pair and pair.start("value") <= column:
        value = pair["value"]
        quoted_example = (
            f': {pair["key"]}: "{value}"' if len(value) < 60 and '"' not in value and "#" not in value else ""
        )
        return line, pair.start("value"), f"a colon inside a value: {QUOTE_ADVICE}{quoted_example}"
    above = _previous_content_line(lines, line)
    if above is not None and (glued := _explain_glued_pair(lines, above)):
        return glued
    if above is not None and re.match(r" *-\w+:", lines[above]):
        return above, lines[above].index("-"), "a space is missing after the hyphen: - id: ..."
    indent = len(_line_at(lines, line)) - len(_line_at(lines, line).lstrip())
    if above is not None and indent > len(lines[above]) - len(lines[above].lstrip()):
        return (
            line,
            indent,
            "indented further than the key above, whose value is finished: begin both in the same column",
        )
    return line, column, f"a colon where no key can be: {QUOTE_ADVICE}"


def _explain_glued_pair(lines: Sequence[str], line: int) -> LocatedMessage | None:
    """Explains `title:SCO summit`; None for any other line."""
    pair = _KEY_WITHOUT_SPACE.match(_line_at(lines, line))
    if pair is None:
        return None
    return line, pair.start("value"), f"a space is missing after the colon: {pair['key']}: {pair['value']}"


def _explain_quote(start: tuple[int, int], line: int, column: int, problem: str) -> LocatedMessage:
    if "escape" in problem or "hexdec" in problem:
        return line, column, "a backslash inside \"...\" begins an escape: write \\\\, or use '...'"
    return *start, "the quote that opens here is never closed"


def _explain_bracket(
    lines: Sequence[str], start: tuple[int, int], line: int, column: int, closing: str
) -> LocatedMessage:
    """Explains a list or map in brackets that breaks off: never closed, lost in a comment, or text that no quotes protect."""
    for number in range(start[0], min(line + 1, len(lines))):
        if (hash_column := _find_accidental_comment(lines[number], start[1] if number == start[0] else 0)) is not None:
            return number, hash_column, f"what follows # is lost as a comment: {QUOTE_ADVICE}"
    opening = "[" if closing == "]" else "{"
    if line > start[0]:
        return (
            *start,
            f"the {opening} that opens here is not closed by {closing}; if it belongs to a text, {QUOTE_ADVICE}",
        )
    return line, column, f"a comma or {closing} is missing before this; if it belongs to a text, {QUOTE_ADVICE}"


def _explain_missing_colon(lines: Sequence[str], start: tuple[int, int]) -> LocatedMessage:
    if glued := _explain_glued_pair(lines, start[0]):
        return glued
    if ":" in _line_at(lines, start[0])[start[1] + MAX_KEY_LENGTH :]:
        return *start, f"a key of over {MAX_KEY_LENGTH} characters: write this text behind a key, such as notes"
    return *start, "a key without a colon: write `key: value`; if it goes on from the line above, indent it further"


def _explain_first_character(lines: Sequence[str], line: int, column: int) -> LocatedMessage:
    """Explains text that begins with a character that YAML keeps for itself."""
    character = _line_at(lines, line)[column : column + 1]
    if not character:
        return line, column, "the text breaks off where a value or a closing bracket is missing"
    if character in ",]}":
        return (
            line,
            column,
            f"{character} stands where a value should be: remove it, or {QUOTE_ADVICE} if it belongs to a text",
        )
    return line, column, f"text cannot begin with {character}: {QUOTE_ADVICE}"


def _explain_layout(
    lines: Sequence[str], line: int, column: int, start: tuple[int, int], entry: bool
) -> LocatedMessage:
    """Explains something that is no key where a key must be: more text behind a closed quote or bracket, or a wrong indent."""
    text = _line_at(lines, line)
    pair = _KEY_VALUE_LINE.match(text)
    if pair and pair.start("value") < column and (first_character := pair["value"][0]) in "\"'[{":
        if first_character in "[{":
            return (
                line,
                pair.start("value"),
                f"text that begins with {first_character} is read as a {'list' if first_character == '[' else 'map'}: {QUOTE_ADVICE}",
            )
        if (open_quote := _find_unclosed_quote(lines, line, first_character)) is not None:
            return *open_quote, "the quote that opens here is not closed on its line"
        quote_within = "''" if first_character == "'" else '\\"'
        advice = f"more text after the closing quote: put all of it inside, and write {quote_within} for a quote within"
        return line, column, advice
    above = _previous_content_line(lines, line)
    if above is not None and (hash_column := _find_accidental_comment(lines[above])) is not None:
        return above, hash_column, f"what follows # is lost as a comment: {QUOTE_ADVICE}"
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


def _find_accidental_comment(line: str, start: int = 0) -> int | None:
    """Finds where in *line*, outside quotes, a # that was hardly meant as a comment begins one."""
    comment = _ACCIDENTAL_COMMENT.search(_QUOTED_TEXT.sub(lambda quoted_match: "x" * len(quoted_match[0]), line), start)
    return comment.start("hash") if comment else None


def _find_unclosed_quote(lines: Sequence[str], line: int, quote: str) -> tuple[int, int] | None:
    """Finds where above *line* a quoted value begins that does not end on its own line."""
    for number in range(line - 1, -1, -1):
        pair = _KEY_VALUE_LINE.match(lines[number])
        if pair and pair["value"].startswith(quote) and pair["value"].count(quote) % 2:
            return number, pair.start("value")
    return None


def _previous_content_line(lines: Sequence[str], line: int) -> int | None:
    """Returns the nearest line before *line* that says something."""
    return next(
        (
            number
            for number in range(min(line, len(lines)) - 1, -1, -1)
            if lines[number].strip() and lines[number].lstrip()[0] != "#"
        ),
        None,
    )
