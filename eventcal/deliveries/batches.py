"""A pass where many machines send: what is due is prepared here, and handed in batches to whoever is there to send it.

Knows no engine: what carries a batch is given, and takes it in the transaction that hands it over. The other half is
`Carrier`: a batch that arrived is claimed, and sent by threads of the process that it came to.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import uuid4

from ..channels import Channel, rate_limit
from ..errors import StoreError
from ..store import Connection, Store, StoreBusy, ledger, processes
from ..store.ledger import CircuitBreaker, Claim, DeliveryResult
from .render import RenderContext
from .sender import (
    BATCH_SIZE,
    CLAIM_ID_PREFIX,
    LEASE_DURATION,
    RATE_LIMIT_AHEAD_SECONDS,
    Dispatcher,
    EditionSource,
    Sender,
    released,
)
from .tick import DEADLINE_SECONDS, REPLAN_SECONDS, TickResult, plan_and_stage

log = logging.getLogger(__name__)

MAX_BATCHES_PER_WORKER = 8
"""Batches that one process has in hand at most."""

MAX_BATCHES_PER_CHANNEL = 6
"""Of these, so many of one channel: a slow one must not keep the others waiting."""

POLL_SECONDS = 0.02
CLAIM_RETRY_SECONDS = 0.2
MAX_CLAIM_TRIES = 10

_BATCH_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries of one channel that go together. *probe*: one, to a destination where everything failed before."""

    batch_id: str
    channel: str
    ids: tuple[int, ...]
    urgent: bool = False
    probe: bool = False


class BatchQueue(Protocol):
    """What carries batches to whoever sends them."""

    def put(self, conn: Connection, batch: Batch) -> None:
        """Have *batch* arrive somewhere, if *conn*'s transaction is committed, and not otherwise."""
        ...


def plan_and_dispatch(
    store: Store,
    edition_source: EditionSource,
    channels: Mapping[str, Channel],
    batch_queue: BatchQueue,
    now: datetime,
    clock: Callable[[], datetime],
    render_context: RenderContext | None = None,
    deadline_seconds: float = DEADLINE_SECONDS,
    should_stop: Callable[[], bool] = lambda: False,
    recover_expired: bool = True,
) -> TickResult:
    """Plans and stages what is due at *now*, and hands over what can be sent.

    Claims of a process that ended are requeued, unless no lease could be renewed lately (not *recover_expired*). It comes back when nothing is left, after *budget* seconds, or when the process *ends*. Raises StoreBusy when the store
    cannot be written; nothing is lost then.
    """
    sender = Sender(store, edition_source, channels, clock, render_context or RenderContext())
    counts, deadline, next_plan_at = Counter[str](), time.monotonic() + deadline_seconds, 0.0
    while True:
        if recover_expired:
            _recover_expired_leases(store, now)
        if time.monotonic() >= next_plan_at:
            if not plan_and_stage(store, sender, now, counts):
                return TickResult()
            next_plan_at = time.monotonic() + (0.0 if counts.pop("more", 0) else REPLAN_SECONDS)
        work_left = _dispatch_round(store, sender, batch_queue, now)
        if (not work_left and next_plan_at > time.monotonic()) or time.monotonic() >= deadline or should_stop():
            return TickResult(
                planned=counts["planned"],
                staged=counts["staged"],
                notified=counts["notified"],
                skipped=counts["skipped"],
            )
        time.sleep(POLL_SECONDS)
        now = clock()


def _recover_expired_leases(store: Store, now: datetime) -> None:
    with store.read() as conn:
        has_expired = ledger.has_expired_leases(conn, now)
    if has_expired:
        with store.write() as conn:
            count = ledger.recover(conn, now)
        log.warning("requeued %d deliveries whose lease expired", count)


def _dispatch_round(store: Store, sender: Sender, batch_queue: BatchQueue, now: datetime) -> bool:
    """One batch of each channel that has room; False when nothing is left that could be handed over."""
    with store.read() as conn:
        worker_count = processes.count_senders(conn, now)
        breakers = ledger.list_breakers(conn)
        due = ledger.channels_with_due(
            conn, [channel for channel in sender.channels if sender.accepts_traffic(channel, breakers, now)], now
        )
        in_flight = ledger.in_flight(conn, now) if due else {}
    for name in due if worker_count else ():
        destination = sender.channels[name].destination
        probing = breakers.get(destination, CircuitBreaker(destination)).is_open
        capacity = worker_count * MAX_BATCHES_PER_CHANNEL * BATCH_SIZE - in_flight.get(name, 0)
        if bucket := rate_limit.get_bucket(destination):
            # no more under way than soon leaves, so that what is urgent never waits behind many
            capacity = min(
                capacity,
                bucket.available_within(RATE_LIMIT_AHEAD_SECONDS)
                - sum(in_flight.get(channel, 0) for channel in _channels_of(sender, destination)),
            )
        if capacity < (1 if bucket or probing else BATCH_SIZE // 2):
            continue
        batch_id = f"{CLAIM_ID_PREFIX}.{next(_BATCH_NUMBERS)}"
        with store.write(alone=False) as conn:
            if probing:
                ledger.expire(conn, name, now)
            limit = 1 if probing else min(capacity, BATCH_SIZE)
            ids = ledger.reserve_batch(conn, name, batch_id, now, now + LEASE_DURATION, limit)
            if ids and probing:
                ledger.allow_probe(conn, destination, now)
            if ids:
                batch_queue.put(conn, Batch(batch_id, name, tuple(ids), probe=probing))
    return bool(due) and worker_count > 0


def _channels_of(sender: Sender, destination: str) -> list[str]:
    """The channels that lead to *destination*."""
    return [name for name, channel in sender.channels.items() if channel.destination == destination]


class BatchRunner:
    """Batches that arrived are claimed, and sent by *dispatch*. Used by several threads, one for each batch in hand."""

    def __init__(self, sender: Sender, dispatcher: Dispatcher) -> None:
        self._sender = sender
        self._dispatcher = dispatcher
        self._owner_prefix = f"{CLAIM_ID_PREFIX}.c{uuid4().hex[:4]}"
        self._claim_numbers = itertools.count()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._owners_in_flight: set[str] = set()  # the marks of what is on its way
        # One at a time for each destination: else all claim as soon as there is room for one, and what is claimed too
        # early has to be read again, message by message.
        self._claim_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def run_batch(self, batch: Batch) -> int:
        """Send what is still of *batch*, and come back when all of it is settled; how many that were."""
        if batch.channel not in self._sender.channels:
            # this process was started with other channels than the one that handed it over
            log.error("channel %s is not configured on this worker: batch left for another", batch.channel)
            return 0
        in_flight = self._start_batch(batch, self._sender.channels[batch.channel].destination)
        if in_flight is None:
            return 0
        in_flight.finished.wait()
        with self._lock:
            self._owners_in_flight.discard(in_flight.owner)
        return in_flight.count

    def renew(self, now: datetime) -> int:
        """Go on holding what is on its way here, and nothing else: a claim whose answer was lost is to be made again."""
        with self._lock:
            owners = sorted(self._owners_in_flight)
        with self._sender.store.write(alone=False) as conn:
            return ledger.renew(conn, owners, now, now + LEASE_DURATION)

    def close(self) -> None:
        """Hand nothing more to those who send: they may be closed after this."""
        with self._lock:
            self._stopping.set()

    def _start_batch(self, batch: Batch, destination: str) -> _BatchInFlight | None:
        with self._lock:
            claim_lock = self._claim_locks[destination]
        deadline = time.monotonic() + LEASE_DURATION.total_seconds() / 2
        if not claim_lock.acquire(timeout=LEASE_DURATION.total_seconds() / 2):
            return None
        try:
            if not self._wait_for_capacity(destination, deadline):
                return None  # it is due again by itself, and perhaps another process has more room
            claims = self._claim_with_retry(lambda: self._claim(batch))
            if not claims:
                return None
            in_flight = _BatchInFlight(claims[0].owner, len(claims), self._sender.settle)
            handle = partial(self._sender.handle, probing=batch.probe)
            with self._lock:
                if not self._stopping.is_set():
                    self._owners_in_flight.add(in_flight.owner)
                    self._dispatcher.submit(destination, claims, handle, in_flight.settle)
                    return in_flight
        finally:
            claim_lock.release()
        # too late: whoever sends here takes no more
        self._sender.settle([released(claim, claim.read_at) for claim in claims])
        return None

    def _wait_for_capacity(self, destination: str, deadline: float) -> bool:
        while time.monotonic() < deadline and not self._stopping.is_set():
            if self._dispatcher.capacity(destination) >= BATCH_SIZE // 2:
                return True
            self._stopping.wait(POLL_SECONDS)
        return False

    def _claim(self, batch: Batch) -> list[Claim]:
        sender, owner = self._sender, f"{self._owner_prefix}.{next(self._claim_numbers)}"
        now = sender.clock()
        with sender.store.read() as conn:
            edition = sender.edition_source(conn)
            breakers = ledger.list_breakers(conn)
        if edition is None:
            return []
        sender.set_edition(edition)
        is_blocked = not sender.accepts_traffic(batch.channel, breakers, now) and not batch.probe
        with sender.store.write(alone=False) as conn:
            if is_blocked:
                ledger.release_batch(conn, batch.batch_id, batch.ids, now)
                return []
            ledger.claim_batch(conn, batch.batch_id, batch.ids, owner, now, now + LEASE_DURATION)
            claims = ledger.read_claimed(conn, owner, now)
        sender.load_breaker_state(sender.channels[batch.channel].destination, breakers)
        return claims

    def _claim_with_retry(self, claim: Callable[[], list[Claim]]) -> list[Claim]:
        """A store that is busy for a moment must not cost a whole lease."""
        for _ in range(MAX_CLAIM_TRIES):
            try:
                return claim()
            except StoreBusy as error:
                log.warning("%s; retrying the claim", error)
                if self._stopping.wait(CLAIM_RETRY_SECONDS):
                    break
        return []


class _BatchInFlight:
    """A batch whose deliveries are on their way."""

    def __init__(self, owner: str, count: int, settle: Callable[[Sequence[DeliveryResult]], None]) -> None:
        self.finished = threading.Event()
        self.owner = owner
        self.count = self._remaining = count
        self._settle = settle

    def settle(self, results: Sequence[DeliveryResult]) -> None:
        """Called by one thread, and again with what could not be written: all at first, then one after the other."""
        try:
            self._settle(results)
        except StoreError:
            raise
        except Exception:
            if len(results) == 1:
                self._count_down(1)  # nobody comes again with it
            raise
        self._count_down(len(results))

    def _count_down(self, count: int) -> None:
        self._remaining -= count
        if self._remaining <= 0:
            self.finished.set()


LEASE_RENEW_INTERVAL = timedelta(seconds=10)
"""How often `Carrier.renew` is to be called: a lease outlives two that failed."""
