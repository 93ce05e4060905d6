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
    before = int(read_meta(conn, MetaKey.PLANNED_EDITION) or 0)
    end = read_meta(conn, MetaKey.PLANNED_TO)
    until = now + PLANNING_HORIZON + EXTENSION_STEP
    uids: set[str] | None = None
    if end is not None:
        until = max(until, instant(int(end)))
        uids = {uid for number in range(before + 1, edition.number + 1) for uid in changed_uids(conn, number)}
    found = _replan(conn, edition, now, until, uids, is_first=end is None)
    write_meta(conn, MetaKey.PLANNED_EDITION, str(edition.number))
    if end is None:
        write_meta(conn, MetaKey.PLANNED_TO, str(ms(until)))
        write_meta(conn, MetaKey.TZDATA, _tzdata())
    return found


def needs_extension(conn: Connection, edition: Edition, now: datetime) -> bool:
    """Whether `roll` has anything to do."""
    end = read_meta(conn, MetaKey.PLANNED_TO)
    return (
        end is None
        or now + PLANNING_HORIZON > instant(int(end))
        or int(read_meta(conn, MetaKey.PLANNED_EDITION) or 0) != edition.number
        or read_meta(conn, MetaKey.TZDATA) != _tzdata()
    )


def extend_horizon(conn: Connection, edition: Edition, now: datetime) -> PlanCounts:
    """Keep plans 45 days ahead, once a day; at once when the zone data or the edition are others."""
    end, before = read_meta(conn, MetaKey.PLANNED_TO), int(read_meta(conn, MetaKey.PLANNED_EDITION) or 0)
    if end is None or before != edition.number:
        return plan_edition(conn, edition, now)
    if read_meta(conn, MetaKey.TZDATA) != _tzdata():
        write_meta(conn, MetaKey.TZDATA, _tzdata())
        return _replan(conn, edition, now, max(now + PLANNING_HORIZON + EXTENSION_STEP, instant(int(end))), None)
    if now + PLANNING_HORIZON <= instant(int(end)):
        return PlanCounts()
    until = now + PLANNING_HORIZON + EXTENSION_STEP
    wanted = [
        each
        for each in reminders.plan(edition, now, until - now, audiences=recipients.audiences(conn), zones=())
        if each.due > instant(int(end))
    ]
    known = conn.execute(select(reminder).where(reminder.c.due_at > int(end)))
    # They were known all the while, just not written down: what fell due meanwhile is late, not past.
    rewrite = reminders.diff_plan(
        wanted, map(_to_stored, known), now, _reason_lookup(edition), {each.key for each in wanted}
    )
    write_meta(conn, MetaKey.PLANNED_TO, str(ms(until)))
    return _write(conn, rewrite, now, created_at=min(now, instant(int(end))))


def replan(conn: Connection, edition: Edition, now: datetime) -> PlanCounts:
    """Plan everything anew, as when readers ask for other leads or zones than before."""
    end = read_meta(conn, MetaKey.PLANNED_TO)
    return _replan(
        conn,
        edition,
        now,
        max(now + PLANNING_HORIZON + EXTENSION_STEP, instant(int(end or 0))),
        None,
        is_first=end is None,
    )


def _replan(
    conn: Connection, edition: Edition, now: datetime, until: datetime, uids: set[str] | None, is_first: bool = False
) -> PlanCounts:
    readers = recipients.audiences(conn)
    versions = [each for each in edition.versions if uids is None or each.uid in uids]
    wanted = [each for version in versions for each in reminders.plan_event(version, now, until, readers)]
    known = select(reminder).where(reminder.c.expires_at > ms(now - _ZONE_MARGIN))
    if uids is not None:
        known = known.where(text(f"uid IN {texts_of(conn, 'uids')}")).params(uids=packed(uids))
    moved = set() if is_first else _moved_uids(conn, edition.number)
    spoken = {key for each in versions if each.uid in moved for key in reminders.catch_up_keys(each, now, readers)}
    rewrite = reminders.diff_plan(wanted, map(_to_stored, conn.execute(known)), now, _reason_lookup(edition), spoken)
    return _write(conn, rewrite, now, created_at=now)


def _moved_uids(conn: Connection, number: int) -> set[str]:
    """The UIDs of what edition *number* added or moved."""
    kinds = [each.value for each in _MOVING_KINDS]
    return set(conn.execute(select(change.c.uid).where(change.c.edition == number, change.c.kind.in_(kinds))).scalars())


def _reason_lookup(edition: Edition) -> Callable[[ReminderKey], Reason]:
    book = EventLookup(edition)
    return lambda key: reminders.invalidation_reason(key, book.event(key.uid))


def _to_stored(row: Row[*tuple[Any, ...]]) -> StoredReminder:
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


def _write(conn: Connection, rewrite: PlanDiff, now: datetime, created_at: datetime) -> PlanCounts:
    if rewrite.insert:
        conn.execute(insert(reminder), [_insert_row(each, created_at) for each in rewrite.insert])
    if rewrite.reactivate:
        conn.execute(_REACTIVATE, [_reactivation_row(id, each) for id, each in rewrite.reactivate])
    for id, each in rewrite.reschedule:
        _reschedule(conn, id, each)
    for state, reason in dict.fromkeys((each.state, each.reason) for each in rewrite.end):
        ids = [each.id for each in rewrite.end if (each.state, each.reason) == (state, reason)]
        _end(conn, ids, state, reason, now)
    past = sum(bool(each.reason) for each in rewrite.insert)
    return PlanCounts(
        len(rewrite.insert) - past, past, len(rewrite.reactivate), len(rewrite.reschedule), len(rewrite.end)
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


def _reactivation_row(id: int, each: PlannedReminder) -> dict[str, Any]:
    return {"of": id, "due": ms(each.due), "until": ms(each.expires_at), "stage": ms(each.due - FAN_OUT_LEAD_TIME)}


def _reschedule(conn: Connection, id: int, each: PlannedReminder) -> None:
    """The same reminder at another time. What was staged already waits for the new time; what was sent stays so."""
    conn.execute(_REACTIVATE.values(fan_out_cursor=0), _reactivation_row(id, each))
    conn.execute(
        update(delivery)
        .where(
            delivery.c.reminder_id == id, delivery.c.state == "queued", delivery.c.channel != recipients.DIGEST_CHANNEL
        )
        .values(due_at=ms(each.due), not_before=ms(each.due), expires_at=ms(each.expires_at))
    )


def _end(conn: Connection, ids: Collection[int], state: ReminderState, reason: Reason, now: datetime) -> None:
    parameters = {"ids": packed(ids), "state": state, "reason": reason, "now": ms(now)}
    among = ids_of(conn, "ids")
    conn.execute(
        text(
            f"UPDATE reminder SET state = :state, reason = :reason, fan_out_at = NULL, fan_out_cursor = 0 WHERE id IN {among}"
        ),
        parameters,
    )
    # So many at once; beyond that each is skipped when its turn comes, by the verdict that asks the same.
    conn.execute(
        text(
            "UPDATE delivery SET state = 'skipped', reason = :reason, detail = '', settled_at = :now WHERE id IN (SELECT id FROM delivery "
            f"WHERE reminder_id IN {among} AND state IN ('queued', 'retry') LIMIT :most)"
        ),
        {**parameters, "most": fan_out.SUBSCRIPTIONS_PER_TRANSACTION},
    )


def _insert_row(each: PlannedReminder, created_at: datetime) -> dict[str, object]:
    return {
        "event_id": each.event_id,
        **each.key._asdict(),
        "due_at": ms(each.due),
        "expires_at": ms(each.expires_at),
        "state": ReminderState.SKIPPED if each.reason else ReminderState.PLANNED,
        "reason": each.reason,
        "fan_out_at": None if each.reason else ms(each.due - FAN_OUT_LEAD_TIME),
        "fan_out_cursor": 0,
        "delivery_count": 0,
        "erased_count": 0,
        "created_at": ms(created_at),
    }


@lru_cache(maxsize=1)
def _tzdata() -> str:
    return version_of("tzdata")
