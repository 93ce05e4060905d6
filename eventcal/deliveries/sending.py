"""The sending half of a pass: claims become messages that leave, and what came of them is settled in batches.

A claim is read again when it was read too long ago, decided by the newest edition, and sent; a destination that fails
whoever comes is left alone from then on, also within the pass.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import uuid4

from ..channels import Channel, Outcome, Permanent, Retry, Sent, pace
from ..errors import StoreError
from ..history import Edition
from ..messages import Message
from ..reminders import Book, Skip
from ..store import Connection, Store, ledger, people
from ..store.ledger import Claim, Gate, Heard, Result
from ..store.people import Group
from .outcomes import GONE, result
from .press import Press, Writer

log = logging.getLogger(__name__)

BATCH = 100  # deliveries in one claim
FLUSH = 20  # results in one settlement
LEASE = timedelta(seconds=30)
STALE = timedelta(seconds=0.5)  # what was read longer ago is read again before the socket opens
SOON = 2.0  # seconds
LONGEST = timedelta(hours=4)  # however long a destination asks to be left alone

EditionSource = Callable[[Connection], Edition | None]
Handle = Callable[[Claim], Result]
Settle = Callable[[Sequence[Result]], None]


class Dispatch(Protocol):
    """Who runs the sending."""

    def room(self, destination: str) -> int:
        """How many more deliveries for *destination* may be handed over now."""
        ...

    def in_hand(self, destination: str) -> int:
        """How many were handed over for *destination*, and are not sent yet."""
        ...

    def hand_over(self, destination: str, claims: Sequence[Claim], handle: Handle, settle: Settle) -> None:
        """Have each of *claims* handled, and the results settled, by 20 or within 20 ms."""
        ...

    def wait(self, seconds: float) -> bool:
        """Come back when nothing is outstanding (True), or after *seconds*."""
        ...


class Inline:
    """Sends here and now, one after the other: rehearsals, and whoever has few."""

    def room(self, destination: str) -> int:
        return BATCH

    def in_hand(self, destination: str) -> int:
        return 0

    def hand_over(self, destination: str, claims: Sequence[Claim], handle: Handle, settle: Settle) -> None:
        for start in range(0, len(claims), FLUSH):
            settle([handle(each) for each in claims[start : start + FLUSH]])

    def wait(self, seconds: float) -> bool:
        return True


def given_back(claim: Claim, now: datetime) -> Result:
    """*claim* as it was before: nothing was tried."""
    return Result(claim, "retry" if claim.attempts else "queued", claim.reason, now)


_OWNERS = itertools.count()
MARK = f"{os.getpid()}.{uuid4().hex[:8]}"
"""What the marks of this process begin with, on whatever machine it runs."""


@dataclass(slots=True)
class Sending:
    """The sending half of one pass. `handle` and `settle` may be called from other threads, also after the pass."""

    store: Store
    source: EditionSource
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    press: Press
    count: Counter[str] = field(default_factory=Counter)
    writer: Writer = field(init=False)
    _book: list[Book] = field(default_factory=list)  # one, once an edition stands
    _asked: tuple[str, Sequence[Group]] | None = None
    failing: dict[str, int] = field(default_factory=dict)  # failures in a row, by destination
    troubled: set[str] = field(default_factory=set)  # destinations that failed before
    turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.writer = Writer(self.store, self.press)

    @property
    def book(self) -> Book:
        return self._book[0]

    @property
    def edition(self) -> Edition | None:
        """The newest edition, as far as was looked."""
        return self._book[0].edition if self._book else None

    def stands(self, edition: Edition) -> None:
        """*edition* is the newest from now on."""
        if not self._book or self._book[0].edition is not edition:
            self._book = [Book(edition)]

    def asked(self) -> Sequence[Group]:
        """What is asked for at all. It takes a look at everybody, so within a pass only when somebody wishes anew."""
        with self.store.read() as conn:
            mark = people.wishes(conn)
            if self._asked is None or self._asked[0] != mark:
                self._asked = mark, people.groups(conn)
        return self._asked[1]

    def hand_over(self, now: datetime, dispatch: Dispatch) -> bool:
        """Claim for each channel as much as it can take; False when nothing is left to claim."""
        with self.store.read() as conn:
            gates = ledger.gates(conn)
            names = ledger.queued(conn, [each for each in self.channels if self.open_to(each, gates, now)], now)
        for name in names:
            destination = self.channels[name].destination
            probing = gates.get(destination, Gate(destination)).broken
            room = dispatch.room(destination)
            if room < BATCH // 2:
                continue  # many at a time: a claim costs the same for one
            most = 1 if probing else min(room, BATCH)
            if its := pace.of(destination):
                # no more in hand than soon leaves, so that what is urgent never waits behind many
                most = min(most, its.within(SOON) - dispatch.in_hand(destination))
                if most < 1:
                    continue
            self.failing.setdefault(destination, gates[destination].failures if destination in gates else 0)
            if self.failing[destination] or probing:
                self.troubled.add(destination)
            owner = f"{MARK}.{next(_OWNERS)}"
            read_at = self.clock()
            with self.store.write(alone=False) as conn:
                if probing:
                    ledger.expire(conn, name, now)
                found = ledger.claim(conn, name, owner, now, now + LEASE, most)
                if found and probing:
                    ledger.probe(conn, destination, now)
            if found:
                handle = partial(self.handle, probing=probing)
                dispatch.hand_over(destination, self._claimed(owner, read_at), handle, self.settle)
        return bool(names)

    def _claimed(self, owner: str, now: datetime) -> list[Claim]:
        """What was claimed just now, read beside those who write; what cannot be read is given back, or it were nobody's."""
        try:
            with self.store.read() as conn:
                return ledger.claimed(conn, owner, now)
        except StoreError:
            with self.store.write(alone=False) as conn:
                ledger.release(conn, owner)
            raise

    def hears(self, destination: str, gates: Mapping[str, Gate]) -> None:
        """Begin to send to *destination* as the *gates* say that it stands, whatever was heard of it before."""
        with self.turn:
            self.failing[destination] = gates[destination].failures if destination in gates else 0
            (self.troubled.add if self.failing[destination] else self.troubled.discard)(destination)

    def open_to(self, name: str, gates: Mapping[str, Gate], now: datetime) -> bool:
        """Whether anything may be sent through channel *name* at *now*."""
        destination = gates.get(self.channels[name].destination)
        if destination and destination.open_until and destination.open_until > now:
            return False
        return not any(gates[each].paused for each in (ledger.EVERYTHING, name) if each in gates)

    # one delivery

    def handle(self, claim: Claim, probing: bool = False) -> Result:
        """Send *claim* if it is still worth saying. Raises StoreError when the store cannot be read.

        A message that cannot be made is dead, with its reason: it must not stop the others.
        """
        channel = self.channels[claim.channel]
        now = self.clock()
        if not probing and self.failing.get(channel.destination, 0) >= ledger.OPENS_AFTER:
            return given_back(claim, now)
        if abs(now - claim.read_at) > STALE:
            again = self._read_again(claim, now)
            if again is None:
                return Result(claim, "skipped", "taken over", now)  # the fence will keep it from being written
            claim = again
        try:
            printed = self.writer.write(claim, self.book, now, channel.attaches)
        except StoreError:
            raise
        except Exception as error:
            log.exception("delivery %s cannot be written", claim.id_outside)
            return Result(claim, "dead", f"cannot be written: {type(error).__name__}: {error}"[:500], now)
        if isinstance(printed, Skip):
            if printed.reason == "past" and claim.attempts:
                return Result(claim, "dead", f"no time left: {claim.reason}", now)
            return Result(claim, "skipped", printed.reason, now)
        outcome = self._sent(channel, claim, printed.message)
        return result(claim, outcome, self.clock(), printed.told, printed.late)

    def _read_again(self, claim: Claim, now: datetime) -> Claim | None:
        with self.store.read() as conn:
            edition = self.source(conn)
            if edition is not None:
                self.stands(edition)
            return next(iter(ledger.read_again(conn, [claim], now)), None)

    def _sent(self, channel: Channel, claim: Claim, message: Message) -> Outcome:
        try:
            outcome = channel.send(message)
        except Exception as error:
            # a channel's mistake is one delivery's failure
            log.exception("channel %s failed at delivery %s", claim.channel, claim.id_outside)
            outcome = Retry(f"{type(error).__name__}: {error}"[:500])
        with self.turn:
            if isinstance(outcome, Retry) and outcome.everyone:
                self.failing[channel.destination] = self.failing.get(channel.destination, 0) + 1
            elif isinstance(outcome, Sent) or (isinstance(outcome, Permanent) and outcome.gone):
                # who knows one address for gone takes what is for the others
                self.failing[channel.destination] = 0
        return outcome

    # a batch of results

    def settle(self, results: Sequence[Result]) -> None:
        """Write down what came of a batch, and what it said of destinations. Raises StoreBusy: settle it again then."""
        heard = self._heard(results)
        with self.store.write(alone=False) as conn:
            ledger.settle(conn, results)
            if gone := [each.claim.subscription for each in results if each.reason.startswith(GONE)]:
                people.bounced(conn, filter(None, gone), max(each.at for each in results))
            if heard:
                ledger.hear(conn, heard, max(each.at for each in results))
        for each in results:
            said = each.state if each.outcome or each.state in ("dead", "skipped") else "given back"
            self.count[said] += 1
            _say(each, said)

    def _heard(self, results: Sequence[Result]) -> list[Heard]:
        """What these results say of destinations; nothing of those that were well and are."""
        found: dict[str, Heard] = {}
        for each in results:
            name = self.channels[each.claim.channel].destination
            before = found.get(name, Heard(name, False, 0))
            if each.everyone:
                wait = min(each.wait, LONGEST)
                found[name] = Heard(name, before.fresh, before.failures + 1, each.detail, max(before.wait, wait))
            elif (each.outcome == "sent" or each.reason.startswith(GONE)) and (name in found or name in self.troubled):
                found[name] = Heard(name, True, 0)
        return list(found.values())


_LEVELS = {"retry": logging.WARNING, "dead": logging.WARNING, "given back": logging.DEBUG}


def _say(each: Result, said: str) -> None:
    """A line for each delivery, to be searched by its key and read by machines; no address is in it."""
    claim = each.claim
    values = {
        "key": claim.id_outside,
        "kind": claim.kind,
        "channel": claim.channel,
        "state": said,
        "attempt": claim.attempts + 1,
        "after": f"{(each.at - claim.due).total_seconds():.3f}s",
        "reason": each.reason,
    }
    line = " ".join(f"{name}={_quoted(value)}" for name, value in values.items())
    log.log(_LEVELS.get(said, logging.INFO), "delivery %s", line, extra={"delivery": values})


def _quoted(value: object) -> str:
    text = str(value)
    return text if text and re.fullmatch(r"[!#-<>-~]+", text) else json.dumps(text, ensure_ascii=False)
