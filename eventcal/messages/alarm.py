"""Alarms as messages to the operator."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar
from .body import Body, to_html, to_markdown, to_text
from .data import format_timestamp
from .values import Message, one_line


def alarm_message(
    name: str, detail: str, since: datetime, is_over: bool, calendar: Calendar, now: datetime, *, language: str = ""
) -> Message:
    """Builds the message about an alarm, or with *is_over* about its end. *name* is that of `store.ledger.Alarm`."""
    language = language or calendar.language
    _ = words.get_translations(language).gettext
    kind, _space, subject_name = name.partition(" ")
    channel, _space, cause = subject_name.partition(" ") if kind == "dead" else (subject_name, "", "")
    names = {"name": subject_name, "channel": channel, "cause": cause}
    titles = _ended_titles(language) if is_over else _active_titles(language)
    advice = {
        "dead": _("See `eventcal deliveries --state dead`; `eventcal retry` sends them again."),
        "bounced": _("`eventcal subscribers restore` brings them back if the relay was at fault."),
        "gone": _("The channel is paused. Correct its address in eventcal.toml, then run `eventcal resume {channel}`."),
        "registry": _("The last valid edition stays published. See `eventcal check`, and `eventcal status`."),
        "destination": _("Due messages wait; one is tried every minute."),
    }
    calendar_name = one_line(calendar.name.in_language(language))
    title = titles.get(kind, name).format(**names)
    facts = [
        _("Since {moment}").format(moment=words.format_moment(since, language, calendar.timezone)),
        "" if is_over else detail,
        "" if is_over else advice.get(kind, "").format(**names),
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
        markdown=to_markdown(body),
        is_urgent=not is_over,
        send_time=now.astimezone(ZoneInfo(calendar.timezone)),
        data={
            "type": "alarm",
            "timestamp": format_timestamp(now),
            "subject": subject,
            "text": to_text(body),
            "language": language,
            "calendar": {"id": calendar.id, "name": calendar_name},
            "alarm": {
                "name": kind if kind == "dead" else name,
                "channel": channel if kind in ("dead", "gone") else None,
                "cause": cause or None,
                "detail": detail,
                "since": format_timestamp(since),
                "over": is_over,
            },
        },
        language=language,
    )


def _active_titles(language: str) -> dict[str, str]:
    _ = words.get_translations(language).gettext
    return {
        "dead": _("Deliveries failed: {channel}, {cause}"),
        "bounced": _("Subscriptions ended because their mails bounced"),
        "gone": _("The endpoint of channel {channel} is gone"),
        "registry": _("The calendar file has errors"),
        "destination": _("{name} is not responding"),
    }


def _ended_titles(language: str) -> dict[str, str]:
    _ = words.get_translations(language).gettext
    return {
        "dead": _("Resolved: no recent failed deliveries ({channel}, {cause})"),
        "bounced": _("Resolved: no subscriptions ended recently"),
        "gone": _("Resolved: channel {channel} sends again"),
        "registry": _("Resolved: the calendar file is valid again"),
        "destination": _("Resolved: {name} responds again"),
        "stopped": _("Resolved: sending was interrupted because eventcal was not running"),
    }
