"""Deliveries that are due are claimed, read again, and settled: each a single statement for a whole batch.

Claiming is one conditional update: the rows that carry its mark afterwards are the answer. Settling counts only where
the claim still stands (its *fencing_token*), so that a sender that was given up for dead cannot undo what another one did.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from ...push import PushEndpoint
from ...reminders import ReminderAudience, ReminderKey, leads_from_texts
from ...states import AttemptOutcome, DeliveryState, Reason
from ..database import instant, ms
from ..json_rows import ids_of, packed, rows_of, texts_of
from ..meta_keys import MetaKey
from ..recipients import zone_or_default
from . import new_deliveries
from .overlaps import HAS_SIBLINGS, IS_TOLD, TWIN_DUE_AT


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to send, as it stood at *read_at*.

    *key* and *lead* are of its reminder, None for other kinds; *payload* is what a change notice has to tell; *active*
    whether its subscription still stands, *standing* its state (pending | active | off). *origin* is `people` for those
    who signed up, and *version* what their links are signed with. *device* is where a device is reached by Web Push;
    *muted_uids* are the events that the subscription wants nothing more of. *has_siblings*: its address has other
    subscriptions; *is_told*: one of them brought the same message; *twin_due_at*: one of them will, and tries then (see
    `overlaps`).
    """

    id: int
    delivery_key: str
    resend_count: int
    fencing_token: int
    kind: str
    channel: str
    address: str
    attempts: int
    reason: Reason
    due_at: datetime
    expires_at: datetime
    created_at: datetime
    owner: str
    is_sending: bool
    subscription: int | None
    is_active: bool
    language: str
    reader: ReminderAudience
    filter: str
    reminder: int | None
    key: ReminderKey | None
    payload: str
    read_at: datetime
    subscription_state: str = ""
    origin: str = ""
    link_version: int = 0
    detail: str = ""
    ambiguous_sent_at: datetime | None = None
    device: PushEndpoint | None = None
    muted_uids: frozenset[str] = frozenset()
    has_siblings: bool = False
    is_told: bool = False
    twin_due_at: datetime | None = None

    @property
    def public_id(self) -> str:
        """What Message-ID and webhook-id are made of: the same for every try, another when it is sent again on purpose."""
        return f"{self.delivery_key}.{self.resend_count}"


@dataclass(frozen=True, slots=True)
class LastNotified:
    """What a reader knows of an occurrence once a message has reached them: *state* is JSON."""

    subscription: int
    uid: str
    recurrence: str
    state: str


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What came of a claim. *outcome* is NONE where nothing was tried; *detail* is in the other side's words.

    *everyone*: it failed as anything else would have there; *wait* is how long the other side asked to be left alone.
    """

    claim: Claim
    state: DeliveryState
    reason: Reason
    at: datetime
    outcome: AttemptOutcome = AttemptOutcome.NONE
    detail: str = ""
    not_before: datetime | None = None
    destination_down: bool = False
    wait: timedelta = timedelta()
    last_notified: tuple[LastNotified, ...] = ()
    ambiguous_sent_at: datetime | None = None


def channels_with_due(conn: Connection, channels: Collection[str], now: datetime) -> list[str]:
    """Those of *channels* that have anything due by *now*."""
    query = text(
        " UNION ALL ".join(
            f"SELECT * FROM (SELECT 1 FROM delivery WHERE state IN ('queued', 'retry') AND channel = :channel "
            f"AND priority = {priority} AND not_before <= :now LIMIT 1) AS p{priority}"
            for priority in (0, 1)
        )
    )
    return [channel for channel in channels if conn.execute(query, {"channel": channel, "now": ms(now)}).first()]


def due_by_priority(conn: Connection) -> str:
    """What is due of :channel by :now, :most of each priority, as a subquery of (id, priority, not_before)."""
    return " UNION ALL ".join(
        f"SELECT * FROM (SELECT id, priority, not_before FROM delivery WHERE state IN ('queued', 'retry') "
        f"AND channel = :channel AND priority = {priority} AND not_before <= :now ORDER BY not_before LIMIT :most"
        f"{_skip_locked_clause(conn)}) AS p{priority}"
        for priority in (0, 1)
    )


def claim(conn: Connection, channel: str, owner: str, now: datetime, lease_expires_at: datetime, limit: int) -> int:
    """Make up to *most* due deliveries of *channel* ours, under the mark *owner* (used once); confirmations first."""
    return conn.execute(
        text(
            "UPDATE delivery SET state = 'sending', fencing_token = fencing_token + 1, owner = :owner, lease_expires_at = :lease WHERE id IN "
            f"(SELECT id FROM ({due_by_priority(conn)}) AS due ORDER BY priority, not_before LIMIT :most)"
        ),
        {"channel": channel, "owner": owner, "now": ms(now), "lease": ms(lease_expires_at), "most": limit},
    ).rowcount


def expire(conn: Connection, channel: str, now: datetime, limit: int | None = None) -> int:
    """End what waits in *channel* and is of no use any more, so that no probe is spent on it; how many, *most* at most."""
    condition = (
        "state IN ('queued', 'retry') AND channel = :channel AND priority IN (0, 1) AND not_before <= :now "
        "AND expires_at <= :now"
    )
    return conn.execute(
        text(
            "UPDATE delivery SET state = CASE WHEN attempts > 0 THEN 'dead' ELSE 'skipped' END, "
            "reason = CASE WHEN attempts > 0 THEN 'no time left' ELSE 'past' END, settled_at = :now "
            f"WHERE {condition}{f' AND id IN (SELECT id FROM delivery WHERE {condition} LIMIT :most)' if limit is not None else ''}"
        ),
        {"channel": channel, "now": ms(now)} | ({} if limit is None else {"most": limit}),
    ).rowcount


def channels_with_open(conn: Connection) -> list[str]:
    """The channels in which anything waits: a probe of an index for each, however much it is."""
    names, last = list[str](), ""
    while True:
        channel = conn.execute(
            text("SELECT min(channel) FROM delivery WHERE state IN ('queued', 'retry') AND channel > :last"),
            {"last": last},
        ).scalar()
        if channel is None:
            return names
        names.append(channel)
        last = channel


_CLAIM_QUERY = (
    "SELECT d.id, d.key AS name, d.resend_count, d.fencing_token, d.kind, d.channel, d.address, d.attempts, d.reason, d.detail, d.ambiguous_sent_at, d.due_at, "
    "d.expires_at, d.created_at, d.owner, d.state, d.subscription_id, d.reminder_id, d.payload, s.state AS standing, "
    "s.language, s.zone, s.leads, s.filter, s.origin, s.link_version, p.endpoint, p.p256dh, p.auth, p.vapid_key, r.uid, r.recurrence, r.start, r.lead, r.zone AS bucket, "
    "r.created_at AS planned_at, "
    f"{HAS_SIBLINGS} AS has_siblings, {IS_TOLD} AS is_told, {TWIN_DUE_AT} AS twin_due_at "
    "FROM delivery AS d LEFT JOIN subscription AS s ON s.id = d.subscription_id "
    "LEFT JOIN reminder AS r ON r.id = d.reminder_id "
    "LEFT JOIN push_device AS p ON p.address = d.address "
)


def read_claimed(conn: Connection, owner: str, now: datetime) -> list[Claim]:
    """What `claim` made ours under *owner*, the most urgent first."""
    rows = conn.execute(
        text(f"{_CLAIM_QUERY} WHERE d.state = 'sending' AND d.owner = :owner ORDER BY d.priority, d.not_before, d.id"),
        {"owner": owner, "now": ms(now)},
    )
    return _to_claims(conn, rows, now)


def refresh_claims(conn: Connection, claims: Iterable[Claim], now: datetime) -> list[Claim]:
    """*claims* as they stand by now; those that are not ours any more are left out."""
    previous_by_id = {previous.id: previous for previous in claims}
    rows = conn.execute(
        text(f"{_CLAIM_QUERY} WHERE d.id IN {ids_of(conn, 'ids')}"), {"ids": packed(previous_by_id), "now": ms(now)}
    )
    current_by_id = {current.id: current for current in _to_claims(conn, rows, now)}
    return [
        current_by_id[id]
        for id, previous in previous_by_id.items()
        if id in current_by_id
        and current_by_id[id].is_sending
        and current_by_id[id].fencing_token == previous.fencing_token
    ]


def _to_claims(conn: Connection, rows: Iterable[Row[*tuple[Any, ...]]], now: datetime) -> list[Claim]:
    rows = list(rows)
    muted_uids: dict[int, set[str]] = {}
    ids = {row.subscription_id for row in rows if row.subscription_id is not None}
    for id, uid in conn.execute(
        text(f"SELECT subscription_id, uid FROM muted_event WHERE subscription_id IN {ids_of(conn, 'ids')}"),
        {"ids": packed(ids)},
    ):
        muted_uids.setdefault(id, set()).add(uid)
    return [_to_claim(row, frozenset(muted_uids.get(row.subscription_id, ())), now) for row in rows]


def _to_claim(row: Row[*tuple[Any, ...]], muted_uids: frozenset[str], now: datetime) -> Claim:
    leads = leads_from_texts(json.loads(row.leads)) if row.leads else None
    return Claim(
        id=row.id,
        delivery_key=row.name,
        resend_count=row.resend_count,
        fencing_token=row.fencing_token,
        kind=row.kind,
        channel=row.channel,
        address=row.address,
        attempts=row.attempts,
        reason=Reason(row.reason),
        detail=row.detail,
        ambiguous_sent_at=None if row.ambiguous_sent_at is None else instant(row.ambiguous_sent_at),
        due_at=instant(row.due_at),
        expires_at=instant(row.expires_at),
        created_at=instant(row.planned_at if row.planned_at is not None else row.created_at),
        owner=row.owner,
        is_sending=row.state == "sending",
        subscription=row.subscription_id,
        is_active=row.subscription_id is None or row.standing == "active",
        language=row.language or "",
        reader=ReminderAudience(zone_or_default(row.zone or ""), leads),
        filter=row.filter or "",
        reminder=row.reminder_id,
        key=None if row.uid is None else ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.bucket),
        payload=row.payload,
        read_at=now,
        subscription_state=row.standing or "",
        origin=row.origin or "",
        link_version=row.link_version or 0,
        device=None if row.endpoint is None else PushEndpoint(row.endpoint, row.p256dh, row.auth, row.vapid_key),
        muted_uids=muted_uids,
        has_siblings=bool(row.has_siblings),
        is_told=bool(row.is_told),
        twin_due_at=None if row.twin_due_at is None else instant(row.twin_due_at),
    )


def settle(conn: Connection, results: Sequence[DeliveryResult]) -> int:
    """Write down what came of a batch; the number of those that were still ours."""
    rows = rows_of(
        conn, "rows", id="int", fencing_token="int", state="text", reason="text", detail="text", at="int", next="int",
        tried="int", ambiguous="int",
    )  # fmt: skip
    settled = conn.execute(
        text(
            "UPDATE delivery SET state = r.state, reason = r.reason, detail = r.detail, owner = '', lease_expires_at = NULL, "
            "attempts = attempts + r.tried, ambiguous_sent_at = coalesce(r.ambiguous, ambiguous_sent_at), "
            "not_before = coalesce(r.next, not_before), "
            "settled_at = CASE WHEN r.state IN ('sent', 'dead', 'skipped') THEN r.at END "
            f"FROM {rows} AS r WHERE delivery.id = r.id AND delivery.fencing_token = r.fencing_token AND delivery.state = 'sending'"
        ),
        {"rows": packed(_result_row(result) for result in results)},
    ).rowcount
    if settled < len(results):
        _count_suppressed(conn, results)
    if attempted := [result for result in results if result.outcome]:
        rows = rows_of(conn, "rows", id="int", at="int", outcome="text", detail="text")
        conn.execute(
            text(
                "INSERT INTO attempt (delivery_id, at, outcome, detail) "
                f"SELECT r.id, r.at, r.outcome, r.detail FROM {rows} AS r "
                "WHERE EXISTS (SELECT 1 FROM delivery AS d WHERE d.id = r.id)"  # erased meanwhile, with its reader
            ),
            {"rows": packed([result.claim.id, ms(result.at), result.outcome, result.detail] for result in attempted)},
        )
    # what was told last of an occurrence; PostgreSQL refuses to write a row twice in one statement
    latest_states = {
        (notified.subscription, notified.uid, notified.recurrence): (result.at, notified)
        for result in results
        for notified in result.last_notified
    }
    if latest_states:
        rows = rows_of(conn, "rows", subscription="int", uid="text", recurrence="text", state="text", at="int")
        conn.execute(
            text(
                "INSERT INTO last_notified (subscription_id, uid, recurrence, state, notified_at) "
                f"SELECT r.subscription, r.uid, r.recurrence, r.state, r.at FROM {rows} AS r "
                "WHERE EXISTS (SELECT 1 FROM subscription AS s WHERE s.id = r.subscription) "
                "ON CONFLICT (subscription_id, uid, recurrence) "
                "DO UPDATE SET state = excluded.state, notified_at = excluded.notified_at"
            ),
            {
                "rows": packed(
                    [notified.subscription, notified.uid, notified.recurrence, notified.state, ms(at)]
                    for at, notified in latest_states.values()
                )
            },
        )
    return settled


def _count_suppressed(conn: Connection, results: Sequence[DeliveryResult]) -> None:
    """Count those of *results* that another sender's stand in place of."""
    rows = rows_of(conn, "rows", id="int", fencing_token="int")
    superseded_count = conn.execute(
        text(
            f"SELECT count(*) FROM delivery AS d JOIN {rows} AS r ON d.id = r.id WHERE d.fencing_token <> r.fencing_token"
        ),
        {"rows": packed([result.claim.id, result.claim.fencing_token] for result in results)},
    ).scalar_one()
    if superseded_count:
        conn.execute(
            text(
                f"INSERT INTO meta (key, value) VALUES ('{MetaKey.SUPPRESSED}', :count) ON CONFLICT (key) "
                "DO UPDATE SET value = CAST(CAST(meta.value AS INTEGER) + CAST(excluded.value AS INTEGER) AS TEXT)"
            ),
            {"count": str(superseded_count)},
        )


def _result_row(result: DeliveryResult) -> list[object]:
    return [
        result.claim.id,
        result.claim.fencing_token,
        result.state,
        result.reason,
        "" if result.state is DeliveryState.SENT else result.detail,
        ms(result.at),
        None if result.not_before is None else ms(result.not_before),
        int(bool(result.outcome)),
        None if result.ambiguous_sent_at is None else ms(result.ambiguous_sent_at),
    ]


def record_test(
    conn: Connection, key: str, channel: str, address: str, state: DeliveryState, detail: str, now: datetime
) -> None:
    """Records a test message and its outcome, SENT or DEAD. It has no subscription and no due time."""
    new_deliveries.insert_test(conn, key, channel, address, state, detail, now)
    parameters = {"key": key, "state": state, "detail": detail, "now": ms(now)}
    conn.execute(
        text(
            "INSERT INTO attempt (delivery_id, at, outcome, detail) SELECT id, :now, "
            "CASE WHEN :state = 'sent' THEN 'sent' ELSE 'permanent' END, :detail FROM delivery WHERE key = :key"
        ),
        parameters,
    )


def release(conn: Connection, owner: str) -> int:
    """Give back what was claimed under the mark *owner*, and not read."""
    return conn.execute(
        text(
            "UPDATE delivery SET state = CASE WHEN attempts > 0 THEN 'retry' ELSE 'queued' END, owner = '', "
            "lease_expires_at = NULL WHERE state = 'sending' AND owner = :owner"
        ),
        {"owner": owner},
    ).rowcount


def recover(conn: Connection, now: datetime) -> int:
    """Put back what a process that is gone was sending.

    On SQLite all of it, at once: whoever holds the store's lock knows that it is gone. Where machines share the store,
    what nobody renewed the lease of. Whether those messages left nobody knows: an attempt says so, and the next one
    carries the same id.
    """
    lease_condition = (
        f" AND lease_expires_at <= :now{_skip_locked_clause(conn)}" if conn.dialect.name == "postgresql" else ""
    )
    ids = (
        conn.execute(text(f"SELECT id FROM delivery WHERE state = 'sending'{lease_condition}"), {"now": ms(now)})
        .scalars()
        .all()
    )
    if not ids:
        return 0
    parameters = {"ids": packed(ids), "now": ms(now)}
    conn.execute(
        text(
            "INSERT INTO attempt (delivery_id, at, outcome, detail) SELECT id, :now, 'ambiguous', "
            f"'the process ended while this was being sent' FROM delivery WHERE id IN {ids_of(conn, 'ids')}"
        ),
        parameters,
    )
    return conn.execute(
        text(
            "UPDATE delivery SET state = 'retry', reason = 'interrupted', detail = '', attempts = attempts + 1, owner = '', "
            f"not_before = :now, lease_expires_at = NULL WHERE id IN {ids_of(conn, 'ids')}"
        ),
        parameters,
    ).rowcount


def _skip_locked_clause(conn: Connection) -> str:
    """Takes rows that nobody else writes to just now, and leaves the others: to wait for them could be for ever."""
    return " FOR UPDATE SKIP LOCKED" if conn.dialect.name == "postgresql" else ""


def has_expired_leases(conn: Connection, now: datetime) -> bool:
    """Whether anything is being sent by nobody any more: one probe of an index."""
    result = conn.execute(
        text("SELECT 1 FROM delivery WHERE state = 'sending' AND lease_expires_at <= :now LIMIT 1"), {"now": ms(now)}
    )
    return result.scalar() is not None


def renew(conn: Connection, owners: Collection[str], now: datetime, lease_expires_at: datetime) -> int:
    """Go on holding what is being sent under the marks *owners*; what is long gone stays gone."""
    return conn.execute(
        text(
            "UPDATE delivery SET lease_expires_at = :lease WHERE id IN (SELECT id FROM delivery WHERE state = 'sending' "
            f"AND lease_expires_at > :now AND owner IN {texts_of(conn, 'owners')}{_skip_locked_clause(conn)})"  # one that is settled needs none
        ),
        {"owners": packed(owners), "now": ms(now), "lease": ms(lease_expires_at)},
    ).rowcount


def last_notified(conn: Connection, subscription: int, uids: Collection[str]) -> dict[tuple[str, str], str]:
    """What this reader last heard, through whichever subscription of theirs, as JSON states by (uid, recurrence)."""
    rows = conn.execute(
        text(
            "SELECT l.uid, l.recurrence, l.state FROM last_notified AS l WHERE (l.subscription_id = :id OR l.subscription_id IN "
            "(SELECT t.id FROM subscription AS s JOIN subscription AS t ON lower(t.address) = lower(s.address) "
            "WHERE s.id = :id AND s.origin = 'people' AND t.origin || '' = 'people')) "
            f"AND l.uid IN {texts_of(conn, 'uids')} ORDER BY l.notified_at"
        ),
        {"id": subscription, "uids": packed(uids)},
    )
    return {(row.uid, row.recurrence): row.state for row in rows}


def latest_reminder_id(conn: Connection, subscription: int, uids: Collection[str]) -> str:
    """Returns the public id of the latest reminder of any of *uids* that this subscription was sent, or ""."""
    row = conn.execute(
        text(
            "SELECT d.key, d.resend_count FROM delivery AS d JOIN reminder AS r ON r.id = d.reminder_id "
            f"WHERE d.subscription_id = :id AND d.state = 'sent' AND r.uid IN {texts_of(conn, 'uids')} "
            "ORDER BY d.settled_at DESC, d.id DESC LIMIT 1"
        ),
        {"id": subscription, "uids": packed(uids)},
    ).one_or_none()
    return f"{row.key}.{row.resend_count}" if row else ""
