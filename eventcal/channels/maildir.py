"""A message becomes a mail in a folder: what would have been sent, to be read with any mail program."""

from __future__ import annotations

import mailbox
import os
import threading
from pathlib import Path

from ..messages import Message
from . import Outcome, Permanent, Retry, Sent
from .mime import render


class Maildir:
    """One folder, made when the first message comes."""

    wants_calendar = True

    def __init__(self, path: str | Path, sender: str = "") -> None:
        self._path = Path(path)
        self.destination = f"maildir:{self._path}"
        self._sender = sender or "eventcal@localhost"
        self._turn = threading.Lock()  # mailbox.Maildir counts its names without one

    def send(self, message: Message) -> Outcome:
        try:
            mail = mailbox.MaildirMessage(render(message, self._sender))
        except ValueError as error:
            return Permanent(f"not an address: {error}", gone=True)
        # mail programs sort by a file's time, and a rehearsal's is not today
        mail.set_date(message.moment.timestamp())
        try:
            with self._turn:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                box = mailbox.Maildir(os.fspath(self._path), create=True)
                return Sent(box.add(mail))
        except (OSError, mailbox.Error) as error:
            return Retry(f"{self._path}: {getattr(error, 'strerror', None) or error}", everyone=True)
