"""Occurrences as a list to read: what is next, what was, and month by month. Pure: no HTML, no words, no clock."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ...events import Occurrence, Status
from ...occurrences import is_unfinished
from ...when import STALE_AFTER, Limit, Period, Timed
from ..edition_index import EventSelection
from .months import PeriodStrip, group_by_period

MAX_PAGE_STRETCH = 4
OccurrencePredicate = Callable[[Occurrence], bool]


# Small windows first: a full calendar is expanded no further than its next page. After them, a year at a time.
_WINDOW_DAYS = (1, 6, 24, 92, 243)
_SERIES_WINDOWS, MAX_SERIES_DATES = 3, 8  # a month in which a list has the dates of a series, and how many at most
_YEAR_DAYS = 366
_MAX_YEARS = 12
_DAY = timedelta(days=1)
_QUIET_AFTER = timedelta(days=60)
AGENDA_REACH = timedelta(days=sum(_WINDOW_DAYS) + _YEAR_DAYS * _MAX_YEARS)
"""How far a list looks, either way, leaving out what is empty from end to end."""


@dataclass(frozen=True, slots=True)
class AgendaDay:
    """A day, and what begins on it."""

    date: date
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class AgendaSection:
    """One month of an agenda: first what has no day, then day by day."""

    month: date
    strips: tuple[PeriodStrip, ...]
    days: tuple[AgendaDay, ...]


def list_upcoming(
    selection: EventSelection, today: date, limit: int, matches: OccurrencePredicate = lambda _: True
) -> list[Occurrence]:
    """Returns the occurrences that are on or still to come, the nearest first, at most *limit*.

    Of a series MAX_SERIES_DATES of the first month are named, and after that dates that differ: else it would push out what
    is rare.
    """
    occurrences: list[Occurrence] = []
    shown_dates: Counter[str] = Counter()  # by event
    for window_number, (start, end) in enumerate(_windows_after(selection, today)):
        max_dates = MAX_SERIES_DATES if window_number < _SERIES_WINDOWS else 1
        for occurrence in selection.between(start, end):
            if not _starts_in_window(occurrence, start, is_first_window=window_number == 0) or not matches(occurrence):
                continue
            if shown_dates[occurrence.event.id] >= max_dates and _is_as_ruled(occurrence):
                continue
            shown_dates[occurrence.event.id] += 1
            occurrences.append(occurrence)
        if len(occurrences) >= limit:
            break
    return occurrences[:limit]


def _is_as_ruled(occurrence: Occurrence) -> bool:
    """Tells whether the rule of its series says all of *occurrence*."""
    return occurrence.event.rule is not None and not occurrence.is_extra and occurrence.override is None


def list_past(
    selection: EventSelection, today: date, limit: int, matches: OccurrencePredicate = lambda _: True
) -> list[Occurrence]:
    """Returns the occurrences that are over, the latest first, at most *limit*."""
    occurrences: list[Occurrence] = []
    for start, end in _windows_before(selection, today - _DAY):
        window = [
            occurrence
            for occurrence in selection.between(start, end)
            if last_day(occurrence) <= min(end, today - _DAY) and matches(occurrence)
        ]
        occurrences += sorted(window, key=last_day, reverse=True)
        if len(occurrences) >= limit:
            break
    return occurrences[:limit]


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page of the agenda begins: at *day*, past *skip* entries of a day that has too many for one page."""

    day: date
    skip: int = 0


def list_page(selection: EventSelection, start: PageStart, limit: int) -> tuple[list[Occurrence], PageStart | None]:
    """Returns what touches *start* and after, and where the next page begins (None: there is no more).

    A page has *limit* entries, and goes on to the end of its last day; never beyond *limit* times MAX_PAGE_STRETCH.
    """
    occurrences: list[Occurrence] = []
    for window_number, (first, last) in enumerate(_windows_after(selection, start.day)):
        occurrences += [
            occurrence
            for occurrence in selection.between(first, last)
            if _starts_in_window(occurrence, first, window_number == 0)
        ]
        if len(occurrences) > start.skip + limit:
            after = selection.first_day_from(last + _DAY)
            return _cut_page(occurrences[start.skip :], start, limit, PageStart(after) if after else None)
    return occurrences[start.skip :], None


def _cut_page(
    occurrences: list[Occurrence], start: PageStart, limit: int, after: PageStart | None
) -> tuple[list[Occurrence], PageStart | None]:
    """Cuts at a day's end; before a crowded day, which then begins a page; within one that begins this page.

    *after* is where the page after all of *occurrences* begins.
    """
    days = [max(_first_day(occurrence), start.day) for occurrence in occurrences]
    last = days[limit - 1]
    end = bisect_right(days, last)
    if end <= limit * MAX_PAGE_STRETCH:
        return occurrences[:end], PageStart(days[end]) if end < len(days) else after
    begin = bisect_left(days, last)
    if begin:
        return occurrences[:begin], PageStart(last)
    cut = limit * MAX_PAGE_STRETCH
    return occurrences[:cut], PageStart(last, (start.skip if last == start.day else 0) + cut)


@dataclass(frozen=True, slots=True)
class UpcomingSections:
    """Events now, those that begin on the remaining days of a week, and the rest by month."""

    running: tuple[Occurrence, ...]
    week: tuple[AgendaDay, ...]
    later: list[AgendaSection]

    def __bool__(self) -> bool:
        return bool(self.running or self.week or self.later)


def group_upcoming(occurrences: Sequence[Occurrence], now: datetime, today: date, week_end: date) -> UpcomingSections:
    """Groups what is on or to come; *week_end* is the last day of the week of *today*."""
    running: list[Occurrence] = []
    week: list[Occurrence] = []
    later: list[Occurrence] = []
    for occurrence in occurrences:
        first = _first_day(occurrence)
        if occurrence.when.limit is Limit.OPEN_END and last_day(occurrence) < today:
            running.append(occurrence)
        elif not occurrence.when.is_day_known or first > week_end:
            later.append(occurrence)
        elif not has_ended(occurrence, now):
            (running if _began_before(occurrence, today, now) or _is_on(occurrence, now) else week).append(occurrence)
    return UpcomingSections(tuple(running), group_by_day(week), group_by_month(later, not_before=today))


def split_running(
    selection: EventSelection, occurrences: Sequence[Occurrence], start: date, today: date, now: datetime
) -> tuple[list[Occurrence], Sequence[Occurrence]]:
    """Returns what began before *today*, on a known day, and the rest; first what has no known end.

    Both are of *occurrences* and of what the days before have left. Of a list that starts on another day than *today*
    everything is the rest.
    """
    if start != today:
        return [], occurrences
    listed = [*selection.unfinished(today, now), *occurrences]
    running = [
        occurrence for occurrence in listed if occurrence.when.is_day_known and _began_before(occurrence, today, now)
    ]
    rest = [occurrence for occurrence in listed if occurrence not in running]
    return [*selection.begun(today), *running], rest


def has_ended(occurrence: Occurrence, now: datetime) -> bool:
    """Tells whether its hours are known and it has ended at *now*."""
    span = occurrence.when.span
    return isinstance(span, Timed) and span.end is not None and span.end <= now


def _began_before(occurrence: Occurrence, today: date, now: datetime) -> bool:
    """Tells whether it began on a day before *today*; where it is earlier, that day may be still to come."""
    span = occurrence.when.span
    return _first_day(occurrence) < today and (not isinstance(span, Timed) or span.start <= now)


def _is_on(occurrence: Occurrence, now: datetime) -> bool:
    span = occurrence.when.span
    return isinstance(span, Timed) and span.end is not None and span.start <= now < span.end


def name_series_once(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Returns the first occurrence of each series, and whatever is no series."""
    first_by_id: dict[str, Occurrence] = {}
    for occurrence in occurrences:
        first_by_id.setdefault(occurrence.event.id, occurrence)
    return list(first_by_id.values())


def is_quiet(upcoming: Sequence[Occurrence], today: date) -> bool:
    """Returns whether nothing is on and nothing begins in the coming weeks."""
    return all(_first_day(occurrence) - today > _QUIET_AFTER for occurrence in upcoming)


def month_in_focus(upcoming: Sequence[Occurrence], past: Sequence[Occurrence], today: date) -> date:
    """Returns the month to show beside the list: of the latest single event where there is a *past*, else of the next."""
    singles = [occurrence for occurrence in past if not occurrence.recurrence]
    if past:
        latest = next((single for single in singles if single.when.is_day_known), (singles or past)[0])
        return _first_day(latest).replace(day=1)
    return min((max(_first_day(occurrence), today) for occurrence in upcoming), default=today).replace(day=1)


def list_past_page(
    selection: EventSelection, before: date, limit: int, today: date, now: datetime
) -> tuple[list[Occurrence], date | None]:
    """Returns what was over before *before*, the latest first, and where the next page begins (None: there is no more).

    What began and has no known end is not over while lists name it among what is on at *today*, nor is what has not ended
    at *now* where it takes place.

    A page has *limit* entries and goes on to the end of its last day, but never beyond *limit* times MAX_PAGE_STRETCH.
    """

    def is_over(occurrence: Occurrence) -> bool:
        is_open = occurrence.when.limit is Limit.OPEN_END and occurrence.status is not Status.CANCELLED
        is_listed = is_open and today <= last_day(occurrence) + STALE_AFTER
        return not (is_listed or is_unfinished(occurrence, today, now))

    past = list_past(selection, before, limit * MAX_PAGE_STRETCH, is_over)
    if len(past) <= limit:
        return past, None
    last = last_day(past[limit - 1])
    page = [occurrence for occurrence in past if last_day(occurrence) >= last]
    return page, last if list_past(selection, last, 1, is_over) else None


def group_by_month(
    occurrences: Sequence[Occurrence], not_before: date | None = None, backwards: bool = False
) -> list[AgendaSection]:
    """Groups *occurrences* by month. What began before *not_before* stands in its month, for that is where it is still looked for."""
    months: dict[date, list[Occurrence]] = {}
    for occurrence in occurrences:
        day = last_day(occurrence) if backwards else max(_first_day(occurrence), not_before or date.min)
        months.setdefault(day.replace(day=1), []).append(occurrence)
    return [_build_section(month, months[month]) for month in sorted(months, reverse=backwards)]


def _build_section(month: date, occurrences: Sequence[Occurrence]) -> AgendaSection:
    return AgendaSection(
        month,
        group_by_period(occurrence for occurrence in occurrences if isinstance(occurrence.when.span, Period)),
        group_by_day(occurrence for occurrence in occurrences if not isinstance(occurrence.when.span, Period)),
    )


def group_by_day(occurrences: Iterable[Occurrence]) -> tuple[AgendaDay, ...]:
    """Groups occurrences by their first day, in the order of their days' first ones."""
    days: dict[date, list[Occurrence]] = {}
    for occurrence in occurrences:
        days.setdefault(_first_day(occurrence), []).append(occurrence)
    return tuple(AgendaDay(day, tuple(day_occurrences)) for day, day_occurrences in days.items())


def _windows_after(selection: EventSelection, start: date) -> Iterator[tuple[date, date]]:
    for days in (*_WINDOW_DAYS, *[_YEAR_DAYS] * _MAX_YEARS):
        first_day = selection.first_day_from(start)
        if first_day is None or first_day > date.max - timedelta(days=days):
            return
        end = first_day + timedelta(days=days - 1)
        yield first_day, end
        start = end + _DAY


def _windows_before(selection: EventSelection, end: date) -> Iterator[tuple[date, date]]:
    for days in (*_WINDOW_DAYS, *[_YEAR_DAYS] * _MAX_YEARS):
        last_day = selection.last_day_until(end)
        if last_day is None or last_day < date.min + timedelta(days=days):
            return
        start = last_day - timedelta(days=days - 1)
        yield start, last_day
        end = start - _DAY


def _starts_in_window(occurrence: Occurrence, start: date, is_first_window: bool) -> bool:
    """Tells whether a window lists *occurrence*: the one in which it begins; the first also lists what began before."""
    return is_first_window or _first_day(occurrence) >= start


def _first_day(occurrence: Occurrence) -> date:
    return occurrence.when.first_day or date.max


def last_day(occurrence: Occurrence) -> date:
    """Returns the last day on which *occurrence* may be; the end of all days where none is known."""
    return occurrence.when.last_day or date.max
