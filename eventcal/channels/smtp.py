"""One SMTP connection, step by step, each with its own timeout. The only module that knows smtplib."""

from __future__ import annotations

import base64
import smtplib
import ssl
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..messages.body import one_line
from .relay import RelaySettings, SmtpTimeouts
from .smtp_reply import Step
from .values import Recheck

TokenSource = Callable[[], str]
"""Gives the access token of a login by OAuth 2.0, fresh for each connection. Raises OSError."""


class SmtpRefused(Exception):
    """The relay answered *step* with a refusal."""

    def __init__(self, step: Step, code: int, text: str) -> None:
        super().__init__(f"{step.value}: {code} {text}")
        self.step, self.code, self.text = step, code, text
        self.is_closing = code == 421  # RFC 5321 3.8


class SmtpBroken(Exception):
    """The connection failed at *step*: the relay closed it (`is_closing`), or did not answer in time."""

    def __init__(self, step: Step, detail: str, is_closing: bool = False) -> None:
        super().__init__(f"{step.value}: {detail}")
        self.step, self.detail, self.is_closing = step, detail, is_closing


_COMPLETED, _GO_ON, _REFUSED = range(200, 300), range(300, 400), range(400, 600)
"""The replies of each kind (RFC 5321 4.2.1)."""


class _Command(NamedTuple):
    step: Step
    line: str
    seconds: float  # to wait for its reply
    accepted: range  # replies: by the first digit, as RFC 5321 4.2 wants of a client


class SmtpConnection:
    """A connection that is ready for MAIL once constructed. `mail_count` and `last_used` (monotonic) are for its owner.

    Raises:
        SmtpRefused, SmtpBroken: by every method that talks; the caller closes the connection.
    """

    def __init__(self, relay: RelaySettings, timeouts: SmtpTimeouts, token: TokenSource | None) -> None:
        self.mail_count, self.last_used = 0, time.monotonic()
        self._relay, self._timeouts, self._step = relay, timeouts, Step.CONNECT
        self._smtp = _SmtpTls(relay, timeouts) if relay.tls == "always" else _Smtp(relay, timeouts)
        try:
            self._open(token)
        except (SmtpRefused, SmtpBroken):
            self.close()
            raise
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise _translate(self._step, error) from error

    def _open(self, token: TokenSource | None) -> None:
        relay, smtp = self._relay, self._smtp
        code, reply = smtp.connect(relay.host, relay.port)
        if code != 220:
            raise SmtpRefused(Step.CONNECT, code, _decode(reply))
        self._step = Step.EHLO
        self._wait_for(self._timeouts.command)
        smtp.ehlo_or_helo_if_needed()
        if relay.tls == "starttls":
            self._step = Step.STARTTLS
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        self._step = Step.LOGIN
        if token is not None:
            self._login_by_token(token())
        elif (relay.user + relay.password).isascii():
            if relay.user:
                smtp.login(relay.user, relay.password)
        else:  # smtplib logs in by ASCII alone; PLAIN carries the rest (RFC 4616)
            self._authenticate("PLAIN", f"\0{relay.user}\0{relay.password}")

    def _login_by_token(self, token: str) -> None:
        """Logs in by OAUTHBEARER (RFC 7628 3.1) where the relay offers it, else XOAUTH2, which is older and has no RFC."""
        relay, offered = self._relay, self._smtp.esmtp_features.get("auth", "").upper().split()
        if "OAUTHBEARER" in offered:
            mechanism, abort = "OAUTHBEARER", "AQ=="
            text = f"n,a={relay.user},\x01host={relay.host}\x01port={relay.port}\x01auth=Bearer {token}\x01\x01"
        elif "XOAUTH2" in offered:
            mechanism, abort = "XOAUTH2", ""
            text = f"user={relay.user}\x01auth=Bearer {token}\x01\x01"
        else:
            raise SmtpBroken(Step.LOGIN, "the relay offers neither OAUTHBEARER nor XOAUTH2: unset EVENTCAL_SMTP_TOKEN")
        self._authenticate(mechanism, text, abort)

    def _authenticate(self, mechanism: str, text: str, abort: str = "*") -> None:
        """Sends *text* with AUTH (RFC 4954 4), and *abort* where the relay asks for more."""
        code, reply = self._smtp.docmd("AUTH", f"{mechanism} {base64.b64encode(text.encode()).decode()}")
        if code == 334:  # the reason, as JSON; the refusal follows the client's answer
            code, reply = self._smtp.docmd(abort)
        if code != 235:
            raise SmtpRefused(Step.LOGIN, code, _decode(reply))

    def reset(self) -> bool:
        """Ends a mail transaction that was refused (RSET, RFC 5321 4.1.1.5); False when the connection is of no more use."""
        try:
            self._wait_for(self._timeouts.connect)  # the refusal is known: nothing waits long for this
            return self._smtp.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    @property
    def offers_utf8(self) -> bool:
        """Whether addresses and headers may have letters beyond ASCII (RFC 6531)."""
        return self._smtp.has_extn("smtputf8")

    def transfer(self, sender: str, recipient: str, mail: bytes, envelope_id: str, recheck: Recheck) -> str:
        """Hands *mail* over and returns the relay's last reply. *envelope_id* comes back in bounces (RFC 3461 4.4).

        MAIL, RCPT and DATA leave at once where the relay offers PIPELINING (RFC 2920), else one by one. *recheck* is
        called once the relay has asked for the mail; when it raises, close the connection.
        """
        has_dsn = self._smtp.has_extn("dsn")
        mail_options = [] if recipient.isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        if has_dsn:
            mail_options += ["RET=HDRS", f"ENVID={_xtext(envelope_id)}"]
        recipient_options = ["NOTIFY=FAILURE", f"ORCPT={_original_recipient(recipient)}"] if has_dsn else []
        timeouts = self._timeouts
        # written here, for smtplib would parse each address again
        commands = [
            _Command(Step.MAIL, " ".join([f"MAIL FROM:<{sender}>", *mail_options]), timeouts.command, _COMPLETED),
            _Command(Step.RCPT, " ".join([f"RCPT TO:<{recipient}>", *recipient_options]), timeouts.command, _COMPLETED),
            _Command(Step.DATA, "DATA", timeouts.data, _GO_ON),
        ]
        if self._smtp.has_extn("pipelining"):
            self._run(commands)
        else:
            for command in commands:
                self._run([command])
        recheck()
        self._wait_for(timeouts.block)
        try:
            self._smtp.send(_dot_stuff(mail))
        except (OSError, smtplib.SMTPException) as error:
            # before the last byte: the relay has nothing that it could deliver
            raise SmtpBroken(Step.DATA, _describe(error)) from error
        code, reply = self._read_reply(Step.END, timeouts.end)
        if code in _REFUSED:
            raise SmtpRefused(Step.END, code, _decode(reply))
        if code not in _COMPLETED:
            raise SmtpBroken(Step.END, f"unknown reply {code} {_decode(reply)}")  # it may have taken the mail
        return f"{code} {_decode(reply)}"

    def _run(self, commands: Sequence[_Command]) -> None:
        """Sends *commands* in one write and reads the reply to each; the first refusal counts."""
        self._wait_for(self._timeouts.command)
        try:
            self._smtp.send("".join(f"{command.line}\r\n" for command in commands))
        except (OSError, smtplib.SMTPException) as error:
            raise _broken(commands[0].step, error) from error
        refusal: SmtpRefused | None = None
        for step, _, seconds, accepted in commands:
            try:
                code, reply = self._read_reply(step, seconds)
            except SmtpBroken:
                if refusal is None:
                    raise
                self.close()
                break
            if code not in accepted and refusal is None:
                refusal = SmtpRefused(step, code, _decode(reply))
            elif code in _GO_ON and refusal is not None:
                self.close()  # it asks for a mail without a recipient (RFC 2920 3.1)
        if refusal is not None:
            raise refusal

    def _read_reply(self, step: Step, seconds: float) -> tuple[int, bytes]:
        try:
            self._wait_for(seconds)
            return self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise _broken(step, error) from error

    def _wait_for(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)

    def close(self) -> None:
        """Closes the socket without QUIT."""
        self._smtp.close()


class _Smtp(smtplib.SMTP):
    """Waits for the network only as long as a connection may take, and then for the greeting."""

    def __init__(self, relay: RelaySettings, timeouts: SmtpTimeouts, **options: Any) -> None:
        super().__init__(local_hostname=relay.ehlo_name or None, timeout=timeouts.connect, **options)
        self.command_encoding = "utf-8"  # of addresses (RFC 6531); all else is ASCII
        self._host = relay.host  # the certificate is checked against this name
        self._greeting_timeout = timeouts.greeting

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        sock = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        sock.settimeout(self._greeting_timeout)
        return sock


class _SmtpTls(_Smtp, smtplib.SMTP_SSL):
    """The same with TLS from the start."""

    def __init__(self, relay: RelaySettings, timeouts: SmtpTimeouts) -> None:
        super().__init__(relay, timeouts, context=ssl.create_default_context())


def _translate(step: Step, error: Exception) -> SmtpRefused | SmtpBroken:
    match error:
        case smtplib.SMTPNotSupportedError() if step is Step.STARTTLS:
            return SmtpBroken(step, f"{error}; ?starttls=never allows it without")
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=reply):
            return SmtpRefused(step, code, _decode(reply))
        case _:
            return SmtpBroken(step, _describe(error))


def _broken(step: Step, error: Exception) -> SmtpBroken:
    timed_out = isinstance(error.__context__, TimeoutError)  # smtplib wraps it
    return SmtpBroken(step, _describe(error), is_closing=not timed_out)


def _describe(error: Exception) -> str:
    return str(error) or type(error).__name__


def _decode(reply: bytes | str) -> str:
    """Returns the relay's words, which may be another server's, as one line that a terminal and a log can show."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return one_line(text[:500])


def _dot_stuff(mail: bytes) -> bytes:
    """Doubles the dots that lines of *mail* begin with and ends with a lone one (RFC 5321 4.5.2).

    A mail begins with a header, and its last line is ended like the others.
    """
    return mail.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _original_recipient(address: str) -> str:
    """Writes *address* with its type as ORCPT carries it (RFC 3461 4.2, RFC 6533 3)."""
    if address.isascii():
        return f"rfc822;{_xtext(address)}"
    return "utf-8;" + "".join(c if "!" <= c <= "~" and c not in "+=\\" else f"\\x{{{ord(c):02X}}}" for c in address)


def _xtext(text: str) -> str:
    """Writes *text* as a parameter can carry it (RFC 3461 4)."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)
