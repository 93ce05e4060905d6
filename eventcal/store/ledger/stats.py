"""Counts and lists deliveries: what is open, what ended how, whether the sums balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, case, func, select

from ...states import (
    OPEN_DELIVERY_STATES,
    AttemptOutcome,
    DeliveryKind,
    DeliveryState,
    Reason,
    ReminderState,
    reason_text,
)
from .. import processes
from ..edition_store import read_feed_conditions, read_meta
from ..tables import (
    IS_DEAD_LETTER,
    IS_SUBSCRIBED,
    IS_WAITING,
    MetaKey,
    attempt,
    change,
    delivery,
    delivery_counter,
    push_device,
    reminder,
    subscription,
)
from .health import last_tick_at, list_breakers

OVERDUE_AFTER = timedelta(minutes=5)
"""How long after it is due an open delivery needs the operator."""

LATENESS_BUCKETS = (0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600)
"""Upper bounds of the lateness histogram, in seconds."""


@dataclass(frozen=True, slots=True)
class LedgerStats:
    """One moment's figures, for `status`, `/metrics` and `/operations` alike.

    *reminders* and *deliveries* count rows by (state, reason) and (kind, state, reason). *next_due* is the next
    reminder, *oldest_due* what should have left and has not. *lateness* counts sent reminders by `LATENESS_BUCKETS`,
    cumulated, the last one without a bound; *late_seconds* is their sum. *open*, *sent* and *dead* leave tests out,
    *dead* also addresses that visitors mistyped. *paused_channels* ("" is everything) are by name, *open_breakers*
    destinations with what they last said. *subscriptions* are active ones, *devices* those of Web Push. *ticked_at*
    is when a pass last ran, to within ten seconds. *suppressed* counts what would have been said twice and was
    not: settlements and sends by a sender that another had replaced, and notices of what their reader knew already.
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
    paused_channels: tuple[str, ...] = ()
    open_breakers: tuple[tuple[str, str], ...] = ()
    subscriptions: int = 0
    devices: int = 0
    ticked_at: datetime | None = None
    suppressed: int = 0


def ledger_stats(conn: Connection, now: datetime) -> LedgerStats:
    """Counts what the ledger holds at *now*. Reads every row: for people and scrapes, not for the tick."""
    reminders = {(row.state, row.reason): row.n for row in conn.execute(_count_by(reminder.c.state, reminder.c.reason))}
    deliveries = {
        (row.kind, row.state, row.why): row.n
        for row in conn.execute(_count_by(delivery.c.kind, delivery.c.state, _LASTING_REASON))
    }
    by_state: dict[str, int] = {}
    for (kind, state, _), n in deliveries.items():
        if kind != "test":  # what failed there was said to whoever tried
            by_state[state] = by_state.get(state, 0) + n
    breakers = list_breakers(conn)
    is_open = delivery.c.state.in_(OPEN_DELIVERY_STATES)
    lateness, late_seconds = _lateness_histogram(conn)
    return LedgerStats(
        reminders=reminders,
        deliveries=deliveries,
        next_due=next_due(conn),
        oldest_due=_earliest(conn, select(func.min(delivery.c.due_at)).where(is_open, delivery.c.due_at <= now)),
        open=sum(by_state.get(state, 0) for state in OPEN_DELIVERY_STATES),
        sent=by_state.get("sent", 0),
        dead=_count(conn, delivery, IS_DEAD_LETTER),
        late=deliveries.get((DeliveryKind.REMINDER, DeliveryState.SENT, Reason.LATE), 0),
        ambiguous=_count(conn, attempt, attempt.c.outcome == AttemptOutcome.AMBIGUOUS),
        lateness=lateness,
        late_seconds=late_seconds,
        paused_channels=tuple(breaker.name for breaker in breakers.values() if breaker.is_paused),
        open_breakers=tuple((breaker.name, breaker.detail) for breaker in breakers.values() if breaker.is_open),
        ticked_at=last_tick_at(conn),
        subscriptions=_count(conn, subscription, IS_SUBSCRIBED),
        devices=_count(conn, push_device),
        suppressed=int(read_meta(conn, MetaKey.SUPPRESSED) or 0)
        + sum(n for (_, state, why), n in deliveries.items() if (state, why) == ("skipped", "same")),
    )


# a reason that a delivery has only until its next attempt is not counted by
_LASTING_REASON = case(
    (delivery.c.state.in_([DeliveryState.SKIPPED, DeliveryState.SENT, DeliveryState.DEAD]), delivery.c.reason), else_=""
).label("why")
_IS_SENT_REMINDER = (delivery.c.kind == DeliveryKind.REMINDER) & (delivery.c.state == DeliveryState.SENT)
_LATENESS_MS = delivery.c.settled_at - case(  # as `ledger_rows.is_late` counts
    (reminder.c.created_at > delivery.c.due_at, reminder.c.created_at), else_=delivery.c.due_at
)


def _count_by(*columns: Any) -> Select[Any]:
    counted: Select[Any] = select(*columns, func.count().label("n"))
    return counted.group_by(*columns)


def _count(conn: Connection, table: FromClause, *conditions: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()


def next_due(conn: Connection) -> datetime | None:
    """Returns when the next message goes out: what waits in the queue, staged ahead or to be tried again, or a reminder.

    None when nothing waits and none is planned. Looks at the near end of two indexes.
    """
    is_ahead = (reminder.c.state == ReminderState.PLANNED) & reminder.c.fan_out_at.is_not(None)
    nearest = select(func.min(reminder.c.fan_out_at)).where(is_ahead).scalar_subquery()
    return _earliest(
        conn,
        select(func.min(reminder.c.due_at)).where(is_ahead, reminder.c.fan_out_at <= nearest),
        select(func.min(delivery.c.not_before)).where(IS_WAITING),
    )


def next_pass_due(conn: Connection) -> datetime | None:
    """Returns when a pass next has anything to do: fan out at a due time, send, or tell a change; None if nothing."""
    return _earliest(
        conn,
        select(func.min(reminder.c.due_at)).where(reminder.c.fan_out_at.is_not(None)),
        select(func.min(delivery.c.not_before)).where(IS_WAITING),
        select(func.min(change.c.notify_after)).where(change.c.notify_after.is_not(None)),
    )


def ledger_conditions(conn: Connection, now: datetime) -> tuple[str, ...]:
    """Names what in the ledger, and in the newest edition's feeds, needs the operator, as `status` has it with its figures. Counts nothing."""
    breakers = list_breakers(conn).values()
    is_overdue = delivery.c.state.in_(OPEN_DELIVERY_STATES) & (delivery.c.due_at < now - OVERDUE_AFTER)
    conditions = {
        "deliveries are overdue": _exists(conn, is_overdue),
        "deliveries are dead": _exists(conn, IS_DEAD_LETTER),
        "sending is paused": any(breaker.is_paused for breaker in breakers),
        "a destination is not responding": any(breaker.is_open for breaker in breakers),
        "no worker is running": last_tick_at(conn) is not None and processes.has_no_sender(conn, now),
    }
    return (*(name for name, holds in conditions.items() if holds), *read_feed_conditions(conn))


def _exists(conn: Connection, condition: ColumnElement[bool]) -> bool:
    return conn.execute(select(delivery.c.id).where(condition).limit(1)).first() is not None


def _earliest(conn: Connection, *queries: Select[Any]) -> datetime | None:
    """Returns the earliest of the moments that *queries* select."""
    moments = [moment for query in queries if (moment := conn.execute(query).scalar()) is not None]
    return min(moments, default=None)


def _lateness_histogram(conn: Connection) -> tuple[tuple[int, ...], float]:
    """Returns counts by `LATENESS_BUCKETS`, cumulated, the last one without a bound; and the sum in seconds."""
    buckets = [func.count().filter(_LATENESS_MS <= int(bound * 1000)) for bound in LATENESS_BUCKETS]
    *counts, total_count, total_ms = conn.execute(
        select(*buckets, func.count(), func.coalesce(func.sum(_LATENESS_MS), 0))
        .outerjoin_from(delivery, reminder, delivery.c.reminder_id == reminder.c.id)
        .where(_IS_SENT_REMINDER)
    ).one()
    return (*counts, total_count), float(total_ms) / 1000


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
        """Whether every delivery that was ever inserted is accounted for."""
        return self.created == self.sent + self.dead + self.skipped + self.open + self.erased


def balance(conn: Connection) -> list[LedgerBalance]:
    """Checks created = sent + dead + skipped + open + erased, for all reminders together and each other kind.

    Reminders that do not balance come one by one as well, also where their differences cancel each other out.
    """
    together = LedgerBalance("reminder", *map(int, conn.execute(_REMINDER_BALANCE).one()))
    return [
        *([together] if together.created or not together.is_balanced else []),
        *(LedgerBalance(f"reminder {id}", *map(int, counts)) for id, *counts in conn.execute(_UNBALANCED_REMINDERS)),
        *(LedgerBalance(kind, *map(int, counts)) for kind, *counts in conn.execute(_KIND_BALANCE)),
    ]


# the columns of a LedgerBalance, in its order
_STATE_COUNTS = [
    func.count().filter(delivery.c.state.in_(states))
    for states in ([DeliveryState.SENT], [DeliveryState.DEAD], [DeliveryState.SKIPPED], OPEN_DELIVERY_STATES)
]
_REMINDER_BALANCE = select(
    select(func.coalesce(func.sum(reminder.c.delivery_count), 0)).scalar_subquery(),
    *_STATE_COUNTS,
    select(func.coalesce(func.sum(reminder.c.erased_count), 0)).scalar_subquery(),
).where(delivery.c.kind == DeliveryKind.REMINDER)
_UNBALANCED_REMINDERS = (
    select(reminder.c.id, reminder.c.delivery_count, *_STATE_COUNTS, reminder.c.erased_count)
    .outerjoin_from(reminder, delivery, delivery.c.reminder_id == reminder.c.id)
    .group_by(*reminder.c["id", "delivery_count", "erased_count"])
    .having(reminder.c.delivery_count != func.count(delivery.c.id) + reminder.c.erased_count)
    .order_by(reminder.c.id)
    .limit(20)
)
_KIND_BALANCE = (
    select(delivery_counter.c.kind, delivery_counter.c.delivery_count, *_STATE_COUNTS, delivery_counter.c.erased_count)
    .outerjoin_from(delivery_counter, delivery, delivery.c.kind == delivery_counter.c.kind)
    .group_by(*delivery_counter.c["kind", "delivery_count", "erased_count"])
    .order_by(delivery_counter.c.kind)
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
    ids: Sequence[int] | None = None,
    limit: int = 100,
) -> list[DeliveryRecord]:
    """Lists deliveries, the newest due first; *since* and *until* bound the due time.

    *state* may also be `open`, or `dead letter`: what is dead and needs the operator.
    """
    query = _RECORDS.order_by(delivery.c.due_at.desc(), delivery.c.id.desc()).limit(limit)
    if state == "dead letter":
        query = query.where(IS_DEAD_LETTER)
    elif state:
        query = query.where(delivery.c.state.in_(OPEN_DELIVERY_STATES if state == "open" else (state,)))
    if kind:
        query = query.where(delivery.c.kind == kind)
    if channel:
        query = query.where(delivery.c.channel == channel)
    if event_id:
        query = query.where(func.coalesce(reminder.c.event_id, change.c.event_id) == event_id)
    if since:
        query = query.where(delivery.c.due_at >= since)
    if until:
        query = query.where(delivery.c.due_at <= until)
    if ids is not None:
        query = query.where(delivery.c.id.in_(ids))
    return [
        DeliveryRecord(**{**row._mapping, "state": DeliveryState(row.state), "reason": Reason(row.reason)})
        for row in conn.execute(query)
    ]


_last_detail = select(attempt.c.detail).where(attempt.c.delivery_id == delivery.c.id).order_by(attempt.c.id.desc())
_RECORDS = (  # the fields of a DeliveryRecord
    select(
        *delivery.c["id", "key", "kind", "state", "reason", "channel", "address", "attempts", "resend_count"],
        delivery.c.due_at.label("due"),
        delivery.c.not_before.label("next"),
        delivery.c.settled_at.label("settled"),
        delivery.c.detail.label("reason_detail"),
        func.coalesce(reminder.c.event_id, change.c.event_id, "").label("event_id"),
        func.coalesce(reminder.c.recurrence, change.c.recurrence, "").label("recurrence"),
        func.coalesce(reminder.c.lead, "").label("lead"),
        func.coalesce(_last_detail.limit(1).scalar_subquery(), "").label("detail"),
    )
    .outerjoin_from(delivery, reminder, reminder.c.id == delivery.c.reminder_id)
    .outerjoin(change, change.c.id == delivery.c.change_id)
)
