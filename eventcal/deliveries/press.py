"""A claim that is worth saying becomes a message: decided and built by the newest edition, once for all who read alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .. import messages, occurrences, reminders
from ..history import Kind, State, Version, state_from_json, state_to_json
from ..leads import Notice, parse
from ..messages import Line, Message
from ..reminders import Book, Send, Skip, Speech
from ..store import Store, ledger
from ..store.ledger import Claim, Told

_FRESH = timedelta(seconds=1)  # distances are counted when it is sent

Ics = Callable[[Version], bytes]


@dataclass(frozen=True, slots=True)
class Printed:
    """A message on its way: what its reader knows of what, once it has arrived, and whether it is late."""

    message: Message
    told: tuple[Told, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """How messages are made here: *base_url* "" writes no link to our pages, *ics* draws an event to attach."""

    base_url: str = ""
    ics: Ics = lambda version: b""


class Writer:
    """Builds the messages of one pass. Used by several threads."""

    def __init__(self, store: Store, press: Press) -> None:
        self._store, self._press = store, press
        self._kept: dict[tuple[object, ...], tuple[datetime, Message, str]] = {}
        self._turn = threading.Lock()

    def write(self, claim: Claim, book: Book, now: datetime) -> Printed | Skip:
        """The message of *claim* as it is to be said at *now*, or why there is none."""
        if not claim.active:
            return Skip("unsubscribed")
        match claim.kind:
            case "reminder":
                return self._reminder(claim, book, now)
            case "change":
                return self._change(claim, book, now)
            case "alarm":
                return self._alarm(claim, book, now)
            case kind:
                raise ValueError(f"a delivery of kind {kind!r} cannot be written")

    def _reminder(self, claim: Claim, book: Book, now: datetime) -> Printed | Skip:
        assert claim.key is not None
        event = book.event(claim.key.uid)
        speech = Speech(claim.key, claim.due, claim.until, claim.stored_at)
        found = reminders.verdict(speech, event, claim.reader, now)
        if isinstance(found, Skip):
            return found
        if event is None or not ledger.keeps(claim.filter, event):
            return Skip("filter")
        message, state = self._reminder_for(claim, book, now, found)
        told = (
            (Told(claim.subscription, claim.key.uid, claim.key.recurrence, state),)
            if claim.subscription is not None
            else ()
        )
        return Printed(messages.addressed(message, claim.id_outside, claim.address), told, found.late)

    def _reminder_for(self, claim: Claim, book: Book, now: datetime, found: Send) -> tuple[Message, str]:
        """The message without its recipient, and what it tells: the same for all of a language and a zone."""
        which = (claim.reminder, claim.language, claim.reader.zone, found.late, book.edition.number)
        with self._turn:
            kept = self._kept.get(which)
            if kept is None or abs(now - kept[0]) >= _FRESH:
                if len(self._kept) > 1000:
                    self._kept.clear()
                kept = self._kept[which] = (now, *self._built(claim, book, now, found))
        return kept[1:]

    def _built(self, claim: Claim, book: Book, now: datetime, found: Send) -> tuple[Message, str]:
        key = claim.key
        version = book.version(key.uid) if key else None
        occurrence = occurrences.find(version.event, key.recurrence) if version and key else None
        state = ledger.present(book, key.uid, key.recurrence) if key else None
        assert key is not None
        assert version is not None
        assert occurrence is not None
        assert state is not None
        lead = parse(key.lead)
        assert not isinstance(lead, Notice)
        message = messages.reminder_message(
            occurrence,
            version,
            book.edition.calendar,
            lead,
            now,
            due=claim.due,
            late=found.late,
            language=claim.language,
            zone=claim.reader.zone,
            base_url=self._press.base_url,
            ics=self._press.ics(version),
        )
        return message, state_to_json(state)

    def _alarm(self, claim: Claim, book: Book, now: datetime) -> Printed | Skip:
        if now >= claim.until:
            return Skip("past")
        found = ledger.alarm_of(claim.lines)
        calendar = book.edition.calendar
        message = messages.alarm_message(
            found.name, found.detail, found.since, found.over, calendar, now, language=claim.language
        )
        return Printed(messages.addressed(message, claim.id_outside, claim.address))

    def _change(self, claim: Claim, book: Book, now: datetime) -> Printed | Skip:
        if now >= claim.until:
            return Skip("past")
        noted = ledger.noted_of(claim.lines)
        heard: dict[tuple[str, str], str] = {}
        if claim.subscription is not None:
            with self._store.read() as conn:
                heard = ledger.last_told(conn, claim.subscription, {each.uid for each in noted})
        lines = [_line(book, each, heard.get((each.uid, each.recurrence))) for each in noted]
        lines = [each for each in lines if each.kind not in (None, Kind.ADDED)]
        if not lines:
            return Skip("same")
        only = lines[0].version if len(lines) == 1 else None
        message = messages.change_message(
            lines,
            book.edition.calendar,
            now,
            language=claim.language,
            zone=claim.reader.zone,
            base_url=self._press.base_url,
            ics=self._press.ics(only) if only else b"",
        )
        told = [
            Told(claim.subscription, each.uid, each.recurrence, state_to_json(state))
            for each in noted
            if claim.subscription is not None and (state := _known_after(book, each.uid, each.recurrence)) is not None
        ]
        return Printed(messages.addressed(message, claim.id_outside, claim.address), tuple(told))


def _line(book: Book, noted: ledger.Noted, heard: str | None) -> Line:
    """What is to be told now: from what the reader last heard, else from what was so before."""
    old = heard or noted.old
    return Line(
        title=noted.title,
        old=None if old is None else state_from_json(old),
        new=ledger.present(book, noted.uid, noted.recurrence),
        version=book.version(noted.uid),
        recurrence=noted.recurrence,
    )


def _known_after(book: Book, uid: str, recurrence: str) -> State | None:
    return ledger.present(book, uid, recurrence)
