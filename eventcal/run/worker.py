"""Runs a worker: one process among several over one PostgreSQL, which writes heartbeats, and takes batches and sends them."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from uuid import uuid4

from .. import __version__, channels, deliveries
from ..channels import Channel, rate_limit
from ..channels.log import LogChannel
from ..deliveries import EditionSource, RenderContext, Sender, ics_builder
from ..dispatch.batch_runner import LEASE_RENEW_INTERVAL, BatchRunner
from ..dispatch.threads import SenderThreads
from ..errors import SettingsError
from ..logs import line_logger
from ..scheduler import JobRunner, PeriodicJob
from ..settings import Settings
from ..states import PUSH_CHANNEL
from ..store import Store, StoreBusy, devices, open_store, processes, signing_keys
from ..web_push import VapidKey
from . import PrintLine

log = logging.getLogger(__name__)


def run_worker(settings: Settings, print_line: PrintLine) -> None:
    """Sends the batches that schedulers put into the queue, until SIGINT or SIGTERM. *print_line* writes to the terminal.

    Raises SettingsError on SQLite, where the process that holds the store's lock sends.
    """
    with shutdown_signal() as wait_for_shutdown, closing(open_store(settings.store_url)) as store:
        if not store.is_clustered:
            raise SettingsError(
                "`eventcal worker` needs EVENTCAL_DATABASE_URL=postgresql://...: with SQLite, `eventcal serve` sends by itself"
            )
        store.upgrade()
        worker = Worker(store, build_channels(settings, store), settings)
        heartbeat = Heartbeat(store, "worker")
        job_runner = JobRunner((heartbeat.job, *worker.jobs))
        heartbeat(store.now())
        worker.start()
        job_runner.start()
        startup_printer(settings, print_line)(f"sending what falls due in {store.name}")
        try:
            wait_for_shutdown()
        finally:
            worker.stop()
            job_runner.stop()
            heartbeat.deregister()


def startup_printer(settings: Settings, print_line: PrintLine) -> PrintLine:
    """Returns what writes the lines of a start: *print_line*, or the log where its lines are JSON."""
    return line_logger(log) if settings.log == "json" else print_line


def build_sender(
    store: Store,
    channels_by_name: Mapping[str, Channel],
    settings: Settings,
    edition_source: EditionSource | None = None,
) -> Sender:
    """Builds the sender of a process. A message's calendar file is drawn as `/events/ID.ics` would give it now."""
    context = RenderContext(
        settings.base_url,
        ics_builder(lambda: sender.edition, settings.base_url, store.now),
        signing_keys.KeyRing(store, settings.secret_key),
        settings.bounce_policy,
        is_bounce_id_used=bool(settings.mail_bounces),
    )
    sender = Sender(store, edition_source or deliveries.newest_edition(), channels_by_name, store.now, context)
    return sender


class Worker:
    """Sends batches as they come, by threads of this process, from `start` to `stop`."""

    def __init__(
        self,
        store: Store,
        channels_by_name: Mapping[str, Channel],
        settings: Settings,
        edition_source: EditionSource | None = None,
    ) -> None:
        from ..dispatch.procrastinate import QueueConsumer  # an extra, which SQLite needs nothing of

        self._store = store
        self._threads = SenderThreads()
        self._sender = build_sender(store, channels_by_name, settings, edition_source)
        self._batch_runner = BatchRunner(self._sender, self._threads)
        self._consumer = QueueConsumer(store.connection_string, self._batch_runner.run_batch)
        self._consumer_thread = threading.Thread(target=self._consumer.run, name="jobs", daemon=True)
        self.jobs = (
            PeriodicJob("renew", lambda _: self._batch_runner.renew(store.now()), LEASE_RENEW_INTERVAL),
            PeriodicJob("share", lambda _: self._share_rate_limits(), processes.HEARTBEAT_INTERVAL),
        )

    def start(self) -> None:
        """Starts taking batches."""
        self._share_rate_limits()
        self._consumer_thread.start()

    def _share_rate_limits(self) -> None:
        """Divides rate limits by the processes that send: a relay counts what all of them send together."""
        with self._store.read() as conn:
            rate_limit.divide_by(processes.count_senders(conn, self._store.now()))

    def stop(self) -> None:
        """Takes no more batches; what is being sent comes to its end, the rest is due again."""
        self._batch_runner.close()
        self._consumer.stop()
        self._threads.close()
        self._sender.settle_unanswered()
        self._batch_runner.abandon()
        self._consumer_thread.join(timeout=20)


class Heartbeat:
    """Writes every ten seconds that this process lives, and how far its clock is off."""

    def __init__(self, store: Store, role: str) -> None:
        self._store = store
        self._role = role
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:4]}"
        self.job = PeriodicJob("presence", lambda _: self(store.now()), processes.HEARTBEAT_INTERVAL)

    def __call__(self, now: datetime) -> None:
        """Writes one heartbeat."""
        clock_offset = datetime.now(UTC) - self._store.now()
        with self._store.write(alone=False) as conn:
            processes.heartbeat(conn, self.name, self._role, __version__, now, clock_offset)
            processes.purge_dead(conn, now)

    def deregister(self) -> None:
        """Removes this process from the store; where that does not answer, its heartbeats end."""
        try:
            with self._store.write(alone=False) as conn:
                processes.deregister(conn, self.name)
        except StoreBusy as error:
            log.warning("%s: could not deregister this process; it is dropped when its heartbeat expires", error)


def build_channels(settings: Settings, store: Store) -> dict[str, Channel]:
    """Builds the channels that *settings* name, and that of the devices in *store*, ready to send."""
    channel_settings = (*settings.reader_channels, *settings.operator_channels, *settings.subscriber_channels)
    built = channels.build(channel_settings, settings.mail)
    if settings.log == "json":  # every line of the process is one of the log then
        built |= {c.name: LogChannel(c.name, line_logger(log)) for c in channel_settings if c.type == "log"}
    if settings.can_push:
        built[PUSH_CHANNEL] = push_channel(settings, store)
    return built


def push_channel(settings: Settings, store: Store) -> Channel:
    """Builds the channel of the devices in *store*."""
    from ..channels.webpush import WebPushChannel

    def load_keys() -> list[VapidKey]:
        with store.read() as conn:
            return devices.find_vapid_keys(conn)

    return WebPushChannel(load_keys, settings.push_contact, settings.push_allow_private)


SHUTDOWN_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def shutdown_signal() -> Iterator[Callable[[], object]]:
    """Yields a function that waits for SIGINT or SIGTERM; enter the block before any thread is started.

    The signals are blocked and taken by `sigwait`: a handler that came just before its thread falls asleep would run only
    when that wakes.
    """
    previous_mask = signal.pthread_sigmask(signal.SIG_BLOCK, SHUTDOWN_SIGNALS)
    try:
        yield lambda: signal.sigwait(SHUTDOWN_SIGNALS)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous_mask)
