"""One edition made ready for looking up: by id, by former id, by month, by words. Built once an edition.

A page costs what its months hold, and not what the registry holds.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from functools import cached_property, lru_cache

from .. import filters, occurrences
from ..events import Event, Occurrence, Text
from ..history import Change, Edition, Version
from ..when import Undated

# An event over more months than this is looked at for every window, instead of being put into each month.
_MONTHS_INDEXED = 36
_WINDOWS_KEPT = 64
_PAGES_KEPT = 64


class Index:
    """*edition* None makes an empty one."""

    def __init__(self, edition: Edition | None = None, changes: tuple[Change, ...] = ()) -> None:
        versions = edition.versions if edition else ()
        self.events: tuple[Event, ...] = tuple(each.event for each in versions)
        self._versions = {each.event.id: each for each in versions}
        self._renamed = {old: each.id for each in self.events for old in each.formerly}
        self._by_month: dict[tuple[int, int], list[int]] = defaultdict(list)
        self._long: list[tuple[date, date, int]] = []
        self.undated: list[Event] = []
        for position, event in enumerate(self.events):
            self._place(position, event)
        self._months = sorted(self._by_month)
        self._changes: dict[str, list[Change]] = defaultdict(list)
        for change in changes:
            self._changes[change.uid].append(change)
        # per index, so that what is kept goes with its edition
        self.between = lru_cache(maxsize=_WINDOWS_KEPT)(self._between)
        self._pages: OrderedDict[Hashable, str] = OrderedDict()
        self._lock = threading.Lock()

    @cached_property
    def folded(self) -> list[tuple[str, str]]:
        """What a search looks through, beside `events`; made when somebody searches for the first time."""
        return [_folded(each) for each in self.events]

    @cached_property
    def tags(self) -> list[str]:
        """The tags that tell events apart, the most frequent first: one that all carry does not."""
        counts = Counter(tag for event in self.events for tag in event.tags)
        return sorted((tag for tag in counts if counts[tag] < len(self.events)), key=lambda tag: (-counts[tag], tag))

    @cached_property
    def countries(self) -> list[str]:
        """The countries in which anything takes place, the most frequent first."""
        counts = Counter(event.place.country for event in self.events if event.place and event.place.country)
        return sorted(counts, key=lambda code: (-counts[code], code))

    def page(self, key: Hashable, make: Callable[[], str]) -> str:
        """What *make* made for *key*, while it is among the last that were asked for."""
        with self._lock:
            if key in self._pages:
                self._pages.move_to_end(key)
                return self._pages[key]
        made = make()
        with self._lock:
            self._pages[key] = made
            while len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)
        return made

    def version(self, event_id: str) -> Version | None:
        return self._versions.get(event_id)

    def renamed(self, old_id: str) -> str | None:
        """The present id of an event that once had *old_id*."""
        return self._renamed.get(old_id)

    def changes_of(self, version: Version) -> list[Change]:
        """What happened to an event, the newest first, under whatever names it had."""
        return self._changes.get(version.uid, [])

    def first_from(self, day: date) -> date | None:
        """The first day, *day* itself included, that anything may touch; None when nothing does."""
        if any(first <= day <= last for first, last, _ in self._long):
            return day
        at = bisect_left(self._months, (day.year, day.month))
        ahead = [first for first, _, _ in self._long if first > day]
        ahead += [max(day, date(*month, 1)) for month in self._months[at : at + 1]]
        return min(ahead, default=None)

    def last_until(self, day: date) -> date | None:
        """The last day, *day* itself included, that anything may touch; None when nothing does."""
        if any(first <= day <= last for first, last, _ in self._long):
            return day
        at = bisect_right(self._months, (day.year, day.month))
        behind = [last for _, last, _ in self._long if last < day]
        behind += [min(day, _last_of(*month)) for month in self._months[max(0, at - 1) : at]]
        return max(behind, default=None)

    def _place(self, position: int, event: Event) -> None:
        if isinstance(event.when.span, Undated):
            self.undated.append(event)
        reach = occurrences.extent(event)
        if reach is None:
            return
        first, last = reach[0], reach[1] or date.max
        repeats = event.rule is not None or bool(event.also)
        if repeats or (last.year - first.year) * 12 + last.month - first.month >= _MONTHS_INDEXED:
            self._long.append((first, last, position))
        else:
            for month in months_between(first, last):
                self._by_month[month].append(position)

    def _between(self, start: date, end: date) -> tuple[Occurrence, ...]:
        """The occurrences that touch *start* to *end* (both counted), in the order of `occurrences.between`."""
        found = {position for first, last, position in self._long if first <= end and last >= start}
        for month in months_between(start, end):
            found.update(self._by_month.get(month, ()))
        return tuple(occurrences.between([self.events[each] for each in sorted(found)], start, end))


def _folded(event: Event) -> tuple[str, str]:
    """What a search looks through: the titles, and everything that the registry says of *event*."""
    title = [event.id, *_all(event.title)]
    texts = [*title, *event.tags, *_all(event.notes)]
    if event.place is not None:
        texts += [*_all(event.place.name), *_all(event.place.region), event.place.country]
    for source in event.sources:
        texts += [source.title, source.quote]
    return filters.fold(" ".join(title)), filters.fold(" ".join(texts))


def _all(text: Text | None) -> list[str]:
    return [] if text is None else [each for _, each in text.pairs]


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def months_between(first: date, last: date) -> Iterator[tuple[int, int]]:
    """Each (year, month) from the one of *first* to the one of *last*."""
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield year, month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
