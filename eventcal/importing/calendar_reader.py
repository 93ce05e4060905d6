"""Reads one VCALENDAR of any program: its VEVENTs with their dates and texts, and what no key of the registry can hold."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlsplit

from .. import when
from ..events import EventKind, Source, Status
from ..ical import foreign
from ..ical.foreign import ForeignComponent, ForeignDuration, ForeignMoment, ForeignProperty
from ..ical.own_feed import VAGUE_TAG, ShownEvent, recover
from ..words import LANGUAGES
from . import texts
from .dates import DAY, Span, clock_of, local_of, on_the_clock, skips, utc
from .records import zone_of
from .values import Carried, ImportContext, ImportedEvent, Loss
from .zones import ZoneResolver

_OWN_PRODID = "//eventcal//"
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
_KINDS = {EventKind.DEADLINE.value: EventKind.DEADLINE}
# A registry's notes end at 20,000 characters; escapes take some of them.
MAX_DESCRIPTION = 15_000
_NO_EVENT = {
    "VTODO": "a task is not an event",
    "VJOURNAL": "a journal entry is not an event",
    "VFREEBUSY": "free and busy times are no event",
}


@dataclass(slots=True)
class Instance:
    """One VEVENT with its dates, and what its text properties become. *fields* lack id and dates."""

    component: ForeignComponent
    span: Span
    fields: dict[str, Any]
    known: when.When | None = None
    was: when.When | None = None
    recurrence: ForeignMoment | None = None

    @property
    def line(self) -> int:
        """The line of the file where the component begins."""
        return self.component.line

    @property
    def title(self) -> str:
        """The title in its first language."""
        title = self.fields["title"]
        return str(next(iter(title.values()))) if isinstance(title, dict) else str(title)

    @property
    def sequence(self) -> int:
        """Its SEQUENCE; 0 where that is no number that another program can have counted to."""
        text = self.component.text("SEQUENCE")
        return int(text) if re.fullmatch("[0-9]{1,9}", text) else 0

    def date_fields(self, zone: str) -> dict[str, Any]:
        """Returns `when`, and `timezone` where it is not *zone*."""
        fields: dict[str, Any] = {"when": str(self.known) if self.known else self.span.text()}
        if self.was is not None:
            fields["was"] = str(self.was)
        if self.span.is_timed and self.span.zone != zone:
            fields["timezone"] = self.span.zone
        return fields


class CalendarReader:
    """One VCALENDAR while it is read: its zones, and what was lost so far."""

    def __init__(self, calendar: ForeignComponent, context: ImportContext) -> None:
        self.calendar, self.context = calendar, context
        self.losses: list[Loss] = []
        self.passed_over: Counter[str] = Counter()
        self.is_own = _OWN_PRODID in calendar.text("PRODID")
        self.zones = ZoneResolver(calendar, context.zone)
        self.own_zone = self.zones.named(calendar.text("X-EVENTCAL-TZID"))
        named_zone = calendar.text("X-WR-TIMEZONE") or calendar.text("TIMEZONE-ID")
        zone_of_calendar = self.own_zone or self.zones.named(named_zone) or zone_of(named_zone) or ""
        self.reader_zone = context.reader_zone or zone_of_calendar

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

    def lose(self, item: ForeignComponent | Instance, what: str, detail: str) -> None:
        """Records that *what* of *item* does not reach the registry."""
        self._record(item, what, detail, Carried.LEFT_OUT)

    def change(self, item: ForeignComponent | Instance, what: str, detail: str) -> None:
        """Records that *what* of *item* reaches the registry, and not as it was."""
        self._record(item, what, detail, Carried.CHANGED)

    def _record(self, item: ForeignComponent | Instance, what: str, detail: str, carried: Carried) -> None:
        component = item.component if isinstance(item, Instance) else item
        title = texts.one_line(component.text("SUMMARY"))
        self.losses.append(Loss(component.line, title[:60], what, detail, carried))

    def read_instances(self) -> dict[str, list[Instance]]:
        """Returns the VEVENTs by UID, in the order of the file; one without a UID stands alone under a number after NUL."""
        for name, why in _NO_EVENT.items():
            for component in self.calendar.walk(name):
                self.lose(component, name, why)
        groups: dict[str, list[Instance]] = {}
        for number, component in enumerate(self.calendar.walk("VEVENT")):
            instance = self._read_instance(component)
            if instance is not None:
                groups.setdefault(component.text("UID") or f"\0{number}", []).append(instance)
        return groups

    def to_event(self, instance: Instance, fields: dict[str, Any], uid: str = "") -> ImportedEvent:
        """Returns *instance* as an event with its dates and *fields*, under *uid* if it goes on under it."""
        name = texts.slug(instance.title)
        own = _OWN_ID.fullmatch(uid) if self.is_own else None
        all_fields = {**instance.fields, **instance.date_fields(self.context.zone), **fields}
        if own:
            name = own[1]
        if uid and not (own and own[2] == (self.context.calendar_id or self.own_calendar_id())):
            all_fields["uid"] = texts.one_line(uid)[:1000]
        if uid and instance.sequence:
            all_fields["sequence"] = str(instance.sequence)
        return ImportedEvent(name, all_fields, uid, instance.line, _parent_uid(instance.component))

    # One VEVENT

    def _read_instance(self, component: ForeignComponent) -> Instance | None:
        if component.text("CLASS").upper() in ("PRIVATE", "CONFIDENTIAL") and not self.context.with_private:
            self.lose(
                component, f"CLASS:{component.text('CLASS').upper()}", "the event is private; --private imports it"
            )
            return None
        span = self._span(component)
        if span is None:
            return None
        self._record_unread(component)
        recurrence = None
        if (recurring := component.get("RECURRENCE-ID")) is not None:
            recurrence = next(iter(foreign.moments(recurring)), None)
        instance = Instance(component, span, {}, recurrence=recurrence)
        self._read_texts(instance)
        return instance

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

    def _span(self, component: ForeignComponent) -> Span | None:
        start_line = component.get("DTSTART")
        start = next(iter(foreign.moments(start_line)), None) if start_line else None
        reason = ""
        if start is None:
            reason = f"its DTSTART, {start_line.value[:40]!r}, is not a date" if start_line else "it has no DTSTART"
        elif not when.FIRST_YEAR <= start.local.year < when.LAST_YEAR:
            reason = f"the year {start.local.year} is out of range"
        if start is None or reason:
            self.lose(component, "event without a date", f"{reason}; the event was left out")
            return None
        end = self._end(component, start)
        if start.is_day:
            return Span(start.local, self._last_day(component, start.local, end))
        span = self._timed_span(component, start, end)
        if component.text("X-MICROSOFT-CDO-ALLDAYEVENT").upper() != "TRUE":
            return span
        if days := _whole_days(span):
            return days
        if span.zone == "UTC" and not _recurs(component) and (days := _nearest_days(span)):
            self.change(component, "DTSTART", "whole days in UTC without a zone; the nearest midnight was taken")
            return days
        return span

    def _end(self, component: ForeignComponent, start: ForeignMoment) -> ForeignMoment | ForeignDuration | None:
        end_line, duration = component.get("DTEND"), component.get("DURATION")
        if end_line is not None:
            end = next(iter(foreign.moments(end_line)), None)
            if end is None:
                reason = f"{end_line.value!r} is not a date"
            elif end.is_day != start.is_day:
                reason = f"{end_line.value!r} is {_kind_of(end)} and DTSTART {_kind_of(start)}"
            elif end.local.year >= when.LAST_YEAR:
                reason = f"the year {end.local.year} is out of range"
            else:
                return end
            self.lose(component, "DTEND", f"{reason}; no end was written")
        elif duration is not None:
            length = foreign.duration_of(duration.value)
            if length is not None and not (start.is_day and length.length % DAY):
                return length
            detail = f"{duration.value!r} is not a valid duration for this event; no end was written"
            self.lose(component, "DURATION", detail)
        return None

    def _last_day(self, component: ForeignComponent, first: date, end: ForeignMoment | ForeignDuration | None) -> date:
        """Returns the last day, itself included: DTEND is exclusive (RFC 5545 3.6.1)."""
        if end is None:
            return first
        last = first + end.length - DAY if isinstance(end, ForeignDuration) else when.day_of(end.local) - DAY
        if last < first:
            self.change(component, "DTEND", "it is not after DTSTART; one day was written")
            return first
        return last

    def _timed_span(self, component: ForeignComponent, start: ForeignMoment, end: Any) -> Span:
        assert isinstance(start.local, datetime)
        zone = self._zone_of(component, start)
        local = start.local
        # our own feed writes what happens once in UTC, and its zone beside it
        own_zone = self.zones.named(component.text("X-EVENTCAL-TZID")) or self.own_zone
        shown_zone = own_zone or ("" if _recurs(component) else self.reader_zone)
        if start.zone.upper() == "UTC" and zone == "UTC" and shown_zone:
            moved = local_of(local.replace(tzinfo=UTC), shown_zone)
            local, zone = (moved, shown_zone) if moved else (local, zone)
        finish = self._local_end(component, local, zone, end)
        if skips(local, zone):
            self.change(component, "DTSTART", f"{zone} skips {local:%Y-%m-%d %H:%M}; moved to the hour after")
            local = on_the_clock(local, zone)
        if finish is not None and finish <= local:
            self.change(component, "DTEND", "it is not after DTSTART; no end was written")
            finish = None
        return Span(local, finish, zone)

    def _local_end(
        self, component: ForeignComponent, local: datetime, zone: str, end: ForeignMoment | ForeignDuration | None
    ) -> datetime | None:
        """Returns the end on the clock of *zone*."""
        if end is None:
            return None
        if isinstance(end, ForeignDuration):
            if component.get("RRULE"):
                # of all dates: the clocks may change on the first alone
                return local + end.days + end.time
            instant = utc(local + end.days, zone) + end.time
        else:
            assert isinstance(end.local, datetime)
            end_zone = self._zone_of(component, end, is_end=True) if end.zone and zone != when.FLOATING else zone
            instant = utc(end.local, end_zone)
        finish = local_of(instant, zone)
        if finish is None:
            self.lose(component, "DTEND", f"it falls into a repeated hour of {zone}; no end was written")
        return finish

    def _zone_of(self, component: ForeignComponent, moment: ForeignMoment, is_end: bool = False) -> str:
        if not moment.zone:
            zone = "" if self.is_own else self.reader_zone
            if zone and not is_end:
                self.change(component, "time without a zone", f"read as {zone}; --timezone names another")
            return zone or when.FLOATING
        zone, remark = self.zones.resolve(moment.zone, moment.local.year)
        if remark and not is_end:
            self.change(component, "TZID", remark)
        return zone

    # Texts

    def _read_texts(self, instance: Instance) -> None:
        component, fields = instance.component, instance.fields
        title = texts.one_line(component.text("SUMMARY"))
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
            )
            title, description, url, status = self._recover_texts(instance, seen, known)
        fields["title"] = self._localized(component.get("SUMMARY"), title)
        self._read_addresses(component, fields, url)
        self._read_place(component, fields)
        self._read_tags(component, fields)
        if status is not Status.CONFIRMED:
            fields["status"] = status.value
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
        if self.calendar.text("METHOD").upper() == "CANCEL":
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
            return texts.clean(description)
        if texts.is_html(description):
            self.change(component, "DESCRIPTION", "HTML became text")
            return texts.html_to_markdown(description)
        return texts.plain_to_markdown(description)

    def _read_place(self, component: ForeignComponent, fields: dict[str, Any]) -> None:
        text = component.text("LOCATION")
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
        for word in (text for line in component.all("CATEGORIES") for text in line.texts):
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


def _whole_days(span: Span) -> Span | None:
    """Returns the days of a span from midnight to midnight, Exchange's all-day event ([MS-OXCICAL] 2.1.3.1.1.20.28)."""
    first, end = when.day_of(span.start), span.end
    if not _is_midnight(span.start) or not (end is None or _is_midnight(end)):
        return None
    return Span(first, when.day_of(end) - DAY if end else first)


def _nearest_days(span: Span) -> Span | None:
    """Returns the days from the midnight nearest to *span*: the one that any zone from UTC-12 to UTC+12 means."""
    assert isinstance(span.start, datetime)
    first, end = (when.day_of(moment + DAY / 2) for moment in (span.start, span.end or span.start + DAY))
    return Span(first, end - DAY) if first < end else None


def _recurs(component: ForeignComponent) -> bool:
    return any(component.get(name) for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _is_midnight(moment: date | datetime) -> bool:
    return isinstance(moment, datetime) and moment.time() == time()


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


def _kind_of(moment: ForeignMoment) -> str:
    return "a day" if moment.is_day else "an hour"


def is_link(url: str) -> bool:
    """Returns whether *url* leads to a page of the web or to a mailbox."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return not re.search(r"\s", url) and (
        (parts.scheme.lower() in ("http", "https") and bool(parts.hostname)) or parts.scheme.lower() == "mailto"
    )
