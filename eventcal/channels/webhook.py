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
_RETRYABLE_STATUSES = {408, 409, 425, 429}


class WebhookChannel:
    """*secret*: `whsec_` and base64, as Standard Webhooks writes it, or any text, whose bytes are the key; "" signs nothing."""

    wants_calendar = False

    def __init__(self, url: str, secret: str = "", allow_private: bool = False) -> None:
        try:
            fetch.parse_http_url(url)
        except fetch.FetchRefused as error:
            raise SettingsError(f"webhook: {error}") from error
        self._url, self._signing_key, self._allow_private = url, _decode_secret(secret), allow_private
        self.destination = fetch.origin(self._url)

    def send(self, message: Message) -> Outcome:
        body = json.dumps(message.data, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", **self._signature_headers(message, body)}
        try:
            response = fetch.post(self._url, body, headers, allow_private=self._allow_private)
        except fetch.FetchRefused as error:
            return Permanent(str(error))
        except fetch.FetchError as error:
            return (
                Ambiguous(str(error), receiver_deduplicates=True)
                if error.request_sent
                else Retry(str(error), destination_down=True)
            )
        return classify_response(response, message.send_time)

    def _signature_headers(self, message: Message, body: bytes) -> dict[str, str]:
        timestamp = str(int(message.send_time.timestamp()))
        headers = {"webhook-id": message.key, "webhook-timestamp": timestamp}
        if self._signing_key:
            signature = hmac.new(
                self._signing_key, f"{message.key}.{timestamp}.".encode() + body, hashlib.sha256
            ).digest()
            headers["webhook-signature"] = "v1," + base64.b64encode(signature).decode()
        return headers


def classify_response(response: fetch.Response, now: datetime) -> Outcome:
    """What a code means for the delivery. A redirect is a refusal: the address in eventcal.toml is the one that counts."""
    status = response.status
    if 200 <= status < 300:
        return Sent(str(status))
    delay = parse_retry_after(response.headers.get("retry-after", ""), now)
    if status in _RETRYABLE_STATUSES or status >= 500:
        return Retry(str(status), delay, destination_down=status in (429, 502, 503, 504) or delay is not None)
    return Permanent(str(status), address_unknown=status == 410)


def parse_retry_after(text: str, now: datetime) -> timedelta | None:
    """RFC 9110 10.2.3: seconds, or a date; anything else is as if it had not been said."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        retry_at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    delay = (retry_at if retry_at.tzinfo else retry_at.replace(tzinfo=UTC)) - now
    return max(delay, timedelta())


def _decode_secret(secret: str) -> bytes:
    prefix, marker, rest = secret.partition("whsec_")
    if prefix or not marker:
        return secret.encode()
    try:
        return base64.b64decode(rest, validate=True)
    except binascii.Error:
        raise SettingsError("webhook: what follows `whsec_` in a secret is base64") from None
