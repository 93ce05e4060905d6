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
from ..store import Connection, Store, editions, ledger
from ..store.ledger import gathering
from .press import Press
from .sending import Dispatch, EditionSource, Inline, Sending

STOPPED = timedelta(minutes=5)
"""Without a pass for so long, reminders were late: the operator is told as soon as one comes by."""

BUDGET = 20.0  # seconds that a pass waits for slow channels; what they still have goes on beside the next
LOOKS = 0.5  # seconds until a pass that is still sending looks again for what fell due meanwhile
STAGES = 0.25  # seconds of staging at a stretch, so that what is staged is not kept waiting by what is not
WAITS = 0.02
MANY = 2_000  # rows that make a transaction long
GAP = 0.03


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one pass did. Results that come in later are the next pass's."""

    planned: int = 0
    staged: int = 0
    noted: int = 0
    sent: int = 0
    retried: int = 0
    dead: int = 0
    skipped: int = 0


def newest(known: Edition | None = None) -> EditionSource:
    """The newest edition of whatever store it is asked in; what did not change is not read again."""

    def source(conn: Connection) -> Edition | None:
        nonlocal known
        known = editions.newest_in(conn, known)
        return known

    return source


def tick(
    store: Store,
    edition_source: EditionSource,
    channels: Mapping[str, Channel],
    now: datetime,
    *,
    clock: Callable[[], datetime] | None = None,
    dispatch: Dispatch | None = None,
    press: Press | None = None,
    budget: float = BUDGET,
    ends: Callable[[], bool] = lambda: False,
) -> Ticked:
    """Do everything that is due at *now*, and what falls due while it does, unless the process *ends*.

    *clock* is asked just before each message leaves (None: it is *now* all the while). Without a *dispatch*, messages
    are sent one after the other in this thread. Raises StoreBusy when the store cannot be written; nothing is lost then.
    """
    sending = Sending(store, edition_source, channels, clock or (lambda: now), press or Press())
    dispatch, done, end, look = dispatch or Inline(), Counter[str](), time.monotonic() + budget, 0.0
    while True:
        if time.monotonic() >= look:
            if not prepare(store, sending, now, done):
                return Ticked()
            look = time.monotonic() + (0.0 if done.pop("more", 0) else LOOKS)
        left = sending.hand_over(now, dispatch)
        if (dispatch.wait(WAITS) and not left and look > time.monotonic()) or time.monotonic() >= end or ends():
            break
        now = clock() if clock else now
    done += sending.count
    return Ticked(
        done["planned"], done["staged"], done["noted"], done["sent"], done["retry"], done["dead"], done["skipped"]
    )


def prepare(store: Store, sending: Sending, now: datetime, done: Counter[str]) -> bool:
    """Plan, stage and note what is to be sent by *now*; False when there is no edition. "more" counts what is left."""
    with store.read() as conn:
        edition = sending.source(conn)
        if edition is None:
            return False
        sending.stands(edition)
        rolls, stages = ledger.rolls(conn, edition, now), ledger.stages(conn, now)
        noted = ledger.ticked_at(conn)
        settles, alarms = ledger.settles(conn, now), ledger.alarms_differ(conn, now)
        asked, sweeps = gathering.asks(conn, edition, now), gathering.sweeps(conn, now)
    if noted is None or abs(now - noted) >= ledger.TICKS:
        with store.write() as conn:
            last = ledger.ticked_at(conn)
            if last is not None and now - last > STOPPED:
                ledger.note_stop(conn, last, now)
            ledger.note_tick(conn, now)
    if rolls:
        with store.write() as conn:
            done["planned"] += ledger.roll(conn, _present(sending, conn), now).planned
        stages = True
    if asked:
        with store.write() as conn:
            done["planned"] += gathering.answer(conn, _present(sending, conn), asked, now)
        stages = True
    groups = sending.asked() if stages else []
    end = time.monotonic() + STAGES
    while stages and time.monotonic() < end:
        with store.write() as conn:
            _present(sending, conn)
            staged = ledger.stage(conn, sending.book, now, groups)
        done["staged"] += staged.made + staged.again
        done["skipped"] += staged.skipped
        stages = staged.reminders > 0
        _let_others(staged.made + staged.again)
    while settles and time.monotonic() < end:
        with store.write() as conn:
            _present(sending, conn)
            readers = ledger.notify(conn, sending.book, now)
        done["noted"] += readers
        settles = readers > 0
        _let_others(readers)
    done["more"] = int(stages or settles)
    if alarms:
        with store.write() as conn:
            done["noted"] += ledger.raise_alarms(conn, now)
    _gather(store, now, done)
    if sweeps:
        with store.write() as conn:
            gathering.sweep(conn, now)
    return True


def _present(sending: Sending, conn: Connection) -> Edition:
    """The newest edition as of this transaction: by an older one, what a newer one plans would seem to have vanished."""
    edition = sending.source(conn)
    if edition is None:
        raise RuntimeError("an edition was there a moment ago")
    sending.stands(edition)
    return edition


def _let_others(rows: int) -> None:
    """After a transaction of many rows: another process that waits for the lock looks for it every 25 ms at first."""
    if rows >= MANY:
        time.sleep(GAP)


def _gather(store: Store, now: datetime, done: Counter[str]) -> None:
    """What waited for a digest that is due becomes one: after staging, so that what falls due with it is in it."""
    with store.read() as conn:
        gathers = gathering.gathers(conn, now)
    if gathers:
        with store.write() as conn:
            made = gathering.gather(conn, now)
        done["staged"] += made
        done["more"] |= int(made >= gathering.MOST)
