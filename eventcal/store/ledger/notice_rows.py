"""Reads what notices are made of: changes that have settled, their recipients, and what each was last told."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, or_, select, update

from ...ledger_rows import NoticeRecipient, SettledChange, change_items
from ...states import OPEN_DELIVERY_STATES, DeliveryKind, DeliveryState
from ..database import json_ids, json_texts, packed
from ..edition_store import read_meta, write_meta
from ..tables import IS_SUBSCRIBED, MetaKey, change, delivery, last_notified, one_of, reminder, subscription
from .overlaps import SIGN_UPS_OF_ADDRESS


class IdRange(NamedTuple):
    """A range of subscriptions by their ids, both ends counted."""

    first: int
    last: int


def has_settled_changes(conn: Connection, now: datetime) -> bool:
    """Tells whether any change has settled by *now* and is not told yet: one probe of an index."""
    return conn.execute(_HAS_SETTLED, {"now": now}).first() is not None


_HAS_SETTLED = select(change.c.id).where(change.c.notify_after <= bindparam("now")).limit(1)


def settled_changes(conn: Connection, now: datetime, until: datetime) -> list[SettledChange]:
    """Returns the changes that settle by *until*, once one has by *now*, and later ones of the same occurrences.

    These are told together.
    """
    settling = conn.execute(select(change).where(change.c.notify_after <= until)).all()
    if all(row.notify_after > now for row in settling):
        return []
    due = {(row.uid, row.recurrence) for row in settling}
    pending = conn.execute(select(change).where(change.c.notify_after.is_not(None)).order_by(change.c.id))
    return [_to_change(row) for row in pending if (row.uid, row.recurrence) in due]


def resume_point(conn: Connection) -> tuple[list[SettledChange], int] | None:
    """Returns the changes that some recipients were notified of, and the last of these recipients; None for none."""
    cursor_json = read_meta(conn, MetaKey.NOTICES_CURSOR)
    if not cursor_json:
        return None
    cursor = json.loads(cursor_json)
    rows = conn.execute(
        select(change).where(change.c.id.in_(json_ids())).order_by(change.c.id), {"ids": packed(cursor["changes"])}
    )
    return [_to_change(row) for row in rows], int(cursor["after"])


def record_resume_point(conn: Connection, changes: Sequence[SettledChange], last_id: int) -> None:
    """Records that recipients up to *last_id* were notified of *changes*."""
    cursor = {"changes": [settled.id for settled in changes], "after": last_id}
    write_meta(conn, MetaKey.NOTICES_CURSOR, json.dumps(cursor))


def finish_changes(conn: Connection, changes: Sequence[SettledChange]) -> None:
    """Records that everyone was notified of *changes*."""
    finished = update(change).where(change.c.id.in_(json_ids())).values(notify_after=None)
    conn.execute(finished, {"ids": packed(settled.id for settled in changes)})
    write_meta(conn, MetaKey.NOTICES_CURSOR, "")


def notice_recipients(conn: Connection, after_id: int, limit: int) -> list[NoticeRecipient]:
    """Returns the next *limit* subscriptions after *after_id* that may get notices."""
    columns = subscription.c["id", "channel", "address", "filter", "zone", "digest", "change_kinds", "confirmed_at"]
    query = select(*columns).where(IS_SUBSCRIBED, subscription.c.id > after_id)
    return [NoticeRecipient(*row) for row in conn.execute(query.order_by(subscription.c.id).limit(limit))]


def last_states(conn: Connection, uid: str, recurrence: str, ids: IdRange) -> dict[int, str]:
    """Returns the JSON state of an occurrence in the last message to each subscription of *ids* that had one."""
    query = select(*last_notified.c["subscription_id", "state"]).where(
        last_notified.c.uid == uid,
        last_notified.c.recurrence == recurrence,
        last_notified.c.subscription_id.between(*ids),
    )
    return {row.subscription_id: row.state for row in conn.execute(query)}


def notified_of_series(conn: Connection, uid: str, from_recurrence: str, ids: IdRange) -> set[int]:
    """Returns the subscriptions of *ids* that were told of any occurrence of a series from one on."""
    query = select(last_notified.c.subscription_id).where(
        last_notified.c.uid == uid,
        last_notified.c.recurrence >= from_recurrence,
        last_notified.c.subscription_id.between(*ids),
    )
    return set(conn.execute(query).scalars())


def has_outdated_readers(conn: Connection, uid: str, recurrence: str, state: str) -> bool:
    """Tells whether any subscription was last told another state of an occurrence than *state*."""
    parameters = {"uid": uid, "recurrence": recurrence, "state": state}
    return conn.execute(_OUTDATED, parameters).first() is not None


_OUTDATED = (
    select(last_notified.c.subscription_id)
    .where(
        last_notified.c.uid == bindparam("uid"),
        last_notified.c.recurrence == bindparam("recurrence"),
        last_notified.c.state != bindparam("state"),
    )
    .limit(1)
)


def last_states_of(conn: Connection, subscription_id: int, uids: Collection[str]) -> dict[tuple[str, str], str]:
    """Returns what this reader was last told, through whichever of their subscriptions, as JSON by (uid, recurrence).

    What they were told last comes last.
    """
    states: dict[tuple[str, str], str] = {}
    for row in conn.execute(_LAST_STATES_OF, {"reader": subscription_id, "uids": packed(uids)}):
        states.pop((row.uid, row.recurrence), None)
        states[row.uid, row.recurrence] = row.state
    return states


_SAME_PERSON = SIGN_UPS_OF_ADDRESS.where(subscription.c.id == bindparam("reader"))
_LAST_STATES_OF = (
    select(*last_notified.c["uid", "recurrence", "state"])
    .where(
        or_(last_notified.c.subscription_id == bindparam("reader"), last_notified.c.subscription_id.in_(_SAME_PERSON)),
        last_notified.c.uid.in_(json_texts("uids")),
    )
    .order_by(last_notified.c.notified_at)
)


def states_before_open(conn: Connection, subscription_id: int, before_id: int) -> dict[tuple[str, str], str]:
    """Returns what was so before the notices older than delivery *before_id* that are not sent yet, as JSON by (uid, recurrence).

    They wait for a digest, for a relay that does not answer, or for this delivery, which was claimed before them: their
    reader knows nothing of what they tell.
    """
    payloads = conn.execute(_OPEN_NOTICES, {"reader": subscription_id, "before": before_id}).scalars()
    states: dict[tuple[str, str], str] = {}
    for item in (item for payload in payloads for item in change_items(payload)):
        if item.old is not None:
            states.setdefault((item.uid, item.recurrence), item.old)
    return states


_OPEN_NOTICES = (
    select(delivery.c.payload)
    .where(
        delivery.c.subscription_id == bindparam("reader"),
        delivery.c.kind == DeliveryKind.CHANGE,
        one_of(delivery.c.state, *OPEN_DELIVERY_STATES),
        delivery.c.id < bindparam("before"),
    )
    .order_by(delivery.c.id)
)


def latest_reminder_id(conn: Connection, subscription: int, uids: Collection[str]) -> str:
    """Returns the public id of the latest reminder of any of *uids* that this subscription was sent, or ""."""
    latest = (
        select(*delivery.c["key", "resend_count"])
        .join(reminder, reminder.c.id == delivery.c.reminder_id)
        .where(
            delivery.c.subscription_id == subscription,
            delivery.c.state == DeliveryState.SENT,
            reminder.c.uid.in_(json_texts("uids")),
        )
        .order_by(delivery.c.settled_at.desc(), delivery.c.id.desc())
        .limit(1)
    )
    row = conn.execute(latest, {"uids": packed(uids)}).one_or_none()
    return f"{row.key}.{row.resend_count}" if row else ""


def _to_change(row: Row[*tuple[Any, ...]]) -> SettledChange:
    return SettledChange(row.id, row.uid, row.recurrence, row.title, row.old, row.new, row.recorded_at)
