"""What a channel answered becomes what the ledger writes down: sent, tried again, or dead, and when. Pure."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta

from ..channels import Ambiguous, Outcome, Permanent, Retry, Sent
from ..store.ledger import Claim, DeliveryResult, LastNotified

BACKOFF_STEPS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)
"""How long to wait after each failure; the last one again and again, as long as the message is of use."""

AMBIGUOUS_RETRY_DELAY = timedelta(minutes=5)
"""A message that may have arrived is tried once more, and not sooner than this (RFC 1047)."""

GONE_REASON_PREFIX = "gone: "
"""How the reason begins where it was the address that was refused."""

ENDPOINT_GONE_PREFIX = "endpoint gone: "
"""How the reason begins where the whole channel ended."""

_FIRST_SENT_PATTERN = re.compile(r"ambiguous, sent (\S+): ")


def first_sent_at(claim: Claim) -> datetime | None:
    """When the copy of *claim* left that may have arrived: a second one is written for the same moment, byte for byte."""
    match = _FIRST_SENT_PATTERN.match(claim.reason)
    return datetime.fromisoformat(match[1]) if match else None


def decide_result(
    claim: Claim,
    outcome: Outcome,
    at: datetime,
    last_notified: tuple[LastNotified, ...] = (),
    late: bool = False,
    written_at: datetime | None = None,
) -> DeliveryResult:
    """Decides what the ledger records of *claim* when its channel returned *outcome* at *at*.

    *written_at* is the moment that the message was written for, *at* where the caller knows no other.
    """
    match outcome:
        case Sent(detail):
            return DeliveryResult(
                claim, "sent", "late" if late else "", at, "sent", detail, last_notified=last_notified
            )
        case Permanent(detail, address_unknown, endpoint_gone):
            prefix = GONE_REASON_PREFIX if address_unknown else ENDPOINT_GONE_PREFIX if endpoint_gone else ""
            return DeliveryResult(claim, "dead", prefix + detail, at, "permanent", detail)
        case Retry(detail, after, destination_down):
            wait = max(backoff(claim.delivery_key, claim.attempts), after or timedelta())
            retry = _retry_result(claim, "retry", detail, at, wait, requested_wait=after)
            return (
                replace(retry, destination_down=destination_down, wait=after or timedelta())
                if destination_down
                else retry
            )
        case Ambiguous(detail, receiver_deduplicates):
            wait = backoff(claim.delivery_key, claim.attempts)
            if receiver_deduplicates:
                return replace(_retry_result(claim, "ambiguous", detail, at, wait), destination_down=True)
            if first_sent_at(claim):
                return DeliveryResult(claim, "dead", f"no answer, twice: {detail}", at, "ambiguous", detail)
            wait = max(wait, AMBIGUOUS_RETRY_DELAY)
            return replace(
                _retry_result(claim, "ambiguous", detail, at, wait, sent_at=written_at or at), destination_down=True
            )


def _retry_result(
    claim: Claim,
    outcome: str,
    detail: str,
    at: datetime,
    wait: timedelta,
    *,
    requested_wait: timedelta | None = None,
    sent_at: datetime | None = None,
) -> DeliveryResult:
    next_at = at + wait
    if next_at >= claim.expires_at:
        cause = f"asked to wait {requested_wait}" if requested_wait and requested_wait == wait else "no time left"
        return DeliveryResult(claim, "dead", f"{cause}: {detail}", at, outcome, detail)
    # A message that may have arrived once stays marked, so that it is not sent a third time.
    sent_at = sent_at or first_sent_at(claim)
    reason = f"ambiguous, sent {sent_at.isoformat()}: {detail}" if sent_at else detail
    return DeliveryResult(claim, "retry", reason, at, outcome, detail, not_before=next_at)


def backoff(name: str, attempts: int) -> timedelta:
    """How long to wait after the *attempts*-th failure, give or take a fifth: which way is the delivery's own."""
    step = BACKOFF_STEPS[min(attempts, len(BACKOFF_STEPS) - 1)]
    digest = hashlib.blake2b(f"{name}/{attempts}".encode(), digest_size=2).digest()
    return step * (0.8 + 0.4 * int.from_bytes(digest) / 0xFFFF)
