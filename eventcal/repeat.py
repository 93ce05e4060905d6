"""Rules of recurrence: "every month on the last Fri" and RRULE become one value, are checked, and are expanded.

The only room that knows dateutil.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule. *text* is the canonical `every ...` or the raw RRULE; *rrule* is RFC 5545 3.3.10 without a prefix."""

    rrule: str
    text: str
    raw: bool = False
