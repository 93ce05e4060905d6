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

from ..channels import pace
from ..deliveries import sending
from ..deliveries.sending import FLUSH, Handle, Settle
from ..errors import StoreError
from ..store.ledger import Claim, Result

log = logging.getLogger(__name__)

THREADS = 16
SPARE = 4  # threads that no single destination can take: a slow one must not keep the others waiting
AHEAD = 2 * sending.BATCH  # deliveries in hand for one destination
WITHIN = 0.02  # seconds until a result is settled
LATER = timedelta(seconds=5)  # until what could not be read is read again
AGAIN = 0.2  # seconds until what could not be written is written again
TOLD = 50  # every so many tries it is said that it could not

_Job = tuple[Claim, Handle, Settle]
_Done = tuple[Result, Settle]


class Local:
    """Threads that live as long as this does. `close` lets those messages that are on their way come to their end."""

    def __init__(self, threads: int = THREADS) -> None:
        self._most = max(1, threads - SPARE)
        turn = threading.RLock()
        self._changed = threading.Condition(turn)  # for the senders: there is something to send
        self._idle = threading.Condition(turn)  # for the pass: nothing is outstanding
        self._waiting: dict[str, deque[_Job]] = {}
        self._running: dict[str, int] = {}
        self._outstanding = 0
        self._closing = False
        # A death makes messages come twice that were taken and not yet written down: so many, and no more.
        self._unsettled = threading.Semaphore(threads + 2 * FLUSH)
        self._done: queue.SimpleQueue[_Done | None] = queue.SimpleQueue()
        self._senders = [threading.Thread(target=self._send, name=f"send-{n}", daemon=True) for n in range(threads)]
        self._settler = threading.Thread(target=self._settle, name="settle", daemon=True)
        for each in (*self._senders, self._settler):
            each.start()

    def room(self, destination: str) -> int:
        return AHEAD - self.in_hand(destination)

    def in_hand(self, destination: str) -> int:
        with self._changed:
            return len(self._waiting.get(destination, ())) + self._running.get(destination, 0)

    def hand_over(self, destination: str, claims: Sequence[Claim], handle: Handle, settle: Settle) -> None:
        with self._changed:
            self._waiting.setdefault(destination, deque()).extend((each, handle, settle) for each in claims)
            self._outstanding += len(claims)
            self._changed.notify(len(claims))

    def wait(self, seconds: float) -> bool:
        with self._changed:
            return self._idle.wait_for(lambda: not self._outstanding, seconds)

    def close(self, seconds: float = 10.0) -> None:
        """Let what was begun come to its end, and give back what was not."""
        with self._changed:
            self._closing = True
            for claim, _, settle in (job for jobs in self._waiting.values() for job in jobs):
                self._done.put((sending.given_back(claim, claim.read_at), settle))
            self._waiting.clear()
            self._changed.notify_all()
        end = time.monotonic() + seconds
        for each in self._senders:
            each.join(max(0.0, end - time.monotonic()))
        self._done.put(None)
        self._settler.join(max(0.0, end - time.monotonic()))

    # the threads

    def _send(self) -> None:
        while (found := self._next()) is not None:
            destination, (claim, handle, settle) = found
            self._unsettled.acquire()
            try:
                result = handle(claim)
            except StoreError as error:
                # before anything was sent
                log.warning("delivery %s waits: %s", claim.id_outside, error)
                result = replace(sending.given_back(claim, claim.read_at), next_at=claim.read_at + LATER)
            with self._changed:
                self._running[destination] -= 1  # and this thread goes on with the next, so that nobody need be woken
            self._done.put((result, settle))

    def _next(self) -> tuple[str, _Job] | None:
        with self._changed:
            while True:
                held: list[float] = []  # seconds until a destination takes more
                for destination, jobs in self._waiting.items():
                    if jobs and self._running.get(destination, 0) < self._most:
                        if (its := pace.of(destination)) and (wait := its.take()):
                            held.append(wait)
                            continue
                        self._running[destination] = self._running.get(destination, 0) + 1
                        # to the end of the round, so that the others get their turn
                        self._waiting[destination] = self._waiting.pop(destination)
                        return destination, jobs.popleft()
                if self._closing:
                    return None
                self._changed.wait(min(held, default=None))

    def _settle(self) -> None:
        while (first := self._done.get()) is not None:
            batch = [first]
            end = time.monotonic() + WITHIN
            while len(batch) < FLUSH and self._more(batch, end - time.monotonic()):
                pass
            while self._more(batch, 0):  # what came in meanwhile costs no statement of its own
                pass
            self._write(batch)

    def _more(self, batch: list[_Done], seconds: float) -> bool:
        """Wait for one more result, for *seconds* at most; False when there is none, or no more to come."""
        try:
            found = self._done.get(timeout=seconds) if seconds > 0 else self._done.get_nowait()
        except queue.Empty:
            return False
        if found is None:
            self._done.put(None)  # for the loop that ends by it
            return False
        batch.append(found)
        return True

    def _write(self, batch: Sequence[_Done]) -> None:
        """Settle *batch*, however often it takes: what was sent must not be forgotten because a disk is full."""
        for settle in dict.fromkeys(settle for _, settle in batch):
            self._written(settle, [result for result, its in batch if its == settle])
        self._unsettled.release(len(batch))
        self._over(len(batch))

    def _written(self, settle: Settle, results: Sequence[Result]) -> None:
        for nth in itertools.count():
            try:
                return settle(results)
            except StoreError as error:
                if nth % TOLD == 0:
                    log.warning("%s; %d results are kept and written again", error, len(results))
                time.sleep(AGAIN)
            except Exception:
                # a mistake of ours: what it does not concern is written, and this thread goes on
                if len(results) == 1:
                    log.exception("what came of delivery %s cannot be written", results[0].claim.id_outside)
                    return None
                for each in results:
                    self._written(settle, [each])
                return None

    def _over(self, count: int) -> None:
        with self._changed:
            self._outstanding -= count
            if not self._outstanding:
                self._idle.notify_all()
