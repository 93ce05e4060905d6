"""Publishes the registry whenever it is saved, beside what is served already."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from .. import deliveries, editions, registry
from ..editions import PublishResult
from ..errors import Problem
from ..history import Edition, Version
from ..planning import passes
from ..registry import Registry
from ..registry.limits import MAX_MESSAGE_LENGTH
from ..settings import Settings
from ..store import Store, edition_store
from ..store.edition_store import RegistryCheck
from . import PrintLine

CHECK_INTERVAL = timedelta(milliseconds=100)
MAX_FILES_EVERY_CHECK = 50
"""The number of files beyond which only every seventh check reads their times: to find many costs tens of milliseconds."""
FIRST_CHECK_SECONDS = 60.0
"""How long nothing is sent because the registry has not been read yet since the start."""


class FirstCheck:
    """Checks the registry beside what is served already: the port opens with the stored edition.

    What was edited while nothing ran decides over what is sent, so sending waits for the first check, for a minute at most.
    """

    def __init__(self, watcher: RegistryWatcher, settings: Settings, print_line: PrintLine) -> None:
        self.watcher = watcher
        self.editions = deliveries.newest_edition(lambda: watcher.edition)
        self._settings = settings
        self._print_line = print_line
        self._finished = threading.Event()
        self._deadline = time.monotonic() + FIRST_CHECK_SECONDS

    def __call__(self, now: datetime) -> None:
        """Checks the registry once."""
        loaded_registry = self.watcher(now)
        if not self._finished.is_set():
            self._print_line(f"{self._settings.registry}: {registry.summarize(loaded_registry)}")
            self._finished.set()

    def before(self, work: Callable[[datetime], object]) -> Callable[[datetime], object]:
        """Returns *work* as a job that does nothing until the first check is over."""

        def wait(now: datetime) -> object:
            return work(now) if self._finished.is_set() or time.monotonic() > self._deadline else None

        return wait


class RegistryWatcher:
    """Notices a saved registry and publishes it; *report* gets what came of it, once."""

    def __init__(self, store: Store, settings: Settings, report: Callable[[PublishResult], object]) -> None:
        self._store = store
        self._path = settings.registry
        self._report = report
        self._registry: Registry | None = None
        self.edition: Edition | None = None  # the newest one after the last check; None before any
        self._awaits_acceptance = True  # perhaps, by the process before us
        self._check_count = 0
        self._failure = ""
        self._is_refused = False  # the files as they were last checked

    @registry.paused_collector()  # with 10,000 events a full collection would hold every fourth edit up by 0.15 s
    def __call__(self, now: datetime) -> Registry:
        """Publishes the files unless they are those of the last check, and returns what was read of them."""
        last_registry = self._registry
        self._check_count += 1
        if last_registry is not None and len(last_registry.files) > MAX_FILES_EVERY_CHECK and self._check_count % 7:
            return last_registry
        accepted_digest = self._accepted_digest()
        is_awaited = bool(accepted_digest or self._failure)
        if last_registry is not None and not is_awaited and not registry.has_changed(last_registry):
            return last_registry
        try:
            new_registry = registry.read(self._path)
        except Exception as error:
            self._record_failure(error, now)
            raise
        if last_registry is not None and registry.has_changed(new_registry):
            return last_registry  # written while it was read: half a file may be valid, so the next check decides
        result = editions.publish(
            self._store,
            new_registry,
            now,
            # what changes while we run is an edit, also one that goes back to what was there before
            force=last_registry is not None,
            accept=bool(accepted_digest) and new_registry.digest == accepted_digest,
            cached=self.edition,
            write_plan=passes.plan_edition,
        )
        self._registry, self._awaits_acceptance, self._failure = new_registry, result.outcome == "held", ""
        self.edition = result.edition
        if last_registry is None and result.edition is not None:
            self.edition = _share_events(result.edition, new_registry)
        if accepted_digest:
            with self._store.write() as conn:
                edition_store.accept(conn, "")  # given once, for this content and no other
        if result.outcome != "unchanged" or result.problems or self._is_refused:
            self._report(result)
        self._is_refused = result.is_refused
        return new_registry

    def _record_failure(self, error: Exception, now: datetime) -> None:
        """Records as a problem, once, that the files cannot be read: readiness, status and the operator are told."""
        if repr(error) == self._failure:
            return
        message = f"internal error ({type(error).__name__}: {error}); the log has the details, please report them"
        problems = (Problem(str(self._path), 1, 1, message[:MAX_MESSAGE_LENGTH]),)
        with self._store.write() as conn:
            edition_store.write_registry_check(conn, RegistryCheck(now, "", "problems", problems))
        self._failure = repr(error)

    def _accepted_digest(self) -> str:
        """Returns the digest of a held registry that the operator accepted, "" for none: read only while one is held."""
        if not self._awaits_acceptance:
            return ""
        with self._store.read() as conn:
            return edition_store.accepted_digest(conn)


def _share_events(edition: Edition, loaded_registry: Registry) -> Edition:
    """Returns *edition* with the events of the registry in place of equal ones that were read from the store.

    After a start both would else be in memory for good.
    """
    events = {event.id: event for event in loaded_registry.events}

    def shared(version: Version) -> Version:
        event = events.get(version.event.id, version.event)
        return version if event is version.event or event != version.event else replace(version, event=event)

    return replace(edition, versions=tuple(map(shared, edition.versions)))
