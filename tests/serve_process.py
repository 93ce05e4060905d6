"""A real `eventcal serve` in a process group of its own, and a real web server that collects what webhooks bring."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")
WAIT_SECONDS = 120.0
"""A guard against what never comes: a busy machine takes a while."""


def wait_until(condition: Callable[[], Result], description: str, timeout: float = WAIT_SECONDS) -> Result:
    """Asks *condition* until it is true and returns its value; fails with *description* after *timeout* seconds."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if value := condition():
            return value
        threading.Event().wait(0.02)
    raise AssertionError(f"not within {timeout:g} s: {description}")


_RESERVED: list[socket.socket] = []


def free_port() -> int:
    """Reserves a port of 127.0.0.1 until this process ends, and returns it.

    The socket that is kept refuses connections, lets a server with SO_REUSEADDR have the port, and keeps the kernel
    from giving it to anybody who asks for any port.
    """
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind(("127.0.0.1", 0))
    _RESERVED.append(reserved)
    return int(reserved.getsockname()[1])


def live_processes(group: int) -> list[tuple[int, str]]:
    """The processes of *group* that are no zombies, with their command lines, as Linux lists them."""
    processes = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # what stands behind the name, which may itself hold spaces and brackets
            state, _, process_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(process_group) == group and state != "Z":
                processes.append((int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    return processes


@dataclass
class ServeProcess:
    """`eventcal serve` over one folder, started and killed at will."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    module: str = "eventcal"

    @property
    def output(self) -> str:
        return (self.folder / "output.txt").read_text(encoding="utf-8")

    def start(self) -> ServeProcess:
        with (self.folder / "output.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, "serve", "--port", str(self.port)],
                cwd=self.folder,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def wait_ready(self) -> ServeProcess:
        assert self.process is not None
        process = self.process
        wait_until(lambda: process.poll() is not None or self.get("/healthz")[0] == 200, "the server answers")
        assert process.poll() is None, f"it ended: {self.output}"
        return self

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=WAIT_SECONDS) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def group_pids(self) -> list[int]:
        """The processes of the group that still live."""
        assert self.process is not None
        return [pid for pid, _ in live_processes(self.process.pid)]

    def worker_pids(self) -> list[int]:
        """The spawned processes that serve, by their command line."""
        assert self.process is not None
        return [pid for pid, command in live_processes(self.process.pid) if "spawn_main" in command]

    def kill(self, group: bool = True) -> None:
        """SIGKILL the whole group, or the supervisor alone."""
        assert self.process is not None
        (os.killpg if group else os.kill)(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=WAIT_SECONDS)


@contextmanager
def running_server(folder: Path, **environment: str) -> Iterator[ServeProcess]:
    server = ServeProcess(folder, environment=environment)
    try:
        yield server.start().wait_ready()
    finally:
        if server.process is not None and (server.process.poll() is None or server.group_pids()):
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


@dataclass
class WebhookCollector:
    """What a webhook brought: its headers, its body, and when."""

    url: str = ""
    calls: list[tuple[float, dict[str, str], dict[str, object]]] = field(default_factory=list)
    status: int = 204

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.calls]


@contextmanager
def collect_webhooks() -> Iterator[WebhookCollector]:
    collector = WebhookCollector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            collector.calls.append((time.time(), headers, json.loads(body)))
            self.send_response(collector.status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: what was called is in *calls*."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    collector.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
