"""The server's answers as a WSGI application, which test clients can ask: feeds and health before Flask's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from eventcal import filters
from eventcal.web.feeds.responder import FeedResponder, SnapshotView
from eventcal.web.http import HttpRequest, encode_query


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
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(answer.headers))
        return [answer.body] if answer.body else []
