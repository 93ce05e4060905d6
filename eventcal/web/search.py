"""Words become the events that say them: those with the words in their title first, then those that mention them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from .. import filters, occurrences
from ..events import Event, Occurrence
from ..filters import Filter
from .index import Index

_BACK = (60, 800, 8000)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, each event once: what is on or to come by its nearest date, then what was, the latest first."""

    titles: tuple[Occurrence, ...]
    mentions: tuple[Occurrence, ...]

    @property
    def count(self) -> int:
        return len(self.titles) + len(self.mentions)


def search(index: Index, query: Filter, today: date) -> Found:
    """Everything that *query* keeps. Each word of `q` has to be found, in any of the languages an event is written in."""
    words, rest = filters.fold(query.q).split(), replace(query, q="")
    titles: list[Occurrence] = []
    mentions: list[Occurrence] = []
    for event, (title, text) in zip(index.events, index.folded, strict=True):
        if not all(word in text for word in words) or not filters.keep(rest, event):
            continue
        (titles if all(word in title for word in words) else mentions).append(nearest(event, today))
    return Found(*(tuple(sorted(each, key=lambda one: _order(one, today))) for each in (titles, mentions)))


def nearest(event: Event, today: date) -> Occurrence:
    """The occurrence that is on or next; else the last one; an event without a date as it stands."""
    return next(occurrences.coming(event, today), None) or _last(event, today) or _undated(event)


def _last(event: Event, today: date) -> Occurrence | None:
    reach = occurrences.extent(event)
    if reach is None:
        return None
    for days in _BACK:
        start = max(reach[0], today - timedelta(days=days)) if today.toordinal() > days else reach[0]
        found = occurrences.of(event, start, today)
        if found:
            return found[-1]
    return next(iter(occurrences.of(event, reach[0], reach[0])), None)


def _undated(event: Event) -> Occurrence:
    return Occurrence(event, "", event.when, event.status)


def _order(occurrence: Occurrence, today: date) -> tuple[bool, int]:
    """The nearest to come first; then, the nearest that was. What has no date stands between."""
    first, last = occurrence.when.first_day, occurrence.when.last_day
    if first is None or last is None:
        return False, date.max.toordinal()
    return (False, first.toordinal()) if last >= today else (True, -last.toordinal())
