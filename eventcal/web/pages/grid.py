"""A month of an edition as one reader's grid. Its bars are written here, for a page has up to a thousand of them.

What stands around them is the templates'.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import chain, islice

from markupsafe import Markup, escape

from ... import words
from ...events import Occurrence
from ..edition_index import EventSelection
from ..viewer import Viewer
from . import views
from .months import Bar, GridDay, MonthGrid, grid_bounds, last_shown_day, lay_out

MAX_GRID_OCCURRENCES = 1_500
"""Occurrences beyond which a month is no grid any more: nobody reads one, and drawing it takes seconds."""
_MAX_SUMMARY_TITLES = 5
_MAX_PAPER_LINES, _MIN_PAPER_WEEK, _PAPER_WIDTH, _PAPER_STRIPS = 58, 5.7, 25, 4
"""On A4, in lines: what stands below the heading at most, and a week at least; letters in a column, strips side by side."""
_TIME_WIDTH = 6
_WIDE_SPAN = 3


@dataclass(frozen=True)
class MonthView:
    """*month* as *viewer* sees it at *now*. *is_crowded*: it has too many occurrences, and none of them is here."""

    month: MonthGrid
    viewer: Viewer
    now: datetime
    today: date
    has_occurrences: bool
    is_crowded: bool = False

    @cached_property
    def title(self) -> str:
        return words.format_month_title(self.month.first, self.viewer.language)

    @property
    def is_dense(self) -> bool:
        """Whether there is so much in it that paper needs smaller letters to hold it on one page: an estimate."""
        strips = [3 + 2.5 * len(strip.occurrences) for strip in self.month.strips]
        strip_rows = (max(strips[first : first + _PAPER_STRIPS]) for first in range(0, len(strips), _PAPER_STRIPS))
        weeks = (max(_MIN_PAPER_WEEK, *(self._paper_lines(day) for day in week)) for week in self.month.weeks)
        return sum(chain(strip_rows, weeks)) > _MAX_PAPER_LINES

    def _paper_lines(self, day: GridDay) -> float:
        """Estimates the height of *day* on paper, where no title is cut, in lines of its entries."""
        titles = (self.title_of(bar.occurrence) for bar in (*day.stacked_bars, *day.hidden_bars))
        lines = sum(1.5 + (_TIME_WIDTH + _width(title)) // _PAPER_WIDTH for title in titles)
        return 1.6 + 1.4 * day.lane_count + lines

    @property
    def summary(self) -> str:
        """The first titles of the month, for whoever passes its address on."""
        vague = (occurrence for strip in self.month.strips for occurrence in strip.occurrences)
        dated = (
            bar.occurrence for week in self.month.weeks for day in week if day.is_in_month for bar in day.visible_bars
        )
        titles = dict.fromkeys(
            self.title_of(occurrence) for occurrence in islice(chain(vague, dated), 3 * _MAX_SUMMARY_TITLES)
        )
        return " · ".join(islice(titles, _MAX_SUMMARY_TITLES))

    def title_of(self, occurrence: Occurrence) -> str:
        return views.EventView(occurrence, self.viewer, self.now).title

    def render_bars(self, bars: Iterable[Bar], is_listed: bool = False) -> Markup:
        """Renders *bars* as links; *is_listed*: in the list of those that found no room in the grid."""
        return Markup("\n".join(self._render_bar(bar, is_listed) for bar in bars))

    def _render_bar(self, bar: Bar, is_listed: bool) -> str:
        view = views.EventView(bar.occurrence, self.viewer, self.now)
        classes = f"bar {view.hue}"
        if view.status:
            classes += f" {view.status}"
        if view.is_doubtful:
            classes += " doubtful"
        is_over = (last_shown_day(bar.occurrence.when) or self.today) < self.today
        classes += " over" if is_over else ""
        if not is_listed and bar.lane is not None:
            classes += f" c{bar.column} s{bar.span} l{bar.lane}"
            classes += (" from" if bar.starts_before else "") + (" on" if bar.continues else "")
            classes += " again" if bar.is_repeat else ""
        # a lane is one line high: a short bar may show no more than the beginning of its title
        hint = view.title if not is_listed and bar.lane is not None and bar.span < _WIDE_SPAN else view.moved_words
        hint = f' title="{escape(hint)}"' if hint else ""
        return f'<a class="{classes}" href="{escape(view.href)}"{hint}>{_bar_html(view, is_over)}</a>'


def build_month_view(
    selection: EventSelection, first_day: date, viewer: Viewer, today: date, now: datetime
) -> MonthView:
    """Lays out the month that begins with *first_day*, without its entries where they are too many for a page.

    A site of files is drawn whole: it is drawn once.
    """
    week_start = viewer.week_start
    start, end = grid_bounds(first_day, week_start)
    touching = (
        selection.between(start, end)
        if viewer.static_urls
        else selection.between_at_most(start, end, MAX_GRID_OCCURRENCES)
    )
    month_grid = lay_out(first_day, touching or (), today, week_start)
    is_empty = not month_grid.strips and not any(
        day.visible_bars or day.continuing for week in month_grid.weeks for day in week
    )
    return MonthView(month_grid, viewer, now, today, not is_empty, is_crowded=touching is None)


def _width(text: str) -> int:
    """Returns the width of *text* in Latin letters; one of East Asia is as wide as two."""
    return len(text) + sum(letter >= "\u2e80" for letter in text)


def _bar_html(view: views.EventView, is_over: bool) -> str:
    """Renders the content of a bar: time and title are visible, date and status are for screen readers as well."""
    html, title = "", str(escape(view.title))
    if view.status == "postponed":
        html = f'<span class="flag">{escape(_label(view.status_words, view))}</span> '
    elif view.planned_when and not is_over:
        html = f'<span class="flag moved">{escape(_label(view.moved_label, view))}</span> '
    if view.start_time:
        end, zone = view.plain_hours.removeprefix(view.start_time), view.hours.removeprefix(view.plain_hours)
        behind = f'<span class="end">{escape(end)}</span>{escape(zone)}' if end else str(escape(zone))
        local = " data-local" if view.is_instant else ""
        html += f'<time datetime="{view.iso_date}"{local}>{escape(view.start_time)}</time>{behind} '
    language = f' lang="{escape(view.title_language)}"' if view.title_language else ""
    html += f'<span class="title"{language}>{title}</span>' if language or view.status == "cancelled" else title
    if view.is_doubtful:
        html += '<span aria-hidden="true">?</span>'
    for text in (view.short_when if view.is_multi_day else "", view.moved_words):
        html += f'<span class="dates" aria-hidden="true"> {escape(text)}</span>' if text else ""
    status = f", {escape(view.status_words)}" if view.status and view.status != "postponed" else ""
    tag = f", {escape(view.tag_name)}" if view.tag_name else ""
    moved = f", {escape(view.moved_words)}" if view.moved_words else ""
    return f'{html}<span class="vh">, {escape(_spoken_when(view))}{moved}{status}{tag}</span>'


def _label(text: str, view: views.EventView) -> str:
    """Returns *text* with the colon of the viewer's language."""
    _ = words.get_translations(view.viewer.language).gettext
    return _("{label}: {address}").format(label=text, address="").rstrip()


def _spoken_when(view: views.EventView) -> str:
    """Returns the date for screen readers: without the hours where they are read before the title."""
    day = view.localised_when.first_day
    if day is None or not view.start_time or view.is_multi_day or view.is_doubtful or view.is_deadline:
        return view.when
    return words.format_day(day, view.viewer.language, weekday=True)
