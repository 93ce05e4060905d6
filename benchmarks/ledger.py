"""An idle pass with a million reminders ahead beside one with a thousand; and how fast one reminder is staged for very many."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventcal import deliveries, editions
from eventcal.channels import Outcome, Recheck, Sent, no_recheck
from eventcal.deliveries import LocalDispatcher, Sender
from eventcal.messages import Message
from eventcal.planning import passes
from eventcal.store import Store, ms, open_store

from . import harness, registries
from .harness import format_spread, median, median_ratio, percentile, print_line, report_ratio, run_in_turn

FEW_REMINDERS, MANY_REMINDERS = 1_000, 1_000_000
TICK_ROUNDS = 100
READER_COUNT = 100_000


class NullChannel:
    destination = "bench:nowhere"
    wants_calendar = False

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        return Sent()


def main() -> None:
    with harness.temporary_folder() as folder:
        time_few, time_many = (
            _idle_tick_timer(folder / "few", FEW_REMINDERS),
            _idle_tick_timer(folder / "many", MANY_REMINDERS),
        )
        timings = run_in_turn(TICK_ROUNDS, time_few, time_many)
        print_line(
            f"an idle pass with {FEW_REMINDERS:,} ahead {format_spread(timings[0], '.2f')} ms, with {MANY_REMINDERS:,} {format_spread(timings[1], '.2f')} ms"
        )
        report_ratio("tick_1m_1k", median_ratio(timings[1], timings[0]), "<= 1.5")
        print_line(f"p99 {percentile(timings[0], 0.99):.2f} and {percentile(timings[1], 0.99):.2f} ms")
        report_ratio("tick_1m_ms", median(timings[1]), "<= 5")
        _measure_fan_out(folder / "fan")


def _create_store(folder: Path, start: datetime, reminders: str) -> Store:
    """A store on disk with one event at *when*, published an hour before."""
    folder.mkdir()
    head = registries.registry_header("UTC", reminders)
    (folder / "events.yaml").write_text(f"{head}  - {{id: summit, title: Summit, when: '{start:%Y-%m-%d %H:%M}'}}\n")
    store = open_store(f"sqlite:///{folder / 'eventcal.db'}")
    store.upgrade()
    editions.publish(store, folder / "events.yaml", start - timedelta(hours=1), write_plan=passes.plan_edition)
    return store


def _idle_tick_timer(folder: Path, count: int) -> Callable[[], float]:
    """One idle pass over a store with *count* reminders ahead and as many readers, in milliseconds."""
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    store = _create_store(folder, now + timedelta(hours=1), "30 minutes before")
    first = ms(now + timedelta(hours=2))
    with store.write() as conn:
        conn.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO reminder (event_id, uid, recurrence, start, lead, zone, due_at, expires_at, state, reason, "
            "fan_out_at, delivery_count, erased_count, created_at) SELECT 'e' || i, 'e' || i || '@bench', '', '2026-06-01 10:00', "
            "'1 day before', '', ? + i * 1000, ? + i * 1000 + 86400000, 'planned', '', ? + i * 1000 - 60000, 0, 0, ? FROM n",
            (count, first, first, first, first),
        )
    add_subscriptions(store, count, now - timedelta(days=1))
    sender = Sender(store, deliveries.newest_edition(), {"nowhere": NullChannel()}, lambda: now)

    def time_idle_tick() -> float:
        begin = time.perf_counter()
        deliveries.tick(sender, LocalDispatcher(sender))
        milliseconds = (time.perf_counter() - begin) * 1000
        assert not _count_deliveries(store), "the pass was to be idle"
        return milliseconds

    time_idle_tick()  # reads the edition
    return time_idle_tick


def _measure_fan_out(folder: Path) -> None:
    due = datetime(2026, 3, 2, 12, tzinfo=UTC)
    store = _create_store(folder, due + timedelta(minutes=30), "30 minutes before")
    add_subscriptions(store, READER_COUNT, due - timedelta(days=1))
    sender = Sender(store, deliveries.newest_edition(), {}, lambda: due - timedelta(seconds=50))
    begin = time.perf_counter()
    deliveries.tick(sender, LocalDispatcher(sender))
    seconds = time.perf_counter() - begin
    assert _count_deliveries(store) == READER_COUNT
    print_line(f"one reminder staged for {READER_COUNT:,} readers in {seconds:.2f} s, durably (synchronous=FULL)")
    report_ratio("fan_out_per_s", READER_COUNT / seconds, ">= 50000")
    store.close()


def _count_deliveries(store: Store) -> int:
    with store.read() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM delivery").scalar_one())


def add_subscriptions(store: Store, count: int, confirmed: datetime, digest: str = "") -> None:
    """*count* readers who confirmed their address."""
    with store.write() as conn:
        conn.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO subscription (origin, channel, address, language, zone, filter, leads, change_kinds, digest, state, reason, "
            "link_version, created_at, confirmed_at) SELECT 'people', 'email', 'reader' || i || '@example.org', '', '', '', '', "
            "'', ?, 'active', '', 0, ?, ? FROM n",
            (count, digest, ms(confirmed), ms(confirmed)),
        )


if __name__ == "__main__":
    main()
