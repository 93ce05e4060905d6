"""A rule of recurrence as a value, and the RRULE that a feed writes for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from ..when import AllDay, Timed, When


@dataclass(frozen=True, slots=True)
class RecurrenceRule:
    """A recurrence rule; it makes at most one start a day, at the first one's hour.

    *rrule* is RFC 5545 3.3.10 without prefix and without UNTIL (COUNT stays in it), with the parts of `movable` beside
    it: only where *is_standard* is it an RRULE that others can read. *until* is the last day or the last
    naive local start, itself included. *text* is the canonical `every ...` or the raw RRULE as typed; how a rule was
    written takes no part in equality.
    """

    rrule: str
    text: str = field(compare=False)
    raw: bool = field(default=False, compare=False)
    until: date | datetime | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def freq(self) -> str:
        """DAILY, WEEKLY, MONTHLY or YEARLY."""
        return split_rrule(self.rrule)["FREQ"]

    @property
    def endless_rrule(self) -> str:
        """Returns *rrule* without COUNT."""
        return join_rrule(without_parts(split_rrule(self.rrule), "COUNT"))

    @property
    def is_standard(self) -> bool:
        """Whether *rrule* has no part but those of RFC 5545."""
        return "X-" not in self.rrule

    @property
    def is_estimated(self) -> bool:
        """Whether its days are computed and another authority decides: what is seen in the sky, or a table of its own."""
        return "X-CHINESE" in self.rrule or "X-ISLAMIC" in self.rrule

    @property
    def interval(self) -> int:
        """INTERVAL of the rule (RFC 5545 3.3.10)."""
        return interval_of(split_rrule(self.rrule))

    @property
    def count(self) -> int | None:
        """The number of starts of the rule, the first included; None without COUNT."""
        count = split_rrule(self.rrule).get("COUNT")
        return int(count) if count else None


@lru_cache(maxsize=4096)
def split_rrule(rrule: str) -> dict[str, str]:
    """Returns the parts of an RRULE by name. Shared: not to be changed."""
    return dict(part.split("=", 1) for part in rrule.split(";"))


def without_parts(parts: dict[str, str], *names: str) -> dict[str, str]:
    """Returns the parts of a rule without those called *names*."""
    return {name: value for name, value in parts.items() if name not in names}


def interval_of(parts: dict[str, str]) -> int:
    """Returns INTERVAL of a rule's parts."""
    return int(parts.get("INTERVAL", "1"))


def join_rrule(parts: dict[str, str]) -> str:
    """Writes the parts of a rule as an RRULE value (RFC 5545 3.3.10)."""
    return ";".join(f"{name}={value}" for name, value in parts.items())


def local_dtstart(when: When) -> date | datetime:
    """Returns the start of a rule: the day, or the naive local start. Raises ValueError for an unknown date."""
    match when.span:
        case AllDay(first, _):
            return first
        case Timed(start, _):
            return start.replace(tzinfo=None)
    raise ValueError(f"only a known date repeats: {when}")


def until_day(rule: RecurrenceRule, first: date | datetime) -> date | None:
    """Returns the last day on which the rule may start by its `until`; None without one."""
    if not isinstance(rule.until, datetime):
        return rule.until
    is_past_until = isinstance(first, datetime) and first.time() > rule.until.time()
    return rule.until.date() - timedelta(days=1) if is_past_until else rule.until.date()
