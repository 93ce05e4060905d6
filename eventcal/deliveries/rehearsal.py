"""What would go out between two days, by the real passes over a store in memory, the clock jumping from due to due."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..channels import Channel, ChannelSettings, Outcome, Sent
from ..editions import publish
from ..errors import RegistryError
from ..history import Change, Edition
from ..messages import Message
from ..registry import Registry
from ..store import Store, editions, ledger, open_store, people
from .passes import newest, tick
from .press import Press
from .start import subscribers

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_SETTLED = timedelta(minutes=10)
"""By then every notice has waited for corrections, and left."""


@dataclass(frozen=True, slots=True)
class Step:
    """An edition, from when on it stands, and what it changed."""

    at: datetime
    edition: Edition
    changes: Sequence[Change] = ()


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One message that would go out: *recipient* is an address, or the channel's name where it has none."""

    moment: datetime
    recipient: str
    subject: str
    message: Message


@dataclass(slots=True)
class Recorder:
    """A channel that keeps what it was sent, and hands it on to another where there is one."""

    name: str
    kept: list[Rehearsed] = field(default_factory=list)
    onward: Callable[[Message], Outcome] | None = None
    destination: str = "rehearsal"
    attaches: bool = True

    def send(self, message: Message) -> Outcome:
        outcome = self.onward(message) if self.onward else Sent()
        self.kept.append(Rehearsed(message.moment, message.address or self.name, message.subject, message))
        return outcome


def rehearse(
    edition: Edition | Sequence[Step],
    settings: Sequence[ChannelSettings],
    start: datetime,
    end: datetime,
    *,
    play: Channel | None = None,
    press: Press | None = None,
) -> Iterator[Rehearsed]:
    """Every message from *start* until before *end*, in order; *play* sends them for real, to a log or a folder.

    Nothing counts as known before *start*: a lead that lies before it is past.
    """
    steps = list(edition) if not isinstance(edition, Edition) else [Step(start, edition)]
    kept: list[Rehearsed] = []
    channels = {each.name: Recorder(each.name, kept, play.send if play else None) for each in settings}
    source, before = newest(), None
    store = open_store("sqlite://")
    try:
        with store.write() as conn:
            people.keep_step(conn, subscribers(settings), start)
        now = start
        while now < end:
            while steps and steps[0].at <= now:
                step = steps.pop(0)
                with store.write() as conn:
                    editions.record(conn, before, step.edition, step.changes)
                    ledger.plan_edition(conn, step.edition, now)
                before = step.edition
            tick(store, source, channels, now, press=press, budget=float("inf"))
            yield from kept
            kept.clear()
            with store.read() as conn:
                due = ledger.next_moment(conn)
            # a day at most, so that plans roll as they would
            nexts = [now + _DAY, *([steps[0].at] if steps else []), *([due] if due else [])]
            now = max(min(nexts), now + _SECOND)
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class Told:
    """What an edit would tell: *at once* in order, and how many notices wait for their reader's digest."""

    at_once: tuple[Rehearsed, ...]
    in_digests: int = 0


def rehearse_edit(
    store: Store,
    old: Registry,
    new: Registry,
    settings: Sequence[ChannelSettings],
    now: datetime,
    press: Press | None = None,
) -> Told:
    """The notices that *new* would send to those who know *old*, by the real passes over *store*, which is a copy.

    Raises RegistryError when either has problems. What falls due meanwhile and is no notice is left out.
    """
    kept: list[Rehearsed] = []
    for each in (old, new):
        # what would be held is rehearsed too: that is when it matters most
        outcome = publish(store, each, now, ledger.plan_edition, force=True, accept=True)
        if outcome.outcome == "problems":
            raise RegistryError(outcome.problems)
    with store.write() as conn:
        people.keep_step(conn, subscribers(settings), now)
        names = people.channels(conn)
    recorders = {name: Recorder(name, kept) for name in names}
    source, end = newest(), now + _SETTLED
    while now < end:
        tick(store, source, recorders, now, press=press, budget=float("inf"))
        now += _MINUTE
    with store.read() as conn:
        waiting = ledger.deliveries(conn, state="open", kind="change", since=end - _SETTLED, limit=1_000_000)
    return Told(tuple(each for each in kept if each.message.kind == "change"), len(waiting))
