"""Values of `eventcal.toml` as every part of the settings reads them: the file, `env:NAME`, and what a slip was meant to be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import SettingsError


def read_toml(config: Path) -> dict[str, object]:
    """Returns the file's tables. Raises SettingsError where it cannot be read, or is not TOML."""
    import tomllib

    try:
        return tomllib.loads(config.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # also a number of 5,000 digits, or as many brackets
        raise SettingsError(f"{config}: not TOML: {error}") from error
    except OSError as error:
        raise SettingsError(f"{config}: cannot be read: {error.strerror}") from error


def add_line(problem: str, config: Path) -> str:
    """Adds to a *problem* that begins with the file, and then names a setting or table of it, the line where that begins."""
    match = re.match(
        rf"{re.escape(str(config))}: (?:unknown setting '(?P<unknown>[^']+)'|channel (?P<number>\d+)|(?P<name>\w+))",
        problem,
    )
    if match is None:
        return problem
    name, occurrence = match["unknown"] or match["name"] or "channels", int(match["number"] or 1)
    begin = re.compile(rf'\s*(?:\[\[?\s*)?["\']?{re.escape(name)}["\']?\s*(?:[].=]|$)')
    lines = [
        number for number, line in enumerate(config.read_text(encoding="utf-8").splitlines(), 1) if begin.match(line)
    ]
    if len(lines) < occurrence:
        return problem
    return f"{config}:{lines[occurrence - 1]}{problem[len(str(config)) :]}"


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """Returns the end of a sentence about an unknown *word*: the known one that is nearest, else all of them."""
    matches = difflib.get_close_matches(word, known, n=1)
    return f", did you mean '{matches[0]}'?" if matches else f"; known are {', '.join(known)}"


def env_names(value: object) -> Iterator[str]:
    """Yields the variables that *value* of the file, a table or a list too, names as `env:NAME`."""
    match value:
        case str() if value.startswith("env:"):
            yield value.removeprefix("env:")
        case dict():
            for part in value.values():
                yield from env_names(part)
        case list():
            for part in value:
                yield from env_names(part)


CONTROL_PROBLEM = "has a line break or another control character: remove it"


def has_control_character(text: str) -> bool:
    """Tells whether *text* has a character that no name, address or secret has: controls of ASCII and Latin-1, line breaks."""
    return re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", text) is not None


def is_utf8(text: str) -> bool:
    """Tells whether *text* of the environment was UTF-8: Python keeps other octets as lone surrogates (PEP 383)."""
    return re.search("[\ud800-\udfff]", text) is None


def resolve_env(value: object, environ: Mapping[str, str], location: str, problems: list[str]) -> object:
    """Returns *value*, or for `env:NAME` that variable, so that secrets stay out of the file; adds a problem where it is unset."""
    if not isinstance(value, str) or not value.startswith("env:"):
        return value
    name = value.removeprefix("env:")
    text = environ.get(name, "")
    if not text:
        problems.append(f"{location}: the environment has no {name}; set it, or write the value")
    if not is_utf8(text):
        problems.append(f"{location}: {name} is not UTF-8")
    return text
