"""The whole calendar by GET: `eventcal serve` beside Radicale with the same events. One core for the server, another for wrk."""

from __future__ import annotations

import contextlib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from . import beside, registries
from .beside import SERVER_CORE, in_turn, of_ratios, ratio, say, spread, wrk

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
    if why := beside.missing_tool("radicale", "wrk"):
        beside.skipped("whole_12_radicale whole_300_radicale", f"{why} (make bench brings it)")
        return
    for count, goal in SIZES:
        with beside.folder() as folder:
            (folder / "events.yaml").write_text(registries.ours(count, days=600, plain=True))
            port = beside.free_port()
            with beside.serving(folder, core=SERVER_CORE, port=str(port)) as we:
                address = f"http://127.0.0.1:{port}/calendar.ics"
                _, body, _ = beside.get(address)
                with _radicale(folder / "radicale", body) as (radicale, theirs):
                    _, same, _ = beside.get(theirs)
                    assert same.count(b"BEGIN:VEVENT") == body.count(b"BEGIN:VEVENT") == count
                    ours, peers = in_turn(
                        ROUNDS,
                        lambda a=address, g=we.pid: wrk(a, group=g, connections=8),
                        lambda a=theirs, g=radicale: wrk(a, group=g, connections=8, seconds=2),
                    )
        rates, their_rates = [each.rate for each in ours], [each.rate for each in peers]
        say(
            f"{count} events, {len(body):,} octets: eventcal {spread(rates)}/s, Radicale {spread(their_rates, ',.1f')}/s"
        )
        ratio(f"whole_{count}_radicale", of_ratios(rates, their_rates), goal)
        frugal = of_ratios([each.frugal for each in ours], [each.frugal for each in peers])
        ratio(f"whole_{count}_radicale_cpu", frugal, goal)


@contextlib.contextmanager
def _radicale(folder: Path, body: bytes) -> Iterator[tuple[int, str]]:
    """Radicale with a calendar that holds what *body* holds, open to everybody; its process group and the address."""
    folder.mkdir()
    port = beside.free_port()
    (folder / "config").write_text(RADICALE.format(port=port, folder=folder))
    (folder / "rights").write_text(RIGHTS)
    program = beside.found("radicale")
    assert program is not None
    root = f"http://127.0.0.1:{port}"
    command = beside.pinned(SERVER_CORE, [program, "--config", str(folder / "config")])
    with beside.process(command, lambda: beside.get(f"{root}/.well-known/caldav")[0] != 0) as running:
        put = urllib.request.Request(
            f"{root}/desk/calendar/",
            body,
            {"Content-Type": "text/calendar", "Authorization": "Basic ZGVzazp4"},
            method="PUT",
        )
        with urllib.request.urlopen(put, timeout=60) as answer:
            assert answer.status == 201
        yield running.pid, f"{root}/desk/calendar/"


if __name__ == "__main__":
    main()
