"""A reminder, a change, a digest or a confirmation, and a reader, become a Message: words and bytes, nothing sent."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """Everything a channel needs, built without knowing the channel.

    *key* is the delivery's key with its generation (Message-ID, webhook-id); *data* is the documented JSON of a webhook;
    *calendar* are the bytes of `/events/ID.ics` or b"".
    """

    key: str
    kind: str
    address: str
    subject: str
    text: str
    html: str
    data: dict[str, object] = field(default_factory=dict)
    calendar: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    reply_to: str = ""
    language: str = "en"
    url: str = ""
