"""Confirmation email of the double opt-in, and the notice for an address that is subscribed already.

Anyone can type an address into the form: these mails repeat no free text from it.
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
    """Builds the email that asks to confirm a subscription.

    *title* is that of the one event subscribed to, else "". The link in it expires at *link_expires_at*.
    """
    language = language or calendar.language
    _ = words.get_translations(language).gettext
    name = one_line(calendar.name.in_language(language))
    expiry_text = words.format_moment(link_expires_at, language, zone or calendar.timezone)
    body = Body(
        language=language,
        title=_("Confirm your reminders from {calendar}").format(calendar=name),
        facts=(
            _("Someone, hopefully you, signed this address up for reminders of {what}.").format(
                what=format_filter(query, language, lambda _id: one_line(title), include_free_text=False)
            ),
            _("We’ll send nothing until you confirm. The link is valid until {moment}.").format(moment=expiry_text),
        ),
        action_link=(_("Confirm"), CONFIRM_PLACEHOLDER),
        footer=name,
        footer_reason=_(
            "If it wasn’t you, ignore this email; there won’t be another, and the address is deleted after 7 days."
        ),
        footer_links=footer_links(language)[1:],
    )
    return _message(body, _("Confirm your reminders from {calendar}").format(calendar=name), calendar, now)


def already_subscribed_message(
    calendar: Calendar, query: Filter, title: str, now: datetime, *, language: str = "", zone: str = ""
) -> Message:
    """Builds the notice to an address that is subscribed already: nothing has changed, and where to manage it."""
    language = language or calendar.language
    _ = words.get_translations(language).gettext
    name = one_line(calendar.name.in_language(language))
    filter_text = format_filter(query, language, lambda _id: one_line(title), include_free_text=False)
    body = Body(
        language=language,
        title=_("You already get reminders from {calendar}").format(calendar=name),
        facts=(_("Someone, perhaps you, signed up again for {what}. Nothing has changed.").format(what=filter_text),),
        action_link=(_("Manage your reminders"), PREFERENCES_PLACEHOLDER),
        footer=name,
        footer_reason=_("You get this because this address is signed up here."),
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
        facts=(_("Reminders of {what} will be shown here.").format(what=filter_text),),
        action_link=(_("Manage your reminders"), PREFERENCES_PLACEHOLDER),
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
