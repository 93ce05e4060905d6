"""A worker's way in: settings become the application that it serves. Imports what is heavy only in the worker.

A worker never outlives whoever started it, so that no orphan goes on answering with an old edition.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from wsgiref.util import setup_testing_defaults

from ..errors import StoreError

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

    from ..history import Edition
    from ..settings import Settings
    from ..store import Store
    from .feeds.responder import FeedResponder
    from .snapshots import Snapshot

_PR_SET_PDEATHSIG: Final = 1  # prctl(2)
_PARENT_POLL_SECONDS: Final = 1.0


def load_application(settings: Settings, parent_pid: int) -> Callable[..., Any]:
    """Builds everything that a worker answers, over the store of *settings*; the process ends with *parent_pid*.

    Raises StoreError when the store cannot be opened.
    """
    exit_with_parent(parent_pid)
    _favour_feeds()
    gc.disable()  # what a start allocates stays: to look for garbage in it takes a tenth of the start
    from ..logs import set_up_logs

    set_up_logs(settings.log)
    from ..store import open_store
    from . import idle_connections
    from .app import create_app
    from .feeds.responder import FeedResponder
    from .rsgi import RsgiApplication
    from .snapshots import SnapshotPoller

    store = open_store(settings.store_url)
    snapshots = SnapshotPoller(store)
    # many machines have one clock: the same day, and so the same bytes, everywhere
    timestamp = (lambda: store.about_now().timestamp()) if store.is_clustered else time.time
    responder = FeedResponder(snapshots, settings.base_url, timestamp, snapshots.is_stalled)
    app = create_app(snapshots, settings, store.about_now, store=store, responder=responder)

    snapshots.on_refresh = _feed_preparer(store, responder)
    snapshots.start()
    gc.enable()
    _render_first_page(app)
    idle_connections.start_closing(settings.port, settings.limits)
    return RsgiApplication(responder, app, settings.limits, settings.base_url, settings.trusted_proxies).__rsgi__


def _feed_preparer(store: Store, responder: FeedResponder) -> Callable[[Snapshot], None]:
    """Returns the function by which the thread that finds a new edition makes its feed ready, before any reader asks."""
    frozen: Edition | None = None
    noted: tuple[Edition | None, tuple[str, ...]] = None, ()

    def prepare_feeds(snapshot: Snapshot) -> None:
        nonlocal frozen, noted
        store.now()
        responder.refresh(snapshot)
        current = snapshot.edition, responder.conditions()
        if current != noted and snapshot.edition is not None:
            with contextlib.suppress(StoreError):  # the disk is full, which has its own condition: at the next look
                _note_conditions(store, snapshot.edition.number, current[1])
                noted = current
        if snapshot.edition is not frozen:
            _freeze_heap(has_garbage=frozen is not None)
            frozen = snapshot.edition

    return prepare_feeds


def _note_conditions(store: Store, number: int, conditions: tuple[str, ...]) -> None:
    """Stores what the feeds of edition *number* lack, unless that is stored already."""
    from ..store import edition_store

    with store.read() as conn:
        if edition_store.read_feed_conditions(conn) == conditions:
            return
    with store.write() as conn:
        edition_store.write_feed_conditions(conn, number, conditions)


def _freeze_heap(*, has_garbage: bool) -> None:
    """Spares full garbage collections what an edition consists of: they held all answers up, by 0.15 s with 10,000 events.

    *has_garbage*: another edition was frozen before, and is collected first.
    """
    if has_garbage:
        gc.unfreeze()
        gc.collect()
    gc.freeze()


def _render_first_page(pages: WSGIApplication) -> None:
    """Compiles the templates of the home page before the port opens: half of what the first reader would wait for."""
    from .http import call_wsgi

    environ: WSGIEnvironment = {}
    setup_testing_defaults(environ)
    call_wsgi(pages, environ)


def _favour_feeds() -> None:
    """Lets a feed cost less while pages are rendered and many readers ask."""
    # A page that is being rendered gives way to the event loop, and so to feeds, five times sooner than by default.
    sys.setswitchinterval(0.001)
    if hasattr(os, "SCHED_BATCH"):
        # The server hands each request from one thread to another: without preemption, many at a time where cores are
        # few. Measured, a seventh of the processor's time of a feed that is ready.
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def exit_with_parent(parent_pid: int) -> None:
    """Ends this process with *parent_pid*, however that ends: by the kernel's signal on Linux, else by polling."""
    if os.uname().sysname == "Linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent_pid:
            os._exit(0)  # it ended before we asked
        return
    threading.Thread(target=_poll_parent, args=(parent_pid,), name="parent", daemon=True).start()


def _poll_parent(parent_pid: int) -> None:
    while os.getppid() == parent_pid:
        time.sleep(_PARENT_POLL_SECONDS)
    os._exit(0)
