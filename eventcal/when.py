"""Dates with the precision that is known: a text becomes frozen values, and they print themselves again.

Knows nothing of events, languages or the present. The one place that chooses the time zone data.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

# Only the pinned tzdata package: a zone means the same on every machine.
zoneinfo.reset_tzpath(to=())


class Unit(StrEnum):
    """How finely a period is known."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class AllDay:
    """Whole days, both counted, the same dates wherever the reader stands."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Timed:
    """A stretch of time on one place's wall clock. *start* and *end* carry a ZoneInfo; a repeated hour is its first pass."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """Somewhere between two days (both possible), known only to the *unit*."""

    first: date
    last: date
    unit: Unit


@dataclass(frozen=True, slots=True)
class Undated:
    """TBD: no date is known at all."""


Span = AllDay | Timed | Period | Undated


@dataclass(frozen=True, slots=True)
class When:
    """What is known of an event's date. *text* is what was typed, and takes no part in equality."""

    span: Span
    doubtful: bool = False
    text: str = field(default="", compare=False)


def parse(text: str, zone: zoneinfo.ZoneInfo) -> When:
    """DESIGN 2's `when` grammar. Raises GrammarError naming the right form."""
    raise NotImplementedError
