"""The feed of a hundred thousand events while 9,700 connections idle, 200 bodies are half sent and 50 searches run at once.

Each GET of the feed has a connection of its own, as that of an app has; the searches come from another process, each
asks for words that no visitor asked for before.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

from . import harness, registries
from .harness import percentile, print_line, report_ratio

EVENTS = 100_000
IDLE_CONNECTIONS, HALF_SENT_BODIES, SEARCHES = 9_700, 200, 50
FEEDS = 500
IDLE_TIMEOUT_SECONDS = 600  # the connections idle for as long as it is measured
START_SECONDS = 120


def main() -> None:
    with harness.temporary_folder() as folder:
        registries.write_registry(folder, EVENTS)
        port = harness.find_free_port()
        with harness.run_server(folder, port=str(port), idle_timeout=str(IDLE_TIMEOUT_SECONDS)) as server:
            _wait_for_edition(port)
            print_line(f"alone: {_describe(_time_feeds(port))}; {harness.pss_megabytes(server.pid):.0f} MB")
            with _hold_connections(port), _run_searches(port) as searches:
                time.sleep(2)  # every search has begun
                beside = _time_feeds(port)
                health, _, _ = harness.fetch(f"http://127.0.0.1:{port}/healthz")
                memory = harness.pss_megabytes(server.pid)
            print_line(
                f"beside {IDLE_CONNECTIONS:,} idle connections, {HALF_SENT_BODIES} half-sent bodies and {SEARCHES} searches at once: "
                f"{_describe(beside)}; /healthz {health}; {memory:.0f} MB"
            )
            report_ratio("feed_slow_clients_p99_ms", percentile(beside, 0.99) * 1000, "<= 50")
            print_line(f"the searches meanwhile: {_describe(searches)}")


def _wait_for_edition(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while len(harness.fetch(f"http://127.0.0.1:{port}/calendar.ics")[1]) < 100_000:
        if time.monotonic() > deadline:
            sys.exit("the registry was not served in time")
        time.sleep(0.5)


def _describe(seconds: list[float]) -> str:
    p50, p99 = (percentile(seconds, share) * 1000 for share in (0.5, 0.99))
    return f"{len(seconds)} answers, p50 {p50:.1f} ms, p99 {p99:.1f} ms, at most {max(seconds) * 1000:.0f} ms"


def _time_feeds(port: int) -> list[float]:
    durations = []
    for _ in range(FEEDS):
        begin = time.perf_counter()
        with socket.create_connection(("127.0.0.1", port), timeout=60) as app:
            app.sendall(
                b"GET /calendar.ics HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
            )
            head = app.recv(65536)
            while app.recv(65536):
                pass
        durations.append(time.perf_counter() - begin)
        assert head.startswith(b"HTTP/1.1 200"), head[:100]
        time.sleep(0.02)
    return durations


@contextlib.contextmanager
def _hold_connections(port: int) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for number in range(IDLE_CONNECTIONS + HALF_SENT_BODIES):
            visitor = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            if number >= IDLE_CONNECTIONS:
                visitor.sendall(b"POST /subscribe HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        yield


_SEARCH_SCRIPT = """
import asyncio, sys, time
port, searches = int(sys.argv[1]), int(sys.argv[2])

async def search(number):
    count = 0
    while True:
        begin, count = time.perf_counter(), count + 1
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        query = f"GET /agenda?q=group+{number}x{count} HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n"
        writer.write(query.encode())
        head = await reader.readline()
        await reader.read()
        writer.close()
        print(head.split()[1].decode(), time.perf_counter() - begin, flush=True)

async def main():
    tasks = [asyncio.create_task(search(number)) for number in range(searches)]
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in tasks:
        task.cancel()

asyncio.run(main())
"""


@contextlib.contextmanager
def _run_searches(port: int) -> Iterator[list[float]]:
    """Searches until the block ends; then the list holds how long each took that was answered with 200."""
    durations: list[float] = []
    command = [sys.executable, "-c", _SEARCH_SCRIPT, str(port), str(SEARCHES)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield durations
        output, _ = process.communicate(timeout=60)
    lines = [line.split() for line in output.splitlines()]
    durations += [float(seconds) for status, seconds in lines if status == "200"]
    if refused := [status for status, _ in lines if status != "200"]:
        print_line(f"searches that were answered otherwise: {len(refused)} ({', '.join(sorted(set(refused)))})")


if __name__ == "__main__":
    main()
