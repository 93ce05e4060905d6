"""Confirmation email of the double opt-in, and the notice for an address that is subscribed already.

Anyone can type an address into the form: these mails repeat no free text from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from .. import words
from ..filters import Filter
from ..words.preferences import format_filter
from .body import Body, one_line
from .message import (
    CONFIRM_PLACEHOLDER,
    PREFERENCES_PLACEHOLDER,
    Message,
    MessageContext,
    NotificationText,
    build_message,
    footer_links,
)


def confirmation_message(
    context: MessageContext, query: Filter, title_of: Callable[[str], str], *, link_expires_at: datetime
) -> Message:
    """Builds the email that asks to confirm a subscription.

    *title_of* gives an event's title by its id. The link in it expires at *link_expires_at*.
    """
    _ = context.gettext
    expiry_text = words.format_moment(link_expires_at, context.language, context.zone or context.calendar.timezone)
    body = Body(
        language=context.language,
        title=_("Confirm your reminders from {calendar}").format(calendar=context.calendar_name),
        facts=(
            _("Someone, hopefully you, signed this address up for reminders of {what}.").format(
                what=_filter_text(context, query, title_of)
            ),
            _("We’ll send nothing until you confirm. The link is valid until {moment}.").format(moment=expiry_text),
        ),
        action_link=(_("Confirm"), CONFIRM_PLACEHOLDER),
        footer_reason=_(
            "If it wasn’t you, ignore this email; there won’t be another, and the address is deleted after 7 days."
        ),
        footer_links=footer_links(context.language)[1:],
    )
    return _message(context, body)


def already_subscribed_message(context: MessageContext, query: Filter, title_of: Callable[[str], str]) -> Message:
    """Builds the notice to an address that is subscribed already: nothing has changed, and where to manage it."""
    _ = context.gettext
    fact = _("Someone, perhaps you, signed up again for {what}. Nothing has changed.")
    body = Body(
        language=context.language,
        title=_("You already get reminders from {calendar}").format(calendar=context.calendar_name),
        facts=(fact.format(what=_filter_text(context, query, title_of)),),
        action_link=(_("Manage your reminders"), PREFERENCES_PLACEHOLDER),
        footer_reason=_("You get this because this address is signed up here."),
        footer_links=footer_links(context.language)[1:],
    )
    return _message(context, body)


def device_confirmation_message(context: MessageContext, query: Filter, title_of: Callable[[str], str]) -> Message:
    """Builds the first message to a device; delivery confirms the subscription, without a step for its user."""
    _ = context.gettext
    fact = _("Reminders of {what} will be shown here.").format(what=_filter_text(context, query, title_of))
    body = Body(
        language=context.language,
        title=_("This device gets reminders from {calendar}").format(calendar=context.calendar_name),
        facts=(fact,),
        action_link=(_("Manage your reminders"), PREFERENCES_PLACEHOLDER),
    )
    return _message(context, body, url=context.home_url, notification=NotificationText(body.title, fact))


def _filter_text(context: MessageContext, query: Filter, title_of: Callable[[str], str]) -> str:
    return one_line(format_filter(query, context.language, title_of, context.calendar.tags, include_free_text=False))


def _message(context: MessageContext, body: Body, **fields: Any) -> Message:
    bodies = [replace(body, footer=context.calendar_name)]
    return build_message(context, "confirmation", body.title, bodies, **fields)
