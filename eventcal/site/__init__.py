"""An edition becomes a folder of files that any static host serves: what the server would answer today, written down."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults
from zoneinfo import ZoneInfo

from .. import editions, feeds, registry
from .. import web as _web
from ..editions import PublishResult
from ..errors import RegistryError
from ..feeds import KEEP_REMOVED, MIN_GZIP_BYTES, Removed, collect_removed
from ..history import ChangeKind, Edition, HistorySnapshot, Version, history_to_json
from ..planning import passes
from ..settings import Settings
from ..site_settings import SiteSettings
from ..store import Store, edition_store
from ..web.app import create_app
from ..web.assets import load_site_assets
from ..web.feeds.responder import FeedResponder
from ..web.http import call_wsgi
from ..web.snapshots import MAX_CHANGES, Snapshot
from ..web.static_urls import NOT_FOUND_PATH, SHARE_PICTURE, StaticUrls
from .folder import SiteFolder, SiteFolderError, WriteCounts, open_folder
from .resume import HISTORY_FILENAME, ResumeError, resume_from
from .static_pages import build_static_urls

__all__ = ["BuildResult", "ResumeError", "SiteFolderError", "WriteCounts", "build", "resume_from", "write"]

FEED_PATHS: Final = ("/calendar.ics", "/events.json", "/openapi.json", "/upcoming.atom", "/changes.atom")
_ASSET_FOLDER: Final = Path(_web.__file__).parent / "static"
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The result of a build. *written* is None, and the folder unchanged, if the registry has no edition."""

    outcome: PublishResult
    written: WriteCounts | None
    resume_summary: str = ""


def build(
    store: Store, settings: Settings, path: Path, now: datetime, since: str = "", accept: bool = False
) -> BuildResult:
    """Record the registry as an edition, and make the folder *path* the site of it.

    *since* names the build or feed to go on from when *store* is empty; a build that is in *path* already is gone on
    from in any case. Raises FolderError, SinceError, StoreError; after an error the site in *path* is complete.
    """
    loaded = registry.read(settings.registry)
    with open_folder(path) as folder:
        sources = [*([since] if since else []), *([str(path)] if (path / HISTORY_FILENAME).exists() else [])]
        try:
            resume_lines = [resume_from(store, source, loaded, now, settings.base_url) for source in sources]
        except RegistryError as error:
            return BuildResult(PublishResult("problems", None, problems=error.problems), None)
        outcome = editions.publish(store, loaded, now, force=True, accept=accept, write_plan=passes.plan_edition)
        resume_summary = "\n".join(filter(None, resume_lines))
        if outcome.outcome in ("problems", "held"):
            return BuildResult(outcome, None, resume_summary)
        return BuildResult(outcome, write(store, settings.base_url, folder, now, settings.site), resume_summary)


def write(
    store: Store, base_url: str, folder: SiteFolder, now: datetime, look: SiteSettings = SiteSettings()
) -> WriteCounts:
    """Make *folder* the site of the newest edition in *store*, as it is on the day of *now*."""
    with store.read() as conn:
        history = edition_store.full_history(conn)
    assert history is not None
    removed = _find_removed(history)
    snapshot = Snapshot.of(history.edition, tuple(reversed(history.changes[-MAX_CHANGES:])), removed=removed)
    zone = ZoneInfo(history.edition.calendar.timezone)
    # the same bytes whenever in the day: what is near is counted from its noon
    moment = datetime.combine(now.astimezone(zone), _NOON, zone)
    files = build_static_urls(snapshot.index, history.edition.calendar, moment.date())
    # a static host answers no query: events.json is one page
    responder = FeedResponder(lambda: snapshot, base_url, moment.timestamp, page_size=0)
    settings = Settings(base_url=base_url, site=look)
    server = _Server(create_app(lambda: snapshot, settings, lambda: moment, files, responder=responder))
    # first what no later build may fall behind
    _put_with_gzip(folder, f"/{HISTORY_FILENAME}", history_to_json(history).encode())
    for name in [*sorted(path.name for path in _ASSET_FOLDER.iterdir()), *load_site_assets(look)]:
        _put_with_gzip(folder, f"/static/{name}", server.get(f"/static/{name}"))
    for color in filter(None, {history.edition.calendar.color, look.accent}):
        _put_with_gzip(folder, f"/static/color-{color}.css", server.get(f"/static/color-{color}.css"))
    for address in _feed_paths(history.edition, removed):
        _put_with_gzip(folder, address, server.get(address))
    for address, query in _page_requests(history.edition, files):
        target = files.page_path(address, query.items())
        page = server.get(address, query)
        _put_with_gzip(folder, f"{target}index.html", page)
        if f"/{SHARE_PICTURE}".encode() in page:
            folder.put(f"{target}{SHARE_PICTURE}".removeprefix("/"), server.get(f"{address}/{SHARE_PICTURE}", query))
    _put_with_gzip(folder, NOT_FOUND_PATH, server.get(NOT_FOUND_PATH, {"lang": files.languages[0]}, status=404))
    folder.put("robots.txt", server.get("/robots.txt"))
    if base_url:
        folder.put("sitemap.xml", server.get("/sitemap.xml"))
    return folder.publish()


def _find_removed(history: HistorySnapshot) -> Removed:
    """Finds what left the calendar in *history*, which a build without a store has as well: feeds go on with it for a while."""
    left_at = {change.uid: change.at for change in history.changes if change.kind is ChangeKind.VANISHED}
    ended = [(version, left_at.get(version.uid, version.modified)) for version in history.removed]
    since = history.edition.recorded_at - KEEP_REMOVED
    recent = [(version, moment) for version, moment in ended if moment >= since]
    return collect_removed(history.edition, sorted(recent, key=lambda pair: pair[1], reverse=True))


def _put_with_gzip(folder: SiteFolder, address: str, octets: bytes) -> None:
    """Puts a file and beside it a compressed copy for clients that accept gzip."""
    name = address.removeprefix("/")
    folder.put(name, octets)
    if len(octets) >= MIN_GZIP_BYTES:
        folder.put(f"{name}.gz", gzip.compress(octets, 6, mtime=0))


def _feed_paths(edition: Edition, removed: Removed) -> Iterator[str]:
    yield from FEED_PATHS
    yield from (f"/tags/{tag}.ics" for tag in (*feeds.count_tags(edition), *sorted(removed.tags)))
    yield from (f"/events/{name}.ics" for name in _event_ids((*edition.versions, *removed.versions)))


def _page_requests(edition: Edition, files: StaticUrls) -> Iterator[tuple[str, dict[str, str]]]:
    """(address, query) of each page as a server is asked for it."""
    months = [f"/month/{month:%Y-%m}" for month in files.months]
    years = [f"/year/{year:04}" for year in files.years]
    events = [f"/events/{name}" for name in _event_ids(edition.versions)]
    for language in files.languages:
        for address in ("/", "/agenda", "/past", "/month", *months, "/year", *years, *events, "/changes", "/follow"):
            yield address, {"lang": language}
        for tag in feeds.count_tags(edition):
            yield "/", {"lang": language, "tag": tag}


def _event_ids(versions: Iterable[Version]) -> list[str]:
    """The ids of the events, and those that they had: who kept an old address finds them."""
    events = [version.event for version in versions]
    return list(dict.fromkeys([event.id for event in events] + [name for event in events for name in event.formerly]))


class _Server:
    """The answers of *app*, without a server."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def get(self, path: str, query: dict[str, str] | None = None, status: int = 200) -> bytes:
        environ: dict[str, Any] = {"PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": urlencode(query or {})}
        setup_testing_defaults(environ)
        answer = call_wsgi(self._app, environ)
        if answer.status != status:
            raise RuntimeError(f"{path} {query}: {answer.status} where {status} was to be: {answer.body[:200]!r}")
        return answer.body
