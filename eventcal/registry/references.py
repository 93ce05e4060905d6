"""Checks what events say of other events: `part_of` and `continues`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from .. import occurrences, repeat
from ..events import MAX_CONTINUED_IDS, Event, Status
from ..occurrences import DAY
from .limits import MAX_NESTING_DEPTH
from .yaml_nodes import Finding

ExplainMissing = Callable[[str], str | None]
"""Says that no event has an id; None if one has it."""


def find_wrong_references(events: Iterable[Event], explain_missing: ExplainMissing) -> Iterator[tuple[str, Finding]]:
    """Yields the id of each event that names no event, or leads back to itself, with the finding at its key.

    A warning is found where a series goes on although another one continues it.
    """
    by_id = {event.id: event for event in events}
    parents = {event.id: event.part_of for event in by_id.values() if event.part_of}
    for event in by_id.values():
        if event.part_of and (message := _explain_wrong_parent(event.id, parents, explain_missing)):
            yield event.id, Finding(("part_of",), message)
        if not event.continues:
            continue
        if message := _explain_wrong_continuation(event, by_id, explain_missing):
            yield event.id, Finding(("continues",), message)
        elif (earlier := by_id.get(event.continues[0])) and (message := _explain_overlap(earlier, event)):
            yield event.id, Finding(("continues",), message, warning=True)


def _explain_wrong_parent(event_id: str, parents: Mapping[str, str], explain_missing: ExplainMissing) -> str | None:
    """Says what is wrong with the event that *event_id* is a part of; None if nothing is."""
    parent = ancestor = parents[event_id]
    for _ in range(MAX_NESTING_DEPTH):
        if ancestor == event_id:
            return f"'{parent}' is itself a part of this event: remove one of the two"
        if not (ancestor := parents.get(ancestor, "")):
            break
    else:
        return f"parts of parts go {MAX_NESTING_DEPTH} levels deep at most"
    return explain_missing(parent)


def _explain_wrong_continuation(
    event: Event, by_id: Mapping[str, Event], explain_missing: ExplainMissing
) -> str | None:
    """Says what is wrong with the series that *event* continues; None if nothing is."""
    name = event.continues[0]
    earlier, ids = by_id.get(name), list[str]()
    while earlier is not None and earlier.id not in ids:  # a circle further back is said of those in it
        if earlier.id == event.id:
            return f"'{name}' itself continues this event: remove one of the two"
        ids += earlier.ids
        if len(ids) > MAX_CONTINUED_IDS:
            return f"series go back over {MAX_CONTINUED_IDS} ids at most: delete the oldest, and the `continues` that names it"
        earlier = by_id.get(earlier.continues[0]) if earlier.continues else None
    return explain_missing(name)


def _explain_overlap(earlier: Event, later: Event) -> str | None:
    """Says that *earlier* still takes place when *later* begins; None if it has ended, or one of the two has no known day."""
    first_day, are_known = later.when.first_day, earlier.when.is_day_known and later.when.is_day_known
    if first_day is None or not are_known or Status.CANCELLED in (earlier.status, later.status):
        return None
    dates = occurrences.iter_upcoming(earlier, first_day)
    if all(occurrence.status is Status.CANCELLED for occurrence in dates):
        return None
    last_start = repeat.last_start_day(earlier.rule, repeat.local_dtstart(earlier.when)) if earlier.rule else first_day
    is_ended = last_start is not None and last_start < first_day
    advice = f": end its rule with `until {first_day - DAY}` or earlier" if earlier.rule and not is_ended else ""
    return f"'{earlier.id}' still has dates when this one begins, on {first_day}{advice}"
