"""Many machines over one PostgreSQL: schedulers and workers come and go, the queue and the database fail under them."""

from __future__ import annotations

import random
import signal
import time

import pytest

from ..postgres import Server
from ..running import until
from .desk import IN_FLIGHT, Desk, due_now, hook_table, on_postgresql, sound
from .hook import hook

pytestmark = on_postgresql


@pytest.fixture(autouse=True)
def _longer_than_a_busy_machine_pauses(desk: Desk) -> None:
    desk.lease = 3.0


def filled(desk: Desk, url: str, readers: int, events: int) -> int:
    """Channels, readers and events that are due now; how many deliveries that makes."""
    desk.channels(hook_table(url))
    desk.readers("hook", readers - 1)
    desk.registry(*(due_now(f"e{n}") for n in range(events)))
    return readers * events


def test_any_number_of_schedulers_and_workers_started_and_killed_at_will(desk: Desk) -> None:
    _killed(desk, schedulers=2, workers=3, deaths=10, readers=500, events=6)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_workers_and_schedulers_killed_two_hundred_times(desk: Desk) -> None:
    _killed(desk, schedulers=5, workers=4, deaths=200, readers=2000, events=50)


def _killed(desk: Desk, schedulers: int, workers: int, deaths: int, readers: int, events: int) -> None:
    drawn = random.Random(7)
    with hook() as other:
        count = filled(desk, other.url, readers, events)
        living = [desk.live(role="scheduler") for _ in range(schedulers)]
        living += [desk.live(role="worker") for _ in range(workers)]
        until(lambda: other.calls, "it begins")
        for _ in range(deaths):
            place = drawn.randrange(len(living))
            living[place].end(signal.SIGKILL)
            living[place] = desk.live(role="scheduler" if place < schedulers else "worker")
            before = len(other.calls)
            until(lambda: len(other.calls) >= min(count, before + 10), "the others go on")  # noqa: B023
        rows = desk.settled(count, 60 + deaths)
        sound(desk.store(), rows, other.taken, [(each.at, each.id) for each in other.calls])
        copies = sum(other.taken.values()) - len(other.taken)
        for each in living:
            assert each.end(signal.SIGTERM) == 0, desk.said[-2000:]
    assert {each.state for each in rows} == {"sent"}
    assert copies <= deaths * IN_FLIGHT, copies
    print(f"{deaths} deaths among {count} deliveries: 0 lost, {copies} came twice")


@pytest.mark.parametrize("loss", ["emptied", "left doing"])
def test_the_queue_may_lose_everything_at_any_moment(desk: Desk, loss: str) -> None:
    sql = {
        "emptied": "TRUNCATE procrastinate_jobs CASCADE",
        "left doing": "UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'",
    }[loss]
    with hook() as other:
        count = filled(desk, other.url, 500, 6)
        desk.live(role="scheduler"), desk.live(role="worker")
        until(lambda: len(other.calls) > 100, "it sends")
        for _ in range(3):
            desk.run(sql)
            before = len(other.calls)
            until(lambda: len(other.calls) >= min(count, before + 1), "it goes on all the same")  # noqa: B023
        rows = desk.settled(count)
        sound(desk.store(), rows, other.taken)
    assert {each.state for each in rows} == {"sent"}
    assert set(other.taken.values()) == {1}


def test_connections_that_are_cut_and_a_database_that_starts_again_lose_nothing(desk: Desk, postgres: Server) -> None:
    with hook() as other:
        count = filled(desk, other.url, 500, 8)
        living = [desk.live(role="scheduler"), desk.live(role="worker"), desk.live(role="worker")]
        for after in (200, 600):
            until(lambda: len(other.calls) > after, "it sends")  # noqa: B023
            assert postgres.cut(desk.url) > 6
        if postgres.folder is not None:
            until(lambda: len(other.calls) > 1000, "it sends")
            postgres.restart()
        rows = desk.settled(count)
        sound(desk.store(), rows, other.taken)
        assert [each.status for each in living] == [None] * 3, desk.said[-2000:]
    assert {each.state for each in rows} == {"sent"}


def test_a_database_that_is_away_for_longer_than_a_lease_makes_nothing_come_twice(desk: Desk, postgres: Server) -> None:
    """Nobody could renew a lease meanwhile, nor write down what was sent; whoever lives does so first when it is back."""
    if postgres.folder is None:
        pytest.skip("another's server is not stopped")
    desk.lease = 2.0
    with hook() as other:
        count = filled(desk, other.url, 500, 6)
        desk.live(role="scheduler"), desk.live(role="worker"), desk.live(role="worker")
        until(lambda: len(other.calls) > 300, "it sends")
        postgres.stop()
        away = time.monotonic()
        until(lambda: time.monotonic() - away > 2 * desk.lease, "every lease is over")
        assert len(other.calls) < count
        postgres.start()
        rows = desk.settled(count)
        sound(desk.store(), rows, other.taken)
    assert {each.state for each in rows} == {"sent"}
    assert set(other.taken.values()) == {1}


def test_a_worker_told_to_stop_repeats_nothing(desk: Desk) -> None:
    with hook() as other:
        count = filled(desk, other.url, 500, 4)
        desk.live(role="scheduler")
        worker = desk.live(role="worker")
        until(lambda: len(other.calls) > 100, "it sends")
        assert worker.end(signal.SIGTERM) == 0, desk.said[-2000:]
        assert desk.sending() == set()
        desk.live(role="worker")
        rows = desk.settled(count)
    assert {each.state for each in rows} == {"sent"}
    assert set(other.taken.values()) == {1}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_what_a_killed_worker_had_is_sent_again_within_45_seconds(desk: Desk) -> None:
    desk.lease = 0  # as it is
    with hook() as other:
        count = filled(desk, other.url, 500, 10)
        desk.live(role="scheduler")
        first = desk.live(role="worker")
        until(lambda: len(other.calls) > 100, "it sends")
        first.end(signal.SIGKILL)
        killed = time.monotonic()
        desk.live(role="worker")
        rows = desk.settled(count, 60)
        took = time.monotonic() - killed
        sound(desk.store(), rows, other.taken)
    print(f"the last of what a killed worker had was sent {took:.1f} s after its death")
    assert took <= 45
