"""A message becomes a push notification of an ntfy server: https://ntfy.sh/TOPIC, or one's own."""

from __future__ import annotations

import json

from .. import fetch
from ..errors import SettingsError
from ..messages import Message
from . import Ambiguous, Outcome, Permanent, Retry
from .webhook import outcome

# The server cuts longer texts into an attachment.
_LONGEST = 3500


class Ntfy:
    """*url* ends in the topic; *secret* is an access token."""

    wants_calendar = False

    def __init__(self, url: str, secret: str = "", allow_private: bool = False) -> None:
        try:
            parts = fetch.split(url)
        except fetch.Refused as error:
            raise SettingsError(f"ntfy: {error}") from error
        folder, _, self._topic = parts.path.rpartition("/")
        if not self._topic:
            raise SettingsError("ntfy: the address ends in the topic, such as https://ntfy.sh/my-topic")
        self._server = f"{parts.scheme}://{parts.netloc}{folder}/"
        self._secret, self._allow_private = secret, allow_private
        self.destination = fetch.destination(self._server)

    def send(self, message: Message) -> Outcome:
        # As JSON to the root: a header could not carry a title outside of ASCII.
        fields = {"topic": self._topic, "title": message.subject, "message": message.text[:_LONGEST]}
        if message.url:
            fields["click"] = message.url
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["Authorization"] = f"Bearer {self._secret}"
        body = json.dumps(fields, ensure_ascii=False).encode()
        try:
            answer = fetch.post(self._server, body, headers, allow_private=self._allow_private)
        except fetch.Refused as error:
            return Permanent(str(error))
        except fetch.FetchError as error:
            return Ambiguous(str(error)) if error.sent else Retry(str(error), everyone=True)
        return outcome(answer, message.moment)
