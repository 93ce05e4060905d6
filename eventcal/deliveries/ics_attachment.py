"""An event of the newest edition becomes the bytes that a message brings along, as its own feed would give them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import feeds
from ..filters import Filter
from ..history import Edition, Version
from .render import IcsBuilder


def ics_builder(
    current_edition: Callable[[], Edition | None], base_url: str, clock: Callable[[], datetime]
) -> IcsBuilder:
    """How an event is drawn that a message brings along: as `/events/ID.ics` would give it now."""

    def build_ics(version: Version) -> bytes:
        edition = current_edition()
        if edition is None:
            return b""
        today = clock().astimezone(ZoneInfo(edition.calendar.timezone)).date()
        return feeds.render_event_ics(edition, version, today, Filter(), base_url)

    return build_ics
