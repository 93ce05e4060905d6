"""Channels that send messages: each one is a module and a line here. The caller retries, once for all, in `deliveries`."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import SettingsError
from .values import (
    Ambiguous,
    Channel,
    ChannelSettings,
    MailSettings,
    Outcome,
    Permanent,
    Postponed,
    Recheck,
    Retry,
    Sent,
    no_recheck,
)


def _build_channel(settings: ChannelSettings, mail_settings: MailSettings) -> Channel:
    """Builds one channel; imports only what this installation uses. Raises SettingsError."""
    match settings.type:
        case "email":
            return _build_email(mail_settings)
        case "webhook":
            from .webhook import WebhookChannel

            return WebhookChannel(settings.url, settings.secret, settings.allow_private, settings.body)
        case "ntfy":
            from .ntfy import NtfyChannel

            return NtfyChannel(settings.url, settings.secret, settings.allow_private)
        case "maildir" if settings.path:
            from .maildir import MaildirChannel

            return MaildirChannel(settings.path, mail_settings.mail_from)
        case "apprise":
            from .apprise import AppriseChannel

            return AppriseChannel(settings.url, settings.name)
        case "log":
            from .log import LogChannel

            return LogChannel(settings.name)
    raise SettingsError(f"type '{settings.type}' is unknown, or needs more")


def _build_email(mail_settings: MailSettings) -> Channel:
    from .email import EmailChannel, EmailOptions
    from .relay import ehlo_name_of, token_source

    if not mail_settings.smtp_url or not mail_settings.mail_from:
        raise SettingsError("it sends mail: set EVENTCAL_SMTP_URL and EVENTCAL_MAIL_FROM")
    options = EmailOptions(
        ehlo_name=ehlo_name_of(mail_settings.base_url),
        token=token_source(mail_settings.smtp_token) if mail_settings.smtp_token else None,
        bounces=mail_settings.bounces,
        headers=mail_settings.headers,
    )
    return EmailChannel(mail_settings.smtp_url, mail_settings.mail_from, options)


def build(settings: Iterable[ChannelSettings], mail_settings: MailSettings = MailSettings()) -> dict[str, Channel]:
    """Builds the channels, by name. Connects to nothing.

    Raises:
        SettingsError: channels cannot be built; names each of them.
    """
    channels: dict[str, Channel] = {}
    problems: list[str] = []
    for channel_settings in settings:
        try:
            channels[channel_settings.name] = _build_channel(channel_settings, mail_settings)
        except SettingsError as error:
            problems.append(f"channel '{channel_settings.name}': {error}")
    if problems:
        raise SettingsError("\n".join(problems))
    return channels
