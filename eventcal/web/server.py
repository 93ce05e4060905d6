"""Starts granian: one web worker in a process of its own, spawned again whenever it ends. The only file that knows granian."""

from __future__ import annotations

import logging
import multiprocessing
import os
import resource
import socket
import time
from functools import partial
from typing import Final

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from ..errors import EventcalError
from ..settings import Settings
from . import application

log = logging.getLogger(__name__)

# a worker that was killed may hold the port for a moment longer than the process that we take over from
PORT_WAIT_SECONDS: Final = 3.0
RESERVED_DESCRIPTORS: Final = 128
"""Descriptors for everything but connections: the store, logs, libraries, connections to PostgreSQL."""
MAX_HEADER_BYTES: Final = 64 * 1024
"""Octets of a request's line and headers; anything longer is a 431."""


def wait_for_port(host: str, port: int) -> None:
    """Waits until nobody else listens: two servers could share a port unnoticed (SO_REUSEPORT).

    Raises EventcalError when the port stays taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    deadline = time.monotonic() + PORT_WAIT_SECONDS
    while True:
        with socket.socket(family, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((host, port))
                listener.listen(1)
                return
            except OSError as error:
                if time.monotonic() > deadline:
                    raise EventcalError(
                        f"cannot listen on {host}:{port} ({error.strerror}); "
                        "stop what uses it, or choose another with --port"
                    ) from error
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


def run_web_server(settings: Settings) -> None:
    """Serves until SIGINT or SIGTERM by one worker, which shares no thread, lock or connection with this process."""
    limits = settings.limits
    connections = allow_connections(limits.max_connections)
    multiprocessing.set_start_method("spawn", force=True)
    while True:
        server = Granian(
            "eventcal.web.application",
            address=settings.host,
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
        )
        try:
            server.serve(target_loader=partial(application.load_application, settings, os.getpid()), wrap_loader=False)
            return
        except SystemExit:
            if server.interrupt_signal:
                return
            # it gives up on a worker that ends twice within seconds; a calendar that is not served helps nobody
            log.error("the web worker ended twice within seconds; starting it again")
            time.sleep(1)
