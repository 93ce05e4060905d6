"""What a channel answered becomes what the ledger records: sent, tried again, or dead, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from eventcal.channels import Ambiguous, Outcome, Permanent, Postponed, Retry, Sent
from eventcal.deliveries import RenderContext
from eventcal.deliveries.outcome import (
    AMBIGUOUS_RETRY_DELAY,
    PROBE_INTERVAL,
    BreakerReport,
    backoff,
    decide_result,
    next_breaker,
    released,
)
from eventcal.ledger_rows import FAILURES_TO_OPEN, CircuitBreaker, Claim, LastNotified
from eventcal.states import AttemptOutcome, DeliveryKind, DeliveryState, Reason, SubscriptionOrigin

from .factories import utc

NOW = utc(2027, 3, 1, 12)
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(milliseconds=1)
CLAIM = Claim(
    id=1, delivery_key="k", resend_count=0, fencing_token=1, kind=DeliveryKind.REMINDER, channel="desk", address="", attempts=0,
    reason=Reason.NONE, due_at=NOW, claimed_at=NOW, expires_at=NOW + timedelta(hours=2), created_at=NOW, owner="", is_sending=True,
    subscription=1, language="", zone="", leads="", change_kinds="", filter="", reminder=None, key=None, payload="", read_at=NOW,
)  # fmt: skip
WAIT = backoff("k", 0)


@pytest.mark.parametrize(
    ("origin", "base_url", "keys", "has_links"),
    [
        (SubscriptionOrigin.PEOPLE, "https://cal.example", ("key",), True),
        (SubscriptionOrigin.CONFIG, "https://cal.example", ("key",), False),
        (SubscriptionOrigin.PEOPLE, "", ("key",), False),
        (SubscriptionOrigin.PEOPLE, "https://cal.example", (), False),
    ],
)
def test_only_who_signed_up_gets_links_of_their_own_and_where_they_can_be_signed(
    origin: SubscriptionOrigin, base_url: str, keys: tuple[str, ...], has_links: bool
) -> None:
    context = RenderContext(base_url, load_signing_keys=lambda: keys)

    assert context.has_signed_links(replace(CLAIM, origin=origin)) is has_links


@pytest.mark.parametrize(
    ("outcome", "state", "reason", "attempt"),
    [
        (Sent("ok"), DeliveryState.SENT, Reason.NONE, AttemptOutcome.SENT),
        (Permanent("no"), DeliveryState.DEAD, Reason.REFUSED, AttemptOutcome.PERMANENT),
        (Permanent("no", is_address_unknown=True), DeliveryState.DEAD, Reason.GONE, AttemptOutcome.PERMANENT),
        (Permanent("no", is_endpoint_gone=True), DeliveryState.DEAD, Reason.ENDPOINT_GONE, AttemptOutcome.PERMANENT),
        (Retry("later"), DeliveryState.RETRY, Reason.NONE, AttemptOutcome.RETRY),
        (Ambiguous("?"), DeliveryState.RETRY, Reason.AMBIGUOUS, AttemptOutcome.AMBIGUOUS),
        (Ambiguous("?", receiver_deduplicates=True), DeliveryState.RETRY, Reason.NONE, AttemptOutcome.AMBIGUOUS),
        (Postponed("wait", MINUTE), DeliveryState.QUEUED, Reason.NONE, AttemptOutcome.NONE),
        (Postponed("wait", timedelta(hours=2)), DeliveryState.DEAD, Reason.NO_TIME_LEFT, AttemptOutcome.NONE),
    ],
)
def test_an_answer_has_one_result(
    outcome: Outcome, state: DeliveryState, reason: Reason, attempt: AttemptOutcome
) -> None:
    result = decide_result(CLAIM, outcome, NOW)

    assert (state, reason, attempt, NOW) == (result.state, result.reason, result.outcome, result.at)


def test_what_is_sent_says_what_its_reader_knows_from_then_on() -> None:
    notified = (LastNotified(1, "uid", "", "{}"),)

    assert notified == decide_result(CLAIM, Sent(), NOW, notified).last_notified


def test_of_two_copies_without_an_answer_one_is_taken_to_have_arrived() -> None:
    notified, second = (LastNotified(1, "uid", "", "{}"),), replace(CLAIM, reason=Reason.AMBIGUOUS)
    results = [decide_result(claim, Ambiguous("?"), NOW, notified) for claim in (CLAIM, second)]

    assert [(result.state, result.last_notified) for result in results] == [
        (DeliveryState.RETRY, ()),
        (DeliveryState.DEAD, notified),
    ]


@pytest.mark.parametrize(
    ("kind", "planned_at", "accepted_at", "reason"),
    [
        (DeliveryKind.REMINDER, NOW - MINUTE, NOW + MINUTE, Reason.NONE),
        (DeliveryKind.REMINDER, NOW - MINUTE, NOW + MINUTE + MOMENT, Reason.LATE),
        (DeliveryKind.REMINDER, NOW + MINUTE, NOW + 2 * MINUTE, Reason.NONE),  # planned after its time
        (DeliveryKind.REMINDER, NOW + MINUTE, NOW + 2 * MINUTE + MOMENT, Reason.LATE),
        (DeliveryKind.CHANGE, NOW - MINUTE, NOW + timedelta(hours=1), Reason.NONE),
    ],
)
def test_a_reminder_is_late_that_is_accepted_more_than_a_minute_after_its_time(
    kind: DeliveryKind, planned_at: datetime, accepted_at: datetime, reason: Reason
) -> None:
    claim = replace(CLAIM, kind=kind, created_at=planned_at)

    assert reason is decide_result(claim, Sent(), accepted_at).reason


@pytest.mark.parametrize(
    ("after", "wait"), [(None, WAIT), (timedelta(seconds=1), WAIT), (timedelta(hours=1), timedelta(hours=1))]
)
def test_a_retry_waits_for_the_longer_of_our_pause_and_theirs(after: timedelta | None, wait: timedelta) -> None:
    assert NOW + wait == decide_result(CLAIM, Retry("later", after), NOW).not_before


def test_a_destination_that_is_down_is_told_to_its_breaker_with_the_wait_that_it_asked_for() -> None:
    results = [
        decide_result(CLAIM, outcome, NOW)
        for outcome in (
            Retry("later", MINUTE), Retry("down", is_destination_down=True), Retry("down", MINUTE, True), Ambiguous("?")
        )
    ]  # fmt: skip

    assert [(False, timedelta()), (True, timedelta()), (True, MINUTE), (True, timedelta())] == [
        (result.is_destination_down, result.wait) for result in results
    ]


def test_a_wait_that_ends_with_the_use_of_a_message_is_too_long_and_says_whose_it_was() -> None:
    last = CLAIM.expires_at - NOW
    reasons = [
        decide_result(replace(CLAIM, expires_at=NOW + until), Retry("later", after), NOW).reason
        for until, after in [
            (last, last),
            (last, last - timedelta(seconds=1)),
            (WAIT, None),
            (WAIT, timedelta(seconds=1)),
        ]
    ]

    assert [Reason.ASKED_TO_WAIT, Reason.NONE, Reason.NO_TIME_LEFT, Reason.NO_TIME_LEFT] == reasons


@pytest.mark.parametrize("attempts", [3, 6, 20])
def test_a_pause_that_would_outlast_the_message_leaves_time_to_try_again(attempts: int) -> None:
    """Tries go on until there is less than the shortest pause left: a relay that is back before the event is used."""
    claim, at, tries = replace(CLAIM, expires_at=NOW + 20 * MINUTE), NOW, 0
    while (result := decide_result(replace(claim, attempts=attempts + tries), Retry("451"), at)).not_before:
        assert at < result.not_before < claim.expires_at
        at, tries = result.not_before, tries + 1

    assert (result.reason, tries) == (Reason.NO_TIME_LEFT, 6)
    assert claim.expires_at - at < MINUTE


def test_a_message_that_may_have_arrived_is_tried_once_more_and_not_sooner_than_in_five_minutes() -> None:
    written = NOW - MINUTE
    first = decide_result(CLAIM, Ambiguous("?"), NOW, written_at=written)
    again = replace(CLAIM, attempts=1, reason=first.reason, ambiguous_sent_at=first.ambiguous_sent_at)

    assert (NOW + AMBIGUOUS_RETRY_DELAY, written) == (first.not_before, first.ambiguous_sent_at)
    assert Reason.NO_ANSWER is decide_result(again, Ambiguous("?"), NOW).reason
    retried = decide_result(again, Retry("later"), NOW)
    assert (Reason.AMBIGUOUS, written) == (retried.reason, retried.ambiguous_sent_at)


def test_a_receiver_that_knows_copies_is_tried_like_any_other() -> None:
    again = replace(CLAIM, attempts=3, reason=Reason.AMBIGUOUS, ambiguous_sent_at=NOW)
    first = decide_result(CLAIM, Ambiguous("?", receiver_deduplicates=True), NOW)

    assert (NOW + WAIT, None) == (first.not_before, first.ambiguous_sent_at)
    assert DeliveryState.RETRY is decide_result(again, Ambiguous("?", receiver_deduplicates=True), NOW).state


@pytest.mark.parametrize(("attempts", "state"), [(0, DeliveryState.QUEUED), (1, DeliveryState.RETRY)])
def test_what_was_not_tried_is_put_back_as_it_was(attempts: int, state: DeliveryState) -> None:
    claim = replace(CLAIM, attempts=attempts, reason=Reason.AMBIGUOUS, detail="before")
    result = released(claim, NOW)

    assert (state, Reason.AMBIGUOUS, "before") == (result.state, result.reason, result.detail)
    assert NOW + MINUTE == decide_result(claim, Postponed("wait", MINUTE), NOW).not_before


def test_the_pause_of_a_name_is_the_same_in_every_process() -> None:
    assert [26.433509, 118.216159] == [backoff("k", attempts).total_seconds() for attempts in (0, 1)]


def test_waits_grow_from_half_a_minute_to_four_hours_give_or_take_a_fifth() -> None:
    for attempts, seconds in [(0, 30), (1, 120), (2, 600), (6, 4 * 3600), (11, 4 * 3600)]:
        for name in "abcdefgh":
            assert 0.8 * seconds <= backoff(name, attempts).total_seconds() <= 1.2 * seconds
    assert len({backoff(name, 3) for name in "abcdefgh"}) == 8


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("before", "report", "failures", "open_for"),
    [
        pytest.param(0, BreakerReport("d", False, FAILURES_TO_OPEN - 1), FAILURES_TO_OPEN - 1, None, id="few"),
        pytest.param(2, BreakerReport("d", False, FAILURES_TO_OPEN - 2), FAILURES_TO_OPEN, PROBE_INTERVAL, id="enough"),
        pytest.param(
            2, BreakerReport("d", True, FAILURES_TO_OPEN - 1), FAILURES_TO_OPEN - 1, None, id="since a success"
        ),
        pytest.param(
            0, BreakerReport("d", True, FAILURES_TO_OPEN), FAILURES_TO_OPEN, PROBE_INTERVAL, id="enough since"
        ),
        pytest.param(0, BreakerReport("d", False, 1, wait=HOUR), 1, HOUR, id="asked to wait"),
        pytest.param(0, BreakerReport("d", False, 1, wait=timedelta(seconds=1)), 1, PROBE_INTERVAL, id="for a moment"),
        pytest.param(0, BreakerReport("d", True, 0, wait=HOUR), 0, None, id="well, whatever it asked for before"),
        pytest.param(FAILURES_TO_OPEN, BreakerReport("d", True, 0), 0, None, id="well again"),
    ],
)
def test_a_breaker_opens_on_failures_in_a_row_or_a_wait_and_closes_on_a_success(
    before: int, report: BreakerReport, failures: int, open_for: timedelta | None
) -> None:
    breaker = next_breaker(CircuitBreaker("d", failures=before), replace(report, detail="421"), NOW)

    assert (breaker.failures, breaker.open_until) == (failures, open_for and NOW + open_for)


def test_a_report_that_changes_nothing_gives_the_breaker_itself() -> None:
    breaker = CircuitBreaker("d", failures=2, detail="first")

    assert next_breaker(breaker, BreakerReport("d", False, 0, "second"), NOW) is breaker
    assert next_breaker(breaker, BreakerReport("d", False, 1, "second"), NOW).detail == "second"
