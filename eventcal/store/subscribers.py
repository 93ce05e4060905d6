"""Signs people up: pending until they confirm, then active with the preferences that they choose, until they unsubscribe.

Writes short transactions and sends nothing: a confirmation is a delivery in the ledger.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, func, select, update

from ..ledger_rows import NewDelivery
from ..states import (
    EMAIL_CHANNEL,
    OPEN_DELIVERY_STATES,
    PUSH_CHANNEL,
    DeliveryKind,
    Reason,
    SubscriptionOrigin,
    SubscriptionState,
    reason_text,
)
from ..web_push import PushEndpoint
from ..when.zones import zone_or_default
from . import devices, recipients
from .database import INTEGER, TEXT, dialect_of, json_ids, json_table, packed
from .edition_store import read_meta
from .ledger import reminder_rows
from .ledger.delivery_rows import insert_deliveries
from .tables import IS_WAITING, MetaKey, delivery, skipped_values, subscription

CONFIRMATION_LIFETIME = timedelta(hours=48)
"""How long a link to confirm is valid."""

MAX_CONFIRMATIONS_PER_DAY = 3
"""Confirmations sent to one address within `DAY`, whoever signs it up."""

DAY = timedelta(days=1)

UNDO_PERIOD = DAY
"""How long after it ended a subscription comes back with what it missed; that costs a look at all that fell due since."""

SignUpResult = Literal["asked", "waiting", "full"]

_IS_SIGN_UP = subscription.c.origin == SubscriptionOrigin.PEOPLE
_IS_OFF = subscription.c.state == SubscriptionState.OFF


def _is_address(address: str) -> ColumnElement[bool]:
    """Matches the mailbox *address*, however it was typed: the index is on the folded text."""
    return func.lower(subscription.c.address) == func.lower(address)


@dataclass(frozen=True, slots=True)
class SubscriptionPreferences:
    """The choices of a sign-up. *leads* and *notices* are JSON lists, "" for what the registry says; *zone* "" is each event's."""

    filter: str = ""
    language: str = "en"
    zone: str = ""
    leads: str = ""
    notices: str = ""
    digest: str = ""

    @property
    def lead_texts(self) -> tuple[str, ...]:
        """The leads of *leads*; none for what the registry says."""
        return tuple(json.loads(self.leads or "[]"))

    @property
    def notice_texts(self) -> tuple[str, ...]:
        """The notices of *notices*; none for what the registry says."""
        return tuple(json.loads(self.notices or "[]"))


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One sign-up. *state* pending | active | off, *reason* why it is off, or how it came in; *link_version* signs its links.

    *address* is a mailbox where *channel* is that of mail, and the name of a device where it is that of Web Push.
    """

    id: int
    channel: str
    address: str
    preferences: SubscriptionPreferences
    state: SubscriptionState
    reason: Reason
    detail: str
    link_version: int
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None

    @property
    def reason_text(self) -> str:
        """The reason with the words that belong to it, in English."""
        return reason_text(self.reason, self.detail)

    @property
    def is_device(self) -> bool:
        """Whether it is told by Web Push."""
        return self.channel == PUSH_CHANNEL


@dataclass(frozen=True, slots=True)
class ConsentedSubscriber:
    """Somebody who agreed elsewhere: *proof* says how, *agreed_at* when."""

    address: str
    preferences: SubscriptionPreferences
    proof: str
    agreed_at: datetime


def json_list(texts: Iterable[str]) -> str:
    """Returns leads or notices as they are stored: without repeats, in one order, so that equal choices are equal texts."""
    return json.dumps(sorted(set(texts)), ensure_ascii=False, separators=(",", ":"))


# in and out


def sign_up(conn: Connection, address: str, preferences: SubscriptionPreferences, now: datetime) -> SignUpResult:
    """Asks *address* to confirm. Whoever is subscribed to it keeps what they have, and is told so instead.

    "waiting": a confirmation is on its way already; "full": there were too many within a day, and nothing was changed.
    """
    if _confirmations_sent(conn, address, now) >= MAX_CONFIRMATIONS_PER_DAY:
        return "full"
    id, _ = _make_pending(conn, EMAIL_CHANNEL, address, preferences, now)
    return "asked" if _queue_confirmation(conn, id, EMAIL_CHANNEL, address, now) else "waiting"


def sign_up_device(
    conn: Connection, endpoint: PushEndpoint, preferences: SubscriptionPreferences, now: datetime
) -> Subscriber:
    """Subscribes the device at *endpoint*, whose knowledge is its proof, and returns its subscription.

    A device that no message has reached yet is pending until it has answered its first one: an endpoint is an address
    that a stranger typed. One that has answered before is active at once, with these preferences.
    """
    address = devices.save_device(conn, endpoint, now)
    known = by_address(conn, address)
    id, is_active = _make_pending(conn, PUSH_CHANNEL, address, preferences, now)
    if is_active:
        update_preferences(conn, id, preferences, now)
    elif any(other.state == SubscriptionState.ACTIVE for other in known):
        _activate(conn, id, now)
    elif _confirmations_sent(conn, address, now) < MAX_CONFIRMATIONS_PER_DAY:
        _queue_confirmation(conn, id, PUSH_CHANNEL, address, now)
    return _to_subscriber(conn.execute(select(subscription).where(subscription.c.id == id)).one())


def _make_pending(
    conn: Connection, channel: str, address: str, preferences: SubscriptionPreferences, now: datetime
) -> tuple[int, bool]:
    """Has the subscription of *address* to these events wait for its confirmation, a new one where there is none.

    Returns its number, and whether it is active: such a one is left as it is.
    """
    existing = conn.execute(
        select(subscription).where(_IS_SIGN_UP, _is_address(address), subscription.c.filter == preferences.filter)
    ).one_or_none()
    if existing is None:
        return _insert_subscription(conn, channel, address, preferences, SubscriptionState.PENDING, now), False
    if existing.state == SubscriptionState.ACTIVE:
        return existing.id, True
    values = {
        **_preference_columns(preferences),
        "address": address,
        "state": SubscriptionState.PENDING,
        "reason": Reason.NONE,
        "detail": "",
        "created_at": now,
        "ended_at": None,
    }
    conn.execute(subscription.update().where(subscription.c.id == existing.id).values(values))
    return existing.id, False


def confirm(conn: Connection, id: int, link_version: int, now: datetime) -> Subscriber | None:
    """Activates a pending subscription from now on. Idempotent. Returns None if it is unknown or has ended."""
    subscriber = find(conn, id, link_version)
    if subscriber is None or subscriber.state == SubscriptionState.OFF:
        return None
    if subscriber.state == SubscriptionState.PENDING:
        _activate(conn, id, now)
    if subscriber.is_device:  # the device is there, whatever of its subscriptions it answered for
        for other in by_address(conn, subscriber.address):
            if other.state == SubscriptionState.PENDING:
                _activate(conn, other.id, now)
    return find(conn, id, link_version)


def unsubscribe(conn: Connection, ids: Iterable[int], now: datetime) -> None:
    """Unsubscribes those of *ids* that have not ended; their queued deliveries are skipped."""
    query = select(subscription.c.id).where(subscription.c.id.in_(json_ids()), ~_IS_OFF)
    recipients.end(conn, conn.execute(query, {"ids": packed(ids)}).scalars().all(), Reason.UNSUBSCRIBED, now)


def unsubscribe_address(conn: Connection, address: str, now: datetime) -> None:
    """Ends every subscription of *address*."""
    unsubscribe(conn, [subscriber.id for subscriber in by_address(conn, address)], now)


def resubscribe(conn: Connection, id: int, link_version: int, now: datetime) -> None:
    """Undoes `unsubscribe` for a subscription that had been confirmed, and for those of its address that ended with it.

    Within UNDO_PERIOD it is as if they had never ended: what was skipped for them, fell due or changed meanwhile comes if
    it is still of use. Later they are active from now on. Nothing happens to any other subscription.
    """
    subscriber = find(conn, id, link_version)
    if subscriber is None or subscriber.state != SubscriptionState.OFF or subscriber.confirmed_at is None:
        return
    together = [
        other.id
        for other in by_address(conn, subscriber.address)
        if other.state == SubscriptionState.OFF
        and other.confirmed_at is not None
        and other.ended_at == subscriber.ended_at
    ]
    if subscriber.ended_at is not None and now - subscriber.ended_at <= UNDO_PERIOD:
        recipients.restore(conn, together, now)
        for restored_id in together:
            _skip_confirmations(conn, restored_id, now)
    else:
        for returning_id in together:
            _activate(conn, returning_id, now)


def update_preferences(conn: Connection, id: int, preferences: SubscriptionPreferences, now: datetime) -> None:
    """Changes the preferences for the same events. If digests end, what waits for one is sent by the next pass."""
    values = {name: value for name, value in _preference_columns(preferences).items() if name != "filter"}
    old_zone = zone_or_default(conn.execute(select(subscription.c.zone).where(subscription.c.id == id)).scalar_one())
    if old_zone != preferences.zone:
        reminder_rows.record_zone_change(conn, id, old_zone)
    conn.execute(subscription.update().where(subscription.c.id == id).values(values))
    if not preferences.digest:
        recipients.release_deferred(conn, id, now)
    reminder_rows.mark_preferences_changed(conn)


def rotate_links(conn: Connection, address: str) -> None:
    """Invalidates every link that was ever sent to *address*."""
    for row in conn.execute(select(subscription.c.id).where(_IS_SIGN_UP, _is_address(address))).all():
        conn.execute(subscription.update().where(subscription.c.id == row.id).values(link_version=_new_link_version()))


def import_subscribers(conn: Connection, people: Sequence[ConsentedSubscriber], now: datetime) -> int:
    """Subscribes *people* from now on, but for those who are known already; returns how many are new.

    A few statements however many they are; a long list is given in slices, each with a transaction of its own, so that
    other writers take their turns.
    """
    asked = packed([n, person.address, person.preferences.filter] for n, person in enumerate(people))
    new = [people[n] for n in conn.execute(_NEW_AMONG, {"rows": asked}).scalars()]
    if not new:
        return 0
    rows = [
        _subscription_row(EMAIL_CHANNEL, person.address, person.preferences, SubscriptionState.ACTIVE, now)
        # they agreed then, and hear from now on what lies ahead
        | {"reason": Reason.IMPORTED, "detail": person.proof, "confirmed_at": max(person.agreed_at, now)}
        for person in new
    ]
    if dialect_of(conn).reuses_ids:
        rows = [row | {"id": id} for id, row in enumerate(rows, _allocate_id(conn))]
    conn.execute(subscription.insert(), rows)
    reminder_rows.mark_preferences_changed(conn)
    return len(new)


_asked = json_table(number=INTEGER, address=TEXT, filter=TEXT)
_known = select(subscription.c.id).where(
    # the sum keeps the index of origins out of it: that of addresses is to be used
    subscription.c.origin + "" == SubscriptionOrigin.PEOPLE,
    func.lower(subscription.c.address) == func.lower(_asked.c.address),
    subscription.c.filter == _asked.c.filter,
)
_NEW_AMONG = (
    select(func.min(_asked.c.number).label("number"))
    .where(~_known.exists())
    .group_by(func.lower(_asked.c.address), _asked.c.filter)
    .order_by("number")
)
"""The numbers of the rows that are new, the first of each address and filter."""


# looking


def find(conn: Connection, id: int, link_version: int) -> Subscriber | None:
    """Returns the sign-up that a link speaks of; None when it is another's by now, or nobody's."""
    row = conn.execute(select(subscription).where(_IS_SIGN_UP, subscription.c.id == id)).one_or_none()
    return None if row is None or row.link_version != link_version else _to_subscriber(row)


def exists(conn: Connection, id: int) -> bool:
    """Tells whether a subscription has this number."""
    return conn.execute(select(subscription.c.id).where(_IS_SIGN_UP, subscription.c.id == id)).first() is not None


def by_address(conn: Connection, address: str) -> list[Subscriber]:
    """Returns all that one address signed up for, the oldest first."""
    rows = select(subscription).where(_IS_SIGN_UP, _is_address(address)).order_by(subscription.c.id)
    return [_to_subscriber(row) for row in conn.execute(rows)]


def all_subscribers(conn: Connection, state: str = "") -> list[Subscriber]:
    """Returns all who signed up, or those in one *state*, the oldest first."""
    rows = select(subscription).where(_IS_SIGN_UP).order_by(subscription.c.id)
    if state:
        rows = rows.where(subscription.c.state == state)
    return [_to_subscriber(row) for row in conn.execute(rows)]


def last_deliveries(conn: Connection, ids: Sequence[int], limit: int) -> list[int]:
    """Returns the newest deliveries to any of these subscriptions."""
    query = select(delivery.c.id).where(delivery.c.subscription_id.in_(json_ids()))
    query = query.order_by(delivery.c.due_at.desc(), delivery.c.id.desc()).limit(limit)
    return list(conn.execute(query, {"ids": packed(ids)}).scalars())


# rows and values


def _confirmations_sent(conn: Connection, address: str, now: datetime) -> int:
    """Counts the confirmations that were queued for *address* within a day."""
    query = (
        select(func.count())
        .join_from(subscription, delivery, delivery.c.subscription_id == subscription.c.id)
        .where(
            _IS_SIGN_UP,
            _is_address(address),
            delivery.c.kind == DeliveryKind.CONFIRMATION,
            delivery.c.created_at > now - DAY,
        )
    )
    return conn.execute(query).scalar_one()


def _queue_confirmation(conn: Connection, id: int, channel: str, address: str, now: datetime) -> bool:
    """Queues a confirmation, first in order; returns False when one is on its way already."""
    is_open = delivery.c.state.in_(OPEN_DELIVERY_STATES)
    open_confirmation = select(delivery.c.id).where(_is_confirmation_of(id), is_open).limit(1)
    if conn.execute(open_confirmation).first() is not None:
        return False
    confirmation = NewDelivery(
        message_key=secrets.token_hex(16),  # another for each
        kind=DeliveryKind.CONFIRMATION,
        subscription=id,
        channel=channel,
        address=address,
        due_at=now,
        expires_at=now + CONFIRMATION_LIFETIME,
        is_urgent=True,
    )
    return bool(insert_deliveries(conn, [confirmation], now))


def _is_confirmation_of(subscription_id: int) -> ColumnElement[bool]:
    return (delivery.c.subscription_id == subscription_id) & (delivery.c.kind == DeliveryKind.CONFIRMATION)


def _preference_columns(preferences: SubscriptionPreferences) -> dict[str, object]:
    columns = asdict(preferences)
    return columns | {"change_kinds": columns.pop("notices")}


def _activate(conn: Connection, id: int, now: datetime) -> None:
    """Makes a subscription active from *now* on and skips its confirmations that have not left."""
    active = recipients.ACTIVE | {"confirmed_at": now}
    conn.execute(update(subscription).where(subscription.c.id == id).values(active))
    recipients.requeue_ahead(conn, id, now)
    _skip_confirmations(conn, id, now)
    reminder_rows.mark_preferences_changed(conn)


def _skip_confirmations(conn: Connection, id: int, now: datetime) -> None:
    skipped = update(delivery).where(_is_confirmation_of(id), IS_WAITING)
    conn.execute(skipped.values(skipped_values(Reason.CONFIRMED, now)))


def _insert_subscription(
    conn: Connection,
    channel: str,
    address: str,
    preferences: SubscriptionPreferences,
    state: SubscriptionState,
    now: datetime,
) -> int:
    row = _subscription_row(channel, address, preferences, state, now)
    if dialect_of(conn).reuses_ids:
        row["id"] = _allocate_id(conn)
    id: int = conn.execute(subscription.insert().values(row).returning(subscription.c.id)).scalar_one()
    return id


def _subscription_row(
    channel: str, address: str, preferences: SubscriptionPreferences, state: SubscriptionState, now: datetime
) -> dict[str, Any]:
    """Returns the columns of a new sign-up."""
    return {
        **_preference_columns(preferences),
        "origin": SubscriptionOrigin.PEOPLE,
        "channel": channel,
        "address": address,
        "state": state,
        "reason": Reason.NONE,
        "detail": "",
        "link_version": _new_link_version(),
        "created_at": now,
        "confirmed_at": None,
        "ended_at": None,
    }


def _allocate_id(conn: Connection) -> int:
    """Returns a number that no row ever had: Message-IDs are made of it, and SQLite gives a deleted row's to the next."""
    last = conn.execute(select(func.max(subscription.c.id))).scalar() or 0
    return max(int(last), int(read_meta(conn, MetaKey.LAST_DELETED_ID) or 0)) + 1


def _new_link_version() -> int:
    """Returns what signs a row's links beside its number: numbers may come again, this does not."""
    return secrets.randbelow(2**31)


def _to_subscriber(row: Row[*tuple[Any, ...]]) -> Subscriber:
    return Subscriber(
        id=row.id,
        channel=row.channel,
        address=row.address,
        preferences=SubscriptionPreferences(
            row.filter, row.language, zone_or_default(row.zone), row.leads, row.change_kinds, row.digest
        ),
        state=SubscriptionState(row.state),
        reason=Reason(row.reason),
        detail=row.detail,
        link_version=row.link_version,
        created_at=row.created_at,
        confirmed_at=row.confirmed_at,
        ended_at=row.ended_at,
    )
