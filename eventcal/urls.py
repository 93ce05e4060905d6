"""Addresses that people type become their parts (RFC 3986), or nothing: no text makes an error."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from .errors import GrammarError
from .mail_address import domain_to_ascii


def split_url(text: str, *schemes: str) -> SplitResult | None:
    """Returns the parts of *text*, an absolute URL with a host in one of *schemes*; None for any other text."""
    try:
        parts = urlsplit(text)
        # a port that is no number raises, and so does a host that cannot be looked up: a label has one to 63 characters
        is_reachable = parts.port != 0 and host_to_ascii(parts.hostname or "") != ""
    except ValueError:
        return None
    is_printable = not re.search(r"\s", text) and text.isprintable()
    return parts if parts.scheme in schemes and is_reachable and is_printable else None


def authority(host: str, port: int) -> str:
    """Returns *host* and *port* as they stand in a URL (RFC 3986 3.2)."""
    return f"{f'[{host}]' if ':' in host else host}:{port}"


def password_advice(text: str) -> str:
    """Returns what to do where a login in the address *text* has a character that ends it, "" where it has none."""
    is_cut = re.match(r"[^:/]*://[^@/?#]*[/?#].*@", text)
    return "; in a password, write / ? # % as %2F %3F %23 %25" if is_cut else ""


def host_to_ascii(host: str) -> str:
    """Returns *host* as DNS has it, or raises UnicodeError: ß stays ß (RFC 5891), signs are encoded as IDNA 2003 had them."""
    as_2003 = host.encode("idna").decode()
    try:
        return host if host.isascii() else domain_to_ascii(host)
    except GrammarError:
        return as_2003
