"""One version of an event becomes its VEVENTs: itself, the occurrences that differ from its rule, its extra dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .. import links, markup, occurrences, words
from ..events import Calendar, Event, EventKind, Occurrence, Source, Status, Text, event_zone
from ..history import Version, date_uid
from ..when import LAST_YEAR, AllDay, Timed, Undated, When, local_to_utc
from . import content_lines
from .presentation import Presentation, RenderOptions, present
from .valarm import render_valarms

NUMBERED_TITLE_YEARS = range(-1, 3)
"""The years, from this one, whose ordinal stands in the title; the others have the title without it."""

VAGUE_TAG = "date-not-fixed"
"""The category of an event whose day is not known, beside its tags."""

ZoneUse = tuple[str, int, int | None]
"""A zone, the first year that it is needed in, and the last; None where a rule has no end."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RenderedEvent:
    """The VEVENTs of one event: their bytes, how many, and the zones that they name."""

    octets: bytes = b""
    vevent_count: int = 0
    zone_uses: tuple[ZoneUse, ...] = ()


def is_day_dependent(event: Event, today: date) -> bool:
    """Tells whether an event's VEVENTs depend on the day they are drawn on."""
    return (
        bool(event.overrides)
        or occurrences.is_numbered(event)
        or occurrences.needs_expansion(event)
        or bool(_clock_change_days(event, today))
    )


def changes_at_new_year(event: Event, today: date) -> bool:
    """Tells whether an event's VEVENTs are others since the year of *today* began, as `expansion_window` moved on."""
    new_years_eve = date(today.year - 1, 12, 31)
    return (
        occurrences.is_numbered(event)
        or occurrences.needs_expansion(event)
        or _clock_change_days(event, new_years_eve) != _clock_change_days(event, today)
    )


def _clock_change_days(event: Event, today: date) -> tuple[date, ...]:
    """Returns the days whose occurrences readers disagree on: those near *today*, and the first date of the series."""
    span = event.when.span
    if event.rule is None or not isinstance(span, AllDay | Timed):
        return ()
    first, last = expansion_window(today)
    days = content_lines.clock_change_days(span, first.year, last.year)
    return (*content_lines.first_day_with_clock_change(span), *days)


def expansion_window(today: date) -> tuple[date, date]:
    """Returns the first and the last day of the dates that are written one by one: last year's, this year's and the next two."""
    last_year = min(today.year + NUMBERED_TITLE_YEARS[-1], LAST_YEAR)
    return date(today.year + NUMBERED_TITLE_YEARS[0], 1, 1), date(last_year, 12, 31)


def find_removal_day(occurrence: Occurrence, zone: ZoneInfo) -> date | None:
    """Returns the day whose midnight in *zone* a cancelled, or dateless postponed, occurrence is gone from; None: it stays."""
    if occurrence.status is not Status.CANCELLED and not occurrences.has_no_new_date(occurrence):
        return None
    over_at, span = occurrence.when.ends_at(event_zone(occurrence.event)), occurrence.when.span
    if over_at is None:
        return None
    is_moment = isinstance(span, Timed) and span.end is None
    last = over_at if is_moment else over_at - timedelta(microseconds=1)
    return last.astimezone(zone).date() + _ONE_DAY


def render_event(version: Version, calendar: Calendar, options: RenderOptions, today: date) -> RenderedEvent:
    """Renders the VEVENTs of *version* on *today*; none without a date to show, or if *options* omit it."""
    return _EventRenderer(version, calendar, options, today).render()


@dataclass(slots=True)
class _EventRenderer:
    version: Version
    calendar: Calendar
    options: RenderOptions
    today: date

    def render(self) -> RenderedEvent:
        event = self.version.event
        if not event.is_recurring:
            return self._render_single()
        if occurrences.needs_expansion(event):
            return self._render_expanded()
        presentation = present(event.when, event.status, event.was, self.options)
        if presentation is None:
            return RenderedEvent()
        differing, extra = self._differing_occurrences()
        span_type = type(presentation.span)
        # Readers disagree on an override whose DTSTART is of another type than the series': it is an event of its own.
        detached = [occurrence for occurrence in differing if self._has_other_type(occurrence, span_type)]
        attached = [occurrence for occurrence in differing if occurrence not in detached]
        if attached:
            presentation = replace(presentation, span=content_lines.in_named_zone(presentation.span))
        if event.rule is None:
            # dates listed one by one are not a rule: the first is the event, the others are its extra dates
            dates = self._instant_lines(presentation.span)
            vevents = [self._render_vevent(self.version.uid, presentation, event.title, dates)]
        else:
            vevents = [self._render_master(presentation, differing, detached)]
        vevents += [
            self._render_override(presentation.span, occurrence)
            for occurrence in attached
            if not self._is_removed(occurrence)
        ]
        vevents += [
            self._render_extra(occurrence) for occurrence in (*detached, *extra) if not self._is_removed(occurrence)
        ]
        vevents = [vevent for vevent in vevents if vevent]
        return RenderedEvent(
            b"".join(vevents), len(vevents), tuple(self._zone_uses(presentation.span, attached) if event.rule else ())
        )

    def _has_other_type(self, occurrence: Occurrence, span_type: type) -> bool:
        """Tells whether an occurrence has whole days in a series of hours, or the reverse."""
        presentation = self._present(occurrence)
        return presentation is not None and not isinstance(presentation.span, span_type)

    def _render_single(self) -> RenderedEvent:
        event = self.version.event
        presentation = present(event.when, event.status, event.was, self.options)
        if presentation is None:
            return RenderedEvent()
        dates = self._instant_lines(presentation.span)
        return RenderedEvent(self._render_vevent(self.version.uid, presentation, event.title, dates), 1)

    def _render_expanded(self) -> RenderedEvent:
        """Renders a series whose rule readers do not agree on: each date near *today* as an event of its own."""
        window = expansion_window(self.today)
        shown = [
            occurrence
            for occurrence in occurrences.of_event(self.version.event, *window)
            if not self._is_removed(occurrence)
        ]
        vevents = [
            vevent for occurrence in shown if (vevent := self._render_extra(occurrence, self._first_shown(occurrence)))
        ]
        return RenderedEvent(b"".join(vevents), len(vevents))

    # a series

    def _render_master(
        self, presentation: Presentation, differing: list[Occurrence], detached: list[Occurrence]
    ) -> bytes:
        """Renders the VEVENT with the rule, titled without a number; nothing where the rule makes no occurrence."""
        event = self.version.event
        dtstart_rrule = occurrences.dtstart_and_rrule(event)
        if dtstart_rrule is None:
            return b""
        span, rule = dtstart_rrule[0].span, dtstart_rrule[1]
        assert isinstance(span, AllDay | Timed)
        if len(detached) < len(differing):
            span = content_lines.in_named_zone(span)
        days = sorted(
            {
                *event.exdates,
                *(
                    date.fromisoformat(occurrence.recurrence)
                    for occurrence in differing
                    if occurrence in detached or self._is_removed(occurrence)
                ),
            }
        )
        title = occurrences.text_without_number(event.title)
        exdates = (content_lines.recurrence_line("EXDATE", day, span) for day in days)
        dates = [*self._series_lines(span), content_lines.line("RRULE", rule), *exdates]
        presentation = replace(presentation, span=span)
        modified = self._last_removal(differing)
        return self._render_vevent(self.version.uid, presentation, title, dates, modified)

    def _last_removal(self, differing: list[Occurrence]) -> datetime:
        """Returns when the master last changed: by an edit, or at a midnight that turned a called-off date into an EXDATE.

        SEQUENCE stays at such a midnight: the edit that called the date off has raised it (RFC 5546 2.1.4).
        """
        days = (self._removed_on(occurrence) for occurrence in differing if self._present(occurrence) is not None)
        return max([self.version.modified, *(self._midnight(day) for day in days if day)])

    def _first_shown(self, occurrence: Occurrence) -> datetime:
        """Returns when an occurrence that is written only near its year last changed: by an edit, or by coming into `expansion_window`."""
        first = occurrence.when.first_day
        day = date(max(1, first.year - NUMBERED_TITLE_YEARS[-1]), 1, 1) if first else self.today
        return max(self.version.modified, self._midnight(day)) if day <= self.today else self.version.modified

    def _midnight(self, day: date) -> datetime:
        return local_to_utc(datetime.combine(day, time()), self.calendar.zone)

    def _render_override(self, master_span: AllDay | Timed, occurrence: Occurrence) -> bytes:
        """Renders the VEVENT of an occurrence that differs from its rule: in its title's number, its date or its status."""
        presentation = self._present(occurrence)
        if presentation is None:
            return b""
        day, span, override = date.fromisoformat(occurrence.recurrence), presentation.span, occurrence.override
        is_instant = (override is not None and override.when is not None) or day in _clock_change_days(
            self.version.event, self.today
        )
        dates = [
            content_lines.recurrence_line("RECURRENCE-ID", day, master_span),
            *(self._instant_lines(span) if is_instant else self._start_lines(span)),
        ]
        own = self._for_occurrence(occurrence)
        modified = self._first_shown(occurrence) if override is None else None
        return own._render_vevent(self.version.uid, presentation, _occurrence_title(occurrence), dates, modified)

    def _render_extra(self, occurrence: Occurrence, modified: datetime | None = None) -> bytes:
        """Renders a date with a UID of its own: an `also` date, since readers disagree on RDATE, or one of a rule that they misread."""
        presentation = self._present(occurrence)
        if presentation is None:
            return b""
        uid = date_uid(self.version.uid, occurrence.recurrence)
        dates = self._instant_lines(presentation.span)
        own = self._for_occurrence(occurrence)
        return own._render_vevent(uid, presentation, _occurrence_title(occurrence), dates, modified)

    def _for_occurrence(self, occurrence: Occurrence) -> _EventRenderer:
        """Returns a renderer that writes the place, notes and url of *occurrence*."""
        return replace(self, version=replace(self.version, event=occurrence.event))

    def _differing_occurrences(self) -> tuple[list[Occurrence], list[Occurrence]]:
        """Returns the changed dates, which need a RECURRENCE-ID, and the added ones (`also`), by the dates that made them."""
        event = self.version.event
        days = [*(override.date for override in event.overrides), *_clock_change_days(event, self.today), *event.also]
        by_recurrence = {
            occurrence.recurrence: occurrence
            for day in days
            if (occurrence := occurrences.find(event, day.isoformat()))
        }
        if occurrences.is_numbered(event):
            numbered = occurrences.of_event(event, *expansion_window(self.today))
            by_recurrence |= {occurrence.recurrence: occurrence for occurrence in numbered}
        ordered = [by_recurrence[recurrence] for recurrence in sorted(by_recurrence)]
        return [occurrence for occurrence in ordered if not occurrence.is_extra], [
            occurrence for occurrence in ordered if occurrence.is_extra
        ]

    def _is_removed(self, occurrence: Occurrence) -> bool:
        """Tells whether an occurrence is not shown: it is omitted, or was called off and is past."""
        return self._present(occurrence) is None or self._removed_on(occurrence) is not None

    def _removed_on(self, occurrence: Occurrence) -> date | None:
        """Returns the day since which a called-off occurrence is no longer shown; a called-off series goes as a whole."""
        if self.version.event.status is Status.CANCELLED:
            return None
        removal_day = find_removal_day(occurrence, self.calendar.zone)
        return removal_day if removal_day is not None and removal_day <= self.today else None

    def _present(self, occurrence: Occurrence) -> Presentation | None:
        if occurrences.has_no_new_date(occurrence):
            return present(When(Undated()), occurrence.status, occurrence.when, self.options)
        return present(occurrence.when, occurrence.status, None, self.options)

    # one VEVENT

    def _start_lines(self, span: AllDay | Timed) -> list[bytes]:
        """Writes DTSTART and DTEND of a series, on the wall clock of its zone."""
        match span:
            case AllDay(first, last):
                # DTEND is exclusive (RFC 5545 3.6.1)
                return [content_lines.date_line("DTSTART", first), content_lines.date_line("DTEND", last + _ONE_DAY)]
            case Timed(start, end):
                ends = [] if end is None else [content_lines.local_line("DTEND", end, span.zone)]
                return [content_lines.local_line("DTSTART", start, span.zone), *ends]

    def _series_lines(self, span: AllDay | Timed) -> list[bytes]:
        """Writes DTSTART, and DTEND or DURATION, of a series.

        Most readers take the length of every date from the elapsed time between DTSTART and DTEND: where the clocks change
        in between, that is the length of no other date.
        """
        if isinstance(span, AllDay) or span.end is None or not content_lines.first_day_with_clock_change(span):
            return self._start_lines(span)
        length = span.end.replace(tzinfo=None) - span.start.replace(tzinfo=None)
        start_line = content_lines.local_line("DTSTART", span.start, span.zone)
        return [start_line, content_lines.elapsed_line("DURATION", length)]

    def _instant_lines(self, span: AllDay | Timed) -> list[bytes]:
        """Writes DTSTART and DTEND of what happens once: in UTC, since readers take a zone that they know from their own data.

        A zone other than the calendar's is written beside it, for imports of the feed.
        """
        if isinstance(span, AllDay) or span.is_floating or content_lines.is_utc(span.zone):
            return self._start_lines(span)
        ends = [] if span.end is None else [content_lines.utc_line("DTEND", span.end)]
        is_elsewhere = span.zone.key != self.calendar.timezone
        zone_lines = [content_lines.line("X-EVENTCAL-TZID", span.zone.key)] if is_elsewhere else []
        return [content_lines.utc_line("DTSTART", span.start), *ends, *zone_lines]

    def _render_vevent(
        self, uid: str, presentation: Presentation, title: Text, dates: list[bytes], modified: datetime | None = None
    ) -> bytes:
        version, event, options = self.version, self.version.event, self.options
        tag, title_text = title.best_match(options.language)
        language = tag if len(title.translations) > 1 or tag != self.calendar.language else ""
        summary = presentation.prefix + words.format_kind_prefix(event.kind, options.language) + title_text
        is_busy = event.busy and presentation.is_firm
        tags = (*event.tags, VAGUE_TAG) if presentation.is_imprecise else event.tags
        body = [
            content_lines.text_line("UID", uid),
            content_lines.utc_line("DTSTAMP", modified or version.modified),
            content_lines.utc_line("LAST-MODIFIED", modified or version.modified),
            content_lines.line("SEQUENCE", str(version.sequence)),
            *dates,
            content_lines.text_line("SUMMARY", summary, language),
            *self._description_lines(presentation),
            *self._place_lines(),
            *self._url_lines(),
            *self._participation_lines(),
            # RFC 5545 3.8.4.5, 3.2.15
            *(
                [content_lines.text_line("RELATED-TO", version.parent_uid, RELTYPE="PARENT")]
                if version.parent_uid
                else []
            ),
            *([content_lines.text_list_line("CATEGORIES", tags)] if tags else []),
            *([content_lines.line("STATUS", presentation.status)] if presentation.status else []),
            content_lines.line("TRANSP", "OPAQUE" if is_busy else "TRANSPARENT"),
            content_lines.line("X-MICROSOFT-CDO-BUSYSTATUS", "BUSY" if is_busy else "FREE"),
            *([content_lines.text_line("X-EVENTCAL-EDTF", presentation.edtf)] if presentation.edtf else []),
            *([content_lines.line("X-EVENTCAL-KIND", event.kind.value)] if event.kind is EventKind.DEADLINE else []),
        ]
        if options.alarms and presentation.is_firm:
            zone, is_series = event_zone(event), event.rule is not None
            body.append(render_valarms(uid, presentation.span, event.leads, zone, summary, is_series))
        return content_lines.component("VEVENT", *body)

    def _participation_lines(self) -> Iterator[bytes]:
        """Yields IMAGE and CONFERENCE (RFC 7986 5.10, 5.11), CONTACT for the organizer (RFC 5545 3.8.4.2).

        ORGANIZER would make an invitation of it, which calendar apps answer.
        """
        event = self.version.event
        if event.image:
            yield content_lines.uri_line("IMAGE", event.image, VALUE="URI")
        if event.online:
            yield content_lines.uri_line("CONFERENCE", event.online, VALUE="URI")
        if event.organizer is not None:
            name = event.organizer.name.in_language(self.options.language)
            yield content_lines.text_line("CONTACT", f"{name}, {event.organizer.url}" if event.organizer.url else name)

    def _description_lines(self, presentation: Presentation) -> Iterator[bytes]:
        """Yields DESCRIPTION, which is plain text (RFC 5545 3.8.1.5), and the notes as written where that has less than they."""
        event, language = self.version.event, self.options.language
        remarks = list(presentation.remarks)
        if event.rule is None and event.timezone != self.calendar.timezone:
            remarks += local_time_remarks(presentation.span, language)
        if self.version.parent_title is not None:
            remarks.append(words.format_part_of(self.version.parent_title, language))
        parts = ["\n".join(remarks)]
        tag, notes = event.notes.best_match(language) if event.notes is not None else ("", "")
        parts.append(markup.to_text(notes.strip()))
        addresses = [event.online] if event.online else []
        parts.append("\n".join([*addresses, *(f"{link.name}: {link.url}" for link in event.links)]))
        parts.append("\n".join(format_source(source, language) for source in event.sources))
        parts.append("\n".join(url for url in (event.url, self._page_url()) if url))
        has_translations = event.notes is not None and len(event.notes.translations) > 1
        if text := "\n\n".join(part for part in parts if part):
            yield content_lines.text_line("DESCRIPTION", text, tag if has_translations else "")
        if markup.has_marks(notes):
            yield content_lines.text_line("X-EVENTCAL-NOTES", notes.strip())

    def _place_lines(self) -> Iterator[bytes]:
        places, language = self.version.event.places, self.options.language
        if not places:
            return
        place = places[0]
        if location := words.format_places(places, language):
            has_translations = place.name is not None and len(place.name.translations) > 1
            yield content_lines.text_line(
                "LOCATION", location, place.name.best_match(language)[0] if place.name and has_translations else ""
            )
        if place.latitude is not None and place.longitude is not None:
            yield content_lines.line("GEO", f"{place.latitude:.6f};{place.longitude:.6f}")

    def _page_url(self) -> str:
        return links.public_event_url(self.options.base_url, self.version.event.id)

    def _url_lines(self) -> Iterator[bytes]:
        """Yields the URL: what the registry names, else our own page, else the first source that has one."""
        event = self.version.event
        for url in (event.url, self._page_url(), *(source.url for source in event.sources)):
            if url:
                yield content_lines.uri_line("URL", url)
                return

    def _zone_uses(self, span: AllDay | Timed, other_occurrences: list[Occurrence]) -> Iterator[ZoneUse]:
        """Yields every zone that the DTSTART, EXDATE or RECURRENCE-ID of a series names, and when."""
        event = self.version.event
        if isinstance(span, AllDay) or span.is_floating or content_lines.is_utc(span.zone):
            return
        extent = occurrences.extent(event)
        yield span.zone.key, span.start.year, extent[1].year + 1 if extent and extent[1] else None
        for occurrence in other_occurrences:
            if isinstance(occurrence.when.span, Timed):
                year = occurrence.when.span.start.year
                yield span.zone.key, year, year + 1


def _occurrence_title(occurrence: Occurrence) -> Text:
    tags = [tag for tag, _ in occurrence.event.title.translations]
    return Text(tuple((tag, occurrences.title_of(occurrence, tag)) for tag in tags))


def local_time_remarks(span: AllDay | Timed, language: str) -> list[str]:
    """Returns the hour at the event's own place, which a DTSTART in UTC does not show: 5 January 2027, 10:00 (New York, UTC-5)."""
    if isinstance(span, AllDay) or span.is_floating or content_lines.is_utc(span.zone):
        return []
    return [words.format_when(When(span), language)]


def format_source(source: Source, language: str) -> str:
    """Formats where the date was read, in its own words: Source: "..." (title, 2021-06-24, reported) address."""
    _ = words.get_translations(language).gettext
    facts = [source.title, source.published, words.format_grade(source.grade, language)]
    facts_text = words.join_phrases(facts, language)
    quote = _("“{quote}”").format(quote=source.quote) if source.quote else ""
    text = " ".join(
        part for part in (quote, f"({facts_text})" if facts_text and quote else facts_text, source.url) if part
    )
    return _("Source: {source}").format(source=text)
