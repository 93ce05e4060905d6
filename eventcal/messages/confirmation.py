"""The question whether somebody wants what was asked for in their name; and what is said instead to who has it already.

A stranger may have asked: nothing that they typed stands in it.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar
from ..filters import Filter
from ..words.wishes import filter_words
from .body import Body, to_html, to_text
from .data import stamp
from .people import own_links
from .values import CONFIRM, PREFERENCES, Message, one_line


def confirmation_message(
    calendar: Calendar,
    query: Filter,
    title: str,
    now: datetime,
    *,
    until: datetime,
    language: str = "",
    zone: str = "",
) -> Message:
    """The question; its link is good until *until*. *title* is of the one event that is asked for, else ""."""
    language = language or calendar.language
    _ = words.gettext(language).gettext
    name = one_line(calendar.name.in_language(language))
    at = words.moment_words(until, language, zone or calendar.timezone)
    body = Body(
        language=language,
        title=_("Do you want reminders from {calendar}?").format(calendar=name),
        facts=(
            _("Somebody, we hope you, asked that this address be reminded of {what}.").format(
                what=filter_words(query, language, lambda _id: one_line(title), own_words=False)
            ),
            _("Nothing comes unless you say yes. The link is good until {moment}.").format(moment=at),
        ),
        asks=(_("Look at it and say yes"), CONFIRM),
        foot=name,
        why=_(
            "If it was not you, there is nothing to do: this is the only mail, and the address is deleted in a week."
        ),
        own=own_links(language)[1:],
    )
    return _message(body, _("Please confirm: reminders from {calendar}").format(calendar=name), calendar, now)


def already_message(
    calendar: Calendar, query: Filter, title: str, now: datetime, *, language: str = "", zone: str = ""
) -> Message:
    """To somebody who has it: nothing was changed, and where to change it."""
    language = language or calendar.language
    _ = words.gettext(language).gettext
    name = one_line(calendar.name.in_language(language))
    what = filter_words(query, language, lambda _id: one_line(title), own_words=False)
    body = Body(
        language=language,
        title=_("You have reminders from {calendar} already").format(calendar=name),
        facts=(
            _("Somebody, perhaps you, asked for them once more: for {what}. Nothing was changed.").format(what=what),
        ),
        asks=(_("Look at what you get, or change it"), PREFERENCES),
        foot=name,
        why=_("You get this because this address signed up on our page."),
        own=own_links(language)[1:],
    )
    return _message(body, body.title, calendar, now)


def _message(body: Body, subject: str, calendar: Calendar, now: datetime) -> Message:
    text = to_text(body)
    return Message(
        key="",
        kind="confirmation",
        address="",
        subject=subject,
        text=text,
        html=to_html(body),
        moment=now.astimezone(ZoneInfo(calendar.timezone)),
        data={"type": "confirmation", "timestamp": stamp(now), "subject": subject, "text": text},
        reply_to=one_line(calendar.contact),
        language=body.language,
    )
