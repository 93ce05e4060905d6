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
        """Writes one line, with the moment on the event's own wall clock."""
        moment = message.send_time.isoformat(" ", "minutes")
        try:
            self._write_line(f"{moment}  {message.address or self._name}  {message.subject}")
        except OSError as error:
            return Retry(f"standard output: {error.strerror or error}", is_destination_down=True)
        return Sent()
