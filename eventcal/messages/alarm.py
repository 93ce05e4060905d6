"""What needs a person becomes a Message to whoever runs the calendar."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar
from .body import Body, to_html, to_text
from .data import stamp
from .values import Message, one_line


def alarm_message(
    name: str, detail: str, since: datetime, over: bool, calendar: Calendar, now: datetime, *, language: str = ""
) -> Message:
    """*name* is dead, registry, or `destination` and its name; *over* says that there is nothing to do any more."""
    language = language or calendar.language
    _ = words.gettext(language).gettext
    what, _space, which = name.partition(" ")
    begun = {
        "dead": _("Messages could not be delivered"),
        "registry": _("The registry was not accepted"),
        "destination": _("{name} does not answer").format(name=which),
    }
    ended = {
        "dead": _("Over: no message has failed for good lately"),
        "registry": _("Over: the registry is accepted again"),
        "destination": _("Over: {name} answers again").format(name=which),
        "stopped": _("Over: nothing was sent for a while, because eventcal did not run"),
    }
    todo = {
        "dead": _("See `eventcal deliveries --state dead`; `eventcal retry` sends them again."),
        "registry": _("The last good edition stands. See `eventcal check`, and `eventcal status`."),
        "destination": _("What is due waits, and is tried once a minute."),
    }
    calendar_name = one_line(calendar.name.in_language(language))
    title = (ended if over else begun).get(what, name)
    facts = [
        _("Since {moment}").format(moment=words.moment_words(since, language, calendar.timezone)),
        "" if over else detail,
        "" if over else todo.get(what, ""),
    ]
    body = Body(language=language, title=title, facts=tuple(each for each in facts if each), foot=calendar_name)
    subject = _("{calendar}: {title}").format(calendar=calendar_name, title=one_line(title))
    return Message(
        key="",
        kind="alarm",
        address="",
        subject=subject,
        text=to_text(body),
        html=to_html(body),
        moment=now.astimezone(ZoneInfo(calendar.timezone)),
        data={
            "type": "alarm",
            "timestamp": stamp(now),
            "subject": subject,
            "text": to_text(body),
            "language": language,
            "calendar": {"id": calendar.id, "name": calendar_name},
            "alarm": {"name": name, "detail": detail, "since": stamp(since), "over": over},
        },
        language=language,
    )
