"""Backup and restore: a copy of a running store, and a way back that repeats nothing and turns no SEQUENCE back."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from eventcal.channels import Retry
from eventcal.cli import cli
from eventcal.errors import StoreError
from eventcal.store import backup, open_store
from eventcal.store.ledger import health

from .world import World, utc

SUMMIT = "- {{id: summit, title: Summit, when: 2021-09-16 {hour}:00, timezone: UTC, reminders: [1 day before, 1 hour before]}}"
COPIED = utc(2021, 9, 15, 9)
RESTORED = utc(2021, 9, 15, 12)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The summit at 10:00 was published and copied; its reminder of a day before went out after that."""
    world = World(tmp_path, url=f"sqlite:///{tmp_path / 'store' / 'eventcal.db'}")
    world.publish(SUMMIT.format(hour=10), COPIED - timedelta(hours=1))
    assert backup.back_up(world.store, tmp_path / "copy.db", COPIED) == (tmp_path / "copy.db").stat().st_size
    world.run(COPIED, RESTORED)
    assert world.recorder.subjects != []
    return world


def test_a_backup_into_a_folder_that_is_not_there_says_so(world: World, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot write .*copy\.db: No such file or directory$"):
        backup.back_up(world.store, tmp_path / "nowhere" / "copy.db", COPIED)


def restored(world: World, tmp_path: Path) -> tuple[World, backup.Restored]:
    """A world over the restored store, started as a process starts."""
    world.store.close()
    outcome = backup.restore(world.store, tmp_path / "copy.db", RESTORED)
    other = World(tmp_path, url=f"sqlite:///{tmp_path / 'store' / 'eventcal.db'}")
    other.start(RESTORED)
    return other, outcome


def test_a_copy_is_one_file_for_its_owner_and_never_overwrites_another(world: World, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"

    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(entry.name for entry in tmp_path.iterdir() if entry.name.startswith("copy")) == ["copy.db"]
    with pytest.raises(StoreError, match="exists already: choose another name"):
        backup.back_up(world.store, copy, RESTORED)


def test_of_several_backups_to_one_file_at_once_one_is_made_whole_and_the_others_say_so(
    world: World, tmp_path: Path
) -> None:
    with world.store.write() as conn:
        conn.exec_driver_sql("INSERT INTO meta VALUES ('ballast', hex(zeroblob(4000000)))")
    folder = tmp_path / "copies"
    folder.mkdir()

    def back_up(number: int) -> str:
        with closing(open_store(f"sqlite:///{world.store.path}")) as store:
            try:
                return str(backup.back_up(store, folder / "copy.db", RESTORED))
            except StoreError as error:
                return str(error).removeprefix(f"{folder / 'copy.db'} ")

    with ThreadPoolExecutor(6) as executor:
        outcomes = list(executor.map(back_up, range(6)))

    assert [entry.name for entry in folder.iterdir()] == ["copy.db"]
    size = (folder / "copy.db").stat().st_size
    assert sorted(outcomes) == [str(size), *["exists already: choose another name"] * 5]
    world.store.close()
    assert backup.restore(world.store, folder / "copy.db", RESTORED).copied_at == RESTORED


def test_a_restore_that_is_killed_leaves_the_old_store_or_the_new_one_and_can_be_repeated(
    world: World, tmp_path: Path
) -> None:
    world.store.close()
    step = 0
    while killed_at(step := step + 1, lambda: backup.restore(world.store, tmp_path / "copy.db", RESTORED)):
        with closing(open_store(f"sqlite:///{world.store.path}")) as store, store.read() as conn:
            sent = conn.exec_driver_sql("SELECT count(*) FROM delivery WHERE state = 'sent'").scalar_one()
            is_paused = bool(health.list_breakers(conn))
        assert (sent, is_paused) in ((1, False), (0, True)), f"killed at step {step}"
    assert step > 5


def killed_at(step: int, action: Callable[[], object]) -> bool:
    """Runs *action* in a process that is killed when it names or removes a file for the *step*th time; False: it came to its end."""
    if not (child := os.fork()):
        steps_left = step

        def count(event: str, arguments: object) -> None:
            nonlocal steps_left
            steps_left -= event in ("os.link", "os.rename", "os.remove")
            if steps_left == 0 and event != "os.kill":
                os.kill(os.getpid(), signal.SIGKILL)

        status = 1
        try:
            sys.addaudithook(count)
            action()
            status = 0
        finally:
            os._exit(status)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL)
    return status == signal.SIGKILL


def test_a_store_that_another_command_writes_to_is_not_replaced_under_it(world: World, tmp_path: Path) -> None:
    world.store.close()
    with closing(sqlite3.connect(world.store.path or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="is in use by another command of eventcal"):
            backup.restore(world.store, tmp_path / "copy.db", RESTORED)
        assert other.execute("SELECT count(*) FROM delivery WHERE state = 'sent'").fetchone() == (1,)


def test_what_fell_due_since_the_copy_is_listed_and_waits_for_the_operators_word(world: World, tmp_path: Path) -> None:
    other, outcome = restored(world, tmp_path)

    other.tick(RESTORED + timedelta(hours=1))

    assert [(missed.event_id, missed.due_at) for missed in outcome.missed] == [("summit", utc(2021, 9, 15, 10))]
    assert other.recorder.received == []
    with other.store.write() as conn:
        assert backup.skip_missed(conn, RESTORED) > 0
        health.resume(conn)
    other.run(RESTORED + timedelta(hours=1), utc(2021, 9, 16, 10))
    assert [subject.partition(":")[0] for subject in other.recorder.subjects] == ["Thu 16 Sep, 10"]
    assert other.is_balanced()


def test_what_was_waiting_when_the_copy_was_made_is_counted_since_it_may_have_been_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, due = World(tmp_path, url=f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}"), utc(2021, 9, 15, 10)
    world.recorder.outcomes = [Retry("451 later")]
    world.publish(SUMMIT.format(hour=10), COPIED)
    world.tick(due)
    backup.back_up(world.store, tmp_path / "copy.db", due)
    world.store.close()
    monkeypatch.chdir(tmp_path)
    restored = CliRunner().invoke(cli, ["restore", "copy.db"])

    assert [line for line in restored.output.splitlines() if line.startswith("missed?")] == [
        "missed?  2021-09-16 09:00 UTC  summit, 1 hour before",
        "missed?  1 message was waiting when the copy was made",
    ]


def test_a_second_restore_keeps_the_store_that_the_first_one_kept(world: World, tmp_path: Path) -> None:
    other, first = restored(world, tmp_path)
    assert first.aside is not None
    kept = first.aside.read_bytes()

    _, second = restored(other, tmp_path)

    assert second.aside == first.aside.with_name(f"{first.aside.name}-2")
    assert kept == first.aside.read_bytes()


def test_what_waits_is_sent_where_the_operator_says_so(world: World, tmp_path: Path) -> None:
    other, _ = restored(world, tmp_path)

    with other.store.write() as conn:
        health.resume(conn)
    other.run(RESTORED, RESTORED + timedelta(hours=1))

    assert len(other.recorder.subjects) == 1


def test_no_app_sees_a_lower_sequence_than_it_saw(world: World, tmp_path: Path) -> None:
    for number, hour in enumerate((11, 12, 13)):
        world.publish(SUMMIT.format(hour=hour), COPIED + timedelta(seconds=10 + number))
    seen = world.version("summit").sequence

    other, _ = restored(world, tmp_path)

    assert other.version("summit").sequence > seen
    assert other.version("summit").modified >= RESTORED
    before = other.version("summit").sequence
    other.publish(SUMMIT.format(hour=14), RESTORED + timedelta(minutes=1))
    assert other.version("summit").sequence == before + 1


def test_no_app_sees_a_lower_sequence_of_an_event_that_the_copy_lacks(world: World, tmp_path: Path) -> None:
    fair = "\n- {{id: fair, title: Fair, when: 2021-10-{day}, sequence: 4}}"
    for number in range(3):
        events = SUMMIT.format(hour=10) + fair.format(day=10 + number)
        world.publish(events, COPIED + timedelta(seconds=10 + number))
    seen = world.version("fair").sequence

    other, _ = restored(world, tmp_path)
    other.publish(events, RESTORED + timedelta(minutes=1))

    assert seen == 6
    assert other.version("fair").sequence > seen


def test_a_copy_of_another_calendar_and_a_damaged_one_change_nothing(world: World, tmp_path: Path) -> None:
    other = World(tmp_path / "store", url=f"sqlite:///{tmp_path / 'other.db'}")
    other.publish(SUMMIT.format(hour=10), COPIED, header="version: 1\ncalendar: {id: else, name: E, timezone: UTC}\n")
    backup.back_up(other.store, tmp_path / "else.db", COPIED)
    (tmp_path / "damaged.db").write_bytes((tmp_path / "copy.db").read_bytes()[:5000])

    with pytest.raises(StoreError, match="the copy belongs to the calendar else, this store to test"):
        backup.restore(world.store, tmp_path / "else.db", RESTORED)
    with pytest.raises(StoreError, match="nothing was changed"):
        backup.restore(world.store, tmp_path / "damaged.db", RESTORED)
    assert world.version("summit").sequence == 0


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE meta SET value = 'soon' WHERE key = 'copied_at'", "what it holds cannot be read"),
        ("INSERT INTO meta VALUES ('first_sequence', 'one')", "what it holds cannot be read"),
        ("UPDATE meta SET value = '-99999999999999' WHERE key = 'copied_at'", "what it holds cannot be read"),
        ("UPDATE version SET body = '{'", "what it holds cannot be read"),
        ("UPDATE version SET body = '{}'", "what it holds cannot be read"),
        ("UPDATE version SET body = '[1]'", "what it holds cannot be read"),
        ("DROP TABLE attempt", "no such table: attempt"),
        ("DROP TABLE meta", "no such table: meta"),
        ("ALTER TABLE edition DROP COLUMN ids", "no such column"),
        ("DELETE FROM edition", "a row of .* belongs to a row of edition that is not there"),
        ("CREATE TRIGGER other AFTER UPDATE ON version BEGIN DELETE FROM meta; END", "'other' is no part of a store"),
        ("CREATE VIEW other AS SELECT 1", "'other' is no part of a store"),
        ("DELETE FROM alembic_version", "it is an empty database"),
    ],
)
def test_a_copy_that_was_changed_is_refused_before_it_takes_the_stores_place(
    world: World, tmp_path: Path, change: str, problem: str
) -> None:
    with closing(sqlite3.connect(tmp_path / "copy.db")) as conn:
        conn.execute(change)
        conn.commit()

    with pytest.raises(StoreError, match=rf"cannot restore .*copy\.db: {problem}.*; nothing was changed"):
        backup.restore(world.store, tmp_path / "copy.db", RESTORED)
    assert world.version("summit").sequence == 0
    assert [entry.name for entry in (tmp_path / "store").iterdir() if "restored" in entry.name] == []


def test_postgresql_has_tools_of_its_own() -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        backup.back_up(open_store("sqlite://"), Path("copy.db"), RESTORED)
