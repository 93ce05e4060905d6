"""Reads the mailbox that bounces return to, every few minutes, by one process of a store at a time."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from ..channels.bounce_mailbox import MailboxError, read_unseen
from ..deliveries import BounceCounter
from ..scheduler import PeriodicJob
from ..settings import Settings
from ..store import Store, StoreBusy, processes, signing_keys
from ..store.ledger import health

log = logging.getLogger(__name__)

READ_INTERVAL = timedelta(minutes=5)
POLL_INTERVAL = timedelta(minutes=1)
"""How often it is asked whether a reading is due: any process of the store may have made the last one."""
STOP_SECONDS = 10.0


class BounceReader:
    """Reads the mailbox on a thread of its own, so that a mail server that hangs holds up neither the jobs nor their watchdog.

    Two processes read at once only when a server takes longer than `READ_INTERVAL` for one mail; what is counted twice
    counts once (`BounceCounter`).
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._host = urlsplit(settings.bounce_mailbox).hostname or ""
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._logged_detail = ""

    @property
    def jobs(self) -> tuple[PeriodicJob, ...]:
        """The job of this reader; none where no mailbox is set."""
        return (PeriodicJob("bounces", self, POLL_INTERVAL),) if self._settings.bounce_mailbox else ()

    def __call__(self, _: datetime) -> None:
        """Starts a reading if one is due and none is under way."""
        if self._thread is None or not self._thread.is_alive():
            with self._store.write() as conn:
                is_due = processes.claim_mailbox_turn(conn, READ_INTERVAL, self._store.now())
            if is_due:
                self._thread = threading.Thread(target=self.read, name="bounces", daemon=True)
                self._thread.start()

    def read(self) -> None:
        """Counts the unseen mails; a failure is logged when it begins, and when it is over."""
        try:
            self._count_unseen()
        except StoreBusy as error:
            log.warning("bounces stay in the mailbox until the next reading: %s", error)

    def _count_unseen(self) -> None:
        keys = signing_keys.keys(self._store, self._settings.secret_key)
        counter = BounceCounter(self._store, self._settings.mail_bounces, keys, self._settings.bounce_policy)

        def count(data: bytes) -> None:
            if self._stopping.is_set():
                raise _Stopped
            now = self._store.now()
            log.info("returned mail: %s", counter.count(data, now))
            with self._store.write() as conn:
                processes.extend_mailbox_turn(conn, now)

        try:
            read_unseen(self._settings.bounce_mailbox, count)
        except MailboxError as error:
            self._record_failure(str(error))
        except _Stopped:
            return
        else:
            self._record_success()

    def _record_failure(self, detail: str) -> None:
        with self._store.write() as conn:
            health.record_mailbox_failure(conn, self._host, detail)
        if detail != self._logged_detail:
            log.error("%s", detail)
            self._logged_detail = detail

    def _record_success(self) -> None:
        with self._store.write() as conn:
            failure = health.find_mailbox_failure(conn)
            health.clear_mailbox_failure(conn)
        if failure:
            log.warning("the mailbox at %s can be read again after %d failures", self._host, failure.count)
        self._logged_detail = ""

    def start(self) -> None:
        """Forgets the failure of a mailbox that is not read any more, so that its alarm ends."""
        with self._store.write() as conn:
            failure = health.find_mailbox_failure(conn)
            if failure and failure.host != self._host:
                health.clear_mailbox_failure(conn)

    def stop(self) -> None:
        """Waits for the mail that is being counted; those that are left stay unseen."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)


class _Stopped(Exception):
    """The process ends."""
