"""The dates of a text as values: their place, their precision, and what they leave open."""

from __future__ import annotations

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
