"""A feed of 4 KB and its 304: `eventcal serve` as it starts by default, beside nginx that serves the same bytes as a file.

One core for the server with everything it starts, another for wrk; bursts of a second in turn. nginx sends the same
headers, and the file's own time as Last-Modified.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import Popen

from . import beside, registries
from .beside import CLIENT_CORE, SERVER_CORE, Burst, in_turn, of_ratios, ratio, say, spread, wrk

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
    if why := beside.missing_tool("nginx", "wrk"):
        beside.skipped("http_get_nginx http_304_nginx http_304_own_get", f"{why} (Debian: apt install nginx-light wrk)")
        return
    with beside.folder() as folder:
        (folder / "events.yaml").write_text(registries.ours(10, days=300))
        mine, static = beside.free_port(), beside.free_port()
        with beside.serving(folder, core=SERVER_CORE, port=str(mine)) as we:
            address = f"http://127.0.0.1:{mine}/calendar.ics"
            _, body, headers = beside.get(address)
            files = folder / "static"
            files.mkdir(mode=0o755)
            (files / "calendar.ics").write_bytes(body)
            os.utime(files / "calendar.ics", (1_600_000_000, 1_600_000_000))
            with _nginx(files, static) as nginx:
                peer = f"http://127.0.0.1:{static}/calendar.ics"
                _, same, their_headers = beside.get(peer)
                assert same == body
                say(
                    f"{len(body)} octets; server on core {SERVER_CORE}, wrk on core {CLIENT_CORE}, {ROUNDS} rounds of 1 s"
                )
                known, theirs = (f"If-None-Match: {each['ETag']}" for each in (headers, their_headers))
                ours, static_files, unchanged, static_unchanged = in_turn(
                    ROUNDS,
                    lambda: wrk(address, group=we.pid),
                    lambda: wrk(peer, group=nginx.pid),
                    lambda: wrk(address, known, group=we.pid),
                    lambda: wrk(peer, theirs, group=nginx.pid),
                )
    _told("200", ours, static_files, ">= 0.65", "http_get_nginx")
    _told("304", unchanged, static_unchanged, ">= 0.45", "http_304_nginx")
    ratio("http_304_own_get", of_ratios([each.rate for each in unchanged], [each.rate for each in ours]), ">= 1")


def _told(status: str, ours: list[Burst], theirs: list[Burst], goal: str, name: str) -> None:
    for who, bursts in (("eventcal", ours), ("nginx", theirs)):
        rates, frugal = [each.rate for each in bursts], [each.frugal for each in bursts]
        say(f"{who} {status}: {spread(rates)} answers/s; {spread(frugal)} for a second of its core")
    ratio(name, of_ratios([each.rate for each in ours], [each.rate for each in theirs]), goal)
    # What others do on the machine meanwhile does not change this one: where a core is our own, both are the same.
    ratio(f"{name}_cpu", of_ratios([each.frugal for each in ours], [each.frugal for each in theirs]), goal)


def _nginx(files: Path, port: int) -> AbstractContextManager[Popen[bytes]]:
    (files / "nginx.conf").write_text(NGINX.format(folder=files, port=port))
    command = beside.pinned(SERVER_CORE, ["nginx", "-c", str(files / "nginx.conf")])
    return beside.process(command, lambda: beside.get(f"http://127.0.0.1:{port}/calendar.ics")[0] == 200)


if __name__ == "__main__":
    main()
