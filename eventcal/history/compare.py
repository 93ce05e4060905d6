"""An edition and the registry that follows it become the next edition: UID, SEQUENCE and LAST-MODIFIED are decided here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from operator import attrgetter

from .. import occurrences
from ..events import Calendar, Event, Status
from ..when import Timed, Undated
from .changes import added, differences, vanished
from .values import Change, Edition, TakenError, Version


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where an event of the new edition comes from. *stands*: the edition before had it; else it returns, or is new."""

    event: Event
    uid: str
    version: Version | None
    stands: bool


def compare(
    before: Edition | None,
    past: Mapping[str, Version],
    calendar: Calendar,
    events: Sequence[Event],
    digest: str,
    now: datetime,
) -> tuple[Edition, list[Change]]:
    """The edition that follows *before*, and what became different, in the registry's order, what vanished last.

    *past* says, for each id or old name among *events* that *before* does not have, which version last carried the UID
    that the name had: an event that returns goes on from there. A first edition has no changes. Raises TakenError.
    """
    moment = _moment(before, past, now)
    number = before.number + 1 if before else 1
    origins = [_remembering(each) for each in _origins(before, past, calendar, events)]
    versions: list[Version] = []
    changes: list[Change] = []
    for origin in origins:
        version, earlier = _next_version(origin, moment), origin.version
        versions.append(version)
        if earlier is None and before:
            changes.append(added(version, calendar.language, now))
        elif earlier is not None and version is not earlier:
            changes += differences(earlier.event, version, not origin.stands, calendar.language, now)
    left = before.left_at if before else None
    if before:
        kept = {each.uid for each in versions}
        gone = [each for each in before.versions if each.uid not in kept]
        changes += [vanished(each, calendar.language, now) for each in gone]
        stood = [origin.uid for origin in origins if origin.stands]
        if gone or calendar != before.calendar or stood != [each.uid for each in before.versions]:
            left = moment
    edition = Edition(number, digest, now, calendar, tuple(versions), left)
    return edition, [replace(each, edition=number) for each in changes]


def names_needed(before: Edition | None, events: Sequence[Event]) -> list[str]:
    """The ids and old names whose *past* `compare` asks for."""
    known = {each.event.id for each in before.versions} if before else set()
    strangers = [event for event in events if event.id not in known]
    return list(dict.fromkeys(name for event in strangers for name in (event.id, *event.formerly) if name not in known))


def _moment(before: Edition | None, past: Mapping[str, Version], now: datetime) -> datetime:
    """*now* in whole seconds, or a second after the latest that was ever written, if that is later.

    Later than everything in the edition before, not only than the event's own: what a feed gives as Last-Modified
    must not stay where it was, also when two edits fall into one second or the clock was set back.
    """
    written = [each.modified for each in before.versions] if before else []
    written += [each.modified for each in past.values()]
    if before and before.left_at:
        written.append(before.left_at)
    moment = now.replace(microsecond=0)
    return max(moment, max(written) + timedelta(seconds=1)) if written else moment


def _origins(
    before: Edition | None, past: Mapping[str, Version], calendar: Calendar, events: Sequence[Event]
) -> list[_Origin]:
    standing = {each.event.id: each for each in before.versions} if before else {}
    present = {event.id for event in events}
    # An event that kept its id keeps its UID, whoever else lays claim to it.
    holders = {standing[event.id].uid: event.id for event in events if event.id in standing}
    origins: list[_Origin] = []
    taken: list[tuple[str, str]] = []
    for event in events:
        if known := standing.get(event.id):
            origins.append(_Origin(event, known.uid, known, True))
            continue
        version, stands = _forerunner(event, standing, past, present)
        uid = version.uid if version else f"{(event.formerly or (event.id,))[0]}@{calendar.id}"
        holder = holders.setdefault(uid, event.id)
        if holder != event.id:
            message = f"'{event.id}' would be {uid} in calendars, and so is '{holder}', which had that name: choose another id"
            taken.append((event.id, message))
        origins.append(_Origin(event, uid, version, stands))
    if taken:
        raise TakenError(taken)
    return origins


def _forerunner(
    event: Event, standing: Mapping[str, Version], past: Mapping[str, Version], present: set[str]
) -> tuple[Version | None, bool]:
    """What *event*, whose id the edition before does not have, goes on from, and whether that stood there."""
    for name in event.formerly:
        if name in standing and name not in present:
            return standing[name], True
    for name in (event.id, *event.formerly):
        if version := past.get(name):
            # the UID may stand under a later name: a rename taken back, when that name is gone
            later = standing.get(version.event.id)
            stands = later is not None and later.uid == version.uid and version.event.id not in present
            return (later, True) if stands else (version, False)
    return None, False


def _remembering(origin: _Origin) -> _Origin:
    """A date that became TBD without a word is postponed: whoever saw it in a calendar must see there that it is off."""
    event, old = origin.event, origin.version
    if old is None or event.was is not None or not isinstance(event.when.span, Undated):
        return origin
    was = occurrences.standing(old.event)
    if was.first_day is None or event.status is Status.CANCELLED:
        return origin
    return replace(origin, event=replace(event, was=was, status=Status.POSTPONED))


def _next_version(origin: _Origin, moment: datetime) -> Version:
    old, event = origin.version, origin.event
    if old is None:
        return Version(event, origin.uid, 0, moment, moment)
    if origin.stands and event == old.event:
        return old
    rises = not origin.stands or schedule(event) != schedule(old.event)
    moves = not origin.stands or _shown(event) != _shown(old.event)
    return Version(event, old.uid, old.sequence + rises, old.created, moment if moves else old.modified)


def schedule(event: Event) -> tuple[object, ...]:
    """What RFC 5546 2.1.4 counts by SEQUENCE: start, end, rule, exceptions, status; and the zone of what has an hour.

    A doubtful date and the date that a postponed event was moved from are among them: they show in STATUS and DTSTART.
    """
    timed = [each for each in (event.when, event.was) if each and isinstance(each.span, Timed)]
    return (
        event.when,
        event.was,
        event.timezone if timed else "",
        event.rule,
        frozenset(event.exdates),
        frozenset(event.also),
        frozenset(event.overrides),
        event.status,
    )


# Of the rest, a feed can show everything: also the leads, as alarms.
_NEVER_SHOWN = ("notices", "formerly")
_shown = attrgetter(*(field.name for field in fields(Event) if field.name not in _NEVER_SHOWN))
