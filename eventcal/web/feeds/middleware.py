"""Feeds are answered here, from ready bytes and before Flask: a look-up, a condition, a list of headers.

Knows what a request says (WSGI, RFC 9110) and nothing of what the bytes mean.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from zoneinfo import ZoneInfo

from ... import feeds, filters
from ...errors import GrammarError
from ...feeds import Representation
from ...filters import Filter

if TYPE_CHECKING:
    from ...history import Change, Edition

CACHE_CONTROL = "public, max-age=900, stale-while-revalidate=86400"
MAX_CACHE_BYTES = 32_000_000
"""How many octets of filtered variants are kept; the least recently asked for goes first."""
RETRY_AFTER_SECONDS = "30"

Headers = list[tuple[str, str]]

_FIXED_PATHS = ("/calendar.ics", "/events.json", "/openapi.json", "/upcoming.atom", "/changes.atom")
_PLAIN_TEXT = "text/plain; charset=utf-8"
_ROBOTS_TXT = b"""User-agent: *
Disallow: /confirm/
Disallow: /preferences/
Disallow: /unsubscribe/
Disallow: /operations
Allow: /
"""
_MAX_QUERY_LENGTH = 2_000


class SnapshotView(Protocol):
    """What is being served: None as the edition while there is none."""

    @property
    def edition(self) -> Edition | None: ...

    @property
    def changes(self) -> Sequence[Change]: ...


@dataclass(frozen=True, slots=True)
class _EncodedFeed:
    """One representation as it goes out: its ETag, its octets, and both answers' headers made beforehand."""

    etag: str
    body: list[bytes]
    ok_headers: Headers
    not_modified_headers: Headers


@dataclass(frozen=True, slots=True)
class _CachedFeed:
    """What stands at an address. *modified* is what If-Modified-Since is compared with, in seconds since 1970."""

    plain: _EncodedFeed
    gzipped: _EncodedFeed
    last_modified: int
    size: int


class _ResponseCache:
    """Everything that one edition answers on one day."""

    def __init__(self, snapshot: SnapshotView, today: date, expires_at: float) -> None:
        self.snapshot = snapshot
        self.today = today
        self.expires_at = expires_at  # the midnight that begins another day, in seconds since 1970
        self.by_request: dict[tuple[str, str], _CachedFeed] = {}
        self._filtered: OrderedDict[tuple[str, str], _CachedFeed] = OrderedDict()
        self._size_bytes = 0
        self._lock = threading.Lock()

    def get_filtered(self, key: tuple[str, str]) -> _CachedFeed | None:
        with self._lock:
            feed = self._filtered.get(key)
            if feed is not None:
                self._filtered.move_to_end(key)
            return feed

    def put_filtered(self, key: tuple[str, str], feed: _CachedFeed) -> None:
        with self._lock:
            previous = self._filtered.pop(key, None)
            self._filtered[key] = feed
            self._size_bytes += feed.size - (previous.size if previous else 0)
            while self._size_bytes > MAX_CACHE_BYTES and len(self._filtered) > 1:
                self._size_bytes -= self._filtered.popitem(last=False)[1].size


class FeedMiddleware:
    """A WSGI application in front of *app*, which gets whatever is not a feed.

    *snapshots* gives what is served now; it is asked at every request, so it must be no more than a look at an
    attribute. *clock* gives seconds since 1970. *base_url* "" writes no link to our own pages.
    """

    def __init__(
        self,
        app: WSGIApplication,
        snapshots: Callable[[], SnapshotView],
        base_url: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._snapshots = snapshots
        self._base_url = base_url
        self._clock = clock
        self._cache: _ResponseCache | None = None
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        snapshot, cache = self._snapshots(), self._cache
        if cache is None or cache.snapshot is not snapshot or self._clock() >= cache.expires_at:
            cache = self.refresh(snapshot)
        path = environ["PATH_INFO"]
        feed = cache.by_request.get((path, environ.get("QUERY_STRING", ""))) if cache is not None else None
        if feed is None:
            return self._look_up(cache, path, environ, start_response)
        return _respond(feed, environ, start_response)

    def refresh(self, snapshot: SnapshotView) -> _ResponseCache | None:
        """Make ready what is asked for most, for a new edition or a new day. A thread may do it before any reader asks."""
        with self._lock:
            now, cache = self._clock(), self._cache
            if cache is not None and cache.snapshot is snapshot and now < cache.expires_at:
                return cache
            edition = snapshot.edition
            if edition is None:
                self._cache = None
                return None
            if (
                cache is not None
                and cache.snapshot.edition is edition
                and cache.snapshot.changes == snapshot.changes
                and now < cache.expires_at
            ):
                cache.snapshot = snapshot  # something else of it changed, which no feed shows
                return cache
            moment, zone = datetime.fromtimestamp(now, UTC), ZoneInfo(edition.calendar.timezone)
            cache = _ResponseCache(
                snapshot, moment.astimezone(zone).date(), feeds.next_midnight(moment, zone).timestamp()
            )
            self._render(cache, "/calendar.ics", Filter())
            self._cache = cache
            return cache

    def _render(self, cache: _ResponseCache, path: str, query: Filter) -> _CachedFeed | None:
        edition = cache.snapshot.edition
        assert edition is not None
        representation = feeds.render_path(
            _decode_path(path), edition, cache.snapshot.changes, cache.today, query, self._base_url
        )
        if representation is None:
            return None
        feed = _encode(representation)
        if query == Filter() and (path in _FIXED_PATHS or path.startswith("/tags/")):
            # as many as the registry has tags, so that no asker makes it grow
            cache.by_request[path, ""] = feed
        return feed

    def _look_up(
        self, cache: _ResponseCache | None, path: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """What has no answer ready: another method, a filter, an event's own feed, or nothing of ours."""
        if path == "/robots.txt":
            return _respond_with_text(
                environ, start_response, "200 OK", _ROBOTS_TXT.decode(), [("Cache-Control", "public, max-age=86400")]
            )
        if not _is_feed(path):
            return self._app(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _respond_to_other_method(environ, start_response)
        if cache is None:
            text = "There is no calendar yet: no edition of the registry has been published. Try again soon.\n"
            return _respond_with_text(
                environ, start_response, "503 Service Unavailable", text, [("Retry-After", RETRY_AFTER_SECONDS)]
            )
        try:
            query = _parse_query(path, environ.get("QUERY_STRING", ""))
        except GrammarError as error:
            return _respond_with_text(environ, start_response, "400 Bad Request", f"{error}\n")
        key = (path, filters.canonical_query(query))
        feed = cache.by_request.get(key) or cache.get_filtered(key)
        if feed is None:
            feed = self._render(cache, path, query)
            if feed is None:
                return _respond_with_text(environ, start_response, "404 Not Found", _not_found_text(cache, path))
            cache.put_filtered(key, feed)
        return _respond(feed, environ, start_response)


def _respond(feed: _CachedFeed, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """200 or 304, packed or plain, with or without a body."""
    method = environ["REQUEST_METHOD"]
    if method != "GET" and method != "HEAD":
        return _respond_to_other_method(environ, start_response)
    encoded = feed.gzipped if _accepts_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else feed.plain
    if_none_match = environ.get("HTTP_IF_NONE_MATCH")
    if if_none_match is not None:
        # Whatever If-Modified-Since says does not count beside it (RFC 9110 13.2.2).
        is_unchanged = encoded.etag == if_none_match or _etag_matches(if_none_match, encoded.etag)
    else:
        if_modified_since = environ.get("HTTP_IF_MODIFIED_SINCE")
        is_unchanged = if_modified_since is not None and _is_unmodified_since(if_modified_since, feed.last_modified)
    if is_unchanged:
        start_response("304 Not Modified", encoded.not_modified_headers)
        return []
    start_response("200 OK", encoded.ok_headers)
    return encoded.body if method == "GET" else []


def _respond_to_other_method(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "OPTIONS":
        start_response("204 No Content", [*_PREFLIGHT_HEADERS, ("Content-Length", "0")])
        return []
    return _respond_with_text(
        environ, start_response, "405 Method Not Allowed", "GET or HEAD.\n", [("Allow", "GET, HEAD, OPTIONS")]
    )


_PREFLIGHT_HEADERS: Headers = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, HEAD"),
    ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since"),
    ("Access-Control-Max-Age", "86400"),
]
_SHARED_HEADERS: Headers = [
    ("Cache-Control", CACHE_CONTROL),
    ("Vary", "Accept-Encoding"),
    ("Access-Control-Allow-Origin", "*"),
]


def _encode(representation: Representation) -> _CachedFeed:
    last_modified = format_datetime(representation.last_modified, usegmt=True)

    def encode(body: bytes, etag: str, *encoding: tuple[str, str]) -> _EncodedFeed:
        ok_headers = [
            ("Content-Type", representation.content_type),
            ("Content-Length", str(len(body))),
            ("ETag", etag),
            ("Last-Modified", last_modified),
            *encoding,
            *_SHARED_HEADERS,
        ]
        return _EncodedFeed(etag, [body], ok_headers, [("ETag", etag), *_SHARED_HEADERS])

    plain = encode(representation.body, representation.etag)
    gzipped = (
        encode(representation.gzip_body, representation.gzip_etag, ("Content-Encoding", "gzip"))
        if representation.gzip_body
        else plain
    )
    size = len(representation.body) + len(representation.gzip_body) + 4_096  # what headers and keys take
    return _CachedFeed(plain, gzipped, int(representation.last_modified.timestamp()), size)


def _accepts_gzip(accept_encoding: str) -> bool:
    """Whether Accept-Encoding asks for gzip (RFC 9110 12.5.3). Who does not ask gets the plain octets."""
    if "gzip" not in accept_encoding:
        return False
    if ";" not in accept_encoding:
        return True
    for element in accept_encoding.split(","):
        coding, _, weight = element.partition(";")
        if coding.strip().lower() in ("gzip", "x-gzip"):
            try:
                return float(weight.strip().lower().removeprefix("q=").strip() or 1) > 0
            except ValueError:
                return False
    return False


def _etag_matches(if_none_match: str, etag: str) -> bool:
    """If-None-Match: a list, or `*`; W/ makes no difference to the comparison (RFC 9110 13.1.2)."""
    if if_none_match.strip() == "*":
        return True
    # Our ETags hold no comma, so that a comma within another's cannot make ours of it.
    return any(candidate.strip().removeprefix("W/") == etag for candidate in if_none_match.split(","))


def _is_unmodified_since(if_modified_since: str, last_modified: int) -> bool:
    """If-Modified-Since, to the second; what is no date is as if it were not there (13.1.3)."""
    try:
        moment = parsedate_to_datetime(if_modified_since)
    except (TypeError, ValueError, IndexError, OverflowError):
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return int(moment.timestamp()) >= last_modified
    except OverflowError:
        return False


def _is_feed(path: str) -> bool:
    return path in _FIXED_PATHS or (
        path.startswith(("/tags/", "/events/")) and path.endswith(".ics") and path.count("/") == 2
    )


def _parse_query(path: str, query: str) -> Filter:
    if not query:
        return Filter()
    if len(query) > _MAX_QUERY_LENGTH:
        raise GrammarError(f"the query is longer than {_MAX_QUERY_LENGTH} characters")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError:
        raise GrammarError("the query is not UTF-8, or has more than 100 parameters") from None
    return filters.parse(pairs, strict=True, allowed=feeds.accepted_parameters(path))


def _decode_path(path: str) -> str:
    """WSGI hands octets over as if they were Latin-1 (PEP 3333)."""
    return path.encode("latin-1", "replace").decode("utf-8", "replace")


def _not_found_text(cache: _ResponseCache, path: str) -> str:
    edition = cache.snapshot.edition
    if edition is None or not path.startswith("/tags/"):
        return "There is no event of this name.\n"
    return f"No event carries this tag. Tags: {', '.join(feeds.count_tags(edition)) or 'none'}.\n"


def _respond_with_text(
    environ: WSGIEnvironment, start_response: StartResponse, status: str, text: str, headers: Iterable[Any] = ()
) -> Iterable[bytes]:
    """A plain text for a person; an error is not to be kept by anything on the way."""
    body = text.encode()
    all_headers: dict[str, str] = {
        "Content-Type": _PLAIN_TEXT,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    } | dict(headers)
    start_response(status, list(all_headers.items()))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
