"""A month of 200 events beside FullCalendar's, in the same Chromium: what each weighs, and when each is first painted.

By hand, for it needs Node's package index: `python -m benchmarks.fullcalendar BUNDLE.js BUNDLE.css [FOLDER]`, where the
bundle is the smallest that npm and esbuild make of FullCalendar's month (docs/pages.md says how). FOLDER takes a picture of
each.
"""

from __future__ import annotations

import gzip
import json
import sys
import threading
from datetime import timedelta
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from playwright.sync_api import Browser
from werkzeug.serving import WSGIRequestHandler, make_server

from eventcal.settings import Settings
from eventcal.web.app import create_app
from eventcal.when import Timed
from tests.chromium import running_chromium
from tests.sample import EXERCISE, NOW, SUMMIT, busy_month, snapshot

from .harness import median, print_line, run_in_turn

EVENTS = (SUMMIT, EXERCISE, *busy_month(198))
ROUNDS = 11
FIRST_PAINT_SCRIPT = """new Promise(done => new PerformanceObserver(list => list.getEntriesByName('first-contentful-paint')
    .forEach(each => done(each.startTime))).observe({type: 'paint', buffered: true}))"""


class _SilentHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


def main(script: str, style: str, folder: str = "") -> None:
    sample_snapshot = snapshot(*EVENTS)
    eventcal_app = create_app(lambda: sample_snapshot, Settings(), clock=lambda: NOW)
    fullcalendar_app = _build_fullcalendar_app(Path(script).read_bytes(), Path(style).read_bytes())
    addresses = [f"{_serve_app(eventcal_app)}/month/2021-09", f"{_serve_app(fullcalendar_app)}/"]
    with running_chromium() as browser:
        weights = [_transferred_bytes(browser, address) for address in addresses]
        paint_times = run_in_turn(ROUNDS, *(lambda at=address: _first_paint_ms(browser, at) for address in addresses))
        for name, weight, times in zip(("eventcal", "FullCalendar"), weights, paint_times, strict=True):
            print_line(
                f"{name:13} {weight / 1000:6.1f} KB packed, first paint {median(times):5.0f} ms ({min(times):.0f}-{max(times):.0f})"
            )
            if folder:
                page = browser.new_page(viewport={"width": 1100, "height": 860})
                page.goto(addresses[name != "eventcal"])
                page.screenshot(path=f"{folder}/{name.lower()}.png")
                page.close()


def _first_paint_ms(browser: Browser, address: str) -> float:
    """Milliseconds to the first contentful paint, nothing kept from before."""
    page = browser.new_context(viewport={"width": 1100, "height": 860}).new_page()
    page.goto(address)
    milliseconds = float(page.evaluate(FIRST_PAINT_SCRIPT))
    page.context.close()
    return milliseconds


def _transferred_bytes(browser: Browser, address: str) -> int:
    """Octets of HTML, style and script as they were sent."""
    page = browser.new_page()
    page.goto(address, wait_until="networkidle")
    sizes = page.evaluate(
        "performance.getEntries().filter(e => e.encodedBodySize && !/\\.svg/.test(e.name)).map(e => e.encodedBodySize)"
    )
    page.close()
    return int(sum(sizes))


def _build_fullcalendar_app(script: bytes, style: bytes) -> WSGIApplication:
    """The same events for FullCalendar, with nothing else on the page."""
    events = []
    for event in EVENTS:
        first, last = event.when.first_day, event.when.last_day
        assert first
        assert last
        is_timed = isinstance(event.when.span, Timed)
        start = event.when.span.start.isoformat() if isinstance(event.when.span, Timed) else first.isoformat()
        end = {} if is_timed else {"end": (last + timedelta(days=1)).isoformat()}
        events.append(
            {
                "title": event.title.in_language("en"),
                "start": start,
                "allDay": not is_timed,
                "url": f"/events/{event.id}",
                **end,
            }
        )
    html = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>FullCalendar</title><link rel="stylesheet" href="/s.css">'
        f'<body style="font-family: sans-serif"><div id="calendar"></div><script type="application/json" id="events">{json.dumps(events)}</script>'
        '<script src="/s.js"></script></body></html>'
    )
    files = {"/": (html.encode(), "text/html"), "/s.css": (style, "text/css"), "/s.js": (script, "text/javascript")}
    packed = {path: (gzip.compress(body), kind) for path, (body, kind) in files.items()}

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        if environ["PATH_INFO"] not in packed:
            start_response("404 Not Found", [])
            return []
        body, kind = packed[environ["PATH_INFO"]]
        start_response("200 OK", [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Encoding", "gzip")])
        return [body]

    return app


def _serve_app(app: WSGIApplication) -> str:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_SilentHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


if __name__ == "__main__":
    main(*sys.argv[1:])
