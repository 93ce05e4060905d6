"""Sends claims: each is read again if it is old, decided by the newest edition, sent, and its result settled.

A destination that fails for everyone is left alone from then on, before its breaker is written down.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..channels import Ambiguous, Channel, Outcome, Permanent, Retry, Sent
from ..errors import StoreError
from ..history import Edition
from ..ledger_rows import FAILURES_TO_OPEN, LATE_THRESHOLD, CircuitBreaker, Claim, DeliveryResult, SubscriptionGroup
from ..mail_address import mask_addresses
from ..messages import Message
from ..planning.reminders import Skip
from ..states import PUSH_CHANNEL, AttemptOutcome, DeliveryState, Reason, reason_text
from ..store import Connection, Store, devices, retention
from ..store.ledger import delivery_queue, reminder_rows
from ..store.ledger.health import ALL_CHANNELS, list_breakers, lock_breakers, pause, save_breaker
from .outcome import BreakerReport, decide_result, next_breaker, released
from .render import Duplicate, MessageRenderer, Rendered
from .render_context import RenderContext
from .returned_mail import record_bounces

log = logging.getLogger(__name__)

MAX_CLAIM_AGE = timedelta(seconds=0.5)
"""A claim that was read longer ago is read again before the socket opens."""

MAX_REFRESHED_CLAIMS = 20
"""So many claims of a batch are read again at once: one by one, a sender that falls behind would fall further behind."""

TWIN_WAIT = timedelta(seconds=2)
"""A message waits so long before it is tried again, while another to the same person is about to say the same."""

MAX_RETRY_AFTER = timedelta(hours=4)
"""A destination is left alone for no longer than this, whatever it asks for."""

EditionSource = Callable[[Connection], Edition | None]


class ClaimBatch:
    """Claims that are sent together and, once they are old, read again together. Used by several threads."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._waiting = {claim.id: claim for claim in claims}
        self._lock = threading.Lock()

    def current(
        self, claim: Claim, now: datetime, refresh: Callable[[Sequence[Claim]], Sequence[Claim]]
    ) -> Claim | None:
        """Returns *claim* as it was read at most `MAX_CLAIM_AGE` ago, None when another sender has taken it over.

        *refresh* reads claims again and leaves out those that were taken over.
        """
        with self._lock:
            latest = self._waiting.pop(claim.id, claim)
            if abs(now - latest.read_at) <= MAX_CLAIM_AGE:
                return latest
            following = list(itertools.islice(self._waiting.values(), MAX_REFRESHED_CLAIMS - 1))
            refreshed = {current.id: current for current in refresh([latest, *following])}
            self._waiting.update((waiting.id, refreshed.get(waiting.id, waiting)) for waiting in following)
            return refreshed.get(claim.id)


@dataclass(slots=True)
class Sender:
    """Turns claims into settled results, for the life of a process. `handle` and `settle` may be called by many threads.

    *edition* is the newest that was read, which decides; None before any.
    """

    store: Store
    edition_source: EditionSource
    channels: Mapping[str, Channel]
    clock: Callable[[], datetime]
    render_context: RenderContext = field(default_factory=RenderContext)
    edition: Edition | None = field(default=None, init=False)
    _renderer: MessageRenderer = field(init=False)
    _groups: tuple[str, Sequence[SubscriptionGroup]] | None = None
    _failures: Counter[str] = field(default_factory=Counter)  # in a row, by destination
    _unsettled_failures: Counter[str] = field(default_factory=Counter)  # of these, not written down yet
    _degraded: set[str] = field(default_factory=set)  # destinations whose breaker has counted failures
    _unanswered: dict[int, tuple[Claim, datetime]] = field(default_factory=dict)  # whose receiver has asked for them
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._renderer = MessageRenderer(self.store, self.render_context)

    def subscription_groups(self) -> Sequence[SubscriptionGroup]:
        """Returns the groups of subscriptions that ask alike; reads all of them, so only after preferences changed."""
        with self.store.read() as conn:
            version = reminder_rows.preferences_version(conn)
            if self._groups is None or self._groups[0] != version:
                self._groups = version, reminder_rows.groups(conn)
        return self._groups[1]

    # destinations

    def accepts_traffic(self, name: str, breakers: Mapping[str, CircuitBreaker], now: datetime) -> bool:
        """Returns whether anything, a probe included, may be sent through channel *name* at *now*."""
        breaker = breakers.get(self.channels[name].destination)
        if breaker and breaker.open_until and breaker.open_until > now:
            return False
        return not any(breakers[channel].is_paused for channel in (ALL_CHANNELS, name) if channel in breakers)

    def load_breakers(self, conn: Connection) -> dict[str, CircuitBreaker]:
        """Returns the circuit breakers and pauses, and counts failures on from them.

        A destination whose failures are not all written down goes on by memory, which is ahead of the store.
        """
        with self._lock:
            unsettled = +self._unsettled_failures
        breakers = list_breakers(conn)
        with self._lock:
            destinations = {channel.destination for channel in self.channels.values()}
            stored = {name: breakers[name].failures if name in breakers else 0 for name in destinations}
            for name, failures in stored.items():
                if not unsettled[name] and not self._unsettled_failures[name]:
                    self._failures[name] = failures
            self._degraded = {name for name, failures in stored.items() if failures}
        return breakers

    def _is_failing(self, channel: Channel) -> bool:
        """Returns whether so many sends in a row failed that the breaker of the destination of *channel* opens."""
        return self._failures[channel.destination] >= FAILURES_TO_OPEN

    # one delivery

    def handle(self, claim: Claim, is_probe: bool = False, batch: ClaimBatch | None = None) -> DeliveryResult:
        """Sends *claim*, one of *batch*, if it is still of use.

        Raises StoreError when the store cannot be read; nothing was sent then.
        """
        channel = self.channels[claim.channel]
        now = self.clock()
        if not is_probe and self._is_failing(channel):
            return released(claim, now)
        current = (batch or ClaimBatch([claim])).current(claim, now, lambda claims: self._refresh_claims(claims, now))
        if current is None:
            return _taken_over(claim, now)
        if current.twin_due_at is not None and now < current.expires_at:
            return replace(released(current, now), not_before=max(current.twin_due_at, now) + TWIN_WAIT)
        if current.is_preceded and now < current.expires_at:  # what its reader knows is known after that
            return replace(released(current, now), not_before=now + TWIN_WAIT)
        rendered = self._render(current, channel, now)
        if isinstance(rendered, DeliveryResult):
            return rendered
        if not is_probe and self._is_failing(channel):
            # the first message of a process takes long to render: failures may have been counted meanwhile
            return released(current, self.clock())
        try:
            outcome = self._send_message(channel, current, rendered.message)
        except _Withdrawn as withdrawn:
            return withdrawn.result
        return decide_result(current, outcome, self.clock(), rendered.last_notified, rendered.message.send_time)

    def _recheck(self, claim: Claim, channel: Channel) -> None:
        """Reads *claim* again if it is old. Raises _Withdrawn if its message is no longer wanted."""
        now = self.clock()
        if abs(now - claim.read_at) <= MAX_CLAIM_AGE:
            return
        refreshed = self._refresh_claims([claim], now)
        if not refreshed:
            raise _Withdrawn(_taken_over(claim, now))
        if isinstance(result := self._render(refreshed[0], channel, now), DeliveryResult):
            raise _Withdrawn(result)

    def _refresh_claims(self, claims: Sequence[Claim], now: datetime) -> list[Claim]:
        with self.store.read() as conn:
            edition = self.edition_source(conn)
            if edition is not None:
                self.edition = edition
            return delivery_queue.refresh_claims(conn, claims, now)

    def _render(self, claim: Claim, channel: Channel, now: datetime) -> Rendered | DeliveryResult:
        """Renders the message of *claim*, or returns why there is none. One that fails is dead and does not stop others."""
        edition = self.edition
        if edition is None:
            raise RuntimeError("no edition was read yet")
        try:
            rendered = self._renderer.render(claim, edition, _writing_moment(claim, now), channel.wants_calendar)
        except StoreError:
            raise
        except Exception as error:
            log.exception("cannot render delivery %s", claim.public_id)
            detail = f"{type(error).__name__}: {error}"[:500]
            return DeliveryResult(claim, DeliveryState.DEAD, Reason.CANNOT_BE_WRITTEN, now, detail=detail)
        if not isinstance(rendered, Skip):
            return rendered
        if rendered.reason is Reason.PAST and claim.attempts:
            return DeliveryResult(claim, DeliveryState.DEAD, Reason.NO_TIME_LEFT, now, detail=claim.detail)
        known = rendered.last_notified if isinstance(rendered, Duplicate) else ()
        return DeliveryResult(claim, DeliveryState.SKIPPED, rendered.reason, now, last_notified=known)

    def _send_message(self, channel: Channel, claim: Claim, message: Message) -> Outcome:
        def recheck() -> None:
            self._recheck(claim, channel)
            with self._lock:
                self._unanswered[claim.id] = claim, message.send_time

        try:
            outcome = channel.send(message, recheck)
        except (StoreError, _Withdrawn):
            raise
        except Exception as error:
            # a channel's mistake is one delivery's failure
            log.exception("channel %s failed at delivery %s", claim.channel, claim.public_id)
            outcome = Retry(f"{type(error).__name__}: {error}"[:500])
        finally:
            with self._lock:
                self._unanswered.pop(claim.id, None)
        with self._lock:
            if isinstance(outcome, Retry) and outcome.is_destination_down:
                self._failures[channel.destination] += 1
                self._unsettled_failures[channel.destination] += 1
            elif isinstance(outcome, Sent) or (isinstance(outcome, Permanent) and outcome.is_address_unknown):
                # a relay that knows one address for gone takes what is for the others
                self._failures[channel.destination] = 0
        return outcome

    def settle_unanswered(self) -> None:
        """Writes down, as this process ends, that messages which their receivers asked for have no answer: they may arrive."""
        with self._lock:
            unanswered, now = list(self._unanswered.values()), self.clock()
            self._unanswered.clear()
        if not unanswered:
            return
        no_answer = Ambiguous("no answer when the process ended")
        results = [decide_result(claim, no_answer, now, written_at=written_at) for claim, written_at in unanswered]
        try:
            # the receiver was not given its time, and is not blamed
            self.settle([replace(result, is_destination_down=False) for result in results])
        except StoreError as error:
            log.warning("%d messages without an answer are sent again after the start: %s", len(results), error)

    # a batch of results

    def settle(self, results: Sequence[DeliveryResult]) -> None:
        """Writes down *results* and what they say of destinations. Raises StoreBusy: settle them again then."""
        reports = self._breaker_reports(results)
        with self.store.write(alone=False) as conn:
            delivery_queue.settle(conn, results)
            self._record_gone(conn, results)
            if reports:
                _update_breakers(conn, reports, max(result.at for result in results))
        with self._lock:
            for result in results:
                if result.is_destination_down and result.outcome is AttemptOutcome.RETRY:
                    self._unsettled_failures[self._destination(result)] -= 1
        for result in results:
            _log_delivery(result)
        self._delete_gone_devices([result.claim.address for result in results if _is_gone_device(result)])

    def _delete_gone_devices(self, addresses: Sequence[str]) -> None:
        """Deletes devices that are gone: their subscription does not come back (RFC 8030 7.3), so nothing is kept of it.

        As the only writer, since a fan-out may just be writing to them.
        """
        if not addresses:
            return
        try:
            with self.store.write() as conn:
                retention.delete_subscriptions(conn, devices.subscription_ids(conn, addresses))
        except StoreError as error:  # what was sent is settled, and must not be settled again
            log.warning("devices that are gone are deleted after the next message to them: %s", error)

    def _destination(self, result: DeliveryResult) -> str:
        return self.channels[result.claim.channel].destination

    def _record_gone(self, conn: Connection, results: Sequence[DeliveryResult]) -> None:
        """Counts bounces against sign-ups, and pauses channels whose endpoint ended (410)."""
        bounced = [result for result in results if result.reason is Reason.GONE and not _is_gone_device(result)]
        if bounced:
            details = {result.claim.subscription: result.detail for result in bounced}
            now = max(result.at for result in bounced)
            record_bounces(conn, details, self.render_context.bounce_policy, now)
        for result in results:
            if result.reason is Reason.ENDPOINT_GONE:
                pause(conn, result.claim.channel, reason_text(result.reason, result.detail))

    def _breaker_reports(self, results: Sequence[DeliveryResult]) -> list[BreakerReport]:
        """Returns what *results* say of destinations; nothing of those that were well and are."""
        reports: dict[str, BreakerReport] = {}
        for result in results:
            destination = self._destination(result)
            previous = reports.get(destination, BreakerReport(destination, False, 0))
            if result.is_destination_down:
                wait = min(result.wait, MAX_RETRY_AFTER)
                reports[destination] = BreakerReport(
                    destination, previous.had_success, previous.failures + 1, result.detail, max(previous.wait, wait)
                )
            elif (result.outcome is AttemptOutcome.SENT or result.reason is Reason.GONE) and (
                destination in reports or destination in self._degraded
            ):
                reports[destination] = BreakerReport(destination, True, 0)
        return list(reports.values())


def _is_gone_device(result: DeliveryResult) -> bool:
    return result.reason is Reason.GONE and result.claim.channel == PUSH_CHANNEL


def _update_breakers(conn: Connection, reports: Iterable[BreakerReport], now: datetime) -> None:
    lock_breakers(conn)
    breakers = list_breakers(conn)
    for report in reports:
        previous = breakers.get(report.name, CircuitBreaker(report.name))
        if (breaker := next_breaker(previous, report, now)) is not previous:
            save_breaker(conn, breaker)


def _writing_moment(claim: Claim, now: datetime) -> datetime:
    """Returns the moment that the message of *claim* is written for: the one in its row where that is not long ago, else *now*.

    From the row alone a second copy is the same bytes, as long as the message is of use at all. One that a killed process may
    have sent, or may never have begun, must not be wrong about the time: it is written anew once it would be late.
    """
    if now >= claim.expires_at:
        return now
    if claim.ambiguous_sent_at and claim.reason is Reason.AMBIGUOUS:
        return claim.ambiguous_sent_at
    known = (claim.ambiguous_sent_at, claim.claimed_at)
    recent = (moment for moment in known if moment and abs(now - moment) <= LATE_THRESHOLD)
    return next(recent, now.replace(microsecond=0))


class _Withdrawn(Exception):
    """A message was no longer wanted when its receiver asked for it; *result* says why."""

    def __init__(self, result: DeliveryResult) -> None:
        super().__init__(result.reason)
        self.result = result


def _taken_over(claim: Claim, now: datetime) -> DeliveryResult:
    """Returns the result of a claim whose fencing token has moved on: it will not be written."""
    return DeliveryResult(claim, DeliveryState.SKIPPED, Reason.TAKEN_OVER, now)


_LOG_LEVELS = {"retry": logging.WARNING, "dead": logging.WARNING, "given back": logging.DEBUG}


def _log_delivery(result: DeliveryResult) -> None:
    """Logs one line, to be searched by its key and read by machines; no address is in it."""
    claim = result.claim
    is_released = not result.outcome and result.state not in (DeliveryState.DEAD, DeliveryState.SKIPPED)
    state = "given back" if is_released else str(result.state)
    reason = reason_text(result.reason, "" if result.state is DeliveryState.SENT else result.detail)
    values = {
        "key": claim.public_id,
        "kind": claim.kind,
        "channel": claim.channel,
        "state": state,
        "attempt": claim.attempts + 1,
        "after": f"{(result.at - claim.due_at).total_seconds():.3f}s",
        "reason": mask_addresses(reason) if "@" in reason else reason,
    }
    line = " ".join(f"{name}={_quote(value)}" for name, value in values.items())
    log.log(_LOG_LEVELS.get(state, logging.INFO), "delivery %s", line, extra={"delivery": values})


def _quote(value: object) -> str:
    text = str(value)
    return text if re.fullmatch(r"[!#-<>-~]+", text) else json.dumps(text, ensure_ascii=False)
