"""A message becomes a line on standard output: moment, recipient, subject."""

from __future__ import annotations

import sys
from typing import TextIO

from ..messages import Message
from .values import Outcome, Recheck, Retry, Sent, no_recheck


class LogChannel:
    """The channel that prints when none is configured. *out* None: `sys.stdout` at the time of the message."""

    wants_calendar = False

    destination = "log"

    def __init__(self, name: str = "log", out: TextIO | None = None) -> None:
        self._name, self._out = name, out

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        """Writes one line."""
        out = self._out or sys.stdout
        try:
            out.write(format_line(message, self._name) + "\n")
            out.flush()
        except OSError as error:
            return Retry(f"standard output: {error.strerror or error}", destination_down=True)
        return Sent()


def format_line(message: Message, name: str = "log") -> str:
    """One message as rehearsals and the log show it: the moment on the event's own wall clock."""
    offset = f"{message.send_time:%z}"
    return f"{message.send_time:%Y-%m-%d %H:%M}{offset[:3]}:{offset[3:5]}  {message.address or name}  {message.subject}"
