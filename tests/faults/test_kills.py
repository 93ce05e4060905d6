"""Deaths from outside, at any moment and under load: of everything, of the supervisor or of the worker alone; and polite ends."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from pathlib import Path

import pytest

from ..running import Server, until
from .desk import IN_FLIGHT, ROOT, Desk, Row, alive, due_now, hook_table, mail_table, on_postgresql, on_sqlite, sound
from .entry import SHARED, WINDOWS
from .hook import Hook, hook
from .relay import Relay, relay


@pytest.mark.timeout(300)
def test_ten_thousand_due_at_once_all_arrive_though_the_scheduler_is_killed_among_them(desk: Desk) -> None:
    moments = random.Random(4)
    with hook() as other:
        desk.channels(hook_table(other.url))
        desk.readers("hook", 999)
        desk.registry(*(due_now(f"e{n}") for n in range(10)))
        copies = _killed_among(desk, other, [moments.randrange(1500) for _ in range(4)])

        rows = desk.settled(10_000, patience=200)
        sound(desk.store(), rows, other.taken, [(each.at, each.id) for each in other.calls])
    assert {each.state for each in rows} == {"sent"}
    assert len(rows) == 10_000
    assert max(copies) <= IN_FLIGHT, copies


def _killed_among(desk: Desk, other: Hook, after: list[int]) -> list[int]:
    """Kill one scheduler after the other, each after so many calls; for each death, how many it had sent and not written down."""
    copies = []
    for count in after:
        before, so_far = _taken(other), len(other.calls)
        life = desk.live()
        life.until(lambda: len(other.calls) > so_far + count, "it sends")  # noqa: B023
        life.end(signal.SIGKILL)
        taken = _taken(other)
        copies.append(sum(1 for each in desk.sending() if taken[each] > before[each]))
    desk.live()
    return copies


def test_a_polite_end_in_the_middle_of_a_batch_repeats_nothing(desk: Desk) -> None:
    desk.lease = 3.0
    with hook() as other:
        desk.channels(hook_table(other.url))
        desk.readers("hook", 1999)
        desk.registry(due_now("briefing"))
        for _ in range(2):
            life, so_far = desk.live(), len(other.calls)
            life.until(lambda: len(other.calls) > so_far + 200, "it sends")  # noqa: B023
            assert life.end(signal.SIGTERM) == 0
            assert desk.sending() == set(), "what was claimed is given back"
            if desk.states()["queued"] == 0:
                break
        desk.live()

        rows = desk.settled(2000)
        sound(desk.store(), rows, other.taken)
    assert set(other.taken.values()) == {1}
    assert sum(each.ambiguous for each in rows) == 0


@on_sqlite
def test_of_five_that_start_at_once_one_serves_and_each_reminder_leaves_once(desk: Desk) -> None:
    with hook() as other:
        desk.channels(hook_table(other.url))
        desk.readers("hook", 99)
        desk.registry(due_now("briefing"))
        lives = [desk.live() for _ in range(5)]
        rows = desk.settled(100)
        until(lambda: sum(each.status is None for each in lives) == 1, "four of them end")
        (holder,) = [each for each in lives if each.status is None]
        assert [each.status for each in lives if each.status is not None] == [1] * 4
        assert desk.said.count(f"is held by process {holder.number} (eventcal serve") == 4

        sound(desk.store(), rows, other.taken)
    assert set(other.taken.values()) == {1}


@on_postgresql
def test_five_that_start_at_once_over_one_postgresql_share_the_work_and_each_reminder_leaves_once(desk: Desk) -> None:
    desk.lease = 3.0
    with hook() as other:
        desk.channels(hook_table(other.url))
        desk.readers("hook", 999)
        desk.registry(due_now("briefing"))
        lives = [desk.live() for _ in range(5)]
        rows = desk.settled(1000)
        sound(desk.store(), rows, other.taken)
        assert [each.end(signal.SIGTERM) for each in lives] == [0] * 5, desk.said[-2000:]
    assert set(other.taken.values()) == {1}
    assert desk.said.count("edition 1 is published") == 1


@pytest.mark.process
@pytest.mark.timeout(300)
def test_everything_the_supervisor_or_the_worker_alone_may_be_killed_under_load(desk: Desk) -> None:
    with hook() as other:
        desk.channels(hook_table(other.url))
        desk.readers("hook", 2999)
        desk.registry(due_now("briefing"))
        _serve_and_kill(desk, other, random.Random(7), ["worker", "supervisor", "group"])

        rows = desk.rows()
        sound(desk.store(), rows, other.taken)
    assert {each.state for each in rows} == {"sent"}
    assert len(rows) == 3000


def _serve_and_kill(desk: Desk, other: Hook, moments: random.Random, whom: list[str]) -> None:
    """A real `eventcal serve`, of which one part after another dies at some moment; started again until all is settled."""
    server = Server(desk.folder, environment={**desk.environment, "PYTHONPATH": str(ROOT)}, module="tests.faults.entry")
    try:
        for each in whom:
            if server.process is None or server.process.poll() is not None:
                server.start().ready()
            goal = len(other.calls) + moments.randrange(1, 400)
            until(lambda: len(other.calls) >= goal or not desk.states()["queued"], "it sends", 100)  # noqa: B023
            if each == "worker":
                old = _workers(server)
                os.kill(old[0], signal.SIGKILL)
                until(lambda: set(_workers(server)) - set(old), "another worker")  # noqa: B023
                server.ready()
                assert server.process is not None
                assert server.process.poll() is None, "the scheduler goes on"
            else:
                server.kill(group=each == "group")
                until(lambda: not server.members(), "no orphan is left")
        if server.process is None or server.process.poll() is not None:
            server.start().ready()
        desk.settled(1, patience=200)
        assert server.stop() == 0
    finally:
        if server.process is not None and (server.process.poll() is None or server.members()):
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


def _workers(server: Server) -> list[int]:
    """The processes that granian started, by their command line."""
    found = []
    for each in server.members():
        try:
            line = Path(f"/proc/{each}/cmdline").read_bytes()
        except OSError:
            continue
        if b"spawn_main" in line and alive(each):
            found.append(each)
    return found


# the long ones: `make faults`


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_two_hundred_deaths(desk: Desk) -> None:
    """In one installation, one after the other: each second one in a window drawn by lot, where its life leads there."""
    lot, deaths, repeated = random.Random(200), Counter[str](), Counter[int]()
    with hook() as web, relay() as post:
        desk.channels(hook_table(web.url), mail_table(), relay=post.url)
        desk.readers("hook", 40)
        desk.readers("desk", 20)
        events: list[str] = []
        windows = [each for each in WINDOWS if not each.startswith("noted") and (desk.shared or each not in SHARED)]
        for number in range(200):
            events.append(due_now(f"e{number}"))
            desk.registry(*events)
            window = lot.choice(windows) if number % 2 else ""
            before = _taken(web, post)
            life = desk.live(f"{window}:{lot.randint(1, 5)}" if window else "")
            goal = len(web.calls) + len(post.mails) + lot.randint(1, 80)
            try:
                until(
                    lambda: life.status is not None or (not window and len(web.calls) + len(post.mails) >= goal),  # noqa: B023
                    "death",
                    3,
                )
            except AssertionError:
                window = ""  # it has nothing more to do that leads there
            if life.status is None:
                life.end(signal.SIGKILL)
            assert life.status == -9, desk.said[-2000:]
            deaths[window or "any moment"] += 1
            taken = _taken(web, post)
            repeated[sum(1 for each in desk.sending() if taken[each] > before[each])] += 1
            assert all(taken[each] >= before[each] for each in before)
        desk.live()
        rows = desk.settled(200 * 62, patience=120)
        taken = _taken(web, post)
        sound(desk.store(), rows, taken, [(each.at, each.id) for each in web.calls])
    _tell("200 deaths of the scheduler under load", deaths, repeated, rows, taken)
    assert {each.state for each in rows} == {"sent"}


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_twenty_deaths_among_ten_thousand(desk: Desk) -> None:
    moments = random.Random(20)
    with hook() as other:
        desk.channels(hook_table(other.url))
        desk.readers("hook", 999)
        desk.registry(*(due_now(f"e{n}") for n in range(10)))
        copies = _killed_among(desk, other, [moments.randrange(450) for _ in range(20)])
        rows = desk.settled(10_000, patience=120)
        sound(desk.store(), rows, other.taken, [(each.at, each.id) for each in other.calls])
    _tell("20 deaths among 10,000 due at once", Counter({"any moment": 20}), Counter(copies), rows, other.taken)
    assert {each.state for each in rows} == {"sent"}
    assert max(copies) <= IN_FLIGHT, copies


@pytest.mark.long
@pytest.mark.process
@pytest.mark.timeout(1800)
def test_thirty_deaths_of_a_whole_serve(desk: Desk) -> None:
    lot = random.Random(30)
    with hook() as other:
        desk.channels(hook_table(other.url))
        desk.readers("hook", 9999)
        desk.registry(due_now("briefing"))
        whom = [lot.choice(["group", "supervisor", "worker"]) for _ in range(30)]
        _serve_and_kill(desk, other, lot, whom)
        rows = desk.settled(10_000, patience=120)
        sound(desk.store(), rows, other.taken)
    _tell("30 deaths of parts of `eventcal serve`", Counter(whom), Counter(), rows, other.taken)
    assert {each.state for each in rows} == {"sent"}


def _taken(*others: Hook | Relay) -> Counter[str]:
    """What the other sides have taken by now, copied at one stroke: they go on counting."""
    found = Counter[str]()
    for each in others:
        found.update(dict(each.taken))
    return found


def _tell(what: str, deaths: Counter[str], repeated: Counter[int], rows: list[Row], taken: Counter[str]) -> None:
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
