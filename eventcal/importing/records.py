"""Helpers shared by the formats of tables and lists: a record's parts become an event, its dates and zones are read."""

from __future__ import annotations

import codecs
import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from .. import when
from ..errors import GrammarError, shorten
from ..registry.foreign_yaml import MAX_VALUES, load_foreign_yaml
from ..urls import split_url
from ..when.advice import MAX_EXPLAINED_LENGTH
from .dates import Span, clock_of, local_of
from .texts import one_line, plain_to_markdown, slug, tag
from .values import Carried, ImportedEvent, ImportingError, Loss

_ADVICE = re.compile(r"[:;] write ([^;]+)$")
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?\s*(Z|[+-][0-9]{2}:?[0-9]{2})"
)
_TO_COME = frozenset(("tba", "tbc", "tbd", "to be announced", "to be confirmed", "to be determined"))
WEEKDAY = re.compile(r"^[^\W\d]+(?:\.?,\s*|\.?\s+(?=[0-9]+(?:\w*\.?\s*[^\W\d]|[./][0-9])))")
_HOUR_OR_BRACKET = re.compile(
    r"(?<!\s)\s*(?:[(（]|[,·]?\s*\b(?:(?:at|um|a las|à|в)\s+)?(?:[0-9]{1,2}:[0-9]{2}|(?<=\s)[0-9]{1,2}\s?(?:[ap]m|Uhr|h)\b))",
    re.IGNORECASE,
)
_REMARK = re.compile(r"(?<=\S)(?:\s*[(（\[]|\s+[-–—]|[,;:]\s)[^0-9]*$")
_MAX_DOTS = 200
_NO_DATE = frozenset(("", "none", "null", "n/a", "na", "nan", "-", "–", "?", "~"))


def line_of(record: Any) -> int:
    """Returns the line that a map of the source begins on, 0 for one that does not know it; a number is a line itself."""
    return record if isinstance(record, int) else getattr(record, "line", 0)


class Losses:
    """Collects what one source loses."""

    def __init__(self) -> None:
        self.items: list[Loss] = []

    def add(self, record: Any, subject: str, what: str, detail: str, carried: Carried = Carried.LEFT_OUT) -> None:
        """Records a loss; *record* is a map with a line, or a line number."""
        self.items.append(Loss(line_of(record), subject[:60], what, detail, carried))

    def undated(self, record: Any, subject: str, key: str, text: object) -> str:
        """Returns the `when` of an event without a date, and names it unless the source says itself that one will follow."""
        if not is_to_come(text):
            written = f"{key} is {str(text)[:40]!r}" if str(text).strip() else f"{key} is missing"
            self.add(record, subject, "no date", f"{written}; written as TBD", Carried.CHANGED)
        return "TBD"


def is_no_date(text: object) -> bool:
    """Tells whether a source says that there is no date, or none yet."""
    return str(text).strip().lower() in _NO_DATE or is_to_come(text)


def is_to_come(text: object) -> bool:
    """Tells whether a source says that a date will follow, in English: "TBA", "T.B.A.", "TBC (after the draw)"."""
    return _REMARK.sub("", str(text).strip().lower()).replace(".", "") in _TO_COME


@lru_cache(maxsize=16384)
def when_of(text: str, zone: str = "UTC") -> str | None:
    """Returns the registry's `when` for a date as people write it; None where the grammar has no advice, or a zone would be lost.

    2026-27 is two years, as in 2026/27, and not the season that EDTF has for it.
    """
    text = " ".join(text.split())
    if when.find_doubt(text, ""):
        text = f"{text[:4]}/{int(text[:4]) + 1}"
    if when.is_readable(text, clock_of(zone)):
        return text
    try:
        when.parse(text, when.find_zone(zone))
    except GrammarError as error:
        advice = _ADVICE.search(str(error))
        names_zone = "`timezone`" in str(error) and not re.search(r"\blocal\b", text, re.IGNORECASE)
        if advice and not names_zone and when.is_readable(advice[1], clock_of(zone)):
            return advice[1]
    return None


def describe_unread(text: str) -> str:
    """Says of *text*, in which `when_of` finds no date, that it is none, or that it has no year."""
    return f"{shorten(text)!r} {'has no year' if lacks_year(text) else 'is not a date'}"


def date_text(text: str) -> str:
    """Returns *text* on one line, cut where it is longer than a date can be, and still no date: patterns try each place of it."""
    return " ".join(text.split())[: MAX_EXPLAINED_LENGTH + 1]


def lacks_year(text: str) -> bool:
    """Tells whether *text* is a date but for its year."""
    if len(text) > MAX_EXPLAINED_LENGTH or re.search(r"[0-9]{4}", text):
        return False
    day, _rest = _day_and_rest(text)
    days = [day, WEEKDAY.sub("", day)]  # 2028 gives the day to another one
    return any(
        re.fullmatch(r"[0-9]{1,2}[./][0-9]{1,2}", bare) or when_of(with_year(bare, "2028")) not in (None, "2028")
        for bare in days
    )


def with_year(text: str, year: str) -> str:
    """Returns *text*, the day and hour of a date without a year, with *year* behind the day."""
    day, rest = _day_and_rest(text)
    if re.search(r"[月日号월일]", day):
        return f"{year}年{day}{rest}"
    numbers = re.fullmatch(r"[0-9]{1,2}([./-])[0-9]{1,2}", day)
    glue = numbers[1] if numbers else "" if day.endswith((".", "/", "-")) else " "
    return f"{day}{glue}{year}{rest}"


def _day_and_rest(text: str) -> tuple[str, str]:
    """Returns what stands before the hour or the bracket in *text*, and the rest."""
    match = _HOUR_OR_BRACKET.search(text)
    return (text[: match.start()], text[match.start() :]) if match else (text, "")


def instant_of(text: str, zone: str) -> datetime | None:
    """Returns an hour with an offset as naive time on the clock of *zone*; None for any other text, such as 19:00-21:00."""
    match = _INSTANT.fullmatch(re.sub(r"(T[0-9:.]+[+-])(?=[0-9]:)", r"\g<1>0", text.strip()))  # T12:00-4:00
    if match is None or (match[3][0] == "-" and match[3][1:] > ("12:00" if "T" in match[0] else match[2])):
        return None
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2]}{'+00:00' if match[3] == 'Z' else match[3]}")
    except ValueError:
        return None
    return local_of(moment.astimezone(UTC), zone)


def moment_text(text: str, zone: str) -> str | None:
    """Returns the registry's `when` for a date as people write it, or an hour with an offset, on the clock of *zone*."""
    instant = instant_of(text, zone)
    return Span(instant, None, zone).text() if instant else when_of(text, zone)


def iso_day(text: object) -> date | None:
    """Returns a day written 2027-01-05, at the head of *text*."""
    match = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", str(text).strip())
    try:
        return date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None


def days_text(first: date, last: date | None) -> str:
    """Returns the `when` of the days *first* to *last*."""
    return Span(first, last if last and last >= first else None).text()


def is_web_address(text: object) -> bool:
    """Tells whether *text* is an address that a page may link to."""
    return split_url(str(text).strip(), "http", "https") is not None


def build_event(
    name: str,
    fields: Mapping[str, Any],
    *,
    zone: str = "",
    home: str = "",
    line: int = 0,
    losses: Losses | None = None,
) -> ImportedEvent:
    """Returns the event of *fields*: the registry's keys with the source's words, of which empty ones are left out.

    *name* is the id to try first, as it is read. *zone* is named where it is not *home*. *losses* takes tags and a url
    that cannot be written; None for an event whose source was checked with another one.
    """
    title, url, tags = one_line(fields["title"]), fields.get("url"), [*fields.get("tags", ())]
    if losses is not None:
        _check_parts(tags, url, line, title, losses)
    written = {
        **fields,
        "title": title,
        "timezone": zone if zone != home and re.search(r"[0-9] [0-9]{2}:", fields["when"]) else "",
        "tags": list(dict.fromkeys(word for text in tags if (word := tag(str(text))))),
        "notes": plain_to_markdown(fields.get("notes", "")),
        "url": str(url).strip() if is_web_address(url) else "",
    }
    non_empty = {key: value for key, value in written.items() if value or key == "title"}
    return ImportedEvent(slug(name), non_empty, fields.get("uid", ""), line)


def _check_parts(tags: Iterable[object], url: object, line: int, title: str, losses: Losses) -> None:
    """Names the tags and the url that the registry does not take as they are."""
    for word in map(str, tags):
        mended = tag(word)
        if word.strip() and not mended:
            losses.add(line, title, "tags", f"{word[:40]!r} cannot be a tag")
        elif mended != word.strip():
            losses.add(line, title, "tags", f"{word.strip()[:40]!r} became {mended!r}", Carried.CHANGED)
    if url and str(url).strip() and not is_web_address(url):
        losses.add(line, title, "url", f"{str(url)[:60]!r} is not a web address")


def place_fields(*parts: object, lat: object = "", lon: object = "") -> dict[str, Any]:
    """Returns the `place` of these names, from near to far."""
    name = ", ".join(dict.fromkeys(one_line(str(part)) for part in parts if part and str(part).strip()))
    fields: dict[str, Any] = {"name": name} if name else {}
    try:
        degrees = {"lat": f"{float(str(lat)):.6f}", "lon": f"{float(str(lon)):.6f}"}
    except ValueError:
        degrees = {}
    fields |= degrees
    if not fields:
        return {}
    return {"place": fields["name"] if set(fields) == {"name"} else fields}


def records_of(value: object, what: str) -> list[Mapping[str, Any]]:
    """Returns the maps of a list. Raises ImportingError where *value* is no list of maps."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise ImportingError(f"this is not a {what}: a list of maps was expected")
    return value


def report_unknown_keys(record: Mapping[str, Any], known: str, losses: Losses, subject: str) -> None:
    """Names every key of *record* that has a value and no place in the registry."""
    for key, value in record.items():
        if key not in known.split() and value not in ("", None, [], {}, "null", "~"):
            losses.add(record, subject, key, "the registry has no key for it")


def decode_text(data: bytes) -> str:
    """Returns the text of *data*, in UTF-8 or, with its mark, UTF-16. Raises ImportingError where it is neither."""
    is_utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        advice = "save the file as UTF-8, which Excel calls 'CSV UTF-8'"
        raise ImportingError(f"line {line}: byte 0x{data[error.start]:02x} is not UTF-8: {advice}") from error


def load_yaml(text: str, max_values: int = MAX_VALUES) -> Any:
    """Returns the YAML of another project, of *max_values* values at most. Raises ImportingError."""
    try:
        return load_foreign_yaml(text, max_values)
    except GrammarError as error:
        raise ImportingError(f"this is not YAML: {error}") from error


def load_toml(text: str) -> dict[str, Any]:
    """Returns the TOML of another project, of a few dots a line: a dotted key takes time with the square of its length.

    Raises ImportingError; RecursionError where it is nested too deep.
    """
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _MAX_DOTS:
            raise ImportingError(f"line {number} has more than {_MAX_DOTS} dots")
    try:
        return tomllib.loads(text)
    except ValueError as error:  # also a number of 5,000 digits
        raise ImportingError(f"this is not TOML: {error}") from error


def length_of(parts: Mapping[str, Any]) -> timedelta | None:
    """Returns a length given as {hours: 1, minutes: 30}."""
    try:
        return timedelta(**{unit: float(number) for unit, number in parts.items()})
    except (TypeError, ValueError, OverflowError):
        return None
