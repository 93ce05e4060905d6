"""A message becomes one signed POST of its documented JSON, as the Standard Webhooks specification has it.

Knows the meaning of the answer's code; what may be reached, and for how long, is `fetch`'s.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from .. import fetch
from ..errors import SettingsError
from ..messages import Message
from .body_shapes import find_shape
from .values import Ambiguous, Outcome, Permanent, Retry, Sent

# Statuses that concern every request: RFC 9110 15.6, RFC 6585 4.
_DESTINATION_DOWN_STATUSES = {429, 502, 503, 504}
_GONE_STATUS = 410


class WebhookChannel:
    """*secret*: `whsec_` and base64, as Standard Webhooks writes it, or any text, whose bytes are the key; "" signs nothing.

    Several secrets, separated by spaces, sign each: a receiver takes the signature of the one that it knows. *body* is
    one of `body_shapes`.
    """

    wants_calendar = False

    def __init__(self, url: str, secret: str = "", allow_private: bool = False, body: str = "") -> None:
        try:
            fetch.parse_http_url(url)
        except fetch.FetchRefused as error:
            raise SettingsError(f"webhook: {error}") from error
        self._url, self._allow_private, self._shape = url, allow_private, find_shape(body)
        self._signing_keys = tuple(_decode_secret(part) for part in secret.split())
        self.destination = fetch.origin(self._url)

    def send(self, message: Message) -> Outcome:
        """Sends one signed POST and classifies the answer."""
        content = self._shape(message) if self._shape else message.data
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
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
        if self._signing_keys:
            signed = f"{message.key}.{timestamp}.".encode() + body
            digests = (hmac.digest(key, signed, "sha256") for key in self._signing_keys)
            headers["webhook-signature"] = " ".join("v1," + base64.b64encode(digest).decode() for digest in digests)
        return headers


def classify_response(
    response: fetch.Response, now: datetime, message_statuses: frozenset[int] = frozenset()
) -> Outcome:
    """Decides what a response means, as Standard Webhooks has it: anything but 2xx is tried again, 410 ends the endpoint.

    A redirect is a refusal: the address in eventcal.toml is the one that counts. *message_statuses* are those by which
    this service refuses the message itself.
    """
    status = response.status
    if 200 <= status < 300:
        return Sent(str(status))
    if status == _GONE_STATUS or status in message_statuses:
        return Permanent(str(status), endpoint_gone=status == _GONE_STATUS)
    delay = parse_retry_after(response.headers.get("retry-after", ""), now)
    return Retry(str(status), delay, destination_down=status in _DESTINATION_DOWN_STATUSES or delay is not None)


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
