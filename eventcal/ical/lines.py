"""A name and a value become one content line of RFC 5545: escaped, typed, folded. Knows no event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import vDate, vDatetime, vDuration, vUri, vUTCOffset
from icalendar.parser import Contentline, Parameters

CRLF = b"\r\n"

_LONGEST = 75  # octets without the line break (RFC 5545 3.1)


@lru_cache(maxsize=1024)
def _parameters(pairs: tuple[tuple[str, str], ...]) -> Parameters:
    return Parameters(pairs)


_NONE = _parameters(())


class Raw:
    """A value that is written as it stands: numbers, rules, and tokens of our own."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = value

    def to_ical(self) -> bytes:
        return self.value.encode()


Value = Raw | vUri | vDate | vDatetime | vDuration | vUTCOffset


def line(name: str, value: Value, **parameters: str) -> bytes:
    """One content line, folded at 75 octets, with its CRLF."""
    made = Contentline.from_parts(name, _parameters(tuple(parameters.items())) if parameters else _NONE, value)
    octets = bytes(made.encode())
    # icalendar folds character by character, which a short line need not wait for
    return (octets if len(octets) < _LONGEST else bytes(made.to_ical())) + CRLF


def text(name: str, value: str, language: str = "") -> bytes:
    """A line of TEXT (3.3.11). Escaped here, also in NAME and every X- property, where `Component.add` would not."""
    return line(name, Raw(_escaped(value)), LANGUAGE=language) if language else line(name, Raw(_escaped(value)))


def texts(name: str, values: Iterable[str]) -> bytes:
    """A line of several TEXTs, such as CATEGORIES."""
    return line(name, Raw(",".join(_escaped(each) for each in values)))


def _escaped(value: str) -> str:
    # vText would take the letters of a path such as C:\New for a line break
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def token(name: str, value: str) -> bytes:
    """A line whose value has no characters to escape: STATUS, RRULE, SEQUENCE."""
    return line(name, Raw(value))


def uri(name: str, value: str, **parameters: str) -> bytes:
    return line(name, vUri(value), **parameters)


def duration(name: str, value: timedelta, **parameters: str) -> bytes:
    return line(name, vDuration(value), **parameters)


def instant(name: str, moment: datetime) -> bytes:
    """A moment in UTC, to the second: DTSTAMP, LAST-MODIFIED."""
    return line(name, vDatetime(moment.astimezone(UTC)))


def day(name: str, value: date) -> bytes:
    """A DATE, never with a TZID (3.2.19)."""
    return line(name, vDate(value), VALUE="DATE")


def local(name: str, moment: datetime, zone: ZoneInfo) -> bytes:
    """A moment on the wall clock of *zone*, with its TZID; in UTC where the zone is UTC itself."""
    if is_utc(zone):
        return instant(name, moment.replace(tzinfo=UTC))
    return line(name, vDatetime(moment.replace(tzinfo=None)), TZID=zone.key)


def is_utc(zone: ZoneInfo) -> bool:
    return zone.key in ("UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu")


def component(name: str, *lines: bytes) -> bytes:
    return b"BEGIN:%b\r\n%bEND:%b\r\n" % (name.encode(), b"".join(lines), name.encode())
