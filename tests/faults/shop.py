"""Passes in this process with real channels, real threads and a store on disk, at a moment that the test says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from eventcal import deliveries
from eventcal.channels import Channel, ChannelSettings
from eventcal.deliveries import Batch, Carrier, Sending
from eventcal.dispatch.local import Local
from eventcal.store import Connection, ledger, nodes

from ..world import World, utc
from .desk import Desk, Row, sound

NOW = utc(2021, 9, 1, 12)
DUE = utc(2021, 9, 15, 5)
START = utc(2021, 9, 16, 5)
"""Of `summit`: its reminder falls due a day before it starts."""

MINUTE = timedelta(minutes=1)


def summit(event_id: str = "summit", ahead: str = "1 day before") -> str:
    return f"- {{id: {event_id}, title: Summit, when: 2021-09-16 10:00, reminders: [{ahead}]}}\n"


class _Hands:
    """What carries batches from a scheduler to a worker of the same process."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def put(self, conn: Connection, batch: Batch) -> None:
        self.batches.append(batch)


class Shop(World):
    """One installation under an injected clock. *settings* name the recipients, *channels* are real.

    Over PostgreSQL it is a scheduler and a worker, between which batches go from hand to hand.
    """

    def __init__(
        self, folder: Path, url: str, settings: ChannelSettings, channel: Channel, *more: tuple[str, Channel]
    ) -> None:
        named: Mapping[str, Channel] = {settings.name: channel, **dict(more)}
        recipients = [settings, *(ChannelSettings(name, "log") for name, _ in more)]
        self.url = url
        self._desk = Desk(folder, None, url)  # type: ignore[arg-type]
        super().__init__(folder, recipients, url)
        self.channels = dict(named)
        self.now = NOW
        self.dispatch = Local()

    def go(self, to: datetime | None = None) -> None:
        """One pass, at *to* or at the moment that it is."""
        self.now = to or self.now
        if self.store.clustered:
            self._go_round()
            return
        deliveries.tick(
            self.store, self.source, self.channels, self.now,
            clock=lambda: self.now, dispatch=self.dispatch, press=self.press, budget=5,
        )  # fmt: skip

    def _go_round(self) -> None:
        """Hand over and carry, until there is nothing more to hand over."""
        with self.store.write(alone=False) as conn:
            nodes.beat(conn, "here", "worker", "", self.now, timedelta())
        carrier = Carrier(Sending(self.store, self.source, self.channels, lambda: self.now, self.press), self.dispatch)
        with ThreadPoolExecutor() as carried:
            while True:
                hands = _Hands()
                deliveries.hand_over(
                    self.store, self.source, self.channels, hands, self.now, lambda: self.now, self.press, budget=0
                )
                if not hands.batches:
                    return
                for each in [carried.submit(carrier.carry, each) for each in hands.batches]:
                    each.result()

    def until(self, end: datetime, step: timedelta | None = None) -> None:
        """A pass at every moment up to *end* at which there is anything to do, or every *step*."""
        while self.now < end:
            with self.store.read() as conn:
                due = ledger.next_moment(conn)
            then = self.now + step if step else max(due or end, self.now + timedelta(seconds=1))
            self.go(min(end, then))

    def rows(self) -> list[Row]:
        return self._desk.rows()

    def attempts(self) -> int:
        return sum(each.attempts for each in self.rows())

    def closed(self) -> tuple[tuple[str, str], ...]:
        with self.store.read() as conn:
            return ledger.figures(conn, self.now).closed

    def sound(self, arrived: Counter[str]) -> list[Row]:
        """The deliveries, after what must hold of any ledger was seen to hold."""
        rows = self.rows()
        sound(self.store, rows, arrived)
        return rows

    def close(self) -> None:
        self.dispatch.close()
        self.store.close()
