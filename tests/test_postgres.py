"""What only PostgreSQL can show: several processes over one store at once, and roles apart."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, event, text
from sqlalchemy.dialects.postgresql import asyncpg
from werkzeug.test import Client

from eventcal.channels import ChannelSettings, Permanent, Sent
from eventcal.cli import cli
from eventcal.deliveries.outcome import decide_result
from eventcal.deliveries.tick import plan_and_stage
from eventcal.errors import StoreError
from eventcal.ledger_rows import DueFanOut, NewDelivery, ReminderKey
from eventcal.settings import Settings
from eventcal.states import DeliveryKind
from eventcal.store import Store, StoreBusy, instant, open_store, processes, retention, subscribers
from eventcal.store.ledger import delivery_queue, delivery_rows, reminder_rows
from eventcal.store.ledger.health import record_tick
from eventcal.web.app import create_app
from eventcal.web.snapshots import SnapshotPoller
from eventcal.web_push import PushEndpoint

from .postgres import PostgresServer as Postgres
from .serve_process import WAIT_SECONDS, ServeProcess, collect_webhooks, free_port, wait_until
from .test_serve import HEAD, append, hook, soon
from .world import ScriptedChannel, World, utc

NOW = utc(2021, 9, 1, 12)
CLOCK_AHEAD_SQL = """
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
'SELECT pg_catalog.clock_timestamp() + interval ''3 hours''';
DO 'BEGIN EXECUTE format(''ALTER DATABASE %%I SET search_path = public, pg_catalog'', current_database()); END'
"""
SUMMIT = "- {id: summit, title: Summit, when: 2021-09-16 10:00, reminders: [1 day before]}"


@pytest.fixture
def stores(postgres: Postgres) -> Iterator[list[Store]]:
    url = postgres.database()
    found = [open_store(url) for _ in range(3)]
    yield found
    for each in found:
        each.close()


# the store


def test_several_processes_may_make_the_same_store_at_once(postgres: Postgres) -> None:
    url = postgres.database(ready=False)
    code = f"from eventcal.store import open_store; open_store({url!r}).upgrade()"
    several = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(3)]

    assert [""] * 3 == [each.communicate()[1] for each in several]


@pytest.mark.parametrize(("since", "index"), [(None, "pk_subscription"), (NOW, "ix_subscription_confirmed_at")])
def test_a_page_of_a_fan_out_is_read_by_one_index_also_when_its_plan_is_kept(
    stores: list[Store], since: datetime | None, index: str
) -> None:
    plans: list[str] = []

    def explain(conn: Connection, cursor: object, statement: str, parameters: object, context: Any, *_: object) -> None:
        if context.compiled is not None:
            kept = context.compiled.statement.compile(dialect=asyncpg.dialect())  # type: ignore[no-untyped-call]
            plans.append("\n".join(row[0] for row in conn.exec_driver_sql(f"EXPLAIN (GENERIC_PLAN) {kept}")))

    fan_out = DueFanOut(1, ReminderKey("", "", "", "", ""), NOW, NOW, NOW, NOW, 0, False)
    page = reminder_rows.SubscriptionPage(5_000, 6_000, 1_000, False, since)
    with stores[0].write() as conn:
        conn.exec_driver_sql(
            "INSERT INTO subscription (origin, channel, address, language, zone, filter, leads, change_kinds, digest, "
            "state, reason, link_version, created_at, confirmed_at) SELECT 'people', 'desk', i, '', '', '', '', '', '', "
            "'active', '', 1, i, i FROM generate_series(1, 4000) AS i"
        )
        conn.exec_driver_sql("ANALYZE subscription")
        event.listen(stores[0].engine, "before_cursor_execute", explain)
        delivery_rows.insert_for_groups(
            conn, fan_out, [], page, message_key="", confirmed_until=NOW, only_uninformed=False, now=NOW
        )

    assert [index] == re.findall(r"Scan using (\w+) on subscription", plans[0]), plans


def test_writers_take_turns_and_readers_wait_for_nobody(stores: list[Store]) -> None:
    with stores[0].write() as conn:
        conn.execute(text("INSERT INTO meta VALUES ('count', '0')"))

    def count(store: Store) -> None:
        for _ in range(20):
            with store.write() as conn:
                seen = int(conn.execute(text("SELECT value FROM meta WHERE key = 'count'")).scalar_one())
                conn.execute(text("UPDATE meta SET value = :v WHERE key = 'count'"), {"v": str(seen + 1)})

    threads = [threading.Thread(target=count, args=(each,)) for each in stores]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with stores[0].write() as held, stores[1].read() as conn:
        held.execute(text("UPDATE meta SET value = 'held' WHERE key = 'count'"))
        assert "60" == conn.execute(text("SELECT value FROM meta WHERE key = 'count'")).scalar_one()


def test_no_delivery_is_claimed_twice(tmp_path: Path, postgres: Postgres) -> None:
    world = World(tmp_path, url=postgres.database())
    world.publish("\n".join(SUMMIT.replace("id: summit", f"id: e{n}") for n in range(200)), NOW)
    world.tick(utc(2021, 9, 15, 4, 59, 30))  # staged, and not due yet
    others = [open_store(str(world.store.engine.url.render_as_string(hide_password=False))) for _ in range(4)]
    claimed: list[int] = []

    def claim(store: Store, name: str) -> None:
        for round in range(30):
            with store.write(alone=False) as conn:
                delivery_queue.claim(conn, "desk", f"{name}.{round}", utc(2021, 9, 15, 5), utc(2021, 9, 15, 6), 9)
                claimed.extend(each.id for each in delivery_queue.read_claimed(conn, f"{name}.{round}", NOW))

    threads = [threading.Thread(target=claim, args=(each, f"s{n}")) for n, each in enumerate(others)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(claimed) == len(set(claimed)) == 200
    for store in (*others, world.store):
        store.close()


def test_who_is_deleted_while_their_mail_is_settled_is_deleted_after_that(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.database()
    world = World(tmp_path, url=url)
    world.publish(SUMMIT, NOW)
    due = utc(2021, 9, 15, 5)
    plan_and_stage(world.sender(lambda: due), due)
    with world.store.write() as conn:
        delivery_queue.claim(conn, "desk", "me", due, due + timedelta(minutes=1), 1)
        (claim,) = delivery_queue.read_claimed(conn, "me", due)
    assert claim.subscription is not None
    ids = [claim.subscription]

    def delete() -> int:
        with world.store.write() as conn:
            return retention.delete_subscriptions(conn, ids)

    with ThreadPoolExecutor() as executor:
        with world.store.write(alone=False) as conn:
            delivery_queue.settle(conn, [decide_result(claim, Sent(), due)])
            deleting = executor.submit(delete)
            wait_until(lambda: postgres.waits_for_a_lock(url), "it waits for the settlement")
        assert deleting.result() == 1
    assert world.is_balanced()
    world.store.close()


def test_a_device_that_is_gone_is_deleted_after_what_is_just_written_for_it(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.database()
    world = World(tmp_path, url=url)
    world.channels["webpush"] = ScriptedChannel("test:push")

    def reminder(key: str) -> NewDelivery:
        return NewDelivery(
            key, DeliveryKind.REMINDER, device.id, "webpush", device.address, NOW, NOW + timedelta(days=1)
        )

    with world.store.write() as conn:
        endpoint = PushEndpoint("https://push.example.org/1", "key", "secret")
        device = subscribers.sign_up_device(conn, endpoint, subscribers.SubscriptionPreferences(), NOW)
        delivery_rows.insert_deliveries(conn, [reminder("first")], NOW)
        delivery_queue.claim(conn, "webpush", "me", NOW, NOW + timedelta(minutes=1), 100)
        claims = delivery_queue.read_claimed(conn, "me", NOW)
    gone = [decide_result(claim, Permanent("410", is_address_unknown=True), NOW) for claim in claims]

    with ThreadPoolExecutor() as executor:
        with world.store.write() as conn:
            delivery_rows.insert_deliveries(conn, [reminder("second")], NOW)
            settling = executor.submit(world.sender(lambda: NOW).settle, gone)
            wait_until(lambda: postgres.waits_for_a_lock(url), "the settlement waits")
        settling.result()
    with world.store.read() as conn:
        assert subscribers.by_address(conn, device.address) == []
    world.store.close()


def test_the_clock_is_the_databases_and_goes_on_while_that_is_away(stores: list[Store]) -> None:
    store = stores[0]
    assert abs(store.now() - datetime.now(UTC)) < timedelta(minutes=2), "it is the same machine here"
    ahead = timedelta(hours=3)
    assert store._clock_reading is not None
    store._clock_reading = (store._clock_reading[0] + ahead, store._clock_reading[1])
    assert store.now() - datetime.now(UTC) > timedelta(hours=2), "the machine's own clock is not asked"
    store._clock_reading = (store._clock_reading[0], store._clock_reading[1] - 3600)  # long ago
    store._reads = store.engine = open_store("postgresql://nobody@/none?host=/nowhere").engine
    assert store.now() - datetime.now(UTC) > timedelta(hours=3, minutes=58)
    assert abs(store.about_now() - store.now()) < timedelta(minutes=2)


def test_commands_write_by_the_databases_clock_and_not_by_that_of_the_machine_they_run_on(
    tmp_path: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.database()
    world = World(tmp_path, url=url)
    world.recorder.outcomes = [Permanent("no")]
    world.publish(SUMMIT, NOW)
    world.run(NOW, NOW + timedelta(days=14))
    with world.store.write() as conn:
        conn.exec_driver_sql(CLOCK_AHEAD_SQL)
    world.store.close()
    monkeypatch.setenv("EVENTCAL_DATABASE_URL", url)
    (tmp_path / "people.csv").write_text("address,confirmed\nanna@example.org,2021-04-30\n", encoding="utf-8")
    for command in ("retry --all", f"subscribers import {tmp_path / 'people.csv'} --proof list"):
        assert CliRunner().invoke(cli, command.split()).exit_code == 0

    with closing(open_store(url)) as store, store.read() as conn:
        requeued = conn.exec_driver_sql("SELECT not_before FROM delivery").scalar_one()
        imported = conn.exec_driver_sql("SELECT created_at FROM subscription WHERE origin = 'people'").scalar_one()
    assert instant(min(requeued, imported)) > datetime.now(UTC) + timedelta(hours=2)


def test_a_database_that_does_not_answer_is_said_in_a_line(postgres: Postgres) -> None:
    store = open_store("postgresql://nobody:secret@/none?host=/nowhere&password=secret")
    with pytest.raises(StoreBusy, match="does not answer") as error:
        store.upgrade()
    assert "secret" not in str(error.value)
    with pytest.raises(StoreBusy):
        store.now()


def test_the_queue_has_the_address_as_libpq_reads_it() -> None:
    from psycopg.conninfo import conninfo_to_dict

    store = open_store("postgresql://u:a%20%2B@/d?host=a:1&host=b:2&options=-c%20search_path%3Dmine")
    assert conninfo_to_dict(store.connection_string) == {
        "user": "u", "password": "a +", "host": "a,b", "port": "1,2", "dbname": "d", "options": "-c search_path=mine",
    }  # fmt: skip


def test_a_connection_that_was_cut_is_said_and_the_next_is_new(stores: list[Store], postgres: Postgres) -> None:
    store = stores[0]
    url = store.engine.url.render_as_string(hide_password=False)

    def broken() -> None:
        with store.write() as conn:
            postgres.terminate_connections(url)
            conn.execute(text("SELECT 1"))

    with pytest.raises(StoreBusy, match="does not answer"):
        broken()
    with store.read() as conn:
        assert conn.execute(text("SELECT 1")).scalar() == 1


def test_a_store_without_a_schema_names_the_command_that_makes_it(postgres: Postgres) -> None:
    with pytest.raises(StoreError, match="eventcal db upgrade"), open_store(postgres.database(ready=False)).read():
        pass


# the pages


class Node:
    """A web node in this process: a store, a snapshot and an application of its own."""

    def __init__(self, url: str) -> None:
        self.snapshots = SnapshotPoller(open_store(url))
        self.client = Client(create_app(self.snapshots, Settings(), lambda: NOW))

    def refresh(self) -> None:
        self.snapshots.refresh()

    def get(self, path: str) -> tuple[str | None, str | None, bytes]:
        answer = self.client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        return answer.headers.get("ETag"), answer.headers.get("Last-Modified"), answer.get_data()


def test_three_nodes_give_the_same_bytes_and_validators_however_many_edits_each_has_seen(
    tmp_path: Path, postgres: Postgres
) -> None:
    world = World(tmp_path, url=postgres.database())
    url = world.store.engine.url.render_as_string(hide_password=False)
    every, some, last = Node(url), Node(url), None
    edits = [
        SUMMIT,
        SUMMIT + "\n- {id: b, title: Второе, when: 2021-10}",
        SUMMIT.replace("10:00", "12:00") + "\n- {id: b, title: Второе, when: 2021-10-05}",
        "- {id: b, title: Второе, when: 2021-10-05, tags: [x]}\n" + SUMMIT,
        "- {id: b, title: Второе, when: 2021-10-05, tags: [x], status: cancelled}\n" + SUMMIT,
    ]
    for number, edit in enumerate(edits):
        world.publish(edit, NOW + timedelta(minutes=number))
        every.refresh()
        if number in (0, 3):
            some.refresh()
    some.refresh()
    last = Node(url)
    last.refresh()
    for path in (
        "/calendar.ics",
        "/tags/x.ics",
        "/events/summit.ics",
        "/events.json",
        "/changes.atom",
        "/calendar.ics?q=B",
    ):
        found = [each.get(path) for each in (every, some, last)]
        assert found[0][0], path
        assert found[0] == found[1] == found[2], path
    world.store.close()


# the roles, as processes


@dataclass
class Roles:
    """Processes of several roles over one store."""

    folder: Path
    url: str
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, role: str, *options: str, folder: Path | None = None) -> subprocess.Popen[bytes]:
        with (self.folder / f"{role}.txt").open("ab") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "eventcal", role, *options],
                cwd=folder or self.folder,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "EVENTCAL_DATABASE_URL": self.url},
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def said(self, role: str) -> str:
        file = self.folder / f"{role}.txt"
        return file.read_text(encoding="utf-8") if file.exists() else ""


@contextmanager
def roles(folder: Path, url: str) -> Iterator[Roles]:
    found = Roles(folder, url)
    try:
        yield found
    finally:
        for each in found.started:
            if each.poll() is None:
                os.killpg(each.pid, 9)
                each.wait()


def test_the_roles_run_apart_and_a_scheduler_with_an_old_registry_publishes_nothing(
    tmp_path: Path, postgres: Postgres
) -> None:
    (tmp_path / "events.yaml").write_text(HEAD + "  - {id: far, title: Far, when: 2099-09}\n", encoding="utf-8")
    old = tmp_path / "old"
    old.mkdir()
    (old / "events.yaml").write_bytes((tmp_path / "events.yaml").read_bytes())
    url = postgres.database(ready=False)
    pages = ServeProcess(tmp_path, free_port())
    with collect_webhooks() as collector, roles(tmp_path, url) as machines:
        hook(tmp_path, collector)
        scheduler = machines.start("scheduler")
        web = machines.start("web", "--port", str(pages.port))
        worker = machines.start("worker")
        wait_until(
            lambda: b"UID:far@test" in pages.get("/calendar.ics")[1], "the page serves what the scheduler published"
        )
        append(tmp_path, soon("briefing", 4)[0])
        wait_until(lambda: b"UID:briefing@test" in pages.get("/calendar.ics")[1], "an edit is live")
        wait_until(lambda: collector.calls, "the worker sends")
        store = open_store(url)

        def roles_there() -> set[str]:
            with store.read() as conn:
                return {process.role for process in processes.list_processes(conn)}

        wait_until(lambda: roles_there() == {"scheduler", "web", "worker"}, "all of them are listed")

        second = machines.start("scheduler", folder=old)
        wait_until(lambda: "if you mean to go back" in machines.said("scheduler"), "the old file is seen, and refused")
        assert b"UID:briefing@test" in pages.get("/calendar.ics")[1]
        for each in (scheduler, second, worker, web):
            each.terminate()
        assert [each.wait(WAIT_SECONDS) for each in (scheduler, second, worker, web)] == [0, 0, 0, 0]
        assert roles_there() == set(), "whoever ends says so"
        store.close()
    assert 1 == len(collector.calls)


def test_a_worker_without_postgresql_says_who_sends(tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text(HEAD + "  []\n", encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-m", "eventcal", "worker"], cwd=tmp_path, capture_output=True, text=True, timeout=240
    )

    assert found.returncode != 0
    assert "`eventcal serve` sends by itself" in found.stderr
    assert "Traceback" not in found.stderr


def test_the_operator_sees_the_machines_and_whether_anybody_sends(tmp_path: Path, postgres: Postgres) -> None:
    url = postgres.database()
    world = World(tmp_path, [ChannelSettings("desk", "log")], url=url)
    world.publish(SUMMIT, NOW)
    snapshots = SnapshotPoller(world.store)
    snapshots.refresh()
    app = create_app(snapshots, Settings(operator_token="t"), clock=lambda: NOW, store=world.store)
    headers = {"Authorization": "Bearer t"}
    assert "No worker is running." in app.test_client().get("/operations", headers=headers).text
    assert "no worker is running" not in snapshots().degraded, "nothing has been started yet"

    with world.store.write() as conn:
        record_tick(conn, world.store.now())
        processes.heartbeat(conn, "mail-1:7", "worker", "0.9", NOW, timedelta(milliseconds=1250))
    assert SnapshotPoller(world.store).refresh().degraded == ("no worker is running",), "it ended long ago"
    status = CliRunner().invoke(cli, ["status", "--database-url", url])
    assert (status.exit_code, "no worker is running: start `eventcal worker`" in status.output) == (1, True)
    page = app.test_client().get("/operations", headers=headers).text
    assert "No worker is running." not in page
    assert ("mail-1:7" in page, "+1.25 s" in page) == (True, True)
    figures = create_app(snapshots, Settings(), clock=lambda: NOW, store=world.store).test_client().get("/metrics").text
    assert 'eventcal_node_clock_ahead_seconds{node="mail-1:7",role="worker",version="0.9"} 1.25' in figures
    world.store.close()
