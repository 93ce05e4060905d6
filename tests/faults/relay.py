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
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE)
_CERTIFICATE = Path(aiosmtpd.__file__).parent / "tests" / "certs"  # signed by nobody, for another host

# two answers that no RFC knows
SILENCE = "silence"
DROP = "drop"


@dataclass(frozen=True)
class Mail:
    """One mail that arrived whole, whatever it was then answered."""

    at: float
    id: str
    to: str
    content: bytes
    peer: object


@dataclass
class Relay:
    """*script* is given the step (MAIL, RCPT, DATA), the recipient, and how often that recipient came to that step."""

    script: Callable[[str, str, int], str] = lambda step, to, nth: "250 OK"
    url: str = ""
    mails: list[Mail] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)  # answered 250, or not at all after the last byte
    steps: Counter[tuple[str, str]] = field(default_factory=Counter)
    connections: int = 0

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.mails]

    async def _said(self, step: str, to: str) -> str:
        self.steps[step, to] += 1
        answer = self.script(step, to, self.steps[step, to])
        if answer == SILENCE:
            await asyncio.sleep(3600)
        return answer

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = await self._said("MAIL", "")
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any) -> str:
        answer = await self._said("RCPT", address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        found = _ID.search(content)
        assert found, "a mail without a Message-ID"
        to = envelope.rcpt_tos[0]
        self.mails.append(Mail(time.time(), found[1].decode(), to, content, session.peer))
        self.steps["DATA", to] += 1
        answer = self.script("DATA", to, self.steps["DATA", to])
        if answer in (SILENCE, DROP) or answer.startswith("250"):
            self.taken[found[1].decode()] += 1
        if answer == SILENCE:
            await asyncio.sleep(3600)
        if answer == DROP:
            assert server.transport is not None
            server.transport.abort()
        return answer


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def relay(
    script: Callable[[str, str, int], str] | None = None, *, tls: bool = False, login: bool = False, port: int = 0
) -> Iterator[Relay]:
    """*tls*: STARTTLS with a certificate that nobody vouches for; *login*: a login is asked for and always refused."""
    found = Relay(*([script] if script else []))
    options: dict[str, Any] = {}
    if tls:
        options["tls_context"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        options["tls_context"].load_cert_chain(_CERTIFICATE / "server.crt", _CERTIFICATE / "server.key")
    if login:
        options |= {
            "auth_require_tls": False,
            "auth_required": True,
            "authenticator": lambda *_: AuthResult(success=False, handled=False),
        }
    controller = _AnyPort(found, hostname="127.0.0.1", port=port, **options)
    controller.start()
    user = "user:wrong@" if login else ""
    found.url = f"smtp://{user}127.0.0.1:{controller.port}" + ("" if tls else "?starttls=never")
    try:
        yield found
    finally:
        controller.stop()
