"""Editions, their versions and changes become rows, and rows become the same values again.

Only what differs from the edition before is written, and only what differs from a known edition is read.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Integer, Row, Text, bindparam, cast, func, insert, or_, select, update

from ..errors import Problem, StoreError
from ..event_bodies import calendar_from_json, calendar_to_json, event_from_json, event_to_json
from ..events import Calendar, Event, Status
from ..history import (
    Change,
    ChangeKind,
    Edition,
    EventState,
    Version,
    link_parents,
    state_from_json,
    state_to_json,
)
from ..history.snapshot import EditionRef, HistorySnapshot
from .database import Store, dialect_of, json_texts, packed
from .tables import MetaKey, change, edition, insert_or, instant, meta, ms, registry_check, upsert, version

CheckOutcome = Literal["recorded", "unchanged", "problems", "held"]
MAX_ENDED_VERSIONS = 1_000


@dataclass(frozen=True, slots=True)
class RegistryCheck:
    """The outcome of the last check of the registry's files: *problems* say why there is no new edition."""

    checked_at: datetime
    digest: str
    outcome: CheckOutcome
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that prevent an edition."""
        return tuple(problem for problem in self.problems if not problem.warning)


# Reading


_NEWEST = select(edition.c.number, edition.c.digest, edition.c.recorded_at).order_by(edition.c.number.desc()).limit(1)


def newest_number(conn: Connection) -> int:
    """Returns the newest edition's number, 0 when there is none: cheap enough to ask all the time."""
    return conn.execute(select(func.max(edition.c.number))).scalar() or 0


def newest(store: Store, known: Edition | None = None) -> Edition | None:
    """Returns the newest edition; *known* itself when that is still the newest, and what it shares with a newer one is not read."""
    with store.read() as conn:
        return newest_in(conn, known)


def newest_in(conn: Connection, known: Edition | None = None) -> Edition | None:
    """Returns `newest`, within a transaction that is open already."""
    row = conn.execute(_NEWEST).one_or_none()
    if row is None:
        return None
    if known is not None and tuple(row) == (known.number, known.digest, known.recorded_at):
        return known
    if known is not None and not is_recorded_here(conn, known):
        known = None  # the store is another, or an older copy was put back
    return read_edition(conn, row.number, known)


def calendar_in(conn: Connection) -> Calendar | None:
    """Returns the calendar of the newest edition, without its events; None before the first edition."""
    row = conn.execute(select(edition.c.calendar).order_by(edition.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else calendar_from_json(row.calendar)


def number_of(conn: Connection, digest: str) -> int | None:
    """Returns the newest edition that had *digest*, None when that content was never published."""
    return conn.execute(select(func.max(edition.c.number)).where(edition.c.digest == digest)).scalar()


def former_versions(conn: Connection, names: Sequence[str]) -> dict[str, Version]:
    """Returns for each of *names* that an event ever had, as its id or its UID: the last version of the UID that went with it."""
    by_event_id = select(version.c.event_id, version.c.uid).where(version.c.event_id.in_(json_texts("names")))
    uids = {uid: uid for uid in last_of(conn, names)}
    uids.update(tuple(row) for row in conn.execute(by_event_id.order_by(version.c.id), {"names": packed(names)}))
    last_versions = last_of(conn, uids.values())
    return {name: last_versions[uid] for name, uid in uids.items()}


def last_of(conn: Connection, uids: Iterable[str]) -> dict[str, Version]:
    """Returns the last version of each of *uids*, whether it stands or has left."""
    newest_ids = select(func.max(version.c.id)).where(version.c.uid.in_(json_texts("uids"))).group_by(version.c.uid)
    rows = conn.execute(_VERSIONS.where(version.c.id.in_(newest_ids)), {"uids": packed(uids)})
    return {last_version.uid: last_version for last_version in map(_to_version, rows)}


def last_states(conn: Connection, dates: Iterable[tuple[str, str]]) -> dict[tuple[str, str], EventState]:
    """Returns the state that the last change of each of *dates*, (UID, recurrence), left; none where nothing changed."""
    wanted = set(dates)
    states: dict[tuple[str, str], str | None] = {}
    query = select(change).where(change.c.uid.in_(json_texts("uids")), change.c.recurrence != "")
    for row in conn.execute(query.order_by(change.c.id), {"uids": packed({uid for uid, _ in wanted})}):
        if (row.uid, row.recurrence) in wanted:
            states[row.uid, row.recurrence] = row.new
    return {date: state_from_json(state) for date, state in states.items() if state}


def last_held(conn: Connection, uids: Iterable[str]) -> dict[str, Event]:
    """Returns each event of *uids* as it last was when it was not cancelled; none that always was."""
    of_uids = _VERSIONS.where(version.c.uid.in_(json_texts("uids"))).order_by(version.c.id)
    versions = map(_to_version, conn.execute(of_uids, {"uids": packed(uids)}))
    return {former.uid: former.event for former in versions if former.event.status is not Status.CANCELLED}


def version_before(conn: Connection, uid: str, recurrence: str, old: str) -> Version | None:
    """Returns the version that ended when an event, or one date of it, last changed from the JSON state *old*; None if none did."""
    ended = (
        _VERSIONS.join(change, (change.c.uid == version.c.uid) & (change.c.edition == version.c.valid_to_edition))
        .where(change.c.uid == uid, change.c.recurrence == recurrence, change.c.old == old)
        .order_by(change.c.id.desc())
        .limit(1)
    )
    row = conn.execute(ended).one_or_none()
    return None if row is None else _to_version(row)


def ended_versions(conn: Connection, since: datetime) -> list[tuple[Version, datetime]]:
    """Returns versions that an edition recorded after *since* ended, with the moment of that edition, the newest first."""
    ended = (
        _VERSIONS.add_columns(edition.c.recorded_at)
        .join(edition, edition.c.number == version.c.valid_to_edition)
        .where(edition.c.recorded_at >= since)
        .order_by(version.c.valid_to_edition.desc(), version.c.id.desc())
        .limit(MAX_ENDED_VERSIONS)
    )
    return [(_to_version(row[:-1]), row[-1]) for row in conn.execute(ended)]


def changed_uids(conn: Connection, number: int) -> set[str]:
    """Returns the UIDs of which edition *number* wrote a version, or ended one."""
    uid_query = select(version.c.uid).where(
        or_(version.c.valid_from_edition == number, version.c.valid_to_edition == number)
    )
    return set(conn.execute(uid_query.distinct()).scalars())


def uids_changed_as(conn: Connection, number: int, kinds: Collection[ChangeKind]) -> set[str]:
    """Returns the UIDs of the events that edition *number* changed in one of *kinds*."""
    query = select(change.c.uid).where(change.c.edition == number, change.c.kind.in_([kind.value for kind in kinds]))
    return set(conn.execute(query).scalars())


def changes(conn: Connection, limit: int = 100) -> list[Change]:
    """Returns the newest changes, at most *limit*, the newest first."""
    return [_to_change(row) for row in conn.execute(select(change).order_by(change.c.id.desc()).limit(limit))]


def full_history(conn: Connection) -> HistorySnapshot | None:
    """Returns everything that a store in another place would have to know, to go on from here; None before the first edition."""
    current = newest_in(conn)
    if current is None:
        return None
    names = dict(tuple(row) for row in conn.execute(select(version.c.event_id, version.c.uid).order_by(version.c.id)))
    newest_ids = select(func.max(version.c.id)).group_by(version.c.uid)
    last_versions = map(_to_version, conn.execute(_VERSIONS.where(version.c.id.in_(newest_ids)).order_by(version.c.id)))
    current_ids = {event_version.uid: event_version.event.id for event_version in current.versions}
    removed = tuple(event_version for event_version in last_versions if event_version.uid not in current_ids)
    ids_by_uid = current_ids | {event_version.uid: event_version.event.id for event_version in removed}
    earlier_editions = select(edition.c.number, edition.c.digest, edition.c.recorded_at).where(
        edition.c.number < current.number
    )
    return HistorySnapshot(
        current,
        removed,
        tuple((name, uid) for name, uid in names.items() if name != ids_by_uid[uid]),
        tuple(map(_to_change, conn.execute(select(change).order_by(change.c.id)))),
        tuple(EditionRef(*row) for row in conn.execute(earlier_editions.order_by(edition.c.number))),
    )


# Writing


def seed(conn: Connection, history: HistorySnapshot) -> None:
    """Has an empty store go on from *history*, whose changes nobody is told of."""
    new = history.edition
    shared_columns = {"calendar": calendar_to_json(new.calendar), "ids": None, "last_removal_at": None}
    if history.earlier_editions:
        conn.execute(insert(edition), [shared_columns | asdict(earlier) for earlier in history.earlier_editions])
    last_versions = {event_version.uid: event_version for event_version in (*history.removed, *new.versions)}
    former = [
        replace(last_versions[uid], event=replace(last_versions[uid].event, id=name))
        for name, uid in history.former_names
        if uid in last_versions
    ]
    _insert_edition(conn, new, [event_version.event.id for event_version in new.versions])
    # the last row of a name says whose it is: those that stand come last
    ended, current = {"valid_to_edition": new.number}, {"valid_to_edition": None}
    rows = [_version_row(event_version, new.number) | ended for event_version in (*former, *history.removed)]
    rows += [_version_row(event_version, new.number) | current for event_version in new.versions]
    if rows:
        conn.execute(insert(version), rows)
    if history.changes:
        rows = [_change_row(replace(past_change, notify_after=None)) for past_change in history.changes]
        conn.execute(insert(change), rows)
    write_meta(conn, MetaKey.CALENDAR_ID, new.calendar.id)


def record(conn: Connection, before: Edition | None, new: Edition, differences: Sequence[Change]) -> None:
    """Writes *new*, which follows *before*, and its changes: a few rows when little differs."""
    old_versions = {event_version.event.id: event_version for event_version in before.versions} if before else {}
    new_versions = {event_version.event.id: event_version for event_version in new.versions}
    order = list(new_versions)
    _insert_edition(conn, new, None if order == list(old_versions) else order)
    ended_ids = [name for name, old in old_versions.items() if new_versions.get(name) is not old]
    is_ended = version.c.event_id.in_(json_texts("ended")) & version.c.valid_to_edition.is_(None)
    ended = update(version).where(is_ended).values(valid_to_edition=new.number)
    conn.execute(ended, {"ended": packed(ended_ids)})
    if rows := [
        _version_row(event_version, new.number)
        for name, event_version in new_versions.items()
        if old_versions.get(name) is not event_version
    ]:
        conn.execute(insert(version), rows)
    if differences:
        conn.execute(insert(change), [_change_row(difference) for difference in differences])


def _insert_edition(conn: Connection, new: Edition, order: list[str] | None) -> None:
    conn.execute(
        insert(edition).values(
            number=new.number,
            digest=new.digest,
            recorded_at=new.recorded_at,
            calendar=calendar_to_json(new.calendar),
            ids=None if order is None else json.dumps(order, separators=(",", ":")),
            last_removal_at=new.last_removal_at,
        )
    )


def write_registry_check(conn: Connection, check: RegistryCheck) -> None:
    """Records the outcome of a check of the registry in place of the one before."""
    row = {
        "id": 1,
        "checked_at": check.checked_at,
        "digest": check.digest,
        "outcome": check.outcome,
        "problems": json.dumps([asdict(problem) for problem in check.problems], ensure_ascii=False),
    }
    conn.execute(upsert(registry_check, "checked_at", "digest", "outcome", "problems"), row)


def read_registry_check(conn: Connection) -> RegistryCheck | None:
    """Returns the outcome of the last check of the registry, None before the first."""
    row = conn.execute(select(registry_check)).one_or_none()
    if row is None:
        return None
    return RegistryCheck(
        row.checked_at, row.digest, row.outcome, tuple(Problem(**fields) for fields in json.loads(row.problems))
    )


def read_meta(conn: Connection, key: MetaKey) -> str | None:
    """Returns one fact about the store itself."""
    return conn.execute(_READ_META, {"key": key}).scalar()


def write_meta(conn: Connection, key: MetaKey, value: str) -> None:
    """Writes one fact about the store itself."""
    conn.execute(_WRITE_META, {"key": key, "value": value})


def read_meta_instant(conn: Connection, key: MetaKey) -> datetime | None:
    """Returns a fact that is an instant, None where there is none."""
    milliseconds = read_meta(conn, key)
    return None if milliseconds is None else instant(int(milliseconds))


def write_meta_instant(conn: Connection, key: MetaKey, at: datetime) -> None:
    """Writes a fact that is an instant."""
    write_meta(conn, key, str(ms(at)))


def add_to_meta(conn: Connection, key: MetaKey, amount: int) -> None:
    """Adds to a fact that is a number; one that is missing counts as 0."""
    conn.execute(_ADD_TO_META, {"key": key, "value": str(amount)})


_READ_META = select(meta.c.value).where(meta.c.key == bindparam("key"))
_new_meta = insert_or(meta)
_sum = cast(meta.c.value, Integer) + cast(_new_meta.excluded.value, Integer)
_WRITE_META = upsert(meta, "value")
_ADD_TO_META = _new_meta.on_conflict_do_update(index_elements=["key"], set_={"value": cast(_sum, Text)})


def record_program(conn: Connection, digest: str, now: datetime) -> None:
    """Notes at *now* which program serves: editions that another one has served may have other bytes from now on."""
    if read_meta(conn, MetaKey.PROGRAM) == digest:
        return
    write_meta(conn, MetaKey.PROGRAM, digest)
    if newest_number(conn):
        write_meta_instant(conn, MetaKey.PROGRAM_SINCE, now)


def write_feed_conditions(conn: Connection, number: int, conditions: Sequence[str]) -> None:
    """Notes what the feeds of edition *number* lack, for the processes that render none."""
    write_meta(conn, MetaKey.FEED_CONDITIONS, json.dumps([number, *conditions]))


def read_feed_conditions(conn: Connection) -> tuple[str, ...]:
    """Returns what the feeds of the newest edition lack, as the web found; none before it has rendered them."""
    number, *conditions = json.loads(read_meta(conn, MetaKey.FEED_CONDITIONS) or "[0]")
    return tuple(conditions) if number == newest_number(conn) else ()


def accept(conn: Connection, digest: str) -> None:
    """Records that the operator accepts the held content *digest*, which the next check of the registry then publishes."""
    write_meta(conn, MetaKey.ACCEPT, digest)


def accepted_digest(conn: Connection) -> str:
    """Returns the digest of the content that was accepted and is not published yet, "" when there is none."""
    return read_meta(conn, MetaKey.ACCEPT) or ""


def secret_key(conn: Connection) -> str:
    """Returns the secret that signs links when no setting gives one: made once, in a writing transaction, and kept."""
    if (secret := read_meta(conn, MetaKey.SECRET_KEY)) is None:
        secret = secrets.token_urlsafe(32)
        write_meta(conn, MetaKey.SECRET_KEY, secret)
    return secret


def require_calendar(conn: Connection, calendar: Calendar) -> None:
    """Refuses any calendar but the one whose UIDs the store has promised. Raises StoreError."""
    stored_id = read_meta(conn, MetaKey.CALENDAR_ID)
    if stored_id not in (None, calendar.id):
        raise StoreError(
            f"this store belongs to the calendar '{stored_id}', and the registry's `id` is '{calendar.id}': every subscriber "
            f"would see each event twice. Write `id: {stored_id}` again, or give the new calendar a store of its own "
            "(EVENTCAL_DATABASE_URL)"
        )


def lock_editions(conn: Connection) -> None:
    """Keeps other processes from recording an edition before this transaction ends."""
    dialect_of(conn).lock_editions(conn)


# Rows and values

_VERSIONS = select(version.c.body, version.c.uid, version.c.sequence, version.c.created_at, version.c.modified_at)


def is_recorded_here(conn: Connection, known: Edition) -> bool:
    """Tells whether *known* was recorded in this store, and not in one that went another way."""
    row = conn.execute(
        select(edition.c.digest, edition.c.recorded_at).where(edition.c.number == known.number)
    ).one_or_none()
    return row is not None and tuple(row) == (known.digest, known.recorded_at)


def read_edition(conn: Connection, number: int, known: Edition | None = None) -> Edition | None:
    """Returns edition *number* as it was recorded, None when there is none; what it shares with the earlier *known* is not read."""
    row = conn.execute(select(edition).where(edition.c.number == number)).one_or_none()
    if row is None:
        return None
    is_in_edition = (version.c.valid_from_edition <= number) & or_(
        version.c.valid_to_edition.is_(None), version.c.valid_to_edition > number
    )
    query = _VERSIONS.where(is_in_edition)
    if known is not None:
        query = query.where(version.c.valid_from_edition > known.number)
    versions = [*(known.versions if known else ()), *map(_to_version, conn.execute(query))]
    versions_by_id = {event_version.event.id: event_version for event_version in versions}
    order = _order(conn, number)
    if missing := [name for name in order if name not in versions_by_id]:
        raise StoreError(f"the store is damaged: edition {number} lacks its event {missing[0]!r}; restore a copy of it")
    return Edition(
        number,
        row.digest,
        row.recorded_at,
        calendar_from_json(row.calendar),
        link_parents(versions_by_id[name] for name in order),
        row.last_removal_at,
        read_meta_instant(conn, MetaKey.PROGRAM_SINCE),
    )


def _order(conn: Connection, number: int) -> list[str]:
    """Returns the registry's order in edition *number*: written where it last became another."""
    written = select(edition.c.ids).where(edition.c.number <= number, edition.c.ids.is_not(None))
    ids: list[str] = json.loads(conn.execute(written.order_by(edition.c.number.desc()).limit(1)).scalar() or "[]")
    return ids


def _to_version(row: Sequence[Any]) -> Version:
    body, *further = row
    return Version(event_from_json(body), *further)


def _version_row(event_version: Version, since: int) -> dict[str, object]:
    return {
        "event_id": event_version.event.id,
        "uid": event_version.uid,
        "valid_from_edition": since,
        "sequence": event_version.sequence,
        "created_at": event_version.created,
        "modified_at": event_version.modified,
        "body": event_to_json(event_version.event),
    }


def _to_change(row: Row[*tuple[Any, ...]]) -> Change:
    return Change(
        kind=ChangeKind(row.kind),
        event_id=row.event_id,
        uid=row.uid,
        recurrence=row.recurrence,
        title=row.title,
        old=None if row.old is None else state_from_json(row.old),
        new=None if row.new is None else state_from_json(row.new),
        at=row.recorded_at,
        edition=row.edition,
        notify_after=row.notify_after,
    )


def _change_row(recorded_change: Change) -> dict[str, object]:
    return {
        "edition": recorded_change.edition,
        "kind": recorded_change.kind.value,
        "event_id": recorded_change.event_id,
        "uid": recorded_change.uid,
        "recurrence": recorded_change.recurrence,
        "title": recorded_change.title,
        "old": None if recorded_change.old is None else state_to_json(recorded_change.old),
        "new": None if recorded_change.new is None else state_to_json(recorded_change.new),
        "recorded_at": recorded_change.at,
        "notify_after": recorded_change.notify_after,
    }
