"""Builds digests: the reminders and changes that a reader gets in one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar, Occurrence
from ..history import Version
from .body import Body, to_html, to_markdown, to_text
from .change import change_body, urgency
from .data import change_data, event_data, event_page_url, format_timestamp, list_identity
from .footer import footer_links
from .reminder import reminder_body, reminder_subject
from .values import Message, MessageLine, NotificationText, one_line


def digest_message(
    lines: Sequence[MessageLine],
    occurrences: Sequence[Occurrence],
    calendar: Calendar,
    now: datetime,
    *,
    versions: Mapping[str, Version],
    language: str = "",
    zone: str = "",
    base_url: str = "",
    footer_reason: str = "",
) -> Message:
    """Changes first, then what lies ahead by its date; at least one of either. Several begin with an overview.

    *versions* are those of the events of *occurrences*, by event id.
    """
    language = language or calendar.language
    lines = sorted(lines, key=urgency)
    upcoming = sorted(occurrences, key=lambda occurrence: occurrence.when.sort_key(ZoneInfo(zone or calendar.timezone)))
    change_bodies = [change_body(line, calendar, now, language, zone, base_url) for line in lines]
    titles = [
        *(body.title for body in change_bodies),
        *(reminder_subject(occurrence, now, language, zone) for occurrence in upcoming),
    ]
    bodies = [*change_bodies, *(reminder_body(occurrence, now, language, zone, base_url) for occurrence in upcoming)]
    name = one_line(calendar.name.in_language(language))
    bodies[-1] = replace(
        bodies[-1],
        footer=name,
        footer_reason=footer_reason,
        footer_links=footer_links(language) if footer_reason else (),
    )
    translations = words.get_translations(language)
    if len(titles) > 1:
        bodies.insert(0, Body(language=language, title=translations.gettext("Overview"), facts=tuple(titles)))
    text = "\n".join(to_text(body) for body in bodies)
    other_count = len(titles) - 1
    template = (
        translations.ngettext("{first}, and {n} more", "{first}, and {n} more", other_count)
        if other_count
        else "{first}"
    )
    subject = template.format(first=titles[0], n=other_count)
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
            "calendar": {"id": calendar.id, "name": name},
            "changes": [change_data(line, language, base_url) for line in lines],
            "events": [_event_data(occurrence, versions, language, base_url) for occurrence in upcoming],
        },
        reply_to=one_line(calendar.contact),
        list_id=list_identity(calendar, base_url),
        list_name=one_line(calendar.name.in_language(language)),
        language=language,
        url=base_url,
        notification=NotificationText(name, "\n".join(titles)),
    )


def _event_data(
    occurrence: Occurrence, versions: Mapping[str, Version], language: str, base_url: str
) -> dict[str, object]:
    event = occurrence.event
    return event_data(versions[event.id], occurrence, language, event_page_url(base_url, event, occurrence))
