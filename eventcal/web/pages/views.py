"""An occurrence, an event or a change becomes the words that a template shows to one reader. No HTML but sanitised notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Literal
from zlib import crc32
from zoneinfo import ZoneInfo

from markupsafe import Markup

from ... import links, markup, occurrences, words
from ...events import Calendar, Event, Link, Occurrence, Place, Source, SourceGrade, Status
from ...history import Change, ChangeKind, EventState, Version
from ...when import FIRST_YEAR, Period, Timed, When
from ..edition_index import EditionIndex
from ..request_context import Viewer, in_zone
from . import agenda, jsonld, months
from .agenda import AgendaSection
from .months import PeriodStrip

HUE_COUNT = 8
"""How many colours tags are given; the same tag has the same one everywhere."""
FIRST_DAY = date(FIRST_YEAR, 1, 1)
MAX_TAGS, MAX_COUNTRIES = 12, 40
"""How many a page offers."""
_MAX_SERIES_NEIGHBOURS = 6
"""How many occurrences of a series its page names, to either side of today."""


@dataclass(frozen=True)
class EventView:
    """One occurrence as a list or a grid shows it to *reader* at *now*. Only what a template asks for is put in words."""

    occurrence: Occurrence
    viewer: Viewer
    now: datetime

    @cached_property
    def _when(self) -> When:
        return self.viewer.localise(self.occurrence).when

    @property
    def _event(self) -> Event:
        return self.occurrence.event

    @cached_property
    def title(self) -> str:
        return occurrences.title_of(self.occurrence, self.viewer.language)

    @property
    def title_language(self) -> str:
        """A `lang` attribute where the title is in another language than its page; else ""."""
        return _foreign_language(self._event.title.best_match(self.viewer.language)[0], self.viewer.language)

    @property
    def href(self) -> str:
        return self.viewer.url(links.event_url("", self._event.id), ("on", self.occurrence.recurrence))

    @cached_property
    def when(self) -> str:
        return words.format_event_date(self._event, self._when, self.viewer.language, weekday=True)

    @property
    def short_when(self) -> str:
        return words.format_when(self._when, self.viewer.language, style="short", weekday=True)

    @property
    def brief_when(self) -> str:
        """Without the year."""
        return words.format_brief(self._when, self.viewer.language, weekday=True)

    @property
    def start_time(self) -> str:
        span = self._when.span
        return words.format_time(span.start, self.viewer.language) if isinstance(span, Timed) else ""

    @cached_property
    def hours(self) -> str:
        """Start and end on the wall clock, and the zone where it is not the one of the page."""
        span = self._when.span
        if not isinstance(span, Timed):
            return ""
        text = words.format_hours(span, self.viewer.language)
        if span.zone.key == (self.viewer.zone or self.viewer.calendar_zone):
            return text
        return words.append_remark(text, words.format_zone_name(span.zone, self.viewer.language), self.viewer.language)

    @property
    def last_day(self) -> str:
        """The last day of what runs over several: "until Fri 18 Dec", with the year where it is not this one."""
        last = self._when.last_day
        if last is None:
            return ""
        style: Literal["brief", "short"] = "brief" if last.year == self.now.year else "short"
        day = words.format_day(last, self.viewer.language, style, weekday=True)
        return words.get_translations(self.viewer.language).gettext("until {date}").format(date=day)

    @cached_property
    def planned_when(self) -> str:
        """The date that it was moved from; "" for one that stands where it was planned."""
        planned = occurrences.moved_from(self.occurrence)
        if planned is None:
            return ""
        return words.format_when(in_zone(planned, self.viewer.zone), self.viewer.language, style="short", weekday=True)

    @cached_property
    def distance(self) -> str:
        if self.viewer.static_urls:  # a file would go on saying it
            return ""
        zone = ZoneInfo(self.viewer.zone or self._event.timezone)
        return words.format_distance(self.now, self._when, self.viewer.language, zone)

    @cached_property
    def place(self) -> str:
        return words.format_place(self._event.place, self.viewer.language)

    @property
    def iso_date(self) -> str:
        """For `<time datetime>`."""
        return jsonld.iso_date(self._when)

    @property
    def utc_start(self) -> str:
        """The instant, for a script that knows the reader's own clock; "" where there is no hour."""
        span = self._when.span
        return span.start.astimezone(UTC).isoformat(timespec="minutes") if isinstance(span, Timed) else ""

    @property
    def status(self) -> str:
        """The status when it tells something: that a period is tentative goes without saying."""
        status = self.occurrence.status
        if status is Status.CONFIRMED or (status is Status.TENTATIVE and not self._when.is_day_known):
            return ""
        return status.value

    @property
    def status_words(self) -> str:
        return words.format_status(self.occurrence.status, self.viewer.language) if self.status else ""

    @property
    def is_doubtful(self) -> bool:
        return self._when.uncertain

    @property
    def is_vague(self) -> bool:
        return isinstance(self._when.span, Period)

    @property
    def is_multi_day(self) -> bool:
        """Whether it lasts for days, and not for a night."""
        return months.last_shown_day(self._when) != self._when.first_day

    @property
    def tags(self) -> tuple[str, ...]:
        return self._event.tags

    @property
    def hue(self) -> int:
        return hue_of(self._event.tags)


def hue_of(tags: Sequence[str]) -> int:
    """The colour of an event: that of its last tag, for the first ones are often the whole calendar's."""
    return crc32(tags[-1].encode()) % HUE_COUNT if tags else 0


def _foreign_language(language: str, page: str) -> str:
    """A `lang` attribute for text in another language than its page; "" for none."""
    return "" if language.split("-")[0] == page.split("-")[0] else language


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source as a page names it."""

    title: str
    url: str
    quote: str
    dates: str
    grade: str
    grade_words: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change as a page tells it."""

    day: date
    day_words: str
    at: str
    kind: str
    label: str
    title: str
    href: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class EventPage:
    """Everything that an event's page says."""

    entry: EventView
    event_id: str
    when_in_event_zone: str  # on the event's own clock, when the reader asked for another
    previous_when: str
    recurrence: str
    notes: Markup
    notes_language: str
    map_url: str
    website: str
    sources: tuple[SourceView, ...]
    history: tuple[ChangeView, ...]
    upcoming: tuple[EventView, ...] = field(default=())
    past: tuple[EventView, ...] = field(default=())
    online: str = ""
    organizer: str = ""
    organizer_url: str = ""
    further_links: tuple[Link, ...] = ()
    parent: EventView | None = None
    parts: tuple[EventView, ...] = ()
    before: EventView | None = None  # what lies nearest, on either side
    after: EventView | None = None
    linked_data: dict[str, object] = field(default_factory=dict)
    google: str = ""
    outlook: str = ""
    month_path: str = ""
    month_words: str = ""
    is_day_known: bool = True


def event_page(
    index: EditionIndex, version: Version, recurrence_id: str, viewer: Viewer, now: datetime, base_url: str
) -> EventPage:
    """*on* chooses one occurrence of a series; without it the next one is shown, or else the last."""
    event, language = version.event, viewer.language
    today = viewer.today(now, None) if viewer.zone else now.astimezone(ZoneInfo(event.timezone)).date()
    is_series = event.rule is not None or bool(event.also)
    upcoming = list(islice(occurrences.iter_upcoming(event, today), _MAX_SERIES_NEIGHBOURS + 1)) if is_series else []
    past = _past_occurrences(event, today) if is_series else []
    shown = (occurrences.find(event, recurrence_id) if is_series and recurrence_id else None) or next(
        iter([*upcoming, *past]), Occurrence(event, "", event.when, event.status)
    )
    view = EventView(shown, viewer, now)
    notes = event.notes.best_match(language) if event.notes else ("", "")
    details_url = links.event_url(base_url, event.id) if base_url else event.url
    first, last = viewer.localise(shown).when.first_day, shown.when.last_day
    after = last + timedelta(days=1) if last else None
    return EventPage(
        entry=view,
        event_id=event.id,
        when_in_event_zone=_when_in_event_zone(shown, viewer),
        previous_when=words.format_when(event.was, language, weekday=True) if event.was else "",
        recurrence=words.format_rule(event.rule, language) if event.rule else "",
        notes=Markup(markup.to_html(notes[1])),  # sanitised by nh3
        notes_language=_foreign_language(notes[0], language) if notes[0] else "",
        map_url=links.map_url(event.place, view.place) if event.place and view.place else "",
        website=event.url,
        online=event.online,
        organizer=event.organizer.name.in_language(language) if event.organizer else "",
        organizer_url=event.organizer.url if event.organizer else "",
        further_links=event.links,
        parent=_event_view(index, event.part_of, viewer, now) if event.part_of else None,
        parts=tuple(
            part_view for part in index.parts_of(event.id) if (part_view := _event_view(index, part.id, viewer, now))
        ),
        sources=tuple(source_view(source, language) for source in event.sources),
        history=tuple(change_view(change, viewer) for change in index.changes_of(version)),
        upcoming=tuple(EventView(occurrence, viewer, now) for occurrence in upcoming if occurrence != shown)[
            :_MAX_SERIES_NEIGHBOURS
        ],
        past=tuple(EventView(occurrence, viewer, now) for occurrence in past if occurrence != shown)[
            :_MAX_SERIES_NEIGHBOURS
        ],
        before=_first_view(agenda.list_past(index, first, _other_events(event), 1), viewer, now) if first else None,
        after=_first_view(agenda.list_upcoming(index, after, _other_events(event, after), 1), viewer, now)
        if after
        else None,
        linked_data=jsonld.event_jsonld(shown, view.title, links.event_url(base_url, event.id) if base_url else "")
        | _super_event(index, event, language, base_url),
        google=links.google_event_url(event, shown.when, view.title, view.place, details_url),
        outlook=links.outlook_event_url(event, shown.when, view.title, view.place, details_url),
        month_path=viewer.url(links.month_url("", first.year, first.month))
        if first and viewer.has_month(first)
        else "",
        month_words=words.format_month_title(first.year, first.month, language) if first else "",
        is_day_known=shown.when.is_day_known,
    )


def _super_event(index: EditionIndex, event: Event, language: str, base_url: str) -> dict[str, object]:
    """The event that *event* belongs to, as schema.org has it."""
    parent = index.version(event.part_of) if event.part_of else None
    if parent is None:
        return {}
    properties = {"@type": "Event", "name": parent.event.title.in_language(language)}
    if base_url:
        properties["url"] = links.event_url(base_url, event.part_of)
    return {"superEvent": properties}


def _event_view(index: EditionIndex, event_id: str, viewer: Viewer, now: datetime) -> EventView | None:
    """An event as a line: the occurrence that its `when` names."""
    version = index.version(event_id)
    if version is None:
        return None
    event = version.event
    return EventView(Occurrence(event, "", occurrences.effective_when(event), event.status), viewer, now)


def _other_events(event: Event, first: date = date.min) -> agenda.OccurrencePredicate:
    """Other events, and of them what begins on *first* or later."""
    return lambda occurrence: occurrence.event.id != event.id and (occurrence.when.first_day or date.max) >= first


def _first_view(candidates: Sequence[Occurrence], viewer: Viewer, now: datetime) -> EventView | None:
    return EventView(candidates[0], viewer, now) if candidates else None


def _past_occurrences(event: Event, today: date) -> list[Occurrence]:
    """The last occurrences of a series that are over, the latest first: looked for as far back as it takes."""
    past: list[Occurrence] = []
    for days in (60, 800, 8000):
        window = occurrences.of_event(event, max(today - timedelta(days=days), FIRST_DAY), today - timedelta(days=1))
        past = [occurrence for occurrence in reversed(window) if _last_day(occurrence) < today]
        if len(past) > _MAX_SERIES_NEIGHBOURS:
            break
    return past[: _MAX_SERIES_NEIGHBOURS + 1]


def _last_day(occurrence: Occurrence) -> date:
    return occurrence.when.last_day or date.max


def _when_in_event_zone(occurrence: Occurrence, viewer: Viewer) -> str:
    """An hour on the event's own clock, when the reader is shown it on another."""
    span = occurrence.when.span
    if not isinstance(span, Timed) or viewer.zone in ("", span.zone.key):
        return ""
    return words.format_when(occurrence.when, viewer.language, weekday=True)


def source_view(source: Source, language: str) -> SourceView:
    _ = words.get_translations(language).gettext
    grades = {
        SourceGrade.OFFICIAL: _("official"),
        SourceGrade.REPORTED: _("reported"),
        SourceGrade.INFERRED: _("inferred"),
    }
    dates = []
    if source.published:
        dates.append(_("published {date}").format(date=_day_words(source.published, language)))
    if source.seen:
        dates.append(_("seen {date}").format(date=_day_words(source.seen, language)))
    return SourceView(
        title=source.title or source.url or source.key,
        url=source.url,
        quote=source.quote,
        dates=", ".join(dates),
        grade=source.grade.value if source.grade else "",
        grade_words=grades[source.grade] if source.grade else "",
    )


def _day_words(text: str, language: str) -> str:
    try:
        return words.format_day(date.fromisoformat(text), language)
    except ValueError:
        return text  # a month, or what else the registry wrote


def change_view(change: Change, viewer: Viewer) -> ChangeView:
    """A change on the reader's clock, the old and the new value only where they differ."""
    language = viewer.language
    zone = viewer.zone or "UTC"
    local_time = change.at.astimezone(ZoneInfo(zone))
    old, new = _state_words(change.old, change.kind, language), _state_words(change.new, change.kind, language)
    return ChangeView(
        day=local_time.date(),
        day_words=words.format_day(local_time.date(), language, weekday=True),
        at=change.at.isoformat(timespec="seconds"),
        kind=change.kind.value,
        label=words.format_change_kind(change.kind, language),
        title=change.title,
        href=viewer.url(links.event_url("", change.event_id), ("on", change.recurrence))
        if change.new is not None
        else "",
        old=old if old != new else "",
        new=new,
    )


def _state_words(state: EventState | None, kind: ChangeKind, language: str) -> str:
    if state is None:
        return ""
    if kind is ChangeKind.PLACE:
        return state.place
    return words.format_when(state.when, language, weekday=True)


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """What a page can be narrowed by: each tag and whether it is on, each country by its code and name."""

    tags: tuple[tuple[str, bool], ...]
    countries: tuple[tuple[str, str], ...]
    other_filters: tuple[tuple[str, str], ...]  # what else it is narrowed by at present

    def __bool__(self) -> bool:
        return bool(self.tags or self.countries or self.other_filters)


def filter_options(index: EditionIndex, viewer: Viewer) -> FilterOptions:
    """The choice that the events give, the most frequent first; whatever is on stands in it."""
    active_tags = viewer.filter.tags
    tags = tuple(dict.fromkeys([*index.tags[:MAX_TAGS], *active_tags]))
    codes = [code for code in index.countries if len(index.countries) > 1]
    names = sorted(
        ((code, words.format_place(Place(country=code), viewer.language)) for code in codes[:MAX_COUNTRIES]),
        key=lambda option: option[1],
    )
    listed = {("tag", value) for value in tags} | {("place", value) for value in codes}
    return FilterOptions(
        tuple((tag, tag in active_tags) for tag in tags),
        tuple(names),
        # what is looked for stands in its field
        tuple(pair for pair in viewer.filter_pairs if pair not in listed and (pair[0] != "q" or viewer.path != "/")),
    )


def calendar_name(calendar: Calendar | None, language: str) -> str:
    return calendar.name.in_language(language) if calendar else "eventcal"


@dataclass(frozen=True, slots=True)
class DayView:
    """One day of an agenda."""

    date: date
    title: str
    number: str
    weekday: str
    other_month: str  # an event that began before, in a month where it is still on
    entries: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class StripView:
    """Events of a period without a known day, under a common title."""

    title: str
    entries: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class SectionView:
    """A month of the agenda: what has no day first, then day by day."""

    month: date
    title: str
    strips: tuple[StripView, ...]
    days: tuple[DayView, ...]


def strip_view(strip: PeriodStrip, viewer: Viewer, now: datetime) -> StripView:
    entries = tuple(EventView(occurrence, viewer, now) for occurrence in strip.occurrences)
    return StripView(words.format_period_title(strip.when, viewer.language), entries)


def section_view(section: AgendaSection, viewer: Viewer, now: datetime) -> SectionView:
    language = viewer.language
    return SectionView(
        month=section.month,
        title=words.format_month_title(section.month.year, section.month.month, language),
        strips=tuple(strip_view(strip, viewer, now) for strip in section.strips),
        days=tuple(
            DayView(
                date=day.date,
                title=words.format_day_title(day.date, language),
                number=str(day.date.day),
                weekday=words.weekday_names(language)[(day.date.weekday() - words.week_start(language)) % 7],
                other_month=words.format_month_name(day.date.month, language)
                if day.date.month != section.month.month
                else "",
                entries=tuple(EventView(occurrence, viewer, now) for occurrence in day.occurrences),
            )
            for day in section.days
        ),
    )
