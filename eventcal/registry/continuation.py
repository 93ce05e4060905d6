"""A series is split at a day: it ends before, and another one, which `continues` it, goes on by another date or rule.

This is what calendar apps call "this and following events" (RFC 5545 3.2.13, THISANDFUTURE), as two events of the registry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .. import repeat
from ..errors import GrammarError
from ..events import Event, event_zone
from ..repeat.movable import WEEKDAY_NAMES
from ..repeat.rule import join_rrule, split_rrule, without_parts
from ..when import When, parse
from .edit import KEY_ORDER
from .yaml_nodes import PlainValue

_END = re.compile(r" until \S+$| [0-9]+ times$")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(WEEKDAY_NAMES)})\b")
_OF_THE_FIRST_ALONE = ("id", "uid", "sequence", "formerly", "milestones", "was", "repeat", "rrule")
"""Keys that a continuation does not have from the event that it continues."""


@dataclass(frozen=True, slots=True)
class Split:
    """The *changes* that end a series on its *last_day*, None for a key to be removed; and the keys of its *continuation*."""

    last_day: date
    changes: dict[str, PlainValue | None]
    continuation: dict[str, PlainValue]


def split_series(
    event: Event, written: Mapping[str, PlainValue], day: date, when_text: str, new_id: str, repeat_text: str = ""
) -> Split:
    """Splits *event*, whose keys are *written* as typed, at *day*: the event *new_id* goes on from it at *when_text*.

    It has the rule *repeat_text*, or that of *event* on the weekday of its own first date, with what is left of its
    number of dates, and none while its first day is not known; what was written for dates from *day* on goes with it.

    Raises GrammarError for an event without a rule, for a day that has no date before it, or none on or after it, and
    for a date that is not one.
    """
    rule = event.rule
    if rule is None:
        raise GrammarError(f"'{event.id}' has no rule: only a series changes from a day on")
    first = repeat.local_dtstart(event.when)
    earlier = [*repeat.iter_days(rule, first, first, date.fromordinal(day.toordinal() - 1))]
    if not earlier:
        raise GrammarError(f"'{event.id}' has no date before {day}: to move all of them, leave out --from")
    if next(repeat.iter_days(rule, first, day, date.max), None) is None:
        raise GrammarError(f"'{event.id}' has no date from {day} on: its last is {earlier[-1]}")
    begins = parse(when_text, event_zone(event))
    changes, later = _divide_dates(written, day)
    shared = {key: value for key, value in written.items() if key not in (*_OF_THE_FIRST_ALONE, *changes)}
    continuation = shared | {"id": new_id, "when": when_text} | later | {"continues": event.id}
    if repeat_text:
        continuation["repeat"] = repeat_text
    elif begins.is_day_known:
        continuation["rrule" if rule.raw else "repeat"] = _rest_of_rule(rule, begins, len(earlier))
    changes["rrule" if rule.raw else "repeat"] = _ended_rule(rule, earlier[-1])
    in_order = sorted(continuation, key=lambda key: KEY_ORDER.index(key) if key in KEY_ORDER else len(KEY_ORDER))
    return Split(earlier[-1], changes, {key: continuation[key] for key in in_order})


def _divide_dates(
    written: Mapping[str, PlainValue], day: date
) -> tuple[dict[str, PlainValue | None], dict[str, PlainValue]]:
    """Returns what is written for dates before *day*, None for a key of which nothing is left, and for those from it on."""
    earlier: dict[str, PlainValue | None] = {}
    later: dict[str, PlainValue] = {}
    for key in ("exceptions", "except", "also"):
        value = written.get(key)
        if isinstance(value, dict):
            earlier[key] = {name: item for name, item in value.items() if name < day.isoformat()} or None
            later[key] = {name: item for name, item in value.items() if name >= day.isoformat()}
        elif isinstance(value, list):
            earlier[key] = [item for item in value if str(item) < day.isoformat()] or None
            later[key] = [item for item in value if str(item) >= day.isoformat()]
    return earlier, {key: value for key, value in later.items() if value}


def _ended_rule(rule: repeat.RecurrenceRule, last: date) -> str:
    if rule.raw:
        return join_rrule(without_parts(split_rrule(rule.rrule), "COUNT") | {"UNTIL": f"{last:%Y%m%d}"})
    return f"{_END.sub('', rule.text)} until {last}"


def _rest_of_rule(rule: repeat.RecurrenceRule, begins: When, past: int) -> str:
    """Returns the rule from *begins* on, without its *past* dates; a rule of one weekday is of that of *begins*."""
    if rule.raw:
        parts = split_rrule(rule.text.upper())
        return join_rrule(parts | {"COUNT": str(rule.count - past)} if rule.count else parts)
    head = _END.sub("", rule.text)
    if begins.first_day and len(_WEEKDAY.findall(head)) == 1:
        head = _WEEKDAY.sub(WEEKDAY_NAMES[begins.first_day.weekday()], head)
    end = f" {rule.count - past} times" if rule.count else f" until {rule.until}" if rule.until else ""
    return head + end
