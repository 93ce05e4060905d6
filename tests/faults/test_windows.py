"""A scheduler dies by SIGKILL in each window between noticing an edit and writing down what came of it, and another goes on."""

from __future__ import annotations

import signal

import pytest

from eventcal.store import ledger

from .desk import Desk, due_now, hook_table, mail_table, on_postgresql, sound
from .entry import SHARED
from .hook import Hook, hook
from .relay import relay

BEFORE_THE_SOCKET = [
    "planned, not committed",
    "plan committed, not staged",
    "in the middle of staging",
    "staged, not claimed",
    "claimed, not committed",
    "claimed, no socket open",
]
ON_THE_WIRE = ["half of the message left", "all of it left, no answer yet", "accepted, not settled"]
AFTER = ["settled, not committed", "settled"]
COPIES = {"all of it left, no answer yet": 2, "accepted, not settled": 2, "settled, not committed": 2}
"""The only windows in which a message may come twice; any other: once."""


@pytest.mark.parametrize("window", [*BEFORE_THE_SOCKET, *ON_THE_WIRE, *AFTER])
def test_a_web_hook_is_called_whatever_the_moment_of_death(desk: Desk, window: str) -> None:
    with hook() as other:
        desk.channels(hook_table(other.url))
        desk.registry(due_now("briefing"))
        _die_and_live_again(desk, window)

        (row,) = desk.settled(1)
        sound(desk.store(), [row], other.taken)
    assert row.state == "sent"
    assert other.taken == {row.id: COPIES.get(window, 1)}


@on_postgresql
@pytest.mark.parametrize("window", SHARED)
def test_a_web_hook_is_called_though_its_batch_was_lost_on_its_way_from_the_one_to_the_other(
    desk: Desk, window: str
) -> None:
    test_a_web_hook_is_called_whatever_the_moment_of_death(desk, window)


@pytest.mark.parametrize("window", ["claimed, no socket open", *ON_THE_WIRE, *AFTER])
def test_a_mail_arrives_whatever_the_moment_of_death(desk: Desk, window: str) -> None:
    with relay() as other:
        desk.channels(mail_table(), relay=other.url)
        desk.registry(due_now("briefing"))
        _die_and_live_again(desk, window)

        (row,) = desk.settled(1)
        sound(desk.store(), [row], other.taken)
    assert row.state == "sent"
    assert other.taken == {row.id: COPIES.get(window, 1)}


@pytest.mark.parametrize("window", ["noted, not committed", "noted, not claimed", "accepted, not settled"])
def test_a_notice_is_given_whatever_the_moment_of_death(desk: Desk, window: str) -> None:
    with hook() as other:
        _moved(desk, other)
        desk.lives[-1].end(signal.SIGKILL)
        assert desk.live(window, clock=600).over() == -9
        desk.live(clock=600)

        (row,) = desk.settled(1)
        sound(desk.store(), [row], other.taken)
    assert (row.kind, row.state) == ("change", "sent")
    assert other.taken == {row.id: COPIES.get(window, 1)}


def test_a_notice_is_given_when_the_edit_itself_was_cut_short(desk: Desk) -> None:
    with hook() as other:
        _moved(desk, other, die="planned, not committed:2")
        assert desk.lives[-1].over() == -9
        assert "edition 2" not in desk.said
        desk.live(clock=0)
        desk.lives[-1].until(lambda: "edition 2 is published" in desk.said, "the edit is noticed")
        desk.set_clock(600)

        (row,) = desk.settled(1)
        sound(desk.store(), [row], other.taken)
    assert (row.kind, row.state) == ("change", "sent")


def _moved(desk: Desk, other: Hook, die: str = "") -> None:
    """An event that is told of when it moves has moved, just now."""
    event = "- {id: talks, title: Talks, when: 2098-09-16, reminders: [on change]}\n"
    desk.channels(hook_table(other.url))
    desk.registry(event)
    desk.live(die, clock=0)
    desk.lives[-1].until(lambda: "Reminders:" in desk.said, "it is up")
    desk.registry(event.replace("-16", "-17"))
    if not die:
        desk.lives[-1].until(lambda: "edition 2 is published" in desk.said, "the edit is noticed")


def test_a_reminder_to_many_survives_a_death_in_the_middle_of_its_fan_out(desk: Desk) -> None:
    with hook() as other:
        desk.channels(hook_table(other.url))
        desk.readers("hook", 300)
        desk.registry(*(due_now(f"e{n}") for n in range(3)))
        assert desk.live("in the middle of staging:2").over() == -9
        assert desk.rows() == []
        desk.live()

        rows = desk.settled(3 * 301)
        sound(desk.store(), rows, other.taken)
    assert {each.state for each in rows} == {"sent"}
    assert set(other.taken.values()) == {1}


def _die_and_live_again(desk: Desk, window: str) -> None:
    died = desk.live(window)
    assert died.over() == -9, desk.said
    with desk.store().read() as conn:
        assert all(each.balanced for each in ledger.balance(conn)), "the sums balance at the moment of death"
    desk.live()
