"""A table (CSV, TSV) becomes events: its columns by their names, or as the person names them."""

from __future__ import annotations

import csv
import io
import re
from itertools import zip_longest
from typing import Any

from .records import decode_text
from .table_columns import count_names
from .table_rows import read_rows
from .texts import plain_to_markdown
from .values import ImportContext, ImportedCalendar, ImportingError

_DATE = re.compile(r"[0-9]{1,4}([./-])[0-9]{1,2}\1[0-9]{2,4}")
_SEPARATORS = ",;\t|"
MAX_LINES_ABOVE = 10
"""Lines among which the one with the names of the columns is looked for."""


def read_table(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads a table with a header line. Raises ImportingError where no column holds titles or dates."""
    text = decode_text(data)
    head = text.lstrip()[:8192]
    options: dict[str, Any]
    try:
        options = {"dialect": csv.Sniffer().sniff(head, _SEPARATORS)}
    except csv.Error:
        options = {"delimiter": max(_SEPARATORS, key=head.partition("\n")[0].count)}
    try:
        lines = _numbered_rows(csv.reader(io.StringIO(text, newline=None), **options))
    except csv.Error as error:  # a field of more than 131,072 characters
        raise ImportingError(f"this is not a table: {error}") from None
    if not lines:
        raise ImportingError("the table is empty")
    refusals: list[tuple[int, ImportingError]] = []
    for index, (_line, header) in enumerate(lines[:MAX_LINES_ABOVE]):  # a title may stand above the names
        rows = lines[index + 1 :]
        if rows and 0 < count_names(header) < count_names(rows[0][1]):  # "Date", and below it "from" and "to"
            header, rows = _joined(header, rows[0][1]), rows[1:]
        try:
            return read_rows(header, rows, context, plain_to_markdown)
        except ImportingError as error:
            refusals.append((-sum(map(bool, map(str.strip, header))), error))
    if any(_DATE.match(cell.strip()) for cell in lines[0][1]):
        raise ImportingError("its first line holds a date and no names of columns: write them above it, as title,date")
    raise min(refusals, key=lambda refusal: refusal[0])[1]


def _joined(above: list[str], names: list[str]) -> list[str]:
    """Returns *names*, with those of the line *above* where there are none."""
    return [name if name.strip() else top for name, top in zip_longest(names, above, fillvalue="")]


def _numbered_rows(reader: Any) -> list[tuple[int, list[str]]]:
    """Returns the rows with anything in them, each with the line that it begins on; a cell may have several lines."""
    rows: list[tuple[int, list[str]]] = []
    line = 1
    for row in reader:
        if any(map(str.strip, row)):
            rows.append((line, row))
        line = reader.line_num + 1
    return rows
