"""Reads where and how mail is handed over: EVENTCAL_SMTP_URL, the timeouts beside it, and the token of a login by OAuth 2.0."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from ..errors import SettingsError
from ..urls import authority, password_advice, split_url

_SMTP_URL_ADVICE = (
    "smtp://user:password@host:587, smtps://host:465, or smtp://127.0.0.1:1025?starttls=never for a local relay; "
    "?rate=600 for one that takes 600 mails a minute, ?ehlo=calendar.example.org for the name that we give"
)
_HOST_NAME_PATTERN = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")

COMMAND_TIMEOUT_SECONDS = 30.0


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
        return f"smtp://{authority(self.host, self.port)}"


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
        or parts.path.strip("/")
        or parts.fragment
        or options
        or starttls not in (["required"], ["never"])
        or not re.fullmatch("[0-9]{1,6}", rate)
        or not (ehlo_name is None or _HOST_NAME_PATTERN.fullmatch(ehlo_name))
    ):
        raise SettingsError(f"EVENTCAL_SMTP_URL: write {_SMTP_URL_ADVICE}{password_advice(url)}")
    tls = "always" if parts.scheme == "smtps" else "never" if starttls == ["never"] else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    default_port = 465 if tls == "always" else 587
    return RelaySettings(
        parts.hostname or "", parts.port or default_port, user, password, tls, int(rate), ehlo_name=ehlo_name or ""
    )


def ehlo_name_of(base_url: str) -> str:
    """Returns the host of *base_url* where it is a name (RFC 5321 4.1.4), else ""."""
    host = urlsplit(base_url).hostname or ""
    return host if "." in host and not re.fullmatch(r"[0-9.:]+", host) and _HOST_NAME_PATTERN.fullmatch(host) else ""


def token_source(setting: str) -> Callable[[], str]:
    """Parses EVENTCAL_SMTP_TOKEN: `file:PATH`, read for each connection, or `command:WORDS`, run for each.

    The source raises OSError where there is no token.

    Raises:
        SettingsError: *setting* is neither.
    """
    kind, _, rest = setting.partition(":")
    if kind == "file" and rest:
        return lambda: _require_token(Path(rest).read_bytes(), setting)
    try:
        words = shlex.split(rest)
    except ValueError:
        words = []
    if kind == "command" and words:
        return lambda: _run(words, setting)
    raise SettingsError("EVENTCAL_SMTP_TOKEN: write file:/run/token, or command:get-token calendar@example.org")


def _run(words: list[str], setting: str) -> str:
    try:
        done = subprocess.run(words, capture_output=True, timeout=COMMAND_TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise OSError(f"no token: {words[0]} took longer than {COMMAND_TIMEOUT_SECONDS:g} s") from None
    if done.returncode:
        raise OSError(
            f"no token: {words[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()[:200]}"
        )
    return _require_token(done.stdout, setting)


def _require_token(data: bytes, setting: str) -> str:
    token = data.decode(errors="replace").strip()
    if not re.fullmatch("[!-~]+", token):  # RFC 6750 2.1
        raise OSError(
            f"no token: the {setting.partition(':')[0]} in EVENTCAL_SMTP_TOKEN does not contain exactly one word"
        )
    return token
