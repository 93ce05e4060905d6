"""Devices that get reminders by Web Push, as rows: endpoint and keys, the server's keys for push services, and forgetting.

A device is known everywhere else by its `address`, a random name: deliveries, lists and logs carry no endpoint.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, delete, exists, select

from ..states import PUSH_CHANNEL, SubscriptionOrigin
from ..web_push import PushEndpoint, VapidKey, generate_vapid_key
from .database import Store, json_ids, json_texts, packed
from .edition_store import read_meta, write_meta
from .tables import MetaKey, insert_or, muted_event, push_device, subscription

ADDRESS_PATTERN = re.compile(r"device-[0-9a-f]{16}")
"""Addresses of devices, as `save_device` makes them up."""

MAX_VAPID_KEYS = 8
"""Key pairs kept, so that devices that subscribed with an earlier one are reached until they have renewed."""


@dataclass(frozen=True, slots=True)
class Device:
    """One device."""

    endpoint: PushEndpoint
    created_at: datetime
    seen_at: datetime


def find_vapid_keys(conn: Connection) -> list[VapidKey]:
    """Returns the server's key pairs, the newest first; none before the first device asks."""
    return [VapidKey(*pair) for pair in json.loads(read_meta(conn, MetaKey.VAPID_KEYS) or "[]")]


def current_vapid_key(store: Store) -> VapidKey:
    """Returns the key pair that devices subscribe with, generated and kept at first need."""
    with store.read() as conn:
        keys = find_vapid_keys(conn)
    if not keys:
        with store.write() as conn:
            keys = find_vapid_keys(conn) or [add_vapid_key(conn)]
    return keys[0]


def add_vapid_key(conn: Connection) -> VapidKey:
    """Generates a key pair for devices that subscribe from now on; the earlier ones stay for those that did before."""
    key = generate_vapid_key()
    pairs = [[pair.public, pair.private] for pair in (key, *find_vapid_keys(conn))]
    write_meta(conn, MetaKey.VAPID_KEYS, json.dumps(pairs[:MAX_VAPID_KEYS]))
    return key


def save_device(conn: Connection, endpoint: PushEndpoint, now: datetime, address: str = "") -> str:
    """Keeps *endpoint* with its keys, and returns the device's address.

    An endpoint that is known keeps its address. Otherwise it becomes that of the device at *address*, where one is
    given (RFC 8030 has endpoints change), or of a new one.
    """
    known = conn.execute(select(push_device.c.address).where(push_device.c.endpoint == endpoint.url)).scalar()
    values = {
        "endpoint": endpoint.url,
        "p256dh": endpoint.p256dh,
        "auth": endpoint.auth,
        "vapid_key": endpoint.vapid_key,
        "seen_at": now,
    }
    if known or address:
        conn.execute(push_device.update().where(push_device.c.address == (known or address)).values(values))
        return known or address
    address = f"device-{secrets.token_hex(8)}"
    conn.execute(push_device.insert().values(values | {"address": address, "created_at": now}))
    return address


def find_device(conn: Connection, address: str) -> Device | None:
    """Returns the device at *address*, None where there is none."""
    row = conn.execute(select(push_device).where(push_device.c.address == address)).one_or_none()
    if row is None:
        return None
    endpoint = PushEndpoint(row.endpoint, row.p256dh, row.auth, row.vapid_key)
    return Device(endpoint, row.created_at, row.seen_at)


def find_address(conn: Connection, url: str, auth: str) -> str:
    """Returns the address of the device whose endpoint is *url*; "" where it is none, or *auth* is not its secret.

    Any text may come: what no endpoint and no secret consists of (`parse_endpoint`) is not compared, since neither
    databases nor `compare_digest` take all of it.
    """
    if not all(text.isascii() and text.isprintable() for text in (url, auth)):
        return ""
    row = conn.execute(select(push_device).where(push_device.c.endpoint == url)).one_or_none()
    return row.address if row is not None and secrets.compare_digest(row.auth, auth.rstrip("=")) else ""


def mark_seen(conn: Connection, address: str, now: datetime) -> None:
    """Records that the device at *address* was heard of."""
    conn.execute(push_device.update().where(push_device.c.address == address).values(seen_at=now))


def is_device(table: FromClause) -> ColumnElement[bool]:
    """Matches the rows of *table*, `subscription` or an alias of it, that are of devices."""
    return (table.c.origin == SubscriptionOrigin.PEOPLE) & (table.c.channel == PUSH_CHANNEL)


def subscription_ids(conn: Connection, addresses: Sequence[str]) -> list[int]:
    """Returns the subscriptions of the devices at *addresses*."""
    query = select(subscription.c.id).where(
        is_device(subscription), subscription.c.address.in_(json_texts("addresses"))
    )
    return list(conn.execute(query, {"addresses": packed(addresses)}).scalars())


def addresses_of(conn: Connection, ids: Sequence[int]) -> list[str]:
    """Returns the addresses of the devices among the subscriptions *ids*."""
    query = select(subscription.c.address).distinct()
    query = query.where(is_device(subscription), subscription.c.id.in_(json_ids()))
    return list(conn.execute(query, {"ids": packed(ids)}).scalars())


def delete_unused(conn: Connection, addresses: Sequence[str]) -> None:
    """Deletes those of the devices at *addresses* that have no subscription any more."""
    is_used = exists().where(is_device(subscription), subscription.c.address == push_device.c.address)
    unused = delete(push_device).where(push_device.c.address.in_(json_texts("addresses")), ~is_used)
    conn.execute(unused, {"addresses": packed(addresses)})


# single events


def mute_event(conn: Connection, subscription_id: int, uid: str) -> None:
    """Stops everything about event *uid* for this subscription."""
    conn.execute(insert_or(muted_event).values(subscription_id=subscription_id, uid=uid).on_conflict_do_nothing())


def unmute_event(conn: Connection, subscription_id: int, uid: str) -> None:
    """Undoes `mute_event`."""
    conn.execute(delete(muted_event).where(muted_event.c.subscription_id == subscription_id, muted_event.c.uid == uid))


def muted_events(conn: Connection, subscription_id: int) -> list[str]:
    """Returns the UIDs of the events that this subscription wants nothing more of."""
    query = select(muted_event.c.uid).where(muted_event.c.subscription_id == subscription_id)
    return list(conn.execute(query.order_by(muted_event.c.uid)).scalars())
