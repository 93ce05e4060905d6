"""Which format a source has, and who reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from .ics import read_ics
from .values import ImportContext, ImportedCalendar, ImportingError
from .zones import known_zones

Reader = Callable[[bytes, ImportContext], ImportedCalendar]

FORMATS: dict[str, Reader] = {"ics": read_ics}


def detect_format(data: bytes, name: str) -> str:
    """The format of a file called *name*. Raises ImportingError, with the formats to choose from."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if re.search(rb"BEGIN:\s*V(CALENDAR|EVENT)", head, re.IGNORECASE) or name.lower().endswith(
        (".ics", ".ical", ".ifb")
    ):
        return "ics"
    raise ImportingError(f"{name}: its format is not known; name one with --format: {', '.join(FORMATS)}")


def read_source(data: bytes, name: str, source_format: str, context: ImportContext) -> ImportedCalendar:
    """Reads *data* as *source_format*, "" for what it looks like. Raises ImportingError."""
    return FORMATS[source_format or detect_format(data, name)](data, context)


def guess_zone(data: bytes) -> str:
    """The zone that most hours of an .ics are in, "" where it names none: a new registry begins with it."""
    stated = re.search(rb"^X-WR-TIMEZONE:([A-Za-z_/+-]+)", data, re.MULTILINE)
    counts = Counter(
        re.findall(rb"^DTSTART;[^:\n]*TZID=\"?/?(?:[^:\"\n]*/)?([A-Za-z_]+/[A-Za-z_]+)\"?:", data, re.MULTILINE)
    )
    names = [stated[1]] if stated else [name for name, _ in counts.most_common(1)]
    return next((zone for name in names if (zone := name.decode()) in known_zones()), "")
