"""Defines the states of the ledger's rows, the moves between them, the reasons that rows carry, and channels of its own.

Values only: the store's statements make the moves (tests/test_states.py walks them against `TRANSITIONS` on both
databases), and `reason_text` turns a reason into a text where a row is shown.
`python -m eventcal.states` prints the machines as Mermaid state diagrams.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum

EMAIL_CHANNEL = "email"
"""The channel of those who signed up with a mail address."""

PUSH_CHANNEL = "webpush"
"""The channel of those who signed up on a device."""

DIGEST_CHANNEL = "email+digest"
"""Where deliveries wait for a digest: a channel that nothing is sent through."""


class ReminderState(StrEnum):
    """State of a planned reminder, which knows no subscriber."""

    PLANNED = "planned"  # waits for its fan-out, or the fan-out is under way
    STAGED = "staged"  # its deliveries are inserted; a second fan-out may follow at the due time
    SKIPPED = "skipped"  # never sent, and why; a changed rule may bring it back
    SUPERSEDED = "superseded"  # its occurrence moved, was cancelled or is gone; the same date may bring it back


class DeliveryState(StrEnum):
    """State of one message to one recipient."""

    QUEUED = "queued"  # waits for `not_before`; nothing was tried since it was queued
    SENDING = "sending"  # claimed by a sender, under a lease and a fencing token
    RETRY = "retry"  # at least one attempt failed; waits for `not_before`
    SENT = "sent"  # accepted by the other side
    DEAD = "dead"  # given up after an attempt; the operator may queue it again
    SKIPPED = "skipped"  # not sent because it lost its point


OPEN_DELIVERY_STATES = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.RETRY)
"""The states of a delivery of which it is not decided yet what becomes of it."""


class SubscriptionState(StrEnum):
    """State of a recipient's subscription."""

    PENDING = "pending"  # signed up, not confirmed
    ACTIVE = "active"  # gets deliveries
    OFF = "off"  # ended, and why


class SubscriptionOrigin(StrEnum):
    """Where a subscription comes from."""

    PEOPLE = "people"  # a person signed up, by mail or on a device
    CONFIG = "config"  # a channel of eventcal.toml, for reminders and notices
    OPERATOR = "operator"  # a channel of eventcal.toml that hears of failures only


class DeliveryKind(StrEnum):
    """The kinds of delivery."""

    REMINDER = "reminder"  # an occurrence is ahead
    CHANGE = "change"  # an occurrence changed, or is gone
    DIGEST = "digest"  # reminders and changes that waited for the day or the week
    CONFIRMATION = "confirmation"  # asks to confirm a sign-up
    ALARM = "alarm"  # tells the operator that something needs a person, or no longer does
    TODO = "todo"  # lists for the operator the events that a person has to look at
    TEST = "test"  # the operator tries a channel


class AttemptOutcome(StrEnum):
    """The outcomes of one attempt to send."""

    NONE = ""  # nothing was tried
    SENT = "sent"  # the other side accepted the message
    RETRY = "retry"  # refused or unreachable for now
    PERMANENT = "permanent"  # refused for good
    AMBIGUOUS = "ambiguous"  # the whole message left and no answer came: it may have arrived (RFC 1047)


class Reason(StrEnum):
    """Why a row is in its state: a code. What the other side said stands beside it, in `detail`."""

    NONE = ""  # no other than the state itself
    # a reminder, and the deliveries that end with it
    PAST = "past"  # it was of no use any more
    AFTER_START = "after start"  # its lead falls after what it reminds of
    RULE = "rule"  # no lead asks for it any more
    MOVED = "moved"  # its occurrence has another date
    POSTPONED = "postponed"  # its occurrence has no date for now
    CANCELLED = "cancelled"  # its occurrence is called off
    VANISHED = "vanished"  # its event or occurrence is not in the registry any more
    # a delivery that was not sent, or not as it was
    LATE = "late"  # sent, but late
    FILTER = "filter"  # its event left the subscription's filter
    DIGEST = "digest"  # a digest says it
    EMPTY = "empty"  # a digest in which nothing was left to say
    SAME = "same"  # its reader knows this state already
    DUPLICATE = "duplicate"  # another subscription of the same address brings it
    MUTED = "stopped for this event"  # its reader wants nothing more of this event
    CONFIRMED = "confirmed"  # the confirmation came before the message asking for it left
    RESTORED = "restored"  # it fell due between the copy and the restore, and the operator gave it up
    SIGN_UP_OFF = "sign-up is off"  # sign-up was disabled
    TAKEN_OVER = "taken over"  # another sender holds the claim
    # a delivery that failed
    REFUSED = "refused"  # for good, in the other side's words
    GONE = "gone"  # the address does not exist
    ENDPOINT_GONE = "endpoint gone"  # the whole channel ended (RFC 9110 15.5.11)
    NO_TIME_LEFT = "no time left"  # it would be of no use at the next attempt
    ASKED_TO_WAIT = "asked to wait"  # the other side asked for longer than the message is of use
    NO_ANSWER = "no answer"  # two copies left and neither was answered
    CANNOT_BE_WRITTEN = "cannot be written"  # the message could not be built
    AMBIGUOUS = "ambiguous"  # a copy may have arrived
    INTERRUPTED = "interrupted"  # the process ended while it was being sent
    # a subscription
    UNSUBSCRIBED = "unsubscribed"  # by its reader
    BOUNCED = "bounced"  # its mails were returned on several days
    COMPLAINT = "complaint"  # its reader called a mail spam
    NOT_CONFIGURED = "not in eventcal.toml"  # its recipient left the configuration
    IMPORTED = "imported"  # taken over from elsewhere; the detail is the proof of consent


INVALIDATED = (Reason.MOVED, Reason.POSTPONED, Reason.CANCELLED, Reason.VANISHED, Reason.RULE)
"""Reasons of skipped deliveries that are wanted again when their reminder is."""

_TEXTS = {
    Reason.NONE: "{detail}",
    Reason.REFUSED: "{detail}",
    Reason.ASKED_TO_WAIT: "asked to wait {detail}",
    Reason.NO_ANSWER: "no answer, twice: {detail}",
}


def reason_text(reason: str, detail: str = "") -> str:
    """Returns *reason* and *detail* as one line of English; "" when neither says anything."""
    text = _TEXTS.get(Reason(reason), "{reason}: {detail}") if detail else "{reason}"
    return text.format(reason=str(reason), detail=detail)


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
        "return": _moves([_D.SENT], _D.DEAD),
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
