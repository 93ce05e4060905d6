"""endoflife.date: a product's releases become their days of release and of the end of each kind of support."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from ..registry.foreign_yaml import LineMap
from .data_list import load_yaml_or_json
from .records import (
    Losses,
    build_event,
    decode_text,
    iso_day,
    line_of,
    records_of,
    report_unknown_keys,
)
from .texts import one_line
from .values import ImportContext, ImportedCalendar, ImportedEvent, ImportingError

# The keys of a page, of the two interfaces of endoflife.date, and of the schedule of Node.js, which begins and ends.
_DATES = (
    ("releaseDate start", "released", "release"),
    ("eoas eoasFrom support", "active support ends", "end"),
    ("maintenance", "maintenance begins", "maintenance"),
    ("eol eolFrom end", "support ends", "end"),
    ("eoes eoesFrom extendedSupport", "extended support ends", "end"),
    ("discontinued discontinuedFrom", "discontinued", "end"),
    ("lts ltsFrom", "long-term support begins", "lts"),
)
_KNOWN = " ".join([
    "releaseCycle cycle name releaseLabel label codename link latest latestReleaseDate isLts isEoas isEol isEoes isDiscontinued isMaintained",
    *(keys for keys, _words, _tag in _DATES),
])  # fmt: skip
# A comment behind a date that says it is not certain is a doubt.
_DOUBT = re.compile(
    r"^([ \t]*(?:-[ \t]*)?\w+:\s*)([0-9]{4}-[0-9]{2}-[0-9]{2})[ \t]*#.*\b(?:estimat\w*|expect\w*|tentativ\w*|probabl\w*|approx\w*|guess\w*|assum\w*|unconfirmed|TBC)\b.*$",
    re.IGNORECASE | re.MULTILINE,
)


def read_endoflife(data: bytes, context: ImportContext) -> ImportedCalendar:
    """Reads the head of a product's page, or releases in JSON: a list, or a map by their names. Raises ImportingError.

    Without a title of its own a product is called after its file.
    """
    text = _DOUBT.sub(r"\1\2?", decode_text(data))
    head = re.match(r"\s*---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", text, re.DOTALL | re.MULTILINE)
    try:
        value = load_yaml_or_json(head[1] if head else text)
    except RecursionError as error:
        raise ImportingError("it is nested too deep") from error
    losses = Losses()
    product = value if isinstance(value, Mapping) else {"releases": value}
    if isinstance(result := product.get("result"), Mapping):
        product = result
    if "versions" in product:
        losses.add(0, "", "versions", "left out; --format list reads these alone")
    releases = product.get("releases", product if "title" not in product else [])
    if isinstance(releases, Mapping):
        maps = {name: release for name, release in releases.items() if isinstance(release, Mapping)}
        releases = [_named(release, name) for name, release in maps.items()]
        if not releases:
            raise ImportingError("this is not a product of endoflife.date: a map with `releases` was expected")
    title = one_line(str(product.get("title") or product.get("label") or PurePosixPath(context.source).stem))
    events: list[ImportedEvent] = []
    for release in records_of(releases or [], "list of `releases`"):
        events += _release(title, release, losses)
    return ImportedCalendar(tuple(events), tuple(losses.items), name=f"{title} releases")


def _named(release: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Returns *release* with its name, the key under which it stands."""
    record = LineMap({"name": name, **release})
    record.line = line_of(release)
    return record


def _release(title: str, release: Mapping[str, Any], losses: Losses) -> Iterator[ImportedEvent]:
    names = (release.get(key) for key in ("releaseCycle", "cycle", "name"))
    name = f"{title} {one_line(str(next(filter(None, names), '')))}".strip()
    report_unknown_keys(release, _KNOWN, losses, name)
    for keys, words, tag in _DATES:
        key = next((key for key in keys.split() if release.get(key)), "")
        text = str(release.get(key, "")).strip()
        day = iso_day(text)
        if day is None:
            if text not in ("", "false", "null", "~") and not (key == "lts" and text == "true"):
                reason = "the source gives no day for it" if text == "true" else f"{text!r} is not a day"
                losses.add(release, name, key, f"{reason}; left out")
            continue
        when_text = f"{day}{'?' if text.endswith('?') else ''}"
        fields = {"title": f"{name}: {words}", "when": when_text, "tags": [tag], "url": release.get("link")}
        line, checked = line_of(release), losses if tag == "release" else None
        yield build_event(f"{name} {words}", fields, line=line, losses=checked)
