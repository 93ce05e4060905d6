"""A table (CSV, TSV) becomes events: its columns by their names, or as the person names them."""

from __future__ import annotations

import csv
import io
from typing import Any

from .records import decode_text
from .table_rows import read_rows
from .texts import plain_to_markdown
from .values import ImportContext, ImportedCalendar, ImportingError


def read_table(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads a table with a header line. Raises ImportingError where no column holds titles or dates."""
    text = decode_text(data)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:8192], ",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text, newline=None), dialect))
    except csv.Error as error:  # a field of more than 131,072 characters
        raise ImportingError(f"this is not a table: {error}") from None
    if not rows:
        raise ImportingError("the table is empty")
    return read_rows(rows[0], list(enumerate(rows[1:], start=2)), context, plain_to_markdown)
