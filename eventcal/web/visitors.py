"""Who asks, and how often they may. The only file that counts visitors; it counts in memory, and keeps nobody's address for long."""

from __future__ import annotations

import ipaddress

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded


def client() -> str:
    """Whose request it is: the network that it came from, or that a proxy beside us says it came from.

    One household of IPv6 counts once, whatever addresses it makes up.
    """
    peer = _network(request.remote_addr or "")
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if told and (peer is None or peer.is_private or peer.is_loopback):
        peer = _network(told) or peer
    if isinstance(peer, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((peer, 64), strict=False))
    return str(peer)


def _network(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


limiter = Limiter(client, storage_uri="memory://", strategy="moving-window")


def install(app: Flask) -> None:
    """Let *app* keep the limits that its pages set."""
    limiter.init_app(app)
    app.register_error_handler(RateLimitExceeded, _limited)


def _limited(error: RateLimitExceeded) -> Response:
    """What the limit that was met has to say."""
    assert isinstance(error.response, Response)
    return error.response
