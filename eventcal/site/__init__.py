"""An edition becomes a folder of files that any static host serves: what the server would answer today, written down."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
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
from ..editions import Outcome
from ..errors import RegistryError
from ..feeds import SMALLEST_GZIP
from ..history import Edition, past_to_json
from ..settings import Settings
from ..store import Store, ledger
from ..store import editions as recorded
from ..web.app import create_app
from ..web.files import NOT_FOUND, Files, files_of
from ..web.hot import Hot
from ..web.snapshots import CHANGES_KEPT, Snapshot
from .folder import Folder, FolderError, Written, opened
from .since import HISTORY, SinceError, go_on

__all__ = ["Built", "FolderError", "SinceError", "Written", "build", "go_on", "write"]

FEEDS: Final = ("/calendar.ics", "/events.json", "/openapi.json", "/upcoming.atom", "/changes.atom")
_ASSETS: Final = Path(_web.__file__).parent / "static"
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a build. *written* is None, and the folder as it was, when there is no edition of the registry."""

    outcome: Outcome
    written: Written | None
    went_on: str = ""


def build(store: Store, settings: Settings, path: Path, now: datetime, since: str = "", accept: bool = False) -> Built:
    """Record the registry as an edition, and make the folder *path* the site of it.

    *since* names the build or feed to go on from when *store* is empty; a build that is in *path* already is gone on
    from in any case. Raises FolderError, SinceError, StoreError; whatever is raised, the site in *path* is whole.
    """
    found = registry.read(settings.registry)
    with opened(path) as folder:
        sources = [*([since] if since else []), *([str(path)] if (path / HISTORY).exists() else [])]
        try:
            said = [go_on(store, source, found, now, settings.base_url) for source in sources]
        except RegistryError as error:
            return Built(Outcome("problems", None, problems=error.problems), None)
        outcome = editions.publish(store, found, now, force=True, accept=accept, plan=ledger.plan_edition)
        went_on = "\n".join(filter(None, said))
        if outcome.outcome in ("problems", "held"):
            return Built(outcome, None, went_on)
        return Built(outcome, write(store, settings.base_url, folder, now), went_on)


def write(store: Store, base_url: str, folder: Folder, now: datetime) -> Written:
    """Make *folder* the site of the newest edition in *store*, as it is on the day of *now*."""
    with store.read() as conn:
        past = recorded.whole_past(conn)
    assert past is not None
    snapshot = Snapshot.of(past.edition, tuple(reversed(past.changes[-CHANGES_KEPT:])))
    zone = ZoneInfo(past.edition.calendar.timezone)
    # the same bytes whenever in the day: what is near is counted from its noon
    moment = datetime.combine(now.astimezone(zone), _NOON, zone)
    files = files_of(snapshot.index, past.edition.calendar, moment.date())
    app = create_app(lambda: snapshot, Settings(base_url=base_url), clock=lambda: moment, files=files)
    site = _Site(Hot(app, lambda: snapshot, base_url, clock=moment.timestamp))
    # first what no later build may fall behind
    _put(folder, f"/{HISTORY}", past_to_json(past).encode())
    for asset in sorted(each for each in _ASSETS.rglob("*") if each.is_file()):
        _put(folder, f"/static/{asset.relative_to(_ASSETS).as_posix()}", asset.read_bytes())
    if color := past.edition.calendar.color:
        _put(folder, f"/static/color-{color}.css", site.get(f"/static/color-{color}.css"))
    for address in _feeds(past.edition):
        _put(folder, address, site.get(address))
    for address, query in _pages(past.edition, files):
        target = files.place(address, query.items())
        _put(folder, f"{target}index.html", site.get(address, query))
    _put(folder, NOT_FOUND, site.get(NOT_FOUND, {"lang": files.languages[0]}, status=404))
    folder.put("robots.txt", site.get("/robots.txt"))
    return folder.publish()


def _put(folder: Folder, address: str, octets: bytes) -> None:
    """A file, and beside it one that a host may send to whoever takes gzip."""
    name = address.removeprefix("/")
    folder.put(name, octets)
    if len(octets) >= SMALLEST_GZIP:
        folder.put(f"{name}.gz", gzip.compress(octets, 6, mtime=0))


def _feeds(edition: Edition) -> Iterator[str]:
    yield from FEEDS
    yield from (f"/tags/{tag}.ics" for tag in feeds.tags(edition))
    yield from (f"/events/{name}.ics" for name in _names(edition))


def _pages(edition: Edition, files: Files) -> Iterator[tuple[str, dict[str, str]]]:
    """(address, query) of each page as a server is asked for it."""
    months = [f"/month/{month:%Y-%m}" for month in files.months]
    events = [f"/events/{name}" for name in _names(edition)]
    for language in files.languages:
        for address in ("/", "/agenda", "/month", *months, *events, "/changes"):
            yield address, {"lang": language}
        for tag in feeds.tags(edition):
            yield "/", {"lang": language, "tag": tag}


def _names(edition: Edition) -> list[str]:
    """The ids of the events, and those that they had: who kept an old address finds them."""
    present = [each.event.id for each in edition.versions]
    return list(dict.fromkeys([*present, *(old for each in edition.versions for old in each.event.formerly)]))


class _Site:
    """The server's own application, asked without a server."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def get(self, address: str, query: dict[str, str] | None = None, status: int = 200) -> bytes:
        environ: dict[str, Any] = {
            "PATH_INFO": address.encode().decode("latin-1"),  # as PEP 3333 has it
            "QUERY_STRING": urlencode(query or {}),
        }
        setup_testing_defaults(environ)
        said: list[str] = []

        def start_response(line: str, headers: object, error: object = None) -> Any:
            said.append(line)

        answer = self._app(environ, start_response)
        try:
            octets = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        if not said[0].startswith(f"{status} "):
            raise RuntimeError(f"{address} {query}: {said[0]} where {status} was to be: {octets[:200]!r}")
        return octets
