"""Requests that go out by a proxy: what it carries, what is refused before it, what it refuses."""

from __future__ import annotations

import base64
import http.server
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eventcal import fetch
from eventcal.channels.ntfy import NtfyChannel
from eventcal.channels.webhook import WebhookChannel
from eventcal.cli import cli
from eventcal.errors import SettingsError
from eventcal.fetch import FetchError, FetchRefused, client
from eventcal.messages import Message
from eventcal.settings import describe, load
from tests.certificates import trusted_server
from tests.proxy_server import proxying

MESSAGE = Message(key="k-1.0", kind="test", address="", subject="A", text="A", send_time=datetime.now(UTC))
LOGIN = "Basic " + base64.b64encode(b"anna:p@ss").decode()


class Origin(http.server.ThreadingHTTPServer):
    """A web server that answers 204 and keeps (path, Host, Proxy-Authorization) of what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), OriginHandler)
        self.asked: list[tuple[str, str | None, str | None]] = []


class OriginHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Origin

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.asked.append((self.path, self.headers["Host"], self.headers["Proxy-Authorization"]))
        self.send_response(204)
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_: Any) -> None:
        pass


def run(server: Origin) -> Iterator[Origin]:
    with server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def origin() -> Iterator[Origin]:
    yield from run(Origin())


@pytest.fixture
def tls_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    """One that proves to be hook.example, by a certificate that this process trusts."""
    server, context = Origin(), trusted_server(tmp_path, "hook.example", monkeypatch)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    client._fixed_options.cache_clear()
    yield from run(server)
    client._fixed_options.cache_clear()


@pytest.fixture(autouse=True)
def resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A network in which only the proxy knows names: no name under .example has an address. No proxy afterwards."""
    resolve = socket.getaddrinfo

    def local(host: str, *args: Any, **options: Any) -> Any:
        if host.endswith(".example"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", local)
    yield
    fetch.use_proxy("")


def test_https_goes_through_a_tunnel_in_which_the_proxy_reads_nothing(tls_origin: Origin) -> None:
    with proxying(tls_origin.server_address, LOGIN) as proxy:  # type: ignore[arg-type]
        fetch.use_proxy(proxy.url.replace("//", "//anna:p%40ss@"))
        answers = [fetch.post(f"https://hook.example/{number}", b"{}", {}) for number in range(2)]

    assert [answer.status for answer in answers] == [204, 204]
    assert proxy.requests == ["CONNECT hook.example:443 HTTP/1.1"]  # the second went by the connection of the first
    assert proxy.logins == [LOGIN]
    assert tls_origin.asked == [("/0", "hook.example", None), ("/1", "hook.example", None)]


def test_plain_http_is_asked_of_the_proxy_by_its_whole_address(origin: Origin) -> None:
    with proxying(origin.server_address) as proxy:  # type: ignore[arg-type]
        fetch.use_proxy(proxy.url)
        assert fetch.post("http://hook.example/a?b=c", b"{}", {}).status == 204

    assert proxy.requests == ["POST http://hook.example/a?b=c HTTP/1.1"]
    assert [path for path, _, _ in origin.asked] == ["/a?b=c"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "169.254.169.254"])
def test_a_private_address_is_refused_before_the_proxy_is_asked(host: str) -> None:
    with proxying(("127.0.0.1", 9)) as proxy:
        fetch.use_proxy(proxy.url)
        with pytest.raises(FetchRefused, match="private"):
            fetch.post(f"https://{host}/", b"{}", {})

    assert proxy.requests == []


def test_a_private_address_that_is_allowed_is_reached_directly(origin: Origin) -> None:
    with proxying(("127.0.0.1", 9)) as proxy:
        fetch.use_proxy(proxy.url)
        assert fetch.post(f"http://127.0.0.1:{origin.server_port}/", b"{}", {}, allow_private=True).status == 204

    assert proxy.requests == []


def test_a_name_of_the_internet_that_is_known_here_goes_by_the_proxy_all_the_same(
    origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))]
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **k: known if host == "hook.example" else resolve(host, *a, **k)
    )
    with proxying(origin.server_address) as proxy:  # type: ignore[arg-type]
        fetch.use_proxy(proxy.url)
        assert fetch.get("http://hook.example/", max_bytes=9).status == 204

    assert len(proxy.requests) == 1


@pytest.mark.parametrize("address", ["https://hook.example/", "http://hook.example/"])
def test_a_proxy_that_wants_a_login_is_a_failure_in_which_nothing_was_sent(address: str) -> None:
    with proxying(("127.0.0.1", 9), LOGIN) as proxy:
        fetch.use_proxy(proxy.url)
        with pytest.raises(FetchError, match=f"the proxy 127.0.0.1:{proxy.port}.* (407|asks for a user)") as failed:
            fetch.post(address, b"{}", {})

    assert not failed.value.request_sent


def test_a_tunnel_that_is_refused_names_the_proxy_and_its_answer() -> None:
    with proxying(("127.0.0.1", 9), allows=False) as proxy:
        fetch.use_proxy(proxy.url)
        with pytest.raises(FetchError, match=f"through the proxy 127.0.0.1:{proxy.port}: .*403"):
            fetch.post("https://hook.example/", b"{}", {})


def test_a_proxy_that_is_away_is_named() -> None:
    with proxying(("127.0.0.1", 9)) as proxy:
        pass
    fetch.use_proxy(proxy.url)
    with pytest.raises(FetchError, match=f"through the proxy 127.0.0.1:{proxy.port}: .*cannot be reached"):
        fetch.post("https://hook.example/", b"{}", {})


def test_channels_and_the_check_of_links_go_by_the_proxy(origin: Origin) -> None:
    with proxying(origin.server_address) as proxy:  # type: ignore[arg-type]
        fetch.use_proxy(proxy.url)
        WebhookChannel("http://hook.example/").send(MESSAGE)
        NtfyChannel("http://ntfy.example/topic").send(MESSAGE)
        fetch.probe("http://link.example/")

    assert proxy.requests == ["POST http://hook.example/ HTTP/1.1"]  # the others went by the connection of the first
    assert [host for _, host, _ in origin.asked] == ["hook.example", "ntfy.example", "link.example"]


def test_apprise_goes_by_the_proxy_of_the_settings(
    origin: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("apprise")
    from eventcal.channels.apprise import AppriseChannel

    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")  # monkeypatch puts back what the command sets
    with proxying(origin.server_address) as proxy:  # type: ignore[arg-type]
        registry = tmp_path / "events.yaml"
        registry.write_text("version: 1\ncalendar: {id: a, name: A, timezone: UTC}\nevents: []\n", encoding="utf-8")
        ran = CliRunner().invoke(cli, ["next", "--registry", str(registry)], env={"EVENTCAL_PROXY": proxy.url})
        assert ran.exit_code == 0, ran.output
        AppriseChannel("json://hook.example/", "chat").send(MESSAGE)

    assert [line.split(":80")[0].rstrip("/") for line in proxy.requests] == ["POST http://hook.example/ HTTP/1.1"]


@pytest.mark.parametrize("text", ["proxy.example:3128", "socks5://proxy.example", "https://proxy.example", "http://"])
def test_a_proxy_that_is_no_http_address_is_a_problem_that_does_not_repeat_it(text: str, tmp_path: Path) -> None:
    environ = {"EVENTCAL_PROXY": text, "EVENTCAL_REGISTRY": str(tmp_path / "events.yaml")}
    with pytest.raises(SettingsError, match=r"^EVENTCAL_PROXY: write http://host:3128, or http://user:password@host"):
        load(environ)


def test_the_password_of_a_proxy_is_not_shown(tmp_path: Path) -> None:
    environ = {"EVENTCAL_PROXY": "http://anna:geheim@proxy.example:3128", "EVENTCAL_REGISTRY": str(tmp_path / "e.yaml")}

    assert ("proxy", "http://anna:********@proxy.example:3128", "EVENTCAL_PROXY") in describe(load(environ))


def test_a_proxy_in_the_environment_alone_is_not_used(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> None:
    with proxying(("127.0.0.1", 9)) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        assert fetch.post(f"http://127.0.0.1:{origin.server_port}/", b"{}", {}, allow_private=True).status == 204

    assert proxy.requests == []
