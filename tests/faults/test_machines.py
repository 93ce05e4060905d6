"""Many machines over one PostgreSQL: schedulers and workers come and go, the queue and the database fail under them."""

from __future__ import annotations

import random
import signal
import time

import pytest

from ..postgres import PostgresServer
from ..serve_process import wait_until
from .installation import (
    AFTER_ITS_LEASE,
    LONG_LEASE,
    MAX_IN_FLIGHT_MESSAGES,
    Installation,
    check_invariants,
    event_due_now,
    on_postgresql,
)
from .webhook_server import webhook_server

pytestmark = on_postgresql


@pytest.fixture(autouse=True)
def _longer_than_a_busy_machine_pauses(installation: Installation) -> None:
    installation.lease = 3.0


def fill(installation: Installation, url: str, readers: int, events: int) -> int:
    """Writes a webhook with its readers, and events that are due now; returns how many deliveries that makes."""
    installation.write_webhook(url, readers)
    installation.write_registry(*(event_due_now(f"e{n}") for n in range(events)))
    return readers * events


def test_any_number_of_schedulers_and_workers_started_and_killed_at_will(installation: Installation) -> None:
    _killed(installation, schedulers=2, workers=3, deaths=10, readers=500, events=6)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_workers_and_schedulers_killed_two_hundred_times(installation: Installation) -> None:
    _killed(installation, schedulers=5, workers=4, deaths=200, readers=2000, events=50)


def _killed(installation: Installation, schedulers: int, workers: int, deaths: int, readers: int, events: int) -> None:
    drawn = random.Random(7)
    with webhook_server() as receiver:
        count = fill(installation, receiver.url, readers, events)
        living = [installation.start_process(role="scheduler") for _ in range(schedulers)]
        living += [installation.start_process(role="worker") for _ in range(workers)]
        wait_until(lambda: receiver.calls, "it begins")
        for _ in range(deaths):
            place = drawn.randrange(len(living))
            living[place].stop(signal.SIGKILL)
            living[place] = installation.start_process(role="scheduler" if place < schedulers else "worker")
            before = len(receiver.calls)
            wait_until(lambda: len(receiver.calls) >= min(count, before + 10), "the others go on")  # noqa: B023
        rows = installation.wait_settled(count, 60 + deaths)
        check_invariants(
            installation.open_store(), rows, receiver.accepted, [(each.at, each.id) for each in receiver.calls]
        )
        copies = sum(receiver.accepted.values()) - len(receiver.accepted)
        for each in living:
            assert each.stop(signal.SIGTERM) == 0, installation.output[-2000:]
    assert {each.state for each in rows} == {"sent"}
    assert copies <= deaths * MAX_IN_FLIGHT_MESSAGES, copies
    print(f"{deaths} deaths among {count} deliveries: 0 lost, {copies} came twice")


@pytest.mark.parametrize("loss", ["emptied", "left doing"])
def test_the_queue_may_lose_everything_at_any_moment(installation: Installation, loss: str) -> None:
    sql = {
        "emptied": "TRUNCATE procrastinate_jobs CASCADE",
        "left doing": "UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'",
    }[loss]
    installation.lease = 10.0
    with webhook_server() as receiver:
        count = fill(installation, receiver.url, 500, 6)
        installation.start_process(role="scheduler"), installation.start_process(role="worker")
        wait_until(lambda: len(receiver.calls) > 100, "it sends")
        for _ in range(3):
            installation.execute(sql)
            before = len(receiver.calls)
            wait_until(lambda: len(receiver.calls) >= min(count, before + 1), "it goes on all the same")  # noqa: B023
        rows = installation.wait_settled(count)
        check_invariants(installation.open_store(), rows, receiver.accepted)
    assert {each.state for each in rows} == {"sent"}
    assert set(receiver.accepted.values()) == {1}


def test_connections_that_are_cut_and_a_database_that_starts_again_lose_nothing(
    installation: Installation, postgres: PostgresServer
) -> None:
    with webhook_server() as receiver:
        count = fill(installation, receiver.url, 500, 8)
        living = [
            installation.start_process(role="scheduler"),
            installation.start_process(role="worker"),
            installation.start_process(role="worker"),
        ]
        for after in (200, 600):
            wait_until(lambda: len(receiver.calls) > after, "it sends")  # noqa: B023
            assert postgres.terminate_connections(installation.url) > 6
        if postgres.folder is not None:
            wait_until(lambda: len(receiver.calls) > 1000, "it sends")
            postgres.restart()
        rows = installation.wait_settled(count)
        check_invariants(installation.open_store(), rows, receiver.accepted)
        assert [each.status for each in living] == [None] * 3, installation.output[-2000:]
    assert {each.state for each in rows} == {"sent"}


def test_a_database_that_is_away_for_longer_than_a_lease_makes_nothing_come_twice(
    installation: Installation, postgres: PostgresServer
) -> None:
    """Nobody could renew a lease meanwhile, nor write down what was sent; whoever lives does so first when it is back."""
    if postgres.folder is None:
        pytest.skip("another's server is not stopped")
    installation.lease = 6.0
    with webhook_server() as receiver:
        count = fill(installation, receiver.url, 500, 6)
        (
            installation.start_process(role="scheduler"),
            installation.start_process(role="worker"),
            installation.start_process(role="worker"),
        )
        wait_until(lambda: len(receiver.calls) > 300, "it sends")
        postgres.stop()
        away = time.monotonic()
        wait_until(lambda: time.monotonic() - away > installation.lease + 1, "every lease is over")
        assert len(receiver.calls) < count
        postgres.start()
        rows = installation.wait_settled(count)
        check_invariants(installation.open_store(), rows, receiver.accepted)
    assert {each.state for each in rows} == {"sent"}
    assert set(receiver.accepted.values()) == {1}


def test_a_worker_told_to_stop_repeats_nothing(installation: Installation) -> None:
    installation.lease = LONG_LEASE
    with webhook_server() as receiver:
        count = fill(installation, receiver.url, 500, 4)
        installation.start_process(role="scheduler", clock_skew=0)
        worker = installation.start_process(role="worker")
        wait_until(lambda: len(receiver.calls) > 100, "it sends")
        assert worker.stop(signal.SIGTERM) == 0, installation.output[-2000:]
        assert installation.sending_ids() == set()
        installation.set_clock_skew(AFTER_ITS_LEASE)
        installation.start_process(role="worker")
        rows = installation.wait_settled(count)
    assert {each.state for each in rows} == {"sent"}
    assert set(receiver.accepted.values()) == {1}


@pytest.mark.long
@pytest.mark.timeout(900)
def test_what_a_killed_worker_had_is_sent_again_when_its_lease_of_30_seconds_is_over(
    installation: Installation,
) -> None:
    installation.lease = 0  # as it is
    with webhook_server() as receiver:
        count = fill(installation, receiver.url, 500, 10)
        installation.start_process(role="scheduler")
        first = installation.start_process(role="worker")
        wait_until(lambda: len(receiver.calls) > 100, "it sends")
        first.stop(signal.SIGKILL)
        killed = time.monotonic()
        installation.start_process(role="worker")
        rows = installation.wait_settled(count, 600)
        print(f"the last of what a killed worker had was sent {time.monotonic() - killed:.1f} s after its death")
        check_invariants(installation.open_store(), rows, receiver.accepted)
        copies = sum(receiver.accepted.values()) - len(receiver.accepted)
    assert {row.state for row in rows} == {"sent"}
    assert copies <= MAX_IN_FLIGHT_MESSAGES
