"""The settings of mail: relay, sender, bounces, headers of the operator's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .. import mail_address
from ..channels import ChannelSettings
from ..channels.values import MAILBOX_FORM
from ..errors import GrammarError, SettingsError
from ..urls import password_advice, split_url

if TYPE_CHECKING:
    from ..channels.relay import RelaySettings

_OWN_MAIL_HEADERS = (
    "from", "to", "cc", "bcc", "subject", "date", "message-id", "references", "reply-to", "auto-submitted", "list-id",
    "x-auto-response-suppress", "mime-version", "list-unsubscribe", "list-unsubscribe-post", "content-type",
    "content-language", "content-transfer-encoding", "content-disposition",
)  # fmt: skip
_BOUNCE_ID_LENGTH = 32
"""Maximum number of characters of a delivery's id in an envelope sender."""


def parse_mail_settings(
    texts: Mapping[str, str], unread_names: Collection[str], channels: tuple[ChannelSettings, ...], problems: list[str]
) -> str:
    """Checks what mails are sent with, and returns the sender in the form that its header has.

    *unread_names* are settings that are set and have a problem already, so that they are not missing.
    """
    smtp_url, mail_from = texts.get("smtp_url", ""), texts.get("mail_from", "")
    token = texts.get("smtp_token", "")
    if smtp_url or token:
        _check_relay(smtp_url, token, problems)
    if mail_from:
        try:
            mail_from = mail_address.parse_sender(mail_from)
        except GrammarError as error:
            problems.append(f"EVENTCAL_MAIL_FROM {mail_from!r}: {error}")
    if bounces := texts.get("mail_bounces", ""):
        problems += _bounces_problems(bounces)
    has_bounces = bool(bounces) or "mail_bounces" in unread_names
    problems += _bounce_mailbox_problems(texts.get("bounce_mailbox", ""), has_bounces)
    email_channel = next((channel.name for channel in channels if channel.type == "email"), "")
    missing = [name for name in ("smtp_url", "mail_from") if not texts.get(name) and name not in unread_names]
    if email_channel and missing:
        needed = " and ".join(f"EVENTCAL_{name.upper()}" for name in missing)
        problems.append(f"channel '{email_channel}' of type email needs {needed}")
    return mail_from


def _check_relay(smtp_url: str, token: str, problems: list[str]) -> None:
    from ..channels.relay import parse_relay_url, token_source  # subprocess is only for those who send mail

    if smtp_url:
        _collect(problems, lambda url: _check_login(parse_relay_url(url), token), smtp_url)
    if token:
        _collect(problems, token_source, token)


def _collect(problems: list[str], parse: Callable[[str], object], text: str) -> None:
    """Adds to *problems* what *parse* has against *text*."""
    try:
        parse(text)
    except SettingsError as error:
        problems.append(str(error))


def _check_login(relay: RelaySettings, token: str) -> None:
    """Raises SettingsError where *relay* has a password that no login would use, or *token* has no user."""
    if relay.password and token:
        raise SettingsError(
            "EVENTCAL_SMTP_URL has a password, but the login uses EVENTCAL_SMTP_TOKEN: remove one of them"
        )
    if token and not relay.user:
        raise SettingsError("EVENTCAL_SMTP_URL names no user for EVENTCAL_SMTP_TOKEN: write smtp://user@host")
    if relay.password and not relay.user:
        raise SettingsError("EVENTCAL_SMTP_URL has a password without a user: write smtp://user:password@host")


def _bounces_problems(bounces: str) -> list[str]:
    form = "write an address with {id} before the @, such as bounces+{id}@example.org"
    if bounces.count("{id}") != 1 or "{id}" not in bounces.partition("@")[0]:
        return [f"EVENTCAL_MAIL_BOUNCES {bounces!r}: {form}"]
    try:
        mail_address.parse_sender(bounces.replace("{id}", "1" * _BOUNCE_ID_LENGTH))
    except GrammarError as error:
        return [f"EVENTCAL_MAIL_BOUNCES {bounces!r}: {error}; {form}"]
    return []


def _bounce_mailbox_problems(url: str, has_bounces: bool) -> list[str]:
    if not url:
        return []
    parts = split_url(url, "imaps", "imap")
    if parts is None or not parts.username or not parts.password:
        return [f"EVENTCAL_BOUNCE_MAILBOX: write {MAILBOX_FORM}{password_advice(url)}"]
    return (
        [] if has_bounces else ["EVENTCAL_BOUNCE_MAILBOX needs EVENTCAL_MAIL_BOUNCES, such as bounces+{id}@example.org"]
    )


def parse_mail_headers(table: object, config: Path, problems: list[str]) -> tuple[tuple[str, str], ...]:
    """Returns the names and values of headers that the operator adds to each mail, such as a relay asks for."""
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        problems.append(f'{config}: write mail_headers as a table of texts, such as {{"Feedback-ID" = "calendar"}}')
        return ()
    for name, value in table.items():
        if not re.fullmatch(r"[!-9;-~]+", name) or not re.fullmatch(r"[ -~]{1,900}", value):
            problems.append(f"{config}: mail_headers: {name!r} is not a header of printable ASCII")
        if name.lower() in _OWN_MAIL_HEADERS:
            problems.append(f"{config}: mail_headers: {name} is written by eventcal itself")
    return tuple(table.items())
