"""An edition, a day and a filter become ready bytes: iCalendar, JSON, Atom, each with its validators.

The same bytes on every machine. Knows no HTTP beyond what a representation is, and no clock. `web.feeds` answers requests
with them: 200 or 304.
"""

from __future__ import annotations

import gzip
import hashlib
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from .. import filters, ical, links, occurrences, words
from ..events import Text, title_languages
from ..filters import Filter
from ..history import Change, Edition, Version
from ..ical import CalendarHeader, RenderOptions
from .atom import render_changes, render_upcoming
from .events_json import render_events_json
from .openapi import accepted_parameters, render_openapi
from .selection import (
    KEEP_REMOVED,
    MAX_FEED_BYTES,
    NOTHING_REMOVED,
    OmittedCounts,
    Removed,
    collect_removed,
    next_midnight,
    select_events,
)

MIN_GZIP_BYTES = 4096
"""Octets below which compressing costs a reader more than it saves."""

CALENDAR_CONTENT_TYPE = "text/calendar; charset=utf-8"
JSON_CONTENT_TYPE = "application/json; charset=utf-8"
ATOM_CONTENT_TYPE = "application/atom+xml; charset=utf-8"

DRAWN_AT_ONCE = 2_000
"""Events that `find_undrawable` draws at once."""


@dataclass(frozen=True, slots=True)
class Representation:
    """A representation (RFC 9110 3.2): *gzip_body* is b"" where compression does not pay.

    Both ETags are strong, quoted, and computed from the bytes. *last_modified* is in UTC and whole seconds. *next_url*
    is the address of the next page, "" where there is none.
    """

    body: bytes
    gzip_body: bytes
    etag: str
    gzip_etag: str
    last_modified: datetime
    content_type: str
    next_url: str = ""


def build_representation(body: bytes, last_modified: datetime, content_type: str, next_url: str = "") -> Representation:
    """Builds what is served of *body*: gzip beside it, a strong ETag, Last-Modified."""
    # no name and no time in gzip's header: the same body gives the same bytes
    gzip_body = gzip.compress(body, 6, mtime=0) if len(body) >= MIN_GZIP_BYTES else b""
    return Representation(
        body=body,
        gzip_body=gzip_body,
        etag=_etag(body),
        gzip_etag=_etag(gzip_body) if gzip_body else "",
        last_modified=last_modified.astimezone(UTC).replace(microsecond=0),
        content_type=content_type,
        next_url=next_url,
    )


def _etag(octets: bytes) -> str:
    return f'"{hashlib.blake2b(octets, digest_size=12).hexdigest()}"'


def render_path(
    path: str,
    edition: Edition,
    changes: Sequence[Change],
    today: date,
    query: Filter,
    base_url: str = "",
    removed: Removed = NOTHING_REMOVED,
    page_size: int = 0,
) -> Representation | None:
    """Renders the feed at *path* ("/calendar.ics", "/tags/summit.ics" ...) on *today* in the calendar's zone; None: nothing.

    A tag that no event ever had gives None: a mistyped address must not look like an empty calendar.
    *removed* events and tags go on: who subscribed to them, or chose them by `id`, sees the event cancelled, or an empty
    calendar. *page_size* is the number of events on a page of /events.json where *query* gives none, 0 for all of them.
    """
    if removed_versions := removed.chosen_by(query, edition):
        edition = replace(edition, versions=(*edition.versions, *removed_versions))
    match path.split("/")[1:]:
        case ["calendar.ics"]:
            return render_calendar_feed(edition, today, query, base_url)
        case ["tags", name] if name.endswith(".ics") and is_known_tag(edition, removed, name[:-4]):
            return render_calendar_feed(edition, today, replace(query, tags=(name[:-4],)), base_url, path)
        case ["events", name] if name.endswith(".ics"):
            return render_event_feed(edition, name[:-4], today, query, base_url, removed)
        case ["events.json"]:
            body, next_url = render_events_json(edition, query, _choose_language(edition, query), base_url, page_size)
            return build_representation(body, edition.modified_at, JSON_CONTENT_TYPE, next_url)
        case ["upcoming.atom"]:
            return _render_upcoming(edition, today, query, base_url)
        case ["changes.atom"]:
            return _render_changes(edition, changes, removed, query, base_url)
        case ["openapi.json"]:
            body = render_openapi(edition.calendar, base_url)
            return build_representation(body, max(edition.recorded_at, edition.modified_at), JSON_CONTENT_TYPE)
    return None


def _render_upcoming(edition: Edition, today: date, query: Filter, base_url: str) -> Representation:
    body, rollover_at = render_upcoming(edition, today, query, _choose_language(edition, query), base_url)
    return build_representation(body, max(rollover_at, edition.modified_at), ATOM_CONTENT_TYPE)


def _render_changes(
    edition: Edition, changes: Sequence[Change], removed: Removed, query: Filter, base_url: str
) -> Representation:
    body = render_changes(edition, changes, query, _choose_language(edition, query), base_url, removed.versions)
    changed_at = max([edition.modified_at, *(change.at for change in changes)])
    return build_representation(body, changed_at, ATOM_CONTENT_TYPE)


def render_calendar_feed(
    edition: Edition, today: date, query: Filter, base_url: str = "", path: str = "/calendar.ics"
) -> Representation:
    """Renders the iCalendar feed of *query* at *path*, within the size limits of a served feed."""
    body, rollover_at = _render_calendar(edition, today, query, base_url, path)
    return build_representation(body, _last_modified(edition, rollover_at), CALENDAR_CONTENT_TYPE)


def _render_calendar(
    edition: Edition, today: date, query: Filter, base_url: str, path: str = "/calendar.ics", unlimited: bool = False
) -> tuple[bytes, datetime | None]:
    """Returns the plain octets, and the last midnight that changed them; *unlimited* ignores the size limits."""
    options = _render_options(edition, query, base_url)
    selection = select_events(edition, today, query, options, unlimited)
    own_filter = replace(query, tags=()) if path.startswith("/tags/") else query
    left_out = format_omitted(selection.omitted, options.language)
    header = CalendarHeader(
        name=_feed_name(edition, query),
        description="\n".join(filter(None, (_description(edition, options.language), left_out))),
        url=edition.calendar.url or (links.site_url(base_url, "/") if base_url else ""),
        source=_feed_url(base_url, path, own_filter),
        color=edition.calendar.color,
    )
    return ical.render_calendar(
        edition.calendar, header, selection.rendered_events, options, today
    ), selection.rollover_at


def render_event_feed(
    edition: Edition, event_id: str, today: date, query: Filter, base_url: str = "", removed: Removed = NOTHING_REMOVED
) -> Representation | None:
    """Returns one event's own feed, by its id or one that it had: also when it is long over, cancelled, or known to the year.

    What continues it is in the feed, too, and goes on there when the event is long gone.
    """
    version = edition.find(event_id) or removed.find(event_id)
    versions = [*([version] if version else []), *edition.followers(version.event.id if version else event_id)]
    if not versions:
        return None
    event_query = _show_any_period(query)
    if query.parts:
        versions += _parts_of(edition, {chosen.event.id for chosen in versions})
    own_edition = replace(edition, versions=tuple(versions))  # edits of other events leave it as it is
    options = _render_options(own_edition, event_query, base_url)
    selection = select_events(own_edition, today, event_query, options, unlimited=True)
    return build_representation(
        render_event_ics(own_edition, versions[0], today, query, base_url, versions),
        _last_modified(own_edition, selection.rollover_at),
        CALENDAR_CONTENT_TYPE,
    )


def render_event_ics(
    edition: Edition, version: Version, today: date, query: Filter, base_url: str, versions: Sequence[Version] = ()
) -> bytes:
    """Renders the feed of one event, or of *versions*, at a cost that does not depend on the size of the edition."""
    options = _render_options(edition, _show_any_period(query), base_url)
    header = CalendarHeader(
        name=occurrences.text_without_number(version.event.title),
        url=edition.calendar.url,
        source=_feed_url(base_url, f"/events/{version.event.id}.ics", query),
        color=edition.calendar.color,
    )
    rendered_events = ical.render_events(edition.calendar, versions or (version,), options, today)
    return ical.render_calendar(edition.calendar, header, rendered_events, options, today)


def _parts_of(edition: Edition, event_ids: Set[str]) -> list[Version]:
    """Returns the events that belong to those with *event_ids*, and to those in turn, in the registry's order."""
    owners = event_ids
    while further := {version.event.id for version in edition.versions if version.event.part_of in owners} - owners:
        owners = owners | further
    return [version for version in edition.versions if version.event.id in owners - event_ids]


def _show_any_period(query: Filter) -> Filter:
    """Widens *query* so that the feed of one event shows it however vague its date is."""
    return replace(query, imprecise="all") if query.imprecise == "span" else query


def render_whole(path: str, edition: Edition, now: datetime, query: Filter, base_url: str = "") -> bytes:
    """Returns the octets at *path*, as `eventcal feed` prints them: a calendar without the limits that a served feed keeps."""
    today = edition.calendar.day_at(now)
    if path == "/calendar.ics":
        # neither compressed nor asked for by ETag
        return _render_calendar(edition, today, query, base_url, unlimited=True)[0]
    representation = render_path(path, edition, (), today, query, base_url)
    assert representation is not None
    return representation.body


def find_undrawable(edition: Edition, versions: Sequence[Version], today: date) -> list[tuple[str, Exception]]:
    """Returns (event id, error) of each of *versions* that a feed cannot draw on *today*: faults of this program.

    Draws some thousand at once, so that its memory does not grow with the calendar, and one by one only when that fails.
    """
    undrawable: list[tuple[str, Exception]] = []
    for start in range(0, len(versions), DRAWN_AT_ONCE):
        undrawable += _find_undrawable_among(edition, versions[start : start + DRAWN_AT_ONCE], today)
    return undrawable


def _find_undrawable_among(edition: Edition, versions: Sequence[Version], today: date) -> list[tuple[str, Exception]]:
    together = _drawing_error(edition, versions, today)
    if together is None:
        return []
    errors = [(version.event.id, _drawing_error(edition, [version], today)) for version in versions]
    return [(event_id, error) for event_id, error in errors if error is not None] or [("", together)]


def _drawing_error(edition: Edition, versions: Sequence[Version], today: date) -> Exception | None:
    try:
        _draw(replace(edition, versions=tuple(versions)), today)
    except Exception as error:  # noqa: BLE001  whatever it is, a bug
        return error
    return None


def leave_out_undrawable(edition: Edition, today: date) -> tuple[Edition, dict[str, Exception]]:
    """Returns *edition* without the events that cannot be drawn on *today*, which its description then says; and their errors.

    Raises LookupError where no single event is at fault.
    """
    errors = {event_id: error for event_id, error in find_undrawable(edition, edition.versions, today) if event_id}
    if not errors:
        raise LookupError("no single event is at fault")
    calendar = edition.calendar
    sentences = [
        (tag, "\n".join(filter(None, (_description(edition, tag), _format_undrawable(len(errors), tag)))))
        for tag, _ in calendar.name.translations
    ]
    versions = tuple(version for version in edition.versions if version.event.id not in errors)
    return replace(edition, versions=versions, calendar=replace(calendar, description=Text(tuple(sentences)))), errors


def _description(edition: Edition, language: str) -> str:
    description = edition.calendar.description
    return description.in_language(language) if description else ""


def _format_undrawable(count: int, language: str) -> str:
    template = words.get_translations(language).ngettext(
        "Not in the feed: {n} event that cannot be shown.", "Not in the feed: {n} events that cannot be shown.", count
    )
    return template.format(n=count)


def _draw(edition: Edition, today: date) -> None:
    _render_calendar(edition, today, Filter(imprecise="all"), "", unlimited=True)
    for path in ("/events.json", "/upcoming.atom"):
        render_path(path, edition, (), today, Filter())


def count_omitted(edition: Edition, today: date, query: Filter = Filter()) -> OmittedCounts:
    """Counts the events that the feed of *query* leaves out, by reason, for the page that offers it."""
    return select_events(edition, today, query, _render_options(edition, query, "")).omitted


def count_tags(edition: Edition) -> dict[str, int]:
    """Returns every tag that an event carries, in order of the alphabet, and how many events do."""
    return dict(sorted(Counter(tag for version in edition.versions for tag in version.event.tags).items()))


def is_known_tag(edition: Edition, removed: Removed, tag: str) -> bool:
    """Tells whether an event carries *tag*, carried it recently, or the registry declares it."""
    return tag in count_tags(edition) or tag in removed.tags or any(style.tag == tag for style in edition.calendar.tags)


def _last_modified(edition: Edition, rollover_at: datetime | None) -> datetime:
    """Returns when anything that a feed shows last changed, left, or fell due at a midnight (RFC 9110 8.8.2)."""
    return max(edition.modified_at, rollover_at) if rollover_at else edition.modified_at


def _render_options(edition: Edition, query: Filter, base_url: str) -> RenderOptions:
    return RenderOptions(_choose_language(edition, query), query.imprecise, query.cancelled, query.alarms, base_url)


def _choose_language(edition: Edition, query: Filter) -> str:
    """Returns the language asked for where there are words or texts in it, else the calendar's own."""
    requested = query.language
    if not requested or requested == edition.calendar.language:
        return edition.calendar.language
    if words.resolve_language(requested).split("-")[0] == requested.split("-")[0].lower():
        fallback = words.resolve_language(requested)
    else:
        fallback = edition.calendar.language
    return requested if requested in title_languages(edition.calendar, edition.events) else fallback


def _feed_name(edition: Edition, query: Filter) -> Text:
    """Returns the calendar's name, and what this feed is narrowed to: two subscriptions must be told apart."""
    filter_texts = [*query.tags, *(f"−{tag}" for tag in query.excluded_tags)]
    filter_texts += [query.series, query.q, query.place]
    if query.has_window:
        ends = [day.isoformat() if day else "" for day in (query.start, query.end)]
        filter_texts.append("–".join(ends))

    def narrowed(name: str, language: str) -> str:
        count = len(query.ids)
        ngettext = words.get_translations(language).ngettext
        chosen = ngettext("{n} chosen event", "{n} chosen events", count).format(n=count) if count else ""
        summary = words.join_list((*filter_texts, chosen), language)
        return words.append_remark(name, summary, language) if summary else name

    return Text(tuple((tag, narrowed(name, tag)) for tag, name in edition.calendar.name.translations))


def format_omitted(omitted: OmittedCounts, language: str) -> str:
    """Formats what a feed leaves out: "Not in the feed: 1 event without a date, 3 past events."; "" for nothing."""
    translations = words.get_translations(language)
    ngettext = translations.ngettext
    counted = [
        (omitted.undated, ngettext("{n} event without a date", "{n} events without a date", omitted.undated)),
        (
            omitted.too_imprecise,
            ngettext("{n} event with too vague a date", "{n} events with too vague a date", omitted.too_imprecise),
        ),
        (omitted.past, ngettext("{n} past event", "{n} past events", omitted.past)),
        (omitted.future, ngettext("{n} far-off event", "{n} far-off events", omitted.future)),
    ]
    reasons = words.join_list((template.format(n=count) for count, template in counted if count), language)
    return translations.gettext("Not in the feed: {reasons}.").format(reasons=reasons) if reasons else ""


def _feed_url(base_url: str, path: str, query: Filter) -> str:
    """Returns a feed's own address, "" when nobody said where it is served."""
    if not base_url:
        return ""
    query_string = filters.canonical_query(query)
    return links.site_url(base_url, path) + (f"?{query_string}" if query_string else "")
