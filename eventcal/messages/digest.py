"""What waited for one reader's morning, reminders and changes, becomes one Message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar, Occurrence
from .body import to_html, to_text
from .change import told_of
from .data import stamp
from .people import own_links
from .reminder import reminder_body, reminder_subject
from .values import Line, Message, one_line


def digest_message(
    lines: Sequence[Line],
    reminded: Sequence[Occurrence],
    calendar: Calendar,
    now: datetime,
    *,
    language: str = "",
    zone: str = "",
    base_url: str = "",
    why: str = "",
) -> Message:
    """Changes first, then what lies ahead by its date; at least one of either."""
    language = language or calendar.language
    ahead = sorted(reminded, key=lambda each: each.when.sort_key(ZoneInfo(zone or calendar.timezone)))
    news = [told_of(each, calendar, language, zone, base_url) for each in lines]
    parts = [*news, *(reminder_body(each, now, language, zone, base_url) for each in ahead)]
    name = one_line(calendar.name.in_language(language))
    parts[-1] = replace(parts[-1], foot=name, why=why, own=own_links(language) if why else ())
    text = "\n".join(to_text(each) for each in parts)
    first = news[0].title if news else reminder_subject(ahead[0], now, language, zone)
    more = len(parts) - 1
    translations = words.gettext(language)
    said = translations.ngettext("{first}, and {n} more", "{first}, and {n} more", more) if more else "{first}"
    subject = said.format(first=first, n=more)
    return Message(
        key="",
        kind="digest",
        address="",
        subject=subject,
        text=text,
        html=to_html(*parts),
        moment=now.astimezone(ZoneInfo(zone or calendar.timezone)),
        data={"type": "digest", "timestamp": stamp(now), "subject": subject, "text": text, "language": language},
        reply_to=one_line(calendar.contact),
        language=language,
        url=base_url,
    )
