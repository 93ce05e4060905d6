"""What a channel answered becomes what the ledger writes down: sent, tried again, or dead, and when. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from ..channels import Ambiguous, Outcome, Permanent, Retry, Sent
from ..store.ledger import Claim, Result, Told

STEPS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)
"""How long to wait after each failure; the last one again and again."""

TRIES = 12
"""After so many, about a day, it is dead."""

UNANSWERED = timedelta(minutes=5)
"""A message that may have arrived is tried once more, and not sooner than this (RFC 1047)."""

GONE = "gone: "
"""How the reason begins where it was the address that was refused."""

_AMBIGUOUS = "ambiguous"


def result(claim: Claim, outcome: Outcome, at: datetime, told: tuple[Told, ...] = (), late: bool = False) -> Result:
    """What came of *claim* when its channel said *outcome* at *at*."""
    match outcome:
        case Sent(detail):
            return Result(claim, "sent", "late" if late else "", at, "sent", detail, told=told)
        case Permanent(detail, gone):
            return Result(claim, "dead", f"{GONE}{detail}" if gone else detail, at, "permanent", detail)
        case Retry(detail, after, everyone):
            wait = max(backoff(claim.name, claim.attempts), after or timedelta())
            found = _again(claim, "retry", detail, at, wait, asked=after)
            return replace(found, everyone=everyone, wait=after or timedelta()) if everyone else found
        case Ambiguous(detail, told_apart):
            wait = backoff(claim.name, claim.attempts)
            if not told_apart:
                if claim.reason.startswith(_AMBIGUOUS):
                    return Result(claim, "dead", f"no answer, twice: {detail}", at, "ambiguous", detail)
                wait = max(wait, UNANSWERED)
            return replace(_again(claim, "ambiguous", detail, at, wait), everyone=True)


def _again(
    claim: Claim, outcome: str, detail: str, at: datetime, wait: timedelta, asked: timedelta | None = None
) -> Result:
    next_at = at + wait
    if next_at >= claim.until:
        why = f"asked to wait {asked}" if asked and asked == wait else "no time left"
        return Result(claim, "dead", f"{why}: {detail}", at, outcome, detail)
    if claim.attempts + 1 >= TRIES:
        return Result(claim, "dead", f"given up after {TRIES} tries: {detail}", at, outcome, detail)
    # A message that may have arrived once stays marked, so that it is not sent a third time.
    marked = outcome == "ambiguous" or claim.reason.startswith(_AMBIGUOUS)
    reason = f"{_AMBIGUOUS}: {detail}" if marked else detail
    return Result(claim, "retry", reason, at, outcome, detail, next_at=next_at)


def backoff(name: str, attempts: int) -> timedelta:
    """How long to wait after the *attempts*-th failure, give or take a fifth: which way is the delivery's own."""
    step = STEPS[min(attempts, len(STEPS) - 1)]
    drawn = hashlib.blake2b(f"{name}/{attempts}".encode(), digest_size=2).digest()
    return step * (0.8 + 0.4 * int.from_bytes(drawn) / 0xFFFF)
