"""One outgoing HTTP request, kept within what it was allowed: addresses, time, size. The only room that knows libcurl.

A name is resolved once, every address it gave is checked, and the connection goes to one that was checked: a name that
answers differently a moment later, a redirect, a number in disguise lead nowhere. Through a proxy, which resolves names by
itself, only what can be known here is refused: numbers, and names that the local resolver knows as private.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from .urls import split_url

if TYPE_CHECKING:
    import pycurl

CONNECT_TIMEOUT_SECONDS = 5.0
TOTAL_TIMEOUT_SECONDS = 15.0
MAX_IDLE_SECONDS = 4
MAX_CONNECTIONS_PER_THREAD = 32  # devices name hosts of their own: the one that was used least recently is closed
MAX_RESPONSE_BYTES = 64 * 1024
PROXIED_LOOKUP_SECONDS = 1.0  # behind a proxy the local resolver may know no name of the internet, and wait for one
ROUTE_SECONDS = 60.0  # for so long a thread remembers whether a host is reached through the proxy

_DEFAULT_PORTS = {"http": 80, "https": 443}
_POLL_CLOSED = getattr(select, "POLLRDHUP", 0)  # Linux; elsewhere POLLHUP, which is always asked for, has to do
_PATH = "%/?:@!$&'()*+,;=~"  # RFC 3986 3.3 and 3.4; % begins what is encoded already


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
    """An HTTP proxy; *login* is "user:password", "" for none."""

    host: str
    port: int
    login: str = field(default="", repr=False)


_proxy: Proxy | None = None


def use_proxy(url: str) -> None:
    """Sends all requests of this process through the HTTP proxy at *url*, "http://user:password@host:3128"; "" through none.

    Addresses of a private network that a caller allows are reached directly.
    """
    global _proxy
    parts = urlsplit(url)
    login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if parts.username else ""
    _proxy = Proxy(str(parts.hostname), parts.port or _DEFAULT_PORTS["http"], login) if url else None


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
    return _exchange(url, headers, body, allow_private=allow_private, timeout=timeout)


def get(url: str, *, max_bytes: int, allow_private: bool = False, timeout: float = TOTAL_TIMEOUT_SECONDS) -> Response:
    """Sends a GET to *url*, follows no redirect, and returns within *timeout* seconds with a body of at most *max_bytes*.

    Raises FetchRefused or FetchError, also for a body that is longer or incomplete.
    """
    headers = {"Cache-Control": "no-cache"}
    return _exchange(url, headers, allow_private=allow_private, timeout=timeout, max_bytes=max_bytes)


def probe(url: str, *, allow_private: bool = False, timeout: float = TOTAL_TIMEOUT_SECONDS) -> Response:
    """GETs *url*, follows nothing, and returns status and headers with at most the first 64 KiB, within *timeout* seconds.

    Raises FetchRefused or FetchError.
    """
    return _exchange(url, {}, allow_private=allow_private, timeout=timeout)


def parse_http_url(url: str) -> Any:
    """The parts of an http(s) URL. Raises Refused for any other."""
    parts = split_url(url, *_DEFAULT_PORTS)
    if parts is None:
        raise FetchRefused("not an http or https address")
    if "@" in parts.netloc:
        raise FetchRefused("a user and password in an address are not sent: remove them")
    return parts


def origin(url: str) -> str:
    """Scheme, host and port of *url*: what stands or falls as one. Without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}:{parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)}"


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


# exchanges: libcurl's, over connections that a thread keeps open


class _Client(threading.local):
    """The connections of one thread, those that may lead to private addresses apart, and the routes of hosts."""

    def __init__(self) -> None:
        self.handles: dict[bool, pycurl.Curl] = {}
        self.routes: dict[tuple[str, int, bool], tuple[bool, float]] = {}
        self.descriptors: dict[int, int] = {}  # of connections, by their own port


_CLIENT = _Client()


class _Exchange:
    """A request to *host*, perhaps through a proxy, and what was read of its response: the functions that libcurl calls.

    Of the body *max_body_bytes* are read at most.
    """

    def __init__(self, host: str, port: int, allow_private: bool, deadline: float, max_body_bytes: int) -> None:
        self.proxy = _proxy if _proxy is not None and _goes_by_proxy(host, port, allow_private, deadline) else None
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
            self._socket = _connect(*self.peer, self._allow_private, self._deadline)
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
        elif self._is_broken:
            detail = "the connection was closed before an answer came"
        request_sent = self._is_broken or (self._is_connected and is_body_sent)
        if self.proxy and not request_sent:
            detail = f"through the proxy {self.proxy.host}:{self.proxy.port}: {detail}"
        return FetchError(detail, request_sent=request_sent)


def _exchange(
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    allow_private: bool,
    timeout: float,
    max_bytes: int = 0,
) -> Response:
    """Sends a request and reads the response: the body whole, or with *max_bytes* 0 at most its first 64 KiB."""
    import pycurl  # here: commands that send nothing do not load it

    deadline = time.monotonic() + timeout
    parts = parse_http_url(url)
    host, port = _ascii_host(str(parts.hostname)), parts.port or _DEFAULT_PORTS[parts.scheme]
    exchange = _Exchange(host, port, allow_private, deadline, max_bytes or MAX_RESPONSE_BYTES)
    curl = _handle(allow_private)
    target = quote(parts.path or "/", safe=_PATH) + (f"?{quote(parts.query, safe=_PATH)}" if parts.query else "")
    options = {
        **_fixed_options(),
        pycurl.URL: f"{parts.scheme}://{f'[{host}]' if ':' in host else host}:{port}{target}",
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
    import pycurl

    if (curl := _CLIENT.handles.get(allow_private)) is None:
        curl = _CLIENT.handles[allow_private] = pycurl.Curl()
    curl.reset()
    return curl


def _perform(curl: pycurl.Curl, exchange: _Exchange) -> str:
    """Sends the request, by a new connection where an open one is stale; returns what libcurl says went wrong, or ""."""
    import pycurl

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
    import pycurl

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
    import pycurl

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
        options[pycurl.PROXY] = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        if exchange.proxy.login:
            options[pycurl.PROXYUSERPWD] = exchange.proxy.login
    return options


def _header_line(name: str, value: str) -> bytes:
    if re.search(r"[\r\n\0]", value):
        raise FetchRefused(f"the header {name} has a line break in it")
    return f"{name}: {value}".encode("latin-1")


def _ascii_host(host: str) -> str:
    try:
        return host if host.isascii() else host.encode("idna").decode()
    except UnicodeError as error:
        raise FetchRefused(f"{host} is no name of a host: {error}") from error


def _goes_by_proxy(host: str, port: int, allow_private: bool, deadline: float) -> bool:
    """Returns whether the host is of the open internet, or one that only the proxy can know.

    Raises FetchRefused for a private one that is not allowed.
    """
    key, now = (host, port, allow_private), time.monotonic()
    by_proxy, until = _CLIENT.routes.get(key, (False, 0.0))
    if now < until:
        return by_proxy
    try:
        _resolve(host, port, False, min(deadline, now + PROXIED_LOOKUP_SECONDS))
        by_proxy = True
    except FetchRefused:
        if not allow_private:
            raise
        by_proxy = False
    except FetchError:
        by_proxy = True
    _CLIENT.routes[key] = by_proxy, now + ROUTE_SECONDS
    return by_proxy
