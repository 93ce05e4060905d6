"""What an event says of its source becomes Source values: a key of `sources`, an address, a quote, or the whole of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ..events import Grade, Source
from .details import address, one_line, printed_on
from .names import did_you_mean
from .nodes import Fault, Path
from .shape import SourceShape


def table_of(value: Mapping[str, Any], faults: list[Fault]) -> dict[str, Source]:
    """The sources of a file by their keys."""
    return {key: _written(each, ("sources", key), faults, key) for key, each in value.items()}


def sources_of(value: Any, known: Mapping[str, Source], path: Path, faults: list[Fault]) -> tuple[Source, ...]:
    """The sources that `source:` names, in its order."""
    if isinstance(value, list):
        return tuple(
            _one(each, known, (*path, position), faults) for position, each in enumerate(value) if each is not None
        )
    return (_one(value, known, path, faults),)


def _one(value: Any, known: Mapping[str, Source], path: Path, faults: list[Fault]) -> Source:
    if isinstance(value, str):
        text = value.strip()
        if text in known:
            return known[text]
        if ":" in text or "/" in text:
            return Source(url=address(text, path, faults))
        faults.append(Fault(path, _unknown(text, known)))
        return Source(key=text)
    if len(value) == 1 and (key := next(iter(value))) not in SourceShape.model_fields:
        if key not in known:
            faults.append(Fault((*path, key), _unknown(key, known, SourceShape.model_fields), at_key=True))
        return replace(known.get(key, Source(key=key)), quote=one_line(value[key]))
    return _written(value, path, faults)


def _unknown(key: str, known: Iterable[str], fields: Iterable[str] = ()) -> str:
    advice = did_you_mean(key, known) or did_you_mean(key, fields, 0.75)
    return f"no source '{key}' stands under `sources`{advice or ': write it there, or give an address'}"


def _written(value: Mapping[str, str], path: Path, faults: list[Fault], key: str = "") -> Source:
    """A source written out in full."""
    if not value.keys() & {"title", "url", "quote"}:
        faults.append(Fault(path, "a source has a title, a url or a quote: nothing here says what it is"))
    return Source(
        key,
        one_line(value.get("title", "")),
        address(value["url"], (*path, "url"), faults) if "url" in value else "",
        printed_on(value["published"], (*path, "published"), faults) if "published" in value else "",
        printed_on(value["seen"], (*path, "seen"), faults) if "seen" in value else "",
        one_line(value.get("quote", "")),
        Grade(value["grade"]) if "grade" in value else None,
    )
