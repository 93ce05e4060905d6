"""Passes in this process with real channels, real threads and a store on disk, at a moment that the test says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from eventcal import deliveries
from eventcal.channels import Channel, ChannelSettings
from eventcal.deliveries import Batch, LeaseRecovery, LocalDispatcher
from eventcal.dispatch.batch_runner import BatchRunner
from eventcal.dispatch.procrastinate import QueueDispatcher
from eventcal.dispatch.threads import SenderThreads
from eventcal.store import Connection, processes
from eventcal.store.ledger import stats

from ..serve_process import WAIT_SECONDS
from ..world import World, utc
from .installation import DeliveryRow, Installation, check_invariants

NOW = utc(2021, 9, 1, 12)
DUE = utc(2021, 9, 15, 5)
START = utc(2021, 9, 16, 5)
"""Of `summit`: its reminder falls due a day before it starts."""

MINUTE = timedelta(minutes=1)


def summit_yaml(event_id: str = "summit", lead: str = "1 day before") -> str:
    return f"- {{id: {event_id}, title: Summit, when: 2021-09-16 10:00, reminders: [{lead}]}}\n"


class _ListDispatcher(QueueDispatcher):
    """Keeps batches in a list instead of the queue, from a scheduler to a worker of the same process."""

    def __init__(self, installation: InProcessInstallation) -> None:
        super().__init__(installation.store.connection_string, installation.channels)
        self.batches: list[Batch] = []

    def put(self, conn: Connection, batch: Batch) -> None:
        self.batches.append(batch)


class InProcessInstallation(World):
    """One installation under an injected clock. *settings* name the recipients, *channels* are real.

    Over PostgreSQL it is a scheduler and a worker, between which batches go from hand to hand.
    """

    def __init__(
        self, folder: Path, url: str, settings: ChannelSettings, channel: Channel, *more_channels: tuple[str, Channel]
    ) -> None:
        named: Mapping[str, Channel] = {settings.name: channel, **dict(more_channels)}
        recipients = [settings, *(ChannelSettings(name, "log") for name, _ in more_channels)]
        self.url = url
        self._installation = Installation(folder, None, url)  # type: ignore[arg-type]
        super().__init__(folder, recipients, url)
        self.channels = dict(named)
        self.now = NOW
        self.threads = SenderThreads()

    def tick_at(self, moment: datetime | None = None) -> None:
        """Makes one pass, at *moment* or when the last one was."""
        self.now = moment or self.now
        if self.store.is_clustered:
            self._dispatch_all()
            return
        sender = self.sender(lambda: self.now)
        deliveries.tick(sender, LocalDispatcher(sender, self.threads), deadline_seconds=WAIT_SECONDS)

    def _dispatch_all(self) -> None:
        """Hand over and carry, until there is nothing more to hand over."""
        with self.store.write(alone=False) as conn:
            processes.heartbeat(conn, "here", "worker", "", self.now, timedelta())
        LeaseRecovery(self.store)(self.now)
        sender = self.sender(lambda: self.now)
        runner = BatchRunner(sender, self.threads)
        with ThreadPoolExecutor() as executor:
            while True:
                dispatcher = _ListDispatcher(self)
                deliveries.tick(sender, dispatcher, deadline_seconds=0)
                if not dispatcher.batches:
                    return
                for job in [executor.submit(runner.run_batch, batch) for batch in dispatcher.batches]:
                    job.result()

    def run_until(self, end: datetime, step: timedelta | None = None) -> None:
        """A pass at every moment up to *end* at which there is anything to do, or every *step*."""
        while self.now < end:
            with self.store.read() as conn:
                due = stats.next_pass_due(conn)
            next_time = self.now + step if step else max(due or end, self.now + timedelta(seconds=1))
            self.tick_at(min(end, next_time))

    def rows(self) -> list[DeliveryRow]:
        return self._installation.rows()

    def attempts(self) -> int:
        return sum(row.attempts for row in self.rows())

    def open_breakers(self) -> tuple[tuple[str, str], ...]:
        with self.store.read() as conn:
            return stats.ledger_stats(conn, self.now).open_breakers

    def check_invariants(self, arrived: Counter[str]) -> list[DeliveryRow]:
        """The deliveries, after what must hold of any ledger was seen to hold."""
        rows = self.rows()
        check_invariants(self.store, rows, arrived)
        return rows

    def close(self) -> None:
        self.threads.close()
        self.store.close()
