"""The environment and `eventcal.toml` become one frozen Settings. Reads no registry and opens no store."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from ..channels import ChannelSettings
from ..errors import SettingsError
from .channels_table import parse_channels
from .description import describe
from .mail_settings import parse_mail_headers, parse_mail_settings
from .plain_values import check_texts, parse_base_url, parse_flag, parse_networks, parse_number
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
from .values import (
    DAY_COUNT_NAMES,
    FILE_SETTING_NAMES,
    LIMIT_NAMES,
    METRICS_ACCESS,
    SETTING_NAMES,
    TEXT_NAMES,
    Network,
    ServerLimits,
    Settings,
)

MAX_LIMIT = 1_000_000
MAX_DAYS = 3650


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
    settings = _build_settings(values, origins, registry, config if table else None, channels, problems)
    warnings = () if only_names else _warnings(settings)
    settings = replace(
        settings,
        warnings=(*unknown_variables, *(_name_place(warning, origins, config) for warning in warnings)),
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
    for name in FILE_SETTING_NAMES:
        if name not in values and name in table:
            own_problems: list[str] = []
            value = resolve_env(table[name], environ, f"{config}: {name}", own_problems)
            if name in TEXT_NAMES and not isinstance(value, str):
                own_problems.append(f"{config}: {name} must be text, in quotes")
            if not own_problems:
                values[name] = value
            problems += own_problems
            origins[name] = f"{config}, {table[name]}" if str(table[name]).startswith("env:") else str(config)
    for name in TEXT_NAMES:
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
    for name in (*SETTING_NAMES, "config"):
        variable = f"EVENTCAL_{name.upper()}"
        if name not in values and environ.get(variable):
            values[name], origins[name] = environ[variable], variable
    return values, origins


def _unknown_variables(environ: Mapping[str, str], named_in_file: Collection[str]) -> tuple[str, ...]:
    """Returns a sentence for each variable that looks like a setting, and is none and not *named_in_file*.

    It is no problem that ends a command: the environment is shared with what starts eventcal, and with its tests.
    """
    known = {f"EVENTCAL_{name.upper()}" for name in (*SETTING_NAMES, "config")}
    candidates = sorted(name for name in environ if re.match("(?i)EVENTCAL_(?!TEST_)", name) and is_utf8(name))
    unknown = [name for name in candidates if name not in known and name not in named_in_file]
    return tuple(f"{name} is no setting and is ignored{_nearest_setting(name)}" for name in unknown)


def _warnings(settings: Settings) -> tuple[str, ...]:
    """Returns a sentence for each setting that can be read, and does what nobody would set it for."""
    if settings.metrics == "operator" and not settings.operator_token:
        return ("EVENTCAL_METRICS 'operator' refuses everybody, for there is no operator_token: set one, or write off",)
    return ()


def _nearest_setting(variable: str) -> str:
    name = variable.upper().removeprefix("EVENTCAL_").lower()
    matches = difflib.get_close_matches(name, (*SETTING_NAMES, "config"), n=1)
    return f", did you mean EVENTCAL_{matches[0].upper()}?" if matches else "; `eventcal config` lists the settings"


def _unknown_settings(table: Mapping[str, object], config: Path) -> list[str]:
    known = (*FILE_SETTING_NAMES, "mail_headers", "site", "channels")
    return [f"{config}: unknown setting '{key}'{did_you_mean(key, known)}" for key in table if key not in known]


def _build_settings(
    values: Mapping[str, object],
    origins: Mapping[str, str],
    registry: Path,
    config: Path | None,
    channels: tuple[ChannelSettings, ...],
    problems: list[str],
) -> Settings:
    texts = {name: str(values[name]).strip() for name in TEXT_NAMES if name in values}
    port = parse_number("port", values.get("port", 8000), 65535, "a number from 1 to 65535", problems)
    push_allow_private = parse_flag("push_allow_private", values.get("push_allow_private", False), problems)
    trusted_proxies = parse_networks(values.get("trusted_proxies", ()), problems)
    form = f"a number from 1 to {MAX_LIMIT}"
    limits = {
        name: parse_number(name, values[name], MAX_LIMIT, form, problems) for name in LIMIT_NAMES if name in values
    }
    check_texts(texts, problems)
    texts["base_url"] = parse_base_url(texts.get("base_url", ""), problems)
    texts["mail_from"] = parse_mail_settings(texts, origins.keys() - values.keys(), channels, problems)
    day_counts = {
        name: parse_number(name, values[name], MAX_DAYS, f"a number of days from 1 to {MAX_DAYS}", problems)
        for name in DAY_COUNT_NAMES
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
