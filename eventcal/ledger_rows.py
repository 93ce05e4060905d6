"""Rows of the ledger as values: what the store reads for planning and sending, and what these have it write.

Times are aware datetimes in UTC; JSON columns stay the text that is stored.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from .states import (
    AttemptOutcome,
    DeliveryKind,
    DeliveryState,
    Reason,
    ReminderState,
    SubscriptionOrigin,
    SubscriptionState,
)
from .web_push import PushEndpoint

LATE_THRESHOLD = timedelta(seconds=60)
"""How long after its due time a reminder counts as late, and says so."""


def is_late(due_at: datetime, planned_at: datetime, at: datetime) -> bool:
    """Tells whether a reminder that is sent at *at* is late. One that was planned after its due time counts from then."""
    return at - max(due_at, planned_at) > LATE_THRESHOLD


FAILURES_TO_OPEN = 5
"""So many failures in a row, of the kind that would meet anybody, and a destination is left alone."""


class ReminderKey(NamedTuple):
    """Identifies a reminder. *start* is `reminders.start_text`, *lead* canonical, *zone* "" the event's own."""

    uid: str
    recurrence: str
    start: str
    lead: str
    zone: str


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """A reminder that the plan wants, and when its fan-out begins. *reason* says why it will never be sent, NONE for most."""

    event_id: str
    key: ReminderKey
    due: datetime
    fan_out_at: datetime
    expires_at: datetime
    reason: Reason = Reason.NONE


@dataclass(frozen=True, slots=True)
class StoredReminder:
    """A reminder that the ledger has; *created_at* is when it was first planned."""

    id: int
    key: ReminderKey
    due: datetime
    expires_at: datetime
    state: ReminderState
    reason: Reason
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BounceScore:
    """The number of days on which a subscription's mail came back, not long apart, and the latest bounce."""

    subscription: int
    score: int
    bounced_at: datetime | None


@dataclass(frozen=True, slots=True)
class EndedReminder:
    """A stored reminder that the plan no longer wants: *state* is SUPERSEDED or SKIPPED."""

    id: int
    state: ReminderState
    reason: Reason


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """Writes that turn the stored plan into the wanted one; empty when they agree.

    *reactivate* and *reschedule* pair a stored reminder's id with what is wanted: ended ones that are wanted again, and
    open ones that fall due at another time, as when zone data change.
    """

    insert: tuple[PlannedReminder, ...] = ()
    reactivate: tuple[tuple[int, PlannedReminder], ...] = ()
    reschedule: tuple[tuple[int, PlannedReminder], ...] = ()
    end: tuple[EndedReminder, ...] = ()


@dataclass(frozen=True, slots=True)
class SubscriptionGroup:
    """Subscriptions with equal preferences: *leads* is a JSON list, "" the event's own; *digest* as `digest_schedule` has it."""

    filter: str
    leads: str
    zone: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class DueFanOut:
    """A reminder whose fan-out is due.

    *cursor* is the last subscription that the fan-out has gone through, *is_second* tells the second fan-out, at the
    due time, from the first.
    """

    id: int
    key: ReminderKey
    due: datetime
    expires_at: datetime
    fan_out_at: datetime
    created_at: datetime
    cursor: int
    is_second: bool


class GroupDelivery(NamedTuple):
    """A reminder's deliveries to one group of subscriptions. *digest_at* is the digest that they wait for, None for none."""

    group: SubscriptionGroup
    expires_at: datetime
    digest_at: datetime | None


@dataclass(frozen=True, slots=True)
class DigestChannel:
    """A configured subscription whose next digest is not scheduled."""

    id: int
    address: str
    digest: str


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery to be queued. *not_before* is when it may be sent, None for its due time; *is_urgent* comes first."""

    message_key: str
    kind: DeliveryKind
    subscription: int
    channel: str
    address: str
    due_at: datetime
    expires_at: datetime
    payload: str = ""
    reminder: int | None = None
    change: int | None = None
    not_before: datetime | None = None
    is_urgent: bool = False

    @property
    def key(self) -> str:
        """The idempotency key: one message goes to one subscription once."""
        return f"{self.message_key}-{self.subscription}"


def message_key(*parts: str) -> str:
    """Returns 32 hexadecimal digits that identify a message, whoever gets it: the same for the same *parts*."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class DeferredDelivery:
    """A delivery that waits for its reader's digest, which goes by *channel*.

    Deliveries of one message to several subscriptions of one address share *personal_key*; *is_told* tells whether one
    of them brought the message already, or will.
    """

    id: int
    kind: DeliveryKind
    payload: str
    subscription: int
    channel: str
    address: str
    due_at: datetime
    expires_at: datetime
    personal_key: str
    is_told: bool


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """One occurrence in a notice: *old* is its JSON state before, None if there was none."""

    uid: str
    recurrence: str
    title: str
    old: str | None

    @property
    def key(self) -> tuple[str, str]:
        """The UID and the recurrence, by which states are known."""
        return self.uid, self.recurrence


def change_items(payload: str) -> list[ChangeItem]:
    """Reads the `payload` of a notice's delivery."""
    return [ChangeItem(*fields) for fields in json.loads(payload)]


@dataclass(frozen=True, slots=True)
class SettledChange:
    """A recorded change whose time for corrections is over. *old* and *new* are JSON states, None for no event."""

    id: int
    uid: str
    recurrence: str
    title: str
    old: str | None
    new: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class NoticeRecipient:
    """An active subscription as far as notices need it: *notices* is a JSON list, "" the event's own."""

    id: int
    channel: str
    address: str
    filter: str
    zone: str
    digest: str
    notices: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class CircuitBreaker:
    """The state of a destination, or of a channel by its name: open until *open_until*, with no message but a probe."""

    name: str
    is_paused: bool = False
    failures: int = 0
    open_until: datetime | None = None
    detail: str = ""
    pause_detail: str = ""

    @property
    def is_open(self) -> bool:
        """Tells whether no message is sent but a probe."""
        return self.open_until is not None


@dataclass(frozen=True, slots=True)
class MailboxFailure:
    """A mailbox that could not be read, *count* times in a row."""

    host: str
    detail: str
    count: int


@dataclass(frozen=True, slots=True)
class FailureCount:
    """So many failures with the same *text*; *channel* is "" where several are counted together."""

    channel: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class AlarmEvidence:
    """The facts that may need a person: recent failures, the commonest first, and failures that go on.

    *registry_problems* are the lines that say why there is no new edition, None if nothing keeps it; *feed_conditions*
    what the feeds lack.
    """

    dead_letters: tuple[FailureCount, ...]
    bounced: tuple[FailureCount, ...]
    registry_problems: str | None
    breakers: tuple[CircuitBreaker, ...]
    mailbox: MailboxFailure | None
    feed_conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredAlarm:
    """An alarm that began and is not over: *notified_at* is when operators were told last, None for not yet."""

    name: str
    detail: str
    since: datetime
    notified_at: datetime | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator's recipient, active since *confirmed_at*; *digest* as `digest_schedule` has it, "" for none."""

    subscription: int
    channel: str
    address: str
    digest: str
    confirmed_at: datetime | None


# sending


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to send, as it stood at *read_at*.

    *key* is of its reminder, None for other kinds; *payload* is JSON, what a notice, a digest or an alarm tells. *claimed_at*
    is a whole second; *ambiguous_sent_at* is the moment that an earlier copy was written for, which may have arrived. *zone*,
    *leads* and *change_kinds* are the subscription's columns, and *link_version* signs the links of those who signed up. *device* is where
    a device is reached by Web Push; *muted_uids* are the events that the subscription wants nothing more of, nor of what belongs to them.
    *has_siblings*: its address has other subscriptions; *is_told*: one of them brought the same message; *twin_due_at*:
    one of them will, and tries then (see `store.ledger.overlaps`). *is_preceded*: another message that tells of the
    same events is being sent to the same reader.
    """

    id: int
    delivery_key: str
    resend_count: int
    fencing_token: int
    kind: DeliveryKind
    channel: str
    address: str
    attempts: int
    reason: Reason
    due_at: datetime
    claimed_at: datetime
    expires_at: datetime
    created_at: datetime
    owner: str
    is_sending: bool
    subscription: int
    language: str
    zone: str
    leads: str
    change_kinds: str
    filter: str
    reminder: int | None
    key: ReminderKey | None
    payload: str
    read_at: datetime
    subscription_state: SubscriptionState = SubscriptionState.ACTIVE
    origin: SubscriptionOrigin = SubscriptionOrigin.CONFIG
    link_version: int = 0
    detail: str = ""
    ambiguous_sent_at: datetime | None = None
    device: PushEndpoint | None = None
    muted_uids: frozenset[str] = frozenset()
    has_siblings: bool = False
    is_told: bool = False
    twin_due_at: datetime | None = None
    is_preceded: bool = False

    @property
    def public_id(self) -> str:
        """Returns what Message-ID and webhook-id are made of: the same for every try, another when it is sent again on purpose."""
        return f"{self.delivery_key}.{self.resend_count}"


class KnownState(NamedTuple):
    """The JSON state of an occurrence that a reader knows.

    *told_by* is the subscription whose message told it, None where no message did: it was so before a notice that
    waits, or that never left.
    """

    state: str
    told_by: int | None


@dataclass(frozen=True, slots=True)
class LastNotified:
    """The state of an occurrence, as JSON, that a reader knows once a message has reached them."""

    subscription: int
    uid: str
    recurrence: str
    state: str


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The result of a claim. *outcome* is NONE if nothing was tried; *detail* is in the other side's words.

    *is_destination_down*: anything else would have failed there as well; *wait* is how long the other side asked to wait.
    """

    claim: Claim
    state: DeliveryState
    reason: Reason
    at: datetime
    outcome: AttemptOutcome = AttemptOutcome.NONE
    detail: str = ""
    not_before: datetime | None = None
    is_destination_down: bool = False
    wait: timedelta = timedelta()
    last_notified: tuple[LastNotified, ...] = ()
    ambiguous_sent_at: datetime | None = None
