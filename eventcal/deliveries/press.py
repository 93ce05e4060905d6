"""A claim that is worth saying becomes a message: decided and built by the newest edition, once for all who read alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .. import filters, links, messages, occurrences, reminders, tokens
from ..events import Occurrence, Status
from ..history import Kind, State, Version, state_from_json, state_to_json
from ..leads import Notice, parse
from ..messages import Line, Message
from ..reminders import Book, Send, Skip, Speech
from ..store import Store, ledger
from ..store import editions as recorded
from ..store.ledger import Claim, Told, gathering
from ..store.ledger.gathering import Item
from ..tokens import Purpose, Ticket

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
    """How messages are made here: *base_url* "" writes no link to our pages, *ics* draws an event to attach.

    *keys* sign the links of those who signed up; without any, or without *base_url*, they get none.
    """

    base_url: str = ""
    ics: Ics = lambda version: b""
    keys: tuple[str, ...] = field(default=(), repr=False)

    def addressed(self, message: Message, claim: Claim) -> Message:
        """*message* for the recipient of *claim*, with the links that are theirs alone."""
        if not self.signs(claim) or claim.subscription is None:
            return messages.addressed(message, claim.id_outside, claim.address)
        way_out = self._link("unsubscribe", Purpose.UNSUBSCRIBE, Ticket(claim.subscription, claim.version))
        fills = [
            (messages.UNSUBSCRIBE, way_out),
            (
                messages.PREFERENCES,
                self._link("preferences", Purpose.PREFERENCES, Ticket(claim.subscription, claim.version)),
            ),
        ]
        if claim.kind == "confirmation":
            ticket = Ticket(claim.subscription, claim.version, claim.until)
            fills.append((messages.CONFIRM, self._link("confirm", Purpose.CONFIRM, ticket)))
        # RFC 8058: the reader's own program can end it, with one POST and no question
        headers = (("List-Unsubscribe", f"<{way_out}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        return messages.addressed(message, claim.id_outside, claim.address, headers, tuple(fills))

    def signs(self, claim: Claim) -> bool:
        """Whether *claim* is of somebody who signed up, and can be given links."""
        return claim.origin == "people" and bool(self.base_url and self.keys)

    def _link(self, path: str, purpose: Purpose, ticket: Ticket) -> str:
        return links.at(self.base_url, f"/{path}/{tokens.sign(self.keys, purpose, ticket)}")


class Writer:
    """Builds the messages of one pass. Used by several threads."""

    def __init__(self, store: Store, press: Press) -> None:
        self._store, self._press = store, press
        self._kept: dict[tuple[object, ...], tuple[datetime, Message, str]] = {}
        self._reasons: dict[tuple[str, str, int], str] = {}
        self._turn = threading.Lock()

    def write(self, claim: Claim, book: Book, now: datetime, attaches: bool = True) -> Printed | Skip:
        """The message of *claim* as it is to be said at *now*, with its event as a calendar where its channel *attaches*
        one; or why there is none.
        """
        if claim.kind == "confirmation":
            return self._confirmation(claim, book, now)
        if not claim.active:
            return Skip("unsubscribed")
        match claim.kind:
            case "reminder":
                return self._reminder(claim, book, now, attaches)
            case "change":
                return self._change(claim, book, now, attaches)
            case "digest":
                return self._digest(claim, book, now)
            case "alarm":
                return self._alarm(claim, book, now)
            case kind:
                raise ValueError(f"a delivery of kind {kind!r} cannot be written")

    def _reminder(self, claim: Claim, book: Book, now: datetime, attaches: bool) -> Printed | Skip:
        assert claim.key is not None
        event = book.event(claim.key.uid)
        speech = Speech(claim.key, claim.due, claim.until, claim.stored_at)
        found = reminders.verdict(speech, event, claim.reader, now)
        if isinstance(found, Skip):
            return found
        if event is None or not ledger.keeps(claim.filter, event):
            return Skip("filter")
        message, state = self._reminder_for(claim, book, now, found, attaches)
        told = (
            (Told(claim.subscription, claim.key.uid, claim.key.recurrence, state),)
            if claim.subscription is not None
            else ()
        )
        return Printed(self._press.addressed(message, claim), told, found.late)

    def _reminder_for(
        self, claim: Claim, book: Book, now: datetime, found: Send, attaches: bool
    ) -> tuple[Message, str]:
        """The message without its recipient, and what it tells: the same for all of a language and a zone."""
        why = self._why(claim, book)
        which = (claim.reminder, claim.language, claim.reader.zone, found.late, book.edition.number, why, attaches)
        with self._turn:
            kept = self._kept.get(which)
            if kept is None or abs(now - kept[0]) >= _FRESH:
                if len(self._kept) > 1000:
                    self._kept.clear()
                kept = self._kept[which] = (now, *self._built(claim, book, now, found, why, attaches))
        return kept[1:]

    def _why(self, claim: Claim, book: Book) -> str:
        """Why somebody who signed up gets it; "" for whoever did not."""
        if not self._press.signs(claim):
            return ""
        language = claim.language or book.edition.calendar.language
        which = (claim.filter, language, book.edition.number)
        if which not in self._reasons:
            query = filters.parse_query(claim.filter, strict=False, names=filters.ASKED_BY)
            self._reasons[which] = messages.why_words(query, lambda id: _title(book, id, language), language)
        return self._reasons[which]

    def _built(
        self, claim: Claim, book: Book, now: datetime, found: Send, why: str, attaches: bool
    ) -> tuple[Message, str]:
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
            ics=self._press.ics(version) if attaches else b"",
            why=why,
        )
        return message, state_to_json(state)

    def _confirmation(self, claim: Claim, book: Book, now: datetime) -> Printed | Skip:
        if claim.standing == "off":
            return Skip("unsubscribed")
        if now >= claim.until:
            return Skip("past")
        if not self._press.signs(claim):
            return Skip("sign-up is off")
        calendar, language = book.edition.calendar, claim.language or book.edition.calendar.language
        query = filters.parse_query(claim.filter, strict=False, names=filters.ASKED_BY)
        title, zone = _title(book, query.event, language), claim.reader.zone
        if claim.standing == "pending":
            message = messages.confirmation_message(
                calendar, query, title, now, until=claim.until, language=language, zone=zone
            )
        else:
            message = messages.already_message(calendar, query, title, now, language=language, zone=zone)
        return Printed(self._press.addressed(message, claim))

    def _digest(self, claim: Claim, book: Book, now: datetime) -> Printed | Skip:
        """What of its items is still worth saying, each occurrence once: a change says more than a reminder."""
        assert claim.subscription is not None
        with self._store.read() as conn:
            items = gathering.items(conn, claim.lines)
            noted = {
                (n.uid, n.recurrence): n for each in reversed(items) if each.lines for n in ledger.noted_of(each.lines)
            }
            heard = ledger.last_told(conn, claim.subscription, {uid for uid, _ in noted})
        lines = {key: _line(book, each, heard.get(key)) for key, each in noted.items()}
        lines = {key: each for key, each in lines.items() if each.kind not in (None, Kind.ADDED)}
        reminded: dict[tuple[str, str], Occurrence] = {}
        for each in items:
            if each.key is not None and (found := self._still(claim, each, book, now)) is not None:
                reminded[each.key.uid, each.key.recurrence] = found
        reminded = {key: each for key, each in reminded.items() if key not in lines}
        if not lines and not reminded:
            return Skip("empty")
        message = messages.digest_message(
            list(lines.values()),
            list(reminded.values()),
            book.edition.calendar,
            now,
            language=claim.language,
            zone=claim.reader.zone,
            base_url=self._press.base_url,
            why=self._why(claim, book),
        )
        known = {key: _known_after(book, each, heard.get(key)) for key, each in noted.items()}
        known |= {key: ledger.present(book, *key) for key in reminded}
        told = [
            Told(claim.subscription, *key, state_to_json(state)) for key, state in known.items() if state is not None
        ]
        return Printed(self._press.addressed(message, claim), tuple(told))

    def _still(self, claim: Claim, item: Item, book: Book, now: datetime) -> Occurrence | None:
        """The occurrence that a digest's item speaks of, when it is still to be said."""
        assert item.key is not None
        event = book.event(item.key.uid)
        found = reminders.verdict(Speech(item.key, item.due, item.until, item.stored_at), event, claim.reader, now)
        if isinstance(found, Skip) or event is None or not ledger.keeps(claim.filter, event):
            return None
        return occurrences.find(event, item.key.recurrence)

    def _alarm(self, claim: Claim, book: Book, now: datetime) -> Printed | Skip:
        if now >= claim.until:
            return Skip("past")
        found = ledger.alarm_of(claim.lines)
        calendar = book.edition.calendar
        message = messages.alarm_message(
            found.name, found.detail, found.since, found.over, calendar, now, language=claim.language
        )
        return Printed(messages.addressed(message, claim.id_outside, claim.address))

    def _change(self, claim: Claim, book: Book, now: datetime, attaches: bool) -> Printed | Skip:
        if now >= claim.until:
            return Skip("past")
        noted = ledger.noted_of(claim.lines)
        heard: dict[tuple[str, str], str] = {}
        with self._store.read() as conn:
            if claim.subscription is not None:
                heard = ledger.last_told(conn, claim.subscription, {each.uid for each in noted})
            gone = recorded.last_of(conn, [each.uid for each in noted if book.version(each.uid) is None])
        lines = [_line(book, each, heard.get((each.uid, each.recurrence)), gone.get(each.uid)) for each in noted]
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
            ics=self._press.ics(only) if only and attaches else b"",
            why=self._why(claim, book),
        )
        told = [
            Told(claim.subscription, each.uid, each.recurrence, state_to_json(state))
            for each in noted
            if claim.subscription is not None
            and (state := _known_after(book, each, heard.get((each.uid, each.recurrence)))) is not None
        ]
        return Printed(self._press.addressed(message, claim), tuple(told))


def _title(book: Book, event_id: str, language: str) -> str:
    """An event's title by its id, also by one that it had before; "" where there is none."""
    for version in book.edition.versions if event_id else ():
        if event_id in (version.event.id, *version.event.formerly):
            return version.event.title.say(language)
    return ""


def _line(book: Book, noted: ledger.Noted, heard: str | None, gone: Version | None = None) -> Line:
    """What is to be told now: from what the reader last heard, else from what was so before; *gone*, what left."""
    old = heard or noted.old
    return Line(
        title=noted.title,
        old=None if old is None else state_from_json(old),
        new=ledger.present(book, noted.uid, noted.recurrence),
        version=book.version(noted.uid),
        recurrence=noted.recurrence,
        gone=gone,
    )


def _known_after(book: Book, noted: ledger.Noted, heard: str | None) -> State | None:
    """What a reader knows once told: where it stands; of what left the calendar, that it is off, until it comes back."""
    state, old = ledger.present(book, noted.uid, noted.recurrence), heard or noted.old
    return state or (None if old is None else replace(state_from_json(old), status=Status.CANCELLED))
