"""A small world for tests of the ledger: a store, editions published from YAML, channels that keep what they are sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventcal import deliveries, editions
from eventcal.channels import Channel, ChannelSettings, Outcome, Sent
from eventcal.deliveries import Ticked
from eventcal.history import Edition, Version
from eventcal.messages import Message
from eventcal.store import Store, ledger, open_store
from eventcal.store.ledger import Entry

HEAD = """\
version: 1
calendar: {id: test, name: Test calendar, timezone: Asia/Dushanbe}
"""


URL = "sqlite://"
"""Where a world is built that names no database: `either_database` sets it."""


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


@dataclass
class Recorder:
    """A channel that keeps what it was sent, and answers as it was told to, the last answer for good."""

    destination: str = "test:recorder"
    attaches: bool = True
    answers: list[Outcome | Exception] = field(default_factory=lambda: [Sent()])
    got: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> Outcome:
        self.got.append(message)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def subjects(self) -> list[str]:
        return [each.subject for each in self.got]


class World:
    """Everything that a pass needs. One channel, "desk", unless *settings* name others."""

    def __init__(
        self,
        folder: Path,
        settings: Sequence[ChannelSettings] = (ChannelSettings("desk", "log"),),
        url: str = "",
    ) -> None:
        self.store: Store = open_store(url or URL)
        self.store.upgrade()
        self.settings = tuple(settings)
        self.boxes = {each.name: Recorder(f"test:{each.name}") for each in settings}
        self.channels: dict[str, Channel] = dict(self.boxes)
        self.source = deliveries.newest()
        self.press = deliveries.Press()
        self._file = folder / "events.yaml"
        self._started = False

    @property
    def box(self) -> Recorder:
        return next(iter(self.boxes.values()))

    def start(self, now: datetime) -> int:
        self._started = True
        return deliveries.start(self.store, self.settings, now)

    def publish(self, events: str, now: datetime, head: str = HEAD, accept: bool = True) -> editions.Outcome:
        """Save *events* (YAML, a list) and publish them at *now*."""
        if not self._started:
            self.start(now)
        lines = "".join(f"  {line}\n" for line in events.strip("\n").splitlines())
        self._file.write_text(f"{head}events:\n{lines}" if lines else f"{head}events: []\n", encoding="utf-8")
        outcome = editions.publish(self.store, self._file, now, force=True, accept=accept, plan=ledger.plan_edition)
        assert outcome.outcome == "recorded", outcome.problems
        return outcome

    def tick(self, now: datetime) -> Ticked:
        return deliveries.tick(self.store, self.source, self.channels, now, press=self.press)

    def run(self, start: datetime, end: datetime) -> None:
        """Ticks at each moment at which there is anything to do, *start* and *end* among them."""
        now = start
        while now < end:
            self.tick(now)
            with self.store.read() as conn:
                due = ledger.next_moment(conn)
            now = min(end, max(due or end, now + timedelta(seconds=1)), now + timedelta(days=1))
        self.tick(end)

    def entries(self, **filters: object) -> list[Entry]:
        with self.store.read() as conn:
            return ledger.deliveries(conn, **filters)  # type: ignore[arg-type]

    def states(self) -> list[tuple[str, str]]:
        """(state, reason) of every delivery, the oldest first."""
        return [(each.state, each.reason) for each in reversed(self.entries())]

    def reminders(self) -> list[tuple[str, str, str, str]]:
        """(start, lead, state, reason) of every reminder, as they were first planned."""
        with self.store.read() as conn:
            rows = conn.exec_driver_sql("SELECT start, lead, state, reason FROM reminder ORDER BY id")
            return [tuple(row) for row in rows]

    def balanced(self) -> bool:
        with self.store.read() as conn:
            return all(each.balanced for each in ledger.balance(conn))

    def edition(self) -> Edition:
        with self.store.read() as conn:
            found = self.source(conn)
        assert found is not None
        return found

    def version(self, event_id: str) -> Version:
        return next(each for each in self.edition().versions if each.event.id == event_id)
