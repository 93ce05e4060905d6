"""A small world for tests of the ledger: a store, editions published from YAML, channels that keep what they are sent."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from eventcal import deliveries, editions
from eventcal.channels import Channel, ChannelSettings, Outcome, Recheck, Sent, no_recheck
from eventcal.deliveries import LocalDispatcher, Sender
from eventcal.dispatch.threads import SenderThreads
from eventcal.history import Edition, Version
from eventcal.messages import Message
from eventcal.planning import passes
from eventcal.store import Store, ms, open_store, retention
from eventcal.store.ledger import stats
from eventcal.store.ledger.stats import DeliveryRecord

from .factories import utc
from .serve_process import WAIT_SECONDS

__all__ = ["REGISTRY_HEADER", "ScriptedChannel", "World", "utc"]

REGISTRY_HEADER = """\
version: 1
calendar: {id: test, name: Test calendar, timezone: Asia/Dushanbe}
"""


DEFAULT_STORE_URL = "sqlite://"
"""Where a world is built that names no database: `either_database` sets it."""


@dataclass
class ScriptedChannel:
    """A channel that keeps what it was sent, and answers as it was told to, the last answer for good."""

    destination: str = "test:recorder"
    wants_calendar: bool = True
    outcomes: list[Outcome | Exception] = field(default_factory=lambda: [Sent()])
    received: list[Message] = field(default_factory=list)

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        self.received.append(message)
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @property
    def subjects(self) -> list[str]:
        return [message.subject for message in self.received]


@dataclass
class HeldChannel(ScriptedChannel):
    """A channel that has a message, in *asked*, and neither takes nor answers it before *go_on* is set."""

    asked: list[Message] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        recheck()
        self.asked.append(message)
        self.go_on.wait(WAIT_SECONDS)
        return super().send(message)


class World:
    """Everything that a pass needs. One channel, "desk", unless *settings* name others."""

    def __init__(
        self,
        folder: Path,
        settings: Sequence[ChannelSettings] = (ChannelSettings("desk", "log"),),
        url: str = "",
    ) -> None:
        self.store: Store = open_store(url or DEFAULT_STORE_URL)
        self.store.upgrade()
        self.settings = tuple(settings)
        self.recorders = {
            channel_settings.name: ScriptedChannel(f"test:{channel_settings.name}") for channel_settings in settings
        }
        self.channels: dict[str, Channel] = dict(self.recorders)
        self.source = deliveries.newest_edition()
        self.render_context = deliveries.RenderContext()
        self._file = folder / "events.yaml"
        self._started = False

    @property
    def recorder(self) -> ScriptedChannel:
        return next(iter(self.recorders.values()))

    def start(self, now: datetime) -> int:
        self._started = True
        return deliveries.sync_and_recover(self.store, self.settings, now)

    def publish(
        self, events: str, now: datetime, header: str = REGISTRY_HEADER, accept: bool = True
    ) -> editions.PublishResult:
        """Save *events* (YAML, a list) and publish them at *now*."""
        if not self._started:
            self.start(now)
        lines = "".join(f"  {line}\n" for line in events.strip("\n").splitlines())
        self._file.write_text(f"{header}events:\n{lines}" if lines else f"{header}events: []\n", encoding="utf-8")
        result = editions.publish(
            self.store, self._file, now, force=True, accept=accept, write_plan=passes.plan_edition
        )
        assert result.outcome == "recorded", result.problems
        return result

    def sender(self, clock: Callable[[], datetime]) -> Sender:
        """A new sender, as a process has one."""
        return Sender(self.store, self.source, self.channels, clock, self.render_context)

    def tick(self, now: datetime, threads: SenderThreads | None = None, deadline_seconds: float = math.inf) -> None:
        """Makes one pass, on a clock that stands at *now*; it sends in this thread unless it is given *threads*."""
        sender = self.sender(lambda: now)
        deliveries.tick(sender, LocalDispatcher(sender, threads), deadline_seconds=deadline_seconds)

    def run(self, start: datetime, end: datetime) -> None:
        """Ticks, and deletes what is kept no longer, at each moment at which there is anything to do, *start* and *end* among them."""
        now = start
        while now < end:
            self.tick(now)
            retention.run_if_due(self.store, now)
            with self.store.read() as conn:
                due = stats.next_pass_due(conn)
            now = min(end, max(due or end, now + timedelta(seconds=1)), now + timedelta(days=1))
        self.tick(end)
        retention.run_if_due(self.store, end)

    def delivery_records(self, **filters: object) -> list[DeliveryRecord]:
        with self.store.read() as conn:
            return stats.list_deliveries(conn, **filters)  # type: ignore[arg-type]

    def states(self) -> list[tuple[str, str]]:
        """(state, reason) of every delivery, the oldest first."""
        return [(record.state, record.reason_text) for record in reversed(self.delivery_records())]

    def reminders(self) -> list[tuple[str, str, str, str]]:
        """(start, lead, state, reason) of every reminder, as they were first planned."""
        with self.store.read() as conn:
            rows = conn.exec_driver_sql("SELECT start, lead, state, reason FROM reminder ORDER BY id")
            return [tuple(row) for row in rows]

    def is_balanced(self) -> bool:
        with self.store.read() as conn:
            return all(source_balance.is_balanced for source_balance in stats.balance(conn))

    def edition(self) -> Edition:
        with self.store.read() as conn:
            edition = self.source(conn)
        assert edition is not None
        return edition

    def version(self, event_id: str) -> Version:
        return next(version for version in self.edition().versions if version.event.id == event_id)


def join(world: World, count: int, at: datetime, state: str = "active") -> None:
    """Adds *count* readers of the channel "email" who confirmed their address at *at*."""
    with world.store.write() as conn:
        conn.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
                "INSERT INTO subscription (origin, channel, address, language, zone, filter, leads, change_kinds, digest, "
                "state, reason, link_version, created_at, confirmed_at) SELECT 'people', 'email', :at || :state || i, '', "
                "'', '', '', '', '', :state, '', 0, 0, :confirmed FROM n"
            ),
            {"count": count, "at": f"{at:%H%M%S}", "confirmed": ms(at), "state": state},
        )
