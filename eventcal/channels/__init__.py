"""Channels that send messages: each one is a module and a line here. The caller retries, once for all, in `deliveries`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

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


def _make_log(settings: ChannelSettings, mail_settings: MailSettings) -> Channel:
    from .log import LogChannel

    return LogChannel(settings.name)


def _make_maildir(settings: ChannelSettings, mail_settings: MailSettings) -> Channel:
    from .maildir import MaildirChannel

    return MaildirChannel(_require(settings, "path"), mail_settings.mail_from)


def _make_email(settings: ChannelSettings, mail_settings: MailSettings) -> Channel:
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


def _make_webhook(settings: ChannelSettings, mail_settings: MailSettings) -> Channel:
    from .webhook import WebhookChannel

    return WebhookChannel(_require(settings, "url"), settings.secret, settings.allow_private, settings.body)


def _make_ntfy(settings: ChannelSettings, mail_settings: MailSettings) -> Channel:
    from .ntfy import NtfyChannel

    return NtfyChannel(_require(settings, "url"), settings.secret, settings.allow_private)


def _make_apprise(settings: ChannelSettings, mail_settings: MailSettings) -> Channel:
    from .apprise import AppriseChannel

    return AppriseChannel(_require(settings, "url"), settings.name)


# Made on demand, so that nothing is imported that this installation does not use.
CHANNEL_FACTORIES: dict[str, Callable[[ChannelSettings, MailSettings], Channel]] = {
    "log": _make_log,
    "email": _make_email,
    "webhook": _make_webhook,
    "ntfy": _make_ntfy,
    "maildir": _make_maildir,
    "apprise": _make_apprise,
}


def build(settings: Iterable[ChannelSettings], mail_settings: MailSettings = MailSettings()) -> dict[str, Channel]:
    """Builds the channels, by name. Connects to nothing.

    Raises:
        SettingsError: channels cannot be built; names each of them.
    """
    channels: dict[str, Channel] = {}
    problems: list[str] = []
    for channel_settings in settings:
        name, kind = channel_settings.name, channel_settings.type
        try:
            if kind not in CHANNEL_FACTORIES:
                raise SettingsError(f"unknown type '{kind}'; known are {', '.join(CHANNEL_FACTORIES)}")
            channels[name] = CHANNEL_FACTORIES[kind](channel_settings, mail_settings)
        except SettingsError as error:
            problems.append(f"channel '{name}': {error}")
    if problems:
        raise SettingsError("\n".join(problems))
    return channels


def _require(settings: ChannelSettings, key: str) -> str:
    value: str = getattr(settings, key)
    if not value:
        raise SettingsError(f"a channel of type {settings.type} needs '{key}'")
    return value
