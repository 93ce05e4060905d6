"""Parses a request into a `Viewer`: language, zone, filter, and links that keep them. No HTML.

There are no cookies: a choice is kept in the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from werkzeug.datastructures import LanguageAccept, MultiDict

from .. import filters, links, words
from ..events import Calendar, Occurrence
from ..filters import Filter
from ..history import Change
from ..when import When
from ..when.zones import zone_or_default
from .edition_index import TagPalette
from .static_urls import NOT_FOUND_PATH, StaticUrls

_NAME_STYLES: tuple[words.Style, ...] = ("short", "long")
_PAGE_FILTER_NAMES = ("tag", "-tag", "id", "series", "q", "place")
"""What a page filters by; a page has dates of its own, and `lang` is the reader's."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Choices of the person who reads a page, from its address and the browser.

    *zone* is "" for each event's own; *preference_pairs* are those that every link must keep; *base* is "" or our path.
    *query_pairs* is the query as it came, *path* its page. *static_urls*: the page becomes a file without a server.
    """

    language: str
    zone: str
    filter: Filter
    preference_pairs: tuple[tuple[str, str], ...]
    base: str = ""
    query_pairs: tuple[tuple[str, str], ...] = ()
    path: str = "/"
    static_urls: StaticUrls | None = None
    calendar_zone: str = "UTC"
    first_weekday: int | None = None
    palette: TagPalette = field(default_factory=TagPalette, compare=False, repr=False)
    last_moves: Mapping[str, Change] = field(default_factory=dict, compare=False, repr=False)

    @property
    def week_start(self) -> int:
        """The weekday that a week begins with, 0 for Monday: the site's, else the language's."""
        return words.week_start(self.language) if self.first_weekday is None else self.first_weekday

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """The names of the weekdays, short and whole, in the order of the week."""
        short, long = (words.weekday_names(self.language, style, self.week_start) for style in _NAME_STYLES)
        return list(zip(short, long, strict=True))

    @property
    def is_filtered(self) -> bool:
        return self.filter != Filter()

    @property
    def filter_pairs(self) -> list[tuple[str, str]]:
        return filters.query_pairs(self.filter)

    @property
    def language_pairs(self) -> list[tuple[str, str]]:
        """The language, where the address names one."""
        return [pair for pair in self.preference_pairs if pair[0] == "lang"]

    @property
    def hidden_pairs(self) -> list[tuple[str, str]]:
        """Everything that the next page shall keep: what a form hides."""
        return [*self.preference_pairs, *self.filter_pairs]

    def url(self, path: str, *pairs: tuple[str, str]) -> str:
        """Returns a page's address, the reader's choice of language and zone kept."""
        return self.address(self.base, path, [*pairs, *self.preference_pairs])

    def filtered_url(self, path: str, *pairs: tuple[str, str]) -> str:
        """Returns the same, and the present filters kept as well."""
        return self.url(path, *pairs, *self.filter_pairs)

    def feed_url(self, path: str) -> str:
        """Returns a feed of what the page shows: its filters and language, and no zone, which no feed takes."""
        return self.address(self.base, path, [*self.filter_pairs, *self.language_pairs])

    def address(self, base: str, path: str, pairs: links.QueryPairs) -> str:
        """Returns an address under *base*, for exactly these *pairs*."""
        return (
            links.site_url(base, self.static_urls.link_path(path, pairs))
            if self.static_urls
            else links.site_url(base, path, pairs)
        )

    def toggle_url(self, name: str, value: str) -> str:
        """Returns the page that we are on, with one filter more, or without it where it is on."""
        pairs = self.filter_pairs
        toggled_pairs = [pair for pair in pairs if pair != (name, value)]
        if len(toggled_pairs) == len(pairs):
            toggled_pairs.append((name, value))
        if self.static_urls:  # of files there is one for each tag, and none for two
            return self.url("/", *toggled_pairs[-1:])
        path = self.path.removesuffix("/") or "/"
        return self.url(path, *toggled_pairs)

    def language_url(self, language: str) -> str:
        """Returns the same page in another language."""
        pairs = [*(pair for pair in self.query_pairs if pair[0] != "lang"), ("lang", language)]
        if self.static_urls:
            return self.address(self.base, "/" if self.path == NOT_FOUND_PATH else self.path, pairs)
        return f"?{urlencode(pairs)}"

    @property
    def without_zone_url(self) -> str:
        """The same page with each event's own hours."""
        return f"?{urlencode([pair for pair in self.query_pairs if pair[0] != 'tz'])}"

    def canonical_url(self, base_url: str) -> str:
        """Returns the page's own address, without what makes no other page of it; "" when nobody said where it is served."""
        canonical_pairs = [*self.filter_pairs, *self.language_pairs]
        return self.address(base_url, self.path, canonical_pairs) if base_url and self.path != NOT_FOUND_PATH else ""

    def has_month(self, day: date) -> bool:
        return self.static_urls is None or self.static_urls.has_month(day)

    @property
    def timezone(self) -> ZoneInfo:
        """The reader's zone, in which it is today: the one that was asked for, else the calendar's."""
        return ZoneInfo(self.zone or self.calendar_zone)

    def localise(self, occurrence: Occurrence) -> Occurrence:
        """Returns *occurrence* on the reader's wall clock, when they asked for one."""
        return replace(occurrence, when=self.localise_when(occurrence.when))

    def localise_when(self, when: When) -> When:
        """Returns *when* on the reader's wall clock, when they asked for one."""
        return when.in_zone(ZoneInfo(self.zone)) if self.zone else when


def parse_request(
    args: MultiDict[str, str],
    accept_language: LanguageAccept,
    calendar: Calendar | None,
    base_url: str,
    path: str,
    static_urls: StaticUrls | None,
) -> Viewer:
    """Parses a request's query and Accept-Language; parameters and values that are not understood are ignored."""
    preference_pairs = []
    language = args.get("lang", "")
    if language and words.resolve_language(language) == language.lower():
        language = language.lower()
        preference_pairs.append(("lang", language))
    else:
        language = accept_language.best_match(words.LANGUAGES) or words.resolve_language(
            calendar.language if calendar else ""
        )
    zone_name = zone_or_default(args.get("tz", ""))
    if zone_name:
        preference_pairs.append(("tz", zone_name))
    pairs = tuple(args.items(multi=True))
    filter_pairs = (pair for pair in pairs if pair[0] in _PAGE_FILTER_NAMES)
    page_filter = filters.parse(filter_pairs, strict=False, allowed=_PAGE_FILTER_NAMES)
    base = static_urls.base(base_url, static_urls.page_path(path, pairs)) if static_urls else links.base_path(base_url)
    return Viewer(
        language=language,
        zone=zone_name,
        filter=page_filter,
        preference_pairs=tuple(preference_pairs),
        base=base,
        query_pairs=pairs,
        path=path,
        static_urls=static_urls,
        calendar_zone=calendar.timezone if calendar else "UTC",
    )
