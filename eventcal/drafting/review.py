"""A draft is held against the registry: new, there already, more exact, or against what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from .. import repeat, when
from ..events import Event, Status, event_zone
from ..mentions.dates import dates_of
from ..when import Undated, When
from .drafts import Draft

# How many of the words of an event's title stand near a date that is taken for its own.
_SAME_EVENT = 0.6
# On the very same date fewer words will do.
_SAME_DATE = 0.4
# A date farther away is that of another year's event.
_SAME_EDITION_DAYS = 300
_EMPTY_WORDS = frozenset([
    "the", "and", "for", "with", "from", "into", "this", "that", "will", "its", "their", "our", "are", "was", "were", "has",
    "have", "next", "held", "place", "take", "и", "на", "по", "для", "из", "при", "от", "что", "это", "как", "его",
])  # fmt: skip


class Standing(StrEnum):
    """The relation of a draft to the registry."""

    NEW = "new"
    KNOWN = "known"  # the registry says the same, or says it more exactly
    NARROWER = "narrower"  # the registry knows less of the date
    CONTRADICTION = "contradiction"  # the registry has another date
    CANCELLED = "cancelled"  # the registry has that date, and not that it is called off
    PUT_OFF = "put off"  # the registry has a date that the text calls a former one


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """A draft with its standing, and the event of the registry that it was held against."""

    draft: Draft
    standing: Standing
    event: Event | None = None

    def __str__(self) -> str:
        event_id, date = (self.event.id, str(self.event.when)) if self.event else ("", "")
        match self.standing:
            case Standing.KNOWN:
                return f"{event_id} is in the registry already: {date}"
            case Standing.NARROWER:
                return f"{event_id} says {date}, this text says {self.draft.when}: write when: {self.draft.when}"
            case Standing.CONTRADICTION:
                return f"{event_id} says {date}, this text says {self.draft.when}"
            case Standing.CANCELLED:
                option = f" --date {self.draft.when[:10]}" if self.event and self.event.is_recurring else ""
                return f"{event_id} says {date}, this text says that it is off: eventcal cancel {event_id}{option}"
            case Standing.PUT_OFF:
                move = (
                    f"WHEN --date {self.draft.when[:10]}"
                    if self.event and self.event.is_recurring
                    else "TBD --postponed"
                )
                return f"{event_id} says {date}, this text says that it is put off: eventcal move {event_id} {move}"
        return f"new: {self.draft.title}"


def review(draft: Draft, events: Iterable[Event]) -> ReviewResult:
    """Holds *draft* against *events*."""
    near = _words(f"{draft.title} {draft.near}")
    known = when.parse(draft.when, ZoneInfo("UTC"))
    best: tuple[float, int, Event] | None = None
    for event in events:
        score = _likeness(event, near, draft.language)
        distance = _distance(event.when, known)
        is_candidate = score >= _SAME_EVENT and distance <= _SAME_EDITION_DAYS
        if not is_candidate and not (score >= _SAME_DATE and _is_date_of(event, known)):
            continue
        if best is None or (score, -distance) > (best[0], -best[1]):
            best = (score, distance, event)
    if best is None:
        return ReviewResult(draft, Standing.NEW)
    standings = [_standing(best[2], date) for date in dates_of(draft.when, draft.zone, event_zone(best[2]))]
    standing = next((one for one in standings if one is not Standing.CONTRADICTION), Standing.CONTRADICTION)
    if (
        draft.status == Status.CANCELLED
        and standing is not Standing.CONTRADICTION
        and not _is_called_off(best[2], known)
    ):
        standing = Standing.CANCELLED
    return ReviewResult(draft, standing, best[2])


def review_all(drafts: Iterable[Draft], put_off: Iterable[Draft], events: Iterable[Event]) -> list[ReviewResult]:
    """Holds *drafts* against *events*, and tells which others have the date of one of *put_off*, that the text calls a former one."""
    events = tuple(events)
    results = [review(draft, events) for draft in drafts]
    told = {result.event.id for result in results if result.event}
    former = [review(draft, events) for draft in put_off]
    return results + [
        ReviewResult(result.draft, Standing.PUT_OFF, result.event)
        for result in former
        if result.event and result.event.id not in told and _has_date(result.event, result.draft.when)
    ]


def _has_date(event: Event, text: str) -> bool:
    """Tells whether the event is to take place on that date."""
    known = when.parse(text, ZoneInfo("UTC"))
    return _is_date_of(event, known) and event.status is not Status.POSTPONED and not _is_called_off(event, known)


def _is_called_off(event: Event, known: When) -> bool:
    """Tells whether the event, or its occurrence on that date, is cancelled."""
    overrides = (override.status for override in event.overrides if override.date == known.first_day)
    return Status.CANCELLED in (event.status, *overrides)


def _standing(event: Event, known: When) -> Standing:
    if _is_date_of(event, known) or _contains(known, event.when):
        return Standing.KNOWN
    return Standing.NARROWER if _contains(event.when, known) else Standing.CONTRADICTION


def _is_date_of(event: Event, known: When) -> bool:
    """Tells whether the event, or one occurrence of it, is on that date."""
    if (event.when.first_day, event.when.last_day) == (known.first_day, known.last_day) != (None, None):
        return event.when.is_day_known == known.is_day_known
    if event.rule is None or known.first_day is None or not known.is_day_known:
        return False
    return repeat.has_start_on(event.rule, repeat.local_dtstart(event.when), known.first_day)


def _contains(wide: When, narrow: When) -> bool:
    """Tells whether all that *narrow* leaves open lies within what *wide* leaves open."""
    if isinstance(wide.span, Undated):
        return True
    if wide.is_day_known and not narrow.is_day_known:
        return False
    first, last, inner_first, inner_last = wide.first_day, wide.last_day, narrow.first_day, narrow.last_day
    if first is None or last is None or inner_first is None or inner_last is None:
        return False
    if wide.is_day_known and narrow.is_day_known and not wide.uncertain:
        # An hour on the day that is known makes it more exact; another number of days does not.
        return (first, last) == (inner_first, inner_last) and " " not in str(wide)
    return _earliest(wide) <= _earliest(narrow) and _latest(narrow) <= _latest(wide)


def _distance(entered: When, known: When) -> int:
    """Counts the days between two dates; 0 where they touch or one is not known."""
    if entered.first_day is None or entered.last_day is None or known.first_day is None or known.last_day is None:
        return 0
    return max(0, (_earliest(known) - _latest(entered)).days, (_earliest(entered) - _latest(known)).days)


def _earliest(known: When) -> date:
    return known.earliest or date.min  # "by 2027-10" has no first day


def _latest(known: When) -> date:
    return known.latest or date.max


def _likeness(event: Event, near: frozenset[str], language: str) -> float:
    """Returns the part of the event's own words that stand near the date."""
    own = _words(re.sub(r"\{\w+\}", "", event.title.in_language(language)))
    if not own:
        return 0.0
    if len(own) == 1:
        return 0.6 if own <= near else 0.0
    return len(own & near) / len(own)


def _words(text: str) -> frozenset[str]:
    """Returns the words of *text* that say something: by their first letters, Arabic without its article, Chinese by pairs."""
    plain = text.lower()
    words = {word[:6] for word in re.findall(r"[a-zа-яё0-9][a-zа-яё0-9'’]+", plain) if word not in _EMPTY_WORDS}
    words |= {word.removeprefix("ال")[:6] for word in re.findall(r"[\u0620-\u064a]{3,}", plain)}
    for run in re.findall(r"[\u4e00-\u9fff]+", plain):
        words |= {run[number : number + 2] for number in range(len(run) - 1)}
    return frozenset(words)
