"""A date as a mail says it: with its weekday, on the reader's clock, and on the event's own where that differs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from .. import words
from ..when import AllDay, Timed, When
from ..words.patterns import format_days


def format_with_weekday(when: When, language: str, zone: str = "") -> str:
    """Formats *when* with the weekday of each known day; *zone* "" is the event's own."""
    return words.format_when(when, language, _clock(when, zone) or None, weekday=True)


def format_subject_date(when: When, now: datetime, language: str, zone: str = "") -> str:
    """Formats the date in a subject: "Tue 15 Dec, 16:00" or "16 – 17 Sep", with the year when it is not that of *now*.

    An hour is its start on the clock of *zone*, "" for the event's own; what is known in part reads as everywhere.
    """
    zone = _clock(when, zone)
    match when.span:
        case AllDay(first, last):
            text = _format_subject_days(first, last, now.year, language)
        case Timed(start, _):
            local = start.astimezone(ZoneInfo(zone)) if zone else start
            day = _format_subject_days(local.date(), local.date(), now.year, language)
            date_and_time = words.get_translations(language).gettext("{date}, {time}")
            text = date_and_time.format(date=day, time=words.format_time(local, language))
        case _:
            return words.format_when(when, language, zone or None, style="short")
    return words.mark_doubtful(text, language) if when.uncertain else text


def _format_subject_days(first: date, last: date, year: int, language: str) -> str:
    style: Literal["brief", "short"] = "brief" if first.year == last.year == year else "short"
    return format_days(first, last, language, style, weekday=first == last)  # several days are long enough


def _clock(when: When, zone: str) -> str:
    """The zone in which *when* is told a reader in *zone*: "", its own, where its hours hold on every clock."""
    return "" if isinstance(when.span, Timed) and when.span.is_floating else zone


def format_local_time(when: When, language: str, zone: str) -> str:
    """The hour where it happens, when a reader in *zone* is told another; "" when there is nothing to add."""
    if not isinstance(when.span, Timed) or not _clock(when, zone):
        return ""
    start = when.span.start
    if start.utcoffset() == start.astimezone(ZoneInfo(zone)).utcoffset():
        return ""
    return (
        words.get_translations(language).gettext("Local time: {when}").format(when=format_with_weekday(when, language))
    )
