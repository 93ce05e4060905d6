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

from .. import feeds, filters
from ..errors import GrammarError
from ..feeds import Ready
from ..filters import Filter

if TYPE_CHECKING:
    from ..history import Change, Edition

FRESH = "public, max-age=900, stale-while-revalidate=86400"
KEPT_OCTETS = 32_000_000
"""How many octets of filtered variants are kept; the least recently asked for goes first."""
RETRY_AFTER = "30"

Headers = list[tuple[str, str]]

_FIXED = ("/calendar.ics", "/events.json", "/openapi.json", "/upcoming.atom", "/changes.atom")
_PLAIN_TEXT = "text/plain; charset=utf-8"
_ROBOTS = b"""User-agent: *
Disallow: /confirm/
Disallow: /preferences/
Disallow: /unsubscribe/
Disallow: /operations
Allow: /
"""
_LONGEST_QUERY = 2_000


class Held(Protocol):
    """What is being served: None as the edition while there is none."""

    @property
    def edition(self) -> Edition | None: ...

    @property
    def changes(self) -> Sequence[Change]: ...


@dataclass(frozen=True, slots=True)
class _Form:
    """One representation as it goes out: its ETag, its octets, and both answers' headers made beforehand."""

    etag: str
    body: list[bytes]
    found: Headers
    unchanged: Headers


@dataclass(frozen=True, slots=True)
class _Answer:
    """What stands at an address. *modified* is what If-Modified-Since is compared with, in seconds since 1970."""

    plain: _Form
    packed: _Form
    modified: int
    size: int


class _Kept:
    """Everything that one edition answers on one day."""

    def __init__(self, held: Held, today: date, until: float) -> None:
        self.held = held
        self.today = today
        self.until = until  # the midnight that begins another day, in seconds since 1970
        self.exact: dict[tuple[str, str], _Answer] = {}
        self._variants: OrderedDict[tuple[str, str], _Answer] = OrderedDict()
        self._octets = 0
        self._lock = threading.Lock()

    def variant(self, key: tuple[str, str]) -> _Answer | None:
        with self._lock:
            found = self._variants.get(key)
            if found is not None:
                self._variants.move_to_end(key)
            return found

    def keep(self, key: tuple[str, str], answer: _Answer) -> None:
        with self._lock:
            known = self._variants.pop(key, None)
            self._variants[key] = answer
            self._octets += answer.size - (known.size if known else 0)
            while self._octets > KEPT_OCTETS and len(self._variants) > 1:
                self._octets -= self._variants.popitem(last=False)[1].size


class Hot:
    """A WSGI application in front of *app*, which gets whatever is not a feed.

    *snapshots* gives what is served now; it is asked at every request, so it must be no more than a look at an
    attribute. *clock* gives seconds since 1970. *base_url* "" writes no link to our own pages.
    """

    def __init__(
        self,
        app: WSGIApplication,
        snapshots: Callable[[], Held],
        base_url: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._snapshots = snapshots
        self._base_url = base_url
        self._clock = clock
        self._kept: _Kept | None = None
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        held, kept = self._snapshots(), self._kept
        if kept is None or kept.held is not held or self._clock() >= kept.until:
            kept = self.turn(held)
        path = environ["PATH_INFO"]
        answer = kept.exact.get((path, environ.get("QUERY_STRING", ""))) if kept is not None else None
        if answer is None:
            return self._seek(kept, path, environ, start_response)
        return _answer(answer, environ, start_response)

    def turn(self, held: Held) -> _Kept | None:
        """Make ready what is asked for most, for a new edition or a new day. A thread may do it before any reader asks."""
        with self._lock:
            now, kept = self._clock(), self._kept
            if kept is not None and kept.held is held and now < kept.until:
                return kept
            edition = held.edition
            if edition is None:
                self._kept = None
                return None
            if (
                kept is not None
                and kept.held.edition is edition
                and kept.held.changes == held.changes
                and now < kept.until
            ):
                kept.held = held  # something else of it changed, which no feed shows
                return kept
            moment, zone = datetime.fromtimestamp(now, UTC), ZoneInfo(edition.calendar.timezone)
            kept = _Kept(held, moment.astimezone(zone).date(), feeds.midnight(moment, zone).timestamp())
            self._make(kept, "/calendar.ics", Filter())
            self._kept = kept
            return kept

    def _make(self, kept: _Kept, path: str, query: Filter) -> _Answer | None:
        edition = kept.held.edition
        assert edition is not None
        ready = feeds.at(_decoded(path), edition, kept.held.changes, kept.today, query, self._base_url)
        if ready is None:
            return None
        answer = _prepared(ready)
        if query == Filter() and (path in _FIXED or path.startswith("/tags/")):
            # as many as the registry has tags, so that no asker makes it grow
            kept.exact[path, ""] = answer
        return answer

    def _seek(
        self, kept: _Kept | None, path: str, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """What has no answer ready: another method, a filter, an event's own feed, or nothing of ours."""
        if path == "/robots.txt":
            return _say(
                environ, start_response, "200 OK", _ROBOTS.decode(), [("Cache-Control", "public, max-age=86400")]
            )
        if not _is_feed(path):
            return self._app(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _other_method(environ, start_response)
        if kept is None:
            text = "There is no calendar yet: no edition of the registry has been published. Try again soon.\n"
            return _say(environ, start_response, "503 Service Unavailable", text, [("Retry-After", RETRY_AFTER)])
        try:
            query = _parse(path, environ.get("QUERY_STRING", ""))
        except GrammarError as error:
            return _say(environ, start_response, "400 Bad Request", f"{error}\n")
        key = (path, filters.canonical(query))
        answer = kept.exact.get(key) or kept.variant(key)
        if answer is None:
            answer = self._make(kept, path, query)
            if answer is None:
                return _say(environ, start_response, "404 Not Found", _unknown(kept, path))
            kept.keep(key, answer)
        return _answer(answer, environ, start_response)


def _answer(answer: _Answer, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """200 or 304, packed or plain, with or without a body."""
    method = environ["REQUEST_METHOD"]
    if method != "GET" and method != "HEAD":
        return _other_method(environ, start_response)
    form = answer.packed if _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else answer.plain
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None:
        # Whatever If-Modified-Since says does not count beside it (RFC 9110 13.2.2).
        unchanged = form.etag == known or _matches(known, form.etag)
    else:
        since = environ.get("HTTP_IF_MODIFIED_SINCE")
        unchanged = since is not None and _not_since(since, answer.modified)
    if unchanged:
        start_response("304 Not Modified", form.unchanged)
        return []
    start_response("200 OK", form.found)
    return form.body if method == "GET" else []


def _other_method(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "OPTIONS":
        start_response("204 No Content", [*_PREFLIGHT, ("Content-Length", "0")])
        return []
    return _say(environ, start_response, "405 Method Not Allowed", "GET or HEAD.\n", [("Allow", "GET, HEAD, OPTIONS")])


_PREFLIGHT: Headers = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Allow-Methods", "GET, HEAD"),
    ("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since"),
    ("Access-Control-Max-Age", "86400"),
]
_SHARED: Headers = [("Cache-Control", FRESH), ("Vary", "Accept-Encoding"), ("Access-Control-Allow-Origin", "*")]


def _prepared(ready: Ready) -> _Answer:
    modified = format_datetime(ready.last_modified, usegmt=True)

    def form(octets: bytes, etag: str, *encoding: tuple[str, str]) -> _Form:
        found = [
            ("Content-Type", ready.content_type),
            ("Content-Length", str(len(octets))),
            ("ETag", etag),
            ("Last-Modified", modified),
            *encoding,
            *_SHARED,
        ]
        return _Form(etag, [octets], found, [("ETag", etag), *_SHARED])

    plain = form(ready.body, ready.etag)
    packed = form(ready.gzip, ready.gzip_etag, ("Content-Encoding", "gzip")) if ready.gzip else plain
    size = len(ready.body) + len(ready.gzip) + 4_096  # what headers and keys take
    return _Answer(plain, packed, int(ready.last_modified.timestamp()), size)


def _takes_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding asks for gzip (RFC 9110 12.5.3). Who does not ask gets the plain octets."""
    if "gzip" not in accepted:
        return False
    if ";" not in accepted:
        return True
    for each in accepted.split(","):
        coding, _, weight = each.partition(";")
        if coding.strip().lower() in ("gzip", "x-gzip"):
            try:
                return float(weight.strip().lower().removeprefix("q=").strip() or 1) > 0
            except ValueError:
                return False
    return False


def _matches(known: str, etag: str) -> bool:
    """If-None-Match: a list, or `*`; W/ makes no difference to the comparison (RFC 9110 13.1.2)."""
    if known.strip() == "*":
        return True
    # Our ETags hold no comma, so that a comma within another's cannot make ours of it.
    return any(each.strip().removeprefix("W/") == etag for each in known.split(","))


def _not_since(since: str, modified: int) -> bool:
    """If-Modified-Since, to the second; what is no date is as if it were not there (13.1.3)."""
    try:
        moment = parsedate_to_datetime(since)
    except (TypeError, ValueError, IndexError, OverflowError):
        return False
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return int(moment.timestamp()) >= modified
    except OverflowError:
        return False


def _is_feed(path: str) -> bool:
    return path in _FIXED or (
        path.startswith(("/tags/", "/events/")) and path.endswith(".ics") and path.count("/") == 2
    )


def _parse(path: str, query: str) -> Filter:
    if not query:
        return Filter()
    if len(query) > _LONGEST_QUERY:
        raise GrammarError(f"the query is longer than {_LONGEST_QUERY} characters")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=100, errors="strict")
    except ValueError:
        raise GrammarError("the query is not UTF-8, or has more than 100 parameters") from None
    return filters.parse(pairs, strict=True, names=feeds.names(path))


def _decoded(path: str) -> str:
    """WSGI hands octets over as if they were Latin-1 (PEP 3333)."""
    return path.encode("latin-1", "replace").decode("utf-8", "replace")


def _unknown(kept: _Kept, path: str) -> str:
    edition = kept.held.edition
    if edition is None or not path.startswith("/tags/"):
        return "There is no event of this name.\n"
    return f"No event carries this tag. Tags: {', '.join(feeds.tags(edition)) or 'none'}.\n"


def _say(
    environ: WSGIEnvironment, start_response: StartResponse, status: str, text: str, headers: Iterable[Any] = ()
) -> Iterable[bytes]:
    """A plain text for a person; an error is not to be kept by anything on the way."""
    body = text.encode()
    about: dict[str, str] = {
        "Content-Type": _PLAIN_TEXT,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
    } | dict(headers)
    start_response(status, list(about.items()))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
