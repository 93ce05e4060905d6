"""A message becomes one signed POST of its documented JSON, as the Standard Webhooks specification has it.

Knows the meaning of the answer's code; what may be reached, and for how long, is `fetch`'s.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from .. import fetch
from ..errors import SettingsError
from ..messages import Message
from . import Ambiguous, Outcome, Permanent, Retry, Sent

# Refusals of a moment, among those codes that else mean "never": RFC 9110, RFC 8470, RFC 6585.
_AGAIN = {408, 409, 425, 429}


class Webhook:
    """*secret*: `whsec_` and base64, as Standard Webhooks writes it, or any text, whose bytes are the key; "" signs nothing."""

    wants_calendar = False

    def __init__(self, url: str, secret: str = "", allow_private: bool = False) -> None:
        try:
            fetch.split(url)
        except fetch.Refused as error:
            raise SettingsError(f"webhook: {error}") from error
        self._url, self._key, self._allow_private = url, _key(secret), allow_private
        self.destination = fetch.destination(self._url)

    def send(self, message: Message) -> Outcome:
        body = json.dumps(message.data, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", **self._signed(message, body)}
        try:
            answer = fetch.post(self._url, body, headers, allow_private=self._allow_private)
        except fetch.Refused as error:
            return Permanent(str(error))
        except fetch.FetchError as error:
            return Ambiguous(str(error), told_apart=True) if error.sent else Retry(str(error), everyone=True)
        return outcome(answer, message.moment)

    def _signed(self, message: Message, body: bytes) -> dict[str, str]:
        stamp = str(int(message.moment.timestamp()))
        headers = {"webhook-id": message.key, "webhook-timestamp": stamp}
        if self._key:
            signed = hmac.new(self._key, f"{message.key}.{stamp}.".encode() + body, hashlib.sha256).digest()
            headers["webhook-signature"] = "v1," + base64.b64encode(signed).decode()
        return headers


def outcome(answer: fetch.Response, now: datetime) -> Outcome:
    """What a code means for the delivery. A redirect is a refusal: the address in eventcal.toml is the one that counts."""
    status = answer.status
    if 200 <= status < 300:
        return Sent(str(status))
    after = retry_after(answer.headers.get("retry-after", ""), now)
    if status in _AGAIN or status >= 500:
        return Retry(str(status), after, everyone=status in (429, 502, 503, 504) or after is not None)
    return Permanent(str(status), gone=status == 410)


def retry_after(text: str, now: datetime) -> timedelta | None:
    """RFC 9110 10.2.3: seconds, or a date; anything else is as if it had not been said."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    return max(wait, timedelta())


def _key(secret: str) -> bytes:
    prefix, found, rest = secret.partition("whsec_")
    if prefix or not found:
        return secret.encode()
    try:
        return base64.b64decode(rest, validate=True)
    except binascii.Error:
        raise SettingsError("webhook: what follows `whsec_` in a secret is base64") from None
