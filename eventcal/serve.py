"""Everything under one command, or its roles apart: the scheduler, and a web worker in a process of its own.

With SQLite the store's lock is held for life; with PostgreSQL any number of each role share the store.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import partial

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from . import deliveries, editions, registry
from .channels import Channel
from .deliveries import Press, sending
from .deliveries.press import Ics
from .dispatch.local import Local
from .errors import EventcalError
from .history import Edition
from .registry import Registry
from .scheduler import Beat, Pass
from .settings import Settings
from .store import Lock, Store, StoreBusy, ledger, lock, open_store, subscribers
from .store import editions as recorded
from .web import entry
from .worker import Presence, Worker, built, set_up_logs, told

log = logging.getLogger(__name__)

Say = Callable[[str], None]

# a worker that was killed may hold the port for a moment longer than the process that we take over from
PATIENCE = 3.0

BUDGET = 5.0  # seconds that a pass goes on handing over before it looks at the clock again
TIDIES = timedelta(seconds=15)


def serve(settings: Settings, say: Say) -> None:
    """Publish the registry, start the scheduler, and serve until SIGINT or SIGTERM. *say* prints for the person.

    Raises StoreError while another process holds the store, EventcalError when the port is taken.
    """
    set_up_logs()
    with closing(open_store(settings.store_url)) as store, _held(store, settings, "serve"):
        _await_port(settings.host, settings.port)
        with _scheduled(store, settings, say, "serve"):
            _web(settings)


def schedule(settings: Settings, say: Say) -> None:
    """Publish the registry and see to what falls due, without any page, until SIGINT or SIGTERM. Raises as `serve`."""
    set_up_logs()
    with (
        told() as end,
        closing(open_store(settings.store_url)) as store,
        _held(store, settings, "scheduler"),
        _scheduled(store, settings, say, "scheduler"),
    ):
        end()


def show(settings: Settings, say: Say) -> None:
    """Serve the newest edition of the store, whoever publishes it, until SIGINT or SIGTERM."""
    set_up_logs()
    _await_port(settings.host, settings.port)
    with closing(open_store(settings.store_url)) as store:
        if store.clustered:
            store.upgrade()
        with store.read():
            pass  # it is there, and of this version
        _say_where(settings, say)
        if not store.clustered:
            _web(settings)
            return
        presence = Presence(store, "web")
        beat = Beat((presence.spoken,))
        beat.start()
        try:
            _web(settings)
        finally:
            beat.stop()
            presence.leave()


def _held(store: Store, settings: Settings, role: str) -> Lock | nullcontext[None]:
    """The store's lock, where only one process may have it."""
    if store.clustered:
        return nullcontext()
    return lock(settings.folder, f"eventcal {role}" + (f", port {settings.port}" if role == "serve" else ""))


@contextmanager
def _scheduled(store: Store, settings: Settings, say: Say, role: str) -> Iterator[None]:
    """Everything is published, and what falls due is seen to, for as long as the block lasts."""
    store.upgrade()
    look = Look(store, settings, say)
    found = look(store.now())
    made = built(settings)
    left = deliveries.start(store, (*settings.readers, *settings.operators), store.now())
    if left:
        log.info("%d deliveries were left half-way by a process that ended; they are queued again", left)
    run = _shared(store, settings, look, made, role) if store.clustered else _alone(store, settings, look, made)
    announce(store, settings, found, say, role)
    with run:
        yield


@contextmanager
def _alone(store: Store, settings: Settings, look: Look, made: dict[str, Channel]) -> Iterator[None]:
    """The only scheduler: threads of this process send."""
    dispatch, ending = Local(), threading.Event()
    beat = Beat((Pass("look", look), Pass("tick", _tick(store, settings, look, made, dispatch, ending))))
    beat.start()
    try:
        yield
    finally:
        ending.set()
        beat.stop()
        dispatch.close()


@contextmanager
def _shared(store: Store, settings: Settings, look: Look, made: dict[str, Channel], role: str) -> Iterator[None]:
    """A scheduler among others, by the database's clock: workers send, this process among them when it is to do all."""
    from .dispatch.procrastinate import Queue  # an extra, which SQLite needs nothing of

    queue, source, presence = Queue(store.connection_string), deliveries.newest(), Presence(store, role)
    ending, trusted = threading.Event(), time.monotonic()

    def hand_over(_: datetime) -> object:
        nonlocal trusted
        recovers = time.monotonic() >= trusted
        try:
            return deliveries.hand_over(
                store, source, made, queue, store.now(), store.now,
                budget=BUDGET, ends=ending.is_set, recovers=recovers,
            )  # fmt: skip
        except StoreBusy:
            # while the database was away nobody could renew a lease, or write down what was sent
            trusted = time.monotonic() + sending.LEASE.total_seconds()
            raise

    worker = Worker(store, made, settings) if role == "serve" else None
    presence(store.now())
    beat = Beat(
        (
            Pass("look", lambda _: look(store.now())),
            Pass("hand over", hand_over),
            Pass("tidy", lambda _: queue.tidy(), TIDIES),
            presence.spoken,
            *(worker.passes if worker else ()),
        )
    )
    if worker:
        worker.start()
    beat.start()
    try:
        yield
    finally:
        ending.set()
        if worker:
            worker.stop()
        beat.stop()
        presence.leave()


class Look:
    """The pass that notices a saved registry and publishes it."""

    def __init__(self, store: Store, settings: Settings, say: Say) -> None:
        self._store = store
        self._path = settings.registry
        self._say = say
        self._registry: Registry | None = None
        self._edition: Edition | None = None
        self._held = True  # perhaps, by the process before us

    def __call__(self, now: datetime) -> Registry:
        """Publish the files if they are not those that were looked at last; what was read of them."""
        last, accepted = self._registry, self._accepted()
        if last is not None and not accepted and registry.signature(last) == last.signature:
            return last
        found = registry.read(self._path)
        outcome = editions.publish(
            self._store,
            found,
            now,
            # what changes while we run is an edit, also one that goes back to what was there before
            force=last is not None,
            accept=bool(accepted) and found.digest == accepted,
            known=self._edition,
            plan=ledger.plan_edition,
        )
        self._registry, self._edition, self._held = found, outcome.edition, outcome.outcome == "held"
        if accepted:
            with self._store.write() as conn:
                recorded.accept(conn, "")  # given once, for this content and no other
        if outcome.outcome != "unchanged" or outcome.problems:
            self._say(str(outcome))
        return found

    @property
    def edition(self) -> Edition | None:
        """The edition that the last look left standing."""
        return self._edition

    def _accepted(self) -> str:
        """The digest that somebody said is meant although it was held, "" for none: asked only while something is."""
        if not self._held:
            return ""
        with self._store.read() as conn:
            return recorded.acceptance(conn)


def attached(edition: Callable[[], Edition | None], settings: Settings, clock: Callable[[], datetime]) -> Ics:
    """How an event is drawn that a message brings along: as `/events/ID.ics` would give it now."""
    return deliveries.attached(edition, settings.base_url, clock)


def _tick(
    store: Store, settings: Settings, look: Look, made: dict[str, Channel], dispatch: Local, ending: threading.Event
) -> Callable[[datetime], object]:
    """The pass that sends what is due."""
    source = deliveries.newest()
    keys = subscribers.keys(store, settings.secret_key)
    press = Press(settings.base_url, attached(lambda: look.edition, settings, store.now), keys)

    def tick(now: datetime) -> object:
        return deliveries.tick(
            store, source, made, now, clock=store.now, dispatch=dispatch, press=press, ends=ending.is_set
        )

    return tick


def announce(store: Store, settings: Settings, found: Registry, say: Say, role: str = "serve") -> None:
    """What is served, where, and what is sent next."""
    say(f"{settings.registry}: {registry.summary(found)}")
    if role == "serve":
        _say_where(settings, say)
    with store.read() as conn:
        due = ledger.next_due(conn)
    through = ", ".join(
        each.name if each.name == each.type else f"{each.name} ({each.type})" for each in settings.readers
    )
    if not settings.channels:
        through = "printed here, since eventcal.toml names no channel"
        if store.clustered and role != "serve":
            through = "printed by the workers, since eventcal.toml names no channel"
    ahead = f"the next one at {due:%Y-%m-%d %H:%M} UTC" if due else "none in the coming 45 days"
    say(f"  Reminders: {through}; {ahead}")


def _say_where(settings: Settings, say: Say) -> None:
    at = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = settings.base_url or f"http://{at}:{settings.port}"
    say(f"  Page  {base}/")
    say(f"  Feed  {base}/calendar.ics")


def _await_port(host: str, port: int) -> None:
    """Two servers could share a port without a word (SO_REUSEPORT), so ask for it alone first."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    until = time.monotonic() + PATIENCE
    while True:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                probe.listen(1)
                return
            except OSError as error:
                if time.monotonic() > until:
                    raise EventcalError(
                        f"cannot listen on {host}:{port} ({error.strerror}); "
                        "stop what uses it, or choose another with --port"
                    ) from error
        time.sleep(0.1)


def _web(settings: Settings) -> None:
    """One worker, spawned so that it shares no thread, lock or connection with us; started again whenever it ends."""
    multiprocessing.set_start_method("spawn", force=True)
    while True:
        server = Granian(
            "eventcal.web.entry",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=1,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            log_level=LogLevels.warning,
        )
        try:
            server.serve(target_loader=partial(entry.load, settings, os.getpid()), wrap_loader=False)
            return
        except SystemExit:
            if server.interrupt_signal:
                return
            # it gives up on a worker that ends twice within seconds; a calendar that is not served helps nobody
            log.error("the web worker ended twice within seconds; starting it again")
            time.sleep(1)
