"""Bytes become an answer that any number of requests can share: compressed once, named by what they are."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

MIN_GZIP_BYTES = 4096
"""Octets below which compressing costs a reader more than it saves."""

CALENDAR_CONTENT_TYPE = "text/calendar; charset=utf-8"
JSON_CONTENT_TYPE = "application/json; charset=utf-8"
ATOM_CONTENT_TYPE = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Representation:
    """A representation (RFC 9110 3.2): *gzip_body* is b"" where compression does not pay.

    Both ETags are strong, quoted, and computed from the bytes. *last_modified* is in UTC and whole seconds. *next_url*
    is the address of the next page, "" where there is none.
    """

    body: bytes
    gzip_body: bytes
    etag: str
    gzip_etag: str
    last_modified: datetime
    content_type: str
    next_url: str = ""


def build_representation(body: bytes, last_modified: datetime, content_type: str, next_url: str = "") -> Representation:
    """Builds what is served of *body*: gzip beside it, a strong ETag, Last-Modified."""
    # no name and no time in gzip's header: the same body gives the same bytes
    gzip_body = gzip.compress(body, 6, mtime=0) if len(body) >= MIN_GZIP_BYTES else b""
    modified = last_modified.astimezone(UTC).replace(microsecond=0)
    gzip_etag = _etag(gzip_body) if gzip_body else ""
    return Representation(body, gzip_body, _etag(body), gzip_etag, modified, content_type, next_url)


def _etag(octets: bytes) -> str:
    return f'"{hashlib.blake2b(octets, digest_size=12).hexdigest()}"'
