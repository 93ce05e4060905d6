"""Dates with the precision that is known: a text becomes frozen values, and they print themselves again.

Knows nothing of events, languages or the present. The one place that chooses the time zone data.
"""

from .grammar import FIRST_YEAR, LAST_YEAR, parse, restore
from .values import AllDay, Period, Span, Timed, Undated, Unit, When
from .zones import gap, instant, quoted, repeated, stored_zone, zone

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "AllDay",
    "Period",
    "Span",
    "Timed",
    "Undated",
    "Unit",
    "When",
    "gap",
    "instant",
    "parse",
    "quoted",
    "repeated",
    "restore",
    "stored_zone",
    "zone",
]
