"""The same answers under any WSGI server: feeds and health before the Flask application that is given."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from ... import filters
from ..http import REASONS, HttpRequest, encode_query
from .responder import FeedResponder, SnapshotView


class FeedMiddleware:
    """A WSGI application (PEP 3333) in front of *app*, which gets whatever is not a feed."""

    def __init__(
        self,
        app: WSGIApplication,
        snapshots: Callable[[], SnapshotView],
        base_url: str = "",
        clock: Callable[[], float] = time.time,
        page_size: int = filters.MAX_PAGE_EVENTS,
    ) -> None:
        self._app = app
        self._responder = FeedResponder(snapshots, base_url, clock, page_size=page_size)
        self.refresh = self._responder.refresh

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def header(name: str) -> str | None:
            value: str | None = environ.get("HTTP_" + name.upper().replace("-", "_"))
            return value

        # WSGI hands octets over as if they were Latin-1 (PEP 3333).
        path = environ["PATH_INFO"].encode("latin-1", "replace").decode("utf-8", "replace")
        environ["QUERY_STRING"] = query = encode_query(environ.get("QUERY_STRING", "").encode("latin-1", "replace"))
        answer = self._responder.answer(HttpRequest(environ["REQUEST_METHOD"], path, query, header))
        if answer is None:
            return self._app(environ, start_response)
        start_response(f"{answer.status} {REASONS[answer.status]}", list(answer.headers))
        return [answer.body] if answer.body else []
