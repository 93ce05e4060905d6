"""A message becomes a chat message of one of Apprise's services. The only room that knows Apprise; an extra, `[chat]`.

Apprise says neither a code nor when to come back, so whatever fails is tried again.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from urllib.parse import urlsplit

from ..errors import SettingsError
from ..messages import Message
from . import Ambiguous, Outcome, Retry, Sent

DEADLINE = 20.0


class Chat:
    """One address in Apprise's notation, such as `slack://...` or `tgram://...`."""

    def __init__(self, url: str) -> None:
        try:
            from apprise import Apprise
        except ModuleNotFoundError:
            raise SettingsError("a channel of type apprise needs: pip install 'eventcal[chat]'") from None
        logging.getLogger("apprise").setLevel(logging.ERROR)
        # Apprise follows redirects to anywhere unless the address says otherwise.
        self._service = Apprise()
        if not self._service.add(url + ("&" if "?" in url else "?") + "redirect=no"):
            raise SettingsError(f"apprise: no service is known for an address {urlsplit(url).scheme}://...")
        self._scheme = urlsplit(url).scheme
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="apprise")

    @property
    def destination(self) -> str:
        return f"apprise:{self._scheme}"

    def send(self, message: Message) -> Outcome:
        # In a thread, because Apprise's own timeouts count single steps only.
        sending = self._threads.submit(self._service.notify, body=message.text, title=message.subject)
        try:
            accepted = sending.result(DEADLINE)
        except TooLate:
            return Retry("not begun") if sending.cancel() else Ambiguous(f"no answer within {DEADLINE:g} s")
        return Sent() if accepted else Retry("the service did not take it")
