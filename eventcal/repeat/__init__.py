"""Rules of recurrence: "every month on the last Fri" and RRULE become one value, are checked, and are expanded.

Knows nothing of events and nothing of the present.
"""

from .doubts import check
from .expand import days, last_made, makes, nth_of, starts
from .grammar import parse, parse_rrule
from .rule import Rule, first_of, rrule_for

__all__ = [
    "Rule",
    "check",
    "days",
    "first_of",
    "last_made",
    "makes",
    "nth_of",
    "parse",
    "parse_rrule",
    "rrule_for",
    "starts",
]
