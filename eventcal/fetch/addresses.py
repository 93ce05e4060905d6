"""Resolves a host once, checks each of its addresses, and connects to one that was checked, or goes by the process's proxy."""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from .values import FetchError, FetchRefused

CONNECT_TIMEOUT_SECONDS = 5.0

# Site-local (RFC 3879), documentation (RFC 9637), the anycast of 6to4 relays (RFC 7526) and protocol assignments (RFC 6890
# 2.1): `is_global` of 3.11 is True.
_UNROUTED = tuple(map(ipaddress.ip_network, ("fec0::/10", "3fff::/20", "192.88.99.0/24", "192.0.0.0/24")))


def is_public(address: str) -> bool:
    """Returns whether *address* (v4 or v6) is one of the open internet, also when it is wrapped in another."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        embedded_ip = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1] or _nat64(ip)
        if embedded_ip is not None:
            return is_public(str(embedded_ip))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not any(ip in net for net in _UNROUTED)


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Returns the v4 address that one in 64:ff9b::/96 carries in its last 32 bits (RFC 6052)."""
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def resolve(host: str, port: int, allow_private: bool, deadline: float) -> list[tuple[int, str]]:
    """Returns (family, address) of *host*, all of them allowed. One private address among them refuses the name."""
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


def connect(host: str, port: int, allow_private: bool, deadline: float) -> socket.socket:
    """Connects to the first checked address of *host* that answers, before *deadline* on the monotonic clock.

    Raises FetchRefused or FetchError.
    """
    last_error: Exception = TimeoutError("no answer in time")
    for family, address in resolve(host, port, allow_private, deadline):
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
    raise FetchError(f"{host}:{port} cannot be reached: {last_error}") from last_error


PROXIED_LOOKUP_SECONDS = 1.0  # behind a proxy the local resolver may know no name of the internet, and wait for one
ROUTE_SECONDS = 60.0  # for so long a thread remembers whether a host is reached through the proxy


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
    _proxy = Proxy(str(parts.hostname), parts.port or 80, login) if url else None


def choose_proxy(host: str, port: int, allow_private: bool, deadline: float) -> Proxy | None:
    """Returns the proxy that requests to *host* go through, None for a host that is reached directly.

    Raises FetchRefused for a private host that is not allowed.
    """
    return _proxy if _proxy is not None and _goes_by_proxy(host, port, allow_private, deadline) else None


class _Routes(threading.local):
    """Whether each host is reached through the proxy, and until when that is known, for one thread."""

    def __init__(self) -> None:
        self.by_host: dict[tuple[str, int, bool], tuple[bool, float]] = {}


_ROUTES = _Routes()


def _goes_by_proxy(host: str, port: int, allow_private: bool, deadline: float) -> bool:
    """Returns whether the host is of the open internet, or one that only the proxy can know.

    Raises FetchRefused for a private one that is not allowed.
    """
    key, now = (host, port, allow_private), time.monotonic()
    by_proxy, until = _ROUTES.by_host.get(key, (False, 0.0))
    if now < until:
        return by_proxy
    try:
        resolve(host, port, False, min(deadline, now + PROXIED_LOOKUP_SECONDS))
        by_proxy = True
    except FetchRefused:
        if not allow_private:
            raise
        by_proxy = False
    except FetchError:
        by_proxy = True
    _ROUTES.by_host[key] = by_proxy, now + ROUTE_SECONDS
    return by_proxy
