"""Reads one VCALENDAR of any program: its VEVENTs with their dates and texts, and what no key of the registry can hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from .. import when
from ..events import EventKind, Source, Status
from ..ical import foreign
from ..ical.foreign import ForeignComponent, ForeignMoment, ForeignProperty
from ..ical.own_feed import ShownEvent, recover
from ..ical.vevents import VAGUE_TAG
from ..words import LANGUAGES
from . import texts
from .calendar_dates import DateReader, Instance, sequence_of
from .dates import clock_of
from .statuses import put_off, split_title
from .values import ImportContext, ImportedEvent

_OWN_ID = re.compile(r"([a-z0-9][a-z0-9-]{0,62})@([a-z0-9](?:[a-z0-9.-]{0,98}[a-z0-9])?)")
# Read elsewhere, or about the copy and not about the event.
_READ = frozenset([
    "UID", "SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID", "LOCATION", "GEO",
    "DESCRIPTION", "CATEGORIES", "STATUS", "TRANSP", "URL", "SEQUENCE", "CLASS", "CONFERENCE", "IMAGE",
    "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-CDO-ALLDAYEVENT",
])  # fmt: skip
# Where RFC 7986 5.11, Google Calendar and Outlook have the address of an online meeting.
_MEETINGS = ("CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")
_PASSED_OVER = frozenset(["DTSTAMP", "CREATED", "LAST-MODIFIED", "PRIORITY", "COLOR", "METHOD", "VERSION", "PRODID"])
_PEOPLE = frozenset(["ATTENDEE", "ORGANIZER", "CONTACT"])
# What Google Calendar writes around the address of a meeting.
_GOOGLE_MEETING = re.compile(r"-:[:~]{8,}:-.*?-:[:~]{8,}:-", re.DOTALL)
_KINDS = {EventKind.DEADLINE.value: EventKind.DEADLINE}
# A registry's notes end at 20,000 characters; escapes take some of them.
MAX_DESCRIPTION = 15_000
# Messages of RFC 5546 that are no copy of an event.
_ANSWERS = {
    **dict.fromkeys(["REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"], "it passes between a guest and the organizer"),
    "ADD": "it adds a date to a series: write that under `also`",
}
_NO_EVENT = {
    "VTODO": "a task is not an event",
    "VJOURNAL": "a journal entry is not an event",
    "VFREEBUSY": "free and busy times are no event",
}


class CalendarReader(DateReader):
    """One VCALENDAR while it is read: its VEVENTs, and what was lost so far."""

    def __init__(self, calendar: ForeignComponent, context: ImportContext) -> None:
        super().__init__(calendar, context)
        self.passed_over: Counter[str] = Counter()
        self.cancellations: list[ImportedEvent] = []  # without a date, of events that the registry may have
        self.private_dates: dict[str, list[ForeignMoment]] = {}  # of series that are not private, by UID

    def header(self, *names: str) -> str:
        """Returns the text of the first of *names* that the calendar has; "" where it has none."""
        return next((text for name in names if (text := self.calendar.text(name))), "")

    def description(self) -> str:
        """Returns what the calendar is about. Our own feeds state there what they omitted today, which is dropped."""
        text = self.header("DESCRIPTION", "X-WR-CALDESC")
        return "" if self.is_own else texts.plain_to_markdown(text)

    def own_calendar_id(self) -> str:
        """Returns the registry's calendar id in the UIDs of our own feed, "" in any other."""
        uids = Counter(
            match[2] for event in self.calendar.walk("VEVENT") if (match := _OWN_ID.fullmatch(event.text("UID")))
        )
        return uids.most_common(1)[0][0] if self.is_own and uids else ""

    def read_instances(self) -> dict[str, list[Instance]]:
        """Returns the VEVENTs by UID, in the order of the file; one without a UID stands alone under a number after NUL.

        What a VEVENT says without being a copy of an event is added to `cancellations`, `private_dates` and the losses.
        """
        for name, why in _NO_EVENT.items():
            for component in self.calendar.walk(name):
                self.lose(component, name, why)
        if reason := _ANSWERS.get(self.method):
            for component in self.calendar.walk("VEVENT"):
                self.lose(component, f"METHOD:{self.method}", f"{reason}; left out")
            return {}
        groups: dict[str, list[Instance]] = {}
        events = list(self.calendar.walk("VEVENT"))
        private_uids = {item.text("UID") for item in events if not item.get("RECURRENCE-ID") and _privacy(item)}
        for number, component in enumerate(events):
            if not self.context.with_private and (privacy := self._privacy_of(component, private_uids)):
                self._leave_private(component, privacy)
                continue
            instance = self._read_instance(component)
            if instance is not None:
                groups.setdefault(component.text("UID") or f"\0{number}", []).append(instance)
        return groups

    def to_event(self, instance: Instance, fields: dict[str, Any], uid: str = "") -> ImportedEvent:
        """Returns *instance* as an event with its dates and *fields*, under *uid* if it goes on under it."""
        name = texts.slug(instance.title if self.is_own else split_title(instance.title)[0])
        own = _OWN_ID.fullmatch(uid) if self.is_own else None
        all_fields = {**instance.fields, **instance.date_fields(self.context.zone), **fields}
        if not self.is_own:
            all_fields = self._with_status_of_title(instance, all_fields)
        if own:
            name = own[1]
        if uid and not (own and own[2] == (self.context.calendar_id or self.own_calendar_id())):
            all_fields["uid"] = texts.one_line(uid)[:1000]
        if uid and instance.sequence:
            all_fields["sequence"] = str(instance.sequence)
        parent_uid = _parent_uid(instance.component)
        return ImportedEvent(name, all_fields, uid, instance.line, parent_uid, is_cancellation=instance.is_cancellation)

    def _with_status_of_title(self, instance: Instance, fields: dict[str, Any]) -> dict[str, Any]:
        """Returns *fields* with the status that a title such as "POSTPONED: Derby" says; a series is not put off."""
        title, status = split_title(fields["title"]) if isinstance(fields["title"], str) else ("", "")
        if not status or (status == Status.POSTPONED and fields.keys() & {"repeat", "rrule", "also"}):
            return fields
        self.change(instance, "SUMMARY", f"{fields['title'][:60]!r} says that it is {status}")
        fields = {**fields, "title": title, "status": status}
        return put_off(fields) if status == Status.POSTPONED else fields

    # One VEVENT

    def _read_instance(self, component: ForeignComponent) -> Instance | None:
        if self.method == "CANCEL" and not component.get("DTSTART") and not component.get("RECURRENCE-ID"):
            fields = {"title": texts.one_line(component.text("SUMMARY")), "status": Status.CANCELLED.value}
            if sequence := sequence_of(component):
                fields["sequence"] = str(sequence)
            cancellation = ImportedEvent("", fields, component.text("UID"), component.line, is_cancellation=True)
            self.cancellations.append(cancellation)
            return None
        span = self.read_span(component)
        if span is None:
            return None
        self._record_unread(component)
        recurrence = None
        if (recurring := component.get("RECURRENCE-ID")) is not None:
            recurrence = next(iter(foreign.moments(recurring)), None)
            if recurrence is not None and recurrence.zone:
                recurrence = replace(recurrence, zone=self.zones.resolve(recurrence.zone, recurrence.local)[0])
        is_off = self.method == "CANCEL"
        instance = Instance(
            component, span, {}, recurrence=recurrence, sequence=sequence_of(component), is_cancellation=is_off
        )
        self._read_texts(instance)
        return instance

    def _privacy_of(self, component: ForeignComponent, private_uids: Collection[str]) -> str:
        """Returns the CLASS for which *component* is not published, "" for none; a date that has no CLASS has its series'."""
        if component.get("RECURRENCE-ID") and not component.text("CLASS") and component.text("UID") in private_uids:
            return "PRIVATE"
        return _privacy(component)

    def _leave_private(self, component: ForeignComponent, privacy: str) -> None:
        self.lose(component, f"CLASS:{privacy}", "the event is private; --private imports it")
        moments = foreign.moments(line) if (line := component.get("RECURRENCE-ID")) else []
        self.private_dates.setdefault(component.text("UID"), []).extend(filter(None, moments))

    def _record_unread(self, component: ForeignComponent) -> None:
        people: Counter[str] = Counter()
        for item in component.properties:
            if item.name in _PEOPLE and not (self.is_own and item.name == "CONTACT"):
                people[item.name] += 1
            elif item.name in _PASSED_OVER or (item.name.startswith("X-") and item.name not in _READ):
                self.passed_over["X-..." if item.name.startswith("X-") else item.name] += 1
            elif item.name == "RELATED-TO" and _is_parent(item):
                continue
            elif item.name not in _READ and item.name != "CONTACT":
                self.lose(component, item.name, "the registry has no key for it")
        for name, number in people.items():
            self.lose(component, name, f"{number} left out: people's addresses are not published")
        for child in component.components:
            self.passed_over[child.name] += 1

    # Texts

    def _read_texts(self, instance: Instance) -> None:
        component, fields = instance.component, instance.fields
        title = texts.one_line(self._plain(component.text("SUMMARY")))
        if not title:
            title = "Untitled event"
            self.change(component, "SUMMARY", "there is none; the title is 'Untitled event'")
        status = self._read_status(component)
        description, url = component.text("DESCRIPTION"), component.text("URL")
        known = self._read_edtf(instance)
        instance.known = known
        if self.is_own:
            shown = known or when.parse(instance.span.text(), clock_of(instance.span.zone))
            online, kind = self._web_address(component, "CONFERENCE"), component.text("X-EVENTCAL-KIND")
            seen = ShownEvent(
                title=title,
                description=description,
                url=url,
                when=shown,
                status=status,
                kind=_KINDS.get(kind, EventKind.EVENT),
                online=online,
                is_part=bool(_parent_uid(component)),
            )
            title, description, url, status = self._recover_texts(instance, seen, known)
        fields["title"] = self._localized(component.get("SUMMARY"), title)
        self._read_addresses(component, fields, url)
        self._read_place(component, fields)
        self._read_tags(component, fields)
        if status is not Status.CONFIRMED:
            fields["status"] = status.value
        if "online" in fields:
            description = self._without_meeting(component, description, str(fields["online"]))
        if notes := self._read_notes(component, description):
            fields["notes"] = notes
        if component.text("TRANSP").upper() == "OPAQUE":
            fields["busy"] = "true"

    def _read_addresses(self, component: ForeignComponent, fields: dict[str, Any], url: str) -> None:
        """Reads where the event takes place online, its picture, and its page, which is *url*."""
        for name, key in (*((name, "online") for name in _MEETINGS), ("IMAGE", "image")):
            if key not in fields and (address := self._web_address(component, name)):
                fields[key] = address
                if name.startswith("X-"):
                    self.change(component, name, "the meeting's address is published as `online`")
        if url and is_link(url):
            fields["url"] = url
        elif url:
            self.lose(component, "URL", f"{url[:60]!r} is not a web address")

    def _recover_texts(
        self, instance: Instance, seen: ShownEvent, known: when.When | None
    ) -> tuple[str, str, str, Status]:
        """Takes apart what our own feed wrote into one text; returns title, notes, url and status without its additions."""
        component, fields = instance.component, instance.fields
        summary, kind = component.get("SUMMARY"), component.text("X-EVENTCAL-KIND")
        tags = [summary.parameters.get("LANGUAGE", "") if summary else "", self.context.language, *LANGUAGES]
        recovered = recover(seen, [tag for tag in dict.fromkeys(tags) if tag])
        fields |= {"kind": kind} if kind in _KINDS else {}
        fields |= {"links": dict(recovered.links)} if recovered.links else {}
        fields |= self._read_own_organizer(component)
        instance.was, instance.known = recovered.was, recovered.when if recovered.when != seen.when or known else None
        if recovered.sources:
            fields["source"] = [_source_fields(source) for source in recovered.sources]
        is_vague = known is not None or recovered.when.uncertain
        status = Status.CONFIRMED if recovered.status is Status.TENTATIVE and is_vague else recovered.status
        return recovered.title, recovered.notes, recovered.url, status

    def _web_address(self, component: ForeignComponent, name: str) -> str:
        """Returns the web address in a CONFERENCE or IMAGE (RFC 7986 5.10, 5.11), or in a program's own property; "" for none."""
        lines = [line for line in component.all(name) if line.parameters.get("VALUE", "URI").upper() in ("URI", "TEXT")]
        addresses = [line.text if name.startswith("X-") else line.value for line in lines]
        return next((address for address in addresses if is_link(address) and address.startswith("http")), "")

    def _read_own_organizer(self, component: ForeignComponent) -> dict[str, Any]:
        """Returns the organizer out of the CONTACT that our own feed writes: a name, and perhaps an address behind a comma."""
        text = component.text("CONTACT")
        if not text:
            return {}
        name, _, url = text.rpartition(", ")
        return {"organizer": {"name": name, "url": url} if name and is_link(url) else text}

    def _read_status(self, component: ForeignComponent) -> Status:
        text = component.text("STATUS").upper()
        if self.method == "CANCEL" or text == "CANCELED":
            text = "CANCELLED"  # RFC 5546 3.2.5: STATUS may be left out
        known = {"CONFIRMED": Status.CONFIRMED, "TENTATIVE": Status.TENTATIVE, "CANCELLED": Status.CANCELLED}
        if text and text not in known:
            self.lose(component, "STATUS", f"{text[:40]!r} is not an event's status; written as confirmed")
        return known.get(text, Status.CONFIRMED)

    def _read_edtf(self, instance: Instance) -> when.When | None:
        """Reads X-EVENTCAL-EDTF, the date as our own feed knew it: a month, or a doubtful day (EDTF, ISO 8601-2)."""
        text = instance.component.text("X-EVENTCAL-EDTF")
        if not text:
            return None
        doubtful = "?" in text  # EDTF marks each end of an interval
        body = text.replace("?", "") if doubtful else text
        if instance.span.is_timed or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(/[0-9]{4}-[0-9]{2}-[0-9]{2})?", body):
            body = instance.span.text()
        mark = "?" if doubtful else ""
        if when.is_readable(body + mark, clock_of(instance.span.zone)):
            return when.parse(body + mark, clock_of(instance.span.zone))
        self.change(instance, "X-EVENTCAL-EDTF", f"{text[:40]!r} cannot be read")
        return None

    def _localized(self, summary: ForeignProperty | None, title: str) -> Any:
        tag = summary.parameters.get("LANGUAGE", "") if summary else ""
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?", tag):
            return title
        same = tag.split("-")[0].lower() == self.context.language.split("-")[0].lower()
        return title if same else {tag: title}

    def _without_meeting(self, component: ForeignComponent, description: str, online: str) -> str:
        block = _GOOGLE_MEETING.search(description)
        if block is None or online not in block[0]:
            return description
        self.change(component, "DESCRIPTION", "the lines about the meeting were left out; `online` has its address")
        return description[: block.start()] + description[block.end() :]

    def _read_notes(self, component: ForeignComponent, description: str) -> str:
        if not description:
            alternative = component.get("X-ALT-DESC")
            description = alternative.text if alternative else ""
        if not description:
            return ""
        if len(description) > MAX_DESCRIPTION:
            self.change(component, "DESCRIPTION", f"only its first {MAX_DESCRIPTION} characters")
            description = description[:MAX_DESCRIPTION]
        if self.is_own:
            markdown = component.text("X-EVENTCAL-NOTES")
            return texts.clean(markdown) if markdown else texts.plain_to_markdown(description)
        if texts.is_html(description):
            self.change(component, "DESCRIPTION", "HTML became text")
            return texts.html_to_markdown(description)
        return texts.plain_to_markdown(description)

    def _plain(self, text: str) -> str:
        """Returns *text* with the signs of its entities; a feed of eventcal means what it writes."""
        return text if self.is_own else texts.without_entities(text)

    def _read_place(self, component: ForeignComponent, fields: dict[str, Any]) -> None:
        text = self._plain(component.text("LOCATION"))
        name = texts.one_line(", ".join(line.strip(" ,") for line in text.splitlines() if line.strip()))
        geo = re.fullmatch(
            r"\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*[;,]\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*", component.text("GEO")
        )
        if component.text("GEO") and (not geo or abs(float(geo[1])) > 90 or abs(float(geo[2])) > 180):
            self.lose(component, "GEO", f"{component.text('GEO')[:40]!r} is not a place on Earth")
            geo = None
        if geo:
            degrees = {"lat": f"{float(geo[1]):.6f}", "lon": f"{float(geo[2]):.6f}"}
            fields["place"] = ({"name": name} if name else {}) | degrees
        elif is_link(text) and text.startswith("http") and "online" not in fields and not self.is_own:
            fields["online"] = text
        elif name:
            fields["place"] = name

    def _read_tags(self, component: ForeignComponent, fields: dict[str, Any]) -> None:
        tags: dict[str, None] = {}
        for word in (self._plain(text) for line in component.all("CATEGORIES") for text in line.texts):
            mended = texts.tag(word)
            if self.is_own and word == VAGUE_TAG:
                continue
            if not mended:
                self.lose(component, "CATEGORIES", f"{word[:40]!r} cannot be a tag")
            elif mended != word:
                self.change(component, "CATEGORIES", f"{word[:40]!r} became {mended!r}")
            if mended:
                tags[mended] = None
        if tags:
            fields["tags"] = list(tags)


def _privacy(component: ForeignComponent) -> str:
    """Returns the CLASS of *component* where that is a private one, else ""."""
    name = component.text("CLASS").upper()
    return name if name in ("PRIVATE", "CONFIDENTIAL") else ""


def _parent_uid(component: ForeignComponent) -> str:
    """Returns the UID of the event that one belongs to, out of its RELATED-TO (RFC 5545 3.8.4.5); "" for none."""
    return next((texts.one_line(item.text) for item in component.all("RELATED-TO") if _is_parent(item)), "")


def _is_parent(item: ForeignProperty) -> bool:
    # PARENT is the default (RFC 5545 3.2.15); RFC 9253 adds relations that are no `part_of`, and other kinds of values.
    kind, value = item.parameters.get("RELTYPE", "PARENT"), item.parameters.get("VALUE", "TEXT")
    return kind.upper() == "PARENT" and value.upper() in ("TEXT", "UID")


def _source_fields(source: Source) -> dict[str, str]:
    names = ("title", "url", "published", "quote", "grade")
    return {name: str(value) for name in names if (value := getattr(source, name))}


def is_link(url: str) -> bool:
    """Returns whether *url* leads to a page of the web or to a mailbox."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return not re.search(r"\s", url) and (
        (parts.scheme.lower() in ("http", "https") and bool(parts.hostname)) or parts.scheme.lower() == "mailto"
    )
