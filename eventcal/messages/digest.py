"""Builds digests: the reminders and changes that a reader gets in one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar, Occurrence
from ..occurrences import title_of
from .body import Body, capitalize_first, to_html, to_markdown, to_text
from .change import change_body, urgency
from .data import format_timestamp, list_identity
from .footer import footer_links
from .reminder import reminder_body, reminder_subject
from .values import Message, MessageLine, NotificationText, one_line


def digest_message(
    lines: Sequence[MessageLine],
    occurrences: Sequence[Occurrence],
    calendar: Calendar,
    now: datetime,
    *,
    language: str = "",
    zone: str = "",
    base_url: str = "",
    footer_reason: str = "",
) -> Message:
    """Changes first, then what lies ahead by its date; at least one of either."""
    language = language or calendar.language
    upcoming = sorted(occurrences, key=lambda occurrence: occurrence.when.sort_key(ZoneInfo(zone or calendar.timezone)))
    change_bodies = [change_body(line, calendar, now, language, zone, base_url) for line in sorted(lines, key=urgency)]
    bodies = [*change_bodies, *(reminder_body(occurrence, now, language, zone, base_url) for occurrence in upcoming)]
    name = one_line(calendar.name.in_language(language))
    bodies[-1] = replace(
        bodies[-1],
        footer=name,
        footer_reason=footer_reason,
        footer_links=footer_links(language) if footer_reason else (),
    )
    text = "\n".join(to_text(body) for body in bodies)
    first_title = change_bodies[0].title if change_bodies else reminder_subject(upcoming[0], now, language, zone)
    other_count = len(bodies) - 1
    translations = words.get_translations(language)
    template = (
        translations.ngettext("{first}, and {n} more", "{first}, and {n} more", other_count)
        if other_count
        else "{first}"
    )
    subject = template.format(first=first_title, n=other_count)
    return Message(
        key="",
        kind="digest",
        address="",
        subject=subject,
        text=text,
        html=to_html(*bodies),
        markdown=to_markdown(*bodies),
        send_time=now.astimezone(ZoneInfo(zone or calendar.timezone)),
        data={
            "type": "digest",
            "timestamp": format_timestamp(now),
            "subject": subject,
            "text": text,
            "language": language,
        },
        reply_to=one_line(calendar.contact),
        list_id=list_identity(calendar, base_url),
        list_name=one_line(calendar.name.in_language(language)),
        language=language,
        url=base_url,
        notification=NotificationText(name, _list_titles(change_bodies, upcoming, language, zone)),
    )


def _list_titles(change_bodies: Sequence[Body], upcoming: Sequence[Occurrence], language: str, zone: str) -> str:
    """One line of each change, then one of each date."""
    _ = words.get_translations(language).gettext
    lines = [body.title for body in change_bodies]
    for occurrence in upcoming:
        date_text = capitalize_first(words.format_when(occurrence.when, language, zone or None, style="short"))
        lines.append(_("{head}: {what}").format(head=date_text, what=one_line(title_of(occurrence, language))))
    return "\n".join(lines)
