"""Signed tokens for a subscription and the purpose of a link. Reads no clock and no store.

A token holds no address: the subscription's number and the secret number that its row keeps beside it. Whoever makes
that number another one, or deletes the row, ends every link that was sent before.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from itsdangerous import BadData, URLSafeSerializer

from .errors import EventcalError

_MAX_TOKEN_LENGTH = 400


class TokenPurpose(StrEnum):
    """The purposes of links; a token is valid for one of them only."""

    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class TokenPayload:
    """The content of a token: *link_version* is the subscription's secret number; *expires_at* None: does not expire."""

    subscription_id: int
    link_version: int
    expires_at: datetime | None = None


class TokenError(EventcalError):
    """A token that is not ours or not for this purpose; *is_expired*: it was valid and has expired."""

    def __init__(self, message: str, is_expired: bool = False) -> None:
        self.is_expired = is_expired
        super().__init__(message)


def sign(keys: Sequence[str], purpose: TokenPurpose, payload: TokenPayload) -> str:
    """Signs *payload* with the first of *keys*. Deterministic, so that a retried mail has the same bytes."""
    numbers = [payload.subscription_id, payload.link_version]
    if payload.expires_at is not None:
        numbers.append(int(payload.expires_at.timestamp()))
    return str(_serializer((keys[0],), purpose).dumps(numbers))


def verify(keys: Sequence[str], purpose: TokenPurpose, token: str, now: datetime) -> TokenPayload:
    """Verifies *token* against *keys* and *purpose* and returns its content. Raises TokenError."""
    if len(token) > _MAX_TOKEN_LENGTH:
        raise TokenError("no such token")
    try:
        subscription, version, *expiry = _serializer(tuple(keys), purpose).loads(token)
        payload = TokenPayload(
            int(subscription), int(version), datetime.fromtimestamp(int(expiry[0]), UTC) if expiry else None
        )
    except (BadData, ValueError, TypeError, OverflowError, OSError, RecursionError):
        raise TokenError("no such token") from None
    if payload.expires_at is not None and now >= payload.expires_at:
        raise TokenError("the token has expired", is_expired=True)
    return payload


def bounce_id(keys: Sequence[str], delivery_id: int) -> str:
    """Returns the id of a delivery for the envelope sender; lower case, since relays may fold it (RFC 5321 4.4).

    It ends with a code that only *keys* can make, so that a forged bounce cannot end a subscription.
    """
    return f"{delivery_id}-{_bounce_code(keys[0], str(delivery_id))}"


def read_bounce_id(keys: Sequence[str], text: str) -> int:
    """Returns the number of the delivery in *text*. Raises TokenError where none of *keys* made it."""
    number, _, code = text.lower().partition("-")
    if text.isascii() and any(hmac.compare_digest(_bounce_code(key, number), code) for key in keys):
        return int(number)  # what we signed is a number
    raise TokenError("no such delivery")


def _bounce_code(key: str, number: str) -> str:
    digest = hmac.digest(key.encode(), f"eventcal.bounce.{number}".encode(), "sha256")
    return b32encode(digest[:7]).decode().rstrip("=").lower()


@lru_cache(maxsize=8)
def _serializer(keys: tuple[str, ...], purpose: TokenPurpose) -> URLSafeSerializer:
    # itsdangerous signs with the last of its keys and believes all of them
    return URLSafeSerializer(
        list(reversed(keys)),
        salt=f"eventcal.{purpose.value}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
