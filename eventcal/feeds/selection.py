"""The events of an edition that a feed holds on a day, in what order, and those that recently left it. Writes no bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from .. import filters, ical, occurrences
from ..events import Event, Status
from ..filters import Filter
from ..history import Edition, Version
from ..ical import RenderedEvent, RenderOptions
from ..when import local_to_utc

KEEP_REMOVED: Final = timedelta(days=400)
"""Time after a removal, counted back from the newest edition, in which the feed of what was removed is served."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Events that left the calendar, cancelled as their own feeds say it, and tags that no event has any more.

    Their feeds go on: after a 404 calendar apps would keep a stale copy.
    """

    versions: tuple[Version, ...] = ()
    tags: frozenset[str] = frozenset()

    def find(self, event_id: str) -> Version | None:
        """Returns the removed event that had *event_id*, the last one first; None for an id that was never used."""
        return next((version for version in self.versions if event_id in version.event.ids), None)

    def chosen_by(self, query: Filter, edition: Edition) -> tuple[Version, ...]:
        """Returns the removed events that *query* names by their ids; an id that *edition* has belongs to another event now."""
        if not query.ids:
            return ()
        current_ids = {version.event.id for version in edition.versions}
        return tuple(
            version
            for version in self.versions
            if version.event.id not in current_ids and filters.matches_event(query, version.event)
        )


NOTHING_REMOVED: Final = Removed()


def collect_removed(edition: Edition, ended: Iterable[tuple[Version, datetime]]) -> Removed:
    """Chooses from the versions that *ended* (with the moment, the newest first) what *edition* no longer has.

    A removed event is revised once more (RFC 5545 3.8.7.4): cancelled, with each date of its own, with the next SEQUENCE, at
    the moment of its removal, which is later than its last edit in whole seconds, too.
    Its notes, sources and links are not published any longer, for they may be why it was removed.
    """
    current_uids = {version.uid for version in edition.versions}
    current_tags = {tag for version in edition.versions for tag in version.event.tags}
    removed: dict[str, Version] = {}
    tags: set[str] = set()
    for version, ended_at in ended:
        tags.update(version.event.tags)
        if version.uid not in current_uids and version.uid not in removed:
            removed[version.uid] = replace(
                version,
                event=replace(
                    version.event,
                    status=Status.CANCELLED,
                    overrides=tuple(
                        replace(override, status=Status.CANCELLED, notes=None, url="")
                        for override in version.event.overrides
                    ),
                    notes=None,
                    sources=(),
                    links=(),
                    url="",
                    online="",
                    image="",
                ),
                sequence=version.sequence + 1,
                modified=max(ended_at, version.modified + timedelta(seconds=1)),
            )
    return Removed(tuple(removed.values()), frozenset(tags - current_tags))


MAX_FEED_VEVENTS = 1_000
MAX_FEED_BYTES = 1_000_000
"""What every calendar app takes; one that reads more than this is not promised by anybody."""

# What a feed's own head may take of MAX_FEED_BYTES, beside its events and their time zones.
_HEADER_RESERVE_BYTES = 8_000
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OmittedCounts:
    """Counts of the events that a feed leaves out, by reason: no date, too vague a date, too long past, too far ahead."""

    undated: int = 0
    too_imprecise: int = 0
    past: int = 0
    future: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """The events of a feed in the registry's order. *rollover_at* is the last midnight that changed the selection."""

    rendered_events: tuple[RenderedEvent, ...] = ()
    omitted: OmittedCounts = field(default_factory=OmittedCounts)
    rollover_at: datetime | None = None


def select_events(
    edition: Edition, today: date, query: Filter, options: RenderOptions, unlimited: bool = False
) -> Selection:
    """Selects the events of the feed of *query* on *today* (a day in the calendar's zone).

    *unlimited* keeps past and far-off events; so does a filter with its own days.
    """
    calendar, zone = edition.calendar, edition.calendar.zone
    counting_query = replace(query, imprecise="span")  # what is too vague is to be counted
    rollover = _RolloverTracker(today, zone)
    shown: list[Version] = []
    undated_count = too_imprecise_count = 0
    for version in edition.versions:
        event = version.event
        if not filters.matches_event_and_days(counting_query, event):
            continue
        when = occurrences.effective_when(event)
        if when.first_day is None:
            undated_count += 1
        elif ical.is_omitted_as_imprecise(when, options):
            too_imprecise_count += 1
        elif rollover.check_removal(_event_removal_day(version, zone)):
            rollover.add_event(event, options)
            shown.append(version)
    fitting = _Fitting(shown)
    if not unlimited and not query.has_window:
        fitting = _fit_limits(shown, edition, options, today, rollover)
    rendered_events = ical.render_events(calendar, fitting.versions, options, today)
    return Selection(
        tuple(rendered for rendered in rendered_events if rendered.vevent_count),
        OmittedCounts(undated_count, too_imprecise_count, fitting.past_count, fitting.future_count),
        rollover.last_rollover,
    )


class _RolloverTracker:
    """The midnights that have changed a feed without any edit, of which the last is kept."""

    def __init__(self, today: date, zone: ZoneInfo) -> None:
        self._today, self._zone = today, zone
        self.last_rollover: datetime | None = None

    def add_day(self, day: date) -> None:
        """Notes that the feed changed at the midnight that *day* begins with, if that has come."""
        if day <= self._today:
            moment = local_to_utc(datetime.combine(day, time()), self._zone)
            self.last_rollover = moment if self.last_rollover is None else max(self.last_rollover, moment)

    def check_removal(self, removal_day: date | None) -> bool:
        """Tells whether what leaves on a day is still here; the leaving is noted."""
        if removal_day is None:
            return True
        self.add_day(removal_day)
        return removal_day > self._today

    def add_event(self, event: Event, options: RenderOptions) -> None:
        """Adds the days on which an event that stays changes: cancelled occurrences leave, numbered titles advance."""
        for override in event.overrides:
            occurrence = occurrences.find(event, override.date.isoformat())
            removal_day = ical.find_removal_day(occurrence, self._zone) if occurrence else None
            is_shown = options.cancelled != "omit" or (occurrence and occurrence.status is not Status.CANCELLED)
            if removal_day is not None and is_shown:
                self.add_day(removal_day)
        if ical.changes_at_new_year(event, self._today) or ical.has_longer_vtimezone(event, self._today):
            self.add_day(self._today.replace(month=1, day=1))


def _event_removal_day(version: Version, zone: ZoneInfo) -> date | None:
    """Returns the day from whose midnight an event is gone: after its old end when it is cancelled or postponed without a date.

    A cancelled series goes after the first occurrence that will not take place, and the last that does nevertheless.
    """
    event = version.event
    if event.status is Status.CONFIRMED:
        return None
    if not event.is_recurring:
        return ical.find_removal_day(occurrences.as_it_stands(event), zone)
    if event.status is not Status.CANCELLED:
        return None
    cancelled_on = event.cancelled_on or version.modified.astimezone(zone).date()
    upcoming = occurrences.iter_upcoming(event, cancelled_on)
    first_off = next((occurrence for occurrence in upcoming if occurrence.status is Status.CANCELLED), None)
    exceptions = (occurrences.find(event, override.date.isoformat()) for override in event.overrides)
    still_on = [occurrence for occurrence in exceptions if occurrence and occurrence.status is not Status.CANCELLED]
    shown = [replace(occurrence, status=Status.CANCELLED) for occurrence in (first_off, *still_on) if occurrence]
    removal_days = (ical.find_removal_day(occurrence, zone) for occurrence in shown)
    return max((day for day in removal_days if day), default=cancelled_on + _ONE_DAY)


class _Fitting(NamedTuple):
    """Versions that fit a feed, and how many do not: of what is over, and of what is ahead."""

    versions: Sequence[Version]
    past_count: int = 0
    future_count: int = 0


def _fit_limits(
    versions: Sequence[Version], edition: Edition, options: RenderOptions, today: date, rollover: _RolloverTracker
) -> _Fitting:
    """Returns those that fit everybody's calendar app.

    Those longest over leave first, then those furthest ahead.
    """
    vevent_counts = {version.uid: _max_vevent_count(version.event, today) for version in versions}
    if sum(vevent_counts.values()) <= MAX_FEED_VEVENTS:
        rendered_events = ical.render_events(edition.calendar, versions, options, today)
        if all(_fits(rendered_events, today)):
            return _Fitting(versions)
    last_days = {version.uid: _last_day(version.event) for version in versions}
    past = [version for version in versions if last_days[version.uid] < today]
    past.sort(key=lambda version: last_days[version.uid], reverse=True)
    future = [version for version in versions if last_days[version.uid] >= today]
    future.sort(key=lambda version: occurrences.effective_when(version.event).first_day or date.max)
    if past:
        rollover.add_day(last_days[past[0].uid] + _ONE_DAY)
    # the nearest come in first, so that the furthest are those that find no room
    candidates = [*future, *past]
    for position, count in enumerate(accumulate(vevent_counts[version.uid] for version in candidates)):
        if count > MAX_FEED_VEVENTS:
            candidates = candidates[:position]
            break
    rendered_events = ical.render_events(edition.calendar, candidates, options, today)
    fitting_uids = {
        version.uid for version, fits in zip(candidates, _fits(rendered_events, today), strict=True) if fits
    }
    return _Fitting(
        [version for version in versions if version.uid in fitting_uids],
        sum(version.uid not in fitting_uids for version in past),
        sum(version.uid not in fitting_uids for version in future),
    )


def _fits(rendered_events: Iterable[RenderedEvent], today: date) -> Iterator[bool]:
    """Yields whether each event still finds room after those before it that did; a zone costs room only where it is used."""
    available = MAX_FEED_BYTES - _HEADER_RESERVE_BYTES
    zone_years: dict[str, tuple[int, int]] = {}
    zone_sizes: dict[str, int] = {}
    for rendered in rendered_events:
        years = ical.merge_zone_years(zone_years, rendered, today)
        sizes = {name: len(ical.render_vtimezone(name, *years[name])) for name in years}
        cost = len(rendered.octets) + sum(size - zone_sizes.get(name, 0) for name, size in sizes.items())
        fits = cost <= available
        if fits:
            available -= cost
            zone_years |= years
            zone_sizes |= sizes
        yield fits


def _max_vevent_count(event: Event, today: date) -> int:
    if occurrences.needs_expansion(event):
        return len(occurrences.of_event(event, *ical.expansion_window(today)))
    return 1 + len(event.overrides) + len(event.also) + (4 if occurrences.is_numbered(event) else 0)


def _last_day(event: Event) -> date:
    """Returns the last day of an event; of a series without end, the last of all days."""
    extent = occurrences.extent(event)
    return (extent[1] if extent else None) or date.max


def next_midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    """Returns the next midnight in *zone* after *moment*, in UTC: until then a feed stays as it is."""
    return local_to_utc(datetime.combine(moment.astimezone(zone).date() + _ONE_DAY, time()), zone).astimezone(UTC)
