"""A published feed gives back what it promised of each event: UID, SEQUENCE, LAST-MODIFIED. Reads nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import icalendar

from ..errors import GrammarError


@dataclass(frozen=True, slots=True)
class Identity:
    """The last published SEQUENCE and LAST-MODIFIED of an event.

    *edited* is the oldest LAST-MODIFIED of its components: when it was last edited, for some move on at a midnight.
    """

    sequence: int
    modified: datetime
    edited: datetime

    def merge(self, other: Identity) -> Identity:
        """Returns what both say of one event."""
        return Identity(
            max(self.sequence, other.sequence), max(self.modified, other.modified), min(self.edited, other.edited)
        )


def read_identities(feed: bytes) -> dict[str, Identity]:
    """By UID, the highest SEQUENCE and the latest and oldest LAST-MODIFIED (else DTSTAMP) of a feed.

    Raises GrammarError for what is no feed.
    """
    try:
        calendars = icalendar.Calendar.from_ical(feed, multiple=True)
    except ValueError as error:
        raise GrammarError(f"not an iCalendar feed: {error}") from error
    identity_by_uid: dict[str, Identity] = {}
    for calendar in calendars:
        for event in calendar.walk("VEVENT"):
            uid, sequence = str(event.get("UID", "")), int(event.get("SEQUENCE", 0))
            stamp = event.get("LAST-MODIFIED") or event.get("DTSTAMP")
            if not uid or stamp is None:
                continue
            modified = stamp.dt.astimezone(UTC).replace(microsecond=0)
            identity = Identity(sequence, modified, modified)
            identity_by_uid[uid] = identity.merge(identity_by_uid.get(uid, identity))
    return identity_by_uid
