"""The message that channels send, and its personalisation for a recipient."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ..events import Status
from ..history import ChangeKind, EventState, Version, classify_change
from ..web_push import PushEndpoint

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_CONTROL_PATTERN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class NotificationText:
    """A message as a device shows it: short, and true whenever it is read, so that no distance in days is in it.

    *event_id* is "" where it speaks of several events. A newer notification of the same *subject* (an event,
    or one occurrence of a series) replaces the older.
    """

    title: str
    body: str = ""
    event_id: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Everything that a channel needs, built without knowledge of the channel.

    *key* is the delivery's key with its resend count (Message-ID, webhook-id). *send_time* is on the event's own
    wall clock. *data* is the documented JSON of a webhook, *ics* the bytes of `/events/ID.ics` or b"", *more_ics*
    those of further events. *subject* and *address* are one line each. *markdown* is for services that show it,
    *tags* are the event's. *is_urgent*: a cancellation or an alarm. *list_id* and *list_name* identify the mailing
    list (RFC 2919), *references* is the key of the message that this one follows, *bounce_id* identifies it when it
    bounces. *replacements* are the recipient's own links for the placeholders in *text* and *html*, so that the
    rest is rendered once for many. *notification* is for devices, *device* the device's endpoint, and *expires_at*
    the time until which the message is useful to it.
    """

    key: str
    kind: str
    address: str
    subject: str
    text: str
    html: str
    send_time: datetime = EPOCH
    data: dict[str, object] = field(default_factory=dict)
    ics: bytes = b""
    more_ics: tuple[bytes, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    reply_to: str = ""
    language: str = "en"
    url: str = ""
    markdown: str = ""
    tags: tuple[str, ...] = ()
    is_urgent: bool = False
    list_id: str = ""
    list_name: str = ""
    references: str = ""
    bounce_id: str = ""
    replacements: tuple[tuple[str, str], ...] = ()
    notification: NotificationText | None = None
    device: PushEndpoint | None = None
    expires_at: datetime | None = None


CONFIRM_PLACEHOLDER, PREFERENCES_PLACEHOLDER, UNSUBSCRIBE_PLACEHOLDER = LINK_PLACEHOLDERS = (
    "%%CONFIRM%%",
    "%%PREFERENCES%%",
    "%%UNSUBSCRIBE%%",
)


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One change for one reader: from *old*, what they were last told, to *new*; None: not in the calendar.

    *removed_version* is the last version of a removed event, by which programs know it.
    """

    title: str
    old: EventState | None
    new: EventState | None
    version: Version | None = None
    recurrence: str = ""
    removed_version: Version | None = None

    @property
    def kind(self) -> ChangeKind | None:
        """The kind of change; None if there is nothing to tell."""
        if self.new is None:  # what was called off is gone already, for its readers
            return None if self.old is None or self.old.status is Status.CANCELLED else ChangeKind.VANISHED
        return ChangeKind.ADDED if self.old is None else classify_change(self.old, self.new)


TextPairs = tuple[tuple[str, str], ...]


def address_message(
    message: Message, key: str, address: str, headers: TextPairs = (), replacements: TextPairs = ()
) -> Message:
    """Returns *message* for one recipient; *replacements* are (placeholder, the recipient's own link)."""
    return replace(
        message,
        key=key,
        address=one_line(address),
        headers=headers,
        data={"id": key, **message.data},
        replacements=replacements,
    )


def fill_placeholders(message: Message) -> Message:
    """Returns *message* with its recipient's links in place of the placeholders."""
    text, html = message.text, message.html
    for placeholder, link in message.replacements:
        text, html = text.replace(placeholder, link), html.replace(placeholder, link)
    return replace(message, text=text, html=html, replacements=())


def one_line(text: str) -> str:
    """Returns *text* as one line, as a header needs it, without control characters."""
    if not text.isprintable():
        text = _CONTROL_PATTERN.sub(" ", text)
    return " ".join(text.split())
