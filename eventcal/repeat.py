"""Rules of recurrence: "every month on the last Fri" and RRULE become one value, are checked, and are expanded.

The only room that knows dateutil.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule.

    *rrule* is RFC 5545 3.3.10 without prefix and without UNTIL (COUNT stays in it). *until* is the last day or the last
    naive local start, itself included. *text* is the canonical `every ...` or the raw RRULE as typed; how a rule was
    written takes no part in equality.
    """

    rrule: str
    text: str = field(compare=False)
    raw: bool = field(default=False, compare=False)
    until: date | datetime | None = None
