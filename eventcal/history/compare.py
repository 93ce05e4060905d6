"""An edition and the registry that follows it become the next edition and its changes.

UID, SEQUENCE and LAST-MODIFIED are decided here, and what is told of a change, and from when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from itertools import islice
from operator import attrgetter
from zoneinfo import ZoneInfo

from .. import occurrences, repeat
from ..events import Calendar, Event, Occurrence, Status, event_zone
from ..when import Absence, AllDay, Timed, Undated, When, day_of
from .values import (
    Change,
    ChangeKind,
    Edition,
    EventState,
    UidConflictError,
    Version,
    classify_change,
    link_parents,
    occurrence_state,
    split_date_uid,
    state_of,
)

MAX_COMPARED_DAYS = 500  # of two series; what differs only later differs in where it ends
NOTICE_DEBOUNCE = timedelta(minutes=5)
DAY = timedelta(days=1)

_StatePair = tuple[EventState | None, EventState | None]


@dataclass(frozen=True, slots=True)
class _Origin:
    """The origin of an event of the new edition.

    *was_present*: the previous edition had it; otherwise it returns or is new.
    """

    event: Event
    uid: str
    version: Version | None
    was_present: bool


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Values that every change of an edition goes by.

    *language* is the calendar's. *last_states* are the states that readers know of dates that `except` dropped, by UID and
    date; *last_held* are the events that return as they were before they were cancelled, by UID.
    """

    language: str
    now: datetime
    last_states: Mapping[tuple[str, str], EventState]
    last_held: Mapping[str, Event]


def build_edition(
    previous: Edition | None,
    former_versions: Mapping[str, Version],
    calendar: Calendar,
    events: Sequence[Event],
    digest: str,
    now: datetime,
    last_states: Mapping[tuple[str, str], EventState] = {},
    last_held: Mapping[str, Event] = {},
    first_sequence: int = 0,
) -> tuple[Edition, list[Change]]:
    """Builds the edition after *previous* and its changes, in the registry's order, removed events last.

    *former_versions* holds, for each id or former name among *events* that *previous* does not have, the last
    version with the UID of that name: an event that returns continues from it. *last_states* are those of
    `returned_dates`, and *last_held* the events of `returned_uids` before they were cancelled. A new event begins *first_sequence* above its own SEQUENCE. A first edition has no changes. Raises UidConflictError.
    """
    timestamp = _next_timestamp(previous, former_versions, now)
    comparison = _Comparison(calendar.language, now, last_states, last_held)
    origins = _keep_former_ids(_find_origins(previous, former_versions, calendar, events))
    versions: list[Version] = []
    changes: list[Change] = []
    for as_written in origins:
        origin = _note_day_of_cancellation(_postpone_if_undated(as_written, now), calendar, now)
        version, earlier = _next_version(origin, timestamp, first_sequence), origin.version
        versions.append(version)
        if earlier is None and previous:
            state = state_of(version.event, calendar.language)
            changes.append(_event_change(ChangeKind.ADDED, version, (None, state), comparison))
        elif earlier is not None and version is not earlier:
            changes += _event_changes(earlier.event, version, not origin.was_present, comparison)
    if previous:
        changes += _removals(previous, versions, comparison)
    number = previous.number + 1 if previous else 1
    linked = _stamp_redrawn(link_parents(versions), previous, calendar, timestamp)
    edition = Edition(number, digest, now, calendar, linked, _last_removal_at(previous, calendar, origins, timestamp))
    return edition, [replace(change, edition=number) for change in changes]


def _last_removal_at(
    previous: Edition | None, calendar: Calendar, origins: Sequence[_Origin], timestamp: datetime
) -> datetime | None:
    """Returns when something last changed that no version tells: *timestamp* if an event left or moved, or *calendar* is another."""
    if previous is None:
        return None
    continued_uids = [origin.uid for origin in origins if origin.was_present]
    is_same = calendar == previous.calendar and continued_uids == [old.uid for old in previous.versions]
    return previous.last_removal_at if is_same else timestamp


def _stamp_redrawn(
    versions: Iterable[Version], previous: Edition | None, calendar: Calendar, timestamp: datetime
) -> tuple[Version, ...]:
    """Returns *versions*, those modified at *timestamp* that feeds write in other words though their events stayed.

    That is a part whose event has another title, and everything where the calendar has another language or zone.
    """
    if previous is None:
        return tuple(versions)
    before = previous.calendar
    are_all = (before.language, before.timezone) != (calendar.language, calendar.timezone)

    def stamped(version: Version) -> Version:
        old = previous.version(version.uid) if version.parent_title is not None else None
        is_renamed = old is not None and old.parent_title != version.parent_title
        return replace(version, modified=timestamp) if are_all or is_renamed else version

    return tuple(map(stamped, versions))


def names_to_look_up(previous: Edition | None, events: Sequence[Event]) -> list[str]:
    """Returns the ids, old names and UIDs whose former versions `build_edition` asks for."""
    previous_ids = {version.event.id for version in previous.versions} if previous else set()
    new_events = [event for event in events if event.id not in previous_ids]
    names = (name for event in new_events for name in (*event.ids, event.uid))
    return list(dict.fromkeys(name for name in names if name and name not in previous_ids))


def returned_dates(previous: Edition | None, events: Sequence[Event]) -> list[tuple[str, str]]:
    """Returns the UID and the date of each occurrence that `except` no longer drops."""
    dates: list[tuple[str, str]] = []
    for old, event in _continued(previous, events):
        if old.event.exdates != event.exdates:
            dates += [(old.uid, day.isoformat()) for day in old.event.exdates if day not in event.exdates]
    return dates


def returned_uids(previous: Edition | None, events: Sequence[Event]) -> list[str]:
    """Returns the UID of each event that is no longer cancelled."""
    return [
        old.uid
        for old, event in _continued(previous, events)
        if old.event.status is Status.CANCELLED and event.status is not Status.CANCELLED
    ]


def _continued(previous: Edition | None, events: Sequence[Event]) -> Iterator[tuple[Version, Event]]:
    """Yields each event that *previous* has, under its id or a former one, with its version there."""
    for event in events if previous else ():
        old = next((version for name in event.ids if previous and (version := previous.find(name))), None)
        if old is not None:
            yield old, event


def _next_timestamp(previous: Edition | None, former_versions: Mapping[str, Version], now: datetime) -> datetime:
    """Returns *now* in whole seconds, or a second after the latest that was ever written, if that is later.

    Later than everything in the edition before, not only than the event's own: what a feed gives as Last-Modified
    must not stay where it was, also when two edits fall into one second or the clock was set back.
    """
    timestamps = [version.modified for version in previous.versions] if previous else []
    timestamps += [version.modified for version in former_versions.values()]
    if previous and previous.last_removal_at:
        timestamps.append(previous.last_removal_at)
    timestamp = now.replace(microsecond=0)
    return max(timestamp, max(timestamps) + timedelta(seconds=1)) if timestamps else timestamp


def _find_origins(
    previous: Edition | None, former_versions: Mapping[str, Version], calendar: Calendar, events: Sequence[Event]
) -> list[_Origin]:
    previous_by_id = {old.event.id: old for old in previous.versions} if previous else {}
    current_ids = {event.id for event in events}
    # An event that kept its id keeps its UID, even if another one claims it.
    owner_by_uid = {previous_by_id[event.id].uid: event.id for event in events if event.id in previous_by_id}
    origins: list[_Origin] = []
    conflicts: list[tuple[str, str]] = []
    previous_by_uid = {old.uid: old for old in previous.versions} if previous else {}
    for event in events:
        version, was_present = previous_by_id.get(event.id), True
        if version is None:
            version, was_present = _find_by_uid(event, previous_by_uid, former_versions) or _find_predecessor(
                event, previous_by_id, former_versions, current_ids
            )
        uid = version.uid if version else event.uid or f"{event.first_id}@{calendar.id}"
        if event.uid and uid != event.uid:
            message = f"'{event.id}' is {uid} in calendars, and not {event.uid}: remove its uid, or choose another id"
            conflicts.append((event.id, message))
        owner = owner_by_uid.setdefault(uid, event.id)
        if owner != event.id:
            message = (
                f"'{event.id}' would be {uid} in calendars, and so is '{owner}', which had that name: choose another id"
            )
            conflicts.append((event.id, message))
        origins.append(_Origin(event, uid, version, was_present))
    conflicts += _date_conflicts(origins)
    if conflicts:
        raise UidConflictError(conflicts)
    return origins


def _date_conflicts(origins: Iterable[_Origin]) -> Iterator[tuple[str, str]]:
    """Yields each event, with what to do, whose UID is that of a date which feeds have as an event of its own."""
    by_uid = {origin.uid: origin.event for origin in origins}
    for event_uid, event in by_uid.items():
        uid, day = split_date_uid(event_uid)
        owner = by_uid.get(uid) if day else None
        occurrence = occurrences.find(owner, day) if owner else None
        if occurrence and (occurrence.is_extra or occurrences.needs_expansion(occurrence.event)):
            date_text = f"the date {occurrence.recurrence} of '{occurrence.event.id}'"
            yield event.id, f"'{event.id}' would be {event_uid} in calendars, and so is {date_text}: choose another uid"


def _find_by_uid(
    event: Event, previous_by_uid: Mapping[str, Version], former_versions: Mapping[str, Version]
) -> tuple[Version, bool] | None:
    """Finds the predecessor of an event with its own UID: the version that had that UID, under any id."""
    if not event.uid:
        return None
    if version := previous_by_uid.get(event.uid):
        return version, True
    version = former_versions.get(event.uid)
    return (version, False) if version is not None and version.uid == event.uid else None


def _find_predecessor(
    event: Event, previous_by_id: Mapping[str, Version], former_versions: Mapping[str, Version], current_ids: set[str]
) -> tuple[Version | None, bool]:
    """Finds the predecessor of *event*, whose id is new, and whether the previous edition has it."""
    for name in event.formerly:
        if name in previous_by_id and name not in current_ids:
            return previous_by_id[name], True
    for name in event.ids:
        if version := former_versions.get(name):
            # the UID may stand under a later name: a rename taken back, when that name is gone
            later = previous_by_id.get(version.event.id)
            was_present = later is not None and later.uid == version.uid and version.event.id not in current_ids
            return (later, True) if was_present else (version, False)
    return None, False


def _keep_former_ids(origins: list[_Origin]) -> list[_Origin]:
    """Returns *origins*, each event with every id that it was published under and that no other one claims.

    Readers subscribed by these: their feeds and reminders must go on when the registry drops `formerly`.
    """
    claimed = {name for origin in origins for name in origin.event.ids}
    result = []
    for origin in origins:
        event, old = origin.event, origin.version.event if origin.version else origin.event
        dropped = () if old.ids == event.ids else [name for name in (*old.formerly, old.id) if name not in claimed]
        if dropped:
            claimed.update(dropped)
            origin = replace(origin, event=replace(event, formerly=(*dropped, *event.formerly)))
        result.append(origin)
    return result


def _postpone_if_undated(origin: _Origin, now: datetime) -> _Origin:
    """Marks a date that became TBD without a word as postponed, and one that became `none` as cancelled.

    Readers who have it in a calendar must see there that it is cancelled, also where it was postponed before.
    """
    event, old = origin.event, origin.version
    span = event.when.span
    if old is None or event.was is not None or not isinstance(span, Undated) or span.absence is Absence.PAST:
        return origin
    was = _next_when(old.event, now)
    if was.first_day is None:
        return origin
    is_off = event.status is Status.CANCELLED or span.absence is Absence.NEVER
    status = Status.CANCELLED if is_off else Status.POSTPONED
    return replace(origin, event=replace(event, was=was, status=status))


def _note_day_of_cancellation(origin: _Origin, calendar: Calendar, now: datetime) -> _Origin:
    """Returns *origin* with the day that its series was cancelled on: a later edit of a cancelled series cancels nothing anew."""
    event, old = origin.event, origin.version
    if event.status is not Status.CANCELLED or not event.is_recurring:
        return origin
    day = calendar.day_at(now)
    if old is not None and origin.was_present and old.event.status is Status.CANCELLED and old.event.is_recurring:
        day = old.event.cancelled_on or calendar.day_at(old.modified)
    return replace(origin, event=replace(event, cancelled_on=day))


def _next_when(event: Event, now: datetime) -> When:
    """Returns the date of *event* that readers look for at *now*: of a series the next one that is known."""
    upcoming = occurrences.iter_upcoming(event, now.astimezone(event_zone(event)).date()) if event.is_recurring else ()
    known_whens = (occurrence.when for occurrence in upcoming if occurrence.when.is_day_known)
    return next(known_whens, occurrences.effective_when(event))


def _next_version(origin: _Origin, timestamp: datetime, first_sequence: int) -> Version:
    old, event = origin.version, origin.event
    if old is None:
        return Version(event, origin.uid, event.sequence + first_sequence, timestamp, timestamp)
    if origin.was_present and event == old.event:
        return old
    if not origin.was_present:
        revisions = 2  # its removal is one: the feeds of chosen events show it cancelled, with the next SEQUENCE
    else:
        revisions = int(scheduling_properties(event) != scheduling_properties(old.event))
    new_fields, old_fields = (_published_fields(_as_published(side)) for side in (event, old.event))
    is_modified = not origin.was_present or new_fields != old_fields
    sequence = max(old.sequence + revisions, event.sequence)
    return Version(event, old.uid, sequence, old.created, timestamp if is_modified else old.modified)


def _as_published(event: Event) -> Event:
    """Returns *event* with its rule as feeds write it: COUNT and the same day as UNTIL are one end, far ends are none."""
    published = occurrences.published_rule(event)
    if published is None:
        return event
    return replace(event, rule=replace(published, rrule=repeat.rrule_for(published, event.when), until=None))


def scheduling_properties(event: Event) -> tuple[object, ...]:
    """Returns the properties whose change raises SEQUENCE (RFC 5546 2.1.4): start, end, rule, exceptions, status, and the zone of a timed event.

    A doubtful date, the date that a postponed event was moved from, and whether the title counts the years are among them:
    they show in STATUS and DTSTART.
    """
    timed_whens = [when for when in (event.when, event.was) if when and isinstance(when.span, Timed)]
    return (
        event.when,
        event.was,
        (event.timezone, event.floating) if timed_whens else "",
        _as_published(event).rule,
        occurrences.is_numbered(event),
        frozenset(event.exdates),
        frozenset(event.also),
        frozenset((override.date, override.when, override.status) for override in event.overrides),
        event.status,
    )


# Of the rest, a feed can show everything: also the leads, as alarms.
_UNPUBLISHED_FIELDS = ("notices", "formerly", "cancelled_on")
_published_fields = attrgetter(*(field.name for field in fields(Event) if field.name not in _UNPUBLISHED_FIELDS))


# changes


def _removals(previous: Edition, versions: Iterable[Version], comparison: _Comparison) -> Iterator[Change]:
    """Yields a change for each event of *previous* that none of *versions* continues."""
    current_uids = {version.uid for version in versions}
    for old in previous.versions:
        if old.uid not in current_uids:
            state = state_of(old.event, comparison.language)
            yield _event_change(ChangeKind.VANISHED, old, (state, None), comparison, old.event)


def _event_changes(earlier: Event, version: Version, is_restored: bool, comparison: _Comparison) -> Iterator[Change]:
    """Yields one change for the event as a whole, and one for each occurrence that an edit of its own made different."""
    event, language = version.event, comparison.language
    old, new = state_of(earlier, language), state_of(event, language)
    written = occurrences.dtstart_and_rrule(event)
    if event.rule == earlier.rule or (written and written == occurrences.dtstart_and_rrule(earlier)):
        new = replace(new, rule=old.rule)  # however the registry writes it
    compared = replace(new, when=old.when, rule=old.rule) if _has_same_dates(earlier, event, comparison.now) else new
    kind = ChangeKind.RESTORED if is_restored else classify_change(old, compared)
    if kind:
        yield _event_change(kind, version, (old, new), comparison, earlier)
    if kind is ChangeKind.RESTORED:  # a date that stays off, or is another one, is told beside the series
        earlier = replace(comparison.last_held.get(version.uid, earlier), status=event.status)
    if kind is not ChangeKind.CANCELLED:
        yield from _occurrence_changes(earlier, version, comparison)


def _has_same_dates(earlier: Event, event: Event, now: datetime) -> bool:
    """Tells whether a series written in another way has the same dates from today on: `every week`, and `every week on Mon`."""
    sides = (earlier, event)
    if (earlier.when, earlier.rule) == (event.when, event.rule) or not all(side.is_recurring for side in sides):
        return False
    old_extent, new_extent = map(occurrences.extent, sides)
    if _shape(earlier.when) != _shape(event.when) or not old_extent or not new_extent or old_extent[1] != new_extent[1]:
        return False
    today = now.astimezone(event_zone(event)).date()
    old_days, new_days = (_coming_days(side, today) for side in sides)
    return bool(new_days) and old_days == new_days


def _shape(when: When) -> tuple[object, ...]:
    """Returns what the dates of a series share beside their days: the hours and the length, and how sure they are."""
    match when.span:
        case Timed(start, end):
            return when.uncertain, when.limit, start.time(), start.tzinfo, end and end - start
        case AllDay(first, last):
            return when.uncertain, when.limit, last - first
    return (when,)


def _coming_days(event: Event, today: date) -> set[date]:
    first = repeat.local_dtstart(event.when)
    ruled = repeat.iter_days(event.rule, first, today, date.max) if event.rule else [day_of(first)]
    days = islice((day for day in ruled if day >= today and day not in event.exdates), MAX_COMPARED_DAYS)
    return {*days, *(day for day in event.also if day >= today)}


def _occurrence_changes(earlier: Event, version: Version, comparison: _Comparison) -> Iterator[Change]:
    event = version.event
    old_overrides, new_overrides = (
        {override.date: override for override in side.overrides} for side in (earlier, event)
    )
    changed_days = {
        day for day in old_overrides.keys() | new_overrides.keys() if old_overrides.get(day) != new_overrides.get(day)
    }
    returned_days = set(earlier.exdates) - set(event.exdates)
    has_other_rule = (earlier.when, earlier.rule) != (event.when, event.rule)
    as_ruled = replace(event, overrides=(), also=())
    for day in sorted(changed_days | returned_days | (set(event.also) ^ set(earlier.also))):
        old, new = (occurrences.find(side, day.isoformat()) for side in (earlier, event))
        if old is None and has_other_rule and day not in returned_days:  # its new rule is announced with this day
            old = occurrences.find(as_ruled, day.isoformat())
        if change := _compare_occurrence(old, new, version, comparison):
            yield change


def _compare_occurrence(
    old: Occurrence | None, new: Occurrence | None, version: Version, comparison: _Comparison
) -> Change | None:
    """Returns the change of an occurrence that became another, came or went; None where `except` drops or returns it.

    A return is told where readers last heard that it was cancelled.
    """
    occurrence, language, now = new or old, comparison.language, comparison.now
    if occurrence is None:
        return None
    last_state = comparison.last_states.get((version.uid, occurrence.recurrence))
    is_cancelled = old is None and last_state is not None and last_state.status is Status.CANCELLED
    if not occurrence.is_extra and None in (old, new) and not is_cancelled:
        return None
    old_state = occurrence_state(old, language) if old else last_state if is_cancelled else None
    new_state = occurrence_state(new, language) if new else None
    kind = classify_change(old_state, new_state, occurrence.recurrence) if new else ChangeKind.VANISHED
    if kind is None:
        return None
    zone = event_zone(version.event)
    remaining = [time_range for side in (old, new) if side for time_range in _range_unless_over(side.when, zone, now)]
    return _make_change(
        kind,
        version,
        occurrence.recurrence,
        occurrences.title_of(occurrence, language),
        (old_state, new_state),
        now,
        remaining,
    )


def is_deadline_extended(version: Version | None, old: EventState | None, new: EventState | None) -> bool:
    """Returns whether from *old* to *new* a deadline went to a later day or hour; *version* is its event, None where it is gone."""
    if version is None or old is None or new is None:
        return False
    return occurrences.is_extension(version.event, old.when, new.when)


# When it may be told: (start, end) in UTC of what is not over; None where the day is not known

_UtcRange = tuple[datetime | None, datetime | None]


def _event_change(
    kind: ChangeKind, version: Version, states: _StatePair, comparison: _Comparison, earlier: Event | None = None
) -> Change:
    span = version.event.when.span
    is_past = isinstance(span, Undated) and span.absence is Absence.PAST  # whatever it was before
    sides = [side for side in (earlier, version.event) if side and not is_past]
    remaining = [time_range for side in sides for time_range in _remaining_ranges(side, comparison.now)]
    title = occurrences.title_without_number(version.event, comparison.language)
    return _make_change(kind, version, "", title, states, comparison.now, remaining)


def _make_change(
    kind: ChangeKind,
    version: Version,
    recurrence: str,
    title: str,
    states: _StatePair,
    now: datetime,
    remaining: list[_UtcRange],
) -> Change:
    old, new = states
    return Change(
        kind=kind,
        event_id=version.event.id,
        uid=version.uid,
        recurrence=recurrence,
        title=title,
        old=old,
        new=new,
        at=now,
        notify_after=_debounce_end(remaining, now),
    )


def is_upcoming(event: Event, now: datetime) -> bool:
    """Tells whether anything of *event* is still to come, or going on, at *now*."""
    return event.status is not Status.CANCELLED and bool(_remaining_ranges(event, now))


def _remaining_ranges(event: Event, now: datetime) -> list[_UtcRange]:
    """Returns the stretches of *event* that are not over: of a series, those of these two days stand for all."""
    zone = event_zone(event)
    if not event.is_recurring:
        return _range_unless_over(event.when, zone, now)
    today = now.astimezone(zone).date()
    near_whens = [
        occurrence.when
        for occurrence in occurrences.of_event(event, today, today + DAY)
        if occurrence.status is not Status.CANCELLED
    ]
    if near_ranges := [time_range for when in near_whens for time_range in _range_unless_over(when, zone, now)]:
        return near_ranges
    extent = occurrences.extent(event)
    has_later = extent is not None and (extent[1] is None or extent[1] > today + DAY)
    return [(None, None)] if has_later else []


def _range_unless_over(when: When, zone: ZoneInfo, now: datetime) -> list[_UtcRange]:
    end = when.ends_at(zone)
    if end is not None and end <= now:
        return []
    return [(when.starts_at(zone) if when.is_day_known else None, end)]


def _debounce_end(remaining: list[_UtcRange], now: datetime) -> datetime | None:
    """Returns when a change may be told: after five minutes for a correction, or a tenth of the time to the nearer start."""
    if not remaining:
        return None
    delays = [max(start - now, timedelta()) / 10 for start, _ in remaining if start]
    return now + min([NOTICE_DEBOUNCE, *delays])
