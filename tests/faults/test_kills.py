"""Deaths from outside, at any moment and under load: of everything, of the supervisor or of the worker alone; and polite ends."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from pathlib import Path

import pytest

from ..serve_process import ServeProcess, wait_until
from .entry import CRASH_WINDOWS, SHARED_STORE_WINDOWS
from .installation import (
    AFTER_ITS_LEASE,
    LONG_LEASE,
    MAX_IN_FLIGHT_MESSAGES,
    ROOT,
    DeliveryRow,
    Installation,
    check_invariants,
    email_table,
    event_due_now,
    is_running,
    on_postgresql,
    on_sqlite,
    webhook_table,
)
from .smtp_relay import SmtpRelay, smtp_relay
from .webhook_server import WebhookServer, webhook_server


@pytest.mark.timeout(300)
def test_ten_thousand_due_at_once_all_arrive_though_the_scheduler_is_killed_among_them(
    installation: Installation,
) -> None:
    moments = random.Random(4)
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=1000)
        installation.write_registry(*(event_due_now(f"e{n}") for n in range(10)))
        copies = _killed_among(installation, receiver, [moments.randrange(1500) for _ in range(4)])

        rows = installation.wait_settled(10_000, timeout=200)
        check_invariants(
            installation.open_store(), rows, receiver.accepted, [(each.at, each.id) for each in receiver.calls]
        )
    assert {each.state for each in rows} == {"sent"}
    assert len(rows) == 10_000
    assert max(copies) <= MAX_IN_FLIGHT_MESSAGES, copies


def _killed_among(installation: Installation, receiver: WebhookServer, after: list[int]) -> list[int]:
    """Kill one scheduler after the other, each after so many calls; for each death, how many it had sent and not written down."""
    copies = []
    for count in after:
        before, so_far = _taken(receiver), len(receiver.calls)
        life = installation.start_process()
        life.wait_until(lambda: len(receiver.calls) > so_far + count, "it sends")  # noqa: B023
        life.stop(signal.SIGKILL)
        taken = _taken(receiver)
        copies.append(sum(1 for each in installation.sending_ids() if taken[each] > before[each]))
    installation.start_process()
    return copies


def test_a_polite_end_in_the_middle_of_a_batch_repeats_nothing(installation: Installation) -> None:
    installation.lease = LONG_LEASE
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=2000)
        installation.write_registry(event_due_now("briefing"))
        for number in range(2):
            life, so_far = installation.start_process(clock_skew=number * AFTER_ITS_LEASE), len(receiver.calls)
            life.wait_until(lambda: len(receiver.calls) > so_far + 200, "it sends")  # noqa: B023
            assert life.stop(signal.SIGTERM) == 0
            assert installation.sending_ids() == set(), "what was claimed is given back"
            if installation.states()["queued"] == 0:
                break
        installation.start_process(clock_skew=2 * AFTER_ITS_LEASE)

        rows = installation.wait_settled(2000)
        check_invariants(installation.open_store(), rows, receiver.accepted)
    assert set(receiver.accepted.values()) == {1}
    assert sum(each.ambiguous for each in rows) == 0


@on_sqlite
def test_of_five_that_start_at_once_one_serves_and_each_reminder_leaves_once(installation: Installation) -> None:
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=100)
        installation.write_registry(event_due_now("briefing"))
        lives = [installation.start_process() for _ in range(5)]
        rows = installation.wait_settled(100)
        wait_until(lambda: sum(each.status is None for each in lives) == 1, "four of them end")
        (holder,) = [each for each in lives if each.status is None]
        assert [each.status for each in lives if each.status is not None] == [1] * 4
        assert installation.output.count(f"is held by process {holder.pid} (eventcal serve") == 4

        check_invariants(installation.open_store(), rows, receiver.accepted)
    assert set(receiver.accepted.values()) == {1}


@on_postgresql
def test_five_that_start_at_once_over_one_postgresql_share_the_work_and_each_reminder_leaves_once(
    installation: Installation,
) -> None:
    installation.lease = LONG_LEASE
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=1000)
        installation.write_registry(event_due_now("briefing"))
        lives = [installation.start_process() for _ in range(5)]
        rows = installation.wait_settled(1000)
        check_invariants(installation.open_store(), rows, receiver.accepted)
        assert [each.stop(signal.SIGTERM) for each in lives] == [0] * 5, installation.output[-2000:]
    assert set(receiver.accepted.values()) == {1}
    assert installation.output.count("edition 1 published") == 1


@pytest.mark.process
@pytest.mark.timeout(300)
def test_everything_the_supervisor_or_the_worker_alone_may_be_killed_under_load(installation: Installation) -> None:
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=3000)
        installation.write_registry(event_due_now("briefing"))
        _serve_and_kill(installation, receiver, random.Random(7), ["worker", "supervisor", "group"])

        rows = installation.rows()
        check_invariants(installation.open_store(), rows, receiver.accepted)
    assert {each.state for each in rows} == {"sent"}
    assert len(rows) == 3000


def _serve_and_kill(
    installation: Installation, receiver: WebhookServer, moments: random.Random, whom: list[str]
) -> None:
    """A real `eventcal serve`, of which one part after another dies at some moment; started again until all is settled."""
    server = ServeProcess(
        installation.folder,
        environment={**installation.environment, "PYTHONPATH": str(ROOT)},
        module="tests.faults.entry",
    )
    try:
        for each in whom:
            if server.process is None or server.process.poll() is not None:
                server.start().wait_ready()
            goal = len(receiver.calls) + moments.randrange(1, 400)
            wait_until(lambda: len(receiver.calls) >= goal or not installation.states()["queued"], "it sends", 100)  # noqa: B023
            if each == "worker":
                old = _workers(server)
                os.kill(old[0], signal.SIGKILL)
                wait_until(lambda: set(_workers(server)) - set(old), "another worker")  # noqa: B023
                server.wait_ready()
                assert server.process is not None
                assert server.process.poll() is None, "the scheduler goes on"
            else:
                server.kill(group=each == "group")
                wait_until(lambda: not server.group_pids(), "no orphan is left")
        if server.process is None or server.process.poll() is not None:
            server.start().wait_ready()
        installation.wait_settled(1, timeout=200)
        assert server.stop() == 0
    finally:
        if server.process is not None and (server.process.poll() is None or server.group_pids()):
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


def _workers(server: ServeProcess) -> list[int]:
    """The processes that granian started, by their command line."""
    found = []
    for each in server.group_pids():
        try:
            line = Path(f"/proc/{each}/cmdline").read_bytes()
        except OSError:
            continue
        if b"spawn_main" in line and is_running(each):
            found.append(each)
    return found


# the long ones: `make faults`


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_hundred_deaths_take_nothing_back_and_all_is_sent(installation: Installation) -> None:
    """In one installation, one after the other: each second one in a window drawn by lot, where its life leads there."""
    lot, deaths, repeated = random.Random(200), Counter[str](), Counter[int]()
    with webhook_server() as web, smtp_relay() as post:
        installation.write_channels(webhook_table(web.url), email_table(), relay_url=post.url)
        installation.add_subscribers("hook", 40)
        installation.add_subscribers("desk", 20)
        events: list[str] = []
        windows = [
            each
            for each in CRASH_WINDOWS
            if not each.startswith("noted") and (installation.is_shared or each not in SHARED_STORE_WINDOWS)
        ]
        for number in range(200):
            events.append(event_due_now(f"e{number}"))
            installation.write_registry(*events)
            window = lot.choice(windows) if number % 2 else ""
            before = _taken(web, post)
            life = installation.start_process(f"{window}:{lot.randint(1, 5)}" if window else "")
            goal = len(web.calls) + len(post.mails) + lot.randint(1, 80)
            try:
                wait_until(
                    lambda: life.status is not None or (not window and len(web.calls) + len(post.mails) >= goal),  # noqa: B023
                    "death",
                    3,
                )
            except AssertionError:
                window = ""  # it has nothing more to do that leads there
            if life.status is None:
                life.stop(signal.SIGKILL)
            assert life.status == -9, installation.output[-2000:]
            deaths[window or "any moment"] += 1
            taken = _taken(web, post)
            repeated[sum(1 for each in installation.sending_ids() if taken[each] > before[each])] += 1
            assert all(taken[each] >= before[each] for each in before)
        installation.start_process()
        rows = installation.wait_settled(200 * 62, timeout=120)
        taken = _taken(web, post)
        check_invariants(installation.open_store(), rows, taken, [(each.at, each.id) for each in web.calls])
    _tell("200 deaths of the scheduler under load", deaths, repeated, rows, taken)
    assert {each.state for each in rows} == {"sent"}


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_twenty_deaths_among_ten_thousand(installation: Installation) -> None:
    moments = random.Random(20)
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=1000)
        installation.write_registry(*(event_due_now(f"e{n}") for n in range(10)))
        copies = _killed_among(installation, receiver, [moments.randrange(450) for _ in range(20)])
        rows = installation.wait_settled(10_000, timeout=120)
        check_invariants(
            installation.open_store(), rows, receiver.accepted, [(each.at, each.id) for each in receiver.calls]
        )
    _tell("20 deaths among 10,000 due at once", Counter({"any moment": 20}), Counter(copies), rows, receiver.accepted)
    assert {each.state for each in rows} == {"sent"}
    assert max(copies) <= MAX_IN_FLIGHT_MESSAGES, copies


@pytest.mark.long
@pytest.mark.process
@pytest.mark.timeout(1800)
def test_thirty_deaths_of_a_whole_serve(installation: Installation) -> None:
    lot = random.Random(30)
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=10_000)
        installation.write_registry(event_due_now("briefing"))
        whom = [lot.choice(["group", "supervisor", "worker"]) for _ in range(30)]
        _serve_and_kill(installation, receiver, lot, whom)
        rows = installation.wait_settled(10_000, timeout=120)
        check_invariants(installation.open_store(), rows, receiver.accepted)
    _tell("30 deaths of parts of `eventcal serve`", Counter(whom), Counter(), rows, receiver.accepted)
    assert {each.state for each in rows} == {"sent"}


def _taken(*others: WebhookServer | SmtpRelay) -> Counter[str]:
    """What the other sides have taken by now, copied at one stroke: they go on counting."""
    found = Counter[str]()
    for each in others:
        found.update(dict(each.accepted))
    return found


def _tell(
    what: str, deaths: Counter[str], repeated: Counter[int], rows: list[DeliveryRow], taken: Counter[str]
) -> None:
    """The result as lines for docs/reliability.md."""
    copies = sum(each - 1 for each in taken.values() if each > 1)
    print(f"\n{what}")
    for window, count in deaths.most_common():
        print(f"  {count:4}  {window}")
    lost = sum(1 for each in rows if each.state != "sent" or not taken[each.id])
    print(f"  {len(rows)} deliveries, {lost} lost, {copies} copies", end="")
    if total := sum(repeated.values()):
        mean = sum(number * count for number, count in repeated.items()) / total
        print(f"; per death {mean:.1f} on average, {max(repeated)} at most", end="")
    print()
