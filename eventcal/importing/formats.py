"""Which format a source has, and who reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ..ical.foreign import zone_named
from ..when.zones import zone_names, zone_of
from .csv_table import read_table
from .data_list import list_records, read_data_list
from .deadlines import read_ccf, read_confs_tech, read_python_deadlines
from .event_lists import read_toml_calendar, read_yaml2ics
from .ics import read_ics, read_jcal
from .markdown_files import ENDINGS, read_markdown_file
from .records import decode_text, load_yaml
from .releases import read_endoflife
from .values import ImportContext, ImportedCalendar, ImportingError

Reader = Callable[[bytes, ImportContext], ImportedCalendar]

FORMATS: dict[str, Reader] = {
    "ics": read_ics, "csv": read_table, "yaml2ics": read_yaml2ics, "ccf-deadlines": read_ccf,
    "python-deadlines": read_python_deadlines, "confs.tech": read_confs_tech, "endoflife": read_endoflife,
    "toml": read_toml_calendar, "jcal": read_jcal, "list": read_data_list,
    "markdown": read_markdown_file,
}  # fmt: skip

_SAVE_AS_CSV = "open it and save the sheet with the events as CSV"
_DRAFT_READS = "copy its text into a file that `eventcal draft` reads"
# Files that are not read, by their first octets, and formats in text that hold events: what it is, and what to do.
_REFUSED_FILES = (
    (rb"PK\x03\x04.*?xl/workbook\.xml", f"an Excel workbook (.xlsx): {_SAVE_AS_CSV}"),
    (rb"PK\x03\x04.{20,60}opendocument\.spreadsheet", f"an OpenDocument spreadsheet (.ods): {_SAVE_AS_CSV}"),
    (rb"PK\x03\x04(?:.{20,60}opendocument\.text|.*?word/document\.xml)", f"a text document: {_DRAFT_READS}"),
    (rb"PK\x03\x04|\x1f\x8b", "packed: unpack it first, and import the .ics or .csv files in it"),
    (rb"\xd0\xcf\x11\xe0", f"an old Excel or Word file: {_SAVE_AS_CSV}"),
    (rb"%PDF-", f"a PDF: {_DRAFT_READS}"),
)
_TABLE_OR_ICS = "import the .ics of that calendar, or a table"
_MAIL = "a mail: save the calendar that is attached to it, and import that"
_REFUSED_TEXTS = (
    (rb"(?:<\?xml[^>]*>\s*)?<(?:\w+:)?icalendar\b", "xCal (RFC 6321), which is not read: export the calendar as .ics"),
    (
        rb"(?:<!--.{0,2000}?-->\s*)*<(?:!doctype html|html|head|body|main|article|section|div|script|table|ul|ol|p|h[1-6])\b",
        f"a page (HTML): import the .ics that it links to, save its table as CSV, or {_DRAFT_READS}",
    ),
    (rb"(?:<\?xml[^>]*>\s*)?<(?:rss|feed|rdf:rdf)\b", f"a news feed (RSS or Atom): {_TABLE_OR_ICS}"),
    (
        rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,200}?mime-version:",
        _MAIL,
    ),
    (
        rb'\{(?=.*"idBoard")(?=.*"cards")',
        "a Trello board: export it as CSV, or import the address of its calendar feed",
    ),
    (rb'\{.{0,400}?"kind":\s*"calendar#events"', "an answer of Google's Calendar API: export the calendar as .ics"),
    (rb'[\[{].{0,4000}?"@context"', f"schema.org JSON-LD, which is not read: {_TABLE_OR_ICS}"),
    (rb'[\[{].{0,4000}?"@type"', f"JSCalendar (RFC 8984), which is not read: {_TABLE_OR_ICS}"),
)


# A file of Jekyll begins with front matter; the notes of an event may speak of its tags.
_TEMPLATE = re.compile(rb"\s*---[ \t]*\r?\n.*?\{%-?\s*(?:for|if|assign|capture)\s", re.DOTALL)


# In such a part of a mail a TZID=Europe/Berlin is TZID=3DEurope/Berlin, which is no zone.
_ENCODED_PART = re.compile(rb"^content-transfer-encoding:\s*quoted-printable", re.IGNORECASE | re.MULTILINE)


# What says in JSON when a release is not supported any more.
_SUPPORT = re.compile(rb'"(?:eol|eolFrom)"\s*:\s*(?:"[0-9]{4}-|true|false)|"maintenance"\s*:\s*"[0-9]{4}-')


def detect_format(data: bytes, name: str) -> str:
    """Returns the format of a file called *name*. Raises ImportingError, with the formats to choose from."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    ending = re.sub(r"[?#].*", "", name.lower()).rpartition(".")[2]
    if f".{ending}" in ENDINGS:
        return "endoflife" if re.search(rb"^releases:", data, re.MULTILINE) else "markdown"
    if ending not in ("yaml", "yml") and _TEMPLATE.match(data):
        raise ImportingError(f"{name}: it is a template of a site: import the address of the calendar that it makes")
    if calendar := re.search(rb"BEGIN:\s*V(CALENDAR|EVENT)", head, re.IGNORECASE):
        if _ENCODED_PART.search(head, 0, calendar.start()):
            raise ImportingError(f"{name}: it is {_MAIL}")
        return "ics"
    if refusal := _refusal(data, _REFUSED_TEXTS):
        raise ImportingError(f"{name}: {refusal}")
    if re.match(rb'\[\s*"vcalendar"', head, re.IGNORECASE):
        return "jcal"
    if ending in ("ics", "ical", "ifb"):
        return "ics"
    if ending in ("csv", "tsv"):
        return "csv"
    if head[:1] == b"[" and b'"startDate"' in head and b'"name"' in head:
        return "confs.tech"
    if ending == "json":
        return "endoflife" if _SUPPORT.search(data) else "list"
    if ending == "toml" or b"[[events]]" in head:
        return "toml"
    if re.search(rb"^releases:", data, re.MULTILINE):
        return "endoflife"
    try:
        if ending in ("yaml", "yml") and (detected := _yaml_format(load_yaml(decode_text(data)))):
            return detected
    except ImportingError as error:
        raise ImportingError(f"{name}: {error}") from error
    raise ImportingError(
        f"{name}: its format is not known; name one with --format: {', '.join(FORMATS)}; a text is for `eventcal draft`"
    )


def _refusal(data: bytes, refused: tuple[tuple[bytes, str], ...]) -> str:
    """Says what *data* is and what to do, if it is one of *refused*; else ""."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    return next((f"it is {what}" for octets, what in refused if re.match(octets, start, re.DOTALL | re.IGNORECASE)), "")


_FORMATS_BY_KEY = (("confs", "ccf-deadlines"), ("conference", "python-deadlines"))


def _yaml_format(value: Any) -> str:
    if isinstance(value, Mapping) and "calendar" in value and "version" in value:
        raise ImportingError("this is a registry of eventcal already: name it under `include`")
    records = list_records(value)
    if isinstance(value, Mapping):
        is_yaml2ics = "events" in value and (not records or any("begin" in record for record in records))
        return "yaml2ics" if is_yaml2ics else "list" if records else ""
    keys = records[0].keys() if records else set()
    return next((format_name for key, format_name in _FORMATS_BY_KEY if key in keys), "list" if records else "")


def read_source(data: bytes, name: str, source_format: str, context: ImportContext) -> ImportedCalendar:
    """Reads *data* as *source_format*, "" for what it looks like. Raises ImportingError, which names the source."""
    if refusal := _refusal(data, _REFUSED_FILES):
        raise ImportingError(f"{name}: {refusal}")
    chosen = source_format or detect_format(data, name)
    if chosen not in FORMATS:
        raise ImportingError(f"--format {chosen}: there are {', '.join(FORMATS)}")
    try:
        return FORMATS[chosen](data, replace(context, source=name))
    except ImportingError as error:
        advice = (
            ""
            if source_format or chosen in ("ics", "csv", "markdown")
            else f" (read as {chosen}; --format names another format)"
        )
        raise ImportingError(f"{name}: {error}{advice}") from error


def guess_zone(data: bytes) -> str:
    """Returns the zone that most hours of an .ics are in, or that a yaml2ics file begins with; "" where none is named."""
    stated = re.search(rb"^(?:X-EVENTCAL-TZID:|X-WR-TIMEZONE:|timezone:\s*)([A-Za-z_/+-]+)", data, re.MULTILINE)
    counts = Counter(re.findall(rb"^DTSTART;[^:\n]*TZID=(\"[^\"\n]+|[^\":;\n]+)", data, re.MULTILINE))
    names = [stated[1]] if stated else [name for name, _ in counts.most_common()]
    texts = [name.decode(errors="replace").strip('"') for name in names]
    zones = (zone_named(text, zone_names()) or zone_of(text) for text in texts)
    return next(filter(None, zones), "")
