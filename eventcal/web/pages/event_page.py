"""The page of one event: its date, place, series, parts, sources and history as a template shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from markupsafe import Markup

from ... import links, markup, occurrences, words
from ...events import Event, Occurrence, Status
from ...filters import Filter
from ...history import Version
from ...when import FIRST_YEAR, NEVER_TO_COME, Period, When
from ..context import RequestContext
from ..edition_index import EventSelection
from ..viewer import Viewer
from . import agenda, jsonld
from .views import ChangeView, EventView, change_view, first_view, foreign_language

_FIRST_DAY = date(FIRST_YEAR, 1, 1)
_MAX_SERIES_NEIGHBOURS = 6
"""Occurrences of a series that its page lists, to either side of today."""


@dataclass(frozen=True, slots=True)
class DateBlock:
    """A date as a leaf of a calendar; `day` is "" where only a longer period is known."""

    month: str
    day: str
    weekday: str


@dataclass(frozen=True, slots=True)
class RelatedEvents:
    """Other events that a page leads to: those it belongs to, its parts, its series in other years, the nearest in time.

    Of a series that goes on under another rule, the *predecessor* has the earlier dates and its *successors* the later ones.

    Parts that share a day are a *programme*, and if that is a day of the event, so are those of all its days.
    """

    parent: EventView | None
    predecessor: EventView | None
    successors: tuple[EventView, ...]
    parts: tuple[EventView, ...]
    programme: tuple[agenda.AgendaDay, ...]
    feed_with_parts: str
    editions: tuple[EventView, ...]
    before: EventView | None
    after: EventView | None


@dataclass(frozen=True, slots=True)
class EventPage:
    """The content of an event's page. `event` is the shown occurrence's, with what an exception of the series changes."""

    entry: EventView
    event: Event
    block: DateBlock | None
    local_time: str  # on the event's own clock, when the reader's shows another
    notes: Markup
    notes_language: str
    map_url: str
    history: tuple[ChangeView, ...]
    upcoming: tuple[Occurrence, ...]
    past: tuple[Occurrence, ...]
    report_url: str  # where a wrong date is reported, "" where the calendar names no contact
    related: RelatedEvents
    linked_data: dict[str, object]
    add_links: tuple[tuple[str, str], ...]  # (service, address)
    month: tuple[str, str] | None  # (path, words) of the month in which it begins

    @property
    def is_ahead(self) -> bool:
        """Whether it, or another date of its series, may still come: of nothing else is anybody reminded."""
        entry, is_off = self.entry, self.entry.occurrence.status is Status.CANCELLED
        is_entry_ahead = not (is_off or entry.is_over or entry.occurrence.when.span in NEVER_TO_COME)
        return is_entry_ahead or any(occurrence.status is not Status.CANCELLED for occurrence in self.upcoming)


def build_event_page(context: RequestContext, version: Version, recurrence_id: str) -> EventPage:
    """Builds the page of an event; *recurrence_id* chooses one occurrence of a series, "" its next, or else its last."""
    viewer, index = context.viewer, context.index
    language = viewer.language
    shown, upcoming, past = _choose_occurrence(context, version.event, recurrence_id)
    event = shown.event
    view = EventView(shown, viewer, context.now)
    notes = event.notes.best_match(language) if event.notes else ("", "")
    return EventPage(
        entry=view,
        event=event,
        block=date_block(view.localised_when, language),
        local_time=words.format_local_time(shown.when, viewer.language, viewer.zone),
        notes=Markup(markup.to_html(notes[1])),  # sanitised by nh3
        notes_language=foreign_language(notes[0], language) if notes[0] else "",
        report_url=links.proposal_url(
            context.edition.calendar.contact,
            event.id,
            occurrences.title_without_number(event, language),
            str(event.when),
        ),
        map_url=links.map_url(event.place, view.place) if event.place and view.place else "",
        related=_related_events(context, shown),
        history=tuple(change_view(change, version, viewer) for change in index.changes_of(version)),
        upcoming=upcoming,
        past=past,
        linked_data=_linked_data(context, event, view),
        add_links=_add_links(context, event, view),
        month=_month_link(viewer, shown),
    )


def _month_link(viewer: Viewer, shown: Occurrence) -> tuple[str, str] | None:
    """Returns path and words of the month in which *shown* begins; None where it has no page."""
    first = viewer.localise(shown).when.first_day
    if first is None or not viewer.has_month(first):
        return None
    path = viewer.url(links.month_path(first))
    return path, words.format_month_title(first, viewer.language)


def date_block(when: When, language: str) -> DateBlock | None:
    """Returns the leaf for the first day, or for the month of a period within one; None for anything longer or open."""
    first, last = when.earliest, when.last_day
    if first is None or last is None:
        return None
    month = words.format_month_name(first.month, language)
    if when.is_day_known:
        return DateBlock(month, str(first.day), words.weekday_names(language)[first.weekday()])
    return DateBlock(month, "", str(first.year)) if (first.year, first.month) == (last.year, last.month) else None


def _choose_occurrence(
    context: RequestContext, event: Event, recurrence_id: str
) -> tuple[Occurrence, tuple[Occurrence, ...], tuple[Occurrence, ...]]:
    """Returns the occurrence that the page shows, and of its series others to come and past."""
    if not event.is_recurring:
        return Occurrence(event, "", event.when, event.status), (), ()
    today = context.now.astimezone(ZoneInfo(context.viewer.zone or event.timezone)).date()
    upcoming = list(islice(occurrences.iter_upcoming(event, today), _MAX_SERIES_NEIGHBOURS + 1))
    past = _past_occurrences(event, today)
    default = next(iter([*upcoming, *past]), Occurrence(event, "", event.when, event.status))
    shown = (occurrences.find(event, recurrence_id) if recurrence_id else None) or default
    return shown, _without(upcoming, shown), _without(past, shown)


def _without(candidates: Sequence[Occurrence], shown: Occurrence) -> tuple[Occurrence, ...]:
    return tuple(occurrence for occurrence in candidates if occurrence != shown)[:_MAX_SERIES_NEIGHBOURS]


def _related_events(context: RequestContext, shown: Occurrence) -> RelatedEvents:
    event, index = shown.event, context.index
    before, after = _neighbours(context, shown)
    zone = ZoneInfo(context.viewer.zone or event.timezone)
    parts = sorted(
        _event_views(context, (part.id for part in index.parts_of(event.id))),
        key=lambda part: part.occurrence.when.sort_key(zone),
    )
    earlier_id = next(filter(context.edition.find, event.continues), "")
    days = agenda.group_by_day([part.occurrence for part in parts if part.occurrence.when.is_day_known])
    programme = _programme(days, shown.when)
    in_programme = {occurrence.event.id for day in programme for occurrence in day.occurrences}
    return RelatedEvents(
        _event_view(context, event.part_of) if event.part_of else None,
        _event_view(context, earlier_id) if earlier_id else None,
        tuple(_first_view(context, version.event) for version in index.successors(event.id)),
        tuple(part for part in parts if part.occurrence.event.id not in in_programme),
        programme,
        _feed_with_parts(context, event),
        _event_views(context, (other.id for other in index.editions_of(event.series) if other.id != event.id)),
        before,
        after,
    )


def _programme(days: Sequence[agenda.AgendaDay], when: When) -> tuple[agenda.AgendaDay, ...]:
    """Returns those of *days* that are shared, and all within *when* if one of them is."""
    first, last = when.first_day, when.last_day
    shared = [day for day in days if len(day.occurrences) > 1]
    own = [day for day in days if first and last and first <= day.date <= last]
    has_programme = any(day in own for day in shared)
    return tuple(day for day in days if day in shared or (has_programme and day in own))


def _neighbours(context: RequestContext, shown: Occurrence) -> tuple[EventView | None, EventView | None]:
    """Returns the nearest other events before and after *shown*; None where its day is unknown or there is none.

    Those that begin on its own day stand in the order of a list.
    """
    shown = context.viewer.localise(shown)
    first, last = shown.when.first_day, shown.when.last_day
    if first is None or last is None:
        return None, None
    if isinstance(shown.when.span, Period):
        last = shown.when.span.last  # as written: what is only "from" a day is listed for a year
    everything, event, after = _everything(context), shown.event, last + timedelta(days=1)
    earlier, later = _others_of_the_day(context, shown)
    previous = earlier[-1:]
    if not previous and (past := agenda.list_past(everything, first, 1, _other_events(event))):
        day = agenda.last_day(past[0])
        ended = [other for other in everything.between(day, day) if agenda.last_day(other) == day]
        previous = [other for other in ended if other.event.id != event.id][-1:]
    following = later or agenda.list_upcoming(everything, after, 1, _other_events(event, after))
    viewer, now = context.viewer, context.now
    return first_view(previous, viewer, now), first_view(following, viewer, now)


def _everything(context: RequestContext) -> EventSelection:
    return context.index.select(Filter(), context.viewer.zone)


def _others_of_the_day(context: RequestContext, shown: Occurrence) -> tuple[list[Occurrence], list[Occurrence]]:
    """Returns what begins on the known day on which *shown* begins, before and behind it in the order of a list."""
    day = shown.when.first_day
    if day is None or not shown.when.is_day_known:
        return [], []
    on_day = [
        other
        for other in _everything(context).between(day, day)
        if other.when.first_day == day and other.when.is_day_known
    ]
    names = [(other.event.id, other.recurrence) for other in on_day]
    if (name := (shown.event.id, shown.recurrence)) not in names:
        return [], []
    position = names.index(name)
    return on_day[:position], on_day[position + 1 :]


def _linked_data(context: RequestContext, event: Event, view: EventView) -> dict[str, object]:
    url = links.public_event_url(context.base_url, event.id)
    return jsonld.event_jsonld(view.occurrence, view.title, url) | _super_event(context, event)


def _add_links(context: RequestContext, event: Event, view: EventView) -> tuple[tuple[str, str], ...]:
    """Returns (service, address) of the forms of web calendars that take over this event.

    None without a known day, and none of what is cancelled: these forms have no status.
    """
    if view.occurrence.status is Status.CANCELLED:
        return ()
    details_url = links.public_event_url(context.base_url, event.id) or event.url
    when = view.occurrence.when
    title = occurrences.title_without_number(event, context.viewer.language) if event.rule else view.title
    candidates = (
        ("Google Calendar", links.google_event_url(event, when, title, view.place, details_url)),
        ("Outlook.com", links.outlook_event_url(event, when, title, view.place, details_url)),
    )
    return tuple((service, url) for service, url in candidates if url)


def _feed_with_parts(context: RequestContext, event: Event) -> str:
    """Returns the address of the feed with all parts; "" where there are none, and on a site of files, which has no parameters."""
    viewer = context.viewer
    if viewer.static_urls or not context.index.parts_of(event.id):
        return ""
    return viewer.address(viewer.base, links.event_feed_url("", event.id), [("parts", "1"), *viewer.language_pairs])


def _super_event(context: RequestContext, event: Event) -> dict[str, object]:
    """Returns the event that *event* belongs to, or else its series, as schema.org writes it."""
    parent = context.index.find(event.part_of) if event.part_of else None
    if parent is None and event.series:
        return {"superEvent": {"@type": "EventSeries", "name": event.series}}
    if parent is None:
        return {}
    properties = {"@type": "Event", "name": occurrences.title_without_number(parent.event, context.viewer.language)}
    if context.base_url:
        properties["url"] = links.event_url(context.base_url, event.part_of)
    return {"superEvent": properties}


def _event_view(context: RequestContext, event_id: str) -> EventView | None:
    """Returns an event as a line, by the occurrence that its `when` names; None for an unknown id."""
    version = context.index.find(event_id)
    if version is None:
        return None
    occurrence = context.viewer.localise(occurrences.as_it_stands(version.event))
    return EventView(occurrence, context.viewer, context.now)


def _first_view(context: RequestContext, event: Event) -> EventView:
    """Returns *event* as a line, by the first date that takes place."""
    first = replace(occurrences.as_it_stands(event), when=occurrences.first_date(event))
    return EventView(context.viewer.localise(first), context.viewer, context.now)


def _event_views(context: RequestContext, event_ids: Iterable[str]) -> tuple[EventView, ...]:
    return tuple(view for event_id in event_ids if (view := _event_view(context, event_id)))


def _other_events(event: Event, first: date = date.min) -> agenda.OccurrencePredicate:
    """Returns a test for other events that begin on *first* or later."""
    return lambda occurrence: occurrence.event.id != event.id and (occurrence.when.first_day or date.max) >= first


def _past_occurrences(event: Event, today: date) -> list[Occurrence]:
    """Returns the last occurrences of a series that are over, the latest first, from as far back as it takes."""
    past: list[Occurrence] = []
    for days in (60, 800, 8000):
        window = occurrences.of_event(event, max(today - timedelta(days=days), _FIRST_DAY), today - timedelta(days=1))
        past = [occurrence for occurrence in reversed(window) if agenda.last_day(occurrence) < today]
        if len(past) > _MAX_SERIES_NEIGHBOURS:
            break
    return past[: _MAX_SERIES_NEIGHBOURS + 1]
