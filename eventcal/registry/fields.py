"""The parts that events, calendars and sources share become values, and what a file says for all of its events.

Parts are texts, places, addresses and dates of print; a file's own are its calendar, tags, sources and defaults. What an
event takes from outside its entry is a value here: zone, language, tags, reminders, sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from .. import leads, mail_address, when
from ..errors import GrammarError, shorten
from ..events import (
    Calendar,
    Event,
    Link,
    Organizer,
    Place,
    Source,
    SourceGrade,
    TagColor,
    TagStyle,
    Text,
    normalize_language,
)
from ..leads import Elapsed, Lead, NoticeKind
from ..when import FLOATING, FloatingZone, Period, Timed, When, is_floating, local_to_utc
from .schema import SourceShape
from .suggestions import COUNTRY_CODE_ALIASES, CSS_COLORS, did_you_mean
from .yaml_nodes import Finding, KeyPath

DEFAULT_LANGUAGE = "en"
TAG_COLORS = frozenset(color.value for color in TagColor)
_LINE_BREAK = re.compile(r"\s*\n\s*")
_PLAIN_URL = re.compile(r"https?://[a-z0-9.-]+(?:/[\w./%+-]*)?", re.ASCII)
_MAIL_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")


def to_one_line(text: str) -> str:
    """Returns *text* without spaces around it; a folded text is one line."""
    text = text.strip()
    return _LINE_BREAK.sub(" ", text) if "\n" in text else text


def parse_text(value: Any, language: str, path: KeyPath, findings: list[Finding]) -> Text | None:
    """Returns a text of several lines, in *language* or in those that it names."""
    if value is None:
        return None
    if isinstance(value, str):
        return Text(((language, value.strip()),))
    pairs: dict[str, str] = {}
    for tag, text in value.items():
        if (normalized_tag := normalize_language(tag)) in pairs:
            findings.append(Finding((*path, tag), f"the language {normalized_tag} is given twice", at_key=True))
        pairs[normalized_tag] = text.strip()
    return Text(tuple(pairs.items()))


def parse_one_line_text(value: Any, language: str, path: KeyPath, findings: list[Finding]) -> Text | None:
    """Returns a text of one line, in *language* or in those that it names."""
    text = parse_text(value, language, path, findings)
    if text is None or not any("\n" in line for _, line in text.translations):
        return text
    return Text(tuple((tag, to_one_line(line)) for tag, line in text.translations))


def parse_organizer(value: Any, language: str, findings: list[Finding]) -> Organizer | None:
    """Reads the organizer from a name, or from name and url."""
    if value is None:
        return None
    fields = {"name": value} if isinstance(value, str) else value
    path: KeyPath = ("organizer",) if isinstance(value, str) else ("organizer", "name")
    name = parse_one_line_text(fields.get("name"), language, path, findings)
    url = parse_url(fields["url"], ("organizer", "url"), findings) if "url" in fields else ""
    return Organizer(name, url) if name is not None else None


def parse_links(value: dict[str, str], findings: list[Finding]) -> tuple[Link, ...]:
    """Returns named addresses, in their order."""
    return tuple(Link(to_one_line(name), parse_url(url, ("links", name), findings)) for name, url in value.items())


@lru_cache(maxsize=4096)
def _named_place(name: str, language: str) -> Place:
    return Place(Text(((language, to_one_line(name)),)))


def parse_place(value: Any, raw_value: Any, language: str, findings: list[Finding]) -> Place | None:
    """Reads the place; *raw_value* is the value with the parts whose shape was wrong."""
    if value is None:
        return None
    if isinstance(value, str):
        return _named_place(value, language)
    if not raw_value:
        findings.append(Finding(("place",), "'place' is empty: write its name, or leave the key out"))
    latitude, longitude = parse_degrees(value, "lat", 90, findings), parse_degrees(value, "lon", 180, findings)
    if ("lat" in raw_value) != ("lon" in raw_value):
        present, absent = ("lat", "lon") if "lat" in raw_value else ("lon", "lat")
        findings.append(Finding(("place", present), f"{present} needs {absent}: write both, or neither", at_key=True))
    return Place(
        parse_one_line_text(value.get("name"), language, ("place", "name"), findings),
        parse_one_line_text(value.get("region"), language, ("place", "region"), findings),
        parse_country(value["country"], findings) if "country" in value else "",
        latitude,
        longitude,
    )


def parse_places(value: Any, raw_value: Any, language: str, findings: list[Finding]) -> tuple[Place, ...]:
    """Reads one place, or a list of them; *raw_value* as in `parse_place`."""
    if not isinstance(value, list):
        place = parse_place(value, raw_value, language, findings)
        return (place,) if place else ()
    places = []
    for number, item in enumerate(value):
        own_findings: list[Finding] = []
        place = parse_place(item, raw_value[number], language, own_findings)
        places += [place] if place else []
        findings += [replace(finding, path=("place", number, *finding.path[1:])) for finding in own_findings]
    return tuple(places)


def parse_length(text: str) -> timedelta:
    """Returns the time that "90 minutes", "2 hours" or "1 hour 30 minutes" is; its shape was checked."""
    number, unit, *minutes = text.split()
    unit_length = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[unit[0]]
    return int(number) * unit_length + timedelta(minutes=int(minutes[0]) if minutes else 0)


def add_length(event_when: When | None, length: timedelta | None) -> When | None:
    """Returns *event_when*; an hour without an end gets one after *length*, on the wall clock of its zone."""
    if event_when is None or length is None or not isinstance(event_when.span, Timed) or event_when.span.end:
        return event_when
    start = event_when.span.start
    if event_when.span.is_floating:
        return replace(event_when, span=Timed(start, start + length))
    end = local_to_utc(start.replace(tzinfo=None) + length, event_when.span.zone).astimezone(event_when.span.zone)
    return replace(event_when, span=Timed(start, end.replace(fold=0)))


def parse_image(text: str, findings: list[Finding]) -> str:
    """Returns the address of an image; a mail address is none."""
    address = parse_url(text, ("image",), findings)
    if address.startswith("mailto:"):
        findings.append(Finding(("image",), "an image needs a web address: write one that begins with https://"))
    return address


def parse_degrees(value: dict[str, str], key: str, limit: int, findings: list[Finding]) -> float | None:
    """Returns degrees within ±*limit*."""
    if key not in value:
        return None
    degrees = float(value[key])
    if abs(degrees) > limit:
        swapped = ": are lat and lon the wrong way round?" if key == "lat" and abs(degrees) <= 180 else ""
        findings.append(Finding(("place", key), f"{key} {value[key]}: degrees go from -{limit} to {limit}{swapped}"))
    return degrees


def parse_country(code: str, findings: list[Finding]) -> str:
    """Returns the country code (ISO 3166-1 alpha-2, or XK, which everybody uses for Kosovo); any other text comes with a finding."""
    names = when.country_names()
    if code in names or code == "XK":
        return code
    typed = code.strip().upper()
    codes_by_name = {name.upper(): known for known, name in names.items()}
    from ..words.place_names import country_of  # only a mistake needs Babel's names

    candidates = (COUNTRY_CODE_ALIASES.get(typed), typed, codes_by_name.get(typed), country_of(code))
    suggestion = next((known for known in candidates if known in names or known == "XK"), None)
    advice = f"did you mean {suggestion}?" if suggestion else "write the two letters of ISO 3166-1, such as TJ"
    findings.append(Finding(("place", "country"), f"country '{code}': {advice}"))
    return code


def parse_url(text: str, path: KeyPath, findings: list[Finding]) -> str:
    """Returns an address that a page may link to: https, http or mailto."""
    text = text.strip()
    if (advice := _url_problem(text)) is not None:
        findings.append(Finding(path, f"'{shorten(text)}': {advice}"))
    return text


_FILE_NAME = re.compile(r"[\w./-]+\.(?:png|jpe?g|gif|svg|webp|avif|pdf|html?|ics)", re.IGNORECASE)


def _url_problem(text: str) -> str | None:
    if _PLAIN_URL.fullmatch(text):
        return None
    if re.search(r"\s", text):
        return "an address must not contain spaces: write them as %20"
    try:
        parts = urlsplit(text)
        scheme, host, _ = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return "this is not an address: write it as https://example.org/page"
    if scheme in ("http", "https"):
        return None if host else f"the host is missing: write it as {scheme}://example.org/page"
    if scheme == "mailto":
        return None if _MAIL_ADDRESS.fullmatch(parts.path) else "write a mail address as mailto:desk@example.org"
    if _MAIL_ADDRESS.fullmatch(text):
        return f"write mailto:{text}"
    if scheme and "://" in text:
        return f"{scheme} addresses are not linked to: https, http and mailto are"
    if _FILE_NAME.fullmatch(text):
        return f"write its whole address, as https://example.org/{text}"
    bare = re.sub(r"^https?[:/]+", "", text)
    return (
        f"write the whole address: https://{bare}" if "." in bare else "write an address, as https://example.org/page"
    )


def parse_print_date(text: str, path: KeyPath, findings: list[Finding]) -> str:
    """Returns a day, month or year of print: 2021-06-24, 2021-06 or 2021."""
    text = text.strip()
    try:
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
            raise ValueError(text)
        date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        from ..when.advice import day_in  # only for a wrong date: its patterns take long to compile

        form = day_in(text) or "a day that exists, as 2021-06-24, or 2021-06 or 2021"
        findings.append(Finding(path, f"{path[-1]} '{text}': write {form}"))
    return text


def parse_source_map(value: Mapping[str, Any], findings: list[Finding]) -> dict[str, Source]:
    """Returns the sources of a file by their keys."""
    return {
        key: _parse_full_source(source_fields, ("sources", key), findings, key) for key, source_fields in value.items()
    }


def parse_sources(
    value: Any, known_sources: Mapping[str, Source], path: KeyPath, findings: list[Finding]
) -> tuple[Source, ...]:
    """Returns the sources that `source:` names, in its order."""
    if isinstance(value, list):
        return tuple(
            _parse_source(item, known_sources, (*path, position), findings)
            for position, item in enumerate(value)
            if item is not None
        )
    return (_parse_source(value, known_sources, path, findings),)


def _parse_source(value: Any, known_sources: Mapping[str, Source], path: KeyPath, findings: list[Finding]) -> Source:
    if isinstance(value, str):
        text = value.strip()
        if text in known_sources:
            return known_sources[text]
        if ":" in text or "/" in text:
            return Source(url=parse_url(text, path, findings))
        findings.append(Finding(path, _unknown_source_message(text, known_sources)))
        return Source(key=text)
    if len(value) == 1 and (key := next(iter(value))) not in SourceShape.model_fields:
        if key not in known_sources:
            findings.append(
                Finding(
                    (*path, key), _unknown_source_message(key, known_sources, SourceShape.model_fields), at_key=True
                )
            )
        return replace(known_sources.get(key, Source(key=key)), quote=to_one_line(value[key]))
    return _parse_full_source(value, path, findings)


def _unknown_source_message(key: str, known_sources: Iterable[str], fields: Iterable[str] = ()) -> str:
    advice = did_you_mean(key, known_sources) or did_you_mean(key, fields, 0.75)
    return f"no source '{key}' under `sources`{advice or ': write it there, or give an address'}"


def _parse_full_source(value: Mapping[str, str], path: KeyPath, findings: list[Finding], key: str = "") -> Source:
    """Returns a source written out in full."""
    if not value.keys() & {"title", "url", "quote"}:
        findings.append(Finding(path, "a source needs a title, a url or a quote: write at least one"))
    return Source(
        key=key,
        title=to_one_line(value.get("title", "")),
        url=parse_url(value["url"], (*path, "url"), findings) if "url" in value else "",
        published=parse_print_date(value["published"], (*path, "published"), findings) if "published" in value else "",
        seen=parse_print_date(value["seen"], (*path, "seen"), findings) if "seen" in value else "",
        quote=to_one_line(value.get("quote", "")),
        grade=SourceGrade(value["grade"]) if "grade" in value else None,
    )


# for all events of a file


def parse_calendar(fields: Mapping[str, Any], findings: list[Finding]) -> tuple[Calendar | None, EventDefaults]:
    """Returns the calendar, if it can be read, and what its events take from it (UTC and English where it cannot)."""
    language = normalize_language(fields["language"]) if "language" in fields else DEFAULT_LANGUAGE
    zone = parse_zone(fields["timezone"], ("calendar", "timezone"), findings) if "timezone" in fields else None
    defaults = EventDefaults(zone or when.find_zone("UTC"), language)
    name = parse_one_line_text(fields.get("name"), language, ("calendar", "name"), findings)
    if name is not None and any(sign in text for _, text in name.translations for sign in ",;\\"):
        message = "ical.js (Thunderbird, Nextcloud) shows a backslash before the comma or semicolon of a calendar's name: write it without"
        findings.append(Finding(("calendar", "name"), message, warning=True))
    description = parse_text(fields.get("description"), language, ("calendar", "description"), findings)
    color = to_one_line(fields.get("color", "")).lower()
    if color and color not in CSS_COLORS:
        advice = did_you_mean(color, sorted(CSS_COLORS)) or ": write a CSS colour name, such as steelblue"
        findings.append(Finding(("calendar", "color"), f"color '{color}'{advice}"))
    url = parse_url(fields["url"], ("calendar", "url"), findings) if "url" in fields else ""
    if "id" not in fields or name is None or zone is None:
        return None, defaults
    contact = to_one_line(fields.get("contact", ""))
    try:
        if contact:
            mail_address.parse_contact(contact)
    except GrammarError as error:
        message = f"contact '{contact}': {error}; pages do not link to it, and replies to mails may not reach it"
        findings.append(Finding(("calendar", "contact"), message, warning=True))
    return Calendar(
        id=fields["id"],
        name=name,
        timezone=zone.key,
        language=language,
        description=description,
        color=color,
        url=url,
        contact=contact,
    ), defaults


def parse_tag_styles(fields: Mapping[str, Any], language: str, findings: list[Finding]) -> tuple[TagStyle, ...]:
    """Reads `tags`, the names and colours of tags; what is wrong in it is added to *findings*."""
    return tuple(
        TagStyle(
            to_one_line(tag),
            parse_one_line_text(style.get("name"), language, ("tags", tag, "name"), findings),
            TagColor(style["color"]) if style.get("color") in TAG_COLORS else None,
        )
        for tag, style in fields.items()
        if isinstance(style, dict)
    )


@dataclass(frozen=True, slots=True)
class EventDefaults:
    """Values that an event takes from outside its own entry. *zone* and *language* are the calendar's or the defaults'.

    *parent* is the event that a milestone stands in.
    """

    zone: ZoneInfo
    language: str
    tags: tuple[str, ...] = ()
    reminders: tuple[Lead | NoticeKind, ...] = ()
    sources: tuple[Source, ...] = ()
    known_sources: Mapping[str, Source] | None = None
    parent: Event | None = None
    length: timedelta | None = None

    def reminders_for(self, event_when: When | None) -> tuple[Lead | NoticeKind, ...]:
        """Returns the reminders that fit a date: all for an hour, days for a day, the longest for a period."""
        if event_when is None or isinstance(event_when.span, Timed):
            return self.reminders
        if not isinstance(event_when.span, Period):
            return tuple(reminder for reminder in self.reminders if not isinstance(reminder, Elapsed))
        longest = leads.longest_lead(reminder for reminder in self.reminders if not isinstance(reminder, NoticeKind))
        return tuple(reminder for reminder in self.reminders if isinstance(reminder, NoticeKind) or reminder == longest)


@dataclass(frozen=True, slots=True)
class FileDefaults:
    """A file's defaults as read; None for what it leaves to the main file."""

    zone: ZoneInfo | None
    tags: tuple[str, ...] | None
    reminders: tuple[Lead | NoticeKind, ...] | None
    sources: tuple[Source, ...] | None
    length: timedelta | None

    def merge_over(self, base: EventDefaults, known_sources: Mapping[str, Source]) -> EventDefaults:
        """Returns *base* with these on top."""
        return EventDefaults(
            FloatingZone(base.zone.key) if is_floating(self.zone) else self.zone or base.zone,
            base.language,
            base.tags if self.tags is None else self.tags,
            base.reminders if self.reminders is None else self.reminders,
            base.sources if self.sources is None else self.sources,
            known_sources,
            length=base.length if self.length is None else self.length,
        )


def parse_defaults(
    fields: Mapping[str, Any], known_sources: Mapping[str, Source], findings: list[Finding]
) -> FileDefaults:
    """Reads `defaults`; what is wrong in it is added to *findings*."""
    zone = (
        parse_zone(fields["timezone"], ("defaults", "timezone"), findings, when.find_zone("UTC"))
        if "timezone" in fields
        else None
    )
    tags = tuple(dict.fromkeys(map(to_one_line, fields["tags"]))) if "tags" in fields else None
    reminders = None
    if "reminders" in fields:
        reminders = tuple(
            reminder for _, reminder in parse_reminders(fields["reminders"], ("defaults", "reminders"), findings)
        )
    sources = (
        parse_sources(fields["source"], known_sources, ("defaults", "source"), findings) if "source" in fields else None
    )
    length = parse_length(fields["length"]) if "length" in fields else None
    return FileDefaults(zone, tags, reminders, sources, length)


def parse_zone(name: str, path: KeyPath, findings: list[Finding], base: ZoneInfo | None = None) -> ZoneInfo | None:
    """Returns the zone called *name*, or None with a finding at *path*. Floating hours are counted in *base*; None: refused."""
    if name.strip() == FLOATING:
        if base is not None:
            return FloatingZone(base.key)
        findings.append(Finding(path, "timezone: a calendar has a zone; write timezone: floating in its events"))
        return None
    try:
        return when.find_zone(name.strip())
    except GrammarError as error:
        from ..words.place_names import zone_of_city  # only a mistake needs Babel's names

        zone = zone_of_city(name)
        advice = f"'{name}': there is no such time zone; did you mean {zone}?" if zone else error
        findings.append(Finding(path, f"timezone {advice}"))
        return None


def parse_reminders(
    texts: list[str | None], path: KeyPath, findings: list[Finding]
) -> list[tuple[int, Lead | NoticeKind]]:
    """Returns the leads and notices of a list of `reminders`, with their positions in it."""
    positioned_reminders: list[tuple[int, Lead | NoticeKind]] = []
    for position, text in enumerate(texts):
        if text is None:
            continue
        try:
            lead = leads.parse(text)
        except GrammarError as error:
            findings.append(Finding((*path, position), f"reminder {error}"))
            continue
        if any(lead == earlier_lead for _, earlier_lead in positioned_reminders):
            findings.append(Finding((*path, position), f"'{leads.lead_text(lead)}' is given twice", warning=True))
        else:
            positioned_reminders.append((position, lead))
    return positioned_reminders
