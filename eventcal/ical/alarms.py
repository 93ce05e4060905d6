"""An event's leads become VALARMs, for the reader who asks for them. Our own reminders are another room's work."""

from __future__ import annotations

import hashlib
from datetime import datetime, time
from zoneinfo import ZoneInfo

from .. import leads
from ..leads import Lead, WallClock
from ..when import AllDay, Timed, When
from . import lines


def valarms(uid: str, span: AllDay | Timed, of: tuple[Lead, ...], zone: ZoneInfo, title: str, series: bool) -> bytes:
    """DISPLAY alarms relative to the start, each with a UID of its own (RFC 9074) that stays while its lead stays.

    A lead in months is left out of a *series*: it is another number of days before each occurrence.
    """
    found = []
    for lead in of:
        at = leads.resolve(lead, When(span), zone)
        if at is None or (series and isinstance(lead, WallClock) and lead.months):
            continue
        # Counted on the wall clock: in a TRIGGER days are nominal (RFC 5545 3.3.6), as they are in a lead.
        start = datetime.combine(span.first, time()) if isinstance(span, AllDay) else span.start.replace(tzinfo=None)
        ahead = at.astimezone(zone).replace(tzinfo=None) - start
        if isinstance(lead, leads.Elapsed):
            ahead = -lead.length
        found.append(
            lines.component(
                "VALARM",
                lines.text("UID", _uid(uid, lead)),
                lines.line("ACTION", "DISPLAY"),
                lines.duration("TRIGGER", ahead),
                lines.text("DESCRIPTION", title),
            )
        )
    return b"".join(found)


def _uid(uid: str, lead: Lead) -> str:
    digest = hashlib.blake2b(f"{uid} {leads.lead_text(lead)}".encode(), digest_size=16).hexdigest()
    _, at, domain = uid.partition("@")
    return f"{digest}{at}{domain}"
