"""The parts that events, calendars and sources share become values: texts, places, addresses, dates of print."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from ..events import Place, Text
from .names import COUNTRIES, COUNTRY_SLIPS
from .nodes import Fault, Path

_BREAK = re.compile(r"\s*\n\s*")
_MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")


def one_line(text: str) -> str:
    """*text* without spaces around it; a folded text is one line."""
    text = text.strip()
    return _BREAK.sub(" ", text) if "\n" in text else text


def language_of(tag: str) -> str:
    """A language tag as RFC 5646 2.1.1 writes it: zh-Hant-TW."""
    head, *rest = tag.split("-")
    return "-".join([head.lower(), *(each.title() if len(each) == 4 else each.upper() for each in rest)])


def text_of(value: Any, language: str, path: Path, faults: list[Fault]) -> Text | None:
    """A text of several lines, in *language* or in those that it names."""
    if value is None:
        return None
    if isinstance(value, str):
        return Text(((language, value.strip()),))
    pairs: dict[str, str] = {}
    for tag, text in value.items():
        if (same := language_of(tag)) in pairs:
            faults.append(Fault((*path, tag), f"the language {same} is given twice", at_key=True))
        pairs[same] = text.strip()
    return Text(tuple(pairs.items()))


def words(value: Any, language: str, path: Path, faults: list[Fault]) -> Text | None:
    """A text of one line, in *language* or in those that it names."""
    text = text_of(value, language, path, faults)
    if text is None or not any("\n" in each for _, each in text.pairs):
        return text
    return Text(tuple((tag, one_line(each)) for tag, each in text.pairs))


def place_of(value: Any, typed: Any, language: str, faults: list[Fault]) -> Place | None:
    """Where it is; *typed* is the value with the parts whose shape was wrong."""
    if value is None:
        return None
    if isinstance(value, str):
        return Place(Text(((language, one_line(value)),)))
    if not typed:
        faults.append(Fault(("place",), "'place' is empty: write its name, or leave the key out"))
    latitude, longitude = number(value, "lat", 90, faults), number(value, "lon", 180, faults)
    if ("lat" in typed) != ("lon" in typed):
        alone, other = ("lat", "lon") if "lat" in typed else ("lon", "lat")
        faults.append(
            Fault(("place", alone), f"{alone} says nothing without {other}: write both, or none", at_key=True)
        )
    return Place(
        words(value.get("name"), language, ("place", "name"), faults),
        words(value.get("region"), language, ("place", "region"), faults),
        country(value["country"], faults) if "country" in value else "",
        latitude,
        longitude,
    )


def number(value: dict[str, str], key: str, limit: int, faults: list[Fault]) -> float | None:
    """Degrees within ±*limit*."""
    if key not in value:
        return None
    degrees = float(value[key])
    if abs(degrees) > limit:
        swapped = ": are lat and lon the wrong way round?" if key == "lat" and abs(degrees) <= 180 else ""
        faults.append(Fault(("place", key), f"{key} {value[key]}: degrees go from -{limit} to {limit}{swapped}"))
    return degrees


def country(code: str, faults: list[Fault]) -> str:
    if code in COUNTRIES:
        return code
    plain = code.strip().upper()
    meant = COUNTRY_SLIPS.get(plain) or (plain if plain in COUNTRIES else None)
    advice = f"did you mean {meant}?" if meant else "write the two letters of ISO 3166-1, such as TJ"
    faults.append(Fault(("place", "country"), f"country '{code}': {advice}"))
    return code


def address(text: str, path: Path, faults: list[Fault]) -> str:
    """An address that a page may link to: https, http or mailto."""
    text = text.strip()
    if (advice := _address_fault(text)) is not None:
        faults.append(Fault(path, f"'{text if len(text) <= 60 else text[:57] + '...'}': {advice}"))
    return text


def _address_fault(text: str) -> str | None:
    if re.search(r"\s", text):
        return "an address holds no spaces"
    try:
        parts = urlsplit(text)
        scheme, host, _ = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return "this is no address: write it as https://example.org/page"
    if scheme in ("http", "https"):
        return None if host else f"the host is missing: write it as {scheme}://example.org/page"
    if scheme == "mailto":
        return None if _MAIL.fullmatch(parts.path) else "write a mail address as mailto:desk@example.org"
    if _MAIL.fullmatch(text):
        return f"write mailto:{text}"
    if scheme and "://" in text:
        return f"{scheme} addresses are not linked to: https, http and mailto are"
    return (
        f"write the whole address: https://{text}" if "." in text else "write an address, as https://example.org/page"
    )


def printed_on(text: str, path: Path, faults: list[Fault]) -> str:
    """A day, month or year of print: 2021-06-24, 2021-06 or 2021."""
    text = text.strip()
    try:
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
            raise ValueError(text)
        date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)
    except ValueError:
        faults.append(Fault(path, f"{path[-1]} '{text}': write a day that exists, as 2021-06-24, or 2021-06 or 2021"))
    return text
