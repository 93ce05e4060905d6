"""Parses one file of a registry into entries, and reads the sections above them: calendar, tags, sources, defaults.

What an event takes from outside its own entry is a value here: zone, language, tags, reminders, sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .. import leads, when
from ..errors import GrammarError
from ..events import Calendar, Event, Source, TagColor, TagStyle, normalize_language
from ..leads import Elapsed, Lead, NoticeKind
from ..when import FLOATING, FloatingZone, Period, Timed, When, is_floating
from .fields import (
    parse_length,
    parse_one_line_text,
    parse_sources,
    parse_text,
    parse_url,
    to_one_line,
)
from .suggestions import CSS_COLORS, did_you_mean
from .validation import validate_top_level
from .yaml_nodes import Finding, KeyPath, MalformedYaml, ParsedFile, PlainValue, parse_whole, parse_yaml, split_entries

DEFAULT_LANGUAGE = "en"
TAG_COLORS = frozenset(color.value for color in TagColor)


@dataclass(frozen=True, slots=True)
class RegistryHeader:
    """The parts of a frame whose shape is right, and what was wrong so far."""

    calendar: dict[str, Any]
    tags: dict[str, Any]
    sources: dict[str, Any]
    defaults: dict[str, Any]
    include: tuple[tuple[int, str], ...]
    broken_sources: tuple[str, ...]


def parse_header(
    value: Mapping[str, PlainValue], findings: list[Finding], broken_keys: frozenset[str | int]
) -> RegistryHeader:
    """Returns the usable sections of *value*: without *findings* of their shape, and without *broken_keys*."""
    invalid_paths = {
        finding.path[:length]
        for finding in findings
        for length in (1, 2)
        if len(finding.path) >= length and not finding.warning
    }

    def valid_section(key: str) -> dict[str, Any]:
        section = value.get(key)
        if not isinstance(section, dict) or key in broken_keys or any(finding.path == (key,) for finding in findings):
            return {}
        return {name: item for name, item in section.items() if (key, name) not in invalid_paths}

    sources, include = value.get("sources"), value.get("include")
    if "include" in broken_keys or ("include",) in invalid_paths:
        include = None
    return RegistryHeader(
        valid_section("calendar"),
        valid_section("tags"),
        valid_section("sources"),
        valid_section("defaults"),
        tuple((number, pattern) for number, pattern in enumerate(include) if isinstance(pattern, str))
        if isinstance(include, list)
        else (),
        tuple(key for key in sources if "sources" in broken_keys or ("sources", key) in invalid_paths)
        if isinstance(sources, dict)
        else (),
    )


def parse_calendar(fields: Mapping[str, Any], findings: list[Finding]) -> tuple[Calendar | None, EventDefaults]:
    """The calendar, if it can be read, and what its events take from it (UTC and English where it cannot)."""
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
    return Calendar(fields["id"], name, zone.key, language, description, color, url, contact), defaults


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


class UnsplittableFile(Exception):
    """A file whose entries cannot be read one by one; it has to be read in one piece."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """A file that is YAML: its name below the folder, its document, and what of its frame can be used."""

    name: str
    document: ParsedFile
    header: RegistryHeader
    findings: list[Finding]


def parse_document(text: str, in_one_piece: bool) -> ParsedFile:
    """Parses a file, entry by entry where its layout allows it and not *in_one_piece*. Raises MalformedYaml."""
    split = None if in_one_piece else split_entries(text)
    if split is not None:
        try:
            top_level = parse_yaml(split[0])
        except MalformedYaml:
            return parse_whole(text)
        if isinstance(top_level.value, dict) and top_level.value.get("events") == "":
            top_level.value["events"] = []
            return ParsedFile(top_level, split[1])
    return parse_whole(text)


def check_top_level(name: str, document: ParsedFile, main: bool) -> RegistryFile:
    """Returns the file with the findings about the keys beside its events; *main* is the one that includes the others."""
    top_level = document.top_level.value
    findings = list(document.top_level.findings)
    broken_keys = frozenset(finding.path[0] for finding in findings if finding.path)
    findings += [
        finding
        for finding in validate_top_level(top_level, "registry" if main else "included")
        if not finding.path or finding.path[0] not in broken_keys
    ]
    keys = top_level if isinstance(top_level, dict) else {}
    has_no_events = isinstance(top_level, dict) and not keys.keys() & {"events", "include"}
    # A misspelt `events` is one mistake and not two.
    if main and has_no_events and not any(not item.path or "'events'" in item.message for item in findings):
        findings.append(Finding((), "'events' is missing: write a list of events, or events: [] for none"))
    return RegistryFile(name, document, parse_header(keys, findings, broken_keys), findings)


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
    reminders: tuple[Any, ...] | None
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
        findings.append(Finding(path, f"timezone {error}"))
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
