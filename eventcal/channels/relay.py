"""Reads where and how mail is handed over: EVENTCAL_SMTP_URL and what stands beside it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from ..errors import SettingsError
from ..urls import split_url

_SMTP_URL_ADVICE = (
    "smtp://user:password@host:587, smtps://host:465, or smtp://127.0.0.1:1025?starttls=never for a local relay; "
    "?rate=600 for one that takes 600 mails a minute, ?ehlo=calendar.example.org for the name that we give"
)
_HOST_NAME_PATTERN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class SmtpTimeouts:
    """Seconds to wait for the relay at each step, by default those of RFC 5321 4.5.3.2.

    *connect* is not in it: TCP and TLS only, before the relay's greeting.
    """

    connect: float = 10.0
    greeting: float = 300.0
    command: float = 300.0  # EHLO, AUTH, MAIL, RCPT
    data: float = 120.0
    block: float = 180.0
    end: float = 600.0

    @classmethod
    def same(cls, seconds: float) -> SmtpTimeouts:
        """The same for each step."""
        return cls(seconds, seconds, seconds, seconds, seconds, seconds)


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """A relay. *tls* is starttls, always or never; *mails_per_minute* 0 sets no limit; *ehlo_name* "" is this machine's own."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "starttls"
    mails_per_minute: int = 0
    ehlo_name: str = ""

    @property
    def name(self) -> str:
        """The relay's address without user and password; its name as a destination."""
        return f"smtp://{self.host}:{self.port}"


def parse_relay_url(url: str) -> RelaySettings:
    """Reads EVENTCAL_SMTP_URL.

    Raises:
        SettingsError: it names no relay, or carries an option that is not known.
    """
    parts = split_url(url, "smtp", "smtps")
    options = parse_qs(parts.query if parts else "", keep_blank_values=True)
    starttls, rate = options.pop("starttls", ["required"]), options.pop("rate", ["0"])[-1]
    ehlo_name = options.pop("ehlo", [None])[-1]
    if (
        parts is None
        or options
        or starttls not in (["required"], ["never"])
        or not re.fullmatch("[0-9]{1,6}", rate)
        or not (ehlo_name is None or _HOST_NAME_PATTERN.fullmatch(ehlo_name))
    ):
        raise SettingsError(f"EVENTCAL_SMTP_URL: write {_SMTP_URL_ADVICE}")
    tls = "always" if parts.scheme == "smtps" else "never" if starttls == ["never"] else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    default_port = 465 if tls == "always" else 587
    return RelaySettings(
        parts.hostname or "", parts.port or default_port, user, password, tls, int(rate), ehlo_name=ehlo_name or ""
    )


def ehlo_name_of(base_url: str) -> str:
    """The host of *base_url* where it is a name (RFC 5321 4.1.4), else ""."""
    host = urlsplit(base_url).hostname or ""
    return host if "." in host and not re.fullmatch(r"[0-9.:]+", host) and _HOST_NAME_PATTERN.fullmatch(host) else ""
