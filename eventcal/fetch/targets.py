"""URLs of outgoing requests: which may be asked for, and how libcurl is told."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from ..urls import authority, host_to_ascii, split_url
from .values import FetchRefused

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNESCAPED = "%/?:@!$&'()*+,;=~"  # RFC 3986 3.3 and 3.4; % begins what is encoded already


@dataclass(frozen=True, slots=True)
class HttpTarget:
    """The receiver of a request, in ASCII: *url* without a fragment, and the host and port in it."""

    url: str
    host: str
    port: int


@lru_cache(maxsize=128)
def parse_target(url: str) -> HttpTarget:
    """Returns what a request for *url* is sent to. Raises FetchRefused."""
    parts = parse_http_url(url)
    host, port = host_to_ascii(str(parts.hostname)), parts.port or _DEFAULT_PORTS[parts.scheme]
    query = f"?{quote(parts.query, safe=_UNESCAPED)}" if parts.query else ""
    path = quote(parts.path, safe=_UNESCAPED)
    return HttpTarget(f"{parts.scheme}://{authority(host, port)}{path}{query}", host, port)


def parse_http_url(url: str) -> Any:
    """Returns the parts of an http(s) URL. Raises FetchRefused for any other."""
    parts = split_url(url, *_DEFAULT_PORTS)
    if parts is None:
        raise FetchRefused("not an http or https address")
    if "@" in parts.netloc:
        raise FetchRefused("a user and password in an address are not sent: remove them")
    return parts


def origin(url: str) -> str:
    """Returns scheme, host and port of an http(s) *url*: what stands or falls as one. Without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{authority(str(parts.hostname), parts.port or _DEFAULT_PORTS[parts.scheme])}"
