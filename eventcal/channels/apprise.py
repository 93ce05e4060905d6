"""A message becomes a chat message of one of Apprise's services. The only room that knows Apprise; an extra, `[chat]`.

Apprise reports neither a code nor a delay, so every failure is retried. One address is one recipient: what
fails there would fail with any message.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import Any

from ..errors import SettingsError
from ..messages import Message
from .shorten import break_mentions, shorten, size_in_utf16
from .values import Ambiguous, Outcome, Recheck, Retry, Sent, no_recheck

DEADLINE_SECONDS = 20.0
MAX_CONCURRENT_MESSAGES = 4
TITLE_MARGIN = 20  # characters that Apprise may put around a title that it writes into the text


class AppriseChannel:
    """One address in Apprise's notation, such as `slack://...` or `tgram://...`; *name* is the channel's."""

    wants_calendar = False

    def __init__(self, url: str, name: str, deadline: float = DEADLINE_SECONDS) -> None:
        try:
            from apprise import Apprise
        except ModuleNotFoundError:
            raise SettingsError("a channel of type apprise needs: pip install 'eventcal[chat]'") from None
        logging.getLogger("apprise").setLevel(logging.ERROR)
        # Apprise follows redirects to anywhere unless the address says otherwise.
        self._service = Apprise()
        if not self._service.add(url + ("&" if "?" in url else "?") + "redirect=no"):
            scheme = url.partition("://")[0] if "://" in url else ""
            raise SettingsError(f"apprise: no service is known for an address {scheme}://...")
        # A service of HTML, such as Telegram, refuses a plain "<"; what Apprise makes of text for Markdown breaks addresses.
        target_format = self._service[0].resolve_format("text")
        self._format = None if target_format == "markdown" else "text"
        self.destination = f"apprise:{name}"
        self._deadline = deadline
        self._slots = threading.Semaphore(MAX_CONCURRENT_MESSAGES)

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        """Sends through Apprise, whose call is abandoned at the deadline."""
        # In a thread, because Apprise's own timeouts count single steps only; one that hangs must not keep us from ending.
        if not self._slots.acquire(timeout=self._deadline):
            return Retry(f"{MAX_CONCURRENT_MESSAGES} messages before it are still unanswered", is_destination_down=True)
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=self._notify, args=(message, answers), name="apprise", daemon=True).start()
        try:
            accepted = answers.get(timeout=self._deadline)
        except queue.Empty:
            return Ambiguous(f"no answer within {self._deadline:g} s")
        if isinstance(accepted, Exception):
            raise accepted
        return Sent() if accepted else Retry("the service rejected it", is_destination_down=True)

    def _notify(self, message: Message, answers: queue.SimpleQueue[Any]) -> None:
        try:
            title, body = self._shorten(message)
            answers.put(self._service.notify(body=body, title=title, body_format=self._format))
        except Exception as error:  # noqa: BLE001  it is raised where it is waited for
            answers.put(error)
        finally:
            self._slots.release()

    def _shorten(self, message: Message) -> tuple[str, str]:
        """Returns subject and text as long as the service takes them; one without titles gets the subject as the text's first line.

        Apprise passes on whatever is longer, and the service refuses it.
        """
        service, subject = self._service[0], break_mentions(message.subject)
        title_limit, limit = service.title_maxlen, service.body_maxlen
        if title_limit <= 0:
            title_limit = limit // 2
            limit -= min(size_in_utf16(subject), title_limit) + TITLE_MARGIN
        title = shorten(subject, "", title_limit, size_in_utf16)
        return title, shorten(break_mentions(message.text_below_subject), message.url, limit, size_in_utf16)
