"""Chooses the pages that a site of files has: those of the languages and the months of its events. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from .. import occurrences
from ..events import Calendar, Event
from ..web.edition_index import EditionIndex, months_between
from ..web.pages.agenda import AGENDA_REACH
from ..web.static_urls import StaticUrls
from ..when import LAST_YEAR
from ..words import LANGUAGES, resolve_language

_LAST_DAY = date(LAST_YEAR, 12, 31)
_MAX_MONTHS_PER_EVENT = 36
"""Months after which one event does not fill each of them with a page of its own."""


def build_static_urls(index: EditionIndex, calendar: Calendar, today: date) -> StaticUrls:
    """Returns the pages of the events of *index*: in the calendar's language, and in each that something is written in."""
    written_languages = {tag for event in index.events for tag, _ in event.title.translations} | {
        tag for tag, _ in calendar.name.translations
    }
    first = resolve_language(calendar.language)
    others = (
        language
        for language in LANGUAGES
        if language != first and any(resolve_language(tag) == language for tag in written_languages)
    )
    months = {(today.year, today.month)}
    for event in index.events:
        months |= _months_of_event(event, today)
    return StaticUrls((first, *others), tuple(date(year, month, 1) for year, month in sorted(months)), today)


def _months_of_event(event: Event, today: date) -> set[tuple[int, int]]:
    """Returns the months that *event* falls into; of an endless series those that a list looks at from *today*."""
    extent = occurrences.extent(event)
    if extent is None:
        return set()
    if event.rule is None and not event.also:
        spans = [(extent[0], extent[1] or extent[0])]
    else:
        horizon = min(max(today, extent[0]), _LAST_DAY - AGENDA_REACH) + AGENDA_REACH
        times = [
            occurrence.when for occurrence in occurrences.of_event(event, extent[0], min(extent[1] or horizon, horizon))
        ]
        spans = [(when.first_day, when.last_day) for when in times if when.first_day and when.last_day]
    months: set[tuple[int, int]] = set()
    for first, last in spans:
        if last - first > timedelta(days=31 * _MAX_MONTHS_PER_EVENT):
            months |= {(first.year, first.month), (last.year, last.month)}
        else:
            months.update(months_between(first, last))
    return months
