"""A scheduler dies by SIGKILL in each window between noticing an edit and writing down what came of it, and another goes on."""

from __future__ import annotations

import signal

import pytest

from eventcal.store.ledger import stats

from .entry import SHARED_STORE_WINDOWS
from .installation import (
    AFTER_ITS_LEASE,
    LONG_LEASE,
    Installation,
    check_invariants,
    email_table,
    event_due_now,
    on_postgresql,
)
from .smtp_relay import smtp_relay
from .webhook_server import WebhookServer, webhook_server

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


@pytest.fixture(autouse=True)
def _longer_than_a_busy_machine_pauses(installation: Installation) -> None:
    installation.lease = LONG_LEASE


@pytest.mark.parametrize("window", [*BEFORE_THE_SOCKET, *ON_THE_WIRE, *AFTER])
def test_a_web_hook_is_called_whatever_the_moment_of_death(installation: Installation, window: str) -> None:
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url)
        installation.write_registry(event_due_now("briefing"))
        _die_and_live_again(installation, window)

        (row,) = installation.wait_settled(1)
        check_invariants(installation.open_store(), [row], receiver.accepted)
    assert row.state == "sent"
    assert receiver.accepted == {row.id: COPIES.get(window, 1)}


@on_postgresql
@pytest.mark.parametrize("window", SHARED_STORE_WINDOWS)
def test_a_web_hook_is_called_though_its_batch_was_lost_on_its_way_from_the_one_to_the_other(
    installation: Installation, window: str
) -> None:
    test_a_web_hook_is_called_whatever_the_moment_of_death(installation, window)


@pytest.mark.parametrize("window", ["claimed, no socket open", *ON_THE_WIRE, *AFTER])
def test_a_mail_arrives_whatever_the_moment_of_death(installation: Installation, window: str) -> None:
    with smtp_relay() as receiver:
        installation.write_channels(email_table(), relay_url=receiver.url)
        installation.write_registry(event_due_now("briefing"))
        _die_and_live_again(installation, window)

        (row,) = installation.wait_settled(1)
        check_invariants(installation.open_store(), [row], receiver.accepted)
    assert row.state == "sent"
    assert receiver.accepted == {row.id: COPIES.get(window, 1)}


@pytest.mark.parametrize("window", ["noted, not committed", "noted, not claimed", "accepted, not settled"])
def test_a_notice_is_given_whatever_the_moment_of_death(installation: Installation, window: str) -> None:
    with webhook_server() as receiver:
        _moved(installation, receiver)
        installation.processes[-1].stop(signal.SIGKILL)
        assert installation.start_process(window, clock_skew=600).wait() == -9
        installation.start_process(clock_skew=600 + AFTER_ITS_LEASE)

        (row,) = installation.wait_settled(1)
        check_invariants(installation.open_store(), [row], receiver.accepted)
    assert (row.kind, row.state) == ("change", "sent")
    assert receiver.accepted == {row.id: COPIES.get(window, 1)}


def test_a_notice_is_given_when_the_edit_itself_was_cut_short(installation: Installation) -> None:
    with webhook_server() as receiver:
        _moved(installation, receiver, die="planned, not committed:2")
        assert installation.processes[-1].wait() == -9
        assert "edition 2" not in installation.output
        installation.start_process(clock_skew=0)
        installation.processes[-1].wait_until(
            lambda: "edition 2 published" in installation.output, "the edit is noticed"
        )
        installation.set_clock_skew(600)

        (row,) = installation.wait_settled(1)
        check_invariants(installation.open_store(), [row], receiver.accepted)
    assert (row.kind, row.state) == ("change", "sent")


def _moved(installation: Installation, receiver: WebhookServer, die: str = "") -> None:
    """An event that is told of when it moves has moved, just now."""
    event = "- {id: talks, title: Talks, when: 2098-09-16, reminders: [on change]}\n"
    installation.write_webhook(receiver.url)
    installation.write_registry(event)
    installation.start_process(die, clock_skew=0)
    installation.processes[-1].wait_until(lambda: "Reminders:" in installation.output, "it is up")
    installation.write_registry(event.replace("-16", "-17"))
    if not die:
        installation.processes[-1].wait_until(
            lambda: "edition 2 published" in installation.output, "the edit is noticed"
        )


def test_a_reminder_to_many_survives_a_death_in_the_middle_of_its_fan_out(installation: Installation) -> None:
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url, readers=301)
        installation.write_registry(*(event_due_now(f"e{n}") for n in range(3)))
        assert installation.start_process("in the middle of staging:2").wait() == -9
        assert installation.rows() == []
        installation.start_process()

        rows = installation.wait_settled(3 * 301)
        check_invariants(installation.open_store(), rows, receiver.accepted)
    assert {each.state for each in rows} == {"sent"}
    assert set(receiver.accepted.values()) == {1}


def _die_and_live_again(installation: Installation, window: str) -> None:
    died = installation.start_process(window)
    assert died.wait() == -9, installation.output
    with installation.open_store().read() as conn:
        assert all(each.is_balanced for each in stats.balance(conn)), "the sums balance at the moment of death"
    installation.start_process(clock_skew=AFTER_ITS_LEASE)
