"""One outgoing HTTP request, kept within what it was allowed: addresses, time, size. The only room that knows urllib3.

A name is resolved once, every address it gave is checked, and the connection goes to one that was checked: a name that
answers differently a moment later, a redirect, a number in disguise lead nowhere.
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
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

CONNECT = 5.0
TOTAL = 15.0
IDLE = 4.0
MOST = 64 * 1024

_OURS = {"User-Agent": "eventcal", "Accept-Encoding": "identity"}


class FetchError(Exception):
    """No answer. *sent*: the whole request had left, so the other side may have acted on it."""

    def __init__(self, detail: str, sent: bool = False) -> None:
        super().__init__(detail)
        self.sent = sent


class Refused(FetchError):
    """The address may not be reached from here: private, or not HTTP at all. Trying again would not help."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back: of the answer to a POST at most the first 64 KiB. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, allow_private: bool = False, total: float = TOTAL
) -> Response:
    """POST *body*, follow nothing, and come back within *total* seconds.

    Raises Refused or FetchError.
    """
    parts, line = _way(url, allow_private)
    return line.exchange("POST", _target(parts), body, {**_OURS, **headers}, total)


def get(url: str, *, most: int, allow_private: bool = False, total: float = TOTAL) -> Response:
    """GET *url*, follow nothing, and come back within *total* seconds with the whole body, of at most *most* octets.

    Raises Refused or FetchError, also for a body that is longer or was cut short.
    """
    parts, line = _way(url, allow_private)
    return line.exchange("GET", _target(parts), None, {**_OURS, "Cache-Control": "no-cache"}, total, most)


def split(url: str) -> Any:
    """The parts of an http(s) URL. Raises Refused for any other."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
        parts = urlsplit("")
    if not usable:
        raise Refused("not an http or https address")
    return parts


def _way(url: str, allow_private: bool) -> tuple[Any, _Line]:
    parts = split(url)
    line = _line(parts.scheme, str(parts.hostname), parts.port or _PORTS[parts.scheme], allow_private)
    if not line.fresh:
        line.close()  # the other side has let go of it, or its last answer was not read to the end
    return parts, line


def _target(parts: Any) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def destination(url: str) -> str:
    """Scheme, host and port of *url*: what stands or falls as one. Without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}:{parts.port or _PORTS.get(parts.scheme, 0)}"


_PORTS = {"http": 80, "https": 443}


# addresses


def is_public(address: str) -> bool:
    """Whether *address* (v4 or v6) is one of the open internet, also when it is wrapped in another."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        wrapped = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1] or _nat64(found)
        if wrapped is not None:
            return is_public(str(wrapped))
    return found.is_global and not found.is_multicast and not found.is_reserved


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """RFC 6052: 64:ff9b::/96 carries a v4 address in its last 32 bits."""
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _resolve(host: str, port: int, allow_private: bool, deadline: float) -> list[tuple[int, str]]:
    """(family, address) of *host*, all of them allowed. One private address among them refuses the name."""
    addresses = list(dict.fromkeys((each[0].value, str(each[4][0])) for each in _looked_up(host, port, deadline)))
    for _, address in addresses:
        if not allow_private and not is_public(address):
            found = f"{host} is" if host == address else f"{host} is {address},"
            raise Refused(f"{found} a private address; allow_private would let this channel reach it")
    return addresses


def _looked_up(host: str, port: int, deadline: float) -> list[Any]:
    """What the machine's resolver says, which takes no deadline: a thread asks it, and is left behind when it is late."""
    answers: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        found = answers.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        raise FetchError(f"{host} cannot be resolved: no answer in time") from None
    if isinstance(found, Exception):
        raise FetchError(f"{host} cannot be resolved: {found}") from found
    return found


def _connect(host: str, port: int, allow_private: bool, deadline: float) -> socket.socket:
    last: Exception = FetchError(f"{host} has no address")
    for family, address in _resolve(host, port, allow_private, deadline):
        left = min(CONNECT, deadline - time.monotonic())
        if left <= 0:
            break
        found = socket.socket(socket.AddressFamily(family), socket.SOCK_STREAM)
        try:
            found.settimeout(left)
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            found.connect((address, port))
        except OSError as error:
            found.close()
            last = error
        else:
            return found
    if isinstance(last, FetchError):
        raise last
    raise FetchError(f"{host}:{port} cannot be reached: {last}") from last


# connections: one for each thread and host, kept open


class _Plain(HTTPConnection):
    line: _Line

    def _new_conn(self) -> socket.socket:
        return self.line.connect()


class _Secure(HTTPSConnection):
    line: _Line

    def _new_conn(self) -> socket.socket:
        return self.line.connect()


class _Line:
    """A connection to one host, for one thread."""

    def __init__(self, scheme: str, host: str, port: int, allow_private: bool) -> None:
        self._host, self._port, self._allow_private = host, port, allow_private
        self._deadline = 0.0
        self._whole = True
        self._used = 0.0
        self._twin: socket.socket | None = None  # the same connection, by a descriptor that only we close
        self._connection: _Plain | _Secure
        if scheme == "https":
            self._connection = _Secure(host, port, timeout=TOTAL, ssl_context=_trust())
        else:
            self._connection = _Plain(host, port, timeout=TOTAL)
        self._connection.line = self

    @property
    def fresh(self) -> bool:
        """Whether the next request may go this way: servers let go of idle connections, often while one looks."""
        if self._connection.sock is None:
            return True
        return self._whole and time.monotonic() - self._used < IDLE and self._connection.is_connected

    def close(self) -> None:
        self._connection.close()
        if self._twin is not None:
            self._twin.close()
        self._twin, self._whole = None, True

    def connect(self) -> socket.socket:
        found = _connect(self._host, self._port, self._allow_private, self._deadline)
        self._twin = found.dup()
        return found

    def shut(self) -> None:
        """Called by the watch, from its thread: whoever waits on this connection comes back at once."""
        twin = self._twin
        try:
            if twin is not None:
                twin.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # closed by its owner in the same moment

    def exchange(
        self, method: str, target: str, body: bytes | None, headers: dict[str, str], total: float, most: int = 0
    ) -> Response:
        """*most* 0: the answer's code is what counts, and its first 64 KiB do."""
        self._deadline = time.monotonic() + total
        self._whole = False
        sent = False
        try:
            with _WATCH.until(self._deadline, self.shut):
                self._connection.request(method, target, body=body, headers=headers, preload_content=False)
                sent = True
                return self._whole_answer(most) if most else self._answer()
        except FetchError:
            self.close()
            raise
        except (HTTPError, HTTPException, OSError) as error:
            self.close()
            late = time.monotonic() >= self._deadline
            said = f"no answer within {total:g} s" if late else f"{type(error).__name__}: {error}"
            raise FetchError(said, sent=sent) from error

    def _answer(self) -> Response:
        answer = self._connection.getresponse()
        try:
            body = answer.read(MOST + 1, decode_content=False)
            self._whole = len(body) <= MOST and time.monotonic() < self._deadline
        except (HTTPError, HTTPException, OSError):
            body = b""  # the code is the answer, however the rest fares
        return self._done(answer, body[:MOST])

    def _whole_answer(self, most: int) -> Response:
        answer = self._connection.getresponse()
        body = bytearray()
        # one read may give less than there is; only the one that gives nothing knows whether that was the end
        while more := answer.read(most + 1 - len(body), decode_content=False):
            body += more
            if len(body) > most:
                raise FetchError(f"more than {most} octets", sent=True)
        self._whole = True
        return self._done(answer, bytes(body))

    def _done(self, answer: Any, body: bytes) -> Response:
        if not self._whole or "close" in answer.headers.get("Connection", "").lower():
            self.close()
        self._used = time.monotonic()
        return Response(answer.status, {k.lower(): v for k, v in answer.headers.items()}, body)


_LINES = threading.local()


def _line(scheme: str, host: str, port: int, allow_private: bool) -> _Line:
    lines: dict[tuple[str, str, int, bool], _Line] = _LINES.__dict__.setdefault("lines", {})
    key = (scheme, host, port, allow_private)
    if key not in lines:
        lines[key] = _Line(*key)
    return lines[key]


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The machine's own certificates: who runs the machine says whom it trusts."""
    return ssl.create_default_context()


# deadlines


class _Watch:
    """Calls back when a time is over, from one thread for all: a socket's timeout alone starts anew with each byte."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int]] = []
        self._calls: dict[int, Callable[[], None]] = {}
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def until(self, deadline: float, call: Callable[[], None]) -> Iterator[None]:
        with self._changed:
            number = next(self._count)
            self._calls[number] = call
            heapq.heappush(self._heap, (deadline, number))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
            elif self._heap[0][1] == number:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                del self._calls[number]

    def _run(self) -> None:
        with self._changed:
            while True:
                while self._heap and self._heap[0][1] not in self._calls:
                    heapq.heappop(self._heap)
                left = self._heap[0][0] - time.monotonic() if self._heap else None
                if left is None or left > 0:
                    self._changed.wait(left)
                    continue
                self._calls[heapq.heappop(self._heap)[1]]()


_WATCH = _Watch()
