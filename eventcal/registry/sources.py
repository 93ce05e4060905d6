"""Reads the sources of an event as Source values: a key of `sources`, an address, a quote, or the whole of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..events import Source, SourceGrade
from .fields import parse_print_date, parse_url, to_one_line
from .schema import SourceShape
from .suggestions import did_you_mean
from .yaml_nodes import Finding, KeyPath


def parse_source_map(value: Mapping[str, Any], findings: list[Finding]) -> dict[str, Source]:
    """The sources of a file by their keys."""
    return {
        key: _parse_full_source(source_fields, ("sources", key), findings, key) for key, source_fields in value.items()
    }


def parse_sources(
    value: Any, known_sources: Mapping[str, Source], path: KeyPath, findings: list[Finding]
) -> tuple[Source, ...]:
    """The sources that `source:` names, in its order."""
    if isinstance(value, list):
        return tuple(
            _parse_source(item, known_sources, (*path, position), findings)
            for position, item in enumerate(value)
            if item is not None
        )
    return (_parse_source(value, known_sources, path, findings),)


def _parse_source(value: Any, known_sources: Mapping[str, Source], path: KeyPath, findings: list[Finding]) -> Source:
    if isinstance(value, str):
        text = value.strip()
        if text in known_sources:
            return known_sources[text]
        if ":" in text or "/" in text:
            return Source(url=parse_url(text, path, findings))
        findings.append(Finding(path, _unknown_source_message(text, known_sources)))
        return Source(key=text)
    if len(value) == 1 and (key := next(iter(value))) not in SourceShape.model_fields:
        if key not in known_sources:
            findings.append(
                Finding(
                    (*path, key), _unknown_source_message(key, known_sources, SourceShape.model_fields), at_key=True
                )
            )
        return replace(known_sources.get(key, Source(key=key)), quote=to_one_line(value[key]))
    return _parse_full_source(value, path, findings)


def _unknown_source_message(key: str, known_sources: Iterable[str], fields: Iterable[str] = ()) -> str:
    advice = did_you_mean(key, known_sources) or did_you_mean(key, fields, 0.75)
    return f"no source '{key}' under `sources`{advice or ': write it there, or give an address'}"


def _parse_full_source(value: Mapping[str, str], path: KeyPath, findings: list[Finding], key: str = "") -> Source:
    """A source written out in full."""
    if not value.keys() & {"title", "url", "quote"}:
        findings.append(Finding(path, "a source needs a title, a url or a quote: write at least one"))
    return Source(
        key,
        to_one_line(value.get("title", "")),
        parse_url(value["url"], (*path, "url"), findings) if "url" in value else "",
        parse_print_date(value["published"], (*path, "published"), findings) if "published" in value else "",
        parse_print_date(value["seen"], (*path, "seen"), findings) if "seen" in value else "",
        to_one_line(value.get("quote", "")),
        SourceGrade(value["grade"]) if "grade" in value else None,
    )
