"""How a message leaves: a channel is a module and a line. Retrying is the caller's, written once, in `deliveries`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from ..messages import Message


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted by the other side."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not accepted, trying again could help; *after* is what the other side asked for."""

    detail: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Permanent:
    """Refused for good."""

    detail: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The whole message left, and no answer came: it may have arrived."""

    detail: str


Outcome = Sent | Retry | Permanent | Ambiguous


class Channel(Protocol):
    """One way out. Made once per process; `send` is called from several threads."""

    def send(self, message: Message) -> Outcome: ...
