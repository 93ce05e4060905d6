"""The test message of `eventcal send-test`."""

from __future__ import annotations

from .body import Body
from .message_context import MessageContext, add_footer, build_message
from .values import Message, NotificationText


def channel_test_message(context: MessageContext, channel: str) -> Message:
    """Builds the test message of a channel."""
    _ = context.gettext
    title = _("Test: reminders of {calendar} arrive here").format(calendar=context.calendar_name)
    fact = _("This is a test of channel {channel}. No action is needed.").format(channel=channel)
    body = Body(language=context.language, title=title, facts=(fact,), page_url=context.base_url)
    return build_message(
        context,
        "test",
        title,
        [add_footer(context, body)],
        {"calendar": context.calendar_data},
        url=context.base_url,
        notification=NotificationText(title, fact),
    )
