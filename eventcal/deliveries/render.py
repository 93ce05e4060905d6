"""Renders claims: decides by the newest edition whether a message is of use, and builds it once for all who read alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from .. import filters, messages, occurrences
from ..events import Event, Occurrence
from ..history import Edition, Version, state_to_json
from ..leads import NoticeKind, parse
from ..ledger_rows import ChangeItem, Claim, LastNotified, change_items
from ..messages import Message, MessageContext, MessageLine
from ..planning import digests, reminders
from ..planning.alarms import parse_alarm
from ..planning.reminders import DueReminder, ReminderAudience, Send, Skip
from ..states import PUSH_CHANNEL, DeliveryKind, Reason, SubscriptionState
from ..store import Store, edition_store, instant
from ..store.ledger import delivery_rows, notice_rows
from ..store.ledger.delivery_rows import DigestEntry
from ..todos import parse_todo_list
from .knowledge import (
    Knowledge,
    concerns,
    is_news,
    is_told_with_series,
    message_line,
    old_text,
    read_knowledge,
    states_after_notice,
    told_elsewhere,
)
from .render_context import RenderContext

_MAX_CACHE_ENTRIES = 1_000

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to send, and what its reader was last notified of once it arrives."""

    message: Message
    last_notified: tuple[LastNotified, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate(Skip):
    """Skips what another subscription of the same address brought: its reader knows *last_notified*."""

    last_notified: tuple[LastNotified, ...] = ()


@dataclass(frozen=True, slots=True)
class _RenderJob:
    """A claim to render by *edition* at *now*, with its event attached if *wants_calendar*."""

    claim: Claim
    edition: Edition
    now: datetime
    wants_calendar: bool


class MessageRenderer:
    """Builds messages for the life of a sender. Used by several threads."""

    def __init__(self, store: Store, context: RenderContext) -> None:
        self._store, self._context = store, context
        self._cache: dict[tuple[object, ...], tuple[Message, str]] = {}
        self._build_locks: dict[tuple[object, ...], threading.Lock] = {}
        self._footer_reasons: dict[tuple[object, ...], str] = {}
        self._outdated: dict[tuple[int, str, str], bool] = {}
        self._former_events: dict[tuple[int, str, str, str], tuple[Event, ...]] = {}
        self._notices: dict[tuple[object, ...], Message] = {}

    def render(self, claim: Claim, edition: Edition, now: datetime, wants_calendar: bool = True) -> Rendered | Skip:
        """Renders the message of *claim* at *now*, with its event attached if *wants_calendar*; or returns why not."""
        job = _RenderJob(claim, edition, now, wants_calendar)
        if claim.kind is DeliveryKind.CONFIRMATION:
            return self._render_confirmation(job)
        if claim.subscription_state is not SubscriptionState.ACTIVE:
            return Skip(Reason.UNSUBSCRIBED)
        match claim.kind:
            case DeliveryKind.REMINDER:
                return self._render_reminder(job)
            case DeliveryKind.CHANGE:
                return self._render_change(job)
            case DeliveryKind.DIGEST:
                return self._render_digest(job)
            case DeliveryKind.ALARM | DeliveryKind.TODO:
                return self._render_for_operator(job)
            case kind:
                raise ValueError(f"a delivery of kind {kind!r} cannot be written")

    def _render_reminder(self, job: _RenderJob) -> Rendered | Skip:
        claim, edition = job.claim, job.edition
        assert claim.key is not None
        if edition.belongs_to_any(claim.key.uid, claim.muted_uids):
            return Skip(Reason.MUTED)
        event = edition.event(claim.key.uid)
        due_reminder = DueReminder(claim.key, claim.due_at, claim.expires_at, claim.created_at)
        decision = reminders.verdict(due_reminder, event, _audience_of(claim), job.now)
        if isinstance(decision, Skip):
            return decision
        if event is None or not _keeps(claim, edition, event):
            return Skip(Reason.FILTER)
        correction = self._read_correction(claim, edition)
        message, state = self._render_cached_reminder(job, decision, correction)
        last_notified = (LastNotified(claim.subscription, claim.key.uid, claim.key.recurrence, state),)
        if claim.is_told:
            return Duplicate(Reason.DUPLICATE, last_notified)
        return Rendered(self._context.personalise(message, claim), last_notified)

    def _read_correction(self, claim: Claim, edition: Edition) -> MessageLine | None:
        """Returns what has changed since the last message to the reader of a reminder; None if they know it all.

        Its notice may still wait. The reminder announces the change: without it, a reminder of another date would be
        all that they ever read.
        """
        assert claim.key is not None
        uid, recurrence = claim.key.uid, claim.key.recurrence
        version = edition.version(uid)
        if version is None or version.modified == version.created:
            return None
        if not self._has_outdated_readers(edition, uid, recurrence):
            return None
        with self._store.read() as conn:
            known = read_knowledge(conn, claim, edition, {uid})
        if is_told_with_series(edition, uid, recurrence, known.told):
            return None
        change = ChangeItem(uid, recurrence, "", None)
        line = message_line(edition, change, known.before(change))
        return line if is_news(line) and concerns(claim, line, change, known) else None

    def _has_outdated_readers(self, edition: Edition, uid: str, recurrence: str) -> bool:
        """Tells whether any reader was last told another state of an occurrence than this edition's, asked once of each."""

        def find() -> bool:
            state = edition.state(uid, recurrence)
            with self._store.read() as conn:
                return state is None or notice_rows.has_outdated_readers(conn, uid, recurrence, state_to_json(state))

        return _get_or_build(self._outdated, (edition.number, uid, recurrence), find)

    def _render_cached_reminder(
        self, job: _RenderJob, decision: Send, correction: MessageLine | None
    ) -> tuple[Message, str]:
        """Returns the message without its recipient, and the state that it tells: the same for all of a language and a zone."""
        claim = job.claim
        footer_reason = self._footer_reason(claim, job.edition)
        cache_key = (
            claim.reminder,
            claim.language,
            claim.zone,
            decision.is_late,
            job.edition.number,
            footer_reason,
            job.wants_calendar,
            old_text(correction) if correction else None,
            job.now,  # a whole second: distances ("in 60 minutes") count from it
        )
        # for each message a lock of its own: messages of other events need not wait until this one is built
        with self._build_locks.setdefault(cache_key, threading.Lock()):
            cached = self._cache.get(cache_key)
            if cached is None:
                cached = self._build_reminder(job, decision, footer_reason, correction)
                if len(self._cache) >= _MAX_CACHE_ENTRIES:
                    self._cache.clear()
                    self._build_locks.clear()
                self._cache[cache_key] = cached
        return cached

    def _footer_reason(self, claim: Claim, edition: Edition) -> str:
        """Returns the sentence that says why a person who signed up gets it; "" for configured recipients."""
        if not self._context.has_signed_links(claim):
            return ""
        language = claim.language or edition.calendar.language

        def write() -> str:
            query = filters.parse_query(claim.filter, strict=False, allowed=filters.REMINDER_PARAMETERS)
            title_of = partial(_event_title, edition, language=language)
            return messages.footer_reason(query, title_of, edition.calendar, language, has_others=claim.has_siblings)

        cache_key = (claim.filter, language, claim.has_siblings, edition.number)
        return _get_or_build(self._footer_reasons, cache_key, write)

    def _message_context(self, job: _RenderJob, footer_reason: str = "") -> MessageContext:
        claim, base_url = job.claim, self._context.base_url
        return MessageContext(job.edition.calendar, job.now, claim.language, claim.zone, base_url, footer_reason)

    def _build_reminder(
        self, job: _RenderJob, decision: Send, footer_reason: str, correction: MessageLine | None
    ) -> tuple[Message, str]:
        claim, edition = job.claim, job.edition
        assert claim.key is not None
        uid, recurrence = claim.key.uid, claim.key.recurrence
        version, state, lead = edition.version(uid), edition.state(uid, recurrence), parse(claim.key.lead)
        assert version is not None
        occurrence = occurrences.find(version.event, recurrence)
        assert occurrence is not None
        assert state is not None
        assert not isinstance(lead, NoticeKind)
        message = messages.reminder_message(
            self._message_context(job, footer_reason),
            occurrence,
            version,
            lead,
            due_at=claim.due_at,
            is_late=decision.is_late,
            ics=self._context.build_ics(version, claim.language) if job.wants_calendar else b"",
            correction=correction,
        )
        return message, state_to_json(state)

    def _render_confirmation(self, job: _RenderJob) -> Rendered | Skip:
        claim = job.claim
        if claim.subscription_state is SubscriptionState.OFF:
            return Skip(Reason.UNSUBSCRIBED)
        if job.now >= claim.expires_at:
            return Skip(Reason.PAST)
        if not self._context.has_signed_links(claim):
            return Skip(Reason.SIGN_UP_OFF)
        context = self._message_context(job)
        query = filters.parse_query(claim.filter, strict=False, allowed=filters.REMINDER_PARAMETERS)
        title_of = partial(_event_title, job.edition, language=context.language)
        if claim.channel == PUSH_CHANNEL:
            message = messages.device_confirmation_message(context, query, title_of)
        elif claim.subscription_state is SubscriptionState.PENDING:
            message = messages.confirmation_message(context, query, title_of, link_expires_at=claim.expires_at)
        else:
            message = messages.already_subscribed_message(context, query, title_of)
        return Rendered(self._context.personalise(message, claim))

    def _render_digest(self, job: _RenderJob) -> Rendered | Skip:
        """Renders those entries of a digest that are still of use, each occurrence once: a change says more than a reminder."""
        claim, edition = job.claim, job.edition
        items, changes = self._read_digest(claim, edition)
        upcoming = {
            (item.key.uid, item.key.recurrence): occurrence
            for item in items
            if item.key is not None and (occurrence := _remindable_occurrence(job, item)) is not None
        }
        for item in items:
            if item.kind is DeliveryKind.DIGEST:
                upcoming |= _agenda(job, item)
        with self._store.read() as conn:
            known = read_knowledge(conn, claim, edition, {uid for uid, _ in (*changes, *upcoming)})
        # also what is to be announced only after the digest: whoever reads the new date here reads what it was
        told = {key: state for key, state in known.told.items() if key not in changes}
        told |= {key: state_to_json(state) for key in changes if (state := edition.state(*key))}
        news = [key for key in upcoming if not is_told_with_series(edition, *key, told)]
        changes = {key: ChangeItem(*key, "", None) for key in news} | changes
        lines = self._news(claim, edition, changes.values(), known)
        reminded = {key: occurrence for key, occurrence in upcoming.items() if key not in lines}
        if not lines and not reminded:
            return Duplicate(Reason.EMPTY, told_elsewhere(claim, changes, known))
        message = messages.digest_message(
            self._message_context(job, self._footer_reason(claim, edition)),
            list(lines.values()),
            list(reminded.values()),
            {version.event.id: version for uid, _ in reminded if (version := edition.version(uid))},
        )
        told_changes = [change for key, change in changes.items() if key in lines or key in reminded]
        return Rendered(
            self._context.personalise(message, claim),
            states_after_notice(claim, edition, told_changes, known, lines.values()),
        )

    def _read_digest(
        self, claim: Claim, edition: Edition
    ) -> tuple[list[DigestEntry], dict[tuple[str, str], ChangeItem]]:
        """Returns a digest's entries, and the first change of each occurrence, which says what was so before them all."""
        with self._store.read() as conn:
            items = [
                item
                for item in delivery_rows.digest_entries(conn, claim.payload)
                if item.key is None or not edition.belongs_to_any(item.key.uid, claim.muted_uids)
            ]
        changes = {
            (change.uid, change.recurrence): change
            for item in reversed(items)
            if item.kind is DeliveryKind.CHANGE
            for change in change_items(item.payload)
            if not edition.belongs_to_any(change.uid, claim.muted_uids)
        }
        return items, changes

    def _render_for_operator(self, job: _RenderJob) -> Rendered | Skip:
        claim = job.claim
        if job.now >= claim.expires_at:
            return Skip(Reason.PAST)
        context = self._message_context(job)
        if claim.kind is DeliveryKind.TODO:
            message = messages.todo_message(context, parse_todo_list(claim.payload))
        else:
            alarm = parse_alarm(claim.payload)
            message = messages.alarm_message(context, alarm.name, alarm.detail, alarm.since, alarm.is_over)
        return Rendered(messages.address_message(message, claim.public_id, claim.address))

    def _build_attachments(self, lines: Sequence[MessageLine], language: str) -> tuple[bytes, ...]:
        """Builds the calendar file of each event that *lines* tell of and that is still in the calendar."""
        told = (version for line in lines for version in (line.version, *line.continuations))
        versions = {version.uid: version for version in told if version}
        return tuple(self._context.build_ics(version, language) for version in versions.values())

    def _render_change(self, job: _RenderJob) -> Rendered | Skip:
        claim, edition = job.claim, job.edition
        if job.now >= claim.expires_at:
            return Skip(Reason.PAST)
        changes = [
            change for change in change_items(claim.payload) if not edition.belongs_to_any(change.uid, claim.muted_uids)
        ]
        if not changes:
            return Skip(Reason.MUTED)
        uids = {change.uid for change in changes}
        with self._store.read() as conn:
            known = read_knowledge(conn, claim, edition, uids)
            references = notice_rows.latest_reminder_id(conn, claim.subscription, uids)
        lines = self._news(claim, edition, changes, known)
        if not lines:
            return Duplicate(Reason.SAME, told_elsewhere(claim, (change.key for change in changes), known))
        footer_reason = self._footer_reason(claim, edition)

        def write() -> Message:
            news = list(lines.values())
            ics = self._build_attachments(news, claim.language) if job.wants_calendar else ()
            return messages.change_message(self._message_context(job, footer_reason), news, ics=ics)

        told = tuple((key, line.title, old_text(line)) for key, line in lines.items())
        reader = (claim.language, claim.zone, footer_reason, job.wants_calendar)
        message = _get_or_build(self._notices, (edition.number, told, *reader, job.now), write)
        told_changes = [change for change in changes if change.key in lines]
        return Rendered(
            self._context.personalise(replace(message, references=references), claim),
            states_after_notice(claim, edition, told_changes, known, lines.values()),
        )

    def _news(
        self, claim: Claim, edition: Edition, changes: Iterable[ChangeItem], known: Knowledge
    ) -> dict[tuple[str, str], MessageLine]:
        """Returns a line for each of *changes* that is news to the reader of *claim*, by (uid, recurrence).

        Where an earlier copy may have arrived, that is also what is no longer as it was told there.
        """
        lines = {}
        for change in changes:
            key, removed_version = change.key, known.removed_versions.get(change.uid)
            line = self._changed_line(edition, change, known.before(change), removed_version)
            if not is_news(line) or not concerns(claim, line, change, known):
                line = self._changed_line(edition, change, known.copied.get(key), removed_version)
            if is_news(line):
                lines[key] = line
        return lines

    def _changed_line(
        self, edition: Edition, change: ChangeItem, old: str | None, removed_version: Version | None
    ) -> MessageLine:
        """Builds the line of a change from *old*, with the event as it was then: read once for all who were told the same."""
        line = message_line(edition, change, old, removed_version)
        if line.version is None or old is None:
            return line

        def find() -> tuple[Event, ...]:
            with self._store.read() as conn:
                former = edition_store.version_before(conn, change.uid, change.recurrence, old)
            return (former.event,) if former else ()

        cache_key = (edition.number, change.uid, change.recurrence, old)
        former = _get_or_build(self._former_events, cache_key, find)
        return replace(line, former=former[0] if former else None)


def _get_or_build(cache: dict[_Key, _Value], key: _Key, build: Callable[[], _Value]) -> _Value:
    """Returns the cached value of *key*, built where there is none; a full cache begins anew."""
    value = cache.get(key)
    if value is None:
        value = build()
        if len(cache) >= _MAX_CACHE_ENTRIES:
            cache.clear()
        cache[key] = value
    return value


def _remindable_occurrence(job: _RenderJob, item: DigestEntry) -> Occurrence | None:
    """Returns the occurrence of a digest's entry, None when its reminder is of no use any more."""
    assert item.key is not None
    event = job.edition.event(item.key.uid)
    due_reminder = DueReminder(item.key, item.due, item.until, item.created_at)
    decision = reminders.verdict(due_reminder, event, _audience_of(job.claim), job.now)
    if isinstance(decision, Skip) or event is None or not _keeps(job.claim, job.edition, event):
        return None
    return occurrences.find(event, item.key.recurrence)


def _agenda(job: _RenderJob, item: DigestEntry) -> dict[tuple[str, str], Occurrence]:
    """Returns what begins until the next digest of a channel, by uid and recurrence."""
    edition = job.edition
    uids = {version.event.id: version.uid for version in edition.versions if _keeps(job.claim, edition, version.event)}
    events = [event for event in edition.events if event.id in uids]
    zone = edition.calendar.zone
    listed = digests.find_agenda(events, item.due, instant(int(item.payload)), zone, job.now)
    return {(uids[occurrence.event.id], occurrence.recurrence): occurrence for occurrence in listed}


def _keeps(claim: Claim, edition: Edition, event: Event) -> bool:
    return filters.keeps_event(claim.filter, event, edition.parent_ids(event))


def _audience_of(claim: Claim) -> ReminderAudience:
    return reminders.audience(claim.zone, claim.leads)


def _event_title(edition: Edition, event_id: str, language: str) -> str:
    """Returns the title of what readers of *event_id* go on with; "" where there is none."""
    version = edition.find_followed(event_id)
    return occurrences.title_without_number(version.event, language) if version else ""
