"""Copies of a running store, in a file or in memory, and the way back from a file."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, column, func, insert, select, table, update
from sqlalchemy.exc import DBAPIError

from ..errors import StoreError
from ..states import OPEN_DELIVERY_STATES, DeliveryState, Reason, ReminderState
from .database import Store, give_name, open_store
from .edition_store import add_to_meta, newest_in, read_meta, read_meta_instant, write_meta_instant
from .ledger import health
from .tables import MetaKey, delivery, edition, metadata, reminder, version

_ASIDE = ".before-restore"
_SCHEMA = table("sqlite_master", column("type"), column("name"))

ROWS_PER_INSERT = 5_000  # rows in one statement


@dataclass(frozen=True, slots=True)
class MissedReminder:
    """A reminder that fell due between the copy and the restore: nobody knows whether it was sent."""

    event_id: str
    recurrence: str
    lead: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore. *sequence_step* was added to the SEQUENCE of every event; *aside* is the former store, if any.

    *waiting_count* messages were waiting when the copy was made, and may have been sent since.
    """

    copied_at: datetime
    sequence_step: int
    missed: tuple[MissedReminder, ...]
    waiting_count: int
    aside: Path | None


def back_up(store: Store, target: Path, now: datetime) -> int:
    """Copies *store* to the new file *target* while others read and write it; returns its size in bytes.

    Raises StoreError where *target* exists, cannot be written, or the store is no SQLite file.
    """
    if store.path is None:
        raise StoreError("a backup of PostgreSQL is made with pg_dump; eventcal backup copies an SQLite store")
    if target.exists():
        raise StoreError(f"{target} exists already: choose another name")
    with store.read():
        pass  # it is a store, and of this version
    draft = None
    try:
        # a name of its own, for its owner only: two backups at once do not write into each other's
        descriptor, name = tempfile.mkstemp(prefix=f"{target.name}.", suffix=".new", dir=target.parent)
        os.close(descriptor)
        draft = Path(name)
        _copy(store.path, draft)
        with closing(open_store(f"sqlite:///{draft}")) as copy, copy.write() as conn:
            write_meta_instant(conn, MetaKey.COPIED_AT, now)
        _sync(draft)
        give_name(draft, target)
        return target.stat().st_size
    except FileExistsError:
        raise StoreError(f"{target} exists already: choose another name") from None
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"cannot write {target}: {getattr(error, 'strerror', '') or error}") from error
    finally:
        if draft is not None:
            _remove(draft)


def restore(store: Store, source: Path, now: datetime) -> Restored:
    """Puts the copy *source* in the place of *store*; the caller holds the store's lock.

    An edition is recorded at most once a second and raises a SEQUENCE by one at most, so that the seconds since the copy,
    added to each, give a SEQUENCE that no calendar app has seen a higher one of (RFC 5545 3.8.7.4). Events that were added
    since the copy begin with that number, for the copy does not know how often they changed. Everything is paused:
    what fell due since the copy may have been sent, and waits for the operator's word. Raises StoreError.
    """
    if store.path is None:
        raise StoreError("a PostgreSQL store is restored with pg_restore; eventcal restore puts back an SQLite file")
    if not source.is_file():
        raise StoreError(f"{source}: no such file")
    draft = store.path.with_name(f"{store.path.name}.restored")
    try:
        _remove(draft)  # of a restore that was killed
        draft.touch(mode=0o600)
        _copy(source, draft)
        with closing(open_store(f"sqlite:///{draft}")) as copy:
            copy.upgrade()
            with copy.write() as conn:
                _refuse_unreadable(conn)
                _refuse_other_calendar(conn, store)
                copied_at, step = _raise_sequences(conn, now)
                missed = _find_missed_reminders(conn, copied_at, now)
                waiting_count = _count_waiting(conn, now)
                health.pause(conn)
        _sync(draft)
        aside = _keep_aside(store.path)
        draft.replace(store.path)
    except (OSError, sqlite3.Error, DBAPIError, StoreError) as error:
        problem = str(getattr(error, "orig", error)).replace(str(draft), "it")
        raise StoreError(f"cannot restore {source}: {problem}; nothing was changed") from error
    finally:
        _remove(draft)
    return Restored(copied_at, step, missed, waiting_count, aside)


def skip_missed(conn: Connection, now: datetime) -> int:
    """Ends what fell due between the copy and the restore; returns the number of reminders and deliveries ended."""
    restored_at = read_meta_instant(conn, MetaKey.RESTORED_AT)
    copied_at = read_meta_instant(conn, MetaKey.COPIED_AT)
    if restored_at is None or copied_at is None:
        return 0
    ended_reminders = update(reminder).where(
        reminder.c.state.in_([ReminderState.PLANNED, ReminderState.STAGED]),
        reminder.c.due_at > copied_at,
        reminder.c.due_at <= restored_at,
    )
    ended_deliveries = update(delivery).where(
        delivery.c.state.in_(OPEN_DELIVERY_STATES), delivery.c.due_at <= restored_at
    )
    reminder_values = {
        "state": ReminderState.SKIPPED,
        "reason": Reason.RESTORED,
        "fan_out_at": None,
        "fan_out_cursor": 0,
    }
    delivery_values = {"state": DeliveryState.SKIPPED, "reason": Reason.RESTORED, "settled_at": now}
    return (
        conn.execute(ended_reminders.values(reminder_values)).rowcount
        + conn.execute(ended_deliveries.values(delivery_values)).rowcount
    )


def _copy(source: Path, target: Path) -> None:
    """Copies an SQLite file as one file, the empty *target*, and checks the copy. Raises sqlite3.Error and OSError."""
    uri = f"file:{quote(str(source.absolute()))}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as reader, closing(sqlite3.connect(target)) as writer:
        reader.backup(writer)
        problem = writer.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok":
            raise sqlite3.DatabaseError(f"{source} is damaged: {problem}")


def _raise_sequences(conn: Connection, now: datetime) -> tuple[datetime, int]:
    """Raises every SEQUENCE by the seconds since the copy; returns the moment of the copy and that number."""
    copied_at = read_meta_instant(conn, MetaKey.COPIED_AT)
    if copied_at is None:  # not of `eventcal backup`: the last moment that it knows of
        moments = (conn.execute(select(func.max(edition.c.recorded_at))).scalar(), health.last_tick_at(conn))
        copied_at = max((moment for moment in moments if moment), default=now)
    step = max(1, (now - copied_at) // timedelta(seconds=1) + 1)
    conn.execute(update(version).values(sequence=version.c.sequence + step))
    add_to_meta(conn, MetaKey.FIRST_SEQUENCE, step)
    conn.execute(update(version).where(version.c.modified_at < now).values(modified_at=now))
    write_meta_instant(conn, MetaKey.COPIED_AT, copied_at)
    write_meta_instant(conn, MetaKey.RESTORED_AT, now)
    return copied_at, step


def _find_missed_reminders(conn: Connection, copied_at: datetime, now: datetime) -> tuple[MissedReminder, ...]:
    rows = conn.execute(
        select(reminder)
        .where(reminder.c.state.in_([ReminderState.PLANNED, ReminderState.STAGED]))
        .where(reminder.c.due_at > copied_at, reminder.c.due_at <= now)
        .order_by(reminder.c.due_at)
    )
    return tuple(MissedReminder(row.event_id, row.recurrence, row.lead, row.due_at) for row in rows)


def _count_waiting(conn: Connection, now: datetime) -> int:
    is_waiting = delivery.c.state.in_(OPEN_DELIVERY_STATES) & (delivery.c.due_at <= now)
    return conn.execute(select(func.count()).select_from(delivery).where(is_waiting)).scalar_one()


def _refuse_unreadable(conn: Connection) -> None:
    """Refuses a copy that was changed since it was made: no store would start from it. Raises StoreError.

    That its pages are whole is not enough: rows, tables and triggers may be others than eventcal wrote.
    """
    foreign = conn.execute(select(_SCHEMA.c.name).where(_SCHEMA.c.type.in_(("trigger", "view")))).scalar()
    if foreign is not None:
        raise StoreError(f"{foreign!r} is no part of a store")
    orphan = conn.execute(select(func.pragma_foreign_key_check().table_valued("table", "parent"))).first()
    if orphan is not None:
        raise StoreError(f"a row of {orphan.table} belongs to a row of {orphan.parent} that is not there")
    try:
        for own_table in metadata.sorted_tables:
            conn.execute(select(own_table).limit(1)).all()
        read_meta_instant(conn, MetaKey.COPIED_AT)
        int(read_meta(conn, MetaKey.FIRST_SEQUENCE) or 0)
        newest_in(conn)
    except (ValueError, TypeError, LookupError, OverflowError) as error:
        raise StoreError(f"what it holds cannot be read ({type(error).__name__}: {error})") from error


def _refuse_other_calendar(conn: Connection, store: Store) -> None:
    copied_id = read_meta(conn, MetaKey.CALENDAR_ID)
    own_id = None
    if store.exists():
        with suppress(StoreError), store.read() as own:  # a damaged store is why one restores
            own_id = read_meta(own, MetaKey.CALENDAR_ID)
    if own_id and copied_id and own_id != copied_id:
        raise StoreError(f"the copy belongs to the calendar {copied_id}, this store to {own_id}")


def _keep_aside(path: Path) -> Path | None:
    """Gives the former store a second name, one that no store has that an earlier restore kept; returns that, None for none.

    *path* goes on naming it until the new store takes its place in one step: a process that is killed in between leaves
    the one or the other. Raises StoreError while anybody reads or writes it.
    """
    if not path.exists():
        return None
    _empty_log(path)
    names = (f"{path.name}{_ASIDE}{f'-{number}' if number > 1 else ''}" for number in count(1))
    aside = next(aside for name in names if not (aside := path.with_name(name)).exists())
    _remove(aside)
    give_name(path, aside)
    for suffix in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    return aside


def _empty_log(path: Path) -> None:
    """Writes what is in the log of the store *path* into the store itself, so that the one file is all of it."""
    with (
        suppress(sqlite3.DatabaseError),
        closing(sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, timeout=1.0)) as own,
    ):
        if own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise StoreError(f"{path} is in use by another command of eventcal: try again when that has ended")


def _sync(path: Path) -> None:
    """Makes sure that the file survives a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def clone_to_memory(store: Store) -> Store:
    """Copies every row of *store* at one moment into a store in memory, which the caller closes."""
    copy = open_store("sqlite://")
    with store.read() as source, copy.write() as target:
        for table in metadata.sorted_tables:
            for rows in source.execute(select(table)).mappings().partitions(ROWS_PER_INSERT):
                target.execute(insert(table), [dict(row) for row in rows])
    return copy
