"""A message becomes a line on standard output: moment, recipient, subject."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..messages import Message
from .values import Outcome, Recheck, Retry, Sent, no_recheck


class LogChannel:
    """The channel that prints when none is configured: a line on standard output, or what *write_line* does with it."""

    wants_calendar = False

    destination = "log"

    def __init__(self, name: str, write_line: Callable[[str], object] = partial(print, flush=True)) -> None:
        self._name, self._write_line = name, write_line

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        """Writes one line."""
        try:
            self._write_line(format_line(message, self._name))
        except OSError as error:
            return Retry(f"standard output: {error.strerror or error}", is_destination_down=True)
        return Sent()


def format_line(message: Message, name: str) -> str:
    """Returns one message as rehearsals and the log show it: the moment on the event's own wall clock."""
    offset = f"{message.send_time:%z}"
    return f"{message.send_time:%Y-%m-%d %H:%M}{offset[:3]}:{offset[3:5]}  {message.address or name}  {message.subject}"
