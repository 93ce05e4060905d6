"""One entry of the registry becomes an Event, its file's defaults applied; what cannot be meant becomes faults. Knows no file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from .. import leads, repeat, when
from ..errors import GrammarError
from ..events import Event, EventKind, Override, Source, Status, event_zone
from ..leads import Elapsed, Lead, NoticeKind
from ..repeat import RecurrenceRule
from ..when import AllDay, Period, Timed, When, find_gap, format_clock, local_to_utc
from .fields import (
    normalize_language,
    parse_image,
    parse_length,
    parse_links,
    parse_one_line_text,
    parse_organizer,
    parse_place,
    parse_places,
    parse_text,
    parse_url,
    to_one_line,
)
from .limits import MAX_MILESTONES
from .sources import parse_sources
from .suggestions import did_you_mean
from .validation import validate_event
from .yaml_nodes import Finding, KeyPath, PlainValue

_ORDINAL_PLACEHOLDER = re.compile(r"\{(nth|n)\}")
_WORD_IN_BRACES = re.compile(r"\{(\w{1,12})\}")


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


FindParent = Callable[[str], Event | None]
"""The event with an id; None where there is none to count from. Raises ParentNotRead where it may still be read."""


class ParentNotRead(Exception):
    """The date of an entry counts from an event that was not read yet."""

    def __init__(self, parent_id: str) -> None:
        super().__init__(parent_id)
        self.parent_id = parent_id


def _no_parent(_: str) -> Event | None:
    return None


def parse_entry(
    value: PlainValue,
    defaults: EventDefaults,
    broken_keys: frozenset[str | int] = frozenset(),
    find_parent: FindParent = _no_parent,
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
    """One of the `milestones` of an entry, whose other keys are *own*: an event that belongs to *parent*."""
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
        find_parent=lambda event_id: parent if event_id == parent_id else find_parent(event_id),
    )
    return events, findings + own_findings


def parse_event(
    value: PlainValue,
    defaults: EventDefaults,
    broken_keys: frozenset[str | int] = frozenset(),
    find_parent: FindParent = _no_parent,
) -> tuple[Event | None, list[Finding]]:
    """Returns the event of *value*, or None, and every finding. *broken_keys* had findings as YAML already."""
    findings = validate_event(value)
    if not isinstance(value, dict):
        return None, findings
    if broken_keys:
        findings = [finding for finding in findings if not (finding.path and finding.path[0] in broken_keys)]
    valid_value = {key: item for key, item in value.items() if key not in broken_keys}
    for finding in findings:
        if finding.path:
            # A source without its broken part would be blamed a second time, for what it lacks.
            is_part = len(finding.path) > 2 or (len(finding.path) == 2 and finding.path[0] == "source")
            valid_value = _remove_part(
                valid_value, finding.path[:-1] if is_part and not finding.at_key else finding.path
            )
    reader = _EventReader(value, valid_value, defaults, findings, find_parent)
    event = reader.build_event()
    return (
        event if event and not broken_keys and not any(not finding.warning for finding in findings) else None
    ), findings


def _remove_part(value: Any, path: KeyPath) -> Any:
    """A copy of *value* that lacks the part at *path*: no key any more, or None in a list, whose other places stay."""
    part, *subpath = path
    if isinstance(value, dict) and part in value:
        remainder = {part: _remove_part(value[part], tuple(subpath))} if subpath else {}
        return {key: item for key, item in value.items() if key != part} | remainder
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return [*value[:part], _remove_part(value[part], tuple(subpath)) if subpath else None, *value[part + 1 :]]
    return value


class _EventReader:
    """One entry while it is read: the *raw_value*, the part of it that has the right shape (*valid_value*), the findings."""

    def __init__(
        self,
        raw_value: dict[str, PlainValue],
        valid_value: dict[str, PlainValue],
        defaults: EventDefaults,
        findings: list[Finding],
        find_parent: FindParent,
    ) -> None:
        self.raw_value, self.defaults, self.findings = raw_value, defaults, findings
        self.find_parent = find_parent
        self.length: timedelta | None = None
        self.parent = defaults.parent
        """The event that this one stands in or counts from; it is called off with it."""
        # Shapes were checked: a key that is here has the kind of value that the models give it.
        self.valid_value: dict[str, Any] = cast("dict[str, Any]", valid_value)

    def add_finding(self, path: KeyPath | str, message: str, at_key: bool = False, warning: bool = False) -> None:
        self.findings.append(Finding((path,) if isinstance(path, str) else path, message, at_key, warning))

    def build_event(self) -> Event | None:
        valid_value, defaults = self.valid_value, self.defaults
        zone = self.read_zone()
        event_when = self.read_when(zone)
        self.length = self.read_length(event_when)
        event_when = _with_length(event_when, self.length)
        is_called_off = self.parent is not None and self.parent.status is Status.CANCELLED
        status = Status(valid_value.get("status", "cancelled" if is_called_off else "confirmed"))
        old_when = self.read_old_date(status, event_when, zone)
        rule = self.read_rule(event_when)
        title = parse_one_line_text(valid_value.get("title"), defaults.language, ("title",), self.findings)
        if title is not None:
            self.check_ordinals(rule)
        places = parse_places(valid_value.get("place"), self.raw_value.get("place"), defaults.language, self.findings)
        notes = parse_text(valid_value.get("notes"), defaults.language, ("notes",), self.findings)
        url = parse_url(valid_value["url"], ("url",), self.findings) if "url" in valid_value else ""
        sources = defaults.sources
        if "source" in valid_value:
            sources = parse_sources(valid_value["source"], defaults.known_sources or {}, ("source",), self.findings)
        reminders = self.read_reminders(event_when)
        exdates, also, overrides = self.read_exceptions(rule, event_when, zone)
        kind = self.read_kind(event_when)
        formerly = self.read_former_ids()
        if title is None or event_when is None or "id" not in valid_value:
            return None
        return Event(
            id=valid_value["id"],
            title=title,
            when=event_when,
            timezone=zone.key,
            status=status,
            was=old_when,
            place=places[0] if places else None,
            further_places=places[1:],
            tags=self.read_tags(),
            notes=notes,
            url=url,
            sources=sources,
            rule=rule,
            exdates=exdates,
            also=also,
            overrides=overrides,
            leads=tuple(reminder for reminder in reminders if not isinstance(reminder, NoticeKind)),
            notices=tuple(reminder for reminder in reminders if isinstance(reminder, NoticeKind)),
            formerly=formerly,
            busy=valid_value.get("busy") == "true",
            uid=valid_value.get("uid", ""),
            sequence=int(valid_value.get("sequence", 0)),
            kind=kind,
            part_of=valid_value.get("part_of", ""),
            languages=self.read_languages(),
            image=parse_image(valid_value["image"], self.findings) if "image" in valid_value else "",
            series=to_one_line(valid_value.get("series", "")),
            links=parse_links(valid_value.get("links", {}), self.findings),
            organizer=parse_organizer(valid_value.get("organizer"), defaults.language, self.findings),
            online=parse_url(valid_value["online"], ("online",), self.findings) if "online" in valid_value else "",
            extra=tuple((key, text.strip()) for key, text in valid_value.items() if key.startswith("x-")),
        )

    def read_former_ids(self) -> tuple[str, ...]:
        formerly = tuple(self.valid_value.get("formerly", ()))
        for position, name in enumerate(formerly):
            if name is None:
                continue
            if name == self.valid_value.get("id") or name in formerly[:position]:
                reason = "its id now" if name == self.valid_value.get("id") else "given twice"
                self.add_finding(("formerly", position), f"'{name}' is {reason}: remove it")
        return formerly

    def read_tags(self) -> tuple[str, ...]:
        own_tags = (to_one_line(tag) for tag in self.valid_value.get("tags", ()) if tag)
        return tuple(dict.fromkeys((*self.defaults.tags, *own_tags)))

    def read_languages(self) -> tuple[str, ...]:
        value = self.valid_value.get("language", [])
        tags = [value] if isinstance(value, str) else [tag for tag in value if tag]
        return tuple(dict.fromkeys(map(normalize_language, tags)))

    def read_length(self, event_when: When | None) -> timedelta | None:
        """Reads how long an hour without an end lasts; None for a deadline, and where nothing says it."""
        is_deadline = self.valid_value.get("kind") == "deadline"
        if "length" not in self.valid_value:
            return None if is_deadline else self.defaults.length
        if is_deadline:
            self.add_finding("length", "a deadline is a moment: remove length", at_key=True)
            return None
        if event_when is not None and not isinstance(event_when.span, Timed):
            self.add_finding(
                "length", "a length goes with an hour, and when has none: remove one of the two", at_key=True
            )
        elif event_when is not None and event_when.span.end is not None:  # type: ignore[union-attr]
            self.add_finding("length", "when has an end: remove it, or length", at_key=True)
        return parse_length(self.valid_value["length"])

    def read_kind(self, event_when: When | None) -> EventKind:
        """Returns the kind of the event. A deadline is one moment and takes up no time."""
        kind = EventKind(self.valid_value.get("kind", "event"))
        if kind is EventKind.EVENT:
            return kind
        if self.valid_value.get("busy") == "true":
            self.add_finding("busy", "a deadline takes up no time: remove busy")
        match event_when.span if event_when is not None else None:
            case Timed(_, end) if end is not None:
                self.add_finding("when", f"a deadline is a moment, without a start: write {format_clock(end)}")
            case AllDay(first, last) if first != last:
                self.add_finding("when", f"a deadline is a moment, without a start: write {last}")
        return kind

    def read_zone(self) -> ZoneInfo:
        if "timezone" not in self.valid_value:
            return self.defaults.zone
        return parse_zone(self.valid_value["timezone"], ("timezone",), self.findings) or self.defaults.zone

    def read_when(self, zone: ZoneInfo) -> When | None:
        """Reads the date, one that counts from another event's included."""
        text = self.valid_value.get("when", "")
        try:
            relative = when.parse_relative(text)
            if relative is None:
                return self.read_date("when", zone)
            if "part_of" not in self.raw_value:
                raise GrammarError(
                    f"'{relative.text}' counts from the event that it belongs to: add part_of, with its id"
                )
            self.parent = self.find_parent(self.valid_value.get("part_of", "")) or self.parent
            if self.parent is None:
                return None
            if self.parent.rule is not None or self.parent.also:
                raise GrammarError(
                    f"'{relative.text}': {self.parent.id} has several dates: count from an event with one"
                )
            return when.resolve_relative(relative, self.parent.when, zone)
        except GrammarError as error:
            self.add_finding("when", f"when {error}")
            return None

    def read_date(self, key: str, zone: ZoneInfo, path: KeyPath = (), text: str | None = None) -> When | None:
        text = self.valid_value.get(key) if text is None else text
        if text is None:
            return None
        try:
            return when.parse(text, zone)
        except GrammarError as error:
            self.add_finding((*path, key), f"{key} {error}")
            return None

    def read_old_date(self, status: Status, new_when: When | None, zone: ZoneInfo) -> When | None:
        """The old date of what is postponed. Nothing else has one."""
        old_when = self.read_date("was", zone)
        if "status" in self.raw_value and "status" not in self.valid_value:
            return old_when
        if status is Status.POSTPONED:
            if "was" not in self.raw_value:
                self.add_finding(
                    "status", "a postponed event names its old date, as was: 2021-09-16, and has a new when or TBD"
                )
            elif old_when is not None and isinstance(old_when.span, when.Undated):
                self.add_finding("was", "was is the date that it had: TBD is none")
            elif new_when is not None and new_when.span in (
                when.Undated(when.Absence.NEVER),
                when.Undated(when.Absence.PAST),
            ):
                self.add_finding(
                    "when", "a postponed event has a new date or TBD; write status: cancelled if it is off"
                )
            elif old_when is not None and old_when == new_when:
                self.add_finding(
                    "when", "a postponed event has a new date, and this is the old one: write the new one, or TBD"
                )
        elif self.valid_value.get("kind") == "deadline":
            if old_when is not None and old_when == new_when:
                self.add_finding("was", "an extended deadline has a new date, and this is the old one: remove was")
            elif "was" in self.raw_value and new_when is not None and isinstance(new_when.span, when.Undated):
                self.add_finding("when", "without a new date a deadline is postponed: write status: postponed")
        elif "was" in self.raw_value:
            self.add_finding(
                "was",
                "only a postponed event or an extended deadline has an old date: "
                "write status: postponed, kind: deadline, or remove was",
                at_key=True,
            )
        return old_when

    def read_rule(self, first: When | None) -> RecurrenceRule | None:
        valid_value = self.valid_value
        if "repeat" in self.raw_value and "rrule" in self.raw_value:
            self.add_finding("rrule", "either repeat or rrule, never both: remove one", at_key=True)
            return None
        key = "repeat" if "repeat" in valid_value else "rrule"
        if key not in valid_value or first is None:
            return None
        if not isinstance(first.span, AllDay | Timed):
            self.add_finding(
                key,
                f"only a known date repeats, and when is '{first.text}': write its first day, or remove {key}",
                at_key=True,
            )
            return None
        try:
            rule = (
                repeat.parse(valid_value[key], first)
                if key == "repeat"
                else repeat.parse_rrule(valid_value[key], first)
            )
        except GrammarError as error:
            self.add_finding(key, f"{key} {error}")
            return None
        for doubt in repeat.compatibility_warnings(rule, first):
            self.add_finding(key, doubt, warning=True)
        return rule

    def check_ordinals(self, rule: RecurrenceRule | None) -> None:
        """`{nth}` and `{n}` count years; any other braces are words, unless they look like these."""
        title = self.valid_value["title"]
        texts: dict[str, str] = title if isinstance(title, dict) else {"": title}
        is_rule_unreadable = ("repeat" in self.raw_value or "rrule" in self.raw_value) and rule is None
        for language, text in texts.items():
            path: KeyPath = ("title", language) if language else ("title",)
            if (
                (placeholder := _ORDINAL_PLACEHOLDER.search(text))
                and not is_rule_unreadable
                and (rule is None or rule.freq != "YEARLY")
            ):
                self.add_finding(
                    path,
                    f"{placeholder[0]} counts years, and this event is not yearly: write the number, or repeat: every year",
                )
            for word in _WORD_IN_BRACES.findall(text):
                if word not in ("n", "nth") and (suggestion := did_you_mean(f"{{{word}}}", ("{nth}",), 0.7)):
                    self.add_finding(path, f"{{{word}}} stays as it is in the title{suggestion}", warning=True)

    def read_reminders(self, event_when: When | None) -> tuple[Lead | NoticeKind, ...]:
        if "reminders" not in self.valid_value:
            if "reminders" in self.raw_value:
                return ()
            return self.default_reminders(event_when)
        positioned_reminders = parse_reminders(self.valid_value["reminders"], ("reminders",), self.findings)
        has_time = event_when is None or isinstance(event_when.span, Timed)
        if not has_time:
            for position, reminder in positioned_reminders:
                if isinstance(reminder, Elapsed):
                    self.add_finding(
                        ("reminders", position),
                        f"'{leads.lead_text(reminder)}' needs an hour, and when has none: write 1 day before at 09:00",
                    )
        return tuple(reminder for _, reminder in positioned_reminders)

    def default_reminders(self, event_when: When | None) -> tuple[Lead | NoticeKind, ...]:
        """The reminders under `defaults` that fit the date: all for an hour, days for a day, one for a period."""
        reminders = self.defaults.reminders
        if event_when is None or isinstance(event_when.span, Timed):
            return reminders
        if not isinstance(event_when.span, Period):
            return tuple(reminder for reminder in reminders if not isinstance(reminder, Elapsed))
        longest = leads.longest_lead(reminder for reminder in reminders if not isinstance(reminder, NoticeKind))
        return tuple(reminder for reminder in reminders if isinstance(reminder, NoticeKind) or reminder == longest)

    def read_exceptions(
        self, rule: RecurrenceRule | None, first: When | None, zone: ZoneInfo
    ) -> tuple[tuple[date, ...], tuple[date, ...], tuple[Override, ...]]:
        """Reads the differences from the rule: dates left out, dates added, occurrences that are moved or called off."""
        has_unreadable_rule = first is None or (("repeat" in self.raw_value or "rrule" in self.raw_value) and not rule)
        recurrence = (rule, repeat.local_dtstart(first)) if rule is not None and first is not None else None
        if rule is None and not has_unreadable_rule:
            self.check_series_keys(first)
        exdates, also = self.read_days("except"), self.read_days("also")
        excluded_days = {day for _, day in exdates}
        if recurrence:
            self.check_excluded_days(recurrence, exdates, has_further_days=bool(also))
        for position, day in also:
            if day in excluded_days:
                self.add_finding(("also", position), f"{day} is also listed under except: keep one of them")
            elif (recurrence and repeat.has_start_on(*recurrence, day)) or (
                not has_unreadable_rule and first is not None and first.first_day == day
            ):
                self.add_finding(("also", position), f"{day} is one of its dates already: remove it")
            elif skipped := _skipped_hour_message(first, day):
                self.add_finding(("also", position), skipped, warning=True)
        also_days = tuple(day for _, day in also)
        overrides = []
        for raw_date, fields in self.valid_value.get("exceptions", {}).items():
            if (override := self.read_override(raw_date, fields, zone)) is not None:
                overrides.append(override)
                has_no_rule = rule is None and not has_unreadable_rule
                if message := self.explain_wrong_override(override, recurrence, excluded_days, also_days, has_no_rule):
                    self.add_finding(("exceptions", raw_date), message, at_key=True)
        return tuple(day for _, day in exdates), also_days, tuple(overrides)

    def check_series_keys(self, first: When | None) -> None:
        """Reports the keys that need a rule, or a known date, where there is none."""
        for key in ("except",) if "also" in self.raw_value else ("except", "exceptions"):
            if key in self.valid_value:
                message = f"'{key}' is about the dates of a rule: write repeat or rrule, or remove it"
                self.add_finding(key, message, at_key=True)
        if "also" in self.valid_value and first is not None and not isinstance(first.span, AllDay | Timed):
            self.add_finding("also", f"only a known date has further ones, and when is '{first.text}'", at_key=True)

    def check_excluded_days(
        self, recurrence: tuple[RecurrenceRule, date], exdates: list[tuple[int, date]], has_further_days: bool
    ) -> None:
        """Reports dates that the rule does not make, and warns where none is left."""
        excluded_days = {day for _, day in exdates}
        for position, day in exdates:
            if not repeat.has_start_on(*recurrence, day):
                self.add_finding(("except", position), _no_occurrence_message(recurrence, day))
        # The first date that is kept ends the look: an endless rule costs no more than its list.
        all_days = repeat.iter_days(*recurrence, recurrence[1], date.max)
        if excluded_days and not has_further_days and all(day in excluded_days for day in all_days):
            message = (
                "except leaves out every date that the rule makes, so nothing is shown: keep one, or remove the event"
            )
            self.add_finding("except", message, at_key=True, warning=True)

    def explain_wrong_override(
        self,
        override: Override,
        recurrence: tuple[RecurrenceRule, date] | None,
        excluded_days: set[date],
        also_days: tuple[date, ...],
        has_no_rule: bool,
    ) -> str | None:
        """Says why *override* is about no date of the event; None if it is about one."""
        if override.date in excluded_days:
            return f"{override.date} is also listed under except: keep one of them"
        if override.date in also_days:
            return None
        if recurrence and not repeat.has_start_on(*recurrence, override.date):
            return _no_occurrence_message(recurrence, override.date)
        if has_no_rule and "also" in self.raw_value:
            return f"{override.date} is none of the dates under also: remove it"
        return None

    def read_days(self, key: str) -> list[tuple[int, date]]:
        positioned_days: list[tuple[int, date]] = []
        for position, text in enumerate(self.valid_value.get(key, ())):
            if text is None:
                continue
            day = parse_day(text, (key, position), self.findings)
            if day is not None and day in (other_day for _, other_day in positioned_days):
                self.add_finding((key, position), f"{day} is given twice: remove one")
            elif day is not None:
                positioned_days.append((position, day))
        return positioned_days

    def read_override(self, raw_date: str, fields: dict[str, Any], zone: ZoneInfo) -> Override | None:
        path, language = ("exceptions", raw_date), self.defaults.language
        day = parse_day(raw_date, path, self.findings, at_key=True)
        if not cast("Any", self.raw_value["exceptions"])[raw_date]:
            self.add_finding(path, "say what is different, as {when: 2021-10-13 18:00} or {status: cancelled}")
        new_when = self.read_date("when", zone, path, fields["when"]) if "when" in fields else None
        new_when = _with_length(new_when, self.length)
        if fields.get("status") == "postponed" and "when" not in fields:
            self.add_finding(
                (*path, "status"), "a postponed occurrence has a new date: write it as when: 2021-11-02, or when: TBD"
            )
        place_findings: list[Finding] = []
        place = parse_place(fields.get("place"), fields.get("place"), language, place_findings)
        self.findings += [replace(finding, path=(*path, *finding.path)) for finding in place_findings]
        override = Override(
            day or date.min,
            new_when,
            Status(fields["status"]) if "status" in fields else None,
            parse_one_line_text(fields.get("title"), language, (*path, "title"), self.findings),
            place,
            parse_text(fields.get("notes"), language, (*path, "notes"), self.findings),
            parse_url(fields["url"], (*path, "url"), self.findings) if "url" in fields else "",
        )
        return None if day is None else override


def _with_length(event_when: When | None, length: timedelta | None) -> When | None:
    """*event_when* with the end that *length* gives an hour without one, on the wall clock of its zone."""
    if event_when is None or length is None or not isinstance(event_when.span, Timed) or event_when.span.end:
        return event_when
    start = event_when.span.start
    end = local_to_utc(start.replace(tzinfo=None) + length, event_when.span.zone).astimezone(event_when.span.zone)
    return replace(event_when, span=Timed(start, end.replace(fold=0)))


def parse_zone(name: str, path: KeyPath, findings: list[Finding]) -> ZoneInfo | None:
    """The zone called *name*; a fault at *path* for none."""
    try:
        return when.find_zone(name.strip())
    except GrammarError as error:
        findings.append(Finding(path, f"timezone {error}"))
        return None


def parse_reminders(
    texts: list[str | None], path: KeyPath, findings: list[Finding]
) -> list[tuple[int, Lead | NoticeKind]]:
    """The leads and notices of a list of `reminders`, each with its position in it."""
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


def _skipped_hour_message(first: When | None, day: date) -> str:
    """Returns the warning for an added *day* on which the clocks skip the hour of *first*; "" where they do not."""
    if first is None or not isinstance(first.span, Timed):
        return ""
    start = datetime.combine(day, first.span.start.time())
    if find_gap(start, first.span.zone) is None:
        return ""
    shown = local_to_utc(start, first.span.zone).astimezone(first.span.zone)
    return f"on {day} {start:%H:%M} is skipped in {first.span.zone}: that occurrence starts at {shown:%H:%M}"


def _no_occurrence_message(recurrence: tuple[RecurrenceRule, date], day: date) -> str:
    """That the rule makes no date on *day*, with the nearest one that it does make."""
    first_ordinal, last_ordinal = max(1, day.toordinal() - 400), min(date.max.toordinal(), day.toordinal() + 400)
    nearby_days = repeat.iter_days(*recurrence, date.fromordinal(first_ordinal), date.fromordinal(last_ordinal))
    nearest = min(nearby_days, key=lambda candidate: abs(candidate - day), default=None)
    return f"the rule makes no date on {day}{f': its nearest is {nearest}' if nearest else ': remove it'}"


def parse_day(text: str, path: KeyPath, findings: list[Finding], at_key: bool = False) -> date | None:
    """A day written as 2021-10-12."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        findings.append(Finding(path, f"'{text}': there is no such day", at_key))
        return None
