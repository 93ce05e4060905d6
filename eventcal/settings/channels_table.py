"""The tables `[[channels]]` of `eventcal.toml` become ChannelSettings, or problems that say which one and what to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .. import filters, mail_address
from ..channels import ChannelSettings
from ..digest_schedule import canonical_digest
from ..errors import GrammarError
from ..states import PUSH_CHANNEL
from ..urls import split_url
from .toml_values import CONTROL_PROBLEM, did_you_mean, has_control_character, resolve_env

CHANNEL_TYPES = ("log", "email", "webhook", "ntfy", "maildir", "apprise")
_CHAT_BODIES = {"discord": "discord", "slack": "slack", "mattermost": "slack", "teams": "teams", "matrix": "matrix"}
"""The `body` of a webhook for chat services that are taken for a type."""
AUDIENCES = ("readers", "operator")
CHANNEL_KEYS = ("name", "type", "url", "to", "path", "secret", "filter", "for", "allow_private", "body", "digest")
_TEXT_KEYS = ("url", "path", "secret", "filter", "body", "digest")
_TYPES_BY_KEY = {
    "to": ("email",),
    "url": ("webhook", "ntfy", "apprise"),
    "path": ("maildir",),
    "secret": ("webhook", "ntfy"),
    "allow_private": ("webhook", "ntfy"),
    "body": ("webhook",),
}
_NEEDED_KEYS = {"email": "to", "webhook": "url", "ntfy": "url", "apprise": "url", "maildir": "path"}
_CHANNEL_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def parse_channels(
    tables: object, config: Path, environ: Mapping[str, str], problems: list[str]
) -> tuple[ChannelSettings, ...]:
    """Returns the channels of *tables*, as TOML gives them; adds a problem for each thing that is wrong with one."""
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append(f"{config}: write each channel as a separate table, [[channels]]")
        return ()
    parsed = [
        _parse_channel(table, f"{config}: channel {number}", environ, problems)
        for number, table in enumerate(tables, 1)
    ]
    names = [channel.name for channel in parsed if channel]
    problems += [f"{config}: two channels are named '{name}'" for name in sorted(set(names)) if names.count(name) > 1]
    return tuple(channel for channel in parsed if channel)


def _parse_channel(
    table: dict[str, object], location: str, environ: Mapping[str, str], problems: list[str]
) -> ChannelSettings | None:
    own_problems = [f"unknown key '{k}'{did_you_mean(k, CHANNEL_KEYS)}" for k in table if k not in CHANNEL_KEYS]
    values = _resolve_values(table, environ, own_problems)
    mistyped = [key for key in _TEXT_KEYS if not isinstance(values.get(key, ""), str)]
    own_problems += [f"{key} must be text" for key in mistyped]
    unprintable = [key for key in ("url", "path", "filter") if has_control_character(str(values.get(key, "")))]
    own_problems += [f"{key} {CONTROL_PROBLEM}" for key in unprintable]
    unset = [key for key in _TEXT_KEYS if str(table.get(key)).startswith("env:") and not values[key]]
    mistyped += [*unprintable, *unset]
    # One fault, one problem: to the checks below a key that holds no text is empty.
    values |= dict.fromkeys(mistyped, "")
    own_problems += [*_identity_problems(values), *_value_problems(values, mistyped)]
    recipients = _parse_recipients(values.get("to", []), own_problems)
    digest = _parse_digest(values, own_problems)
    problems += [f"{location}: {problem}" for problem in own_problems]
    if own_problems:
        return None
    return ChannelSettings(
        name=str(values["name"]),
        type=str(values["type"]),
        to=recipients,
        audience=str(values.get("for", "readers")),
        allow_private=bool(values.get("allow_private", False)),
        digest=digest,
        **{key: str(values.get(key, "")) for key in ("url", "path", "secret", "filter", "body")},
    )


def _resolve_values(table: Mapping[str, object], environ: Mapping[str, str], problems: list[str]) -> dict[str, object]:
    values = {key: resolve_env(value, environ, key, problems) for key, value in table.items()}
    if isinstance(secrets := values.get("secret"), list):  # the new one and the old one, while one replaces the other
        resolved = [str(resolve_env(secret, environ, "secret", problems)).strip() for secret in secrets]
        values["secret"] = " ".join(resolved)
    elif isinstance(secrets, str):
        resolved = [secrets.strip()]
        values["secret"] = resolved[0]
    else:
        resolved = []
    if any(re.search(r"\s", secret) for secret in resolved):
        problems.append('secret: one secret has no spaces or line breaks; two are a list, ["env:NEW", "env:OLD"]')
    elif values.get("type") == "ntfy" and not re.fullmatch(r"[!-~]*", str(values.get("secret", ""))):
        problems.append("secret: an ntfy server takes one access token, in ASCII")
    return values


def _identity_problems(values: Mapping[str, object]) -> Iterator[str]:
    """Yields what is wrong with a channel's type, name and audience."""
    kind, name = values.get("type"), values.get("name")
    if body := _CHAT_BODIES.get(str(kind)):
        yield f'for {kind} write type = "webhook" and body = "{body}"'
    elif kind not in CHANNEL_TYPES:
        known = f"type must be one of {', '.join(CHANNEL_TYPES)}"
        yield f"unknown type {str(kind)!r}{did_you_mean(str(kind), CHANNEL_TYPES)}" if kind else known
    if not isinstance(name, str) or not _CHANNEL_NAME.fullmatch(name):
        yield "name must be lower-case letters, digits and hyphens; it identifies the channel in the ledger"
    if name == PUSH_CHANNEL:
        yield f"'{name}' is reserved for devices that visitors sign up; choose another name"
    if name == "email" and kind != "email":
        yield "'email' is reserved for addresses that visitors sign up; choose another name"
    if values.get("for", "readers") not in AUDIENCES:
        yield f"for must be one of {', '.join(AUDIENCES)}"


def _value_problems(values: Mapping[str, object], mistyped: Sequence[str]) -> Iterator[str]:
    """Yields what is wrong with a channel's other values, but for its recipients, its digest and the *mistyped* ones."""
    kind = values.get("type")
    if not isinstance(values.get("allow_private", False), bool):
        yield "allow_private must be true or false"
    for key, kinds in _TYPES_BY_KEY.items():
        if values.get(key) and kind in CHANNEL_TYPES and kind not in kinds:
            yield f"{key} is for channels of type {' or '.join(kinds)}"
    needed = _NEEDED_KEYS.get(str(kind))
    is_reported = needed in mistyped or (needed == "to" and not isinstance(values.get("to", []), list))
    if needed and not values.get(needed) and not is_reported:
        yield f"a channel of type {kind} needs '{needed}'"
    if kind in ("webhook", "ntfy") and values.get("url") and split_url(str(values["url"]), "http", "https") is None:
        yield "url must be an http or https address"
    try:
        filters.parse_query(str(values.get("filter", "")))
    except GrammarError as error:
        yield f"filter: {error}"


def _parse_digest(values: Mapping[str, object], problems: list[str]) -> str:
    """Returns the canonical schedule of a channel's digest, "" for none."""
    try:
        return canonical_digest(str(values.get("digest", "")))
    except GrammarError as error:
        problems.append(str(error))
        return ""


def _parse_recipients(to: object, problems: list[str]) -> tuple[str, ...]:
    if not isinstance(to, list) or not all(isinstance(address, str) for address in to):
        problems.append('to must be a list of mail addresses, such as to = ["desk@example.org"]')
        return ()
    recipients = []
    for address in to:
        try:
            recipients.append(mail_address.parse_recipient(address))
        except GrammarError as error:
            problems.append(f"to: {address!r}: {error}")
    return tuple(recipients)
