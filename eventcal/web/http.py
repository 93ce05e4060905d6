"""A request and an answer as values, whichever interface they come by (WSGI or RSGI), and the security headers of answers."""

from __future__ import annotations

import gzip
import hashlib
import ipaddress
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from ..settings import Network

Headers = list[tuple[str, str]]
PLAIN_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request without a body. *path* is decoded, *query* is not.

    *header* looks up a header by its lower-case name; None: it was not sent.
    """

    method: str
    path: str
    query: str
    header: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An answer; *body* is b"" for HEAD and for statuses without one."""

    status: int
    headers: Headers
    body: bytes = b""


def client_network(peer_address: str, forwarded_for: str, trusted_proxies: Collection[Network]) -> str:
    """Returns the network that a request comes from; a household of IPv6 counts once, whatever addresses it makes up.

    *forwarded_for* (X-Forwarded-For) is read from its end, past the entries that *trusted_proxies* wrote about one another:
    what stands before the first entry of anybody else is that client's own claim.
    """
    peer = _parse_address(peer_address)
    entries = [entry.strip() for entry in forwarded_for.split(",")]
    while entries and peer is not None and any(peer in network for network in trusted_proxies):
        forwarded = _parse_address(entries.pop())
        if forwarded is None:
            break
        peer = forwarded
    if isinstance(peer, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((peer, 64), strict=False))
    return str(peer)


def _parse_address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Parses an address, behind which some proxies write the port that it came from: 192.0.2.1:443, [2001:db8::1]:443."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


_ASCII: Final = bytes(range(128))


def encode_query(query: str | bytes) -> str:
    """Returns *query* with what is not ASCII percent-encoded, as RFC 3986 2.1 wants it and not every client sends it."""
    return quote(query, safe=_ASCII)


def text_response(
    method: str, status: int, text: str, headers: Iterable[tuple[str, str]], *more: tuple[str, str]
) -> HttpResponse:
    """Builds a plain text for a person that no cache keeps, with *headers*, each replaced by one of *more* of its name."""
    body = text.encode()
    merged = {
        "Content-Type": PLAIN_TEXT,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        **dict(headers),
        **dict(more),
    }
    return HttpResponse(status, list(merged.items()), b"" if method == "HEAD" else body)


def call_wsgi(app: WSGIApplication, environ: WSGIEnvironment) -> HttpResponse:
    """Returns the whole answer of *app* (PEP 3333)."""
    started: list[tuple[int, Headers]] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
        started[:] = [(int(status[:3]), list(headers))]
        return lambda octets: None

    typed_start_response: StartResponse = start_response
    chunks = app(environ, typed_start_response)
    try:
        body = b"".join(chunks)
    finally:
        getattr(chunks, "close", lambda: None)()
    status, headers = started[0]
    return HttpResponse(status, headers, body)


# no 'unsafe-inline', nothing from elsewhere: a title can carry no script and no style
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_PAGE_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_FILE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
PRIVATE_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
"""Headers of pages about one person or for the operator: kept out of caches, referrers and search engines."""
_HSTS: Final = {"Strict-Transport-Security": "max-age=31536000"}  # RFC 6797 6.1; subdomains are others' business


def page_headers(base_url: str) -> dict[str, str]:
    """Returns the headers of a page; HSTS with them where *base_url* says that browsers come by TLS."""
    return _PAGE_HEADERS | (_HSTS if base_url.startswith("https:") else {})


def file_headers(base_url: str) -> dict[str, str]:
    """Returns the headers of feeds, style sheets, scripts and pictures: as documents they may load and run nothing."""
    return _FILE_HEADERS | (_HSTS if base_url.startswith("https:") else {})


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file in memory, plain and compressed."""

    body: bytes
    gzipped: bytes
    digest: str
    content_type: str


def pack_asset(body: bytes, content_type: str) -> Asset:
    """Compresses *body*, and digests it for the file's address and ETag. The same bytes give the same asset."""
    digest = hashlib.blake2b(body, digest_size=6).hexdigest()
    return Asset(body, gzip.compress(body, mtime=0), digest, content_type)
