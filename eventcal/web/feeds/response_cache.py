"""The answers of one edition on one day, ready to be sent: each feed plain and compressed, with its headers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from email.utils import format_datetime
from typing import TYPE_CHECKING

from ...feeds import Representation
from ..http import HttpResponse

if TYPE_CHECKING:
    from ...history import Edition
    from ..snapshots import Snapshot

CACHE_CONTROL = "public, max-age=900, stale-while-revalidate=86400"
MAX_CACHE_BYTES = 32_000_000
"""Octets of filtered variants that are cached; the least recently requested goes first."""


@dataclass(frozen=True, slots=True)
class EncodedFeed:
    """One representation as it goes out: its ETag, and each of its answers made beforehand."""

    etag: str
    ok: HttpResponse
    head: HttpResponse
    not_modified: HttpResponse


@dataclass(frozen=True, slots=True)
class CachedFeed:
    """A feed at one address. `last_modified` is compared with If-Modified-Since, in seconds since 1970."""

    plain: EncodedFeed
    gzipped: EncodedFeed
    last_modified: int
    size: int


class ResponseCache:
    """Everything that one edition answers on one day; *edition* is without the events that cannot be drawn."""

    def __init__(self, snapshot: Snapshot, edition: Edition, today: date, expires_at: float) -> None:
        self.snapshot = snapshot
        self.edition = edition
        self.today = today
        self.expires_at = expires_at  # the midnight that begins another day, in seconds since 1970
        self.by_request: dict[tuple[str, str], CachedFeed] = {}
        self._filtered: OrderedDict[tuple[str, str], CachedFeed] = OrderedDict()
        self._size_bytes = 0
        self._lock = threading.Lock()

    def get_filtered(self, key: tuple[str, str]) -> CachedFeed | None:
        with self._lock:
            feed = self._filtered.get(key)
            if feed is not None:
                self._filtered.move_to_end(key)
            return feed

    def put_filtered(self, key: tuple[str, str], feed: CachedFeed) -> None:
        with self._lock:
            previous = self._filtered.pop(key, None)
            self._filtered[key] = feed
            self._size_bytes += feed.size - (previous.size if previous else 0)
            while self._size_bytes > MAX_CACHE_BYTES and len(self._filtered) > 1:
                self._size_bytes -= self._filtered.popitem(last=False)[1].size


def encode_feed(representation: Representation, security_headers: dict[str, str]) -> CachedFeed:
    last_modified = format_datetime(representation.last_modified, usegmt=True)
    shared_headers = [
        ("Cache-Control", CACHE_CONTROL),
        ("Vary", "Accept-Encoding"),
        ("Access-Control-Allow-Origin", "*"),
        *security_headers.items(),
    ]
    if representation.next_url:  # RFC 8288; a page of another origin may read it only where it is exposed
        shared_headers += [
            ("Link", f'<{representation.next_url}>; rel="next"'),
            ("Access-Control-Expose-Headers", "Link"),
        ]

    def encode(body: bytes, etag: str, *encoding: tuple[str, str]) -> EncodedFeed:
        ok_headers = [
            ("Content-Type", representation.content_type),
            ("Content-Length", str(len(body))),
            ("ETag", etag),
            ("Last-Modified", last_modified),
            *encoding,
            *shared_headers,
        ]
        not_modified = HttpResponse(304, [("ETag", etag), *shared_headers])
        return EncodedFeed(etag, HttpResponse(200, ok_headers, body), HttpResponse(200, ok_headers), not_modified)

    plain = encode(representation.body, representation.etag)
    gzipped = (
        encode(representation.gzip_body, representation.gzip_etag, ("Content-Encoding", "gzip"))
        if representation.gzip_body
        else plain
    )
    size = len(representation.body) + len(representation.gzip_body) + 4_096  # what headers and keys take
    return CachedFeed(plain, gzipped, int(representation.last_modified.timestamp()), size)
