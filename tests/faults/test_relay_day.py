"""A day of ordinary trouble at a relay: nobody's subscription ends, no mail is lost, and copies are as rare as they may be."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta
from zlib import crc32

import pytest

from eventcal.channels import ChannelSettings
from eventcal.channels.email import EmailChannel, EmailOptions
from eventcal.channels.relay import SmtpTimeouts
from eventcal.store import subscribers
from eventcal.store.subscribers import ConsentedSubscriber, SubscriptionPreferences

from .conftest import OpenInProcess
from .in_process import DUE, NOW, START, InProcessInstallation, summit_yaml
from .installation import OPEN_STATES
from .smtp_relay import DROP_CONNECTION, smtp_relay

SENDER = "calendar@example.org"


# (stretch of the day, step) -> (percent of the recipients, answer, how often one of them gets it)
TROUBLES: dict[tuple[int, str], tuple[int, str, float]] = {
    (0, "RCPT"): (60, "450 4.7.1 greylisted, try again in five minutes", 3),
    (0, "DATA"): (10, DROP_CONNECTION, 1),  # the mail was taken, and the answer is lost
    (1, "MAIL"): (100, "421 4.3.2 closing down for maintenance", math.inf),
    (2, "RCPT"): (50, "452 4.2.2 mailbox full", 3),
    (2, "DATA"): (30, "451 4.3.0 local error in processing", 3),
    (3, "MAIL"): (100, "452 4.3.1 insufficient system storage", math.inf),
    (4, "RCPT"): (100, "550 5.7.1 your network is on a list", math.inf),
    (5, "RCPT"): (30, "451 4.4.1 no answer from host", 3),
    (6, "DATA"): (50, "450 4.7.0 too many messages, slow down", 3),
}


def answer_in(stretch: int, step: str, to: str, nth: int) -> str:
    """What the relay says in one stretch of the day: a share of the recipients meets its trouble, and none lasts."""
    percentage, answer, times = TROUBLES.get((stretch, step), (0, "", 0))
    return answer if crc32(f"{to} {stretch}".encode()) % 100 < percentage and nth <= times else "250 OK"


def is_over(here: InProcessInstallation) -> bool:
    rows = here.rows()
    return bool(rows) and all(row.state not in OPEN_STATES for row in rows)


def live_through(
    open_in_process: OpenInProcess, reader_count: int, stretch: timedelta, pace: timedelta
) -> tuple[InProcessInstallation, Counter[str]]:
    """Lives through the day between reminder and event: a new trouble every *stretch*, a pass every *pace*.

    Returns the ledger and how often each mail arrived.
    """
    opened: list[InProcessInstallation] = []

    def answer(step: str, to: str, nth: int) -> str:
        return answer_in(int((opened[0].now - DUE) / stretch), step, to, nth)

    with smtp_relay(answer) as relay:
        channel = EmailChannel(relay.url, SENDER, EmailOptions(timeouts=SmtpTimeouts(*[60] * 6)))
        here = open_in_process(ChannelSettings("desk", "email", to=("desk@example.org",)), channel)
        opened.append(here)
        here.channels["email"] = channel
        here.publish(summit_yaml(), NOW)
        with here.store.write() as conn:
            readers = [
                ConsentedSubscriber(f"reader{number}@example.net", SubscriptionPreferences(), "a list", NOW)
                for number in range(reader_count)
            ]
            subscribers.import_subscribers(conn, readers, NOW)
        here.now = DUE - stretch
        while here.now < START - stretch and not is_over(here):
            here.tick_at(here.now + pace)
        return here, relay.accepted


def check_day(here: InProcessInstallation, arrived: Counter[str], reader_count: int) -> None:
    rows = here.check_invariants(arrived)  # copies only where an answer was lost
    assert len(rows) == reader_count + 1
    assert Counter(row.state for row in rows) == {"sent": reader_count + 1}
    assert set(arrived) == {row.id for row in rows}
    with here.store.read() as conn:
        assert Counter(reader.state for reader in subscribers.all_subscribers(conn)) == {"active": reader_count}


def test_a_day_of_trouble_at_a_relay_ends_no_subscription_and_loses_no_mail(open_in_process: OpenInProcess) -> None:
    here, arrived = live_through(open_in_process, 12, timedelta(minutes=30), timedelta(minutes=6))

    check_day(here, arrived, 12)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_ten_thousand_readers_live_through_a_day_of_trouble_at_a_relay(open_in_process: OpenInProcess) -> None:
    here, arrived = live_through(open_in_process, 10_000, timedelta(hours=1), timedelta(minutes=2))

    check_day(here, arrived, 10_000)
    copies = sum(arrived.values()) - len(arrived)
    print(f"10,000 readers, a day of trouble: 0 ended, 0 lost, {copies} copies, {here.attempts()} tries")
