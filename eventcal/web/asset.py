"""A static file in memory, as it is served."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass


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
