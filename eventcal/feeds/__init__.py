"""An edition, a day and a filter become ready bytes: iCalendar, JSON, Atom, each with its validators.

The same bytes on every machine. Knows no HTTP beyond what a representation is, and no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from .. import filters, ical, links, occurrences, words
from ..events import Text
from ..filters import Filter
from ..history import Change, Edition, Version
from ..ical import Head, Look
from .atom import changes as _changes
from .atom import upcoming as _upcoming
from .choice import MOST_BYTES, MOST_EVENTS, Choice, LeftOut, choose, midnight
from .events_json import events_json as _events_json
from .openapi import openapi as _openapi
from .ready import ATOM, CALENDAR, JSON, SMALLEST_GZIP, Ready, ready

__all__ = [
    "ATOM",
    "CALENDAR",
    "JSON",
    "MOST_BYTES",
    "MOST_EVENTS",
    "SMALLEST_GZIP",
    "Choice",
    "LeftOut",
    "Ready",
    "alone",
    "at",
    "event",
    "left_out",
    "midnight",
    "names",
    "render",
    "tags",
    "whole",
]

_PLAIN = ("tag", "-tag", "q", "place", "from", "to", "lang")
_EVENT = ("lang", "imprecise", "cancelled", "alarms")


def names(path: str) -> tuple[str, ...]:
    """The parameters that the feed at *path* takes."""
    if path == "/openapi.json":
        return ()
    if path.startswith("/events/"):
        return _EVENT
    if path.startswith("/tags/"):
        return tuple(each for each in filters.FILTER_PARAMETERS if each != "tag")
    return filters.FILTER_PARAMETERS if path == "/calendar.ics" else (*_PLAIN, "imprecise", "cancelled")


def at(
    path: str, edition: Edition, changes: Sequence[Change], today: date, query: Filter, base_url: str = ""
) -> Ready | None:
    """What stands at *path* ("/calendar.ics", "/tags/summit.ics" ...) on *today* in the calendar's zone; None: nothing.

    A tag that no event carries is nothing: an address that somebody mistyped must not look like a quiet calendar.
    """
    match path.split("/")[1:]:
        case ["calendar.ics"]:
            return render(edition, today, query, base_url)
        case ["tags", name] if name.endswith(".ics") and name[:-4] in tags(edition):
            return render(edition, today, replace(query, tags=(name[:-4],)), base_url, path)
        case ["events", name] if name.endswith(".ics"):
            return event(edition, name[:-4], today, query, base_url)
        case ["events.json"]:
            return ready(_events_json(edition, query, _language(edition, query), base_url), _changed(edition), JSON)
        case ["upcoming.atom"]:
            body, moment = _upcoming(edition, today, query, _language(edition, query), base_url)
            return ready(body, max(moment, _changed(edition)), ATOM)
        case ["changes.atom"]:
            body = _changes(edition, changes, query, _language(edition, query), base_url)
            return ready(body, max([_changed(edition), *(each.at for each in changes)]), ATOM)
        case ["openapi.json"]:
            return ready(_openapi(edition.calendar, base_url), edition.recorded_at, JSON)
    return None


def render(
    edition: Edition, today: date, query: Filter, base_url: str = "", path: str = "/calendar.ics", whole: bool = False
) -> Ready:
    """The iCalendar feed of *query* as it stands at *path*; *whole* without the limits that the default feed keeps."""
    body, turned_at = _calendar(edition, today, query, base_url, path, whole)
    return ready(body, _changed(edition, turned_at), CALENDAR)


def _calendar(
    edition: Edition, today: date, query: Filter, base_url: str, path: str, whole: bool
) -> tuple[bytes, datetime | None]:
    """The plain octets, and the last midnight that changed them."""
    look = _look(edition, query, base_url)
    chosen = choose(edition, today, query, look, whole)
    rest = replace(query, tags=()) if path.startswith("/tags/") else query
    head = Head(
        name=_name(edition, query),
        description=_description(edition, chosen.left_out, look.language),
        url=edition.calendar.url or (links.site_url(base_url, "/") if base_url else ""),
        source=_address(base_url, path, rest),
        color=edition.calendar.color,
    )
    return ical.calendar_bytes(edition.calendar, head, chosen.parts, look, today), chosen.turned_at


def event(edition: Edition, event_id: str, today: date, query: Filter, base_url: str = "") -> Ready | None:
    """One event's own feed, by its id or one that it had: also when it is long over, cancelled, or known to the year."""
    found = _version(edition, event_id)
    if found is None:
        return None
    asked = _with_its_date(query)
    look = _look(edition, asked, base_url)
    chosen = choose(replace(edition, versions=(found,)), today, asked, look, whole=True)
    return ready(alone(edition, found, today, query, base_url), _changed(edition, chosen.turned_at), CALENDAR)


def alone(edition: Edition, version: Version, today: date, query: Filter, base_url: str = "") -> bytes:
    """The octets of one event's own feed, for whoever has the event at hand: they cost the same in any edition."""
    look = _look(edition, _with_its_date(query), base_url)
    title = version.event.title
    head = Head(
        name=Text(tuple((tag, occurrences.title_without_number(version.event, tag)) for tag, _ in title.translations)),
        url=edition.calendar.url,
        source=_address(base_url, f"/events/{version.event.id}.ics", query),
        color=edition.calendar.color,
    )
    parts = ical.drawn(edition.calendar, [version], look, today)
    return ical.calendar_bytes(edition.calendar, head, parts, look, today)


def _with_its_date(query: Filter) -> Filter:
    """Who asks for one event gets it, however little of its date is known."""
    return replace(query, imprecise="all") if query.imprecise == "span" else query


def whole(edition: Edition, now: datetime, base_url: str = "") -> bytes:
    """The whole calendar, past and future, as `eventcal feed` prints it."""
    today = now.astimezone(ZoneInfo(edition.calendar.timezone)).date()
    # nobody asked for it packed, or for a name of its bytes
    return _calendar(edition, today, Filter(), base_url, "/calendar.ics", whole=True)[0]


def left_out(edition: Edition, today: date, query: Filter | None = None) -> LeftOut:
    """How many events the feed of *query* leaves out, and why: for the page that offers it."""
    query = query or Filter()
    return choose(edition, today, query, _look(edition, query, "")).left_out


def tags(edition: Edition) -> dict[str, int]:
    """Every tag that an event carries, in order of the alphabet, and how many events do."""
    found: dict[str, int] = {}
    for version in edition.versions:
        for tag in version.event.tags:
            found[tag] = found.get(tag, 0) + 1
    return dict(sorted(found.items()))


def _version(edition: Edition, event_id: str) -> Version | None:
    """An event by its id, else by one that it had: who subscribed before a rename keeps the feed."""
    found = next((each for each in edition.versions if each.event.id == event_id), None)
    return found or next((each for each in edition.versions if event_id in each.event.formerly), None)


def _changed(edition: Edition, turned_at: datetime | None = None) -> datetime:
    """When anything that a feed shows last changed, left, or fell due at a midnight (RFC 9110 8.8.2)."""
    moments = [each.modified for each in edition.versions]
    moments += [each for each in (edition.left_at, turned_at) if each is not None]
    return max(moments, default=edition.recorded_at)


def _look(edition: Edition, query: Filter, base_url: str) -> Look:
    return Look(_language(edition, query), query.imprecise, query.cancelled, query.alarms, base_url)


def _language(edition: Edition, query: Filter) -> str:
    """The language asked for where there are words or texts in it, else the calendar's own."""
    asked = query.language
    if not asked or asked == edition.calendar.language:
        return edition.calendar.language
    if words.known(asked).split("-")[0] == asked.split("-")[0].lower():
        return asked if asked in _written(edition) else words.known(asked)
    return asked if asked in _written(edition) else edition.calendar.language


def _written(edition: Edition) -> set[str]:
    """The languages that the registry has a title in."""
    texts = [edition.calendar.name, *(each.event.title for each in edition.versions)]
    return {tag for text in texts for tag, _ in text.translations}


def _name(edition: Edition, query: Filter) -> Text:
    """The calendar's name, and what this feed is narrowed to: two subscriptions must be told apart."""
    narrowed = [*query.tags, *(f"−{tag}" for tag in query.excluded_tags), query.q, query.place]
    if query.has_window:
        ends = [each.isoformat() if each else "" for each in (query.start, query.end)]
        narrowed.append("–".join(ends))
    rest = ", ".join(each for each in narrowed if each)
    return Text(tuple((tag, f"{text} ({rest})" if rest else text) for tag, text in edition.calendar.name.translations))


def _description(edition: Edition, left: LeftOut, language: str) -> str:
    """The calendar's description, and what a reader does not see here."""
    _ = words.gettext(language).gettext
    own = edition.calendar.description
    reasons = [
        (left.undated, _("no date known: {count}")),
        (left.vague, _("date too uncertain to show: {count}")),
        (left.over, _("long over: {count}")),
        (left.ahead, _("far ahead: {count}")),
    ]
    said = "; ".join(text.format(count=count) for count, text in reasons if count)
    parts = [own.in_language(language) if own else "", _("Left out: {reasons}.").format(reasons=said) if said else ""]
    return "\n".join(each for each in parts if each)


def _address(base_url: str, path: str, query: Filter) -> str:
    """A feed's own address, "" when nobody said where it is served."""
    if not base_url:
        return ""
    asked = filters.canonical_query(query)
    return links.site_url(base_url, path) + (f"?{asked}" if asked else "")
