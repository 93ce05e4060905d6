"""What needs a person becomes a Message to whoever runs the calendar."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar
from .body import Body, to_html, to_text
from .data import format_timestamp
from .values import Message, one_line


def alarm_message(
    name: str, detail: str, since: datetime, is_over: bool, calendar: Calendar, now: datetime, *, language: str = ""
) -> Message:
    """*name* is dead, registry, or `destination` and its name; *over* says that there is nothing to do any more."""
    language = language or calendar.language
    _ = words.get_translations(language).gettext
    alarm_kind, _space, destination = name.partition(" ")
    active_titles = {
        "dead": _("Messages could not be delivered"),
        "registry": _("The registry was not accepted"),
        "destination": _("{name} does not answer").format(name=destination),
    }
    ended_titles = {
        "dead": _("Over: no message has failed for good lately"),
        "registry": _("Over: the registry is accepted again"),
        "destination": _("Over: {name} answers again").format(name=destination),
        "stopped": _("Over: nothing was sent for a while, because eventcal did not run"),
    }
    advice = {
        "dead": _("See `eventcal deliveries --state dead`; `eventcal retry` sends them again."),
        "registry": _("The last good edition stands. See `eventcal check`, and `eventcal status`."),
        "destination": _("What is due waits, and is tried once a minute."),
    }
    calendar_name = one_line(calendar.name.in_language(language))
    title = (ended_titles if is_over else active_titles).get(alarm_kind, name)
    facts = [
        _("Since {moment}").format(moment=words.format_moment(since, language, calendar.timezone)),
        "" if is_over else detail,
        "" if is_over else advice.get(alarm_kind, ""),
    ]
    body = Body(language=language, title=title, facts=tuple(fact for fact in facts if fact), footer=calendar_name)
    subject = _("{calendar}: {title}").format(calendar=calendar_name, title=one_line(title))
    return Message(
        key="",
        kind="alarm",
        address="",
        subject=subject,
        text=to_text(body),
        html=to_html(body),
        send_time=now.astimezone(ZoneInfo(calendar.timezone)),
        data={
            "type": "alarm",
            "timestamp": format_timestamp(now),
            "subject": subject,
            "text": to_text(body),
            "language": language,
            "calendar": {"id": calendar.id, "name": calendar_name},
            "alarm": {"name": name, "detail": detail, "since": format_timestamp(since), "over": is_over},
        },
        language=language,
    )
