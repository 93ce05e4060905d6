"""A store moves from one machine's file to the database of many: nothing pending is lost, nothing is sent twice."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from eventcal.errors import StoreError
from eventcal.store import Store, edition_store, lock, open_store, subscribers
from eventcal.store.subscribers import SubscriptionPreferences
from eventcal.store.tables import MetaKey, metadata, process, rate_limit_window
from eventcal.store.transfer import copy_store

from .postgres import PostgresServer
from .world import World, utc

NOW = utc(2021, 9, 1, 12)
DAY_BEFORE = utc(2021, 9, 15, 5)
MINUTE = timedelta(minutes=1)
EVENTS = "\n".join(
    f"- {{id: e{n}, title: Ключ {n}, when: 2021-09-{16 + n} 10:00, reminders: [1 day before, on change]}}"
    for n in range(3)
)


@pytest.fixture
def old(tmp_path: Path) -> World:
    """A file with a past: one reminder is sent, two lie ahead, a move is not told yet, somebody signed up."""
    (tmp_path / ".eventcal").mkdir()
    world = World(tmp_path, url=f"sqlite:///{tmp_path}/.eventcal/eventcal.db")
    world.publish(EVENTS, NOW)
    with world.store.write() as conn:
        subscribers.sign_up(conn, "reader@example.org", SubscriptionPreferences(), NOW)
        edition_store.secret_key(conn)
    world.tick(DAY_BEFORE)
    world.publish(EVENTS.replace("2021-09-18", "2021-09-19"), DAY_BEFORE + MINUTE)
    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Ключ 0"]
    return world


def contents(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.read() as conn:
        return {
            each.name: [tuple(row) for row in conn.execute(select(each).order_by(*each.primary_key.columns))]
            for each in metadata.sorted_tables
            if each not in (process, rate_limit_window, metadata.tables["meta"])
        }


def facts(store: Store) -> dict[str, str]:
    with store.read() as conn:
        return {row.key: row.value for row in conn.execute(text("SELECT key, value FROM meta"))}


def test_every_row_goes_over_as_it_is_and_life_goes_on_there(
    old: World, postgres: PostgresServer, tmp_path: Path
) -> None:
    before, known = contents(old.store), facts(old.store)
    new = World(tmp_path, url=postgres.database())
    moved = copy_store(old.store, new.store)

    assert contents(new.store) == before
    assert facts(new.store).items() >= known.items(), "the secret too: links in mails that are out go on working"
    assert moved["delivery"] == len(before["delivery"]) > 0
    new.start(DAY_BEFORE + 2 * MINUTE)
    new.run(DAY_BEFORE + 2 * MINUTE, utc(2021, 9, 30))
    # no second "Ключ 0"; what was planned, and the move that nobody was told of yet
    assert sorted(new.recorder.subjects) == [
        "Fri 17 Sep, 10:00: Ключ 1", "Moved to Sun 19 Sep, 10:00: Ключ 2", "Sun 19 Sep, 10:00: Ключ 2",
    ]  # fmt: skip
    new.publish(EVENTS.replace("Ключ 1", "Ключ 9"), utc(2021, 10, 1), accept=True)
    assert new.is_balanced()


def test_what_was_on_its_way_is_carried_as_interrupted(old: World, postgres: PostgresServer) -> None:
    with old.store.write() as conn:
        conn.execute(text("UPDATE delivery SET state = 'sending', settled_at = NULL WHERE state = 'sent'"))
    new = open_store(postgres.database())
    copy_store(old.store, new)

    with new.read() as conn:
        assert ("retry", "interrupted") in [
            tuple(row) for row in conn.execute(text("SELECT state, reason FROM delivery"))
        ]
    new.close()


def test_the_old_file_says_where_everything_went_and_starts_no_more(old: World, postgres: PostgresServer) -> None:
    new = open_store(postgres.database())
    copy_store(old.store, new)

    again = open_store(f"sqlite:///{old.store.path}")
    for attempt in (again.upgrade, lambda: facts(again), lambda: copy_store(again, new)):
        with pytest.raises(StoreError, match=r"was moved to postgresql.*set EVENTCAL_DATABASE_URL"):
            attempt()
    new.close()


def test_a_database_that_holds_a_calendar_is_left_alone(old: World, postgres: PostgresServer, tmp_path: Path) -> None:
    other = World(tmp_path, url=postgres.database())
    other.publish(EVENTS, NOW)
    before = contents(other.store)

    with pytest.raises(StoreError, match="holds a calendar already"):
        copy_store(old.store, other.store)
    assert contents(other.store) == before
    assert old.is_balanced(), "and the old one goes on"


def test_a_move_that_broke_off_between_the_two_commits_is_finished_by_the_next(
    old: World, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = open_store(postgres.database())
    from eventcal.store import transfer

    whole = transfer.write_meta

    def broken(conn: object, key: str, value: str) -> None:
        if key == MetaKey.MOVED:
            raise KeyboardInterrupt
        whole(conn, key, value)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("eventcal.store.transfer.write_meta", broken)
        with pytest.raises(KeyboardInterrupt):
            copy_store(old.store, new)
    there = contents(new)

    assert copy_store(old.store, new) == {}
    assert contents(new) == there
    new.close()


def test_the_command_waits_for_nobody_who_still_runs(old: World, postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.database(ready=False)
    command = [sys.executable, "-m", "eventcal", "db", "move", "sqlite:///.eventcal/eventcal.db", url]
    old.store.close()
    with lock(tmp_path / ".eventcal" / "eventcal.db", "eventcal serve"):
        refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240)
    moved = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240)
    environment = {**os.environ, "EVENTCAL_DATABASE_URL": url}
    status = [sys.executable, "-m", "eventcal", "deliveries", "--balance"]
    found = subprocess.run(status, cwd=tmp_path, capture_output=True, text=True, timeout=240, env=environment)

    assert refused.returncode == 1
    assert "is held by process" in refused.stderr
    assert (moved.returncode, moved.stderr) == (0, "")
    assert "3 reminder" in moved.stdout or "reminder" in moved.stdout
    assert (found.returncode, found.stderr) == (0, ""), found.stderr
