"""The store: transactions, schema, the lock, and who may open what."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import StatementError

from eventcal.errors import StoreError, StoreReplaced
from eventcal.store import (
    Connection,
    Store,
    StoreBusy,
    instant,
    lock,
    migrations,
    ms,
    open_store,
    rate_limits,
    retention,
)
from eventcal.store.tables import meta, metadata, rate_limit_window


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a b%20#?" / ".eventcal" / "eventcal.db"


@pytest.fixture(params=["file", "memory", "postgresql"])
def store(request: pytest.FixtureRequest, file: Path) -> Iterator[Store]:
    urls = {"file": lambda: f"sqlite:///{file}", "memory": lambda: "sqlite://"}
    found = open_store(urls.get(request.param, lambda: request.getfixturevalue("postgres").database())())
    found.upgrade()
    yield found
    found.close()


def _normalized(sql: str) -> str:
    """One spelling of a definition: a copied table's name comes back in quotes, and SQL has two signs for unequal."""
    return " ".join(sql.replace('"', "").replace("!=", "<>").split())


def schema(store: Store) -> dict[str, list[str]]:
    """Each table's and index's definition, as SQLite keeps it, by its parts: their order says nothing."""
    with store.read() as conn:
        rows = conn.execute(text("SELECT name, sql FROM sqlite_master"))
        return {
            name: sorted(part.rstrip(" )") for part in _normalized(sql or "").split(", "))
            for name, sql in rows
            if "alembic" not in name
        }


def put(store: Store, key: str, value: str = "") -> None:
    with store.write() as conn:
        conn.execute(text("INSERT INTO meta VALUES (:key, :value)"), {"key": key, "value": value})


def keys(store: Store) -> list[str]:
    with store.read() as conn:
        return list(conn.execute(text("SELECT key FROM meta ORDER BY key")).scalars())


def test_the_migrations_and_the_tables_make_the_same_schema(file: Path) -> None:
    migrated, made = open_store(f"sqlite:///{file.with_name('migrated.db')}"), open_store(f"sqlite:///{file}")
    made.upgrade()
    sqlite3.connect(file.with_name("migrated.db")).close()
    with migrated.engine.connect() as conn, conn.begin():
        migrations.upgrade(conn)

    assert schema(made) == schema(migrated)
    assert set(metadata.tables) <= set(schema(migrated))


def test_the_newest_migration_is_the_one_that_a_store_is_checked_against() -> None:
    from alembic.script import ScriptDirectory

    with open_store("sqlite://").read() as conn:
        assert [migrations.HEAD] == ScriptDirectory.from_config(migrations.config(conn)).get_heads()


@pytest.fixture(params=["sqlite", "postgresql"])
def old_store(request: pytest.FixtureRequest, file: Path) -> Iterator[Store]:
    """A store of the schema before the names of the field, with rows in the tables that changed most."""
    from alembic import command

    file.parent.mkdir(parents=True)
    file.touch()
    postgres = request.param == "postgresql"
    found = open_store(request.getfixturevalue("postgres").database(ready=False) if postgres else f"sqlite:///{file}")
    with found.engine.connect() as conn, conn.begin():
        command.upgrade(migrations.config(conn), "0005")
        for statement in OLD_ROWS:
            conn.exec_driver_sql(statement)
    yield found
    found.close()


OLD_ROWS = (
    "INSERT INTO edition VALUES (1, 'd', 1000, '{}', NULL, 900)",
    "INSERT INTO version VALUES (1, 'e', 'u', 1, NULL, 0, 5, 6, '{}')",
    "INSERT INTO change (edition, kind, event_id, uid, recurrence, title, recorded_at, settle_at) "
    "VALUES (1, 'moved', 'e', 'u', '', 'T', 7, 8)",
    "INSERT INTO subscription (origin, channel, address, language, zone, filter, leads, notices, digest, state, reason, "
    "secret_version, stored_at) VALUES ('people', 'email', 'a@example.org', '', '', '', '', '[\"change\"]', '', 'active', "
    "'imported: paper', 11, 12)",
    "INSERT INTO reminder (event_id, uid, recurrence, start, lead, zone, due_at, useful_until, state, reason, stage_at, "
    "cursor, made, erased, stored_at) VALUES ('e', 'u', '', '2021-09-16', '1 day before', '', 20, 21, 'staged', '', 22, 23, 2, 1, 24)",
    "INSERT INTO delivery (key, kind, subscription_id, reminder_id, lines, channel, address, state, reason, priority, "
    "due_at, next_at, useful_until, attempts, generation, fence, owner, lease_at, stored_at) "
    "VALUES ('k', 'reminder', 1, 1, 'L', 'email', 'a@example.org', 'sending', '', 1, 30, 31, 32, 1, 2, 3, 'o', 33, 34)",
    *(
        "INSERT INTO delivery (key, kind, lines, channel, address, state, reason, priority, due_at, next_at, useful_until, "
        "attempts, generation, fence, owner, stored_at) "
        f"VALUES ('{n}', 'change', '', 'email', '', '{state}', '{reason}', 1, 1, 1, 1, 1, 0, 0, '', 1)"
        for n, (state, reason) in enumerate(
            (
                ("dead", "gone: 550 no such user"),
                ("dead", "no time left: 451"),
                ("dead", "asked to wait 10 days, 0:00:00: 429"),
                ("dead", "no answer, twice: closed"),
                ("dead", "554 spam"),
                ("retry", "ambiguous, sent 2021-09-01T12:00:00.250000+00:00: closed"),
                ("retry", "interrupted"),
                ("retry", "421 later"),
                ("skipped", "past"),
            )
        )
    ),
    *(
        "INSERT INTO delivery (key, kind, subscription_id, lines, channel, address, state, reason, priority, due_at, next_at, "
        "useful_until, attempts, generation, fence, owner, stored_at) "
        f"VALUES ('k{state}', 'change', 1, '{lines}', 'email', '', '{state}', '', 1, 1, 1, 1, 1, 0, 0, '', 1)"
        for state, lines in (
            ("sent", '[["s", "", "T", "first"]]'),
            ("queued", '[["u", "", "T", "first"], ["v", "", "T", "first"]]'),
            ("dead", '[["v", "", "T", "second"], ["w", "2021-09-16", "T", "first"]]'),
        )
    ),
    "INSERT INTO told VALUES (1, 'u', '', '{}', 40)",
    "INSERT INTO tally VALUES ('change', 5, 4)",
    "INSERT INTO alarm VALUES ('dead', 'x', 50, 51), ('registry', 'x', 50, 51)",
    "INSERT INTO visit VALUES ('v', 3, 60)",
    "INSERT INTO node VALUES ('n', 'web', '1', 70, 71, -72)",
    "INSERT INTO intake VALUES (1, 80, 'd', 'held', '[]')",
    "INSERT INTO destination VALUES ('smtp://relay:25', 0, 6, 90, '421'), ('', 1, 0, NULL, ''), ('old', 0, 0, NULL, '')",
    "INSERT INTO meta VALUES ('crossed:1', 'Europe/Paris'), ('crossed:99', 'Europe/Rome'), ('calendar_id', 'c')",
)


def test_a_store_with_rows_keeps_every_value_under_the_new_names(old_store: Store) -> None:
    old_store.upgrade()

    expected = {
        "SELECT last_removal_at FROM edition": [(900,)],
        "SELECT uid, valid_from_edition, valid_to_edition FROM version": [("u", 1, None)],
        "SELECT notify_after FROM change": [(8,)],
        "SELECT change_kinds, link_version, created_at FROM subscription": [('["change"]', 11, 12)],
        "SELECT expires_at, fan_out_at, fan_out_cursor, delivery_count, erased_count, created_at FROM reminder": [
            (21, 22, 23, 2, 1, 24)
        ],
        "SELECT payload, not_before, expires_at, resend_count, fencing_token, lease_expires_at, created_at "
        "FROM delivery WHERE key = 'k'": [("L", 31, 32, 2, 3, 33, 34)],
        "SELECT reason, detail, ambiguous_sent_at FROM delivery WHERE substr(key, 1, 1) <> 'k' ORDER BY id": [
            ("gone", "550 no such user", None),
            ("no time left", "451", None),
            ("asked to wait", "10 days, 0:00:00: 429", None),
            ("no answer", "closed", None),
            ("refused", "554 spam", None),
            ("ambiguous", "closed", 1630497600250),
            ("interrupted", "", None),
            ("", "421 later", None),
            ("past", "", None),
        ],
        "SELECT reason, detail FROM subscription": [("imported", "paper")],
        "SELECT * FROM last_notified ORDER BY uid": [
            (1, "u", "", "{}", 40),
            (1, "v", "", "first", None),
            (1, "w", "2021-09-16", "first", None),
        ],
        "SELECT * FROM delivery_counter": [("change", 5, 4)],
        "SELECT name, notified_at FROM alarm": [("registry", 51)],
        "SELECT * FROM rate_limit_window": [("v", 3, 60)],
        "SELECT * FROM process": [("n", "web", "1", 70, 71, -72)],
        "SELECT * FROM registry_check": [(1, 80, "d", "held", "[]")],
        "SELECT * FROM circuit_breaker": [("smtp://relay:25", 6, 90, "421")],
        "SELECT channel, detail FROM channel_pause": [("", "")],
        "SELECT * FROM zone_change": [(1, "Europe/Paris")],
        "SELECT key FROM meta": [("calendar_id",)],
    }
    with old_store.read() as conn:
        assert expected == {query: [tuple(row) for row in conn.exec_driver_sql(query)] for query in expected}


def test_upgrading_twice_changes_nothing_and_imports_no_alembic(file: Path) -> None:
    open_store(f"sqlite:///{file}").upgrade()
    code = (
        "import sys; from eventcal.store import open_store; "
        f"store = open_store({f'sqlite:///{file}'!r}); store.upgrade(); store.close(); "
        "print('alembic' in sys.modules)"
    )

    assert "False\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_an_upgrade_that_breaks_off_leaves_nothing_behind(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = migrations.stamp

    def broken(conn: Connection) -> None:
        whole(conn)
        raise LookupError

    store = open_store(f"sqlite:///{file}")
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "stamp", broken)
        with pytest.raises(LookupError):
            store.upgrade()
    assert [] == [entry.name for entry in file.parent.iterdir() if entry.name.startswith(file.name)]

    store.upgrade()
    assert [] == keys(store)


@pytest.mark.parametrize("make", [Path.touch, lambda path: sqlite3.connect(path).execute("PRAGMA journal_mode = WAL")])
def test_an_empty_database_is_never_taken_for_a_new_one(file: Path, make: Callable[[Path], object]) -> None:
    file.parent.mkdir(parents=True)
    make(file)
    store = open_store(f"sqlite:///{file}")

    for attempt in (store.upgrade, lambda: keys(store)):
        with pytest.raises(StoreError, match="is an empty database: restore a copy of it, or delete it"):
            attempt()


def test_two_processes_may_make_the_same_store_at_once(file: Path) -> None:
    code = f"from eventcal.store import open_store; open_store({f'sqlite:///{file}'!r}).upgrade()"
    several = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(3)]

    assert [""] * 3 == [each.communicate()[1] for each in several]


def test_a_file_is_made_for_its_owner_only_and_keeps_itself_out_of_git(file: Path) -> None:
    open_store(f"sqlite:///{file}").upgrade()

    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert 0o700 == stat.S_IMODE(file.parent.stat().st_mode)
    assert "*\n" == (file.parent / ".gitignore").read_text()


def test_a_file_is_driven_by_wal_full_synchronous_and_foreign_keys(file: Path) -> None:
    store = open_store(f"sqlite:///{file}")
    store.upgrade()

    with store.read() as conn:
        found = [
            conn.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert ["wal", 2, 1, 5000] == found


def test_reading_where_there_is_no_store_says_so_and_leaves_nothing_behind(file: Path) -> None:
    store = open_store(f"sqlite:///{file}")

    with pytest.raises(StoreError, match=r"no store at .* yet"), store.read():
        pass
    assert not store.exists()
    assert not file.parent.exists()


def test_a_block_that_raises_leaves_no_trace(store: Store) -> None:
    def half() -> None:
        with store.write() as conn:
            conn.execute(text("INSERT INTO meta VALUES ('a', '')"))
            raise LookupError

    with pytest.raises(LookupError):
        half()

    assert [] == keys(store)


def test_a_transaction_within_a_transaction_is_refused(store: Store) -> None:
    with store.read(), pytest.raises(RuntimeError, match="has a transaction open"), store.write():
        pass
    put(store, "still works")

    assert ["still works"] == keys(store)


def test_no_update_is_lost_between_threads(store: Store) -> None:
    put(store, "count", "0")

    def count() -> None:
        for _ in range(25):
            with store.write() as conn:
                seen = int(conn.execute(text("SELECT value FROM meta")).scalar_one())
                conn.execute(text("UPDATE meta SET value = :value"), {"value": str(seen + 1)})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    with store.read() as conn:
        assert "100" == conn.execute(text("SELECT value FROM meta")).scalar_one()


def test_a_reader_keeps_its_view_while_another_writes(file: Path) -> None:
    store, other = open_store(f"sqlite:///{file}"), open_store(f"sqlite:///{file}")
    store.upgrade()

    with store.read() as conn:
        before = conn.execute(text("SELECT count(*) FROM meta")).scalar_one()
        writer = threading.Thread(target=put, args=(other, "a"))
        writer.start()
        writer.join()
        after = conn.execute(text("SELECT count(*) FROM meta")).scalar_one()

    assert (0, 0) == (before, after)
    assert ["a"] == keys(store)


def test_a_locked_store_says_that_trying_again_could_help(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventcal.store.sqlite.BUSY_SECONDS", 0.01)
    store = open_store(f"sqlite:///{file}")
    store.upgrade()
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreBusy, match="locked by another process"):
            put(store, "a")
        other.execute("ROLLBACK")

    put(store, "a")
    assert ["a"] == keys(store)


@pytest.mark.parametrize(
    ("schema", "answer"),
    [("9999", r"newer eventcal .* install the newer version"), ("0004", r"before the first release .* 0\.1\.0 on it")],
)
def test_a_store_of_a_schema_that_no_migration_starts_from_is_refused_whatever_is_asked(
    file: Path, schema: str, answer: str
) -> None:
    store = open_store(f"sqlite:///{file}")
    store.upgrade()
    store.close()
    with sqlite3.connect(file) as other:
        other.execute(f"UPDATE alembic_version SET version_num = '{schema}'")

    for attempt in (store.upgrade, lambda: keys(open_store(f"sqlite:///{file}"))):
        with pytest.raises(StoreError, match=answer):
            attempt()


def test_the_first_migration_is_the_schema_of_the_first_release() -> None:
    from alembic.script import ScriptDirectory

    with open_store("sqlite://").read() as conn:
        assert migrations.FIRST == ScriptDirectory.from_config(migrations.config(conn)).get_base()


@pytest.mark.parametrize("content", [b"this is not a database, but a text of more than a hundred bytes " * 20, None])
def test_a_file_of_something_else_is_left_alone(file: Path, content: bytes | None) -> None:
    file.parent.mkdir(parents=True)
    if content is None:
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE change (id)")
    else:
        file.write_bytes(content)

    with pytest.raises(StoreError, match=r"damaged|something else"):
        open_store(f"sqlite:///{file}").upgrade()


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/name", "postgresql+nothing://"])
def test_a_url_that_is_no_store_is_refused_in_words(url: str) -> None:
    with pytest.raises(StoreError):
        open_store(url).upgrade()


def test_a_file_that_takes_the_place_of_an_open_store_is_refused_until_all_connections_are_closed(file: Path) -> None:
    store, other = open_store(f"sqlite:///{file}"), open_store(f"sqlite:///{file}.other")
    for each, name in ((store, "old"), (other, "new")):
        each.upgrade()
        with each.write() as conn:
            conn.execute(insert(meta).values(key="name", value=name))
    other.close()
    file.rename(file.with_suffix(".away"))
    with pytest.raises(StoreError, match=f"{re.escape(str(file))} is gone: put it back"), store.read():
        pass
    Path(f"{file}.other").replace(file)

    for transaction in (store.read, store.write):
        with pytest.raises(StoreReplaced, match=f"{re.escape(str(file))} was replaced by another file"), transaction():
            pass
    store.close()
    with store.read() as conn:
        assert conn.execute(select(meta.c.value).where(meta.c.key == "name")).scalar() == "new"
    store.close()


def test_a_second_holder_of_the_lock_is_told_who_has_it(tmp_path: Path) -> None:
    file = tmp_path / ".eventcal" / "eventcal.db"
    said = pytest.raises(StoreError, match=r"process \d+ \(eventcal serve on port 8000\), since \d{4}-")
    with lock(file, "eventcal serve on port 8000"), said, lock(file, "eventcal scheduler"):
        pass

    with lock(file, "eventcal scheduler"):
        pass


def test_a_lock_on_a_full_disk_is_named_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(os, "pwrite", refuse)
        with pytest.raises(StoreError, match="make room on its disk"), lock(tmp_path / "eventcal.db", "serve"):
            pass

    with lock(tmp_path / "eventcal.db", "serve"):
        pass


def test_a_store_is_locked_by_whatever_name_and_its_neighbours_are_not(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "a.db")
    with lock(tmp_path / "a.db", "eventcal serve"):
        with pytest.raises(StoreError), lock(tmp_path / "link.db", "eventcal scheduler"):
            pass
        with lock(tmp_path / "b.db", "eventcal serve"):
            pass


def test_the_lock_of_a_killed_process_is_free_and_its_children_do_not_keep_it(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys; from pathlib import Path; from eventcal.store import lock; "
        f"held = lock(Path({str(tmp_path / 'a.db')!r}), 'test'); held.__enter__(); "
        "child = subprocess.Popen([sys.executable, '-c', 'import sys; sys.stdin.read()'], stdin=subprocess.PIPE); "
        "print(child.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StoreError), lock(tmp_path / "a.db", "second"):
            pass
        holder.kill()
        holder.wait()

        with lock(tmp_path / "a.db", "second"):
            pass


def test_an_instant_survives_the_store_to_the_millisecond() -> None:
    moment = datetime(2021, 9, 16, 10, 0, 0, 123000, tzinfo=timezone(timedelta(hours=5)))

    assert moment == instant(ms(moment))
    assert UTC is instant(ms(moment)).tzinfo
    assert datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC) == instant(-1)
    with pytest.raises(TypeError):
        ms(datetime(2021, 9, 16))


def test_a_column_of_instants_gives_back_the_moment_in_utc_and_takes_none_without_a_zone(store: Store) -> None:
    moment = datetime(2021, 9, 16, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5)))
    expires_at = rate_limit_window.c.expires_at
    with store.write() as conn:
        conn.execute(insert(rate_limit_window).values(key="a", count=1, expires_at=moment))
        stored = conn.execute(select(expires_at).where(expires_at <= moment)).scalar_one()
        assert (stored, stored.tzinfo) == (moment.replace(microsecond=123000), UTC)
        assert conn.execute(select(expires_at + 1)).scalar_one() == ms(moment) + 1
        with pytest.raises(StatementError, match="naive"):
            conn.execute(select(expires_at).where(expires_at <= datetime(2021, 9, 16)))


# visits


def test_what_is_over_is_forgotten_and_what_is_not_goes_on(store: Store, now: datetime) -> None:
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    with store.write() as conn:
        assert [rate_limits.increment(conn, "a", 1, now, hour) for _ in range(3)] == [1, 2, 3]
        assert rate_limits.increment(conn, "a", 0, now + minute, hour) == 3
        rate_limits.increment(conn, "b", 1, now + minute, hour)
        retention.run_retention(conn, now + hour)
        assert conn.execute(select(rate_limit_window.c.key)).scalars().all() == ["b"]
        assert rate_limits.increment(conn, "a", 1, now + hour, hour) == 1

        rate_limits.increment(conn, "d", 9, now + timedelta(days=99), hour)  # by a clock that was ahead
        assert rate_limits.increment(conn, "d", 1, now, hour) == 1

        for n in range(5):
            rate_limits.increment(conn, f"c{n}", 1, now, minute)
        assert [retention.purge_rate_limits(conn, now + minute, 3) for _ in range(3)] == [3, 2, 0]


def test_retention_runs_once_an_hour(store: Store, now: datetime) -> None:
    hour = timedelta(hours=1)
    retention.run_if_due(store, now)
    with store.write() as conn:
        rate_limits.increment(conn, "a", 1, now - hour, hour)
    remaining = []
    for moment in (now + hour - timedelta(seconds=1), now + hour):
        retention.run_if_due(store, moment)
        with store.read() as conn:
            remaining.append(conn.execute(select(rate_limit_window.c.key)).scalars().all())

    assert remaining == [["a"], []]


def test_a_store_that_was_moved_and_has_an_older_schema_is_refused_too(file: Path) -> None:
    store = open_store(f"sqlite:///{file}")
    store.upgrade()
    with store.write() as conn:
        conn.exec_driver_sql("INSERT INTO meta VALUES ('moved', 'postgresql://db.example.org/eventcal')")
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0005'")

    with pytest.raises(StoreError, match="was moved to postgresql"):
        open_store(f"sqlite:///{file}").upgrade()


def test_stores_of_a_test_share_compiled_statements_and_no_rows() -> None:
    one, other = open_store("sqlite://"), open_store("sqlite://")
    with one.write() as conn:
        conn.execute(insert(meta).values(key="mark", value="1"))

    with other.read() as conn:
        assert conn.execute(select(meta.c.key)).all() == []
    assert one.engine is not other.engine
    assert one.engine.dialect is other.engine.dialect
