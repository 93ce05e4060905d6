"""The page of a month, by `eventcal serve`: with ten thousand events in the registry, and with the same month among a thousand."""

from __future__ import annotations

import http.client
import time
import zoneinfo
from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from . import beside, registries
from .beside import in_turn, median, of_ratios, percentile, ratio, say, spread

MONTH = "2026-03"
IN_MONTH = 80
MONTHS = 108  # that are asked for, each once before it is asked for again


def main() -> None:
    with beside.folder() as folder:
        addresses = []
        for count in (1_000, 10_000):
            (folder / str(count)).mkdir()
            (folder / str(count) / "events.yaml").write_text(_registry(count))
            addresses.append(beside.free_port())
        few, many = addresses
        with (
            beside.serving(folder / "1000", port=str(few)),
            beside.serving(folder / "10000", port=str(many)) as we,
        ):
            paths = [f"/month/{2016 + at // 12}-{at % 12 + 1:02}" for at in range(MONTHS)]
            say(
                f"the first pages of a process, which load templates: {spread(_ask(many, ['/month/2015-11', '/month/2025-12'], 2), '.0f')} ms"
            )
            used = beside.cpu_seconds(we.pid)
            first = _ask(many, paths, MONTHS)
            used, again = beside.cpu_seconds(we.pid) - used, _ask(many, paths[-12:], 120)
            say(
                f"10,000 events, {MONTHS} months, each for the first time: {spread(first, '.1f')} ms; asked again {spread(again, '.1f')} ms"
            )
            say(f"{used / MONTHS * 1000:.1f} ms of the processor's time for each of them")
            ratio("month_10k_p99_ms", percentile(first, 0.99), "<= 50")
            sides = in_turn(30, _one(few), _one(many))
            say(
                f"the same month of {IN_MONTH} events, in 1,000: {spread(sides[0], '.1f')} ms; in 10,000: {spread(sides[1], '.1f')} ms"
            )
            ratio("month_10k_1k", of_ratios(sides[1], sides[0]), "<= 1.2")
            say(f"without a page to make: {median(_ask(many, ['/calendar.ics'], 40)):.1f} ms for the feed")


def _registry(count: int) -> str:
    """*count* events, `IN_MONTH` of them in `MONTH`, all others over the ten years before it."""
    inside = registries.ours(IN_MONTH, date(2026, 3, 1), 31)
    others = registries.ours(count - IN_MONTH, date(2016, 1, 1), 3640)
    return inside + others.partition("events:\n")[2].replace("id: meeting-", "id: other-")


def _ask(port: int, paths: list[str], count: int) -> list[float]:
    """Milliseconds of each of *count* requests over one connection, *paths* in turn."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    found = []
    for number in range(count):
        begin = time.perf_counter()
        line.request("GET", paths[number % len(paths)])
        answer = line.getresponse()
        body = answer.read()
        found.append((time.perf_counter() - begin) * 1000)
        assert answer.status == 200, (answer.status, paths[number % len(paths)])
        assert body
    line.close()
    return found


def _one(port: int) -> Callable[[], float]:
    """The month as nobody has asked for it yet: in another zone each time, since what was made is kept."""
    zones = iter(sorted(zoneinfo.available_timezones()))
    return lambda: _ask(port, [f"/month/{MONTH}?tz={quote(next(zones))}"], 1)[0]


if __name__ == "__main__":
    main()
