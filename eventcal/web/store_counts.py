"""The store's figures, counted at most once in five seconds however often they are asked for."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..store import Store, edition_store
from ..store import processes as process_store
from ..store.edition_store import RegistryCheck
from ..store.ledger.stats import LedgerStats, ledger_stats
from ..store.processes import Process

COUNT_INTERVAL: Final = timedelta(seconds=5)
"""A count reads every row; requests within this interval share one."""


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """The figures of one store at one moment."""

    counted_at: datetime
    stats: LedgerStats
    registry_check: RegistryCheck | None
    processes: tuple[Process, ...] = ()


class StoreCountCache:
    """The newest count of a store, not older than `COUNT_INTERVAL`."""

    def __init__(self) -> None:
        self._last: StoreCounts | None = None
        self._lock = threading.Lock()

    def get(self, store: Store, now: datetime) -> StoreCounts:
        with self._lock:
            if self._last is None or not timedelta() <= now - self._last.counted_at < COUNT_INTERVAL:
                with store.read() as conn:
                    self._last = StoreCounts(
                        now,
                        ledger_stats(conn, now),
                        edition_store.read_registry_check(conn),
                        tuple(process_store.list_processes(conn)),
                    )
            return self._last
