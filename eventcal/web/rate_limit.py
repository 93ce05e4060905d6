"""Limits requests per client network. Only keyed hashes of addresses are stored, in memory and in the database."""

from __future__ import annotations

import hmac
import logging
import time
from datetime import timedelta

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from limits.storage import MemoryStorage

from ..logs import RepeatCounter
from ..store import rate_limits
from .context import current, get_services
from .http import client_network

log = logging.getLogger(__name__)

REFUSAL_LOG_INTERVAL = 60.0
"""Seconds within which refusals of one kind are one log line: who asks too often must not fill the disk."""

_refusals = RepeatCounter(REFUSAL_LOG_INTERVAL)


def _client_network() -> str:
    forwarded_for, trusted_proxies = request.headers.get("X-Forwarded-For", ""), get_services().settings.trusted_proxies
    return client_network(request.remote_addr or "", forwarded_for, trusted_proxies)


def keyed_hash(address: str) -> str:
    """Returns a keyed hash of *address*: equal for equal addresses, and not reversible without the key."""
    return hmac.digest(get_services().visitor_key, f"eventcal.visitor\0{address}".encode(), "sha256").hex()[:32]


class _StoreBackedStorage(MemoryStorage):
    """Counts per fixed window: in the store that web processes share, else in memory."""

    STORAGE_SCHEME = ["eventcal"]  # noqa: RUF012 (theirs)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        store = get_services().shared_store
        if store is None:
            if self.expirations.get(key, 0.0) > time.time() + expiry:  # opened by a clock that was ahead
                self.clear(key)
            return super().incr(key, expiry, amount)
        with store.write(alone=False) as conn:
            return rate_limits.increment(conn, key, amount, current().now, timedelta(seconds=expiry))


limiter = Limiter(lambda: keyed_hash(_client_network()), storage_uri="eventcal://", strategy="fixed-window")


def _log_refusal(name: str, now: float) -> None:
    if count := _refusals.count(name, now):
        requests = "a request was" if count == 1 else f"{count} requests were"
        log.warning("%s: %s refused (429), too many from one visitor; more are counted for a minute", name, requests)


def install(app: Flask) -> None:
    """Makes *app* keep the limits that its routes set."""
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _limit_response)


def _limit_response(error: RateLimitExceeded) -> Response:
    """Returns the page of the limit that was exceeded."""
    assert isinstance(error.response, Response)
    _log_refusal(f"{request.method} {request.endpoint}", time.monotonic())
    return error.response
