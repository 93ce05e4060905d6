"""Rehearses what would go out between two days: the real passes over a store in memory, on a clock that jumps to each due moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..channels import Channel, ChannelSettings, Outcome, Recheck, Sent, no_recheck
from ..editions import publish
from ..errors import RegistryError
from ..history import Edition
from ..messages import Message
from ..planning import passes
from ..registry import Registry
from ..states import DIGEST_CHANNEL, Reason
from ..store import Store, edition_store, open_store, recipients
from ..store.ledger import notice_rows, stats
from .batches import LocalDispatcher
from .render_context import RenderContext
from .sender import Sender
from .tick import configured_recipients, newest_edition, tick

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_SETTLING_TIME = timedelta(minutes=10)
"""By then every notice has waited for corrections, and left."""


@dataclass(frozen=True, slots=True)
class RehearsedMessage:
    """One message that would go out through *channel*."""

    channel: str
    message: Message

    @property
    def recipient(self) -> str:
        """The address of its recipient, or the channel's name where there is none."""
        return self.message.address or self.channel


@dataclass(slots=True)
class RecordingChannel:
    """A channel that keeps what it was sent, and hands it on to another where there is one."""

    name: str
    recorded: list[RehearsedMessage] = field(default_factory=list)
    forward: Callable[[Message], Outcome] | None = None
    destination: str = "rehearsal"
    wants_calendar: bool = True

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        """Records *message*, and returns Sent or the outcome of the other channel."""
        outcome = self.forward(message) if self.forward else Sent()
        self.recorded.append(RehearsedMessage(self.name, message))
        return outcome


def rehearse(
    edition: Edition,
    settings: Sequence[ChannelSettings],
    start: datetime,
    end: datetime,
    *,
    send_to: Channel | None = None,
    render_context: RenderContext | None = None,
) -> Iterator[RehearsedMessage]:
    """Yields every message from *start* until before *end*, in order; *send_to* sends them for real, to a log or a folder.

    Nothing counts as known before *start*: a lead that lies before it is past.
    """
    recorded: list[RehearsedMessage] = []
    forward = send_to.send if send_to else None
    channels = {channel.name: RecordingChannel(channel.name, recorded, forward) for channel in settings}
    now = start
    with closing(open_store("sqlite://")) as store:
        sender = Sender(store, newest_edition(), channels, lambda: now, render_context or RenderContext())
        with store.write() as conn:
            recipients.sync_configured(conn, configured_recipients(settings), start)
            edition_store.record(conn, None, edition, ())
            passes.plan_edition(conn, edition, start)
        while now < end:
            tick(sender, LocalDispatcher(sender), deadline_seconds=float("inf"))
            yield from recorded
            recorded.clear()
            with store.read() as conn:
                due = stats.next_pass_due(conn)
            # a day at most, so that plans are extended as they would be
            now = max(min(now + _DAY, due or end), now + _SECOND)


@dataclass(frozen=True, slots=True)
class EditRehearsal:
    """The notices of an edit: *at_once* in order, and how many wait for their reader's digest."""

    at_once: tuple[RehearsedMessage, ...]
    in_digests: int = 0


def rehearse_edit(
    store: Store,
    old: Registry,
    new: Registry,
    settings: Sequence[ChannelSettings],
    now: datetime,
    render_context: RenderContext,
) -> EditRehearsal:
    """Returns the notices that *new* would send to those who know *old*, by the real passes over *store*, which is a copy.

    If changes from before *new* still wait to be told, they are told first, and *new* follows ten minutes after *now*.
    Raises RegistryError when either has problems. What falls due meanwhile and is no notice is left out.
    """
    recorded: list[RehearsedMessage] = []
    _publish(store, old, now)
    with store.write() as conn:
        recipients.sync_configured(conn, configured_recipients(settings), now)
        channel_names = recipients.channels(conn)
        has_untold_changes = notice_rows.has_settled_changes(conn, now + _SETTLING_TIME)
    recorders = {name: RecordingChannel(name, recorded) for name in channel_names}

    def settle() -> None:
        nonlocal now
        sender = Sender(store, newest_edition(), recorders, lambda: now, render_context)
        end = now + _SETTLING_TIME
        while now < end:
            tick(sender, LocalDispatcher(sender), deadline_seconds=float("inf"))
            now += _MINUTE

    if has_untold_changes:
        settle()
        recorded.clear()
    start, known = now, _digest_notices(store, now)
    _publish(store, new, now)
    settle()
    at_once = tuple(rehearsed for rehearsed in recorded if rehearsed.message.kind == "change")
    return EditRehearsal(at_once, len(_digest_notices(store, start) - known))


def _publish(store: Store, registry: Registry, now: datetime) -> None:
    # what would be held is rehearsed too: that is when it matters most
    result = publish(store, registry, now, passes.plan_edition, force=True, accept=True)
    if result.outcome == "problems":
        raise RegistryError(result.problems)


def _digest_notices(store: Store, since: datetime) -> set[int]:
    """Returns the ids of the notices that wait for a digest due from *since* on, or went out with it."""
    with store.read() as conn:
        notices = stats.list_deliveries(conn, kind="change", channel=DIGEST_CHANNEL, since=since, limit=1_000_000)
    return {notice.id for notice in notices if notice.reason in (Reason.NONE, Reason.DIGEST)}
