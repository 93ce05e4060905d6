"""A message becomes a mail in a folder: what would have been sent, to be read with any mail program."""

from __future__ import annotations

import mailbox
import os
import threading
from pathlib import Path

from ..messages import Message
from .mime import render_mail
from .values import Outcome, Permanent, Recheck, Retry, Sent, no_recheck


class MaildirChannel:
    """One folder, made when the first message comes."""

    wants_calendar = True

    def __init__(self, path: str | Path, sender: str = "") -> None:
        self._path = Path(path)
        self.destination = f"maildir:{self._path}"
        self._sender = sender or "eventcal@localhost"
        self._lock = threading.Lock()  # mailbox.Maildir counts its names without one

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        """Writes the mail as a file of the maildir."""
        try:
            mail = mailbox.MaildirMessage(render_mail(message, self._sender))
        except ValueError as error:
            return Permanent(f"not an address: {error}", is_address_unknown=True)
        # mail programs sort by a file's time, and a rehearsal's is not today
        mail.set_date(message.send_time.timestamp())
        try:
            with self._lock:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                maildir = mailbox.Maildir(os.fspath(self._path), create=True)
                return Sent(maildir.add(mail))
        except (OSError, mailbox.Error) as error:
            return Retry(f"{self._path}: {getattr(error, 'strerror', None) or error}", is_destination_down=True)
