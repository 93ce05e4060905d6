"""What `send-test` sends: a message that says that messages arrive."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar
from .body import Body, to_html, to_text
from .data import stamp
from .values import Message, one_line


def trial_message(
    calendar: Calendar, channel: str, now: datetime, *, language: str = "", base_url: str = ""
) -> Message:
    """What `send-test` sends: that whatever comes this way arrives."""
    language = language or calendar.language
    _ = words.gettext(language).gettext
    name = one_line(calendar.name.in_language(language))
    title = _("Test: reminders of {calendar} arrive here").format(calendar=name)
    body = Body(
        language=language,
        title=title,
        facts=(_("This is a test of the channel {channel}; there is nothing to do.").format(channel=channel),),
        page=base_url,
        foot=name,
    )
    return Message(
        key="",
        kind="test",
        address="",
        subject=title,
        text=to_text(body),
        html=to_html(body),
        moment=now.astimezone(ZoneInfo(calendar.timezone)),
        data={
            "type": "test",
            "timestamp": stamp(now),
            "subject": title,
            "text": to_text(body),
            "language": language,
            "calendar": {"id": calendar.id, "name": calendar.name.in_language(language)},
        },
        reply_to=one_line(calendar.contact),
        language=language,
        url=base_url,
    )
