"""The state of an installation for its operator, read in one transaction. No HTML, no texts.

Readers are counted and not named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ...errors import Problem
from ...settings import Settings
from ...store import Store, edition_store, ledger
from ...store import processes as process_store
from ...store.edition_store import RegistryCheck
from ...store.ledger import CircuitBreaker, DeliveryRecord, LedgerStats
from ...store.processes import Process
from ..snapshots import SCHEDULER_SILENT_AFTER

MAX_LISTED: Final = 50
"""Deliveries of one state that the page lists at most."""
OVERDUE_AFTER: Final = timedelta(minutes=5)
"""Time after which a due delivery that was not sent is reported as late."""


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """A channel and whether it is paused. `name` "" stands for all channels."""

    name: str
    kind: str
    for_operators: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class OperatorStatus:
    """The state at one moment. `pending_digest` is that of a registry that waits to be accepted, "" when none does.

    `processes` are those that share a PostgreSQL; `has_no_sender`: none of them sends.
    """

    registry_check: RegistryCheck | None
    pending_digest: str
    is_accepted: bool
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    stats: LedgerStats
    channels: tuple[ChannelStatus, ...]
    open_breakers: tuple[CircuitBreaker, ...]
    dead: tuple[DeliveryRecord, ...]
    overdue: tuple[DeliveryRecord, ...]
    last_sent: DeliveryRecord | None
    is_scheduler_silent: bool
    processes: tuple[Process, ...] = ()
    has_no_sender: bool = False

    @property
    def is_late(self) -> bool:
        return bool(self.overdue)

    @property
    def is_healthy(self) -> bool:
        """Whether nothing needs a person."""
        return not (
            self.errors
            or self.pending_digest
            or self.is_late
            or self.is_scheduler_silent
            or self.has_no_sender
            or self.open_breakers
            or self.stats.dead
            or any(channel.paused for channel in self.channels)
        )


def read(store: Store, settings: Settings, now: datetime) -> OperatorStatus:
    """Reads the operator's status at *now*."""
    with store.read() as conn:
        registry_check = edition_store.read_registry_check(conn)
        stats = ledger.ledger_stats(conn, now)
        breakers = ledger.list_breakers(conn)
        dead = ledger.list_deliveries(conn, state="dead", limit=MAX_LISTED)
        overdue = ledger.list_deliveries(conn, state="open", until=now - OVERDUE_AFTER, limit=MAX_LISTED)
        last_sent = ledger.list_deliveries(conn, state="sent", limit=1)
        accepted_digest = edition_store.acceptance(conn)
        processes = process_store.list_processes(conn)
        # where machines share the work, somebody has to be there who sends
        has_no_sender = store.clustered and not process_store.count_senders(conn, now)
    problems = registry_check.problems if registry_check else ()
    pending_digest = registry_check.digest if registry_check and registry_check.outcome == "held" else ""
    return OperatorStatus(
        registry_check=registry_check,
        pending_digest=pending_digest,
        is_accepted=bool(pending_digest) and accepted_digest == pending_digest,
        # what holds an edition is said once, beside the button
        errors=tuple(problem for problem in problems if not problem.warning),
        warnings=tuple(problem for problem in problems if problem.warning),
        stats=stats,
        channels=_channel_statuses(settings, breakers),
        open_breakers=tuple(breaker for breaker in breakers.values() if breaker.is_open),
        dead=tuple(dead),
        overdue=tuple(overdue),
        last_sent=last_sent[0] if last_sent else None,
        is_scheduler_silent=stats.ticked_at is not None and now - stats.ticked_at > SCHEDULER_SILENT_AFTER,
        processes=tuple(processes),
        has_no_sender=has_no_sender,
    )


def _channel_statuses(settings: Settings, breakers: dict[str, CircuitBreaker]) -> tuple[ChannelStatus, ...]:
    paused = {name for name, breaker in breakers.items() if breaker.is_paused}
    statuses = [ChannelStatus("", "", False, "" in paused)]
    for audience in (settings.reader_channels, settings.operator_channels):
        statuses += [
            ChannelStatus(channel.name, channel.type, channel.audience == "operator", channel.name in paused)
            for channel in audience
        ]
    # a channel that eventcal.toml no longer names, or that people's mail goes through
    named = {status.name for status in statuses}
    statuses += [ChannelStatus(name, "", False, True) for name in sorted(paused - named)]
    return tuple(statuses)


def mask_address(address: str) -> str:
    """Returns a mail address with its local part shortened to one letter, to recognise and not to write to."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else address
