"""A feed of 4 KB and its 304: `eventcal serve` as it starts by default, beside nginx that serves the same bytes as a file.

One core for the server with everything it starts, another for wrk; bursts of a second in turn. nginx sends the same
headers, and the file's own time as Last-Modified.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import Popen

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


def main() -> None:
    if reason := harness.describe_missing_tools("nginx", "wrk"):
        harness.report_skipped(
            "http_get_nginx http_304_nginx http_304_own_get", f"{reason} (Debian: apt install nginx-light wrk)"
        )
        return
    with harness.temporary_folder() as folder:
        (folder / "events.yaml").write_text(registries.eventcal_registry(10, days=300))
        eventcal_port, nginx_port = harness.find_free_port(), harness.find_free_port()
        with harness.run_server(folder, core=SERVER_CORE, port=str(eventcal_port)) as server:
            address = f"http://127.0.0.1:{eventcal_port}/calendar.ics"
            _, body, headers = harness.fetch(address)
            files = folder / "static"
            files.mkdir(mode=0o755)
            (files / "calendar.ics").write_bytes(body)
            os.utime(files / "calendar.ics", (1_600_000_000, 1_600_000_000))
            with _run_nginx(files, nginx_port) as nginx:
                nginx_address = f"http://127.0.0.1:{nginx_port}/calendar.ics"
                _, nginx_body, nginx_headers = harness.fetch(nginx_address)
                assert nginx_body == body
                print_line(
                    f"{len(body)} octets; server on core {SERVER_CORE}, wrk on core {CLIENT_CORE}, {ROUNDS} rounds of 1 s"
                )
                eventcal_condition, nginx_condition = (
                    f"If-None-Match: {response_headers['ETag']}" for response_headers in (headers, nginx_headers)
                )
                eventcal_200, nginx_200, eventcal_304, nginx_304 = run_in_turn(
                    ROUNDS,
                    lambda: run_wrk(address, group=server.pid),
                    lambda: run_wrk(nginx_address, group=nginx.pid),
                    lambda: run_wrk(address, eventcal_condition, group=server.pid),
                    lambda: run_wrk(nginx_address, nginx_condition, group=nginx.pid),
                )
    _report("200", eventcal_200, nginx_200, ">= 0.65", "http_get_nginx")
    _report("304", eventcal_304, nginx_304, ">= 0.45", "http_304_nginx")
    report_ratio(
        "http_304_own_get",
        median_ratio([burst.rate for burst in eventcal_304], [burst.rate for burst in eventcal_200]),
        ">= 1",
    )


def _report(status: str, eventcal_bursts: list[Burst], nginx_bursts: list[Burst], goal: str, name: str) -> None:
    for server, bursts in (("eventcal", eventcal_bursts), ("nginx", nginx_bursts)):
        rates, cpu_rates = [burst.rate for burst in bursts], [burst.rate_per_cpu_second for burst in bursts]
        print_line(
            f"{server} {status}: {format_spread(rates)} answers/s; {format_spread(cpu_rates)} for a second of its core"
        )
    report_ratio(
        name, median_ratio([burst.rate for burst in eventcal_bursts], [burst.rate for burst in nginx_bursts]), goal
    )
    # What others do on the machine meanwhile does not change this one: where a core is our own, both are the same.
    report_ratio(
        f"{name}_cpu",
        median_ratio(
            [burst.rate_per_cpu_second for burst in eventcal_bursts],
            [burst.rate_per_cpu_second for burst in nginx_bursts],
        ),
        goal,
    )


def _run_nginx(files: Path, port: int) -> AbstractContextManager[Popen[bytes]]:
    (files / "nginx.conf").write_text(NGINX.format(folder=files, port=port))
    command = harness.pin_to_core(SERVER_CORE, ["nginx", "-c", str(files / "nginx.conf")])
    return harness.run_process(command, lambda: harness.fetch(f"http://127.0.0.1:{port}/calendar.ics")[0] == 200)


if __name__ == "__main__":
    main()
