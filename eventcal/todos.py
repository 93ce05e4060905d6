"""The list of events that a person has to look at: its values, their JSON, and a sentence for each. `todo_rules` finds them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum

from .words import get_translations, text_direction

MAX_STORED_TODOS = 50
"""Entries that a stored list holds; of the others it has the number."""


class Concern(StrEnum):
    """The reasons for which an event has to be looked at, the more urgent first."""

    CONTRADICTED = "contradicted"  # a quote of its source gives another date
    OVERDUE = "overdue"  # its period is over, and its day was never written
    NEAR = "near"  # it begins soon, and the day is not known or only computed
    DEAD_LINK = "dead link"  # one of its addresses leads nowhere
    UNCONFIRMED = "unconfirmed"  # it is past, and still tentative or in doubt
    DOUBTFUL = "doubtful"  # its date is in doubt, and one source at most says it
    UNDATED = "undated"  # it has had no date for months
    STALE = "stale"  # its source was not checked for a year


class TodoReason(StrEnum):
    """The sentences that `format_todo` writes."""

    OTHER_DATE = "other date"
    PERIOD_OVER = "period over"
    PERIOD_BEGUN = "period begun"
    PERIOD_NEAR = "period near"
    COMPUTED_NEAR = "computed near"
    NO_DATE_SINCE = "no date since"
    OLD_DATE_PAST = "old date past"
    LINK = "link"
    NEVER_CONFIRMED = "never confirmed"
    NO_SECOND_SOURCE = "no second source"
    SEEN_LONG_AGO = "seen long ago"


@dataclass(frozen=True, slots=True)
class Todo:
    """One event to look at. *values* fill the sentence; *day* is when it happens at the earliest, None if unknown."""

    event_id: str
    title: str
    concern: Concern
    reason: TodoReason
    values: Mapping[str, str | int] = field(default_factory=dict)
    day: date | None = None

    @property
    def message(self) -> str:
        """The sentence in English."""
        return format_todo(self, "en")


@dataclass(frozen=True, slots=True)
class TodoList:
    """The events to look at in edition number *edition* on *day*: the most urgent, and the number of all."""

    edition: int
    day: date
    count: int
    todos: tuple[Todo, ...]

    def to_json(self) -> str:
        """Returns the list as the store keeps it."""
        return json.dumps(asdict(self), default=str, ensure_ascii=False)


def parse_todo_list(text: str) -> TodoList:
    """Reads what `TodoList.to_json` wrote."""
    fields = json.loads(text)
    todos = (
        Todo(
            item["event_id"],
            item["title"],
            Concern(item["concern"]),
            TodoReason(item["reason"]),
            item["values"],
            date.fromisoformat(item["day"]) if item["day"] else None,
        )
        for item in fields["todos"]
    )
    return TodoList(fields["edition"], date.fromisoformat(fields["day"]), fields["count"], tuple(todos))


def format_todo(todo: Todo, language: str) -> str:
    """Returns the sentence that says why an event has to be looked at."""
    translations = get_translations(language)
    _ = translations.gettext
    days = int(todo.values.get("days", 0))
    templates = {
        TodoReason.OTHER_DATE: _("when is {when}, and its source says {said}"),
        TodoReason.PERIOD_OVER: _("{when} is over, and the day was never written"),
        TodoReason.PERIOD_BEGUN: _("{when} has begun, and the day is not known"),
        TodoReason.PERIOD_NEAR: translations.ngettext(
            "{when} begins in {days} day, and the day is not known",
            "{when} begins in {days} days, and the day is not known",
            days,
        ),
        TodoReason.COMPUTED_NEAR: _("{when} is computed: once it is announced, write it under exceptions"),
        TodoReason.NO_DATE_SINCE: _("it has had no date since {since}"),
        TodoReason.OLD_DATE_PAST: _("its old date, {was}, is past, and no new one is written"),
        TodoReason.LINK: "{url}: {detail}",
        TodoReason.NEVER_CONFIRMED: _("{when} is past, and it was never confirmed"),
        TodoReason.NO_SECOND_SOURCE: _("its date is in doubt, and no second source is written"),
        TodoReason.SEEN_LONG_AGO: _("its source was last seen on {seen}"),
    }
    values = todo.values
    if text_direction(language) == "rtl":  # an isolate keeps "2026-W50" in its order
        values = {name: f"\u2066{value}\u2069" for name, value in values.items()}
    return templates[todo.reason].format(**values)
