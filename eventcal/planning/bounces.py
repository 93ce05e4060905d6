"""Decides when mail that comes back ends a subscription: after bounces on several days, as Mailman does. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the settings hold a policy, and `check` reads them: the ledger's rows would cost it 4 %
    from ..ledger_rows import BounceScore


@dataclass(frozen=True, slots=True)
class BouncePolicy:
    """When bounces end a subscription, after Mailman: on *threshold* days, with at most *stale_days* between two of them."""

    threshold: int = 3
    stale_days: int = 30

    def count(self, previous: BounceScore, now: datetime) -> BounceScore:
        """Counts a bounce at *now*, in UTC: one a day counts, and after a pause of more than *stale_days* it is the first."""
        if previous.bounced_at is None or now - previous.bounced_at > timedelta(days=self.stale_days):
            score = 1
        else:
            score = previous.score + (previous.bounced_at.date() < now.date())
        # a day counts once, also when the clock went back in between
        return replace(previous, score=score, bounced_at=max(previous.bounced_at or now, now))
