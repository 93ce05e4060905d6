"""Drafts: what a text proposes, and how it becomes entries of the registry, with comments where something was guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..errors import EventcalError
from ..importing.texts import MAX_ID, free_id, slug
from ..registry.edit import KEY_ORDER
from ..registry.yaml_format import format_entry, to_plain
from ..registry.yaml_nodes import PlainValue


class DraftError(EventcalError):
    """A text or an answer that cannot be used; the message says why."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be reviewed. *notes* say what was guessed, *quote* are the words of the source, *near* those about it."""

    title: str
    when: str
    quote: str
    language: str
    place: str = ""
    repeat: str = ""
    zone: str = ""
    status: str = "tentative"
    notes: tuple[str, ...] = ()
    near: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A date of the text that became no entry, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class TextSource:
    """Where a text comes from: *key* under the registry's `sources`, or its address or title."""

    key: str = ""
    url: str = ""
    title: str = ""
    published: date | None = None

    def with_quote(self, quote: str) -> dict[str, Any]:
        """Returns the `source` of an entry that *quote* stands for."""
        if self.key:
            return {self.key: quote}
        fields: dict[str, Any] = {}
        if self.title:
            fields["title"] = self.title
        if self.url:
            fields["url"] = self.url
        if self.published:
            fields["published"] = self.published.isoformat()
        return {**fields, "quote": quote, "grade": "reported"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with its comments by key."""

    fields: dict[str, PlainValue]
    comments: dict[str, str]


def entries_of(drafts: Iterable[Draft], source: TextSource, taken: Iterable[str]) -> list[Entry]:
    """Returns the entries of *drafts*, each with an id that is not among *taken*."""
    ids = set(taken)
    result = []
    for draft in drafts:
        event_id = _free_id(draft, ids)
        ids.add(event_id)
        fields: dict[str, Any] = {
            "id": event_id,
            "title": draft.title,
            "when": draft.when,
            "repeat": draft.repeat,
            "status": "" if draft.repeat else draft.status,  # what has happened is certain
            "place": draft.place,
            "timezone": draft.zone,
            "source": source.with_quote(draft.quote),
        }
        ordered = {key: to_plain(fields[key]) for key in KEY_ORDER if fields.get(key)}
        result.append(Entry(ordered, _comments(draft)))
    return result


def _comments(draft: Draft) -> dict[str, str]:
    titles = [note for note in draft.notes if "title" in note]
    dates = [note for note in draft.notes if "title" not in note]
    return {key: "; ".join(notes) for key, notes in (("title", titles), ("when", dates)) if notes}


def _free_id(draft: Draft, taken: set[str]) -> str:
    name = slug(re.sub(r"\{\w+\}", "", draft.title), MAX_ID - 8) or "event"
    year = draft.when[:4] if draft.when[:4].isdigit() else (re.search(r"[0-9]{4}", draft.when) or [""])[0]
    return free_id(name if draft.repeat or year in name else f"{name}-{year}".strip("-"), taken)


def to_yaml(entries: Iterable[Entry]) -> str:
    """Returns *entries* as a person would type them below `events:`."""
    return "\n".join(format_entry(entry.fields, 2, entry.comments) for entry in entries)
