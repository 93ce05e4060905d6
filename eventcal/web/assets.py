"""The stylesheet, the script and the icon, read once: plain and packed, under addresses that change with their bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from flask import Blueprint, abort, make_response, request
from werkzeug.wrappers import Response

from ..errors import SettingsError
from ..settings.site_table import SiteSettings
from .context import get_services
from .http import Asset, pack_asset

blueprint = Blueprint("assets", __name__)

_STATIC_FOLDER = Path(__file__).parent / "static"
_CONTENT_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
}
_STATIC_NAMES: Final = frozenset(path.name for path in _STATIC_FOLDER.iterdir() if path.suffix in _CONTENT_TYPES)

EMBED_SCRIPT: Final = "/static/embed.js"
"""Other people's pages name it, so that its address never changes."""

_COMMENT_OR_INDENT = re.compile(rb"^\s*(?://.*|/\*.*?\*/)?\s*", re.MULTILINE)
"""Matches the indentation of a line of a style sheet or script, and a comment that the line begins with."""
_SPACE_BESIDE_MARK = re.compile(rb"\s+(?=[{};])|(?<=[{};:,])\s+")
_COLOR = re.compile(r"color-([a-z]{3,24})\.css")


@lru_cache(maxsize=64)
def load_asset(name: str) -> Asset | None:
    """Loads the file *name* or generates the style of a colour (`color-steelblue.css`); None if there is neither."""
    color = _COLOR.fullmatch(name)
    if name not in _STATIC_NAMES and not color:
        return None
    body = color_stylesheet(color[1]).encode() if color else (_STATIC_FOLDER / name).read_bytes()
    if name.endswith((".css", ".js")):
        body = _COMMENT_OR_INDENT.sub(b"", body)
    if name.endswith(".css"):
        body = _SPACE_BESIDE_MARK.sub(b"", body)
    return pack_asset(body, _CONTENT_TYPES[Path(name).suffix])


def load_site_assets(site: SiteSettings) -> dict[str, Asset]:
    """Reads the files that an installation brings along: `site.css`, and `logo` with the suffix of its own.

    Raises SettingsError for a file that cannot be read.
    """
    assets = {}
    for path, name in ((site.css, "site.css"), (site.logo, f"logo{site.logo.suffix.lower()}" if site.logo else "")):
        if path is None:
            continue
        try:
            body = path.read_bytes()
        except OSError as error:
            raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
        assets[name] = pack_asset(body, _CONTENT_TYPES[path.suffix.lower()])
    return assets


def color_stylesheet(color: str) -> str:
    """Returns a style sheet with the calendar's colour (a CSS name) for links and buttons, in a readable lightness."""
    return (
        f"@supports (color: oklch(from red l c h)) {{ :root {{ --accent: light-dark("
        f"oklch(from {color} min(l, .48) min(c, .16) h), oklch(from {color} max(l, .8) min(c, .1) h)) }} }}\n"
    )


def asset_url(name: str, site_assets: Mapping[str, Asset] = MappingProxyType({})) -> str:
    """Returns where a page finds it: with its digest, so that it may be kept for a year and is fresh after an upgrade."""
    asset = site_assets.get(name) or load_asset(name)
    assert asset is not None
    return f"/static/{name}?v={asset.digest}"


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Serves the icon where browsers look for it by default."""
    return static("icon.svg")


@blueprint.get("/static/<name>")
def static(name: str) -> Response:
    """Serves a file of the pages, for a year where its address has its digest (RFC 8246), else for an hour."""
    asset = get_services().site_assets.get(name) or load_asset(name)
    if asset is None:
        abort(404)
    accepts_gzip = request.accept_encodings.quality("gzip") > 0
    response = make_response(asset.gzipped if accepts_gzip else asset.body)
    response.headers["Content-Type"] = asset.content_type
    # an address without the digest stands for whatever is newest
    is_versioned = request.args.get("v") == asset.digest
    response.headers["Cache-Control"] = f"public, max-age={'31536000, immutable' if is_versioned else '3600'}"
    response.headers["Vary"] = "Accept-Encoding"
    if accepts_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(f"{asset.digest}-gzip" if accepts_gzip else asset.digest)
    return response.make_conditional(request)
