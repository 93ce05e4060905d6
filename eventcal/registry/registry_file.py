"""One file of a registry: its text becomes the entries of its events, and what stands above them is checked."""

from __future__ import annotations

from dataclasses import dataclass

from .header import RegistryHeader, parse_header
from .validation import validate_top_level
from .yaml_nodes import Finding, MalformedYaml, ParsedFile, parse_whole, parse_yaml, split_entries


class UnsplittableFile(Exception):
    """A file whose entries cannot be read one by one; it has to be read in one piece."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class RegistryFile:
    """A file that is YAML: its name below the folder, its document, and what of its frame can be used."""

    name: str
    document: ParsedFile
    header: RegistryHeader
    findings: list[Finding]


def parse_document(text: str, in_one_piece: bool) -> ParsedFile:
    """Parses a file, entry by entry where its layout allows it and not *in_one_piece*. Raises MalformedYaml."""
    split = None if in_one_piece else split_entries(text)
    if split is not None:
        try:
            top_level = parse_yaml(split[0])
        except MalformedYaml:
            return parse_whole(text)
        if isinstance(top_level.value, dict) and top_level.value.get("events") == "":
            top_level.value["events"] = []
            return ParsedFile(top_level, split[1])
    return parse_whole(text)


def check_top_level(name: str, document: ParsedFile, main: bool) -> RegistryFile:
    """Returns the file with the findings about the keys beside its events; *main* is the one that includes the others."""
    top_level = document.top_level.value
    findings = list(document.top_level.findings)
    broken_keys = frozenset(finding.path[0] for finding in findings if finding.path)
    findings += [
        finding
        for finding in validate_top_level(top_level, "registry" if main else "included")
        if not finding.path or finding.path[0] not in broken_keys
    ]
    keys = top_level if isinstance(top_level, dict) else {}
    has_no_events = isinstance(top_level, dict) and not keys.keys() & {"events", "include"}
    if main and has_no_events and not any(finding.path == () for finding in findings):
        findings.append(Finding((), "'events' is missing: write a list of events, or events: [] for none"))
    return RegistryFile(name, document, parse_header(keys, findings, broken_keys), findings)
