"""Many machines over one PostgreSQL: schedulers and workers come and go, the queue and the database fail under them."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from eventcal.store import Store, open_store

from ..postgres import Server
from ..running import PATIENCE, until
from .desk import Desk, Life, Nursery, Row, due_now, hook_table, sound
from .hook import hook

IN_FLIGHT = 16 + 2 * 20
"""What the death of one worker can bring twice at most."""


@dataclass
class Machines(Desk):
    """An installation whose store is in PostgreSQL: `start` a scheduler or a worker of it."""

    url: str = ""
    lease: float = 3.0

    def store(self) -> Store:
        store = open_store(self.url)
        store.upgrade()
        return store

    def start(self, role: str) -> Life:
        environment = {"EVENTCAL_DATABASE_URL": self.url, "FAULTS_ROLE": role}
        if self.lease:
            environment["FAULTS_LEASE"] = str(self.lease)
        self.lives.append(self.nursery.fork(self.folder, environment))
        return self.lives[-1]

    def settled(self, count: int, patience: float = PATIENCE) -> list[Row]:
        """As a desk's, in words that both databases understand."""
        asked = "SELECT count(*), count(*) FILTER (WHERE state IN ('queued', 'sending', 'retry')) FROM delivery"

        def over() -> bool:
            ((made, left),) = self.run(asked)
            return int(str(made)) >= count and not left

        until(over, f"{count} deliveries are over", patience)
        return self.rows()

    def run(self, sql: str) -> list[tuple[object, ...]]:
        store = self.store()
        try:
            with store.write(alone=False) as conn:
                found = conn.exec_driver_sql(sql)
                return [tuple(row) for row in found] if found.returns_rows else []
        finally:
            store.close()


@pytest.fixture
def machines(tmp_path: Path, nursery: Nursery, postgres: Server) -> Iterator[Machines]:
    found = Machines(tmp_path, nursery, url=postgres.database())
    try:
        yield found
    finally:
        found.close()
        postgres.cut(found.url)


def filled(machines: Machines, url: str, readers: int, events: int) -> int:
    """Channels, readers and events that are due now; how many deliveries that makes."""
    machines.channels(hook_table(url))
    machines.readers("hook", readers - 1)
    machines.registry(*(due_now(f"e{n}") for n in range(events)))
    return readers * events


def test_any_number_of_schedulers_and_workers_started_and_killed_at_will(machines: Machines) -> None:
    _killed(machines, schedulers=2, workers=3, deaths=10, readers=500, events=6)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_workers_and_schedulers_killed_two_hundred_times(machines: Machines) -> None:
    _killed(machines, schedulers=5, workers=4, deaths=200, readers=2000, events=50)


def _killed(machines: Machines, schedulers: int, workers: int, deaths: int, readers: int, events: int) -> None:
    drawn = random.Random(7)
    with hook() as other:
        count = filled(machines, other.url, readers, events)
        living = [machines.start("scheduler") for _ in range(schedulers)]
        living += [machines.start("worker") for _ in range(workers)]
        until(lambda: other.calls, "it begins")
        for _ in range(deaths):
            place = drawn.randrange(len(living))
            living[place].end(signal.SIGKILL)
            living[place] = machines.start("scheduler" if place < schedulers else "worker")
            before = len(other.calls)
            until(lambda: len(other.calls) >= min(count, before + 10), "the others go on")  # noqa: B023
        rows = machines.settled(count, 60 + deaths)
        sound(machines.store(), rows, other.taken, [(each.at, each.id) for each in other.calls])
        copies = sum(other.taken.values()) - len(other.taken)
        for each in living:
            assert each.end(signal.SIGTERM) == 0, machines.said[-2000:]
    assert {each.state for each in rows} == {"sent"}
    assert copies <= deaths * IN_FLIGHT, copies
    print(f"{deaths} deaths among {count} deliveries: 0 lost, {copies} came twice")


@pytest.mark.parametrize("loss", ["emptied", "left doing"])
def test_the_queue_may_lose_everything_at_any_moment(machines: Machines, loss: str) -> None:
    sql = {
        "emptied": "TRUNCATE procrastinate_jobs CASCADE",
        "left doing": "UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'",
    }[loss]
    with hook() as other:
        count = filled(machines, other.url, 500, 6)
        machines.start("scheduler"), machines.start("worker")
        until(lambda: len(other.calls) > 100, "it sends")
        for _ in range(3):
            machines.run(sql)
            before = len(other.calls)
            until(lambda: len(other.calls) >= min(count, before + 1), "it goes on all the same")  # noqa: B023
        rows = machines.settled(count)
        sound(machines.store(), rows, other.taken)
    assert {each.state for each in rows} == {"sent"}
    assert set(other.taken.values()) == {1}


def test_connections_that_are_cut_and_a_database_that_starts_again_lose_nothing(
    machines: Machines, postgres: Server
) -> None:
    with hook() as other:
        count = filled(machines, other.url, 500, 8)
        living = [machines.start("scheduler"), machines.start("worker"), machines.start("worker")]
        for after in (200, 600):
            until(lambda: len(other.calls) > after, "it sends")  # noqa: B023
            postgres.cut(machines.url)
        if postgres.folder is not None:
            until(lambda: len(other.calls) > 1000, "it sends")
            postgres.restart()
        rows = machines.settled(count)
        sound(machines.store(), rows, other.taken)
        assert [each.status for each in living] == [None] * 3, machines.said[-2000:]
    assert {each.state for each in rows} == {"sent"}


def test_a_worker_told_to_stop_repeats_nothing(machines: Machines) -> None:
    with hook() as other:
        count = filled(machines, other.url, 500, 4)
        machines.start("scheduler")
        worker = machines.start("worker")
        until(lambda: len(other.calls) > 100, "it sends")
        assert worker.end(signal.SIGTERM) == 0, machines.said[-2000:]
        assert machines.sending() == set()
        machines.start("worker")
        rows = machines.settled(count)
    assert {each.state for each in rows} == {"sent"}
    assert set(other.taken.values()) == {1}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_what_a_killed_worker_had_is_sent_again_within_45_seconds(machines: Machines) -> None:
    machines.lease = 0  # as it is
    with hook() as other:
        count = filled(machines, other.url, 500, 10)
        machines.start("scheduler")
        first = machines.start("worker")
        until(lambda: len(other.calls) > 100, "it sends")
        first.end(signal.SIGKILL)
        killed = time.monotonic()
        machines.start("worker")
        rows = machines.settled(count, 60)
        took = time.monotonic() - killed
        sound(machines.store(), rows, other.taken)
    print(f"the last of what a killed worker had was sent {took:.1f} s after its death")
    assert took <= 45
