"""The settings of an installation, as one frozen value, and their names."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from .. import mail_address
from ..channels import ChannelSettings, MailSettings
from ..planning.bounces import BouncePolicy
from ..states import PUSH_CHANNEL
from .site_table import SiteSettings

METRICS_ACCESS = ("open", "operator", "off")
LOG_FORMATS = ("text", "json")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class ServerLimits:
    """Limits of one web worker. Timeouts are in seconds; every field is also a variable `EVENTCAL_...`.

    *max_connections* and *backlog* count TCP connections, accepted and not yet accepted. *max_waiting* counts requests
    that wait for one of the *page_threads*.
    """

    max_connections: int = 10_000
    backlog: int = 2_048
    page_threads: int = 4
    max_waiting: int = 64
    header_timeout: int = 10
    body_timeout: int = 10
    answer_timeout: int = 30
    idle_timeout: int = 75


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of an installation.

    Every field from *registry* to *log* is also a variable `EVENTCAL_...`.

    *database_url* "" means SQLite in `.eventcal/` beside the registry; *base_url* "" means that no link to our own
    pages is written anywhere. *push_allow_private* lets devices name push services in a private network. *proxy* is the
    HTTP proxy that requests go out by, "" for none. `X-Forwarded-For` is believed from *trusted_proxies* alone. *metrics*
    is who may read `/metrics`: one of METRICS_ACCESS. *log* is how log lines look: one of LOG_FORMATS. A subscription
    ends when its mails bounced on *bounce_threshold* days, with never more than *bounce_stale_days* between two of them.
    *warnings* say which variables `EVENTCAL_...` nothing reads, and what shuts everybody out.
    """

    registry: Path = Path("events.yaml")
    database_url: str = ""
    base_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    smtp_url: str = ""
    mail_from: str = ""
    smtp_token: str = field(default="", repr=False)
    mail_bounces: str = ""
    bounce_mailbox: str = field(default="", repr=False)
    bounce_threshold: int = 3
    bounce_stale_days: int = 30
    secret_key: str = field(default="", repr=False)
    operator_token: str = field(default="", repr=False)
    push_allow_private: bool = False
    proxy: str = ""
    trusted_proxies: tuple[Network, ...] = ()
    metrics: str = "open"
    log: str = "text"
    config: Path | None = None
    mail_headers: tuple[tuple[str, str], ...] = ()
    channels: tuple[ChannelSettings, ...] = ()
    site: SiteSettings = field(default_factory=SiteSettings)
    limits: ServerLimits = field(default_factory=ServerLimits)
    origins: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)  # where each was set
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def data_folder(self) -> Path:
        """Where the embedded database and its lock live."""
        return self.registry.parent / ".eventcal"

    @property
    def links_file(self) -> Path:
        """Where the answers of the registry's addresses are kept (`check --links`)."""
        return self.data_folder / "links.json"

    @property
    def store_url(self) -> str:
        """The URL of the store: the setting, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_folder / 'eventcal.db'}"

    @property
    def store_path(self) -> Path | None:
        """The file of an SQLite store; None for one in memory, and for PostgreSQL."""
        scheme, _, path = self.store_url.partition(":///")
        return Path(path) if scheme == "sqlite" and path not in ("", ":memory:") else None

    @property
    def can_sign_up(self) -> bool:
        """Whether visitors can leave their address: mails must be sent, and must lead back to our pages."""
        return bool(self.base_url and self.smtp_url and self.mail_from)

    @property
    def mail(self) -> MailSettings:
        """The settings that every mail shares."""
        return MailSettings(
            self.smtp_url, self.mail_from, self.base_url, self.smtp_token, self.mail_bounces, self.mail_headers
        )

    @property
    def bounce_policy(self) -> BouncePolicy:
        """When bounces end a subscription."""
        return BouncePolicy(self.bounce_threshold, self.bounce_stale_days)

    @property
    def can_push(self) -> bool:
        """Whether devices can subscribe: browsers allow it for pages over https, and on this machine (W3C Secure Contexts)."""
        parts = urlsplit(self.base_url)
        return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")

    @property
    def push_contact(self) -> str:
        """By what a push service finds the operator: our pages, else the sender of our mails, "" for neither."""
        if self.base_url.startswith("https:"):
            return self.base_url
        return f"mailto:{mail_address.address_of(self.mail_from)}" if self.mail_from else ""

    @property
    def subscriber_channels(self) -> tuple[ChannelSettings, ...]:
        """The channel of those who signed up with a mail address."""
        return (ChannelSettings(name="email", type="email"),) if self.can_sign_up else ()

    @property
    def reader_channels(self) -> tuple[ChannelSettings, ...]:
        """The channels that reminders go to; without any, one that prints."""
        channels = tuple(channel for channel in self.channels if channel.audience == "readers")
        return channels or (ChannelSettings(name="log", type="log"),)

    @property
    def operator_channels(self) -> tuple[ChannelSettings, ...]:
        """The channels that hear what a person has to look at."""
        return tuple(channel for channel in self.channels if channel.audience == "operator")

    @property
    def sending_channels(self) -> tuple[ChannelSettings, ...]:
        """Everything that can be paused: the configured channels, and those of addresses and devices that sign up."""
        configured = (*self.reader_channels, *self.operator_channels)
        push_channels = (ChannelSettings(PUSH_CHANNEL, PUSH_CHANNEL),) if self.can_push else ()
        names = {channel.name for channel in configured}
        signed_up = (channel for channel in (*self.subscriber_channels, *push_channels) if channel.name not in names)
        return (*configured, *signed_up)


LIMIT_NAMES = tuple(limit.name for limit in fields(ServerLimits))
DAY_COUNT_NAMES = ("bounce_threshold", "bounce_stale_days")
_TABLE_NAMES = ("config", "channels", "site", "limits", "mail_headers", "origins", "warnings")
SETTING_NAMES = (*(setting.name for setting in fields(Settings) if setting.name not in _TABLE_NAMES), *LIMIT_NAMES)
TEXT_NAMES = tuple(
    name
    for name in SETTING_NAMES
    if name not in ("registry", "port", "trusted_proxies", "push_allow_private", *DAY_COUNT_NAMES, *LIMIT_NAMES)
)
FILE_SETTING_NAMES = tuple(name for name in SETTING_NAMES if name != "registry")
