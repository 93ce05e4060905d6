"""Everything on one machine under one command: the store's lock, the scheduler, and a web worker in a process of its own."""

from __future__ import annotations

import logging
import multiprocessing
import os
import socket
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from . import channels, deliveries, editions, feeds, registry
from .channels import Channel
from .deliveries import Press
from .deliveries.press import Ics
from .dispatch.local import Local
from .errors import EventcalError
from .filters import Filter
from .history import Edition, Version
from .registry import Registry
from .scheduler import Beat, Pass
from .settings import Settings
from .store import Store, ledger, lock, open_store, subscribers
from .store import editions as recorded
from .web import entry

log = logging.getLogger(__name__)

Say = Callable[[str], None]

# a worker that was killed may hold the port for a moment longer than the process that we take over from
PATIENCE = 3.0


def serve(settings: Settings, say: Say) -> None:
    """Publish the registry, start the scheduler, and serve until SIGINT or SIGTERM. *say* prints for the person.

    Raises StoreError while another process holds the store, EventcalError when the port is taken.
    """
    _set_up_logs()
    with lock(settings.folder, f"eventcal serve, port {settings.port}"):
        _await_port(settings.host, settings.port)
        store = open_store(settings.store_url)
        try:
            store.upgrade()
            look = Look(store, settings, say)
            found = look(store.now())
            named = (*settings.readers, *settings.operators)
            made = channels.build((*named, *settings.people), settings.smtp_url, settings.mail_from)
            left = deliveries.start(store, named, store.now())
            if left:
                log.info("%d deliveries were left half-way by a process that ended; they are queued again", left)
            dispatch = Local()
            beat = Beat((Pass("look", look), Pass("tick", _tick(store, settings, look, made, dispatch))))
            announce(store, settings, found, say)
            beat.start()
            try:
                _web(settings)
            finally:
                beat.stop()
                dispatch.close()
        finally:
            store.close()


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

    def draw(version: Version) -> bytes:
        found = edition()
        if found is None:
            return b""
        today = clock().astimezone(ZoneInfo(found.calendar.timezone)).date()
        feed = feeds.event(found, version.event.id, today, Filter(), settings.base_url)
        return feed.body if feed else b""

    return draw


def _tick(
    store: Store, settings: Settings, look: Look, made: dict[str, Channel], dispatch: Local
) -> Callable[[datetime], object]:
    """The pass that sends what is due."""
    source = deliveries.newest()
    keys = subscribers.keys(store, settings.secret_key)
    press = Press(settings.base_url, attached(lambda: look.edition, settings, store.now), keys)

    def tick(now: datetime) -> object:
        return deliveries.tick(store, source, made, now, clock=store.now, dispatch=dispatch, press=press)

    return tick


def announce(store: Store, settings: Settings, found: Registry, say: Say) -> None:
    """What is served, where, and what is sent next."""
    at = f"[{settings.host}]" if ":" in settings.host else settings.host
    base = settings.base_url or f"http://{at}:{settings.port}"
    say(f"{settings.registry}: {registry.summary(found)}")
    say(f"  Page  {base}/")
    say(f"  Feed  {base}/calendar.ics")
    with store.read() as conn:
        due = ledger.next_due(conn)
    through = ", ".join(
        each.name if each.name == each.type else f"{each.name} ({each.type})" for each in settings.readers
    )
    if not settings.channels:
        through = "printed here, since eventcal.toml names no channel"
    ahead = f"the next one at {due:%Y-%m-%d %H:%M} UTC" if due else "none in the coming 45 days"
    say(f"  Reminders: {through}; {ahead}")


def _set_up_logs() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


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
