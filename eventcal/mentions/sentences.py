"""Splits a text into sentences, each with the language that it is written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from .grammar import Language, Sentence
from .languages import LANGUAGES, SCRIPT_TAGS, SCRIPTS, language_of, languages_beside

MAX_SENTENCE = 3_000
"""Characters of a sentence; a longer one is cut."""

MAX_HEADING = 120
"""Characters of a line that may be a heading."""

_SENTENCE_MARK = re.compile(r"[.!?…:;。！？：；][\"”»)）]*\s*$")
# "- ", "2) ", "| " before an item of a list or a row of a table, and what a chat writes before each message: "[13/11/2026, 10:12] Anna: ".
_ITEM = re.compile(r"[ \t]*(?:\|[ \t]*|[-*•·▪‣◦–—][ \t]+|[0-9]{1,2}(?:[.)][ \t]+|、[ \t]*))(?=\S)")
_STAMP = re.compile(
    r"[ \t]*\[?[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{2,4},? [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[ \u202f]?[AP]M)?(?:\]| [-–])[ \t]"
    r"[^:\n]{1,40}:[ \t]+",
    re.IGNORECASE,
)
# A line behind a list, where an item that goes on is indented or begins with a small letter.
_BEHIND_LIST = re.compile(r"[^\W\d_](?<![a-zа-яёäöüßáéíóúñ])")


def split_sentences(text: str) -> list[Sentence]:
    """Returns the sentences of *text*; a blank line ends one, too, an item of a list, and a length that no sentence has."""
    sentences: list[Sentence] = []
    for begin, end, language in _passages(text):
        start = begin
        for stop in [*_sentence_ends(text, begin, end, language), end]:
            # Patterns try each place of a sentence: their work is bounded by its length.
            for piece in range(start, stop, MAX_SENTENCE):
                part = text[piece : min(piece + MAX_SENTENCE, stop)]
                if part.strip():
                    sentences.append(Sentence(piece, piece + len(part), part, language_of(part, language).tag))
            start = stop
    return sentences


def _passages(text: str) -> Iterator[tuple[int, int, Language]]:
    """Yields begin, end and language of the parts of *text*: paragraphs, and of a list each item."""
    for begin, end, language in _paragraphs(text):
        start = begin
        for cut in [*_dated_lines(text, begin, end, language), end]:
            if start < cut:
                yield start, cut, language_of(text[start:cut], language)
            start = cut


def _paragraphs(text: str) -> Iterator[tuple[int, int, Language]]:
    """Yields begin, end and language of the parts of *text* between blank lines, item marks, or lines in another script."""
    begin = position = 0
    language = language_of(text)
    is_complete, is_list = True, False
    lines = text.splitlines(keepends=True)
    for line, following in pairwise([*lines, ""]):
        own = language_of(line, language)
        is_item = is_complete or is_list or (_ITEM.match(following) and len(line) < MAX_HEADING)
        mark = _STAMP.match(line) or (_ITEM.match(line) if is_item else None)
        is_behind_list = is_list and _BEHIND_LIST.match(line) is not None
        if not line.strip() or mark or is_behind_list or (is_complete and own is not language):
            if begin < position:
                yield begin, position, language_of(text[begin:position], language)
            begin = position + (mark.end() if mark else 0)
        language = own
        is_list = bool(line.strip()) and not is_behind_list and (is_list or mark is not None)
        is_complete = not line.strip() or _SENTENCE_MARK.search(line) is not None
        position += len(line)
    yield begin, position, language_of(text[begin:position], language)


# "Conference: ", "Conference – ", before the date
_LABEL_END = re.compile(r"\w.*(?:[:：]|\s[-–—])\s*$")


def _dated_lines(text: str, begin: int, end: int, language: Language) -> list[int]:
    """Returns the starts of the lines of a programme, each of which, but for a heading, begins or ends with a date or has it behind a label."""
    starts = [begin, *(begin + match.end() for match in re.finditer("\n(?=.)", text[begin:end]))]
    lines = [text[start:stop].strip() for start, stop in zip(starts, [*starts[1:], end], strict=True)]
    if len(lines) < 2 or max(map(len, lines)) > 300 or not any(re.search("[0-9]", line) for line in lines[1:]):
        return []
    words = [pattern.words for pattern in language.patterns]
    leading = [any(pattern.match(line) for pattern in words) for line in lines]
    trailing = [
        any(match.end() == len(line) for pattern in words for match in pattern.finditer(line)) for line in lines
    ]
    labelled = [
        any(_LABEL_END.search(line, 0, match.start()) for pattern in words for match in pattern.finditer(line))
        for line in lines
    ]
    for flags in (leading, trailing, labelled):
        last = max((number for number, flag in enumerate(flags) if flag), default=0)
        is_prose = bool(_SENTENCE_MARK.search(lines[-1])) and lines[last][-1:] not in ("", ",")
        items = zip(lines[: last + 1], flags, strict=False) if is_prose else zip(lines, flags, strict=True)
        headings = [line for line, flag in items if line and not flag]
        are_short = all(len(line) <= MAX_HEADING and not _SENTENCE_MARK.search(line) for line in headings[1:])
        if sum(flags) > 1 and len(headings) <= 1 + sum(flags) // 3 and are_short:
            return starts[1:]
    return []


def _sentence_ends(text: str, begin: int, end: int, language: Language) -> list[int]:
    """Returns the ends of sentences by the rules of *language*, and by those of another one whose letters stand at them."""
    ends = {match.end() for match in language.sentence_end.finditer(text, begin, end)}
    for tag in SCRIPT_TAGS:
        if SCRIPTS[tag] is not SCRIPTS[language.tag] and SCRIPTS[tag].search(text, begin, end):
            ends |= {
                match.end()
                for match in LANGUAGES[tag].sentence_end.finditer(text, begin, end)
                if LANGUAGES[tag] in languages_beside(text, match.end())
            }
    for match in _END_BEFORE_ANOTHER_SCRIPT.finditer(text, begin, end):
        before, after = languages_beside(text, match.end())
        if before and after and before is not after:
            ends.add(match.end())
    return sorted(ends)


# "Mr." ends no sentence: the word before a full stop has four letters or more, or is of Chinese signs.
_END_BEFORE_ANOTHER_SCRIPT = re.compile(r"(?:(?:[^\W\d_]{4}|[0-9)])[.!?…][\"”»)]*(?=\s+\w)|[。！？；][”’」』）]*)")
