"""Values of a channel: its settings, the protocol that it follows, and the outcomes of a sending. No input, no output."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..messages import Message


MAILBOX_FORM = "imaps://user:password@mail.example.org/INBOX; imap:// uses STARTTLS"
"""The form of a mailbox's address, for messages about one that is none."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted by the other side."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not accepted; another attempt may succeed. *retry_after* is what the receiver asked for.

    *is_destination_down*: the destination is unreachable or refuses every message, so another recipient would fare no
    better.
    """

    detail: str
    retry_after: timedelta | None = None
    is_destination_down: bool = False


@dataclass(frozen=True, slots=True)
class Permanent:
    """Refused for good. *is_address_unknown*: the address is refused, not this message; *is_endpoint_gone*: the whole channel ended."""

    detail: str
    is_address_unknown: bool = False
    is_endpoint_gone: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The whole message was sent and no answer came: it may have arrived.

    *receiver_deduplicates*: the receiver recognises a copy by its id, so that another attempt does no harm.
    """

    detail: str
    receiver_deduplicates: bool = False


@dataclass(frozen=True, slots=True)
class Postponed:
    """Not tried yet: the channel asks for this message again after *wait*, and no attempt is counted."""

    detail: str
    wait: timedelta


Outcome = Sent | Retry | Permanent | Ambiguous | Postponed

Recheck = Callable[[], None]
"""Raises the error that stops a message before it leaves, when its recipient has left or its event has changed."""


def no_recheck() -> None:
    """Lets every message leave."""


class Channel(Protocol):
    """One way out. Made once per process; `send` is called from several threads, and never raises for the other side's faults.

    *wants_calendar*: it sends a message's calendar along, so that one has to be drawn.
    """

    wants_calendar: bool

    @property
    def destination(self) -> str:
        """The circuit breaker's unit of failure: a relay or a host. Channels that share it share the breaker."""
        ...

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        """Sends one message and classifies the result; never raises for the receiver's errors.

        A channel whose receiver may take minutes before it asks for the message calls *recheck* then, and passes on
        what that raises.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One `[[channels]]` table of eventcal.toml. *audience* is its `for`: readers | operator. *name* is its identity in the ledger."""

    name: str
    type: str
    url: str = field(default="", repr=False)  # may carry a token
    to: tuple[str, ...] = ()
    path: str = ""
    secret: str = field(default="", repr=False)
    filter: str = ""
    audience: str = "readers"
    allow_private: bool = False
    body: str = ""  # of a webhook: discord | slack | teams | matrix, or a template; "" is the documented JSON
    digest: str = ""  # canonical, as `digest_schedule` writes it; "" sends each message when it is due


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The settings that every mail of this installation shares.

    *smtp_token* says where the relay's access token comes from, *bounces* is the envelope sender with `{id}` for the
    delivery (VERP), *headers* are the operator's own for the relay.
    """

    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    base_url: str = ""
    smtp_token: str = field(default="", repr=False)
    bounces: str = ""
    headers: tuple[tuple[str, str], ...] = ()
