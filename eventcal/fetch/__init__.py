"""One outgoing HTTP request, kept within what it was allowed: addresses, time, size. The only room that knows libcurl.

A name is resolved once, every address it gave is checked, and the connection goes to one that was checked: a name that
answers differently a moment later, a redirect, a number in disguise lead nowhere. Through a proxy, which resolves names by
itself, only what can be known here is refused: numbers, and names that the local resolver knows as private.

addresses, client    the check of a host, and what goes through the proxy; libcurl
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..urls import split_url
from .addresses import use_proxy
from .values import FetchError, FetchRefused, Response

TOTAL_TIMEOUT_SECONDS = 15.0
DEFAULT_PORTS = {"http": 80, "https": 443}


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: bool = False,
    timeout: float = TOTAL_TIMEOUT_SECONDS,
) -> Response:
    """Sends a POST to *url*, follows no redirect, and returns within *timeout* seconds.

    Raises FetchRefused or FetchError.
    """
    return _send_request(url, headers, body, allow_private=allow_private, timeout=timeout)


def get(url: str, *, max_bytes: int, allow_private: bool = False, timeout: float = TOTAL_TIMEOUT_SECONDS) -> Response:
    """Sends a GET to *url*, follows no redirect, and returns within *timeout* seconds with a body of at most *max_bytes*.

    Raises FetchRefused or FetchError, also for a body that is longer or incomplete.
    """
    headers = {"Cache-Control": "no-cache"}
    return _send_request(url, headers, allow_private=allow_private, timeout=timeout, max_bytes=max_bytes)


def probe(url: str, *, allow_private: bool = False, timeout: float = TOTAL_TIMEOUT_SECONDS) -> Response:
    """GETs *url*, follows nothing, and returns status and headers with at most the first 64 KiB, within *timeout* seconds.

    Raises FetchRefused or FetchError.
    """
    return _send_request(url, {}, allow_private=allow_private, timeout=timeout)


def parse_http_url(url: str) -> Any:
    """Returns the parts of an http(s) URL. Raises FetchRefused for any other."""
    parts = split_url(url, *DEFAULT_PORTS)
    if parts is None:
        raise FetchRefused("not an http or https address")
    if "@" in parts.netloc:
        raise FetchRefused("a user and password in an address are not sent: remove them")
    return parts


def origin(url: str) -> str:
    """Returns scheme, host and port of *url*: what stands or falls as one. Without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}:{parts.port or DEFAULT_PORTS.get(parts.scheme, 0)}"


def _send_request(url: str, headers: Mapping[str, str], body: bytes | None = None, **limits: Any) -> Response:
    from .client import HttpTarget, send_request  # here: commands that send nothing do not load libcurl

    parts = parse_http_url(url)
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    target = HttpTarget(parts.scheme, str(parts.hostname), port, parts.path, parts.query)
    return send_request(target, headers, body, **limits)
