"""What is planned of reminders becomes rows: only what differs from the rows of before is written."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.metadata import version as version_of
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, text, update

from ... import reminders
from ...history import ChangeKind, Edition
from ...reminders import (
    FAN_OUT_LEAD_TIME,
    PLANNING_HORIZON,
    EventLookup,
    PlanDiff,
    PlannedReminder,
    ReminderKey,
    StoredReminder,
)
from ...states import Reason, ReminderState
from .. import recipients
from ..database import instant, ms
from ..edition_store import changed_uids, read_meta, write_meta
from ..json_rows import ids_of, packed, texts_of
from ..meta_keys import MetaKey
from ..tables import change, delivery, reminder
from . import fan_out
from .fan_out import REQUEUE_CURSOR

EXTENSION_STEP = timedelta(days=1)
"""How much further than the horizon a plan reaches, so that it rolls once a day."""

# zones differ by up to 26 hours: what is over in one may not be so in another
_ZONE_MARGIN = timedelta(days=2)

_MOVING_KINDS = (
    ChangeKind.ADDED,
    ChangeKind.MOVED,
    ChangeKind.DAY_KNOWN,
    ChangeKind.NARROWED,
    ChangeKind.LESS_PRECISE,
    ChangeKind.POSTPONED,
    ChangeKind.RESTORED,
)


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """What a plan came to, in rows."""

    planned: int = 0
    past: int = 0
    reactivated: int = 0
    rescheduled: int = 0
    ended: int = 0


def plan_edition(conn: Connection, edition: Edition, now: datetime) -> PlanCounts:
    """Plan what *edition* changed, in the transaction that records it; everything, where nothing was planned before.

    A lead that lies more than a minute back when it is first heard of is skipped, and the reason kept.
    """
    planned_edition = int(read_meta(conn, MetaKey.PLANNED_EDITION) or 0)
    planned_to = read_meta(conn, MetaKey.PLANNED_TO)
    until = now + PLANNING_HORIZON + EXTENSION_STEP
    uids: set[str] | None = None
    if planned_to is not None:
        until = max(until, instant(int(planned_to)))
        uids = {uid for number in range(planned_edition + 1, edition.number + 1) for uid in changed_uids(conn, number)}
    counts = _replan(conn, edition, now, until, uids, is_first=planned_to is None)
    write_meta(conn, MetaKey.PLANNED_EDITION, str(edition.number))
    if planned_to is None:
        write_meta(conn, MetaKey.PLANNED_TO, str(ms(until)))
        write_meta(conn, MetaKey.TZDATA, _tzdata())
    return counts


def needs_extension(conn: Connection, edition: Edition, now: datetime) -> bool:
    """Whether `roll` has anything to do."""
    planned_to = read_meta(conn, MetaKey.PLANNED_TO)
    return (
        planned_to is None
        or now + PLANNING_HORIZON > instant(int(planned_to))
        or int(read_meta(conn, MetaKey.PLANNED_EDITION) or 0) != edition.number
        or read_meta(conn, MetaKey.TZDATA) != _tzdata()
    )


def extend_horizon(conn: Connection, edition: Edition, now: datetime) -> PlanCounts:
    """Keep plans 45 days ahead, once a day; at once when the zone data or the edition are others."""
    planned_to, planned_edition = (
        read_meta(conn, MetaKey.PLANNED_TO),
        int(read_meta(conn, MetaKey.PLANNED_EDITION) or 0),
    )
    if planned_to is None or planned_edition != edition.number:
        return plan_edition(conn, edition, now)
    if read_meta(conn, MetaKey.TZDATA) != _tzdata():
        write_meta(conn, MetaKey.TZDATA, _tzdata())
        return _replan(conn, edition, now, max(now + PLANNING_HORIZON + EXTENSION_STEP, instant(int(planned_to))), None)
    if now + PLANNING_HORIZON <= instant(int(planned_to)):
        return PlanCounts()
    until = now + PLANNING_HORIZON + EXTENSION_STEP
    wanted = [
        planned
        for planned in reminders.plan(edition, now, until - now, audiences=recipients.audiences(conn), zones=())
        if planned.due > instant(int(planned_to))
    ]
    known_rows = conn.execute(select(reminder).where(reminder.c.due_at > int(planned_to)))
    # They were known all the while, just not written down: what fell due meanwhile is late, not past.
    plan_diff = reminders.diff_plan(
        wanted, map(to_stored_reminder, known_rows), now, _reason_lookup(edition), {planned.key for planned in wanted}
    )
    write_meta(conn, MetaKey.PLANNED_TO, str(ms(until)))
    return write_plan_diff(conn, plan_diff, now, created_at=min(now, instant(int(planned_to))))


def replan(conn: Connection, edition: Edition, now: datetime) -> PlanCounts:
    """Plan everything anew, as when readers ask for other leads or zones than before."""
    planned_to = read_meta(conn, MetaKey.PLANNED_TO)
    return _replan(
        conn,
        edition,
        now,
        max(now + PLANNING_HORIZON + EXTENSION_STEP, instant(int(planned_to or 0))),
        None,
        is_first=planned_to is None,
    )


def _replan(
    conn: Connection, edition: Edition, now: datetime, until: datetime, uids: set[str] | None, is_first: bool = False
) -> PlanCounts:
    audiences = recipients.audiences(conn)
    versions = [event_version for event_version in edition.versions if uids is None or event_version.uid in uids]
    wanted = [planned for version in versions for planned in reminders.plan_event(version, now, until, audiences)]
    stored_query = select(reminder).where(reminder.c.expires_at > ms(now - _ZONE_MARGIN))
    if uids is not None:
        stored_query = stored_query.where(text(f"uid IN {texts_of(conn, 'uids')}")).params(uids=packed(uids))
    moved_uids = set() if is_first else _moved_uids(conn, edition.number)
    caught_up_keys = {
        key
        for version in versions
        if version.uid in moved_uids
        for key in reminders.catch_up_keys(version, now, audiences)
    }
    plan_diff = reminders.diff_plan(
        wanted, map(to_stored_reminder, conn.execute(stored_query)), now, _reason_lookup(edition), caught_up_keys
    )
    return write_plan_diff(conn, plan_diff, now, created_at=now)


def _moved_uids(conn: Connection, number: int) -> set[str]:
    """The UIDs of what edition *number* added or moved."""
    kinds = [kind.value for kind in _MOVING_KINDS]
    return set(conn.execute(select(change.c.uid).where(change.c.edition == number, change.c.kind.in_(kinds))).scalars())


def _reason_lookup(edition: Edition) -> Callable[[ReminderKey], Reason]:
    lookup = EventLookup(edition)
    return lambda key: reminders.invalidation_reason(key, lookup.event(key.uid))


def to_stored_reminder(row: Row[*tuple[Any, ...]]) -> StoredReminder:
    return StoredReminder(
        row.id,
        row.event_id,
        ReminderKey(row.uid, row.recurrence, row.start, row.lead, row.zone),
        instant(row.due_at),
        instant(row.expires_at),
        ReminderState(row.state),
        Reason(row.reason),
        instant(row.created_at),
    )


def write_plan_diff(conn: Connection, plan_diff: PlanDiff, now: datetime, created_at: datetime) -> PlanCounts:
    if plan_diff.insert:
        conn.execute(insert(reminder), [_insert_row(planned, created_at) for planned in plan_diff.insert])
    if plan_diff.reactivate:
        conn.execute(_REACTIVATE, [_reactivation_row(id, planned) for id, planned in plan_diff.reactivate])
    for id, planned in plan_diff.reschedule:
        _reschedule(conn, id, planned)
    for state, reason in dict.fromkeys((ended.state, ended.reason) for ended in plan_diff.end):
        ids = [ended.id for ended in plan_diff.end if (ended.state, ended.reason) == (state, reason)]
        _end_reminders(conn, ids, state, reason, now)
    past = sum(bool(planned.reason) for planned in plan_diff.insert)
    return PlanCounts(
        len(plan_diff.insert) - past, past, len(plan_diff.reactivate), len(plan_diff.reschedule), len(plan_diff.end)
    )


_REACTIVATE = (
    update(reminder)
    .where(reminder.c.id == bindparam("of"))
    .values(
        state="planned",
        reason="",
        due_at=bindparam("due"),
        expires_at=bindparam("until"),
        fan_out_at=bindparam("stage"),
        fan_out_cursor=REQUEUE_CURSOR,
    )
)


def _reactivation_row(id: int, planned: PlannedReminder) -> dict[str, Any]:
    return {
        "of": id,
        "due": ms(planned.due),
        "until": ms(planned.expires_at),
        "stage": ms(planned.due - FAN_OUT_LEAD_TIME),
    }


def _reschedule(conn: Connection, id: int, planned: PlannedReminder) -> None:
    """The same reminder at another time. What was staged already waits for the new time; what was sent stays so."""
    conn.execute(_REACTIVATE.values(fan_out_cursor=0), _reactivation_row(id, planned))
    conn.execute(
        update(delivery)
        .where(
            delivery.c.reminder_id == id, delivery.c.state == "queued", delivery.c.channel != recipients.DIGEST_CHANNEL
        )
        .values(due_at=ms(planned.due), not_before=ms(planned.due), expires_at=ms(planned.expires_at))
    )


def _end_reminders(conn: Connection, ids: Collection[int], state: ReminderState, reason: Reason, now: datetime) -> None:
    parameters = {"ids": packed(ids), "state": state, "reason": reason, "now": ms(now)}
    id_subquery = ids_of(conn, "ids")
    conn.execute(
        text(
            f"UPDATE reminder SET state = :state, reason = :reason, fan_out_at = NULL, fan_out_cursor = 0 WHERE id IN {id_subquery}"
        ),
        parameters,
    )
    # So many at once; beyond that each is skipped when its turn comes, by the verdict that asks the same.
    conn.execute(
        text(
            "UPDATE delivery SET state = 'skipped', reason = :reason, detail = '', settled_at = :now WHERE id IN (SELECT id FROM delivery "
            f"WHERE reminder_id IN {id_subquery} AND state IN ('queued', 'retry') LIMIT :most)"
        ),
        {**parameters, "most": fan_out.SUBSCRIPTIONS_PER_TRANSACTION},
    )


def _insert_row(planned: PlannedReminder, created_at: datetime) -> dict[str, object]:
    return {
        "event_id": planned.event_id,
        **planned.key._asdict(),
        "due_at": ms(planned.due),
        "expires_at": ms(planned.expires_at),
        "state": ReminderState.SKIPPED if planned.reason else ReminderState.PLANNED,
        "reason": planned.reason,
        "fan_out_at": None if planned.reason else ms(planned.due - FAN_OUT_LEAD_TIME),
        "fan_out_cursor": 0,
        "delivery_count": 0,
        "erased_count": 0,
        "created_at": ms(created_at),
    }


@lru_cache(maxsize=1)
def _tzdata() -> str:
    return version_of("tzdata")
