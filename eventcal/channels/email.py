"""A message becomes a mail handed to a relay by SMTP. The only room that knows smtplib.

What was said at which step decides what comes of it: only a message whose last byte left can be ambiguous.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

from ..errors import SettingsError
from ..messages import Message
from . import Ambiguous, Outcome, Permanent, Retry, Sent, rate_limit
from .mime import render_mail

SMTP_TIMEOUT_SECONDS = 10.0
MAX_MAILS_PER_CONNECTION = 100  # messages over one connection
MAX_IDLE_SECONDS = 20.0  # relays let go of whoever says nothing

_SMTP_URL_ADVICE = (
    "smtp://user:password@host:587, smtps://host:465, or smtp://127.0.0.1:1025?starttls=never for a local relay; "
    "?rate=600 for one that takes 600 mails a minute"
)


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """Where mail is handed over; *rate* is how many it takes a minute, 0: as many as there are."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"  # starttls | always | never
    mails_per_minute: int = 0

    @property
    def name(self) -> str:
        return f"smtp://{self.host}:{self.port}"


def parse_relay_url(url: str) -> RelaySettings:
    """The relay that EVENTCAL_SMTP_URL names. Raises SettingsError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError(f"EVENTCAL_SMTP_URL: write {_SMTP_URL_ADVICE}") from None
    options = parse_qs(parts.query)
    starttls, rate = options.pop("starttls", ["required"]), options.pop("rate", ["0"])[-1]
    if (
        parts.scheme not in ("smtp", "smtps")
        or not parts.hostname
        or options
        or starttls not in (["required"], ["never"])
        or not re.fullmatch("[0-9]{1,6}", rate)
    ):
        raise SettingsError(f"EVENTCAL_SMTP_URL: write {_SMTP_URL_ADVICE}")
    tls = "always" if parts.scheme == "smtps" else "never" if starttls == ["never"] else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return RelaySettings(parts.hostname, port or (465 if tls == "always" else 587), user, password, tls, int(rate))


class EmailChannel:
    """One relay and one sender. Each thread has a connection of its own, used again and again."""

    wants_calendar = True

    def __init__(
        self, url: str, sender: str, *, ssl_context: ssl.SSLContext | None = None, timeout: float = SMTP_TIMEOUT_SECONDS
    ) -> None:
        self._relay, self._sender, self._timeout = parse_relay_url(url), sender, timeout
        self.destination = self._relay.name
        self._envelope_sender = parseaddr(sender)[1]
        if not _is_envelope_address(self._envelope_sender):
            raise SettingsError(f"EVENTCAL_MAIL_FROM: not a mail address: {sender!r}")
        if self._relay.mails_per_minute:
            rate_limit.configure(self._relay.name, self._relay.mails_per_minute)
        self._ssl_context = ssl_context
        self._thread_local = threading.local()

    def send(self, message: Message) -> Outcome:
        recipient = parseaddr(message.address)[1]
        if not _is_envelope_address(recipient):
            return Permanent(f"not a mail address: {message.address!r}", address_unknown=True)
        try:
            mail = render_mail(message, self._sender)
        except ValueError as error:
            return Permanent(f"cannot be written as a mail: {error}")
        try:
            connection = self._get_connection()
        except _RelayUnavailable as error:
            return Retry(str(error), destination_down=True)
        return self._transfer(connection, recipient, mail)

    def _transfer(self, connection: _SmtpConnection, recipient: str, mail: bytes) -> Outcome:
        smtp = connection.smtp
        try:
            for command, (code, reply) in (
                ("MAIL", smtp.mail(self._envelope_sender)),
                ("RCPT", smtp.rcpt(recipient)),
                ("DATA", smtp.docmd("DATA")),
            ):
                if code not in (250, 251, 354):
                    return self._classify_refusal(command, code, reply)
            smtp.send(_dot_stuff(mail))
        except (OSError, smtplib.SMTPException) as error:
            # before the last byte: the relay has nothing that it could deliver
            self._close_connection()
            return Retry(f"{self._relay.name} broke off: {_format_error(error)}", destination_down=True)
        try:
            code, reply = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._close_connection()
            return Ambiguous(f"{self._relay.name} did not answer after the last byte: {_format_error(error)}")
        connection.mail_count, connection.last_used = connection.mail_count + 1, time.monotonic()
        if code == 250:
            return Sent(_format_reply(code, reply))
        return self._classify_refusal("DATA", code, reply)

    def _classify_refusal(self, command: str, code: int, reply: bytes) -> Outcome:
        detail = f"{command}: {_format_reply(code, reply)}"
        if code == 421 or code < 400:  # closing down, or not SMTP
            self._close_connection()
            return Retry(detail, destination_down=True)
        if code < 500:
            # 452 and 450 after RCPT speak of this recipient; before it, of whoever comes
            return Retry(detail, destination_down=command == "MAIL")
        return Permanent(detail, address_unknown=command == "RCPT" and code in (550, 551, 553))

    def _get_connection(self) -> _SmtpConnection:
        """This thread's connection, ready for MAIL. Raises _Refusal."""
        connection: _SmtpConnection | None = getattr(self._thread_local, "connection", None)
        if connection is not None:
            if (
                connection.mail_count < MAX_MAILS_PER_CONNECTION
                and time.monotonic() - connection.last_used < MAX_IDLE_SECONDS
                and _is_alive(connection.smtp)
            ):
                return connection
            self._close_connection()
        connection = self._thread_local.connection = _SmtpConnection(self._connect(), last_used=time.monotonic())
        return connection

    def _connect(self) -> smtplib.SMTP:
        relay, ssl_context = self._relay, self._ssl_context or ssl.create_default_context()
        smtp: smtplib.SMTP | None = None
        try:
            if relay.tls == "always":
                smtp = smtplib.SMTP_SSL(relay.host, relay.port, timeout=self._timeout, context=ssl_context)
            else:
                smtp = smtplib.SMTP(relay.host, relay.port, timeout=self._timeout)
            smtp.ehlo_or_helo_if_needed()
            if relay.tls == "starttls":
                smtp.starttls(context=ssl_context)
                smtp.ehlo()
            if relay.user:
                smtp.login(relay.user, relay.password)
            return smtp
        except smtplib.SMTPNotSupportedError as error:
            hint = "; ?starttls=never allows it without" if relay.tls == "starttls" else ""
            raise _RelayUnavailable(f"{relay.name}: {error}{hint}", smtp) from error
        except smtplib.SMTPAuthenticationError as error:
            raise _RelayUnavailable(f"{relay.name} refuses the login: {_format_error(error)}", smtp) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _RelayUnavailable(f"{relay.name} cannot be used: {_format_error(error)}", smtp) from error

    def _close_connection(self) -> None:
        connection: _SmtpConnection | None = getattr(self._thread_local, "connection", None)
        self._thread_local.connection = None
        if connection is not None:
            connection.smtp.close()


@dataclass(slots=True)
class _SmtpConnection:
    smtp: smtplib.SMTP
    mail_count: int = 0
    last_used: float = 0.0


class _RelayUnavailable(Exception):
    """The relay will have nothing from us just now."""

    def __init__(self, detail: str, smtp: smtplib.SMTP | None) -> None:
        super().__init__(detail)
        if smtp is not None:
            smtp.close()


def _is_alive(smtp: smtplib.SMTP) -> bool:
    """Whether the connection still stands; a new message then starts from nothing."""
    try:
        return smtp.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _dot_stuff(mail: bytes) -> bytes:
    """RFC 5321 4.5.2: a leading dot is doubled, a lone one ends."""
    if mail.startswith(b"."):
        mail = b"." + mail
    mail = mail.replace(b"\r\n.", b"\r\n..")
    return mail + (b".\r\n" if mail.endswith(b"\r\n") else b"\r\n.\r\n")


def _is_envelope_address(address: str) -> bool:
    """Whether MAIL and RCPT can carry it: printable ASCII without spaces, one domain."""
    return bool(re.fullmatch(r"[!-;=?-~]+@[A-Za-z0-9.\[\]:-]+", address))


def _format_reply(code: int, reply: bytes) -> str:
    return f"{code} {reply.decode('utf-8', 'replace')}".replace("\n", " ")[:500]


def _format_error(error: Exception) -> str:
    match error:
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=reply):
            return _format_reply(code, reply if isinstance(reply, bytes) else str(reply).encode())
        case _:
            return str(error) or type(error).__name__
