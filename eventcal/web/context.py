"""The values that a request is answered from: `Services`, built once, and `RequestContext`, built for each request.

The only module that stores anything in Flask's application or request; routes ask `current()` once and pass the value on.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final, cast

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from ..events import Calendar
from ..filters import Filter
from ..history import Edition
from ..settings import Settings
from ..store import Store, edition_store, signing_keys
from ..store import processes as process_store
from ..store.edition_store import RegistryCheck
from ..store.ledger.stats import LedgerStats, ledger_stats
from ..store.processes import Process
from .edition_index import EditionIndex
from .http import PRIVATE_HEADERS, Asset
from .snapshots import Snapshot
from .static_urls import StaticUrls
from .viewer import Viewer, parse_request

PageResponse = str | BaseResponse | tuple[str, int] | tuple[str, int, dict[str, str]]
"""An answer as a route returns it: a page, perhaps with a status and headers."""

COUNT_INTERVAL: Final = timedelta(seconds=5)
"""A count reads every row; requests within this interval share one."""


@dataclass(frozen=True, slots=True)
class StoreCounts:
    """The figures of one store at one moment."""

    counted_at: datetime
    stats: LedgerStats
    registry_check: RegistryCheck | None
    processes: tuple[Process, ...] = ()


class StoreCountCache:
    """The newest count of a store, not older than `COUNT_INTERVAL`."""

    def __init__(self) -> None:
        self._last: StoreCounts | None = None
        self._lock = threading.Lock()

    def get(self, store: Store, now: datetime) -> StoreCounts:
        with self._lock:
            if self._last is None or not timedelta() <= now - self._last.counted_at < COUNT_INTERVAL:
                with store.read() as conn:
                    self._last = StoreCounts(
                        now,
                        ledger_stats(conn, now),
                        edition_store.read_registry_check(conn),
                        tuple(process_store.list_processes(conn)),
                    )
            return self._last


_EXTENSION = "eventcal"


@dataclass(frozen=True)
class Services:
    """Everything that one application is built over, shared by its requests.

    `snapshots` returns what is served now, `clock` the time (aware). With `static_urls` the pages become files. Without
    `store` pages that read or write rows say that they are off.
    """

    snapshots: Callable[[], Snapshot]
    settings: Settings
    clock: Callable[[], datetime]
    static_urls: StaticUrls | None = None
    store: Store | None = None
    site_assets: Mapping[str, Asset] = field(default_factory=dict)
    counts: StoreCountCache = field(default_factory=StoreCountCache)

    @property
    def can_sign_up(self) -> bool:
        return self.store is not None and self.settings.can_sign_up

    @property
    def can_push(self) -> bool:
        return self.store is not None and self.settings.can_push

    @property
    def required_store(self) -> Store:
        """The store. Raises RuntimeError where there is none, as where pages become files."""
        if self.store is None:
            raise RuntimeError("this application has no store")
        return self.store

    @property
    def shared_store(self) -> Store | None:
        """The store that several web processes count visitors in; None where one process counts in memory."""
        return self.store if self.store is not None and self.store.is_clustered else None

    @cached_property
    def _key_ring(self) -> signing_keys.KeyRing:
        return signing_keys.KeyRing(self.required_store, self.settings.secret_key)

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """The keys of the links in mails, the newest first."""
        return self._key_ring()

    @cached_property
    def _own_visitor_key(self) -> bytes:
        return secrets.token_bytes(32)

    @property
    def visitor_key(self) -> bytes:
        """The key that visitors' addresses are hashed with; the same in all processes that count together."""
        return self._own_visitor_key if self.shared_store is None else self.signing_keys[0].encode()


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One snapshot, one moment and one viewer for a whole request."""

    services: Services
    snapshot: Snapshot
    now: datetime
    viewer: Viewer

    @property
    def edition(self) -> Edition:
        """The edition that is served. Raises LookupError before there is one, which a blueprint answers before its routes."""
        if self.snapshot.edition is None:
            raise LookupError("no edition is published yet")
        return self.snapshot.edition

    @property
    def calendar(self) -> Calendar | None:
        return self.snapshot.edition.calendar if self.snapshot.edition else None

    @property
    def index(self) -> EditionIndex:
        return self.snapshot.index

    @property
    def base_url(self) -> str:
        return self.services.settings.base_url

    @property
    def today(self) -> date:
        return self.now.astimezone(self.viewer.timezone).date()


def install(app: Flask, services: Services) -> None:
    """Stores *services* in *app* and builds a context at the start of each request."""
    app.extensions[_EXTENSION] = services
    app.before_request(begin_request)


def get_services() -> Services:
    """Returns the services of the application that answers the present request."""
    return cast(Services, current_app.extensions[_EXTENSION])


def begin_request() -> None:
    """Builds the `RequestContext` that `current` returns, by the snapshot and the address of the request."""
    services = get_services()
    snapshot = services.snapshots()
    calendar = snapshot.edition.calendar if snapshot.edition else None
    viewer = parse_request(
        request.args, request.accept_languages, calendar, services.settings.base_url, request.path, services.static_urls
    )
    viewer = replace(
        viewer,
        palette=snapshot.index.palette,
        last_moves=snapshot.index.last_moves,
        first_weekday=services.settings.site.week_start,
    )
    g.context = RequestContext(services, snapshot, services.clock(), viewer)


def current() -> RequestContext:
    """Returns the context of the request; builds it where an error came before it."""
    if "context" not in g:
        begin_request()
    return cast(RequestContext, g.context)


def require_edition() -> PageResponse | None:
    """Answers 503 until an edition is published: the terminal tells the operator, a visitor is asked to wait."""
    if current().snapshot.edition is None:
        return render_template("nothing_yet.html"), 503, {"Retry-After": "10"}
    return None


def set_private_headers(response: Response) -> Response:
    """Keeps a page about one person, or for the operator, out of caches, referrers and search engines."""
    response.headers.update(PRIVATE_HEADERS)
    return response


def use_language(language: str) -> RequestContext:
    """Shows the rest of the request in *language*, unless the address names one; returns the new context."""
    context = current()
    if not context.viewer.language_pairs:
        g.context = context = replace(context, viewer=replace(context.viewer, language=language))
    return context


def use_filter(query: Filter) -> RequestContext:
    """Answers the rest of the request as the home page with *query*; returns the new context."""
    context = current()
    g.context = context = replace(context, viewer=replace(context.viewer, filter=query, path="/"))
    return context
