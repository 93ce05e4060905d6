"""One entry of the registry becomes an Event, its file's defaults applied; what cannot be meant becomes findings. Knows no file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .. import leads, when
from ..errors import GrammarError
from ..events import Event, EventKind, Place, Source, Status, Text, event_zone, normalize_language, shared
from ..leads import Elapsed, Lead, NoticeKind, leads_of, notices_of
from ..repeat import RecurrenceRule
from ..when import AllDay, Limit, Period, Timed, When, format_clock
from .fields import (
    EventDefaults,
    add_length,
    parse_image,
    parse_length,
    parse_links,
    parse_one_line_text,
    parse_organizer,
    parse_places,
    parse_reminders,
    parse_sources,
    parse_text,
    parse_url,
    parse_zone,
    to_one_line,
)
from .limits import MAX_MILESTONES
from .recurrence import RecurrenceReader
from .suggestions import did_you_mean
from .validation import ValidatedEntry, validate_entry, validate_event
from .yaml_nodes import Finding, KeyPath, PlainValue

_ORDINAL_PLACEHOLDER = re.compile(r"\{(nth|n)\}")
_WORD_IN_BRACES = re.compile(r"\{(\w{1,12})\}")


FindParent = Callable[[str], Event | None]
"""The event with an id; None where there is none to count from. Raises ParentNotRead where it may still be read."""


class ParentNotRead(Exception):
    """The date of an entry counts from an event that was not read yet."""

    def __init__(self, parent_id: str) -> None:
        super().__init__(parent_id)
        self.parent_id = parent_id


def _is_lead_like(text: str) -> bool:
    if re.search("[0-9]{4}", text):
        return False
    from ..lead_advice import is_lead_like  # hardly any date needs it

    return is_lead_like(text)


def parse_entry(
    value: PlainValue,
    defaults: EventDefaults,
    find_parent: FindParent,
    broken_keys: frozenset[str | int] = frozenset(),
) -> tuple[tuple[Event, ...], list[Finding]]:
    """Returns the event of *value* with its milestones behind it, as far as they are right, and every finding.

    Raises ParentNotRead as *find_parent* does.
    """
    milestones = value.get("milestones") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(milestones, list) or "milestones" in broken_keys:
        event, findings = parse_event(value, defaults, broken_keys, find_parent)
        return (event,) if event else (), findings
    own = {key: item for key, item in value.items() if key != "milestones"}
    event, findings = parse_event(own, defaults, broken_keys, find_parent)
    if not 1 <= len(milestones) <= MAX_MILESTONES:
        findings.append(Finding(("milestones",), f"write 1 to {MAX_MILESTONES} events, or leave milestones out"))
    events = [event] if event else []
    for number, milestone in enumerate(milestones[:MAX_MILESTONES]):
        parts, part_findings = _parse_milestone(milestone, own, event, defaults, find_parent)
        events += parts
        findings += [replace(finding, path=("milestones", number, *finding.path)) for finding in part_findings]
    return tuple(events) if event else (), findings


def _parse_milestone(
    milestone: PlainValue,
    own: Mapping[str, PlainValue],
    parent: Event | None,
    defaults: EventDefaults,
    find_parent: FindParent,
) -> tuple[tuple[Event, ...], list[Finding]]:
    """Reads one of the `milestones` of an entry, whose other keys are *own*: an event that belongs to *parent*."""
    parent_id = own.get("id")
    if isinstance(milestone, dict) and "part_of" in milestone:
        message = "a milestone belongs to the event that it stands in: remove part_of"
        milestone = {key: item for key, item in milestone.items() if key != "part_of"}
        findings = [Finding(("part_of",), message, at_key=True)]
    else:
        findings = []
    if parent is not None:
        reminders = (*parent.leads, *parent.notices) if "reminders" in own else defaults.reminders
        defaults = replace(
            defaults, zone=event_zone(parent), tags=parent.tags, reminders=reminders, sources=parent.sources
        )
    if isinstance(milestone, dict) and isinstance(parent_id, str):
        milestone = milestone | {"part_of": parent_id}
    events, own_findings = parse_entry(
        milestone,
        replace(defaults, parent=parent),
        lambda event_id: parent if event_id == parent_id else find_parent(event_id),
    )
    return events, findings + own_findings


def parse_event(
    value: PlainValue,
    defaults: EventDefaults,
    broken_keys: frozenset[str | int] = frozenset(),
    find_parent: FindParent = lambda _id: None,
) -> tuple[Event | None, list[Finding]]:
    """Returns the event of *value*, or None, and every finding. *broken_keys* had findings as YAML already."""
    if not isinstance(value, dict):
        return None, validate_event(value)
    entry = validate_entry(value, broken_keys)
    event = _EventReader(entry, defaults, find_parent).build_event()
    has_error = any(not finding.warning for finding in entry.findings)
    return None if broken_keys or has_error else event, entry.findings


class _EventReader:
    """Reads one entry, in the order in which its keys depend on each other."""

    def __init__(self, entry: ValidatedEntry, defaults: EventDefaults, find_parent: FindParent) -> None:
        self.entry, self.defaults, self.find_parent = entry, defaults, find_parent
        self.parent = defaults.parent
        """The event that this one stands in or counts from; it is called off with it."""

    def build_event(self) -> Event | None:
        """Builds the event; None where its id, its title or its date is missing or wrong."""
        valid_value, language = self.entry.valid_value, self.defaults.language
        zone = self.read_zone()
        event_when = self.read_when(zone)
        length = self.read_length(event_when)
        event_when = self.with_length(event_when, length)
        status = self.read_status()
        old_when = self.read_old_date(status, event_when, zone)
        recurrence = RecurrenceReader(self.entry, language, event_when, zone, length)
        rule = recurrence.read_rule()
        title = self.read_title(rule)
        places = self.read_places()
        notes = parse_text(valid_value.get("notes"), language, ("notes",), self.entry.findings)
        url, sources = self.read_url("url"), self.read_sources()
        reminders = self.read_reminders(event_when)
        exdates, also, overrides = recurrence.read_exceptions(rule)
        kind, formerly = self.read_kind(event_when), self.read_former_ids()
        if title is None or event_when is None or "id" not in valid_value:
            return None
        return Event(
            id=valid_value["id"],
            title=title,
            when=event_when,
            timezone=zone.key,
            floating=when.is_floating(zone),
            status=status,
            was=old_when,
            notes=notes,
            url=url,
            sources=sources,
            rule=rule,
            exdates=exdates,
            also=also,
            overrides=overrides,
            formerly=formerly,
            kind=kind,
            **self.read_details(places, reminders),
        )

    def read_details(self, places: tuple[Place, ...], reminders: tuple[Lead | NoticeKind, ...]) -> dict[str, Any]:
        """Returns the fields for *places* and *reminders*, and those whose keys depend on no other."""
        valid_value, findings = self.entry.valid_value, self.entry.findings
        return {
            "place": places[0] if places else None,
            "further_places": places[1:],
            "leads": leads_of(reminders),
            "notices": notices_of(reminders),
            "tags": self.read_tags() if "tags" in valid_value else self.defaults.tags,
            "busy": valid_value.get("busy") == "true",
            "uid": valid_value.get("uid", ""),
            "sequence": int(valid_value.get("sequence", 0)),
            "part_of": valid_value.get("part_of", ""),
            "continues": (valid_value["continues"],) if "continues" in valid_value else (),
            "languages": self.read_languages() if "language" in valid_value else (),
            "image": parse_image(valid_value["image"], findings) if "image" in valid_value else "",
            "series": to_one_line(valid_value.get("series", "")),
            "links": parse_links(valid_value.get("links", {}), findings),
            "organizer": parse_organizer(valid_value.get("organizer"), self.defaults.language, findings),
            "online": self.read_url("online"),
            "extra": tuple((key, text.strip()) for key, text in valid_value.items() if key.startswith("x-")),
        }

    def read_status(self) -> Status:
        is_called_off = self.parent is not None and self.parent.status is Status.CANCELLED
        return Status(self.entry.valid_value.get("status", "cancelled" if is_called_off else "confirmed"))

    def read_title(self, rule: RecurrenceRule | None) -> Text | None:
        value = self.entry.valid_value.get("title")
        title = parse_one_line_text(value, self.defaults.language, ("title",), self.entry.findings)
        if title is not None:
            self.check_ordinals(rule)
        return title

    def read_places(self) -> tuple[Place, ...]:
        value, raw_value = self.entry.valid_value.get("place"), self.entry.raw_value.get("place")
        return parse_places(value, raw_value, self.defaults.language, self.entry.findings)

    def read_url(self, key: str) -> str:
        valid_value = self.entry.valid_value
        return parse_url(valid_value[key], (key,), self.entry.findings) if key in valid_value else ""

    def read_sources(self) -> tuple[Source, ...]:
        if "source" not in self.entry.valid_value:
            return self.defaults.sources
        known_sources = self.defaults.known_sources or {}
        return parse_sources(self.entry.valid_value["source"], known_sources, ("source",), self.entry.findings)

    def read_former_ids(self) -> tuple[str, ...]:
        formerly = tuple(self.entry.valid_value.get("formerly", ()))
        for position, name in enumerate(formerly):
            if name is None:
                continue
            if name == self.entry.valid_value.get("id") or name in formerly[:position]:
                reason = "its id now" if name == self.entry.valid_value.get("id") else "given twice"
                self.entry.add_finding(("formerly", position), f"'{name}' is {reason}: remove it")
        return formerly

    def read_tags(self) -> tuple[str, ...]:
        own_tags = [to_one_line(tag) for tag in self.entry.valid_value["tags"] if tag]
        return shared(tuple(dict.fromkeys((*self.defaults.tags, *own_tags))))

    def read_languages(self) -> tuple[str, ...]:
        value = self.entry.valid_value["language"]
        tags = [value] if isinstance(value, str) else [tag for tag in value if tag]
        return tuple(dict.fromkeys(map(normalize_language, tags)))

    def read_length(self, event_when: When | None) -> timedelta | None:
        """Reads how long an hour without an end lasts; None for a deadline, and where nothing says it."""
        is_deadline = self.entry.valid_value.get("kind") == "deadline"
        if "length" not in self.entry.valid_value:
            return None if is_deadline else self.defaults.length
        if is_deadline:
            self.entry.add_finding("length", "a deadline is a moment: remove length", at_key=True)
            return None
        if event_when is not None and not isinstance(event_when.span, Timed):
            self.entry.add_finding(
                "length", "a length needs a start time, and when has none: add the time, or remove length", at_key=True
            )
        elif event_when is not None and event_when.span.end is not None:  # type: ignore[union-attr]
            self.entry.add_finding("length", "when has an end: remove it, or length", at_key=True)
        return parse_length(self.entry.valid_value["length"])

    def with_length(self, event_when: When | None, length: timedelta | None) -> When | None:
        """Returns *event_when* with the end that *length* gives it; hours that the clocks make longer or shorter get a warning."""
        ending = add_length(event_when, length)
        if length is None or ending is event_when or ending is None or not length % timedelta(days=1):
            return ending
        span = ending.span
        assert isinstance(span, Timed) and span.end is not None
        elapsed = span.end.astimezone(UTC) - span.start.astimezone(UTC)
        if elapsed != length and not span.is_floating:
            message = (
                f"the clocks change meanwhile: it ends at {span.end:%H:%M} by the clock, "
                f"{elapsed // timedelta(minutes=1)} minutes later; write that end into when, or the hours of timezone: UTC"
            )
            self.entry.add_finding("length" if "length" in self.entry.valid_value else "when", message, warning=True)
        return ending

    def read_kind(self, event_when: When | None) -> EventKind:
        """Returns the kind of the event. A deadline is one moment and takes up no time."""
        kind = EventKind(self.entry.valid_value.get("kind", "event"))
        if kind is EventKind.EVENT:
            return kind
        if self.entry.valid_value.get("busy") == "true":
            self.entry.add_finding("busy", "a deadline takes up no time: remove busy")
        match event_when.span if event_when is not None else None:
            case Timed(_, end) if end is not None:
                self.entry.add_finding("when", f"a deadline is a moment, without a start: write {format_clock(end)}")
            case AllDay(first, last) if first != last:
                self.entry.add_finding("when", f"a deadline is a moment, without a start: write {last}")
            case AllDay() | Period() if event_when is not None and event_when.limit is Limit.OPEN_END:
                form = replace(event_when, limit=None)
                self.entry.add_finding("when", f"a deadline is a moment, without an open end: write {form}")
        return kind

    def read_zone(self) -> ZoneInfo:
        if "timezone" not in self.entry.valid_value:
            return self.defaults.zone
        zone = parse_zone(
            self.entry.valid_value["timezone"], ("timezone",), self.entry.findings, base=self.defaults.zone
        )
        return zone or self.defaults.zone

    def read_when(self, zone: ZoneInfo) -> When | None:
        """Reads the date, one that counts from another event's included."""
        text = self.entry.valid_value.get("when", "")
        try:
            relative = when.parse_relative(text)
            if relative is None and _is_lead_like(text):
                raise GrammarError(
                    f"{when.quote_input(text)}: a date that counts from another event's names its start or end: "
                    f"write {when.suggest_relative(text)}"
                )
            if relative is None:
                return self.entry.read_date("when", zone)
            if "part_of" not in self.entry.raw_value:
                raise GrammarError(
                    f"'{relative.text}' counts from the event that it belongs to: add part_of, with its id"
                )
            self.parent = self.find_parent(self.entry.valid_value.get("part_of", "")) or self.parent
            if self.parent is None:
                return None
            if self.parent.is_recurring:
                raise GrammarError(
                    f"'{relative.text}': {self.parent.id} has several dates: count from an event with one"
                )
            return when.resolve_relative(relative, self.parent.when, zone)
        except GrammarError as error:
            self.entry.add_finding("when", f"when {error}")
            return None

    def read_old_date(self, status: Status, new_when: When | None, zone: ZoneInfo) -> When | None:
        """Reads the old date of what is postponed, or of a deadline that was extended. Nothing else has one."""
        old_when = self.entry.read_date("was", zone)
        if "status" in self.entry.raw_value and "status" not in self.entry.valid_value:
            return old_when
        if status is Status.POSTPONED:
            self.check_postponement(old_when, new_when)
        elif self.entry.valid_value.get("kind") == "deadline":
            self.check_extension(old_when, new_when)
        elif "was" in self.entry.raw_value:
            message = (
                "only a postponed event or an extended deadline has an old date: "
                "write status: postponed, kind: deadline, or remove was"
            )
            self.entry.add_finding("was", message, at_key=True)
        return old_when

    def check_postponement(self, old_when: When | None, new_when: When | None) -> None:
        """Reports an old and a new date that a postponed event cannot have."""
        if "was" not in self.entry.raw_value:
            message = "a postponed event names its old date, as was: 2021-09-16, and has a new when or TBD"
            self.entry.add_finding("status", message)
        elif old_when is not None and isinstance(old_when.span, when.Undated):
            self.entry.add_finding("was", "'was' must be the date that it had, not TBD: write that date")
        elif new_when is not None and new_when.span in when.NEVER_TO_COME:
            message = "a postponed event has a new date or TBD; write status: cancelled if it is off"
            self.entry.add_finding("when", message)
        elif old_when is not None and old_when == new_when:
            message = "a postponed event has a new date, and this is the old one: write the new one, or TBD"
            self.entry.add_finding("when", message)

    def check_extension(self, old_when: When | None, new_when: When | None) -> None:
        """Reports an old and a new date that an extended deadline cannot have."""
        if old_when is not None and old_when == new_when:
            message = "an extended deadline has a new date, and this is the old one: remove was"
            self.entry.add_finding("was", message)
        elif "was" in self.entry.raw_value and new_when is not None and isinstance(new_when.span, when.Undated):
            self.entry.add_finding("when", "without a new date a deadline is postponed: write status: postponed")

    def check_ordinals(self, rule: RecurrenceRule | None) -> None:
        """Checks braces in titles: `{nth}` and `{n}` count years, and any others are words, unless they look like these."""
        title = self.entry.valid_value["title"]
        texts: dict[str, str] = title if isinstance(title, dict) else {"": title} if "{" in title else {}
        is_rule_unreadable = ("repeat" in self.entry.raw_value or "rrule" in self.entry.raw_value) and rule is None
        for language, text in texts.items():
            path: KeyPath = ("title", language) if language else ("title",)
            if (
                (placeholder := _ORDINAL_PLACEHOLDER.search(text))
                and not is_rule_unreadable
                and (rule is None or rule.freq != "YEARLY")
            ):
                self.entry.add_finding(
                    path,
                    f"{placeholder[0]} counts years, and this event is not yearly: write the number, or repeat: every year",
                )
            for word in _WORD_IN_BRACES.findall(text):
                if word not in ("n", "nth") and (suggestion := did_you_mean(f"{{{word}}}", ("{nth}",), 0.7)):
                    self.entry.add_finding(path, f"{{{word}}} stays as it is in the title{suggestion}", warning=True)

    def read_reminders(self, event_when: When | None) -> tuple[Lead | NoticeKind, ...]:
        if "reminders" not in self.entry.valid_value:
            if "reminders" in self.entry.raw_value:
                return ()
            return self.defaults.reminders_for(event_when)
        positioned_reminders = parse_reminders(self.entry.valid_value["reminders"], ("reminders",), self.entry.findings)
        has_time = event_when is None or isinstance(event_when.span, Timed)
        if not has_time:
            for position, reminder in positioned_reminders:
                if isinstance(reminder, Elapsed):
                    self.entry.add_finding(
                        ("reminders", position),
                        f"'{leads.lead_text(reminder)}' needs a start time, and when has none: write 1 day before at 09:00",
                    )
        return tuple(reminder for _, reminder in positioned_reminders)
