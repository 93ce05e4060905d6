"""The look of the pages as one installation chose it: `[site]` of `eventcal.toml` becomes a frozen SiteSettings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..digest_schedule import WEEKDAYS
from ..urls import split_url
from .toml_values import CONTROL_PROBLEM, has_control_character

LOGO_TYPES: Final = (".svg", ".png", ".webp", ".jpg")
MAX_SITE_FILE_BYTES: Final = 512 * 1024
MAX_FOOTER_LINKS: Final = 12
_MAIL_TARGET: Final = re.compile(r"[^\s@<>?]+@[^\s@<>?]+(\?\S*)?")
_KEYS: Final = ("logo", "css", "accent", "footer", "week_start")


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """*logo* and *css* are files, read once at the start; *accent* is a CSS colour name, "" for the calendar's own.

    *footer* holds (label, address) of the links at the end of each page; *week_start* is 0 for Monday, None for the
    custom of the reader's language.
    """

    logo: Path | None = None
    css: Path | None = None
    accent: str = ""
    footer: tuple[tuple[str, str], ...] = ()
    week_start: int | None = None


def parse_site(table: object, folder: Path, location: str, problems: list[str]) -> SiteSettings:
    """Reads the table `[site]`; files are looked for below *folder*. What is wrong in it is added to *problems*."""
    if not isinstance(table, dict):
        problems.append(f'{location}: site is a table: write [site] and below it logo = "logo.svg" and the like')
        return SiteSettings()
    own_problems = [f"unknown key '{key}'; known are {', '.join(_KEYS)}" for key in table if key not in _KEYS]
    site = SiteSettings(
        _parse_file(table, "logo", LOGO_TYPES, folder, own_problems),
        _parse_file(table, "css", (".css",), folder, own_problems),
        _parse_accent(table.get("accent", ""), own_problems),
        _parse_footer(table.get("footer", {}), own_problems),
        _parse_week_start(table.get("week_start"), own_problems),
    )
    problems += [f"{location}: site: {problem}" for problem in own_problems]
    return site


def _parse_file(
    table: dict[str, object], key: str, suffixes: tuple[str, ...], folder: Path, problems: list[str]
) -> Path | None:
    if key not in table:
        return None
    path = folder / str(table[key])
    if path.suffix.lower() not in suffixes:
        problems.append(f"{key} '{table[key]}': write a file that ends in {' or '.join(suffixes)}")
    elif not path.is_file():
        problems.append(f"{key}: {path} is no file; paths are relative to the folder of this file")
    elif path.stat().st_size > MAX_SITE_FILE_BYTES:
        problems.append(f"{key}: {path} is larger than {MAX_SITE_FILE_BYTES // 1024} KB: make it smaller")
    else:
        return path
    return None


def _parse_accent(value: object, problems: list[str]) -> str:
    color = str(value).lower()
    if not color:
        return ""
    from ..registry.suggestions import CSS_COLORS, did_you_mean  # imports pydantic and YAML, and few sites need it

    if color not in CSS_COLORS:
        advice = did_you_mean(color, sorted(CSS_COLORS)) or ": write a CSS colour name, such as teal"
        problems.append(f"accent '{color}'{advice}")
        return ""
    return color


def _parse_footer(value: object, problems: list[str]) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(isinstance(address, str) for address in value.values()):
        problems.append('write footer as {Imprint = "https://example.org/imprint"}')
        return ()
    if len(value) > MAX_FOOTER_LINKS:
        problems.append(f"footer has {len(value)} links: at most {MAX_FOOTER_LINKS}")
    for label, address in value.items():
        is_mail = address.startswith("mailto:") and _MAIL_TARGET.fullmatch(address.removeprefix("mailto:"))
        if not is_mail and split_url(address, "http", "https") is None:
            problems.append(f"footer: {label}: '{address}': write an https, http or mailto address")
        if not label.strip():
            problems.append(f"footer: the link to '{address}' has no text")
        if has_control_character(label):
            problems.append(f"footer: the text of the link to '{address}' {CONTROL_PROBLEM}")
    return tuple(value.items())


def _parse_week_start(value: object, problems: list[str]) -> int | None:
    if value is None:
        return None
    if str(value).lower() in WEEKDAYS:
        return WEEKDAYS.index(str(value).lower())
    problems.append(f"week_start '{value}': write a weekday in English, such as monday")
    return None
