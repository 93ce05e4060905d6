"""Dates with the precision that is known: a text becomes frozen values, and they print themselves again.

Knows nothing of events, languages or the present. The one place that chooses the time zone data.
"""

from .grammar import (
    RelativeDate,
    find_doubt,
    is_readable,
    parse,
    parse_relative,
    parse_stored,
    resolve_relative,
    suggest_relative,
)
from .periods import FIRST_YEAR, LAST_YEAR
from .values import (
    LONGEST_NIGHT,
    NEVER_TO_COME,
    STALE_AFTER,
    Absence,
    AllDay,
    Limit,
    Period,
    Span,
    Timed,
    Undated,
    Unit,
    When,
    day_of,
    format_clock,
    format_instant,
)
from .zones import (
    ANYWHERE_ON_EARTH,
    FLOATING,
    FloatingZone,
    country_names,
    find_gap,
    find_zone,
    is_floating,
    local_to_utc,
    quote_input,
    zone_or_utc,
)
