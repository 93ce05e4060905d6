"""Batches through the queue: handed over with the ledger's own transaction, sent once, and never lost with a job."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from psycopg_pool import AsyncConnectionPool

from eventcal import deliveries
from eventcal.channels import ChannelSettings, Outcome, Recheck, Retry, Sent, no_recheck, rate_limit
from eventcal.deliveries import Batch, LeaseRecovery
from eventcal.deliveries.batches import RATE_LIMIT_AHEAD_SECONDS, InlineRunner
from eventcal.dispatch.batch_runner import BatchRunner
from eventcal.dispatch.procrastinate import QueueConsumer, QueueDispatcher
from eventcal.dispatch.threads import DestinationQueue
from eventcal.messages import Message
from eventcal.run.worker import Worker
from eventcal.settings import Settings
from eventcal.store import Store, StoreBusy, open_store, processes
from eventcal.store.ledger import batch_reservations, delivery_queue, health, stats

from .postgres import PostgresServer
from .serve_process import free_port, wait_until
from .world import HeldChannel, ScriptedChannel, World, utc

NOW = utc(2021, 9, 1, 12)
DUE = utc(2021, 9, 16, 4)
LEASE = timedelta(seconds=30)


def events(count: int) -> str:
    return "\n".join(
        f"- {{id: e{n}, title: E{n}, when: 2021-09-16 10:00, reminders: [1 hour before]}}" for n in range(count)
    )


class Cluster(World):
    """A world in PostgreSQL, whose clock stands where it is set, with a queue and a worker that is said to be there."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder, [ChannelSettings("desk", "log"), ChannelSettings("other", "log")], url)
        self.url = url
        self.queue = QueueDispatcher(self.store.connection_string, self.channels)
        self.at = NOW

    def due(self, count: int = 3) -> None:
        self.publish(events(count), NOW)
        self.at = DUE
        self.there()

    def there(self) -> None:
        with self.store.write() as conn:
            processes.heartbeat(conn, "somebody", "worker", "1", self.at, timedelta())

    def hand_over(self) -> None:
        LeaseRecovery(self.store)(self.at)
        deliveries.tick(self.sender(lambda: self.at), self.queue, deadline_seconds=0)

    def jobs(self) -> list[tuple[str, str]]:
        """(queue, status) of every job."""
        with self.store.read() as conn:
            found = conn.exec_driver_sql("SELECT queue_name, status::text FROM procrastinate_jobs ORDER BY queue_name")
            return [tuple(row) for row in found]

    def run(self, sql: str) -> None:  # type: ignore[override]
        with self.store.write() as conn:
            conn.exec_driver_sql(sql)

    def carrier(self) -> BatchRunner:
        return BatchRunner(self.sender(lambda: self.at), InlineRunner())

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        store = open_store(self.url)
        store.now = lambda: self.at  # type: ignore[method-assign]
        worker = Worker(store, self.channels, Settings())
        worker.start()
        try:
            yield worker
        finally:
            worker.stop()
            store.close()

    def sent(self, count: int) -> None:
        wait_until(lambda: self.counts().get("sent", 0) == count, f"{count} are sent, not {self.counts()}")

    def counts(self) -> dict[str, int]:
        states = [state for state, _ in self.states()]
        return {each: states.count(each) for each in states}


@pytest.fixture
def cluster(tmp_path: Path, postgres: PostgresServer) -> Iterator[Cluster]:
    url = postgres.database()
    found = Cluster(tmp_path, url)
    yield found
    found.store.close()
    postgres.terminate_connections(url)


def test_what_is_due_goes_out_once_and_leaves_no_job(cluster: Cluster) -> None:
    cluster.due(40)
    with cluster.worker(), cluster.worker():
        cluster.hand_over()
        cluster.sent(80)

        keys = [each.key for box in cluster.recorders.values() for each in box.received]
        assert len(keys) == len(set(keys)) == 80
        wait_until(lambda: cluster.jobs() == [], "finished jobs are deleted")
    assert cluster.is_balanced()


def test_nothing_that_is_not_due_yet_enters_the_queue(cluster: Cluster) -> None:
    cluster.due()
    cluster.at = DUE - timedelta(seconds=30)
    cluster.there()
    cluster.hand_over()

    assert cluster.counts() == {"queued": 6}, "staged"
    assert cluster.jobs() == []


def test_a_job_and_its_mark_are_of_one_transaction(cluster: Cluster) -> None:
    cluster.due()

    class Broken(QueueDispatcher):
        def put(self, conn: object, batch: Batch) -> None:
            super().put(conn, batch)  # type: ignore[arg-type]
            raise LookupError

    whole, cluster.queue = cluster.queue, Broken(cluster.store.connection_string, cluster.channels)
    with pytest.raises(LookupError):
        cluster.hand_over()
    assert cluster.jobs() == []

    cluster.queue = whole
    cluster.hand_over()
    assert cluster.jobs() == [("desk", "todo"), ("other", "todo")]


def test_without_anybody_who_sends_nothing_is_handed_over(cluster: Cluster) -> None:
    cluster.due()
    cluster.at += LEASE + timedelta(seconds=1)
    cluster.hand_over()

    assert cluster.jobs() == []


def test_no_more_is_handed_over_than_those_who_are_there_can_take(cluster: Cluster) -> None:
    cluster.due(700)
    for _ in range(20):
        cluster.hand_over()

    assert cluster.jobs() == [("desk", "todo")] * 6 + [("other", "todo")] * 6


@pytest.mark.parametrize(
    "loss", ["TRUNCATE procrastinate_jobs CASCADE", "UPDATE procrastinate_jobs SET status = 'doing'"]
)
def test_what_the_queue_loses_or_leaves_half_way_is_handed_over_again_within_a_lease(
    cluster: Cluster, loss: str
) -> None:
    cluster.due()
    cluster.hand_over()
    cluster.run(loss)
    with cluster.worker():
        cluster.at += LEASE - timedelta(seconds=1)
        cluster.there()
        cluster.hand_over()
        assert cluster.counts() == {"queued": 6}

        cluster.at += timedelta(seconds=1)
        cluster.hand_over()
        cluster.sent(6)
    assert len({each.key for each in cluster.recorder.received}) == len(cluster.recorder.received) == 3

    cluster.queue.prune_stalled_jobs()
    assert cluster.jobs() == []


def test_a_job_that_comes_late_finds_nothing_left_to_do(cluster: Cluster) -> None:
    cluster.due()
    cluster.hand_over()
    cluster.at += LEASE
    cluster.there()
    cluster.hand_over()
    assert len(cluster.jobs()) == 4
    with cluster.worker():
        wait_until(lambda: cluster.jobs() == [], "all jobs are over")

    assert len(cluster.recorder.received) == 3
    assert cluster.is_balanced()


def claimed(cluster: Cluster) -> BatchRunner:
    """A worker that took a batch, and was killed while it sent it."""

    class Killed(ScriptedChannel):
        def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
            raise KeyboardInterrupt

    cluster.channels["desk"] = Killed()
    cluster.due(1)
    taken: list[Batch] = []
    cluster.queue.put = lambda conn, batch: taken.append(batch)  # type: ignore[method-assign]
    cluster.hand_over()
    carrier = cluster.carrier()
    with pytest.raises(KeyboardInterrupt):
        carrier.run_batch(next(each for each in taken if each.channel == "desk"))
    del cluster.queue.put
    cluster.channels["desk"] = cluster.recorder
    return carrier


def test_what_a_killed_worker_was_sending_is_sent_by_another_when_its_lease_is_over(cluster: Cluster) -> None:
    claimed(cluster)
    cluster.at += LEASE - timedelta(seconds=1)
    cluster.there()
    cluster.hand_over()
    assert cluster.counts()["sending"] == 1

    cluster.at += timedelta(seconds=1)
    with cluster.worker():
        cluster.hand_over()
        cluster.sent(2)
    assert cluster.recorder.subjects == ["Thu 16 Sep, 10:00: E0"]
    assert cluster.is_balanced()
    with cluster.store.read() as conn:
        assert stats.ledger_stats(conn, DUE).ambiguous == 1


def test_a_lease_that_is_renewed_is_left_alone_and_one_that_is_over_is_not_taken_back(cluster: Cluster) -> None:
    carrier = claimed(cluster)
    cluster.at += timedelta(seconds=20)
    assert carrier.renew(cluster.at) == 1
    cluster.at += timedelta(seconds=20)
    with cluster.store.write() as conn:
        assert delivery_queue.recover(conn, cluster.at) == 0
    cluster.at += timedelta(seconds=10)
    assert carrier.renew(cluster.at) == 0
    with cluster.store.write() as conn:
        assert delivery_queue.recover(conn, cluster.at) == 1


def test_a_pause_holds_back_what_was_handed_over_already(cluster: Cluster) -> None:
    cluster.due()
    cluster.hand_over()
    with cluster.store.write() as conn:
        health.pause(conn)
    with cluster.worker():
        wait_until(lambda: cluster.jobs() == [], "all jobs are over")
        assert cluster.counts() == {"queued": 6}

        with cluster.store.write() as conn:
            health.resume(conn)
        cluster.hand_over()
        cluster.sent(6)


def test_failures_of_several_machines_close_a_destination_for_all_of_them(cluster: Cluster) -> None:
    cluster.recorder.outcomes = [Retry("connection refused", is_destination_down=True)]
    cluster.due(12)
    with cluster.worker(), cluster.worker():
        cluster.hand_over()
        wait_until(
            lambda: cluster.counts() == {"retry": 5, "queued": 7, "sent": 12}, f"it is closed: {cluster.counts()}"
        )
        for _ in range(3):
            cluster.hand_over()
        assert [each for each in cluster.jobs() if each[0] == "desk"] == []

        cluster.recorder.outcomes = [Sent()]
        cluster.at += timedelta(minutes=1)
        cluster.there()
        cluster.hand_over()
        wait_until(lambda: len(cluster.recorder.received) == 6, "one is tried")
        wait_until(lambda: not gate(cluster.store), "it is open again")
        cluster.hand_over()
        cluster.sent(24)


def gate(store: Store) -> dict[str, bool]:
    with store.read() as conn:
        return {name: True for name, each in health.list_breakers(conn).items() if each.is_open}


def test_a_worker_goes_on_when_its_connections_were_cut(cluster: Cluster, postgres: PostgresServer) -> None:
    cluster.due()
    with cluster.worker():
        wait_until(lambda: postgres.is_listened_to(cluster.url), "it listens")
        assert postgres.terminate_connections(cluster.url) > 1
        with pytest.raises(StoreBusy):
            cluster.hand_over()  # a pass says so, and the next one goes on
        cluster.hand_over()
        cluster.sent(6)
    assert cluster.is_balanced()


def test_what_uses_the_queue_goes_on_after_a_database_that_was_away_longer_than_a_pool_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wait = AsyncConnectionPool.wait
    monkeypatch.setattr(AsyncConnectionPool, "wait", lambda pool, timeout: wait(pool, 0.05))
    monkeypatch.setattr("eventcal.dispatch.procrastinate.RECONNECT_SECONDS", 0.01)
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    with pytest.raises(StoreBusy, match="job queue unavailable: pool initialization incomplete"):
        QueueDispatcher(nowhere, {}).prune_stalled_jobs()

    consumer = QueueConsumer(nowhere, lambda batch: None)
    thread = threading.Thread(target=consumer.run)
    thread.start()
    wait_until(lambda: caplog.text.count("job queue unavailable (pool initialization incomplete") > 2, "it tries again")
    consumer.stop()
    thread.join()
    assert "Traceback" not in caplog.text


def test_a_worker_is_woken_by_a_word_and_does_not_wait_for_its_next_look(
    cluster: Cluster, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventcal.dispatch.procrastinate.POLL_SECONDS", 3600.0)
    cluster.due()
    with cluster.worker():
        wait_until(lambda: postgres.is_listened_to(cluster.url), "it listens")
        cluster.hand_over()
        cluster.sent(6)


def test_a_worker_that_is_told_to_stop_gives_back_what_it_has_not_begun(cluster: Cluster) -> None:
    cluster.channels["desk"] = slow = HeldChannel()
    cluster.due(60)
    with cluster.worker() as worker:
        cluster.hand_over()
        wait_until(lambda: len(slow.asked) == 12, "every thread that one destination may have is busy")
        worker._batch_runner.close()
        slow.go_on.set()
    assert len(slow.received) >= 12
    assert "sending" not in cluster.counts()
    assert cluster.is_balanced()


def test_a_worker_that_stops_leaves_a_relay_that_does_not_answer(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.channels["desk"] = silent = HeldChannel()
    cluster.due(1)
    with cluster.worker() as worker:
        cluster.hand_over()
        wait_until(lambda: silent.asked, "the relay has the mail")
        batch_threads = [thread for thread in threading.enumerate() if thread.name.startswith("batch")]
        monkeypatch.setattr(worker._threads, "close", partial(worker._threads.close, 0))

    wait_until(lambda: not any(thread.is_alive() for thread in batch_threads), "nothing waits for the relay")
    assert ("retry", "ambiguous: no answer when the process ended") in cluster.states()
    silent.go_on.set()


def test_a_batch_of_a_channel_that_is_not_known_here_waits_for_a_worker_that_knows_it(cluster: Cluster) -> None:
    cluster.due()
    cluster.hand_over()
    without: Callable[[], BatchRunner] = cluster.carrier
    del cluster.channels["desk"]

    assert without().run_batch(Batch("m", "desk", 1, (1,))) == 0


def test_whoever_was_not_heard_of_for_half_a_minute_is_not_counted_on(cluster: Cluster) -> None:
    def there(now: datetime) -> int:
        with cluster.store.write() as conn:
            return processes.count_senders(conn, now)

    cluster.there()
    assert [there(NOW), there(NOW + timedelta(seconds=29)), there(NOW + timedelta(seconds=31))] == [1, 1, 0]
    with cluster.store.write() as conn:
        processes.heartbeat(conn, "page", "web", "1", NOW, timedelta(milliseconds=-250))
        (found,) = [each for each in processes.list_processes(conn) if each.role == "web"]
        assert (found.clock_offset, found.is_alive(NOW), found.is_alive(NOW + timedelta(minutes=1))) == (
            timedelta(milliseconds=-250), True, False,
        )  # fmt: skip
        processes.deregister(conn, "page")
        assert processes.purge_dead(conn, NOW + timedelta(days=2)) == 1
        assert processes.list_processes(conn) == []


def test_no_more_is_under_way_than_a_relays_pace_takes_soon(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "_BUCKETS", {})
    rate_limit.configure(cluster.recorder.destination, 60)
    cluster.due(200)
    for _ in range(5):
        cluster.hand_over()
    with cluster.store.read() as conn:
        under_way = batch_reservations.in_flight(conn, cluster.at)

    assert under_way["other"] == 200
    assert 0 < under_way["desk"] <= RATE_LIMIT_AHEAD_SECONDS + 2


def test_a_destination_that_answers_at_once_has_fewer_threads_and_a_slow_one_all_of_them() -> None:
    concurrency = DestinationQueue(max=12, limit=12)
    for _ in range(1_000):  # a millisecond of work each, and no wait but for the other threads
        concurrency.note(elapsed=0.001 * concurrency.limit, cpu=0.001)
    fast = concurrency.limit
    for _ in range(1_000):
        concurrency.note(elapsed=0.1, cpu=0.001)

    assert (fast, concurrency.limit) == (3, 12)
