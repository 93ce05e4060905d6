"""Builds messages: texts and bytes from values, without a clock and without sending.

A message is built once for all readers of a language and a zone; `address_message` adds what is one recipient's own.
"""

from __future__ import annotations

from .change import change_message
from .confirmation import already_subscribed_message, confirmation_message, device_confirmation_message
from .digest import digest_message
from .message import (
    CONFIRM_PLACEHOLDER,
    LINK_PLACEHOLDERS,
    PREFERENCES_PLACEHOLDER,
    UNSUBSCRIBE_PLACEHOLDER,
    Message,
    MessageContext,
    MessageLine,
    NotificationText,
    RichText,
    address_message,
    fill_placeholders,
    footer_reason,
)
from .operator import alarm_message, channel_test_message, todo_message
from .push_payload import notification_payload
from .reminder import reminder_message
