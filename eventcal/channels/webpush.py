"""A message becomes an encrypted push to a device's push service (RFC 8030, 8291, 8292): browsers and UnifiedPush alike.

Devices name their push services themselves, so one that fails must not keep the others waiting: each origin has a
breaker of its own here, the channel as a whole never fails as one, and only a few threads at a time wait for origins
that have not answered yet.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .. import fetch, web_push
from ..messages import Message, NotificationText, notification_payload
from ..web_push import PushEndpoint, VapidKey
from .shorten import shorten, size_in_json
from .values import Outcome, Permanent, Postponed, Recheck, Retry, Sent, no_recheck
from .webhook import parse_retry_after

MAX_TTL = timedelta(days=28)
"""Push services keep a message four weeks at most; some refuse a longer wish."""
TOKEN_LIFETIME = timedelta(hours=12)  # RFC 8292 2: at most 24 hours
TOKEN_RENEWAL = timedelta(hours=6)
FAILURES_TO_HOLD = 3  # failures in a row of one push service
HOLD_TIME = timedelta(minutes=1)
MAX_ORIGINS = 500
KEYS_REREAD = timedelta(seconds=10)
"""Time after which the server's key pairs are read again."""
MAX_UNPROVEN_SENDS = 4
"""Requests at a time to push services that have not accepted anything since they last failed."""
UNPROVEN_WAIT = timedelta(seconds=2)
TIMEOUT_SECONDS = 10.0
_GONE_STATUSES = frozenset({404, 410})  # RFC 8030 7.3
_REFUSED_STATUSES = frozenset({400, 401, 403, 413})
_URGENCIES = {"reminder": "high", "confirmation": "high", "test": "high", "change": "normal", "digest": "low"}


@dataclass(frozen=True, slots=True)
class _Service:
    """One push service as this process knows it: failures in a row, and until when nothing is sent there.

    *is_proven*: the last request was accepted.
    """

    is_proven: bool = False
    failures: int = 0
    held_until: datetime | None = None
    detail: str = ""


class WebPushChannel:
    """Sends to the device of each message. Used by several threads.

    *load_keys* reads the server's key pairs, the newest first; it is called again after KEYS_REREAD, so that devices learn
    of a new one, and for a key that is not known yet.
    *contact* is a mailto: or https: address by which a push service finds the operator (RFC 8292 2.1).
    """

    wants_calendar = False
    destination = "web push"

    def __init__(
        self, load_keys: Callable[[], Sequence[VapidKey]], contact: str = "", allow_private: bool = False
    ) -> None:
        self._load_keys, self._contact, self._allow_private = load_keys, contact, allow_private
        self._keys: tuple[VapidKey, ...] = ()
        self._keys_read_at = datetime.min.replace(tzinfo=UTC)
        self._tokens: OrderedDict[tuple[str, str], tuple[datetime, str]] = OrderedDict()
        self._services: OrderedDict[str, _Service] = OrderedDict()
        self._unproven_sends = threading.BoundedSemaphore(MAX_UNPROVEN_SENDS)
        self._lock = threading.Lock()

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        """Sends one message."""
        device, now = message.device, message.send_time.astimezone(UTC)
        if device is None:
            return Permanent("the push service no longer knows this device", is_address_unknown=True)
        is_stale = abs(now - self._keys_read_at) >= KEYS_REREAD
        if is_stale or device.vapid_key not in {key.public for key in self._keys}:
            self._keys, self._keys_read_at = tuple(self._load_keys()), now
        key = next((key for key in self._keys if key.public == device.vapid_key), None)
        if key is None:
            return Permanent("the key that this device subscribed with no longer exists", is_address_unknown=True)
        origin = fetch.origin(device.url)
        service = self._services.get(origin, _Service())
        if service.held_until is not None and now < service.held_until:
            return Postponed(f"waiting for the push service: {service.detail}", service.held_until - now)
        if service.is_proven:
            return self._push(message, device, key, origin, now)
        if not self._unproven_sends.acquire(blocking=False):
            return Postponed("waiting for other push services that have not answered yet", UNPROVEN_WAIT)
        try:
            return self._push(message, device, key, origin, now)
        finally:
            self._unproven_sends.release()

    def _push(self, message: Message, device: PushEndpoint, key: VapidKey, origin: str, now: datetime) -> Outcome:
        headers = self._headers(message, device, key, origin, now)
        body = web_push.encrypt(self._render(message, device), device)
        try:
            response = fetch.post(device.url, body, headers, allow_private=self._allow_private, timeout=TIMEOUT_SECONDS)
        except fetch.FetchRefused as error:
            return Permanent(str(error), is_address_unknown=True)
        except fetch.FetchError as error:
            self._note_failure(origin, now, str(error))
            # The request may have arrived; a copy replaces its notification. Not the channel's failure: others are sent to.
            return Retry(str(error))
        return self._classify(response, origin, now)

    def _headers(
        self, message: Message, device: PushEndpoint, key: VapidKey, origin: str, now: datetime
    ) -> dict[str, str]:
        ttl = min(max((message.expires_at or now) - now, timedelta()), MAX_TTL)
        headers = {
            "Authorization": self._authorization(key, origin, now),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(ttl.total_seconds())),
            "Urgency": "high" if message.is_urgent else _URGENCIES.get(message.kind, "normal"),
        }
        if message.notification and message.notification.subject:
            headers["Topic"] = _topic(message.notification.subject, device)
        return headers

    def _authorization(self, key: VapidKey, origin: str, now: datetime) -> str:
        audience = web_push.audience(origin)
        with self._lock:
            signed_at, token = self._tokens.get((key.public, audience), (now, ""))
            if not token or abs(now - signed_at) >= TOKEN_RENEWAL:
                token = web_push.sign_vapid(key, audience, self._contact, now + TOKEN_LIFETIME)
                self._tokens[key.public, audience] = (now, token)
                if len(self._tokens) > MAX_ORIGINS:
                    self._tokens.popitem(last=False)
        return token

    def _render(self, message: Message, device: PushEndpoint) -> bytes:
        """Renders the payload, with the text shortened to what fits into one record."""
        text = message.notification or NotificationText(message.subject)
        tag, newest_key = text.subject or message.key, self._keys[0].public

        def encode(body: str) -> bytes:
            payload = notification_payload(message, body, tag, newest_key if newest_key != device.vapid_key else "")
            return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()

        room = web_push.MAX_PLAINTEXT_BYTES - len(encode("")) + size_in_json("")
        return encode(shorten(text.body, "", room, size_in_json))

    # push services

    def _note_failure(self, origin: str, now: datetime, detail: str, wait: timedelta | None = None) -> None:
        with self._lock:
            service = self._services.get(origin, _Service())
            failures, held_until = service.failures + 1, service.held_until
            if wait or failures >= FAILURES_TO_HOLD:
                held_until = max(held_until or now, now + (wait or HOLD_TIME))
            self._note(origin, _Service(False, failures, held_until, detail))

    def _note(self, origin: str, service: _Service) -> None:
        """Notes what is known of *origin* now, and forgets the push service that was used longest ago. The lock is held."""
        self._services[origin] = service
        self._services.move_to_end(origin)
        if len(self._services) > MAX_ORIGINS:
            self._services.popitem(last=False)

    def _classify(self, response: fetch.Response, origin: str, now: datetime) -> Outcome:
        """Decides what a response means (RFC 8030 5, 7.3, 8.4)."""
        status = str(response.status)
        if 200 <= response.status < 300:
            with self._lock:
                self._note(origin, _Service(is_proven=True))
            return Sent(status)
        if response.status in _GONE_STATUSES:
            return Permanent(status, is_address_unknown=True)
        if response.status in _REFUSED_STATUSES:
            return Permanent(status)
        wait = parse_retry_after(response.headers.get("retry-after", ""), now)
        if response.status == 429 or response.status >= 500:
            self._note_failure(origin, now, status, wait)
        return Retry(status, wait)


def _topic(subject: str, device: PushEndpoint) -> str:
    """Returns the Topic by which a push service replaces what it still holds (RFC 8030 5.4): at most 32 characters.

    It is the device's own, so that a push service cannot tell which devices are told of the same event.
    """
    digest = hashlib.blake2b(subject.encode(), key=device.auth.encode(), digest_size=24).digest()
    return web_push.encode_base64url(digest)
