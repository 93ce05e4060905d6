"""The ledger's own account of itself: what is open, what ended how, whether the sums balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

from ...ledger_rows import LATE_THRESHOLD
from ...states import DeliveryState, Reason, reason_text
from ..database import instant, ms
from ..edition_store import read_meta, write_meta
from ..meta_keys import MetaKey
from .breakers import list_breakers

TICK_RECORD_INTERVAL = timedelta(seconds=10)
"""How often a pass writes down that it came by: each time costs a write to the disk."""

LATENESS_BUCKETS = (0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600)
"""Upper bounds of the lateness histogram, in seconds."""


@dataclass(frozen=True, slots=True)
class LedgerStats:
    """One moment's figures, for `status`, `/metrics` and `/operations` alike.

    *reminders* and *deliveries* count rows by (state, reason) and (kind, state, reason). *next_due* is the next reminder,
    *oldest_due* what should have left and has not. *lateness* counts sent reminders by `BUCKETS`, cumulated, the last
    one without a bound; *late_seconds* is their sum. *open*, *sent* and *dead* leave tests out. *paused* and *closed* name channels ("" is everything) and
    destinations with what they last said. *ticked_at* is when a pass last came by, to within ten seconds. *suppressed*
    counts what would have been said twice and was not: settlements and sends by a sender that another had replaced, and
    notices of what their reader knew already. *edition* is the newest one's number, 0 for none, *recorded_at* its moment.
    """

    reminders: dict[tuple[str, str], int] = field(default_factory=dict)
    deliveries: dict[tuple[str, str, str], int] = field(default_factory=dict)
    next_due: datetime | None = None
    oldest_due: datetime | None = None
    open: int = 0
    sent: int = 0
    dead: int = 0
    late: int = 0
    ambiguous: int = 0
    lateness: tuple[int, ...] = ()
    late_seconds: float = 0.0
    paused: tuple[str, ...] = ()
    closed: tuple[tuple[str, str], ...] = ()
    subscriptions: int = 0
    ticked_at: datetime | None = None
    suppressed: int = 0
    edition: int = 0
    recorded_at: datetime | None = None


def ledger_stats(conn: Connection, now: datetime) -> LedgerStats:
    """What the ledger holds at *now*. Counts every row: for people and scrapes, not for the tick."""
    reminders = {
        (row.state, row.reason): row.n
        for row in conn.execute(text("SELECT state, reason, count(*) AS n FROM reminder GROUP BY state, reason"))
    }
    deliveries = {
        (row.kind, row.state, row.why): row.n
        for row in conn.execute(
            text(
                f"SELECT kind, state, {_REASON_GROUP_SQL} AS why, count(*) AS n FROM delivery GROUP BY kind, state, {_REASON_GROUP_SQL}"
            )
        )
    }
    by_state: dict[str, int] = {}
    for (kind, state, _), n in deliveries.items():
        if kind != "test":  # what failed there was said to whoever tried
            by_state[state] = by_state.get(state, 0) + n
    breakers = list_breakers(conn)
    newest = conn.execute(text("SELECT number, recorded_at FROM edition ORDER BY number DESC LIMIT 1")).first()
    lateness, late_seconds = _lateness_histogram(conn)
    return LedgerStats(
        reminders=reminders,
        deliveries=deliveries,
        next_due=next_due(conn),
        oldest_due=_oldest_due(conn, now),
        open=sum(by_state.get(state, 0) for state in ("queued", "sending", "retry")),
        sent=by_state.get("sent", 0),
        dead=by_state.get("dead", 0),
        late=_count(conn, _LATE_QUERY, late=LATE_THRESHOLD // timedelta(milliseconds=1)),
        ambiguous=_count(conn, "SELECT count(*) FROM attempt WHERE outcome = 'ambiguous'"),
        lateness=lateness,
        late_seconds=late_seconds,
        paused=tuple(breaker.name for breaker in breakers.values() if breaker.is_paused),
        closed=tuple((breaker.name, breaker.detail) for breaker in breakers.values() if breaker.is_open),
        ticked_at=last_tick_at(conn),
        subscriptions=_count(conn, "SELECT count(*) FROM subscription WHERE state = 'active' AND origin <> 'operator'"),
        suppressed=int(read_meta(conn, MetaKey.SUPPRESSED) or 0)
        + sum(n for (_, state, why), n in deliveries.items() if (state, why) == ("skipped", "same")),
        edition=newest.number if newest else 0,
        recorded_at=instant(newest.recorded_at) if newest else None,
    )


# a reason that a delivery has only until its next attempt is not counted by
_REASON_GROUP_SQL = "CASE WHEN state IN ('skipped', 'sent', 'dead') THEN reason ELSE '' END"


def last_tick_at(conn: Connection) -> datetime | None:
    """When a pass last came by, to within `TICKS`; None before the first."""
    ticked_at = read_meta(conn, MetaKey.TICK_AT)
    return None if ticked_at is None else instant(int(ticked_at))


def record_tick(conn: Connection, now: datetime) -> None:
    """A pass came by."""
    write_meta(conn, MetaKey.TICK_AT, str(ms(now)))


_LATE_QUERY = "SELECT count(*) FROM delivery WHERE kind = 'reminder' AND state = 'sent' AND settled_at - due_at > :late"


def next_due(conn: Connection) -> datetime | None:
    """When the next message goes out: what waits in the queue, staged ahead or to be tried again, else the next reminder.

    None when nothing waits and none is planned. A look at the near end of two indexes.
    """
    due_ms = conn.execute(
        text(
            "SELECT min(at) FROM (SELECT min(due_at) AS at FROM reminder WHERE state = 'planned' AND fan_out_at IS NOT NULL "
            "AND fan_out_at <= (SELECT min(fan_out_at) FROM reminder WHERE fan_out_at IS NOT NULL AND state = 'planned') "
            "UNION ALL SELECT min(not_before) FROM delivery WHERE state IN ('queued', 'retry')) AS moments"
        )
    ).scalar()
    return None if due_ms is None else instant(due_ms)


def next_due_moment(conn: Connection) -> datetime | None:
    """When a pass next has anything to do: stage at a due time, send, or tell a change."""
    due_ms = conn.execute(
        text(
            "SELECT min(at) FROM (SELECT min(due_at) AS at FROM reminder WHERE fan_out_at IS NOT NULL UNION ALL "
            "SELECT min(not_before) FROM delivery WHERE state IN ('queued', 'retry') UNION ALL "
            "SELECT min(notify_after) FROM change WHERE notify_after IS NOT NULL) AS moments"
        )
    ).scalar()
    return None if due_ms is None else instant(due_ms)


def _oldest_due(conn: Connection, now: datetime) -> datetime | None:
    due_ms = conn.execute(
        text("SELECT min(due_at) FROM delivery WHERE state IN ('queued', 'retry', 'sending') AND due_at <= :now"),
        {"now": ms(now)},
    ).scalar()
    return None if due_ms is None else instant(due_ms)


def _lateness_histogram(conn: Connection) -> tuple[tuple[int, ...], float]:
    lateness_sql = "(settled_at - due_at)"
    bucket_counts_sql = ", ".join(
        f"coalesce(sum({lateness_sql} <= {int(bound * 1000)}), 0)" for bound in LATENESS_BUCKETS
    )
    if conn.dialect.name == "postgresql":
        bucket_counts_sql = ", ".join(
            f"count(*) FILTER (WHERE {lateness_sql} <= {int(bound * 1000)})" for bound in LATENESS_BUCKETS
        )
    *counts, total_count, total_ms = conn.execute(
        text(
            f"SELECT {bucket_counts_sql}, count(*), coalesce(sum({lateness_sql}), 0) FROM delivery WHERE kind = 'reminder' AND state = 'sent'"
        )
    ).one()
    return (*counts, total_count), float(total_ms) / 1000


def _count(conn: Connection, sql: str, **parameters: object) -> int:
    return int(conn.execute(text(sql), parameters).scalar() or 0)


# the sums


@dataclass(frozen=True, slots=True)
class LedgerBalance:
    """One source's account: a kind of delivery that no single reminder counts, or all reminders together."""

    source: str
    created: int
    sent: int
    dead: int
    skipped: int
    open: int
    erased: int

    @property
    def is_balanced(self) -> bool:
        return self.created == self.sent + self.dead + self.skipped + self.open + self.erased


def balance(conn: Connection) -> list[LedgerBalance]:
    """created = sent + dead + skipped + open + erased: reminders as one line each where they do not, else as one for all."""
    balances = [_to_balance("reminder", row) for row in conn.execute(text(_REMINDER_BALANCE_SQL.format(having="")))]
    balances = [
        source_balance for source_balance in balances if source_balance.created or not source_balance.is_balanced
    ]
    if balances and not balances[0].is_balanced:
        unbalanced_rows = conn.execute(text(_UNBALANCED_REMINDERS_SQL))
        balances += [_to_balance(f"reminder {row.id}", row) for row in unbalanced_rows]
    return balances + [_to_balance(row.kind, row) for row in conn.execute(text(_KIND_BALANCE_SQL))]


_STATE_COUNTS_SQL = (
    "coalesce(sum(CASE WHEN d.state = 'sent' THEN 1 ELSE 0 END), 0) AS sent, "
    "coalesce(sum(CASE WHEN d.state = 'dead' THEN 1 ELSE 0 END), 0) AS dead, "
    "coalesce(sum(CASE WHEN d.state = 'skipped' THEN 1 ELSE 0 END), 0) AS skipped, "
    "coalesce(sum(CASE WHEN d.state IN ('queued', 'sending', 'retry') THEN 1 ELSE 0 END), 0) AS open"
)
_REMINDER_BALANCE_SQL = (
    "SELECT (SELECT coalesce(sum(delivery_count), 0) FROM reminder) AS created, "
    "(SELECT coalesce(sum(erased_count), 0) FROM reminder) AS erased, "
    f"{_STATE_COUNTS_SQL} FROM delivery AS d WHERE d.kind = 'reminder'{{having}}"
)
_UNBALANCED_REMINDERS_SQL = (
    f"SELECT r.id, r.delivery_count AS created, r.erased_count AS erased, {_STATE_COUNTS_SQL} FROM reminder AS r LEFT JOIN delivery AS d ON d.reminder_id = r.id "
    "GROUP BY r.id, r.delivery_count, r.erased_count HAVING r.delivery_count <> count(d.id) + r.erased_count ORDER BY r.id LIMIT 20"
)
_KIND_BALANCE_SQL = (
    f"SELECT t.kind, t.delivery_count AS created, t.erased_count AS erased, {_STATE_COUNTS_SQL} FROM delivery_counter AS t LEFT JOIN delivery AS d ON d.kind = t.kind "
    "GROUP BY t.kind, t.delivery_count, t.erased_count ORDER BY t.kind"
)


def _to_balance(source: str, row: Any) -> LedgerBalance:
    return LedgerBalance(
        source, int(row.created), int(row.sent), int(row.dead), int(row.skipped), int(row.open), int(row.erased)
    )


# the rows themselves


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A delivery as `eventcal deliveries` lists it; *detail* is what the other side last said."""

    id: int
    key: str
    kind: str
    state: DeliveryState
    reason: Reason
    channel: str
    address: str
    event_id: str
    recurrence: str
    lead: str
    due: datetime
    next: datetime
    settled: datetime | None
    attempts: int
    resend_count: int
    detail: str
    reason_detail: str = ""

    @property
    def reason_text(self) -> str:
        """The reason with the words that belong to it, in English."""
        return reason_text(self.reason, self.reason_detail)


def list_deliveries(
    conn: Connection,
    *,
    state: str = "",
    kind: str = "",
    channel: str = "",
    event_id: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    ids: Sequence[int] = (),
    limit: int = 100,
) -> list[DeliveryRecord]:
    """The newest due first. *state* may also be `open` or a state's name; *since* and *until* bound the due time."""
    states = ("queued", "sending", "retry") if state == "open" else (state,) if state else ()
    conditions = ["1 = 1"]
    if states:
        conditions.append(
            "d.state IN (" + ", ".join(f"'{state_name}'" for state_name in states if state_name.isalpha()) + ")"
        )
    for name, value in (("kind", kind), ("channel", channel)):
        conditions += [f"d.{name} = :{name}"] if value else []
    conditions += ["coalesce(r.event_id, c.event_id) = :event_id"] if event_id else []
    conditions += ["d.due_at >= :since"] if since else []
    conditions += ["d.due_at <= :until"] if until else []
    conditions += ["d.id IN (" + ", ".join(str(int(delivery_id)) for delivery_id in ids) + ")"] if ids else []
    rows = conn.execute(
        text(
            "SELECT d.id, d.key, d.kind, d.state, d.reason, d.detail AS reason_detail, d.channel, d.address, d.due_at, d.not_before, d.settled_at, "
            "d.attempts, d.resend_count, coalesce(r.event_id, c.event_id, '') AS event_id, "
            "coalesce(r.recurrence, c.recurrence, '') AS recurrence, coalesce(r.lead, '') AS lead, "
            "coalesce((SELECT a.detail FROM attempt AS a WHERE a.delivery_id = d.id ORDER BY a.id DESC LIMIT 1), '') "
            "AS detail FROM delivery AS d LEFT JOIN reminder AS r ON r.id = d.reminder_id "
            f"LEFT JOIN change AS c ON c.id = d.change_id WHERE {' AND '.join(conditions)} "
            "ORDER BY d.due_at DESC, d.id DESC LIMIT :limit"
        ),
        {
            "kind": kind,
            "channel": channel,
            "event_id": event_id,
            "since": ms(since) if since else None,
            "until": ms(until) if until else None,
            "limit": limit,
        },
    )
    return [_to_record(row) for row in rows]


def _to_record(row: Any) -> DeliveryRecord:
    return DeliveryRecord(
        id=row.id,
        key=row.key,
        kind=row.kind,
        state=DeliveryState(row.state),
        reason=Reason(row.reason),
        reason_detail=row.reason_detail,
        channel=row.channel,
        address=row.address,
        event_id=row.event_id,
        recurrence=row.recurrence,
        lead=row.lead,
        due=instant(row.due_at),
        next=instant(row.not_before),
        settled=None if row.settled_at is None else instant(row.settled_at),
        attempts=row.attempts,
        resend_count=row.resend_count,
        detail=row.detail,
    )
