"""Months small enough to stand beside a list or twelve to a page: the days on which something takes place, as links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ... import links, words
from ...events import Occurrence
from ...when import Period
from ..edition_index import EventSelection
from ..viewer import Viewer
from . import views
from .months import grid_bounds, last_shown_day, next_month

MAX_MONTH_OCCURRENCES, MAX_YEAR_OCCURRENCES = 1_500, 6_000
"""Occurrences up to which days are marked: beyond them every day has something."""
_MAX_DOTS = 3
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SmallDay:
    """A day; *href* is "" and *count* 0 where nothing takes place. *hues* are those of its first events."""

    date: date
    is_in_month: bool
    is_today: bool
    is_past: bool
    count: int
    hues: tuple[str, ...]
    href: str
    title: str


@dataclass(frozen=True, slots=True)
class SmallMonth:
    """A month as rows of days. *vague_count* counts what has no day yet; *href* is "" for a month without a page."""

    title: str
    href: str
    weekdays: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[SmallDay, ...], ...]
    event_count: int
    vague_count: int


def build_small_month(
    selection: EventSelection, first_day: date, viewer: Viewer, today: date, now: datetime
) -> SmallMonth:
    """Lays out the month of *first_day*; without its events where they are too many."""
    touching = selection.between_at_most(first_day, next_month(first_day) - _DAY, MAX_MONTH_OCCURRENCES)
    return _lay_out(first_day, touching or (), viewer, today, now)


def build_small_months(
    selection: EventSelection, year: int, viewer: Viewer, today: date, now: datetime
) -> list[SmallMonth] | None:
    """Lays out the twelve months of *year*; None where it has too many events."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    touching = selection.between_at_most(first, last, MAX_YEAR_OCCURRENCES)
    if touching is None:
        return None
    return [_lay_out(date(year, month, 1), touching, viewer, today, now) for month in range(1, 13)]


def _lay_out(
    first_day: date, occurrences: Iterable[Occurrence], viewer: Viewer, today: date, now: datetime
) -> SmallMonth:
    language, last_day = viewer.language, next_month(first_day) - _DAY
    by_day: dict[date, list[Occurrence]] = {}
    dated_ids, vague_ids = set[tuple[str, str]](), set[tuple[str, str]]()
    for occurrence in occurrences:
        first, last = occurrence.when.first_day, last_shown_day(occurrence.when)
        if first is None or last is None or first > last_day or last < first_day:
            continue
        key = (occurrence.event.id, occurrence.recurrence)
        if isinstance(occurrence.when.span, Period):
            vague_ids.add(key)
            continue
        dated_ids.add(key)
        start, end = max(first, first_day), min(last, last_day)
        for offset in range((end - start).days + 1):
            by_day.setdefault(start + timedelta(days=offset), []).append(occurrence)
    href = viewer.filtered_url(links.month_path(first_day)) if viewer.has_month(first_day) else ""
    start, end = grid_bounds(first_day, viewer.week_start)
    days = [
        _small_day(day, first_day.month, by_day.get(day, ()), href, viewer, today, now)
        for day in (start + timedelta(days=offset) for offset in range((end - start).days + 1))
    ]
    return SmallMonth(
        title=words.format_month_title(first_day, language),
        href=href,
        weekdays=tuple(_column_names(viewer)),
        weeks=tuple(tuple(days[at : at + 7]) for at in range(0, len(days), 7)),
        event_count=len(dated_ids),
        vague_count=len(vague_ids),
    )


def _column_names(viewer: Viewer) -> Iterable[tuple[str, str]]:
    """Returns a short and a whole name for each column: letters in a language that does not shorten its weekdays."""
    short, whole = zip(*viewer.weekdays, strict=True)
    if short == whole:
        short = tuple(words.weekday_names(viewer.language, "narrow", viewer.week_start))
    return zip(short, whole, strict=True)


def _small_day(
    day: date, month: int, occurrences: Iterable[Occurrence], month_url: str, viewer: Viewer, today: date, now: datetime
) -> SmallDay:
    day_occurrences = list(occurrences)
    hues = dict.fromkeys(views.EventView(occurrence, viewer, now).hue for occurrence in day_occurrences)
    return SmallDay(
        date=day,
        is_in_month=day.month == month,
        is_today=day == today,
        is_past=day < today,
        count=len(day_occurrences),
        hues=tuple(hues)[:_MAX_DOTS],
        href=f"{month_url}#d{day.day}" if day_occurrences and month_url else "",
        title=words.format_day_title(day, viewer.language) if day_occurrences else "",
    )
