"""A relay that takes so many mails a minute gets no more, whichever channels lead there, and others do not wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal import channels
from eventcal.channels import ChannelSettings, rate_limit
from eventcal.channels.rate_limit import TokenBucket
from eventcal.dispatch.threads import SenderThreads

from .serve_process import wait_until
from .world import ScriptedChannel, World, utc

NOW = utc(2021, 9, 1, 12)
DUE = utc(2021, 9, 15, 5)
MANY = "\n".join(f"- {{id: e{n}, title: E, when: 2021-09-16 10:00, reminders: [1 day before]}}" for n in range(30))


@pytest.fixture(autouse=True)
def _paces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "_BUCKETS", {})


@given(st.integers(1, 2000), st.lists(st.floats(0, 20), max_size=30), st.integers(1, 400))
def test_within_any_minute_no_more_leave_than_are_taken(rate: int, waits: list[float], most: int) -> None:
    clock = [0.0]
    found = TokenBucket(rate, lambda: clock[0])
    left: list[float] = []
    for wait in [*waits, 0.0]:
        clock[0] += wait
        while len(left) < most and not found.acquire():
            left.append(clock[0])
    for at in left:
        assert sum(at <= each < at + 60 for each in left) <= rate


def test_one_comes_when_it_was_said_to_and_not_before() -> None:
    clock = [0.0]
    found = TokenBucket(60, lambda: clock[0])
    assert found.acquire() == 0
    assert found.acquire() == pytest.approx(1)
    clock[0] = 1.001
    assert found.acquire() == 0


def test_a_bucket_fills_by_the_second_to_what_a_second_is_worth() -> None:
    clock = [0.0]
    slow, quick = TokenBucket(30, lambda: clock[0]), TokenBucket(120, lambda: clock[0])
    assert [quick.acquire() == 0 for _ in range(3)] == [True, True, False]
    assert (slow.available_within(0), slow.available_within(10)) == (1, 6)
    assert slow.acquire() == 0
    assert (slow.available_within(0), slow.available_within(3), slow.available_within(10)) == (1, 1, 5)
    clock[0] = 0.5
    assert slow.acquire() == pytest.approx(1.5)
    clock[0] = 100.0
    assert slow.available_within(0) == 1
    assert [quick.acquire() == 0 for _ in range(3)] == [True, True, False]


def test_all_channels_of_a_relay_share_its_pace_which_its_address_names() -> None:
    made = channels.build(
        [ChannelSettings("a", "email"), ChannelSettings("b", "email")],
        channels.MailSettings("smtp://relay.example.org?rate=120", "a@x.org"),
    )
    assert {rate_limit.get_bucket(each.destination) for each in made.values()} == {
        rate_limit.get_bucket("smtp://relay.example.org:587")
    }
    assert rate_limit.get_bucket("smtp://relay.example.org:587").per_minute == 120  # type: ignore[union-attr]
    assert rate_limit.get_bucket("smtp://other.example.org:587") is None


@pytest.fixture
def threads() -> Iterator[SenderThreads]:
    threads = SenderThreads(8)
    yield threads
    threads.close()


def test_few_are_in_hand_where_the_pace_is_slow_and_other_destinations_go_on(
    tmp_path: Path, threads: SenderThreads
) -> None:
    settings = [ChannelSettings("slow", "log"), ChannelSettings("quick", "log")]
    world = World(tmp_path, settings, url=f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}")
    world.publish(MANY, NOW)
    rate_limit._BUCKETS["test:slow"] = TokenBucket(60, clock=lambda: 0.0)
    world.tick(DUE, threads, deadline_seconds=0)

    wait_until(lambda: len(world.recorders["quick"].received) == 30, "the quick one has all")
    wait_until(lambda: len(world.recorders["slow"].received) == 1, "the slow one has its first")
    wait_until(lambda: threads.in_flight()["test:quick"] == 0, "all are written")
    assert threads.in_flight()["test:slow"] <= 2
    assert [each.state for each in world.delivery_records(channel="slow")].count("queued") >= 27
    world.store.close()


def test_what_waits_for_its_turn_is_given_back_without_an_attempt_when_all_ends(tmp_path: Path) -> None:
    world = World(tmp_path, url=f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}")
    world.channels["desk"] = slow = ScriptedChannel("test:slow")
    world.publish(MANY, NOW)
    rate_limit._BUCKETS["test:slow"] = TokenBucket(1, clock=lambda: 0.0)
    threads = SenderThreads(8)
    world.tick(DUE, threads, deadline_seconds=0)
    wait_until(lambda: slow.received, "one has left")
    threads.close()

    assert sorted({each.state for each in world.delivery_records()}) == ["queued", "sent"]
    assert world.start(DUE) == 0
    world.store.close()


def test_processes_that_send_to_the_same_relay_keep_to_its_pace_together() -> None:
    rate_limit.configure("relay", 120)
    rate_limit.divide_by(3)
    assert rate_limit.get_bucket("relay").per_minute == 40  # type: ignore[union-attr]
    rate_limit.configure("other", 60)
    assert rate_limit.get_bucket("other").per_minute == 20  # type: ignore[union-attr]
    same = rate_limit.get_bucket("relay")
    rate_limit.divide_by(3)
    assert rate_limit.get_bucket("relay") is same
    rate_limit.divide_by(121)
    assert rate_limit.get_bucket("relay").per_minute == 1  # type: ignore[union-attr]
    rate_limit.divide_by(0)
    assert rate_limit.get_bucket("relay").per_minute == 120  # type: ignore[union-attr]
