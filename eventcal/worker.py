"""A process among several over one PostgreSQL: it says that it is there, and takes batches of what is due and sends them."""

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

from . import __version__, channels, deliveries
from .channels import Channel, pace
from .deliveries import Carrier, Press, Sending, attached
from .deliveries.handing import RENEWS
from .dispatch.local import Local
from .errors import SettingsError
from .scheduler import Beat, Pass
from .settings import Settings
from .store import Store, StoreBusy, nodes, open_store, subscribers

log = logging.getLogger(__name__)

Say = Callable[[str], None]


def work(settings: Settings, say: Say) -> None:
    """Send what schedulers hand over, until SIGINT or SIGTERM. *say* prints for the person.

    Raises SettingsError where there is no PostgreSQL to share: there, whoever holds the store's lock sends.
    """
    set_up_logs()
    with told() as end, closing(open_store(settings.store_url)) as store:
        if not store.clustered:
            raise SettingsError(
                "`eventcal worker` needs EVENTCAL_DATABASE_URL=postgresql://...: with SQLite, `eventcal serve` sends by itself"
            )
        store.upgrade()
        worker = Worker(store, built(settings), settings)
        presence = Presence(store, "worker")
        beat = Beat((presence.spoken, *worker.passes))
        presence(store.now())
        worker.start()
        beat.start()
        say(f"sending what falls due in {store.name}")
        try:
            end()
        finally:
            worker.stop()
            beat.stop()
            presence.leave()


class Worker:
    """Sends batches as they come, by threads of this process, from `start` to `stop`."""

    def __init__(self, store: Store, made: Mapping[str, Channel], settings: Settings) -> None:
        from .dispatch.procrastinate import Jobs  # an extra, which SQLite needs nothing of

        keys = subscribers.keys(store, settings.secret_key)
        drawn = attached(lambda: self._sending.edition, settings.base_url, store.now)
        self._dispatch = Local()
        self._sending = Sending(store, deliveries.newest(), made, store.now, Press(settings.base_url, drawn, keys))
        self._carrier = Carrier(self._sending, self._dispatch)
        self._jobs = Jobs(store.connection_string, self._carrier.carry)
        self._thread = threading.Thread(target=self._jobs.run, name="jobs", daemon=True)
        self._store = store
        self.passes = (
            Pass("renew", lambda _: self._carrier.renew(store.now()), RENEWS),
            Pass("share", lambda _: self._share(), nodes.BEATS),
        )

    def start(self) -> None:
        self._share()
        self._thread.start()

    def _share(self) -> None:
        """A relay that takes so many a minute takes them from all who send, together."""
        with self._store.read() as conn:
            pace.share(nodes.senders(conn, self._store.now()))

    def stop(self) -> None:
        """What was begun comes to its end, what was not is due again."""
        self._carrier.close()
        self._jobs.stop()
        self._dispatch.close()
        self._thread.join(timeout=20)


class Presence:
    """Says every ten seconds that this process is there, and what its clock is worth."""

    def __init__(self, store: Store, role: str) -> None:
        self._store = store
        self._role = role
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:4]}"
        self.spoken = Pass("presence", lambda _: self(store.now()), nodes.BEATS)

    def __call__(self, now: datetime) -> None:
        ahead = datetime.now(UTC) - self._store.now()
        with self._store.write(alone=False) as conn:
            nodes.beat(conn, self.name, self._role, __version__, now, ahead)
            nodes.forget(conn, now)

    def leave(self) -> None:
        """It ends as it should; where the store does not answer, the others notice."""
        try:
            with self._store.write(alone=False) as conn:
                nodes.leave(conn, self.name)
        except StoreBusy as error:
            log.warning("%s: nobody was told that this process ends", error)


def built(settings: Settings) -> dict[str, Channel]:
    """The channels that *settings* name, ready to send."""
    named = (*settings.readers, *settings.operators, *settings.people)
    return channels.build(named, settings.smtp_url, settings.mail_from)


ENDS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def told() -> Iterator[Callable[[], object]]:
    """Gives what comes back once SIGINT or SIGTERM has come, from now on; no thread may have been started before.

    They are held back, and taken out by whoever waits for them: a handler that comes just before its thread falls asleep
    would be run when that next wakes.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    try:
        yield lambda: signal.sigwait(ENDS)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def set_up_logs() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # a failed pass or batch is told in our words, by `scheduler` and `dispatch`; a long pass leaves out its next turns,
    # which is no news
    for engine in ("apscheduler", "procrastinate"):
        logging.getLogger(engine).setLevel(logging.CRITICAL)
