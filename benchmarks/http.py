"""A feed of 4 KB and its 304: `eventcal serve` as it starts by default, beside nginx that serves the same bytes as a file,
and beside a bare function on the same server, which sends the same bytes and headers whatever is asked.

One core for the server with everything it starts, another for wrk; bursts of a second in turn. nginx sends the same
headers, and the file's own time as Last-Modified.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from subprocess import Popen
from urllib.request import Request

from . import harness, registries
from .harness import (
    CLIENT_CORE,
    SERVER_CORE,
    Burst,
    format_spread,
    median_ratio,
    print_line,
    report_ratio,
    run_in_turn,
    run_wrk,
)

ROUNDS = 11
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000; open_file_cache max=100;
  types {{ text/calendar ics; }} charset utf-8; charset_types text/calendar;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {folder};
    add_header Cache-Control "public, max-age=900, stale-while-revalidate=86400"; add_header Vary Accept-Encoding;
    add_header Access-Control-Allow-Origin *; }} }}
"""
"""Nothing is logged, files stay open, connections stay: as fast as nginx serves a file."""
BARE_APPLICATION = """
import json
from pathlib import Path

HEADERS = {status: [tuple(pair) for pair in json.loads(Path(f"{status}.json").read_text())] for status in (200, 304)}
BODY = Path("calendar.ics").read_bytes()

async def app(scope, transport):
    if scope.path == "/304":
        transport.response_empty(304, HEADERS[304])
    else:
        transport.response_bytes(200, HEADERS[200], BODY)
"""
HALF_SENT_BODIES = 200


def main() -> None:
    if reason := harness.describe_missing_tools("nginx", "wrk"):
        harness.report_skipped(
            "http_get_nginx http_304_nginx http_get_bare http_304_bare http_get_half_sent http_304_own_get",
            f"{reason} (Debian: apt install nginx-light wrk)",
        )
        return
    with ExitStack() as stack:
        folder = stack.enter_context(harness.temporary_folder())
        (folder / "events.yaml").write_text(registries.eventcal_registry(10, days=300))
        port = harness.find_free_port()
        server = stack.enter_context(harness.run_server(folder, core=SERVER_CORE, port=str(port)))
        address = f"http://127.0.0.1:{port}/calendar.ics"
        _, body, headers = harness.fetch(address)
        files = folder / "static"
        files.mkdir(mode=0o755)
        (files / "calendar.ics").write_bytes(body)
        os.utime(files / "calendar.ics", (1_600_000_000, 1_600_000_000))
        nginx_port, bare_port = harness.find_free_port(), harness.find_free_port()
        nginx = stack.enter_context(_run_nginx(files, nginx_port))
        nginx_address = f"http://127.0.0.1:{nginx_port}/calendar.ics"
        _, nginx_body, nginx_headers = harness.fetch(nginx_address)
        assert nginx_body == body
        condition, nginx_condition = (f"If-None-Match: {answer['ETag']}" for answer in (headers, nginx_headers))
        bare = stack.enter_context(_run_bare_function(files, bare_port, address, condition))
        bare_address = f"http://127.0.0.1:{bare_port}"
        print_line(
            f"{len(body)} octets; server on core {SERVER_CORE}, wrk on core {CLIENT_CORE}, {ROUNDS} rounds of 1 s"
        )
        eventcal_200, nginx_200, bare_200, eventcal_304, nginx_304, bare_304, half_sent_200 = run_in_turn(
            ROUNDS,
            lambda: run_wrk(address, group=server.pid),
            lambda: run_wrk(nginx_address, group=nginx.pid),
            lambda: run_wrk(f"{bare_address}/200", group=bare.pid),
            lambda: run_wrk(address, condition, group=server.pid),
            lambda: run_wrk(nginx_address, nginx_condition, group=nginx.pid),
            lambda: run_wrk(f"{bare_address}/304", group=bare.pid),
            lambda: _run_wrk_beside_half_sent_bodies(address, port, server.pid),
        )
    _report("200", eventcal_200, nginx_200, "nginx", ">= 0.62", "http_get_nginx")
    _report("304", eventcal_304, nginx_304, "nginx", ">= 0.5", "http_304_nginx")
    _report("200", eventcal_200, bare_200, "a bare function", ">= 0.92", "http_get_bare")
    _report("304", eventcal_304, bare_304, "a bare function", ">= 0.92", "http_304_bare")
    _report(
        f"200, {HALF_SENT_BODIES} half-sent bodies", half_sent_200, nginx_200, "nginx", ">= 0.62", "http_get_half_sent"
    )
    report_ratio(
        "http_304_own_get",
        median_ratio([burst.rate for burst in eventcal_304], [burst.rate for burst in eventcal_200]),
        ">= 1",
    )


def _report(
    status: str, eventcal_bursts: list[Burst], peer_bursts: list[Burst], peer: str, goal: str, name: str
) -> None:
    for server, bursts in (("eventcal", eventcal_bursts), (peer, peer_bursts)):
        rates, cpu_rates = [burst.rate for burst in bursts], [burst.rate_per_cpu_second for burst in bursts]
        print_line(
            f"{server} {status}: {format_spread(rates)} answers/s; {format_spread(cpu_rates)} for a second of its core"
        )
    report_ratio(
        name, median_ratio([burst.rate for burst in eventcal_bursts], [burst.rate for burst in peer_bursts]), goal
    )
    # What others do on the machine meanwhile does not change this one: where a core is our own, both are the same.
    report_ratio(
        f"{name}_cpu",
        median_ratio(
            [burst.rate_per_cpu_second for burst in eventcal_bursts],
            [burst.rate_per_cpu_second for burst in peer_bursts],
        ),
        goal,
    )


def _run_wrk_beside_half_sent_bodies(address: str, port: int, group: int) -> Burst:
    """A burst while forms wait for the rest of their bodies, for longer than the burst takes."""
    with ExitStack() as stack:
        for _ in range(HALF_SENT_BODIES):
            visitor = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            visitor.sendall(b"POST /subscribe HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf")
        return run_wrk(address, group=group)


def _run_nginx(files: Path, port: int) -> AbstractContextManager[Popen[bytes]]:
    (files / "nginx.conf").write_text(NGINX.format(folder=files, port=port))
    command = harness.pin_to_core(SERVER_CORE, ["nginx", "-c", str(files / "nginx.conf")])
    return harness.run_process(command, lambda: harness.fetch(f"http://127.0.0.1:{port}/calendar.ics")[0] == 200)


def _run_bare_function(files: Path, port: int, address: str, condition: str) -> AbstractContextManager[Popen[bytes]]:
    """Granian as `eventcal serve` starts it, with a function that knows the answers of *address* and looks at nothing."""
    for status, request in (
        (200, Request(address)),
        (304, Request(address, headers=dict([condition.split(": ", 1)]))),
    ):
        own = [
            pair
            for pair in harness.fetch(request)[2].items()
            if pair[0].lower() not in ("date", "server", "connection")
        ]
        (files / f"{status}.json").write_text(json.dumps(own))
    (files / "bare.py").write_text(BARE_APPLICATION)
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--workers", "1", "--http", "1", "--no-ws"]
    return harness.run_process(
        harness.pin_to_core(SERVER_CORE, [*command, "--log-level", "warning", "--port", str(port), "bare:app"]),
        lambda: harness.fetch(f"http://127.0.0.1:{port}/200")[0] == 200,
        cwd=files,
    )


if __name__ == "__main__":
    main()
