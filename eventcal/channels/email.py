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
from . import Ambiguous, Outcome, Permanent, Retry, Sent, pace
from .mime import render

TIMEOUT = 10.0
MOST = 100  # messages over one connection
IDLE = 20.0  # relays let go of whoever says nothing

_FORM = (
    "smtp://user:password@host:587, smtps://host:465, or smtp://127.0.0.1:1025?starttls=never for a local relay; "
    "?rate=600 for one that takes 600 mails a minute"
)


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail is handed over; *rate* is how many it takes a minute, 0: as many as there are."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"  # starttls | always | never
    rate: int = 0

    @property
    def name(self) -> str:
        return f"smtp://{self.host}:{self.port}"


def relay(url: str) -> Relay:
    """The relay that EVENTCAL_SMTP_URL names. Raises SettingsError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise SettingsError(f"EVENTCAL_SMTP_URL: write {_FORM}") from None
    asked = parse_qs(parts.query)
    starttls, rate = asked.pop("starttls", ["required"]), asked.pop("rate", ["0"])[-1]
    if (
        parts.scheme not in ("smtp", "smtps")
        or not parts.hostname
        or asked
        or starttls not in (["required"], ["never"])
        or not re.fullmatch("[0-9]{1,6}", rate)
    ):
        raise SettingsError(f"EVENTCAL_SMTP_URL: write {_FORM}")
    tls = "always" if parts.scheme == "smtps" else "never" if starttls == ["never"] else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Relay(parts.hostname, port or (465 if tls == "always" else 587), user, password, tls, int(rate))


class Email:
    """One relay and one sender. Each thread has a connection of its own, used again and again."""

    wants_calendar = True

    def __init__(self, url: str, sender: str, *, trust: ssl.SSLContext | None = None, timeout: float = TIMEOUT) -> None:
        self._relay, self._sender, self._timeout = relay(url), sender, timeout
        self.destination = self._relay.name
        self._envelope = parseaddr(sender)[1]
        if not _envelope(self._envelope):
            raise SettingsError(f"EVENTCAL_MAIL_FROM: not a mail address: {sender!r}")
        if self._relay.rate:
            pace.hold(self._relay.name, self._relay.rate)
        self._trust = trust
        self._own = threading.local()

    def send(self, message: Message) -> Outcome:
        recipient = parseaddr(message.address)[1]
        if not _envelope(recipient):
            return Permanent(f"not a mail address: {message.address!r}", gone=True)
        try:
            mail = render(message, self._sender)
        except ValueError as error:
            return Permanent(f"cannot be written as a mail: {error}")
        try:
            line = self._line()
        except _Refusal as error:
            return Retry(str(error), everyone=True)
        return self._hand_over(line, recipient, mail)

    def _hand_over(self, line: _Line, recipient: str, mail: bytes) -> Outcome:
        smtp = line.smtp
        try:
            for step, (code, said) in (
                ("MAIL", smtp.mail(self._envelope)),
                ("RCPT", smtp.rcpt(recipient)),
                ("DATA", smtp.docmd("DATA")),
            ):
                if code not in (250, 251, 354):
                    return self._refused(step, code, said)
            smtp.send(_dotted(mail))
        except (OSError, smtplib.SMTPException) as error:
            # before the last byte: the relay has nothing that it could deliver
            self._drop()
            return Retry(f"{self._relay.name} broke off: {_said(error)}", everyone=True)
        try:
            code, said = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Ambiguous(f"{self._relay.name} did not answer after the last byte: {_said(error)}")
        line.count, line.used = line.count + 1, time.monotonic()
        if code == 250:
            return Sent(_words(code, said))
        return self._refused("DATA", code, said)

    def _refused(self, step: str, code: int, said: bytes) -> Outcome:
        words = f"{step}: {_words(code, said)}"
        if code == 421 or code < 400:  # closing down, or not SMTP
            self._drop()
            return Retry(words, everyone=True)
        if code < 500:
            # 452 and 450 after RCPT speak of this recipient; before it, of whoever comes
            return Retry(words, everyone=step == "MAIL")
        return Permanent(words, gone=step == "RCPT" and code in (550, 551, 553))

    def _line(self) -> _Line:
        """This thread's connection, ready for MAIL. Raises _Refusal."""
        line: _Line | None = getattr(self._own, "line", None)
        if line is not None:
            if line.count < MOST and time.monotonic() - line.used < IDLE and _reset(line.smtp):
                return line
            self._drop()
        line = self._own.line = _Line(self._connect(), used=time.monotonic())
        return line

    def _connect(self) -> smtplib.SMTP:
        relay, trust = self._relay, self._trust or ssl.create_default_context()
        smtp: smtplib.SMTP | None = None
        try:
            if relay.tls == "always":
                smtp = smtplib.SMTP_SSL(relay.host, relay.port, timeout=self._timeout, context=trust)
            else:
                smtp = smtplib.SMTP(relay.host, relay.port, timeout=self._timeout)
            smtp.ehlo_or_helo_if_needed()
            if relay.tls == "starttls":
                smtp.starttls(context=trust)
                smtp.ehlo()
            if relay.user:
                smtp.login(relay.user, relay.password)
            return smtp
        except smtplib.SMTPNotSupportedError as error:
            hint = "; ?starttls=never allows it without" if relay.tls == "starttls" else ""
            raise _Refusal(f"{relay.name}: {error}{hint}", smtp) from error
        except smtplib.SMTPAuthenticationError as error:
            raise _Refusal(f"{relay.name} refuses the login: {_said(error)}", smtp) from error
        except (OSError, smtplib.SMTPException) as error:
            raise _Refusal(f"{relay.name} cannot be used: {_said(error)}", smtp) from error

    def _drop(self) -> None:
        line: _Line | None = getattr(self._own, "line", None)
        self._own.line = None
        if line is not None:
            line.smtp.close()


@dataclass(slots=True)
class _Line:
    smtp: smtplib.SMTP
    count: int = 0
    used: float = 0.0


class _Refusal(Exception):
    """The relay will have nothing from us just now."""

    def __init__(self, detail: str, smtp: smtplib.SMTP | None) -> None:
        super().__init__(detail)
        if smtp is not None:
            smtp.close()


def _reset(smtp: smtplib.SMTP) -> bool:
    """Whether the connection still stands; a new message then starts from nothing."""
    try:
        return smtp.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _dotted(mail: bytes) -> bytes:
    """RFC 5321 4.5.2: a leading dot is doubled, a lone one ends."""
    if mail.startswith(b"."):
        mail = b"." + mail
    mail = mail.replace(b"\r\n.", b"\r\n..")
    return mail + (b".\r\n" if mail.endswith(b"\r\n") else b"\r\n.\r\n")


def _envelope(address: str) -> bool:
    """Whether MAIL and RCPT can carry it: printable ASCII without spaces, one domain."""
    return bool(re.fullmatch(r"[!-;=?-~]+@[A-Za-z0-9.\[\]:-]+", address))


def _words(code: int, said: bytes) -> str:
    return f"{code} {said.decode('utf-8', 'replace')}".replace("\n", " ")[:500]


def _said(error: Exception) -> str:
    match error:
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=said):
            return _words(code, said if isinstance(said, bytes) else str(said).encode())
        case _:
            return str(error) or type(error).__name__
