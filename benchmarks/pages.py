"""The page of a month, by `eventcal serve`: with ten thousand events in the registry, and with the same month among a thousand."""

from __future__ import annotations

import http.client
import time
import zoneinfo
from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from . import harness, registries
from .harness import format_spread, median, median_ratio, percentile, print_line, report_ratio, run_in_turn

MONTH = "2026-03"
EVENTS_IN_MONTH = 80
MONTH_COUNT = 108  # that are asked for, each once before it is asked for again


def main() -> None:
    with harness.temporary_folder() as folder:
        ports = []
        for count in (1_000, 10_000):
            (folder / str(count)).mkdir()
            (folder / str(count) / "events.yaml").write_text(_build_registry(count))
            ports.append(harness.find_free_port())
        few_port, many_port = ports
        with (
            harness.run_server(folder / "1000", port=str(few_port)),
            harness.run_server(folder / "10000", port=str(many_port)) as server,
        ):
            paths = [f"/month/{2016 + number // 12}-{number % 12 + 1:02}" for number in range(MONTH_COUNT)]
            print_line(
                f"the first pages of a process, which load templates: {format_spread(_time_requests(many_port, ['/month/2015-11', '/month/2025-12'], 2), '.0f')} ms"
            )
            cpu_used = harness.cpu_seconds(server.pid)
            first_times = _time_requests(many_port, paths, MONTH_COUNT)
            cpu_used, repeated_times = (
                harness.cpu_seconds(server.pid) - cpu_used,
                _time_requests(many_port, paths[-12:], 120),
            )
            print_line(
                f"10,000 events, {MONTH_COUNT} months, each for the first time: {format_spread(first_times, '.1f')} ms; asked again {format_spread(repeated_times, '.1f')} ms"
            )
            print_line(f"{cpu_used / MONTH_COUNT * 1000:.1f} ms of the processor's time for each of them")
            report_ratio("month_10k_p99_ms", percentile(first_times, 0.99), "<= 50")
            timings = run_in_turn(30, _new_month_timer(few_port), _new_month_timer(many_port))
            print_line(
                f"the same month of {EVENTS_IN_MONTH} events, in 1,000: {format_spread(timings[0], '.1f')} ms; in 10,000: {format_spread(timings[1], '.1f')} ms"
            )
            report_ratio("month_10k_1k", median_ratio(timings[1], timings[0]), "<= 1.2")
            print_line(
                f"without a page to make: {median(_time_requests(many_port, ['/calendar.ics'], 40)):.1f} ms for the feed"
            )


def _build_registry(count: int) -> str:
    """*count* events, `IN_MONTH` of them in `MONTH`, all others over the ten years before it."""
    inside = registries.eventcal_registry(EVENTS_IN_MONTH, date(2026, 3, 1), 31)
    others = registries.eventcal_registry(count - EVENTS_IN_MONTH, date(2016, 1, 1), 3640)
    return inside + others.partition("events:\n")[2].replace("id: meeting-", "id: other-")


def _time_requests(port: int, paths: list[str], count: int) -> list[float]:
    """Milliseconds of each of *count* requests over one connection, *paths* in turn."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    durations = []
    for number in range(count):
        begin = time.perf_counter()
        connection.request("GET", paths[number % len(paths)])
        response = connection.getresponse()
        body = response.read()
        durations.append((time.perf_counter() - begin) * 1000)
        assert response.status == 200, (response.status, paths[number % len(paths)])
        assert body
    connection.close()
    return durations


def _new_month_timer(port: int) -> Callable[[], float]:
    """The month as nobody has asked for it yet: in another zone each time, since what was made is kept."""
    zones = iter(sorted(zoneinfo.available_timezones()))
    return lambda: _time_requests(port, [f"/month/{MONTH}?tz={quote(next(zones))}"], 1)[0]


if __name__ == "__main__":
    main()
