"""One language for choosing events: `tag`, `series`, `q`, `place`, `from` ... become a frozen Filter, which says what it keeps.

The same for feeds, pages, channels and sign-ups. Pure: knows no web framework and no clock.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import parse_qsl, quote

from . import markup, occurrences
from .errors import GrammarError, shorten
from .events import Event, Occurrence, Place, Status, Text, normalize_language
from .when import Period
from .when.periods import last_day_of_month

LIST_PARAMETERS = ("tag", "-tag", "id", "series", "q", "place", "from", "to", "lang", "imprecise", "cancelled")
"""Query parameters that choose events, in every feed and on every page."""

FILTER_PARAMETERS = (*LIST_PARAMETERS, "alarms")
"""Every parameter of a calendar feed, in canonical order."""

REMINDER_PARAMETERS = ("event", "parts", "tag", "-tag", "id", "series", "q", "place")
"""Query parameters that choose what one is reminded of; a feed of one event has an address of its own instead of `event`."""

PAGE_PARAMETERS = ("limit", "after")
"""Query parameters of `/events.json` that choose the page, beside the filter."""

IMPRECISE_MODES = ("span", "all", "marker", "omit")
CANCELLED_MODES = ("struck", "title", "omit")

# any tag that the registry accepts
TAG_PATTERN = re.compile(r"[^\s,/#?&%\x22\x00-\x1f'-][^,/#?&%\x22\x00-\x1f]{0,62}")
LANGUAGE_PATTERN = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
_DATE_PATTERN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
EVENT_ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_NUMBER_PATTERN = re.compile(r"[1-9][0-9]{0,5}")
MAX_VALUE_LENGTH = 200
MAX_SERIES_LENGTH = 300  # what a name may have in the registry
MAX_TAGS = 32
"""Tags that `tag` may name, and as many again that `-tag` may."""
MAX_IDS = 64
MAX_PARAMETERS = MAX_IDS + 2 * MAX_TAGS + 20
"""Parameters that a query may have: all that a filter can hold."""
MAX_PAGE_EVENTS = 1_000
"""Events that one page of a list may hold."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A selection of events and how they are rendered. Equal filters give equal bytes.

    *tags* keeps events with any of them, *excluded_tags* drops those with one (both sorted). *series* is the name that
    editions share, without regard to case and accents. *q* and *place* are words that must all occur. *start* and *end*
    are days, both included, None for no bound. *language* is "" for the calendar's own. *event* is the id of the only
    event, also a former id; *parts* adds the events that belong to it. *ids* (sorted) keeps any of several events, each by
    its present or a former id. *limit* is the number of events on a page, 0 for the default; *after* is the last id of
    the page before it.
    """

    tags: tuple[str, ...] = ()
    excluded_tags: tuple[str, ...] = ()
    q: str = ""
    place: str = ""
    start: date | None = None
    end: date | None = None
    language: str = ""
    imprecise: str = "span"
    cancelled: str = "struck"
    alarms: bool = False
    event: str = ""
    parts: bool = False
    ids: tuple[str, ...] = ()
    limit: int = 0
    after: str = ""
    series: str = ""

    @property
    def has_window(self) -> bool:
        """Whether the filter bounds the dates."""
        return self.start is not None or self.end is not None


def parse(pairs: Iterable[tuple[str, str]], strict: bool, allowed: tuple[str, ...] = FILTER_PARAMETERS) -> Filter:
    """Parses *pairs* of (parameter, text) to a filter.

    Strict: raises GrammarError for a parameter that is not in *allowed*, is given twice, or is malformed; it names
    the parameter and what is valid. Lenient: ignores what it does not understand.
    """
    builder = _FilterBuilder()
    for name, text in pairs:
        try:
            if name not in allowed:
                raise GrammarError(_explain_unknown_parameter(name, allowed))
            builder.add(name, text.strip())
        except GrammarError:
            if strict:
                raise
    try:
        return builder.build()
    except GrammarError:
        if strict:
            raise
        builder.texts.pop("to", None)
        return builder.build()


def parse_query(query_string: str, strict: bool = True, allowed: tuple[str, ...] = FILTER_PARAMETERS) -> Filter:
    """Parses a query string as `parse` does: "tag=summit&from=2021-09-01"."""
    return parse(parse_qsl(query_string, keep_blank_values=True), strict, allowed)


def canonical_query(query: Filter) -> str:
    """Returns the one query string of a filter, without "?": parameters in a fixed order, defaults left out."""
    return "&".join(f"{name}={quote(text, safe='')}" for name, text in query_pairs(query))


def query_pairs(query: Filter) -> list[tuple[str, str]]:
    """Returns the (parameter, text) pairs of the canonical query, for links."""
    parameters = (
        [("event", query.event)] + [("tag", tag) for tag in query.tags] + [("-tag", tag) for tag in query.excluded_tags]
    )
    parameters += [("id", event_id) for event_id in query.ids]
    parameters += [
        ("series", query.series),
        ("q", query.q),
        ("place", query.place),
        ("from", query.start.isoformat() if query.start else ""),
        ("to", query.end.isoformat() if query.end else ""),
        ("lang", query.language),
        ("imprecise", "" if query.imprecise == "span" else query.imprecise),
        ("cancelled", "" if query.cancelled == "struck" else query.cancelled),
        ("alarms", "1" if query.alarms else ""),
        ("parts", "1" if query.parts else ""),
        ("limit", str(query.limit or "")),
        ("after", query.after),
    ]
    return [(name, text) for name, text in parameters if text]


def matches_event(query: Filter, event: Event, parent_ids: Collection[str] = ()) -> bool:
    """Tells whether the filter keeps *event*, dates aside: tags, words, place and omissions.

    *parent_ids* are the ids of the events that it belongs to, which count where the filter has `parts`.
    """
    if (query.event or query.ids) and not _is_chosen(query, event, parent_ids):
        return False
    if query.series and not is_of_series(query.series, event):
        return False
    if query.tags and not any(tag in event.tags for tag in query.tags):
        return False
    if any(tag in event.tags for tag in query.excluded_tags):
        return False
    if query.cancelled == "omit" and event.status is Status.CANCELLED:
        return False
    if query.imprecise == "omit" and isinstance(event.when.span, Period):
        return False
    if query.place and not any(_matches_place(query.place, place) for place in event.places):
        return False
    if not query.q:
        return True
    _, text = search_texts(event)
    return all(word in text for word in fold_for_search(query.q).split())


def _is_chosen(query: Filter, event: Event, parent_ids: Collection[str]) -> bool:
    """Tells whether the filter names *event*, or what it continues, by an id; with `parts` also what it belongs to."""
    ids = event.followed_ids
    is_own = not query.event or query.event in ids or (query.parts and query.event in parent_ids)
    return is_own and (not query.ids or any(event_id in query.ids for event_id in ids))


def is_of_series(name: str, event: Event) -> bool:
    """Tells whether *event* is an edition of the series called *name*; case, accents and dashes do not count."""
    return bool(event.series) and fold_for_search(event.series) == fold_for_search(name)


def keeps_event(canonical: str, event: Event, parent_ids: Collection[str]) -> bool:
    """Tells whether a subscription's filter, in canonical form, keeps *event*, which belongs to the events *parent_ids*.

    Parameters that are not understood are ignored.
    """
    if not canonical:
        return True
    query = _parse_canonical(canonical)
    return matches_event(query, event, parent_ids) and is_in_window(query, event)


@lru_cache(maxsize=4096)
def _parse_canonical(canonical: str) -> Filter:
    return parse_query(canonical, strict=False, allowed=("event", "parts", *FILTER_PARAMETERS))


def matches_event_and_days(query: Filter, event: Event) -> bool:
    """Tells whether the filter keeps *event*, its days too."""
    return matches_event(query, event) and is_in_window(query, event)


def is_in_window(query: Filter, event: Event) -> bool:
    """Tells whether *event*, or any occurrence of it, touches the days from..to. What has no date touches no bound."""
    if not query.has_window:
        return True
    start, end = query.start or date.min, query.end or date.max
    if not event.is_recurring:
        return occurrences.effective_when(event).overlaps(start, end)
    extent = occurrences.extent(event)
    if extent is None:
        return False
    start, end = max(start, extent[0]), min(end, extent[1] or end)
    # nearly every series is answered by its first weeks, any other by as many years as it takes to come round
    days = timedelta(days=40)
    while start <= end:
        window_end = start + min(days, end - start)
        if occurrences.of_event(event, start, window_end):
            return True
        if window_end == end:
            break
        start, days = window_end + occurrences.DAY, days * 9
    return False


def matches_occurrence(query: Filter, occurrence: Occurrence) -> bool:
    """Tells whether the filter, which keeps its event, keeps this occurrence: its own words and place, its status, and its days."""
    if query.cancelled == "omit" and occurrence.status is Status.CANCELLED:
        return False
    if not occurrence.when.overlaps(query.start or date.min, query.end or date.max):
        return False
    return occurrence.override is None or matches_event(query, occurrence.event)


def fold_for_search(text: str) -> str:
    """Returns *text* as a search sees it: without case, accents, and the differences between dashes, quotes and spaces.

    Works in every script: what carries no letter of its own (Arabic vowel signs, Cyrillic breves) is dropped on both
    sides, so that a search finds too much rather than nothing.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    unaccented = "".join(
        char for char in unicodedata.normalize("NFKD", text.casefold()) if unicodedata.category(char) != "Mn"
    )
    unified = "".join(
        _CATEGORY_REPLACEMENTS.get(unicodedata.category(char), char)
        for char in unicodedata.normalize("NFKC", unaccented)
    )
    return " ".join(unified.casefold().split())


# dashes, quotes, and separators of every kind
_CATEGORY_REPLACEMENTS = {"Pd": "-", "Pi": '"', "Pf": '"', "Zs": " ", "Cf": ""}


@dataclass(slots=True)
class _FilterBuilder:
    """Parameters as they come in."""

    tags: list[str] = field(default_factory=list)
    excluded_tags: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        if not text:
            raise GrammarError(f"{name}: a value is missing; {_VALUE_ADVICE[name]}")
        if name in ("tag", "-tag"):
            is_excluded = name == "-tag" or text.startswith("-")
            self._add_tag(name, text.removeprefix("-"), self.excluded_tags if is_excluded else self.tags)
        elif name == "id":
            self._add_id(text)
        elif name in self.texts:
            raise GrammarError(f"{name}: given twice; only tag, -tag and id may be repeated")
        else:
            _check_value(name, text)
            self.texts[name] = text

    def _add_tag(self, name: str, text: str, target: list[str]) -> None:
        if not TAG_PATTERN.fullmatch(text):
            raise GrammarError(f"{name}: {shorten(text)!r} is not a tag; {_VALUE_ADVICE[name]}")
        if len(target) >= MAX_TAGS:
            raise GrammarError(f"{name}: at most {MAX_TAGS} tags")
        target.append(text)

    def _add_id(self, text: str) -> None:
        if not EVENT_ID_PATTERN.fullmatch(text):
            raise GrammarError(f"id: {shorten(text)!r} is not an id; {_VALUE_ADVICE['id']}")
        if len(self.ids) >= MAX_IDS:
            raise GrammarError(f"id: at most {MAX_IDS} events; use a tag for more")
        self.ids.append(text)

    def build(self) -> Filter:
        texts = self.texts
        start = _parse_day("from", texts["from"], use_last_day=False) if "from" in texts else None
        end = _parse_day("to", texts["to"], use_last_day=True) if "to" in texts else None
        if start and end and end < start:
            raise GrammarError(f"to: {end} lies before from, {start}; both days count")
        return Filter(
            tags=tuple(sorted(set(self.tags))),
            excluded_tags=tuple(sorted(set(self.excluded_tags))),
            series=" ".join(texts.get("series", "").split()),
            q=" ".join(texts.get("q", "").split()),
            place=" ".join(texts.get("place", "").split()),
            start=start,
            end=end,
            language=normalize_language(texts.get("lang", "")),
            imprecise=texts.get("imprecise", "span"),
            cancelled=texts.get("cancelled", "struck"),
            alarms=texts.get("alarms") == "1",
            parts=texts.get("parts") == "1",
            event=texts.get("event", ""),
            ids=tuple(sorted(set(self.ids))),
            limit=int(texts.get("limit", 0)),
            after=texts.get("after", ""),
        )


_CHOICES = {"imprecise": IMPRECISE_MODES, "cancelled": CANCELLED_MODES, "alarms": ("0", "1"), "parts": ("0", "1")}
_VALUE_ADVICE = {
    **{name: f"one of {', '.join(choices)}" for name, choices in _CHOICES.items()},
    "tag": "write a tag of the calendar, such as tag=summit (repeat it for any of several)",
    "-tag": "write a tag of the calendar to leave out, such as -tag=exercise",
    "series": "write the name that the editions share, such as series=PyConf",
    "q": "write words to look for",
    "place": "write a place or a country code, such as place=Dushanbe",
    "from": "write the first day, such as from=2021-09-01",
    "to": "write the last day, such as to=2021-09-30",
    "lang": "write a language tag, such as lang=ru",
    "id": "write the id of an event, such as id=summit-2021 (repeat it for several)",
    "event": "write the id of an event, such as event=summit-2021",
    "limit": f"write a number from 1 to {MAX_PAGE_EVENTS}, such as limit=100",
    "after": "write the id of the last event of the page before, such as after=summit-2021",
}


_FORMS: dict[str, tuple[str, Callable[[str], object]]] = {
    "lang": ("a language", LANGUAGE_PATTERN.fullmatch),
    "event": ("an id", EVENT_ID_PATTERN.fullmatch),
    "after": ("an id", EVENT_ID_PATTERN.fullmatch),
    "limit": ("a size of a page", lambda text: _NUMBER_PATTERN.fullmatch(text) and int(text) <= MAX_PAGE_EVENTS),
}
"""Of a parameter with a form of its own: what its value is, and what tells that it is one."""


def _check_value(name: str, text: str) -> None:
    """Refuses a malformed value of any parameter but the tags."""
    max_length = MAX_SERIES_LENGTH if name == "series" else MAX_VALUE_LENGTH
    if len(text) > max_length:
        raise GrammarError(f"{name}: at most {max_length} characters")
    if any(unicodedata.category(char) == "Cc" for char in text):
        raise GrammarError(f"{name}: control characters are not text")
    if name in _CHOICES and text not in _CHOICES[name]:
        raise GrammarError(f"{name}: {shorten(text)!r} is none of {', '.join(_CHOICES[name])}")
    if name in _FORMS:
        what, is_valid = _FORMS[name]
        if not is_valid(text):
            raise GrammarError(f"{name}: {shorten(text)!r} is not {what}; {_VALUE_ADVICE[name]}")
    if name in ("from", "to"):
        _parse_day(name, text, use_last_day=False)


def _parse_day(name: str, text: str, use_last_day: bool) -> date:
    """Returns a day, or the first or last day of a month or a year."""
    match = _DATE_PATTERN.fullmatch(text)
    if match is None:
        raise GrammarError(f"{name}: {shorten(text)!r} is not a date; {_VALUE_ADVICE[name]}")
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise GrammarError(f"{name}: {text!r} is not a day of the calendar; {_VALUE_ADVICE[name]}") from None
    return first if day or not use_last_day else last_day_of_month(first.year, int(month or 12))


def _explain_unknown_parameter(name: str, allowed: tuple[str, ...]) -> str:
    suggestions = difflib.get_close_matches(name.lower(), allowed, 1)
    hint = f"; did you mean {suggestions[0]}?" if suggestions else "."
    return f"{shorten(name)!r} is not a parameter{hint} Valid ones: {', '.join(allowed) or 'none'}"


def _matches_place(query_text: str, place: Place) -> bool:
    if query_text.upper() == place.country:
        return True
    text = fold_for_search(" ".join([*_all_texts(place.name), *_all_texts(place.region)]))
    return all(word in text for word in fold_for_search(query_text).split())


def search_texts(event: Event) -> tuple[str, str]:
    """Returns the texts that a search compares, folded: (id and titles, everything that the registry says of *event*)."""
    title = [event.id, *_all_texts(event.title)]
    texts = [*title, *event.tags, *map(markup.unescape, _all_texts(event.notes))]
    for place in event.places:
        texts += [*_all_texts(place.name), *_all_texts(place.region), place.country]
    for source in event.sources:
        texts += [source.title, source.quote]
    return fold_for_search(" ".join(title)), fold_for_search(" ".join(texts))


def _all_texts(text: Text | None) -> list[str]:
    return [] if text is None else [translation for _, translation in text.translations]
