"""The same answers by both interfaces, WSGI and RSGI, and a real server that one visitor takes from nobody else."""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import quote
from wsgiref.types import WSGIApplication

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from eventcal.settings import ServerLimits, Settings
from eventcal.store import edition_store, open_store
from eventcal.store.ledger import health
from eventcal.web import idle_connections, rsgi, worker_process
from eventcal.web.app import create_app
from eventcal.web.feeds.responder import FeedResponder
from eventcal.web.http import HttpRequest
from eventcal.web.rsgi import RsgiApplication
from eventcal.web.server import resolve_host
from eventcal.web.snapshots import SnapshotPoller
from tests.factories import fail_to_draw
from tests.sample import NOW, SEED, edition, many_events, snapshot

from .serve_process import WAIT_SECONDS, running_server, wait_until

SETTINGS = Settings(
    base_url="https://calendar.example.org", smtp_url="smtp://127.0.0.1:1?starttls=never", mail_from="a@example.org"
)
FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Lines(dict[str, str]):
    """Headers by name; the lines of one that came several times are separated by line breaks."""

    def get_all(self, name: str) -> list[str]:
        return self[name].split("\n") if name in self else []


@dataclass
class Scope:
    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    proto: str = "http"
    http_version: str = "1.1"
    server: str = "127.0.0.1:8000"
    client: str = "127.0.0.1:50000"
    scheme: str = "http"
    authority: str | None = None

    def __post_init__(self) -> None:
        self.headers = Lines({"host": "127.0.0.1:8000"} | self.headers)


@dataclass
class Transport:
    """One request's body in *chunks* (None: nothing comes any more, and the connection stays), and its answer."""

    chunks: tuple[bytes | None, ...] = ()
    answers: list[Answer] = field(default_factory=list)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            if chunk is None:
                await asyncio.Event().wait()
            else:
                yield chunk

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answers.append(Answer(status, _without_date(headers), body))


def _without_date(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Werkzeug puts the second into a 304, in which the two answers may differ."""
    return {name.lower(): value for name, value in headers if name.lower() != "date"}


Ask = Callable[..., Answer]


def ask_wsgi(app: WSGIApplication) -> Ask:
    def ask(address: str, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
        path, _, query = address.partition("?")
        builder = EnvironBuilder(path, method=method, headers=_header_names(headers), data=body)
        environ = builder.get_environ()
        environ["QUERY_STRING"] = query.encode("utf-8", "surrogateescape").decode("latin-1")  # as it came: PEP 3333
        chunks, status, answer_headers = run_wsgi_app(app, environ)
        return Answer(int(status[:3]), _without_date(answer_headers.items()), b"".join(chunks))

    return ask


def ask_rsgi(app: RsgiApplication) -> Ask:
    def ask(
        address: str, method: str = "GET", body: bytes = b"", chunks: tuple[bytes | None, ...] = (), **headers: str
    ) -> Answer:
        path, _, query = address.partition("?")
        named = _header_names(headers)
        if body:
            named["content-length"] = str(len(body))
        transport = Transport(chunks or (body,))
        asyncio.run(app.__rsgi__(Scope(method, path, query, named), transport))
        (answer,) = transport.answers
        return answer

    return ask


def _header_names(headers: dict[str, str]) -> dict[str, str]:
    return {"host": "localhost", **{name.replace("_", "-"): value for name, value in headers.items()}}


@dataclass(frozen=True)
class Both:
    wsgi: Ask
    rsgi: Ask
    application: RsgiApplication


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The Flask application under both interfaces, with a calendar that is large enough to be packed."""
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'eventcal.db'}")
    store.upgrade()
    served = snapshot(*SEED, *many_events(60), degraded=("an edition is held",))
    app = create_app(lambda: served, SETTINGS, clock=lambda: NOW, store=store)
    responder = FeedResponder(lambda: served, SETTINGS.base_url, NOW.timestamp)
    application = RsgiApplication(responder, app, SETTINGS.limits, SETTINGS.base_url)
    yield Both(ask_wsgi(app), ask_rsgi(application), application)
    store.close()


ADDRESSES = (
    "/calendar.ics",
    "/calendar.ics?tag=summit",
    "/calendar.ics?tags=x",
    "/calendar.ics?from=soon",
    "/tags/summit.ics",
    "/tags/nothing.ics",
    "/events/summit-2021.ics",
    "/events/nothing.ics",
    "/events.json",
    "/openapi.json",
    "/upcoming.atom",
    "/changes.atom",
    "/robots.txt",
    "/healthz",
    "/readyz",
    "/",
    "/?q=summit",
    "/month/2021-09",
    "/agenda",
    "/events/summit-2021",
    "/changes",
    "/subscribe",
    "/static/eventcal.css",
    "/nope",
    "/события",
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE"])
def test_both_interfaces_give_the_same_answer(both: Both, address: str, method: str) -> None:
    for headers in ({}, {"accept_encoding": "gzip"}, {"if_none_match": "*"}, {"accept_language": "ru"}):
        by_wsgi, by_rsgi = both.wsgi(address, method, **headers), both.rsgi(address, method, **headers)
        assert by_wsgi == by_rsgi, headers
        assert by_rsgi.status < 500


@pytest.mark.parametrize("address", [address for address in ADDRESSES if "nothing" not in address])
def test_both_interfaces_answer_304_to_what_they_gave(both: Both, address: str) -> None:
    answer = both.rsgi(address)
    if "etag" in answer.headers:
        by_wsgi, by_rsgi = (ask(address, if_none_match=answer.headers["etag"]) for ask in (both.wsgi, both.rsgi))
        assert (by_rsgi.status, by_rsgi.body) == (304, b"")
        assert by_wsgi == by_rsgi


def test_an_etag_on_the_second_line_of_a_header_is_found(both: Both) -> None:
    etag = both.rsgi("/calendar.ics").headers["etag"]

    assert both.rsgi("/calendar.ics", if_none_match=f'"other"\n{etag}').status == 304
    assert both.rsgi("/calendar.ics", if_none_match='"other"\n"another"').status == 200


@pytest.mark.parametrize("path", ["/calendar.ics", "/", "/healthz"])
@pytest.mark.parametrize("hosts", ["", "a.example\nb.example"])
def test_a_request_without_one_host_is_refused(both: Both, path: str, hosts: str) -> None:
    scope, transport = Scope("GET", path, "", {}), Transport()
    scope.headers = Lines({"host": hosts} if hosts else {})
    asyncio.run(both.application.__rsgi__(scope, transport))

    assert transport.answers[0].status == 400


@pytest.mark.parametrize("path", ["/calendar.ics", "/agenda", "/follow", "/nope", "/subscribe", "/operations"])
@pytest.mark.parametrize("text", ["ä", "٣", "саммит"])
def test_letters_beyond_ascii_in_a_query_are_read_as_if_they_were_percent_encoded(
    both: Both, path: str, text: str
) -> None:
    encoded = both.rsgi(f"{path}?q={quote(text)}")

    assert both.rsgi(f"{path}?q={text}") == both.wsgi(f"{path}?q={text}") == encoded
    assert encoded.status < 500


@pytest.mark.parametrize("path", ["/calendar.ics", "/agenda", "/static/eventcal.css"])
def test_what_is_there_matches_an_asterisk(both: Both, path: str) -> None:
    assert both.rsgi(path, if_match="*").status == 200


@pytest.mark.parametrize(("path", "status"), [("/calendar.ics", 400), ("/agenda", 200)])
def test_a_query_that_is_not_utf_8_breaks_no_page(both: Both, path: str, status: int) -> None:
    assert both.wsgi(f"{path}?q=\udcff").status == both.wsgi(f"{path}?q=%FF").status == status


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"address=x", 400), (b"address=" + b"x" * 70_000, 413), (b"\xff\xfe&=&;", 400)],
    ids=["empty", "short", "long", "garbage"],
)
def test_both_interfaces_read_a_form_alike(both: Both, body: bytes, status: int) -> None:
    by_wsgi, by_rsgi = (ask("/subscribe", "POST", body, **FORM) for ask in (both.wsgi, both.rsgi))

    assert by_wsgi == by_rsgi
    assert by_rsgi.status == status


def test_a_long_body_in_chunks_is_cut_and_refused(both: Both) -> None:
    assert both.rsgi("/subscribe", "POST", chunks=(b"address=", *[b"x" * 1_000] * 70), **FORM).status == 413


# limits


def _respond_slowly(started: threading.Event, release: threading.Event) -> Any:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        started.set()
        release.wait(WAIT_SECONDS)
        start_response("200 OK", [])
        return [b"late"]

    return app


def _application(pages: Any, limits: ServerLimits = SETTINGS.limits) -> RsgiApplication:
    served = snapshot(*SEED)
    return RsgiApplication(FeedResponder(lambda: served, clock=NOW.timestamp), pages, limits)


def test_a_body_that_does_not_come_is_a_408_and_holds_no_thread() -> None:
    reached: list[str] = []

    def pages(environ: Any, start_response: Any) -> list[bytes]:
        reached.append(environ["PATH_INFO"])
        return []

    limits = replace(SETTINGS.limits, body_timeout=0)
    answer = ask_rsgi(_application(pages, limits))("/subscribe", "POST", chunks=(b"a=", None), **FORM)

    assert (answer.status, answer.headers["connection"], reached) == (408, "close", [])


def test_a_form_of_which_the_connection_brought_half_is_refused_and_reaches_no_page() -> None:
    reached: list[str] = []

    def pages(environ: Any, start_response: Any) -> list[bytes]:
        reached.append(environ["PATH_INFO"])
        return []

    half = {**FORM, "content-length": "40"}
    answer = ask_rsgi(_application(pages))("/subscribe", "POST", chunks=(b"address=anna@example.or",), **half)

    assert (answer.status, answer.headers["connection"], reached) == (400, "close", [])


def test_a_page_that_takes_too_long_is_a_503_and_feeds_are_answered_meanwhile() -> None:
    started, release = threading.Event(), threading.Event()
    limits = replace(SETTINGS.limits, answer_timeout=0)
    ask = ask_rsgi(_application(_respond_slowly(started, release), limits))
    try:
        assert ask("/calendar.ics?tag=summit").status in (200, 503)  # rendered on a thread of its own
        answer = ask("/")
        assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    finally:
        release.set()


def test_pages_beyond_what_may_wait_are_refused_at_once_and_feeds_are_not() -> None:
    started, release = threading.Event(), threading.Event()
    limits = replace(SETTINGS.limits, page_threads=1, max_waiting=1)
    app = _application(_respond_slowly(started, release), limits)

    async def ask_all() -> list[int]:
        waiting = [Transport() for _ in range(2)]
        tasks = [
            asyncio.create_task(app.__rsgi__(Scope("GET", "/", "", {}, client=f"192.0.2.{number}:50000"), transport))
            for number, transport in enumerate(waiting)
        ]
        await asyncio.to_thread(started.wait, WAIT_SECONDS)
        later = [Transport() for _ in range(3)]
        for path, transport in zip(("/", "/healthz", "/robots.txt"), later, strict=True):
            await app.__rsgi__(Scope("GET", path, "", {}), transport)
        release.set()
        await asyncio.gather(*tasks)
        return [transport.answers[0].status for transport in (*waiting, *later)]

    assert asyncio.run(ask_all()) == [200, 200, 503, 200, 200]


def test_one_visitor_has_half_of_the_places_for_pages_and_leaves_the_others() -> None:
    started, release = threading.Event(), threading.Event()
    limits = replace(SETTINGS.limits, page_threads=1, max_waiting=3)
    served, proxies = snapshot(*SEED), (ip_network("127.0.0.1"),)
    pages = _respond_slowly(started, release)
    app = RsgiApplication(FeedResponder(lambda: served, clock=NOW.timestamp), pages, limits, "", proxies)

    async def ask_all() -> list[int]:
        visitors = ["192.0.2.1", "192.0.2.1", "192.0.2.1", "203.0.113.9, 192.0.2.1", "192.0.2.2", "192.0.2.3"]
        transports = [Transport() for _ in visitors]
        scopes = [Scope("GET", "/", "", {"x-forwarded-for": visitor}) for visitor in visitors]
        tasks = [asyncio.create_task(app.__rsgi__(*each)) for each in zip(scopes, transports, strict=True)]
        await asyncio.to_thread(started.wait, WAIT_SECONDS)
        release.set()
        await asyncio.gather(*tasks)
        return [transport.answers[0].status for transport in transports]

    assert asyncio.run(ask_all()) == [200, 200, 503, 503, 200, 200]


def test_a_header_with_an_underscore_does_not_pass_for_one_with_a_hyphen() -> None:
    environ = rsgi.build_environ(Scope("GET", "/", "", {"x_forwarded_for": "192.0.2.1", "accept": "a/b"}), b"")

    assert "HTTP_X_FORWARDED_FOR" not in environ
    assert environ["HTTP_ACCEPT"] == "a/b"


def test_the_previous_edition_is_served_while_the_next_one_is_rendered() -> None:
    current = [snapshot(*SEED)]
    responder = FeedResponder(lambda: current[0], clock=NOW.timestamp)
    app = RsgiApplication(responder, lambda *_: [], SETTINGS.limits)
    before = ask_rsgi(app)("/calendar.ics")

    current.append(snapshot(*SEED[:2]))
    current.pop(0)

    assert ask_rsgi(app)("/calendar.ics") == before
    responder.refresh(current[0])
    assert ask_rsgi(app)("/calendar.ics").body != before.body


# idle connections


def test_idle_connections_are_closed_and_busy_ones_and_others_are_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_server(("127.0.0.1", 0)) as other:
        port = listener.getsockname()[1]
        client, foreign = (socket.create_connection(server.getsockname()) for server in (listener, other))
        accepted, untouched = listener.accept()[0], other.accept()[0]
        with client, foreign, accepted, untouched:
            assert idle_connections.close_idle(port, idle_seconds=3_600, crowded_from=10) == 0
            assert idle_connections.close_idle(port, idle_seconds=0, crowded_from=10) == 1
            assert client.recv(1) == b""
            foreign.sendall(b"x")
            assert untouched.recv(1) == b"x"


# a real server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    registry = "version: 1\ncalendar: {id: test, name: Test, timezone: UTC}\nevents:\n  - {id: far, title: Far, when: 2099-09}\n"
    (tmp_path / "events.yaml").write_text(registry, encoding="utf-8")
    return tmp_path


def test_half_sent_bodies_and_idle_connections_stop_nobody(folder: Path) -> None:
    limits = {"EVENTCAL_BODY_TIMEOUT": "2", "EVENTCAL_MAX_CONNECTIONS": "1000"}
    sign_up = {f"EVENTCAL_{name.upper()}": getattr(SETTINGS, name) for name in ("base_url", "smtp_url", "mail_from")}
    with running_server(folder, **limits, **sign_up) as server:
        half_sent = b"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\na="
        address = ("127.0.0.1", server.port)
        wait_until(lambda: server.get("/calendar.ics")[0] == 200, "the feed is there")
        connections = [socket.create_connection(address) for _ in range(150)]
        for connection in connections[:50]:
            connection.sendall(half_sent)

        paths = ("/calendar.ics", "/healthz", "/readyz", "/calendar.ics?q=far", "/", "/subscribe")
        assert [server.get(path)[0] for path in paths] == [200] * len(paths)
        connections[0].settimeout(WAIT_SECONDS)
        assert connections[0].recv(1_000).startswith(b"HTTP/1.1 408 ")
        for connection in connections:
            connection.close()


def test_what_the_feeds_lack_is_noted_in_the_store_until_they_lack_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/eventcal.db")
    store.upgrade()
    with store.write() as conn:
        edition_store.record(conn, None, edition(*SEED, replace(SEED[0], id="new", uid="")), [])

    def conditions() -> tuple[str, ...]:
        snapshots = SnapshotPoller(
            store, itertools.count(step=10.0).__next__
        )  # each look is later than the ledger's interval
        responder = FeedResponder(snapshots, clock=NOW.timestamp)
        snapshots.on_refresh = worker_process._feed_preparer(store, responder)
        snapshots.refresh()
        snapshots.refresh()
        answer = responder.answer(HttpRequest("GET", "/readyz", "", lambda _: None))
        assert answer is not None
        degraded = json.loads(answer.body)["degraded"]
        assert degraded == list(SnapshotPoller(store).refresh().degraded)
        return tuple(degraded)

    fail_to_draw(monkeypatch, "new")
    assert conditions() == conditions() == ("events that cannot be drawn are left out: new",)
    with store.read() as conn:
        assert health.alarm_evidence(conn, NOW).feed_conditions == ("events that cannot be drawn are left out: new",)
    snapshots = SnapshotPoller(store)
    snapshots.refresh()
    app = create_app(snapshots, Settings(operator_token="t"), clock=lambda: NOW, store=store)
    client = app.test_client()
    page = client.get("/operations", headers={"Authorization": "Bearer t"}).text
    metrics = client.get("/metrics").text
    assert ["left out: new" in text for text in (page, metrics)] == [True, True]
    monkeypatch.undo()
    assert conditions() == ()
    store.close()
    gc.unfreeze()


def test_the_templates_of_the_home_page_are_compiled_before_a_reader_asks() -> None:
    served = snapshot(*SEED)
    app = create_app(lambda: served, SETTINGS, clock=lambda: NOW)
    worker_process._render_first_page(app)
    assert {"base.html", "home.html"} <= {name for _, name in app.jinja_env.cache}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("localhost", (socket.AF_INET, "127.0.0.1")),
        ("0", (socket.AF_INET, "0.0.0.0")),
        ("127.0.0.1", (socket.AF_INET, "127.0.0.1")),
        ("::1", (socket.AF_INET6, "::1")),
    ],
)
def test_a_name_is_listened_on_at_its_address(host: str, address: tuple[int, str]) -> None:
    assert resolve_host(host) == address
