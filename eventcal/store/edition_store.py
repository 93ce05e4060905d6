"""Editions, their versions and changes become rows, and rows become the same values again.

Only what differs from the edition before is written, and only what differs from a known edition is read.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, or_, select, text, update

from ..errors import Problem, StoreError
from ..events import Calendar, calendar_from_json, calendar_to_json, event_from_json, event_to_json
from ..history import Change, ChangeKind, Edition, EditionRef, HistorySnapshot, Version, state_from_json, state_to_json
from .database import Store, instant, ms
from .meta_keys import MetaKey
from .tables import change, edition, meta, registry_check, version

CheckOutcome = Literal["recorded", "unchanged", "problems", "held"]
ROWS_PER_STATEMENT = 500  # values in one statement: far below what either database takes


@dataclass(frozen=True, slots=True)
class RegistryCheck:
    """What the last look at the registry's files came to: *problems* say why there is no new edition."""

    checked_at: datetime
    digest: str
    outcome: CheckOutcome
    problems: tuple[Problem, ...] = ()


# Reading


def newest_number(conn: Connection) -> int:
    """The newest edition's number, 0 when there is none: cheap enough to ask all the time."""
    return conn.execute(select(func.max(edition.c.number))).scalar() or 0


def newest(store: Store, known: Edition | None = None) -> Edition | None:
    """The newest edition; *known* itself when that is still the newest, and what it shares with a newer one is not read."""
    with store.read() as conn:
        return newest_in(conn, known)


def newest_in(conn: Connection, known: Edition | None = None) -> Edition | None:
    """`newest`, within a transaction that is open already."""
    number = newest_number(conn)
    if known is not None and not _is_of(conn, known):
        known = None  # the store is another, or an older copy was put back
    if known is not None and known.number == number:
        return known
    return _load(conn, number, known) if number else None


def at(conn: Connection, number: int) -> Edition | None:
    """Edition *number* as it was recorded; None when there is no such."""
    return _load(conn, number, None)


def number_of(conn: Connection, digest: str) -> int | None:
    """The newest edition that had *digest*, None when that content was never published."""
    return conn.execute(select(func.max(edition.c.number)).where(edition.c.digest == digest)).scalar()


def past(conn: Connection, names: Sequence[str]) -> dict[str, Version]:
    """For each of *names* that an event ever had, as its id or its UID: the last version of the UID that went with it."""
    uids = {uid: uid for uid in last_of(conn, names)}
    for some in _chunks(names):
        rows = conn.execute(
            select(version.c.event_id, version.c.uid).where(version.c.event_id.in_(some)).order_by(version.c.id)
        )
        uids.update((event_id, uid) for event_id, uid in rows)
    found = last_of(conn, uids.values())
    return {name: found[uid] for name, uid in uids.items()}


def last_of(conn: Connection, uids: Iterable[str]) -> dict[str, Version]:
    """The last version of each of *uids*, whether it stands or has left."""
    found: dict[str, Version] = {}
    for some in _chunks(dict.fromkeys(uids)):
        newest_ids = select(func.max(version.c.id)).where(version.c.uid.in_(some)).group_by(version.c.uid)
        found.update(
            (each.uid, each) for each in map(_version, conn.execute(_VERSIONS.where(version.c.id.in_(newest_ids))))
        )
    return found


def present_name(conn: Connection, name: str) -> str | None:
    """The id that the event which was once called *name* has in the newest edition: where its page went."""
    uid = select(version.c.uid).where(version.c.event_id == name).order_by(version.c.id.desc()).limit(1)
    current = select(version.c.event_id).where(
        version.c.uid == uid.scalar_subquery(), version.c.valid_to_edition.is_(None)
    )
    return conn.execute(current).scalar()


def changed_uids(conn: Connection, number: int) -> set[str]:
    """The UIDs of which edition *number* wrote a version, or ended one."""
    found = select(version.c.uid).where(
        or_(version.c.valid_from_edition == number, version.c.valid_to_edition == number)
    )
    return set(conn.execute(found.distinct()).scalars())


def changes(conn: Connection, event_id: str | None = None, limit: int = 100) -> list[Change]:
    """The newest first; of one event, under whatever names it had, when *event_id* is given."""
    wanted = select(change).order_by(change.c.id.desc()).limit(limit)
    if event_id is not None:
        wanted = wanted.where(change.c.uid.in_(select(version.c.uid).where(version.c.event_id == event_id)))
    return [_change(row) for row in conn.execute(wanted)]


def full_history(conn: Connection) -> HistorySnapshot | None:
    """Everything that a store in another place would have to know, to go on from here; None before the first edition."""
    edition_now = newest_in(conn)
    if edition_now is None:
        return None
    names = dict(tuple(row) for row in conn.execute(select(version.c.event_id, version.c.uid).order_by(version.c.id)))
    newest_ids = select(func.max(version.c.id)).group_by(version.c.uid)
    last = map(_version, conn.execute(_VERSIONS.where(version.c.id.in_(newest_ids)).order_by(version.c.id)))
    standing = {each.uid: each.event.id for each in edition_now.versions}
    gone = tuple(each for each in last if each.uid not in standing)
    present = standing | {each.uid: each.event.id for each in gone}
    earlier = select(edition.c.number, edition.c.digest, edition.c.recorded_at).where(
        edition.c.number < edition_now.number
    )
    return HistorySnapshot(
        edition_now,
        gone,
        tuple((name, uid) for name, uid in names.items() if name != present[uid]),
        tuple(map(_change, conn.execute(select(change).order_by(change.c.id)))),
        tuple(EditionRef(row[0], row[1], instant(row[2])) for row in conn.execute(earlier.order_by(edition.c.number))),
    )


def has_history(conn: Connection, past: HistorySnapshot) -> bool:
    """Whether the store has that edition among its own: nothing of *past* is news to it."""
    return _is_of(conn, past.edition)


# Writing


def seed(conn: Connection, past: HistorySnapshot) -> None:
    """Make an empty store one that goes on from *past*. Its changes are history: nobody is told of them."""
    new = past.edition
    head = {"calendar": calendar_to_json(new.calendar), "ids": None, "last_removal_at": None}
    if past.earlier_editions:
        rows = [head | asdict(each) | {"recorded_at": ms(each.recorded_at)} for each in past.earlier_editions]
        conn.execute(insert(edition), rows)
    last = {each.uid: each for each in (*past.removed, *new.versions)}
    former = [
        replace(last[uid], event=replace(last[uid].event, id=name)) for name, uid in past.former_names if uid in last
    ]
    _insert_edition(conn, new, [each.event.id for each in new.versions])
    # the last row of a name says whose it is: those that stand come last
    left = [_row(each, new.number) | {"valid_to_edition": new.number} for each in (*former, *past.removed)]
    if versions := [*left, *(_row(each, new.number) | {"valid_to_edition": None} for each in new.versions)]:
        conn.execute(insert(version), versions)
    if past.changes:
        conn.execute(insert(change), [_change_row(replace(each, notify_after=None)) for each in past.changes])
    write_meta(conn, MetaKey.CALENDAR_ID, new.calendar.id)


def record(conn: Connection, before: Edition | None, new: Edition, differences: Sequence[Change]) -> None:
    """Write *new*, which follows *before*, and its changes: a few rows when little differs."""
    stood = {each.event.id: each for each in before.versions} if before else {}
    stands = {each.event.id: each for each in new.versions}
    order = list(stands)
    _insert_edition(conn, new, None if order == list(stood) else order)
    ended = [name for name, each in stood.items() if stands.get(name) is not each]
    for some in _chunks(ended):
        which = version.c.event_id.in_(some) & version.c.valid_to_edition.is_(None)
        conn.execute(update(version).where(which).values(valid_to_edition=new.number))
    if rows := [_row(each, new.number) for name, each in stands.items() if stood.get(name) is not each]:
        conn.execute(insert(version), rows)
    if differences:
        conn.execute(insert(change), [_change_row(each) for each in differences])


def _insert_edition(conn: Connection, new: Edition, order: list[str] | None) -> None:
    conn.execute(
        insert(edition).values(
            number=new.number,
            digest=new.digest,
            recorded_at=ms(new.recorded_at),
            calendar=calendar_to_json(new.calendar),
            ids=None if order is None else json.dumps(order, separators=(",", ":")),
            last_removal_at=None if new.last_removal_at is None else ms(new.last_removal_at),
        )
    )


def write_registry_check(conn: Connection, found: RegistryCheck) -> None:
    """Keep what the last look at the registry came to, in place of the one before."""
    row = {
        "id": 1,
        "checked_at": ms(found.checked_at),
        "digest": found.digest,
        "outcome": found.outcome,
        "problems": json.dumps([asdict(each) for each in found.problems], ensure_ascii=False),
    }
    if not conn.execute(update(registry_check).values(row)).rowcount:
        conn.execute(insert(registry_check).values(row))


def read_registry_check(conn: Connection) -> RegistryCheck | None:
    """What the last look at the registry came to; None before the first."""
    row = conn.execute(select(registry_check)).one_or_none()
    if row is None:
        return None
    return RegistryCheck(
        instant(row.checked_at), row.digest, row.outcome, tuple(Problem(**each) for each in json.loads(row.problems))
    )


def read_meta(conn: Connection, key: MetaKey) -> str | None:
    """One fact about the store itself."""
    return conn.execute(select(meta.c.value).where(meta.c.key == key)).scalar()


def write_meta(conn: Connection, key: MetaKey, value: str) -> None:
    """Keep one fact about the store itself."""
    conn.execute(
        text(
            "INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        ),
        {"key": key, "value": value},
    )


def accept(conn: Connection, digest: str) -> None:
    """Note somebody's word that the held content of *digest* is meant: whoever looks at the registry next lets it in."""
    write_meta(conn, MetaKey.ACCEPT, digest)


def acceptance(conn: Connection) -> str:
    """The digest of the content that somebody accepted and that was not let in yet, "" when there is none."""
    return read_meta(conn, MetaKey.ACCEPT) or ""


def secret_key(conn: Connection) -> str:
    """The secret that signs links when no setting gives one: made once, in a writing transaction, and kept."""
    if (kept := read_meta(conn, MetaKey.SECRET_KEY)) is None:
        kept = secrets.token_urlsafe(32)
        write_meta(conn, MetaKey.SECRET_KEY, kept)
    return kept


def require_calendar(conn: Connection, calendar: Calendar) -> None:
    """Refuse any calendar but the one whose UIDs the store has promised. StoreError says what to do."""
    kept = read_meta(conn, MetaKey.CALENDAR_ID)
    if kept not in (None, calendar.id):
        raise StoreError(
            f"this store belongs to the calendar '{kept}', and the registry's `id` is '{calendar.id}': every subscriber "
            f"would see each event twice. Write `id: {kept}` again, or give the new calendar a store of its own "
            "(EVENTCAL_DATABASE_URL)"
        )


def alone(conn: Connection) -> None:
    """No other process records an edition before this transaction ends. On SQLite whoever writes is alone already."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("LOCK TABLE edition IN EXCLUSIVE MODE"))


# Rows and values

_VERSIONS = select(version.c.body, version.c.uid, version.c.sequence, version.c.created_at, version.c.modified_at)


def _is_of(conn: Connection, known: Edition) -> bool:
    """Whether *known* was recorded in this store, and not in one that went another way."""
    row = conn.execute(
        select(edition.c.digest, edition.c.recorded_at).where(edition.c.number == known.number)
    ).one_or_none()
    return row is not None and tuple(row) == (known.digest, ms(known.recorded_at))


def _load(conn: Connection, number: int, known: Edition | None) -> Edition | None:
    row = conn.execute(select(edition).where(edition.c.number == number)).one_or_none()
    if row is None:
        return None
    standing = (version.c.valid_from_edition <= number) & or_(
        version.c.valid_to_edition.is_(None), version.c.valid_to_edition > number
    )
    if known is None:
        found = {each.event.id: each for each in map(_version, conn.execute(_VERSIONS.where(standing)))}
    else:
        found = {each.event.id: each for each in known.versions}
        fresh = conn.execute(_VERSIONS.where(standing, version.c.valid_from_edition > known.number))
        found.update((each.event.id, each) for each in map(_version, fresh))
    return Edition(
        number,
        row.digest,
        instant(row.recorded_at),
        calendar_from_json(row.calendar),
        tuple(found[name] for name in _order(conn, number)),
        None if row.last_removal_at is None else instant(row.last_removal_at),
    )


def _order(conn: Connection, number: int) -> list[str]:
    """The registry's order in edition *number*: written where it last became another."""
    written = select(edition.c.ids).where(edition.c.number <= number, edition.c.ids.is_not(None))
    ids: list[str] = json.loads(conn.execute(written.order_by(edition.c.number.desc()).limit(1)).scalar() or "[]")
    return ids


def _version(row: Row[*tuple[Any, ...]]) -> Version:
    body, uid, sequence, created, modified = row
    return Version(event_from_json(body), uid, sequence, instant(created), instant(modified))


def _row(each: Version, since: int) -> dict[str, object]:
    return {
        "event_id": each.event.id,
        "uid": each.uid,
        "valid_from_edition": since,
        "sequence": each.sequence,
        "created_at": ms(each.created),
        "modified_at": ms(each.modified),
        "body": event_to_json(each.event),
    }


def _change(row: Row[*tuple[Any, ...]]) -> Change:
    return Change(
        kind=ChangeKind(row.kind),
        event_id=row.event_id,
        uid=row.uid,
        recurrence=row.recurrence,
        title=row.title,
        old=None if row.old is None else state_from_json(row.old),
        new=None if row.new is None else state_from_json(row.new),
        at=instant(row.recorded_at),
        edition=row.edition,
        notify_after=None if row.notify_after is None else instant(row.notify_after),
    )


def _change_row(each: Change) -> dict[str, object]:
    return {
        "edition": each.edition,
        "kind": each.kind.value,
        "event_id": each.event_id,
        "uid": each.uid,
        "recurrence": each.recurrence,
        "title": each.title,
        "old": None if each.old is None else state_to_json(each.old),
        "new": None if each.new is None else state_to_json(each.new),
        "recorded_at": ms(each.at),
        "notify_after": None if each.notify_after is None else ms(each.notify_after),
    }


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    every = list(values)
    for start in range(0, len(every), ROWS_PER_STATEMENT):
        yield every[start : start + ROWS_PER_STATEMENT]
