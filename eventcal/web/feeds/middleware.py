"""Feeds and health before Flask, so that any WSGI server gives the same answers as our own."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from ..http import HttpRequest, encode_query
from .responder import FeedResponder


class FeedMiddleware:
    """A WSGI application (PEP 3333): the answers of *responder*, and those of *app* to whatever is not a feed."""

    def __init__(self, app: WSGIApplication, responder: FeedResponder) -> None:
        self._app, self._responder = app, responder

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
