"""Words become the events that say them: those with the words in their title first, then those that mention them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ... import filters, occurrences
from ...events import Event, Occurrence, event_zone
from ...filters import Filter
from ...when import LAST_YEAR
from ..edition_index import EditionIndex

_UPCOMING_WINDOW_DAYS = (0, 31)
_LAST_DAY = date(LAST_YEAR, 12, 31)


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The matches of a search, one occurrence per event: those on or to come by date, then past ones, the latest first."""

    titles: tuple[Occurrence, ...]
    mentions: tuple[Occurrence, ...]

    @property
    def count(self) -> int:
        return len(self.titles) + len(self.mentions)


def search(index: EditionIndex, query: Filter, today: date, now: datetime) -> SearchResult:
    """Finds everything that *query* keeps. Each word of `q` has to be found, in any of the languages an event is written in."""
    words = filters.fold_for_search(query.q).split()
    titles: list[Occurrence] = []
    mentions: list[Occurrence] = []
    for event, title in index.select(query).titles:
        nearest = nearest_occurrence(event, min(today, _local_today(event, now)))
        (titles if all(word in title for word in words) else mentions).append(nearest)

    def position(occurrence: Occurrence) -> tuple[bool, int]:
        return _sort_key(occurrence, min(today, _local_today(occurrence.event, now)))

    return SearchResult(*(tuple(sorted(group, key=position)) for group in (titles, mentions)))


def _local_today(event: Event, now: datetime) -> date:
    """Returns the date where *event* takes place: what a later one leaves behind may be still to come there."""
    return now.astimezone(event_zone(event)).date()


def nearest_occurrence(event: Event, today: date) -> Occurrence:
    """Returns the occurrence that is on or next; else the last one; an event without a date as it stands."""
    if not event.is_recurring:
        return occurrences.as_it_stands(event)
    for days in _UPCOMING_WINDOW_DAYS:  # days before years: a search expands many series, one date of each
        if upcoming := occurrences.of_event(event, today, min(today, _LAST_DAY - timedelta(days)) + timedelta(days)):
            return upcoming[0]
    return (
        next(occurrences.iter_upcoming(event, today), None)
        or occurrences.last_of_event(event)
        or occurrences.as_it_stands(event)
    )


def _sort_key(occurrence: Occurrence, today: date) -> tuple[bool, int]:
    """Sorts the nearest to come first; then, the nearest that was. What has no date stands between."""
    first, last = occurrence.when.first_day, occurrence.when.last_day
    if first is None or last is None:
        return False, date.max.toordinal()
    return (False, first.toordinal()) if last >= today else (True, -last.toordinal())
