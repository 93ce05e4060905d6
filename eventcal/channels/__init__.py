"""Channels that send messages: each one is a module and a line here. The caller retries, once for all, in `deliveries`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from ..errors import SettingsError

if TYPE_CHECKING:
    from ..messages import Message


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted by the other side."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not accepted; another attempt may succeed. *retry_after* is what the receiver asked for.

    *destination_down*: the destination is unreachable or refuses every message, so another recipient would fare no
    better.
    """

    detail: str
    retry_after: timedelta | None = None
    destination_down: bool = False


@dataclass(frozen=True, slots=True)
class Permanent:
    """Refused for good. *address_unknown*: the address is refused, not this message; *endpoint_gone*: the whole channel ended."""

    detail: str
    address_unknown: bool = False
    endpoint_gone: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The whole message was sent and no answer came: it may have arrived.

    *receiver_deduplicates*: the receiver recognises a copy by its id, so that another attempt does no harm.
    """

    detail: str
    receiver_deduplicates: bool = False


Outcome = Sent | Retry | Permanent | Ambiguous


class Channel(Protocol):
    """One way out. Made once per process; `send` is called from several threads, and never raises for the other side's faults.

    *wants_calendar*: it sends a message's calendar along, so that one has to be drawn.
    """

    wants_calendar: bool

    @property
    def destination(self) -> str:
        """The circuit breaker's unit of failure: a relay or a host. Channels that share it share the breaker."""
        ...

    def send(self, message: Message) -> Outcome:
        """Sends one message and classifies the result; never raises for the receiver's errors."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One `[[channels]]` table of eventcal.toml. *audience* is its `for`: readers | operator. *name* is its identity in the ledger."""

    name: str
    type: str
    url: str = field(default="", repr=False)  # may carry a token
    to: tuple[str, ...] = ()
    path: str = ""
    secret: str = field(default="", repr=False)
    filter: str = ""
    audience: str = "readers"
    allow_private: bool = False
    body: str = ""  # of a webhook: discord | slack | teams | matrix, or a template; "" is the documented JSON
    digest: str = ""  # canonical, as `digest_schedule` writes it; "" sends each message when it is due


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The settings that every mail of this installation shares.

    *smtp_token* says where the relay's access token comes from, *bounces* is the envelope sender with `{id}` for the
    delivery (VERP), *headers* are the operator's own for the relay.
    """

    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    base_url: str = ""
    smtp_token: str = field(default="", repr=False)
    bounces: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def _make_log(settings: ChannelSettings, mail_settings: MailSettings) -> Channel:
    from .log import LogChannel

    return LogChannel(settings.name)


def _make_maildir(settings: ChannelSettings, mail_settings: MailSettings) -> Channel:
    from .maildir import MaildirChannel

    return MaildirChannel(_require(settings, "path"), mail_settings.mail_from)


def _make_email(settings: ChannelSettings, mail_settings: MailSettings) -> Channel:
    from .access_token import token_source
    from .email import EmailChannel, EmailOptions
    from .relay import ehlo_name_of

    if not mail_settings.smtp_url or not mail_settings.mail_from:
        raise SettingsError(f"channel {settings.name!r} sends mail: set EVENTCAL_SMTP_URL and EVENTCAL_MAIL_FROM")
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
        SettingsError: a channel cannot be built.
    """
    channels: dict[str, Channel] = {}
    for channel_settings in settings:
        if channel_settings.type not in CHANNEL_FACTORIES:
            raise SettingsError(
                f"channel {channel_settings.name!r}: unknown type {channel_settings.type!r}; known are {', '.join(CHANNEL_FACTORIES)}"
            )
        channels[channel_settings.name] = CHANNEL_FACTORIES[channel_settings.type](channel_settings, mail_settings)
    return channels


def _require(settings: ChannelSettings, key: str) -> str:
    value: str = getattr(settings, key)
    if not value:
        raise SettingsError(f"channel {settings.name!r} of type {settings.type} needs `{key}`")
    return value
