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

from ..channels import Channel, pace
from ..errors import StoreError
from ..store import Connection, Store, StoreBusy, ledger, nodes
from ..store.ledger import Claim, Gate, Result
from .passes import BUDGET, LOOKS, Ticked, prepare
from .press import Press
from .sending import BATCH, LEASE, MARK, SOON, Dispatch, EditionSource, Sending, given_back

log = logging.getLogger(__name__)

JOBS = 8
"""Batches that one process has in hand at most."""

OF_A_CHANNEL = 6
"""Of these, so many of one channel: a slow one must not keep the others waiting."""

PAUSE = 0.02
AGAIN = 0.2
TRIES = 10

_MARKS = itertools.count()


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries of one channel that go together. *probe*: one, to a destination where everything failed before."""

    mark: str
    channel: str
    ids: tuple[int, ...]
    urgent: bool = False
    probe: bool = False


class Carries(Protocol):
    """What carries batches to whoever sends them."""

    def put(self, conn: Connection, batch: Batch) -> None:
        """Have *batch* arrive somewhere, if *conn*'s transaction is committed, and not otherwise."""
        ...


def hand_over(
    store: Store,
    edition_source: EditionSource,
    channels: Mapping[str, Channel],
    carries: Carries,
    now: datetime,
    clock: Callable[[], datetime],
    press: Press | None = None,
    budget: float = BUDGET,
    ends: Callable[[], bool] = lambda: False,
    recovers: bool = True,
) -> Ticked:
    """Plan, stage and note what is due at *now*, and hand over what can be sent; put back what a dead process had, unless
    nobody could have renewed a lease lately (not *recovers*).

    It comes back when nothing is left, after *budget* seconds, or when the process *ends*. Raises StoreBusy when the store
    cannot be written; nothing is lost then.
    """
    sending = Sending(store, edition_source, channels, clock, press or Press())
    done, end, look = Counter[str](), time.monotonic() + budget, 0.0
    while True:
        if recovers:
            _recover(store, now)
        if time.monotonic() >= look:
            if not prepare(store, sending, now, done):
                return Ticked()
            look = time.monotonic() + (0.0 if done.pop("more", 0) else LOOKS)
        left = _hand_round(store, sending, carries, now)
        if (not left and look > time.monotonic()) or time.monotonic() >= end or ends():
            return Ticked(planned=done["planned"], staged=done["staged"], noted=done["noted"], skipped=done["skipped"])
        time.sleep(PAUSE)
        now = clock()


def _recover(store: Store, now: datetime) -> None:
    with store.read() as conn:
        found = ledger.abandoned(conn, now)
    if found:
        with store.write() as conn:
            count = ledger.recover(conn, now)
        log.warning("%d deliveries were being sent by a process that is gone; they are sent again", count)


def _hand_round(store: Store, sending: Sending, carries: Carries, now: datetime) -> bool:
    """One batch of each channel that has room; False when nothing is left that could be handed over."""
    with store.read() as conn:
        senders = nodes.senders(conn, now)
        gates = ledger.gates(conn)
        due = ledger.queued(conn, [each for each in sending.channels if sending.open_to(each, gates, now)], now)
        under_way = ledger.outstanding(conn, now) if due else {}
    for name in due if senders else ():
        destination = sending.channels[name].destination
        probing = gates.get(destination, Gate(destination)).broken
        room = senders * OF_A_CHANNEL * BATCH - under_way.get(name, 0)
        if its := pace.of(destination):
            # no more under way than soon leaves, so that what is urgent never waits behind many
            room = min(room, its.within(SOON) - sum(under_way.get(each, 0) for each in _alike(sending, destination)))
        if room < (1 if its or probing else BATCH // 2):
            continue
        mark = f"{MARK}.{next(_MARKS)}"
        with store.write(alone=False) as conn:
            if probing:
                ledger.expire(conn, name, now)
            most = 1 if probing else min(room, BATCH)
            ids = ledger.hand(conn, name, mark, now, now + LEASE, most)
            if ids and probing:
                ledger.probe(conn, destination, now)
            if ids:
                carries.put(conn, Batch(mark, name, tuple(ids), probe=probing))
    return bool(due) and senders > 0


def _alike(sending: Sending, destination: str) -> list[str]:
    """The channels that lead to *destination*."""
    return [name for name, each in sending.channels.items() if each.destination == destination]


class Carrier:
    """Batches that arrived are claimed, and sent by *dispatch*. Used by several threads, one for each batch in hand."""

    def __init__(self, sending: Sending, dispatch: Dispatch) -> None:
        self._sending = sending
        self._dispatch = dispatch
        self._owner = f"{MARK}.c{uuid4().hex[:4]}"
        self._count = itertools.count()
        self._ending = threading.Event()
        self._turn = threading.Lock()
        self._held: set[str] = set()  # the marks of what is on its way
        # One at a time for each destination: else all claim as soon as there is room for one, and what is claimed too
        # early has to be read again, message by message.
        self._claiming: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def carry(self, batch: Batch) -> int:
        """Send what is still of *batch*, and come back when all of it is settled; how many that were."""
        if batch.channel not in self._sending.channels:
            # this process was started with other channels than the one that handed it over
            log.error("channel %s is not in the settings here: its deliveries wait for another worker", batch.channel)
            return 0
        under_way = self._begun(batch, self._sending.channels[batch.channel].destination)
        if under_way is None:
            return 0
        under_way.over.wait()
        with self._turn:
            self._held.discard(under_way.owner)
        return under_way.count

    def renew(self, now: datetime) -> int:
        """Go on holding what is on its way here, and nothing else: a claim whose answer was lost is to be made again."""
        with self._turn:
            held = sorted(self._held)
        with self._sending.store.write(alone=False) as conn:
            return ledger.renew(conn, held, now, now + LEASE)

    def close(self) -> None:
        """Hand nothing more to those who send: they may be closed after this."""
        with self._turn:
            self._ending.set()

    def _begun(self, batch: Batch, destination: str) -> _UnderWay | None:
        with self._turn:
            claiming = self._claiming[destination]
        end = time.monotonic() + LEASE.total_seconds() / 2
        if not claiming.acquire(timeout=LEASE.total_seconds() / 2):
            return None
        try:
            if not self._room(destination, end):
                return None  # it is due again by itself, and perhaps another process has more room
            claims = self._patiently(lambda: self._claim(batch))
            if not claims:
                return None
            under_way = _UnderWay(claims[0].owner, len(claims), self._sending.settle)
            handle = partial(self._sending.handle, probing=batch.probe)
            with self._turn:
                if not self._ending.is_set():
                    self._held.add(under_way.owner)
                    self._dispatch.hand_over(destination, claims, handle, under_way.settle)
                    return under_way
        finally:
            claiming.release()
        # too late: whoever sends here takes no more
        self._sending.settle([given_back(each, each.read_at) for each in claims])
        return None

    def _room(self, destination: str, end: float) -> bool:
        while time.monotonic() < end and not self._ending.is_set():
            if self._dispatch.room(destination) >= BATCH // 2:
                return True
            self._ending.wait(PAUSE)
        return False

    def _claim(self, batch: Batch) -> list[Claim]:
        sending, owner = self._sending, f"{self._owner}.{next(self._count)}"
        now = sending.clock()
        with sending.store.read() as conn:
            edition = sending.source(conn)
            gates = ledger.gates(conn)
        if edition is None:
            return []
        sending.stands(edition)
        shut = not sending.open_to(batch.channel, gates, now) and not batch.probe
        with sending.store.write(alone=False) as conn:
            if shut:
                ledger.hand_back(conn, batch.mark, batch.ids, now)
                return []
            ledger.take(conn, batch.mark, batch.ids, owner, now, now + LEASE)
            claims = ledger.claimed(conn, owner, now)
        sending.hears(sending.channels[batch.channel].destination, gates)
        return claims

    def _patiently(self, claim: Callable[[], list[Claim]]) -> list[Claim]:
        """A store that is busy for a moment must not cost a whole lease."""
        for _ in range(TRIES):
            try:
                return claim()
            except StoreBusy as error:
                log.warning("%s; the batch waits", error)
                if self._ending.wait(AGAIN):
                    break
        return []


class _UnderWay:
    """A batch whose deliveries are on their way."""

    def __init__(self, owner: str, count: int, settle: Callable[[Sequence[Result]], None]) -> None:
        self.over = threading.Event()
        self.owner = owner
        self.count = self._left = count
        self._settle = settle

    def settle(self, results: Sequence[Result]) -> None:
        """Called by one thread, and again with what could not be written: all at first, then one after the other."""
        try:
            self._settle(results)
        except StoreError:
            raise
        except Exception:
            if len(results) == 1:
                self._less(1)  # nobody comes again with it
            raise
        self._less(len(results))

    def _less(self, count: int) -> None:
        self._left -= count
        if self._left <= 0:
            self.over.set()


RENEWS = timedelta(seconds=10)
"""How often `Carrier.renew` is to be called: a lease outlives two that failed."""
