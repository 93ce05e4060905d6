"""Turns a database URL into a Store: transactions, the clock, errors in words; and lists into parameters.

`Dialect` names what the databases differ in. A list goes to a statement as one JSON parameter, so that the write lock is
held once, however many rows there are.
"""

from __future__ import annotations

import errno
import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    Connection,
    Engine,
    Select,
    Text,
    bindparam,
    column,
    func,
    inspect,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

from ..errors import StoreBusy, StoreError, StoreReplaced
from . import migrations, postgresql, sqlite
from .lockfile import make_folder
from .postgresql import PostgreSQL
from .sqlite import SQLite
from .tables import MetaKey, instant, meta, metadata, ms


class Dialect(Protocol):
    """One kind of database."""

    is_clustered: bool
    """Several machines may share it: claims have leases, and its clock is everybody's."""

    reuses_ids: bool
    """A deleted row's number is given to the next row."""

    def begin(self, conn: Connection, *, writes: bool, alone: bool) -> None:
        """Begins a transaction; *alone*: as the only writer, however many machines there are."""

    def lock_editions(self, conn: Connection) -> None:
        """Keeps other processes from recording an edition until the transaction ends."""

    def lock_breakers(self, conn: Connection) -> None:
        """Lets transactions that count failures pass one after the other."""

    def allow_loss(self, conn: Connection) -> None:
        """Commits without waiting for the disk: a power cut may take the transaction back."""

    def json_table(self, parameter: str, columns: Sequence[ColumnElement[Any]]) -> str:
        """Returns a FROM item: the arrays of a JSON list, their items under the names and types of *columns*."""

    def json_values(self, parameter: str, value: ColumnElement[Any]) -> str:
        """Returns a FROM item: the scalars of a JSON list, as the column *value*."""

    def translate_error(self, error: DBAPIError, name: str) -> Exception:
        """Returns StoreBusy or StoreError for what the person who runs eventcal can do about, else *error* itself."""


DIALECTS: dict[str, Dialect] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}


def dialect_of(conn: Connection) -> Dialect:
    """Returns the dialect of the database of *conn*."""
    return DIALECTS[conn.dialect.name]


CLOCK_REREAD_SECONDS = 10.0
"""How long the time that PostgreSQL gave is counted on from, before it is read again."""


# lists as parameters

INTEGER, TEXT = BigInteger(), Text()


class _JsonTable(FunctionElement[Any]):
    name = "json_table"
    inherit_cache = True


class _JsonValues(FunctionElement[Any]):
    name = "json_values"
    inherit_cache = True


@compiles(_JsonTable)
def _compile_json_table(element: _JsonTable, compiler: Any, **options: Any) -> str:
    parameter, *columns = element.clauses
    return DIALECTS[compiler.dialect.name].json_table(compiler.process(parameter, **options), columns)


@compiles(_JsonValues)
def _compile_json_values(element: _JsonValues, compiler: Any, **options: Any) -> str:
    parameter, value = element.clauses
    return DIALECTS[compiler.dialect.name].json_values(compiler.process(parameter, **options), value)


def json_table(parameter: str = "rows", **columns: TypeEngine[Any]) -> TableValuedAlias:
    """Returns the arrays of the JSON list in :*parameter* as a table, with *columns* in that order."""
    definitions = [column(name, type_) for name, type_ in columns.items()]
    return _JsonTable(bindparam(parameter, type_=TEXT), *definitions).table_valued(*definitions, name="r")


def json_ids() -> Select[int]:
    """Returns a subquery of the numbers of the JSON list in :ids."""
    return _select_values("ids", column("value", INTEGER))


def json_texts(parameter: str) -> Select[str]:
    """Returns a subquery of the texts of the JSON list in :*parameter*."""
    return _select_values(parameter, column("value", TEXT))


def _select_values(parameter: str, value: ColumnClause[Any]) -> Select[Any]:
    items = _JsonValues(bindparam(parameter, type_=TEXT), value).table_valued(value, name="v")
    return select(items.c.value)


def packed(rows: Iterable[Sequence[object]] | Iterable[int] | Iterable[str]) -> str:
    """Returns *rows* as the parameter. Datetimes become milliseconds; a NUL, which PostgreSQL keeps in no text, U+FFFD."""
    items = list(rows)
    text = _ENCODER.encode(items)
    return _ENCODER.encode([_replace_nul(item) for item in items]) if "\\u0000" in text else text


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=ms)


def _replace_nul(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    return [_replace_nul(item) for item in value] if isinstance(value, list | tuple) else value


def open_store(url: str) -> Store:
    """Returns the store at *url*: `sqlite:///path`, `sqlite://` (in memory, set up at once), `postgresql://...`.

    Nothing is touched before the first transaction; a file comes into being by `Store.upgrade` alone.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return _open_sqlite(rest.removeprefix("/"))  # a path as it is typed: its % ? # are its own
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter where a port is no number
        raise StoreError("not a database URL: write sqlite:///path/to/file or postgresql://host/name") from None
    if parsed.get_backend_name() != "postgresql":
        raise StoreError(f"eventcal keeps its store in SQLite or PostgreSQL, not in {parsed.get_backend_name()}")
    # a password may also be a parameter (libpq), and the name stands in errors, the log and the store that moved here
    place = parsed.set(query={key: value for key, value in parsed.query.items() if key in ("host", "port", "dbname")})
    return Store(postgresql.create_engine_of(parsed), place.render_as_string(hide_password=True))


class _ThreadState(threading.local):
    """Whether one thread has a transaction open."""

    def __init__(self) -> None:
        self.is_busy = False


class Store:
    """A database. Safe to use from several threads; a thread has one transaction open at a time."""

    def __init__(self, engine: Engine, name: str, *, path: Path | None = None, in_memory: bool = False) -> None:
        self.engine = engine
        self.name = name
        self.path = path
        self.dialect = DIALECTS[engine.dialect.name]
        self._in_memory = in_memory
        self._writer = threading.Lock()
        self._is_schema_checked = False
        self._file: sqlite.StoreFile | None = None  # that which the connections are to
        self._thread = _ThreadState()
        # one unchanging view, where a transaction would else see each statement's own moment
        self._reads = engine.execution_options(isolation_level="REPEATABLE READ") if self.is_clustered else engine
        self._clock_reading: tuple[datetime, float] | None = (
            None  # PostgreSQL's time, and our steady clock's when it was given
        )

    @property
    def is_clustered(self) -> bool:
        """Whether several machines may share it."""
        return self.dialect.is_clustered

    @property
    def connection_string(self) -> str:
        """Returns the address in libpq's form, for another library that uses the same PostgreSQL."""
        assert self.is_clustered
        from psycopg.conninfo import make_conninfo  # an extra, which SQLite needs nothing of

        # not as SQLAlchemy writes a URL: a space in a parameter is a + there, which libpq reads as one
        _, arguments = self.engine.dialect.create_connect_args(self.engine.url)
        return make_conninfo(**{name: value for name, value in arguments.items() if name != "context"})

    def exists(self) -> bool:
        """Tells whether there is anything to read: commands that only read go on without a store that was never made."""
        return self.path is None or self.path.exists()

    def disk_problem(self) -> str:
        """Returns why the disk of an SQLite file takes nothing, "" where it does. Raises OSError for a missing file."""
        return sqlite.disk_problem(self.path) if self.path else ""

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Opens one unchanging view of the store, for as long as the block lasts."""
        with self._transaction(self._writer if self._in_memory else nullcontext(), writes=False) as conn:
            self._check(conn)
            yield conn

    @contextmanager
    def write(self, alone: bool = True) -> Iterator[Connection]:
        """Opens the transaction of the only writer; committed at the end of the block, taken back when it raises.

        Not *alone*: beside other machines' writers, for statements that are right whatever those do meanwhile.
        """
        with self._transaction(self._writer_lock(), writes=True, alone=alone) as conn:
            self._check(conn)
            yield conn

    def upgrade(self) -> None:
        """Makes a missing store, and brings the schema to this version's in one transaction.

        Raises StoreError for an empty or foreign file: it is never taken for a new store, since that would drop editions,
        subscriptions and the ledger in silence.
        """
        if self.path is not None and not self.path.exists():
            _create_file(self.path)
        self._upgrade_schema()

    def _upgrade_schema(self, is_new: bool = False) -> None:
        with self._transaction(self._writer_lock(), writes=True) as conn:
            revision = _revision(conn, self)
            if revision == migrations.HEAD:
                self._refuse_moved(conn)
            elif self._in_memory or is_new:  # Alembic's import takes a second and 10 MB
                metadata.create_all(conn)
                migrations.stamp(conn)
            else:
                _refuse_unknown(revision, self)
                if revision:
                    self._refuse_moved(conn)
                migrations.upgrade(conn)
        self._is_schema_checked = True

    def now(self) -> datetime:
        """Returns the moment, in UTC to the millisecond: the machine's clock, or PostgreSQL's where several machines share it."""
        if self.is_clustered and (
            self._clock_reading is None or time.monotonic() - self._clock_reading[1] > CLOCK_REREAD_SECONDS
        ):
            self._read_clock(self._clock_reading)
        return self.about_now()

    def about_now(self) -> datetime:
        """Returns `now`, without ever waiting for the database: on from when it was last asked, or by the machine's own clock."""
        if self._clock_reading is None:
            return instant(ms(datetime.now(UTC)))
        database_time, read_at = self._clock_reading
        return instant(ms(database_time + timedelta(seconds=time.monotonic() - read_at)))

    def _read_clock(self, previous: tuple[datetime, float] | None) -> None:
        """Notes PostgreSQL's time; while it does not answer, what it said before goes on."""
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                started = time.monotonic()
                database_time: datetime = conn.execute(select(func.clock_timestamp())).scalar_one()
                self._clock_reading = (database_time, (started + time.monotonic()) / 2)
        except (DBAPIError, PoolTimeout) as error:
            if previous is None:
                raise _translate_error(error, self) from error
            self._clock_reading = (previous[0] + timedelta(seconds=time.monotonic() - previous[1]), time.monotonic())

    def close(self) -> None:
        """Lets go of every connection. What is used after that is what is there then."""
        self.engine.dispose()
        self._file, self._is_schema_checked = None, False

    def _writer_lock(self) -> AbstractContextManager[Any]:
        """Returns the lock of this process's only writer; PostgreSQL has its own for all machines."""
        return nullcontext() if self.is_clustered else self._writer

    @contextmanager
    def _transaction(
        self, writer_lock: AbstractContextManager[Any], *, writes: bool, alone: bool = True
    ) -> Iterator[Connection]:
        # Refused everywhere, because it fails in memory (one connection) and on SQLite when both write.
        if self._thread.is_busy:
            raise RuntimeError("this thread has a transaction open already: hand its connection on")
        if self.path is not None:
            self._require_same_file(self.path)
        self._thread.is_busy = True
        try:
            with writer_lock, (self.engine if writes else self._reads).connect() as conn:
                self.dialect.begin(conn, writes=writes, alone=alone)
                if self.path is not None and self._file is not None and self._file.log is None:
                    self._file = sqlite.StoreFile.at(self.path)  # its log is there from the first connection on
                yield conn
                conn.commit()
        except (DBAPIError, PoolTimeout) as error:
            raise _translate_error(error, self) from error
        finally:
            self._thread.is_busy = False

    def _require_same_file(self, path: Path) -> None:
        """Refuses a file that took the place of the first one: connections to that write to what has no name any more."""
        present, former = sqlite.StoreFile.at(path), self._file
        if present.database is None and former is not None:
            raise StoreError(f"{path} is gone: put it back, or stop eventcal and `eventcal restore` a copy")
        if present.database is None:
            raise StoreError(f"there is no store at {path} yet: `eventcal serve` or `eventcal publish` makes it")
        if former is not None and present.database != former.database:
            sqlite.remove_foreign_log(path, former)
            raise StoreReplaced(f"{path} was replaced by another file; `eventcal restore` does that while nothing runs")
        self._file = present

    def _check(self, conn: Connection) -> None:
        if self._is_schema_checked:
            return
        revision = _revision(conn, self)
        if revision != migrations.HEAD:
            _refuse_unknown(revision, self)
            raise StoreError(f"{self.name} is not of this version of eventcal: run `eventcal db upgrade`")
        self._refuse_moved(conn)
        self._is_schema_checked = True

    def _refuse_moved(self, conn: Connection) -> None:
        new_location = conn.execute(select(meta.c.value).where(meta.c.key == MetaKey.MOVED)).scalar()
        if new_location:
            raise StoreError(
                f"{self.name} was moved to {new_location}, and nothing is sent from here: set EVENTCAL_DATABASE_URL to that"
            )


def _open_sqlite(file: str) -> Store:
    if file in ("", ":memory:"):
        store = Store(sqlite.create_memory_engine(), "a store in memory", in_memory=True)
        store.upgrade()
        return store
    path = Path(file)
    return Store(sqlite.create_file_engine(path), file, path=path)


def _create_file(path: Path) -> None:
    """Makes the file, for its owner only (addresses and the secret key are in it), and its folder.

    The schema is complete before the file gets its name: a process killed in between leaves no empty store behind.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        make_folder(path.parent)
        draft.touch(mode=0o600)
        store = _open_sqlite(str(draft))
        store._upgrade_schema(is_new=True)
        store.close()
        with suppress(FileExistsError):  # another process was faster; its store is as good
            give_name(draft, path)
    except OSError as error:
        raise StoreError(
            f"cannot make the store {path}: {error.strerror}; set EVENTCAL_DATABASE_URL to use another"
        ) from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)


def give_name(draft: Path, path: Path) -> None:
    """Gives *draft* the name *path*. Raises FileExistsError where that is taken."""
    try:
        os.link(draft, path)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP):
            raise
        draft.rename(path)  # a file system without hard links


def _revision(conn: Connection, store: Store) -> str:
    """Returns the schema's revision, "" where there is none yet."""
    tables = inspect(conn).get_table_names()
    if "alembic_version" in tables:
        return conn.execute(select(migrations.REVISION)).scalar() or ""
    if store.path is not None and tables:
        raise StoreError(f"{store.path} is the database of something else; EVENTCAL_DATABASE_URL names another file")
    return ""


def _refuse_unknown(revision: str, store: Store) -> None:
    """Raises StoreError for an empty file, and for a schema that no migration starts from."""
    if not revision and store.path is not None:
        raise StoreError(
            f"{store.path} is an empty database: restore a copy of it, or delete it (and its -wal and -shm) to begin anew"
        )
    if revision > migrations.HEAD:
        raise StoreError(
            f"{store.name} was written by a newer eventcal (schema {revision}, this one knows {migrations.HEAD}): "
            "install the newer version again, or restore a copy of the store from before"
        )
    if revision and revision < migrations.FIRST:
        raise StoreError(
            f"{store.name} was written before the first release (schema {revision}): start eventcal 0.1.0 on it once"
        )


def _translate_error(error: DBAPIError | PoolTimeout, store: Store) -> Exception:
    """Returns *error* in words for the person who runs eventcal, unless it is a mistake of ours."""
    if isinstance(error, PoolTimeout):
        return StoreBusy(f"{store.name}: all {postgresql.CONNECTIONS} connections of this process are in use")
    if isinstance(error, IntegrityError):
        return error
    return store.dialect.translate_error(error, store.name)
