"""Limits requests per client network. Only keyed hashes of addresses are stored, in memory and in the database."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import time
from collections.abc import Collection
from datetime import timedelta

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from limits.storage import MemoryStorage

from ..logs import RepeatCounter
from ..settings import Network
from ..store import rate_limits
from .context import current, get_services

log = logging.getLogger(__name__)

REFUSAL_LOG_INTERVAL = 60.0
"""Seconds within which refusals of one kind are one log line: who asks too often must not fill the disk."""

_refusals = RepeatCounter(REFUSAL_LOG_INTERVAL)


def client_network(trusted_proxies: Collection[Network]) -> str:
    """Returns the network that the request comes from; a household of IPv6 counts once, whatever addresses it makes up.

    `X-Forwarded-For` is read from its end, past the entries that *trusted_proxies* wrote about one another: what stands
    before the first entry of anybody else is that client's own claim.
    """
    peer = _parse_address(request.remote_addr or "")
    entries = [entry.strip() for entry in request.headers.get("X-Forwarded-For", "").split(",")]
    while entries and peer is not None and any(peer in network for network in trusted_proxies):
        forwarded = _parse_address(entries.pop())
        if forwarded is None:
            break
        peer = forwarded
    if isinstance(peer, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((peer, 64), strict=False))
    return str(peer)


def _parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def keyed_hash(address: str) -> str:
    """Returns a keyed hash of *address*: equal for equal addresses, and not reversible without the key."""
    return hmac.digest(get_services().visitor_key, f"eventcal.visitor\0{address}".encode(), "sha256").hex()[:32]


class _StoreBackedStorage(MemoryStorage):
    """Counts per fixed window: in the store that web processes share, else in memory."""

    STORAGE_SCHEME = ["eventcal"]  # noqa: RUF012 (theirs)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        store = get_services().shared_store
        if store is None:
            return super().incr(key, expiry, amount)
        with store.write(alone=False) as conn:
            return rate_limits.increment(conn, key, amount, current().now, timedelta(seconds=expiry))


limiter = Limiter(
    lambda: keyed_hash(client_network(get_services().settings.trusted_proxies)),
    storage_uri="eventcal://",
    strategy="fixed-window",
)


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
