"""Everything under one command, or its roles apart: the scheduler, and a web worker in a process of its own.

With SQLite the store's lock is held for life; with PostgreSQL any number of each role share the store.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime, timedelta

from . import deliveries, editions, registry
from .channels import Channel
from .deliveries import Sender
from .dispatch.threads import SenderThreads
from .events import format_local
from .history import Edition
from .logs import set_up_logs
from .planning import passes
from .registry import Registry
from .scheduler import JobRunner, PeriodicJob
from .settings import Settings
from .store import Lock, Store, edition_store, ledger, lock, open_store
from .web.server import run_web_server, wait_for_port
from .worker import Heartbeat, Worker, build_channels, build_sender, shutdown_signal

log = logging.getLogger(__name__)

PrintLine = Callable[[str], None]

CLUSTERED_DEADLINE_SECONDS = 5.0
"""A pass whose batches are sent by others ends after this time, and the next one begins."""

PRUNE_INTERVAL = timedelta(seconds=15)


def serve(settings: Settings, print_line: PrintLine) -> None:
    """Publish the registry, start the scheduler, and serve until SIGINT or SIGTERM. *say* prints for the person.

    Raises StoreError while another process holds the store, EventcalError when the port is taken.
    """
    set_up_logs(settings.log)
    with closing(open_store(settings.store_url)) as store, _acquire_lock(store, settings, "serve"):
        wait_for_port(settings.host, settings.port)
        with _running_scheduler(store, settings, print_line, "serve"):
            run_web_server(settings)


def run_scheduler(settings: Settings, print_line: PrintLine) -> None:
    """Publish the registry and see to what falls due, without any page, until SIGINT or SIGTERM. Raises as `serve`."""
    set_up_logs(settings.log)
    with (
        shutdown_signal() as wait_for_shutdown,
        closing(open_store(settings.store_url)) as store,
        _acquire_lock(store, settings, "scheduler"),
        _running_scheduler(store, settings, print_line, "scheduler"),
    ):
        wait_for_shutdown()


def serve_web(settings: Settings, print_line: PrintLine) -> None:
    """Serve the newest edition of the store, whoever publishes it, until SIGINT or SIGTERM."""
    set_up_logs(settings.log)
    wait_for_port(settings.host, settings.port)
    with closing(open_store(settings.store_url)) as store:
        if store.clustered:
            store.upgrade()
        with store.read():
            pass  # it is there, and of this version
        _print_addresses(settings, print_line)
        if not store.clustered:
            run_web_server(settings)
            return
        heartbeat = Heartbeat(store, "web")
        job_runner = JobRunner((heartbeat.job,))
        job_runner.start()
        try:
            run_web_server(settings)
        finally:
            job_runner.stop()
            heartbeat.deregister()


def _acquire_lock(store: Store, settings: Settings, role: str) -> Lock | nullcontext[None]:
    """The store's lock, where only one process may have it."""
    if store.clustered:
        return nullcontext()
    return lock(settings.data_folder, f"eventcal {role}" + (f", port {settings.port}" if role == "serve" else ""))


@contextmanager
def _running_scheduler(store: Store, settings: Settings, print_line: PrintLine, role: str) -> Iterator[None]:
    """Everything is published, and what falls due is seen to, for as long as the block lasts."""
    store.upgrade()
    watcher = RegistryWatcher(store, settings, print_line)
    first_look = FirstLook(watcher, settings, print_line)
    if not _has_edition(store):
        first_look(store.now())  # there is nothing to serve before
    channels = build_channels(settings, store)
    recovered_count = deliveries.sync_and_recover(
        store, (*settings.reader_channels, *settings.operator_channels), store.now()
    )
    if recovered_count:
        log.info("requeued %d deliveries interrupted by a previous process", recovered_count)
    jobs = (
        _run_clustered(store, settings, first_look, channels, role)
        if store.clustered
        else _run_standalone(store, settings, first_look, channels)
    )
    print_summary(store, settings, print_line, role)
    with jobs:
        yield


@contextmanager
def _run_standalone(
    store: Store, settings: Settings, first_look: FirstLook, channels: dict[str, Channel]
) -> Iterator[None]:
    """Runs the only scheduler of a store; threads of this process send."""
    sender, threads, stopping = build_sender(store, channels, settings), SenderThreads(), threading.Event()
    dispatcher = deliveries.LocalDispatcher(sender, threads)

    def tick(_: datetime) -> object:
        return deliveries.tick(sender, dispatcher, should_stop=stopping.is_set)

    job_runner = JobRunner((PeriodicJob("look", first_look), PeriodicJob("tick", first_look.before(tick))))
    job_runner.start()
    try:
        yield
    finally:
        stopping.set()
        job_runner.stop()
        threads.close()


@contextmanager
def _run_clustered(
    store: Store, settings: Settings, first_look: FirstLook, channels: dict[str, Channel], role: str
) -> Iterator[None]:
    """Runs a scheduler among others, by the database's clock; workers send, and this process too where *role* is serve."""
    from .dispatch.procrastinate import QueueDispatcher  # an extra, which SQLite needs nothing of

    sender, stopping = Sender(store, deliveries.newest_edition(), channels, store.now), threading.Event()
    dispatcher = QueueDispatcher(store.connection_string, channels)

    def tick(_: datetime) -> object:
        return deliveries.tick(
            sender, dispatcher, deadline_seconds=CLUSTERED_DEADLINE_SECONDS, should_stop=stopping.is_set
        )

    recovery, heartbeat = deliveries.LeaseRecovery(store), Heartbeat(store, role)
    jobs = [
        PeriodicJob("look", lambda _: first_look(store.now())),
        PeriodicJob("tick", first_look.before(tick)),
        PeriodicJob("recover", lambda _: recovery(store.now())),
        PeriodicJob("prune", lambda _: dispatcher.prune_stalled_jobs(), PRUNE_INTERVAL),
        heartbeat.job,
    ]
    heartbeat(store.now())
    worker = Worker(store, channels, settings) if role == "serve" else None
    job_runner = JobRunner((*jobs, *(worker.jobs if worker else ())))
    if worker:
        worker.start()
    job_runner.start()
    try:
        yield
    finally:
        stopping.set()
        if worker:
            worker.stop()
        job_runner.stop()
        heartbeat.deregister()


FIRST_LOOK_SECONDS = 60.0
"""How long nothing is sent because the registry has not been read yet since the start."""


class FirstLook:
    """Looks at the registry beside what is served already: the port opens with the stored edition.

    What was edited while nothing ran decides over what is sent, so sending waits for the first look, for a minute at most.
    """

    def __init__(self, watcher: RegistryWatcher, settings: Settings, print_line: PrintLine) -> None:
        self.watcher = watcher
        self._settings = settings
        self._print_line = print_line
        self._finished = threading.Event()
        self._deadline = time.monotonic() + FIRST_LOOK_SECONDS

    def __call__(self, now: datetime) -> None:
        """Looks at the registry once."""
        loaded_registry = self.watcher(now)
        if not self._finished.is_set():
            self._print_line(f"{self._settings.registry}: {registry.summarize(loaded_registry)}")
            self._finished.set()

    def before(self, work: Callable[[datetime], object]) -> Callable[[datetime], object]:
        """Returns *work* as a job that does nothing until the first look is over."""

        def wait(now: datetime) -> object:
            return work(now) if self._finished.is_set() or time.monotonic() > self._deadline else None

        return wait


def _has_edition(store: Store) -> bool:
    with store.read() as conn:
        return edition_store.newest_number(conn) > 0


class RegistryWatcher:
    """Notices a saved registry and publishes it."""

    def __init__(self, store: Store, settings: Settings, print_line: PrintLine) -> None:
        self._store = store
        self._path = settings.registry
        self._print_line = print_line
        self._registry: Registry | None = None
        self._edition: Edition | None = None
        self._awaits_acceptance = True  # perhaps, by the process before us

    def __call__(self, now: datetime) -> Registry:
        """Publish the files if they are not those that were looked at last; what was read of them."""
        last_registry, accepted_digest = self._registry, self._accepted_digest()
        if (
            last_registry is not None
            and not accepted_digest
            and registry.signature(last_registry) == last_registry.signature
        ):
            return last_registry
        new_registry = registry.read(self._path)
        outcome = editions.publish(
            self._store,
            new_registry,
            now,
            # what changes while we run is an edit, also one that goes back to what was there before
            force=last_registry is not None,
            accept=bool(accepted_digest) and new_registry.digest == accepted_digest,
            cached=self._edition,
            write_plan=passes.plan_edition,
        )
        self._registry, self._edition, self._awaits_acceptance = (
            new_registry,
            outcome.edition,
            outcome.outcome == "held",
        )
        if accepted_digest:
            with self._store.write() as conn:
                edition_store.accept(conn, "")  # given once, for this content and no other
        if outcome.outcome != "unchanged" or outcome.problems:
            self._print_line(str(outcome))
        return new_registry

    @property
    def edition(self) -> Edition | None:
        """The edition that the last look left standing."""
        return self._edition

    def _accepted_digest(self) -> str:
        """The digest that somebody said is meant although it was held, "" for none: asked only while something is."""
        if not self._awaits_acceptance:
            return ""
        with self._store.read() as conn:
            return edition_store.acceptance(conn)


def print_summary(store: Store, settings: Settings, print_line: PrintLine, role: str = "serve") -> None:
    """Prints what is served, where, and what is sent next."""
    if role == "serve":
        _print_addresses(settings, print_line)
    with store.read() as conn:
        due, calendar = ledger.next_due(conn), edition_store.calendar_in(conn)
    channel_text = ", ".join(
        channel.name if channel.name == channel.type else f"{channel.name} ({channel.type})"
        for channel in settings.reader_channels
    )
    if not settings.channels:
        channel_text = "no channel configured, printed here"
        if store.clustered and role != "serve":
            channel_text = "no channel configured, printed by the workers"
    next_text = f"next {format_local(due, calendar)}" if due else "none in the coming 45 days"
    print_line(f"  Reminders: {channel_text}; {next_text}")


def _print_addresses(settings: Settings, print_line: PrintLine) -> None:
    url_host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base_url = settings.base_url or f"http://{url_host}:{settings.port}"
    print_line(f"  Page  {base_url}/")
    print_line(f"  Feed  {base_url}/calendar.ics")
