"""What waited for a digest becomes one delivery for each reader, and what readers newly ask for becomes plans."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select, text

from ... import reminders
from ...history import Edition
from ...reminders import EventLookup, PlannedReminder, ReminderAudience, ReminderKey, leads_from_texts
from ...states import DeliveryKind
from .. import rate_limits, recipients, retention, subscribers
from ..database import instant, ms
from ..edition_store import read_meta, write_meta
from ..json_rows import ids_of, packed
from ..meta_keys import MetaKey
from ..recipients import DIGEST_CHANNEL
from ..tables import meta, reminder
from . import zone_changes
from .breakers import ALL_CHANNELS, list_breakers
from .delivery_queue import channels_with_open, expire
from .new_deliveries import NewDelivery, insert_deliveries
from .overlaps import IS_TOLD, TWIN_DUE_AT
from .plans import to_stored_reminder, write_plan_diff

MAX_DIGESTS_PER_TRANSACTION = 500  # digests in one transaction
MAX_EXPIRED_PER_TRANSACTION = 10_000  # deliveries that are past, likewise
RETENTION_INTERVAL = timedelta(hours=1)
"""How often it is looked for those whom nothing is kept of any longer."""


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One delivery that a digest says in its place: of a reminder (*key*), or of a change (*payload*)."""

    id: int
    kind: str
    key: ReminderKey | None
    due: datetime
    until: datetime
    created_at: datetime
    payload: str


def has_due_digests(conn: Connection, now: datetime) -> bool:
    """Whether any digest is due."""
    query = text(
        "SELECT 1 FROM delivery WHERE state IN ('queued', 'retry') AND channel = :held AND priority IN (0, 1) "
        "AND not_before <= :now LIMIT 1"
    )
    return conn.execute(query, {"held": DIGEST_CHANNEL, "now": ms(now)}).scalar() is not None


def build_digests(conn: Connection, now: datetime) -> int:
    """Make the digests that are due at *now*, 500 at the most; their number.

    What they say is skipped as a message of its own, with that reason: a digest that is tried again says the same. What
    several subscriptions of one address would say is said by the oldest.
    """
    lock = " FOR UPDATE OF d SKIP LOCKED" if conn.dialect.name == "postgresql" else ""
    rows = conn.execute(
        text(
            "SELECT d.id, d.kind, d.payload, d.subscription_id, d.expires_at, d.due_at, d.address, s.channel, "
            f"substr(d.key, 1, 33) || lower(d.address) AS personal_key, {IS_TOLD} OR {TWIN_DUE_AT} IS NOT NULL AS is_told "
            "FROM delivery AS d JOIN subscription AS s ON s.id = d.subscription_id "
            "WHERE d.state IN ('queued', 'retry') AND d.channel = :held AND d.not_before <= :now AND d.subscription_id IN "
            "(SELECT subscription_id FROM delivery WHERE state IN ('queued', 'retry') AND channel = :held "
            f"AND priority IN (0, 1) AND not_before <= :now LIMIT :most) ORDER BY d.subscription_id, d.id{lock}"
        ),
        {"held": DIGEST_CHANNEL, "now": ms(now), "most": MAX_DIGESTS_PER_TRANSACTION},
    ).all()
    useful_rows = [row for row in rows if row.expires_at > ms(now)]
    duplicate_ids = _find_duplicates(useful_rows)
    useful_rows = [row for row in useful_rows if row.id not in duplicate_ids]
    rows_by_subscription = [list(group) for _, group in groupby(useful_rows, key=lambda row: row.subscription_id)]
    rows_inserted = _insert_digests(conn, rows_by_subscription, now) if rows_by_subscription else 0
    useful_ids = {row.id for row in useful_rows}
    past_ids = {row.id for row in rows} - useful_ids - duplicate_ids
    for ids, reason in ((useful_ids, "digest"), (duplicate_ids, "duplicate"), (past_ids, "past")):
        conn.execute(
            text(
                "UPDATE delivery SET state = 'skipped', reason = :reason, detail = '', settled_at = :now "
                f"WHERE id IN {ids_of(conn, 'ids')}"
            ),
            {"ids": packed(sorted(ids)), "reason": reason, "now": ms(now)},
        )
    return rows_inserted


def _find_duplicates(rows: Iterable[Row[*tuple[Any, ...]]]) -> set[int]:
    """Finds those of *rows* that another subscription of the same address brings; of several, the first is none.

    A notice is one only where it tells of nothing more: each subscription has the changes of its own filter.
    """
    duplicate_ids: set[int] = set()
    told_by_key: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        changes = {(uid, recurrence) for uid, recurrence, *_ in json.loads(row.payload)} if row.payload else set()
        told = told_by_key.get(row.personal_key)
        is_told = told is not None and changes <= told
        if is_told or (row.is_told and row.kind == DeliveryKind.REMINDER):
            duplicate_ids.add(row.id)
        else:
            told_by_key[row.personal_key] = changes | (told or set())
    return duplicate_ids


def _insert_digests(conn: Connection, digests: Iterable[list[Row[*tuple[Any, ...]]]], now: datetime) -> int:
    return insert_deliveries(
        conn,
        [
            NewDelivery(
                key=_delivery_key(deliveries[0].id, deliveries[0].subscription_id),
                kind=DeliveryKind.DIGEST,
                subscription=deliveries[0].subscription_id,
                channel=deliveries[0].channel,
                address=deliveries[0].address,
                due_at=instant(max(item.due_at for item in deliveries)),
                not_before=now,
                expires_at=instant(max(item.expires_at for item in deliveries)),
                payload=json.dumps([item.id for item in deliveries]),
            )
            for deliveries in digests
        ],
        now,
    )


def _delivery_key(first_delivery_id: int, subscription_id: int) -> str:
    """Of what it says first, which is said in no other digest."""
    key_prefix = hashlib.blake2b(f"digest\0{first_delivery_id}".encode(), digest_size=16).hexdigest()
    return f"{key_prefix}-{subscription_id}"


def digest_entries(conn: Connection, payload: str) -> list[DigestEntry]:
    """What a digest's `payload` name, in the order in which it came to be due."""
    rows = conn.execute(
        text(
            "SELECT d.id, d.kind, d.due_at, d.expires_at, d.payload, d.created_at, r.uid, r.recurrence, r.start, r.lead, "
            "r.zone, r.created_at AS planned_at FROM delivery AS d LEFT JOIN reminder AS r ON r.id = d.reminder_id "
            f"WHERE d.id IN {ids_of(conn, 'ids')} ORDER BY d.id"
        ),
        {"ids": payload},
    )
    return [
        DigestEntry(
            id=row.id,
            kind=row.kind,
            key=None if row.uid is None else ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.zone),
            due=instant(row.due_at),
            until=instant(row.expires_at),
            created_at=instant(row.created_at if row.planned_at is None else row.planned_at),
            payload=row.payload,
        )
        for row in rows
    ]


# what is newly asked for, and who is forgotten


@dataclass(frozen=True, slots=True)
class Backfill:
    """What people ask for since it was last looked: the mark they left, all pairs of (leads, zone), what is to be planned."""

    preferences_version: str
    groups: tuple[tuple[str, str], ...]
    wanted: tuple[PlannedReminder, ...]


_BACKFILL_FACTS = (MetaKey.PREFERENCES_VERSION, MetaKey.PREFERENCES_PLANNED, MetaKey.AUDIENCES, MetaKey.PLANNED_TO)


def find_backfill(conn: Connection, edition: Edition, now: datetime) -> Backfill | None:
    """What is newly asked for; None: nothing. Planning it takes a while, so it is done before anything is written.

    One look at a few facts, however many signed up.
    """
    facts: dict[str, str] = {
        row.key: row.value
        for row in conn.execute(select(meta.c.key, meta.c.value).where(meta.c.key.in_(_BACKFILL_FACTS)))
    }
    current_version, planned_to = facts.get(MetaKey.PREFERENCES_VERSION, ""), facts.get(MetaKey.PLANNED_TO)
    if planned_to is None or current_version == facts.get(MetaKey.PREFERENCES_PLANNED, ""):
        return None
    requested = {(group.leads, group.zone) for group in recipients.groups(conn)}
    already_planned = {(leads, zone) for leads, zone in json.loads(facts.get(MetaKey.AUDIENCES, "[]"))}
    new_audiences = [
        ReminderAudience(zone, leads_from_texts(json.loads(leads)) if leads else None)
        for leads, zone in sorted(requested - already_planned)
    ]
    wanted = reminders.plan(edition, now, instant(int(planned_to)) - now, (), new_audiences) if new_audiences else []
    return Backfill(current_version, tuple(sorted(requested)), tuple(wanted))


def apply_backfill(conn: Connection, edition: Edition, backfill: Backfill, now: datetime) -> int:
    """Write down the plans of *found*; the number of new ones that are still to be said.

    What lies in the past is past for whoever asks only now. What was staged and is not due yet is staged once more, for
    those who ask since.
    """
    write_meta(conn, MetaKey.PREFERENCES_PLANNED, backfill.preferences_version)
    write_meta(conn, MetaKey.AUDIENCES, json.dumps(backfill.groups, ensure_ascii=False))
    conn.execute(
        text(
            "UPDATE reminder SET state = 'planned', fan_out_at = :now, fan_out_cursor = 0 "
            "WHERE fan_out_at IS NOT NULL AND state = 'staged'"
        ),
        {"now": ms(now)},
    )
    wanted = {planned_reminder.key: planned_reminder for planned_reminder in backfill.wanted}
    planned = _write_backfill(conn, edition, wanted, now) if wanted else 0
    zone_changes.drain(conn, edition, now)
    return planned


def _write_backfill(
    conn: Connection, edition: Edition, wanted: dict[ReminderKey, PlannedReminder], now: datetime
) -> int:
    rows = conn.execute(
        select(reminder).where(
            reminder.c.expires_at > ms(now),
            reminder.c.zone.in_({key.zone for key in wanted}),
            reminder.c.lead.in_({key.lead for key in wanted}),
        )
    )
    stored = [stored_reminder for stored_reminder in map(to_stored_reminder, rows) if stored_reminder.key in wanted]
    lookup = EventLookup(edition)
    plan_diff = reminders.diff_plan(
        wanted.values(), stored, now, lambda key: reminders.invalidation_reason(key, lookup.event(key.uid))
    )
    return write_plan_diff(conn, plan_diff, now, created_at=now).planned


def is_retention_due(conn: Connection, now: datetime) -> bool:
    """Whether it is time to look for those whom nothing is to be kept of any longer."""
    last_run = read_meta(conn, MetaKey.RETENTION_AT)
    return last_run is None or abs(now - instant(int(last_run))) >= RETENTION_INTERVAL


def run_retention(conn: Connection, now: datetime) -> int:
    """Deletes expired subscriptions, old deliveries and ended visits, some hundreds at a time, and ends what is past.

    Returns the number of deleted subscriptions.
    """
    expired_ids, windows_purged, deliveries_expired = (
        subscribers.expired_subscriptions(conn, now),
        rate_limits.purge_expired(conn, now),
        _expire_paused(conn, now),
    )
    if (
        retention.purge_old_deliveries(conn, now) < retention.MAX_PURGED_PER_TRANSACTION
        and not expired_ids
        and windows_purged < rate_limits.MAX_PURGED_PER_TRANSACTION
        and deliveries_expired < MAX_EXPIRED_PER_TRANSACTION
    ):
        write_meta(conn, MetaKey.RETENTION_AT, str(ms(now)))
    return subscribers.delete(conn, expired_ids) if expired_ids else 0


def _expire_paused(conn: Connection, now: datetime) -> int:
    """End what is past in channels that are paused, where no pass comes upon it; how many, `PAST` at the most."""
    paused = [breaker.name for breaker in list_breakers(conn).values() if breaker.is_paused]
    expired = 0
    for name in channels_with_open(conn) if ALL_CHANNELS in paused else paused:
        if expired < MAX_EXPIRED_PER_TRANSACTION:
            expired += expire(conn, name, now, MAX_EXPIRED_PER_TRANSACTION - expired)
    return expired
