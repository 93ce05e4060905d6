"""The dates of a text as values, and the patterns of a language that find them: tried in order, the first that fits takes its characters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Tense(StrEnum):
    """Where a sentence places what it tells, as far as its words say so."""

    AHEAD = "ahead"
    PAST = "past"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Reading:
    """The meaning of one date's words. *when* is the registry's text, "" where it is left out because of *reason*.

    *note* says what was added to the words, such as a year.
    """

    when: str = ""
    note: str = ""
    reason: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A date in a text: the characters *start* to *end*, and what they mean."""

    start: int
    end: int
    text: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its place in the text, and the tag of the language that it is written in."""

    start: int
    end: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class TextContext:
    """Facts about a text beside its words: the day of publication, None when it is not known."""

    published: date | None = None


Read = Callable[[re.Match[str], "Scope"], Reading | list[Reading] | None]


@dataclass(frozen=True, slots=True)
class Scope:
    """The surroundings that a pattern may look at beside its own words."""

    context: TextContext
    tense: Tense
    sentence: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words of a date, and what reads them: None for words that are no date after all."""

    words: re.Pattern[str]
    read: Read


@dataclass(frozen=True, slots=True)
class Language:
    """The patterns of a language, the more specific first, and the words that say whether something lies ahead."""

    tag: str
    patterns: tuple[Pattern, ...]
    ahead: re.Pattern[str]
    past: re.Pattern[str]
    sentence_end: re.Pattern[str]

    def tense(self, sentence: str) -> Tense:
        """Where a sentence places what it tells; words that look ahead win, for plans are told of in the past too."""
        if self.ahead.search(sentence):
            return Tense.AHEAD
        return Tense.PAST if self.past.search(sentence) else Tense.OPEN


def find_mentions(sentence: Sentence, language: Language, context: TextContext) -> list[Mention]:
    """The dates of one sentence, in order."""
    scope = Scope(context, language.tense(sentence.text), sentence.text)
    taken: list[tuple[int, int]] = []
    mentions: list[Mention] = []
    for pattern in language.patterns:
        for match in pattern.words.finditer(sentence.text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            readings = pattern.read(match, scope)
            if readings is None:
                continue
            taken.append((start, end))
            for reading in readings if isinstance(readings, list) else [readings]:
                mentions.append(Mention(sentence.start + start, sentence.start + end, match[0], reading))
    return sorted(mentions, key=lambda mention: (mention.start, mention.reading.when))


def compile_patterns(pairs: Iterable[tuple[str, Read]], names: dict[str, str]) -> tuple[Pattern, ...]:
    """Patterns in which <<NAME>> stands for a part of *names*."""
    result = []
    for words, read in pairs:
        for name, part in names.items():
            words = words.replace(f"<<{name}>>", part)
        result.append(Pattern(re.compile(words), read))
    return tuple(result)
