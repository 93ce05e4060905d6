"""Requests to every address, with any method, header and body: none is answered by a 500."""

from __future__ import annotations

import atexit
import itertools
import tempfile
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import cache, partial
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from eventcal.settings import Settings
from eventcal.store import Store, open_store, subscribers
from eventcal.store.subscribers import Subscriber, SubscriptionPreferences
from eventcal.web.app import create_app
from eventcal.web.feeds.responder import FeedResponder
from tests import push_service
from tests.postgres import running_postgres
from tests.sample import NOW, SEED, many_events, snapshot

from . import seeds
from .texts import NASTY_CHARACTERS, NUMBERS, of_grammar

SETTINGS = Settings(
    base_url="https://calendar.example.org",
    smtp_url="smtp://127.0.0.1:1?starttls=never",
    mail_from="calendar@example.org",
    operator_token="operator-token-operator-token",
    secret_key="signing-key-signing-key-signing-key",
    trusted_proxies=(ip_network("127.0.0.1"),),
)
_networks = itertools.count()
EXPECTED_STATUSES = {200, 204, 301, 302, 303, 304, 308, 400, 401, 403, 404, 405, 410, 413, 414, 415, 429, 503}


@dataclass(frozen=True)
class FuzzRequest:
    """A request; *path* is decoded, *query* and *body* are pairs or a text."""

    method: str
    path: str
    query: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class FuzzResponse:
    status: int
    headers: dict[str, str]
    body: bytes


@cache
def server(database: str = "sqlite") -> tuple[Flask, list[Subscriber]]:
    """Everything that a server answers, over a store of its own in *database*, and who is in it."""
    at_end = ExitStack()
    atexit.register(at_end.close)
    if database == "postgresql":
        url = at_end.enter_context(running_postgres()).database(ready=False)
    else:
        url = f"sqlite:///{at_end.enter_context(tempfile.TemporaryDirectory())}/eventcal.db"
    store = at_end.enter_context(closing(open_store(url)))
    store.upgrade()
    people = sign_up_people(store)
    served = snapshot(*SEED, *many_events(30))
    responder = FeedResponder(lambda: served, SETTINGS.base_url, NOW.timestamp, page_size=10)
    app = create_app(lambda: served, SETTINGS, clock=lambda: NOW, store=store, responder=responder)
    app.config["PROPAGATE_EXCEPTIONS"] = True  # an example that fails shows where
    return app, people


def sign_up_people(store: Store) -> list[Subscriber]:
    """One subscriber of each state, and a device."""
    wanted = SubscriptionPreferences("tag=summit", "en", "Europe/Berlin", digest="daily 08:00")
    with store.write() as conn:
        for name in ("pending", "active", "off"):
            subscribers.sign_up(conn, f"{name}@example.org", wanted, NOW)
        _pending, active, off = subscribers.all_subscribers(conn)
        for one in (active, off):
            subscribers.confirm(conn, one.id, one.link_version, NOW)
        subscribers.unsubscribe(conn, [off.id], NOW)
        subscribers.sign_up_device(conn, push_service.endpoint("https://push.example.org/p/1"), wanted, NOW)
        return subscribers.all_subscribers(conn)


def send(request: FuzzRequest, database: str = "sqlite") -> FuzzResponse:
    """Asks the application, each time from another network, or by the proxy where the request says from where."""
    is_forwarded = "X-Forwarded-For" in request.headers
    address = "127.0.0.1" if is_forwarded else str(ip_address(0x0B000000 + 256 * next(_networks)))
    builder = EnvironBuilder(
        quote(request.path),
        query_string=request.query,
        method=request.method,
        data=request.body.encode("utf-8", "replace"),
        environ_base={"REMOTE_ADDR": address},
    )
    environ = builder.get_environ()
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = value
    chunks, status, headers = run_wsgi_app(server(database)[0], environ)
    return FuzzResponse(int(status[:3]), {name.lower(): text for name, text in headers.items()}, b"".join(chunks))


def check_request(request: FuzzRequest, database: str = "sqlite") -> None:
    response = send(request, database)
    assert response.status in EXPECTED_STATUSES, response.status
    assert response.status in (204, 304) or response.headers.get("x-content-type-options") == "nosniff", (
        response.headers
    )
    assert "\n" not in response.headers.get("location", "") + response.headers.get("link", "")


PAGES = (
    "/", "/agenda", "/past", "/month", "/month/2021-09", "/year", "/year/2021", "/events/summit-2021", "/events/summit-2021/share.png", "/tags/sco",
    "/sitemap.xml", "/follow", "/changes", "/embed", "/subscribe", "/subscribe/check", "/confirm/x", "/preferences", "/preferences/x", "/unsubscribe/x",
    "/push/key", "/push/subscribe", "/push/renew", "/push/links", "/manifest.webmanifest", "/push-worker.js", "/operations", "/metrics", "/healthz", "/readyz",
    "/favicon.ico", "/static/style.css", "/robots.txt", "/calendar.ics", "/events.json",
)  # fmt: skip
PARAMETERS = (
    "tag", "-tag", "id", "q", "place", "from", "to", "lang", "tz", "view", "start", "count", "size", "accent", "page", "cursor", "done", "state", "channel",
    "kind", "event", "address", "language", "zone", "which", "digest", "leads", "imprecise", "cancelled", "alarms", "limit", "after", "subscription", "old",
    "action", "tags", "theme", "month",
)  # fmt: skip
VALUES = (
    "summit-2021", "sco", "en", "ru", "Asia/Dushanbe", "../etc", "2021-09", "9999-12", "0001-01", "list", "month", "anna@example.org", "daily", "weekly", "own",
    "true", "1 week before", "retry", "pause", "operator-token-operator-token",
)  # fmt: skip
value = st.one_of(
    st.sampled_from(VALUES), st.sampled_from((*NUMBERS, *NASTY_CHARACTERS)), st.text(max_size=30),
    of_grammar(seeds.FILTERS, seeds.FILTER_WORDS),
)  # fmt: skip
pairs = st.lists(st.tuples(st.sampled_from(PARAMETERS), value), max_size=5).map(
    lambda chosen: urlencode(chosen, errors="replace")
)
header_text = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=40)
conditional_headers = st.dictionaries(
    st.sampled_from(("If-None-Match", "If-Modified-Since", "Accept-Encoding", "Accept-Language", "Range", "Accept")),
    st.one_of(
        st.sampled_from(("*", "gzip", "gzip;q=0", "gzip;q=nan", "en;q=9e999", "Sun, 01 Jan 999999999999 00:00:00 GMT", "bytes=0-1")),
        header_text,
    ),
    max_size=2,
)  # fmt: skip
other_headers = st.dictionaries(
    st.sampled_from(("Origin", "Sec-Fetch-Site", "Authorization", "Cookie", "Content-Type", "X-Forwarded-For", "Host", "Referer", "Content-Length")),
    st.one_of(
        st.sampled_from((
            "https://calendar.example.org", "cross-site", "Basic Og==", "Basic !", "Bearer operator-token-operator-token", "application/json",
            "application/x-www-form-urlencoded", "multipart/form-data", "203.0.113.9, 127.0.0.1", "10", "-1",
        )),
        header_text,
    ),
    max_size=3,
)  # fmt: skip
JSON_BODIES = (
    '{"subscription": {"endpoint": "https://push.example.org/p/1", "keys": {"p256dh": "AA", "auth": "AA"}}}', "[]", "null", '{"subscription": []}',
    '{"old": 1, "subscription": {"keys": 1}}', "{", '{"links": [["a", "b"]]}', '"a"', "1e999", "[" * 3000,
)  # fmt: skip
bodies = st.one_of(st.just(""), pairs, st.sampled_from(JSON_BODIES), st.text(max_size=50))


@st.composite
def page_requests(draw: st.DrawFn) -> FuzzRequest:
    path = draw(st.sampled_from(PAGES))
    if draw(st.booleans()):
        ending = draw(st.one_of(st.sampled_from((*VALUES, *NUMBERS)), st.text(max_size=20)))
        path = f"{path.rpartition('/')[0]}/{ending}"
    query = draw(st.one_of(pairs, st.text(st.characters(codec="ascii", exclude_characters="#"), max_size=30)))
    method = draw(st.sampled_from(("GET", "GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE")))
    headers = {**draw(conditional_headers), **draw(other_headers)}
    return FuzzRequest(method, path, query, headers, draw(bodies) if method == "POST" else "")


def request_targets() -> dict[str, Any]:
    """The targets that ask the server, over either database."""
    over_postgresql = partial(check_request, database="postgresql")
    return {"requests": (page_requests(), check_request), "postgresql": (page_requests(), over_postgresql)}
