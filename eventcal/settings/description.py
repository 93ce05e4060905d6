"""Every setting as text, with where it was set, and nothing in it that is secret."""

from __future__ import annotations

import re
from dataclasses import fields

from ..digest_schedule import WEEKDAYS
from .values import LIMIT_NAMES, SETTING_NAMES, Settings

_CHANNEL_KEYS = {"audience": "for"}  # fields that eventcal.toml calls otherwise
_SECRETS = ("secret_key", "operator_token", "secret", "smtp_token")
# up to the last @ of the authority; SQLAlchemy also reads a password with a slash in it
_PASSWORD_PATTERN = re.compile(r"(://[^:/?#]*):(?:[^/?#]*|[^@]*)@")
_SECRET_PARAMETER_PATTERN = re.compile(r"(?i)([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*")


def describe(settings: Settings) -> list[tuple[str, str, str]]:
    """Returns (name, value, origin) of every setting and channel, secrets masked, origin "" for a default."""
    values = {name: getattr(settings, name, None) for name in SETTING_NAMES if name not in LIMIT_NAMES}
    values |= {name: getattr(settings.limits, name) for name in LIMIT_NAMES}
    rows = [(name, mask(name, value), settings.origins.get(name, "")) for name, value in values.items()]
    config = str(settings.config or "")
    site_rows = ((f"site {key.name}", getattr(settings.site, key.name)) for key in fields(settings.site))
    rows += [(name, _site_text(value), config) for name, value in site_rows if value not in (None, "", ())]
    for channel in settings.channels:
        keys = {_CHANNEL_KEYS.get(key.name, key.name): getattr(channel, key.name) for key in fields(channel)}
        keys.pop("name")
        kinds = {"url": "apprise url"} if channel.type == "apprise" else {}
        text = ", ".join(f"{key} {mask(kinds.get(key, key), value)}" for key, value in keys.items() if value)
        rows.append((f"channel {channel.name}", text, config))
    return rows


def _site_text(value: object) -> str:
    if isinstance(value, int):
        return WEEKDAYS[value]
    return ", ".join(f"{label} {address}" for label, address in value) if isinstance(value, tuple) else str(value)


def mask(name: str, value: object) -> str:
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
