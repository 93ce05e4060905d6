"""Bytes become an answer that any number of requests can share: compressed once, named by what they are."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

SMALLEST_GZIP = 4096
"""Octets below which compressing costs a reader more than it saves."""

CALENDAR = "text/calendar; charset=utf-8"
JSON = "application/json; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Ready:
    """A representation: *gzip* is b"" where it is not worth it. Both ETags are strong, quoted, and made of the bytes.

    *last_modified* is in UTC and whole seconds.
    """

    body: bytes
    gzip: bytes
    etag: str
    gzip_etag: str
    last_modified: datetime
    content_type: str


def ready(body: bytes, last_modified: datetime, content_type: str) -> Ready:
    # no name and no time in gzip's header: the same body gives the same bytes
    packed = gzip.compress(body, 6, mtime=0) if len(body) >= SMALLEST_GZIP else b""
    moment = last_modified.astimezone(UTC).replace(microsecond=0)
    return Ready(body, packed, _etag(body), _etag(packed) if packed else "", moment, content_type)


def _etag(octets: bytes) -> str:
    return f'"{hashlib.blake2b(octets, digest_size=12).hexdigest()}"'
