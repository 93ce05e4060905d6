"""A message becomes a push notification of an ntfy server: https://ntfy.sh/TOPIC, or one's own."""

from __future__ import annotations

import json

from .. import fetch
from ..errors import SettingsError
from ..messages import Message
from .shorten import shorten, size_in_bytes
from .values import Ambiguous, Outcome, Permanent, Recheck, Retry, no_recheck
from .webhook import classify_response

# The server turns a message over 4,096 bytes into an attachment, and refuses JSON over 8,192.
MESSAGE_BYTES = (4_000, 2_000, 1_000, 500)
"""The longest text that is sent, and shorter ones: quotation marks and backslashes are twice as long in JSON."""
MAX_TITLE_BYTES = 250
MAX_JSON_BYTES = 8_000
MAX_TAGS_BYTES = 1_000
_MESSAGE_STATUSES = frozenset({400, 413})

_TAGS_BY_KIND = {"reminder": "calendar", "digest": "calendar", "change": "pencil2", "alarm": "warning", "todo": "memo"}
_HIGH_PRIORITY, _DEFAULT_PRIORITY = 4, 3


class NtfyChannel:
    """*url* ends in the topic; *secret* is an access token."""

    wants_calendar = False

    def __init__(self, url: str, secret: str = "", allow_private: bool = False) -> None:
        try:
            parts = fetch.parse_http_url(url)
        except fetch.FetchRefused as error:
            raise SettingsError(f"ntfy: {error}") from error
        base_path, _, self._topic = parts.path.rpartition("/")
        if not self._topic:
            raise SettingsError("ntfy: the address ends in the topic, such as https://ntfy.sh/my-topic")
        self._server = f"{parts.scheme}://{parts.netloc}{base_path}/"
        self._secret, self._allow_private = secret, allow_private
        self.destination = fetch.origin(self._server)

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        """Publishes the message to the topic."""
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["Authorization"] = f"Bearer {self._secret}"
        try:
            response = fetch.post(self._server, self._render(message), headers, allow_private=self._allow_private)
        except fetch.FetchRefused as error:
            return Permanent(str(error))
        except fetch.FetchError as error:
            return Ambiguous(str(error)) if error.request_sent else Retry(str(error), is_destination_down=True)
        return classify_response(response, message.send_time, message_statuses=_MESSAGE_STATUSES)

    def _render(self, message: Message) -> bytes:
        """Returns the notification as JSON to the root: a header could not carry a title outside ASCII."""
        fields: dict[str, object] = {
            "topic": self._topic,
            "title": shorten(message.subject, "", MAX_TITLE_BYTES, size_in_bytes),
            "markdown": True,
            "priority": _HIGH_PRIORITY if message.is_urgent else _DEFAULT_PRIORITY,
            "tags": _choose_tags(message),
        }
        if message.url:
            fields["click"] = message.url
        body = b""
        for limit in MESSAGE_BYTES:
            fields["message"] = shorten(message.markdown_below_subject, message.url, limit, size_in_bytes)
            body = json.dumps(fields, ensure_ascii=False).encode()
            if len(body) <= MAX_JSON_BYTES:
                break
        return body


def _choose_tags(message: Message) -> list[str]:
    """Returns the emoji of the message's kind and the event's first tags, as many as leave room for the text."""
    tags = [_TAGS_BY_KIND.get(message.kind, "calendar"), *message.tags]
    while sum(map(size_in_bytes, tags)) > MAX_TAGS_BYTES:
        tags.pop()
    return tags
