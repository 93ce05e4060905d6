"""An idle pass with a million reminders ahead beside one with a thousand; and how fast one reminder is staged for very many."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventcal import deliveries, editions
from eventcal.channels import Outcome, Sent
from eventcal.messages import Message
from eventcal.store import Store, ledger, ms, open_store

from . import beside, registries
from .beside import in_turn, median, of_ratios, percentile, ratio, say, spread

FEW, MANY = 1_000, 1_000_000
TICKS = 100
READERS = 100_000


class Nowhere:
    destination = "bench:nowhere"
    attaches = False

    def send(self, message: Message) -> Outcome:
        return Sent()


def main() -> None:
    with beside.folder() as folder:
        few, many = _ahead(folder / "few", FEW), _ahead(folder / "many", MANY)
        sides = in_turn(TICKS, few, many)
        say(f"an idle pass with {FEW:,} ahead {spread(sides[0], '.2f')} ms, with {MANY:,} {spread(sides[1], '.2f')} ms")
        ratio("tick_1m_1k", of_ratios(sides[1], sides[0]), "<= 1.5")
        say(f"p99 {percentile(sides[0], 0.99):.2f} and {percentile(sides[1], 0.99):.2f} ms")
        ratio("tick_1m_ms", median(sides[1]), "<= 5")
        _fan_out(folder / "fan")


def _store(folder: Path, when: datetime, reminders: str) -> Store:
    """A store on disk with one event at *when*, published an hour before."""
    folder.mkdir()
    head = registries.head("UTC", reminders)
    (folder / "events.yaml").write_text(f"{head}  - {{id: summit, title: Summit, when: '{when:%Y-%m-%d %H:%M}'}}\n")
    store = open_store(f"sqlite:///{folder / 'eventcal.db'}")
    store.upgrade()
    editions.publish(store, folder / "events.yaml", when - timedelta(hours=1), plan=ledger.plan_edition)
    return store


def _ahead(folder: Path, count: int) -> Callable[[], float]:
    """One idle pass over a store with *count* reminders ahead, in milliseconds."""
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    store = _store(folder, now + timedelta(hours=1), "30 minutes before")
    first = ms(now + timedelta(hours=2))
    with store.write() as conn:
        conn.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO reminder (event_id, uid, recurrence, start, lead, zone, due_at, useful_until, state, reason, "
            "stage_at, made, erased, stored_at) SELECT 'e' || i, 'e' || i || '@bench', '', '2026-06-01 10:00', "
            "'1 day before', '', ? + i * 1000, ? + i * 1000 + 86400000, 'planned', '', ? + i * 1000 - 60000, 0, 0, ? FROM n",
            (count, first, first, first, first),
        )
    source, channel = deliveries.newest(), Nowhere()

    def once() -> float:
        begin = time.perf_counter()
        done = deliveries.tick(store, source, {"nowhere": channel}, now)
        assert not done.staged + done.sent, "the pass was to be idle"
        return (time.perf_counter() - begin) * 1000

    once()  # reads the edition
    return once


def _fan_out(folder: Path) -> None:
    due = datetime(2026, 3, 2, 12, tzinfo=UTC)
    store = _store(folder, due + timedelta(minutes=30), "30 minutes before")
    sign_up(store, READERS, due - timedelta(days=1))
    source = deliveries.newest()
    begin = time.perf_counter()
    done = deliveries.tick(store, source, {}, due - timedelta(seconds=50))
    took = time.perf_counter() - begin
    assert done.staged == READERS, done
    say(f"one reminder staged for {READERS:,} readers in {took:.2f} s, durably (synchronous=FULL)")
    ratio("fan_out_per_s", READERS / took, ">= 50000")
    store.close()


def sign_up(store: Store, count: int, confirmed: datetime, digest: str = "") -> None:
    """*count* readers who confirmed their address."""
    with store.write() as conn:
        conn.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO subscription (origin, channel, address, language, zone, filter, leads, notices, digest, state, reason, "
            "secret_version, stored_at, confirmed_at) SELECT 'people', 'email', 'reader' || i || '@example.org', '', '', '', '', "
            "'', ?, 'active', '', 0, ?, ? FROM n",
            (count, digest, ms(confirmed), ms(confirmed)),
        )


if __name__ == "__main__":
    main()
