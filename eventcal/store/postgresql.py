"""Says what PostgreSQL does in its own way."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles

from .json_rows import json_rows, json_values


@compiles(json_rows, "postgresql")
def _compile_json_rows(element: json_rows, compiler: Any, **options: Any) -> str:
    parameter, *columns = element.clauses
    items = ", ".join(
        f"(value ->> {n}){'' if isinstance(column.type, Text) else '::bigint'} AS {column.name}"
        for n, column in enumerate(columns)
    )
    # OFFSET 0: taken apart once, and not again for every row that they are joined to
    return f"(SELECT {items} FROM json_array_elements(CAST({compiler.process(parameter, **options)} AS json)) OFFSET 0)"


@compiles(json_values, "postgresql")
def _compile_json_values(element: json_values, compiler: Any, **options: Any) -> str:
    parameter, value = element.clauses
    item = "value #>> '{}'" if isinstance(value.type, Text) else "(value #>> '{}')::bigint"
    return f"(SELECT {item} AS value FROM json_array_elements(CAST({compiler.process(parameter, **options)} AS json)))"
