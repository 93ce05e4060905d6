"""An event's leads become VALARMs, for the reader who asks for them. Our own reminders are another room's work."""

from __future__ import annotations

import hashlib
from datetime import datetime, time
from zoneinfo import ZoneInfo

from .. import leads
from ..leads import Lead, WallClock
from ..when import AllDay, Timed, When
from . import content_lines

_UTC = ZoneInfo("UTC")


def render_valarms(
    uid: str, span: AllDay | Timed, event_leads: tuple[Lead, ...], zone: ZoneInfo, title: str, is_series: bool
) -> bytes:
    """Renders DISPLAY alarms relative to the start, each with a UID (RFC 9074) that stays while its lead stays.

    With *is_series*, leads in months are left out: they are a different number of days before each occurrence.
    """
    if is_series or isinstance(span, AllDay):
        # by a clock that never changes: what it skips before a first date, it skips before no other
        zone = _UTC
        span = Timed(span.start.replace(tzinfo=zone), None) if isinstance(span, Timed) else span
    components = []
    for lead in event_leads:
        alarm_time = leads.resolve(lead, When(span), zone)
        if alarm_time is None or (is_series and isinstance(lead, WallClock) and lead.months):
            continue
        # Counted on the wall clock: in a TRIGGER days are nominal (RFC 5545 3.3.6), as they are in a lead.
        start = datetime.combine(span.first, time()) if isinstance(span, AllDay) else span.start.replace(tzinfo=None)
        alarm_time = alarm_time.astimezone(zone)
        if isinstance(lead, leads.Elapsed):
            trigger_line = content_lines.elapsed_line("TRIGGER", -lead.length)
        else:
            trigger_line = content_lines.duration_line("TRIGGER", alarm_time.replace(tzinfo=None) - start)
        is_at_instant = (
            isinstance(span, Timed) and not span.is_floating and alarm_time.utcoffset() != span.start.utcoffset()
        )
        if is_at_instant and not is_series:
            # a clock change lies between: readers differ on what a day is there, and not on an instant (3.8.6.3)
            trigger_line = content_lines.utc_line("TRIGGER", alarm_time, VALUE="DATE-TIME")
        components.append(
            content_lines.component(
                "VALARM",
                content_lines.text_line("UID", _alarm_uid(uid, lead)),
                content_lines.line("ACTION", "DISPLAY"),
                trigger_line,
                content_lines.text_line("DESCRIPTION", title),
            )
        )
    return b"".join(components)


def _alarm_uid(uid: str, lead: Lead) -> str:
    digest = hashlib.blake2b(f"{uid} {leads.lead_text(lead)}".encode(), digest_size=16).hexdigest()
    _, at, domain = uid.partition("@")
    return f"{digest}{at}{domain}"
