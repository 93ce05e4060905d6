"""One version of an event becomes its VEVENTs: itself, the occurrences that differ from its rule, its extra dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from .. import links, occurrences, words
from ..events import Calendar, Event, Occurrence, Source, SourceGrade, Status, Text
from ..history import Version
from ..when import AllDay, Timed, Undated, When
from . import lines, series
from .alarms import valarms
from .appearance import Appearance, Look, appear

NEAREST_YEARS = range(-1, 3)
"""The years, from this one, whose ordinal stands in the title; the others have the title without it."""

ZoneUse = tuple[str, int, int | None]
"""A zone, the first year that it is needed in, and the last; None where a rule has no end."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The VEVENTs of one event: their bytes, how many, and the zones that they name."""

    octets: bytes = b""
    count: int = 0
    zones: tuple[ZoneUse, ...] = ()


def rolls(event: Event) -> bool:
    """Whether an event's VEVENTs depend on the day they are drawn on."""
    return bool(event.overrides) or occurrences.is_numbered(event)


def leaves_on(occurrence: Occurrence, zone: ZoneInfo) -> date | None:
    """The day whose midnight in *zone* a cancelled, or dateless postponed, occurrence is gone from; None: it stays."""
    if occurrence.status is not Status.CANCELLED and not _lost(occurrence):
        return None
    if isinstance(occurrence.when.span, Timed):
        end = (occurrence.when.span.end or occurrence.when.span.start + timedelta(microseconds=1)).astimezone(zone)
        return (end - timedelta(microseconds=1)).date() + _DAY
    return occurrence.when.last_day + _DAY if occurrence.when.last_day else None


def _lost(occurrence: Occurrence) -> bool:
    """Whether it was put off to a day that nobody knows, and stands at its old one."""
    event = occurrence.event
    own = next((each.when for each in event.overrides if each.date.isoformat() == occurrence.recurrence), None)
    return isinstance((own or event.when).span, Undated)


def draw(version: Version, calendar: Calendar, look: Look, today: date) -> Drawn:
    """The VEVENTs of *version* as they look on *today*; nothing where there is no date to show, or *look* omits it."""
    return _Drawing(version, calendar, look, today).drawn()


@dataclass(slots=True)
class _Drawing:
    version: Version
    calendar: Calendar
    look: Look
    today: date

    def drawn(self) -> Drawn:
        event = self.version.event
        if event.rule is None and not event.also:
            return self._single()
        found = appear(event.when, event.status, event.was, self.look)
        if found is None:
            return Drawn()
        own, extra = self._differing()
        parts = []
        if event.rule is None:
            # dates listed one by one are not a rule: the first is the event, the others are its extra dates
            parts.append(self._vevent(self.version.uid, found, event.title, self._start(found.span)))
        else:
            parts.append(self._master(found, own))
        parts += [self._override(found.span, occurrence) for occurrence in own if not self._gone(occurrence)]
        parts += [self._extra(occurrence) for occurrence in extra if not self._gone(occurrence)]
        parts = [each for each in parts if each]
        return Drawn(b"".join(parts), len(parts), tuple(self._zones(found.span, [*own, *extra])))

    def _single(self) -> Drawn:
        event = self.version.event
        found = appear(event.when, event.status, event.was, self.look)
        if found is None:
            return Drawn()
        span, exact = found.span, False
        if isinstance(span, Timed):
            exact = series.written_in_utc(span)
        octets = self._vevent(self.version.uid, found, event.title, self._start(span, exact))
        return Drawn(octets, 1, () if exact else tuple(self._zones(span, [])))

    # a series

    def _master(self, found: Appearance, own: list[Occurrence]) -> bytes:
        """The VEVENT with the rule, titled without a number; nothing where the rule makes no occurrence."""
        event = self.version.event
        begins = occurrences.dtstart_and_rrule(event)
        if begins is None:
            return b""
        span, rule = begins[0].span, begins[1]
        assert isinstance(span, AllDay | Timed)
        days = sorted({*event.exdates, *(date.fromisoformat(each.recurrence) for each in own if self._gone(each))})
        titles = ((tag, occurrences.title_without_number(event, tag)) for tag, _ in event.title.translations)
        dates = [*self._start(span), lines.line("RRULE", rule), *series.exdates(days, span)]
        return self._vevent(self.version.uid, replace(found, span=span), Text(tuple(titles)), dates)

    def _override(self, master: AllDay | Timed, occurrence: Occurrence) -> bytes:
        """The VEVENT of an occurrence that differs from its rule: in its title's number, its date or its status."""
        found = self._appear(occurrence)
        if found is None:
            return b""
        day = date.fromisoformat(occurrence.recurrence)
        dates = [series.at("RECURRENCE-ID", day, master), *self._start(found.span)]
        return self._vevent(self.version.uid, found, self._titled(occurrence), dates)

    def _extra(self, occurrence: Occurrence) -> bytes:
        """An `also` date has a UID of its own: readers disagree on RDATE."""
        found = self._appear(occurrence)
        if found is None:
            return b""
        name, at, domain = self.version.uid.partition("@")
        uid = f"{name}+{occurrence.recurrence.replace('-', '')}{at}{domain}"
        exact = isinstance(found.span, Timed) and series.written_in_utc(found.span)
        return self._vevent(uid, found, self._titled(occurrence), self._start(found.span, exact))

    def _differing(self) -> tuple[list[Occurrence], list[Occurrence]]:
        """(those that need a RECURRENCE-ID, the `also` dates), each in the order of the dates that made them."""
        event = self.version.event
        days = [*(each.date for each in event.overrides), *event.also]
        found = {each.recurrence: each for day in days if (each := occurrences.find(event, day.isoformat()))}
        if occurrences.is_numbered(event):
            first, last = (self.today.year + each for each in (NEAREST_YEARS[0], NEAREST_YEARS[-1]))
            near = occurrences.of_event(event, date(first, 1, 1), date(last, 12, 31))
            found |= {each.recurrence: each for each in near}
        ordered = [found[each] for each in sorted(found)]
        return [each for each in ordered if not each.extra], [each for each in ordered if each.extra]

    def _gone(self, occurrence: Occurrence) -> bool:
        """Whether a called-off occurrence is no longer shown: a called-off series goes as a whole."""
        if self._appear(occurrence) is None:
            return True
        leaves = leaves_on(occurrence, ZoneInfo(self.calendar.timezone))
        return leaves is not None and leaves <= self.today and self.version.event.status is not Status.CANCELLED

    def _appear(self, occurrence: Occurrence) -> Appearance | None:
        if _lost(occurrence):
            return appear(When(Undated()), occurrence.status, occurrence.when, self.look)
        return appear(occurrence.when, occurrence.status, None, self.look)

    def _titled(self, occurrence: Occurrence) -> Text:
        tags = [tag for tag, _ in self.version.event.title.translations]
        return Text(tuple((tag, occurrences.title_of(occurrence, tag)) for tag in tags))

    # one VEVENT

    def _start(self, span: AllDay | Timed, exact: bool = False) -> list[bytes]:
        """DTSTART and DTEND, in UTC when *exact*."""
        match span:
            case AllDay(first, last):
                # DTEND is exclusive (RFC 5545 3.6.1)
                return [lines.day("DTSTART", first), lines.day("DTEND", last + _DAY)]
            case Timed(start, end):
                write = lines.instant if exact else lambda name, moment: lines.local(name, moment, span.zone)
                return [write("DTSTART", start), *([write("DTEND", end)] if end is not None else [])]

    def _vevent(self, uid: str, found: Appearance, title: Text, dates: list[bytes]) -> bytes:
        version, event, look = self.version, self.version.event, self.look
        tag, words_of_title = title.best_match(look.language)
        language = tag if len(title.translations) > 1 or tag != self.calendar.language else ""
        summary = found.prefix + words_of_title
        busy = event.busy and found.firm
        body = [
            lines.text("UID", uid),
            lines.instant("DTSTAMP", version.modified),
            lines.instant("LAST-MODIFIED", version.modified),
            lines.line("SEQUENCE", str(version.sequence)),
            *dates,
            lines.text("SUMMARY", summary, language),
            *self._description(found),
            *self._place(),
            *self._address(),
            *self._categories(found),
            *([lines.line("STATUS", found.status)] if found.status else []),
            lines.line("TRANSP", "OPAQUE" if busy else "TRANSPARENT"),
            lines.line("X-MICROSOFT-CDO-BUSYSTATUS", "BUSY" if busy else "FREE"),
            *([lines.text("X-EVENTCAL-EDTF", found.edtf)] if found.edtf else []),
        ]
        if look.alarms and found.firm:
            zone, repeats = ZoneInfo(event.timezone), event.rule is not None
            body.append(valarms(uid, found.span, event.leads, zone, summary, repeats))
        return lines.component("VEVENT", *body)

    def _description(self, found: Appearance) -> list[bytes]:
        event, language = self.version.event, self.look.language
        parts = ["\n".join(found.remarks)]
        if event.notes is not None:
            parts.append(event.notes.in_language(language).strip())
        parts.append("\n".join(_source(each, language) for each in event.sources))
        own = links.event_url(self.look.base_url, event.id) if self.look.base_url else ""
        parts.append("\n".join(each for each in (event.url, own) if each))
        said = "\n\n".join(each for each in parts if each)
        several = event.notes is not None and len(event.notes.translations) > 1
        tag = event.notes.best_match(language)[0] if event.notes is not None and several else ""
        return [lines.text("DESCRIPTION", said, tag)] if said else []

    def _place(self) -> Iterator[bytes]:
        place, language = self.version.event.place, self.look.language
        if place is None:
            return
        if said := words.place_words(place, language):
            several = place.name is not None and len(place.name.translations) > 1
            yield lines.text("LOCATION", said, place.name.best_match(language)[0] if place.name and several else "")
        if place.latitude is not None and place.longitude is not None:
            yield lines.line("GEO", f"{place.latitude:.6f};{place.longitude:.6f}")

    def _address(self) -> Iterator[bytes]:
        """URL: what the registry names, else our own page, else the first source that has one."""
        event = self.version.event
        own = links.event_url(self.look.base_url, event.id) if self.look.base_url else ""
        for address in (event.url, own, *(each.url for each in event.sources)):
            if address:
                yield lines.line("URL", address)
                return

    def _categories(self, found: Appearance) -> Iterator[bytes]:
        tags = (*self.version.event.tags, *(("date-not-fixed",) if found.imprecise else ()))
        if tags:
            yield lines.texts("CATEGORIES", tags)

    def _zones(self, span: AllDay | Timed, others: list[Occurrence]) -> Iterator[ZoneUse]:
        """Every zone that a DTSTART, DTEND or EXDATE names, and when."""
        event = self.version.event
        if isinstance(span, Timed) and not lines.is_utc(span.zone):
            reach = occurrences.extent(event)
            last = reach[1].year + 1 if reach and reach[1] else None
            yield span.zone.key, span.start.year, last if event.rule else (span.end or span.start).year
        for each in others:
            if isinstance(each.when.span, Timed) and not lines.is_utc(each.when.span.zone):
                yield each.when.span.zone.key, each.when.span.start.year, each.when.span.start.year + 1


def _source(source: Source, language: str) -> str:
    """Where the date was read, in its own words: Source: "..." (title, 2021-06-24, reported) address."""
    _ = words.gettext(language).gettext
    grades = {
        SourceGrade.OFFICIAL: _("official"),
        SourceGrade.REPORTED: _("reported"),
        SourceGrade.INFERRED: _("inferred"),
    }
    facts = [source.title, source.published, grades[source.grade] if source.grade else ""]
    told = ", ".join(each for each in facts if each)
    quote = _("“{quote}”").format(quote=source.quote) if source.quote else ""
    said = " ".join(each for each in (quote, f"({told})" if told and quote else told, source.url) if each)
    return _("Source: {source}").format(source=said)
