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

from ..errors import EventcalError
from ..history import Change, Edition
from ..store import Store
from ..store import editions as recorded
from .index import Index

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 0.5
"""Seconds between two looks at the store."""
STALLED_AFTER: Final = 30.0
"""Seconds without a look after which the process should be restarted from outside."""
CHANGES_KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What every answer is made from: one edition (None: there is none yet), and what is not quite well.

    *changes* are the newest first; *degraded* are names for machines, such as "registry has problems".
    """

    edition: Edition | None = None
    changes: tuple[Change, ...] = ()
    degraded: tuple[str, ...] = ()
    index: Index = field(default_factory=Index, compare=False)

    @classmethod
    def of(cls, edition: Edition, changes: tuple[Change, ...] = (), degraded: tuple[str, ...] = ()) -> Snapshot:
        return cls(edition, changes, degraded, Index(edition, changes))


class Snapshots:
    """Calling it gives the newest snapshot, at once; a thread of its own keeps it new, and calls *then* with each."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self.then: Callable[[Snapshot], object] = lambda snapshot: None
        self._store = store
        self._clock = clock
        self._held = Snapshot()
        self._looked_at = clock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="snapshots", daemon=True)

    def __call__(self) -> Snapshot:
        return self._held

    def start(self) -> Snapshots:
        self.look()
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def stalled(self) -> bool:
        """Whether the looking has stopped, so that what is served may be old."""
        return self._clock() - self._looked_at > STALLED_AFTER

    def refresh(self) -> Snapshot:
        """Look once, and hold what was found; a snapshot that did not change stays the same object."""
        held, degraded = self._held, _degraded(self._store)
        edition = recorded.newest(self._store, held.edition)
        if edition is not None and edition is not held.edition:
            with self._store.read() as connection:
                changes = tuple(recorded.changes(connection, limit=CHANGES_KEPT))
            self._held = Snapshot.of(edition, changes, degraded)
        elif degraded != held.degraded:
            self._held = replace(held, degraded=degraded)
        self.then(self._held)
        return self._held

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            self.look()

    def look(self) -> None:
        try:
            self.refresh()
        except Exception as error:  # noqa: BLE001  whatever it is, the last edition is better than no answer
            self._worse("the store cannot be read", error)
        self._looked_at = self._clock()

    def _worse(self, why: str, error: Exception) -> None:
        if why not in self._held.degraded:
            log.error("%s, the last edition stands: %s", why, error, exc_info=not isinstance(error, EventcalError))
            self._held = replace(self._held, degraded=(*self._held.degraded, why))


def _degraded(store: Store) -> tuple[str, ...]:
    """What the last look at the registry came to, when that was no edition."""
    with store.read() as connection:
        intake = recorded.read_intake(connection)
    if intake is None:
        return ()
    return {"problems": ("the registry has problems",), "held": ("an edition is held",)}.get(str(intake.outcome), ())
