"""A table (CSV, TSV) becomes events: its columns by their names, or as the person names them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from .records import decode_text
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
    refusal: ImportingError | None = None
    for index, (_line, header) in enumerate(lines[:MAX_LINES_ABOVE]):  # a title may stand above the names
        try:
            return read_rows(header, lines[index + 1 :], context, plain_to_markdown)
        except ImportingError as error:
            refusal = refusal or error
    if any(_DATE.match(cell.strip()) for cell in lines[0][1]):
        raise ImportingError("its first line holds a date and no names of columns: write them above it, as title,date")
    assert refusal is not None
    raise refusal


def _numbered_rows(reader: Any) -> list[tuple[int, list[str]]]:
    """Returns the rows with anything in them, each with the line that it begins on; a cell may have several lines."""
    rows: list[tuple[int, list[str]]] = []
    line = 1
    for row in reader:
        if any(map(str.strip, row)):
            rows.append((line, row))
        line = reader.line_num + 1
    return rows
