"""Turns what a channel answered into what the ledger records: sent, tried again, or dead, and when. Pure.

Results of a destination become the next state of its circuit breaker.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..channels import Ambiguous, Outcome, Permanent, Postponed, Retry, Sent
from ..ledger_rows import FAILURES_TO_OPEN, CircuitBreaker, Claim, DeliveryResult, LastNotified, is_late
from ..states import AttemptOutcome, DeliveryKind, DeliveryState, Reason

BACKOFF_STEPS = (
    timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1),
    timedelta(hours=2), timedelta(hours=4),
)  # fmt: skip
"""Waits after the first failure, the second and so on; the last repeats as long as the message is of use."""

AMBIGUOUS_RETRY_DELAY = timedelta(minutes=5)
"""A message that may have arrived is tried once more, and not sooner than this (RFC 1047)."""

PROBE_INTERVAL = timedelta(minutes=1)
"""How often one message is tried where everything failed."""


def released(claim: Claim, now: datetime) -> DeliveryResult:
    """Returns the result that puts *claim* back as it was: nothing was tried."""
    return DeliveryResult(
        claim, DeliveryState.RETRY if claim.attempts else DeliveryState.QUEUED, claim.reason, now, detail=claim.detail
    )


def decide_result(
    claim: Claim,
    outcome: Outcome,
    at: datetime,
    last_notified: tuple[LastNotified, ...] = (),
    written_at: datetime | None = None,
) -> DeliveryResult:
    """Decides what the ledger records of *claim* when its channel returned *outcome* at *at*.

    *written_at* is the moment that the message was written for, *at* where the caller knows no other.
    """
    match outcome:
        case Sent(detail):
            is_late_reminder = claim.kind is DeliveryKind.REMINDER and is_late(claim.due_at, claim.created_at, at)
            reason = Reason.LATE if is_late_reminder else Reason.NONE
            return DeliveryResult(
                claim, DeliveryState.SENT, reason, at, AttemptOutcome.SENT, detail, last_notified=last_notified
            )
        case Permanent(detail, is_address_unknown, is_endpoint_gone):
            reason = Reason.GONE if is_address_unknown else Reason.ENDPOINT_GONE if is_endpoint_gone else Reason.REFUSED
            return DeliveryResult(claim, DeliveryState.DEAD, reason, at, AttemptOutcome.PERMANENT, detail)
        case Retry(detail, after, is_destination_down):
            wait = max(backoff(claim.delivery_key, claim.attempts), after or timedelta())
            retry = _retry_result(claim, AttemptOutcome.RETRY, detail, at, wait, requested_wait=after)
            return replace(retry, is_destination_down=True, wait=after or timedelta()) if is_destination_down else retry
        case Postponed(detail, wait) if at + wait >= claim.expires_at:
            return DeliveryResult(claim, DeliveryState.DEAD, Reason.NO_TIME_LEFT, at, detail=detail)
        case Postponed(wait=wait):
            return replace(released(claim, at), not_before=at + wait)
        case Ambiguous():
            return _ambiguous_result(claim, outcome, at, written_at or at, last_notified)


def _ambiguous_result(
    claim: Claim, outcome: Ambiguous, at: datetime, written_at: datetime, last_notified: tuple[LastNotified, ...]
) -> DeliveryResult:
    """Decides on a message that may have arrived: tried once more, or as often as a receiver that drops copies wants.

    Of two copies one is taken to have arrived.
    """
    wait = backoff(claim.delivery_key, claim.attempts)
    if outcome.receiver_deduplicates:
        retry = _retry_result(claim, AttemptOutcome.AMBIGUOUS, outcome.detail, at, wait)
    elif claim.reason is Reason.AMBIGUOUS:
        return DeliveryResult(
            claim,
            DeliveryState.DEAD,
            Reason.NO_ANSWER,
            at,
            AttemptOutcome.AMBIGUOUS,
            outcome.detail,
            last_notified=last_notified,
        )
    else:
        wait = max(wait, AMBIGUOUS_RETRY_DELAY)
        retry = _retry_result(
            claim,
            AttemptOutcome.AMBIGUOUS,
            outcome.detail,
            at,
            wait,
            shortest_wait=AMBIGUOUS_RETRY_DELAY,
            sent_at=written_at,
        )
    return replace(retry, is_destination_down=True)


def _retry_result(
    claim: Claim,
    outcome: AttemptOutcome,
    detail: str,
    at: datetime,
    wait: timedelta,
    *,
    requested_wait: timedelta | None = None,
    shortest_wait: timedelta = BACKOFF_STEPS[0],
    sent_at: datetime | None = None,
) -> DeliveryResult:
    """Decides on a try after *wait*, or sooner where the message would expire meanwhile; dead where there is no time left."""
    remaining = claim.expires_at - at
    if requested_wait is not None and requested_wait >= remaining:
        return DeliveryResult(
            claim, DeliveryState.DEAD, Reason.ASKED_TO_WAIT, at, outcome, f"{requested_wait}: {detail}"
        )
    if wait >= remaining:  # our own pause would outlast its use: half of what is left, which leaves time to try again
        wait = max(shortest_wait, requested_wait or timedelta(), remaining / 2)
    if wait >= remaining:
        return DeliveryResult(claim, DeliveryState.DEAD, Reason.NO_TIME_LEFT, at, outcome, detail)
    # A message that may have arrived once stays marked, so that it is not sent a third time.
    if claim.reason is Reason.AMBIGUOUS:
        sent_at = sent_at or claim.ambiguous_sent_at
    reason = Reason.AMBIGUOUS if sent_at else Reason.NONE
    return DeliveryResult(
        claim, DeliveryState.RETRY, reason, at, outcome, detail, not_before=at + wait, ambiguous_sent_at=sent_at
    )


def backoff(name: str, attempts: int) -> timedelta:
    """Returns the wait after *attempts* failures, give or take a fifth: a jitter that *name* alone decides."""
    step = BACKOFF_STEPS[min(attempts, len(BACKOFF_STEPS) - 1)]
    digest = hashlib.blake2b(f"{name}/{attempts}".encode(), digest_size=2).digest()
    return step * (0.8 + 0.4 * int.from_bytes(digest) / 0xFFFF)


@dataclass(frozen=True, slots=True)
class BreakerReport:
    """The results of a batch for one destination: failures since the last success, in the batch or before it."""

    name: str
    had_success: bool
    failures: int
    detail: str = ""
    wait: timedelta = timedelta()


def next_breaker(previous: CircuitBreaker, report: BreakerReport, now: datetime) -> CircuitBreaker:
    """Returns the circuit breaker after *report*: open on too many failures in a row or a request to wait, closed on success.

    It is *previous* itself when neither the failures nor the opening changed.
    """
    failures = report.failures + (0 if report.had_success else previous.failures)
    should_open = failures >= FAILURES_TO_OPEN or report.wait > timedelta()
    open_until = now + max(PROBE_INTERVAL, report.wait) if should_open and report.failures else None
    if (failures, open_until) == (previous.failures, previous.open_until):
        return previous
    return replace(previous, failures=failures, open_until=open_until, detail=report.detail)
