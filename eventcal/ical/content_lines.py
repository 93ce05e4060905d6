"""A name and a value become one content line of RFC 5545: escaped, typed, folded. Knows no event but the dates of a series."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from ..links import encode_url
from ..when import LAST_YEAR, AllDay, Timed, is_floating
from ..when.zones import zone_transitions

CRLF = b"\r\n"

_MAX_LINE_OCTETS = 75  # octets without the line break (RFC 5545 3.1)


def line(name: str, value: str, **parameters: str) -> bytes:
    """Returns one content line of a value that is escaped already, folded at 75 octets, with its CRLF."""
    unfolded = f"{name}{_format_parameters(tuple(parameters.items()))}:{value}" if parameters else f"{name}:{value}"
    octets = unfolded.encode()
    return (octets if len(octets) < _MAX_LINE_OCTETS else _fold(octets)) + CRLF


def _fold(octets: bytes) -> bytes:
    """Breaks a long line (RFC 5545 3.1) between two characters, and within no escape: some readers take those first."""
    pieces, start = [], 0
    while len(octets) - start >= _MAX_LINE_OCTETS:
        end = start + _MAX_LINE_OCTETS - 1  # the space before each further piece counts
        while octets[end] & 0b1100_0000 == 0b1000_0000:  # goes on with a character of UTF-8
            end -= 1
        escapes = octets[start:end].rstrip(b"\\")
        end -= (end - start - len(escapes)) % 2  # an odd backslash begins an escape, an even one ends it
        pieces.append(octets[start:end])
        start = end
    return b"\r\n ".join((*pieces, octets[start:]))


@lru_cache(maxsize=1024)
def _format_parameters(pairs: tuple[tuple[str, str], ...]) -> str:
    # none of our values (zones, language tags, names of RFC 5545) needs quotes
    return "".join(f";{name}={value}" for name, value in sorted(pairs))


def text_line(name: str, value: str, language: str = "", **parameters: str) -> bytes:
    """Returns a line of TEXT (3.3.11). Escaped here, also in NAME and every X- property, where `Component.add` would not."""
    if language:
        parameters["LANGUAGE"] = language
    return line(name, _escape(value), **parameters)


def uri_line(name: str, url: str, **parameters: str) -> bytes:
    """Returns a line of a URI (3.3.13), percent-encoded where RFC 3986 wants it; what is encoded already stays."""
    return line(name, encode_url(url), **parameters)


def text_list_line(name: str, values: Iterable[str]) -> bytes:
    """Returns a line of several TEXTs, such as CATEGORIES."""
    return line(name, ",".join(_escape(value) for value in values))


def _escape(value: str) -> str:
    # vText would take the letters of a path such as C:\New for a line break
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return value.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def duration_line(name: str, value: timedelta, **parameters: str) -> bytes:
    """Renders a property of type DURATION (RFC 5545 3.3.6), its days counted by the clock."""
    days, clock = abs(value).days, _format_clock(abs(value).seconds)
    text = (f"{days}D" if days or not clock else "") + (f"T{clock}" if clock else "")
    return line(name, f"{_minus_sign(value)}P{text}", **parameters)


def elapsed_line(name: str, value: timedelta) -> bytes:
    """Renders a DURATION of hours, minutes and seconds alone: P1D is a day by the clock, PT24H is not (RFC 5545 3.3.6)."""
    return line(name, f"{_minus_sign(value)}PT{_format_clock(abs(round(value.total_seconds()))) or '0S'}")


def _minus_sign(value: timedelta) -> str:
    return "-" if value < timedelta(0) else ""


def _format_clock(seconds: int) -> str:
    """Returns the units that are not 0: between hours and seconds the grammar wants minutes in any case."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    has_minutes = minutes or (hours and seconds)
    return (f"{hours}H" if hours else "") + (f"{minutes}M" if has_minutes else "") + (f"{seconds}S" if seconds else "")


@lru_cache(maxsize=1024)
def utc_offset_line(name: str, offset: int) -> bytes:
    """Renders a property of type UTC-OFFSET (RFC 5545 3.3.14) of *offset* seconds."""
    minutes, seconds = divmod(abs(offset), 60)
    hours, minutes = divmod(minutes, 60)
    return line(name, f"{'-' if offset < 0 else '+'}{hours:02}{minutes:02}" + (f"{seconds:02}" if seconds else ""))


def utc_line(name: str, moment: datetime, **parameters: str) -> bytes:
    """Returns a moment in UTC, to the second: DTSTAMP, LAST-MODIFIED."""
    return line(name, _format_date_time(moment.astimezone(UTC)) + "Z", **parameters)


def date_line(name: str, value: date) -> bytes:
    """Returns a DATE, never with a TZID (3.2.19)."""
    return line(name, f"{value.year:04}{value.month:02}{value.day:02}", VALUE="DATE")


def local_line(name: str, moment: datetime, zone: ZoneInfo) -> bytes:
    """Returns a moment on the wall clock of *zone*, with its TZID; in UTC where the zone is UTC itself; floating without either."""
    if is_floating(zone):
        return floating_line(name, moment)
    if is_utc(zone):
        return line(name, _format_date_time(moment) + "Z")
    return line(name, _format_date_time(moment), TZID=zone.key)


def floating_line(name: str, moment: datetime) -> bytes:
    """Returns a moment on the wall clock that the line's place names, such as a zone's DTSTART, or on every one (3.3.5, form 1)."""
    return line(name, _format_date_time(moment))


def _format_date_time(moment: datetime) -> str:
    # strftime would not fill the year up to four digits
    return f"{moment.year:04}{moment.month:02}{moment.day:02}T{moment.hour:02}{moment.minute:02}{moment.second:02}"


def is_utc(zone: ZoneInfo) -> bool:
    """Tells whether *zone* is UTC under any of its IANA names."""
    return not is_floating(zone) and zone.key in (
        "UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu",
    )  # fmt: skip


def component(name: str, *lines: bytes) -> bytes:
    """Wraps *lines* in BEGIN and END."""
    # joined once: a calendar of ten thousand events is not to stand in memory twice
    return b"".join((f"BEGIN:{name}\r\n".encode(), *lines, f"END:{name}\r\n".encode()))


_GMT = ZoneInfo("Etc/GMT")


def recurrence_line(name: str, day: date, span: AllDay | Timed) -> bytes:
    """Returns the occurrence that the rule makes on *day*, named as DTSTART is: EXDATE, RECURRENCE-ID."""
    if isinstance(span, AllDay):
        return date_line(name, day)
    return local_line(name, datetime.combine(day, span.start.time()), span.zone)


def in_named_zone(span: AllDay | Timed) -> AllDay | Timed:
    """Returns *span* with Etc/GMT in the place of UTC: `ical` (Home Assistant) matches no RECURRENCE-ID that ends with Z."""
    if isinstance(span, AllDay) or not is_utc(span.zone):
        return span
    return Timed(span.start.replace(tzinfo=_GMT), span.end.replace(tzinfo=_GMT) if span.end else None)


def clock_change_days(span: AllDay | Timed, first_year: int, last_year: int) -> tuple[date, ...]:
    """Returns the days of some years on which a series with the hours of *span* meets a change of its zone's clocks.

    There readers disagree: on which of two equal hours is meant, and on whether the end keeps its hour or the length.
    """
    if isinstance(span, AllDay) or span.is_floating:
        return ()
    length = (span.end or span.start).replace(tzinfo=None) - span.start.replace(tzinfo=None)
    return _change_days(span.zone, span.start.time(), length, first_year, min(last_year, LAST_YEAR))


def first_day_with_clock_change(span: AllDay | Timed) -> tuple[date, ...]:
    """Returns the first day of a series with the hours of *span*, if it is among its `clock_change_days`."""
    if isinstance(span, AllDay):
        return ()
    day = span.start.date()
    return tuple(other for other in clock_change_days(span, day.year, day.year + 1) if other == day)


@lru_cache(maxsize=4096)
def _change_days(zone: ZoneInfo, start: time, length: timedelta, first_year: int, last_year: int) -> tuple[date, ...]:
    days: dict[date, None] = {}
    for change in (change for year in range(first_year, last_year + 1) for change in zone_transitions(zone, year)):
        for before in range(length.days + 1, -1, -1):
            begin = datetime.combine(change.begin.date() - timedelta(days=before), start, zone)
            ends = (moment.replace(fold=fold) for moment in (begin, begin + length) for fold in (0, 1))
            if len({moment.utcoffset() for moment in ends}) > 1:
                days[begin.date()] = None
    return tuple(days)
