"""`serve` on a socket of the service manager: a restart refuses nobody and drops no answer."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .serve_process import WAIT_SECONDS, wait_until

ROOT = Path(__file__).parent.parent
CLIENTS = 8

pytestmark = pytest.mark.process


@contextmanager
def serving(folder: Path, listener: socket.socket) -> Iterator[subprocess.Popen[bytes]]:
    """`eventcal serve` that was handed *listener*, as systemd does: descriptor 3, LISTEN_FDS and LISTEN_PID."""
    script = f'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" "$@" 3<&{listener.fileno()}'
    with (folder / "output.txt").open("ab") as log:
        process = subprocess.Popen(
            ["bash", "-c", script, sys.executable, "-m", "eventcal", "serve"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            pass_fds=[listener.fileno()],
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=240)
        finally:
            process.kill()


class Visitors:
    """Clients that ask for the feed again and again, each time on a new connection."""

    def __init__(self, port: int) -> None:
        self.answers = 0
        self.failures: list[str] = []
        self._port = port
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(CLIENTS)]

    def __enter__(self) -> Visitors:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        while not self._stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=WAIT_SECONDS)
            try:
                connection.request("GET", "/calendar.ics", headers={"Connection": "close"})
                answer = connection.getresponse()
                if answer.status != 200 or not answer.read().endswith(b"END:VCALENDAR\r\n"):
                    self.failures.append(f"status {answer.status}")
                self.answers += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
            finally:
                connection.close()


def test_a_restart_under_load_refuses_and_drops_nothing(tmp_path: Path) -> None:
    shutil.copy(ROOT / "events.yaml", tmp_path)
    with (
        socket.create_server(("127.0.0.1", 0), backlog=1024) as listener,
        Visitors(listener.getsockname()[1]) as visitors,
    ):
        with serving(tmp_path, listener) as process:
            wait_until(lambda: visitors.answers > 100, "it answers")
        assert process.returncode == 0
        before = visitors.answers
        with serving(tmp_path, listener):
            wait_until(lambda: visitors.answers > before + 100, "it answers again")
            visitors.__exit__()  # the last ones get their answer before it ends
    assert visitors.failures == []


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6, socket.AF_UNIX])
def test_the_address_that_is_printed_is_that_of_the_socket(tmp_path: Path, family: socket.AddressFamily) -> None:
    script = (
        "from eventcal.run import serve; from eventcal.settings import Settings\n"
        "serve._print_addresses(serve._at_passed_address(Settings()), print)\n"
    )
    with socket.socket(family) as listener:
        listener.bind({socket.AF_INET: ("127.0.0.1", 0), socket.AF_INET6: ("::1", 0)}.get(family, str(tmp_path / "s")))
        listener.listen()
        shell = f'LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" -c "$1" 3<&{listener.fileno()}'
        ran = subprocess.run(["bash", "-c", shell, sys.executable, script], cwd=ROOT, capture_output=True, text=True,
                             pass_fds=[listener.fileno()], check=True)  # fmt: skip
        address = listener.getsockname()

    if family == socket.AF_UNIX:
        assert ran.stdout == f"  Page and feed  on the socket {address}\n"
        return
    host = "[::1]" if family == socket.AF_INET6 else "127.0.0.1"
    url = f"http://{host}:{address[1]}"
    assert ran.stdout == f"  Page  {url}/\n  Feed  {url}/calendar.ics\n"


@pytest.mark.parametrize(("descriptors", "said"), [("2", "passed 2 sockets"), ("", "passed no sockets")])
def test_sockets_that_cannot_be_served_are_refused_in_a_line(tmp_path: Path, descriptors: str, said: str) -> None:
    shutil.copy(ROOT / "events.yaml", tmp_path)
    script = f'LISTEN_FDS={descriptors} LISTEN_PID=$$ exec "$0" -m eventcal serve'
    ran = subprocess.run(["bash", "-c", script, sys.executable], cwd=tmp_path, capture_output=True, text=True, timeout=240,
                         env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip

    assert ran.returncode == 1
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
