"""The HTTP proxy of a process, and which hosts are reached through it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from .addresses import resolve
from .values import FetchError, FetchRefused

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
