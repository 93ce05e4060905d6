"""Addresses of pages that are files. None has a query, for nothing reads it. Pure."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta

from .. import links

NOT_FOUND_PATH = "/404.html"
"""Served at whatever address was asked for, so that it alone cannot link by where it stands."""
SHARE_PICTURE = "share.png"
"""The file beside an event's page that is in the page's language."""


@dataclass(frozen=True, slots=True)
class StaticUrls:
    """The pages of one edition on one day.

    Those in the first of *languages* stand at the top, the others below their tag. *months* (first days, sorted) are
    those that something falls into, and this one.
    """

    languages: tuple[str, ...]
    months: tuple[date, ...]
    today: date

    def link_path(self, path: str, pairs: links.QueryPairs) -> str:
        """Returns the path to link for *path* and *pairs*; a filter that has no file is left out."""
        if path == "/month":  # spares the reader the page that only leads on
            path = links.month_path(self.today)
        if path == "/year":
            path = f"/year/{self.today.year:04}"
        return self.page_path(path, pairs)

    def page_path(self, path: str, pairs: links.QueryPairs) -> str:
        """Returns the path of the file with what a server answers at *path* for *pairs*."""
        query = dict(pairs)
        tag, language = query.get("tag", ""), query.get("lang", self.languages[0])
        if path == "/calendar.ics" and tag:
            return f"/tags/{tag}.ics"
        is_picture = path.endswith(f"/{SHARE_PICTURE}")
        if "." in path.rpartition("/")[2] and not is_picture:
            return path
        if path == "/agenda" and "from" in query:
            path = self._nearest_month_path(date.fromisoformat(query["from"]))
        elif path == "/past" and "before" in query:
            path = self._nearest_month_path(date.fromisoformat(query["before"]) - timedelta(days=1))
        elif path in ("/", "/follow") and tag:
            path = f"/tags/{tag}"
        language_root = f"/{language}" if language in self.languages[1:] else ""
        return f"{language_root}{path}".rstrip("/") + ("" if is_picture else "/")

    def base(self, base_url: str, path: str) -> str:
        """Returns the prefix of links on the page at *path*: the path of *base_url*, else the relative way to the root."""
        if base_url or path == NOT_FOUND_PATH:
            return links.base_path(base_url)
        return "/".join([".."] * (path.count("/") - 1)) or "."

    def has_month(self, day: date) -> bool:
        return day.replace(day=1) in self.months

    def neighbour_months(self, month: date) -> tuple[date | None, date | None]:
        """Returns the nearest months with a page, before and after *month*."""
        at = bisect_left(self.months, month)
        after = self.months[at:] if month not in self.months else self.months[at + 1 :]
        return self.months[at - 1] if at else None, after[0] if after else None

    @property
    def years(self) -> tuple[int, ...]:
        """The years with a page: those of the months."""
        return tuple(dict.fromkeys(month.year for month in self.months))

    def neighbour_years(self, year: int) -> tuple[int | None, int | None]:
        """Returns the nearest years with a page, before and after *year*."""
        before = [other for other in self.years if other < year]
        after = [other for other in self.years if other > year]
        return before[-1] if before else None, after[0] if after else None

    def _nearest_month_path(self, day: date) -> str:
        at = min(bisect_left(self.months, day.replace(day=1)), len(self.months) - 1)
        return links.month_path(self.months[at])
