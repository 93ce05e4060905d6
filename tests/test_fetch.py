"""Outgoing HTTP keeps within what it was allowed: addresses, time, size."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import MappingProxyType

import pytest

from eventcal import fetch
from eventcal.fetch import FetchError, FetchRefused, addresses, client
from eventcal.fetch.addresses import is_public

from .serve_process import WAIT_SECONDS, free_port

OK = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
MORE_AND_MORE_TIME = (0.2, 2, 20)
"""Seconds for an exchange that ends by its deadline: where a busy machine does not get far enough in the first, the next."""


@contextmanager
def serving(answer: Callable[[socket.socket], object]) -> Iterator[str]:
    """A server whose every connection is *answer*'s, after one request was read."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def accept() -> None:
        while not ended.is_set():
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=[peer], daemon=True).start()

    def one(peer: socket.socket) -> None:
        with peer:
            try:
                read(peer)
                answer(peer)
            except OSError:
                pass  # the other side has had enough

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ended.set()
        listener.close()


def read(peer: socket.socket) -> None:
    """One request of `post`, to its last byte: what is left unread would end the connection with a reset."""
    found = b""
    while not found.endswith(b"\r\n\r\n{}") and not (found.startswith(b"GET") and found.endswith(b"\r\n\r\n")):
        if not (more := peer.recv(65536)):
            raise OSError("the other side has gone")
        found += more


def post(url: str, total: float = WAIT_SECONDS, headers: Mapping[str, str] = MappingProxyType({})) -> fetch.Response:
    return fetch.post(url, b"{}", headers, allow_private=True, timeout=total)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255",
        "224.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "192.0.2.1", "2001:db8::1",
        "fec0::1", "3fff::1", "192.88.99.1", "192.0.0.8", "192.0.0.200",
    ],
)  # fmt: skip
def test_addresses_of_no_public_place_are_told(address: str) -> None:
    assert not is_public(address)


def test_a_user_and_password_in_an_address_are_refused_and_not_left_out() -> None:
    with pytest.raises(fetch.FetchRefused, match="are not sent: remove them"):
        fetch.parse_http_url("https://user:pw@example.org/hook")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_addresses_of_the_open_internet_are_told(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"]
)
def test_a_private_address_is_refused_before_anything_is_sent_however_it_is_written(host: str) -> None:
    with pytest.raises(FetchRefused, match="private"):
        fetch.post(f"http://{host}:9/", b"", {})


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("127.0.0.1", "127.0.0.1 is a private address;"),
        ("[::1]", "::1 is a private address;"),
        ("0x7f.1", "0x7f.1 is 127.0.0.1, a private address;"),
    ],
)
def test_an_address_is_named_once_and_what_stands_for_one_with_it(host: str, said: str) -> None:
    with pytest.raises(FetchRefused, match=f"^{re.escape(said)}"):
        fetch.post(f"http://{host}:9/", b"", {})


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 80)) for each in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(FetchRefused, match=r"10\.0\.0\.1"):
        fetch.post("http://example.org/", b"", {})


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def resolve(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with serving(lambda peer: peer.sendall(OK)) as url:
        port = url.rpartition(":")[2]
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        assert post(f"http://rebinding.example:{port}/").status == 204

    assert asked == ["rebinding.example"]


def test_a_resolver_that_does_not_answer_does_not_stretch_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer.wait(WAIT_SECONDS) and [])
    try:
        with pytest.raises(FetchError, match="cannot be resolved: no answer in time") as failed:
            fetch.post("http://slow.example/", b"", {}, timeout=0.05)
        assert not failed.value.request_sent
    finally:
        answer.set()


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "file:///etc/passwd", "http://", "http://a:99999/", "example.org", ""]
)
def test_what_is_not_http_is_refused(url: str) -> None:
    with pytest.raises(FetchRefused):
        fetch.post(url, b"", {})


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    redirect = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with serving(lambda peer: peer.sendall(redirect)) as url:
        assert post(url).status == 302


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + b"x" * 101, "more than 100"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 101, "more than 100"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf of", "43 bytes missing"),
    ],
)
def test_a_body_that_is_wanted_whole_is_whole_or_an_error(answer: bytes, why: str) -> None:
    with serving(lambda peer: peer.sendall(answer)) as url, pytest.raises(FetchError, match=why):
        fetch.get(url, max_bytes=100, allow_private=True, timeout=WAIT_SECONDS)


def test_a_whole_body_may_be_longer_than_a_posts_answer() -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000
    with serving(lambda peer: peer.sendall(whole)) as url:
        assert fetch.get(url, max_bytes=200_000, allow_private=True).body == b"x" * 200_000


def test_a_body_without_end_is_cut_at_64_kib() -> None:
    def pour(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            peer.sendall(b"x" * 65536)

    with serving(pour) as url:
        assert len(post(url).body) == 64 * 1024


def drip(peer: socket.socket) -> None:
    """Sends a byte at a time until the peer hangs up: a call whose deadline these bytes stretch never returns."""
    peer.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        time.sleep(0.02)
        peer.sendall(b"x")


def test_a_host_whose_name_takes_all_the_time_is_not_said_to_have_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "resolve", lambda *_: [(socket.AF_INET, "127.0.0.1")])

    with pytest.raises(FetchError, match=r"^slow\.example:80 cannot be reached: no answer in time$"):
        addresses.connect("slow.example", 80, True, deadline=time.monotonic())


def test_a_byte_at_a_time_does_not_stretch_the_deadline() -> None:
    def request_is_sent(total: float) -> bool:
        with serving(drip) as url, pytest.raises(FetchError, match=r"no answer within|cannot be reached") as caught:
            post(url, total=total)
        return caught.value.request_sent

    assert any(map(request_is_sent, MORE_AND_MORE_TIME))


@pytest.mark.parametrize("octets", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 204 No Content\r\nX-Slow: ", b"HTTP/1.1 200 OK"])
def test_headers_that_end_in_the_middle_are_no_answer_and_said(octets: bytes) -> None:
    with (
        serving(lambda peer: peer.sendall(octets)) as url,
        pytest.raises(FetchError, match=r"closed before an answer came|Empty reply") as caught,
    ):
        post(url)
    assert caught.value.request_sent


def test_the_code_is_the_answer_also_when_the_body_never_ends() -> None:
    def answer(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        drip(peer)

    def is_answered(total: float) -> bool:
        with serving(answer) as url, suppress(FetchError):
            return post(url, total=total).status == 200
        return False

    assert any(map(is_answered, MORE_AND_MORE_TIME))


def test_nobody_there_is_a_failure_in_which_nothing_was_sent() -> None:
    with pytest.raises(FetchError, match="cannot be reached") as caught:
        post(f"http://127.0.0.1:{free_port()}/")

    assert not caught.value.request_sent


def test_a_connection_is_used_again_until_the_other_side_lets_go_of_it() -> None:
    peers, gone = [], threading.Semaphore(0)

    def twice(peer: socket.socket) -> None:
        peers.append(peer)
        for number in range(2):
            if number:
                read(peer)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        peer.close()
        gone.release()

    with serving(twice) as url:
        for number in range(5):
            if number in (2, 4):
                assert gone.acquire(timeout=WAIT_SECONDS)
            assert post(url).status == 200

    assert len(peers) == 3


def test_a_request_that_was_read_and_not_answered_is_not_sent_again() -> None:
    read_requests = []

    def answer_the_first(peer: socket.socket) -> None:
        peer.sendall(OK)
        read(peer)
        read_requests.append(peer)

    with serving(answer_the_first) as url:
        assert post(url).status == 204
        with pytest.raises(FetchError) as failed:
            post(url)

    assert failed.value.request_sent
    assert len(read_requests) == 1


def test_a_server_that_closes_each_connection_at_once_was_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = client.connect

    def connect_and_wait_for_the_end(host: str, port: int, allow_private: bool, deadline: float) -> socket.socket:
        connection = connect(host, port, allow_private, deadline)
        assert connection.recv(1, socket.MSG_PEEK) == b""
        return connection

    monkeypatch.setattr(client, "connect", connect_and_wait_for_the_end)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=lambda: [listener.accept()[0].close() for _ in range(2)], daemon=True).start()
        with pytest.raises(FetchError, match="closed before the request was sent") as failed:
            post(f"http://127.0.0.1:{listener.getsockname()[1]}/")

    assert not failed.value.request_sent


def test_a_connection_that_may_lead_to_private_addresses_serves_no_other_request() -> None:
    def twice(peer: socket.socket) -> None:
        peer.sendall(OK)
        read(peer)
        peer.sendall(OK)

    with serving(twice) as url:
        assert post(url).status == 204
        with pytest.raises(FetchRefused, match="private"):
            fetch.post(url, b"{}", {})


def test_a_response_that_only_informs_gives_way_to_the_final_one() -> None:
    answer = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
    with serving(lambda peer: peer.sendall(answer)) as url:
        assert post(url) == fetch.Response(200, {"content-length": "1"}, b"a")


def test_a_response_that_only_informs_is_no_answer() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    with serving(lambda peer: peer.sendall(hints)) as url, pytest.raises(FetchError) as failed:
        post(url)

    assert failed.value.request_sent


def test_a_literal_address_of_ipv6_is_connected_to() -> None:
    with pytest.raises(FetchError, match=r"^::1:9 cannot be reached"):
        post("http://[::1]:9/")


def test_no_header_carries_another() -> None:
    with pytest.raises(FetchRefused, match="line break"):
        post("http://127.0.0.1:9/", headers={"X-A": "a\r\nX-B: b"})


def test_a_header_of_letters_that_none_carries_is_refused() -> None:
    with pytest.raises(FetchRefused, match=r"header X-A has characters"):
        post("http://127.0.0.1:9/", headers={"X-A": "ж"})


def test_a_thread_keeps_no_more_connections_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MAX_CONNECTIONS_PER_THREAD", 2)
    monkeypatch.setattr(client, "_CLIENT", client._Client())
    client._fixed_options.cache_clear()
    connected: list[str] = []

    def name(peer: str) -> Callable[[socket.socket], object]:
        def answer(connection: socket.socket) -> None:
            connected.append(peer)
            while True:
                connection.sendall(OK)
                read(connection)

        return answer

    with serving(name("a")) as a, serving(name("b")) as b, serving(name("c")) as c:
        for url in (a, b, a, b, c, a, b):
            post(url)
    client._fixed_options.cache_clear()

    assert connected[:3] == ["a", "b", "c"]  # twice to "a" and "b" by one connection each
    assert len(connected) > 3  # one of them gave way to "c"
