"""Runs everything under one command, or its roles apart: the scheduler, and a web worker in a process of its own.

With SQLite the store's lock is held for life; with PostgreSQL any number of each role share the store.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import partial

from .. import deliveries
from ..channels import Channel
from ..deliveries import Sender
from ..dispatch.threads import SenderThreads
from ..editions import PublishResult
from ..events import format_local
from ..logs import line_logger
from ..program import program_digest
from ..scheduler import JobRunner, PeriodicJob
from ..settings import Settings
from ..store import Store, edition_store, lock, open_store, retention
from ..store.ledger import stats
from ..store.tables import MetaKey
from ..web.server import passed_address, run_web_server, wait_for_port
from . import PrintLine
from .bounce_reader import BounceReader
from .registry_watcher import CHECK_INTERVAL, FirstCheck, RegistryWatcher
from .todo_lister import INTERVAL as TODO_INTERVAL
from .todo_lister import TodoLister
from .worker import Heartbeat, Worker, build_channels, build_sender, shutdown_signal, startup_printer

log = logging.getLogger(__name__)

CLUSTERED_DEADLINE_SECONDS = 5.0
"""A pass whose batches are sent by others ends after this time, and the next one begins."""

PRUNE_INTERVAL = timedelta(seconds=15)


def serve(settings: Settings, print_line: PrintLine) -> None:
    """Publishes the registry, starts the scheduler, and serves until SIGINT or SIGTERM. *print_line* writes to the terminal.

    Raises StoreError while another process holds the store, EventcalError when the port is taken.
    """
    settings = _at_passed_address(settings)
    with closing(open_store(settings.store_url)) as store, _acquire_lock(store, f"serve, port {settings.port}"):
        wait_for_port(settings.host, settings.port)
        with _running_scheduler(store, settings, print_line, "serve"):
            run_web_server(settings)


def run_scheduler(settings: Settings, print_line: PrintLine) -> None:
    """Publishes the registry and makes passes, without any page, until SIGINT or SIGTERM. Raises as `serve`."""
    with (
        shutdown_signal() as wait_for_shutdown,
        closing(open_store(settings.store_url)) as store,
        _acquire_lock(store, "scheduler"),
        _running_scheduler(store, settings, print_line, "scheduler"),
    ):
        wait_for_shutdown()


def serve_web(settings: Settings, print_line: PrintLine) -> None:
    """Serves the newest edition of the store, which another process publishes, until SIGINT or SIGTERM."""
    settings = _at_passed_address(settings)
    wait_for_port(settings.host, settings.port)
    with closing(open_store(settings.store_url)) as store:
        if store.is_clustered:
            store.upgrade()
        _record_program(store)  # it is there, and of this version
        _print_addresses(settings, startup_printer(settings, print_line))
        if not store.is_clustered:
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


def _record_program(store: Store) -> None:
    """Records that this program serves the store from now on, if another one did before."""
    digest = program_digest()
    with store.read() as conn:
        is_recorded = edition_store.read_meta(conn, MetaKey.PROGRAM) == digest
    if not is_recorded:
        with store.write() as conn:
            edition_store.record_program(conn, digest, store.now())


def _at_passed_address(settings: Settings) -> Settings:
    """Returns *settings* with host and port of the socket that the service manager passed, where it passed one of TCP."""
    address = passed_address()
    return replace(settings, host=address[0], port=address[1]) if isinstance(address, tuple) else settings


def _acquire_lock(store: Store, role: str) -> AbstractContextManager[None]:
    """Holds the store's lock, which one process may hold on SQLite. Raises StoreError when another one does."""
    return lock(store.path, f"eventcal {role}") if store.path else nullcontext()


@contextmanager
def _running_scheduler(store: Store, settings: Settings, print_line: PrintLine, role: str) -> Iterator[None]:
    """Publishes the registry and makes passes for as long as the block lasts."""
    store.upgrade()
    _record_program(store)
    watcher = RegistryWatcher(store, settings, _log_result)
    print_line = startup_printer(settings, print_line)
    first_check = FirstCheck(watcher, settings, print_line)
    with store.read() as conn:
        has_edition = edition_store.newest_number(conn) > 0
    if not has_edition:
        first_check(store.now())  # there is nothing to serve before
    channels = build_channels(settings, store)
    recovered_count = deliveries.sync_and_recover(
        store, (*settings.reader_channels, *settings.operator_channels), store.now()
    )
    if recovered_count:
        log.info("requeued %d deliveries interrupted by a previous process", recovered_count)
    jobs = (
        _run_clustered(store, settings, first_check, channels, role)
        if store.is_clustered
        else _run_standalone(store, settings, first_check, channels)
    )
    print_summary(store, settings, print_line, role)
    with jobs:
        yield


@contextmanager
def _run_standalone(
    store: Store, settings: Settings, first_check: FirstCheck, channels: dict[str, Channel]
) -> Iterator[None]:
    """Runs the only scheduler of a store; threads of this process send."""
    sender = build_sender(store, channels, settings, first_check.editions)
    with ExitStack() as stack:
        stack.callback(sender.settle_unanswered)
        dispatcher = deliveries.LocalDispatcher(sender, stack.enter_context(closing(SenderThreads())))
        with _running_jobs(store, settings, first_check, partial(deliveries.tick, sender, dispatcher)):
            yield


@contextmanager
def _run_clustered(
    store: Store, settings: Settings, first_check: FirstCheck, channels: dict[str, Channel], role: str
) -> Iterator[None]:
    """Runs a scheduler among others, by the database's clock; workers send, and this process too where *role* is serve."""
    from ..dispatch.procrastinate import QueueDispatcher  # an extra, which SQLite needs nothing of

    sender = Sender(store, first_check.editions, channels, store.now)
    dispatcher = QueueDispatcher(store.connection_string, channels)
    tick = partial(deliveries.tick, sender, dispatcher, deadline_seconds=CLUSTERED_DEADLINE_SECONDS)
    recovery, heartbeat = deliveries.LeaseRecovery(store), Heartbeat(store, role)
    worker = Worker(store, channels, settings, first_check.editions) if role == "serve" else None
    jobs = (
        PeriodicJob("recover", lambda _: recovery(store.now())),
        PeriodicJob("prune", lambda _: dispatcher.prune_stalled_jobs(), PRUNE_INTERVAL),
        heartbeat.job,
        *(worker.jobs if worker else ()),
    )
    heartbeat(store.now())
    with ExitStack() as stack:
        stack.callback(heartbeat.deregister)
        stack.enter_context(_running_jobs(store, settings, first_check, tick, jobs))
        if worker:
            worker.start()
            stack.callback(worker.stop)
        yield


@contextmanager
def _running_jobs(
    store: Store,
    settings: Settings,
    first_check: FirstCheck,
    tick: Callable[..., object],
    more_jobs: Iterable[PeriodicJob] = (),
) -> Iterator[None]:
    """Runs the jobs of every scheduler, and *more_jobs*, for as long as the block lasts; *tick* makes one pass."""
    stopping = threading.Event()
    lister, bounce_reader = TodoLister(store, settings.links_file, first_check.editions), BounceReader(store, settings)
    job_runner = JobRunner(
        (
            PeriodicJob("look", lambda _: first_check(store.now()), CHECK_INTERVAL),
            PeriodicJob("tick", first_check.before(lambda _: tick(should_stop=stopping.is_set))),
            PeriodicJob("todos", first_check.before(lambda _: lister(store.now())), TODO_INTERVAL),
            PeriodicJob("retention", first_check.before(lambda _: retention.run_if_due(store, store.now()))),
            *more_jobs,
            *bounce_reader.jobs,
        )
    )
    bounce_reader.start()
    job_runner.start()
    try:
        yield
    finally:
        stopping.set()
        job_runner.stop()
        bounce_reader.stop()


def _log_result(result: PublishResult) -> None:
    """Logs what came of a saved registry; that it is not published is a warning."""
    line_logger(log, logging.WARNING if result.is_refused else logging.INFO)(str(result))


def print_summary(store: Store, settings: Settings, print_line: PrintLine, role: str) -> None:
    """Prints addresses, channels and the next due moment."""
    if role == "serve":
        _print_addresses(settings, print_line)
    with store.read() as conn:
        due, calendar = stats.next_due(conn), edition_store.calendar_in(conn)
    channel_text = ", ".join(
        channel.name if channel.name == channel.type else f"{channel.name} ({channel.type})"
        for channel in settings.reader_channels
    )
    if not settings.channels:
        channel_text = "no channel configured, printed here"
        if store.is_clustered and role != "serve":
            channel_text = "no channel configured, printed by the workers"
    next_text = "none in the coming 45 days"
    if due:
        next_text = f"next {format_local(due, calendar) if due > store.now() else 'now'}"
    print_line(f"  Reminders: {channel_text}; {next_text}")


def _print_addresses(settings: Settings, print_line: PrintLine) -> None:
    path = passed_address()
    if isinstance(path, str) and not settings.base_url:
        print_line(f"  Page and feed  on the socket {path or '(unnamed)'}")
        return
    url_host = f"[{settings.host}]" if ":" in settings.host else settings.host
    base_url = settings.base_url or f"http://{url_host}:{settings.port}"
    print_line(f"  Page  {base_url}/")
    print_line(f"  Feed  {base_url}/calendar.ics")
