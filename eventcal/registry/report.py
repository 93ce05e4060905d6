"""Problems as a person, a program or GitHub's checks read them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..errors import Problem
from ..when import Period, Undated
from .reading import Registry


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


def summary(found: Registry) -> str:
    """In one line: "5 events (2 with a day, 3 some time in a period), no problems"."""
    errors = sum(not each.warning for each in found.problems)
    periods = sum(isinstance(each.when.span, Period) for each in found.events)
    undated = sum(isinstance(each.when.span, Undated) for each in found.events)
    kinds = (
        (len(found.events) - periods - undated, "with a day"),
        (periods, "some time in a period"),
        (undated, "without a date"),
    )
    parts = ", ".join(f"{count} {words}" for count, words in kinds if count)
    warnings = len(found.problems) - errors
    said = [f"{_counted(len(found.events), 'event')}{f' ({parts})' if parts else ''}"]
    said.append(_counted(errors, "problem") if errors else "no problems")
    return ", ".join([*said, *([_counted(warnings, "warning")] if warnings else [])])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else noun + 's'}"
