"""A message becomes a mail handed to a relay by SMTP.

What the relay says at which step decides (`smtp_reply`); only a message whose last byte left can be ambiguous.
"""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from email.utils import parseaddr
from enum import Enum

from ..errors import SettingsError
from ..messages import Message
from . import rate_limit
from .mime import render_mail
from .relay import SmtpTimeouts, parse_relay_url
from .smtp import SmtpBroken, SmtpConnection, SmtpRefused, TokenSource
from .smtp_reply import RefusalConcern, Step, classify_refusal, refusal_code
from .values import Ambiguous, Outcome, Permanent, Recheck, Retry, Sent, no_recheck

MAX_MAILS_PER_CONNECTION = 100
MAX_IDLE_SECONDS = 20.0  # relays close connections that are idle

RECIPIENTS_WATCHED = 20  # the latest so many
MESSAGES_REMEMBERED = 1000  # that were refused while too little was known
TRIES_UNTIL_PROVEN = 4  # of one message: about 13 minutes of backoff
ENOUGH_REFUSED = 5  # recipients refused alike, and more than half of those watched


@dataclass(frozen=True, slots=True)
class EmailOptions:
    """Options of an `EmailChannel` beside its relay and sender.

    *ehlo_name* is for a URL that names none, *bounces* the envelope sender, where `{id}` is the message's (RFC 5321 4.4).
    """

    ehlo_name: str = ""
    token: TokenSource | None = None
    bounces: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    timeouts: SmtpTimeouts = field(default_factory=SmtpTimeouts)


_PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")


class _ThreadConnection(threading.local):
    """One thread's own connection to the relay."""

    def __init__(self) -> None:
        self.connection: SmtpConnection | None = None


class EmailChannel:
    """One relay and one sender. Each thread has a connection of its own, used again and again."""

    wants_calendar = True

    def __init__(self, url: str, sender: str, options: EmailOptions = EmailOptions()) -> None:
        relay = parse_relay_url(url)
        self._relay = relay if relay.ehlo_name else replace(relay, ehlo_name=options.ehlo_name)
        self._sender, self._options = sender, options
        self.destination = self._relay.name
        self._envelope_sender = parseaddr(sender)[1]
        if not _is_envelope_address(self._envelope_sender):
            raise SettingsError(f"EVENTCAL_MAIL_FROM: not a mail address: {sender!r}")
        if self._relay.mails_per_minute:
            rate_limit.configure(self._relay.name, self._relay.mails_per_minute)
        self._refusals = RefusalWindow()
        self._thread = _ThreadConnection()

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        """Sends one mail over a pooled connection and classifies the relay's answer."""
        # RFC 5322 3.2.3: of atoms alone there is nothing to read
        is_plain = _PLAIN_ADDRESS.fullmatch(message.address)
        recipient = message.address if is_plain else parseaddr(message.address)[1]
        if not _is_envelope_address(recipient):
            return Permanent(f"not a mail address: {message.address!r}", is_address_unknown=True)
        try:
            mail = render_mail(message, self._sender, self._options.headers)
        except ValueError as error:
            return Permanent(f"cannot be written as a mail: {error}")
        try:
            return self._transfer(message, recipient, mail, recheck)
        except SmtpRefused as refusal:
            return self._decide(refusal, message, recipient)
        except SmtpBroken as failure:
            self._close_connection()
            if failure.step is Step.END:
                return Ambiguous(f"{self._relay.name} did not answer after the last byte: {failure.detail}")
            return Retry(f"{self._relay.name}: {failure}", is_destination_down=True)
        except Exception:
            # *recheck* stopped it after DATA: closing before the last byte withdraws the mail (RFC 5321 4.1.1.4)
            self._close_connection()
            raise

    def _transfer(self, message: Message, recipient: str, mail: bytes, recheck: Recheck) -> Sent | Permanent:
        """Hands *mail* over on this thread's connection. Raises SmtpRefused, SmtpBroken, and what *recheck* raises."""
        connection = self._get_connection()
        if not recipient.isascii() and not connection.offers_utf8:
            # the relay's limit: nothing is wrong with the address, so it is no bounce, and the operator is told
            return Permanent(
                f"no SMTPUTF8 (RFC 6531): {self._relay.name} cannot send to an address with non-ASCII letters before the @"
            )
        envelope_sender = self._envelope_sender
        if self._options.bounces and message.bounce_id:
            envelope_sender = self._options.bounces.replace("{id}", message.bounce_id)
        try:
            reply = connection.transfer(envelope_sender, recipient, mail, message.key, recheck)
        except (SmtpRefused, SmtpBroken) as failure:
            if not (connection.mail_count and failure.is_closing and failure.step is Step.MAIL):
                raise
            # a relay takes so many mails on one connection: the next one needs another
            self._close_connection()
            connection = self._get_connection()
            reply = connection.transfer(envelope_sender, recipient, mail, message.key, recheck)
        connection.mail_count, connection.last_used = connection.mail_count + 1, time.monotonic()
        self._refusals.note_accepted(recipient)
        return Sent(reply)

    def _decide(self, refused: SmtpRefused, message: Message, recipient: str) -> Outcome:
        refusal = classify_refusal(refused.step, refused.code, refused.text)
        detail = str(refused)
        if refused.step is Step.LOGIN:
            detail = f"{self._relay.name} refuses the login: {refused.code} {refused.text}"
        elif refused.code == 530 and "auth" in refused.text.lower():  # RFC 4954 6; RFC 3207 4 has the code, too
            detail += f"; {self._relay.name} asks for a login: write user and password into EVENTCAL_SMTP_URL"
        if refused.is_closing or refused.code < 400 or refused.step not in (Step.RCPT, Step.DATA, Step.END):
            self._close_connection()  # closing down, not SMTP, or nothing that another MAIL could begin from
        else:
            self._reset_connection()
        if refusal.is_for_everyone:
            return Retry(detail, is_destination_down=True)
        if refused.code >= 500 and refusal.concern is not RefusalConcern.MESSAGE:
            verdict = self._refusals.judge_refusal(
                recipient,
                message.key,
                f"{refused.step.value} {refusal_code(refused.code, refused.text)}",
                is_counted=message.kind != "confirmation",
            )
            if verdict is Verdict.RELAY:
                return Retry(f"most recipients are refused for the same reason: {detail}", is_destination_down=True)
            if verdict is Verdict.UNPROVEN:
                return Retry(detail)
        return (
            Permanent(detail, is_address_unknown=refusal.concern is RefusalConcern.ADDRESS)
            if refusal.is_final
            else Retry(detail)
        )

    def _get_connection(self) -> SmtpConnection:
        """Returns this thread's connection, ready for MAIL. Raises SmtpRefused, SmtpBroken."""
        connection = self._thread.connection
        if connection is not None:
            if (
                connection.mail_count < MAX_MAILS_PER_CONNECTION
                and time.monotonic() - connection.last_used < MAX_IDLE_SECONDS
            ):
                return connection
            self._close_connection()
        options = self._options
        connection = SmtpConnection(self._relay, options.timeouts, options.token)
        self._thread.connection = connection
        return connection

    def _reset_connection(self) -> None:
        connection = self._thread.connection
        if connection is not None and not connection.reset():
            self._close_connection()

    def _close_connection(self) -> None:
        connection = self._thread.connection
        self._thread.connection = None
        if connection is not None:
            connection.close()


def _is_envelope_address(address: str) -> bool:
    """Tells whether MAIL and RCPT can carry it: no space or control, one domain in ASCII."""
    return bool(re.fullmatch(r"[!-;=?-~\xa1-\U0010ffff]+@[A-Za-z0-9.\[\]:-]+", address))


class Verdict(Enum):
    """The classification of a recipient's refusal."""

    RECIPIENT = "recipient"  # others are accepted: it is about this one
    UNPROVEN = "unproven"  # too little is known yet
    RELAY = "relay"  # most are refused alike


class RefusalWindow:
    """The latest answers of one relay to recipients: most of them refused alike is the relay's trouble. Thread-safe.

    A relay whose user directory is down refuses every mailbox as unknown; one that lost its settings refuses to relay
    at all. Counted in this process only, and never stored.
    """

    def __init__(self) -> None:
        self._latest: OrderedDict[str, str] = OrderedDict()  # address -> "" for accepted, or how it was refused
        self._refusal_counts: OrderedDict[str, int] = OrderedDict()  # by a message's key
        self._lock = threading.Lock()

    def note_accepted(self, address: str) -> None:
        """Notes that the relay accepted *address*."""
        with self._lock:
            self._note(address, "")

    def judge_refusal(self, address: str, key: str, alike: str, *, is_counted: bool = True) -> Verdict:
        """Notes that the message *key* to *address* was refused in the way *alike*, and judges whose trouble that is.

        While few are accepted a refusal is `UNPROVEN`, until the same message was refused `TRIES_UNTIL_PROVEN` times.
        With *is_counted* False the address says nothing about the relay: visitors mistype theirs.
        """
        with self._lock:
            if is_counted:
                self._note(address, alike)
            alike_count = sum(answer == alike for answer in self._latest.values())
            if alike_count >= ENOUGH_REFUSED and 2 * alike_count > len(self._latest):
                return Verdict.RELAY
            accepted_count = sum(not answer for answer in self._latest.values())
            if accepted_count and 2 * accepted_count >= len(self._latest):
                return Verdict.RECIPIENT
            self._refusal_counts[key] = refusal_count = self._refusal_counts.pop(key, 0) + 1
            if len(self._refusal_counts) > MESSAGES_REMEMBERED:
                self._refusal_counts.popitem(last=False)
            return Verdict.RECIPIENT if refusal_count >= TRIES_UNTIL_PROVEN else Verdict.UNPROVEN

    def _note(self, address: str, answer: str) -> None:
        self._latest[address] = answer
        self._latest.move_to_end(address)
        if len(self._latest) > RECIPIENTS_WATCHED:
            self._latest.popitem(last=False)
