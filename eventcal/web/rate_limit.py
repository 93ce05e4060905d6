"""Who asks, and how often they may. The only file that counts visitors; nobody's address is kept, in memory or in the store."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from limits.storage import MemoryStorage

from ..settings import Network, Settings
from ..store import Store, rate_limits, subscribers


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


@dataclass(frozen=True)
class _LimiterContext:
    """How one application counts: in *store*, with all web nodes that share it; without one by itself."""

    store: Store | None
    configured_key: str
    trusted_proxies: Collection[Network]

    @cached_property
    def key(self) -> bytes:
        """What makes a name of somebody that says nothing of them; the same wherever they are counted together."""
        if self.store is None:
            return secrets.token_bytes(32)
        return subscribers.keys(self.store, self.configured_key)[0].encode()


def _limiter_context() -> _LimiterContext:
    context: _LimiterContext = current_app.extensions["eventcal.visitors"]
    return context


def keyed_hash(address: str) -> str:
    """*address* as it may be kept: always the same, and read by nobody."""
    return hmac.digest(_limiter_context().key, f"eventcal.visitor\0{address}".encode(), "sha256").hex()[:32]


class _StoreBackedStorage(MemoryStorage):
    """Counts by the window that a first visit opens; in memory where one process answers everybody."""

    STORAGE_SCHEME = ["eventcal"]  # noqa: RUF012 (theirs)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        store = _limiter_context().store
        if store is None:
            return super().incr(key, expiry, amount)
        with store.write(alone=False) as conn:
            return rate_limits.increment(conn, key, amount, g.now, timedelta(seconds=expiry))


limiter = Limiter(
    lambda: keyed_hash(client_network(_limiter_context().trusted_proxies)),
    storage_uri="eventcal://",
    strategy="fixed-window",
)


def install(app: Flask, store: Store | None, settings: Settings) -> None:
    """Let *app* keep the limits that its pages set."""
    shared_store = store if store is not None and store.clustered else None
    app.extensions["eventcal.visitors"] = _LimiterContext(shared_store, settings.secret_key, settings.trusted_proxies)
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _limit_response)


def _limit_response(error: RateLimitExceeded) -> Response:
    """What the limit that was met has to say."""
    assert isinstance(error.response, Response)
    return error.response
