"""Feeds, health and robots.txt, answered from ready bytes before Flask: a look-up, a condition, a list of headers.

Knows HTTP semantics (RFC 9110), and neither the interface that a request came by nor what the bytes mean.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from ... import feeds, filters
from ...errors import GrammarError
from ...feeds import Representation
from ...filters import Filter
from ..http import Headers, HttpRequest, HttpResponse, file_headers, text_response

if TYPE_CHECKING:
    from ...history import Edition
    from ..snapshots import Snapshot

log = logging.getLogger(__name__)

CACHE_CONTROL = "public, max-age=900, stale-while-revalidate=86400"
MAX_CACHE_BYTES = 32_000_000
"""Octets of filtered variants that are cached; the least recently requested goes first."""
LONGEST_DAY_SECONDS = 25 * 3600
RETRY_AFTER_SECONDS = "30"
_MAX_QUERY_LENGTH = 4_500
_FIXED_PATHS = ("/calendar.ics", "/events.json", "/openapi.json", "/upcoming.atom", "/changes.atom")
_HEALTH_PATHS = ("/healthz", "/readyz")
_ROBOTS_TXT = """User-agent: *
Disallow: /confirm/
Disallow: /preferences/
Disallow: /unsubscribe/
Disallow: /operations
Allow: /
"""

Job = Callable[[], HttpResponse]
"""Makes an answer that takes longer than a look-up; runs on a thread."""


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

    def is_current(self, now: float) -> bool:
        """Tells whether *now* is on the day of these answers; it is on an earlier one after a clock that was ahead was set back."""
        return self.expires_at - LONGEST_DAY_SECONDS <= now < self.expires_at

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
    """Makes every answer that a representation has: plain and compressed, with a body, to HEAD, and 304."""
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
    gzipped = plain
    if representation.gzip_body:
        gzipped = encode(representation.gzip_body, representation.gzip_etag, ("Content-Encoding", "gzip"))
    size = len(representation.body) + len(representation.gzip_body) + 4_096  # what headers and keys take
    return CachedFeed(plain, gzipped, int(representation.last_modified.timestamp()), size)


class FeedResponder:
    """Answers feeds, health and robots.txt from ready bytes; whatever takes longer is returned as a job for a thread.

    *snapshots* gives what is served now; it is asked at every request, so it must be no more than a look at an
    attribute. *clock* gives seconds since 1970. *base_url* "" writes no link to our own pages. *page_size* is the
    number of events on a page of /events.json, 0 for all of them.
    """

    def __init__(
        self,
        snapshots: Callable[[], Snapshot],
        base_url: str = "",
        clock: Callable[[], float] = time.time,
        is_stalled: Callable[[], bool] = lambda: False,
        page_size: int = filters.MAX_PAGE_EVENTS,
    ) -> None:
        self._snapshots = snapshots
        self._page_size = page_size
        self._base_url = base_url
        self._clock = clock
        self._is_stalled = is_stalled
        self._headers = file_headers(base_url)
        self._robots_txt = _ROBOTS_TXT + (f"Sitemap: {base_url}/sitemap.xml\n" if base_url else "")
        self._error_headers = [*self._headers.items(), ("Access-Control-Allow-Origin", "*")]
        self._cache: ResponseCache | None = None
        self._unrenderable: tuple[Edition, date] | None = None
        self._undrawable: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def respond(self, request: HttpRequest, *, allow_stale: bool = False) -> HttpResponse | Job | None:
        """Returns the answer; a job that makes it where something has to be rendered first; None for what is no feed.

        *allow_stale* goes on serving the previous edition while another thread renders the next one.
        """
        if request.path in (*_HEALTH_PATHS, "/robots.txt") and request.method not in ("GET", "HEAD"):
            return self._respond_to_other_method(request)
        if request.path in _HEALTH_PATHS:
            return self._respond_health(request)
        if request.path == "/robots.txt":
            return self._text(request, 200, self._robots_txt, ("Cache-Control", "public, max-age=86400"))
        snapshot, cache = self._snapshots(), self._cache
        if cache is None or not cache.is_current(self._clock()) or (cache.snapshot is not snapshot and not allow_stale):
            if is_feed(request.path):
                return lambda: self._finish(self._respond_from(self.refresh(snapshot), request))
            return None
        return self._respond_from(cache, request)

    def answer(self, request: HttpRequest) -> HttpResponse | None:
        """Returns the answer, rendered if need be; None for what is no feed."""
        answer = self.respond(request)
        return answer() if callable(answer) else answer

    def _finish(self, answer: HttpResponse | Job | None) -> HttpResponse:
        assert answer is not None
        return answer() if callable(answer) else answer

    def refresh(self, snapshot: Snapshot) -> ResponseCache | None:
        """Makes ready what is asked for most, for a new edition or a new day. A thread may do it before any reader asks."""
        with self._lock:
            now, cache = self._clock(), self._cache
            if cache is not None and cache.snapshot is snapshot and cache.is_current(now):
                return cache
            edition = snapshot.edition
            if edition is None:
                self._cache = None
                return None
            moment = datetime.fromtimestamp(now, UTC)
            today = edition.calendar.day_at(moment)
            if self._unrenderable == (edition, today):
                return cache
            if (
                cache is not None
                and cache.snapshot.edition is edition
                and cache.snapshot.changes == snapshot.changes
                and cache.is_current(now)
            ):
                cache.snapshot = snapshot  # something else of it changed, which no feed shows
                return cache
            expires_at = feeds.next_midnight(moment, edition.calendar.zone).timestamp()
            new_cache = self._build_cache(snapshot, edition, today, expires_at)
            if new_cache is None:
                self._unrenderable = (edition, today)
                return cache
            self._cache, self._unrenderable = new_cache, None
            return new_cache

    def _build_cache(
        self, snapshot: Snapshot, edition: Edition, today: date, expires_at: float
    ) -> ResponseCache | None:
        """Returns the answers of *edition*, without the events that cannot be drawn; None where nothing can.

        Drawing fails by a bug alone: it is tried again for the next edition or day, for the same one would fail alike.
        """
        cache = ResponseCache(snapshot, edition, today, expires_at)
        try:
            self._render(cache, "/calendar.ics", Filter())
            self._undrawable = ()
            return cache
        except Exception:
            log.exception("the feed of edition %d cannot be rendered; looking for the events", edition.number)
        try:
            remaining, errors = feeds.leave_out_undrawable(edition, today)
            cache = ResponseCache(snapshot, remaining, today, expires_at)
            self._render(cache, "/calendar.ics", Filter())
        except Exception:
            log.exception("the feed of edition %d cannot be rendered; the previous one stays published", edition.number)
            self._undrawable = ()
            return None
        self._undrawable = tuple(errors)
        for event_id, error in errors.items():
            log.error("left out of the feeds of edition %d: %s", edition.number, event_id, exc_info=error)
        return cache

    def _render(self, cache: ResponseCache, path: str, query: Filter) -> CachedFeed | None:
        representation = feeds.render_path(
            path,
            cache.edition,
            cache.snapshot.changes,
            cache.today,
            query,
            self._base_url,
            cache.snapshot.removed,
            self._page_size,
        )
        if representation is None:
            return None
        feed = encode_feed(representation, self._headers)
        if query == Filter() and (path in _FIXED_PATHS or path.startswith("/tags/")):
            # bounded by the number of tags, so requests cannot grow this dict
            cache.by_request[path, ""] = feed
        return feed

    def _respond_from(self, cache: ResponseCache | None, request: HttpRequest) -> HttpResponse | Job | None:
        feed = cache.by_request.get((request.path, request.query)) if cache is not None else None
        if feed is not None:
            return self._respond_with(feed, request)
        if not is_feed(request.path):
            return None
        if request.method not in ("GET", "HEAD"):
            return self._respond_to_other_method(request)
        if cache is None:
            text = "No calendar is published yet. Try again soon.\n"
            return self._text(request, 503, text, ("Retry-After", RETRY_AFTER_SECONDS))
        try:
            query = _parse_query(request.path, request.query)
        except GrammarError as error:
            return self._text(request, 400, f"{error}\n")
        key = (request.path, filters.canonical_query(query))
        feed = cache.by_request.get(key) or cache.get_filtered(key)
        if feed is not None:
            return self._respond_with(feed, request)
        return lambda: self._render_and_respond(cache, key, query, request)

    def _render_and_respond(
        self, cache: ResponseCache, key: tuple[str, str], query: Filter, request: HttpRequest
    ) -> HttpResponse:
        # asked for twice at once, the second one finds it
        feed = cache.by_request.get(key) or cache.get_filtered(key) or self._render(cache, request.path, query)
        if feed is None:
            return self._text(request, 404, _not_found_text(cache, request.path))
        cache.put_filtered(key, feed)
        return self._respond_with(feed, request)

    def _respond_with(self, feed: CachedFeed, request: HttpRequest) -> HttpResponse:
        """Returns 200 or 304, compressed or not, with a body or without."""
        if request.method not in ("GET", "HEAD"):
            return self._respond_to_other_method(request)
        encoded = feed.gzipped if _accepts_gzip(request.header("accept-encoding") or "") else feed.plain
        if _is_precondition_false(request, encoded.etag, feed.last_modified):
            return self._text(request, 412, "The feed has changed: ask without If-Match or If-Unmodified-Since.\n")
        if_none_match = request.header("if-none-match")
        if if_none_match is not None:
            # Whatever If-Modified-Since says does not count beside it (RFC 9110 13.2.2).
            is_unchanged = encoded.etag == if_none_match or _etag_matches(if_none_match, encoded.etag)
        else:
            if_modified_since = request.header("if-modified-since")
            is_unchanged = if_modified_since is not None and bool(
                _is_unmodified_since(if_modified_since, feed.last_modified)
            )
        if is_unchanged:
            return encoded.not_modified
        return encoded.head if request.method == "HEAD" else encoded.ok

    def _respond_health(self, request: HttpRequest) -> HttpResponse:
        """Answers supervisors and balancers.

        /healthz is 503 while the process's threads do not move, which is a reason to restart it. /readyz is 503 only
        without any edition: old pages are better than none, so everything else is only named as degraded.
        """
        report: dict[str, object]
        if request.path == "/healthz":
            status, report = (503, {"status": "stalled"}) if self._is_stalled() else (200, {"status": "ok"})
        else:
            snapshot = self._snapshots()
            report = {"degraded": list(self._degraded(snapshot))}
            if snapshot.edition is None:
                status, report["status"] = 503, "no edition yet"
            else:
                status, report["status"], report["edition"] = 200, "ready", snapshot.edition.number
        text = json.dumps(report, sort_keys=True, separators=(",", ":")) + "\n"
        return self._text(request, status, text, ("Content-Type", "application/json"))

    def _degraded(self, snapshot: Snapshot) -> Iterator[str]:
        """Yields what is not as it should be, though *snapshot* is served."""
        yield from snapshot.degraded
        if snapshot.edition is None:
            return
        if self._is_stalled():
            yield "the store is not looked at"
        yield from (condition for condition in self.conditions() if condition not in snapshot.degraded)

    def conditions(self) -> tuple[str, ...]:
        """Names what the feeds lack that were rendered last."""
        if self._unrenderable is not None:
            return ("the feed cannot be rendered",)
        if self._undrawable:
            return (f"events that cannot be drawn are left out: {', '.join(self._undrawable)}",)
        return ()

    def _respond_to_other_method(self, request: HttpRequest) -> HttpResponse:
        if request.method == "OPTIONS":
            return HttpResponse(204, [_ALLOW, *_PREFLIGHT_HEADERS, *self._headers.items()])
        return self._text(request, 405, "GET or HEAD.\n", _ALLOW)

    def _text(self, request: HttpRequest, status: int, text: str, *headers: tuple[str, str]) -> HttpResponse:
        return text_response(request.method, status, text, self._error_headers, *headers)


_ALLOW: Final = ("Allow", "GET, HEAD, OPTIONS")
_PREFLIGHT_HEADERS: Headers = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, HEAD"),
    ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since"),
    ("Access-Control-Max-Age", "86400"),
]


def _accepts_gzip(accept_encoding: str) -> bool:
    """Tells whether Accept-Encoding asks for gzip (RFC 9110 12.5.3). Who does not ask gets the plain octets."""
    if not accept_encoding:
        return False
    for element in accept_encoding.lower().split(","):
        coding, _, weight = element.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            try:
                return float(weight.strip().removeprefix("q=").strip() or 1) > 0
            except ValueError:
                return False
    return False


def _etag_matches(if_none_match: str, etag: str) -> bool:
    """Compares If-None-Match: a list, or `*`; W/ makes no difference to the comparison (RFC 9110 13.1.2)."""
    if if_none_match.strip() == "*":
        return True
    # Our ETags hold no comma, so that a comma within another's cannot make ours of it.
    return any(candidate.strip().removeprefix("W/") == etag for candidate in if_none_match.split(","))


def _is_precondition_false(request: HttpRequest, etag: str, last_modified: int) -> bool:
    """Tells whether If-Match names none but other ETags, or If-Unmodified-Since an earlier time (RFC 9110 13.1.1, 13.1.4).

    They come before If-None-Match, and what If-Unmodified-Since says does not count beside If-Match (13.2.2).
    """
    if_match = request.header("if-match")
    if if_match is not None:
        # A strong comparison: W/ never matches.
        return if_match.strip() != "*" and etag not in (candidate.strip() for candidate in if_match.split(","))
    if_unmodified_since = request.header("if-unmodified-since")
    return if_unmodified_since is not None and _is_unmodified_since(if_unmodified_since, last_modified) is False


def _is_unmodified_since(http_date: str, last_modified: int) -> bool | None:
    """Compares a date in a header, to the second; None for what is no date, which is as if it were not there (13.1.3)."""
    try:
        moment = parsedate_to_datetime(http_date)
        return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()) >= last_modified
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def is_feed(path: str) -> bool:
    """Tells whether *path* is the address of a feed, present or not."""
    return path in _FIXED_PATHS or (
        path.startswith(("/tags/", "/events/")) and path.endswith(".ics") and path.count("/") == 2
    )


def _parse_query(path: str, query: str) -> Filter:
    if not query:
        return Filter()
    if len(query) > _MAX_QUERY_LENGTH:
        raise GrammarError(f"the query is longer than {_MAX_QUERY_LENGTH} characters")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=filters.MAX_PARAMETERS, errors="strict")
    except ValueError:
        raise GrammarError(f"the query is not UTF-8, or has more than {filters.MAX_PARAMETERS} parameters") from None
    return filters.parse(pairs, strict=True, allowed=feeds.accepted_parameters(path))


def _not_found_text(cache: ResponseCache, path: str) -> str:
    edition = cache.snapshot.edition
    if edition is None or not path.startswith("/tags/"):
        return "No such event.\n"
    return f"No event carries this tag. Tags: {', '.join(feeds.count_tags(edition)) or 'none'}.\n"
