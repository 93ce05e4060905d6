"""Bounces as a real Postfix makes them: accepted from us, refused by the next server, returned by mail through pipe(8)."""

from __future__ import annotations

import smtplib

import pytest

from eventcal.store import subscribers

from ..serve_process import wait_until
from .installation import Installation, event_due_now
from .postfix import Postfix, running_postfix
from .smtp_relay import SmtpRelay, smtp_relay

pytestmark = pytest.mark.long  # `make faults`

GONE, SLOW = "gone@far.example", "slow@far.example"
SETTINGS = """\
base_url = "https://cal.example.org"
smtp_url = "smtp://127.0.0.1:{port}?starttls=never"
mail_from = "Press desk <calendar@example.org>"
mail_bounces = "bounces+{{id}}@example.org"
bounce_threshold = 1
"""


def send_to_both(installation: Installation, port: int) -> None:
    """Has a reminder sent to `GONE` and `SLOW` by way of *port*."""
    (installation.folder / "eventcal.toml").write_text(SETTINGS.format(port=port), encoding="utf-8")
    installation.add_subscribers("email", 2)
    for number, address in enumerate((GONE, SLOW)):
        installation.execute(f"UPDATE subscription SET address = '{address}' WHERE address = 'r{number}@example.net'")
    installation.write_registry(event_due_now("briefing"))
    installation.start_process()


def reader_states(installation: Installation) -> dict[str, tuple[str, str]]:
    store = installation.open_store()
    try:
        with store.read() as conn:
            return {
                reader.address: (reader.state, reader.reason_text) for reader in subscribers.all_subscribers(conn, "")
            }
    finally:
        store.close()


def next_hop(relay: SmtpRelay) -> int:
    return int(relay.url.removeprefix("smtp://127.0.0.1:").partition("?")[0])


def run_bounce_until(postfix: Postfix, installation: Installation, *results: tuple[int, str]) -> None:
    def are_all_there() -> bool:
        postfix.run_bounce(installation.folder, installation.environment)
        return len(postfix.results) >= len(results)

    wait_until(are_all_there, f"Postfix returns {len(results)} mails")
    assert sorted(postfix.results) == sorted(results)


def test_what_postfix_returns_is_counted_against_its_reader_and_a_delay_is_no_bounce(
    installation: Installation,
) -> None:
    is_delay_told = False

    def answer(step: str, to: str, nth: int) -> str:
        if step == "RCPT" and to == GONE:
            return "550 5.1.1 <gone@far.example>: no such user"
        return "450 4.2.1 busy" if step == "RCPT" and not is_delay_told else "250 OK"

    with smtp_relay(answer) as relay, running_postfix(next_hop(relay)) as postfix:
        send_to_both(installation, postfix.port_without_dsn)
        run_bounce_until(postfix, installation, (0, "bounce: subscription ended"), (0, "ignored: delay"))
        is_delay_told = True
        wait_until(lambda: relay.accepted, "the slow mailbox takes its mail")

    assert {row.state for row in installation.rows()} == {"sent"}, "Postfix took both"
    assert reader_states(installation) == {
        GONE: ("off", "bounced: 550 5.1.1 <gone@far.example>: no such user"),
        SLOW: ("active", ""),
    }
    assert [mail.to for mail in relay.mails] == [SLOW]


def test_postfix_is_asked_for_failures_alone_and_returns_our_id_and_no_text(installation: Installation) -> None:
    def answer(step: str, to: str, nth: int) -> str:
        if step == "RCPT" and to == GONE:
            return "550 5.1.1 <gone@far.example>: no such user"
        return "450 4.2.1 busy" if step == "RCPT" and nth <= 3 else "250 OK"

    with smtp_relay(answer) as relay, running_postfix(next_hop(relay)) as postfix:
        send_to_both(installation, postfix.port)
        run_bounce_until(postfix, installation, (0, "bounce: subscription ended"))
        wait_until(lambda: relay.accepted, "the slow mailbox takes its mail")
        postfix.run_bounce(installation.folder, installation.environment)

    (row,) = [row for row in installation.rows() if row.address == GONE]
    (mail,) = postfix.returned
    assert f"Original-Envelope-Id: {row.id}".encode() in mail
    assert b"Content-Type: text/rfc822-headers" in mail
    assert b"Content-Type: message/rfc822" not in mail


def test_a_bounce_that_cannot_be_counted_now_stays_with_postfix(installation: Installation) -> None:
    with (
        smtp_relay(lambda step, to, nth: "550 5.1.1 unknown" if step == "RCPT" and to == GONE else "250 OK") as relay,
        running_postfix(next_hop(relay)) as postfix,
    ):
        send_to_both(installation, postfix.port)
        with smtplib.SMTP("127.0.0.1", postfix.port) as other_server:
            other_server.ehlo()
            other_server.mail("<>")
            assert other_server.rcpt("bounces+17-abcdefgh2345@example.org")[0] == 250, "others may return mail as well"
        elsewhere = installation.folder / "elsewhere"
        elsewhere.mkdir()
        wait_until(lambda: postfix.run_bounce(elsewhere, {}) or postfix.results, "Postfix returns the mail")
        assert postfix.results[0][0] == 75  # EX_TEMPFAIL
        postfix.results.clear()
        run_bounce_until(postfix, installation, (0, "bounce: subscription ended"))
