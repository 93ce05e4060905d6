"""Drives SQLite: one machine, one writer.

BEGIN IMMEDIATE for what writes (a deferred transaction that upgrades is refused at once, however long the busy timeout),
WAL so that readers never wait, and synchronous=FULL so that a committed mark outlives a power cut.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import ColumnElement, Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from ..errors import StoreBusy, StoreError

BUSY_SECONDS = 5.0
FileId = tuple[int, int]
MIN_FREE_BYTES = 1 << 20
"""With less room on its disk, SQLite may refuse any transaction."""


class SQLite:
    """Implements `Dialect`. Whoever holds the store's lock is the only process that sends."""

    is_clustered = False
    reuses_ids = True

    def begin(self, conn: Connection, *, writes: bool, alone: bool) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    def lock_editions(self, conn: Connection) -> None:
        """Does nothing: a writer is alone already."""

    def lock_breakers(self, conn: Connection) -> None:
        """Does nothing: a writer is alone already."""

    def allow_loss(self, conn: Connection) -> None:
        """Does nothing: the disk is this machine's."""

    def json_table(self, parameter: str, columns: Sequence[ColumnElement[Any]]) -> str:
        items = ", ".join(f"json_extract(value, '$[{n}]') AS {column.name}" for n, column in enumerate(columns))
        return f"(SELECT {items} FROM json_each({parameter}))"

    def json_values(self, parameter: str, value: ColumnElement[Any]) -> str:
        return f"json_each({parameter})"

    def translate_error(self, error: DBAPIError, name: str) -> Exception:
        match getattr(error.orig, "sqlite_errorcode", 0) & 0xFF:  # the primary code, without its refinements
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return StoreBusy(f"{name} was locked by another process for {BUSY_SECONDS:g} s; try again")
            case sqlite3.SQLITE_FULL:
                return StoreBusy(f"{name} cannot be written: {error.orig}; make room on its disk")
            case sqlite3.SQLITE_IOERR:
                return StoreBusy(f"{name} cannot be written: {error.orig}; is its disk full, read-only or failing?")
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
                return StoreError(
                    f"{name} cannot be opened: {error.orig}; check who owns it and its folder, and that its disk is not read-only"
                )
            case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
                return StoreError(f"{name} is damaged: {error.orig}; restore a copy of it")
            case _:
                return error


def disk_problem(path: Path) -> str:
    """Returns why the disk of the file *path* takes nothing, "" where it takes what is written. A quota is not seen."""
    disk = os.statvfs(path)
    if disk.f_flag & os.ST_RDONLY or _refuses_writers(_log_of(path)):
        return "the store's disk is read-only"
    return "the store's disk is full" if disk.f_bavail * disk.f_frsize < MIN_FREE_BYTES else ""


def _refuses_writers(path: Path) -> bool:
    """Tells whether the file system of the log *path* refuses writers: one that stopped at an error does not say so in its flags.

    The database itself must not be opened for it: to close any descriptor of a file lets go of this process's locks on it.
    """
    try:
        os.close(os.open(path, os.O_WRONLY))
    except OSError as error:
        return error.errno == errno.EROFS
    return False


@dataclass(frozen=True, slots=True)
class StoreFile:
    """A database and its log, each by device and inode."""

    database: FileId | None
    log: FileId | None

    @classmethod
    def at(cls, path: Path) -> StoreFile:
        """Returns what is at *path* now."""
        return cls(_file_id(path), _file_id(_log_of(path)))


def _file_id(path: Path) -> FileId | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def remove_foreign_log(path: Path, former: StoreFile) -> None:
    """Removes the log of the *former* database from beside the one that took its place.

    Whoever opens that next would write the log into it, and so damage it; the connections to the former one go on with
    the log that they have open.
    """
    if former.log is not None and _file_id(_log_of(path)) == former.log:
        for name in (f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)


def create_memory_engine() -> Engine:
    """Creates an engine with one database in memory, and one connection."""
    return create_engine("sqlite://", creator=lambda: _connect(":memory:"), poolclass=StaticPool)


def create_file_engine(path: Path) -> Engine:
    """Creates an engine for the file *path*, which is not created by connecting to it."""
    # mode=rw: a reader must not leave an empty file behind where there was no store.
    target = f"file:{quote(str(path.absolute()))}?mode=rw"
    # Threads are few and bounded by those who start them, and SQLite's connections are cheap: never wait for one.
    return create_engine("sqlite://", creator=lambda: _connect(target), poolclass=QueuePool, max_overflow=-1)


def _connect(target: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        target,
        uri=target.startswith("file:"),
        timeout=BUSY_SECONDS,
        isolation_level=None,  # we say BEGIN ourselves
        check_same_thread=False,
        cached_statements=256,
    )
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()
    return connection
