"""A text becomes its sentences and the dates in them, in the language that it is written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from .chinese import CHINESE
from .english import ENGLISH
from .grammar import Language, Mention, Sentence, TextContext, find_mentions
from .russian import RUSSIAN

LANGUAGES = {language.tag: language for language in (ENGLISH, RUSSIAN, CHINESE)}
_DATELINE = re.compile(
    r"\A\W{0,20}(?:date|published|updated|дата)?\W{0,20}(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})\b", re.IGNORECASE
)


_SCRIPTS = {"en": re.compile(r"[a-z]", re.I), "ru": re.compile(r"[а-яё]", re.I), "zh": re.compile(r"[\u4e00-\u9fff]")}
_SENTENCE_MARK = re.compile(r"[.!?…:;。！？：；][\"”»)）]*\s*$")
MAX_SENTENCE = 3_000


def language_of(text: str, default: Language = ENGLISH) -> Language:
    """The language of *text* by its letters; *default* where it has none."""
    counts = {tag: len(script.findall(text)) * (2 if tag == "zh" else 1) for tag, script in _SCRIPTS.items()}
    return LANGUAGES[max(counts, key=lambda tag: counts[tag])] if any(counts.values()) else default


def read_mentions(text: str, context: TextContext) -> list[tuple[Sentence, list[Mention]]]:
    """Every sentence of *text* with its dates, each read in the language of its own letters.

    One that mixes scripts, as names do, is of the first language with dates in it.
    """
    return [_read_sentence(sentence, context) for sentence in split_sentences(text)]


def _read_sentence(sentence: Sentence, context: TextContext) -> tuple[Sentence, list[Mention]]:
    mentions = find_mentions(sentence, LANGUAGES[sentence.language], context)
    for tag, script in _SCRIPTS.items():
        if not mentions and tag != sentence.language and script.search(sentence.text):
            sentence_in_other = replace(sentence, language=tag)
            if mentions := find_mentions(sentence_in_other, LANGUAGES[tag], context):
                return sentence_in_other, mentions
    return sentence, mentions


def split_sentences(text: str) -> list[Sentence]:
    """The sentences of *text*; a blank line ends one, too, and a length that no sentence has."""
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
    """Yields begin, end and language of the parts of *text* between blank lines, or lines in which another script begins."""
    begin = position = 0
    language = language_of(text)
    is_complete = True
    for line in text.splitlines(keepends=True):
        own = language_of(line, language)
        if not line.strip() or (is_complete and own is not language):
            if begin < position:
                yield begin, position, language_of(text[begin:position], language)
            begin = position
        language = own
        is_complete = not line.strip() or _SENTENCE_MARK.search(line) is not None
        position += len(line)
    yield begin, position, language_of(text[begin:position], language)


def _sentence_ends(text: str, begin: int, end: int, language: Language) -> list[int]:
    """The ends of sentences by the rules of *language*, and by those of another one whose letters stand at them."""
    ends = {match.end() for match in language.sentence_end.finditer(text, begin, end)}
    others = [other for other in LANGUAGES.values() if other is not language]
    for other in others:
        if _SCRIPTS[other.tag].search(text, begin, end):
            ends |= {
                match.end()
                for match in other.sentence_end.finditer(text, begin, end)
                if other in _languages_beside(text, match.end())
            }
    for match in _END_BEFORE_ANOTHER_SCRIPT.finditer(text, begin, end):
        before, after = _languages_beside(text, match.end())
        if before and after and before is not after:
            ends.add(match.end())
    return sorted(ends)


# "Mr." ends no sentence: the word before a full stop has four letters or more, or is of Chinese signs.
_END_BEFORE_ANOTHER_SCRIPT = re.compile(r"(?:(?:[^\W\d_]{4}|[0-9)])[.!?…][\"”»)]*(?=\s+\w)|[。！？；][”’」』）]*)")


def _languages_beside(text: str, position: int) -> tuple[Language | None, Language | None]:
    """The languages of the letters next before and behind *position*; None where there is none near it."""
    before = next((char for char in reversed(text[max(0, position - 20) : position]) if char.isalpha()), "")
    after = next((char for char in text[position : position + 20] if char.isalpha()), "")
    return language_of(before) if before else None, language_of(after) if after else None


def dateline(text: str) -> tuple[date, int] | None:
    """The day of publication that *text* begins with, and where it ends; None for none."""
    match = _DATELINE.match(text)
    try:
        return (date.fromisoformat(match["day"]), match.end()) if match else None
    except ValueError:
        return None
