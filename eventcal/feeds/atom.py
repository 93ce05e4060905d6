"""Atom feeds (RFC 4287) of upcoming events and of changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from urllib.parse import quote

from .. import filters, links, markup, occurrences, words
from ..events import Event, Occurrence, Status, Text
from ..filters import Filter
from ..history import Change, Edition, EventState, Version, is_awaiting_date, told_when
from ..when import When, local_to_utc
from ..words.dates import capitalize_first

MAX_UPCOMING_ENTRIES = 50
MAX_CHANGE_ENTRIES = 100
_TAG_CHARACTERS = "/?!$&'()*+,;=:@"  # of RFC 4151 2.1, beside letters, digits and -._~


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
    shown = [
        (occurrence, versions[occurrence.event.id]) for occurrence in [*unfinished, *coming][:MAX_UPCOMING_ENTRIES]
    ]
    entries = [
        _render_entry(
            _entry_id(edition, _lasting_name(edition, version), occurrence.recurrence),
            title=_entry_title(occurrence, language),
            url=_entry_url(version, occurrence, base_url),
            updated=version.modified,
            summary=_summarize(occurrence, language),
            notes=_reason(occurrence.status, occurrence.event.notes, language),
            tags=occurrence.event.tags,
        )
        for occurrence, version in shown
    ]
    label = words.get_translations(language).gettext("coming up")
    updated = max([midnight, *(version.modified for _, version in shown)])
    return _render_feed(edition, entries, updated, "upcoming", label, language, base_url, query), midnight


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
    entries, restated = [], set[tuple[str, str]]()  # what a newer change gave another status
    for change, entry_id in zip(shown_changes, _change_ids(edition, shown_changes), strict=True):
        version = edition.version(change.uid)
        known = version or removed_by_uid.get(change.uid)
        title = occurrences.title_without_number(known.event, language) if known else change.title
        key = change.uid, change.recurrence
        reason = "" if key in restated else _reason_of_change(change, version, edition, language)
        if change.old and change.new and change.old.status is not change.new.status:
            restated.add(key)
        entries.append(
            _render_entry(
                entry_id,
                title=f"{capitalize_first(words.format_change(change, known, language))}: {title}",
                url=links.public_event_url(base_url, version.event.id, change.recurrence) if version else "",
                published=change.at,
                updated=change.at,
                summary=_format_change(change, known, language),
                notes=reason,
                tags=version.event.tags if version else (),
            )
        )
    label = words.get_translations(language).gettext("changes")
    return _render_feed(edition, entries, updated, "changes", label, language, base_url, query)


def _render_feed(
    edition: Edition,
    entries: Iterable[str],
    updated: datetime,
    kind: str,
    label: str,
    language: str,
    base_url: str,
    query: Filter,
) -> bytes:
    """Renders a feed whose id and address are those of *query* alone: by these feed readers tell subscriptions apart."""
    calendar, query_string = edition.calendar, filters.canonical_query(query)
    narrowed = f"?{query_string}" if query_string else ""
    name = calendar.name.in_language(language)
    description = calendar.description.in_language(language) if calendar.description else ""
    own_url = links.site_url(base_url, f"/{kind}.atom") + narrowed if base_url else ""
    elements = (
        _element("title", f"{name}: {label}"),
        _link(links.encode_url(calendar.url) or (links.site_url(base_url, "/") if base_url else ""), "alternate"),
        _link(own_url, "self"),
        _element("id", f"tag:{calendar.id},2020:{kind}{narrowed}"),
        _element("updated", _format_date(updated)),
        f"<author>{_element('name', name)}</author>",
        _element("subtitle", description) if description else "",
        *entries,
    )
    head = f'<feed xml:lang="{escape(language)}" xmlns="http://www.w3.org/2005/Atom">'
    return "".join(('<?xml version="1.0" encoding="utf-8"?>\n', head, *elements, "</feed>")).encode()


def _render_entry(
    entry_id: str,
    title: str,
    url: str,
    updated: datetime,
    summary: str,
    notes: str,
    tags: Iterable[str],
    published: datetime | None = None,
) -> str:
    """Renders one entry; the lines of *summary*, plain text, and *notes*, CommonMark, become HTML."""
    html = escape(summary, quote=False).replace("\n", "<br>") + (markup.to_html(notes) if notes else "")
    elements = (
        _element("title", title),
        _link(url, "alternate"),
        _element("published", _format_date(published)) if published else "",
        _element("updated", _format_date(updated)),
        _element("id", entry_id),
        _element("summary", html, type="html"),
        *(_element("category", term=tag) for tag in tags),
    )
    return f"<entry>{''.join(elements)}</entry>"


def _format_date(moment: datetime) -> str:
    """Formats a date of Atom in whole seconds: ROME takes decimals for milliseconds, so that six of them are minutes."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _link(url: str, relation: str) -> str:
    return _element("link", href=url, rel=relation) if url else ""


def _element(name: str, text: str = "", **attributes: str) -> str:
    head = name + "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{head}>{escape(text, quote=False)}</{name}>" if text else f"<{head}/>"


def _entry_id(edition: Edition, event_id: str, recurrence: str) -> str:
    """Returns a name for ever (RFC 4151), the same wherever the calendar is served."""
    return f"tag:{edition.calendar.id},2020:{event_id}" + (f"/{recurrence}" if recurrence else "")


def _change_ids(edition: Edition, changes: Sequence[Change]) -> list[str]:
    """Returns the entry's id of each of *changes*, the newest first.

    Of changes of one kind within a second, as a script makes them, the later ones have the number of their edition as well.
    """
    ids: list[str] = []
    for change in reversed(changes):
        stamp = f"{change.at.astimezone(UTC):%Y%m%dT%H%M%S}"
        entry_id = _entry_id(edition, f"{change.event_id}/{change.kind.replace(' ', '-')}/{stamp}", change.recurrence)
        ids.append(f"{entry_id}/{change.edition}" if entry_id in ids else entry_id)
    return ids[::-1]


def _lasting_name(edition: Edition, version: Version) -> str:
    """Returns the id under which an event was first published, whatever it is called now, as a URI can hold it (RFC 4287 4.2.6)."""
    name, _, domain = version.uid.rpartition("@")
    return quote(name, safe=_TAG_CHARACTERS) if name and domain == edition.calendar.id else version.event.first_id


def _entry_url(version: Version, occurrence: Occurrence, base_url: str) -> str:
    event = version.event
    if base_url:
        return links.public_event_url(base_url, event.id, occurrence.recurrence)
    return links.encode_url(event.url or next((source.url for source in event.sources if source.url), ""))


def _entry_title(occurrence: Occurrence, language: str) -> str:
    marker = words.format_title_marker(occurrence.when, language)
    has_date = not occurrences.has_no_new_date(occurrence)
    prefix = words.format_status_prefix(occurrence.status, language, has_date=has_date, when=occurrence.when)
    prefix += f"{marker} " if marker else ""
    kind_prefix = words.format_kind_prefix(occurrence.event.kind, language)
    return prefix + kind_prefix + occurrences.title_of(occurrence, language)


def _summarize(occurrence: Occurrence, language: str) -> str:
    parts = [words.format_when(occurrence.when, language), words.format_places(occurrence.event.places, language)]
    return ". ".join(part for part in parts if part)


def _reason(status: Status, notes: Text | None, language: str) -> str:
    """Returns the notes of what is cancelled or postponed, which is where its reason stands; "" of anything else."""
    return notes.in_language(language) if notes and status in (Status.CANCELLED, Status.POSTPONED) else ""


def _reason_of_change(change: Change, version: Version | None, edition: Edition, language: str) -> str:
    """Returns the reason of a change that still stands; what the notes said of an earlier one is gone."""
    state = edition.state(change.uid, change.recurrence)
    if version is None or state is None or change.new is None or state.status is not change.new.status:
        return ""
    return _reason(state.status, occurrences.notes_of(version.event, change.recurrence), language)


def _is_matching(query: Filter, version: Version | None) -> bool:
    if query == Filter(language=query.language):
        return True
    return version is not None and filters.matches_event_and_days(query, version.event)


def _format_change(change: Change, version: Version | None, language: str) -> str:
    """Formats "Was: ..." and "Now: ...", as much as there is of each."""
    _ = words.get_translations(language).gettext
    lines = []
    for template, state in ((_("Was: {state}"), change.old), (_("Now: {state}"), change.new)):
        if state is not None:
            place = words.format_recorded_places(state.place, version.event if version else None, language)
            when = told_when(state, change, version.event if version else None, change.at)
            text = _format_state(replace(state, place=place), when, change.recurrence, language)
            lines.append(template.format(state=text))
    return "\n".join(lines)


def _format_state(state: EventState, when: When, recurrence: str, language: str) -> str:
    rule = words.format_rule_text(state.rule, state.when, language)
    parts = [words.format_when(when, language), rule, state.place]
    has_date = not is_awaiting_date(state, recurrence)
    prefix = words.format_status_prefix(state.status, language, has_date=has_date, when=when)
    return prefix + words.join_clauses(parts, language)
