"""One pass: plans roll, what falls due is staged, changes that settled are noted, and what is due is sent.

Decide, then do, then write down. Whatever ends a pass half-way leaves rows that say how far it came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..channels import Channel
from ..history import Edition
from ..reminders import Book
from ..store import Connection, Store, editions, ledger
from .press import Press
from .sending import Dispatch, EditionSource, Inline, Sending

BUDGET = 20.0  # seconds that a pass waits for slow channels; what they still have goes on beside the next


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
) -> Ticked:
    """Do everything that is due at *now*.

    *clock* is asked just before each message leaves (None: it is *now* all the while). Without a *dispatch*, messages
    are sent one after the other in this thread. Raises StoreBusy when the store cannot be written; nothing is lost then.
    """
    with store.read() as conn:
        edition = edition_source(conn)
        if edition is None:
            return Ticked()
        rolls, stages = ledger.rolls(conn, edition, now), ledger.stages(conn, now)
        settles, alarms = ledger.settles(conn, now), ledger.alarms_differ(conn, now)
    planned = staged = noted = skipped = 0
    book = Book(edition)
    if rolls:
        with store.write() as conn:
            planned = ledger.roll(conn, edition, now).planned
        stages = True
    while stages:
        with store.write() as conn:
            done = ledger.stage(conn, book, now)
        staged, skipped = staged + done.made + done.again, skipped + done.skipped
        stages = done.reminders > 0
    if settles:
        with store.write() as conn:
            noted = ledger.notify(conn, book, now)
    if alarms:
        with store.write() as conn:
            noted += ledger.raise_alarms(conn, now)
    sending = Sending(store, edition_source, channels, clock or (lambda: now), press or Press(), book)
    sending.run(now, dispatch or Inline(), budget)
    count = sending.count
    return Ticked(planned, staged, noted, count["sent"], count["retry"], count["dead"], skipped + count["skipped"])
