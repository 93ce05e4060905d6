"""The registry changes at a bad moment, or badly: what is on its way is decided by the newest edition, and a broken file by none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Barrier, Thread

import pytest

from eventcal.channels import Outcome, Permanent, Recheck, Sent, no_recheck
from eventcal.channels.mime import render_mail
from eventcal.deliveries import LocalDispatcher, tick
from eventcal.messages import Message
from eventcal.run.registry_watcher import RegistryWatcher
from eventcal.settings import Settings
from eventcal.store.ledger import delivery_queue

from ..world import REGISTRY_HEADER, ScriptedChannel, World
from .in_process import DUE, MINUTE, NOW, START, summit_yaml

SECOND = timedelta(seconds=1)
BEFORE = summit_yaml(lead="1 day before, on change")
MOVED = BEFORE.replace("16 10:00", "20 10:00")
CANCELLED = BEFORE.replace("title: Summit", "title: Summit, status: cancelled")
GONE = ""
MONTH = BEFORE.replace("2021-09-16 10:00", "2021-09").replace("1 day before", "2 weeks before at 09:00")
AFTER_THE_WAIT = 6 * MINUTE


@pytest.fixture
def world(tmp_path: Path, database: str) -> World:
    return World(tmp_path, url=database)


def said(world: World) -> list[str]:
    return [str(each.kind) for each in world.recorder.received]


def told_of(world: World) -> list[str]:
    """The kinds of change that notices spoke of, in their order."""
    return [line["kind"] for each in world.recorder.received if each.kind == "change" for line in each.data["changes"]]  # type: ignore[attr-defined, misc]


# an edit, and when it comes


@pytest.mark.parametrize(
    ("edit", "reason", "kind"),
    [(MOVED, "moved", "moved"), (CANCELLED, "cancelled", "cancelled"), (GONE, "vanished", "vanished")],
    ids=["moved", "cancelled", "vanished"],
)
class TestAnEdit:
    def test_while_a_reminder_is_queued_skips_it_and_tells_who_asked(
        self, world: World, edit: str, reason: str, kind: str
    ) -> None:
        world.publish(BEFORE, NOW)
        world.tick(DUE - 30 * SECOND)  # staged
        world.publish(edit, DUE - 10 * SECOND)
        world.run(DUE, DUE + AFTER_THE_WAIT)

        assert said(world) == ["change"]
        assert told_of(world) == [kind]
        assert ("skipped", reason) in world.states()
        assert world.is_balanced()

    def test_between_the_claim_and_the_socket_skips_it_too(
        self, world: World, edit: str, reason: str, kind: str
    ) -> None:
        """Claimed, and then the sender was slow: it is read again."""
        world.publish(BEFORE, NOW)
        clock = [DUE]

        def moment() -> datetime:
            if clock[0] == DUE and _sending(world):
                clock[0] += 2 * SECOND
                world.publish(edit, clock[0])
            return clock[0]

        sender = world.sender(moment)
        tick(sender, LocalDispatcher(sender))

        assert said(world) == []
        assert ("skipped", reason) in world.states()
        assert world.is_balanced()

    def test_while_a_message_leaves_comes_too_late_for_it_and_is_told_after_it(
        self, world: World, edit: str, reason: str, kind: str
    ) -> None:
        world.publish(BEFORE, NOW)
        world.channels["desk"] = During(world.recorder, lambda: world.publish(edit, DUE))
        world.run(DUE, DUE + AFTER_THE_WAIT)

        assert said(world) == ["reminder", "change"]
        assert told_of(world) == [kind]
        assert ("sent", "") in world.states()
        assert world.is_balanced()

    def test_after_a_reminder_is_told_to_who_was_reminded_though_nobody_asked(
        self, world: World, edit: str, reason: str, kind: str
    ) -> None:
        world.publish(BEFORE.replace(", on change", ""), NOW)
        world.tick(DUE)
        world.publish(edit.replace(", on change", ""), DUE + MINUTE)
        world.run(DUE + MINUTE, DUE + AFTER_THE_WAIT)

        assert said(world) == ["reminder", "change"]
        assert told_of(world) == [kind]

    def test_that_is_taken_back_within_five_minutes_is_told_to_nobody_and_the_reminder_comes(
        self, world: World, edit: str, reason: str, kind: str
    ) -> None:
        world.publish(BEFORE, NOW)
        world.tick(DUE - 30 * SECOND)
        world.publish(edit, DUE - 10 * SECOND)
        world.tick(DUE)
        world.publish(BEFORE, DUE + MINUTE)
        world.run(DUE + MINUTE, START)

        assert said(world) == ["reminder"]
        assert world.is_balanced()

    def test_that_is_taken_back_after_it_was_told_is_told_back_and_no_reminder_comes_twice(
        self, world: World, edit: str, reason: str, kind: str
    ) -> None:
        world.publish(BEFORE, NOW)
        world.tick(DUE)
        world.publish(edit, DUE + MINUTE)
        world.run(DUE + MINUTE, DUE + 10 * MINUTE)
        world.publish(BEFORE, DUE + 11 * MINUTE)
        world.run(DUE + 11 * MINUTE, START)

        assert said(world) == ["reminder", "change", "change"]
        assert world.is_balanced()


def test_a_day_that_becomes_known_while_the_months_reminder_waits_replaces_it(world: World) -> None:
    due = datetime.fromisoformat("2021-08-18T04:00:00+00:00")  # two weeks before the month, 09:00 in Dushanbe
    world.publish(MONTH, due - timedelta(days=5))
    world.tick(due - 30 * SECOND)
    world.publish(BEFORE, due - 10 * SECOND)
    world.run(due, START)

    assert said(world) == ["change", "reminder"]
    assert told_of(world) == ["day known"]
    assert ("skipped", "moved") in world.states()
    assert world.is_balanced()


class During(ScriptedChannel):
    """A channel during whose work something happens, once."""

    def __init__(self, box: ScriptedChannel, happens: Callable[[], object]) -> None:
        super().__init__()
        self.received, self._happens = box.received, [happens]

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        while self._happens:
            self._happens.pop()()
        return super().send(message)


def _sending(world: World) -> bool:
    return any(each.state == "sending" for each in world.delivery_records())


# a file that is broken


MANY = "".join(
    f"- {{id: e{n}, title: E{n}, when: 2021-09-16 10:00, reminders: [1 day before, on change]}}\n" for n in range(20)
)
BROKEN = {
    "empty": "",
    "half-written": f"{REGISTRY_HEADER}events:\n" + "".join(f"  {line}\n" for line in MANY.splitlines())[:-40],
    "not YAML": "version: 1\ncalendar: {id: test\n",
    "a duplicate id": f"{REGISTRY_HEADER}events:\n"
    + "".join(f"  {line}\n" for line in [*MANY.splitlines(), MANY.splitlines()[3]]),
    "an unknown zone": f"{REGISTRY_HEADER}events:\n  - {{id: e1, title: E, when: 2021-09-16 10:00, timezone: Asia/Atlantis}}\n",
    "a third gone": f"{REGISTRY_HEADER}events:\n" + "".join(f"  {line}\n" for line in MANY.splitlines()[:14]),
    "another calendar's": f"{REGISTRY_HEADER}events: []\n".replace("id: test", "id: other"),
    "not UTF-8": f"{REGISTRY_HEADER}events:\n  - {{id: e1, title: \udcff, when: 2021-09-16}}\n",
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_changes_nothing_and_tells_nobody(tmp_path: Path, world: World, what: str) -> None:
    """Twenty events stand, the file breaks under a running scheduler, and their reminders come all the same, and nothing else."""
    lines: list[str] = []
    world.start(NOW)
    file = tmp_path / "events.yaml"
    file.write_text(
        f"{REGISTRY_HEADER}events:\n" + "".join(f"  {line}\n" for line in MANY.splitlines()), encoding="utf-8"
    )
    look = RegistryWatcher(world.store, Settings(registry=file), lambda result: lines.append(str(result)))
    look(NOW)
    file.write_bytes(BROKEN[what].encode("utf-8", "surrogateescape"))
    for minutes in range(3):
        look(NOW + minutes * MINUTE)
    world.run(NOW, START)

    assert "edition 1 stays" in lines[-1]
    assert len(lines) == 2, "it is said once, not with every look"
    assert world.edition().number == 1
    assert Counter(each.kind for each in world.recorder.received) == {"reminder": 20}
    assert world.is_balanced()


def test_an_edit_that_is_mended_is_taken_up_where_the_good_one_stood(tmp_path: Path, world: World) -> None:
    lines: list[str] = []
    world.start(NOW)
    file = tmp_path / "events.yaml"
    file.write_text(f"{REGISTRY_HEADER}events:\n  {BEFORE}", encoding="utf-8")
    look = RegistryWatcher(world.store, Settings(registry=file), lambda result: lines.append(str(result)))
    look(NOW)
    file.write_text(f"{REGISTRY_HEADER}events:\n  {MOVED[:40]}", encoding="utf-8")
    look(NOW + MINUTE)
    file.write_text(f"{REGISTRY_HEADER}events:\n  {MOVED}", encoding="utf-8")
    look(NOW + 2 * MINUTE)
    world.run(NOW + 2 * MINUTE, NOW + 10 * MINUTE)

    assert world.edition().number == 2
    assert told_of(world) == ["moved"]


# an operator, and rows that poison


def test_two_operators_who_replay_the_same_dead_letters_at_once_send_each_once(world: World) -> None:
    world.recorder.outcomes = [Permanent("out")]
    world.publish(MANY, NOW)
    world.tick(DUE)
    dead = [each.id for each in world.delivery_records(state="dead")]
    barrier, counts = Barrier(2), []

    def replay() -> None:
        barrier.wait(60)
        with world.store.write() as conn:
            counts.append(delivery_queue.requeue_dead(conn, dead, START - MINUTE))

    both = [Thread(target=replay) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    world.recorder.outcomes = [Sent()]
    world.recorder.received.clear()
    world.tick(START - MINUTE)

    assert sorted(counts) == [0, len(dead)]
    assert len(dead) == 20
    assert Counter(each.key for each in world.recorder.received) == Counter(
        {each.key: 1 for each in world.recorder.received}
    )
    assert len(world.recorder.received) == 20
    assert {each.resend_count for each in world.delivery_records()} == {1}
    assert world.is_balanced()


def test_titles_that_would_break_a_header_reach_a_mail_as_text(world: World) -> None:
    """As far as a registry lets them: folded over lines, with what looks like a header, very long, in every script."""
    titles = {
        "fold": '"Summit\\nBcc: everyone@example.net"',
        "long": "x" * 2000,
        "scripts": "Саммит 峰会 قمة 🕊",
        "dots": '".\\n."',
    }
    good = [
        f"- {{id: {id}, title: {text}, when: 2021-09-16 10:00, reminders: [1 day before]}}"
        for id, text in titles.items()
    ]
    kept = []
    for line in good:
        try:
            world.publish(line, NOW)
            kept.append(line)
        except AssertionError:
            continue  # the registry refuses it, with its line
    world.publish("\n".join([*kept, summit_yaml("other")]), NOW)
    world.tick(DUE)

    assert {state for state, _ in world.states()} == {"sent"}
    for each in world.recorder.received:
        mail = message_from_bytes(render_mail(each, "calendar@example.org"), policy=default)
        assert mail["Bcc"] is None
        assert mail["Subject"]
    assert len(world.recorder.received) == len(kept) + 1 >= 3
