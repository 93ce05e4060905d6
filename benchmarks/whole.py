"""The whole calendar by GET: `eventcal serve` beside Radicale with the same events. One core for the server, another for wrk."""

from __future__ import annotations

import contextlib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from . import harness, registries
from .harness import SERVER_CORE, format_spread, median_ratio, print_line, report_ratio, run_in_turn, run_wrk

ROUNDS = 7
SIZES = ((12, ">= 12"), (300, ">= 200"))
RADICALE = """\
[server]
hosts = 127.0.0.1:{port}
[auth]
type = none
[rights]
type = from_file
file = {folder}/rights
[storage]
filesystem_folder = {folder}/collections
[web]
type = none
[logging]
level = warning
"""
RIGHTS = "[all]\nuser: .*\ncollection: .*\npermissions: RrWw\n"


def main() -> None:
    if reason := harness.describe_missing_tools("radicale", "wrk"):
        harness.report_skipped("whole_12_radicale whole_300_radicale", f"{reason} (make bench brings it)")
        return
    for count, goal in SIZES:
        with harness.temporary_folder() as folder:
            (folder / "events.yaml").write_text(registries.eventcal_registry(count, days=600, plain=True))
            port = harness.find_free_port()
            with harness.run_server(folder, core=SERVER_CORE, port=str(port)) as server:
                address = f"http://127.0.0.1:{port}/calendar.ics"
                _, body, _ = harness.fetch(address)
                with _run_radicale(folder / "radicale", body) as (radicale, radicale_address):
                    _, radicale_body, _ = harness.fetch(radicale_address)
                    assert radicale_body.count(b"BEGIN:VEVENT") == body.count(b"BEGIN:VEVENT") == count
                    eventcal_bursts, radicale_bursts = run_in_turn(
                        ROUNDS,
                        lambda a=address, g=server.pid: run_wrk(a, group=g, connections=8),
                        lambda a=radicale_address, g=radicale: run_wrk(a, group=g, connections=8, seconds=2),
                    )
        rates, radicale_rates = [burst.rate for burst in eventcal_bursts], [burst.rate for burst in radicale_bursts]
        print_line(
            f"{count} events, {len(body):,} octets: eventcal {format_spread(rates)}/s, Radicale {format_spread(radicale_rates, ',.1f')}/s"
        )
        report_ratio(f"whole_{count}_radicale", median_ratio(rates, radicale_rates), goal)
        cpu_ratio = median_ratio(
            [burst.rate_per_cpu_second for burst in eventcal_bursts],
            [burst.rate_per_cpu_second for burst in radicale_bursts],
        )
        report_ratio(f"whole_{count}_radicale_cpu", cpu_ratio, goal)


@contextlib.contextmanager
def _run_radicale(folder: Path, body: bytes) -> Iterator[tuple[int, str]]:
    """Radicale with a calendar that holds what *body* holds, open to everybody; its process group and the address."""
    folder.mkdir()
    port = harness.find_free_port()
    (folder / "config").write_text(RADICALE.format(port=port, folder=folder))
    (folder / "rights").write_text(RIGHTS)
    program = harness.find_tool("radicale")
    assert program is not None
    root = f"http://127.0.0.1:{port}"
    command = harness.pin_to_core(SERVER_CORE, [program, "--config", str(folder / "config")])
    with harness.run_process(command, lambda: harness.fetch(f"{root}/.well-known/caldav")[0] != 0) as process:
        request = urllib.request.Request(
            f"{root}/desk/calendar/",
            body,
            {"Content-Type": "text/calendar", "Authorization": "Basic ZGVzazp4"},
            method="PUT",
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            assert response.status == 201
        yield process.pid, f"{root}/desk/calendar/"


if __name__ == "__main__":
    main()
