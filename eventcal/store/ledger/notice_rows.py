"""Reads what notices are made of: changes that have settled, their recipients, and what each was last told."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, delete, or_, select, true, update

from ...ledger_rows import KnownState, NewDelivery, NoticeRecipient, SettledChange, change_items
from ...states import DeliveryState
from ..database import INTEGER, TEXT, json_ids, json_table, json_texts, packed
from ..edition_store import read_meta, write_meta
from ..tables import IS_SUBSCRIBED, MetaKey, change, delivery, insert_or, last_notified, reminder, subscription
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


def last_states(
    conn: Connection, uid: str, recurrence: str, since: str, ids: IdRange
) -> tuple[dict[int, str], set[int]]:
    """Returns the JSON state of an occurrence that each subscription of *ids* knows, and whom a message told of it.

    Of a series, *recurrence* "", that is also who was told of a date of it from *since* on.
    """
    is_of_series = (last_notified.c.recurrence >= since,) if not recurrence else ()
    query = select(*last_notified.c["subscription_id", "recurrence", "state", "notified_at"]).where(
        last_notified.c.uid == uid,
        or_(last_notified.c.recurrence == recurrence, *is_of_series),
        last_notified.c.subscription_id.between(*ids),
    )
    rows = conn.execute(query).all()
    states = {row.subscription_id: row.state for row in rows if row.recurrence == recurrence}
    return states, {row.subscription_id for row in rows if row.notified_at is not None}


def record_untold(
    conn: Connection, occurrences: Iterable[tuple[str, str]], ids: IdRange, notices: Iterable[NewDelivery]
) -> None:
    """Records what was so before *notices*, which are queued, for those of *ids* whom no message has told of *occurrences*.

    Whatever becomes of a notice, the next change counts from there. For those who get none it counts from this one.
    """
    for uid, recurrence in occurrences:
        conn.execute(_FORGET_UNTOLD, {"uid": uid, "recurrence": recurrence, "first": ids.first, "last": ids.last})
    rows = [
        [notice.subscription, item.uid, item.recurrence, item.old]
        for notice in notices
        for item in change_items(notice.payload)
    ]
    conn.execute(_RECORD_UNTOLD, {"rows": packed(rows)})


_FORGET_UNTOLD = delete(last_notified).where(
    last_notified.c.uid == bindparam("uid"),
    last_notified.c.recurrence == bindparam("recurrence"),
    last_notified.c.subscription_id.between(bindparam("first"), bindparam("last")),
    last_notified.c.notified_at.is_(None),
)
_untold = json_table(subscription_id=INTEGER, uid=TEXT, recurrence=TEXT, state=TEXT)
_RECORD_UNTOLD = (
    insert_or(last_notified)
    .from_select([column.name for column in _untold.c], select(*_untold.c).where(true()))
    .on_conflict_do_nothing(index_elements=[column.name for column in last_notified.primary_key])
)


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


def known_states(conn: Connection, subscription_id: int, uids: Collection[str]) -> dict[tuple[str, str], KnownState]:
    """Returns what this reader was told, through whichever of their subscriptions, or else knows through this one.

    By (uid, recurrence); what they were told last comes last.
    """
    states: dict[tuple[str, str], KnownState] = {}
    for row in conn.execute(_KNOWN_STATES, {"reader": subscription_id, "uids": packed(uids)}):
        states.pop((row.uid, row.recurrence), None)
        told_by = None if row.notified_at is None else row.subscription_id
        states[row.uid, row.recurrence] = KnownState(row.state, told_by)
    return states


_SAME_PERSON = SIGN_UPS_OF_ADDRESS.where(subscription.c.id == bindparam("reader"))
_KNOWN_STATES = (
    select(last_notified)
    .where(
        or_(
            last_notified.c.subscription_id == bindparam("reader"),
            and_(last_notified.c.subscription_id.in_(_SAME_PERSON), last_notified.c.notified_at.is_not(None)),
        ),
        last_notified.c.uid.in_(json_texts("uids")),
    )
    .order_by(last_notified.c.notified_at.nulls_first())
)


def last_changes(
    conn: Connection, uids: Collection[str], until: datetime
) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    """Returns the old and the new JSON state of the last change until *until* of each occurrence of *uids*, by (uid, recurrence)."""
    query = select(change).where(change.c.uid.in_(json_texts("uids")), change.c.recorded_at <= bindparam("until"))
    rows = conn.execute(query.order_by(change.c.id), {"uids": packed(uids), "until": until})
    return {(row.uid, row.recurrence): (row.old, row.new) for row in rows}


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
