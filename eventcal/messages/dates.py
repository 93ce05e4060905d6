"""A date as a mail says it: with its weekday, on the reader's clock, and on the event's own where that differs."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from .. import words
from ..when import AllDay, Timed, When
from ..words.patterns import apply_pattern


def format_with_weekday(when: When, language: str, zone: str = "") -> str:
    """*when* in words, with the weekday first where the day is known; *zone* "" is the event's own."""
    date_text = words.format_when(when, language, zone or None)
    match when.span:
        case AllDay(first, last):
            pass
        case Timed(start, end):
            clock_zone = ZoneInfo(zone) if zone else start.tzinfo
            first = start.astimezone(clock_zone).date()
            last = end.astimezone(clock_zone).date() if end else first
        case _:
            return date_text
    _ = words.get_translations(language).gettext
    names = dict.fromkeys(apply_pattern("EEEE", day, language) for day in ((first, last) if last > first else (first,)))
    return _("{weekday}, {date}").format(weekday=" – ".join(names), date=date_text)


def format_local_time(when: When, language: str, zone: str) -> str:
    """The hour where it happens, when a reader in *zone* is told another; "" when there is nothing to add."""
    if not zone or not isinstance(when.span, Timed):
        return ""
    start = when.span.start
    if start.utcoffset() == start.astimezone(ZoneInfo(zone)).utcoffset():
        return ""
    return (
        words.get_translations(language).gettext("Local time: {when}").format(when=format_with_weekday(when, language))
    )
