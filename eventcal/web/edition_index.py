"""One edition made ready for looking up: by id, by former id, by month, by words. Built once an edition.

A page costs what its months hold, and not what the registry holds.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

from .. import filters, occurrences
from ..events import Event, Occurrence, Status, TagColor, TagStyle, Text, event_zone
from ..feeds import NOTHING_REMOVED, Removed
from ..filters import Filter
from ..history import Change, ChangeKind, Edition, Version
from ..leads import Lead
from ..when import STALE_AFTER, AllDay, Limit, Timed, Undated
from ..when.periods import last_day_of_month

# An event over more months than this is looked at for every window, instead of being put into each month.
_MAX_MONTHS_INDEXED = 36
_WINDOW_CACHE_SIZE = 64
_PAGE_CACHE_SIZE = 64
_SELECTION_CACHE_SIZE = 8


class EditionIndex:
    """*edition* None makes an empty one; *removed* events are found by a filter that names them, and nowhere else."""

    def __init__(
        self, edition: Edition | None = None, changes: tuple[Change, ...] = (), removed: Removed = NOTHING_REMOVED
    ) -> None:
        self._edition, self._removed = edition, removed
        versions = edition.versions if edition else ()
        self.tag_styles = edition.calendar.tags if edition else ()
        self.events: tuple[Event, ...] = tuple(version.event for version in versions)
        self._changes: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            self._changes[change.uid].append(change)
        # per index, so that what is cached goes with its edition
        self.select = lru_cache(maxsize=_SELECTION_CACHE_SIZE)(self._select)
        self.everything = EventSelection(self, None)
        self._pages: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Builds what every page needs, so that none waits for it. Feeds do without, and come first."""
        _ = self.months

    @cached_property
    def months(self) -> MonthIndex:
        """The events by the months that they touch."""
        return MonthIndex(self.events)

    @cached_property
    def leads(self) -> frozenset[Lead]:
        """The leads that any event has."""
        return frozenset(lead for event in self.events for lead in event.leads)

    @cached_property
    def undated(self) -> list[Event]:
        """The events whose date is still to be announced."""
        return [event for event in self.events if event.when.span == Undated()]

    @cached_property
    def open_ended(self) -> list[int]:
        """The positions of the events that have no known end."""
        return [position for position, event in enumerate(self.events) if event.when.limit is Limit.OPEN_END]

    @cached_property
    def search_texts(self) -> list[tuple[str, str]]:
        """The texts that a search compares, one pair for each of `events`; built by the first search."""
        return [filters.search_texts(event) for event in self.events]

    @cached_property
    def tag_counts(self) -> Counter[str]:
        """The number of events with each tag."""
        return Counter(tag for event in self.events for tag in event.tags)

    @cached_property
    def palette(self) -> TagPalette:
        """The colours and names of the tags."""
        return build_palette(self.tag_styles, self.tags)

    @cached_property
    def tags(self) -> list[str]:
        """The tags that tell events apart, the most frequent first: one that all carry does not."""
        counts = self.tag_counts
        return sorted((tag for tag in counts if counts[tag] < len(self.events)), key=lambda tag: (-counts[tag], tag))

    @cached_property
    def countries(self) -> list[str]:
        """The countries in which anything takes place, the most frequent first."""
        counts = Counter(place.country for event in self.events for place in event.places if place.country)
        return sorted(counts, key=lambda code: (-counts[code], code))

    def cached_page(self, key: Hashable, render: Callable[[], str]) -> str:
        """Returns the page for *key*; rendered unless it is among the last ones that were requested."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        rendered = render()
        with self._lock:
            self._pages[key] = rendered
            while len(self._pages) > _PAGE_CACHE_SIZE:
                self._pages.popitem(last=False)
        return rendered

    @cached_property
    def _parts(self) -> dict[str, list[Event]]:
        parts = defaultdict[str, list[Event]](list)
        for event in self.events:
            if event.part_of:
                parts[event.part_of].append(event)
        return parts

    def parts_of(self, event_id: str) -> list[Event]:
        """Returns the events that belong to one, in the registry's order."""
        return self._parts.get(event_id, [])

    @cached_property
    def _editions(self) -> dict[str, list[Event]]:
        editions = defaultdict[str, list[Event]](list)
        for event in self.events:
            if event.series:
                editions[event.series].append(event)
        for events in editions.values():
            events.sort(key=lambda event: occurrences.effective_when(event).first_day or date.max)
        return editions

    def editions_of(self, series: str) -> list[Event]:
        """Returns the events of one series, the earliest first, what has no date last."""
        return self._editions.get(series, [])

    def find(self, event_id: str) -> Version | None:
        """Returns the event that has the id *event_id*, or had it, else what continues the one that left."""
        return self._edition.find_followed(event_id) if self._edition else None

    def successors(self, event_id: str) -> tuple[Version, ...]:
        """Returns what continues the series with *event_id*, in the registry's order."""
        return self._edition.successors(event_id) if self._edition else ()

    def parent_ids(self, event: Event) -> tuple[str, ...]:
        """Returns the ids of the events that *event* belongs to."""
        return self._edition.parent_ids(event) if self._edition else ()

    def changes_of(self, version: Version) -> list[Change]:
        """Returns the changes of an event, the newest first, under all ids that it had."""
        return self._changes.get(version.uid, [])

    @cached_property
    def last_moves(self) -> dict[str, Change]:
        """The last move of each event as a whole, by the event's id."""
        return {
            version.event.id: change
            for version in (self._edition.versions if self._edition else ())
            for change in reversed(self.changes_of(version))
            if change.kind is ChangeKind.MOVED and not change.recurrence
        }

    def _select(self, query: Filter, zone: str = "") -> EventSelection:
        """Chooses the events that *query* keeps, before any of them is expanded; *zone* "" counts days where they are."""
        if query == Filter():
            return EventSelection(self, None, zone) if zone else self.everything
        if self._edition and (removed_versions := self._removed.chosen_by(query, self._edition)):
            chosen = [version for version in self._edition.versions if filters.matches_event(query, version.event)]
            return EditionIndex(replace(self._edition, versions=(*chosen, *removed_versions))).select(Filter(), zone)
        positions: Iterable[int] = range(len(self.events))
        for word in filters.fold_for_search(query.q).split():
            positions = [position for position in positions if word in self.search_texts[position][1]]
        if (rest := replace(query, q="")) != Filter():
            positions = [position for position in positions if filters.matches_event(rest, self.events[position])]
        return EventSelection(self, frozenset(positions), zone)


class MonthIndex:
    """Events, by position, under the months that they touch."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._by_month: dict[tuple[int, int], list[tuple[date, date, int]]] = defaultdict(list)
        self._long_events: list[tuple[date, date, int]] = []
        for position, event in enumerate(events):
            extent = occurrences.extent(event)
            if extent is None:
                continue
            first, last = extent[0], extent[1] or date.max
            if event.is_recurring or (last.year - first.year) * 12 + last.month - first.month >= _MAX_MONTHS_INDEXED:
                self._long_events.append((first, last, position))
            else:
                for month in months_between(first, last):
                    self._by_month[month].append((first, last, position))
        self._months = sorted(self._by_month)

    def first_day_from(self, day: date) -> date | None:
        """Returns the first day, *day* itself included, that anything may touch; None when nothing does."""
        if any(first <= day <= last for first, last, _ in self._long_events):
            return day
        at = bisect_left(self._months, (day.year, day.month))
        ahead = [first for first, _, _ in self._long_events if first > day]
        ahead += [max(day, date(*month, 1)) for month in self._months[at : at + 1]]
        return min(ahead, default=None)

    def last_day_until(self, day: date) -> date | None:
        """Returns the last day, *day* itself included, that anything may touch; None when nothing does."""
        if any(first <= day <= last for first, last, _ in self._long_events):
            return day
        at = bisect_right(self._months, (day.year, day.month))
        behind = [last for _, last, _ in self._long_events if last < day]
        behind += [min(day, last_day_of_month(*month)) for month in self._months[max(0, at - 1) : at]]
        return max(behind, default=None)

    def candidates(self, start: date, end: date) -> set[int]:
        """Returns the positions of the events that may touch *start* to *end*."""
        extents = chain(self._long_events, *(self._by_month.get(month, ()) for month in months_between(start, end)))
        return {position for first, last, position in extents if first <= end and last >= start}


class EventSelection:
    """The events of *index* at *positions* (None: all), expanded window by window and no further than asked for.

    With a *zone* its days are those of a reader there, and so are the hours of its occurrences; "": those of each event.
    """

    def __init__(self, index: EditionIndex, positions: frozenset[int] | None, zone: str = "") -> None:
        self._index = index
        self._positions = positions
        self._zone = ZoneInfo(zone) if zone else None
        # an hour is on one date where the event is and on another where the reader is
        self._margin = occurrences.MAX_DAYS_APART if zone else timedelta()
        # per index, so that what is cached goes with its edition
        self.between = lru_cache(maxsize=_WINDOW_CACHE_SIZE)(self._occurrences_between)
        self.between_at_most = lru_cache(maxsize=_WINDOW_CACHE_SIZE)(self._occurrences_at_most)

    @property
    def undated(self) -> list[Event]:
        if self._positions is None:
            return self._index.undated
        chosen = {self._index.events[position].id for position in self._positions}
        return [event for event in self._index.undated if event.id in chosen]

    @property
    def titles(self) -> Iterator[tuple[Event, str]]:
        """Yields each event with its title as a search sees it."""
        positions = range(len(self._index.events)) if self._positions is None else sorted(self._positions)
        return ((self._index.events[position], self._index.search_texts[position][0]) for position in positions)

    def begun(self, today: date) -> list[Occurrence]:
        """Returns what began within the year before *today* and has no known end, in the order in which it began."""
        events = [
            self._index.events[position]
            for position in self._index.open_ended
            if self._positions is None or position in self._positions
        ]
        begun = [
            (event.when.first_day or today, event)
            for event in events
            if event.status is not Status.CANCELLED and event.when.last_day
            if event.when.last_day < today <= event.when.last_day + STALE_AFTER
        ]
        return [Occurrence(event, "", event.when, event.status) for _, event in sorted(begun, key=lambda pair: pair[0])]

    def unfinished(self, today: date, now: datetime) -> list[Occurrence]:
        """Returns what has days before *today* alone and is not over at *now*, for it is earlier where it takes place."""
        events = self._chosen(today - occurrences.MAX_DAYS_APART, today - timedelta(days=1))
        unfinished = occurrences.unfinished_before(events, today, now)
        if self._zone is None:
            return unfinished
        # a reader's own today has the hours, and leaves whole days
        return [occurrence for occurrence in unfinished if isinstance(occurrence.when.span, AllDay)]

    def first_day_from(self, day: date) -> date | None:
        """Returns the first day, *day* itself included, that anything may touch; None when nothing does."""
        if self._positions is not None and not self._positions:
            return None
        first = self._index.months.first_day_from(day - self._margin)
        return first and max(day, first - self._margin)

    def last_day_until(self, day: date) -> date | None:
        """Returns the last day, *day* itself included, that anything may touch; None when nothing does."""
        if self._positions is not None and not self._positions:
            return None
        last = self._index.months.last_day_until(day + self._margin)
        return last and min(day, last + self._margin)

    def _window(self, start: date, end: date) -> tuple[date, date]:
        """Returns the days on which something may take place that is on *start* to *end* for the reader."""
        return start - self._margin, min(end, date.max - self._margin) + self._margin

    def _chosen(self, start: date, end: date) -> list[Event]:
        positions = self._index.months.candidates(start, end)
        if self._positions is not None:
            positions &= self._positions
        return [self._index.events[position] for position in sorted(positions)]

    def _occurrences_between(self, start: date, end: date) -> tuple[Occurrence, ...]:
        window = self._window(start, end)
        touching = occurrences.between(self._chosen(*window), *window)
        return tuple(touching) if self._zone is None else _local_occurrences(touching, start, end, self._zone)

    def _occurrences_at_most(self, start: date, end: date, limit: int) -> tuple[Occurrence, ...] | None:
        """Returns what `between` does; None as soon as there are more than *limit*."""
        count = 0
        window = self._window(start, end)
        for event in self._chosen(*window):
            count += len(occurrences.of_event(event, *window))
            if count > limit:
                return None
        return self.between(start, end)


def _local_occurrences(near: Iterable[Occurrence], start: date, end: date, zone: ZoneInfo) -> tuple[Occurrence, ...]:
    """Returns those of *near* that touch the days *start* to *end* of *zone*, on its clock and in its order."""
    local = (replace(occurrence, when=occurrence.when.in_zone(zone)) for occurrence in near)
    touching = (occurrence for occurrence in local if occurrence.when.overlaps(start, end))

    def position(occurrence: Occurrence) -> tuple[date, int, datetime]:
        is_floating = isinstance(occurrence.when.span, Timed) and occurrence.when.span.is_floating
        return occurrence.when.sort_key(event_zone(occurrence.event) if is_floating else zone)

    return tuple(sorted(touching, key=position))


def months_between(first: date, last: date) -> Iterator[tuple[int, int]]:
    """Yields each (year, month) from the one of *first* to the one of *last*."""
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield year, month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


AUTOMATIC_COLORS: Final = tuple(color for color in TagColor if color is not TagColor.GRAY)
"""The colours given to tags without one, in this order: neighbours differ in hue and in lightness."""


@dataclass(frozen=True, slots=True)
class TagPalette:
    """Colours and names by tag; *declared* are the tags whose colour the registry names."""

    colors: Mapping[str, TagColor] = field(default_factory=dict)
    names: Mapping[str, Text] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()

    def leading_tag(self, tags: Sequence[str]) -> str:
        """Returns the tag that gives an event its colour, "" where none has one.

        It is the last one with a declared colour, else the last one with any: the first are often the whole calendar's.
        """
        colored = [tag for tag in tags if tag in self.colors]
        return next((tag for tag in reversed(colored) if tag in self.declared), colored[-1] if colored else "")

    def css_class(self, tag: str) -> str:
        """Returns the class of the style sheet that sets the colour of *tag*, "hue-none" for a tag without one."""
        color = self.colors.get(tag)
        return f"hue-{color}" if color else "hue-none"

    def name(self, tag: str, language: str) -> str:
        """Returns the name of *tag* for a reader of *language*; the tag itself where the registry names it nowhere."""
        return self.names[tag].in_language(language) if tag in self.names else tag


def build_palette(styles: Iterable[TagStyle], frequent_tags: Iterable[str]) -> TagPalette:
    """Gives each of *frequent_tags*, the most frequent first, a colour that no other tag has, as long as there are any."""
    declared = {style.tag: style for style in styles}
    colors = {tag: style.color for tag, style in declared.items() if style.color is not None}
    declared_tags = frozenset(colors)
    free_colors = [color for color in AUTOMATIC_COLORS if color not in colors.values()]
    for tag in frequent_tags:
        if tag not in colors:
            colors[tag] = free_colors.pop(0) if free_colors else TagColor.GRAY
    names = {tag: style.name for tag, style in declared.items() if style.name is not None}
    return TagPalette(colors, names, declared_tags)
