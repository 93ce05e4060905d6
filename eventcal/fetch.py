"""One outgoing HTTP request, kept within what it was allowed: addresses, time, size. The only room that knows urllib3.

A name is resolved once, every address it gave is checked, and the connection goes to one that was checked: a name that
answers differently a moment later, a redirect, a number in disguise lead nowhere. Through a proxy, which resolves names by
itself, only what can be known here is refused: numbers, and names that the local resolver knows as private.
"""

from __future__ import annotations

import heapq
import ipaddress
import itertools
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.client import HTTPException
from typing import Any
from urllib.parse import unquote, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import make_headers

from .urls import split_url

CONNECT_TIMEOUT_SECONDS = 5.0
TOTAL_TIMEOUT_SECONDS = 15.0
MAX_IDLE_SECONDS = 4.0
MAX_CONNECTIONS_PER_THREAD = 32  # devices name hosts of their own: the one that was used least recently is closed
MAX_RESPONSE_BYTES = 64 * 1024
PROXIED_LOOKUP_SECONDS = 1.0  # behind a proxy the local resolver may know no name of the internet, and wait for one

_DEFAULT_HEADERS = {"User-Agent": "eventcal", "Accept-Encoding": "identity"}


class FetchError(Exception):
    """No answer. *request_sent*: the whole request had been sent, so the receiver may have acted on it."""

    def __init__(self, detail: str, request_sent: bool = False) -> None:
        super().__init__(detail)
        self.request_sent = request_sent


class FetchRefused(FetchError):
    """The address may not be reached from here: private, or not HTTP at all. Trying again would not help."""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response; of the answer to a POST at most the first 64 KiB. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy; *headers* are those that log in to it."""

    host: str
    port: int
    headers: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)


_proxy: Proxy | None = None


def use_proxy(url: str) -> None:
    """Sends all requests of this process through the HTTP proxy at *url*, "http://user:password@host:3128"; "" through none.

    Addresses of a private network that a caller allows are reached directly.
    """
    global _proxy
    parts = urlsplit(url)
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if parts.username else None
    headers = make_headers(proxy_basic_auth=login)
    _proxy = Proxy(str(parts.hostname), parts.port or _DEFAULT_PORTS["http"], headers) if url else None


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: bool = False,
    timeout: float = TOTAL_TIMEOUT_SECONDS,
) -> Response:
    """Sends a POST to *url*, follows no redirect, and returns within *timeout* seconds.

    Raises FetchRefused or FetchError.
    """
    parts, connection = _connection_to(url, allow_private)
    return connection.exchange("POST", _request_target(parts), body, {**_DEFAULT_HEADERS, **headers}, timeout)


def get(url: str, *, max_bytes: int, allow_private: bool = False, timeout: float = TOTAL_TIMEOUT_SECONDS) -> Response:
    """Sends a GET to *url*, follows no redirect, and returns within *timeout* seconds with a body of at most *max_bytes*.

    Raises FetchRefused or FetchError, also for a body that is longer or incomplete.
    """
    parts, connection = _connection_to(url, allow_private)
    return connection.exchange(
        "GET", _request_target(parts), None, {**_DEFAULT_HEADERS, "Cache-Control": "no-cache"}, timeout, max_bytes
    )


def probe(url: str, *, allow_private: bool = False, timeout: float = TOTAL_TIMEOUT_SECONDS) -> Response:
    """GETs *url*, follows nothing, and returns status and headers with at most the first 64 KiB, within *timeout* seconds.

    Raises FetchRefused or FetchError.
    """
    parts, connection = _connection_to(url, allow_private)
    return connection.exchange("GET", _request_target(parts), None, dict(_DEFAULT_HEADERS), timeout)


def parse_http_url(url: str) -> Any:
    """The parts of an http(s) URL. Raises Refused for any other."""
    parts = split_url(url, *_DEFAULT_PORTS)
    if parts is None:
        raise FetchRefused("not an http or https address")
    if "@" in parts.netloc:
        raise FetchRefused("a user and password in an address are not sent: remove them")
    return parts


def _connection_to(url: str, allow_private: bool) -> tuple[Any, _PinnedConnection]:
    parts = parse_http_url(url)
    connection = _get_connection(
        parts.scheme, str(parts.hostname), parts.port or _DEFAULT_PORTS[parts.scheme], allow_private
    )
    if not connection.is_reusable:
        connection.close()  # the other side has let go of it, or its last answer was not read to the end
    return parts, connection


def _request_target(parts: Any) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def origin(url: str) -> str:
    """Scheme, host and port of *url*: what stands or falls as one. Without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}:{parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)}"


_DEFAULT_PORTS = {"http": 80, "https": 443}


# addresses


# Site-local (RFC 3879), documentation (RFC 9637) and the anycast of 6to4 relays (RFC 7526): `is_global` of 3.11 is True.
_UNROUTED = tuple(map(ipaddress.ip_network, ("fec0::/10", "3fff::/20", "192.88.99.0/24")))


def is_public(address: str) -> bool:
    """Whether *address* (v4 or v6) is one of the open internet, also when it is wrapped in another."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded_ip = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1] or _nat64(ip)
        if embedded_ip is not None:
            return is_public(str(embedded_ip))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not any(ip in net for net in _UNROUTED)


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """RFC 6052: 64:ff9b::/96 carries a v4 address in its last 32 bits."""
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _resolve(host: str, port: int, allow_private: bool, deadline: float) -> list[tuple[int, str]]:
    """(family, address) of *host*, all of them allowed. One private address among them refuses the name."""
    addresses = list(dict.fromkeys((info[0].value, str(info[4][0])) for info in _look_up(host, port, deadline)))
    for _, address in addresses:
        if not allow_private and not is_public(address):
            subject = f"{host} is" if host == address else f"{host} is {address},"
            raise FetchRefused(f"{subject} a private address; allow_private would let this channel reach it")
    return addresses


def _look_up(host: str, port: int, deadline: float) -> list[Any]:
    """Resolves a host in a thread, which is abandoned after the deadline, since the system's resolver takes none."""
    answers: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def query_resolver() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=query_resolver, name="resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        raise FetchError(f"{host} cannot be resolved: no answer in time") from None
    if isinstance(answer, Exception):
        raise FetchError(f"{host} cannot be resolved: {answer}") from answer
    return answer


def _connect(host: str, port: int, allow_private: bool, deadline: float) -> socket.socket:
    last_error: Exception = FetchError(f"{host} has no address")
    for family, address in _resolve(host, port, allow_private, deadline):
        remaining_seconds = min(CONNECT_TIMEOUT_SECONDS, deadline - time.monotonic())
        if remaining_seconds <= 0:
            break
        sock = socket.socket(socket.AddressFamily(family), socket.SOCK_STREAM)
        try:
            sock.settimeout(remaining_seconds)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect((address, port))
        except OSError as error:
            sock.close()
            last_error = error
        else:
            return sock
    if isinstance(last_error, FetchError):
        raise last_error
    raise FetchError(f"{host}:{port} cannot be reached: {last_error}") from last_error


# connections: one for each thread and host, kept open


class _HttpConnection(HTTPConnection):
    owner: _PinnedConnection

    def _new_conn(self) -> socket.socket:
        return self.owner.connect()


class _HttpsConnection(HTTPSConnection):
    owner: _PinnedConnection

    def _new_conn(self) -> socket.socket:
        return self.owner.connect()


class _PinnedConnection:
    """A connection to one host, for one thread."""

    def __init__(self, scheme: str, host: str, port: int, allow_private: bool, proxy: Proxy | None) -> None:
        self._host, self._port, self._allow_private, self._chosen_proxy = host, port, allow_private, proxy
        self._deadline = 0.0
        self._is_complete = True
        self._last_used = 0.0
        self._proxy: Proxy | None = None  # what the open connection leads through
        self._duplicate: socket.socket | None = None  # the same connection, by a descriptor that only we close
        self._connection: _HttpConnection | _HttpsConnection
        if scheme == "https":
            self._connection = _HttpsConnection(
                host, port, timeout=TOTAL_TIMEOUT_SECONDS, ssl_context=_default_ssl_context()
            )
        else:
            self._connection = _HttpConnection(host, port, timeout=TOTAL_TIMEOUT_SECONDS)
        self._connection.owner = self

    @property
    def is_reusable(self) -> bool:
        """Whether the next request may go this way: servers let go of idle connections, often while one looks."""
        if self._connection.sock is None:
            return True
        return (
            self._is_complete
            and time.monotonic() - self._last_used < MAX_IDLE_SECONDS
            and self._connection.is_connected
        )

    def close(self) -> None:
        self._connection.close()
        if self._duplicate is not None:
            self._duplicate.close()
        self._duplicate, self._is_complete = None, True

    def connect(self) -> socket.socket:
        if self._proxy is None:
            sock = _connect(self._host, self._port, self._allow_private, self._deadline)
        else:
            sock = _connect(self._proxy.host, self._proxy.port, True, self._deadline)
        self._duplicate = sock.dup()
        return sock

    def _open(self) -> None:
        """Connects, through the proxy where there is one: TLS in a tunnel (RFC 9110 9.3.6), plain HTTP by full addresses."""
        self._proxy = self._chosen_proxy if self._chosen_proxy is not None and self._goes_by_proxy() else None
        try:
            if self._proxy is not None and isinstance(self._connection, _HttpsConnection):
                host = self._host if self._host.isascii() else self._host.encode("idna").decode()
                self._connection.set_tunnel(host, self._port, dict(self._proxy.headers))
            self._connection.connect()
        except (FetchError, HTTPError, HTTPException, OSError, UnicodeError) as error:
            if self._proxy is None or time.monotonic() >= self._deadline:
                raise
            raise FetchError(f"through the proxy {self._proxy.host}:{self._proxy.port}: {error}") from error

    def _goes_by_proxy(self) -> bool:
        """Whether the host is of the open internet, or one that only the proxy can know.

        Raises FetchRefused for a private one that is not allowed.
        """
        try:
            _resolve(self._host, self._port, False, min(self._deadline, time.monotonic() + PROXIED_LOOKUP_SECONDS))
        except FetchRefused:
            if not self._allow_private:
                raise
            return False
        except FetchError:
            return True
        return True

    def _through_proxy(self, target: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
        """Target and headers of a plain request to the proxy (RFC 9112 3.2.2); unchanged where it is none."""
        if self._proxy is None or isinstance(self._connection, _HttpsConnection):
            return target, headers
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}{target}", {**headers, **self._proxy.headers}

    def abort(self) -> None:
        """Ends every wait on this connection at once. Called by the watch, from its thread."""
        duplicate = self._duplicate
        try:
            if duplicate is not None:
                duplicate.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # closed by its owner in the same moment

    def exchange(
        self, method: str, target: str, body: bytes | None, headers: dict[str, str], timeout: float, max_bytes: int = 0
    ) -> Response:
        """Sends a request and reads the response; with *max_bytes* 0 at most the first 64 KiB of its body."""
        self._deadline = time.monotonic() + timeout
        self._is_complete = False
        request_sent = False
        try:
            with _WATCHDOG.call_at(self._deadline, self.abort):
                if self._connection.sock is None:
                    self._open()
                target, headers = self._through_proxy(target, headers)
                self._connection.request(method, target, body=body, headers=headers, preload_content=False)
                request_sent = True
                return self._read_complete(max_bytes) if max_bytes else self._read_limited()
        except FetchError:
            self.close()
            raise
        except (HTTPError, HTTPException, OSError) as error:
            self.close()
            is_late = time.monotonic() >= self._deadline
            detail = f"no answer within {timeout:g} s" if is_late else f"{type(error).__name__}: {error}"
            raise FetchError(detail, request_sent=request_sent) from error

    def _read_limited(self) -> Response:
        response = self._connection.getresponse()
        try:
            body = response.read(MAX_RESPONSE_BYTES + 1, decode_content=False)
            self._is_complete = len(body) <= MAX_RESPONSE_BYTES and time.monotonic() < self._deadline
        except (HTTPError, HTTPException, OSError):
            body = b""  # the code is the answer, however the rest fares
        return self._finish(response, body[:MAX_RESPONSE_BYTES])

    def _read_complete(self, max_bytes: int) -> Response:
        response = self._connection.getresponse()
        body = bytearray()
        # one read may give less than there is; only the one that gives nothing knows whether that was the end
        while chunk := response.read(max_bytes + 1 - len(body), decode_content=False):
            body += chunk
            if len(body) > max_bytes:
                raise FetchError(f"more than {max_bytes} octets", request_sent=True)
        self._is_complete = True
        return self._finish(response, bytes(body))

    def _finish(self, response: Any, body: bytes) -> Response:
        if response.status == 407 and self._proxy is not None:
            raise FetchError(f"the proxy {self._proxy.host}:{self._proxy.port} asks for a user and password, or others")
        if not self._is_complete or "close" in response.headers.get("Connection", "").lower():
            self.close()
        self._last_used = time.monotonic()
        return Response(response.status, {name.lower(): value for name, value in response.headers.items()}, body)


_THREAD_CONNECTIONS = threading.local()


def _get_connection(scheme: str, host: str, port: int, allow_private: bool) -> _PinnedConnection:
    connections: dict[tuple[str, str, int, bool, Proxy | None], _PinnedConnection] = (
        _THREAD_CONNECTIONS.__dict__.setdefault("connections", {})
    )
    key = (scheme, host, port, allow_private, _proxy)
    connection = connections.pop(key) if key in connections else _PinnedConnection(*key)
    connections[key] = connection  # the latest is the last
    if len(connections) > MAX_CONNECTIONS_PER_THREAD:
        connections.pop(next(iter(connections))).close()
    return connection


@lru_cache(maxsize=1)
def _default_ssl_context() -> ssl.SSLContext:
    """The machine's own certificates: who runs the machine says whom it trusts."""
    return ssl.create_default_context()


# deadlines


class _DeadlineWatchdog:
    """Calls back when a time is over, from one thread for all: a socket's timeout alone starts anew with each byte."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int]] = []
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._callback_ids = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def call_at(self, deadline: float, callback: Callable[[], None]) -> Iterator[None]:
        with self._changed:
            callback_id = next(self._callback_ids)
            self._callbacks[callback_id] = callback
            heapq.heappush(self._heap, (deadline, callback_id))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            elif self._heap[0][1] == callback_id:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                del self._callbacks[callback_id]

    def _run(self) -> None:
        with self._changed:
            while True:
                while self._heap and self._heap[0][1] not in self._callbacks:
                    heapq.heappop(self._heap)
                remaining_seconds = self._heap[0][0] - time.monotonic() if self._heap else None
                if remaining_seconds is None or remaining_seconds > 0:
                    self._changed.wait(remaining_seconds)
                    continue
                self._callbacks[heapq.heappop(self._heap)[1]]()


_WATCHDOG = _DeadlineWatchdog()
