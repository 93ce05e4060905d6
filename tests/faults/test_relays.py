"""Every way in which a mail relay fails, by a real SMTP server under an injected clock: what is tried again, and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest

from eventcal.channels import ChannelSettings
from eventcal.channels.email import Email
from eventcal.dispatch.local import THREADS

from ..running import free_port, until
from .conftest import Open
from .desk import OPEN
from .relay import DROP, SILENCE, Relay, relay
from .shop import DUE, MINUTE, NOW, START, Shop, summit

SENDER = "calendar@example.org"
READERS = tuple(f"r{n}@example.net" for n in range(8))

Post = Callable[..., Shop]


@pytest.fixture
def post(shop: Open) -> Post:
    """Opens an installation that mails to *to* by way of a relay."""

    def open_one(other: Relay | str, to: tuple[str, ...] = ("r@example.net",), timeout: float = 0.3) -> Shop:
        url = other if isinstance(other, str) else other.url
        return shop(ChannelSettings("desk", "email", to=to), Email(url, SENDER, timeout=timeout))

    return open_one


def once(step: str, answer: str) -> Callable[[str, str, int], str]:
    """*answer* at the first time that anybody comes to *step*, then 250."""
    left = [answer]
    return lambda at, to, nth: left.pop() if at == step and left else "250 OK"


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("MAIL", "421 4.3.2 closing down"),
        ("MAIL", "451 4.3.0 later"),
        ("RCPT", "450 4.2.1 greylisted"),
        ("RCPT", "452 4.5.3 too many"),
        ("RCPT", SILENCE),
        ("DATA", "421 4.3.2 closing down"),
        ("DATA", "450 4.2.1 busy"),
        ("DATA", "452 4.3.1 no room"),
    ],
)
def test_what_is_refused_for_the_moment_is_tried_again_and_arrives_once(post: Post, step: str, answer: str) -> None:
    with relay(once(step, answer)) as other:
        here = post(other)
        here.publish(summit(), NOW)
        here.go(DUE)
        assert other.taken == {}
        assert [each.state for each in here.rows()] == ["retry"]

        here.until(DUE + 5 * MINUTE)
        (row,) = here.sound(other.taken)
    assert (row.state, row.attempts) == ("sent", 2)
    assert other.taken == {row.id: 1}


def test_an_unknown_recipient_is_dead_at_once_and_the_others_get_theirs(post: Post) -> None:
    def answer(step: str, to: str, nth: int) -> str:
        return "550 5.1.1 no such user" if (step, to) == ("RCPT", READERS[3]) else "250 OK"

    with relay(answer) as other:
        here = post(other, READERS, timeout=5)
        here.publish(summit(), NOW)
        here.go(DUE)
        rows = here.sound(other.taken)
    assert {each.address: each.state for each in rows} == dict.fromkeys(READERS, "sent") | {READERS[3]: "dead"}
    assert [each.reason.endswith("RCPT: 550 5.1.1 no such user") for each in rows if each.state == "dead"] == [True]
    assert here.closed() == ()


@pytest.mark.parametrize("answer", [DROP, SILENCE])
def test_no_answer_after_the_last_byte_brings_one_copy_more_with_the_same_id(post: Post, answer: str) -> None:
    with relay(once("DATA", answer)) as other:
        here = post(other)
        here.publish(summit(), NOW)
        here.go(DUE)
        here.until(DUE + 4 * MINUTE, MINUTE)
        assert len(other.mails) == 1, "not before five minutes"

        here.until(DUE + 10 * MINUTE, MINUTE)
        (row,) = here.sound(other.taken)
    assert row.state == "sent"
    assert row.ambiguous == 1
    assert other.ids == [row.id, row.id]


def test_no_answer_again_and_it_is_dead_after_two_copies(post: Post) -> None:
    with relay(lambda step, to, nth: DROP if step == "DATA" else "250 OK") as other:
        here = post(other)
        here.publish(summit(), NOW)
        here.go(DUE)
        here.until(START, 20 * MINUTE)
        (row,) = here.sound(other.taken)
    assert (row.state, row.reason.partition(":")[0]) == ("dead", "no answer, twice")
    assert other.ids == [row.id, row.id]


def test_ten_minutes_without_a_relay_cost_a_few_tries_and_nothing_is_lost(post: Post) -> None:
    port = free_port()
    here = post(f"smtp://127.0.0.1:{port}?starttls=never", READERS, timeout=5)
    here.publish(summit("a") + summit("b") + summit("c") + summit("d"), NOW)
    here.go(DUE)
    assert here.closed() != (), "the destination is left alone"
    tried = here.attempts()
    assert tried <= 5 + THREADS, "not everyone is tried at a door that is shut"
    here.until(DUE + 10 * MINUTE, timedelta(seconds=30))
    assert here.attempts() - tried <= 10, "a probe a minute"
    assert here.sound(Counter()) != []
    assert {each.state for each in here.rows()} == {"queued", "retry"}

    with relay(port=port) as other:
        here.until(DUE + 60 * MINUTE, 2 * MINUTE)
        rows = here.sound(other.taken)
    assert here.closed() == ()
    assert {each.state for each in rows} == {"sent"}
    assert len(rows) == len(other.taken) == 32
    assert set(other.taken.values()) == {1}


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(
    ("options", "said"), [({"tls": True}, "certificate verify failed"), ({"login": True}, "refuses the login: 535")]
)
def test_a_relay_that_cannot_be_trusted_or_does_not_trust_us_gets_nothing_and_is_closed(
    post: Post, options: dict[str, bool], said: str
) -> None:
    with relay(**options) as other:
        here = post(other, tuple(f"r{n}@example.net" for n in range(40)), timeout=5)
        here.publish(summit(), NOW)
        here.go(DUE)
        ((_, detail),) = here.closed()
        assert said in detail
        assert here.attempts() <= 5 + THREADS, "not everyone is tried at a door that is shut"
        here.until(DUE + 5 * MINUTE, MINUTE)
        here.sound(other.taken)
    assert other.mails == []


def test_what_expires_while_a_destination_is_closed_ends_and_costs_no_probe(post: Post) -> None:
    """When the relay is back, who is due then is told, however many could not be told in time."""
    port = free_port()
    here = post(f"smtp://127.0.0.1:{port}?starttls=never", tuple(f"r{n}@example.net" for n in range(40)), timeout=5)
    later = summit("later", "30 minutes before").replace("16 10:00", "16 11:00")
    here.publish(summit("missed", "1 minute before") + later, NOW)
    here.go(START - MINUTE)
    here.go(START + MINUTE)
    here.go(START + 30 * MINUTE)
    rows = here.sound(Counter())
    assert Counter(each.state in OPEN for each in rows if each.event == "missed") == {False: 40}
    with relay(port=port) as other:
        for minutes in range(31, 36):
            here.go(START + minutes * MINUTE)
        rows = here.sound(other.taken)
    assert Counter(each.state for each in rows if each.event == "later") == {"sent": 40}


def test_a_relay_that_does_not_answer_does_not_hold_up_another(shop: Open) -> None:
    with relay(lambda step, to, nth: SILENCE if step == "RCPT" else "250 OK") as slow, relay() as quick:
        here = shop(
            ChannelSettings("slow", "email", to=READERS),
            Email(slow.url, SENDER, timeout=2),
            ("quick", Email(quick.url, SENDER)),
        )
        here.settings = (here.settings[0], ChannelSettings("quick", "email", to=READERS))
        here.publish(summit(), NOW)
        one_pass = Thread(target=here.go, args=[DUE])
        one_pass.start()
        until(lambda: len(quick.mails) == len(READERS), "the other's mail is there")
        assert one_pass.is_alive(), "while the silent one is waited for"
        one_pass.join()
    assert slow.mails == []
