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
    EITHER = "either"  # ahead, or over for some weeks: what is called off, or only near to words that look ahead
    TOLD = "told"  # over for some months at most: what is only near to words about the past
    OPEN = "open"


class DateLimit(StrEnum):
    """The limit that words around a date make of it, by the registry's word."""

    NOT_AFTER = "by"
    NOT_BEFORE = "from"
    BEFORE = "before"  # not that date any more
    AFTER = "after"  # not that date yet
    EMBARGO = "embargo"  # not before, and from then on
    ABOUT = "about"  # then, or near it
    COUNTED = "counted"  # another date is counted from it: "two weeks after"


@dataclass(frozen=True, slots=True)
class Reading:
    """The meaning of one date's words. *when* is the registry's text, "" where it is left out because of *reason*.

    *note* says what was added to the words, such as a year. *former* is the date of words that the text says do not hold any more.
    """

    when: str = ""
    note: str = ""
    reason: str = ""
    zone: str = ""
    former: str = ""


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


Read = Callable[[re.Match[str], "Scope"], Reading | list[Reading]]


@dataclass(frozen=True, slots=True)
class Heading:
    """The line of a text that says the year of its dates: *day* where it has a date of its own, else *year* alone.

    One that *is_close* holds against what a clause says, as the name of a column does. One that *is_label* stands before a colon in
    the sentence of the date, and may be what happens in that year, and not the day itself. A season, "2027/28", has a *last_year*,
    too: which of its dates are of which year is not said.
    """

    text: str
    year: int
    day: date | None = None
    is_close: bool = False
    is_label: bool = False
    last_year: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """The surroundings that a pattern may look at beside its own words. *published* is the day of publication, if known.

    Where it is not, a date without a year is of that of *heading*.
    """

    published: date | None
    tense: Tense
    sentence: str
    heading: Heading | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words of a date, and what reads them."""

    words: re.Pattern[str]
    read: Read


@dataclass(frozen=True, slots=True)
class Language:
    """The patterns of a language, the more specific first, and the words that say whether something lies ahead.

    *tense* finds these, in a group named after what they say, `off` for what is called off or moved. *limits* are words around a date, which begins and
    ends with `DATE_START` and `DATE_END`, by what they make of it. *replaced* finds the former date of what was moved, in the group
    `old`, with the words around it, and *former* the words that end before one. *put_off* finds the verbs that put something off,
    *new_date* the words that end before the new date, and *called_off* the words for what does not take place.
    """

    tag: str
    patterns: tuple[Pattern, ...]
    tense: re.Pattern[str]
    sentence_end: re.Pattern[str]
    limits: tuple[tuple[re.Pattern[str], DateLimit], ...]
    replaced: re.Pattern[str]
    former: re.Pattern[str]
    put_off: re.Pattern[str]
    new_date: re.Pattern[str]
    called_off: re.Pattern[str]


DATE_START, DATE_END = "\x02", "\x03"
"""Stand around a date in the patterns of `Language.limits`: no text has them."""


def compile_patterns(pairs: Iterable[tuple[str, Read]], names: dict[str, str]) -> tuple[Pattern, ...]:
    """Patterns in which <<NAME>> stands for a part of *names*."""
    return tuple(Pattern(re.compile(fill_names(words, names)), read) for words, read in pairs)


def compile_tense(*, off: str, ahead: str, past: str, told: str = "(?!)", was_ahead: str = "(?!)") -> re.Pattern[str]:
    """Returns the pattern of `Language.tense`, of those of its groups: *off*, *ahead*, *past* and *told*, and `open` for *was_ahead*."""
    return re.compile(
        f"(?P<off>{off})|(?P<open>{was_ahead})|(?P<ahead>{ahead})|(?P<past>{past})|(?P<told>{told})", re.IGNORECASE
    )


def compile_limits(pairs: Iterable[tuple[str, DateLimit]]) -> tuple[tuple[re.Pattern[str], DateLimit], ...]:
    """Patterns of `Language.limits`, in which ⟦ and ⟧ stand for the start and end of the date."""
    marked = ((words.replace("⟦", DATE_START).replace("⟧", DATE_END), limit) for words, limit in pairs)
    return tuple((re.compile(words, re.IGNORECASE), limit) for words, limit in marked)


def fill_names(words: str, names: dict[str, str]) -> str:
    """Returns *words* with each <<NAME>> as the part of *names*."""
    for name, part in names.items():
        words = words.replace(f"<<{name}>>", part)
    return words
