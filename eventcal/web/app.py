"""Snapshots become pages: the Flask application, its headers, and what it says when something is wrong.

Reads the store through snapshots only; the feeds are answered before it, by `hot`.
"""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_date

from .. import words
from ..errors import StoreError
from ..settings import Settings
from ..store import Store
from . import assets, rate_limit
from .headers import page_headers
from .operator import health
from .pages import routes
from .pages.views import calendar_name
from .signup import subscribe
from .snapshots import Snapshot
from .static_urls import StaticUrls

log = logging.getLogger(__name__)

_MIN_GZIP_BYTES = 1_000
"""Octets from which a page is sent packed to whoever can unpack it."""


def create_app(
    snapshots: Callable[[], Snapshot],
    settings: Settings,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    is_stalled: Callable[[], bool] = lambda: False,
    static_urls: StaticUrls | None = None,
    store: Store | None = None,
) -> Flask:
    """The pages over *snapshots*. *clock* is read once a request; *stalled* says whether the snapshots stopped coming.

    *files*: the answers are to be kept as files, so that nothing in them may need a server. *store* is for the pages
    that write, or count what is in the ledger; without it they say that they are off.
    """
    app = Flask(__package__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=64 * 1024)
    # Neither answers with a redirect that is made from the Host header.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.extensions["eventcal"] = routes.WebContext(snapshots, settings, clock, is_stalled, static_urls, store)
    _set_up_templates(app)
    if static_urls:
        # no query: it would be another file
        app.jinja_env.globals["static"] = "/static/{}".format
    app.register_blueprint(routes.blueprint)
    app.register_blueprint(assets.blueprint)
    app.register_blueprint(health.blueprint)
    app.before_request(drop_impossible_dates)
    app.before_request(routes.begin_request)
    app.before_request(subscribe.refuse_cross_site)
    rate_limit.install(app, store, settings)
    subscribe.install(app, store, settings)
    if not static_urls:
        from .operator import metrics, operations  # a site of files has none, and need not wait for what they need
        from .pages import embed

        app.register_blueprint(embed.blueprint)
        app.register_blueprint(operations.blueprint)
        app.register_blueprint(metrics.blueprint)
    app.after_request(_finish_response)
    app.register_error_handler(HTTPException, _render_http_error)
    app.register_error_handler(StoreError, _render_store_failure)
    app.register_error_handler(Exception, _render_failure)
    return app


def _set_up_templates(app: Flask) -> None:
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: words.get_translations(g.viewer.language).gettext(text),
        lambda singular, plural, count: words.get_translations(g.viewer.language).ngettext(singular, plural, count),
        newstyle=True,
    )
    env.trim_blocks = env.lstrip_blocks = True
    env.undefined = StrictUndefined
    env.filters["id"] = id
    env.globals["static"] = assets.asset_url
    env.globals["signs_up"] = False  # until somebody says that it is on

    @app.context_processor
    def common_context() -> dict[str, Any]:
        snapshot, viewer = g.snapshot, g.viewer
        calendar = snapshot.edition.calendar if snapshot.edition else None
        return {
            "viewer": viewer,
            "languages": _language_choices(viewer.static_urls),
            "calendar": calendar,
            "calendar_name": calendar_name(calendar, viewer.language),
            "direction": words.text_direction(viewer.language),
            "recorded_at": snapshot.edition.recorded_at if snapshot.edition else None,
            "words": words,
            "canonical_url": "" if _is_private() else viewer.canonical_url(g.base_url),
            "zone_words": words.format_zone_name(viewer.timezone(calendar), viewer.language),
        }


_LANGUAGE_NAMES = (("en", "English"), ("ru", "Русский"), ("zh", "中文"))


def _language_choices(static_urls: StaticUrls | None) -> list[tuple[str, str]]:
    """Those that a page is offered in, and what each calls itself."""
    return [language for language in _LANGUAGE_NAMES if static_urls is None or language[0] in static_urls.languages]


def _finish_response(response: Response) -> Response:
    for name, value in page_headers(g.get("base_url", "")).items():
        response.headers.setdefault(name, value)
    if response.mimetype == "text/html":
        response.headers["Vary"] = "Accept-Language, Accept-Encoding"
        response.headers["Content-Language"] = g.viewer.language if "viewer" in g else "en"
        response.headers.setdefault("Cache-Control", "no-cache")
        if response.status_code == 200:
            # weak: packed and plain are the same page
            response.add_etag(weak=True)
            response.make_conditional(request)
        _compress(response)
    return response


def _compress(response: Response) -> None:
    """Gzip for a browser far from us. What is somebody's own stays plain: its size must not give a secret away."""
    if response.cache_control.no_store:
        return
    if request.accept_encodings.quality("gzip") > 0 and len(body := response.get_data()) >= _MIN_GZIP_BYTES:
        response.set_data(gzip.compress(body, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


def _render_http_error(error: HTTPException) -> Response:
    """What the reader's address came to, in plain words."""
    code = error.code or 500
    if "viewer" not in g:
        routes.begin_request()
    template = "not_found.html" if code == 404 else "failed.html" if code >= 500 else "refused.html"
    response = make_response(render_template(template, code=code), code)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def drop_impossible_dates() -> None:
    """Ignores conditions whose date no calendar has, as RFC 9110 13.1.3 says; Werkzeug fails on some of them."""
    for name in ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"):
        text = request.environ.get(name)
        try:
            parse_date(text)
        except (ArithmeticError, ValueError, TypeError, LookupError):
            del request.environ[name]


def _is_private() -> bool:
    """Whether the page is behind a token: its address is one reader's own, and no robot's business."""
    return bool(request.view_args and "token" in request.view_args)


def _render_store_failure(error: StoreError) -> tuple[str, int, dict[str, str]]:
    """The database is away, full or damaged: what needs it waits, everything else goes on."""
    log.warning("%s %s: the store cannot be used: %s", request.method, request.url_rule or "", error)
    if "viewer" not in g:
        routes.begin_request()
    return render_template("failed.html", code=503), 503, {"Retry-After": "5"}


def _render_failure(error: Exception) -> tuple[str, int]:
    """A bug: its traceback goes to the log, and the reader gets a page that says so."""
    # the rule and not the path, which may hold somebody's token
    log.error("%s %s failed", request.method, request.url_rule or request.path, exc_info=error)
    if "viewer" not in g:
        routes.begin_request()
    return render_template("failed.html", code=500), 500
