"""Each event of a registry continues a version of the edition before, or begins one: UID, SEQUENCE and LAST-MODIFIED are decided here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter

from .. import occurrences, repeat
from ..events import MAX_CONTINUED_IDS, Calendar, Event, Status, event_zone
from ..when import Absence, Timed, Undated, When
from .values import Edition, UidConflictError, Version, split_date_uid


@dataclass(frozen=True, slots=True)
class Origin:
    """An event of the new edition, its UID, and the *version* that it continues; None for a new one.

    *was_present*: the previous edition had it; otherwise it returns or is new.
    """

    event: Event
    uid: str
    version: Version | None
    was_present: bool


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


def find_origins(
    previous: Edition | None,
    former_versions: Mapping[str, Version],
    calendar: Calendar,
    events: Sequence[Event],
    now: datetime,
) -> list[Origin]:
    """Finds the version that each of *events* continues, and completes the event with what that version knows.

    That is the ids that it had, those of what it continues, the date that it lost, and the day on which it was cancelled.
    Raises UidConflictError.
    """
    origins = _link_continued(_keep_former_ids(_match_versions(previous, former_versions, calendar, events)))
    return [_note_day_of_cancellation(_postpone_if_undated(origin, now), calendar, now) for origin in origins]


def _match_versions(
    previous: Edition | None, former_versions: Mapping[str, Version], calendar: Calendar, events: Sequence[Event]
) -> list[Origin]:
    previous_by_id = {old.event.id: old for old in previous.versions} if previous else {}
    current_ids = {event.id for event in events}
    # An event that kept its id keeps its UID, even if another one claims it.
    owner_by_uid = {previous_by_id[event.id].uid: event.id for event in events if event.id in previous_by_id}
    origins: list[Origin] = []
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
        origins.append(Origin(event, uid, version, was_present))
    conflicts += _date_conflicts(origins)
    if conflicts:
        raise UidConflictError(conflicts)
    return origins


def _date_conflicts(origins: Iterable[Origin]) -> Iterator[tuple[str, str]]:
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


def _keep_former_ids(origins: list[Origin]) -> list[Origin]:
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


def _link_continued(origins: list[Origin]) -> list[Origin]:
    """Returns *origins*, each event with every id of those that it continues, in the order of `Event.continues`.

    What left the registry meanwhile stays among them: who chose it by its id follows the event that goes on.
    """
    events = {origin.event.id: origin.event for origin in origins}
    present_ids = {name for event in events.values() for name in event.ids}
    result = []
    for origin in origins:
        ids = _earlier_ids(origin.event, events)
        known_ids = origin.version.event.continues if origin.version else ()
        ids += [name for name in known_ids if name not in present_ids]
        linked = tuple(dict.fromkeys(ids))[:MAX_CONTINUED_IDS]
        is_linked = linked == origin.event.continues
        result.append(origin if is_linked else replace(origin, event=replace(origin.event, continues=linked)))
    return result


def _earlier_ids(event: Event, events: Mapping[str, Event]) -> list[str]:
    """Returns the ids of the series that *event* continues, and of those that they continue, the nearest first."""
    ids: list[str] = []
    while event.continues and event.continues[0] not in ids and (earlier := events.get(event.continues[0])):
        ids += earlier.ids
        event = earlier
    return ids


def _postpone_if_undated(origin: Origin, now: datetime) -> Origin:
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


def _note_day_of_cancellation(origin: Origin, calendar: Calendar, now: datetime) -> Origin:
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


def next_version(origin: Origin, timestamp: datetime, first_sequence: int) -> Version:
    """Returns the version of an event in the new edition: its former one where nothing changed, else one of *timestamp*.

    SEQUENCE grows with what RFC 5546 2.1.4 names, and LAST-MODIFIED with whatever a feed shows.
    """
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
