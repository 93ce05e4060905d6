"""A reminder, a change or a test, and a reader, become a Message: words and bytes, nothing sent.

Built once for all readers of a language and a zone; `addressed` adds what is each recipient's own. Reads no clock.
"""

from __future__ import annotations

from .alarm import alarm_message
from .change import change_message
from .confirmation import already_message, confirmation_message
from .digest import digest_message
from .people import why_words
from .reminder import reminder_message
from .trial import trial_message
from .values import CONFIRM, MARKS, PREFERENCES, UNSUBSCRIBE, Line, Message, addressed, filled, one_line

__all__ = [
    "CONFIRM", "MARKS", "PREFERENCES", "UNSUBSCRIBE", "Line", "Message", "addressed", "alarm_message", "already_message",
    "change_message", "confirmation_message", "digest_message", "filled", "one_line", "reminder_message", "trial_message",
    "why_words",
]  # fmt: skip
