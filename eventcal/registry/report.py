"""Problems as a person, a program or GitHub's checks read them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..errors import Problem


def problems_as_text(problems: Iterable[Problem]) -> str:
    """One line for each: `events.yaml:5:11: when '2021-09-31': September has 30 days`."""
    return "\n".join(str(each) for each in problems)


def problems_as_json(problems: Iterable[Problem]) -> str:
    """A JSON list of {file, line, column, message, severity}; severity is error or warning."""
    return json.dumps(
        [
            {
                "file": each.file,
                "line": each.line,
                "column": each.column,
                "message": each.message,
                "severity": "warning" if each.warning else "error",
            }
            for each in problems
        ],
        indent=2,
        ensure_ascii=False,
    )


def problems_as_github(problems: Iterable[Problem]) -> str:
    """One workflow command for each, which GitHub Actions shows beside the line."""
    return "\n".join(
        f"::{'warning' if each.warning else 'error'} file={_property(each.file)},line={each.line},col={each.column}::{_data(each.message)}"
        for each in problems
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
