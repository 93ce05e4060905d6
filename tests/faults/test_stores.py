"""The store fails under a scheduler: a full disk, a database that is locked or read-only. Nothing is called sent that was
not, nothing is lost, and it goes on by itself."""

from __future__ import annotations

import os
import resource
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from eventcal.deliveries.batches import Batch
from eventcal.dispatch.procrastinate import QueueDispatcher
from eventcal.errors import StoreError
from eventcal.store import StoreBusy

from ..serve_process import WAIT_SECONDS, wait_until
from .conftest import Call
from .in_process import DUE, NOW, InProcessInstallation, summit_yaml
from .installation import (
    LONG_LEASE,
    Installation,
    check_invariants,
    event_due_now,
    on_postgresql,
    on_sqlite,
)
from .webhook_server import ScriptedResponse, WebhookServer, webhook_server

MANY = "".join(summit_yaml(f"e{n}") for n in range(60))


@contextmanager
def failing(here: InProcessInstallation, fault: str) -> Iterator[None]:
    """What is written to the store fails, for as long as the block lasts."""
    if here.store.is_clustered:
        install_refusals(here.url)
        with refused(here.url, *REFUSED[fault]):
            yield
        return
    on, off = PRAGMAS[fault]
    state = [on]

    def check_out(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(state[0]).close()

    event.listen(here.store.engine, "checkout", check_out)
    try:
        yield
    finally:
        state[0] = off


def install_refusals(url: str) -> None:
    """Give every table a trigger that refuses what is written to it while `refusal` has a row.

    The triggers are made before anything runs: DDL beside running transactions would wait for them, and they for it.
    """
    import psycopg

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as conn:
        tables = [name for (name,) in conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        conn.execute("CREATE TABLE refusal (code text, message text)")
        conn.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE refusal refusal; BEGIN "
            "SELECT * INTO refusal FROM refusal; IF NOT FOUND THEN RETURN NULL; END IF; "
            "RAISE EXCEPTION USING ERRCODE = refusal.code, MESSAGE = refusal.message; END $$"
        )
        for table in tables:
            conn.execute(
                f'CREATE TRIGGER refuse AFTER INSERT OR UPDATE OR DELETE ON "{table}" '  # type: ignore[arg-type]
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
            )


@contextmanager
def refused(url: str, code: str, message: str) -> Iterator[None]:
    """PostgreSQL refuses every write with that error code, for as long as the block lasts."""
    import psycopg

    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as conn:
        conn.execute("INSERT INTO refusal VALUES (%s, %s)", (code, message))
        try:
            yield
        finally:
            conn.execute("DELETE FROM refusal")


PRAGMAS = {
    "the disk is full": ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823"),
    "it is read-only": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
}
REFUSED = {
    "the disk is full": ("53100", "could not extend file: No space left on device"),
    "it is read-only": ("25006", "cannot execute UPDATE in a read-only transaction"),
}


@pytest.mark.parametrize("fault", PRAGMAS)
def test_a_fault_before_the_claim_sends_nothing_and_the_next_pass_after_it_sends_all(call: Call, fault: str) -> None:
    with webhook_server() as receiver:
        here = call(receiver)
        here.publish(MANY, NOW)
        with failing(here, fault):
            for seconds in range(3):
                with pytest.raises(StoreError):
                    here.tick_at(DUE + timedelta(seconds=seconds))
            assert receiver.calls == []
        here.tick_at(DUE + timedelta(seconds=3))
        rows = here.check_invariants(receiver.accepted)
    assert [each.state for each in rows] == ["sent"] * 60
    assert set(receiver.accepted.values()) == {1}


@pytest.mark.parametrize("fault", PRAGMAS)
def test_a_fault_between_sending_and_writing_down_forgets_nothing_that_was_sent(call: Call, fault: str) -> None:
    """The results are kept and written when it is over; nobody is called a second time."""
    with webhook_server() as receiver:
        here = call(receiver)
        here.publish(MANY, NOW)
        went_out = threading.Event()
        receiver.script = lambda id, nth: (went_out.wait(10), ScriptedResponse())[1]
        one_pass = threading.Thread(target=_quietly, args=[here])
        one_pass.start()
        wait_until(lambda: len(receiver.calls) >= 1, "a message is on its way")
        with failing(here, fault):
            went_out.set()
            wait_until(lambda: len(receiver.calls) >= 2, "messages arrive that cannot be written down")
            wait_until(lambda: not one_pass.is_alive() or _waits(receiver), "nothing more leaves")
            assert sum(each.state == "sent" for each in here.rows()) <= len(receiver.accepted)
        one_pass.join(WAIT_SECONDS)
        for seconds in range(1, 4):
            here.tick_at(DUE + timedelta(seconds=seconds))
        rows = here.check_invariants(receiver.accepted)
    assert [each.state for each in rows] == ["sent"] * 60
    assert set(receiver.accepted.values()) == {1}


def _quietly(here: InProcessInstallation) -> None:
    """One pass, which may say that the store fails, as it would to the clock that starts it."""
    try:
        here.tick_at(DUE)
    except StoreError:
        pass


def _waits(receiver: WebhookServer) -> bool:
    """Whether no call came for a while."""
    return time.time() - receiver.calls[-1].at > 0.3


@on_postgresql
def test_a_full_disk_of_postgresql_under_machines_loses_and_repeats_nothing(installation: Installation) -> None:
    installation.lease = LONG_LEASE
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=2000)
        installation.write_registry(event_due_now("briefing"))
        install_refusals(installation.url)
        lives = [installation.start_process(role=role) for role in ("scheduler", "worker", "worker")]
        wait_until(lambda: len(receiver.calls) > 100, "it sends")
        with refused(installation.url, *REFUSED["the disk is full"]):
            wait_until(lambda: "No space left on device" in installation.output, "it says what is wrong")
            wait_until(lambda: _waits(receiver), "it stops sending what it cannot write down")
            assert len(receiver.calls) < 2000
            assert installation.states()["sent"] <= len(receiver.accepted)
        rows = installation.wait_settled(2000)
        check_invariants(installation.open_store(), rows, receiver.accepted)
        assert [each.status for each in lives] == [None] * 3
    assert {each.state for each in rows} == {"sent"}
    assert set(receiver.accepted.values()) == {1}


@on_postgresql
def test_a_queue_that_the_database_refuses_is_a_store_that_is_busy(call: Call) -> None:
    with webhook_server() as receiver:
        here = call(receiver)
    queue = QueueDispatcher(here.store.connection_string, here.channels)
    install_refusals(here.url)
    refusal = refused(here.url, *REFUSED["the disk is full"])
    with refusal, pytest.raises(StoreBusy, match="No space left"), here.store.write() as conn:
        queue.put(conn, Batch("a", "hook", 1, (1,)))


@on_sqlite
def test_a_full_disk_under_a_running_scheduler_loses_and_repeats_nothing(installation: Installation) -> None:
    """The kernel refuses to let any file grow: as when there is no room, and lifted when there is again."""
    pipe = installation.folder / "said.pipe"
    os.mkfifo(pipe)
    said: list[str] = []
    threading.Thread(target=lambda: said.extend(pipe.open()), daemon=True).start()
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=1000)
        installation.write_registry(event_due_now("briefing"))
        life = installation.start_process(pipe=str(pipe))
        life.wait_until(lambda: len(receiver.calls) > 100, "it sends")
        _, most = resource.prlimit(life.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        wait_until(lambda: any("cannot be written" in each for each in said), "it says what is wrong")
        wait_until(lambda: _waits(receiver), "it stops sending what it cannot write down")
        assert life.status is None
        assert len(receiver.calls) < 1000
        before = installation.rows()
        assert sum(each.state == "sent" for each in before) <= len(receiver.accepted)
        resource.prlimit(life.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, most))
        rows = installation.wait_settled(1000)
        check_invariants(installation.open_store(), rows, receiver.accepted)
    assert {each.state for each in rows} == {"sent"}
    assert set(receiver.accepted.values()) == {1}


@contextmanager
def locked(installation: Installation) -> Iterator[None]:
    """Somebody else has begun to write, and takes their time."""
    if installation.is_shared:
        store = installation.open_store()
        with store.write() as conn:
            conn.exec_driver_sql("LOCK TABLE delivery IN SHARE MODE")
            yield
        store.close()
        return
    with closing(sqlite3.connect(installation.folder / ".eventcal" / "eventcal.db", isolation_level=None)) as locker:
        locker.execute("BEGIN IMMEDIATE")
        yield
        locker.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("busy", "held"), [(0.2, 1.0), pytest.param(0, 10.0, marks=pytest.mark.long)], ids=["short", "as it is"]
)
def test_a_database_that_others_lock_is_waited_for(installation: Installation, busy: float, held: float) -> None:
    """Locked for longer than is waited for: *busy*, 5 s where it is as it is, 20 s for PostgreSQL."""
    installation.lease = LONG_LEASE
    said = "canceling statement due to lock timeout" if installation.is_shared else "was locked by another process"
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=2000)
        installation.write_registry(event_due_now("briefing"))
        life = installation.start_process(lock_timeout=busy)
        life.wait_until(lambda: len(receiver.calls) > 100, "it sends")
        with locked(installation):
            since = time.monotonic()
            wait_until(lambda: said in installation.output and time.monotonic() - since >= held, "it says so")
            assert life.status is None
            assert len(receiver.calls) < 2000, "it does not send what it cannot write down"
        rows = installation.wait_settled(2000)
        check_invariants(installation.open_store(), rows, receiver.accepted)
    assert {each.state for each in rows} == {"sent"}
    assert set(receiver.accepted.values()) == {1}
