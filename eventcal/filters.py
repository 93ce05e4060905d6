"""One language for choosing events: `tag`, `q`, `place`, `from` ... become a frozen Filter, which says what it keeps.

The same for feeds, pages, channels and sign-ups. Pure: knows no web framework and no clock.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import parse_qsl, quote

from . import occurrences
from .errors import GrammarError
from .events import Event, Occurrence, Place, Status, Text
from .when import Period, When

NAMES = ("tag", "-tag", "q", "place", "from", "to", "lang", "imprecise", "cancelled", "alarms")
"""Every parameter of a feed, in canonical order."""

ASKED_BY = ("event", "tag", "-tag", "q", "place")
"""What reminders are asked for by: a feed of one event has an address of its own."""

IMPRECISE = ("span", "all", "marker", "omit")
CANCELLED = ("struck", "title", "omit")

# whatever the registry takes for a tag
_TAG = re.compile(r"[^\s,/#?&%\x22'-][^,/#?&%\x22\x00-\x1f]{0,62}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LONGEST = 200
_MOST_TAGS = 32


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events, and how they are to be drawn. Equal filters give equal bytes.

    *tags* keeps any of them, *without* drops all of them (both sorted); *q* and *place* are words that must all be
    found; *start* and *end* are days, both counted, None for no bound; *language* is "" for the calendar's own. *event*
    is the id of the only one that is kept, also when it was renamed since.
    """

    tags: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    q: str = ""
    place: str = ""
    start: date | None = None
    end: date | None = None
    language: str = ""
    imprecise: str = "span"
    cancelled: str = "struck"
    alarms: bool = False
    event: str = ""

    @property
    def windowed(self) -> bool:
        return self.start is not None or self.end is not None


def parse(pairs: Iterable[tuple[str, str]], strict: bool, names: tuple[str, ...] = NAMES) -> Filter:
    """The filter that *pairs* of (parameter, text) ask for.

    Strict: GrammarError for a parameter that is not in *names*, is given twice, or is malformed; it names the
    parameter and what is valid. Lenient: whatever is not understood is as if it were not there.
    """
    found = _Found()
    for name, text in pairs:
        try:
            if name not in names:
                raise GrammarError(_unknown(name, names))
            found.add(name, text.strip())
        except GrammarError:
            if strict:
                raise
    try:
        return found.filter()
    except GrammarError:
        if strict:
            raise
        found.texts.pop("to", None)
        return found.filter()


def parse_query(query: str, strict: bool = True, names: tuple[str, ...] = NAMES) -> Filter:
    """`parse` for a query string: "tag=summit&from=2021-09-01"."""
    return parse(parse_qsl(query, keep_blank_values=True, max_num_fields=100), strict, names)


def canonical(query: Filter) -> str:
    """The one query string of a filter, without "?": parameters in a fixed order, defaults left out."""
    return "&".join(f"{name}={quote(text, safe='')}" for name, text in pairs(query))


def pairs(query: Filter) -> list[tuple[str, str]]:
    """What `canonical` is made of: (parameter, text), for links."""
    found = [("event", query.event)] + [("tag", tag) for tag in query.tags] + [("-tag", tag) for tag in query.without]
    found += [
        ("q", query.q),
        ("place", query.place),
        ("from", query.start.isoformat() if query.start else ""),
        ("to", query.end.isoformat() if query.end else ""),
        ("lang", query.language),
        ("imprecise", "" if query.imprecise == "span" else query.imprecise),
        ("cancelled", "" if query.cancelled == "struck" else query.cancelled),
        ("alarms", "1" if query.alarms else ""),
    ]
    return [(name, text) for name, text in found if text]


def keep(query: Filter, event: Event) -> bool:
    """Whether the filter keeps *event* at all, whatever its dates: tags, words, place, and what it omits."""
    if query.event and query.event not in (event.id, *event.formerly):
        return False
    if query.tags and not any(tag in event.tags for tag in query.tags):
        return False
    if any(tag in event.tags for tag in query.without):
        return False
    if query.cancelled == "omit" and event.status is Status.CANCELLED:
        return False
    if query.imprecise == "omit" and isinstance(event.when.span, Period):
        return False
    if query.place and not _at(query.place, event.place):
        return False
    return not query.q or _says(query.q, event)


def touches(query: Filter, event: Event) -> bool:
    """Whether *event*, or any occurrence of it, touches the days from..to. What has no date touches no bound."""
    if not query.windowed:
        return True
    start, end = query.start or date.min, query.end or date.max
    if event.rule is None and not event.also:
        return _overlaps(occurrences.standing(event), start, end)
    reach = occurrences.extent(event)
    if reach is None:
        return False
    start = max(start, reach[0])
    end = min(end, reach[1] or end)
    # Nearly every series is answered by its first weeks; the rest by as much as any rule needs to come round once.
    for days in (40, 366 * 9):
        near = min(end, date.max if start > date.max - timedelta(days) else start + timedelta(days))
        if start <= near and occurrences.of(event, start, near):
            return True
        if near == end:
            return False
    return False


def matches(query: Filter, occurrence: Occurrence) -> bool:
    """Whether the filter keeps this occurrence: its event, its own status, and its days."""
    if not keep(query, occurrence.event):
        return False
    if query.cancelled == "omit" and occurrence.status is Status.CANCELLED:
        return False
    return not query.windowed or _overlaps(occurrence.when, query.start or date.min, query.end or date.max)


def fold(text: str) -> str:
    """*text* as a search sees it: without case, accents, and the differences between dashes, quotes and spaces.

    Works in every script: what carries no letter of its own (Arabic vowel signs, Cyrillic breves) is dropped on both
    sides, so that a search finds too much rather than nothing.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    bare = "".join(
        each for each in unicodedata.normalize("NFKD", text.casefold()) if unicodedata.category(each) != "Mn"
    )
    same = "".join(_ALIKE.get(unicodedata.category(each), each) for each in unicodedata.normalize("NFKC", bare))
    return " ".join(same.casefold().split())


# dashes, quotes, and separators of every kind
_ALIKE = {"Pd": "-", "Pi": '"', "Pf": '"', "Zs": " ", "Cf": ""}


@dataclass(slots=True)
class _Found:
    """Parameters as they come in."""

    tags: set[str] = field(default_factory=set)
    without: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, text: str) -> None:
        if not text:
            raise GrammarError(f"{name}: a value is missing; {_FORMS[name]}")
        if name in ("tag", "-tag"):
            dropped = name == "-tag" or text.startswith("-")
            self._add_tag(name, text.removeprefix("-") if dropped else text, self.without if dropped else self.tags)
        elif name in self.texts:
            raise GrammarError(f"{name}: given twice; only tag and -tag may be repeated")
        else:
            _check(name, text)
            self.texts[name] = text

    def _add_tag(self, name: str, text: str, into: set[str]) -> None:
        if not _TAG.fullmatch(text):
            raise GrammarError(f"{name}: {text[:64]!r} is not a tag; {_FORMS[name]}")
        if len(self.tags) + len(self.without) >= _MOST_TAGS:
            raise GrammarError(f"{name}: at most {_MOST_TAGS} tags")
        into.add(text)

    def filter(self) -> Filter:
        texts = self.texts
        start = _day("from", texts["from"], last=False) if "from" in texts else None
        end = _day("to", texts["to"], last=True) if "to" in texts else None
        if start and end and end < start:
            raise GrammarError(f"to: {end} lies before from, {start}; both days count")
        return Filter(
            tags=tuple(sorted(self.tags)),
            without=tuple(sorted(self.without)),
            q=" ".join(texts.get("q", "").split()),
            place=" ".join(texts.get("place", "").split()),
            start=start,
            end=end,
            language=_language(texts.get("lang", "")),
            imprecise=texts.get("imprecise", "span"),
            cancelled=texts.get("cancelled", "struck"),
            alarms=texts.get("alarms") == "1",
            event=texts.get("event", ""),
        )


_FORMS = {
    "tag": "write a tag of the calendar, such as tag=summit (repeat it for any of several)",
    "-tag": "write a tag of the calendar to leave out, such as -tag=exercise",
    "q": "write words to look for",
    "place": "write a place or a country code, such as place=Dushanbe",
    "from": "write the first day, such as from=2021-09-01",
    "to": "write the last day, such as to=2021-09-30",
    "lang": "write a language tag, such as lang=ru",
    "imprecise": f"one of {', '.join(IMPRECISE)}",
    "cancelled": f"one of {', '.join(CANCELLED)}",
    "alarms": "one of 0, 1",
    "event": "write the id of an event, such as event=summit-2021",
}


def _check(name: str, text: str) -> None:
    """Refuse a malformed value of any parameter but the tags."""
    shown = text if len(text) <= 64 else text[:61] + "..."
    if len(text) > _LONGEST:
        raise GrammarError(f"{name}: at most {_LONGEST} characters")
    if any(unicodedata.category(each) == "Cc" for each in text):
        raise GrammarError(f"{name}: control characters are not text")
    choices = {"imprecise": IMPRECISE, "cancelled": CANCELLED, "alarms": ("0", "1")}.get(name)
    if choices is not None and text not in choices:
        raise GrammarError(f"{name}: {shown!r} is none of {', '.join(choices)}")
    if name == "lang" and not _LANGUAGE.fullmatch(text):
        raise GrammarError(f"{name}: {shown!r} is not a language; {_FORMS[name]}")
    if name == "event" and not _ID.fullmatch(text):
        raise GrammarError(f"{name}: {shown!r} is not an id; {_FORMS[name]}")
    if name in ("from", "to"):
        _day(name, text, last=False)


def _day(name: str, text: str, last: bool) -> date:
    """A day, or the first or last day of a month or a year."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise GrammarError(f"{name}: {text[:64]!r} is not a date; {_FORMS[name]}")
    year, month, day = (int(each) if each else 0 for each in found.groups())
    try:
        if day:
            return date(year, month, day)
        if not last:
            return date(year, month or 1, 1)
        month = month or 12
        return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    except (ValueError, OverflowError):
        raise GrammarError(f"{name}: {text!r} is not a day of the calendar; {_FORMS[name]}") from None


def _language(text: str) -> str:
    """A language tag in the usual case: zh-Hant, pt-BR."""
    first, *rest = text.split("-")
    cased = [each.upper() if len(each) == 2 else each.title() if len(each) == 4 else each.lower() for each in rest]
    return "-".join([first.lower(), *cased])


def _unknown(name: str, names: tuple[str, ...]) -> str:
    shown = name if len(name) <= 64 else name[:61] + "..."
    close = difflib.get_close_matches(name.lower(), names, 1)
    hint = f"; did you mean {close[0]}?" if close else "."
    return f"{shown!r} is not a parameter{hint} Valid ones: {', '.join(names) or 'none'}"


def _overlaps(when: When, start: date, end: date) -> bool:
    first, last = when.first_day, when.last_day
    return first is not None and last is not None and first <= end and last >= start


def _at(wanted: str, place: Place | None) -> bool:
    if place is None:
        return False
    if wanted.upper() == place.country:
        return True
    text = fold(" ".join([*_all(place.name), *_all(place.region)]))
    return all(word in text for word in fold(wanted).split())


def _says(wanted: str, event: Event) -> bool:
    """Whether all words of *wanted* stand somewhere in what the registry says of the event, in any language."""
    texts = [event.id, *event.tags, *_all(event.title), *_all(event.notes)]
    if event.place is not None:
        texts += [*_all(event.place.name), *_all(event.place.region), event.place.country]
    for source in event.sources:
        texts += [source.title, source.quote]
    text = fold(" ".join(texts))
    return all(word in text for word in fold(wanted).split())


def _all(text: Text | None) -> list[str]:
    return [] if text is None else [each for _, each in text.pairs]
