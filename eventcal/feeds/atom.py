"""Atom feeds (RFC 4287) of upcoming events and of changes. The only module that imports feedgenerator."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from feedgenerator import Atom1Feed

from .. import filters, links, occurrences, words
from ..events import Event, Occurrence
from ..filters import Filter
from ..history import Change, Edition, EventState, Version, is_awaiting_date
from ..when import local_to_utc
from ..words.dates import capitalize_first

MAX_UPCOMING_ENTRIES = 50
MAX_CHANGE_ENTRIES = 100


class _AtomFeed(Atom1Feed):  # type: ignore[misc]
    """Atom1Feed, which would ask the clock what a feed without entries was changed at, and write empty links."""

    def __init__(self, updated: datetime, **metadata: Any) -> None:
        super().__init__(**metadata)
        self._updated = updated

    def latest_post_date(self) -> datetime:
        return self._updated

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(_EmptyLinkFilter(handler))

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(_EmptyLinkFilter(handler), item)


class _EmptyLinkFilter:
    """Hands on what is written, but for links to nowhere."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def addQuickElement(self, name: str, contents: str | None = None, attrs: dict[str, str] | None = None) -> None:
        if name != "link" or (attrs or {}).get("href"):
            self._handler.addQuickElement(name, contents, attrs)


def render_upcoming(
    edition: Edition, today: date, query: Filter, language: str, base_url: str
) -> tuple[bytes, datetime]:
    """Renders the next occurrences, the nearest first, and returns (feed, when a midnight last changed it)."""
    versions = {
        version.event.id: version for version in edition.versions if filters.matches_event(query, version.event)
    }
    events = [version.event for version in versions.values()]
    midnight = local_to_utc(datetime.combine(today, time()), edition.calendar.zone)
    unfinished = (
        occurrence
        for occurrence in occurrences.unfinished_before(events, today, midnight)
        if filters.matches_occurrence(query, occurrence)
    )
    coming = _next_occurrences(events, max(query.start or today, today), query)
    occurrences_shown = [*unfinished, *coming][:MAX_UPCOMING_ENTRIES]
    modified = [versions[occurrence.event.id].modified for occurrence in occurrences_shown]
    feed = _create_feed(
        edition,
        max([midnight, *modified]),
        "upcoming",
        words.get_translations(language).gettext("coming up"),
        language,
        base_url,
        query,
    )
    for occurrence in occurrences_shown:
        version = versions[occurrence.event.id]
        feed.add_item(
            title=_entry_title(occurrence, language),
            link=_entry_url(version, occurrence, base_url),
            description=html.escape(_summarize(occurrence, language), quote=False),
            updateddate=version.modified,
            unique_id=_entry_id(edition, _lasting_name(edition, version), occurrence.recurrence),
            categories=occurrence.event.tags,
        )
    return _serialize(feed), midnight


def _next_occurrences(events: list[Event], start: date, query: Filter) -> list[Occurrence]:
    """Returns the next occurrences from *start* on, looked for no further ahead than there are enough of them."""
    matches: list[Occurrence] = []
    for days in (31, 92, 366):
        end = min(start + min(timedelta(days=days), date.max - start), query.end or date.max)
        matches = [
            occurrence
            for occurrence in occurrences.between(events, start, end)
            if filters.matches_occurrence(query, occurrence)
        ]
        if len(matches) >= MAX_UPCOMING_ENTRIES:
            break
    return matches[:MAX_UPCOMING_ENTRIES]


def render_changes(
    edition: Edition,
    all_changes: Sequence[Change],
    query: Filter,
    language: str,
    base_url: str,
    removed: Iterable[Version] = (),
) -> bytes:
    """Renders the feed of changes with old and new value, newest first; of *removed* events those that *query* kept."""
    removed_by_uid = {version.uid: version for version in removed}
    shown_changes = [
        change
        for change in all_changes
        if _is_matching(query, edition.version(change.uid) or removed_by_uid.get(change.uid))
    ]
    shown_changes = sorted(shown_changes, key=lambda change: change.at, reverse=True)[:MAX_CHANGE_ENTRIES]
    updated = max((change.at for change in shown_changes), default=edition.modified_at)
    name = words.get_translations(language).gettext("changes")
    feed = _create_feed(edition, updated, "changes", name, language, base_url, query)
    for change in shown_changes:
        version = edition.version(change.uid)
        title = occurrences.title_without_number(version.event, language) if version else change.title
        label = words.format_change(change, version, language)
        stamp = f"{change.at.astimezone(UTC):%Y%m%dT%H%M%S}"
        feed.add_item(
            title=f"{capitalize_first(label)}: {title}",
            link=links.public_event_url(base_url, version.event.id, change.recurrence) if version else "",
            description=html.escape(_format_change(change, version, edition, language), quote=False).replace(
                "\n", "<br>"
            ),
            pubdate=change.at,
            updateddate=change.at,
            unique_id=_entry_id(
                edition, f"{change.event_id}/{change.kind.replace(' ', '-')}/{stamp}", change.recurrence
            ),
            categories=version.event.tags if version else (),
        )
    return _serialize(feed)


def _create_feed(
    edition: Edition, updated: datetime, kind: str, label: str, language: str, base_url: str, query: Filter
) -> _AtomFeed:
    """Starts a feed whose id and address are those of *query* alone: by these feed readers tell subscriptions apart."""
    calendar, query_string = edition.calendar, filters.canonical_query(query)
    narrowed = f"?{query_string}" if query_string else ""
    name = calendar.name.in_language(language)
    return _AtomFeed(
        updated.astimezone(UTC).replace(microsecond=0),
        title=f"{name}: {label}",
        link=calendar.url or (links.site_url(base_url, "/") if base_url else ""),
        description=calendar.description.in_language(language) if calendar.description else "",
        language=language,
        author_name=name,
        feed_url=links.site_url(base_url, f"/{kind}.atom") + narrowed if base_url else None,
        feed_guid=f"tag:{calendar.id},2020:{kind}{narrowed}",
    )


def _serialize(feed: _AtomFeed) -> bytes:
    text: str = feed.writeString("utf-8")
    return text.encode()


def _entry_id(edition: Edition, event_id: str, recurrence: str) -> str:
    """Returns a name for ever (RFC 4151), the same wherever the calendar is served."""
    return f"tag:{edition.calendar.id},2020:{event_id}" + (f"/{recurrence}" if recurrence else "")


def _lasting_name(edition: Edition, version: Version) -> str:
    """Returns the id under which an event was first published, whatever it is called now."""
    name, _, domain = version.uid.rpartition("@")
    return name if domain == edition.calendar.id else version.event.first_id


def _entry_url(version: Version, occurrence: Occurrence, base_url: str) -> str:
    event = version.event
    if base_url:
        return links.public_event_url(base_url, event.id, occurrence.recurrence)
    return links.encode_url(event.url or next((source.url for source in event.sources if source.url), ""))


def _entry_title(occurrence: Occurrence, language: str) -> str:
    marker = words.format_title_marker(occurrence.when, language)
    has_date = not occurrences.has_no_new_date(occurrence)
    prefix = words.format_status_prefix(occurrence.status, language, has_date=has_date)
    prefix += f"{marker} " if marker else ""
    kind_prefix = words.format_kind_prefix(occurrence.event.kind, language)
    return prefix + kind_prefix + occurrences.title_of(occurrence, language)


def _summarize(occurrence: Occurrence, language: str) -> str:
    parts = [words.format_when(occurrence.when, language), words.format_places(occurrence.event.places, language)]
    return ". ".join(part for part in parts if part)


def _is_matching(query: Filter, version: Version | None) -> bool:
    if query == Filter(language=query.language):
        return True
    return version is not None and filters.matches_event_and_days(query, version.event)


def _format_change(change: Change, version: Version | None, edition: Edition, language: str) -> str:
    """Formats "Was: ..." and "Now: ...", as much as there is of each."""
    _ = words.get_translations(language).gettext
    places = version.event.places if version else ()
    lines = []
    for template, state in ((_("Was: {state}"), change.old), (_("Now: {state}"), change.new)):
        if state is not None:
            place = words.format_recorded_places(state.place, places, edition.calendar.language, language)
            lines.append(template.format(state=_format_state(replace(state, place=place), change.recurrence, language)))
    return "\n".join(lines)


def _format_state(state: EventState, recurrence: str, language: str) -> str:
    rule = words.format_rule_text(state.rule, state.when, language)
    parts = [words.format_when(state.when, language), rule, state.place]
    has_date = not is_awaiting_date(state, recurrence)
    return words.format_status_prefix(state.status, language, has_date=has_date) + words.join_clauses(parts, language)
