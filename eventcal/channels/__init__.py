"""How a message leaves: a channel is a module and a line. Retrying is the caller's, written once, in `deliveries`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from ..errors import SettingsError

if TYPE_CHECKING:
    from ..messages import Message


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted by the other side."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not accepted, trying again could help; *after* is what the other side asked for.

    *everyone*: the other side is out of reach or refuses whoever comes, so that one more recipient would fare no better.
    """

    detail: str
    after: timedelta | None = None
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Permanent:
    """Refused for good. *gone*: it is the address that is refused, not this message."""

    detail: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The whole message left, and no answer came: it may have arrived.

    *told_apart*: the other side knows a copy by its id, so that trying on does no harm.
    """

    detail: str
    told_apart: bool = False


Outcome = Sent | Retry | Permanent | Ambiguous


class Channel(Protocol):
    """One way out. Made once per process; `send` is called from several threads, and never raises for the other side's faults.

    *wants_calendar*: it sends a message's calendar along, so that one has to be drawn.
    """

    wants_calendar: bool

    @property
    def destination(self) -> str:
        """What fails as one, for the breaker: a relay, a host. Channels that share it are closed together."""
        ...

    def send(self, message: Message) -> Outcome: ...


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


@dataclass(frozen=True, slots=True)
class Post:
    """What every mail needs to know of this installation: the relay's URL and the sender's address."""

    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""


def _log(each: ChannelSettings, post: Post) -> Channel:
    from .log import Log

    return Log(each.name)


def _maildir(each: ChannelSettings, post: Post) -> Channel:
    from .maildir import Maildir

    return Maildir(_needed(each, "path"), post.mail_from)


def _email(each: ChannelSettings, post: Post) -> Channel:
    from .email import Email

    if not post.smtp_url or not post.mail_from:
        raise SettingsError(f"channel {each.name!r} sends mail: set EVENTCAL_SMTP_URL and EVENTCAL_MAIL_FROM")
    return Email(post.smtp_url, post.mail_from)


def _webhook(each: ChannelSettings, post: Post) -> Channel:
    from .webhook import Webhook

    return Webhook(_needed(each, "url"), each.secret, each.allow_private)


def _ntfy(each: ChannelSettings, post: Post) -> Channel:
    from .ntfy import Ntfy

    return Ntfy(_needed(each, "url"), each.secret, each.allow_private)


def _apprise(each: ChannelSettings, post: Post) -> Channel:
    from .apprise import Chat

    return Chat(_needed(each, "url"), each.name)


# Made on demand, so that nothing is imported that this installation does not use.
CHANNELS: dict[str, Callable[[ChannelSettings, Post], Channel]] = {
    "log": _log,
    "email": _email,
    "webhook": _webhook,
    "ntfy": _ntfy,
    "maildir": _maildir,
    "apprise": _apprise,
}


def build(settings: Iterable[ChannelSettings], smtp_url: str = "", mail_from: str = "") -> dict[str, Channel]:
    """The channels by name. Raises SettingsError for one that cannot be made; connects to nothing."""
    post = Post(smtp_url, mail_from)
    found: dict[str, Channel] = {}
    for each in settings:
        if each.type not in CHANNELS:
            raise SettingsError(f"channel {each.name!r}: unknown type {each.type!r}; known are {', '.join(CHANNELS)}")
        found[each.name] = CHANNELS[each.type](each, post)
    return found


def _needed(each: ChannelSettings, key: str) -> str:
    value: str = getattr(each, key)
    if not value:
        raise SettingsError(f"channel {each.name!r} of type {each.type} needs `{key}`")
    return value
