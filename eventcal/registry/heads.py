"""What stands above the events of a file becomes values: the calendar, the sources, the defaults. Knows no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from .. import when
from ..events import Calendar, Source
from .details import address, language_of, one_line, text_of, words
from .entries import Surroundings, reminders_of, zone_of
from .names import COLORS, did_you_mean
from .nodes import Fault, Plain
from .sources import sources_of, table_of

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Head:
    """The parts of a frame whose shape is right, and what was wrong so far."""

    calendar: dict[str, Any]
    sources: dict[str, Any]
    defaults: dict[str, Any]
    include: tuple[tuple[int, str], ...]
    broken_sources: tuple[str, ...]


def head_of(value: Mapping[str, Plain], faults: list[Fault], broken: frozenset[str | int]) -> Head:
    """What of *value* can be read on, after *faults* of its shape and without the keys that were *broken* as YAML."""
    bad = {each.path[:length] for each in faults for length in (1, 2) if len(each.path) >= length and not each.warning}

    def part(key: str) -> dict[str, Any]:
        inside = value.get(key)
        if not isinstance(inside, dict) or key in broken or any(each.path == (key,) for each in faults):
            return {}
        return {name: each for name, each in inside.items() if (key, name) not in bad}

    sources, include = value.get("sources"), value.get("include")
    if "include" in broken or ("include",) in bad:
        include = None
    return Head(
        part("calendar"),
        part("sources"),
        part("defaults"),
        tuple((number, each) for number, each in enumerate(include) if isinstance(each, str))
        if isinstance(include, list)
        else (),
        tuple(key for key in sources if "sources" in broken or ("sources", key) in bad)
        if isinstance(sources, dict)
        else (),
    )


def calendar_of(good: Mapping[str, Any], faults: list[Fault]) -> tuple[Calendar | None, Surroundings]:
    """The calendar, if it can be read, and what its events take from it (UTC and English where it cannot)."""
    language = language_of(good["language"]) if "language" in good else LANGUAGE
    zone = zone_of(good["timezone"], ("calendar", "timezone"), faults) if "timezone" in good else None
    around = Surroundings(zone or when.zone("UTC"), language)
    name = words(good.get("name"), language, ("calendar", "name"), faults)
    description = text_of(good.get("description"), language, ("calendar", "description"), faults)
    color = one_line(good.get("color", "")).lower()
    if color and color not in COLORS:
        advice = did_you_mean(color, sorted(COLORS)) or ": write a CSS colour name, such as steelblue"
        faults.append(Fault(("calendar", "color"), f"color '{color}'{advice}"))
    url = address(good["url"], ("calendar", "url"), faults) if "url" in good else ""
    if "id" not in good or name is None or zone is None:
        return None, around
    contact = one_line(good.get("contact", ""))
    return Calendar(good["id"], name, zone.key, language, description, color, url, contact), around


def sources_table(head: Head, faults: list[Fault]) -> dict[str, Source]:
    """The sources of one file. A broken one is known by its key, so that those who name it are not blamed."""
    return {key: Source(key=key) for key in head.broken_sources} | table_of(head.sources, faults)


@dataclass(frozen=True, slots=True)
class Defaults:
    """A file's defaults as read; None for what it leaves to the main file."""

    zone: ZoneInfo | None
    tags: tuple[str, ...] | None
    reminders: tuple[Any, ...] | None
    sources: tuple[Source, ...] | None

    def over(self, around: Surroundings, known: Mapping[str, Source]) -> Surroundings:
        """*around* with these on top."""
        return Surroundings(
            self.zone or around.zone,
            around.language,
            around.tags if self.tags is None else self.tags,
            around.reminders if self.reminders is None else self.reminders,
            around.sources if self.sources is None else self.sources,
            known,
        )


def defaults_of(good: Mapping[str, Any], known: Mapping[str, Source], faults: list[Fault]) -> Defaults:
    zone = zone_of(good["timezone"], ("defaults", "timezone"), faults) if "timezone" in good else None
    tags = tuple(dict.fromkeys(map(one_line, good["tags"]))) if "tags" in good else None
    spoken = None
    if "reminders" in good:
        spoken = tuple(each for _, each in reminders_of(good["reminders"], ("defaults", "reminders"), faults))
    sources = sources_of(good["source"], known, ("defaults", "source"), faults) if "source" in good else None
    return Defaults(zone, tags, spoken, sources)
