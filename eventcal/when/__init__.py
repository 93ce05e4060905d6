"""Dates with the precision that is known: a text becomes frozen values, and they print themselves again.

Knows nothing of events, languages or the present. The one place that chooses the time zone data.
"""

from .checks import FIRST_YEAR, LAST_YEAR
from .grammar import find_doubt, parse, parse_stored
from .relative import RelativeDate, parse_relative, resolve_relative
from .values import Absence, AllDay, Limit, Period, Span, Timed, Undated, Unit, When, format_clock
from .zones import (
    ANYWHERE_ON_EARTH,
    FLOATING,
    FloatingZone,
    find_gap,
    find_zone,
    is_ambiguous,
    is_floating,
    local_to_utc,
    quote_input,
    zone_or_utc,
)

__all__ = [
    "ANYWHERE_ON_EARTH",
    "FIRST_YEAR",
    "FLOATING",
    "LAST_YEAR",
    "Absence",
    "AllDay",
    "FloatingZone",
    "Limit",
    "Period",
    "RelativeDate",
    "Span",
    "Timed",
    "Undated",
    "Unit",
    "When",
    "find_doubt",
    "find_gap",
    "find_zone",
    "format_clock",
    "is_ambiguous",
    "is_floating",
    "local_to_utc",
    "parse",
    "parse_relative",
    "parse_stored",
    "quote_input",
    "resolve_relative",
    "zone_or_utc",
]
