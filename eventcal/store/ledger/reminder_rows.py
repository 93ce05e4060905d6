"""Reads and writes reminders: the rows of a plan, what subscriptions ask for, and how far each fan-out has come."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, Connection, Row, ScalarSelect, Select, bindparam, delete, func, insert, select, update

from ...ledger_rows import (
    DueFanOut,
    EndedReminder,
    PlanDiff,
    PlannedReminder,
    ReminderKey,
    StoredReminder,
    SubscriptionGroup,
)
from ...states import DIGEST_CHANNEL, DeliveryState, Reason, ReminderState, SubscriptionState
from ..database import json_ids, json_texts, packed
from ..edition_store import add_to_meta, read_meta
from ..tables import (
    IS_SUBSCRIBED,
    IS_WAITING,
    PREFERENCES,
    MetaKey,
    delivery,
    insert_or,
    is_subscribed,
    reminder,
    skipped_values,
    subscription,
    zone_change,
)

REQUEUE_CURSOR = -1  # in place of a subscription's number: skipped deliveries are to be queued again first
MAX_SKIPPED_PER_STATEMENT = 10_000  # deliveries; the others are skipped when their turn comes, by the same verdict

_NO_FAN_OUT: dict[str, Any] = {"fan_out_at": None, "fan_out_cursor": 0}


# plans


def stored_reminders(
    conn: Connection, useful_at: datetime, uids: Collection[str] | None = None
) -> list[StoredReminder]:
    """Returns the reminders that expire after *useful_at*; of the events *uids*, None for all."""
    query = select(reminder).where(reminder.c.expires_at > useful_at)
    if uids is None:
        return [_to_stored_reminder(row) for row in conn.execute(query)]
    query = query.where(reminder.c.uid.in_(json_texts("uids")))
    return [_to_stored_reminder(row) for row in conn.execute(query, {"uids": packed(uids)})]


def reminders_due_after(conn: Connection, at: datetime) -> list[StoredReminder]:
    """Returns the reminders that fall due after *at*."""
    return [_to_stored_reminder(row) for row in conn.execute(select(reminder).where(reminder.c.due_at > at))]


def reminders_of(
    conn: Connection, zones: Collection[str], leads: Collection[str], useful_at: datetime
) -> list[StoredReminder]:
    """Returns the reminders in any of *zones* by any of *leads* that expire after *useful_at*."""
    query = select(reminder).where(
        reminder.c.expires_at > useful_at, reminder.c.zone.in_(zones), reminder.c.lead.in_(leads)
    )
    return [_to_stored_reminder(row) for row in conn.execute(query)]


def reminders_due_between(conn: Connection, zone: str, after: datetime, until: datetime) -> list[StoredReminder]:
    """Returns the reminders in *zone* that fell due over *after* up to *until* and have not expired by then."""
    query = select(reminder).where(
        reminder.c.zone == zone, reminder.c.due_at > after, reminder.c.due_at <= until, reminder.c.expires_at > until
    )
    return [_to_stored_reminder(row) for row in conn.execute(query)]


def write_plan_diff(conn: Connection, plan_diff: PlanDiff, now: datetime, created_at: datetime) -> None:
    """Writes *plan_diff*; *created_at* is when new reminders count as first planned."""
    if plan_diff.insert:
        conn.execute(insert(reminder), [_insert_row(planned, created_at) for planned in plan_diff.insert])
    if plan_diff.reactivate:
        conn.execute(_REACTIVATE, [_reactivation_row(id, planned) for id, planned in plan_diff.reactivate])
    for id, planned in plan_diff.reschedule:
        _reschedule(conn, id, planned)
    for state, reason in dict.fromkeys((ended.state, ended.reason) for ended in plan_diff.end):
        ids = [ended.id for ended in plan_diff.end if (ended.state, ended.reason) == (state, reason)]
        _end_reminders(conn, ids, state, reason, now)


def _to_stored_reminder(row: Row[*tuple[Any, ...]]) -> StoredReminder:
    return StoredReminder(
        id=row.id,
        key=_key_of(row),
        due=row.due_at,
        expires_at=row.expires_at,
        state=ReminderState(row.state),
        reason=Reason(row.reason),
        created_at=row.created_at,
    )


def _key_of(row: Row[*tuple[Any, ...]]) -> ReminderKey:
    return ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.zone)


def _insert_row(planned: PlannedReminder, created_at: datetime) -> dict[str, object]:
    return {
        "event_id": planned.event_id,
        **planned.key._asdict(),
        "due_at": planned.due,
        "expires_at": planned.expires_at,
        "state": ReminderState.SKIPPED if planned.reason else ReminderState.PLANNED,
        "reason": planned.reason,
        "fan_out_at": None if planned.reason else planned.fan_out_at,
        "fan_out_cursor": 0,
        "delivery_count": 0,
        "erased_count": 0,
        "created_at": created_at,
    }


_REACTIVATE = (
    update(reminder)
    .where(reminder.c.id == bindparam("of"))
    .values(
        state=ReminderState.PLANNED,
        reason=Reason.NONE,
        due_at=bindparam("due"),
        expires_at=bindparam("until"),
        fan_out_at=bindparam("stage"),
        fan_out_cursor=REQUEUE_CURSOR,
    )
)


def _reactivation_row(id: int, planned: PlannedReminder) -> dict[str, Any]:
    return {"of": id, "due": planned.due, "until": planned.expires_at, "stage": planned.fan_out_at}


def _reschedule(conn: Connection, id: int, planned: PlannedReminder) -> None:
    """Moves a reminder to another time with its queued deliveries; what was sent stays sent."""
    conn.execute(_REACTIVATE.values(fan_out_cursor=0), _reactivation_row(id, planned))
    conn.execute(
        update(delivery)
        .where(
            delivery.c.reminder_id == id, delivery.c.state == DeliveryState.QUEUED, delivery.c.channel != DIGEST_CHANNEL
        )
        .values(due_at=planned.due, not_before=planned.due, expires_at=planned.expires_at)
    )


def _end_reminders(conn: Connection, ids: Collection[int], state: ReminderState, reason: Reason, now: datetime) -> None:
    """Ends reminders and skips what is queued of them, as much as one statement takes."""
    parameters = {"ids": packed(ids)}
    ended = update(reminder).where(reminder.c.id.in_(json_ids()))
    conn.execute(ended.values(state=state, reason=reason, **_NO_FAN_OUT), parameters)
    waiting = (
        select(delivery.c.id).where(delivery.c.reminder_id.in_(json_ids()), IS_WAITING).limit(MAX_SKIPPED_PER_STATEMENT)
    )
    skipped = update(delivery).where(delivery.c.id.in_(waiting))
    conn.execute(skipped.values(skipped_values(reason, now)), parameters)


# what subscriptions ask for


@dataclass(frozen=True, slots=True)
class ZoneChange:
    """An active subscription that left *old_zone* since the last pass; *group* holds its preferences of now."""

    subscription: int
    channel: str
    address: str
    group: SubscriptionGroup
    old_zone: str


def _next_group(group: CTE, shared_count: int) -> ScalarSelect[int]:
    """Selects the first subscription that follows *group* and shares the first so many of its preferences."""
    other = subscription.alias("n")
    shared = [other.c[name] == group.c[name] for name in PREFERENCES[:shared_count]]
    following = [other.c[name] for name in PREFERENCES[shared_count:]]
    is_next = following[0] > group.c[following[0].name]
    query = select(other.c.id).where(is_subscribed(other), *shared, is_next).order_by(*following).limit(1)
    return query.correlate(group).scalar_subquery()


def _groups_query() -> Select[Any]:
    """Steps from each group to the next by an index, however many ask for the same: DISTINCT would read them all."""
    columns = subscription.c[PREFERENCES]
    first = select(*columns).where(IS_SUBSCRIBED).order_by(*columns).limit(1).subquery("first")
    group = select(first).cte("subscription_group", recursive=True)
    following = subscription.alias("s")
    next_id = func.coalesce(*(_next_group(group, shared_count) for shared_count in (3, 2, 1, 0)))
    group = group.union_all(select(*following.c[PREFERENCES]).join_from(group, following, following.c.id == next_id))
    return select(*group.c).order_by(*group.c)


_GROUPS = _groups_query()


def groups(conn: Connection) -> list[SubscriptionGroup]:
    """Returns the distinct preferences of all subscriptions. Its cost grows with these, not with the subscriptions."""
    return [SubscriptionGroup(*row) for row in conn.execute(_GROUPS)]


def mark_preferences_changed(conn: Connection) -> None:
    """Has the next pass plan what is newly asked for."""
    add_to_meta(conn, MetaKey.PREFERENCES_VERSION, 1)


def preferences_version(conn: Connection) -> str:
    """Returns a mark that changes whenever anything new is asked for."""
    return read_meta(conn, MetaKey.PREFERENCES_VERSION) or ""


def record_zone_change(conn: Connection, subscription_id: int, old_zone: str) -> None:
    """Records that a subscription left *old_zone*; the next pass sends what it would miss by that."""
    new = insert_or(zone_change).values(subscription_id=subscription_id, old_zone=old_zone)
    conn.execute(new.on_conflict_do_nothing(index_elements=["subscription_id"]))


def take_zone_changes(conn: Connection) -> list[ZoneChange]:
    """Returns the active subscriptions whose zone changed since the last call, and forgets the changes."""
    query = (
        select(*subscription.c["id", "channel", "address"], *subscription.c[PREFERENCES], zone_change.c.old_zone)
        .join_from(zone_change, subscription)
        .where(subscription.c.state == SubscriptionState.ACTIVE)
        .order_by(subscription.c.id)
    )
    changes = [
        ZoneChange(id, channel, address, SubscriptionGroup(*preferences), old_zone)
        for id, channel, address, *preferences, old_zone in conn.execute(query)
    ]
    conn.execute(delete(zone_change))
    return changes


# fan-out


class SubscriptionPage(NamedTuple):
    """A range of subscriptions by their ids, which one transaction of a fan-out goes through (keyset pagination).

    *confirmed_since* leaves out those confirmed before it, None for none.
    """

    after_id: int
    last_id: int
    size: int
    is_last: bool
    confirmed_since: datetime | None


def has_due_fan_out(conn: Connection, now: datetime) -> bool:
    """Tells whether any fan-out is due by *now*: one probe of an index, however many lie ahead."""
    return conn.execute(_HAS_DUE, {"now": now}).first() is not None


_HAS_DUE = select(reminder.c.id).where(reminder.c.fan_out_at <= bindparam("now")).limit(1)


def due_fan_outs(conn: Connection, now: datetime, limit: int) -> list[DueFanOut]:
    """Returns up to *limit* reminders whose fan-out is due by *now*, the earliest first."""
    query = select(reminder).where(reminder.c.fan_out_at <= now).order_by(reminder.c.fan_out_at).limit(limit)
    return [
        DueFanOut(
            id=row.id,
            key=_key_of(row),
            due=row.due_at,
            expires_at=row.expires_at,
            fan_out_at=row.fan_out_at,
            created_at=row.created_at,
            cursor=row.fan_out_cursor,
            is_second=row.state != ReminderState.PLANNED,
        )
        for row in conn.execute(query)
    ]


def has_confirmed_since(conn: Connection, at: datetime) -> bool:
    """Tells whether any subscription was confirmed at *at* or later."""
    return conn.execute(select(subscription.c.id).where(subscription.c.confirmed_at >= at).limit(1)).first() is not None


def subscription_page(
    conn: Connection, after_id: int, limit: int, confirmed_since: datetime | None
) -> SubscriptionPage:
    """Returns the next *limit* subscriptions after *after_id*, as a range."""
    parameters = {"after": after_id, "most": limit, "since": confirmed_since}
    bounds = conn.execute(_PAGE_OF_RECENT if confirmed_since else _PAGE, parameters).one()
    return SubscriptionPage(after_id, bounds.last or after_id, bounds.size, bounds.size < limit, confirmed_since)


_ids_in_order = select(subscription.c.id).order_by(subscription.c.id).limit(bindparam("most"))
_page_ids = _ids_in_order.where(subscription.c.id > bindparam("after")).subquery()
_PAGE = select(func.count().label("size"), func.max(_page_ids.c.id).label("last"))
# the sum keeps the primary key's index out of it: those who confirmed lately are few
_recent_ids = _ids_in_order.where(
    subscription.c.confirmed_at >= bindparam("since"), subscription.c.id + 0 > bindparam("after")
).subquery()
_PAGE_OF_RECENT = select(func.count().label("size"), func.max(_recent_ids.c.id).label("last"))


def record_progress(conn: Connection, fan_out: DueFanOut, page: SubscriptionPage, inserted: int, now: datetime) -> None:
    """Records that *fan_out* went through *page* and inserted so many deliveries; plans the second fan-out if needed."""
    state = ReminderState.STAGED if page.is_last or fan_out.is_second else ReminderState.PLANNED
    fan_out_at: datetime | None = fan_out.fan_out_at
    cursor = page.last_id
    if page.is_last:
        # whoever confirmed while it took several transactions may have been passed over
        needs_second = fan_out.due > now or (fan_out.cursor > 0 and not fan_out.is_second)
        fan_out_at, cursor = fan_out.due if needs_second else None, 0
    values = {"of": fan_out.id, "now_state": state, "next_at": fan_out_at, "cursor": cursor, "inserted": inserted}
    conn.execute(_RECORD_PROGRESS, values)


_RECORD_PROGRESS = (
    update(reminder)
    .where(reminder.c.id == bindparam("of"))
    .values(
        state=bindparam("now_state"),
        fan_out_at=bindparam("next_at"),
        fan_out_cursor=bindparam("cursor"),
        delivery_count=reminder.c.delivery_count + bindparam("inserted"),
    )
)


def finish_fan_outs(conn: Connection, fan_outs: Sequence[DueFanOut]) -> None:
    """Records that nothing is left to fan out of these reminders."""
    finished = update(reminder).where(reminder.c.id.in_(json_ids())).values(_NO_FAN_OUT)
    conn.execute(finished, {"ids": packed(fan_out.id for fan_out in fan_outs)})


def end_fan_out(conn: Connection, ended: EndedReminder) -> None:
    """Ends a reminder; what is queued of it is skipped when its turn comes."""
    values = {"state": ended.state, "reason": ended.reason, **_NO_FAN_OUT}
    conn.execute(update(reminder).where(reminder.c.id == ended.id).values(values))


def reopen_fan_outs(conn: Connection, now: datetime) -> None:
    """Has every reminder fan out again whose second fan-out is still ahead: preferences changed since the first."""
    conn.execute(
        update(reminder)
        .where(reminder.c.fan_out_at.is_not(None), reminder.c.state == ReminderState.STAGED)
        .values(state=ReminderState.PLANNED, fan_out_at=now, fan_out_cursor=0)
    )


def add_to_delivery_count(conn: Connection, reminder_id: int, inserted: int) -> None:
    """Counts deliveries that were inserted outside of a fan-out."""
    count = reminder.c.delivery_count + inserted
    conn.execute(update(reminder).where(reminder.c.id == reminder_id).values(delivery_count=count))
