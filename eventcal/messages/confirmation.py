"""The question whether somebody wants what was asked for in their name; and what is said instead to who has it already.

A stranger may have asked: nothing that they typed stands in it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import words
from ..events import Calendar
from ..filters import Filter
from ..words.preferences import format_filter
from .body import Body, to_html, to_text
from .data import format_timestamp
from .footer import footer_links
from .values import CONFIRM_PLACEHOLDER, PREFERENCES_PLACEHOLDER, Message, NotificationText, one_line


def confirmation_message(
    calendar: Calendar,
    query: Filter,
    title: str,
    now: datetime,
    *,
    link_expires_at: datetime,
    language: str = "",
    zone: str = "",
) -> Message:
    """The question; its link is good until *until*. *title* is of the one event that is asked for, else ""."""
    language = language or calendar.language
    _ = words.get_translations(language).gettext
    name = one_line(calendar.name.in_language(language))
    expiry_text = words.format_moment(link_expires_at, language, zone or calendar.timezone)
    body = Body(
        language=language,
        title=_("Do you want reminders from {calendar}?").format(calendar=name),
        facts=(
            _("Somebody, we hope you, asked that this address be reminded of {what}.").format(
                what=format_filter(query, language, lambda _id: one_line(title), include_free_text=False)
            ),
            _("Nothing comes unless you say yes. The link is good until {moment}.").format(moment=expiry_text),
        ),
        action_link=(_("Look at it and say yes"), CONFIRM_PLACEHOLDER),
        footer=name,
        footer_reason=_(
            "If it was not you, there is nothing to do: this is the only mail, and the address is deleted in a week."
        ),
        footer_links=footer_links(language)[1:],
    )
    return _message(body, _("Please confirm: reminders from {calendar}").format(calendar=name), calendar, now)


def already_subscribed_message(
    calendar: Calendar, query: Filter, title: str, now: datetime, *, language: str = "", zone: str = ""
) -> Message:
    """To somebody who has it: nothing was changed, and where to change it."""
    language = language or calendar.language
    _ = words.get_translations(language).gettext
    name = one_line(calendar.name.in_language(language))
    filter_text = format_filter(query, language, lambda _id: one_line(title), include_free_text=False)
    body = Body(
        language=language,
        title=_("You have reminders from {calendar} already").format(calendar=name),
        facts=(
            _("Somebody, perhaps you, asked for them once more: for {what}. Nothing was changed.").format(
                what=filter_text
            ),
        ),
        action_link=(_("Look at what you get, or change it"), PREFERENCES_PLACEHOLDER),
        footer=name,
        footer_reason=_("You get this because this address signed up on our page."),
        footer_links=footer_links(language)[1:],
    )
    return _message(body, body.title, calendar, now)


def device_confirmation_message(
    calendar: Calendar, query: Filter, title: str, now: datetime, *, language: str = "", base_url: str = ""
) -> Message:
    """The first message to a device. The answer to it confirms that the device is there; no person has to say yes again."""
    language = language or calendar.language
    _ = words.get_translations(language).gettext
    name = one_line(calendar.name.in_language(language))
    filter_text = format_filter(query, language, lambda _id: one_line(title), include_free_text=False)
    body = Body(
        language=language,
        title=_("This device gets reminders from {calendar}").format(calendar=name),
        facts=(_("You will be reminded of {what}.").format(what=filter_text),),
        action_link=(_("Look at what you get, or change it"), PREFERENCES_PLACEHOLDER),
        footer=name,
    )
    message = _message(body, body.title, calendar, now)
    return replace(message, url=base_url, notification=NotificationText(body.title, body.facts[0]))


def _message(body: Body, subject: str, calendar: Calendar, now: datetime) -> Message:
    text = to_text(body)
    return Message(
        key="",
        kind="confirmation",
        address="",
        subject=subject,
        text=text,
        html=to_html(body),
        send_time=now.astimezone(ZoneInfo(calendar.timezone)),
        data={"type": "confirmation", "timestamp": format_timestamp(now), "subject": subject, "text": text},
        reply_to=one_line(calendar.contact),
        language=body.language,
    )
