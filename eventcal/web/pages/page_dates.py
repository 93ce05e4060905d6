"""Dates in the addresses of pages, and what pages show of a month and beside one that is empty."""

from __future__ import annotations

from datetime import date

from ... import filters
from ...events import Occurrence
from ...when import FIRST_YEAR, LAST_YEAR
from ...when.values import add_months
from ..context import RequestContext
from ..edition_index import EventSelection
from . import agenda, months, views
from .grid import build_month_view


def parse_day(text: str) -> date | None:
    """Returns a day, or the first of a month or a year, in the years that events can have; None for anything else."""
    day = filters.parse([("from", text)], strict=False).start
    return min(max(day, date(FIRST_YEAR, 1, 1)), date(LAST_YEAR, 12, 31)) if day else None


def parse_month(text: str) -> date | None:
    """Returns the first day of "2021-09", in the years that events can have; None for anything else."""
    try:
        first_day = date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
    return first_day if first_day and FIRST_YEAR <= first_day.year <= LAST_YEAR else None


def month_values(context: RequestContext, first_day: date) -> dict[str, object]:
    """Returns what the templates show of a month: its grid, or what is nearest where that is empty, and the months beside it."""
    before, after = _neighbour_months(context, first_day)
    selection = context.index.select(context.viewer.filter, context.viewer.zone)
    grid = build_month_view(selection, first_day, context.viewer, context.today, context.now)
    if grid.has_occurrences or grid.is_crowded:
        nearest = {}
    else:
        nearest = find_nearest(context, selection, first_day, months.next_month(first_day))
    return {"grid": grid, "nearest": nearest, "before": before, "after": after}


def find_nearest(
    context: RequestContext, selection: EventSelection, first: date, after: date
) -> dict[str, views.EventView | None]:
    """Returns the last event over before *first*, and the first that begins from *after* on; none of today that has ended."""

    def is_next(occurrence: Occurrence) -> bool:
        has_begun = occurrence.when.first_day is not None and occurrence.when.first_day < after
        return not has_begun and not (after == context.today and agenda.has_ended(occurrence, context.now))

    previous = agenda.list_past(selection, first, 1)
    following = agenda.list_upcoming(selection, after, 1, is_next)
    return {
        "before": views.first_view(previous, context.viewer, context.now),
        "after": views.first_view(following, context.viewer, context.now),
    }


def _neighbour_months(context: RequestContext, month: date) -> tuple[date | None, date | None]:
    """Returns the months to link to from *month*: its neighbours, in a static site the nearest that have a page."""
    if context.viewer.static_urls:
        return context.viewer.static_urls.neighbour_months(month)
    previous_month, next_month = add_months(month, -1), add_months(month, 1)
    return (
        previous_month if previous_month.year >= FIRST_YEAR else None,
        next_month if next_month.year <= LAST_YEAR else None,
    )


def neighbour_years(context: RequestContext, year: int) -> tuple[int | None, int | None]:
    """Returns the years to go to from *year*: those beside it; in a static site those that have a page."""
    if context.viewer.static_urls:
        return context.viewer.static_urls.neighbour_years(year)
    return year - 1 if year > FIRST_YEAR else None, year + 1 if year < LAST_YEAR else None
