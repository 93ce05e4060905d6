"""A reminder or a notice to many is made in several short transactions, whatever comes between them."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from eventcal.deliveries.tick import plan_and_stage
from eventcal.planning import passes
from eventcal.store import ms, subscribers
from eventcal.store.ledger import reminder_rows, stats

from .world import ScriptedChannel, World, join, utc

NOW = utc(2021, 9, 1, 12)
SUMMIT = "- {id: summit, title: Summit, when: 2021-09-16 10:00, reminders: [1 day before, on change]}"
MOVED = SUMMIT.replace("2021-09-16", "2021-09-17")
OTHER = "- {id: other, title: Other, when: 2021-09-16 10:00, reminders: [on change]}"
DUE = utc(2021, 9, 15, 5)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.usefixtures("either_database")


@pytest.fixture(autouse=True)
def _chunks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "SUBSCRIPTIONS_PER_TRANSACTION", 3)
    monkeypatch.setattr(reminder_rows, "MAX_SKIPPED_PER_STATEMENT", 3)
    monkeypatch.setattr(passes, "READERS_PER_TRANSACTION", 3)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, [])
    world.channels["email"] = world.recorders["email"] = ScriptedChannel()
    world.start(NOW)
    return world


def one_transaction(world: World, now: datetime) -> passes.FanOutResult:
    with world.store.read() as conn:
        groups = reminder_rows.groups(conn)
    edition = world.edition()
    with world.store.write() as conn:
        return passes.fan_out_due(conn, edition, now, groups)


def test_whoever_reads_alike_is_reminded_once_over_any_number_of_transactions(world: World) -> None:
    join(world, 10, NOW)
    world.publish(SUMMIT, NOW)
    assert [one_transaction(world, DUE - MINUTE).created for _ in range(5)] == [3, 3, 3, 1, 0]

    world.tick(DUE)
    assert len({each.address for each in world.recorder.received}) == len(world.recorder.received) == 10
    assert world.is_balanced()


def let_time_pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Has each look of a pass at its clock find it *seconds* later; a slice of staging has 0.25."""
    looks = itertools.count(0.0, seconds)
    clock = SimpleNamespace(monotonic=lambda: next(looks), sleep=time.sleep)
    monkeypatch.setitem(plan_and_stage.__globals__, "time", clock)


@pytest.mark.parametrize("seconds", [0.1, 0.3], ids=["two transactions", "no time at all"])
def test_a_pass_goes_on_with_what_a_slice_of_staging_left(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    let_time_pass(monkeypatch, seconds)
    join(world, 10, NOW)
    world.publish(SUMMIT, NOW)
    world.tick(DUE - MINUTE)
    assert world.states() == [("queued", "")] * 10

    world.tick(DUE)
    world.publish(MOVED, DUE)
    world.tick(DUE + 5 * MINUTE)
    assert len(world.recorder.received) == 20


def test_a_notice_does_not_wait_until_all_reminders_are_staged(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    let_time_pass(monkeypatch, 0.3)
    join(world, 10, NOW)
    world.publish(f"{SUMMIT}\n{OTHER}", NOW)
    world.publish(f"{SUMMIT}\n{OTHER.replace('09-16', '09-17')}", DUE - 5 * MINUTE)

    assert plan_and_stage(world.sender(lambda: DUE), DUE)
    assert Counter(record.kind for record in world.delivery_records()) == {"reminder": 3, "change": 3}


def test_a_pass_builds_all_digests_that_are_due(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "MAX_DIGESTS_PER_TRANSACTION", 5)
    join(world, 10, NOW)
    with world.store.write() as conn:
        conn.exec_driver_sql("UPDATE subscription SET digest = 'daily'")
    world.publish(SUMMIT.replace("1 day", "3 days"), NOW)
    world.tick(DUE - timedelta(days=2))
    with world.store.read() as conn:
        due = stats.next_pass_due(conn)
    assert due is not None
    world.tick(due)

    assert [message.kind for message in world.recorder.received] == ["digest"] * 10


def test_a_death_between_two_transactions_loses_and_repeats_nothing(world: World) -> None:
    join(world, 10, NOW)
    world.publish(SUMMIT, NOW)
    one_transaction(world, DUE - MINUTE)
    world.tick(DUE)

    assert len({each.address for each in world.recorder.received}) == len(world.recorder.received) == 10


def test_whoever_confirms_while_a_fan_out_passes_is_served_when_it_is_due(world: World) -> None:
    join(world, 7, NOW)
    join(world, 1, NOW, state="pending")
    join(world, 7, NOW + MINUTE)
    world.publish(SUMMIT, NOW)
    for _ in range(3):
        one_transaction(world, DUE + MINUTE / 2)  # late, and already past the one who confirms now
    with world.store.write() as conn:
        subscribers.confirm(conn, 8, 0, DUE)
    world.tick(DUE + MINUTE / 2)

    assert len(world.recorder.received) == 15


def test_a_second_fan_out_of_several_transactions_is_the_last(world: World) -> None:
    join(world, 7, NOW)
    world.publish(SUMMIT, NOW)
    for _ in range(4):
        one_transaction(world, DUE - MINUTE)
    join(world, 7, DUE - MINUTE / 2)
    world.tick(DUE)

    assert len(world.recorder.received) == 14
    with world.store.read() as conn:
        assert tuple(conn.exec_driver_sql("SELECT state, fan_out_at FROM reminder").one()) == ("staged", None)


def test_an_event_that_moves_and_comes_back_within_a_fan_out_reminds_each_once(world: World) -> None:
    join(world, 10, NOW)
    world.publish(SUMMIT, NOW)
    one_transaction(world, DUE - MINUTE)
    one_transaction(world, DUE - MINUTE)
    world.publish(MOVED, DUE - MINUTE / 2)
    assert sorted(state for state, _ in world.states()) == ["queued"] * 3 + ["skipped"] * 3  # the others in their turn
    world.publish(SUMMIT, DUE - MINUTE / 3)
    world.tick(DUE)

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"] * 10
    assert len({each.address for each in world.recorder.received}) == 10
    assert world.is_balanced()


def test_what_an_edit_did_not_skip_at_once_is_skipped_in_its_turn(world: World) -> None:
    join(world, 10, NOW)
    world.publish(SUMMIT, NOW)
    world.tick(DUE - MINUTE)
    world.publish(MOVED.replace(", on change", ""), DUE - MINUTE / 2)
    world.tick(DUE)

    assert world.states() == [("skipped", "moved")] * 10
    assert world.recorder.received == []
    assert world.is_balanced()


def test_a_notice_reaches_each_reader_once_over_any_number_of_transactions(world: World) -> None:
    join(world, 10, NOW)
    world.publish(SUMMIT, NOW)
    world.publish(MOVED, NOW + MINUTE)
    edition = world.edition()
    with world.store.write() as conn:
        passes.queue_notifications(conn, edition, NOW + 7 * MINUTE)
    assert len(world.delivery_records(kind="change")) == 3  # and here it dies

    world.tick(NOW + 7 * MINUTE)
    assert len({each.address for each in world.recorder.received}) == len(world.recorder.received) == 10
    assert world.is_balanced()


def test_whoever_confirms_after_a_change_is_not_told_of_it(world: World) -> None:
    world.publish(SUMMIT, NOW)
    for at, state in ((NOW, "active"), (NOW, "pending"), (NOW + MINUTE, "active"), (NOW + 2 * MINUTE, "active")):
        join(world, 1, at, state)
    world.publish(MOVED, NOW + MINUTE)
    world.tick(NOW + 7 * MINUTE)

    assert sorted(each.address for each in world.recorder.received) == ["120000active1", "120100active1"]


def test_whoever_comes_between_two_changes_is_told_what_was_so_before_the_second(world: World) -> None:
    join(world, 1, NOW)
    world.publish(SUMMIT, NOW)
    world.publish(MOVED, NOW + 6 * MINUTE)
    world.run(NOW, NOW + 15 * MINUTE)
    join(world, 1, NOW + 20 * MINUTE)
    world.publish(SUMMIT.replace("09-16", "09-18"), NOW + 30 * MINUTE)
    world.run(NOW + 30 * MINUTE, NOW + 40 * MINUTE)

    assert ["17 September" in message.text for message in world.recorder.received] == [True] * 3


def test_new_preferences_fan_out_again_what_is_ahead_and_nothing_else(world: World) -> None:
    def reopened(now: datetime) -> list[tuple[object, ...]]:
        with world.store.write() as conn:
            reminder_rows.reopen_fan_outs(conn, now)
            rows = conn.exec_driver_sql("SELECT state, fan_out_at, fan_out_cursor FROM reminder ORDER BY due_at")
            return [tuple(row) for row in rows]

    join(world, 1, NOW)
    world.publish(SUMMIT.replace("1 day", "1 day before, 1 hour"), NOW)
    later = ("planned", ms(utc(2021, 9, 16, 4) - MINUTE), 0)
    one_transaction(world, DUE - MINUTE)
    with world.store.write() as conn:
        # half-way through the second fan-out
        conn.exec_driver_sql("UPDATE reminder SET fan_out_cursor = 1 WHERE state = 'staged'")
    assert reopened(DUE - MINUTE) == [("planned", ms(DUE - MINUTE), 0), later]

    world.tick(DUE)
    assert reopened(DUE + MINUTE) == [("staged", None, 0), later]


def test_many_changes_are_told_to_few_readers_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "MAX_READER_CHANGE_PAIRS", 4)
    other = SUMMIT.replace("summit", "other")
    join(world, 5, NOW)
    world.publish(f"{SUMMIT}\n{other}", NOW)
    world.publish(f"{MOVED}\n{other.replace('2021-09-16', '2021-09-18')}", NOW + MINUTE)
    edition = world.edition()
    with world.store.write() as conn:
        assert passes.queue_notifications(conn, edition, NOW + 7 * MINUTE) == 2

    world.tick(NOW + 7 * MINUTE)
    assert len({each.address for each in world.recorder.received}) == len(world.recorder.received) == 5
    assert world.is_balanced()


def test_what_changes_in_the_middle_of_a_notice_is_told_as_it_is_by_then_and_settles_by_itself(world: World) -> None:
    join(world, 10, NOW)
    world.publish(SUMMIT, NOW)
    world.publish(MOVED, NOW + MINUTE)
    edition = world.edition()
    with world.store.write() as conn:
        passes.queue_notifications(conn, edition, NOW + 7 * MINUTE)
    world.publish(SUMMIT.replace("2021-09-16", "2021-09-18"), NOW + 7 * MINUTE)
    world.run(NOW + 7 * MINUTE, NOW + 20 * MINUTE)

    assert {each.subject for each in world.recorder.received} == {"Moved to Sat 18 Sep, 10:00: Summit"}
    assert len(world.recorder.received) == 10
    assert world.is_balanced()


def test_what_is_asked_for_is_each_found_once_however_many_ask(world: World) -> None:
    wishes = [
        (f, leads, zone, digest)
        for f in ("", "tag=a")
        for leads in ("", "[]")
        for zone in ("", "Asia/Tokyo")
        for digest in ("", "daily")
    ]
    with world.store.write() as conn:
        for number, (query, leads, zone, digest) in enumerate(wishes[::-1] * 3 + wishes[:5]):
            subscribers.sign_up(
                conn,
                f"p{number}@example.net",
                subscribers.SubscriptionPreferences(query, "en", zone, leads, "", digest),
                NOW,
            )
        conn.exec_driver_sql("UPDATE subscription SET state = 'active', confirmed_at = 0")
    with world.store.read() as conn:
        found = reminder_rows.groups(conn)

    assert [(each.filter, each.leads, each.zone, each.digest) for each in found] == sorted(wishes)
