"""The environment and `eventcal.toml` become one frozen Settings. Reads no registry and opens no store."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from . import filters
from .channels import ChannelSettings
from .errors import GrammarError, SettingsError

CHANNEL_TYPES = ("log", "email", "webhook", "ntfy", "maildir", "apprise")
AUDIENCES = ("readers", "operator")
_CHANNEL_KEYS = ("name", "type", "url", "to", "path", "secret", "filter", "for", "allow_private")
_CHANNEL_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What one installation chose. Every field but *channels* and *config* is also a variable `EVENTCAL_...`.

    *database_url* "" means SQLite in `.eventcal/` beside the registry; *base_url* "" means that no link to our own
    pages is written anywhere.
    """

    registry: Path = Path("events.yaml")
    database_url: str = ""
    base_url: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    smtp_url: str = ""
    mail_from: str = ""
    secret_key: str = field(default="", repr=False)
    operator_token: str = field(default="", repr=False)
    config: Path | None = None
    channels: tuple[ChannelSettings, ...] = ()

    @property
    def folder(self) -> Path:
        """Where the embedded database and its lock live."""
        return self.registry.parent / ".eventcal"

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{self.folder / 'eventcal.db'}"

    @property
    def signs_up(self) -> bool:
        """Whether visitors can leave their address: mails must be sent, and must lead back to our pages."""
        return bool(self.base_url and self.smtp_url and self.mail_from)

    @property
    def people(self) -> tuple[ChannelSettings, ...]:
        """The channel of those who signed up."""
        return (ChannelSettings(name="email", type="email"),) if self.signs_up else ()

    @property
    def readers(self) -> tuple[ChannelSettings, ...]:
        """The channels that reminders go to; without any, one that prints."""
        found = tuple(each for each in self.channels if each.audience == "readers")
        return found or (ChannelSettings(name="log", type="log"),)

    @property
    def operators(self) -> tuple[ChannelSettings, ...]:
        """The channels that hear what a person has to look at."""
        return tuple(each for each in self.channels if each.audience == "operator")


_NAMES = tuple(each.name for each in fields(Settings) if each.name not in ("config", "channels"))
_FILE_NAMES = tuple(name for name in _NAMES if name != "registry")


def load(
    environ: Mapping[str, str], options: Mapping[str, object] | None = None, only: Collection[str] = ()
) -> Settings:
    """Options first, then the environment, then `eventcal.toml`, then defaults. Raises SettingsError with every fault.

    *only* names the settings that matter to a caller who sends nothing: no channel is read for it, and a variable that
    `env:NAME` names for another setting may be missing.
    """
    chosen: dict[str, object] = {k: v for k, v in (options or {}).items() if v is not None}
    for name in (*_NAMES, "config"):
        variable = f"EVENTCAL_{name.upper()}"
        if name not in chosen and environ.get(variable):
            chosen[name] = environ[variable]
    registry = Path(str(chosen.get("registry", Settings.__dataclass_fields__["registry"].default)))
    named = chosen.pop("config", None)
    config = Path(str(named)) if named else registry.parent / "eventcal.toml"
    if named and not config.is_file():
        raise SettingsError(f"{config}: no such file (EVENTCAL_CONFIG names it)")
    table = _read(config) if config.is_file() else {}
    if only:
        table = {k: v for k, v in table.items() if k in only or not (k == "channels" or str(v).startswith("env:"))}
    faults = _unknown_settings(table, config)
    for name in _FILE_NAMES:
        if name not in chosen and name in table:
            chosen[name] = _revealed(table[name], environ, f"{config}: {name}", faults)
    channels = _channels(table.get("channels", []), config, environ, faults)
    settings = _checked(chosen, registry, config if table else None, channels, faults)
    if faults:
        raise SettingsError("\n".join(faults))
    return settings


def _read(config: Path) -> dict[str, object]:
    try:
        return tomllib.loads(config.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{config}: not TOML: {error}") from error
    except OSError as error:
        raise SettingsError(f"{config}: cannot be read: {error.strerror}") from error


def _unknown_settings(table: Mapping[str, object], config: Path) -> list[str]:
    known = (*_FILE_NAMES, "channels")
    return [f"{config}: unknown setting '{key}'{_did_you_mean(key, known)}" for key in table if key not in known]


def _did_you_mean(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f", did you mean '{near[0]}'?" if near else f"; known are {', '.join(known)}"


def _revealed(value: object, environ: Mapping[str, str], where: str, faults: list[str]) -> object:
    """A value `env:NAME` is read from the environment, so that secrets stay out of the file."""
    if not isinstance(value, str) or not value.startswith("env:"):
        return value
    name = value.removeprefix("env:")
    if not environ.get(name):
        faults.append(f"{where}: the environment has no {name}; set it, or write the value")
    return environ.get(name, "")


def _checked(
    chosen: Mapping[str, object],
    registry: Path,
    config: Path | None,
    channels: tuple[ChannelSettings, ...],
    faults: list[str],
) -> Settings:
    texts = {name: str(chosen[name]).strip() for name in _NAMES if name in chosen and name not in ("registry", "port")}
    port = _port(chosen.get("port", 8000), faults)
    base_url = texts.get("base_url", "").rstrip("/")
    if base_url and (urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).hostname):
        faults.append(f"EVENTCAL_BASE_URL {base_url!r}: write the site's address, such as https://calendar.example.org")
    smtp_url = texts.get("smtp_url", "")
    if smtp_url and (urlsplit(smtp_url).scheme not in ("smtp", "smtps") or not urlsplit(smtp_url).hostname):
        faults.append("EVENTCAL_SMTP_URL: write smtp://user:password@host:587, or smtp://127.0.0.1:1025?starttls=never")
    mail_from = texts.get("mail_from", "")
    if mail_from and ("@" not in mail_from or any(c in mail_from for c in "\r\n")):
        faults.append(f"EVENTCAL_MAIL_FROM {mail_from!r}: write an address, such as calendar@example.org")
    if any(each.type == "email" for each in channels) and not (smtp_url and mail_from):
        faults.append("an email channel needs EVENTCAL_SMTP_URL and EVENTCAL_MAIL_FROM")
    return Settings(**{**texts, "base_url": base_url}, registry=registry, port=port, config=config, channels=channels)


def _port(value: object, faults: list[str]) -> int:
    try:
        port = int(str(value))
    except ValueError:
        port = -1
    if not 0 < port < 65536:
        faults.append(f"EVENTCAL_PORT {value!r}: write a number from 1 to 65535")
        return 8000
    return port


def _channels(
    tables: object, config: Path, environ: Mapping[str, str], faults: list[str]
) -> tuple[ChannelSettings, ...]:
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        faults.append(f"{config}: write each channel as a table of its own, [[channels]]")
        return ()
    found = [_channel(table, f"{config}: channel {number}", environ, faults) for number, table in enumerate(tables, 1)]
    names = [each.name for each in found if each]
    faults += [f"{config}: two channels are named '{name}'" for name in sorted(set(names)) if names.count(name) > 1]
    return tuple(each for each in found if each)


def _channel(
    table: dict[str, object], where: str, environ: Mapping[str, str], faults: list[str]
) -> ChannelSettings | None:
    before = len(faults)
    faults += [f"{where}: unknown key '{k}'{_did_you_mean(k, _CHANNEL_KEYS)}" for k in table if k not in _CHANNEL_KEYS]
    plain = {k: _revealed(v, environ, f"{where}: {k}", faults) for k, v in table.items()}
    kind, name = plain.get("type"), plain.get("name")
    audience, to, private = plain.get("for", "readers"), plain.get("to", []), plain.get("allow_private", False)
    if kind not in CHANNEL_TYPES:
        faults.append(f"{where}: type must be one of {', '.join(CHANNEL_TYPES)}")
    if not isinstance(name, str) or not _CHANNEL_NAME.fullmatch(name):
        faults.append(f"{where}: name must be lower-case letters, digits and hyphens; it is its identity in the ledger")
    if name == "email" and kind != "email":
        faults.append(f"{where}: 'email' is the name of what visitors sign up to; choose another")
    if audience not in AUDIENCES:
        faults.append(f"{where}: for must be one of {', '.join(AUDIENCES)}")
    if not isinstance(private, bool):
        faults.append(f"{where}: allow_private must be true or false")
    if not isinstance(to, list) or not all(isinstance(each, str) and "@" in each for each in to):
        faults.append(f'{where}: to must be a list of mail addresses, such as to = ["desk@example.org"]')
    needed = {"email": "to", "webhook": "url", "ntfy": "url", "apprise": "url", "maildir": "path"}.get(str(kind))
    if needed and not plain.get(needed):
        faults.append(f"{where}: a channel of type {kind} needs '{needed}'")
    faults += [f"{where}: {k} must be text" for k in ("url", "path", "secret", "filter") if not _is_text(plain, k)]
    try:
        filters.parse_query(str(plain.get("filter", "")))
    except GrammarError as error:
        faults.append(f"{where}: filter: {error}")
    if len(faults) > before:
        return None
    return ChannelSettings(
        name=str(name),
        type=str(kind),
        url=str(plain.get("url", "")),
        to=tuple(str(each) for each in to) if isinstance(to, list) else (),
        path=str(plain.get("path", "")),
        secret=str(plain.get("secret", "")),
        filter=str(plain.get("filter", "")),
        audience=str(audience),
        allow_private=bool(private),
    )


def _is_text(table: Mapping[str, object], key: str) -> bool:
    return isinstance(table.get(key, ""), str)
