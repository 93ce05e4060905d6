"""GET and 304 of a 4 KB feed by granian, beside nginx serving the same bytes as a file: `python benchmarks/serve.py`.

Needs nginx and wrk (Debian: apt install nginx wrk). One core for the server, one for wrk, bursts of one second in turn;
only the ratios mean anything. Prints RATIO lines.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from email.utils import format_datetime
from pathlib import Path

import hot_app

HERE = Path(__file__).parent
ROUNDS = int(os.environ.get("ROUNDS", "7"))
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000; open_file_cache max=100;
  types {{ text/calendar ics; }}
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {folder}; charset utf-8;
    add_header Cache-Control "public, max-age=900, stale-while-revalidate=86400"; add_header Vary Accept-Encoding;
    add_header Access-Control-Allow-Origin *; }} }}
"""
GRANIAN = "from granian import Granian; Granian('hot_app:app', port={port}, interface='wsgi', workers=1, blocking_threads=1, websockets=False, log_enabled=False).serve()"


def main() -> None:
    for tool in ("nginx", "wrk"):
        if shutil.which(tool) is None:
            sys.exit(f"serve.py: {tool} is missing: apt install nginx wrk")
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        os.chmod(folder, 0o755)
        body = hot_app.application().turn(hot_app.Held(hot_app.edition(12))).exact["/calendar.ics", ""].plain.body[0]
        Path(folder, "calendar.ics").write_bytes(body)
        moment = hot_app.MODIFIED.timestamp()
        os.utime(Path(folder, "calendar.ics"), (moment, moment))
        ports = _free_port(), _free_port()
        Path(folder, "nginx.conf").write_text(NGINX.format(folder=folder, port=ports[0]))
        nginx = stack.enter_context(_running(["nginx", "-c", f"{folder}/nginx.conf"], ports[0]))
        granian = stack.enter_context(
            _running(
                [sys.executable, "-c", GRANIAN.format(port=ports[1])],
                ports[1],
                {"PATH": os.environ["PATH"], "PYTHONPATH": f"{HERE}:{HERE.parent}:{os.environ.get('PYTHONPATH', '')}"},
            )
        )
        assert urllib.request.urlopen(granian + "/calendar.ics").read() == body
        print(f"{len(body)} octets, {ROUNDS} rounds")
        plain = {name: [] for name in ("nginx", "granian")}
        unchanged = {name: [] for name in ("nginx", "granian")}
        for _ in range(ROUNDS):
            for name, server in (("nginx", nginx), ("granian", granian)):
                plain[name].append(_rate(server + "/calendar.ics"))
                etag = urllib.request.urlopen(server + "/calendar.ics").headers["ETag"]
                unchanged[name].append(_rate(server + "/calendar.ics", f"If-None-Match: {etag}"))
        for label, rates in (("GET", plain), ("304", unchanged)):
            nginx_rate, ours = (statistics.median(rates[name]) for name in ("nginx", "granian"))
            best = max(rates["granian"]) / max(rates["nginx"])
            print(f"{label}: nginx {nginx_rate:,.0f}/s, granian {ours:,.0f}/s, best by best {best:.2f}")
            print(f"RATIO {label.lower()}_nginx {ours / nginx_rate:.2f}")
        own = statistics.median(unchanged["granian"]) / statistics.median(plain["granian"])
        print(f"RATIO 304_own_get {own:.2f}")
        print(f"(Last-Modified {format_datetime(hot_app.MODIFIED, usegmt=True)})")


def _rate(address: str, *headers: str) -> float:
    command = [
        "taskset",
        "-c",
        "1",
        "wrk",
        "-t1",
        "-c64",
        "-d1s",
        *[each for header in headers for each in ("-H", header)],
        address,
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Non-2xx" not in said, said
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


@contextlib.contextmanager
def _running(command: list[str], port: int, environ: dict[str, str] | None = None) -> Iterator[str]:
    process = subprocess.Popen(
        ["taskset", "-c", "0", *command], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
