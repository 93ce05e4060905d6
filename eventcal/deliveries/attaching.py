"""An event of the newest edition becomes the bytes that a message brings along, as its own feed would give them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import feeds
from ..filters import Filter
from ..history import Edition, Version
from .press import Ics


def attached(edition: Callable[[], Edition | None], base_url: str, clock: Callable[[], datetime]) -> Ics:
    """How an event is drawn that a message brings along: as `/events/ID.ics` would give it now."""

    def draw(version: Version) -> bytes:
        found = edition()
        if found is None:
            return b""
        today = clock().astimezone(ZoneInfo(found.calendar.timezone)).date()
        return feeds.alone(found, version, today, Filter(), base_url)

    return draw
