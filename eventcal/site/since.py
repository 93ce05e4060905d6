"""What was published before, a build's history or a feed, becomes the past of a store: SEQUENCE goes on, and never falls.

What cannot be read is an error, for a calendar that starts anew in silence is worse than none.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from .. import editions, fetch, ical, when
from ..errors import EventcalError, GrammarError, RegistryError
from ..events import Event, Text
from ..fetch import FetchError, Refused
from ..history import Edition, Past, Version, past_from_json, resumed
from ..ical import Look
from ..registry import Registry
from ..store import Store
from ..store import editions as recorded

HISTORY: Final = "history.json"
MOST: Final = 256 * 1024 * 1024
PATIENCE: Final = 120.0

Told = dict[str, tuple[int, datetime]]

_OF_A_DATE = re.compile(r"\+\d{8}@")


class SinceError(EventcalError):
    """An earlier build or feed that cannot be gone on from."""


def go_on(store: Store, source: str, registry: Registry, now: datetime, base_url: str = "") -> str:
    """Make an empty *store* go on from *source*, a folder, file or address; in a line what came of it.

    *source* is a build, its history.json, or, where no history is left, a feed of the whole calendar. A store that has
    editions must have that of *source* among them, and stays as it is. Raises SinceError, RegistryError, StoreError.
    """
    calendar = registry.calendar
    if calendar is None:
        raise RegistryError(registry.problems)
    content = _read(source)
    try:
        feed = content.lstrip().startswith(b"BEGIN:VCALENDAR")
        past = _past_of_feed(content, registry, now, base_url) if feed else past_from_json(content)
    except GrammarError as error:
        raise SinceError(f"cannot go on from {source}: {error}") from error
    if past.edition.calendar.id != calendar.id:
        raise SinceError(
            f"cannot go on from {source}: it is of the calendar '{past.edition.calendar.id}', "
            f"and {registry.path} of '{calendar.id}'"
        )
    with store.write() as conn:
        recorded.alone(conn)
        number = recorded.newest_number(conn)
        if not number:
            recorded.seed(conn, past)
            return f"going on from {source}: {_events(past)}"
        if feed:
            raise SinceError(f"the store has edition {number} already: a feed can only start an empty one")
        if not recorded.holds(conn, past):
            raise SinceError(
                f"the store and {source} went apart: its edition {past.edition.number} of "
                f"{past.edition.recorded_at:%Y-%m-%d %H:%M} UTC is none of the store's {number}. Use the store that it "
                "was built with, or an empty one, to go on from it alone (EVENTCAL_DATABASE_URL=sqlite:///another.db)"
            )
    return ""


def _events(past: Past) -> str:
    count, gone = len(past.edition.versions), len(past.gone)
    return f"{count} {'event' if count == 1 else 'events'}" + (f", {gone} more that left" if gone else "")


def _read(source: str) -> bytes:
    source = re.sub("^webcal:", "https:", source)
    if "://" in source:
        return _fetched(source)
    path = Path(source)
    if path.is_dir():
        path /= HISTORY
    try:
        return path.read_bytes()
    except OSError as error:
        raise SinceError(f"cannot go on from {source}: {path}: {error.strerror}") from error


def _fetched(url: str) -> bytes:
    whole = url if url.endswith((".json", ".ics")) else f"{url.rstrip('/')}/{HISTORY}"
    try:
        answer = fetch.get(whole, most=MOST, total=PATIENCE)
    except Refused as error:
        why = str(error).partition(";")[0]
        raise SinceError(f"cannot go on from {whole}: {why}; give a folder or a file instead") from error
    except FetchError as error:
        raise SinceError(f"cannot go on from {whole}: {error}") from error
    if 300 <= answer.status < 400:
        raise SinceError(f"cannot go on from {whole}: it has moved to {answer.headers.get('location', 'nowhere')}")
    if answer.status != 200:
        raise SinceError(f"cannot go on from {whole}: status {answer.status}")
    return answer.body


def _past_of_feed(feed: bytes, registry: Registry, now: datetime, base_url: str) -> Past:
    """The present events with what readers of *feed* were told of each. What the feed left out starts anew."""
    first, _ = editions.preview(None, registry, now)
    told = _told(feed, first.calendar.id)
    if not told:
        raise GrammarError(f"no event of the calendar '{first.calendar.id}' is in it")
    edition = resumed(first, told, _same(feed, first, told, now, base_url))
    standing = {each.uid for each in edition.versions}
    return Past(edition, tuple(_left(uid, *each, edition) for uid, each in told.items() if uid not in standing))


def _told(feed: bytes, calendar_id: str) -> Told:
    """By UID what a reader of *feed* knows; the dates that are events of their own there count for theirs."""
    told: Told = {}
    for uid, identity in ical.identities(feed).items():
        if uid.endswith(f"@{calendar_id}"):
            whole = _OF_A_DATE.sub("@", uid)
            sequence, modified = told.get(whole, (identity.sequence, identity.modified))
            told[whole] = max(sequence, identity.sequence), max(modified, identity.modified)
    return told


def _same(feed: bytes, first: Edition, told: Told, now: datetime, base_url: str) -> frozenset[str]:
    """The UIDs that *feed* has word for word as they would be written now: nothing about them has changed."""
    look = Look(first.calendar.language, base_url=base_url)
    today = now.astimezone(ZoneInfo(first.calendar.timezone)).date()
    known = [Version(each.event, each.uid, *_numbers(told[each.uid])) for each in first.versions if each.uid in told]
    parts = ical.drawn(first.calendar, known, look, today)
    return frozenset(each.uid for each, part in zip(known, parts, strict=True) if part.octets and part.octets in feed)


def _numbers(told: tuple[int, datetime]) -> tuple[int, datetime, datetime]:
    sequence, modified = told
    return sequence, modified, modified


def _left(uid: str, sequence: int, modified: datetime, edition: Edition) -> Version:
    """An event of which only its numbers are known, should it return."""
    calendar, name = edition.calendar, uid.rpartition("@")[0]
    undated = when.parse("TBD", when.zone(calendar.timezone))
    event = Event(name, Text.plain(name, calendar.language), undated, calendar.timezone)
    return Version(event, uid, sequence, modified, modified)
