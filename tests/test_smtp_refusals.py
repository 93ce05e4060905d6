"""What a relay's refusal means: for a message, for its recipient, and for everyone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from eventcal.channels import Ambiguous, Outcome, Permanent, Retry, Sent
from eventcal.channels.email import RECIPIENTS_WATCHED, EmailChannel, EmailOptions, RefusalWindow, Verdict
from eventcal.channels.relay import SmtpTimeouts, ehlo_name_of, parse_relay_url
from eventcal.channels.smtp import SmtpBroken, SmtpConnection
from eventcal.channels.smtp_reply import Refusal, RefusalConcern, Step, classify_refusal, refusal_code

from .faults.smtp_relay import NO_ANSWER, smtp_relay
from .test_channels import MESSAGE, SENDER

CHANNELS_PAGE = Path(__file__).parents[1] / "docs" / "channels.md"
NO_SUCH_USER = "550 5.1.1 no such user"


def documented_refusals() -> Iterator[tuple[str, str, str]]:
    """(example, concern, what follows) of each row of the table in docs/channels.md."""
    table = CHANNELS_PAGE.read_text(encoding="utf-8").partition("| it concerns |")[2].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        concern, examples, consequence = (cell.strip() for cell in line.strip("|").split("|"))
        for example in re.findall("`([^`]+)`", examples):
            yield example, concern.removeprefix("the ").removeprefix("a "), consequence


@pytest.mark.parametrize(("example", "concern", "consequence"), list(documented_refusals()))
def test_each_refusal_means_what_the_documented_table_says(example: str, concern: str, consequence: str) -> None:
    step, _, reply = example.partition(": ")
    code, _, text = reply.partition(" ")

    refusal = classify_refusal(Step(step), int(code), text)

    assert refusal.concern.value == concern
    assert refusal.is_final == consequence.startswith("dead")
    assert refusal.is_for_everyone == consequence.endswith("for everyone")


def test_the_documented_table_has_every_concern_and_every_step() -> None:
    rows = list(documented_refusals())

    assert {concern for _, concern, _ in rows} == {concern.value for concern in RefusalConcern}
    assert {example.partition(":")[0] for example, _, _ in rows} == {step.value for step in Step}


@pytest.mark.parametrize(
    ("step", "reply", "concern", "is_final", "is_for_everyone"),
    [
        (Step.MAIL, "552 5.3.4 too large", RefusalConcern.MESSAGE, True, False),
        (Step.END, "452 4.3.4 too large for now", RefusalConcern.MESSAGE, False, False),
        (Step.MAIL, "550 5.1.1 who", RefusalConcern.SENDER, False, True),
        (Step.CONNECT, "554 5.1.1 who", RefusalConcern.RELAY, False, True),
        (Step.RCPT, "421 4.2.1 closing", RefusalConcern.RELAY, False, True),
        (Step.RCPT, "399 4.2.1 odd", RefusalConcern.RELAY, False, True),
        (Step.RCPT, "400 4.2.1 odd", RefusalConcern.MAILBOX, False, False),
        (Step.RCPT, "500 5.1.1 odd", RefusalConcern.ADDRESS, True, False),
        (Step.RCPT, "600 5.1.1 odd", RefusalConcern.RELAY, False, True),
    ],
)
def test_what_is_refused_early_or_oddly_ends_no_more_than_it_concerns(
    step: Step, reply: str, concern: RefusalConcern, is_final: bool, is_for_everyone: bool
) -> None:
    code, _, text = reply.partition(" ")

    assert classify_refusal(step, int(code), text) == Refusal(concern, is_final, is_for_everyone)


@pytest.mark.parametrize(
    ("code", "text", "key"),
    [(550, "5.1.1 no such user", "550 5.1.1"), (550, " 5.1.10x", "550 5.1.10"), (550, "no", "550")],
)
def test_refusals_are_compared_by_their_code_and_status(code: int, text: str, key: str) -> None:
    assert refusal_code(code, text) == key


def send_to(channel: EmailChannel, name: str, key: str = "", kind: str = "reminder") -> Outcome:
    return channel.send(replace(MESSAGE, address=f"{name}@example.net", key=key or f"{name}.0", kind=kind))


def test_a_relay_that_refuses_every_recipient_alike_ends_nothing() -> None:
    with smtp_relay(lambda step, to, nth: NO_SUCH_USER if step == "RCPT" else "250 OK") as relay:
        channel = EmailChannel(relay.url, SENDER)
        outcomes = [send_to(channel, f"r{number}") for number in range(30)]

    assert all(isinstance(outcome, Retry) for outcome in outcomes)
    assert [isinstance(outcome, Retry) and outcome.is_destination_down for outcome in outcomes] == [False] * 4 + [
        True
    ] * 26


def test_among_others_that_are_accepted_an_unknown_address_is_dead_at_once() -> None:
    with smtp_relay(lambda step, to, nth: NO_SUCH_USER if to.startswith("gone") else "250 OK") as relay:
        channel = EmailChannel(relay.url, SENDER)
        assert isinstance(send_to(channel, "anna"), Sent)
        outcome = send_to(channel, "gone")

    assert outcome == Permanent(f"RCPT: {NO_SUCH_USER}", is_address_unknown=True)


def test_an_address_refused_four_times_is_dead_though_nobody_else_is_written_to() -> None:
    with smtp_relay(lambda step, to, nth: NO_SUCH_USER if step == "RCPT" else "250 OK") as relay:
        channel = EmailChannel(relay.url, SENDER)
        outcomes = [send_to(channel, "gone") for _ in range(4)]

    assert [type(outcome) for outcome in outcomes] == [Retry, Retry, Retry, Permanent]


def test_addresses_that_visitors_mistype_do_not_close_the_relay_to_readers() -> None:
    with smtp_relay(lambda step, to, nth: NO_SUCH_USER if to.startswith("typo") else "250 OK") as relay:
        channel = EmailChannel(relay.url, SENDER)
        outcomes = [send_to(channel, f"typo{number}", kind="confirmation") for number in range(30)]
        assert isinstance(send_to(channel, "anna"), Sent)

    assert not any(isinstance(outcome, Retry) and outcome.is_destination_down for outcome in outcomes)


def test_a_relay_that_accepts_again_is_believed_again() -> None:
    window = RefusalWindow()
    for number in range(RECIPIENTS_WATCHED):
        window.judge_refusal(f"r{number}", f"r{number}.0", NO_SUCH_USER)
    assert window.judge_refusal("gone", "gone.0", NO_SUCH_USER) is Verdict.RELAY

    for number in range(RECIPIENTS_WATCHED):
        window.note_accepted(f"r{number}")
    assert window.judge_refusal("gone", "gone.1", NO_SUCH_USER) is Verdict.RECIPIENT


@pytest.mark.parametrize(
    ("step", "reply", "expected"),
    [
        ("DATA", "250", Sent),
        ("DATA", "250 5.1.1 queued", Sent),
        ("DATA", "250-queued\r\n250 as 17", Sent),
        ("DATA", "200 ok", Sent),
        ("DATA", "251 forwarded", Sent),
        ("RCPT", "252 perhaps", Sent),
        ("MAIL", "251 ok", Sent),
        ("DATA", "354 go on", Ambiguous),
        ("DATA", "queued", Ambiguous),
        ("DATA", "421 4.3.2 closing", Retry),
        ("RCPT", "550 4.1.1 not now", Retry),
        ("RCPT", "450 5.1.1 not now", Retry),
        ("RCPT", "550-5.1.1 no such user\r\n550 4.2.1 ask later", Permanent),
        ("RCPT", "550", Permanent),
        ("RCPT", "queued", Retry),
    ],
)
def test_an_odd_reply_means_what_its_first_digit_says_and_the_milder_of_two_codes(
    step: str, reply: str, expected: type
) -> None:
    with smtp_relay(lambda at, to, nth: reply if at == step and to in ("", "odd@example.net") else "250 OK") as relay:
        channel = EmailChannel(relay.url, SENDER)
        outcomes = [send_to(channel, name) for name in ("anna", "odd")]

    assert type(outcomes[-1]) is expected


@pytest.mark.parametrize(
    ("step", "nth", "reply"),
    [("MAIL", 1, "421 4.7.0 busy"), ("MAIL", 2, "451 4.3.0 busy"), ("RCPT", 2, "421 4.7.0 busy")],
)
def test_only_a_used_connection_that_ends_before_a_mail_is_replaced_at_once(step: str, nth: int, reply: str) -> None:
    with smtp_relay(lambda at, to, count: reply if (at, count) == (step, nth) else "250 OK") as relay:
        channel = EmailChannel(relay.url, SENDER)
        outcomes = [channel.send(MESSAGE) for _ in range(nth)]

    assert outcomes[-1] == Retry(f"{step}: {reply}", is_destination_down=True)


@pytest.mark.parametrize(
    ("step", "reply", "connections"),
    [
        ("RCPT", "450 4.2.1 not now", 1),
        ("DATA", "554 5.7.1 spam", 1),
        ("MAIL", "451 4.3.0 busy", 2),
        ("RCPT", "421 4.7.0 closing", 2),
        ("RCPT", "queued", 2),
    ],
)
def test_a_refused_recipient_or_mail_leaves_a_connection_to_the_next(step: str, reply: str, connections: int) -> None:
    with smtp_relay(lambda at, to, nth: reply if (at, nth) == (step, 1) else "250 OK") as relay:
        channel = EmailChannel(relay.url, SENDER)
        assert isinstance(channel.send(MESSAGE), Retry)
        assert isinstance(channel.send(MESSAGE), Sent)

    assert relay.connections == connections


@pytest.mark.parametrize(
    ("reply", "is_login_missing"),
    [
        ("530 5.7.0 Authentication required", True),
        ("530 5.7.0 Must issue a STARTTLS command first", False),
        ("550 5.7.26 unauthenticated mail is refused", False),
    ],
)
def test_a_relay_that_asks_for_a_login_is_told_from_one_that_asks_for_something_else(
    reply: str, is_login_missing: bool
) -> None:
    with smtp_relay(lambda step, to, nth: reply if step == "MAIL" else "250 OK") as relay:
        outcome = EmailChannel(relay.url, SENDER).send(MESSAGE)

    assert isinstance(outcome, Retry)
    assert ("EVENTCAL_SMTP_URL" in outcome.detail) is is_login_missing


# timeouts


def test_timeouts_are_those_of_rfc_5321() -> None:
    assert SmtpTimeouts() == SmtpTimeouts(connect=10, greeting=300, command=300, data=120, block=180, end=600)


@pytest.mark.parametrize(("step", "expected"), [("MAIL", Retry), ("RCPT", Retry), ("DATA", Ambiguous)])
def test_each_step_waits_as_long_as_its_own_timeout_says(step: str, expected: type) -> None:
    patient = SmtpTimeouts()
    timeouts = replace(patient, end=0.1) if step == "DATA" else replace(patient, command=0.1)
    with smtp_relay(lambda at, to, nth: NO_ANSWER if at == step else "250 OK") as relay:
        outcome = EmailChannel(relay.url, SENDER, EmailOptions(timeouts=timeouts)).send(MESSAGE)

    assert isinstance(outcome, expected)


def test_a_relay_that_does_not_answer_has_not_ended_the_connection() -> None:
    with smtp_relay(lambda at, to, nth: NO_ANSWER) as relay:
        connection = SmtpConnection(parse_relay_url(relay.url), SmtpTimeouts(), None)
        connection._timeouts = replace(SmtpTimeouts(), command=0.01)
        with pytest.raises(SmtpBroken) as broken:
            connection.transfer("calendar@example.org", "anna@example.net", b"", "", lambda: None)

    assert (broken.value.step, broken.value.is_closing) == (Step.MAIL, False)


def test_a_connection_that_is_gone_has_ended_before_the_mail() -> None:
    with smtp_relay() as relay:
        connection = SmtpConnection(parse_relay_url(relay.url), SmtpTimeouts(), None)
        connection.close()
        with pytest.raises(SmtpBroken) as broken:
            connection.transfer("calendar@example.org", "anna@example.net", b"", "", lambda: None)

    assert (broken.value.step, broken.value.is_closing) == (Step.MAIL, True)


def test_a_second_copy_is_the_same_bytes_from_another_process_too() -> None:
    script = r"""
import sys, hashlib, pickle
from eventcal.channels.mime import render_mail
print(hashlib.sha256(render_mail(pickle.load(sys.stdin.buffer), "calendar@example.org")).hexdigest())
"""
    import pickle
    import subprocess
    import sys

    digests = {
        subprocess.run(
            [sys.executable, "-c", script], input=pickle.dumps(MESSAGE), capture_output=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(digests) == 1


# the EHLO name


@pytest.mark.parametrize(
    ("base_url", "name"),
    [
        ("https://calendar.example.org/x", "calendar.example.org"),
        ("http://127.0.0.1:8000", ""),
        ("http://localhost:8000", ""),
        ("http://[2001:db8::1]", ""),
        ("https://my_calendar.example.org", ""),  # no name of RFC 5321 4.1.2
        ("", ""),
    ],
)
def test_the_ehlo_name_is_the_host_of_the_base_url_where_that_is_a_name(base_url: str, name: str) -> None:
    assert ehlo_name_of(base_url) == name


@pytest.mark.parametrize(
    ("option", "name"), [("", "calendar.example.org"), ("&ehlo=mail.example.org", "mail.example.org")]
)
def test_the_relay_is_greeted_by_that_name_or_the_one_that_its_url_names(option: str, name: str) -> None:
    names: list[object] = []
    with smtp_relay() as relay:
        greet = relay.handle_EHLO

        async def note_name(
            server: object, session: object, envelope: object, hostname: str, responses: list[str]
        ) -> list[str]:
            names.append(hostname)
            return await greet(server, session, envelope, hostname, responses)  # type: ignore[arg-type]

        relay.handle_EHLO = note_name  # type: ignore[method-assign,assignment]
        EmailChannel(relay.url + option, SENDER, EmailOptions(ehlo_name="calendar.example.org")).send(MESSAGE)
    assert names == [name]
