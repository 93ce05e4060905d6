"""The server's event loop: feeds and health are answered on it, pages by Flask on a bounded pool of threads.

A bridge from RSGI (granian's interface) to WSGI (PEP 3333), with a deadline for the body and one for the answer.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import Any, Final, Protocol
from wsgiref.types import WSGIApplication, WSGIEnvironment

from ..settings import Network, ServerLimits
from .feeds.responder import FeedResponder, Job
from .http import (
    Headers,
    HttpRequest,
    HttpResponse,
    call_wsgi,
    client_network,
    encode_query,
    file_headers,
    text_response,
)

log = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 64 * 1024
"""Octets of a body that Flask is given at most, which answers 413 to anything longer."""
MAX_WAITING_BODIES: Final = 1_000
"""Bodies that may be on their way at a time: 64 MB in all."""
FEED_THREADS: Final = 1
"""Threads that render filtered feeds: rendering is bound by the processor, and shares it with the event loop."""
_RETRY_AFTER: Final = ("Retry-After", "5")
_CLOSE: Final = ("Connection", "close")
_BODYLESS_METHODS: Final = ("GET", "HEAD", "OPTIONS", "TRACE")


class RsgiScope(Protocol):
    """A request as RSGI describes it."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None

    @property
    def headers(self) -> Any: ...


class RsgiTransport(Protocol):
    """RSGI's side of one request: iterating gives the body, each `response_...` ends it."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_empty(self, status: int, headers: Headers) -> None: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...


class PoolBusy(Exception):
    """A pool has as much to do as it may."""


class IncompleteBody(Exception):
    """A body is shorter than its Content-Length."""


class BoundedPool:
    """Threads that run jobs for the event loop; at most *max_waiting* jobs wait for one of them, half of all for one visitor."""

    def __init__(self, name: str, threads: int, max_waiting: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._capacity = threads + max_waiting
        self._pending = Counter[str]()  # by visitor

    async def run(self, job: Callable[[], HttpResponse], timeout: float, visitor: str) -> HttpResponse:
        """Runs *job* on a thread. Raises PoolBusy when too many wait, TimeoutError after *timeout* seconds.

        A job that has begun goes on after its time is over, and its thread is not free until it ends.
        """
        if self._pending.total() >= self._capacity or self._pending[visitor] * 2 >= self._capacity:
            raise PoolBusy
        loop = asyncio.get_running_loop()
        self._pending[visitor] += 1
        future = self._executor.submit(job)
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._release, visitor))
        return await asyncio.wait_for(asyncio.wrap_future(future), timeout)

    def _release(self, visitor: str) -> None:
        self._pending[visitor] -= 1
        if not self._pending[visitor]:
            del self._pending[visitor]


class RsgiApplication:
    """The callable that granian calls for each request: *responder* for feeds, *pages* (WSGI) for everything else."""

    def __init__(
        self,
        responder: FeedResponder,
        pages: WSGIApplication,
        limits: ServerLimits,
        base_url: str = "",
        trusted_proxies: Collection[Network] = (),
    ) -> None:
        self._responder = responder
        self._pages = pages
        self._limits = limits
        self._trusted_proxies = trusted_proxies
        self._error_headers = [*file_headers(base_url).items()]
        self._feed_pool = BoundedPool("feeds", FEED_THREADS, limits.max_waiting)
        self._page_pool = BoundedPool("pages", limits.page_threads, limits.max_waiting)
        self._waiting_bodies = 0

    async def __rsgi__(self, scope: RsgiScope, transport: RsgiTransport) -> None:
        headers = scope.headers
        request = HttpRequest(scope.method, scope.path, scope.query_string, partial(_joined_header, headers))
        answer: HttpResponse | Job | None
        if scope.http_version == "1.1" and len(headers.get_all("host")) != 1:  # RFC 9112 3.2
            answer = text_response(request.method, 400, "A request has one Host header.\n", self._error_headers, _CLOSE)
        else:
            answer = self._responder.respond(request, allow_stale=True)
        if not isinstance(answer, HttpResponse):
            try:
                if answer is None:
                    answer = await self._answer_page(scope, transport)
                else:
                    answer = await self._feed_pool.run(answer, self._limits.answer_timeout, self._visitor(scope))
            except (PoolBusy, TimeoutError):
                text = "The server is busy. Try again soon.\n"
                answer = text_response(request.method, 503, text, self._error_headers, _RETRY_AFTER)
            except Exception:
                log.exception("%s failed", scope.method)  # no path: it may hold somebody's token
                answer = text_response(request.method, 500, "Internal server error.\n", self._error_headers)
        if answer.body:
            transport.response_bytes(answer.status, answer.headers, answer.body)
        else:
            transport.response_empty(answer.status, answer.headers)

    async def _answer_page(self, scope: RsgiScope, transport: RsgiTransport) -> HttpResponse:
        body = b""
        if scope.method not in _BODYLESS_METHODS:
            if self._waiting_bodies >= MAX_WAITING_BODIES:
                raise PoolBusy
            self._waiting_bodies += 1
            try:
                body = await asyncio.wait_for(_read_body(scope, transport), self._limits.body_timeout)
            except IncompleteBody:
                return text_response(scope.method, 400, "The body ended early.\n", self._error_headers, _CLOSE)
            except TimeoutError:
                text = f"The body did not arrive within {self._limits.body_timeout} seconds.\n"
                return text_response(scope.method, 408, text, self._error_headers, _CLOSE)
            finally:
                self._waiting_bodies -= 1
        job = partial(call_wsgi, self._pages, build_environ(scope, body))
        return await self._page_pool.run(job, self._limits.answer_timeout, self._visitor(scope))

    def _visitor(self, scope: RsgiScope) -> str:
        forwarded_for = _joined_header(scope.headers, "x-forwarded-for") or ""
        return client_network(_peer_address(scope), forwarded_for, self._trusted_proxies)


async def _read_body(scope: RsgiScope, transport: RsgiTransport) -> bytes:
    """Returns the body, cut just past MAX_BODY_BYTES; nothing of one that says beforehand that it is longer.

    Raises IncompleteBody where the connection ended before it: half a form may be a valid one (RFC 9112, section 8).
    """
    length = scope.headers.get("content-length", "")
    declared = int(length) if length.isascii() and length.isdigit() else 0
    if declared > MAX_BODY_BYTES:
        return b""
    body = bytearray()
    async for chunk in transport:
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            break
    if len(body) < declared:
        raise IncompleteBody
    return bytes(body[: MAX_BODY_BYTES + 1])


def _joined_header(headers: Any, name: str) -> str | None:
    """Returns the value of a header; of one that came on several lines, all of them as one list (RFC 9110 5.3)."""
    values = headers.get_all(name)
    return ",".join(values) if values else None


def _peer_address(scope: RsgiScope) -> str:
    return scope.client.rpartition(":")[0].strip("[]")


def build_environ(scope: RsgiScope, body: bytes) -> WSGIEnvironment:
    """Translates *scope* (PEP 3333)."""
    server_name, _, server_port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": encode_query(scope.query_string),
        "SERVER_NAME": server_name,
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _peer_address(scope),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            continue  # X_Forwarded_For must not pass for X-Forwarded-For
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    if scope.authority:
        environ.setdefault("HTTP_HOST", scope.authority)
    if body:  # one that came in chunks has a length by now
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ.setdefault("CONTENT_LENGTH", str(len(body)))
    return environ
