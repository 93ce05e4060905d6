"""A month of an edition as one reader's grid. Its bars are written here, for a page has up to a thousand of them.

What stands around them is the templates'.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain, islice

from markupsafe import Markup, escape

from .. import words
from ..events import Occurrence
from . import views
from .agenda import Keep
from .index import Index
from .months import Bar, Month, grid_bounds, lay_out
from .reader import Reader

_DAY = timedelta(days=1)
_NAMED = 5
_ROWS_ON_PAPER = 22


@dataclass(frozen=True)
class Grid:
    """*month* as *reader* sees it at *now*; *found*: whether anything is in it at all."""

    month: Month
    reader: Reader
    now: datetime
    found: bool

    @property
    def first(self) -> date:
        return date(self.month.year, self.month.month, 1)

    @cached_property
    def title(self) -> str:
        return words.month_title(self.month.year, self.month.month, self.reader.language)

    @cached_property
    def weekdays(self) -> list[tuple[str, str]]:
        """Short and whole, in the order of the reader's week."""
        language = self.reader.language
        return list(zip(words.weekday_names(language), words.weekday_names(language, "long"), strict=True))

    @property
    def packed(self) -> bool:
        """Whether there is so much in it that paper needs smaller letters to hold it on one page."""
        rows = (max(len(day.going_on) + len(day.shown) + len(day.more) for day in week) for week in self.month.weeks)
        return sum(rows) > _ROWS_ON_PAPER

    @property
    def summary(self) -> str:
        """The first titles of the month, for whoever passes its address on."""
        vague = (each for strip in self.month.strips for each in strip.occurrences)
        dated = (bar.occurrence for week in self.month.weeks for day in week if day.inside for bar in day.shown)
        titles = dict.fromkeys(self.title_of(each) for each in islice(chain(vague, dated), 3 * _NAMED))
        return " · ".join(islice(titles, _NAMED))

    @cached_property
    def strips(self) -> list[views.StripView]:
        return [views.strip(each, self.reader, self.now) for each in self.month.strips]

    def title_of(self, occurrence: Occurrence) -> str:
        return views.Entry(occurrence, self.reader, self.now).title

    def bars(self, some: Iterable[Bar], listed: bool = False) -> Markup:
        """*some* as links. *listed*: not in the grid but in the list of what found no room there."""
        return Markup("\n".join(self._bar(each, listed) for each in some))

    def _bar(self, each: Bar, listed: bool) -> str:
        one = views.Entry(each.occurrence, self.reader, self.now)
        kind = f"bar hue{one.hue}"
        if one.status:
            kind += f" {one.status}"
        if one.doubtful:
            kind += " doubtful"
        if not listed and each.lane is not None:
            kind += f" c{each.column} s{each.span} l{each.lane}"
            kind += (" from" if each.from_before else "") + (" on" if each.goes_on else "")
            kind += " again" if each.again else ""
        return f'<a class="{kind}" href="{escape(one.href)}">{_text(one)}</a>'


def grid(index: Index, first: date, keep: Keep, reader: Reader, today: date, now: datetime) -> Grid:
    """The month that begins with *first*, of what *keep* lets in."""
    week_start = words.week_start(reader.language)
    start, end = grid_bounds(first.year, first.month, week_start)
    # a day to either side: an hour is on one date where the event is and on another where the reader is
    found = [reader.sees(each) for each in index.between(start - _DAY, end + _DAY) if keep(each)]
    laid = lay_out(first.year, first.month, found, today, week_start)
    empty = not laid.strips and not any(day.shown or day.going_on for week in laid.weeks for day in week)
    return Grid(laid, reader, now, not empty)


def _text(one: views.Entry) -> str:
    """What a bar says: the hour and the title to the eye; the date and the status to the ear as well."""
    said, title, when = "", escape(one.title), escape(one.when)
    if one.status == "postponed":
        said = f'<span class="flag">{escape(one.status_words)}:</span> '
    if one.hours:
        said += f'<time datetime="{one.moment}" data-local="{one.local}">{escape(one.hours)}</time> '
    language = f' lang="{escape(one.title_language)}"' if one.title_language else ""
    said += f'<span class="title"{language}>{title}</span>'
    if one.doubtful:
        said += '<span aria-hidden="true">?</span>'
    if one.several_days:
        said += f'<span class="dates" aria-hidden="true"> {escape(one.short)}</span>'
    status = f", {escape(one.status_words)}" if one.status and one.status != "postponed" else ""
    return f'{said}<span class="vh">, {when}{status}</span>'
