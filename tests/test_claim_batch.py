"""Claims of a batch that became old are read again together, and each is sent by what was read last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from eventcal.deliveries.sender import MAX_CLAIM_AGE, MAX_REFRESHED_CLAIMS, ClaimBatch
from eventcal.ledger_rows import Claim

from .test_outcome import CLAIM, NOW

CLAIMS = [replace(CLAIM, id=number) for number in range(50)]
LATER = NOW + MAX_CLAIM_AGE + timedelta(milliseconds=1)


class Ledger:
    """Reads claims again, but for those that were taken over, and keeps how many it was asked for at a time."""

    def __init__(self, taken_over: Sequence[int] = ()) -> None:
        self.taken_over, self.sizes = taken_over, list[int]()

    def refresh(self, claims: Sequence[Claim]) -> list[Claim]:
        self.sizes.append(len(claims))
        return [replace(claim, read_at=LATER) for claim in claims if claim.id not in self.taken_over]


def test_a_young_claim_is_not_read_again() -> None:
    ledger = Ledger()

    assert ClaimBatch(CLAIMS).current(CLAIMS[0], NOW + MAX_CLAIM_AGE, ledger.refresh) is CLAIMS[0]
    assert ledger.sizes == []


def test_fifty_old_claims_are_read_again_in_three_reads() -> None:
    ledger, batch = Ledger(), ClaimBatch(CLAIMS)

    refreshed = [batch.current(claim, LATER, ledger.refresh) for claim in CLAIMS]

    assert ledger.sizes == [MAX_REFRESHED_CLAIMS, MAX_REFRESHED_CLAIMS, 10]
    assert refreshed == [replace(claim, read_at=LATER) for claim in CLAIMS]


def test_claims_that_were_sent_already_are_not_read_again() -> None:
    ledger, batch = Ledger(), ClaimBatch(CLAIMS)
    for claim in CLAIMS[:45]:
        batch.current(claim, NOW, ledger.refresh)

    batch.current(CLAIMS[45], LATER, ledger.refresh)

    assert ledger.sizes == [5]


def test_a_claim_that_another_sender_took_over_is_none_whoever_read_it() -> None:
    ledger, batch = Ledger(taken_over=(0, 3)), ClaimBatch(CLAIMS[:5])

    numbers = [number for number, claim in enumerate(CLAIMS[:5]) if batch.current(claim, LATER, ledger.refresh) is None]

    assert numbers == [0, 3]


def test_what_was_read_again_grows_old_as_well() -> None:
    ledger, batch = Ledger(), ClaimBatch(CLAIMS[:2])
    batch.current(CLAIMS[0], LATER, ledger.refresh)

    batch.current(CLAIMS[1], LATER + 2 * MAX_CLAIM_AGE, ledger.refresh)

    assert ledger.sizes == [2, 1]
