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

Found = TypeVar("Found")
PATIENCE = 30.0


def until(found: Callable[[], Found], what: str, patience: float = PATIENCE) -> Found:
    """Ask *found* until it gives something; fail with *what* after *patience* seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if value := found():
            return value
        threading.Event().wait(0.02)
    raise AssertionError(f"not within {patience:g} s: {what}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def living(group: int) -> list[tuple[int, str]]:
    """The processes of *group* that are no zombies, with their command lines, as Linux lists them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # what stands behind the name, which may itself hold spaces and brackets
            state, _, its_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append((int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended while we looked
    return found


@dataclass
class Server:
    """`eventcal serve` over one folder, started and killed at will."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    module: str = "eventcal"

    @property
    def said(self) -> str:
        return (self.folder / "said.txt").read_text(encoding="utf-8")

    def start(self) -> Server:
        with (self.folder / "said.txt").open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, "serve", "--port", str(self.port)],
                cwd=self.folder,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environment},
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        return self

    def ready(self) -> Server:
        assert self.process is not None
        process = self.process
        until(lambda: process.poll() is not None or self.get("/healthz")[0] == 200, "the server answers")
        assert process.poll() is None, f"it ended: {self.said}"
        return self

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body; status 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def members(self) -> list[int]:
        """The processes of the group that still live."""
        assert self.process is not None
        return [pid for pid, _ in living(self.process.pid)]

    def workers(self) -> list[int]:
        """The spawned processes that serve, by their command line."""
        assert self.process is not None
        return [pid for pid, command in living(self.process.pid) if "spawn_main" in command]

    def kill(self, group: bool = True) -> None:
        """SIGKILL the whole group, or the supervisor alone."""
        assert self.process is not None
        (os.killpg if group else os.kill)(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Server]:
    server = Server(folder, environment=environment)
    try:
        yield server.start().ready()
    finally:
        if server.process is not None and (server.process.poll() is None or server.members()):
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()


@dataclass
class Collector:
    """What a webhook brought: its headers, its body, and when."""

    url: str = ""
    calls: list[tuple[float, dict[str, str], dict[str, object]]] = field(default_factory=list)
    status: int = 204

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _ in self.calls]


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector()

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
