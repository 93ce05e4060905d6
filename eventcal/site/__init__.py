"""An edition becomes a folder of files that any static host serves: what the server would answer today, written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from .. import edition_problems, editions, feeds, occurrences, registry
from .. import web as _web
from ..editions import PublishResult
from ..errors import RegistryError
from ..events import Calendar, Event, title_languages
from ..feeds import KEEP_REMOVED, Removed, collect_removed
from ..history import ChangeKind, Edition, Version
from ..history.snapshot import HistorySnapshot, history_to_json
from ..planning import passes
from ..settings import Settings
from ..settings.site_table import SiteSettings
from ..store import Store, edition_store
from ..web.app import create_app
from ..web.assets import load_site_assets
from ..web.edition_index import EditionIndex, months_between
from ..web.feeds.responder import FeedResponder
from ..web.pages.agenda import AGENDA_REACH
from ..web.snapshots import MAX_CHANGES, Snapshot
from ..web.static_urls import NOT_FOUND_PATH, StaticUrls
from ..when import LAST_YEAR
from ..words import LANGUAGES, resolve_language
from .folder import SiteFolder, SiteFolderError, WriteCounts, open_folder
from .rendering import Request, render, with_compressed
from .resume import HISTORY_FILENAME, ResumeError, resume_from

FEED_PATHS: Final = ("/calendar.ics", "/events.json", "/openapi.json", "/upcoming.atom", "/changes.atom")
_ASSET_FOLDER: Final = Path(_web.__file__).parent / "static"
_NOON: Final = time(12)

_LAST_DAY = date(LAST_YEAR, 12, 31)
_MAX_MONTHS_PER_EVENT = 36
"""Months after which one event does not fill each of them with a page of its own."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The result of a build. *written* is None, and the folder unchanged, if the registry has no edition."""

    published: PublishResult
    written: WriteCounts | None
    resume_summary: str = ""


def build(
    store: Store, settings: Settings, path: Path, now: datetime, since: str = "", accept: bool = False
) -> BuildResult:
    """Records the registry as an edition, and makes the folder *path* the site of it.

    *since* names the build or feed to go on from when *store* is empty; a build that is in *path* already is gone on
    from in any case. Raises SiteFolderError, ResumeError, StoreError; after an error the site in *path* is complete.
    """
    loaded = registry.read(settings.registry)
    with open_folder(path) as folder:
        sources = [*([since] if since else []), *([str(path)] if (path / HISTORY_FILENAME).exists() else [])]
        try:
            resume_lines = [resume_from(store, source, loaded, now, settings.base_url) for source in sources]
        except RegistryError as error:
            return BuildResult(PublishResult("problems", None, problems=error.problems), None)
        if not loaded.errors and (undrawable := edition_problems.find_undrawable(loaded.require_valid(), now)):
            return BuildResult(PublishResult("problems", None, problems=undrawable), None)
        published = editions.publish(store, loaded, now, force=True, accept=accept, write_plan=passes.plan_edition)
        resume_summary = "\n".join(filter(None, resume_lines))
        if published.outcome in ("problems", "held"):
            return BuildResult(published, None, resume_summary)
        return BuildResult(published, write(store, settings.base_url, folder, now, settings.site), resume_summary)


def write(
    store: Store, base_url: str, folder: SiteFolder, now: datetime, site: SiteSettings = SiteSettings()
) -> WriteCounts:
    """Makes *folder* the site of the newest edition in *store*, as it is on the day of *now*."""
    with store.read() as conn:
        history = edition_store.full_history(conn)
    assert history is not None
    removed = _find_removed(history)
    snapshot = Snapshot.of(history.edition, tuple(reversed(history.changes[-MAX_CHANGES:])), removed=removed)
    zone = history.edition.calendar.zone
    # the same bytes whenever in the day: what is near is counted from its noon
    moment = datetime.combine(now.astimezone(zone), _NOON, zone)
    files = _build_static_urls(snapshot.index, history.edition.calendar, moment.date())
    # a static host answers no query: events.json is one page
    responder = FeedResponder(lambda: snapshot, base_url, moment.timestamp, page_size=0)
    settings = Settings(base_url=base_url, site=site)
    app = create_app(lambda: snapshot, settings, lambda: moment, files, responder=responder)
    # first what no later build may fall behind
    history_files = with_compressed(HISTORY_FILENAME, history_to_json(history).encode())
    for rendered in chain([history_files], render(app, list(_requests(history.edition, removed, files, settings)))):
        for name, octets in rendered:
            folder.put(name, octets)
    return folder.publish()


def _find_removed(history: HistorySnapshot) -> Removed:
    """Finds what left the calendar in *history*, which a build without a store has as well: feeds go on with it for a while."""
    left_at = {change.uid: change.at for change in history.changes if change.kind is ChangeKind.VANISHED}
    ended = [(version, left_at.get(version.uid, version.modified)) for version in history.removed]
    since = history.edition.recorded_at - KEEP_REMOVED
    recent = [(version, moment) for version, moment in ended if moment >= since]
    return collect_removed(history.edition, sorted(recent, key=lambda pair: pair[1], reverse=True))


def _requests(edition: Edition, removed: Removed, files: StaticUrls, settings: Settings) -> Iterator[Request]:
    site = settings.site
    names = [*sorted(path.name for path in _ASSET_FOLDER.iterdir()), *load_site_assets(site)]
    colors = sorted(filter(None, {edition.calendar.color, site.accent}))
    paths = [f"/static/{name}" for name in (*names, *(f"color-{color}.css" for color in colors))]
    for path in (*paths, *_feed_paths(edition, removed)):
        yield Request(path.removeprefix("/"), path, {})
    for path, query in _page_requests(edition, files):
        yield Request(f"{files.page_path(path, query.items())}index.html".removeprefix("/"), path, query)
    yield Request(NOT_FOUND_PATH.removeprefix("/"), NOT_FOUND_PATH, {"lang": files.languages[0]}, status=404)
    for path in ("/robots.txt", *(["/sitemap.xml"] if settings.base_url else [])):
        yield Request(path.removeprefix("/"), path, {})


def _feed_paths(edition: Edition, removed: Removed) -> Iterator[str]:
    yield from FEED_PATHS
    yield from (f"/tags/{tag}.ics" for tag in (*feeds.count_tags(edition), *sorted(removed.tags)))
    yield from (f"/events/{name}.ics" for name in _event_ids((*edition.versions, *removed.versions)))


def _page_requests(edition: Edition, files: StaticUrls) -> Iterator[tuple[str, dict[str, str]]]:
    """Yields (address, query) of each page as a server is asked for it."""
    months = [f"{page}/{month:%Y-%m}" for page in ("/month", "/embed") for month in files.months]
    years = [f"/year/{year:04}" for year in files.years]
    events = [f"/events/{name}" for name in _event_ids(edition.versions)]
    pages = ["/", "/agenda", "/past", "/month", "/embed", *months, "/year", *years, *events, "/changes", "/follow"]
    for language in files.languages:
        for address in pages:
            yield address, {"lang": language}
        for tag in feeds.count_tags(edition):
            yield "/", {"lang": language, "tag": tag}


def _event_ids(versions: Iterable[Version]) -> list[str]:
    """Returns the ids of the events, and those by which they were chosen before: who kept an old address finds them."""
    events = [version.event for version in versions]
    former_ids = [name for event in events for name in event.followed_ids]
    return list(dict.fromkeys([event.id for event in events] + former_ids))


def _build_static_urls(index: EditionIndex, calendar: Calendar, today: date) -> StaticUrls:
    """Returns the pages of the events of *index*: in the calendar's language, and in each that something is written in."""
    written_languages = title_languages(calendar, index.events)
    first = resolve_language(calendar.language)
    others = (
        language
        for language in LANGUAGES
        if language != first and any(resolve_language(tag) == language for tag in written_languages)
    )
    months = {(today.year, today.month)}
    for event in index.events:
        months |= _months_of_event(event, today)
    return StaticUrls((first, *others), tuple(date(year, month, 1) for year, month in sorted(months)), today)


def _months_of_event(event: Event, today: date) -> set[tuple[int, int]]:
    """Returns the months that *event* falls into; of an endless series those that a list looks at from *today*."""
    extent = occurrences.extent(event)
    if extent is None:
        return set()
    if not event.is_recurring:
        spans = [(extent[0], extent[1] or extent[0])]
    else:
        horizon = min(max(today, extent[0]), _LAST_DAY - AGENDA_REACH) + AGENDA_REACH
        times = [
            occurrence.when for occurrence in occurrences.of_event(event, extent[0], min(extent[1] or horizon, horizon))
        ]
        spans = [(when.first_day, when.last_day) for when in times if when.first_day and when.last_day]
    months: set[tuple[int, int]] = set()
    for first, last in spans:
        if last - first > timedelta(days=31 * _MAX_MONTHS_PER_EVENT):
            months |= {(first.year, first.month), (last.year, last.month)}
        else:
            months.update(months_between(first, last))
    return months
