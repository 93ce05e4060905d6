"""Keeps the ledger: rows of reminders, their deliveries and attempts, and the statements that move them (see `states`).

`reminder_rows` holds plans and fan-outs, `delivery_rows` inserts deliveries, `delivery_queue` claims and settles them,
`batch_reservations` reserves them for other machines, `notice_rows` says what changed and who was told what. `breakers`
holds circuit breakers and pauses, `alarms` and `operators` what the operator is told, `stats` counts. Who is told what is decided in
`eventcal.planning`.
"""

from __future__ import annotations

from .activity import OperatorDigest, ReaderCount, UpcomingReminder, operator_digests, planned_reminders, reader_counts
from .alarms import Alarm, needs_alarm_update, parse_alarm, raise_alarms, record_outage
from .batch_reservations import claim_batch, in_flight, release_batch, reserve_batch
from .breakers import (
    ALL_CHANNELS,
    FAILURES_TO_OPEN,
    BreakerReport,
    CircuitBreaker,
    allow_probe,
    list_breakers,
    pause,
    record_results,
    requeue_dead,
    resume,
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
from .notice_rows import has_settled_changes, last_states_of
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
    "FAILURES_TO_OPEN",
    "LATENESS_BUCKETS",
    "TICK_RECORD_INTERVAL",
    "Alarm",
    "BreakerReport",
    "CircuitBreaker",
    "Claim",
    "DeliveryRecord",
    "DeliveryResult",
    "DigestEntry",
    "LastNotified",
    "LedgerBalance",
    "LedgerStats",
    "OperatorDigest",
    "ReaderCount",
    "UpcomingReminder",
    "allow_probe",
    "balance",
    "channels_with_due",
    "claim",
    "claim_batch",
    "digest_entries",
    "expire",
    "has_due_digests",
    "has_due_fan_out",
    "has_expired_leases",
    "has_settled_changes",
    "in_flight",
    "insert_deliveries",
    "last_states_of",
    "last_tick_at",
    "latest_reminder_id",
    "ledger_stats",
    "list_breakers",
    "list_deliveries",
    "needs_alarm_update",
    "next_due",
    "next_due_moment",
    "operator_digests",
    "parse_alarm",
    "pause",
    "planned_reminders",
    "raise_alarms",
    "read_claimed",
    "reader_counts",
    "record_outage",
    "record_results",
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
    "settle",
    "unscheduled_digests",
]  # fmt: skip
