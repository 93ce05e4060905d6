"""Keeps the ledger: rows of reminders, their deliveries and attempts, and the statements that move them (see `states`).

`reminder_rows` holds plans and fan-outs, `delivery_rows` inserts deliveries, `delivery_queue` claims and settles them,
`batch_reservations` reserves them for other machines, `notice_rows` says what changed and who was told what. `breakers`
holds circuit breakers and pauses, `alarm_rows` what the operator is told, `stats` counts. Who is told what is decided in
`eventcal.planning`.
"""

from __future__ import annotations

from .activity import ReaderCount, UpcomingReminder, planned_reminders, reader_counts
from .alarm_rows import alarm_evidence, delete_alarms, list_operators, save_alarms, stored_alarms
from .batch_reservations import claim_batch, in_flight, release_batch, reserve_batch
from .breakers import (
    ALL_CHANNELS,
    allow_probe,
    list_breakers,
    lock_breakers,
    pause,
    requeue_dead,
    resume,
    save_breaker,
)
from .delivery_queue import (
    Claim,
    DeliveryResult,
    LastNotified,
    channels_with_due,
    claim,
    expire,
    has_expired_leases,
    latest_reminder_id,
    read_claimed,
    record_test,
    recover,
    refresh_claims,
    release,
    renew,
    settle,
)
from .delivery_rows import DigestEntry, digest_entries, has_due_digests, insert_deliveries, unscheduled_digests
from .notice_rows import has_outdated_readers, has_settled_changes, last_states_of
from .reminder_rows import has_due_fan_out
from .stats import (
    LATENESS_BUCKETS,
    TICK_RECORD_INTERVAL,
    DeliveryRecord,
    LedgerBalance,
    LedgerStats,
    balance,
    last_tick_at,
    ledger_stats,
    list_deliveries,
    next_due,
    next_due_moment,
    record_tick,
)

__all__ = [
    "ALL_CHANNELS",
    "LATENESS_BUCKETS",
    "TICK_RECORD_INTERVAL",
    "Claim",
    "DeliveryRecord",
    "DeliveryResult",
    "DigestEntry",
    "LastNotified",
    "LedgerBalance",
    "LedgerStats",
    "ReaderCount",
    "UpcomingReminder",
    "alarm_evidence",
    "allow_probe",
    "balance",
    "channels_with_due",
    "claim",
    "claim_batch",
    "delete_alarms",
    "digest_entries",
    "expire",
    "has_due_digests",
    "has_due_fan_out",
    "has_expired_leases",
    "has_outdated_readers",
    "has_settled_changes",
    "in_flight",
    "insert_deliveries",
    "last_states_of",
    "last_tick_at",
    "latest_reminder_id",
    "ledger_stats",
    "list_breakers",
    "list_deliveries",
    "list_operators",
    "lock_breakers",
    "next_due",
    "next_due_moment",
    "pause",
    "planned_reminders",
    "read_claimed",
    "reader_counts",
    "record_test",
    "record_tick",
    "recover",
    "refresh_claims",
    "release",
    "release_batch",
    "renew",
    "requeue_dead",
    "reserve_batch",
    "resume",
    "save_alarms",
    "save_breaker",
    "settle",
    "stored_alarms",
    "unscheduled_digests",
]  # fmt: skip
