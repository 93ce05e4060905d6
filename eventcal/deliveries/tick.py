"""One pass: plans roll, what falls due is staged, changes that settled are noted, and what is due is sent.

Decide, then do, then write down. Whatever ends a pass half-way leaves rows that say how far it came.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..channels import Channel
from ..history import Edition
from ..store import Connection, Store, edition_store, ledger
from ..store.ledger import pending_digests
from .render import RenderContext
from .sender import Dispatcher, EditionSource, InlineDispatcher, Sender

OUTAGE_AFTER = timedelta(minutes=5)
"""Without a pass for so long, reminders were late: the operator is told as soon as one comes by."""

DEADLINE_SECONDS = 20.0  # seconds that a pass waits for slow channels; what they still have goes on beside the next
REPLAN_SECONDS = 0.5  # seconds until a pass that is still sending looks again for what fell due meanwhile
STAGING_SLICE_SECONDS = (
    0.25  # seconds of staging at a stretch, so that what is staged is not kept waiting by what is not
)
IDLE_WAIT_SECONDS = 0.02
LONG_TRANSACTION_ROWS = 2_000  # rows that make a transaction long
WRITER_GAP_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class TickResult:
    """What one pass did. Results that come in later are the next pass's."""

    planned: int = 0
    staged: int = 0
    notified: int = 0
    sent: int = 0
    retried: int = 0
    dead: int = 0
    skipped: int = 0


def newest_edition(cached: Edition | None = None) -> EditionSource:
    """The newest edition of whatever store it is asked in; what did not change is not read again."""

    def source(conn: Connection) -> Edition | None:
        nonlocal cached
        cached = edition_store.newest_in(conn, cached)
        return cached

    return source


def tick(
    store: Store,
    edition_source: EditionSource,
    channels: Mapping[str, Channel],
    now: datetime,
    *,
    clock: Callable[[], datetime] | None = None,
    dispatcher: Dispatcher | None = None,
    render_context: RenderContext | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
    should_stop: Callable[[], bool] = lambda: False,
) -> TickResult:
    """Do everything that is due at *now*, and what falls due while it does, unless the process *ends*.

    *clock* is asked just before each message leaves (None: it is *now* all the while). Without a *dispatch*, messages
    are sent one after the other in this thread. Raises StoreBusy when the store cannot be written; nothing is lost then.
    """
    sender = Sender(store, edition_source, channels, clock or (lambda: now), render_context or RenderContext())
    dispatcher, counts, deadline, next_plan_at = (
        dispatcher or InlineDispatcher(),
        Counter[str](),
        time.monotonic() + deadline_seconds,
        0.0,
    )
    while True:
        if time.monotonic() >= next_plan_at:
            if not plan_and_stage(store, sender, now, counts):
                return TickResult()
            next_plan_at = time.monotonic() + (0.0 if counts.pop("more", 0) else REPLAN_SECONDS)
        work_left = sender.claim_and_send(now, dispatcher)
        if (
            (dispatcher.wait(IDLE_WAIT_SECONDS) and not work_left and next_plan_at > time.monotonic())
            or time.monotonic() >= deadline
            or should_stop()
        ):
            break
        now = clock() if clock else now
    counts += sender.counts
    return TickResult(
        counts["planned"],
        counts["staged"],
        counts["notified"],
        counts["sent"],
        counts["retry"],
        counts["dead"],
        counts["skipped"],
    )


def plan_and_stage(store: Store, sender: Sender, now: datetime, counts: Counter[str]) -> bool:
    """Plan, stage and note what is to be sent by *now*; False when there is no edition. "more" counts what is left."""
    with store.read() as conn:
        edition = sender.edition_source(conn)
        if edition is None:
            return False
        sender.set_edition(edition)
        extension_needed, staging_due = ledger.needs_extension(conn, edition, now), ledger.has_due_fan_out(conn, now)
        last_tick_at = ledger.last_tick_at(conn)
        changes_settled, alarms_due = ledger.has_settled_changes(conn, now), ledger.needs_alarm_update(conn, now)
        backfill, retention_due = (
            pending_digests.find_backfill(conn, edition, now),
            pending_digests.is_retention_due(conn, now),
        )
    if last_tick_at is None or abs(now - last_tick_at) >= ledger.TICK_RECORD_INTERVAL:
        with store.write() as conn:
            previous_tick_at = ledger.last_tick_at(conn)
            if previous_tick_at is not None and now - previous_tick_at > OUTAGE_AFTER:
                ledger.record_outage(conn, previous_tick_at, now)
            ledger.record_tick(conn, now)
    if extension_needed:
        with store.write() as conn:
            counts["planned"] += ledger.extend_horizon(conn, _current_edition(sender, conn), now).planned
        staging_due = True
    if backfill:
        with store.write() as conn:
            counts["planned"] += pending_digests.apply_backfill(conn, _current_edition(sender, conn), backfill, now)
        staging_due = True
    groups = sender.subscription_groups() if staging_due else []
    deadline = time.monotonic() + STAGING_SLICE_SECONDS
    while staging_due and time.monotonic() < deadline:
        with store.write() as conn:
            _current_edition(sender, conn)
            staged = ledger.fan_out_due(conn, sender.lookup, now, groups)
        counts["staged"] += staged.created + staged.requeued
        counts["skipped"] += staged.skipped
        staging_due = staged.reminders > 0
        _yield_to_writers(staged.created + staged.requeued)
    while changes_settled and time.monotonic() < deadline:
        with store.write() as conn:
            _current_edition(sender, conn)
            notified_count = ledger.queue_notifications(conn, sender.lookup, now)
        counts["notified"] += notified_count
        changes_settled = notified_count > 0
        _yield_to_writers(notified_count)
    counts["more"] = int(staging_due or changes_settled)
    if alarms_due:
        with store.write() as conn:
            counts["notified"] += ledger.raise_alarms(conn, now)
    _build_digests(store, now, counts)
    if retention_due:
        with store.write() as conn:
            pending_digests.run_retention(conn, now)
    return True


def _current_edition(sender: Sender, conn: Connection) -> Edition:
    """The newest edition as of this transaction: by an older one, what a newer one plans would seem to have vanished."""
    edition = sender.edition_source(conn)
    if edition is None:
        raise RuntimeError("an edition was there a moment ago")
    sender.set_edition(edition)
    return edition


def _yield_to_writers(rows: int) -> None:
    """After a transaction of many rows: another process that waits for the lock looks for it every 25 ms at first."""
    if rows >= LONG_TRANSACTION_ROWS:
        time.sleep(WRITER_GAP_SECONDS)


def _build_digests(store: Store, now: datetime, counts: Counter[str]) -> None:
    """What waited for a digest that is due becomes one: after staging, so that what falls due with it is in it."""
    with store.read() as conn:
        digests_due = pending_digests.has_due_digests(conn, now)
    if digests_due:
        with store.write() as conn:
            digest_count = pending_digests.build_digests(conn, now)
        counts["staged"] += digest_count
        counts["more"] |= int(digest_count >= pending_digests.MAX_DIGESTS_PER_TRANSACTION)
