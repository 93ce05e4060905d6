"""The keys of `defaults`, and what an event takes from outside its own entry: zone, language, tags, reminders, sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .. import leads, when
from ..errors import GrammarError
from ..events import Event, Source
from ..leads import Elapsed, Lead, NoticeKind
from ..when import FLOATING, FloatingZone, Period, Timed, When, is_floating
from .fields import parse_length, parse_sources, to_one_line
from .yaml_nodes import Finding, KeyPath


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
