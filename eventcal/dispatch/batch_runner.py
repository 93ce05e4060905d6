"""Runs batches that arrive from a queue: each is claimed, unless it was late, and sent by threads of this process."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from ..deliveries import batches
from ..deliveries.batches import BATCH_SIZE, Batch, ClaimRunner
from ..deliveries.outcome import released
from ..deliveries.sender import ClaimBatch, Sender
from ..errors import StoreError
from ..ledger_rows import Claim, DeliveryResult
from ..store import StoreBusy
from ..store.ledger import batch_reservations, delivery_queue

log = logging.getLogger(__name__)

LEASE_RENEW_INTERVAL = timedelta(seconds=10)
"""How often `BatchRunner.renew` is to be called: a lease outlives two calls that failed."""

POLL_SECONDS = 0.02
CLAIM_RETRY_SECONDS = 0.2
MAX_CLAIM_TRIES = 10


class BatchRunner:
    """Claims and sends batches. Called by several threads, one for each batch in hand."""

    def __init__(self, sender: Sender, claim_runner: ClaimRunner) -> None:
        self._sender = sender
        self._claim_runner = claim_runner
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._in_flight: dict[str, _BatchInFlight] = {}  # by owner
        # One at a time for each destination: else all claim as soon as there is room for one, and what is claimed too
        # early has to be read again.
        self._claim_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def run_batch(self, batch: Batch) -> int:
        """Sends what is still of *batch*; returns how many deliveries that was, once all are settled or `abandon` is called."""
        if batch.channel not in self._sender.channels:
            # this process was started with other channels than the scheduler
            log.error("channel %s is not configured on this worker: batch left for another", batch.channel)
            return 0
        in_flight = self._start_batch(batch, self._sender.channels[batch.channel].destination)
        if in_flight is None:
            return 0
        in_flight.finished.wait()
        with self._lock:
            self._in_flight.pop(in_flight.owner, None)
        return in_flight.count

    def renew(self, now: datetime) -> int:
        """Renews the leases of what is in flight here and of nothing else, and returns their number.

        A claim whose transaction did not answer is in no batch here: its lease ends, and it is due again.
        """
        with self._lock:
            owners = sorted(self._in_flight)
        with self._sender.store.write(alone=False) as conn:
            return delivery_queue.renew(conn, owners, now, now + batches.LEASE_DURATION)

    def close(self) -> None:
        """Submits no more claims: the runner may be closed after this."""
        with self._lock:
            self._stopping.set()

    def abandon(self) -> None:
        """Ends the wait for what is still being sent, after `close`: the process ends, whatever a relay takes its time for."""
        with self._lock:
            for in_flight in self._in_flight.values():
                in_flight.finished.set()

    def _start_batch(self, batch: Batch, destination: str) -> _BatchInFlight | None:
        with self._lock:
            claim_lock = self._claim_locks[destination]
        patience = batches.LEASE_DURATION.total_seconds() / 2
        deadline = time.monotonic() + patience
        if not claim_lock.acquire(timeout=patience):
            return None
        try:
            if not self._wait_for_capacity(destination, deadline):
                return None  # its reservation ends by itself, and perhaps another process has more room
            claims = self._claim_with_retry(lambda: self._claim(batch))
            if not claims:
                return None
            in_flight = _BatchInFlight(claims[0].owner, len(claims), self._sender.settle)
            handle = partial(self._sender.handle, is_probe=batch.is_probe, batch=ClaimBatch(claims))
            with self._lock:
                if not self._stopping.is_set():
                    self._in_flight[in_flight.owner] = in_flight
                    self._claim_runner.submit(destination, claims, handle, in_flight.settle)
                    return in_flight
        finally:
            claim_lock.release()
        # it came too late: this process stops
        self._sender.settle([released(claim, claim.read_at) for claim in claims])
        return None

    def _wait_for_capacity(self, destination: str, deadline: float) -> bool:
        while time.monotonic() < deadline and not self._stopping.is_set():
            if self._claim_runner.limit - self._claim_runner.in_flight().get(destination, 0) >= BATCH_SIZE // 2:
                return True
            self._stopping.wait(POLL_SECONDS)
        return False

    def _claim(self, batch: Batch) -> list[Claim]:
        """Claims what is still of *batch*; releases it instead while its channel is paused or its breaker is open."""
        sender, owner = self._sender, batches.new_owner()
        now = sender.clock()
        with sender.store.read() as conn:
            edition = sender.edition_source(conn)
            breakers = sender.load_breakers(conn)
        if edition is None:
            return []
        sender.edition = edition
        is_blocked = not sender.accepts_traffic(batch.channel, breakers, now) and not batch.is_probe
        with sender.store.write(alone=False) as conn:
            if is_blocked:
                batch_reservations.release_batch(conn, batch.owner, batch.ids, now)
                return []
            batch_reservations.claim_batch(conn, batch.owner, batch.ids, owner, now, now + batches.LEASE_DURATION)
            return delivery_queue.read_claimed(conn, owner, now)

    def _claim_with_retry(self, claim: Callable[[], list[Claim]]) -> list[Claim]:
        """Calls *claim* again while the store is busy: a moment must not cost a whole lease."""
        for _ in range(MAX_CLAIM_TRIES):
            try:
                return claim()
            except StoreBusy as error:
                log.warning("%s; retrying the claim", error)
                if self._stopping.wait(CLAIM_RETRY_SECONDS):
                    break
        return []


class _BatchInFlight:
    """Counts down the deliveries of one batch as they are settled."""

    def __init__(self, owner: str, count: int, settle: Callable[[Sequence[DeliveryResult]], None]) -> None:
        self.finished = threading.Event()
        self.owner = owner
        self.count = self._remaining = count
        self._settle = settle

    def settle(self, results: Sequence[DeliveryResult]) -> None:
        """Settles *results*. Called by one thread, and again with those that could not be written."""
        try:
            self._settle(results)
        except StoreError:
            raise
        except Exception:
            if len(results) == 1:
                self._count_down(1)  # it is not tried again
            raise
        self._count_down(len(results))

    def _count_down(self, count: int) -> None:
        self._remaining -= count
        if self._remaining <= 0:
            self.finished.set()
