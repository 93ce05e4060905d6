"""Gives out what is due in batches, as fast as destinations, rate limits and circuit breakers allow.

Knows no engine: a `Dispatcher` takes a batch in the transaction that marks it, and has it run here or on another machine.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import uuid4

from ..channels import rate_limit
from ..errors import StoreError
from ..ledger_rows import CircuitBreaker, Claim, DeliveryResult
from ..store import Connection, Store, StoreBusy
from ..store.ledger import delivery_queue
from ..store.ledger.health import allow_probe
from .outcome import PROBE_INTERVAL
from .sender import ClaimBatch, Sender

log = logging.getLogger(__name__)

BATCH_SIZE = 100
"""Deliveries in one batch, at most. A batch costs the same for one delivery: below half of this, room is waited for."""

SETTLE_BATCH_SIZE = 20
"""Results in one settlement."""

LEASE_DURATION = timedelta(seconds=30)
"""For so long a batch that was given out is out of sight; then it is due again, unless its lease is renewed."""

RATE_LIMIT_AHEAD_SECONDS = 2.0
"""Under a rate limit, no more is given out than leaves within this time: what is urgent must not wait behind many."""

ClaimHandler = Callable[[Claim], DeliveryResult]
SettleCallback = Callable[[Sequence[DeliveryResult]], None]


def new_owner() -> str:
    """Returns a mark for the ledger's `owner` that no process uses twice, on any machine, forked or not."""
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class Batch:
    """Due deliveries of one channel that are sent together, under one *owner* mark in the ledger.

    *ids* is empty where they are claimed already: the mark alone finds them. *is_probe*: a single one, to a destination
    whose breaker is open (half-open).
    """

    owner: str
    channel: str
    size: int
    ids: tuple[int, ...] = ()
    is_probe: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    """The deliveries under way: how many one destination may have, and how many each has. No limit: nobody sends now."""

    limit: int
    in_flight: Mapping[str, int]


class Dispatcher(Protocol):
    """Runs batches: threads of this process, or workers on any machine."""

    def workload(self, conn: Connection, now: datetime) -> Workload:
        """Returns what is under way at *now*."""
        ...

    def take(self, conn: Connection, channel: str, limit: int, now: datetime, is_probe: bool) -> Batch | None:
        """Marks up to *limit* due deliveries of *channel* in the transaction of *conn*; None when nothing is due."""
        ...

    def start(self, batch: Batch, taken_at: datetime) -> None:
        """Runs *batch*, whose transaction is committed; nothing is known of changes after *taken_at*."""
        ...

    def wait(self, seconds: float) -> bool:
        """Returns True as soon as nothing is outstanding in this process, False after *seconds*."""
        ...


class ClaimRunner(Protocol):
    """Runs claims in this process."""

    limit: int
    """How many deliveries one destination may have in hand here."""

    def in_flight(self) -> Mapping[str, int]:
        """Returns how many deliveries are in hand here, by destination."""
        ...

    def submit(self, destination: str, claims: Sequence[Claim], handle: ClaimHandler, settle: SettleCallback) -> None:
        """Has each of *claims* handled, and the results settled by `SETTLE_BATCH_SIZE` or within 20 ms."""
        ...

    def wait(self, seconds: float) -> bool:
        """Returns True as soon as nothing is outstanding, False after *seconds*."""
        ...


class InlineRunner:
    """Runs claims in the calling thread, one after the other: for rehearsals and tests."""

    limit = BATCH_SIZE

    def in_flight(self) -> Mapping[str, int]:
        """Returns nothing: `submit` returns when all is settled."""
        return {}

    def submit(self, destination: str, claims: Sequence[Claim], handle: ClaimHandler, settle: SettleCallback) -> None:
        """Handles and settles *claims* before it returns."""
        for start in range(0, len(claims), SETTLE_BATCH_SIZE):
            settle([handle(claim) for claim in claims[start : start + SETTLE_BATCH_SIZE]])

    def wait(self, seconds: float) -> bool:
        """Returns True at once."""
        return True


class LocalDispatcher:
    """Claims batches for a runner of this process, one after the other in the calling thread unless it is given one."""

    def __init__(self, sender: Sender, runner: ClaimRunner | None = None) -> None:
        self._sender = sender
        self._runner: ClaimRunner = runner or InlineRunner()

    def workload(self, conn: Connection, now: datetime) -> Workload:
        """Returns what this process has in hand."""
        return Workload(self._runner.limit, self._runner.in_flight())

    def take(self, conn: Connection, channel: str, limit: int, now: datetime, is_probe: bool) -> Batch | None:
        """Claims due deliveries: where nobody else sends, reserving and claiming are one step."""
        owner = new_owner()
        size = delivery_queue.claim(conn, channel, owner, now, now + LEASE_DURATION, limit)
        return Batch(owner, channel, size, is_probe=is_probe) if size else None

    def start(self, batch: Batch, taken_at: datetime) -> None:
        """Submits the claims of *batch*. Raises StoreError when they cannot be read: they are due again then."""
        sender = self._sender
        try:
            with sender.store.read() as conn:
                claims = delivery_queue.read_claimed(conn, batch.owner, taken_at)
        except StoreError:
            with sender.store.write(alone=False) as conn:
                delivery_queue.release(conn, batch.owner)
            raise
        handle = partial(sender.handle, is_probe=batch.is_probe, batch=ClaimBatch(claims))
        self._runner.submit(sender.channels[batch.channel].destination, claims, handle, sender.settle)

    def wait(self, seconds: float) -> bool:
        """Returns True as soon as the runner has nothing outstanding, False after *seconds*."""
        return self._runner.wait(seconds)


@dataclass(frozen=True, slots=True)
class DispatchRound:
    """The result of one round: whether anything *is_due* that could be sent, and whether it *has_started* a batch."""

    is_due: bool
    has_started: bool = False


def dispatch_due(sender: Sender, dispatcher: Dispatcher, now: datetime) -> DispatchRound:
    """Starts one batch for each channel that has anything due and whose destination takes more."""
    with sender.store.read() as conn:
        breakers = sender.load_breakers(conn)
        names = [name for name in sender.channels if sender.accepts_traffic(name, breakers, now)]
        due = delivery_queue.channels_with_due(conn, names, now)
        if not due:
            return DispatchRound(is_due=False)
        workload = dispatcher.workload(conn, now)
    in_flight, probed, has_started = Counter(workload.in_flight), set[str](), False
    for name in due:
        destination = sender.channels[name].destination
        is_probe = breakers.get(destination, CircuitBreaker(destination)).is_open
        limit = _batch_limit(destination, workload.limit - in_flight[destination], in_flight[destination], is_probe)
        if limit < 1 or destination in probed:
            continue
        if batch := _start_batch(sender, dispatcher, name, limit, is_probe):
            in_flight[destination] += batch.size
            has_started = True
            if is_probe:
                probed.add(destination)
    return DispatchRound(workload.limit > 0, has_started)


def _batch_limit(destination: str, capacity: int, in_flight: int, is_probe: bool) -> int:
    """Returns how many deliveries the next batch for *destination* may have, less than 1 for none now."""
    if capacity < BATCH_SIZE // 2:
        return 0
    limit = 1 if is_probe else min(capacity, BATCH_SIZE)
    if bucket := rate_limit.get_bucket(destination):
        limit = min(limit, bucket.available_within(RATE_LIMIT_AHEAD_SECONDS) - in_flight)
    return limit


def _start_batch(sender: Sender, dispatcher: Dispatcher, channel: str, limit: int, is_probe: bool) -> Batch | None:
    now = sender.clock()  # before the wait for the store's lock: what is edited meanwhile is read again before sending
    with sender.store.write(alone=False) as conn:
        if is_probe:
            delivery_queue.expire(conn, channel, now)  # no probe is spent on what is of no use any more
        batch = dispatcher.take(conn, channel, limit, now, is_probe)
        if batch and is_probe:
            allow_probe(conn, sender.channels[channel].destination, now + PROBE_INTERVAL)
    if batch:
        dispatcher.start(batch, now)
    return batch


class LeaseRecovery:
    """Requeues what ended processes were sending: nobody renewed its lease. For a store that several machines share.

    While the database was away nobody could renew a lease, nor settle what was sent: nothing is requeued until a whole
    lease after it answers again.
    """

    def __init__(self, store: Store, monotonic_clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = monotonic_clock
        self._trusted_at: float | None = monotonic_clock()  # None: the database did not answer

    def __call__(self, now: datetime) -> int:
        """Returns how many deliveries were requeued. Raises StoreBusy when the database does not answer."""
        try:
            return self._requeue(now)
        except StoreBusy:
            self._trusted_at = None
            raise

    def _requeue(self, now: datetime) -> int:
        with self._store.read() as conn:
            has_expired = delivery_queue.has_expired_leases(conn, now)
        if self._trusted_at is None:
            self._trusted_at = self._clock() + LEASE_DURATION.total_seconds()
        if not has_expired or self._clock() < self._trusted_at:
            return 0
        with self._store.write() as conn:
            count = delivery_queue.recover(conn, now)
        log.warning("requeued %d deliveries whose lease expired", count)
        return count
