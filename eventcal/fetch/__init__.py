"""One outgoing HTTP request, kept within what it was allowed: addresses, time, size. The only room that knows libcurl.

A name is resolved once, every address it gave is checked, and the connection goes to one that was checked: a name that
answers differently a moment later, a redirect, a number in disguise lead nowhere. Through a proxy, which resolves names by
itself, only what can be known here is refused: numbers, and names that the local resolver knows as private.

`addresses` checks hosts and chooses what goes through the proxy, `targets` reads URLs, `client` drives libcurl.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .addresses import use_proxy
from .targets import origin, parse_http_url, parse_target
from .values import FetchError, FetchRefused, Response

TOTAL_TIMEOUT_SECONDS = 15.0


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


def probe(url: str) -> Response:
    """GETs *url*, follows nothing, and returns status and headers with at most the first 64 KiB. Raises FetchRefused or FetchError."""
    return _send_request(url, {}, allow_private=False, timeout=TOTAL_TIMEOUT_SECONDS)


def _send_request(url: str, headers: Mapping[str, str], body: bytes | None = None, **limits: Any) -> Response:
    from .client import send_request  # here: commands that send nothing do not load libcurl

    return send_request(parse_target(url), headers, body, **limits)
