"""Seeds a store with published history, from a build or a feed, so that SEQUENCE continues and never falls.

What cannot be read is an error, for a calendar that starts anew in silence is worse than none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from .. import fetch, ical, occurrences, repeat, when
from ..edition_problems import build_first_edition
from ..errors import EventcalError, GrammarError, RegistryError
from ..events import Event, Text
from ..fetch import FetchError, FetchRefused
from ..history import Edition, Version, split_date_uid
from ..history.snapshot import HistorySnapshot, history_from_json, resume_edition
from ..ical import RenderOptions
from ..ical.own_feed import Identity, read_identities
from ..registry import Registry
from ..store import Store, edition_store

HISTORY_FILENAME: Final = "history.json"
MAX_HISTORY_BYTES: Final = 256 * 1024 * 1024
FETCH_TIMEOUT_SECONDS: Final = 120.0

PublishedState = dict[str, Identity]

_RRULE_LINE = re.compile(rb"(?<=\r\n)RRULE:((?:[^\r]|\r\n )+)")


class ResumeError(EventcalError):
    """An earlier build or feed that cannot be gone on from."""


def resume_from(store: Store, source: str, registry: Registry, now: datetime, base_url: str = "") -> str:
    """Makes an empty *store* go on from *source*, a folder, file or address; returns what came of it in a line.

    *source* is a build, its history.json, or, where no history is left, a feed of the whole calendar. A store that has
    editions must have that of *source* among them, and stays as it is. Raises ResumeError, RegistryError, StoreError.
    """
    calendar = registry.calendar
    if calendar is None:
        raise RegistryError(registry.problems)
    content = _read_source(source)
    try:
        feed = content.lstrip().startswith(b"BEGIN:VCALENDAR")
        history = _history_from_feed(content, registry, now, base_url) if feed else history_from_json(content)
    except GrammarError as error:
        raise ResumeError(f"cannot continue from {source}: {error}") from error
    if history.edition.calendar.id != calendar.id:
        raise ResumeError(
            f"cannot continue from {source}: it belongs to the calendar '{history.edition.calendar.id}', "
            f"and {registry.path} to '{calendar.id}'"
        )
    with store.write() as conn:
        edition_store.lock_editions(conn)
        number = edition_store.newest_number(conn)
        if not number:
            edition_store.seed(conn, history)
            return f"continuing from {source}: {_count_events(history)}"
        if feed:
            raise ResumeError(f"the store has edition {number} already: a feed can only start an empty one")
        if not edition_store.is_recorded_here(conn, history.edition):
            raise ResumeError(
                f"the store and {source} diverged: its edition {history.edition.number} of "
                f"{history.edition.recorded_at:%Y-%m-%d %H:%M} UTC is not among the store's {number}. Use the store that it "
                "was built with, or an empty one, to continue from it alone (EVENTCAL_DATABASE_URL=sqlite:///another.db)"
            )
    return ""


def _count_events(history: HistorySnapshot) -> str:
    count, removed = len(history.edition.versions), len(history.removed)
    return f"{count} {'event' if count == 1 else 'events'}" + (f", {removed} more that left" if removed else "")


def _read_source(source: str) -> bytes:
    source = re.sub("^webcal:", "https:", source)
    if "://" in source:
        return _download(source)
    path = Path(source)
    if path.is_dir():
        path /= HISTORY_FILENAME
    try:
        return path.read_bytes()
    except OSError as error:
        raise ResumeError(f"cannot continue from {source}: {path}: {error.strerror}") from error


def _download(url: str) -> bytes:
    history_url = url if url.endswith((".json", ".ics")) else f"{url.rstrip('/')}/{HISTORY_FILENAME}"
    try:
        response = fetch.get(history_url, max_bytes=MAX_HISTORY_BYTES, timeout=FETCH_TIMEOUT_SECONDS)
    except FetchRefused as error:
        reason = str(error).partition(";")[0]
        raise ResumeError(f"cannot continue from {history_url}: {reason}; give a folder or a file instead") from error
    except FetchError as error:
        raise ResumeError(f"cannot continue from {history_url}: {error}") from error
    if 300 <= response.status < 400:
        raise ResumeError(
            f"cannot continue from {history_url}: it has moved to {response.headers.get('location', 'nowhere')}"
        )
    if response.status != 200:
        raise ResumeError(f"cannot continue from {history_url}: status {response.status}")
    return response.body


def _history_from_feed(feed: bytes, registry: Registry, now: datetime, base_url: str) -> HistorySnapshot:
    """Returns the present events with what readers of *feed* were told of each. What the feed left out starts anew."""
    first = build_first_edition(registry.require_valid(), now)
    published = _published_state(feed, first)
    if not published:
        raise GrammarError(f"no event of the calendar '{first.calendar.id}' is in it")
    unchanged_uids = _unchanged_uids(feed, first, published, now, base_url)
    known = {
        uid: (identity.sequence, identity.edited if uid in unchanged_uids else identity.modified)
        for uid, identity in published.items()
    }
    edition = resume_edition(first, known, unchanged_uids)
    current_uids = {version.uid for version in edition.versions}
    return HistorySnapshot(
        edition,
        tuple(
            _removed_version(uid, identity, edition) for uid, identity in published.items() if uid not in current_uids
        ),
    )


def _published_state(feed: bytes, first: Edition) -> PublishedState:
    """Returns by UID what a reader of *feed* knows; the dates that are events of their own there count for theirs."""
    published: PublishedState = {}
    foreign_uids = {version.event.uid for version in first.versions if version.event.uid}
    for uid, identity in read_identities(feed).items():
        series_uid, _ = split_date_uid(uid)
        if uid.endswith(f"@{first.calendar.id}") or series_uid in foreign_uids:
            published[series_uid] = identity.merge(published.get(series_uid, identity))
    return published


def _unchanged_uids(
    feed: bytes, first: Edition, published: PublishedState, now: datetime, base_url: str
) -> frozenset[str]:
    """Returns the UIDs that *feed* has as they would be written now: nothing about them has changed."""
    options = RenderOptions(first.calendar.language, base_url=base_url)
    today = first.calendar.day_at(now)
    known = [
        replace(version, sequence=published[version.uid].sequence, modified=published[version.uid].edited)
        for version in first.versions
        if version.uid in published
    ]
    parts = ical.render_events(first.calendar, known, options, today)
    return frozenset(
        version.uid
        for version, part in zip(known, parts, strict=True)
        if part.octets and (part.octets in feed or _has_other_spelling(feed, version.event, part.octets))
    )


def _has_other_spelling(feed: bytes, event: Event, octets: bytes) -> bool:
    """Tells whether *feed* has *octets* but for its RRULE, which means the same: earlier versions wrote COUNT, or another UNTIL."""
    own_line, dtstart_rrule = _RRULE_LINE.search(octets), occurrences.dtstart_and_rrule(event)
    if own_line is None or dtstart_rrule is None:
        return False
    head, tail = (re.escape(part) for part in (octets[: own_line.start()], octets[own_line.end() :]))
    published = re.search(head + _RRULE_LINE.pattern + tail, feed)
    if published is None:
        return False
    start, rrule = dtstart_rrule
    try:
        return repeat.rrule_for(repeat.parse_rrule(published[1].replace(b"\r\n ", b"").decode(), start), start) == rrule
    except (GrammarError, UnicodeDecodeError):
        return False


def _removed_version(uid: str, identity: Identity, edition: Edition) -> Version:
    """Returns an event of which only its numbers are known, should it return."""
    calendar, name = edition.calendar, uid.rpartition("@")[0]
    undated = when.parse("TBD", when.find_zone(calendar.timezone))
    event = Event(name, Text.plain(name, calendar.language), undated, calendar.timezone)
    return Version(event, uid, identity.sequence, identity.modified, identity.modified)
