"""A message becomes a push notification of an ntfy server: https://ntfy.sh/TOPIC, or one's own."""

from __future__ import annotations

import json

from .. import fetch
from ..errors import SettingsError
from ..messages import Message
from . import Ambiguous, Outcome, Permanent, Retry
from .webhook import classify_response

# The server cuts longer texts into an attachment.
_MAX_TEXT_CHARS = 3500


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

    def send(self, message: Message) -> Outcome:
        # As JSON to the root: a header could not carry a title outside of ASCII.
        fields = {"topic": self._topic, "title": message.subject, "message": message.text[:_MAX_TEXT_CHARS]}
        if message.url:
            fields["click"] = message.url
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["Authorization"] = f"Bearer {self._secret}"
        body = json.dumps(fields, ensure_ascii=False).encode()
        try:
            response = fetch.post(self._server, body, headers, allow_private=self._allow_private)
        except fetch.FetchRefused as error:
            return Permanent(str(error))
        except fetch.FetchError as error:
            return Ambiguous(str(error)) if error.request_sent else Retry(str(error), destination_down=True)
        return classify_response(response, message.send_time)
