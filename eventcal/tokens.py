"""A subscription and what a link is for become a text that nobody else can make, and back again. Reads no clock and no store.

A token holds no address: the subscription's number and the secret number that its row keeps beside it. Whoever makes
that number another one, or deletes the row, ends every link that was sent before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from itsdangerous import BadData, URLSafeSerializer

from .errors import EventcalError

_LONGEST = 400


class Purpose(StrEnum):
    """What a link is for; a token for one purpose is none for another."""

    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a token says: *version* is the secret number that the subscription had; *until* None: good for ever."""

    subscription: int
    version: int
    until: datetime | None = None


class TokenError(EventcalError):
    """A token that is not ours, or not for this; *expired*: it was, and its time is over."""

    def __init__(self, message: str, expired: bool = False) -> None:
        self.expired = expired
        super().__init__(message)


def sign(keys: Sequence[str], purpose: Purpose, ticket: Ticket) -> str:
    """The token of *ticket*, with the first of *keys*. The same every time, so that a mail that is tried again is the same."""
    parts = [ticket.subscription, ticket.version]
    if ticket.until is not None:
        parts.append(int(ticket.until.timestamp()))
    return str(_serializer(keys[:1], purpose).dumps(parts))


def read(keys: Sequence[str], purpose: Purpose, token: str, now: datetime) -> Ticket:
    """What *token* says, when any of *keys* signed it for *purpose*. Raises TokenError."""
    if len(token) > _LONGEST:
        raise TokenError("no such token")
    try:
        subscription, version, *until = _serializer(keys, purpose).loads(token)
        found = Ticket(int(subscription), int(version), datetime.fromtimestamp(int(until[0]), UTC) if until else None)
    except (BadData, ValueError, TypeError, OverflowError, OSError, RecursionError):
        raise TokenError("no such token") from None
    if found.until is not None and now >= found.until:
        raise TokenError("the token's time is over", expired=True)
    return found


def _serializer(keys: Sequence[str], purpose: Purpose) -> URLSafeSerializer:
    # itsdangerous signs with the last of its keys and believes all of them
    return URLSafeSerializer(
        list(reversed(keys)),
        salt=f"eventcal.{purpose.value}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
