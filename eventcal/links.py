"""Addresses: of our own pages and feeds, and of the places elsewhere that a reader is sent to.

Knows no web framework and no clock. A base address ("https://example.org/cal") is what the operator set: without one
our addresses begin with "/", and those that other servers must reach are not made at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from .errors import GrammarError
from .events import Event, Place
from .mail_address import address_of, parse_contact
from .occurrences import dtstart_and_rrule
from .urls import host_to_ascii, split_url
from .when import AllDay, Timed, When, is_floating

QueryPairs = Iterable[tuple[str, str]]

ISSUE_FORM = "event-date.yml"
"""The file of the issue form that proposals are made with."""
FORM_PREFIX = "event-"
"""Prefix of the ids of the form's fields: in the address of a new issue, `title` names the title of the issue itself."""


def base_path(base_url: str) -> str:
    """Returns the path that our pages live under, "" at a server's top: what a link within a page begins with."""
    return urlsplit(base_url).path.rstrip("/")


_HOST_PATTERN = re.compile(r"(https?://)([^/?#:@\[\]]+)(?![^/?#]*@)", re.IGNORECASE)
# Reserved characters, and the sign of what is encoded already (RFC 3986 2.2, 2.1).
_URI_CHARACTERS = ":/?#[]@!$&'()*+,;=%"


def encode_url(url: str) -> str:
    """Returns *url* percent-encoded where RFC 3986 wants it, its host as DNS has it; what is encoded already stays."""
    host = _HOST_PATTERN.match(url)
    if host and not host[2].isascii():
        url = f"{host[1]}{host_to_ascii(host[2])}{url[host.end() :]}"
    return quote(url, safe=_URI_CHARACTERS)


def site_url(base_url: str, path: str, pairs: QueryPairs = ()) -> str:
    """Returns *path* (from "/") under *base_url*, absolute when that is set."""
    query = urlencode([(name, value) for name, value in pairs if value])
    return base_url.rstrip("/") + quote(path, safe="/~:@!$&'()*+,;=-._") + (f"?{query}" if query else "")


def event_url(base_url: str, event_id: str, recurrence: str = "", language: str = "") -> str:
    """Returns the address of an event's page, opened at one date of a series where *recurrence* names it.

    Without *language* the page is in the browser's.
    """
    return site_url(base_url, f"/events/{event_id}", [("on", recurrence), ("lang", language)])


def public_event_url(base_url: str, event_id: str, recurrence: str = "") -> str:
    """Returns the whole address of an event's page; "" where nobody said where our pages are served."""
    return event_url(base_url, event_id, recurrence) if base_url else ""


def event_feed_url(base_url: str, event_id: str) -> str:
    """Returns the address of the feed of one event."""
    return site_url(base_url, f"/events/{event_id}.ics")


def month_path(day: date) -> str:
    """Returns the path of the page of the month of *day*."""
    return f"/month/{day.year:04}-{day.month:02}"


def webcal_url(address: str) -> str:
    """Returns an absolute feed address as calendar apps like to be handed it."""
    return "webcal:" + address.partition(":")[2]


def google_subscribe_url(address: str) -> str:
    """Returns Google's address to subscribe to a feed, which it takes only as `cid=webcal...`."""
    return "https://calendar.google.com/calendar/render?" + urlencode({"cid": webcal_url(address)})


def outlook_subscribe_url(address: str, name: str) -> str:
    """Returns Outlook.com's address to subscribe to a feed, for personal accounts; by https, since it strips webcal."""
    return "https://outlook.live.com/calendar/0/addfromweb?" + urlencode({"url": address, "name": name})


def microsoft_365_subscribe_url(address: str, name: str) -> str:
    """Returns the address of Outlook on the web to subscribe to a feed, for work and school accounts."""
    return "https://outlook.office.com/calendar/0/addfromweb?" + urlencode({"url": address, "name": name})


def map_url(place: Place, search_text: str) -> str:
    """Returns a plain link to a map: the point if it is known, else a search for the words."""
    if place.latitude is not None and place.longitude is not None:
        point = f"{place.latitude:g}/{place.longitude:g}"
        return f"https://www.openstreetmap.org/?mlat={place.latitude:g}&mlon={place.longitude:g}#map=12/{point}"
    return "https://www.openstreetmap.org/search?" + urlencode({"query": search_text})


def google_event_url(event: Event, when: When, title: str, place: str, details: str) -> str:
    """Returns Google's page for adding one event; "" where it would have to invent a day or dates.

    It takes a rule, but no dates that differ from it.
    """
    if event.rule is not None and (event.exdates or event.also or event.overrides):
        return ""
    match when.span:
        case AllDay(first, last):
            # the end is exclusive there, as in iCalendar
            dates = f"{first:%Y%m%d}/{last + timedelta(days=1):%Y%m%d}"
        case Timed(start, end):
            dates = "/".join(_format_instant(moment, "%Y%m%dT%H%M%S") for moment in (start, end or start))
        case _:
            return ""
    pairs = {"action": "TEMPLATE", "text": title, "dates": dates, "location": place, "details": details}
    if event.rule is not None:
        # a series is expanded on its own zone's wall clock
        if recurring := dtstart_and_rrule(event):
            pairs["recur"] = f"RRULE:{recurring[1]}"
        pairs["ctz"] = "" if event.floating else event.timezone
        if isinstance(when.span, Timed):
            pairs["dates"] = "/".join(
                f"{moment:%Y%m%dT%H%M%S}" for moment in (when.span.start, when.span.end or when.span.start)
            )
    return "https://calendar.google.com/calendar/render?" + urlencode(
        {name: text for name, text in pairs.items() if text}
    )


def outlook_event_url(event: Event, when: When, title: str, place: str, details: str) -> str:
    """Returns Outlook's page for adding one event; "" where the day is not known or the event repeats, which it cannot take."""
    if event.rule is not None:
        return ""
    match when.span:
        case AllDay(first, last):
            dates = {"startdt": first.isoformat(), "enddt": (last + timedelta(days=1)).isoformat(), "allday": "true"}
        case Timed(start, end):
            ends = [_format_instant(moment, "%Y-%m-%dT%H:%M:%S") for moment in (start, end or start)]
            dates = {"startdt": ends[0], "enddt": ends[1]}
        case _:
            return ""
    pairs = {"subject": title, **dates, "location": place, "body": details}
    return "https://outlook.live.com/calendar/0/action/compose?" + urlencode({k: v for k, v in pairs.items() if v})


def _format_instant(moment: datetime, pattern: str) -> str:
    """Formats an instant in UTC, or a floating hour without Z, on the clock of the reader's account."""
    return f"{moment:{pattern}}" if is_floating(moment.tzinfo) else f"{moment.astimezone(UTC):{pattern}Z}"


def proposal_url(contact: str, event_id: str = "", title: str = "", when: str = "") -> str:
    """Returns the address at which a date is reported or, without *event_id*, an event is suggested; "" without contact.

    *contact* is the calendar's: a repository of GitHub gets its form filled in, a mail address a message (RFC 6068),
    any other page is linked to as it is.
    """
    try:
        address = address_of(parse_contact(contact))
    except GrammarError:
        address = ""
    if address:
        subject = f"Wrong date: {title}" if event_id else "An event for the calendar"
        lines = [f"- id: {event_id}"] * bool(event_id) + [f"  title: {title}", f"  when: {when}", "  source: "]
        body = "\r\n".join([*lines, ""])
        return f"mailto:{quote(address, safe='@')}?" + urlencode({"subject": subject, "body": body}, quote_via=quote)
    parts = split_url(contact, "http", "https")
    if parts is None:
        return ""
    if parts.hostname == "github.com" and (match := re.match(r"/([^/]+/[^/]+)", parts.path)):
        answers = {"id": event_id, "title": title, "when": when}
        fields = {FORM_PREFIX + key: text for key, text in answers.items() if text}
        query = urlencode({"template": ISSUE_FORM, **fields}, quote_via=quote)
        return f"https://github.com/{match[1].removesuffix('.git')}/issues/new?{query}"
    return contact
