"""A rule of recurrence as a value, and the RRULE that a feed writes for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from ..when import AllDay, Timed, When, instant


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence rule; it makes at most one start a day, at the first one's hour.

    *rrule* is RFC 5545 3.3.10 without prefix and without UNTIL (COUNT stays in it). *until* is the last day or the last
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
        return parts(self.rrule)["FREQ"]

    @property
    def interval(self) -> int:
        return int(parts(self.rrule).get("INTERVAL", "1"))

    @property
    def count(self) -> int | None:
        """How many starts the rule makes, the first one counted; None without such a limit."""
        count = parts(self.rrule).get("COUNT")
        return int(count) if count else None


@lru_cache(maxsize=4096)
def parts(rrule: str) -> dict[str, str]:
    """The parts of an RRULE by name. Shared: not to be changed."""
    return dict(each.split("=", 1) for each in rrule.split(";"))


def joined(named: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in named.items())


def first_of(when: When) -> date | datetime:
    """What a rule counts from: the day, or the naive local start. ValueError for a date that is not known."""
    match when.span:
        case AllDay(first, _):
            return first
        case Timed(start, _):
            return start.replace(tzinfo=None)
    raise ValueError(f"only a known date repeats: {when}")


def last_day(rule: Rule, first: date | datetime) -> date | None:
    """The last day on which *until* lets the rule start; None without one."""
    if not isinstance(rule.until, datetime):
        return rule.until
    late = isinstance(first, datetime) and first.time() > rule.until.time()
    return rule.until.date() - timedelta(days=1) if late else rule.until.date()


def rrule_for(rule: Rule, when: When) -> str:
    """The RRULE value for a component whose DTSTART is *when*'s: UNTIL is a date, or the last start in UTC (3.3.10)."""
    last = last_day(rule, first_of(when))
    if last is None:
        return rule.rrule
    if isinstance(when.span, Timed):
        # A start in a gap is later than its wall clock says, and stays the last one all the same.
        start = instant(datetime.combine(last, when.span.start.time()), when.span.zone)
        return f"{rule.rrule};UNTIL={start:%Y%m%dT%H%M%SZ}"
    return f"{rule.rrule};UNTIL={last:%Y%m%d}"
