"""Lists the allowed moves between the states of the ledger's rows, and draws them as Mermaid state diagrams.

python -m tools.transitions
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum

from eventcal.states import DeliveryState, ReminderState, SubscriptionState

Moves = frozenset[tuple[StrEnum | None, StrEnum]]
"""Pairs of state before and after; None before: a row is inserted."""


def _moves(before: list[StrEnum | None], *after: StrEnum) -> Moves:
    return frozenset((old, new) for old in before for new in after if old is not new)


_R, _D, _S = ReminderState, DeliveryState, SubscriptionState

TRANSITIONS: Mapping[type[StrEnum], Mapping[str, Moves]] = {
    ReminderState: {
        "plan": _moves([None], _R.PLANNED, _R.SKIPPED),
        "fan out": _moves([_R.PLANNED], _R.STAGED),
        "end": _moves([_R.PLANNED, _R.STAGED], _R.SKIPPED, _R.SUPERSEDED),
        "skip missed": _moves([_R.PLANNED, _R.STAGED], _R.SKIPPED),
        "reactivate": _moves([_R.SKIPPED, _R.SUPERSEDED], _R.PLANNED),
        "reschedule": _moves([_R.STAGED], _R.PLANNED),
        "backfill": _moves([_R.STAGED], _R.PLANNED),
        "restore": _moves([_R.STAGED], _R.PLANNED),
    },
    DeliveryState: {
        "insert": _moves([None], _D.QUEUED),
        "record test": _moves([None], _D.SENT, _D.DEAD),
        "claim": _moves([_D.QUEUED, _D.RETRY], _D.SENDING),
        "claim batch": _moves([_D.QUEUED, _D.RETRY], _D.SENDING),
        "settle": _moves([_D.SENDING], _D.SENT, _D.RETRY, _D.DEAD, _D.SKIPPED, _D.QUEUED),
        "release": _moves([_D.SENDING], _D.QUEUED, _D.RETRY),
        "recover": _moves([_D.SENDING], _D.RETRY),
        "expire": _moves([_D.QUEUED, _D.RETRY], _D.SKIPPED, _D.DEAD),
        "end reminder": _moves([_D.QUEUED, _D.RETRY], _D.SKIPPED),
        "end subscription": _moves([_D.QUEUED, _D.RETRY], _D.SKIPPED),
        "confirm": _moves([_D.QUEUED, _D.RETRY], _D.SKIPPED),
        "build digest": _moves([_D.QUEUED, _D.RETRY], _D.SKIPPED),
        "skip missed": _moves([_D.QUEUED, _D.RETRY, _D.SENDING], _D.SKIPPED),
        "requeue skipped": _moves([_D.SKIPPED], _D.QUEUED),
        "requeue duplicate": _moves([_D.SKIPPED], _D.QUEUED),
        "requeue ahead": _moves([_D.SKIPPED], _D.QUEUED),
        "schedule digest": _moves([_D.SKIPPED], _D.QUEUED),
        "requeue dead": _moves([_D.DEAD], _D.QUEUED),
        "restore": _moves([_D.DEAD, _D.SKIPPED], _D.QUEUED),
        "undo clock ahead": _moves([_D.DEAD, _D.SKIPPED], _D.QUEUED, _D.RETRY),
    },
    SubscriptionState: {
        "sign up": _moves([None, _S.OFF], _S.PENDING),
        "configure": _moves([None, _S.OFF], _S.ACTIVE),
        "import": _moves([None], _S.ACTIVE),
        "confirm": _moves([_S.PENDING], _S.ACTIVE),
        "resubscribe": _moves([_S.OFF], _S.ACTIVE),
        "restore": _moves([_S.OFF], _S.ACTIVE),
        "end": _moves([_S.PENDING, _S.ACTIVE], _S.OFF),
    },
}
"""The allowed moves, by the job that makes them."""


def mermaid(states: type[StrEnum]) -> str:
    """Returns the machine of *states* as a Mermaid state diagram; an arrow names the jobs that make its move."""
    return "\n".join(["stateDiagram-v2", *(f"    {line}" for line in _arrows(TRANSITIONS[states]))])


def _arrows(machine: Mapping[str, Moves]) -> Iterator[str]:
    jobs: dict[tuple[StrEnum | None, StrEnum], list[str]] = {}
    for job, moves in machine.items():
        for move in sorted(moves, key=str):
            jobs.setdefault(move, []).append(job)
    for (old, new), names in jobs.items():
        yield f"{old or '[*]'} --> {new}: {', '.join(names)}"


if __name__ == "__main__":
    for states in TRANSITIONS:
        sys.stdout.write(f"{mermaid(states)}\n\n")
