"""The values of a calendar's past: an edition and its versions, the states of events, and the kind of change between two."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from .. import occurrences, repeat
from ..errors import EventcalError, GrammarError
from ..events import Calendar, Event, Occurrence, Place, Status, Text
from ..when import (
    LONGEST_NIGHT,
    AllDay,
    FloatingZone,
    Limit,
    Period,
    Span,
    Timed,
    Undated,
    Unit,
    When,
    parse_stored,
    zone_or_utc,
)

MAX_COMPARED_STARTS = 5_000  # of a series in two zones: 13 years of a daily one


class ChangeKind(StrEnum):
    """The kinds of change of an event or occurrence between two editions."""

    ADDED = "added"
    VANISHED = "vanished"
    MOVED = "moved"
    DAY_KNOWN = "day known"
    NARROWED = "narrowed"  # known more precisely, and still without a day or with a doubtful one
    LESS_PRECISE = "loosened"
    PLACE = "place"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Version:
    """An event as one edition has it, with what RFC 5545 wants to know of its past.

    *sequence* is SEQUENCE (3.8.7.4); *modified* is both LAST-MODIFIED and DTSTAMP: UTC, whole seconds, always forward;
    *created* is when it was first stored. *parent_uid* is the UID of the event that it belongs to, "" for none, and
    *parent_title* that event's title.
    """

    event: Event
    uid: str
    sequence: int
    created: datetime
    modified: datetime
    parent_uid: str = ""
    parent_title: Text | None = None


_DATE_UID = re.compile(r"(?P<name>[^@]*)\+(?P<day>[0-9]{8})(?P<domain>(?:@.*)?)")


def date_uid(uid: str, recurrence: str) -> str:
    """Returns the UID of a date that feeds have as an event of its own, beside the series with *uid*."""
    name, at, domain = uid.partition("@")
    return f"{name}+{recurrence.replace('-', '')}{at}{domain}"


def split_date_uid(uid: str) -> tuple[str, str]:
    """Returns the UID of the series and the day, YYYYMMDD, that `date_uid` would have made *uid* of; *uid* and "" for any other."""
    match = _DATE_UID.fullmatch(uid)
    return (match["name"] + match["domain"], match["day"]) if match else (uid, "")


def link_parents(versions: Iterable[Version]) -> tuple[Version, ...]:
    """Returns the versions of one edition, each with UID and title of its parent; one that has them already stays the same object."""
    versions = tuple(versions)
    names = {version.event.part_of for version in versions} - {""}
    parents = {
        version.event.id: (version.uid, occurrences.text_without_number(version.event.title))
        for version in versions
        if version.event.id in names
    }

    def linked(version: Version) -> Version:
        uid, title = parents.get(version.event.part_of, ("", None))
        is_linked = (uid, title) == (version.parent_uid, version.parent_title)
        return version if is_linked else replace(version, parent_uid=uid, parent_title=title)

    return tuple(map(linked, versions))


@dataclass(frozen=True)
class Edition:
    """A validated registry as recorded: *versions* in the registry's order.

    *last_removal_at* is when it last changed in a way that no version tells: something left, the order, the calendar's head
    or what belongs to what became another. UTC, whole seconds; None: never. *program_since* is when a program took over its
    feeds that may write other bytes of it; None: the first one serves it still.
    """

    number: int
    digest: str
    recorded_at: datetime
    calendar: Calendar
    versions: tuple[Version, ...]
    last_removal_at: datetime | None = None
    program_since: datetime | None = None

    @cached_property
    def modified_at(self) -> datetime:
        """When anything in it last changed or left, or another program began to render it."""
        moments = [version.modified for version in self.versions] or [self.recorded_at]
        return max([*moments, *filter(None, (self.last_removal_at, self.program_since))])

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event, in the registry's order."""
        return tuple(version.event for version in self.versions)

    def find(self, event_id: str) -> Version | None:
        """Returns the event with *event_id*, else the one that had this id before; None if there is none."""
        return self._by_id.get(event_id) or self._by_former_id.get(event_id)

    def find_followed(self, event_id: str) -> Version | None:
        """Returns the event that readers of *event_id* go on with: that of `find`, or the nearest that continues one that left."""
        if version := self.find(event_id):
            return version
        return min(self.followers(event_id), key=lambda later: later.event.continues.index(event_id), default=None)

    def version(self, uid: str) -> Version | None:
        """Returns the version of the event with *uid*, None if there is none."""
        return self._by_uid.get(uid)

    def event(self, uid: str) -> Event | None:
        """Returns the event with *uid*, None if there is none."""
        version = self._by_uid.get(uid)
        return None if version is None else version.event

    def parent_ids(self, event: Event) -> tuple[str, ...]:
        """Returns the ids by which readers chose the events that *event* belongs to, the nearest first."""
        if not event.part_of:
            return ()
        parent = self.find(event.part_of)
        return (event.part_of,) if parent is None else (*parent.event.followed_ids, *self.parent_ids(parent.event))

    def followers(self, event_id: str) -> tuple[Version, ...]:
        """Returns what continues the series that has or had *event_id*, and what continues that, in the registry's order."""
        return tuple(self._followers.get(event_id, ()))

    def successors(self, event_id: str) -> tuple[Version, ...]:
        """Returns what continues the series with *event_id* immediately, in the registry's order."""
        return tuple(version for version in self.followers(event_id) if version.event.continues[0] == event_id)

    def belongs_to_any(self, uid: str, uids: Collection[str]) -> bool:
        """Tells whether the event with *uid* is one of *uids*, or belongs to one of them, or continues one."""
        pending, seen = [uid] if uids else [], set[str]()
        while pending:
            related_uid = pending.pop()
            if related_uid in uids:
                return True
            version = self.version(related_uid)
            if version and related_uid not in seen:
                seen.add(related_uid)
                pending += [version.parent_uid, *map(self._uid_of, version.event.continues)]
        return False

    def _uid_of(self, event_id: str) -> str:
        """Returns the UID of the event that has or had *event_id*; of one that left, the UID that it had unless it brought its own."""
        version = self.find(event_id)
        return version.uid if version else f"{event_id}@{self.calendar.id}"

    def state(self, uid: str, recurrence: str) -> EventState | None:
        """Returns the state of an event, or of one occurrence of it; None if it is not in the edition."""
        event = self.event(uid)
        if event is None:
            return None
        if not recurrence:
            return state_of(event, self.calendar.language)
        occurrence = occurrences.find(event, recurrence)
        return None if occurrence is None else occurrence_state(occurrence, self.calendar.language)

    @cached_property
    def _by_uid(self) -> dict[str, Version]:
        return {version.uid: version for version in self.versions}

    @cached_property
    def _by_id(self) -> dict[str, Version]:
        return {version.event.id: version for version in self.versions}

    @cached_property
    def _followers(self) -> dict[str, list[Version]]:
        followers = defaultdict[str, list[Version]](list)
        for version in self.versions:
            for event_id in version.event.continues:
                followers[event_id].append(version)
        return followers

    @cached_property
    def _by_former_id(self) -> dict[str, Version]:
        return {event_id: version for version in reversed(self.versions) for event_id in version.event.formerly}


@dataclass(frozen=True, slots=True)
class EventState:
    """The state of an event or occurrence, as far as readers are notified of it.

    *place* is in the calendar's language; *rule* is the text of a series' rule, "" for one occurrence. *is_own_date*: an
    exception gives the occurrence this *when*, on the day of its rule. *place_names* are what the place is called in each
    language that its event has, also without its country; a state that was recorded has none.
    """

    when: When
    status: Status
    place: str = ""
    rule: str = ""
    is_own_date: bool = False
    place_names: frozenset[str] = field(default=frozenset(), compare=False)


def state_of(event: Event, language: str) -> EventState:
    """Returns the state of *event* as a whole."""
    place, rule = place_text(event.places, language), event.rule.text if event.rule else ""
    return EventState(event.when, event.status, place, rule, place_names=place_names(event.places))


def occurrence_state(occurrence: Occurrence, language: str) -> EventState:
    """Returns the state of one occurrence of a series."""
    override, when = occurrence.override, occurrence.when
    is_own_date = override is not None and override.when == when and when.first_day == override.date
    places = occurrence.event.places
    return EventState(
        when,
        occurrence.status,
        place_text(places, language),
        is_own_date=is_own_date,
        place_names=place_names(places),
    )


def place_text(places: Iterable[Place], language: str) -> str:
    """Returns the places in plain words, each from near to far, its country by its code: enough to see that one became another."""
    texts = []
    for place in places:
        parts = [text.in_language(language) for text in (place.name, place.region) if text]
        texts.append(", ".join([*parts, place.country] if place.country else parts))
    return "; ".join(text for text in texts if text)


def place_names(places: Collection[Place]) -> frozenset[str]:
    """Returns the `place_text` of *places* in each language that they have, and in any other, with their countries and without."""
    texts = (text for place in places for text in (place.name, place.region) if text)
    tags = {"", *(tag for text in texts for tag, _ in text.translations)}
    spellings = (places, [replace(place, country="") for place in places])
    return frozenset(place_text(spelling, tag) for spelling in spellings for tag in tags) - {""}


def has_same_place(old: EventState, new: EventState) -> bool:
    """Tells whether two states have one place: a translation, its country or another language of the calendar is no other venue."""
    return old.place == new.place or old.place in new.place_names or new.place in old.place_names


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, of an event (*recurrence* "") or of one occurrence; *old* is None for ADDED, *new* for VANISHED.

    Its notices may go out from *notify_after*, so that a slip of the pen can be corrected; None: it is all past, nobody
    is told.
    """

    kind: ChangeKind
    event_id: str
    uid: str
    recurrence: str
    title: str
    old: EventState | None
    new: EventState | None
    at: datetime
    edition: int = 0
    notify_after: datetime | None = None


class UidConflictError(EventcalError):
    """Ids or old names that would give two events the same UID: pairs of (event id, what to do)."""

    exit_code = 2

    def __init__(self, conflicts: Sequence[tuple[str, str]]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("\n".join(message for _, message in conflicts))


def classify_change(old: EventState | None, new: EventState | None, recurrence: str = "") -> ChangeKind | None:
    """Classifies the change from *old* to *new* by its most important part; None if there is nothing to tell.

    A state of None is not in the calendar; to its readers, what was called off is gone already. *recurrence* names the
    occurrence. That a date which stays was a postponed one, or no longer is, is no news: it takes place then.
    """
    if new is None:
        return None if old is None or old.status is Status.CANCELLED else ChangeKind.VANISHED
    if old is None:
        return ChangeKind.ADDED
    if Status.CANCELLED in (old.status, new.status):
        if old.status is new.status:
            return None
        if new.status is Status.CANCELLED:
            return ChangeKind.CANCELLED
    was_put_off, is_put_off = (is_awaiting_date(state, recurrence) for state in (old, new))
    is_rescheduled = new.status is Status.POSTPONED and old.status is not Status.POSTPONED and old.when != new.when
    if is_rescheduled or (is_put_off and not was_put_off):
        return ChangeKind.POSTPONED
    if old.status is Status.CANCELLED:
        return ChangeKind.RESTORED
    is_other = old.rule != new.rule or _is_floating(old.when) is not _is_floating(new.when) or _are_apart(old, new)
    if old.when != new.when or is_other:
        kind = _classify_date_change(old.when, new.when)
        if kind or is_other:
            return kind or ChangeKind.MOVED
    if was_put_off and not is_put_off:
        return ChangeKind.RESTORED
    return None if has_same_place(old, new) else ChangeKind.PLACE


def _is_floating(when: When) -> bool:
    return isinstance(when.span, Timed) and when.span.is_floating


def zones_of_series(old: EventState | None, new: EventState | None) -> tuple[Timed, Timed] | None:
    """Returns the first dates of two states of a series that have one rule and hours in two zones; None for any others."""
    if old is None or new is None or not new.rule or old.rule != new.rule:
        return None
    match old.when.span, new.when.span:
        case Timed() as here, Timed() as there:
            is_other_zone = here.zone.key != there.zone.key and not (here.is_floating or there.is_floating)
            return (here, there) if is_other_zone else None
    return None


def starts_apart(start: datetime, old: Timed, new: Timed) -> bool:
    """Tells whether the date that starts at *start* begins at two moments when a series goes by the hour of *old* and of *new*."""
    old_offset, new_offset = (start.astimezone(first.zone).utcoffset() for first in (old, new))
    assert old_offset is not None and new_offset is not None
    return new.start.replace(tzinfo=None) - old.start.replace(tzinfo=None) != new_offset - old_offset


def _are_apart(old: EventState, new: EventState) -> bool:
    """Tells whether a series that got another zone has dates that differ, also where the first does not.

    10:00 in Berlin is 14:00 in Tashkent in winter alone; Kiev and Kyiv are one clock.
    """
    series = zones_of_series(old, new)
    if series is None:
        return False
    here, there = (first.start for first in series)
    return _has_date_apart(old.rule, here.replace(tzinfo=None), here.tzinfo, there.replace(tzinfo=None), there.tzinfo)


@lru_cache(maxsize=64)
def _has_date_apart(rule_text: str, old: datetime, old_zone: ZoneInfo, new: datetime, new_zone: ZoneInfo) -> bool:
    series = Timed(old.replace(tzinfo=old_zone)), Timed(new.replace(tzinfo=new_zone))
    try:
        rule = repeat.parse_either(rule_text, When(series[0]))
    except GrammarError:
        return False
    days = repeat.iter_days(rule, old, old.date(), date.max)
    starts = (datetime.combine(day, old.time(), old_zone) for day in islice(days, MAX_COMPARED_STARTS))
    return any(starts_apart(start, *series) for start in starts)


def is_awaiting_date(state: EventState, recurrence: str) -> bool:
    """Tells whether *state* is put off without a new date; an occurrence stands meanwhile on *recurrence*, the day of its rule."""
    first_day = state.when.first_day
    is_on_its_day = first_day is not None and first_day.isoformat() == recurrence
    return state.status is Status.POSTPONED and (first_day is None or (is_on_its_day and not state.is_own_date))


def adds_hours(days: When, hours: When) -> bool:
    """Tells whether *hours* has the whole *days*, and hours on them. A night is of the day on which it begins."""
    day, span = days.span, hours.span
    if not isinstance(day, AllDay) or not isinstance(span, Timed):
        return False
    end = span.start if span.end is None or span.end - span.start <= LONGEST_NIGHT else span.end
    return day.first == hours.first_day and day.last in (end.date(), hours.last_day)


def _drops_hours_elsewhere(old: When, new: When) -> bool:
    """Tells whether *old* has hours, and *new* whole days that are not those of *old*."""
    return isinstance(old.span, Timed) and isinstance(new.span, AllDay) and not adds_hours(new, old)


def _classify_date_change(old: When, new: When) -> ChangeKind | None:
    if old.limit and new.limit and old.limit is not new.limit:
        return ChangeKind.MOVED
    if old.span == new.span or _have_same_bounds(old.span, new.span):
        if (old.uncertain, old.approximate, old.limit) == (new.uncertain, new.approximate, new.limit):
            return None
        if any(getattr(new, mark) and not getattr(old, mark) for mark in ("uncertain", "approximate", "limit")):
            return ChangeKind.LESS_PRECISE
        return _known_kind(new)
    is_confirmed = old.uncertain and not new.uncertain and (isinstance(old.span, AllDay) or adds_hours(new, old))
    if new.is_day_known and (not old.is_day_known or (is_confirmed and old.first_day == new.first_day)):
        return _known_kind(new)
    if new.limit and not old.limit and _is_within_limit(old, new):
        return ChangeKind.LESS_PRECISE
    if new.uncertain and not old.uncertain and adds_hours(old, new):
        return ChangeKind.LESS_PRECISE  # that a doubtful hour is named is the lesser news
    if isinstance(old.span, Undated) and isinstance(new.span, Undated):
        return ChangeKind.MOVED
    is_within = old.covers(new) or (old.limit and not new.limit and _is_within_limit(new, old))
    if isinstance(new.span, Period) and (isinstance(old.span, Undated) or is_within):
        return ChangeKind.NARROWED
    if new.is_day_known and (old.first_day != new.first_day or _drops_hours_elsewhere(old, new)):
        return ChangeKind.MOVED  # that the hour of other days is open is the lesser news
    old_precision, new_precision = _precision(old), _precision(new)
    is_widened = not new.is_day_known and new.covers(old)
    return ChangeKind.LESS_PRECISE if new_precision < old_precision or is_widened else ChangeKind.MOVED


def _is_within_limit(when: When, limit: When) -> bool:
    """Tells whether all days of *when* lie on the open side of *limit*, which says only "from" or "by"."""
    first, last, limit_first, limit_last = when.first_day, when.last_day, limit.first_day, limit.last_day
    if first is None or last is None or limit_first is None or limit_last is None:
        return False
    return last <= limit_last if limit.limit is Limit.NOT_AFTER else first >= limit_first


def _known_kind(new: When) -> ChangeKind:
    """Classifies a date that became more precise: a doubtful day confirms nothing."""
    return ChangeKind.DAY_KNOWN if new.is_day_known and not new.uncertain else ChangeKind.NARROWED


def _have_same_bounds(old: Span, new: Span) -> bool:
    """Tells whether two periods are the same days, however they are written: a quarter and its three months."""
    return isinstance(old, Period) and isinstance(new, Period) and (old.first, old.last) == (new.first, new.last)


_UNIT_PRECISION = {
    Unit.DECADE: 1, Unit.YEAR: 2, Unit.HALF: 3, Unit.YEAR_THIRD: 4, Unit.QUARTER: 5, Unit.SEASON: 5, Unit.MONTH: 6,
    Unit.MONTH_THIRD: 7, Unit.WEEK: 7, Unit.DAYS: 7,
}  # fmt: skip


def _precision(when: When) -> int:
    """Ranks the precision of a date: a higher number is more precise."""
    match when.span:
        case Undated():
            return 0
        case Period(unit=unit):
            return _UNIT_PRECISION[unit]
        case AllDay():
            return 8
        case Timed():
            return 9


def state_to_json(state: EventState) -> str:
    """Returns *state* as compact JSON, the same text for the same state."""
    body: dict[str, object] = {
        "when": str(state.when),
        "status": state.status.value,
        "place": state.place,
        "rule": state.rule,
        "own_date": state.is_own_date,
    }
    if isinstance(state.when.span, Timed):
        body["zone"] = state.when.span.zone.key
        body["floating"] = state.when.span.is_floating
    return json.dumps({name: value for name, value in body.items() if value}, ensure_ascii=False, separators=(",", ":"))


def state_from_json(text: str) -> EventState:
    """Returns the state that `state_to_json` wrote."""
    body = json.loads(text)
    zone = zone_or_utc(body.get("zone", "UTC"))
    when = parse_stored(body["when"], FloatingZone(zone.key) if body.get("floating") else zone)
    return EventState(
        when, Status(body["status"]), body.get("place", ""), body.get("rule", ""), body.get("own_date", False)
    )
