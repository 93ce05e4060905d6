"""Ties the decisions to the store: each pass reads rows, has them decided and writes rows, in one transaction.

The caller opens the transaction. What reads for longer than a moment (`find_backfill`, `reminder_rows.groups`) runs before it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.metadata import version as version_of
from zoneinfo import ZoneInfo

from ..events import Event
from ..history import ChangeKind, Edition
from ..ledger_rows import (
    DigestChannel,
    DueFanOut,
    NewDelivery,
    PlannedReminder,
    ReminderKey,
    SettledChange,
    SubscriptionGroup,
)
from ..states import DeliveryKind, Reason
from ..store import Connection, clock_recovery, edition_store
from ..store.edition_store import read_meta, read_meta_instant, write_meta, write_meta_instant
from ..store.ledger import delivery_rows, notice_rows, reminder_rows
from ..store.ledger.notice_rows import IdRange
from ..store.ledger.reminder_rows import REQUEUE_CURSOR
from ..store.tables import MetaKey
from ..when.zones import zone_or_default
from . import digests, fan_out, notices, reminders
from .notices import ChangedOccurrence
from .reminders import FAN_OUT_LEAD_TIME, PLANNING_HORIZON, ReminderAudience

EXTENSION_STEP = timedelta(days=1)
"""How much further than the horizon a plan reaches, so that it is extended once a day."""

MAX_REMINDERS_PER_TRANSACTION = 200
SUBSCRIPTIONS_PER_TRANSACTION = 10_000
READERS_PER_TRANSACTION = 5_000
MAX_READER_CHANGE_PAIRS = 200_000
MAX_DIGESTS_PER_TRANSACTION = 500
"""Limits of one transaction: whoever else writes waits for a moment, however many readers there are."""

TOLD_TOGETHER = timedelta(minutes=1)
"""How far apart changes may settle that are told in one message."""

MAX_ZONE_DIFFERENCE = timedelta(hours=28)
"""No two zones of the world are further apart."""

# zones differ by up to 26 hours: what is over in one may not be so in another
_ZONE_MARGIN = timedelta(days=2)

_MOVING_KINDS = (
    ChangeKind.ADDED, ChangeKind.MOVED, ChangeKind.DAY_KNOWN, ChangeKind.NARROWED, ChangeKind.LESS_PRECISE,
    ChangeKind.POSTPONED, ChangeKind.RESTORED,
)  # fmt: skip


# plans


def plan_edition(conn: Connection, edition: Edition, now: datetime) -> None:
    """Plans what *edition* changed, in the transaction that records it; everything, if nothing was planned before.

    A lead more than a minute past when it is first planned is skipped, with that reason.
    """
    planned_edition, planned_to = _planned_edition(conn), _planned_to(conn)
    until = now + PLANNING_HORIZON + EXTENSION_STEP
    uids: set[str] | None = None
    if planned_to is not None:
        until = max(until, planned_to)
        numbers = range(planned_edition + 1, edition.number + 1)
        uids = {uid for number in numbers for uid in edition_store.changed_uids(conn, number)}
    _replan(conn, edition, now, until, uids, is_first=planned_to is None)
    write_meta(conn, MetaKey.PLANNED_EDITION, str(edition.number))
    if planned_to is None:
        write_meta_instant(conn, MetaKey.PLANNED_TO, until)
        write_meta(conn, MetaKey.TZDATA, _tzdata())


def needs_extension(conn: Connection, edition: Edition, now: datetime) -> bool:
    """Tells whether `extend_horizon` has anything to do."""
    planned_to = _planned_to(conn)
    return (
        planned_to is None
        or now + PLANNING_HORIZON > planned_to
        or _planned_edition(conn) != edition.number
        or read_meta(conn, MetaKey.TZDATA) != _tzdata()
    )


def extend_horizon(conn: Connection, edition: Edition, now: datetime) -> None:
    """Keeps plans 45 days ahead, once a day; at once when the zone data or the edition are others."""
    planned_to = _planned_to(conn)
    if planned_to is None or _planned_edition(conn) != edition.number:
        plan_edition(conn, edition, now)
        return
    until = now + PLANNING_HORIZON + EXTENSION_STEP
    if read_meta(conn, MetaKey.TZDATA) != _tzdata():
        write_meta(conn, MetaKey.TZDATA, _tzdata())
        _replan(conn, edition, now, max(until, planned_to), None)
        return
    if now + PLANNING_HORIZON <= planned_to:
        return
    planned = reminders.plan(edition.versions, now, until, _audiences(conn))
    wanted = [reminder for reminder in planned if reminder.due > planned_to]
    stored = reminder_rows.reminders_due_after(conn, planned_to)
    # They were known all the while, just not written down: what fell due meanwhile is late, not past.
    keys = {reminder.key for reminder in wanted}
    plan_diff = reminders.diff_plan(wanted, stored, now, _reason_lookup(edition), keys)
    write_meta_instant(conn, MetaKey.PLANNED_TO, until)
    reminder_rows.write_plan_diff(conn, plan_diff, now, created_at=min(now, planned_to))


def recover_from_clock(conn: Connection, edition: Edition, now: datetime) -> None:
    """Makes up for a clock that was ahead and has been set back to *now*.

    What it ended too early is planned and queued again, and what lies between is planned as if it had never been ahead.
    What it sent stays sent.
    """
    clock_recovery.undo_clock_ahead(conn, now)
    until = now + PLANNING_HORIZON + EXTENSION_STEP
    _replan(conn, edition, now, until, None)
    write_meta_instant(conn, MetaKey.PLANNED_TO, until)


def _replan(
    conn: Connection, edition: Edition, now: datetime, until: datetime, uids: set[str] | None, is_first: bool = False
) -> None:
    """Plans the events *uids* anew up to *until*, None for all, and writes what differs."""
    audiences = _audiences(conn)
    versions = [version for version in edition.versions if uids is None or version.uid in uids]
    wanted = reminders.plan(versions, now, until, audiences)
    stored = reminder_rows.stored_reminders(conn, now - _ZONE_MARGIN, uids)
    moved_uids = set() if is_first else edition_store.uids_changed_as(conn, edition.number, _MOVING_KINDS)
    catch_up = {
        key
        for version in versions
        if version.uid in moved_uids
        for key in reminders.catch_up_keys(version, now, audiences)
    }
    plan_diff = reminders.diff_plan(wanted, stored, now, _reason_lookup(edition), catch_up)
    reminder_rows.write_plan_diff(conn, plan_diff, now, created_at=now)


def _reason_lookup(edition: Edition) -> Callable[[ReminderKey], Reason]:
    return lambda key: reminders.invalidation_reason(key, edition.event(key.uid))


def _audiences(conn: Connection) -> list[ReminderAudience]:
    """Returns whom plans are made for: the registry's own leads in its own zone always, and what readers ask for."""
    audiences = (reminders.audience(group.zone, group.leads) for group in reminder_rows.groups(conn))
    return list(dict.fromkeys([ReminderAudience(), *audiences]))


def _planned_edition(conn: Connection) -> int:
    return int(read_meta(conn, MetaKey.PLANNED_EDITION) or 0)


def _planned_to(conn: Connection) -> datetime | None:
    return read_meta_instant(conn, MetaKey.PLANNED_TO)


@lru_cache(maxsize=1)
def _tzdata() -> str:
    return version_of("tzdata")


# changed preferences


@dataclass(frozen=True, slots=True)
class Backfill:
    """Preferences that no plan covers yet: their version, all pairs of (leads, zone), and the reminders to plan."""

    preferences_version: str
    groups: tuple[tuple[str, str], ...]
    wanted: tuple[PlannedReminder, ...]


def find_backfill(conn: Connection, edition: Edition, now: datetime) -> Backfill | None:
    """Plans what readers newly ask for, None if nothing. It may take a while, so it runs before anything is written."""
    preferences_version = reminder_rows.preferences_version(conn)
    planned_to = _planned_to(conn)
    if planned_to is None or preferences_version == (read_meta(conn, MetaKey.PREFERENCES_PLANNED) or ""):
        return None
    requested = {(group.leads, group.zone) for group in reminder_rows.groups(conn)}
    planned = {(leads, zone) for leads, zone in json.loads(read_meta(conn, MetaKey.AUDIENCES) or "[]")}
    audiences = [reminders.audience(zone, leads) for leads, zone in sorted(requested - planned)]
    wanted = reminders.plan(edition.versions, now, planned_to, audiences) if audiences else []
    return Backfill(preferences_version, tuple(sorted(requested)), tuple(wanted))


def apply_backfill(conn: Connection, edition: Edition, backfill: Backfill, now: datetime) -> None:
    """Writes the plans of *backfill*.

    A lead that is past counts as past for whoever asks only now. What was staged and is not due yet is fanned out again.
    """
    write_meta(conn, MetaKey.PREFERENCES_PLANNED, backfill.preferences_version)
    write_meta(conn, MetaKey.AUDIENCES, json.dumps(backfill.groups, ensure_ascii=False))
    reminder_rows.reopen_fan_outs(conn, now)
    if backfill.wanted:
        wanted = {planned_reminder.key: planned_reminder for planned_reminder in backfill.wanted}
        zones, leads = {key.zone for key in wanted}, {key.lead for key in wanted}
        stored = [row for row in reminder_rows.reminders_of(conn, zones, leads, now) if row.key in wanted]
        plan_diff = reminders.diff_plan(wanted.values(), stored, now, _reason_lookup(edition))
        reminder_rows.write_plan_diff(conn, plan_diff, now, created_at=now)
    _queue_missed(conn, edition, now)


def _queue_missed(conn: Connection, edition: Edition, now: datetime) -> None:
    """Queues the reminders that readers who changed their zone since the last pass would get in neither zone."""
    for move in reminder_rows.take_zone_changes(conn):
        old_zone = zone_or_default(move.old_zone)
        for stored in reminder_rows.reminders_due_between(conn, move.group.zone, now - MAX_ZONE_DIFFERENCE, now):
            event = edition.event(stored.key.uid)
            parent_ids = edition.parent_ids(event) if event else ()
            missed = fan_out.find_missed(stored.key, event, move.group, old_zone, now, parent_ids)
            if missed is not None:
                delivery = NewDelivery(
                    message_key=fan_out.reminder_message_key(stored.key),
                    kind=DeliveryKind.REMINDER,
                    subscription=move.subscription,
                    reminder=stored.id,
                    channel=move.channel,
                    address=move.address,
                    due_at=now,
                    expires_at=missed.expires_at,
                )
                inserted = delivery_rows.insert_deliveries(conn, [delivery], now)
                reminder_rows.add_to_delivery_count(conn, stored.id, inserted)


# fan-out


@dataclass(frozen=True, slots=True)
class FanOutResult:
    """Counts what one transaction fanned out: reminders processed, deliveries created and queued again."""

    reminders: int = 0
    created: int = 0
    requeued: int = 0


def fan_out_due(conn: Connection, edition: Edition, now: datetime, groups: Sequence[SubscriptionGroup]) -> FanOutResult:
    """Turns due reminders into deliveries, as many as one short transaction takes; no reminders: all is done.

    A reminder fans out a minute ahead, and again when it is due, for those who confirmed meanwhile. If it goes to more
    subscriptions than a transaction takes, its row keeps how far it came. *groups* is `reminder_rows.groups`, read before
    the transaction since it reads every subscription: who came in between confirmed after the fan-out was due.
    """
    due = reminder_rows.due_fan_outs(conn, now, MAX_REMINDERS_PER_TRANSACTION)
    first_pass, second_pass = [row for row in due if not row.is_second], [row for row in due if row.is_second]
    processed = created = requeued = 0
    if second_pass and not reminder_rows.has_confirmed_since(conn, min(map(_first_pass_at, second_pass))):
        reminder_rows.finish_fan_outs(conn, second_pass)
        processed, second_pass = len(second_pass), []
    remaining = SUBSCRIPTIONS_PER_TRANSACTION
    for row in first_pass + second_pass:
        if remaining <= 0:
            break
        processed += 1
        if ended := fan_out.find_end(row, edition.event(row.key.uid), now):
            reminder_rows.end_fan_out(conn, ended)
            continue
        if row.cursor == REQUEUE_CURSOR:
            requeued_now = delivery_rows.requeue_skipped(conn, row, SUBSCRIPTIONS_PER_TRANSACTION)
            requeued, remaining = requeued + requeued_now, remaining - requeued_now
            if remaining <= 0:
                break  # the next transaction looks whether there are more
        inserted, page_size = _fan_out_page(conn, row, edition, groups, remaining, now)
        created, remaining = created + inserted, remaining - page_size
    return FanOutResult(processed, created, requeued)


def _first_pass_at(row: DueFanOut) -> datetime:
    return row.due - FAN_OUT_LEAD_TIME


def _fan_out_page(
    conn: Connection, row: DueFanOut, edition: Edition, groups: Sequence[SubscriptionGroup], limit: int, now: datetime
) -> tuple[int, int]:
    """Fans one reminder out to the next *limit* subscriptions; returns how many deliveries are new, and the page's size."""
    page = reminder_rows.subscription_page(conn, row.cursor, limit, _first_pass_at(row) if row.is_second else None)
    event = edition.event(row.key.uid)
    inserted = 0
    if page.size and event is not None:
        chosen = fan_out.choose_groups(row, event, groups, edition.calendar.timezone, edition.parent_ids(event))
        if chosen:
            inserted = delivery_rows.insert_for_groups(
                conn,
                row,
                chosen,
                page,
                message_key=fan_out.reminder_message_key(row.key),
                confirmed_until=fan_out.confirmed_until(row),
                only_uninformed=fan_out.is_backfill(row),
                now=now,
            )
    reminder_rows.record_progress(conn, row, page, inserted, now)
    return inserted, page.size


# notices


def queue_notifications(conn: Connection, edition: Edition, now: datetime) -> int:
    """Queues notices of the changes that have settled by *now*, for as many readers as one short transaction takes.

    Those that settle within TOLD_TOGETHER of it go with them: edits that were saved one by one are one message.
    Returns the number of readers gone through; 0: all is done. The store keeps how far it came, and of which changes:
    those that settle meanwhile are told afterwards.
    """
    changes, after_id = notice_rows.resume_point(conn) or (
        notice_rows.settled_changes(conn, now, now + TOLD_TOGETHER),
        0,
    )
    if not changes:
        return 0
    by_occurrence: dict[tuple[str, str], list[SettledChange]] = {}
    for change in changes:
        by_occurrence.setdefault((change.uid, change.recurrence), []).append(change)
    page_size = max(1, min(READERS_PER_TRANSACTION, MAX_READER_CHANGE_PAIRS // len(by_occurrence)))
    readers = notice_rows.notice_recipients(conn, after_id, page_size)
    if readers:
        ids = IdRange(readers[0].id, readers[-1].id)
        changed = [_read_changed(conn, edition, rows, ids) for rows in by_occurrence.values()]
        timezone = edition.calendar.timezone
        planned = notices.plan_notices(changed, readers, now, timezone)
        delivery_rows.insert_deliveries(conn, planned, now)
        notice_rows.record_untold(conn, by_occurrence, ids, planned)
    if len(readers) < page_size:
        notice_rows.finish_changes(conn, changes)
    else:
        notice_rows.record_resume_point(conn, changes, readers[-1].id)
    return len(readers)


def _read_changed(
    conn: Connection, edition: Edition, changes: Sequence[SettledChange], ids: IdRange
) -> ChangedOccurrence:
    first = changes[0]
    event = edition.event(first.uid)
    # of what vanished, the last version says whom it concerned
    last_versions = {} if event else edition_store.last_of(conn, [first.uid])
    events = [event] if event else [version.event for version in last_versions.values()]
    # a series is known by its dates: who was told of one of them is told of the whole
    today = first.recorded_at.date().isoformat()
    last_states, told = notice_rows.last_states(conn, first.uid, first.recurrence, today, ids)
    return ChangedOccurrence(
        changes,
        edition.state(first.uid, first.recurrence),
        events,
        last_states,
        told,
        ZoneInfo(event.timezone if event else edition.calendar.timezone),
        [parent_id for known in events for parent_id in _parent_ids(conn, edition, known)],
    )


def _parent_ids(conn: Connection, edition: Edition, event: Event) -> list[str]:
    """Returns `Edition.parent_ids` of *event*; a parent that vanished with it has them in its last version."""
    ids: list[str] = []
    parent_ids, parent_id = set[str](), event.part_of
    while parent_id and parent_id not in parent_ids:
        parent_ids.add(parent_id)
        parent = edition.find(parent_id) or edition_store.former_versions(conn, [parent_id]).get(parent_id)
        ids += parent.event.followed_ids if parent else [parent_id]
        parent_id = parent.event.part_of if parent else ""
    return ids


# digests


def schedule_digests(conn: Connection, channels: Sequence[DigestChannel], timezone: str, now: datetime) -> None:
    """Schedules the next digest of each of *channels* on the calendar's clock."""
    zone = ZoneInfo(timezone)
    scheduled = [digests.schedule_digest(channel, zone, now) for channel in channels]
    delivery_rows.schedule(conn, scheduled, now)


def build_digests(conn: Connection, now: datetime) -> int:
    """Builds the digests that are due at *now*, as many as one short transaction takes, and returns their number."""
    deferred = delivery_rows.deferred_deliveries(conn, now, MAX_DIGESTS_PER_TRANSACTION)
    new, ended = digests.build_digests(deferred, now)
    inserted = delivery_rows.insert_deliveries(conn, new, now)
    for reason, ids in ended.items():
        delivery_rows.skip(conn, ids, reason, now)
    return inserted
