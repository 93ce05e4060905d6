"""Every way in which a mail relay fails, by a real SMTP server under an injected clock: what is tried again, and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import pytest

from eventcal.channels import ChannelSettings
from eventcal.channels.email import EmailChannel, EmailOptions
from eventcal.channels.relay import SmtpTimeouts
from eventcal.dispatch.threads import SENDER_THREADS

from ..serve_process import WAIT_SECONDS, free_port, wait_until
from .conftest import OpenInProcess
from .in_process import DUE, MINUTE, NOW, START, InProcessInstallation, summit_yaml
from .installation import OPEN_STATES
from .smtp_relay import DROP_CONNECTION, NO_ANSWER, SmtpRelay, smtp_relay

SENDER = "calendar@example.org"
SHORT_PATIENCE = 2.0
"""Seconds for each step with a relay that does not answer one: enough for the others, on a busy machine too."""
READERS = tuple(f"r{n}@example.net" for n in range(8))

Post = Callable[..., InProcessInstallation]


@pytest.fixture
def post(open_in_process: OpenInProcess) -> Post:
    """Opens an installation that mails to *to* by way of a relay."""

    def open_one(
        relay: SmtpRelay | str, to: tuple[str, ...] = ("r@example.net",), timeout: float = WAIT_SECONDS
    ) -> InProcessInstallation:
        url = relay if isinstance(relay, str) else relay.url
        return open_in_process(
            ChannelSettings("desk", "email", to=to),
            EmailChannel(url, SENDER, EmailOptions(timeouts=SmtpTimeouts(*[timeout] * 6))),
        )

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
        ("RCPT", NO_ANSWER),
        ("DATA", "421 4.3.2 closing down"),
        ("DATA", "450 4.2.1 busy"),
        ("DATA", "452 4.3.1 no room"),
    ],
)
def test_what_is_refused_for_the_moment_is_tried_again_and_arrives_once(post: Post, step: str, answer: str) -> None:
    with smtp_relay(once(step, answer)) as relay:
        here = post(relay, timeout=SHORT_PATIENCE if answer == NO_ANSWER else WAIT_SECONDS)
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        assert relay.accepted == {}
        assert [each.state for each in here.rows()] == ["retry"]

        here.run_until(DUE + 5 * MINUTE)
        (row,) = here.check_invariants(relay.accepted)
    assert (row.state, row.attempts) == ("sent", 2)
    assert relay.accepted == {row.id: 1}


def test_an_unknown_recipient_is_dead_and_the_others_get_theirs(post: Post) -> None:
    def answer(step: str, to: str, nth: int) -> str:
        return "550 5.1.1 no such user" if (step, to) == ("RCPT", READERS[3]) else "250 OK"

    with smtp_relay(answer) as relay:
        here = post(relay, READERS)
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        here.run_until(DUE + 5 * MINUTE, MINUTE)  # whether others are accepted may not have been known yet
        rows = here.check_invariants(relay.accepted)
    assert {each.address: each.state for each in rows} == dict.fromkeys(READERS, "sent") | {READERS[3]: "dead"}
    assert [each.reason.endswith("RCPT: 550 5.1.1 no such user") for each in rows if each.state == "dead"] == [True]
    assert here.open_breakers() == ()


@pytest.mark.parametrize("answer", [DROP_CONNECTION, NO_ANSWER])
def test_no_answer_after_the_last_byte_brings_one_copy_more_with_the_same_id(post: Post, answer: str) -> None:
    with smtp_relay(once("DATA", answer)) as relay:
        here = post(relay, timeout=SHORT_PATIENCE if answer == NO_ANSWER else WAIT_SECONDS)
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        here.run_until(DUE + 4 * MINUTE, MINUTE)
        assert len(relay.mails) == 1, "not before five minutes"

        here.run_until(DUE + 10 * MINUTE, MINUTE)
        (row,) = here.check_invariants(relay.accepted)
    assert row.state == "sent"
    assert row.ambiguous == 1
    assert relay.ids == [row.id, row.id]


def test_no_answer_again_and_it_is_dead_after_two_copies(post: Post) -> None:
    with smtp_relay(lambda step, to, nth: DROP_CONNECTION if step == "DATA" else "250 OK") as relay:
        here = post(relay)
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        here.run_until(START, 20 * MINUTE)
        (row,) = here.check_invariants(relay.accepted)
    assert (row.state, row.reason.partition(":")[0]) == ("dead", "no answer, twice")
    assert relay.ids == [row.id, row.id]


def test_ten_minutes_without_a_relay_cost_a_few_tries_and_nothing_is_lost(post: Post) -> None:
    port = free_port()
    here = post(f"smtp://127.0.0.1:{port}?starttls=never", READERS)
    here.publish(summit_yaml("a") + summit_yaml("b") + summit_yaml("c") + summit_yaml("d"), NOW)
    here.tick_at(DUE)
    assert here.open_breakers() != (), "the destination is left alone"
    tried = here.attempts()
    assert tried <= 5 + SENDER_THREADS, "not everyone is tried at a door that is shut"
    here.run_until(DUE + 10 * MINUTE, timedelta(seconds=30))
    assert here.attempts() - tried <= 10, "a probe a minute"
    assert here.check_invariants(Counter()) != []
    assert {each.state for each in here.rows()} == {"queued", "retry"}

    with smtp_relay(port=port) as relay:
        here.run_until(DUE + 60 * MINUTE, 2 * MINUTE)
        rows = here.check_invariants(relay.accepted)
    assert here.open_breakers() == ()
    assert {each.state for each in rows} == {"sent"}
    assert len(rows) == len(relay.accepted) == 32
    assert set(relay.accepted.values()) == {1}


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize(
    ("options", "said"), [({"tls": True}, "certificate verify failed"), ({"login": True}, "refuses the login: 535")]
)
def test_a_relay_that_cannot_be_trusted_or_does_not_trust_us_gets_nothing_and_opens_its_breaker(
    post: Post, options: dict[str, bool], said: str
) -> None:
    with smtp_relay(**options) as relay:
        here = post(relay, tuple(f"r{n}@example.net" for n in range(40)))
        here.publish(summit_yaml(), NOW)
        here.tick_at(DUE)
        ((_, detail),) = here.open_breakers()
        assert said in detail
        assert here.attempts() <= 5 + SENDER_THREADS, "not everyone is tried at a door that is shut"
        here.run_until(DUE + 5 * MINUTE, MINUTE)
        here.check_invariants(relay.accepted)
    assert relay.mails == []


def test_what_expires_while_a_breaker_is_open_ends_and_costs_no_probe(post: Post) -> None:
    """When the relay is back, who is due then is told, however many could not be told in time."""
    port = free_port()
    here = post(f"smtp://127.0.0.1:{port}?starttls=never", tuple(f"r{n}@example.net" for n in range(40)))
    later = summit_yaml("later", "30 minutes before").replace("16 10:00", "16 11:00")
    here.publish(summit_yaml("missed", "1 minute before") + later, NOW)
    here.tick_at(START - MINUTE)
    here.tick_at(START + MINUTE)
    here.tick_at(START + 30 * MINUTE)
    rows = here.check_invariants(Counter())
    assert Counter(each.state in OPEN_STATES for each in rows if each.event == "missed") == {False: 40}
    with smtp_relay(port=port) as relay:
        for minutes in range(31, 36):
            here.tick_at(START + minutes * MINUTE)
        rows = here.check_invariants(relay.accepted)
    assert Counter(each.state for each in rows if each.event == "later") == {"sent": 40}


def test_a_relay_that_does_not_answer_does_not_hold_up_another(open_in_process: OpenInProcess) -> None:
    answers = Event()

    def wait_and_fail(step: str, to: str, nth: int) -> str:
        answers.wait(WAIT_SECONDS)
        return "451 4.3.0 later"

    with smtp_relay(wait_and_fail) as slow, smtp_relay() as quick:
        here = open_in_process(
            ChannelSettings("slow", "email", to=READERS),
            EmailChannel(slow.url, SENDER, EmailOptions(timeouts=SmtpTimeouts(*[WAIT_SECONDS] * 6))),
            ("quick", EmailChannel(quick.url, SENDER)),
        )
        here.settings = (here.settings[0], ChannelSettings("quick", "email", to=READERS))
        here.publish(summit_yaml(), NOW)
        one_pass = Thread(target=here.tick_at, args=[DUE])
        one_pass.start()
        wait_until(lambda: len(quick.mails) == len(READERS), "the other's mail is there")
        assert one_pass.is_alive(), "while the silent one is waited for"
        answers.set()
        one_pass.join()
    assert slow.mails == []
