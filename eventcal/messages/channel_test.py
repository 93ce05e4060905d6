"""The test message of `eventcal send-test`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar
from .body import Body, to_html, to_markdown, to_text
from .data import format_timestamp
from .values import Message, NotificationText, one_line


def channel_test_message(
    calendar: Calendar, channel: str, now: datetime, *, language: str = "", base_url: str = ""
) -> Message:
    """Builds the test message of a channel."""
    language = language or calendar.language
    _ = words.get_translations(language).gettext
    name = one_line(calendar.name.in_language(language))
    title = _("Test: reminders of {calendar} arrive here").format(calendar=name)
    body = Body(
        language=language,
        title=title,
        facts=(_("This is a test of channel {channel}. No action is needed.").format(channel=channel),),
        page_url=base_url,
        footer=name,
    )
    return Message(
        key="",
        kind="test",
        address="",
        subject=title,
        text=to_text(body),
        html=to_html(body),
        markdown=to_markdown(body),
        send_time=now.astimezone(ZoneInfo(calendar.timezone)),
        data={
            "type": "test",
            "timestamp": format_timestamp(now),
            "subject": title,
            "text": to_text(body),
            "language": language,
            "calendar": {"id": calendar.id, "name": calendar.name.in_language(language)},
        },
        reply_to=one_line(calendar.contact),
        language=language,
        url=base_url,
        notification=NotificationText(title, body.facts[0]),
    )
