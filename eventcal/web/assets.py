"""The stylesheet, the script and the icon, read once: plain and packed, under addresses that change with their bytes."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Blueprint, abort, make_response, request
from werkzeug.wrappers import Response

blueprint = Blueprint("assets", __name__)

_FOLDER = Path(__file__).parent / "static"
_TYPES: Final = {
    "eventcal.css": "text/css; charset=utf-8",
    "eventcal.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "operations.css": "text/css; charset=utf-8",
    "subscribe.css": "text/css; charset=utf-8",
    "subscribe.js": "text/javascript; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    packed: bytes
    digest: str
    content_type: str


@lru_cache(maxsize=len(_TYPES))
def asset(name: str) -> Asset:
    body = (_FOLDER / name).read_bytes()
    digest = hashlib.blake2b(body, digest_size=6).hexdigest()
    return Asset(body, gzip.compress(body, mtime=0), digest, _TYPES[name])


def address(name: str) -> str:
    """Where a page finds it: with its digest, so that it may be kept for a year and is fresh after an upgrade."""
    return f"/static/{name}?v={asset(name).digest}"


@blueprint.get("/static/<name>")
def static(name: str) -> Response:
    if name not in _TYPES:
        abort(404)
    found = asset(name)
    packed = request.accept_encodings.quality("gzip") > 0
    response = make_response(found.packed if packed else found.body)
    response.headers["Content-Type"] = found.content_type
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{found.digest}-gzip" if packed else found.digest)
    return response.make_conditional(request)
