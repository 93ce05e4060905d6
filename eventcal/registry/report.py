"""Problems as a person, a program or GitHub's checks read them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..errors import Problem
from ..when import Period, Undated
from .load import Registry


def problems_as_text(problems: Iterable[Problem]) -> str:
    """Returns one line for each: `events.yaml:5:11: when '2021-09-31': September has 30 days`."""
    return "\n".join(str(problem) for problem in problems)


def problems_as_json(problems: Iterable[Problem]) -> str:
    """Returns a JSON list of {file, line, column, message, severity}; severity is error or warning."""
    return json.dumps(
        [
            {
                "file": problem.file,
                "line": problem.line,
                "column": problem.column,
                "message": problem.message,
                "severity": "warning" if problem.warning else "error",
            }
            for problem in problems
        ],
        indent=2,
        ensure_ascii=False,
    )


def problems_as_github(problems: Iterable[Problem]) -> str:
    """Returns one workflow command for each, which GitHub Actions shows beside the line."""
    return "\n".join(
        f"::{'warning' if problem.warning else 'error'} file={_escape_property(problem.file)},line={problem.line},col={problem.column}::{_escape_data(problem.message)}"
        for problem in problems
    )


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


def summarize(registry: Registry) -> str:
    """Says in one line: "5 events (2 with a day, 3 some time in a period), no problems"."""
    errors = len(registry.errors)
    periods = sum(isinstance(event.when.span, Period) for event in registry.events)
    undated = sum(isinstance(event.when.span, Undated) for event in registry.events)
    kinds = (
        (len(registry.events) - periods - undated, "with a day"),
        (periods, "some time in a period"),
        (undated, "without a date"),
    )
    parts = ", ".join(f"{count} {words}" for count, words in kinds if count)
    warnings = len(registry.problems) - errors
    phrases = [f"{_pluralize(len(registry.events), 'event')}{f' ({parts})' if parts else ''}"]
    phrases.append(_pluralize(errors, "problem") if errors else "no problems")
    return ", ".join([*phrases, *([_pluralize(warnings, "warning")] if warnings else [])])


def _pluralize(number: int, noun: str) -> str:
    return f"{number} {noun if number == 1 else noun + 's'}"
