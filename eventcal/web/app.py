"""The Flask application: its blueprints, templates, headers and error pages. Feeds and health are answered before its routes, by `feeds`."""

from __future__ import annotations

import gzip
import logging
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, make_response, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_date

from .. import links, words
from ..errors import StoreError
from ..logs import REQUEST_ID
from ..settings import Settings
from ..store import Store
from . import assets, context, rate_limit
from .context import Services, current, get_services
from .feeds.responder import FeedResponder
from .http import HttpRequest, encode_query, file_headers, page_headers
from .pages import embed, routes
from .pages.views import EventView, calendar_name
from .signup import subscribe, subscriber_pages
from .snapshots import Snapshot
from .static_urls import StaticUrls

log = logging.getLogger(__name__)

_MIN_GZIP_BYTES = 1_000
"""Octets from which a page is compressed."""


def create_app(
    snapshots: Callable[[], Snapshot],
    settings: Settings,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    static_urls: StaticUrls | None = None,
    store: Store | None = None,
    responder: FeedResponder | None = None,
) -> Flask:
    """Builds the application over *snapshots*, which is whole under any WSGI server. *clock* is read once a request.

    With *static_urls* the answers are to become files, so that nothing in them may need a server. *store* is for the
    pages that read or write rows; without it they say that they are off. *responder* answers feeds and health.
    """
    services = Services(snapshots, settings, clock, static_urls, store, assets.load_site_assets(settings.site))
    app = Flask(__package__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=64 * 1024)
    # Neither answers with a redirect that is made from the Host header.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.before_request(_begin_log_lines)
    app.teardown_request(_end_log_lines)
    app.before_request(drop_odd_conditions)
    context.install(app, services)
    app.before_request(subscribe.refuse_cross_site)
    rate_limit.install(app)
    _set_up_templates(app, services)
    _register_blueprints(app, is_server=static_urls is None)
    app.after_request(_finish_response)
    app.register_error_handler(HTTPException, _render_http_error)
    app.register_error_handler(StoreError, _render_store_failure)
    app.register_error_handler(Exception, _render_failure)
    responder = responder or FeedResponder(snapshots, settings.base_url, lambda: clock().timestamp())
    app.wsgi_app = FeedMiddleware(app.wsgi_app, responder)  # type: ignore[method-assign]
    return app


def _register_blueprints(app: Flask, is_server: bool) -> None:
    for blueprint in (
        routes.blueprint, embed.blueprint, assets.blueprint, subscribe.blueprint, subscriber_pages.blueprint
    ):  # fmt: skip
        app.register_blueprint(blueprint)
    if is_server:
        from .operator import metrics, operations  # a static site has none and need not import their libraries
        from .signup import device_routes

        for blueprint in (operations.blueprint, metrics.blueprint, device_routes.blueprint):
            app.register_blueprint(blueprint)


def _set_up_templates(app: Flask, services: Services) -> None:
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: words.get_translations(current().viewer.language).gettext(text),
        lambda singular, plural, count: words.get_translations(current().viewer.language).ngettext(
            singular, plural, count
        ),
        newstyle=True,
    )
    env.trim_blocks = env.lstrip_blocks = True
    env.undefined = StrictUndefined
    env.filters["encode_url"] = links.encode_url
    # no query in a static site: it would be another file
    env.globals["static"] = (
        "/static/{}".format if services.static_urls else partial(assets.asset_url, site_assets=services.site_assets)
    )
    env.globals["site"] = services.settings.site
    env.globals["logo"] = next((name for name in services.site_assets if name.startswith("logo.")), "")
    env.globals["signs_up"] = services.can_sign_up
    env.globals["pushes"] = services.can_push
    app.context_processor(_common_context)


def _common_context() -> dict[str, Any]:
    """Returns the variables that every template has."""
    request_context = current()
    edition, viewer, calendar = request_context.snapshot.edition, request_context.viewer, request_context.calendar
    static_urls = viewer.static_urls
    languages = [pair for pair in words.list_languages() if static_urls is None or pair[0] in static_urls.languages]
    is_private = bool(request.view_args and "token" in request.view_args)  # its address is
    return {
        "viewer": viewer,
        "now": request_context.now,
        "event_view": lambda occurrence: EventView(occurrence, viewer, request_context.now),
        "languages": languages,
        "calendar": calendar,
        "calendar_name": calendar_name(calendar, viewer.language),
        "suggest_url": links.proposal_url(calendar.contact) if calendar else "",
        "direction": words.text_direction(viewer.language),
        "recorded_at": edition.recorded_at if edition else None,
        "words": words,
        "canonical_url": "" if is_private else viewer.canonical_url(request_context.base_url),
        "zone_words": words.format_zone_name(viewer.timezone, viewer.language),
    }


def _finish_response(response: Response) -> Response:
    base_url = get_services().settings.base_url
    headers = file_headers(base_url) if request.endpoint == "assets.static" else page_headers(base_url)
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if response.status_code >= 500:
        response.headers["X-Request-Id"] = REQUEST_ID.get()
    if response.mimetype == "text/html":
        response.headers["Vary"] = "Accept-Language, Accept-Encoding"
        response.headers["Content-Language"] = current().viewer.language
        response.headers.setdefault("Cache-Control", "no-cache")
        if response.status_code == 200:
            # weak: packed and plain are the same page
            response.add_etag(weak=True)
            response.make_conditional(request)
        _compress(response)
    return response


def _compress(response: Response) -> None:
    """Compresses a page; private pages stay plain, so that their size gives no secret away (BREACH)."""
    if response.cache_control.no_store:
        return
    if request.accept_encodings.quality("gzip") > 0 and len(body := response.get_data()) >= _MIN_GZIP_BYTES:
        response.set_data(_gzip(body))
        response.headers["Content-Encoding"] = "gzip"


@lru_cache(maxsize=32)
def _gzip(body: bytes) -> bytes:
    """Compresses *body*, and keeps the result: a cached page takes longer to compress than to look up."""
    return gzip.compress(body, mtime=0)


def _render_http_error(error: HTTPException) -> Response:
    """Answers an HTTP error with a page in plain words."""
    code = error.code or 500
    template = "not_found.html" if code == 404 else "failed.html" if code >= 500 else "refused.html"
    response = make_response(render_template(template, code=code), code)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def _begin_log_lines() -> None:
    """Gives the log lines of the request an id: that of the proxy in front, where it sends one, else one of chance."""
    proxy_id = request.headers.get("X-Request-Id", "")
    REQUEST_ID.set(proxy_id if re.fullmatch("[A-Za-z0-9-]{8,64}", proxy_id) else secrets.token_hex(6))


def _end_log_lines(error: BaseException | None) -> None:
    REQUEST_ID.set("")


def drop_odd_conditions() -> None:
    """Drops conditions that Werkzeug misreads: a date that no calendar has (RFC 9110 13.1.3), and `If-Match: *` (13.1.1)."""
    if request.environ.get("HTTP_IF_MATCH", "").strip() == "*":
        del request.environ["HTTP_IF_MATCH"]
    for name in ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"):
        text = request.environ.get(name)
        try:
            parse_date(text)
        except (ArithmeticError, ValueError, TypeError, LookupError):
            del request.environ[name]


def _render_store_failure(error: StoreError) -> tuple[str, int, dict[str, str]]:
    """Answers 503 while the database is away, full or damaged; pages that need none go on."""
    log.warning("%s %s: the store cannot be used: %s", request.method, request.url_rule or "", error)
    return render_template("failed.html"), 503, {"Retry-After": "5"}


def _render_failure(error: Exception) -> tuple[str, int]:
    """Answers a bug: the traceback goes to the log, and a page says that something went wrong."""
    # the rule and not the path, which may hold somebody's token
    log.error("%s %s failed", request.method, request.url_rule or request.path, exc_info=error)
    return render_template("failed.html"), 500


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
