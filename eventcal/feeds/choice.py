"""Which events of an edition a feed holds on a day, in what order, and what it leaves out. Writes no bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from .. import filters, ical, occurrences
from ..events import Event, Occurrence, Status
from ..filters import Filter
from ..history import Edition, Version
from ..ical import Drawn, Look
from ..when import local_to_utc

MOST_EVENTS = 1_000
MOST_BYTES = 1_000_000
"""What every calendar app takes; one that reads more than this is not promised by anybody."""

# What a feed's own head may take of MOST_BYTES, beside its events and their time zones.
_HEAD = 8_000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many events a feed does not show, and why: no date at all, too vague a date, too long over, too far ahead."""

    undated: int = 0
    vague: int = 0
    over: int = 0
    ahead: int = 0

    def __bool__(self) -> bool:
        return bool(self.undated or self.vague or self.over or self.ahead)


@dataclass(frozen=True, slots=True)
class Choice:
    """*versions* and *parts* side by side, in the registry's order; *turned_at* is the last midnight that changed them."""

    versions: tuple[Version, ...] = ()
    parts: tuple[Drawn, ...] = ()
    left_out: LeftOut = field(default_factory=LeftOut)
    turned_at: datetime | None = None


def choose(edition: Edition, today: date, query: Filter, look: Look, whole: bool = False) -> Choice:
    """What the feed of *query* holds on *today* (a day in the calendar's zone).

    *whole* keeps what is past and far; so does a filter that names days of its own.
    """
    calendar, zone = edition.calendar, ZoneInfo(edition.calendar.timezone)
    dated = replace(query, imprecise="span")  # what is too vague is to be counted
    wanted = [
        each
        for each in edition.versions
        if filters.matches_event(dated, each.event) and filters.is_in_window(query, each.event)
    ]
    turns = _Turns(today, zone)
    undated = [each for each in wanted if _undated(each.event)]
    vague = [
        each
        for each in wanted
        if not _undated(each.event) and ical.omitted_as_imprecise(occurrences.effective_when(each.event), look)
    ]
    out = {each.uid for each in (*undated, *vague)}
    here = [each for each in wanted if each.uid not in out and turns.stays(_leaves(each, zone))]
    for each in here:
        turns.note(each.event, zone)
    over = ahead = 0
    if not whole and not query.has_window:
        here, over, ahead = _fit(here, edition, look, today, turns)
    parts = ical.drawn(calendar, here, look, today)
    return Choice(
        tuple(each for each, part in zip(here, parts, strict=True) if part.count),
        tuple(part for part in parts if part.count),
        LeftOut(len(undated), len(vague), over, ahead),
        turns.last,
    )


class _Turns:
    """The midnights that have changed a feed without any edit, of which the last is kept."""

    def __init__(self, today: date, zone: ZoneInfo) -> None:
        self._today, self._zone = today, zone
        self.last: datetime | None = None

    def at(self, day: date) -> None:
        """The feed changed at the midnight that *day* begins with, if that has come."""
        if day <= self._today:
            moment = local_to_utc(datetime.combine(day, time()), self._zone)
            self.last = moment if self.last is None else max(self.last, moment)

    def stays(self, leaves: date | None) -> bool:
        """Whether what leaves on a day is still here; the leaving is noted."""
        if leaves is None:
            return True
        self.at(leaves)
        return leaves > self._today

    def note(self, event: Event, zone: ZoneInfo) -> None:
        """What changes within an event that stays: called-off occurrences leave, numbered titles move on."""
        for override in event.overrides:
            found = occurrences.find(event, override.date.isoformat())
            leaves = ical.leaves_on(found, zone) if found else None
            if leaves is not None:
                self.at(leaves)
        endless = event.rule is not None and event.rule.until is None
        if occurrences.is_numbered(event) or (endless and ical.horizon(self._today) != ical.horizon(date.min)):
            self.at(self._today.replace(month=1, day=1))


def _undated(event: Event) -> bool:
    return occurrences.effective_when(event).first_day is None


def _leaves(version: Version, zone: ZoneInfo) -> date | None:
    """The day from whose midnight an event is gone: after its old end when it is cancelled or postponed without a date.

    A cancelled series goes after the first occurrence that will not take place.
    """
    event = version.event
    if event.rule is None and not event.also:
        return ical.leaves_on(Occurrence(event, "", occurrences.effective_when(event), event.status), zone)
    if event.status is not Status.CANCELLED:
        return None
    called_off = version.modified.astimezone(zone).date()
    ahead = next(occurrences.iter_upcoming(event, called_off), None)
    return ical.leaves_on(ahead, zone) if ahead else called_off + _DAY


def _fit(
    versions: Sequence[Version], edition: Edition, look: Look, today: date, turns: _Turns
) -> tuple[list[Version], int, int]:
    """Those that fit everybody's calendar app, how many over and how many ahead do not.

    Those longest over leave first, then those furthest ahead.
    """
    sizes = _sizes(versions)
    if sum(sizes.values()) <= MOST_EVENTS and len(versions) <= MOST_EVENTS:
        parts = ical.drawn(edition.calendar, versions, look, today)
        if sum(len(each.octets) for each in parts) <= _room(edition, parts, today):
            return list(versions), 0, 0
    ends = {each.uid: _end(each.event) for each in versions}
    past = sorted((each for each in versions if ends[each.uid] < today), key=lambda each: ends[each.uid], reverse=True)
    ahead = sorted(
        (each for each in versions if ends[each.uid] >= today),
        key=lambda each: occurrences.effective_when(each.event).first_day or date.max,
    )
    if past:
        turns.at(ends[past[0].uid] + _DAY)
    # the nearest come in first, so that the furthest are those that find no room
    room = [*ahead, *past]
    for position, count in enumerate(accumulate(sizes[each.uid] for each in room)):
        if count > MOST_EVENTS:
            room = room[:position]
            break
    parts = ical.drawn(edition.calendar, room, look, today)
    octets, most = accumulate(len(each.octets) for each in parts), _room(edition, parts, today)
    kept = {each.uid for each, size in zip(room, octets, strict=True) if size <= most}
    here = [each for each in versions if each.uid in kept]
    return here, sum(each.uid not in kept for each in past), sum(each.uid not in kept for each in ahead)


def _room(edition: Edition, parts: list[Drawn], today: date) -> int:
    """How many octets are left for events."""
    return MOST_BYTES - _HEAD - sum(len(each) for each in ical.zones_of(edition.calendar, parts, today))


def _sizes(versions: Sequence[Version]) -> dict[str, int]:
    """How many VEVENTs each event comes to, at most, without drawing it."""
    return {
        each.uid: 1
        + len(each.event.overrides)
        + len(each.event.also)
        + (4 if occurrences.is_numbered(each.event) else 0)
        for each in versions
    }


def _end(event: Event) -> date:
    """The last day of an event; of a series without end, the last of all days."""
    if event.rule is None and not event.also:
        return occurrences.effective_when(event).last_day or date.max
    reach = occurrences.extent(event)
    return (reach[1] if reach else None) or date.max


def midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    """The next midnight in *zone* after *moment*, in UTC: until then a feed stays as it is."""
    return local_to_utc(datetime.combine(moment.astimezone(zone).date() + _DAY, time()), zone).astimezone(UTC)
