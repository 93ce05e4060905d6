"""Closes connections on which nothing has moved for long, which granian leaves open for ever. Linux only (TCP_INFO).

Covers what no request shows: a client that never sends a byte, and one that stays after its answer.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ..settings import ServerLimits

log = logging.getLogger(__name__)

SCAN_SECONDS: Final = 5.0
CROWDED_SHARE: Final = 0.8
"""Share of the connections from which idle ones have to go early."""
CROWDED_IDLE_SECONDS: Final = 5

_TCP_INFO_BYTES: Final = 56  # struct tcp_info (linux/tcp.h) up to tcpi_last_data_recv
_LAST_DATA_SENT, _LAST_DATA_RECEIVED = 44, 52  # offsets, each milliseconds ago as an unsigned 32-bit number
_DESCRIPTORS = Path("/proc/self/fd")


def start_closing(port: int, limits: ServerLimits) -> None:
    """Starts the thread that looks at the connections to *port*; does nothing where there is no TCP_INFO."""
    if sys.platform == "linux":
        threading.Thread(target=_run, args=(port, limits), name="idle connections", daemon=True).start()


def _run(port: int, limits: ServerLimits) -> None:
    while True:
        time.sleep(SCAN_SECONDS)
        try:
            close_idle(port, limits.idle_timeout, int(limits.max_connections * CROWDED_SHARE))
        except Exception:
            log.exception("could not look for idle connections; trying again in %g s", SCAN_SECONDS)


def close_idle(port: int, idle_seconds: float, crowded_from: int) -> int:
    """Closes what has been idle for *idle_seconds*, for less from *crowded_from* connections on; returns how many."""
    idle_times = list(_connections(port))
    if len(idle_times) >= crowded_from:
        idle_seconds = min(idle_seconds, CROWDED_IDLE_SECONDS)
    closed = 0
    for descriptor, idle in idle_times:
        if idle >= idle_seconds:
            closed += _shut_down(descriptor, port, idle_seconds)
    return closed


def _connections(port: int) -> Iterator[tuple[int, float]]:
    """Yields (descriptor, seconds since anything was sent or received) of each connection to *port*."""
    for name in os.listdir(_DESCRIPTORS):
        idle = _idle_seconds(int(name), port)
        if idle is not None:
            yield int(name), idle


def _idle_seconds(descriptor: int, port: int) -> float | None:
    """Returns for how long a connection was idle; None for what is no connection to *port*."""
    with contextlib.suppress(OSError), _borrow(descriptor) as connection:
        return _measure_idle(connection, port)
    return None


def _shut_down(descriptor: int, port: int, idle_seconds: float) -> bool:
    """Ends a connection for both sides; granian then closes it. Looks again: the descriptor may be another's by now."""
    with contextlib.suppress(OSError), _borrow(descriptor) as connection:
        idle = _measure_idle(connection, port)
        if idle is not None and idle >= idle_seconds:
            connection.shutdown(socket.SHUT_RDWR)
            return True
    return False


@contextlib.contextmanager
def _borrow(descriptor: int) -> Iterator[socket.socket]:
    """Gives the socket of *descriptor*. Raises OSError when it is closed or no socket.

    Neither duplicates nor closes it: closing any descriptor of a file drops the process's locks on it (fcntl(2)), and
    SQLite's are such.
    """
    connection = socket.socket(fileno=descriptor)
    try:
        yield connection
    finally:
        connection.detach()


def _measure_idle(connection: socket.socket, port: int) -> float | None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6) or connection.type != socket.SOCK_STREAM:
        return None
    if connection.getsockname()[1] != port:
        return None
    connection.getpeername()  # OSError on the socket that listens
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    sent: int = struct.unpack_from("=I", info, _LAST_DATA_SENT)[0]
    received: int = struct.unpack_from("=I", info, _LAST_DATA_RECEIVED)[0]
    return min(sent, received) / 1_000
