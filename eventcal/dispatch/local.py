"""Deliveries are sent by threads of this process, a few at a time for each destination; one thread settles what came of it.

Knows no SQL and no channel: what is to be done with a claim, and with its results, comes with it.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from ..channels import rate_limit
from ..deliveries import sender
from ..deliveries.sender import SETTLE_BATCH_SIZE, ClaimHandler, SettleCallback
from ..errors import StoreError
from ..store.ledger import Claim, DeliveryResult

log = logging.getLogger(__name__)

SENDER_THREADS = 16
RESERVED_THREADS = 4  # threads that no single destination can take: a slow one must not keep the others waiting
MAX_IN_FLIGHT_PER_DESTINATION = 2 * sender.BATCH_SIZE  # deliveries in hand for one destination
SETTLE_WAIT_SECONDS = 0.02  # seconds until a result is settled
READ_RETRY_DELAY = timedelta(seconds=5)  # until what could not be read is read again
WRITE_RETRY_SECONDS = 0.2  # seconds until what could not be written is written again
TRIES_PER_WARNING = 50  # every so many tries it is said that it could not

_SendJob = tuple[Claim, ClaimHandler, SettleCallback]
_SettleJob = tuple[DeliveryResult, SettleCallback]


class LocalDispatcher:
    """Threads that live as long as this does. `close` lets those messages that are on their way come to their end."""

    def __init__(self, threads: int = SENDER_THREADS) -> None:
        self._max_threads_per_destination = max(1, threads - RESERVED_THREADS)
        lock = threading.RLock()
        self._work_available = threading.Condition(lock)  # for the senders: there is something to send
        self._all_settled = threading.Condition(lock)  # for the pass: nothing is outstanding
        self._queued: dict[str, deque[_SendJob]] = {}
        self._sending_counts: dict[str, int] = {}
        self._unsettled_count = 0
        self._closing = False
        # A death makes messages come twice that were taken and not yet written down: so many, and no more.
        self._unsettled_slots = threading.Semaphore(threads + 2 * SETTLE_BATCH_SIZE)
        self._settle_queue: queue.SimpleQueue[_SettleJob | None] = queue.SimpleQueue()
        self._sender_threads = [
            threading.Thread(target=self._run_sender, name=f"send-{n}", daemon=True) for n in range(threads)
        ]
        self._settle_thread = threading.Thread(target=self._run_settler, name="settle", daemon=True)
        for thread in (*self._sender_threads, self._settle_thread):
            thread.start()

    def capacity(self, destination: str) -> int:
        return MAX_IN_FLIGHT_PER_DESTINATION - self.in_flight(destination)

    def in_flight(self, destination: str) -> int:
        with self._work_available:
            return len(self._queued.get(destination, ())) + self._sending_counts.get(destination, 0)

    def submit(self, destination: str, claims: Sequence[Claim], handle: ClaimHandler, settle: SettleCallback) -> None:
        with self._work_available:
            self._queued.setdefault(destination, deque()).extend((claim, handle, settle) for claim in claims)
            self._unsettled_count += len(claims)
            self._work_available.notify(len(claims))

    def wait(self, seconds: float) -> bool:
        with self._work_available:
            return self._all_settled.wait_for(lambda: not self._unsettled_count, seconds)

    def close(self, seconds: float = 10.0) -> None:
        """Let what was begun come to its end, and give back what was not."""
        with self._work_available:
            self._closing = True
            for claim, _, settle in (job for jobs in self._queued.values() for job in jobs):
                self._settle_queue.put((sender.released(claim, claim.read_at), settle))
            self._queued.clear()
            self._work_available.notify_all()
        deadline = time.monotonic() + seconds
        for thread in self._sender_threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._settle_queue.put(None)
        self._settle_thread.join(max(0.0, deadline - time.monotonic()))

    # the threads

    def _run_sender(self) -> None:
        while (next_job := self._next_job()) is not None:
            destination, (claim, handle, settle) = next_job
            self._unsettled_slots.acquire()
            try:
                result = handle(claim)
            except StoreError as error:
                # before anything was sent
                log.warning("delivery %s postponed: %s", claim.public_id, error)
                result = replace(sender.released(claim, claim.read_at), not_before=claim.read_at + READ_RETRY_DELAY)
            with self._work_available:
                self._sending_counts[destination] -= (
                    1  # and this thread goes on with the next, so that nobody need be woken
                )
            self._settle_queue.put((result, settle))

    def _next_job(self) -> tuple[str, _SendJob] | None:
        with self._work_available:
            while True:
                waits: list[float] = []  # seconds until a destination takes more
                for destination, jobs in self._queued.items():
                    if jobs and self._sending_counts.get(destination, 0) < self._max_threads_per_destination:
                        if (bucket := rate_limit.get_bucket(destination)) and (wait := bucket.acquire()):
                            waits.append(wait)
                            continue
                        self._sending_counts[destination] = self._sending_counts.get(destination, 0) + 1
                        # to the end of the round, so that the others get their turn
                        self._queued[destination] = self._queued.pop(destination)
                        return destination, jobs.popleft()
                if self._closing:
                    return None
                self._work_available.wait(min(waits, default=None))

    def _run_settler(self) -> None:
        while (first := self._settle_queue.get()) is not None:
            batch = [first]
            deadline = time.monotonic() + SETTLE_WAIT_SECONDS
            while len(batch) < SETTLE_BATCH_SIZE and self._collect_result(batch, deadline - time.monotonic()):
                pass
            while self._collect_result(batch, 0):  # what came in meanwhile costs no statement of its own
                pass
            self._settle_batch(batch)

    def _collect_result(self, batch: list[_SettleJob], seconds: float) -> bool:
        """Wait for one more result, for *seconds* at most; False when there is none, or no more to come."""
        try:
            item = self._settle_queue.get(timeout=seconds) if seconds > 0 else self._settle_queue.get_nowait()
        except queue.Empty:
            return False
        if item is None:
            self._settle_queue.put(None)  # for the loop that ends by it
            return False
        batch.append(item)
        return True

    def _settle_batch(self, batch: Sequence[_SettleJob]) -> None:
        """Settle *batch*, however often it takes: what was sent must not be forgotten because a disk is full."""
        for settle in dict.fromkeys(settle for _, settle in batch):
            self._settle_with_retry(settle, [result for result, callback in batch if callback == settle])
        self._unsettled_slots.release(len(batch))
        self._mark_settled(len(batch))

    def _settle_with_retry(self, settle: SettleCallback, results: Sequence[DeliveryResult]) -> None:
        for attempt in itertools.count():
            try:
                return settle(results)
            except StoreError as error:
                if attempt % TRIES_PER_WARNING == 0:
                    log.warning("%s; %d results not recorded yet, retrying", error, len(results))
                time.sleep(WRITE_RETRY_SECONDS)
            except Exception:
                # a mistake of ours: what it does not concern is written, and this thread goes on
                if len(results) == 1:
                    log.exception("cannot record the outcome of delivery %s", results[0].claim.public_id)
                    return None
                for result in results:
                    self._settle_with_retry(settle, [result])
                return None

    def _mark_settled(self, count: int) -> None:
        with self._work_available:
            self._unsettled_count -= count
            if not self._unsettled_count:
                self._all_settled.notify_all()
