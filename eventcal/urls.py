"""Addresses that people type become their parts (RFC 3986), or nothing: no text makes an error."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit


def split_url(text: str, *schemes: str) -> SplitResult | None:
    """Returns the parts of *text*, an absolute URL with a host in one of *schemes*; None for any other text."""
    try:
        parts = urlsplit(text)
        has_port = parts.port != 0  # asking for it raises where it is no number
    except ValueError:
        return None
    is_usable = parts.scheme in schemes and bool(parts.hostname) and has_port and not re.search(r"[\s\x00-\x1f]", text)
    return parts if is_usable else None
