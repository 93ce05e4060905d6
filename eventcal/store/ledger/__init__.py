"""What is planned, queued, sent and told: the one truth about reminders, and the statements that move it.

`plans` writes reminders, `staging` and `notices` make deliveries of them and of changes, `queue` claims and settles,
`handing` gives batches to other machines, `switches` are breakers, pauses and dead letters, `alarms` what the operator is
told, `figures` the account.
"""

from __future__ import annotations

from .alarms import Alarm, alarm_of, alarms_differ, note_stop, raise_alarms
from .figures import (
    BUCKETS,
    TICKS,
    Entry,
    Figures,
    Sum,
    balance,
    deliveries,
    figures,
    next_due,
    next_moment,
    note_tick,
    ticked_at,
)
from .handing import hand, hand_back, outstanding, take
from .notices import Noted, count, noted_of, notify, present, settles
from .plans import Planning, plan_edition, replan, roll, rolls
from .queue import (
    Claim,
    Result,
    Told,
    abandoned,
    claim,
    claimed,
    expire,
    last_told,
    note_test,
    queued,
    read_again,
    recover,
    release,
    renew,
    settle,
)
from .staging import Staged, delivery_key, keeps, stage, stages
from .switches import EVERYTHING, OPENS_AFTER, Gate, Heard, gates, hear, pause, probe, resume, retry

__all__ = [
    "BUCKETS", "EVERYTHING", "OPENS_AFTER", "TICKS", "Alarm", "Claim", "Entry", "Figures", "Gate", "Heard", "Noted",
    "Planning", "Result", "Staged", "Sum",
    "Told", "abandoned", "alarm_of", "alarms_differ", "balance", "claim", "claimed", "count", "deliveries", "delivery_key", "expire", "figures", "gates", "hand", "hand_back", "hear", "keeps",
    "last_told", "next_due", "next_moment", "note_stop", "note_test", "note_tick", "noted_of", "notify", "outstanding", "pause", "plan_edition", "present", "probe",
    "queued", "raise_alarms", "read_again", "recover", "release", "renew", "replan", "resume", "retry", "roll", "rolls", "settle", "settles",
    "stage", "stages", "take", "ticked_at",
]  # fmt: skip
