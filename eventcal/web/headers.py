"""The security headers of every answer: pages, feeds, and errors of both."""

from __future__ import annotations

from typing import Final

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
_FEED_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_HSTS: Final = {"Strict-Transport-Security": "max-age=31536000"}  # RFC 6797 6.1; subdomains are others' business


def page_headers(base_url: str) -> dict[str, str]:
    """Returns the headers of a page; HSTS with them where *base_url* says that browsers come by TLS."""
    return _PAGE_HEADERS | (_HSTS if base_url.startswith("https:") else {})


def feed_headers(base_url: str) -> dict[str, str]:
    """Returns the headers of what programs read: it neither runs nor loads anything."""
    return _FEED_HEADERS | (_HSTS if base_url.startswith("https:") else {})
