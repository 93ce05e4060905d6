"""An edition and the registry that follows it become the next edition: UID, SEQUENCE and LAST-MODIFIED are decided here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter

from .. import occurrences, repeat
from ..events import Calendar, Event, Status
from ..when import Absence, Timed, Undated
from .changes import added_change, event_changes, vanished_change
from .values import Change, Edition, EventState, UidConflictError, Version, link_parents


@dataclass(frozen=True, slots=True)
class _Origin:
    """The origin of an event of the new edition.

    *was_present*: the previous edition had it; otherwise it returns or is new.
    """

    event: Event
    uid: str
    version: Version | None
    was_present: bool


def build_edition(
    previous: Edition | None,
    former_versions: Mapping[str, Version],
    calendar: Calendar,
    events: Sequence[Event],
    digest: str,
    now: datetime,
    last_states: Mapping[tuple[str, str], EventState] = {},
) -> tuple[Edition, list[Change]]:
    """Builds the edition after *previous* and its changes, in the registry's order, removed events last.

    *former_versions* holds, for each id or former name among *events* that *previous* does not have, the last
    version with the UID of that name: an event that returns continues from it. *last_states* are those of
    `returned_dates`. A first edition has no changes. Raises UidConflictError.
    """
    timestamp = _next_timestamp(previous, former_versions, now)
    number = previous.number + 1 if previous else 1
    origins = [_postpone_if_undated(origin) for origin in _find_origins(previous, former_versions, calendar, events)]
    versions: list[Version] = []
    changes: list[Change] = []
    for origin in origins:
        version, earlier = _next_version(origin, timestamp), origin.version
        versions.append(version)
        if earlier is None and previous:
            changes.append(added_change(version, calendar.language, now))
        elif earlier is not None and version is not earlier:
            changes += event_changes(
                earlier.event, version, not origin.was_present, calendar.language, now, last_states
            )
    last_removal_at = previous.last_removal_at if previous else None
    if previous:
        current_uids = {current.uid for current in versions}
        changes += [
            vanished_change(old, calendar.language, now) for old in previous.versions if old.uid not in current_uids
        ]
        continued_uids = [origin.uid for origin in origins if origin.was_present]
        if calendar != previous.calendar or continued_uids != [old.uid for old in previous.versions]:
            last_removal_at = timestamp
    edition = Edition(number, digest, now, calendar, link_parents(versions), last_removal_at)
    return edition, [replace(change, edition=number) for change in changes]


def names_to_look_up(previous: Edition | None, events: Sequence[Event]) -> list[str]:
    """The ids, old names and UIDs whose former versions `build_edition` asks for."""
    previous_ids = {version.event.id for version in previous.versions} if previous else set()
    new_events = [event for event in events if event.id not in previous_ids]
    names = (name for event in new_events for name in (event.id, *event.formerly, event.uid))
    return list(dict.fromkeys(name for name in names if name and name not in previous_ids))


def returned_dates(previous: Edition | None, events: Sequence[Event]) -> list[tuple[str, str]]:
    """Returns the UID and the date of each occurrence that `except` no longer drops."""
    dates: list[tuple[str, str]] = []
    for event in events if previous else ():
        names = (event.id, *event.formerly)
        old = next((version for name in names if previous and (version := previous.find(name))), None)
        if old is not None and old.event.exdates != event.exdates:
            dates += [(old.uid, day.isoformat()) for day in old.event.exdates if day not in event.exdates]
    return dates


def _next_timestamp(previous: Edition | None, former_versions: Mapping[str, Version], now: datetime) -> datetime:
    """*now* in whole seconds, or a second after the latest that was ever written, if that is later.

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
        uid = version.uid if version else event.uid or f"{(event.formerly or (event.id,))[0]}@{calendar.id}"
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
    if conflicts:
        raise UidConflictError(conflicts)
    return origins


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
    for name in (event.id, *event.formerly):
        if version := former_versions.get(name):
            # the UID may stand under a later name: a rename taken back, when that name is gone
            later = previous_by_id.get(version.event.id)
            was_present = later is not None and later.uid == version.uid and version.event.id not in current_ids
            return (later, True) if was_present else (version, False)
    return None, False


def _postpone_if_undated(origin: _Origin) -> _Origin:
    """Marks a date that became TBD without a word as postponed, and one that became `none` as cancelled.

    Readers who have it in a calendar must see there that it is cancelled.
    """
    event, old = origin.event, origin.version
    span = event.when.span
    if old is None or event.was is not None or not isinstance(span, Undated) or span.absence is Absence.PAST:
        return origin
    was = occurrences.effective_when(old.event)
    if was.first_day is None or event.status is Status.CANCELLED:
        return origin
    status = Status.CANCELLED if span.absence is Absence.NEVER else Status.POSTPONED
    return replace(origin, event=replace(event, was=was, status=status))


def _next_version(origin: _Origin, timestamp: datetime) -> Version:
    old, event = origin.version, origin.event
    if old is None:
        return Version(event, origin.uid, event.sequence, timestamp, timestamp)
    if origin.was_present and event == old.event:
        return old
    needs_new_sequence = not origin.was_present or scheduling_properties(event) != scheduling_properties(old.event)
    new_fields, old_fields = (_published_fields(_as_published(side)) for side in (event, old.event))
    is_modified = not origin.was_present or new_fields != old_fields
    sequence = max(old.sequence + needs_new_sequence, event.sequence)
    return Version(event, old.uid, sequence, old.created, timestamp if is_modified else old.modified)


def _as_published(event: Event) -> Event:
    """Returns *event* with its rule as feeds write it: COUNT and the same day as UNTIL are one end, far ends are none."""
    published = event.rule and repeat.published_rule(event.rule, repeat.local_dtstart(event.when))
    if published is None:
        return event
    return replace(event, rule=replace(published, rrule=repeat.rrule_for(published, event.when), until=None))


def scheduling_properties(event: Event) -> tuple[object, ...]:
    """Returns the properties whose change raises SEQUENCE (RFC 5546 2.1.4): start, end, rule, exceptions, status, and the zone of a timed event.

    A doubtful date and the date that a postponed event was moved from are among them: they show in STATUS and DTSTART.
    """
    timed_whens = [when for when in (event.when, event.was) if when and isinstance(when.span, Timed)]
    return (
        event.when,
        event.was,
        (event.timezone, event.floating) if timed_whens else "",
        _as_published(event).rule,
        frozenset(event.exdates),
        frozenset(event.also),
        frozenset((override.date, override.when, override.status) for override in event.overrides),
        event.status,
    )


# Of the rest, a feed can show everything: also the leads, as alarms.
_UNPUBLISHED_FIELDS = ("notices", "formerly")
_published_fields = attrgetter(*(field.name for field in fields(Event) if field.name not in _UNPUBLISHED_FIELDS))
