"""Runs claims on threads of this process, a few at a time for each destination; one more thread settles the results.

Knows no SQL and no channel: what is done with a claim, and with its result, is submitted with it.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ..channels import Retry, rate_limit
from ..deliveries.batches import BATCH_SIZE, SETTLE_BATCH_SIZE, ClaimHandler, SettleCallback
from ..deliveries.outcome import decide_result, released
from ..errors import StoreError
from ..ledger_rows import Claim, DeliveryResult

log = logging.getLogger(__name__)

SENDER_THREADS = 16
RESERVED_THREADS = 4
"""Threads that no single destination can take: a slow one must not keep the others waiting."""

MIN_THREADS_PER_DESTINATION = 3
SENDS_PER_ADJUSTMENT = 32

SETTLE_WAIT_SECONDS = 0.02
"""A result waits for so long at most until it is settled with others."""

READ_RETRY_DELAY = timedelta(seconds=5)
"""After this a delivery that the store could not read is due again."""

WRITE_RETRY_SECONDS = 0.2
"""A settlement that could not be written is tried again after this pause."""

TRIES_PER_WARNING = 50
"""Of the tries to write a settlement, every so many is logged."""

_SendJob = tuple[Claim, ClaimHandler, SettleCallback]
_SettleJob = tuple[DeliveryResult, SettleCallback]


@dataclass(slots=True)
class DestinationQueue:
    """The claims that wait for one destination, how many are being sent, and how many threads may send to it.

    Python code runs on one core at a time: with a destination that answers at once, more threads only wait for each other.
    """

    max: int
    limit: int
    jobs: deque[_SendJob] = field(default_factory=deque)
    sending: int = 0
    sends: int = 0
    elapsed: float = 0.0
    cpu: float = 0.0

    def note(self, elapsed: float, cpu: float) -> None:
        """Counts a send that took *elapsed* seconds, *cpu* of them work; every 32 sends the limit may move by one."""
        self.sends, self.elapsed, self.cpu = self.sends + 1, self.elapsed + elapsed, self.cpu + cpu
        if self.sends < SENDS_PER_ADJUSTMENT:
            return
        busy_cores = self.limit * self.cpu / max(self.elapsed, self.cpu)
        if busy_cores > 0.8:
            self.limit = max(min(MIN_THREADS_PER_DESTINATION, self.max), self.limit - 1)
        elif busy_cores < 0.5:
            self.limit = min(self.max, self.limit + 1)
        self.sends, self.elapsed, self.cpu = 0, 0.0, 0.0


class SenderThreads:
    """Threads that run claims from construction to `close`."""

    limit = 2 * BATCH_SIZE

    def __init__(self, threads: int = SENDER_THREADS) -> None:
        self._max_threads_per_destination = max(1, threads - RESERVED_THREADS)
        lock = threading.RLock()
        self._work_available = threading.Condition(lock)  # for the senders: there is something to send
        self._all_settled = threading.Condition(lock)  # for `wait`: nothing is outstanding
        self._queues: dict[str, DestinationQueue] = {}
        self._unsettled_count = 0
        self._closing = self._no_more_results = False
        # A death repeats messages that were accepted and not yet written down: no more of them than this.
        self._unsettled_slots = threading.Semaphore(threads + 2 * SETTLE_BATCH_SIZE)
        self._results: list[_SettleJob] = []  # not settled yet
        self._results_changed = threading.Condition()  # for the settler, which is not woken for each
        self._sender_threads = [
            threading.Thread(target=self._run_sender, name=f"send-{n}", daemon=True) for n in range(threads)
        ]
        self._settle_thread = threading.Thread(target=self._run_settler, name="settle", daemon=True)
        for thread in (*self._sender_threads, self._settle_thread):
            thread.start()

    def in_flight(self) -> Mapping[str, int]:
        """Returns how many claims wait or are being sent, by destination."""
        with self._work_available:
            return {destination: len(queue.jobs) + queue.sending for destination, queue in self._queues.items()}

    def submit(self, destination: str, claims: Sequence[Claim], handle: ClaimHandler, settle: SettleCallback) -> None:
        """Queues *claims*; a thread hands each to *handle*, and results in batches to *settle* until it accepts them."""
        with self._work_available:
            threads = self._max_threads_per_destination
            queue = self._queues.setdefault(destination, DestinationQueue(threads, threads))
            queue.jobs.extend((claim, handle, settle) for claim in claims)
            self._unsettled_count += len(claims)
            self._work_available.notify(len(claims))

    def wait(self, seconds: float) -> bool:
        """Returns True as soon as every result is settled, False after *seconds*."""
        with self._work_available:
            return self._all_settled.wait_for(lambda: not self._unsettled_count, seconds)

    def close(self, seconds: float = 10.0) -> None:
        """Lets messages that are being sent come to their end, within *seconds*, and releases the other claims."""
        with self._work_available:
            self._closing = True
            for queue in self._queues.values():
                for claim, _, settle in queue.jobs:
                    self._add_result(released(claim, claim.read_at), settle)
                queue.jobs.clear()
            self._work_available.notify_all()
        deadline = time.monotonic() + seconds
        for thread in self._sender_threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        with self._results_changed:
            self._no_more_results = True
            self._results_changed.notify()
        self._settle_thread.join(max(0.0, deadline - time.monotonic()))

    # the threads

    def _run_sender(self) -> None:
        while (next_job := self._next_job()) is not None:
            queue, (claim, handle, settle) = next_job
            self._unsettled_slots.acquire()
            begin, cpu_before = time.monotonic(), time.thread_time()
            try:
                result = handle(claim)
            except StoreError as error:
                # before anything was sent
                log.warning("delivery %s postponed: %s", claim.public_id, error)
                result = replace(released(claim, claim.read_at), not_before=claim.read_at + READ_RETRY_DELAY)
            except Exception as error:
                # a mistake of ours is one delivery's failure, and this thread goes on with the others
                log.exception("delivery %s failed", claim.public_id)
                result = decide_result(claim, Retry(f"{type(error).__name__}: {error}"[:500]), claim.read_at)
            with self._work_available:
                queue.note(time.monotonic() - begin, time.thread_time() - cpu_before)
                queue.sending -= 1  # and goes on with the next: no other thread need be woken
            self._add_result(result, settle)

    def _next_job(self) -> tuple[DestinationQueue, _SendJob] | None:
        with self._work_available:
            while True:
                waits: list[float] = []  # seconds until a destination takes more
                for destination, queue in self._queues.items():
                    if queue.jobs and queue.sending < queue.limit:
                        if (bucket := rate_limit.get_bucket(destination)) and (wait := bucket.acquire()):
                            waits.append(wait)
                            continue
                        queue.sending += 1
                        self._queues[destination] = self._queues.pop(destination)  # round robin: it goes to the end
                        return queue, queue.jobs.popleft()
                if self._closing:
                    return None
                self._work_available.wait(min(waits, default=None))

    def _add_result(self, result: DeliveryResult, settle: SettleCallback) -> None:
        with self._results_changed:
            self._results.append((result, settle))
            if len(self._results) in (1, SETTLE_BATCH_SIZE):
                self._results_changed.notify()

    def _run_settler(self) -> None:
        while True:
            with self._results_changed:
                self._results_changed.wait_for(lambda: self._results or self._no_more_results)
                self._results_changed.wait_for(
                    lambda: len(self._results) >= SETTLE_BATCH_SIZE or self._no_more_results, SETTLE_WAIT_SECONDS
                )
                batch, self._results = self._results, []
            if not batch:
                return
            self._settle_batch(batch)

    def _settle_batch(self, batch: Sequence[_SettleJob]) -> None:
        """Settles *batch*, trying as long as it takes: what was sent must not be forgotten because a disk is full."""
        for settle in dict.fromkeys(settle for _, settle in batch):
            self._settle_with_retry(settle, [result for result, callback in batch if callback == settle])
        self._unsettled_slots.release(len(batch))
        with self._work_available:
            self._unsettled_count -= len(batch)
            if not self._unsettled_count:
                self._all_settled.notify_all()

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
