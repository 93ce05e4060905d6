"""Passes a list of rows to one statement as one JSON parameter, so that the write lock is held once, however many there are.

`rows`, `ids` and `texts` are for Core statements; `sqlite` and `postgresql` say how each database takes JSON apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnClause, Select, Text, bindparam, column, select
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine

INTEGER, TEXT = BigInteger(), Text()


class json_rows(FunctionElement[Any]):
    """A FROM item: the arrays in a JSON list, their items under the names and types of the columns that follow."""

    name = "json_rows"
    inherit_cache = True


class json_values(FunctionElement[Any]):
    """A FROM item: the scalars in a JSON list, as the column that follows."""

    name = "json_values"
    inherit_cache = True


def rows(parameter: str = "rows", **columns: TypeEngine[Any]) -> TableValuedAlias:
    """Returns the arrays of the JSON list in :*parameter* as a table, with *columns* in that order."""
    definitions = [column(name, type_) for name, type_ in columns.items()]
    return json_rows(bindparam(parameter, type_=TEXT), *definitions).table_valued(*definitions, name="r")


def ids(parameter: str = "ids") -> Select[int]:
    """Returns a subquery of the numbers of the JSON list in :*parameter*."""
    return _values(parameter, column("value", INTEGER))


def texts(parameter: str) -> Select[str]:
    """Returns a subquery of the texts of the JSON list in :*parameter*."""
    return _values(parameter, column("value", TEXT))


def _values(parameter: str, value: ColumnClause[Any]) -> Select[Any]:
    items = json_values(bindparam(parameter, type_=TEXT), value).table_valued(value, name="v")
    return select(items.c.value)


def packed(rows: Iterable[Sequence[object]] | Iterable[int] | Iterable[str]) -> str:
    """Returns *rows* as the parameter. A NUL, which PostgreSQL keeps in no text, becomes U+FFFD."""
    items = list(rows)
    text = json.dumps(items, ensure_ascii=False, separators=(",", ":"))
    if "\\u0000" in text:
        text = json.dumps([_replace_nul(item) for item in items], ensure_ascii=False, separators=(",", ":"))
    return text


def _replace_nul(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    return [_replace_nul(item) for item in value] if isinstance(value, list | tuple) else value
