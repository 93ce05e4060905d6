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
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import uuid4

from ..channels import Channel, Outcome, Permanent, Retry, Sent, rate_limit
from ..errors import StoreError
from ..history import Edition
from ..messages import Message
from ..reminders import EventLookup, Skip
from ..states import DeliveryState, Reason, reason_text
from ..store import Connection, Store, devices, ledger, recipients, subscribers
from ..store.ledger import BreakerReport, CircuitBreaker, Claim, DeliveryResult
from ..store.recipients import SubscriptionGroup
from .outcome import decide_result, first_sent_at
from .render import MessageRenderer, RenderContext, known_after

log = logging.getLogger(__name__)

BATCH_SIZE = 100  # deliveries in one claim
SETTLE_BATCH_SIZE = 20  # results in one settlement
LEASE_DURATION = timedelta(seconds=30)
MAX_CLAIM_AGE = timedelta(seconds=0.5)  # what was read longer ago is read again before the socket opens
RATE_LIMIT_AHEAD_SECONDS = 2.0  # seconds
TWIN_WAIT = timedelta(seconds=2)  # until what another subscription of the same address brings is looked at again
MAX_RETRY_AFTER = timedelta(hours=4)  # however long a destination asks to be left alone

EditionSource = Callable[[Connection], Edition | None]
ClaimHandler = Callable[[Claim], DeliveryResult]
SettleCallback = Callable[[Sequence[DeliveryResult]], None]


class Dispatcher(Protocol):
    """Who runs the sending."""

    def capacity(self, destination: str) -> int:
        """How many more deliveries for *destination* may be handed over now."""
        ...

    def in_flight(self, destination: str) -> int:
        """How many were handed over for *destination*, and are not sent yet."""
        ...

    def submit(self, destination: str, claims: Sequence[Claim], handle: ClaimHandler, settle: SettleCallback) -> None:
        """Have each of *claims* handled, and the results settled, by 20 or within 20 ms."""
        ...

    def wait(self, seconds: float) -> bool:
        """Come back when nothing is outstanding (True), or after *seconds*."""
        ...


class InlineDispatcher:
    """Sends here and now, one after the other: rehearsals, and whoever has few."""

    def capacity(self, destination: str) -> int:
        return BATCH_SIZE

    def in_flight(self, destination: str) -> int:
        return 0

    def submit(self, destination: str, claims: Sequence[Claim], handle: ClaimHandler, settle: SettleCallback) -> None:
        for start in range(0, len(claims), SETTLE_BATCH_SIZE):
            settle([handle(claim) for claim in claims[start : start + SETTLE_BATCH_SIZE]])

    def wait(self, seconds: float) -> bool:
        return True


def released(claim: Claim, now: datetime) -> DeliveryResult:
    """*claim* as it was before: nothing was tried."""
    return DeliveryResult(
        claim, DeliveryState.RETRY if claim.attempts else DeliveryState.QUEUED, claim.reason, now, detail=claim.detail
    )


_CLAIM_NUMBERS = itertools.count()
CLAIM_ID_PREFIX = f"{os.getpid()}.{uuid4().hex[:8]}"
"""What the marks of this process begin with, on whatever machine it runs."""


@dataclass(slots=True)
class Sender:
    """The sending half of one pass. `handle` and `settle` may be called from other threads, also after the pass."""

    store: Store
    edition_source: EditionSource
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    render_context: RenderContext
    counts: Counter[str] = field(default_factory=Counter)
    renderer: MessageRenderer = field(init=False)
    _lookup: list[EventLookup] = field(default_factory=list)  # one, once an edition stands
    _groups: tuple[str, Sequence[SubscriptionGroup]] | None = None
    consecutive_failures: dict[str, int] = field(default_factory=dict)  # failures in a row, by destination
    degraded_destinations: set[str] = field(default_factory=set)  # destinations that failed before
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.renderer = MessageRenderer(self.store, self.render_context)

    @property
    def lookup(self) -> EventLookup:
        return self._lookup[0]

    @property
    def edition(self) -> Edition | None:
        """The newest edition, as far as was looked."""
        return self._lookup[0].edition if self._lookup else None

    def set_edition(self, edition: Edition) -> None:
        """*edition* is the newest from now on."""
        if not self._lookup or self._lookup[0].edition is not edition:
            self._lookup = [EventLookup(edition)]

    def subscription_groups(self) -> Sequence[SubscriptionGroup]:
        """What is asked for at all. It takes a look at everybody, so within a pass only when somebody wishes anew."""
        with self.store.read() as conn:
            version = recipients.preferences_version(conn)
            if self._groups is None or self._groups[0] != version:
                self._groups = version, recipients.groups(conn)
        return self._groups[1]

    def claim_and_send(self, now: datetime, dispatcher: Dispatcher) -> bool:
        """Claim for each channel as much as it can take; False when nothing is left to claim."""
        with self.store.read() as conn:
            breakers = ledger.list_breakers(conn)
            names = ledger.channels_with_due(
                conn, [channel for channel in self.channels if self.accepts_traffic(channel, breakers, now)], now
            )
        for name in names:
            destination = self.channels[name].destination
            probing = breakers.get(destination, CircuitBreaker(destination)).is_open
            capacity = dispatcher.capacity(destination)
            if capacity < BATCH_SIZE // 2:
                continue  # many at a time: a claim costs the same for one
            limit = 1 if probing else min(capacity, BATCH_SIZE)
            if bucket := rate_limit.get_bucket(destination):
                # no more in hand than soon leaves, so that what is urgent never waits behind many
                limit = min(
                    limit, bucket.available_within(RATE_LIMIT_AHEAD_SECONDS) - dispatcher.in_flight(destination)
                )
                if limit < 1:
                    continue
            self.consecutive_failures.setdefault(
                destination, breakers[destination].failures if destination in breakers else 0
            )
            if self.consecutive_failures[destination] or probing:
                self.degraded_destinations.add(destination)
            owner = f"{CLAIM_ID_PREFIX}.{next(_CLAIM_NUMBERS)}"
            read_at = self.clock()
            with self.store.write(alone=False) as conn:
                if probing:
                    ledger.expire(conn, name, now)
                claimed_count = ledger.claim(conn, name, owner, now, now + LEASE_DURATION, limit)
                if claimed_count and probing:
                    ledger.allow_probe(conn, destination, now)
            if claimed_count:
                handle = partial(self.handle, probing=probing)
                dispatcher.submit(destination, self._read_claimed(owner, read_at), handle, self.settle)
        return bool(names)

    def _read_claimed(self, owner: str, now: datetime) -> list[Claim]:
        """What was claimed just now, read beside those who write; what cannot be read is given back, or it were nobody's."""
        try:
            with self.store.read() as conn:
                return ledger.read_claimed(conn, owner, now)
        except StoreError:
            with self.store.write(alone=False) as conn:
                ledger.release(conn, owner)
            raise

    def load_breaker_state(self, destination: str, breakers: Mapping[str, CircuitBreaker]) -> None:
        """Begin to send to *destination* as the *gates* say that it stands, whatever was heard of it before."""
        with self._lock:
            self.consecutive_failures[destination] = breakers[destination].failures if destination in breakers else 0
            (
                self.degraded_destinations.add
                if self.consecutive_failures[destination]
                else self.degraded_destinations.discard
            )(destination)

    def accepts_traffic(self, name: str, breakers: Mapping[str, CircuitBreaker], now: datetime) -> bool:
        """Whether anything may be sent through channel *name* at *now*."""
        breaker = breakers.get(self.channels[name].destination)
        if breaker and breaker.open_until and breaker.open_until > now:
            return False
        return not any(breakers[channel].is_paused for channel in (ledger.ALL_CHANNELS, name) if channel in breakers)

    # one delivery

    def handle(self, claim: Claim, probing: bool = False) -> DeliveryResult:
        """Send *claim* if it is still worth saying. Raises StoreError when the store cannot be read.

        A message that cannot be made is dead, with its reason: it must not stop the others.
        """
        channel = self.channels[claim.channel]
        now = self.clock()
        if not probing and self._is_failing(channel):
            return released(claim, now)
        if abs(now - claim.read_at) > MAX_CLAIM_AGE:
            refreshed = self._refresh_claim(claim, now)
            if refreshed is None:
                return DeliveryResult(
                    claim, DeliveryState.SKIPPED, Reason.TAKEN_OVER, now
                )  # the fence will keep it from being written
            claim = refreshed
        if claim.twin_due_at is not None and now < claim.expires_at:
            return replace(released(claim, now), not_before=max(claim.twin_due_at, now) + TWIN_WAIT)
        try:
            # a second copy is the same bytes, as long as the message is of use at all
            written_for = now if now >= claim.expires_at else first_sent_at(claim) or now
            rendered = self.renderer.render(claim, self.lookup, written_for, channel.wants_calendar)
        except StoreError:
            raise
        except Exception as error:
            log.exception("cannot render delivery %s", claim.public_id)
            return DeliveryResult(
                claim,
                DeliveryState.DEAD,
                Reason.CANNOT_BE_WRITTEN,
                now,
                detail=f"{type(error).__name__}: {error}"[:500],
            )
        if isinstance(rendered, Skip):
            if rendered.reason is Reason.PAST and claim.attempts:
                return DeliveryResult(claim, DeliveryState.DEAD, Reason.NO_TIME_LEFT, now, detail=claim.detail)
            return DeliveryResult(
                claim, DeliveryState.SKIPPED, rendered.reason, now, last_notified=known_after(rendered)
            )
        if not probing and self._is_failing(channel):
            # the first message of a process takes long to render: failures may have been counted meanwhile
            return released(claim, self.clock())
        outcome = self._send_message(channel, claim, rendered.message)
        return decide_result(
            claim, outcome, self.clock(), rendered.last_notified, rendered.late, rendered.message.send_time
        )

    def _is_failing(self, channel: Channel) -> bool:
        """Whether so many sends in a row failed that the breaker of the destination of *channel* opens."""
        return self.consecutive_failures.get(channel.destination, 0) >= ledger.FAILURES_TO_OPEN

    def _refresh_claim(self, claim: Claim, now: datetime) -> Claim | None:
        with self.store.read() as conn:
            edition = self.edition_source(conn)
            if edition is not None:
                self.set_edition(edition)
            return next(iter(ledger.refresh_claims(conn, [claim], now)), None)

    def _send_message(self, channel: Channel, claim: Claim, message: Message) -> Outcome:
        try:
            outcome = channel.send(message)
        except Exception as error:
            # a channel's mistake is one delivery's failure
            log.exception("channel %s failed at delivery %s", claim.channel, claim.public_id)
            outcome = Retry(f"{type(error).__name__}: {error}"[:500])
        with self._lock:
            if isinstance(outcome, Retry) and outcome.destination_down:
                self.consecutive_failures[channel.destination] = (
                    self.consecutive_failures.get(channel.destination, 0) + 1
                )
            elif isinstance(outcome, Sent) or (isinstance(outcome, Permanent) and outcome.address_unknown):
                # who knows one address for gone takes what is for the others
                self.consecutive_failures[channel.destination] = 0
        return outcome

    # a batch of results

    def settle(self, results: Sequence[DeliveryResult]) -> None:
        """Write down what came of a batch, and what it said of destinations. Raises StoreBusy: settle it again then."""
        reports = self._breaker_reports(results)
        with self.store.write(alone=False) as conn:
            ledger.settle(conn, results)
            self._record_gone(conn, results)
            if reports:
                ledger.record_results(conn, reports, max(result.at for result in results))
        for result in results:
            logged_state = result.state if result.outcome or result.state in ("dead", "skipped") else "given back"
            self.counts[logged_state] += 1
            _log_delivery(result, logged_state)

    def _record_gone(self, conn: Connection, results: Sequence[DeliveryResult]) -> None:
        """Counts bounces against sign-ups, deletes devices that are gone, and pauses channels whose endpoint ended (410)."""
        gone = [result for result in results if result.reason is Reason.GONE]
        if gone_devices := [result.claim.address for result in gone if result.claim.channel == recipients.PUSH_CHANNEL]:
            # RFC 8030 7.3: the subscription does not come back, so nothing is kept of it
            subscribers.delete(conn, devices.subscription_ids(conn, gone_devices))
        bounced = [result for result in gone if result.claim.channel != recipients.PUSH_CHANNEL]
        if bounced:
            details = {result.claim.subscription: result.detail for result in bounced if result.claim.subscription}
            now = max(result.at for result in bounced)
            recipients.record_bounces(conn, details, self.render_context.bounce_policy, now)
        for result in results:
            if result.reason is Reason.ENDPOINT_GONE:
                ledger.pause(conn, result.claim.channel, reason_text(result.reason, result.detail))

    def _breaker_reports(self, results: Sequence[DeliveryResult]) -> list[BreakerReport]:
        """What these results say of destinations; nothing of those that were well and are."""
        reports: dict[str, BreakerReport] = {}
        for result in results:
            destination = self.channels[result.claim.channel].destination
            previous = reports.get(destination, BreakerReport(destination, False, 0))
            if result.destination_down:
                wait = min(result.wait, MAX_RETRY_AFTER)
                reports[destination] = BreakerReport(
                    destination, previous.had_success, previous.failures + 1, result.detail, max(previous.wait, wait)
                )
            elif (result.outcome == "sent" or result.reason is Reason.GONE) and (
                destination in reports or destination in self.degraded_destinations
            ):
                reports[destination] = BreakerReport(destination, True, 0)
        return list(reports.values())


_LOG_LEVELS = {"retry": logging.WARNING, "dead": logging.WARNING, "given back": logging.DEBUG}


def _log_delivery(result: DeliveryResult, state: str) -> None:
    """A line for each delivery, to be searched by its key and read by machines; no address is in it."""
    claim = result.claim
    values = {
        "key": claim.public_id,
        "kind": claim.kind,
        "channel": claim.channel,
        "state": state,
        "attempt": claim.attempts + 1,
        "after": f"{(result.at - claim.due_at).total_seconds():.3f}s",
        "reason": reason_text(result.reason, "" if result.state is DeliveryState.SENT else result.detail),
    }
    line = " ".join(f"{name}={_quote(value)}" for name, value in values.items())
    log.log(_LOG_LEVELS.get(state, logging.INFO), "delivery %s", line, extra={"delivery": values})


def _quote(value: object) -> str:
    text = str(value)
    return text if text and re.fullmatch(r"[!#-<>-~]+", text) else json.dumps(text, ensure_ascii=False)
