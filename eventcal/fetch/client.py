"""Exchanges by libcurl, over connections that a thread keeps open."""

from __future__ import annotations

import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pycurl

from ..urls import authority
from .addresses import choose_proxy, connect
from .targets import HttpTarget
from .values import FetchError, FetchRefused, Response

MAX_IDLE_SECONDS = 4
MAX_CONNECTIONS_PER_THREAD = 32  # devices name hosts of their own: the one that was used least recently is closed
MAX_RESPONSE_BYTES = 64 * 1024

_POLL_CLOSED = getattr(select, "POLLRDHUP", 0)  # Linux; elsewhere POLLHUP, which is always asked for, has to do


class _Client(threading.local):
    """The connections of one thread, those that may lead to private addresses apart."""

    def __init__(self) -> None:
        self.handles: dict[bool, pycurl.Curl] = {}
        self.descriptors: dict[int, int] = {}  # of connections, by their own port


_CLIENT = _Client()


class _Exchange:
    """A request to *host*, perhaps through a proxy, and what was read of its response: the functions that libcurl calls.

    Of the body *max_body_bytes* are read at most.
    """

    def __init__(self, host: str, port: int, allow_private: bool, deadline: float, max_body_bytes: int) -> None:
        self.proxy = choose_proxy(host, port, allow_private, deadline)
        self.peer = (self.proxy.host, self.proxy.port) if self.proxy else (host, port)
        self._allow_private = allow_private or self.proxy is not None
        self._deadline, self._max_body_bytes = deadline, max_body_bytes
        self._socket: socket.socket
        self._connection_error: FetchError | None = None
        self._is_connected = self._is_broken = self._is_too_long = False
        self.is_stale = False
        self._header_lines: list[bytes] = []  # of each response, informational ones and a proxy's too
        self._body = bytearray()
        self.read_header = self._header_lines.append

    def connect(self, _purpose: int, _address: object) -> socket.socket | int:
        """Returns a socket that is connected to a checked address of the peer, of which libcurl takes a duplicate."""
        try:
            self._socket = connect(*self.peer, self._allow_private, self._deadline)
        except FetchError as error:
            self._connection_error = error
            return -1  # CURL_SOCKET_BAD
        return self._socket

    def register_connection(self, descriptor: int, _purpose: int) -> int:
        """Keeps the *descriptor* of a new connection with its own port, and says that it is connected."""
        with self._socket as connection:
            _CLIENT.descriptors[connection.getsockname()[1]] = descriptor
        return 2  # CURL_SOCKOPT_ALREADY_CONNECTED

    def check_connection(self, _peer: str, _own: str, _peer_port: int, own_port: int) -> int:
        """Refuses, before the request leaves, a connection that the other side has let go of.

        Refuses also the second connection by which libcurl would send again what may have been read (RFC 9110 9.2.2).
        """
        if self._is_connected:
            self._is_broken = True
            return 1  # CURL_PREREQFUNC_ABORT
        poll = select.poll()
        # that there is something to read says nothing: TLS brings tickets whenever it likes (RFC 8446 4.6.1)
        poll.register(_CLIENT.descriptors[own_port], _POLL_CLOSED)
        self.is_stale = bool(poll.poll(0))
        self._is_connected = not self.is_stale
        return int(self.is_stale)

    def read_body(self, chunk: bytes) -> int:
        """Takes what fits, and returns how much; less than all of it ends the exchange."""
        taken = chunk[: self._max_body_bytes - len(self._body)]
        self._body += taken
        self._is_too_long = len(taken) < len(chunk)
        return len(taken)

    @property
    def is_answered(self) -> bool:
        """Whether all headers of the last response were read."""
        return bool(self._header_lines) and not self._header_lines[-1].strip()

    def response(self, status: int) -> Response:
        """Returns what was read, as the response of *status*."""
        headers: dict[str, str] = {}
        for line in self._header_lines:
            name, colon, value = line.decode("latin-1").partition(":")
            if line.startswith(b"HTTP/"):
                headers = {}  # an informational response gives way to the next (RFC 9110 15.2)
            elif colon:
                headers[name.strip().lower()] = value.strip()
        return Response(status, headers, bytes(self._body))

    def error(self, detail: str, is_body_sent: bool, proxy_status: int) -> FetchError:
        """Returns why there is no response; *detail* is libcurl's word, *proxy_status* the answer to CONNECT, or 0."""
        if self._is_too_long:
            return FetchError(f"more than {self._max_body_bytes} octets", request_sent=True)
        if isinstance(self._connection_error, FetchRefused):
            return self._connection_error
        if self.proxy and proxy_status == 407:
            return FetchError(f"the proxy {self.proxy.host}:{self.proxy.port} asks for a user and password, or others")
        detail = str(self._connection_error or detail)
        if self.is_stale:
            detail = "the connection was closed before the request was sent"
        elif self._is_broken or not detail:  # libcurl has no words for headers that end in the middle
            detail = "the connection was closed before an answer came"
        request_sent = self._is_broken or (self._is_connected and is_body_sent)
        if self.proxy and not request_sent:
            detail = f"through the proxy {self.proxy.host}:{self.proxy.port}: {detail}"
        return FetchError(detail, request_sent=request_sent)


def send_request(
    target: HttpTarget,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    allow_private: bool,
    timeout: float,
    max_bytes: int = 0,
) -> Response:
    """Sends a request and reads the response: the body whole, or with *max_bytes* 0 at most its first 64 KiB.

    Raises FetchRefused or FetchError.
    """
    deadline = time.monotonic() + timeout
    exchange = _Exchange(target.host, target.port, allow_private, deadline, max_bytes or MAX_RESPONSE_BYTES)
    curl = _handle(allow_private)
    options = {
        **_fixed_options(),
        pycurl.URL: target.url,
        pycurl.HTTPHEADER: [_header_line(name, value) for name, value in headers.items()],
        **_connection_options(exchange),
        **({pycurl.POSTFIELDS: body} if body is not None else {}),
        pycurl.TIMEOUT_MS: max(1, round((deadline - time.monotonic()) * 1000)),
    }
    for option, value in options.items():
        curl.setopt(option, value)
    failure = _perform(curl, exchange)
    status = curl.getinfo(pycurl.RESPONSE_CODE)
    proxy_status = status if exchange.proxy and status == 407 else curl.getinfo(pycurl.HTTP_CONNECTCODE)
    is_answered = status >= 200 and exchange.is_answered  # the code is the answer, however the rest fares
    if proxy_status == 407 or not is_answered or (failure and max_bytes):
        is_body_sent = curl.getinfo(pycurl.SIZE_UPLOAD_T) >= len(body or b"")
        if time.monotonic() >= deadline:
            failure = f"no answer within {timeout:g} s"
        raise exchange.error(failure, is_body_sent, proxy_status)
    return exchange.response(status)


def _handle(allow_private: bool) -> pycurl.Curl:
    """Returns the thread's handle, which keeps its connections, without the options of the request before."""
    if (curl := _CLIENT.handles.get(allow_private)) is None:
        curl = _CLIENT.handles[allow_private] = pycurl.Curl()
    curl.reset()
    return curl


def _perform(curl: pycurl.Curl, exchange: _Exchange) -> str:
    """Sends the request, by a new connection where an open one is stale; returns what libcurl says went wrong, or ""."""
    failure = ""
    for fresh in (0, 1):
        curl.setopt(pycurl.FRESH_CONNECT, fresh)
        try:
            curl.perform()
            return ""
        except pycurl.error as error:
            failure = str(error.args[-1])
        if not exchange.is_stale:
            break
    return failure


@lru_cache(maxsize=1)
def _fixed_options() -> dict[int, Any]:
    """Returns what holds for each request: no redirects, no proxy of the environment, the machine's own certificates."""
    paths = ssl.get_default_verify_paths()
    certificates = {pycurl.CAINFO: paths.cafile, pycurl.CAPATH: paths.capath}
    return {
        pycurl.NOSIGNAL: 1,
        pycurl.PROTOCOLS: pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS,
        pycurl.HTTP_VERSION: pycurl.CURL_HTTP_VERSION_1_1,
        pycurl.SSLVERSION: pycurl.SSLVERSION_TLSv1_2,
        pycurl.PATH_AS_IS: 1,
        pycurl.USERAGENT: "eventcal",
        pycurl.PROXY: "",
        pycurl.MAXCONNECTS: MAX_CONNECTIONS_PER_THREAD,
        pycurl.MAXAGE_CONN: MAX_IDLE_SECONDS,
        **{option: path for option, path in certificates.items() if path},
    }


def _connection_options(exchange: _Exchange) -> dict[int, Any]:
    """Returns options by which *exchange* connects, and libcurl resolves nothing: a name is given an address of RFC 5737."""
    host, port = exchange.peer
    options = {
        pycurl.OPENSOCKETFUNCTION: exchange.connect,
        pycurl.SOCKOPTFUNCTION: exchange.register_connection,
        pycurl.PREREQFUNCTION: exchange.check_connection,
        pycurl.HEADERFUNCTION: exchange.read_header,
        pycurl.WRITEFUNCTION: exchange.read_body,
        pycurl.RESOLVE: [] if ":" in host else [f"{host}:{port}:192.0.2.1"],
    }
    if exchange.proxy:
        options[pycurl.PROXY] = f"http://{authority(host, port)}"
        if exchange.proxy.login:
            options[pycurl.PROXYUSERPWD] = exchange.proxy.login
    return options


def _header_line(name: str, value: str) -> bytes:
    if re.search(r"[\r\n\0]", value):
        raise FetchRefused(f"the header {name} has a line break in it")
    try:
        return f"{name}: {value}".encode("latin-1")
    except UnicodeEncodeError:
        raise FetchRefused(f"the header {name} has characters that no header may contain (RFC 9110 5.5)") from None
