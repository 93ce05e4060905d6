"""Starts granian: one web worker in a process of its own, spawned again whenever it ends. The only file that knows granian."""

from __future__ import annotations

import ctypes
import errno
import logging
import multiprocessing
import os
import resource
import socket
import struct
import time
from contextlib import suppress
from functools import cache, partial
from multiprocessing import resource_tracker
from typing import Any, Final

from granian import Granian
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from ..errors import EventcalError
from ..settings import Settings
from . import worker_process

log = logging.getLogger(__name__)

# a worker that was killed may hold the port for a moment longer than the process that we take over from
PORT_WAIT_SECONDS: Final = 3.0
_FIRST_PASSED_DESCRIPTOR: Final = 3  # SD_LISTEN_FDS_START
_DRAIN_SECONDS: Final = 0.3
_SO_ATTACH_FILTER: Final = 26  # asm-generic/socket.h
_SO_DETACH_FILTER: Final = 27
_BPF_RETURN_CONSTANT: Final = 0x06  # BPF_RET | BPF_K
RESERVED_DESCRIPTORS: Final = 128
"""Descriptors for everything but connections: the store, logs, libraries, connections to PostgreSQL."""
MAX_HEADER_BYTES: Final = 64 * 1024
"""Octets of a request's line and headers; anything longer is a 431."""


def inherited_socket() -> socket.socket | None:
    """Returns the listening socket that the service manager opened for this process (sd_listen_fds(3)); None for none.

    It outlives a restart: who connects meanwhile waits in its backlog and is refused by nobody.
    Raises EventcalError where it is not one stream socket that listens.
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return None
    if (count := os.environ.get("LISTEN_FDS", "")) != "1":
        raise EventcalError(
            f"the service manager passed {count or 'no'} sockets: one is served, with one ListenStream="
        )
    listener = socket.socket(fileno=_FIRST_PASSED_DESCRIPTOR)
    if listener.type != socket.SOCK_STREAM or not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise EventcalError(
            "the socket that the service manager passed does not listen: ListenStream= makes one that does"
        )
    return listener


def passed_address() -> tuple[str, int] | str | None:
    """Returns host and port of the socket that the service manager passed, a path for a Unix socket; None for none.

    Raises as `inherited_socket`.
    """
    listener = inherited_socket()
    if listener is None:
        return None
    name = listener.getsockname()
    listener.detach()  # the descriptor stays open for the server
    return name if isinstance(name, str) else (name[0], name[1])


class _SocketServer(Granian):  # type: ignore[valid-type,misc]
    """Granian on a socket that is open already."""

    def __init__(self, listener: socket.socket, **options: Any) -> None:
        super().__init__(**options)
        self._listener = listener
        _hold_back_connections(listener, False)

    def _init_shared_socket(self) -> None:
        self._ssp, self._shd, self._sso = None, _PassedSocket(self._listener, self.backlog), None

    def shutdown(self, exit_code: int = 0) -> None:
        """Ends the worker once it has read what it had accepted; it would close such connections unanswered."""
        _hold_back_connections(self._listener, True)
        time.sleep(_DRAIN_SECONDS)
        super().shutdown(exit_code)


def _hold_back_connections(listener: socket.socket, held_back: bool) -> None:
    """Has the kernel drop, or again take, the packets that open connections: clients send them again after a second.

    A socket filter (socket(7), SO_ATTACH_FILTER) of one instruction: return 0 octets.
    """
    if not held_back:
        with suppress(FileNotFoundError):  # it has none
            listener.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)
        return
    instruction = ctypes.create_string_buffer(struct.pack("HBBI", _BPF_RETURN_CONSTANT, 0, 0, 0))
    program = struct.pack("HL", 1, ctypes.addressof(instruction))
    listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)


class _PassedSocket:
    """A listening socket on its way to a worker, where it arrives as granian's own kind."""

    def __init__(self, listener: socket.socket, backlog: int) -> None:
        self._listener = listener
        self._backlog = backlog

    def __reduce__(self) -> tuple[Any, ...]:
        return _adopt, (self._listener, self._backlog)


def _adopt(listener: socket.socket, backlog: int) -> SocketHolder:
    is_unix = listener.family == socket.AF_UNIX
    listener.setblocking(False)
    return SocketHolder(listener.detach(), is_unix, backlog)  # type: ignore[call-arg]


def resolve_host(host: str) -> tuple[int, str]:
    """Returns the address family and the address of *host*, a name or an address; an IPv4 one before others. Raises OSError."""
    addresses = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    family, _, _, _, address = min(addresses, key=lambda info: info[0] != socket.AF_INET)
    return family, str(address[0])


def wait_for_port(host: str, port: int) -> None:
    """Waits until nobody else listens: two servers could share a port unnoticed (SO_REUSEPORT).

    Returns at once where the service manager holds the socket. Raises EventcalError when the port stays taken.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()):
        return
    deadline = time.monotonic() + PORT_WAIT_SECONDS
    while True:
        try:
            family, address = resolve_host(host)
            with socket.socket(family, socket.SOCK_STREAM) as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind((address, port))
                listener.listen(1)
                return
        except OSError as error:
            if time.monotonic() > deadline:
                is_elsewhere = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
                advice = (
                    "name an address of this machine with --host"
                    if is_elsewhere
                    else "stop what uses it, or choose another with --port"
                )
                raise EventcalError(f"cannot listen on {host}:{port} ({error.strerror}); {advice}") from error
        time.sleep(0.1)


def allow_connections(max_connections: int) -> int:
    """Raises the soft limit of open files as far as the hard one lets it; returns how many connections fit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max_connections + RESERVED_DESCRIPTORS
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    soft = max(soft, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft >= wanted:
        return max_connections
    connections = max(1, soft - RESERVED_DESCRIPTORS)
    log.warning("open files are limited to %d: %d connections at most (raise LimitNOFILE)", soft, connections)
    return connections


@cache
def _null_descriptor() -> int:
    """Stands in for the pipe to `multiprocessing`'s resource tracker: a process of 6 MB, and no semaphore or memory to track."""
    return os.open(os.devnull, os.O_WRONLY)


def run_web_server(settings: Settings) -> None:
    """Serves until SIGINT or SIGTERM by one worker, which shares no thread, lock or connection with this process."""
    limits = settings.limits
    connections = allow_connections(limits.max_connections)
    multiprocessing.set_start_method("spawn", force=True)
    resource_tracker.getfd = _null_descriptor
    listener = inherited_socket()
    start_server = partial(_SocketServer, listener) if listener else Granian
    host = settings.host if listener else resolve_host(settings.host)[1]  # granian takes no names
    while True:
        server = start_server(
            target="eventcal.web.worker_process",
            address=host,
            port=settings.port,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(
                header_read_timeout=limits.header_timeout * 1_000, max_buffer_size=MAX_HEADER_BYTES
            ),
            workers=1,
            websockets=False,
            backlog=limits.backlog,
            backpressure=connections,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            log_level=LogLevels.warning,
            log_dictconfig={"loggers": {"_granian": {"propagate": True}}},  # as our own lines are written
        )
        try:
            server.serve(
                target_loader=partial(worker_process.load_application, settings, os.getpid()), wrap_loader=False
            )
            return
        except SystemExit:
            if server.interrupt_signal:
                return
            # it gives up on a worker that ends twice within seconds; a calendar that is not served helps nobody
            log.error("the web worker ended twice within seconds; starting it again")
            time.sleep(1)
