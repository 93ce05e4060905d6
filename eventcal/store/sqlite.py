"""Says what SQLite does in its own way."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.compiler import compiles

from .json_rows import json_rows, json_values


@compiles(json_rows, "sqlite")
def _compile_json_rows(element: json_rows, compiler: Any, **options: Any) -> str:
    parameter, *columns = element.clauses
    items = ", ".join(f"json_extract(value, '$[{n}]') AS {column.name}" for n, column in enumerate(columns))
    return f"(SELECT {items} FROM json_each({compiler.process(parameter, **options)}))"


@compiles(json_values, "sqlite")
def _compile_json_values(element: json_values, compiler: Any, **options: Any) -> str:
    parameter, _value = element.clauses
    return f"json_each({compiler.process(parameter, **options)})"
