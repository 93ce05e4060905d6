"""The schema, once for SQLite and PostgreSQL. Columns `..._at` are instants: aware datetimes in UTC, stored as milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    FromClause,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
    literal_column,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import Insert

from ..states import DeliveryKind, DeliveryState, Reason, SubscriptionState

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

insert_or = postgresql.insert
"""Begins an INSERT with an ON CONFLICT clause; SQLite's compiler writes it as well."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def ms(at: datetime) -> int:
    """Returns *at* as milliseconds since 1970 in UTC, as it is stored. Raises TypeError for a naive datetime."""
    return (at - EPOCH) // MILLISECOND


def instant(milliseconds: int) -> datetime:
    """Returns the aware datetime in UTC that `ms` turned into *milliseconds*."""
    return EPOCH + milliseconds * MILLISECOND


class _Instant(TypeDecorator[datetime]):
    """Stores aware datetimes as milliseconds since 1970 in UTC; what is smaller is cut off."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else instant(value)

    def coerce_compared_value(self, op: object, value: object) -> Any:
        """Lets `instant + 0` add a number: the sum is one of milliseconds."""
        return self if isinstance(value, datetime) else BigInteger()


INSTANT = _Instant()
BigId = BigInteger().with_variant(Integer, "sqlite")


def _id_column() -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def _instant_column(name: str, null: bool = False) -> Column[datetime]:
    return Column(name, INSTANT, nullable=null)


def one_of(column: ColumnElement[str], *values: str) -> ColumnElement[bool]:
    """Compares *column* with literals instead of parameters: only then a planner sees that a partial index applies."""
    literals: list[ColumnElement[str]] = [literal_column(f"'{value}'") for value in values]
    return column == literals[0] if len(literals) == 1 else column.in_(literals)


def _partial_index(name: str, *columns: ColumnElement[Any], where: ColumnElement[bool], unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


class MetaKey(StrEnum):
    """A key of `meta`: what the store is, what the operator said, how far a job came, what is counted."""

    # identity
    CALENDAR_ID = "calendar_id"  # the calendar whose UIDs were promised
    SECRET_KEY = "secret_key"  # signs links when no setting gives a key
    EARLIER_SECRET_KEYS = "earlier_secret_keys"  # JSON: [key, milliseconds] of keys whose links are accepted until then
    VAPID_KEYS = "vapid_keys"  # JSON: [public, private] of each key for push services, the newest first
    MOVED = "moved"  # where this store was moved to: nothing is sent from here
    MOVING = "moving"  # a transfer is under way, under this name
    MOVED_FROM = "moved_from"  # the transfer that this store came from
    COPIED_AT = "copied_at"  # when the copy was made that this store was restored from, in milliseconds
    RESTORED_AT = "restored_at"  # when it was restored, in milliseconds
    FIRST_SEQUENCE = "first_sequence"  # SEQUENCE of an event that this store does not know: others may, since a restore
    # the operator's word
    ACCEPT = "accept"  # digest of a held edition that is meant
    # progress of jobs
    PLANNED_EDITION = "planned_edition"  # number of the newest edition that is planned
    PLANNED_TO = "planned_to"  # end of the horizon, in milliseconds
    TZDATA = "tzdata"  # version of the zone data that plans were made with
    PREFERENCES_VERSION = "wishes"  # counts changes of what subscriptions ask for
    PREFERENCES_PLANNED = "wishes_planned"  # the version that plans were made for
    AUDIENCES = "readers"  # JSON: the pairs of leads and zone that plans were made for
    NOTICES_CURSOR = "notices"  # JSON: changes being notified, and the last subscription done
    RETENTION_AT = "swept_at"  # when the last retention run finished, in milliseconds
    TICK_AT = "ticked_at"  # when a tick last ran, in milliseconds
    MAILBOX_READ_AT = "mailbox_read_at"  # when the mailbox of bounces was read last, in milliseconds
    MAILBOX_FAILURE = "mailbox_failure"  # JSON: [host, detail, how often in a row] while it cannot be read
    LAST_DELETED_ID = "last_erased"  # highest subscription ever deleted: SQLite would give its number again
    FEED_CONDITIONS = "feed_conditions"  # JSON: [edition, what its feeds lack], as the web found when it rendered them
    PROGRAM = "program"  # digest of the program that last served its feeds
    PROGRAM_SINCE = "program_since"  # when it took over from another, in milliseconds
    TODOS = "todos"  # JSON: the events that a person has to look at (todos.TodoList)
    # counters
    SUPPRESSED = "suppressed"  # settlements by a sender that another had replaced


# single facts about the store itself, under the keys of `MetaKey`
meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

# what the last look at the registry's files came to, so that every process can say so
registry_check = Table(
    "registry_check",
    metadata,
    Column("id", Integer, primary_key=True),  # always 1
    _instant_column("checked_at"),
    Column("digest", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # recorded | unchanged | problems | held
    Column("problems", Text, nullable=False),  # JSON list
)

edition = Table(
    "edition",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    _instant_column("recorded_at"),
    Column("calendar", Text, nullable=False),  # JSON
    Column("ids", Text, nullable=True),  # JSON list, the registry's order; NULL: as in the edition before
    _instant_column("last_removal_at", null=True),
    Index("ix_edition_digest", "digest"),
)

# an event's content from edition `valid_from_edition` to before `valid_to_edition` (NULL: it is the current one)
version = Table(
    "version",
    metadata,
    _id_column(),
    Column("event_id", Text, nullable=False),
    Column("uid", Text, nullable=False),
    Column("valid_from_edition", Integer, ForeignKey("edition.number"), nullable=False),
    Column("valid_to_edition", Integer, nullable=True),
    Column("sequence", Integer, nullable=False),
    _instant_column("created_at"),
    _instant_column("modified_at"),
    Column("body", Text, nullable=False),  # JSON: events.to_json
    Index("ix_version_event_id", "event_id"),
    Index("ix_version_uid", "uid"),
    Index("ix_version_valid_from_edition", "valid_from_edition"),
    Index("ix_version_valid_to_edition", "valid_to_edition"),
)

change = Table(
    "change",
    metadata,
    _id_column(),
    Column("edition", Integer, ForeignKey("edition.number"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("uid", Text, nullable=False),
    Column("recurrence", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("old", Text, nullable=True),  # JSON State
    Column("new", Text, nullable=True),
    _instant_column("recorded_at"),
    _instant_column("notify_after", null=True),  # when its notices may be staged; NULL: staged, or nobody to tell
    Index("ix_change_uid", "uid"),
)

# who is told: the channels of eventcal.toml, and the people who signed up
subscription = Table(
    "subscription",
    metadata,
    _id_column(),
    Column("origin", Text, nullable=False),  # states.SubscriptionOrigin
    Column("channel", Text, nullable=False),  # a channel's name in eventcal.toml; people: 'email' or 'webpush'
    Column(
        "address", Text, nullable=False
    ),  # of a mailbox or a push_device; '' where the channel has only one recipient
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),  # '' = the event's
    Column("filter", Text, nullable=False),  # canonical; '' = every event
    Column("leads", Text, nullable=False),  # JSON list of canonical leads; '' = the registry's own
    Column("change_kinds", Text, nullable=False),  # JSON list of leads.NoticeKind; '' = the registry's own
    Column("digest", Text, nullable=False),  # canonical, as digest_schedule.py writes it; '' = none
    Column("state", Text, nullable=False),  # states.SubscriptionState
    Column("reason", Text, nullable=False),  # states.Reason
    Column("detail", Text, nullable=False, server_default=""),  # the proof of consent of an imported one
    Column("link_version", Integer, nullable=False),
    _instant_column("created_at"),
    _instant_column("confirmed_at", null=True),
    _instant_column("ended_at", null=True),
    Column("bounce_score", Integer, nullable=False, server_default="0"),  # days with a bounce, not long apart
    _instant_column("bounced_at", null=True),  # the latest bounce
    UniqueConstraint("origin", "channel", "address", "filter"),
    Index("ix_subscription_confirmed_at", "confirmed_at"),
)

# an occurrence, its start, a lead and a zone; knows no subscriber
reminder = Table(
    "reminder",
    metadata,
    _id_column(),
    Column("event_id", Text, nullable=False),
    Column("uid", Text, nullable=False),
    Column("recurrence", Text, nullable=False),
    Column("start", Text, nullable=False),  # canonical text of the `when`
    Column("lead", Text, nullable=False),  # canonical
    Column("zone", Text, nullable=False),  # '' = the event's own
    _instant_column("due_at"),
    _instant_column("expires_at"),
    Column("state", Text, nullable=False),  # states.ReminderState
    Column("reason", Text, nullable=False),  # states.Reason
    _instant_column("fan_out_at", null=True),  # when its deliveries are next to be inserted; NULL: no more
    # the last subscription that the fan-out has gone through; -1: skipped deliveries are to be queued again first
    Column("fan_out_cursor", BigInteger, nullable=False, server_default="0"),
    Column("delivery_count", Integer, nullable=False),  # deliveries ever inserted
    Column("erased_count", Integer, nullable=False),  # of these, rows deleted since
    _instant_column("created_at"),  # when this start and lead were first planned
    UniqueConstraint("uid", "recurrence", "start", "lead", "zone"),
    Index("ix_reminder_event_id", "event_id"),
)

# one message to one recipient
delivery = Table(
    "delivery",
    metadata,
    _id_column(),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),  # states.DeliveryKind
    Column("subscription_id", BigId, ForeignKey("subscription.id"), nullable=True),  # NULL: a test
    Column("reminder_id", BigId, ForeignKey("reminder.id"), nullable=True),
    Column("change_id", BigId, ForeignKey("change.id"), nullable=True),  # the first of those that it tells
    Column("payload", Text, nullable=False),  # JSON: what a notice or an alarm has to tell; '' for other kinds
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("state", Text, nullable=False),  # states.DeliveryState
    Column("reason", Text, nullable=False),  # states.Reason
    Column("detail", Text, nullable=False, server_default=""),  # the other side's words
    _instant_column("ambiguous_sent_at", null=True),  # the moment that a copy was written for which may have arrived
    Column("priority", Integer, nullable=False),  # 0 first: confirmations and cancellations
    _instant_column("due_at"),
    _instant_column("not_before"),  # when it may next be claimed; while it is sent, the moment its message is of
    _instant_column("expires_at"),
    Column("attempts", Integer, nullable=False),
    Column("resend_count", Integer, nullable=False),
    Column("fencing_token", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    _instant_column("lease_expires_at", null=True),
    _instant_column("created_at"),
    _instant_column("settled_at", null=True),
    Index("ix_delivery_reminder_id", "reminder_id"),
    Index("ix_delivery_subscription_id", "subscription_id"),
)

# append-only: what came of each try
attempt = Table(
    "attempt",
    metadata,
    _id_column(),
    Column("delivery_id", BigId, ForeignKey("delivery.id"), nullable=False),
    _instant_column("at"),
    Column("outcome", Text, nullable=False),  # states.AttemptOutcome
    Column("detail", Text, nullable=False),
    Index("ix_attempt_delivery_id", "delivery_id"),
)

# failures in a row of a destination such as smtp://host:25; it is open (gets no traffic but a probe) until a moment
circuit_breaker = Table(
    "circuit_breaker",
    metadata,
    Column("destination", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    _instant_column("open_until", null=True),  # NULL: closed, traffic flows
    Column("detail", Text, nullable=False),  # what the destination said last
)

# channels that the operator has paused; '' = all of them
channel_pause = Table(
    "channel_pause",
    metadata,
    Column("channel", Text, primary_key=True),
    Column("detail", Text, nullable=False, server_default=""),  # why its endpoint ended; '' for an operator's pause
)

# the state of an occurrence that a reader knows, which a later change is compared with: that of the last message to them; as long
# as none has told them any, what was so before the notice that was queued for them last
last_notified = Table(
    "last_notified",
    metadata,
    Column("subscription_id", BigId, ForeignKey("subscription.id"), primary_key=True, autoincrement=False),
    Column("uid", Text, primary_key=True),
    Column("recurrence", Text, primary_key=True),
    Column("state", Text, nullable=False),  # JSON: history.EventState
    _instant_column("notified_at", null=True),  # NULL: no message has told it
    Index("ix_last_notified_uid", "uid", "recurrence"),
)

# subscriptions whose time zone changed since the last pass, and the zone before; '' = the event's
zone_change = Table(
    "zone_change",
    metadata,
    Column("subscription_id", BigId, ForeignKey("subscription.id"), primary_key=True, autoincrement=False),
    Column("old_zone", Text, nullable=False),
)

# the devices that asked for reminders by Web Push; `address` is what deliveries and subscriptions call one, all else is secret
push_device = Table(
    "push_device",
    metadata,
    Column("address", Text, primary_key=True),
    Column("endpoint", Text, nullable=False, unique=True),
    Column("p256dh", Text, nullable=False),
    Column("auth", Text, nullable=False),
    Column("vapid_key", Text, nullable=False),  # our public key that it subscribed with
    _instant_column("created_at"),
    _instant_column("seen_at"),  # when it last asked for a page or a change
    Index("ix_push_device_seen_at", "seen_at"),
)

# events that a subscription wants nothing more of
muted_event = Table(
    "muted_event",
    metadata,
    Column("subscription_id", BigId, ForeignKey("subscription.id"), primary_key=True, autoincrement=False),
    Column("uid", Text, primary_key=True),
)

# conditions that need a person and last still
alarm = Table(
    "alarm",
    metadata,
    Column("name", Text, primary_key=True),
    Column("detail", Text, nullable=False),
    _instant_column("since_at"),
    _instant_column("notified_at", null=True),  # NULL: it may pass by itself yet
    Column("level", Integer, nullable=False, server_default="0"),  # the order of magnitude that was told
)

# deliveries ever inserted, and deleted since, of the kinds that no reminder counts
delivery_counter = Table(
    "delivery_counter",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("delivery_count", Integer, nullable=False),
    Column("erased_count", Integer, nullable=False),
)

# requests of one visitor in one window, under a hash of who and what: several web nodes count together
rate_limit_window = Table(
    "rate_limit_window",
    metadata,
    Column("key", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    _instant_column("expires_at"),
)

# the processes that share the store; `clock_offset_ms` is each one's clock minus the database's
process = Table(
    "process",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),  # web | scheduler | worker | serve
    Column("version", Text, nullable=False),
    _instant_column("started_at"),
    _instant_column("heartbeat_at"),
    Column("clock_offset_ms", BigInteger, nullable=False),
)


# Conditions, and the partial indexes that answer them

IS_CURRENT = version.c.valid_to_edition.is_(None)


def is_subscribed(table: FromClause) -> ColumnElement[bool]:
    """Matches subscriptions that get reminders and notices; an operator's get alarms only. *table* may be an alias."""
    return one_of(table.c.state, SubscriptionState.ACTIVE) & (table.c.origin != literal_column("'operator'"))


IS_SUBSCRIBED = is_subscribed(subscription)
PREFERENCES = ("filter", "leads", "zone", "digest")
"""The columns that a group of subscriptions shares."""
IS_BOUNCED = one_of(subscription.c.state, SubscriptionState.OFF) & one_of(subscription.c.reason, Reason.BOUNCED)
"""Matches sign-ups that bounces ended; what the settings name has no score."""
IS_WAITING = one_of(delivery.c.state, DeliveryState.QUEUED, DeliveryState.RETRY)
IS_SENDING = one_of(delivery.c.state, DeliveryState.SENDING)
IS_DEAD = one_of(delivery.c.state, DeliveryState.DEAD)
IS_DEAD_LETTER = (
    IS_DEAD
    & (delivery.c.kind != DeliveryKind.TEST)
    & ~((delivery.c.kind == DeliveryKind.CONFIRMATION) & (delivery.c.reason == Reason.GONE))
)
"""Matches dead deliveries that need the operator: no tests, whose sender saw the answer, and no addresses that a visitor mistyped."""
IS_RESERVED = IS_WAITING & (delivery.c.owner != literal_column("''"))
"""Matches deliveries that were handed over to another machine and are not claimed there yet."""

Index("ix_subscription_folded_address", func.lower(subscription.c.address))
_partial_index("uq_version_current", version.c.event_id, where=IS_CURRENT, unique=True)
_partial_index("ix_change_notify_after", change.c.notify_after, where=change.c.notify_after.is_not(None))
_partial_index("ix_subscription_asked", *subscription.c[PREFERENCES], where=IS_SUBSCRIBED)
# each pass counts those of late for the operator's alarm
_partial_index("ix_subscription_bounced", subscription.c.ended_at, where=IS_BOUNCED)
_partial_index("ix_reminder_fan_out", reminder.c.fan_out_at, where=reminder.c.fan_out_at.is_not(None))
_partial_index("ix_delivery_due", delivery.c.channel, delivery.c.priority, delivery.c.not_before, where=IS_WAITING)
_partial_index("ix_delivery_sending", delivery.c.lease_expires_at, where=IS_SENDING)
_partial_index("ix_delivery_dead", delivery.c.settled_at, where=IS_DEAD)
_partial_index("ix_delivery_reserved", delivery.c.channel, delivery.c.not_before, where=IS_RESERVED)
# most deliveries are of a reminder
_partial_index("ix_delivery_change_id", delivery.c.change_id, where=delivery.c.change_id.is_not(None))


def skipped_values(reason: Reason, at: datetime) -> dict[str, Any]:
    """Returns the columns of a delivery that is skipped at *at*; what an attempt said before is of no interest any more."""
    return {"state": DeliveryState.SKIPPED, "reason": reason, "detail": "", "settled_at": at}


def upsert(table: Table, *updated: str, source: Select[Any] | None = None) -> Insert:
    """Builds the insertion of a row, or of the rows of *source*; one whose primary key is there already gets *updated* anew."""
    new = insert_or(table)
    if source is not None:
        new = new.from_select([column.name for column in source.selected_columns], source)
    keys = [column.name for column in table.primary_key]
    return new.on_conflict_do_update(index_elements=keys, set_={name: new.excluded[name] for name in updated})
