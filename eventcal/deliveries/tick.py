"""Does one pass over the ledger: extends plans, stages what falls due, queues notices of changes, and sends what is due.

Decide, then do, then write down. Whatever ends a pass half-way leaves rows that say how far it came. Before the first one
`sync_and_recover` makes configured channels subscriptions, and requeues what was interrupted.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .. import filters
from ..channels import ChannelSettings
from ..errors import StoreReplaced
from ..history import Edition
from ..ledger_rows import DigestChannel
from ..planning import alarms, passes
from ..planning.alarms import Alarm, AlarmDiff
from ..planning.passes import Backfill
from ..states import SubscriptionOrigin
from ..store import Connection, Store, edition_store, recipients
from ..store.ledger import delivery_queue, delivery_rows, health, notice_rows, reminder_rows
from ..store.recipients import ConfiguredRecipient
from .batches import Dispatcher, dispatch_due
from .sender import EditionSource, Sender

log = logging.getLogger(__name__)

OUTAGE_AFTER = timedelta(minutes=5)
"""After so long without a pass the next one records an outage, and the operator is told that reminders were late."""

CLOCK_BACK_AFTER = timedelta(minutes=1)
"""A last pass that lies so far ahead was made by a clock that was ahead; one of another machine may lie seconds ahead."""

DEADLINE_SECONDS = 20.0
"""A pass waits for slow channels for no longer than this; what they still have goes on beside the next one."""

REPLAN_SECONDS = 0.5
"""A pass that is still sending stages what fell due meanwhile at this interval."""

STAGING_SLICE_SECONDS = 0.25
"""Staging pauses after this time, so that what is staged already is sent."""

POLL_SECONDS = 0.02
LONG_TRANSACTION_ROWS = 2_000
WRITER_GAP_SECONDS = 0.03
"""After a transaction of `LONG_TRANSACTION_ROWS`: another process that waits for SQLite's lock asks every 25 ms at first."""


def newest_edition(published: Callable[[], Edition | None] = lambda: None) -> EditionSource:
    """Returns a source of the newest edition in the store that it is called with; reads it only when it has changed.

    *published* returns the edition that this process published last, which is in memory already.
    """
    cached: Edition | None = None

    def source(conn: Connection) -> Edition | None:
        nonlocal cached
        own = published()
        if own is not None and (cached is None or cached.number <= own.number):
            cached = own
        cached = edition_store.newest_in(conn, cached)
        return cached

    return source


def tick(
    sender: Sender,
    dispatcher: Dispatcher,
    *,
    deadline_seconds: float = DEADLINE_SECONDS,
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Does everything that is due by the sender's clock, and what falls due meanwhile.

    It returns when nothing is left, after *deadline_seconds*, or when it *should_stop*. Raises StoreBusy when the store
    cannot be written; nothing is lost then.
    """
    deadline, next_plan_at = time.monotonic() + deadline_seconds, 0.0
    while True:
        now = sender.clock()
        if time.monotonic() >= next_plan_at:
            has_more = plan_and_stage(sender, now)
            if sender.edition is None:
                return
            next_plan_at = time.monotonic() + (0.0 if has_more else REPLAN_SECONDS)
        dispatched = dispatch_due(sender, dispatcher, now)
        is_settled, is_planned = dispatcher.wait(POLL_SECONDS), next_plan_at > time.monotonic()
        if is_settled and is_planned and not dispatched.is_due:
            break
        if time.monotonic() >= deadline or should_stop():
            break
        if is_settled and is_planned and not dispatched.has_started:
            time.sleep(POLL_SECONDS)  # it is due, and whoever sends it has no room yet


@dataclass(frozen=True, slots=True)
class _PendingWork:
    """Says what a pass has to plan and stage, as one view of the store shows it."""

    last_tick_at: datetime | None
    needs_extension: bool
    backfill: Backfill | None
    has_fan_out: bool
    has_changes: bool
    has_alarms: bool
    unscheduled_digests: list[DigestChannel]


def plan_and_stage(sender: Sender, now: datetime) -> bool:
    """Plans and stages what is to be sent by *now*, if there is an edition; returns whether a slice was not enough."""
    store = sender.store
    with store.read() as conn:
        edition = sender.edition_source(conn)
        previous = sender.edition
        if previous is not None and edition is not previous and not edition_store.is_recorded_here(conn, previous):
            raise StoreReplaced(
                f"{store.name} no longer has edition {previous.number}: an older copy or another store took its place"
            )
        if edition is None:
            return False
        sender.edition = edition
        work = _pending_work(conn, edition, now)
    if work.last_tick_at is not None and work.last_tick_at - now >= CLOCK_BACK_AFTER:
        log.warning(
            "the clock went back by %s, to %s: what it did while it was ahead is undone", work.last_tick_at - now, now
        )
        with store.write() as conn:
            passes.recover_from_clock(conn, _current_edition(sender, conn), now)
    _record_tick(store, work.last_tick_at, now)
    if work.needs_extension:
        with store.write() as conn:
            passes.extend_horizon(conn, _current_edition(sender, conn), now)
    if work.backfill:
        with store.write() as conn:
            passes.apply_backfill(conn, _current_edition(sender, conn), work.backfill, now)
    deadline = time.monotonic() + STAGING_SLICE_SECONDS
    has_fan_out = work.has_fan_out or work.needs_extension or bool(work.backfill)
    more_fan_out = has_fan_out and _fan_out(sender, now, deadline)
    more_changes = work.has_changes and _queue_notifications(sender, now, deadline)
    if work.has_alarms:
        with store.write() as conn:
            _raise_alarms(conn, now)
    more_digests = _build_digests(store, edition.calendar.timezone, now)
    if work.unscheduled_digests:
        with store.write() as conn:
            passes.schedule_digests(conn, work.unscheduled_digests, edition.calendar.timezone, now)
    return more_fan_out or more_changes or more_digests


def _pending_work(conn: Connection, edition: Edition, now: datetime) -> _PendingWork:
    return _PendingWork(
        last_tick_at=health.last_tick_at(conn),
        needs_extension=passes.needs_extension(conn, edition, now),
        backfill=passes.find_backfill(conn, edition, now),
        has_fan_out=reminder_rows.has_due_fan_out(conn, now),
        has_changes=notice_rows.has_settled_changes(conn, now),
        has_alarms=_alarm_changes(conn, now) != AlarmDiff(),
        unscheduled_digests=delivery_rows.unscheduled_digests(conn),
    )


def _record_tick(store: Store, last_tick_at: datetime | None, now: datetime) -> None:
    """Writes down that passes are made, every `TICK_RECORD_INTERVAL`, and an outage when there were none for long."""
    if last_tick_at is not None and abs(now - last_tick_at) < health.TICK_RECORD_INTERVAL:
        return
    with store.write() as conn:
        previous_tick_at = health.last_tick_at(conn)
        if previous_tick_at is not None and now - previous_tick_at > OUTAGE_AFTER:
            # it could not be told while it was so
            _queue_alarms(conn, [Alarm("stopped", "", previous_tick_at, is_over=True)], now)
        health.record_tick(conn, now)


def _alarm_changes(conn: Connection, now: datetime) -> AlarmDiff:
    evidence = health.alarm_evidence(conn, now - alarms.RECENT_FAILURE)
    return alarms.diff_alarms(alarms.active_alarms(evidence), health.stored_alarms(conn), now)


def _raise_alarms(conn: Connection, now: datetime) -> None:
    """Records the alarms that began, changed or ended, and queues their messages."""
    changes = _alarm_changes(conn, now)
    health.save_alarms(conn, changes.save)
    health.delete_alarms(conn, changes.end)
    _queue_alarms(conn, changes.messages, now)


def _queue_alarms(conn: Connection, messages: Sequence[Alarm], now: datetime) -> None:
    if messages:
        new = alarms.alarm_deliveries(messages, health.list_operators(conn), now)
        delivery_rows.insert_deliveries(conn, new, now)


def _fan_out(sender: Sender, now: datetime, deadline: float) -> bool:
    """Stages due reminders until none is left (False) or *deadline*, on the monotonic clock, has passed (True).

    Some are staged in any case: where reading who asks for what takes longer, each pass would do nothing else.
    """
    groups = sender.subscription_groups()
    while True:
        with sender.store.write() as conn:
            staged = passes.fan_out_due(conn, _current_edition(sender, conn), now, groups)
        if not staged.reminders:
            return False
        _yield_to_writers(staged.created + staged.requeued)
        if time.monotonic() >= deadline:
            return True


def _queue_notifications(sender: Sender, now: datetime, deadline: float) -> bool:
    """Queues notices of settled changes until none is left (False) or *deadline* has passed (True).

    Some are queued in any case: they do not wait until all reminders are staged.
    """
    while True:
        with sender.store.write() as conn:
            notified_count = passes.queue_notifications(conn, _current_edition(sender, conn), now)
        if not notified_count:
            return False
        _yield_to_writers(notified_count)
        if time.monotonic() >= deadline:
            return True


def _current_edition(sender: Sender, conn: Connection) -> Edition:
    """Returns the newest edition as of this transaction: by an older one, what a newer one plans seems to have vanished."""
    edition = sender.edition_source(conn)
    if edition is None:
        raise RuntimeError("an edition was there a moment ago")
    sender.edition = edition
    return edition


def _yield_to_writers(rows: int) -> None:
    """Pauses after a transaction of many *rows*, so that another process gets the lock."""
    if rows >= LONG_TRANSACTION_ROWS:
        time.sleep(WRITER_GAP_SECONDS)


def _build_digests(store: Store, timezone: str, now: datetime) -> bool:
    """Builds the digests that are due; returns whether more may be. After staging: what falls due with a digest is in it.

    A channel's next digest is scheduled with it: the next pass may come after that is due.
    """
    with store.read() as conn:
        digests_due = delivery_rows.has_due_digests(conn, now)
    if not digests_due:
        return False
    with store.write() as conn:
        built = passes.build_digests(conn, now)
        passes.schedule_digests(conn, delivery_rows.unscheduled_digests(conn), timezone, now)
    return built >= passes.MAX_DIGESTS_PER_TRANSACTION


def sync_and_recover(store: Store, settings: Iterable[ChannelSettings], now: datetime) -> int:
    """Makes the configured recipients those of *settings*, requeues interrupted deliveries, and returns their number.

    Schedules the first digests, so that a start names when the next one is. Called once, by the process that holds the store's lock.
    """
    configured = configured_recipients(settings)
    with store.write() as conn:
        recipients.sync_configured(conn, configured, now)
        if calendar := edition_store.calendar_in(conn):
            passes.schedule_digests(conn, delivery_rows.unscheduled_digests(conn), calendar.timezone, now)
        return delivery_queue.recover(conn, now)


def configured_recipients(settings: Iterable[ChannelSettings]) -> list[ConfiguredRecipient]:
    """Returns the recipients that *settings* name: for mail each address, else the channel itself."""
    configured = []
    for channel in settings:
        origin = SubscriptionOrigin.OPERATOR if channel.audience == "operator" else SubscriptionOrigin.CONFIG
        query = filters.canonical_query(filters.parse_query(channel.filter))  # the settings refused a malformed one
        for address in dict.fromkeys(channel.to) or ("",):
            configured.append(ConfiguredRecipient(origin, channel.name, address, query, channel.digest))
    return configured
