"""What the registry says, as frozen values: calendar, event, place, source, occurrence. No input, no output, no clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from .leads import Lead, Notice
from .repeat import Rule
from .when import When


class Status(StrEnum):
    """The registry's words; the feed turns `postponed` into TENTATIVE."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"


class Grade(StrEnum):
    """How far a source can be relied on."""

    OFFICIAL = "official"
    REPORTED = "reported"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Text:
    """Words in one or several languages: pairs of (BCP 47 tag, text). Plain text in the registry has the calendar's language."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def plain(cls, text: str, language: str) -> Text:
        return cls(((language, text),))

    def best(self, language: str) -> tuple[str, str]:
        """(tag, text) for *language*: the tag itself, its base language, else the first that is written."""
        known = dict(self.pairs)
        for tag in (language, language.split("-")[0]):
            if tag in known:
                return tag, known[tag]
        return self.pairs[0]

    def say(self, language: str) -> str:
        return self.best(language)[1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where: any of its parts may be unknown. *country* is an ISO 3166-1 alpha-2 code."""

    name: Text | None = None
    region: Text | None = None
    country: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a date was read, in its own words. *key* is its name under `sources`, when it has one."""

    key: str = ""
    title: str = ""
    url: str = ""
    published: str = ""
    seen: str = ""
    quote: str = ""
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """What one occurrence of a series has of its own (the registry's `exceptions`). *date* is the one that the rule made."""

    date: date
    when: When | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The registry's head. *id* is the domain part of every UID, for ever."""

    id: str
    name: Text
    timezone: str
    language: str = "en"
    description: Text | None = None
    color: str = ""
    url: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the registry, defaults applied. *leads* and *notices* are its `reminders`, in the order given."""

    id: str
    title: Text
    when: When
    timezone: str
    status: Status = Status.CONFIRMED
    was: When | None = None
    place: Place | None = None
    tags: tuple[str, ...] = ()
    notes: Text | None = None
    url: str = ""
    sources: tuple[Source, ...] = ()
    rule: Rule | None = None
    exdates: tuple[date, ...] = ()
    also: tuple[date, ...] = ()
    overrides: tuple[Override, ...] = ()
    leads: tuple[Lead, ...] = ()
    notices: tuple[Notice, ...] = ()
    formerly: tuple[str, ...] = ()
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an event happens.

    *recurrence* is "" for an event that does not repeat, else the ISO date that the rule made (or the `also` date):
    it stays when the occurrence moves. *nth* counts from the first year (yearly rules only, else None).
    """

    event: Event
    recurrence: str
    when: When
    status: Status
    nth: int | None = None
    extra: bool = field(default=False)  # an `also` date: a VEVENT of its own in the feed
