"""The content of the registry as frozen values, and their JSON for the store. No input, no output, no clock."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from .leads import Lead, NoticeKind, lead_text
from .leads import parse as parse_lead
from .repeat import RecurrenceRule
from .when import When, parse_stored, zone_or_utc


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


@dataclass(frozen=True, slots=True)
class Text:
    """Words in one or several languages: pairs of (BCP 47 tag, text). Plain text in the registry has the calendar's language."""

    translations: tuple[tuple[str, str], ...]

    @classmethod
    def plain(cls, text: str, language: str) -> Text:
        """Builds a text in one language."""
        return cls(((language, text),))

    def best_match(self, language: str) -> tuple[str, str]:
        """(tag, text) for *language*: the tag itself, its base language, else the first that is written."""
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


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the registry, defaults applied. *leads* and *notices* are its `reminders`, in the order given.

    *uid* and *sequence* are the UID and SEQUENCE under which another calendar published it before, "" and 0 for none.
    *online* is the address at which it takes place, beside a place or without one; *extra* the `x-` keys, as written;
    *part_of* the id of the event that it belongs to, *series* the name that its editions of different years share;
    *languages* those in which it is held, as BCP 47 tags.
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
    series: str = ""
    further_places: tuple[Place, ...] = ()
    languages: tuple[str, ...] = ()
    image: str = ""

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
    extra: bool = field(default=False)  # an `also` date: a VEVENT of its own in the feed


def format_local(moment: datetime, calendar: Calendar | None) -> str:
    """Formats an instant for an operator on the calendar's wall clock: "Tue 2027-01-05 18:00 (Europe/Berlin)"."""
    zone = calendar.timezone if calendar else "UTC"
    return f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M} ({zone})"


def event_zone(event: Event) -> ZoneInfo:
    """The zone of the event's wall clock."""
    return ZoneInfo(event.timezone)


# The store's bodies: what equals its default is left out, dates and leads are their canonical texts. They were checked
# when the registry was read, so reading them back trusts them: newer zone data must not make an edition unreadable.


def event_to_json(event: Event) -> str:
    """*event* as compact JSON: the same text for the same event."""
    body: dict[str, Any] = {"id": event.id, "title": dict(event.title.translations), "when": _when_to_json(event.when)}
    body["timezone"] = event.timezone
    if event.status is not Status.CONFIRMED:
        body["status"] = event.status.value
    if event.was is not None:
        body["was"] = _when_to_json(event.was)
    if event.place is not None:
        body["place"] = _place_to_json(event.place)
    if event.notes is not None:
        body["notes"] = dict(event.notes.translations)
    if event.sources:
        body["sources"] = [_source_to_json(source) for source in event.sources]
    if event.rule is not None:
        body["rule"] = _rule_to_json(event.rule)
    if event.overrides:
        body["overrides"] = [_override_to_json(override) for override in event.overrides]
    if event.leads or event.notices:
        body["reminders"] = [lead_text(reminder) for reminder in (*event.leads, *event.notices)]
    for name in ("exdates", "also"):
        if dates := getattr(event, name):
            body[name] = [day.isoformat() for day in dates]
    if event.kind is not EventKind.EVENT:
        body["kind"] = event.kind.value
    if event.links:
        body["links"] = {link.name: link.url for link in event.links}
    if event.organizer is not None:
        body["organizer"] = {"name": dict(event.organizer.name.translations), "url": event.organizer.url}
    if event.further_places:
        body["further_places"] = [_place_to_json(place) for place in event.further_places]
    if event.extra:
        body["extra"] = dict(event.extra)
    for name in (
        "tags",
        "url",
        "formerly",
        "busy",
        "uid",
        "sequence",
        "online",
        "part_of",
        "series",
        "languages",
        "image",
    ):
        if value := getattr(event, name):
            body[name] = value
    return _compact_json(body)


def event_from_json(text: str) -> Event:
    """The event that `to_json` wrote, equal in every field, the typed text of its dates included."""
    body = json.loads(text)
    zone = zone_or_utc(body["timezone"])
    place, rule, reminders = body.get("place"), body.get("rule"), [*map(parse_lead, body.get("reminders", ()))]
    return Event(
        id=body["id"],
        title=Text(tuple(body["title"].items())),
        when=_when_from_json(body["when"], zone),
        timezone=zone.key,
        status=Status(body.get("status", "confirmed")),
        was=_when_from_json(body["was"], zone) if "was" in body else None,
        place=_place_from_json(place) if place is not None else None,
        tags=tuple(body.get("tags", ())),
        notes=_text_from_json(body.get("notes")),
        url=body.get("url", ""),
        sources=tuple(_source_from_json(source) for source in body.get("sources", ())),
        rule=_rule_from_json(rule) if rule is not None else None,
        exdates=tuple(map(date.fromisoformat, body.get("exdates", ()))),
        also=tuple(map(date.fromisoformat, body.get("also", ()))),
        overrides=tuple(_override_from_json(override, zone) for override in body.get("overrides", ())),
        leads=tuple(reminder for reminder in reminders if not isinstance(reminder, NoticeKind)),
        notices=tuple(reminder for reminder in reminders if isinstance(reminder, NoticeKind)),
        formerly=tuple(body.get("formerly", ())),
        busy=body.get("busy", False),
        uid=body.get("uid", ""),
        sequence=body.get("sequence", 0),
        kind=EventKind(body.get("kind", "event")),
        links=tuple(Link(*pair) for pair in body.get("links", {}).items()),
        organizer=_organizer_from_json(body.get("organizer")),
        online=body.get("online", ""),
        extra=tuple(body.get("extra", {}).items()),
        part_of=body.get("part_of", ""),
        series=body.get("series", ""),
        further_places=tuple(map(_place_from_json, body.get("further_places", ()))),
        languages=tuple(body.get("languages", ())),
        image=body.get("image", ""),
    )


def calendar_to_json(calendar: Calendar) -> str:
    """*calendar* as compact JSON."""
    body: dict[str, Any] = {"id": calendar.id, "name": dict(calendar.name.translations), "timezone": calendar.timezone}
    body["language"] = calendar.language
    if calendar.description is not None:
        body["description"] = dict(calendar.description.translations)
    if calendar.tags:
        body["tags"] = {style.tag: _tag_style_to_json(style) for style in calendar.tags}
    return _compact_json(
        body | {name: value for name in ("color", "url", "contact") if (value := getattr(calendar, name))}
    )


def calendar_from_json(text: str) -> Calendar:
    """The calendar that `calendar_to_json` wrote."""
    body = json.loads(text)
    body["timezone"] = zone_or_utc(body["timezone"]).key
    name, description = Text(tuple(body.pop("name").items())), _text_from_json(body.pop("description", None))
    tags = tuple(_tag_style_from_json(tag, style) for tag, style in body.pop("tags", {}).items())
    return Calendar(name=name, description=description, tags=tags, **body)


def _tag_style_to_json(style: TagStyle) -> dict[str, Any]:
    body: dict[str, Any] = {"name": dict(style.name.translations)} if style.name else {}
    return body | ({"color": style.color.value} if style.color else {})


def _tag_style_from_json(tag: str, body: dict[str, Any]) -> TagStyle:
    color = body.get("color")
    return TagStyle(tag, _text_from_json(body.get("name")), TagColor(color) if color else None)


def _compact_json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _text_from_json(pairs: dict[str, str] | None) -> Text | None:
    return None if pairs is None else Text(tuple(pairs.items()))


def _organizer_from_json(body: dict[str, Any] | None) -> Organizer | None:
    return None if body is None else Organizer(Text(tuple(body["name"].items())), body["url"])


def _when_to_json(when: When) -> str | list[str]:
    """The canonical text; beside it what was typed, where that differs."""
    canonical = str(when)
    return canonical if when.text == canonical else [canonical, when.text]


def _when_from_json(body: str | list[str], zone: ZoneInfo) -> When:
    return parse_stored(body, zone) if isinstance(body, str) else replace(parse_stored(body[0], zone), text=body[1])


def _place_to_json(place: Place) -> dict[str, Any]:
    body: dict[str, Any] = {}
    if place.name is not None:
        body["name"] = dict(place.name.translations)
    if place.region is not None:
        body["region"] = dict(place.region.translations)
    if place.country:
        body["country"] = place.country
    if place.latitude is not None:
        body["lat"] = place.latitude
    if place.longitude is not None:
        body["lon"] = place.longitude
    return body


def _place_from_json(body: dict[str, Any]) -> Place:
    name, region = _text_from_json(body.get("name")), _text_from_json(body.get("region"))
    return Place(name, region, body.get("country", ""), body.get("lat"), body.get("lon"))


def _source_to_json(source: Source) -> dict[str, str]:
    names = ("key", "title", "url", "published", "seen", "quote", "grade")
    return {name: str(value) for name in names if (value := getattr(source, name))}


def _source_from_json(body: dict[str, Any]) -> Source:
    grade = body.pop("grade", None)
    return Source(**body, grade=SourceGrade(grade) if grade else None)


def _rule_to_json(rule: RecurrenceRule) -> dict[str, Any]:
    body: dict[str, Any] = {"rrule": rule.rrule, "text": rule.text}
    if rule.raw:
        body["raw"] = True
    if rule.until is not None:
        body["until"] = rule.until.isoformat()
    return body


def _rule_from_json(body: dict[str, Any]) -> RecurrenceRule:
    until_text = body.get("until", "")
    until_value: date | datetime | None = None
    if until_text:
        until_value = datetime.fromisoformat(until_text) if "T" in until_text else date.fromisoformat(until_text)
    return RecurrenceRule(body["rrule"], body["text"], body.get("raw", False), until_value)


def _override_to_json(override: Override) -> dict[str, Any]:
    body: dict[str, Any] = {"date": override.date.isoformat()}
    if override.when is not None:
        body["when"] = _when_to_json(override.when)
    if override.status is not None:
        body["status"] = override.status.value
    if override.title is not None:
        body["title"] = dict(override.title.translations)
    if override.place is not None:
        body["place"] = _place_to_json(override.place)
    if override.notes is not None:
        body["notes"] = dict(override.notes.translations)
    if override.url:
        body["url"] = override.url
    return body


def _override_from_json(body: dict[str, Any], zone: ZoneInfo) -> Override:
    when, status = body.get("when"), body.get("status")
    return Override(
        date.fromisoformat(body["date"]),
        _when_from_json(when, zone) if when is not None else None,
        Status(status) if status is not None else None,
        _text_from_json(body.get("title")),
        _place_from_json(body["place"]) if "place" in body else None,
        _text_from_json(body.get("notes")),
        body.get("url", ""),
    )
