"""endoflife.date: a product's releases become their days of release and of the end of each kind of support."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .records import (
    Losses,
    build_event,
    decode_text,
    iso_day,
    line_of,
    load_yaml,
    records_of,
    report_unknown_keys,
)
from .texts import one_line
from .values import ImportContext, ImportedCalendar, ImportedEvent, ImportingError

_DATES = (
    ("releaseDate", "released", "release"),
    ("eoas", "active support ends", "end"),
    ("eol", "support ends", "end"),
    ("eoes", "extended support ends", "end"),
    ("discontinued", "discontinued", "end"),
    ("lts", "long-term support begins", "lts"),
)
_KNOWN = "releaseCycle releaseLabel releaseDate eol eoas eoes discontinued lts link latest latestReleaseDate"
# A comment behind a date that says it is not certain is a doubt.
_DOUBT = re.compile(
    r"^(\s*-?\s*\w+:\s*)([0-9]{4}-[0-9]{2}-[0-9]{2})[ \t]*#.*\b(?:estimat\w*|expect\w*|tentativ\w*|probabl\w*|approx\w*|guess\w*|assum\w*|unconfirmed|TBC)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)


def read_endoflife(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads the head of a product's page. Raises ImportingError."""
    text = _DOUBT.sub(r"\1\2?", decode_text(data))
    head = re.match(r"\s*---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", text, re.DOTALL | re.MULTILINE)
    value = load_yaml(head[1] if head else text)
    if not isinstance(value, Mapping):
        raise ImportingError("this is not a product of endoflife.date: a map with `releases` was expected")
    losses = Losses()
    title = one_line(str(value.get("title", "")))
    events: list[ImportedEvent] = []
    for release in records_of(value.get("releases") or [], "list of `releases`"):
        events += _release(title, release, losses)
    return ImportedCalendar(tuple(events), tuple(losses.items), name=f"{title} releases")


def _release(title: str, release: Mapping[str, Any], losses: Losses) -> Iterator[ImportedEvent]:
    cycle = one_line(str(release.get("releaseCycle", "")))
    name = f"{title} {cycle}".strip()
    report_unknown_keys(release, _KNOWN, losses, name)
    for key, words, tag in _DATES:
        text = str(release.get(key, "")).strip()
        day = iso_day(text)
        if day is None:
            if text and not (key == "lts" and text in ("true", "false")) and text != "false":
                reason = "the source gives no day for it" if text == "true" else f"{text!r} is not a day"
                losses.add(release, name, key, f"{reason}; left out")
            continue
        when_text = f"{day}{'?' if text.endswith('?') else ''}"
        fields = {"title": f"{name}: {words}", "when": when_text, "tags": [tag], "url": release.get("link")}
        line, checked = line_of(release), losses if key == "releaseDate" else None
        yield build_event(f"{name} {words}", fields, line=line, losses=checked)
