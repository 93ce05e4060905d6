"""What is near, and what has changed, as Atom feeds (RFC 4287). The only room that knows feedgenerator."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from feedgenerator import Atom1Feed

from .. import filters, links, occurrences, words
from ..events import Event, Occurrence
from ..filters import Filter
from ..history import Change, Edition, EventState, Version
from ..when import local_to_utc

MOST_ENTRIES = 50
MOST_CHANGES = 100


class _Feed(Atom1Feed):  # type: ignore[misc]
    """Atom1Feed, which would ask the clock what a feed without entries was changed at, and write empty links."""

    def __init__(self, updated: datetime, **about: Any) -> None:
        super().__init__(**about)
        self._updated = updated

    def latest_post_date(self) -> datetime:
        return self._updated

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(_Handler(handler))

    def add_item_elements(self, handler: Any, item: Any) -> None:
        super().add_item_elements(_Handler(handler), item)


class _Handler:
    """Hands on what is written, but for links to nowhere."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def addQuickElement(self, name: str, contents: str | None = None, attrs: dict[str, str] | None = None) -> None:
        if name != "link" or (attrs or {}).get("href"):
            self._handler.addQuickElement(name, contents, attrs)


def upcoming(edition: Edition, today: date, query: Filter, language: str, base_url: str) -> tuple[bytes, datetime]:
    """(feed, when a midnight last changed it): the next occurrences, the nearest first."""
    versions = {each.event.id: each for each in edition.versions if filters.matches_event(query, each.event)}
    near = _near([each.event for each in versions.values()], max(query.start or today, today), query)
    midnight = local_to_utc(datetime.combine(today, time()), ZoneInfo(edition.calendar.timezone))
    modified = [versions[each.event.id].modified for each in near]
    feed = _feed(
        edition,
        max([midnight, *modified]),
        "upcoming",
        words.gettext(language).gettext("coming up"),
        language,
        base_url,
    )
    for occurrence in near:
        version = versions[occurrence.event.id]
        feed.add_item(
            title=_title(occurrence, language),
            link=_link(version, occurrence, base_url),
            description=html.escape(_told(occurrence, language), quote=False),
            updateddate=version.modified,
            unique_id=_id(edition, occurrence.event.id, occurrence.recurrence),
            categories=occurrence.event.tags,
        )
    return _written(feed), midnight


def _near(events: list[Event], start: date, query: Filter) -> list[Occurrence]:
    """The next occurrences from *start* on, looked for no further ahead than there are enough of them."""
    found: list[Occurrence] = []
    for days in (31, 92, 366):
        end = min(start + timedelta(days=days), query.end or date.max)
        found = [each for each in occurrences.between(events, start, end) if filters.matches_occurrence(query, each)]
        if len(found) >= MOST_ENTRIES:
            break
    return found[:MOST_ENTRIES]


def changes(edition: Edition, found: Sequence[Change], query: Filter, language: str, base_url: str) -> bytes:
    """What moved, was added, called off ...: old value and new value, the newest first."""
    versions = {each.uid: each for each in edition.versions}
    kept = [each for each in found if _concerns(query, versions.get(each.uid))]
    kept = sorted(kept, key=lambda each: each.at, reverse=True)[:MOST_CHANGES]
    updated = max((each.at for each in kept), default=edition.left_at or edition.recorded_at)
    feed = _feed(edition, updated, "changes", words.gettext(language).gettext("changes"), language, base_url)
    for change in kept:
        version = versions.get(change.uid)
        title = occurrences.title_without_number(version.event, language) if version else change.title
        stamp = f"{change.at.astimezone(UTC):%Y%m%dT%H%M%S}"
        feed.add_item(
            title=f"{_capital(words.kind_words(change.kind, language))}: {title}",
            link=links.event_url(base_url, version.event.id) if base_url and version else "",
            description=html.escape(_difference(change, language), quote=False).replace("\n", "<br>"),
            pubdate=change.at,
            updateddate=change.at,
            unique_id=_id(edition, f"{change.event_id}/{change.kind.replace(' ', '-')}/{stamp}", change.recurrence),
            categories=version.event.tags if version else (),
        )
    return _written(feed)


def _feed(edition: Edition, updated: datetime, kind: str, label: str, language: str, base_url: str) -> _Feed:
    calendar = edition.calendar
    name = calendar.name.in_language(language)
    return _Feed(
        updated.astimezone(UTC).replace(microsecond=0),
        title=f"{name}: {label}",
        link=calendar.url or (links.site_url(base_url, "/") if base_url else ""),
        description=calendar.description.in_language(language) if calendar.description else "",
        language=language,
        author_name=name,
        feed_url=links.site_url(base_url, f"/{kind}.atom") if base_url else None,
        feed_guid=f"tag:{calendar.id},2020:{kind}",
    )


def _written(feed: _Feed) -> bytes:
    text: str = feed.writeString("utf-8")
    return text.encode()


def _id(edition: Edition, event_id: str, recurrence: str) -> str:
    """A name for ever (RFC 4151), the same wherever the calendar is served."""
    return f"tag:{edition.calendar.id},2020:{event_id}" + (f"/{recurrence}" if recurrence else "")


def _link(version: Version, occurrence: Occurrence, base_url: str) -> str:
    event = version.event
    if base_url:
        return links.occurrence_url(base_url, occurrence)
    return event.url or next((each.url for each in event.sources if each.url), "")


def _title(occurrence: Occurrence, language: str) -> str:
    marker = words.marker(occurrence.when, language)
    prefix = words.status_prefix(occurrence.status, language) + (f"{marker} " if marker else "")
    return prefix + occurrences.title_of(occurrence, language)


def _told(occurrence: Occurrence, language: str) -> str:
    parts = [words.when_words(occurrence.when, language), words.place_words(occurrence.event.place, language)]
    return ". ".join(each for each in parts if each)


def _concerns(query: Filter, version: Version | None) -> bool:
    if query == Filter(language=query.language):
        return True
    return (
        version is not None
        and filters.matches_event(query, version.event)
        and filters.is_in_window(query, version.event)
    )


def _difference(change: Change, language: str) -> str:
    """ "Was: ..." and "Now: ...", as much as there is of each."""
    _ = words.gettext(language).gettext
    told = []
    if change.old is not None:
        told.append(_("Was: {state}").format(state=_state(change.old, language)))
    if change.new is not None:
        told.append(_("Now: {state}").format(state=_state(change.new, language)))
    return "\n".join(told)


def _state(state: EventState, language: str) -> str:
    status = words.status_words(state.status, language)
    parts = [words.when_words(state.when, language), state.rule, state.place, status]
    return "; ".join(each for each in parts if each)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
