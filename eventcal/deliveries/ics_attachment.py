"""Builds the calendar file of one event that a message brings along, as its own feed would give it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import feeds
from ..filters import Filter
from ..history import Edition, Version
from .render import IcsBuilder

# What makes a calendar of a file (RFC 7986 5.1, 5.7, 5.8, and older names): an attachment is one event to keep.
_FEED_PROPERTIES = (
    b"NAME",
    b"X-WR-CALNAME",
    b"X-WR-CALDESC",
    b"DESCRIPTION",
    b"SOURCE",
    b"REFRESH-INTERVAL",
    b"X-PUBLISHED-TTL",
)


def ics_builder(
    current_edition: Callable[[], Edition | None], base_url: str, clock: Callable[[], datetime]
) -> IcsBuilder:
    """Builds the calendar file of one event in a language: as `/events/ID.ics?lang=` gives it, without a feed's marks."""

    def build_ics(version: Version, language: str = "") -> bytes:
        edition = current_edition()
        if edition is None:
            return b""
        today = clock().astimezone(ZoneInfo(edition.calendar.timezone)).date()
        feed = feeds.render_event_ics(edition, version, today, Filter(language=language), base_url)
        return drop_feed_marks(feed)

    return build_ics


def drop_feed_marks(feed: bytes) -> bytes:
    """Returns *feed* without the properties that make a calendar to subscribe to of it."""
    names = b"|".join(map(re.escape, _FEED_PROPERTIES))
    header, begin, components = feed.partition(b"\r\nBEGIN:V")
    header, calendar_begin, properties = header.partition(b"BEGIN:VCALENDAR\r\n")
    if not calendar_begin:
        return feed
    remaining = re.sub(rb"(?m)^(?:" + names + rb")[;:].*\r\n(?:[ \t].*\r\n)*", b"", properties + b"\r\n")
    return header + calendar_begin + remaining.removesuffix(b"\r\n") + begin + components
