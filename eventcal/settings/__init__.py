"""The environment and `eventcal.toml` become one frozen Settings. Reads no registry and opens no store."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from urllib.parse import urlsplit

from .. import mail_address
from ..channels import ChannelSettings, MailSettings
from ..digest_schedule import WEEKDAYS
from ..errors import GrammarError, SettingsError
from ..logs import LOG_FORMATS
from ..planning.bounces import BouncePolicy
from ..states import PUSH_CHANNEL
from ..urls import password_advice, split_url
from .channels_table import parse_channels
from .mail_settings import parse_mail_headers, parse_mail_settings
from .site_table import SiteSettings, parse_site
from .toml_values import (
    CONTROL_PROBLEM,
    add_line,
    did_you_mean,
    env_names,
    has_control_character,
    is_utf8,
    read_toml,
    resolve_env,
)

MAX_LIMIT = 1_000_000
METRICS_ACCESS = ("open", "operator", "off")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_BASE_PATH_PATTERN = re.compile(r"[a-zA-Z]+://[^/?#]+(/[A-Za-z0-9/._~%!$&'()*+,;=:@-]*)?")
# up to the last @ of the authority; SQLAlchemy also reads a password with a slash in it
_PASSWORD_PATTERN = re.compile(r"(://[^:/?#]*):(?:[^/?#]*|[^@]*)@")
_SECRET_PARAMETER_PATTERN = re.compile(r"(?i)([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*")
_DATABASE_URL_PATTERN = re.compile(
    r"sqlite:///(?!:memory:$).{1,4000}|postgresql(\+[a-z0-9]+)?://([^:/]*(:[^@]*)?@)?"
    r"(\[[^/?]+\]|[^/:?\[]*)(:(?P<port>[0-9]{0,5}))?([/?].{0,4000})?"
)


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
    is who may read `/metrics`: one of METRICS_ACCESS. *log* is how log lines look: one of logs.LOG_FORMATS. A subscription
    ends when its mails bounced on *bounce_threshold* days, with never more than *bounce_stale_days* between two of them.
    *unknown_variables* says of each variable `EVENTCAL_...` that nothing reads which one may be meant.
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
    unknown_variables: tuple[str, ...] = field(default=(), compare=False)

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


_LIMIT_NAMES = tuple(limit.name for limit in fields(ServerLimits))
MAX_DAYS = 3650
_DAY_COUNT_NAMES = ("bounce_threshold", "bounce_stale_days")
_TABLE_NAMES = ("config", "channels", "site", "limits", "mail_headers", "origins", "unknown_variables")
_SETTING_NAMES = (*(setting.name for setting in fields(Settings) if setting.name not in _TABLE_NAMES), *_LIMIT_NAMES)
_TEXT_NAMES = tuple(
    name
    for name in _SETTING_NAMES
    if name not in ("registry", "port", "trusted_proxies", "push_allow_private", *_DAY_COUNT_NAMES, *_LIMIT_NAMES)
)
_SECRETS = ("secret_key", "operator_token", "secret", "smtp_token")
_FILE_SETTING_NAMES = tuple(name for name in _SETTING_NAMES if name != "registry")


def load(
    environ: Mapping[str, str], options: Mapping[str, object] | None = None, only_names: Collection[str] = ()
) -> Settings:
    """Loads settings: options over the environment over `eventcal.toml` over defaults.

    *only_names* are the settings that matter to a caller that sends nothing: no channel is read for it, and
    variables that `env:NAME` names for other settings may be missing.

    Raises SettingsError with every error.
    """
    values, origins = _values_outside_the_file(environ, options or {})
    registry = Path(str(values.get("registry", Settings.__dataclass_fields__["registry"].default)))
    config_option = values.pop("config", None)
    config = Path(str(config_option)) if config_option else registry.parent / "eventcal.toml"
    if config_option and not config.is_file():
        raise SettingsError(f"{config}: no such file (EVENTCAL_CONFIG names it)")
    table = read_toml(config) if config.is_file() else {}
    unknown_variables = _unknown_variables(environ, set(env_names(table)))
    if only_names:
        table = {
            k: v for k, v in table.items() if k in only_names or not (k == "channels" or str(v).startswith("env:"))
        }
    problems = _unknown_settings(table, config)
    problems += [f"{name}: not UTF-8" for name in origins.values() if not is_utf8(environ.get(name, ""))]
    _add_values_of_file(values, origins, table, config, environ, problems)
    channels = parse_channels(table.get("channels", []), config, environ, problems)
    settings = replace(
        _build_settings(values, origins, registry, config if table else None, channels, problems),
        unknown_variables=unknown_variables,
        mail_headers=parse_mail_headers(table.get("mail_headers", {}), config, problems),
        site=parse_site(table.get("site", {}), config.parent, str(config), problems),
    )
    if problems:
        raise SettingsError("\n".join(_name_place(problem, origins, config) for problem in problems))
    return settings


def _add_values_of_file(
    values: dict[str, object],
    origins: dict[str, str],
    table: Mapping[str, object],
    config: Path,
    environ: Mapping[str, str],
    problems: list[str],
) -> None:
    """Adds to *values* what *table* sets and nothing before it, and drops what is no text; one fault is one problem."""
    for name in _FILE_SETTING_NAMES:
        if name not in values and name in table:
            own_problems: list[str] = []
            value = resolve_env(table[name], environ, f"{config}: {name}", own_problems)
            if name in _TEXT_NAMES and not isinstance(value, str):
                own_problems.append(f"{config}: {name} must be text, in quotes")
            if not own_problems:
                values[name] = value
            problems += own_problems
            origins[name] = f"{config}, {table[name]}" if str(table[name]).startswith("env:") else str(config)
    for name in _TEXT_NAMES:
        if has_control_character(str(values.get(name, "")).strip()):
            problems.append(f"EVENTCAL_{name.upper()} {CONTROL_PROBLEM}")
            del values[name]


def _name_place(problem: str, origins: Mapping[str, str], config: Path) -> str:
    """Names the setting of *problem* by where it was set, an option or a line of the file, where that is no variable."""
    if match := re.match(r"EVENTCAL_([A-Z_]+)\b", problem):
        name, rest = match[1].lower(), problem[match.end() :]
        origin = origins.get(name, "")
        if origin.startswith("option "):
            return origin.removeprefix("option ") + rest
        if not origin.startswith(str(config)):
            return problem
        problem = f"{config}: {name}{rest}"
    return add_line(problem, config)


def _values_outside_the_file(
    environ: Mapping[str, str], options: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, str]]:
    """Returns the values of options and of the environment by setting, and where each was set."""
    values = {name: value for name, value in options.items() if value is not None}
    origins = {name: f"option --{name.replace('_', '-')}" for name in values}
    for name in (*_SETTING_NAMES, "config"):
        variable = f"EVENTCAL_{name.upper()}"
        if name not in values and environ.get(variable):
            values[name], origins[name] = environ[variable], variable
    return values, origins


def _unknown_variables(environ: Mapping[str, str], named_in_file: Collection[str]) -> tuple[str, ...]:
    """Returns a sentence for each variable that looks like a setting, and is none and not *named_in_file*.

    It is no problem that ends a command: the environment is shared with what starts eventcal, and with its tests.
    """
    known = {f"EVENTCAL_{name.upper()}" for name in (*_SETTING_NAMES, "config")}
    candidates = sorted(name for name in environ if re.match("(?i)EVENTCAL_(?!TEST_)", name) and is_utf8(name))
    unknown = [name for name in candidates if name not in known and name not in named_in_file]
    return tuple(f"{name} is no setting and is ignored{_nearest_setting(name)}" for name in unknown)


def _nearest_setting(variable: str) -> str:
    name = variable.upper().removeprefix("EVENTCAL_").lower()
    matches = difflib.get_close_matches(name, (*_SETTING_NAMES, "config"), n=1)
    return f", did you mean EVENTCAL_{matches[0].upper()}?" if matches else "; `eventcal config` lists the settings"


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """Returns (name, value, origin) of every setting and channel, secrets masked, origin "" for a default."""
    values = {name: getattr(settings, name, None) for name in _SETTING_NAMES if name not in _LIMIT_NAMES}
    values |= {name: getattr(settings.limits, name) for name in _LIMIT_NAMES}
    rows = [(name, _masked(name, value), settings.origins.get(name, "")) for name, value in values.items()]
    config = str(settings.config or "")
    site_rows = ((f"site {key.name}", getattr(settings.site, key.name)) for key in fields(settings.site))
    rows += [(name, _site_text(value), config) for name, value in site_rows if value not in (None, "", ())]
    for channel in settings.channels:
        keys = {key.name: getattr(channel, key.name) for key in fields(channel) if key.name not in ("name", "filter")}
        kinds = {"url": "apprise url"} if channel.type == "apprise" else {}
        text = ", ".join(f"{key} {_masked(kinds.get(key, key), value)}" for key, value in keys.items() if value)
        rows.append((f"channel {channel.name}", text, config))
    return rows


def _site_text(value: object) -> str:
    if isinstance(value, int):
        return WEEKDAYS[value]
    return ", ".join(f"{label} {address}" for label, address in value) if isinstance(value, tuple) else str(value)


def _masked(name: str, value: object) -> str:
    """Returns *value* as text without what is secret in it: whole secrets, a password in an address, what an endpoint's host is followed by."""
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    if name in _SECRETS:
        return "********" if text else ""
    if "://" not in text or name == "base_url":
        return text
    if name == "apprise url":  # what stands where the host of other addresses does is a token for many services
        return f"{text.partition('://')[0]}://..."
    text = _PASSWORD_PATTERN.sub(r"\1:********@", text)
    if name == "url":  # a webhook's path and query are often its secret
        return re.sub(r"(://[^/?#]*)[/?#].+", r"\1/...", text)
    return _SECRET_PARAMETER_PATTERN.sub(r"\1********", text)


def _unknown_settings(table: Mapping[str, object], config: Path) -> list[str]:
    known = (*_FILE_SETTING_NAMES, "mail_headers", "site", "channels")
    return [f"{config}: unknown setting '{key}'{did_you_mean(key, known)}" for key in table if key not in known]


def _build_settings(
    values: Mapping[str, object],
    origins: Mapping[str, str],
    registry: Path,
    config: Path | None,
    channels: tuple[ChannelSettings, ...],
    problems: list[str],
) -> Settings:
    texts = {name: str(values[name]).strip() for name in _TEXT_NAMES if name in values}
    port = _parse_number("port", values.get("port", 8000), 65535, "a number from 1 to 65535", problems)
    push_allow_private = _parse_flag("push_allow_private", values.get("push_allow_private", False), problems)
    trusted_proxies = _parse_networks(values.get("trusted_proxies", ()), problems)
    form = f"a number from 1 to {MAX_LIMIT}"
    limits = {
        name: _parse_number(name, values[name], MAX_LIMIT, form, problems) for name in _LIMIT_NAMES if name in values
    }
    _check_texts(texts, problems)
    texts["base_url"] = _parse_base_url(texts.get("base_url", ""), problems)
    texts["mail_from"] = parse_mail_settings(texts, channels, problems)
    day_counts = {
        name: _parse_number(name, values[name], MAX_DAYS, f"a number of days from 1 to {MAX_DAYS}", problems)
        for name in _DAY_COUNT_NAMES
        if name in values
    }
    return Settings(
        **{**texts, **day_counts},  # type: ignore[arg-type]
        registry=registry,
        port=port,
        config=config,
        channels=channels,
        trusted_proxies=trusted_proxies,
        push_allow_private=push_allow_private,
        limits=ServerLimits(**limits),
        origins=origins,
    )


def _check_texts(texts: Mapping[str, str], problems: list[str]) -> None:
    """Adds to *problems* what is wrong with settings that are kept as they are written."""
    for name, choices in (("metrics", METRICS_ACCESS), ("log", LOG_FORMATS)):
        if name in texts and texts[name] not in choices:
            problems.append(f"EVENTCAL_{name.upper()} {texts[name]!r}: write one of {', '.join(choices)}")
    if texts.get("proxy") and split_url(texts["proxy"], "http") is None:
        advice = password_advice(texts["proxy"])
        problems.append(f"EVENTCAL_PROXY: write http://host:3128, or http://user:password@host:3128{advice}")
    host = texts.get("host", "")
    if "host" in texts and not _normalize_host(host):
        problems.append(
            f"EVENTCAL_HOST {host!r}: write an address or a name of this machine, such as 127.0.0.1, :: or localhost"
        )
    if texts.get("database_url") and not _is_database_url(texts["database_url"]):
        problems.append("EVENTCAL_DATABASE_URL: write sqlite:///path/to/file or postgresql://user:password@host/name")


def _is_database_url(text: str) -> bool:
    match = _DATABASE_URL_PATTERN.fullmatch(text)
    return match is not None and int(match["port"] or 1) in range(1, 65_536)


def _parse_base_url(text: str, problems: list[str]) -> str:
    """Returns the site's address as links begin with it, without a slash at its end."""
    base_url = text.rstrip("/")
    if not base_url:
        return ""
    parts = split_url(base_url, "http", "https")
    host = _normalize_host(parts.hostname or "") if parts else ""
    # it stands in every feed and mail: no password, and nothing that a path could not follow
    if parts is None or not host or parts.username is not None or not _BASE_PATH_PATTERN.fullmatch(base_url):
        problems.append(
            f"EVENTCAL_BASE_URL {_masked('', base_url)!r}: write the site's address, such as https://calendar.example.org"
        )
        return ""
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _normalize_host(host: str) -> str:
    """Returns an address or a name as a URL has it, in ASCII and lower case; "" where *host* is neither."""
    try:
        address = ipaddress.ip_address(host)
        return f"[{address}]" if address.version == 6 else str(address)
    except ValueError:
        if re.fullmatch(r"(?!.*\.\d+$)[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?", host.lower()) and ".." not in host:
            return host.lower()
    try:
        return mail_address.domain_to_ascii(host)
    except GrammarError:
        return ""


def _parse_number(name: str, value: object, maximum: int, form: str, problems: list[str]) -> int:
    """Returns *value* as a number from 1 to *maximum*; adds a problem, which says to write *form*, for any other."""
    number = int(text) if re.fullmatch("[0-9]{1,9}", text := str(value).strip()) else 0
    if not 0 < number <= maximum:
        problems.append(f"EVENTCAL_{name.upper()} {value!r}: write {form}")
    return number


def _parse_flag(name: str, value: object, problems: list[str]) -> bool:
    text = str(value).strip().lower()
    if text not in ("true", "false", "1", "0"):
        problems.append(f"EVENTCAL_{name.upper()} {value!r}: write true or false")
    return text in ("true", "1")


def _parse_networks(value: object, problems: list[str]) -> tuple[Network, ...]:
    """Parses addresses and networks: a list in the file, separated by commas in the environment."""
    texts = value if isinstance(value, list | tuple) else str(value).split(",")
    networks = []
    for text in (str(text).strip() for text in texts):
        try:
            networks += [ipaddress.ip_network(text)] if text else []
        except ValueError:
            problems.append(
                f"EVENTCAL_TRUSTED_PROXIES {text!r}: write the proxy's address or network, such as 127.0.0.1, 10.0.0.0/8"
            )
    return tuple(networks)
