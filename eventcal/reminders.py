"""What is to be said ahead of a date, when, and until when it is worth saying. Reads no clock and no store.

A reminder is an occurrence, its start, a lead and a zone; it knows no reader. What the store remembers of earlier
plans is compared with what is wanted now, and only what differs is written again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from . import occurrences
from .events import Event, Occurrence, Status, event_zone
from .history import Edition, Version
from .leads import Elapsed, Lead, WallClock, parse, resolve, text_of
from .when import AllDay, Period, Timed, Undated, When

HORIZON = timedelta(days=45)
"""How far ahead plans reach."""

AHEAD = timedelta(seconds=60)
"""How long before it is due a reminder becomes deliveries."""

PAST = timedelta(seconds=60)
"""A lead that lies further back than this when it is first heard of is not said."""

LATE = timedelta(seconds=60)
"""What is said later than this after it was due says so itself."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reader:
    """What a group of subscriptions asks for: *zone* "" is the event's own, *leads* None are the event's own."""

    zone: str = ""
    leads: tuple[Lead, ...] | None = None


class Slot(NamedTuple):
    """One lead of one occurrence for one reader: when it speaks, and until when it is worth saying."""

    lead: Lead
    due: datetime
    until: datetime


class Key(NamedTuple):
    """What makes a reminder the one it is. *start* is `start_text`, *lead* canonical, *zone* "" the event's own."""

    uid: str
    recurrence: str
    start: str
    lead: str
    zone: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder as it is wanted. *reason* is why it never will be said ("" for most)."""

    event_id: str
    key: Key
    due: datetime
    until: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A reminder as the ledger has it; *state* planned | staged | skipped | superseded, *stored_at* when it was first heard of."""

    id: int
    event_id: str
    key: Key
    due: datetime
    until: datetime
    state: str
    reason: str
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A stored reminder that is not wanted any more: *state* superseded or skipped."""

    id: int
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What has to be written so that the ledger's plan is the wanted one; empty when they agree already."""

    insert: tuple[Planned, ...] = ()
    again: tuple[tuple[int, Planned], ...] = ()  # ended ones that are wanted again
    shift: tuple[tuple[int, Planned], ...] = ()  # the same reminder at another time, as when zone data change
    end: tuple[Ended, ...] = ()


# one occurrence


def start_text(when: When) -> str:
    """What of a date its reminders hang on: the start, not the end and not the doubt."""
    match when.span:
        case Timed(start, _):
            return f"{start:%Y-%m-%d %H:%M} {when.span.zone.key}"
        case AllDay(first, _):
            return first.isoformat()
        case _:
            return str(replace(when, doubtful=False))


def useful_until(when: When, zone: ZoneInfo) -> datetime | None:
    """From when on a reminder of *when* says nothing any more.

    An hour: its start; whole days: the end of the first; a period: the end of its last possible day. None when TBD.
    """
    match when.span:
        case AllDay(first, _):
            return When(AllDay(first, first)).ends_at(zone)
        case Timed():
            return when.starts_at(zone)
        case Period():
            return when.ends_at(zone)
        case Undated():
            return None


def slots(event: Event, when: When, reader: Reader) -> list[Slot]:
    """What *reader* is to be told of one occurrence, by time; each is worth saying until the next one, at most.

    Of two leads that fall on the same moment, the first one named speaks.
    """
    zone = ZoneInfo(reader.zone) if reader.zone else event_zone(event)
    end = useful_until(when, zone)
    leads = event.leads if reader.leads is None else reader.leads
    due: dict[datetime, Lead] = {}
    for lead in leads:
        at = resolve(lead, when, zone)
        if at is not None:
            due.setdefault(at, lead)
    if end is None or not due:
        return []
    moments = sorted(due)
    return [Slot(due[at], at, min(end, following)) for at, following in zip(moments, [*moments[1:], end], strict=True)]


def bucket(lead: Lead, zone: str) -> str:
    """The zone that a reminder of *lead* is filed under: elapsed time is the same everywhere."""
    return "" if isinstance(lead, Elapsed) else zone


def prefix(key: Key) -> tuple[str, str, str, str]:
    """What of a reminder makes a delivery's key; the zone is not in it, so that no one is told twice who moves."""
    return key.uid, key.recurrence, key.start, key.lead


# a plan


def plan(
    edition: Edition,
    now: datetime,
    horizon: timedelta = HORIZON,
    zones: Collection[str] = ("",),
    readers: Collection[Reader] = (),
    only: Collection[str] | None = None,
) -> list[Planned]:
    """Every reminder that falls due by *now* + *horizon* and is still worth saying at *now*, by event.

    *zones* are those that readers of the registry's own leads live in; *readers* ask for leads of their own. *only*
    are the ids of the events to plan, None for all of them.
    """
    asked = [*(Reader(zone) for zone in zones), *readers]
    return [
        planned
        for version in edition.versions
        if only is None or version.event.id in only
        for planned in plan_event(version, now, now + horizon, asked)
    ]


def plan_event(version: Version, now: datetime, until: datetime, readers: Sequence[Reader]) -> Iterator[Planned]:
    """The reminders of one event that fall due by *until* and are worth saying at *now*."""
    event = version.event
    if not event.leads and all(each.leads is None for each in readers):
        return
    for occurrence in _ahead(event, now, until, readers):
        if not speaks(occurrence):
            continue
        start, seen = start_text(occurrence.when), set()
        for reader in readers:
            zone = ZoneInfo(reader.zone) if reader.zone else event_zone(event)
            end = useful_until(occurrence.when, zone)
            for lead, due, _ in slots(event, occurrence.when, reader):
                key = Key(version.uid, occurrence.recurrence, start, text_of(lead), bucket(lead, reader.zone))
                if end is None or key in seen or due > until or end <= now:
                    continue
                seen.add(key)
                yield Planned(event.id, key, due, end, "" if due < end else "after start")


def _ahead(event: Event, now: datetime, until: datetime, readers: Sequence[Reader]) -> Iterable[Occurrence]:
    """The occurrences that a lead within the window may belong to."""
    leads = [*event.leads, *(lead for each in readers for lead in each.leads or ())]
    furthest = max((reach(each) for each in leads), default=_DAY)
    # two days of room: the farthest zones are 26 hours apart
    first, last = (now - 2 * _DAY).date(), (until + furthest + 2 * _DAY).date()
    return occurrences.of(event, first, last)


def reach(lead: Lead) -> timedelta:
    """How far before its date *lead* can speak, at most."""
    match lead:
        case WallClock(days, months, _):
            return timedelta(days=days + 31 * months + 1)
        case Elapsed(length):
            return length


def own_leads(texts: Iterable[str]) -> tuple[Lead, ...]:
    """A subscription's own leads from their canonical texts; notices among them are not leads."""
    found = [parse(each) for each in texts]
    return tuple(each for each in found if isinstance(each, WallClock | Elapsed))


def caught_up(version: Version, now: datetime, readers: Sequence[Reader]) -> set[Key]:
    """Of an event that was just added or moved: for each occurrence and reader without a lead left, the latest past one."""
    event, found = version.event, set()
    for occurrence in filter(speaks, _ahead(event, now, now, readers)):
        for reader in readers:
            last = latest_past(slots(event, occurrence.when, reader), now)
            if last is not None:
                start, zone = start_text(occurrence.when), bucket(last.lead, reader.zone)
                found.add(Key(version.uid, occurrence.recurrence, start, text_of(last.lead), zone))
    return found


def latest_past(slots: Sequence[Slot], now: datetime) -> Slot | None:
    """The last slot, where all lie in the past."""
    return slots[-1] if slots and slots[-1].due < now - PAST else None


# what differs


def compare(
    wanted: Iterable[Planned],
    stored: Iterable[Stored],
    now: datetime,
    reason: Callable[[Key], str],
    spoken: Collection[Key] = (),
) -> Rewrite:
    """What to write so that *stored* becomes *wanted*; both are of the same events, what is over is left as it is.

    *reason* is `standing` of a key. *spoken* are keys that are said although they lie in the past when they are first
    heard of.
    """
    known = {each.key: each for each in stored}
    insert, again, shift = [], [], []
    for each in wanted:
        found = known.pop(each.key, None)
        if found is None:
            late = each.due < now - PAST and each.key not in spoken
            insert.append(replace(each, reason=each.reason or ("past" if late else "")))
        elif found.state in ("planned", "staged"):
            if (found.due, found.until) != (each.due, each.until):
                shift.append((found.id, each))
        elif found.state == "superseded" or found.reason == "rule":
            again.append((found.id, each))
    ended = [
        _ended(each, reason(each.key))
        for each in known.values()
        if each.state in ("planned", "staged") and each.until > now
    ]
    return Rewrite(tuple(insert), tuple(again), tuple(shift), tuple(ended))


def _ended(reminder: Stored, reason: str) -> Ended:
    return Ended(reminder.id, "superseded", reason) if reason else Ended(reminder.id, "skipped", "rule")


def standing(key: Key, event: Event | None) -> str:
    """Why what *key* speaks of is not so any more: vanished, cancelled, postponed or moved; "" when it stands."""
    found = None if event is None else occurrences.find(event, key.recurrence)
    if event is None or (found is None and not isinstance(event.when.span, Undated)):
        return "vanished"
    if found is None or not speaks(found):
        return (
            "cancelled"
            if event.status is Status.CANCELLED or (found and found.status is Status.CANCELLED)
            else "postponed"
        )
    return "" if start_text(found.when) == key.start else "moved"


def speaks(occurrence: Occurrence) -> bool:
    """Whether there is anything to be reminded of: not what was called off, nor what stands where it was postponed from."""
    if occurrence.status is not Status.POSTPONED:
        return occurrence.status is not Status.CANCELLED
    own = next((each for each in occurrence.event.overrides if each.date.isoformat() == occurrence.recurrence), None)
    when = own.when if own and own.when else occurrence.event.when
    return not isinstance(when.span, Undated)


# the moment of sending


@dataclass(frozen=True, slots=True)
class Send:
    """Say it; *late*: and say that it comes late."""

    late: bool


@dataclass(frozen=True, slots=True)
class Skip:
    """Do not say it, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Speech:
    """A delivery of a reminder, as far as deciding needs it: what it speaks of, its times, and when it was first planned."""

    key: Key
    due: datetime
    until: datetime
    stored_at: datetime


def verdict(speech: Speech, event: Event | None, reader: Reader, now: datetime) -> Send | Skip:
    """Whether *speech* is still worth saying at *now*, and if not, why.

    *event* is as the newest edition has it, None when it has none; *reader* what the recipient asks for by now.
    """
    if reason := standing(speech.key, event):
        return Skip(reason)
    leads = (event.leads if event is not None else ()) if reader.leads is None else reader.leads
    if speech.key.lead not in {text_of(each) for each in leads}:
        return Skip("rule")
    if now >= speech.until:
        return Skip("past")
    return Send(late=now - max(speech.due, speech.stored_at) > LATE)


class Book:
    """An edition, opened at any event."""

    __slots__ = ("_versions", "edition")

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._versions = {each.uid: each for each in edition.versions}

    def version(self, uid: str) -> Version | None:
        return self._versions.get(uid)

    def event(self, uid: str) -> Event | None:
        found = self._versions.get(uid)
        return None if found is None else found.event
