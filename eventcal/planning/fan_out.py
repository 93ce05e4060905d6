"""Decides which subscriptions a reminder goes to: once for each group with equal preferences, however many are in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from .. import filters, occurrences
from ..events import Event
from ..leads import lead_text, parse
from ..ledger_rows import DueFanOut, EndedReminder, GroupDelivery, ReminderKey, SubscriptionGroup, message_key
from ..states import Reason, ReminderState
from .digests import defer_until
from .reminders import (
    PAST_TOLERANCE,
    ReminderAudience,
    ScheduledReminder,
    audience,
    invalidation_reason,
    latest_past_reminder,
    schedule,
    zone_bucket,
)


def reminder_message_key(key: ReminderKey) -> str:
    """Returns the key of a reminder's message. The zone is not in it, so that nobody who moves is told twice."""
    return message_key(key.uid, key.recurrence, key.start, key.lead)


def is_backfill(fan_out: DueFanOut) -> bool:
    """Tells whether a reminder was past when it was first planned: then only those get it who were told nothing."""
    return fan_out.due < fan_out.created_at - PAST_TOLERANCE


def confirmed_until(fan_out: DueFanOut) -> datetime:
    """Returns until when a subscription may have been confirmed to get the reminder: later ones ask for what is ahead."""
    return max(fan_out.due + PAST_TOLERANCE, fan_out.created_at)


def find_end(fan_out: DueFanOut, event: Event | None, now: datetime) -> EndedReminder | None:
    """Returns how a reminder ends instead of fanning out, None if it is still wanted. *event* is the newest one."""
    if reason := invalidation_reason(fan_out.key, event):
        return EndedReminder(fan_out.id, ReminderState.SUPERSEDED, reason)
    if fan_out.expires_at <= now:
        return EndedReminder(fan_out.id, ReminderState.SKIPPED, Reason.PAST)
    return None


def choose_groups(
    fan_out: DueFanOut,
    event: Event,
    groups: Sequence[SubscriptionGroup],
    timezone: str,
    parent_ids: Collection[str] = (),
) -> list[GroupDelivery]:
    """Chooses those of *groups* that a reminder of *event* goes to. *timezone* is the calendar's.

    *parent_ids* are the ids of the events that it belongs to.
    """
    occurrence = occurrences.find(event, fan_out.key.recurrence)
    if occurrence is None:
        return []
    lead = parse(fan_out.key.lead)

    @cache  # groups that differ only in their filter have one schedule
    def scheduled_for(leads: str, zone: str) -> ScheduledReminder | None:
        candidates = schedule(event, occurrence.when, audience(zone, leads))
        match = _by_lead(candidates, fan_out.key.lead)
        is_latest = latest_past_reminder(candidates, fan_out.created_at) == match
        return match if is_latest or not is_backfill(fan_out) else None

    chosen = []
    for group in groups:
        if zone_bucket(lead, group.zone) != fan_out.key.zone:
            continue
        scheduled = scheduled_for(group.leads, group.zone)
        if scheduled is None or not filters.keeps_event(group.filter, event, parent_ids):
            continue
        zone = ZoneInfo(group.zone or timezone)
        start = occurrence.when.starts_at(zone)
        digest_at = defer_until(group.digest, zone, scheduled.due, scheduled.expires_at, start)
        chosen.append(GroupDelivery(group, scheduled.expires_at, digest_at))
    return chosen


def find_missed(
    key: ReminderKey,
    event: Event | None,
    group: SubscriptionGroup,
    old_zone: str,
    now: datetime,
    parent_ids: Collection[str] = (),
) -> ScheduledReminder | None:
    """Returns what *key* is to a reader who left *old_zone*, if it was still ahead of them there and is past in the new one.

    Plans know zones and no people: without this, a reader who moves between the two due times gets it in neither zone.
    """
    if event is None or invalidation_reason(key, event) or not filters.keeps_event(group.filter, event, parent_ids):
        return None
    occurrence = occurrences.find(event, key.recurrence)
    if occurrence is None:
        return None
    here = audience(group.zone, group.leads)
    in_new_zone, in_old_zone = (
        _by_lead(schedule(event, occurrence.when, reader), key.lead)
        for reader in (here, ReminderAudience(old_zone, here.leads))
    )
    if in_new_zone is None or in_old_zone is None:
        return None
    return in_new_zone if in_new_zone.due <= now < min(in_new_zone.expires_at, in_old_zone.due) else None


def _by_lead(scheduled: Sequence[ScheduledReminder], lead: str) -> ScheduledReminder | None:
    return next((candidate for candidate in scheduled if lead_text(candidate.lead) == lead), None)
