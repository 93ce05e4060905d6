"""Pages as files: which there are, and at which address. No address of theirs has a query, for nothing reads it. Pure."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta

from .. import links, occurrences
from ..events import Calendar, Event
from ..when import LAST_YEAR
from ..words import LANGUAGES, known
from .agenda import REACH
from .index import Index, months_between

NOT_FOUND = "/404.html"
"""Served at whatever address was asked for, so that it alone cannot link by where it stands."""

_LAST = date(LAST_YEAR, 12, 31)
_LONG = 36
"""Months after which one event does not fill each of them with a page of its own."""


@dataclass(frozen=True, slots=True)
class Files:
    """The pages of one edition on one day.

    Those in the first of *languages* stand at the top, the others below their tag. *months* (first days, sorted) are
    those that something falls into, and this one.
    """

    languages: tuple[str, ...]
    months: tuple[date, ...]
    today: date

    def path(self, path: str, pairs: links.Pairs = ()) -> str:
        """What to link instead of *path* and *pairs*; a choice without a file of its own is left out."""
        if path == "/month":  # spares the reader the page that only leads on
            path = links.month_url("", self.today.year, self.today.month)
        return self.place(path, pairs)

    def place(self, path: str, pairs: links.Pairs = ()) -> str:
        """Where stands what a server gives at *path* for *pairs*."""
        asked = dict(pairs)
        tag, language = asked.get("tag", ""), asked.get("lang", self.languages[0])
        if path == "/calendar.ics" and tag:
            return f"/tags/{tag}.ics"
        if "." in path.rpartition("/")[2]:
            return path
        if path == "/agenda" and "from" in asked:
            path = self._month_of(date.fromisoformat(asked["from"]))
        elif path == "/" and tag:
            path = f"/tags/{tag}"
        top = f"/{language}" if language in self.languages[1:] else ""
        return f"{top}{path}".rstrip("/") + "/"

    def base(self, base_url: str, path: str) -> str:
        """What links begin with on the page at *path*: the path of *base_url*, else the way up from there."""
        if base_url or path == NOT_FOUND:
            return links.root(base_url)
        return "/".join([".."] * (path.count("/") - 1)) or "."

    def has(self, day: date) -> bool:
        """Whether the month of *day* has a page."""
        return day.replace(day=1) in self.months

    def around(self, month: date) -> tuple[date | None, date | None]:
        """The nearest months with a page, before and after *month*."""
        at = bisect_left(self.months, month)
        after = self.months[at:] if month not in self.months else self.months[at + 1 :]
        return self.months[at - 1] if at else None, after[0] if after else None

    def _month_of(self, day: date) -> str:
        at = min(bisect_left(self.months, day.replace(day=1)), len(self.months) - 1)
        return links.month_url("", self.months[at].year, self.months[at].month)


def files_of(index: Index, calendar: Calendar, today: date) -> Files:
    """The pages of the events of *index*: in the calendar's language, and in each that something is written in."""
    written = {tag for event in index.events for tag, _ in event.title.pairs} | {tag for tag, _ in calendar.name.pairs}
    first = known(calendar.language)
    others = (each for each in LANGUAGES if each != first and any(known(tag) == each for tag in written))
    months = {(today.year, today.month)}
    for event in index.events:
        months |= _months(event, today)
    return Files((first, *others), tuple(date(year, month, 1) for year, month in sorted(months)), today)


def _months(event: Event, today: date) -> set[tuple[int, int]]:
    """The months that *event* falls into; of an endless series those that a list looks at from *today*."""
    reach = occurrences.extent(event)
    if reach is None:
        return set()
    if event.rule is None and not event.also:
        spans = [(reach[0], reach[1] or reach[0])]
    else:
        far = min(max(today, reach[0]), _LAST - REACH) + REACH
        found = [each.when for each in occurrences.of(event, reach[0], min(reach[1] or far, far))]
        spans = [(each.first_day, each.last_day) for each in found if each.first_day and each.last_day]
    months: set[tuple[int, int]] = set()
    for first, last in spans:
        if last - first > timedelta(days=31 * _LONG):
            months |= {(first.year, first.month), (last.year, last.month)}
        else:
            months.update(months_between(first, last))
    return months
