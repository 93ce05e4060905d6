"""The state of an installation for its operator, read in one transaction. No HTML, no texts.

Readers are counted and not named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ...errors import Problem
from ...ledger_rows import CircuitBreaker
from ...mail_address import mask_addresses
from ...settings import Settings
from ...states import DeliveryKind
from ...store import Store, edition_store
from ...store import processes as process_store
from ...store.edition_store import RegistryCheck
from ...store.ledger import activity
from ...store.ledger.activity import ReaderCount, UpcomingReminder
from ...store.ledger.health import is_silent, list_breakers
from ...store.ledger.stats import OVERDUE_AFTER, DeliveryRecord, LedgerStats, ledger_stats, list_deliveries
from ...store.processes import Process
from ...store.tables import MetaKey
from ...todos import TodoList, parse_todo_list

MAX_LISTED: Final = 50
"""Deliveries of one state that the page lists at most."""
MAX_UPCOMING: Final = 10
"""Planned reminders that the page lists."""
MAX_TODOS: Final = 10
"""Dates that need a look that the page lists."""
READER_DAYS: Final = 30
"""Days over which the page shows the number of readers."""
LOG_STATES: Final = ("sent", "open", "skipped", "dead")
DELIVERY_KINDS: Final = tuple(kind.value for kind in DeliveryKind)


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """A channel and whether it is paused. *name* "" stands for all channels."""

    name: str
    kind: str
    is_for_operators: bool
    is_paused: bool


@dataclass(frozen=True, slots=True)
class OperatorStatus:
    """The state at one moment. *pending_digest* is that of a registry that waits to be accepted, "" when none does.

    *todo_list* is what the scheduler listed last, None before; *processes* are those that share a PostgreSQL;
    *has_no_sender*: none of them sends. *feed_conditions* is what the feeds lack.
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
    upcoming: tuple[UpcomingReminder, ...]
    readers: tuple[ReaderCount, ...]
    is_scheduler_silent: bool
    todo_list: TodoList | None = None
    processes: tuple[Process, ...] = ()
    has_no_sender: bool = False
    feed_conditions: tuple[str, ...] = ()

    @property
    def is_healthy(self) -> bool:
        """Whether nothing needs a person."""
        return not (
            self.errors
            or self.pending_digest
            or self.overdue
            or self.is_scheduler_silent
            or self.has_no_sender
            or self.feed_conditions
            or self.open_breakers
            or self.stats.dead
            or any(channel.is_paused for channel in self.channels)
        )


def read(store: Store, settings: Settings, now: datetime) -> OperatorStatus:
    """Reads everything that the page shows, as one view of the store has it."""
    with store.read() as conn:
        registry_check = edition_store.read_registry_check(conn)
        stats = ledger_stats(conn, now)
        breakers = list_breakers(conn)
        dead = list_deliveries(conn, state="dead letter", limit=MAX_LISTED)
        overdue = list_deliveries(conn, state="open", until=now - OVERDUE_AFTER, limit=MAX_LISTED)
        last_sent = list_deliveries(conn, state="sent", limit=1)
        upcoming = activity.planned_reminders(conn, MAX_UPCOMING)
        readers = activity.reader_counts(conn, now, READER_DAYS)
        accepted_digest = edition_store.accepted_digest(conn)
        todos_json = edition_store.read_meta(conn, MetaKey.TODOS)
        processes = process_store.list_processes(conn)
        has_no_sender = process_store.has_no_sender(conn, now)
        feed_conditions = edition_store.read_feed_conditions(conn)
    problems = registry_check.problems if registry_check else ()
    pending_digest = registry_check.digest if registry_check and registry_check.outcome == "held" else ""
    return OperatorStatus(
        registry_check=registry_check,
        pending_digest=pending_digest,
        is_accepted=bool(pending_digest) and accepted_digest == pending_digest,
        # what holds an edition is said once, beside the button
        errors=registry_check.errors if registry_check else (),
        warnings=tuple(problem for problem in problems if problem.warning),
        stats=stats,
        channels=_channel_statuses(settings, breakers),
        open_breakers=tuple(breaker for breaker in breakers.values() if breaker.is_open),
        dead=tuple(dead),
        overdue=tuple(overdue),
        last_sent=last_sent[0] if last_sent else None,
        upcoming=tuple(upcoming),
        readers=tuple(readers),
        is_scheduler_silent=is_silent(stats.ticked_at, now),
        todo_list=parse_todo_list(todos_json) if todos_json else None,
        processes=tuple(processes),
        has_no_sender=has_no_sender,
        feed_conditions=feed_conditions,
    )


@dataclass(frozen=True, slots=True)
class LogFilter:
    """The choice of deliveries that the page's log shows; "" for any."""

    state: str = "sent"
    kind: str = ""
    channel: str = ""
    event: str = ""


def parse_log_filter(args: Mapping[str, str]) -> LogFilter:
    """Parses the log's form; values that no delivery can have are ignored."""
    state, kind = args.get("state", "sent"), args.get("kind", "")
    return LogFilter(
        state if state in LOG_STATES else "",
        kind if kind in DELIVERY_KINDS else "",
        args.get("channel", "")[:64].replace("\0", ""),
        args.get("event", "")[:64].replace("\0", ""),
    )


def read_log(store: Store, chosen: LogFilter) -> list[DeliveryRecord]:
    """Returns the newest deliveries of a choice, at most MAX_LISTED."""
    with store.read() as conn:
        return list_deliveries(
            conn, state=chosen.state, kind=chosen.kind, channel=chosen.channel, event_id=chosen.event, limit=MAX_LISTED
        )


def _channel_statuses(settings: Settings, breakers: dict[str, CircuitBreaker]) -> tuple[ChannelStatus, ...]:
    paused = {name for name, breaker in breakers.items() if breaker.is_paused}
    statuses = [ChannelStatus("", "", False, "" in paused)]
    statuses += [
        ChannelStatus(channel.name, channel.type, channel.audience == "operator", channel.name in paused)
        for channel in settings.sending_channels
    ]
    # a channel that eventcal.toml no longer names
    named = {status.name for status in statuses}
    statuses += [ChannelStatus(name, "", False, True) for name in sorted(paused - named)]
    return tuple(statuses)


def response_text(record: DeliveryRecord) -> str:
    """Returns the reason and the last response of a delivery, addresses in it masked."""
    text = record.reason_text
    if record.detail not in text:
        text = f"{text}: {record.detail}" if text else record.detail
    return mask_addresses(text)
