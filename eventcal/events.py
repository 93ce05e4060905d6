"""The content of the registry as frozen values. No input, no output, no clock."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from .leads import Lead, NoticeKind
from .repeat import RecurrenceRule
from .when import FloatingZone, When

Value = TypeVar("Value", bound=Hashable)

MAX_CONTINUED_IDS = 20  # of a chain of series, former ids included


def shared(value: Value) -> Value:
    """Returns the first of the values that equal *value*: events that have a place or tags in common share one object."""
    return cast("Value", _first_equal(value))


@lru_cache(maxsize=16384)
def _first_equal(value: Hashable) -> Hashable:
    return value


class Status(StrEnum):
    """The registry's words; the feed turns `postponed` into TENTATIVE."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"


class EventKind(StrEnum):
    """The nature of a date."""

    EVENT = "event"
    DEADLINE = "deadline"  # a moment until which something can be done


class SourceGrade(StrEnum):
    """The reliability of a source."""

    OFFICIAL = "official"
    REPORTED = "reported"
    INFERRED = "inferred"


def normalize_language(tag: str) -> str:
    """Returns a language tag in the case that RFC 5646 2.1.1 recommends: zh-Hant-TW, de-1996, sl-rozaj."""
    first, *subtags = tag.split("-")
    cased = (
        subtag.upper() if len(subtag) == 2 else subtag.title() if len(subtag) == 4 else subtag.lower()
        for subtag in subtags
    )
    return "-".join([first.lower(), *cased])


@dataclass(frozen=True, slots=True)
class Text:
    """Words in one or several languages: pairs of (BCP 47 tag, text). Plain text in the registry has the calendar's language."""

    translations: tuple[tuple[str, str], ...]

    @classmethod
    def plain(cls, text: str, language: str) -> Text:
        """Builds a text in one language."""
        return cls(((language, text),))

    def best_match(self, language: str) -> tuple[str, str]:
        """Returns (tag, text) for *language*: the tag itself, its base language, else the first that is written."""
        texts = dict(self.translations)
        for tag in (language, language.split("-")[0]):
            if tag in texts:
                return tag, texts[tag]
        return self.translations[0]

    def in_language(self, language: str) -> str:
        """Returns the words in *language*, or in the closest language that there is."""
        return self.best_match(language)[1]


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
    grade: SourceGrade | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A further address, with the name under which it is shown: programme, registration, recording."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Organizer:
    """The person or body that holds an event."""

    name: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """Differences of one occurrence of a series (the registry's `exceptions`). *date* is the one that the rule makes.

    None, or "" for *url*, is as the series has it.
    """

    date: date
    when: When | None = None
    status: Status | None = None
    title: Text | None = None
    place: Place | None = None
    notes: Text | None = None
    url: str = ""

    def apply_to(self, event: Event) -> Event:
        """Returns *event* with the title, place, notes and url of this occurrence."""
        own = {name: value for name in ("title", "place", "notes", "url") if (value := getattr(self, name))}
        own |= {"further_places": ()} if self.place else {}
        return replace(event, **own) if own else event


class TagColor(StrEnum):
    """The colours that a tag can have, in the order in which tags without one are given them."""

    BLUE = "blue"
    ORANGE = "orange"
    GREEN = "green"
    PURPLE = "purple"
    TEAL = "teal"
    PINK = "pink"
    OLIVE = "olive"
    RED = "red"
    GRAY = "gray"


@dataclass(frozen=True, slots=True)
class TagStyle:
    """The name of a tag in one or several languages, and its colour, as far as the registry says."""

    tag: str
    name: Text | None = None
    color: TagColor | None = None


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
    tags: tuple[TagStyle, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The zone of its wall clock."""
        return ZoneInfo(self.timezone)

    def day_at(self, moment: datetime) -> date:
        """Returns the day that it is on its wall clock at *moment*."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the registry, defaults applied. *leads* and *notices* are its `reminders`, in the order given.

    *uid* and *sequence* are the UID and SEQUENCE under which another calendar published it before, "" and 0 for none.
    *online* is the address at which it takes place, beside a place or without one; *extra* the `x-` keys, as written;
    *part_of* the id of the event that it belongs to, *series* the name that its editions of different years share;
    *continues* the id of the series that goes on in this one, in an edition every id, present or former, of that series and
    of those before it, the nearest first;
    *languages* those in which it is held, as BCP 47 tags. *floating*: its hours hold on every wall clock, and *timezone*
    is only the one in which reminders are counted. *cancelled_on* is the day in the calendar's zone on which an edition
    first had it as a cancelled series; the registry does not say it.
    """

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
    rule: RecurrenceRule | None = None
    exdates: tuple[date, ...] = ()
    also: tuple[date, ...] = ()
    overrides: tuple[Override, ...] = ()
    leads: tuple[Lead, ...] = ()
    notices: tuple[NoticeKind, ...] = ()
    formerly: tuple[str, ...] = ()
    busy: bool = False
    uid: str = ""
    sequence: int = 0
    kind: EventKind = EventKind.EVENT
    links: tuple[Link, ...] = ()
    organizer: Organizer | None = None
    online: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    part_of: str = ""
    continues: tuple[str, ...] = ()
    series: str = ""
    floating: bool = False
    further_places: tuple[Place, ...] = ()
    languages: tuple[str, ...] = ()
    image: str = ""
    cancelled_on: date | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Its id and those that it had before."""
        return (self.id, *self.formerly)

    @property
    def first_id(self) -> str:
        """The id that it had at first, of which its UID is made unless it has a *uid*."""
        return self.formerly[0] if self.formerly else self.id

    @property
    def followed_ids(self) -> tuple[str, ...]:
        """The ids by which readers chose it: its own, and those of what it continues."""
        return self.ids + self.continues

    @property
    def is_recurring(self) -> bool:
        """Whether it has several dates: those of its rule, or of `also`."""
        return self.rule is not None or bool(self.also)

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place, the main one first."""
        return ((self.place,) if self.place else ()) + self.further_places


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that an event happens.

    *event* has the title, place, notes and url of this occurrence where they differ from the series'.
    *recurrence* is "" for an event that does not repeat, else the ISO date that the rule made (or the `also` date):
    it stays when the occurrence moves. *nth* counts from the first year (yearly rules only, else None).
    """

    event: Event
    recurrence: str
    when: When
    status: Status
    nth: int | None = None
    is_extra: bool = False  # an `also` date: a VEVENT of its own in the feed

    @property
    def override(self) -> Override | None:
        """The exception of the series for this date, None for none."""
        if not self.event.overrides or not self.recurrence:
            return None
        day = date.fromisoformat(self.recurrence)
        return next((override for override in self.event.overrides if override.date == day), None)


def format_local(moment: datetime, calendar: Calendar | None) -> str:
    """Formats an instant for an operator on the calendar's wall clock: "Tue 2027-01-05 18:00 (Europe/Berlin)"."""
    zone = calendar.timezone if calendar else "UTC"
    return f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M} ({zone})"


def event_zone(event: Event) -> ZoneInfo:
    """Returns the zone of the event's wall clock; a FloatingZone where it is every one."""
    return FloatingZone(event.timezone) if event.floating else ZoneInfo(event.timezone)


def chosen_zone(event: Event, zone: str) -> ZoneInfo:
    """Returns the zone called *zone*, that a reader chose; the event's where they chose none."""
    return ZoneInfo(zone) if zone else event_zone(event)


def title_languages(calendar: Calendar, events: Iterable[Event]) -> set[str]:
    """Returns the tags of the languages in which the calendar has its name, or an event its title."""
    return {tag for text in (calendar.name, *(event.title for event in events)) for tag, _ in text.translations}
