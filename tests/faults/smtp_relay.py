"""An SMTP relay that answers as it is told to, and keeps what reached it by Message-ID."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiosmtpd
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.smtp_ports import AnyPort, abort

_MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE)
_CERTIFICATE_FOLDER = Path(aiosmtpd.__file__).parent / "tests" / "certs"  # signed by nobody, for another host

# two answers that no RFC knows
NO_ANSWER = "silence"
DROP_CONNECTION = "drop"


@dataclass(frozen=True)
class ReceivedMail:
    """One mail that arrived whole, whatever it was then answered."""

    at: float
    id: str
    to: str
    content: bytes
    peer: object


@dataclass
class SmtpRelay:
    """*script* is given the step (MAIL, RCPT, DATA), the recipient, and how often that recipient came to that step."""

    script: Callable[[str, str, int], str] = lambda step, to, nth: "250 OK"
    url: str = ""
    mails: list[ReceivedMail] = field(default_factory=list)
    accepted: Counter[str] = field(default_factory=Counter)  # answered 2xx, or not at all after the last byte
    step_counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    connections: int = 0

    @property
    def ids(self) -> list[str]:
        return [mail.id for mail in self.mails]

    async def _respond(self, step: str, to: str) -> str:
        self.step_counts[step, to] += 1
        answer = self.script(step, to, self.step_counts[step, to])
        if answer == NO_ANSWER:
            await asyncio.sleep(3600)
        return answer

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = await self._respond("MAIL", "")
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = await self._respond("RCPT", address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        id_match = _MESSAGE_ID.search(content)
        assert id_match, "a mail without a Message-ID"
        to = envelope.rcpt_tos[0]
        self.mails.append(ReceivedMail(time.time(), id_match[1].decode(), to, content, session.peer))
        self.step_counts["DATA", to] += 1
        answer = self.script("DATA", to, self.step_counts["DATA", to])
        if answer in (NO_ANSWER, DROP_CONNECTION) or answer.startswith("2"):
            self.accepted[id_match[1].decode()] += 1
        if answer == NO_ANSWER:
            await asyncio.sleep(3600)
        if answer == DROP_CONNECTION:
            abort(server)
        return answer


@contextmanager
def smtp_relay(
    script: Callable[[str, str, int], str] | None = None, *, tls: bool = False, login: bool = False, port: int = 0
) -> Iterator[SmtpRelay]:
    """*tls*: STARTTLS with a certificate that nobody vouches for; *login*: a login is asked for and always refused."""
    received = SmtpRelay(*([script] if script else []))
    options: dict[str, Any] = {}
    if tls:
        options["tls_context"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        options["tls_context"].load_cert_chain(_CERTIFICATE_FOLDER / "server.crt", _CERTIFICATE_FOLDER / "server.key")
    if login:
        options |= {
            "auth_require_tls": False,
            "auth_required": True,
            "authenticator": lambda *_: AuthResult(success=False, handled=False),
        }
    controller = AnyPort(received, hostname="127.0.0.1", port=port, **options)
    controller.start()
    user = "user:wrong@" if login else ""
    received.url = f"smtp://{user}127.0.0.1:{controller.port}" + ("" if tls else "?starttls=never")
    try:
        yield received
    finally:
        controller.stop()
