"""A request becomes a Reader: their language, their zone, what they filter by, and links that keep it. No HTML.

There are no cookies: whatever a reader chose stands in the address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from werkzeug.datastructures import LanguageAccept, MultiDict

from .. import filters, links, words
from ..errors import GrammarError
from ..events import Calendar, Occurrence
from ..filters import Filter
from ..when import Timed, When, zone
from .files import NOT_FOUND, Files

_FILTERED_BY = ("tag", "-tag", "q", "place")
"""What a page filters by; a page has dates of its own, and `lang` is the reader's."""


@dataclass(frozen=True, slots=True)
class Reader:
    """*zone* is "" for each event's own; *chosen* are the pairs that an address must keep; *base* is "" or our path.

    *asked* is the query as it came, *path* where. *files*: the page becomes a file, which no server stands behind.
    """

    language: str
    zone: str
    filter: Filter
    chosen: tuple[tuple[str, str], ...]
    base: str = ""
    asked: tuple[tuple[str, str], ...] = ()
    path: str = "/"
    files: Files | None = None

    @property
    def filtered(self) -> bool:
        return self.filter != Filter()

    @property
    def filter_pairs(self) -> list[tuple[str, str]]:
        return filters.pairs(self.filter)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Everything that the next page shall keep: what a form hides."""
        return [*self.chosen, *self.filter_pairs]

    def url(self, path: str, *pairs: tuple[str, str]) -> str:
        """A page's address, the reader's choice of language and zone kept."""
        return self.address(self.base, path, [*pairs, *self.chosen])

    def filtered_url(self, path: str, *pairs: tuple[str, str]) -> str:
        """The same, and the present filters kept as well."""
        return self.url(path, *pairs, *self.filter_pairs)

    def address(self, base: str, path: str, pairs: links.Pairs) -> str:
        """An address under *base*, for exactly these *pairs*."""
        return links.at(base, self.files.path(path, pairs)) if self.files else links.at(base, path, pairs)

    def toggled(self, name: str, text: str) -> str:
        """The page that we are on, with one filter more, or without it where it is on."""
        pairs = self.filter_pairs
        changed = [each for each in pairs if each != (name, text)]
        if len(changed) == len(pairs):
            changed.append((name, text))
        if self.files:  # of files there is one for each tag, and none for two
            return self.url("/", *changed[-1:])
        path = self.path.removesuffix("/") or "/"
        return self.url(path, *changed)

    def in_language(self, language: str) -> str:
        """The same page in another language."""
        pairs = [*(each for each in self.asked if each[0] != "lang"), ("lang", language)]
        if self.files:
            return self.address(self.base, "/" if self.path == NOT_FOUND else self.path, pairs)
        return f"?{urlencode(pairs)}"

    @property
    def without_zone(self) -> str:
        """The same page with each event's own hours."""
        return f"?{urlencode([each for each in self.asked if each[0] != 'tz'])}"

    def here(self, base_url: str) -> str:
        """The page's own address, without what makes no other page of it; "" when nobody said where it is served."""
        kept = [*self.filter_pairs, *(each for each in self.chosen if each[0] == "lang")]
        return self.address(base_url, self.path, kept) if base_url and self.path != NOT_FOUND else ""

    def has_month(self, day: date) -> bool:
        return self.files is None or self.files.has(day)

    def today(self, now: datetime, calendar: Calendar | None) -> date:
        return now.astimezone(self.clock(calendar)).date()

    def clock(self, calendar: Calendar | None) -> ZoneInfo:
        """Where it is today: the zone that was asked for, else the calendar's."""
        return ZoneInfo(self.zone or (calendar.timezone if calendar else "UTC"))

    def sees(self, occurrence: Occurrence) -> Occurrence:
        """*occurrence* on the reader's wall clock, when they asked for one."""
        return replace(occurrence, when=on_clock(occurrence.when, self.zone)) if self.zone else occurrence


def on_clock(when: When, zone_name: str) -> When:
    """An hour as another zone's clock shows it; whole days and periods are the same wherever one stands."""
    if not isinstance(when.span, Timed) or not zone_name:
        return when
    there = ZoneInfo(zone_name)
    end = when.span.end.astimezone(there) if when.span.end else None
    return replace(when, span=Timed(when.span.start.astimezone(there), end))


def read(
    args: MultiDict[str, str],
    accepted: LanguageAccept,
    calendar: Calendar | None,
    base_url: str,
    path: str = "/",
    files: Files | None = None,
) -> Reader:
    """What a request's query and Accept-Language come to; whatever is not understood is ignored."""
    chosen = []
    language = args.get("lang", "")
    if language and words.known(language) == language.lower():
        language = language.lower()
        chosen.append(("lang", language))
    else:
        language = accepted.best_match(words.LANGUAGES) or words.known(calendar.language if calendar else "")
    zone_name = _zone(args.get("tz", ""))
    if zone_name:
        chosen.append(("tz", zone_name))
    asked = filters.parse(_pairs(args), strict=False, names=_FILTERED_BY)
    pairs = tuple(args.items(multi=True))
    base = files.base(base_url, files.place(path, pairs)) if files else links.root(base_url)
    return Reader(language, zone_name, asked, tuple(chosen), base, pairs, path, files)


def _pairs(args: MultiDict[str, str]) -> Iterable[tuple[str, str]]:
    return ((name, text) for name, text in args.items(multi=True) if name in _FILTERED_BY)


def _zone(name: str) -> str:
    try:
        return zone(name).key if name else ""
    except GrammarError:
        return ""
