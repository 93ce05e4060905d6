"""The newest edition as the web holds it, and the thread that looks whether the store has a newer one.

Never reads the registry: what is not in the store does not exist here.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from ..errors import EventcalError, StoreReplaced
from ..feeds import KEEP_REMOVED, NOTHING_REMOVED, Removed, collect_removed
from ..history import Change, Edition
from ..logs import RepeatCounter
from ..store import Connection, Store, edition_store
from ..store.ledger import health, stats
from .edition_index import EditionIndex

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.1
"""Seconds between two looks at the store."""
STALLED_AFTER_SECONDS: Final = 30.0
"""Seconds without a look after which the process should be restarted from outside."""
MAX_CHANGES: Final = 500
FAILURE_LOG_SECONDS: Final = 600.0
"""Seconds between two log lines about the same failure, which may come and go with every look."""
LEDGER_SECONDS: Final = 5.0
"""Seconds between two looks at the ledger, which cost more where much waits."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state that answers are built from: one edition (None until one is published) and degraded conditions.

    *changes* are the newest first; *degraded* are names for machines, such as "registry has problems".
    """

    edition: Edition | None = None
    changes: tuple[Change, ...] = ()
    degraded: tuple[str, ...] = ()
    index: EditionIndex = field(default_factory=EditionIndex, compare=False)
    removed: Removed = NOTHING_REMOVED

    @classmethod
    def of(
        cls,
        edition: Edition,
        changes: tuple[Change, ...] = (),
        degraded: tuple[str, ...] = (),
        removed: Removed = NOTHING_REMOVED,
    ) -> Snapshot:
        return cls(edition, changes, degraded, EditionIndex(edition, changes, removed), removed)


def read_removed(connection: Connection, edition: Edition) -> Removed:
    """Reads the events and tags that left the calendar in the time before *edition*."""
    return collect_removed(edition, edition_store.ended_versions(connection, edition.recorded_at - KEEP_REMOVED))


class SnapshotPoller:
    """The newest snapshot, returned at once by a call; a thread of its own renews it, and calls `on_refresh` with each."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self.on_refresh: Callable[[Snapshot], object] = lambda snapshot: None
        self._store = store
        self._clock = clock
        self._current = Snapshot()
        self._polled_at = clock()
        self._ledger_conditions: tuple[str, ...] = ()
        self._ledger_read_at = -LEDGER_SECONDS
        self._failures = RepeatCounter(FAILURE_LOG_SECONDS)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="snapshots", daemon=True)

    def __call__(self) -> Snapshot:
        return self._current

    def start(self) -> SnapshotPoller:
        self.poll()
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def is_stalled(self) -> bool:
        """Tells whether polling has stopped, so that the snapshot may be out of date."""
        return self._clock() - self._polled_at > STALLED_AFTER_SECONDS

    def refresh(self) -> Snapshot:
        """Reads the store once; a snapshot that did not change stays the same object."""
        current = self._current
        with self._store.read() as connection:
            degraded = (*_store_conditions(connection, self._store), *self._read_ledger(connection))
            edition = edition_store.newest_in(connection, current.edition)
            if edition is not None and edition is not current.edition:
                changes = tuple(edition_store.changes(connection, limit=MAX_CHANGES))
                self._current = Snapshot.of(edition, changes, degraded, read_removed(connection, edition))
            elif degraded != current.degraded:
                self._current = replace(current, degraded=degraded)
        self.on_refresh(self._current)
        self._current.index.prepare()
        return self._current

    def _read_ledger(self, connection: Connection) -> tuple[str, ...]:
        if self._clock() - self._ledger_read_at >= LEDGER_SECONDS:
            self._ledger_conditions = stats.ledger_conditions(connection, self._store.now())
            self._ledger_read_at = self._clock()
        return self._ledger_conditions

    def _run(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            self.poll()

    def poll(self) -> None:
        try:
            self.refresh()
        except StoreReplaced as error:
            log.warning("%s; the next look is at the store that is there now", error)
            self._store.close()
        except Exception as error:
            condition = "the store cannot be read"
            if count := self._failures.count(repr(error), self._clock()):
                is_bug, times = not isinstance(error, EventcalError), f" ({count} times)" if count > 1 else ""
                log.error("%s, the last edition stays published: %s%s", condition, error, times, exc_info=is_bug)
            if condition not in self._current.degraded:
                self._current = replace(self._current, degraded=(*self._current.degraded, condition))
        self._polled_at = self._clock()


def _store_conditions(connection: Connection, store: Store) -> tuple[str, ...]:
    """Returns the conditions of the last check of the registry, of the store's disk, and of a scheduler that is silent.

    A scheduler that runs and cannot write its tick, because of a quota or an error of the disk, is silent too.
    """
    check, ticked_at = edition_store.read_registry_check(connection), health.last_tick_at(connection)
    registry_conditions = {"problems": ("the registry has problems",), "held": ("an edition is held",)}
    conditions = registry_conditions.get(str(check.outcome), ()) if check else ()
    if problem := store.disk_problem():
        conditions = (*conditions, problem)
    if health.is_silent(ticked_at, store.now()):
        return (*conditions, "no scheduler has run for two minutes")
    return conditions
