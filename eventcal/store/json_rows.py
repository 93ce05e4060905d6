"""A list of rows goes into one statement as one JSON parameter: however many they are, the lock is held once and shortly."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import Connection

Type = Literal["int", "text"]


def rows_of(conn: Connection, parameter: str, **columns: Type) -> str:
    """A subquery whose rows are the arrays of the JSON list in :*parameter*, with *columns* in that order."""
    if conn.dialect.name == "postgresql":
        casts = {"int": "::bigint", "text": ""}
        columns_sql = ", ".join(
            f"(value ->> {n}){casts[kind]} AS {name}" for n, (name, kind) in enumerate(columns.items())
        )
        # OFFSET 0: taken apart once, and not again for every row that they are joined to
        return f"(SELECT {columns_sql} FROM json_array_elements(CAST(:{parameter} AS json)) OFFSET 0)"
    columns_sql = ", ".join(f"json_extract(value, '$[{n}]') AS {name}" for n, name in enumerate(columns))
    return f"(SELECT {columns_sql} FROM json_each(:{parameter}))"


def ids_of(conn: Connection, parameter: str) -> str:
    """A subquery whose rows are the numbers of the JSON list in :*parameter*."""
    if conn.dialect.name == "postgresql":
        return f"(SELECT value::text::bigint FROM json_array_elements(CAST(:{parameter} AS json)))"
    return f"(SELECT value FROM json_each(:{parameter}))"


def texts_of(conn: Connection, parameter: str) -> str:
    """A subquery whose rows are the texts of the JSON list in :*parameter*."""
    if conn.dialect.name == "postgresql":
        return f"(SELECT value FROM json_array_elements_text(CAST(:{parameter} AS json)))"
    return f"(SELECT value FROM json_each(:{parameter}))"


def packed(rows: Iterable[Sequence[object]] | Iterable[int] | Iterable[str]) -> str:
    """The parameter itself. A NUL, which PostgreSQL keeps in no text, becomes U+FFFD: what a server answered may hold any."""
    items = list(rows)
    text = json.dumps(items, ensure_ascii=False, separators=(",", ":"))
    if "\\u0000" in text:
        text = json.dumps([_replace_nul(item) for item in items], ensure_ascii=False, separators=(",", ":"))
    return text


def _replace_nul(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    return [_replace_nul(item) for item in value] if isinstance(value, list | tuple) else value
