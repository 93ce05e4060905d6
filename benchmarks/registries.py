"""Registries of many events, as eventcal reads them and, the same events, as yaml2ics does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

HEADER_TEMPLATE = """\
version: 1
calendar: {{id: bench.example.org, name: Bench, timezone: {zone}}}
defaults: {{reminders: [{reminders}]}}
events:
"""


def registry_header(zone: str = "Asia/Dushanbe", reminders: str = "1 week before at 09:00, on change") -> str:
    return HEADER_TEMPLATE.format(zone=zone, reminders=reminders)


def eventcal_registry(count: int, first: date = date(2022, 1, 1), days: int = 3650, plain: bool = False) -> str:
    """*count* events, evenly over *days*, every tenth of them weekly for eight weeks; *plain*: without notes and address."""
    return registry_header() + "".join(
        f"  - id: meeting-{number}\n    title: Meeting of working group {number}\n"
        f"    when: {day} {hour:02}:00/{hour + 1:02}:30\n    place: Dushanbe, hall {number % 7}\n"
        + ("" if plain else f"    notes: Agenda number {number}.\n    url: https://example.org/meetings/{number}\n")
        + ("    repeat: every week 8 times\n" if number % 10 == 0 else "")
        for number, day, hour in meetings(count, first, days)
    )


def write_registry(folder: Path, count: int) -> None:
    """Writes the registry of *count* events into *folder*, in files of at most 9,000: a file has a limit."""
    header, entries = eventcal_registry(count).split("events:\n")
    (folder / "parts").mkdir()
    (folder / "events.yaml").write_text(f"{header}include: [parts/*.yaml]\nevents: []\n")
    starts = [match.start() for match in re.finditer("^  - id", entries, re.MULTILINE)] + [len(entries)]
    for number in range(0, count, 9_000):
        part = entries[starts[number] : starts[min(number + 9_000, count)]]
        (folder / "parts" / f"{number:06}.yaml").write_text(f"events:\n{part}")


def yaml2ics_registry(count: int, first: date = date(2022, 1, 1), days: int = 3650) -> str:
    """The same for yaml2ics."""
    return "name: Bench\ntimezone: Asia/Dushanbe\nevents:\n" + "".join(
        f"  - summary: Meeting of working group {number}\n    begin: {day} {hour:02}:00:00\n"
        f"    duration: {{minutes: 90}}\n    location: Dushanbe, hall {number % 7}\n"
        f"    description: Agenda number {number}.\n    url: https://example.org/meetings/{number}\n"
        + (f"    repeat: {{interval: {{weeks: 1}}, until: {day + timedelta(days=49)}}}\n" if number % 10 == 0 else "")
        for number, day, hour in meetings(count, first, days)
    )


def meetings(count: int, first: date, days: int) -> Iterator[tuple[int, date, int]]:
    for number in range(count):
        yield number, first + timedelta(days=number * days // count), 8 + number % 10
