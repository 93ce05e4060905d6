"""Reads what a reader knows of events and occurrences, and decides what is news to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from .. import occurrences
from ..events import Status
from ..history import ChangeKind, Edition, Version, state_from_json, state_to_json
from ..ledger_rows import ChangeItem, Claim, KnownState, LastNotified
from ..messages import MessageLine
from ..planning.notices import is_asked_for
from ..store import Connection, edition_store
from ..store.ledger import notice_rows


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The states that the reader of a claim knows, by (uid, recurrence); what they were told last comes last.

    *copied* are the states that an earlier copy of the claim has told, if it arrived; *removed_versions* are the last
    versions of events that are in the calendar no more, by UID.
    """

    states: Mapping[tuple[str, str], KnownState]
    copied: Mapping[tuple[str, str], str]
    removed_versions: Mapping[str, Version]

    @property
    def told(self) -> dict[tuple[str, str], str]:
        """The states that a message told."""
        return {key: state.state for key, state in self.states.items() if state.told_by is not None}

    def before(self, change: ChangeItem) -> str | None:
        """Returns the state that *change* counts from."""
        state = self.states.get(change.key)
        return state.state if state else change.old


def read_knowledge(conn: Connection, claim: Claim, edition: Edition, uids: Collection[str]) -> Knowledge:
    """Reads what the reader of *claim* knows of *uids*."""
    states = notice_rows.known_states(conn, claim.subscription, uids)
    sent_at = claim.ambiguous_sent_at
    last_changes = notice_rows.last_changes(conn, uids, sent_at) if sent_at else {}
    copied = {key: state for key, (old, new) in last_changes.items() if (state := new or _cancelled(old))}
    return Knowledge(states, copied, edition_store.last_of(conn, [uid for uid in uids if not edition.version(uid)]))


def message_line(
    edition: Edition, change: ChangeItem, old: str | None, removed_version: Version | None = None
) -> MessageLine:
    """Builds the line of a change from the JSON state *old*."""
    version = edition.version(change.uid)
    return MessageLine(
        title=change.title,
        old=None if old is None else state_from_json(old),
        new=edition.state(change.uid, change.recurrence),
        version=version,
        recurrence=change.recurrence,
        removed_version=removed_version,
        successors=edition.successors(version.event.id) if version else (),
    )


def old_text(line: MessageLine) -> str | None:
    """Returns the old state of *line* as a key of messages: as values, an hour on every wall clock equals one in a zone."""
    return None if line.old is None else state_to_json(line.old)


def is_told_with_series(
    edition: Edition, uid: str, recurrence: str, last_states: Mapping[tuple[str, str], str]
) -> bool:
    """Tells whether a date of a series is as its reader was told of the whole series, after they were told of that date.

    *last_states* come by when they were told. A date that they know as moved or cancelled is told by itself.
    """
    told = [key for key in last_states if key in ((uid, recurrence), (uid, ""))]
    series, event = edition.state(uid, ""), edition.event(uid)
    occurrence = occurrences.find(event, recurrence) if event else None
    if told != [(uid, recurrence), (uid, "")] or series is None or occurrence is None or occurrence.override:
        return False
    known = state_from_json(last_states[uid, recurrence])
    is_on_its_day = known.when.first_day is not None and known.when.first_day.isoformat() == recurrence
    return is_on_its_day and known.status is series.status and last_states[uid, ""] == state_to_json(series)


def is_news(line: MessageLine) -> bool:
    """Tells whether a reader is told of *line*: not of what they know already, nor of an event that is new to them."""
    return line.kind not in (None, ChangeKind.ADDED)


def concerns(claim: Claim, line: MessageLine, change: ChangeItem, known: Knowledge) -> bool:
    """Tells whether the reader of *claim* is told of the news *line*: they were told of the event, or ask for such news of it."""
    if any(uid == change.uid and change.recurrence in ("", recurrence) for uid, recurrence in known.told):
        return True
    version = line.version or line.removed_version
    return line.kind is not None and version is not None and is_asked_for(line.kind, claim.change_kinds, version.event)


def told_elsewhere(claim: Claim, keys: Iterable[tuple[str, str]], known: Knowledge) -> tuple[LastNotified, ...]:
    """Returns what another subscription of the same address told of *keys*: from now on the one of *claim* knows it too."""
    states = ((key, known.states[key]) for key in keys if key in known.states)
    return tuple(
        LastNotified(claim.subscription, *key, state.state)
        for key, state in states
        if state.told_by not in (None, claim.subscription)
    )


def states_after_notice(
    claim: Claim,
    edition: Edition,
    changes: Iterable[ChangeItem],
    known: Knowledge,
    lines: Iterable[MessageLine],
) -> tuple[LastNotified, ...]:
    """Returns the states that a reader knows after a notice of *lines*, those of what continues a series among them.

    An event that was removed counts as cancelled until it returns.
    """
    continuing = [version.uid for line in lines for version in line.continuations]
    last_notified = [
        LastNotified(claim.subscription, uid, "", state_to_json(state))
        for uid in continuing
        if (state := edition.state(uid, ""))
    ]
    for change in changes:
        state = edition.state(*change.key)
        json_state = state_to_json(state) if state else _cancelled(known.before(change))
        if json_state is not None:
            last_notified.append(LastNotified(claim.subscription, *change.key, json_state))
    return tuple(last_notified)


def _cancelled(state: str | None) -> str | None:
    return None if state is None else state_to_json(replace(state_from_json(state), status=Status.CANCELLED))
