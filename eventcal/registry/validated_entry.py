"""One entry of the registry, its shape checked: what was written, the part of it that can be read, and the findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from .. import when
from ..errors import GrammarError
from ..when import When
from .validation import validate_event
from .yaml_nodes import Finding, KeyPath, PlainValue


@dataclass(slots=True)
class ValidatedEntry:
    """An entry while it is read. A key in *valid_value* has the kind of value that its shape gives it.

    *raw_value* is the entry as written; its readers add to *findings*.
    """

    raw_value: dict[str, PlainValue]
    valid_value: dict[str, Any]
    findings: list[Finding]

    def add_finding(self, path: KeyPath | str, message: str, at_key: bool = False, warning: bool = False) -> None:
        """Adds what is wrong at *path*, or with the key itself (*at_key*)."""
        self.findings.append(Finding((path,) if isinstance(path, str) else path, message, at_key, warning))

    def read_date(self, key: str, zone: ZoneInfo, path: KeyPath = (), text: str | None = None) -> When | None:
        """Reads the date under *key*, or *text* in its place; None with a finding for what is no date."""
        text = self.valid_value.get(key) if text is None else text
        if text is None:
            return None
        try:
            parsed = when.parse(text, zone)
        except GrammarError as error:
            self.add_finding((*path, key), f"{key} {error}")
            return None
        if doubt := when.find_doubt(text, parsed):
            self.add_finding((*path, key), doubt, warning=True)
        return parsed


def validate_entry(value: dict[str, PlainValue], broken_keys: frozenset[str | int]) -> ValidatedEntry:
    """Checks the shape of *value*. *broken_keys* had findings as YAML already and get no second one."""
    findings = validate_event(value)
    if broken_keys:
        findings = [finding for finding in findings if not (finding.path and finding.path[0] in broken_keys)]
    valid_value: dict[str, Any] = {key: item for key, item in value.items() if key not in broken_keys}
    for finding in findings:
        if finding.path:
            # A source without its broken part would be blamed a second time, for what it lacks.
            is_part = len(finding.path) > 2 or (len(finding.path) == 2 and finding.path[0] == "source")
            valid_value = _remove_part(
                valid_value, finding.path[:-1] if is_part and not finding.at_key else finding.path
            )
    return ValidatedEntry(value, valid_value, findings)


def _remove_part(value: Any, path: KeyPath) -> Any:
    """Returns a copy of *value* that lacks the part at *path*: no key any more, or None in a list, whose other places stay."""
    part, *subpath = path
    if isinstance(value, dict) and part in value:
        remainder = {part: _remove_part(value[part], tuple(subpath))} if subpath else {}
        return {key: item for key, item in value.items() if key != part} | remainder
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return [*value[:part], _remove_part(value[part], tuple(subpath)) if subpath else None, *value[part + 1 :]]
    return value
