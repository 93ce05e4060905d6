"""The routes: an address and a snapshot become a page. What each one shows is decided in `agenda`, `months` and `views`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, abort, current_app, g, redirect, render_template, request
from markupsafe import escape
from werkzeug.wrappers import Response

from ... import filters, links, words
from ...events import Event, Occurrence, Status
from ...filters import Filter
from ...settings import Settings
from ...store import Store
from ...when import FIRST_YEAR, LAST_YEAR
from ..edition_index import EditionIndex
from ..request_context import parse_request
from ..snapshots import Snapshot
from ..static_urls import StaticUrls
from . import agenda, months, views
from .grid import build_month_view
from .search import search
from .subscribe_links import SubscribeLinks, build_subscribe_links

blueprint = Blueprint("pages", __name__)

MAX_UPCOMING, MAX_PAST, AGENDA_PAGE_SIZE, MAX_CHANGES_SHOWN, MAX_SEARCH_RESULTS = 20, 12, 50, 100, 60
_RETRY_AFTER_SECONDS = "10"

PageResponse = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class WebContext:
    """What the routes are given."""

    snapshots: Callable[[], Snapshot]
    settings: Settings
    clock: Callable[[], datetime]
    is_stalled: Callable[[], bool]
    static_urls: StaticUrls | None = None
    store: Store | None = None


def begin_request() -> None:
    """One snapshot, one moment and one reader for the whole request."""
    context: WebContext = current_app.extensions["eventcal"]
    g.base_url = context.settings.base_url
    g.snapshot, g.now = context.snapshots(), context.clock()
    calendar = g.snapshot.edition.calendar if g.snapshot.edition else None
    accept_language, static_urls = request.accept_languages, context.static_urls
    g.viewer = parse_request(request.args, accept_language, calendar, g.base_url, request.path, static_urls)
    g.today = g.viewer.today(g.now, calendar)


@blueprint.get("/")
def home_page() -> PageResponse:
    if g.snapshot.edition is None:
        return no_edition_page()
    if g.viewer.filter.q:
        return search_page()
    index = g.snapshot.index
    selection = index.select(g.viewer.filter)
    upcoming = agenda.list_upcoming(selection, g.today, agenda.match_all, MAX_UPCOMING)
    past = agenda.list_past(selection, g.today, agenda.match_all, MAX_PAST)
    this_month = g.today.replace(day=1)
    previous_month, next_month = neighbour_months(this_month)
    return render_template(
        "home.html",
        coming=section_views(agenda.group_by_month(upcoming, not_before=g.today)),
        past=_group_by_year(past),
        undated=_undated_views(selection.undated),
        more_coming=len(upcoming) == MAX_UPCOMING,
        grid=build_month_view(selection, this_month, g.viewer, g.today, g.now),
        before=previous_month,
        after=next_month,
        months_at="/month",
        subscribe=_subscribe_links(),
        filter_options=views.filter_options(index, g.viewer),
    )


def search_page() -> str:
    """What a search comes to: everything that ever was, titles before what only mentions the words."""
    result = search(g.snapshot.index, g.viewer.filter, g.today)
    titles, mentions = (
        [views.EventView(g.viewer.localise(occurrence), g.viewer, g.now) for occurrence in group[:MAX_SEARCH_RESULTS]]
        for group in (result.titles, result.mentions)
    )
    return render_template(
        "found.html",
        count=result.count,
        titles=titles,
        mentions=mentions[: MAX_SEARCH_RESULTS - len(titles)],
        subscribe=_subscribe_links(),
        filter_options=views.filter_options(g.snapshot.index, g.viewer),
    )


@blueprint.get("/agenda")
def agenda_page() -> PageResponse:
    """A list that goes on by plain links: `from` is its first day, today without it."""
    if g.snapshot.edition is None:
        return no_edition_page()
    index = g.snapshot.index
    selection = index.select(g.viewer.filter)
    start = filters.parse(request.args.items(), strict=False, allowed=("from",)).start or g.today
    occurrences, later = agenda.list_page(
        selection, agenda.PageStart(start, _requested_skip()), agenda.match_all, AGENDA_PAGE_SIZE
    )
    earlier_occurrences = agenda.list_past(selection, start, agenda.match_all, AGENDA_PAGE_SIZE)
    earlier = min((occurrence.when.first_day or start for occurrence in earlier_occurrences), default=None)
    return render_template(
        "agenda.html",
        start=start,
        sections=section_views(agenda.group_by_month(occurrences, not_before=start)),
        later=later,
        later_skip=[("skip", str(later.skip))] if later and later.skip else [],
        earlier=earlier if earlier and earlier < start else None,
        subscribe=_subscribe_links(),
        filter_options=views.filter_options(index, g.viewer),
    )


def _requested_skip() -> int:
    """How many entries of the first day earlier pages had; 0 for what is no number."""
    text = request.args.get("skip", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


@blueprint.get("/month")
def jump_to_month() -> PageResponse:
    """`?month=2021-09` from the form; without it, this month."""
    text = request.args.get("month", "")
    target = parse_month(text) or g.today
    return _redirect(g.viewer.filtered_url(links.month_url("", target.year, target.month)), 303)


@blueprint.get("/month/<text>")
def month_page(text: str) -> PageResponse:
    if g.snapshot.edition is None:
        return no_edition_page()
    first_day = parse_month(text)
    if first_day is None:
        abort(404)
    # nothing on it is said more finely than by the day: it stays as it is within the hour, in whatever zone
    index: EditionIndex = g.snapshot.index
    return index.cached_page(("month", first_day, g.viewer, f"{g.now:%Y%m%d%H}"), lambda: _render_month(first_day))


def _render_month(first_day: date) -> str:
    index = g.snapshot.index
    previous_month, next_month = neighbour_months(first_day)
    return render_template(
        "month.html",
        grid=build_month_view(index.select(g.viewer.filter), first_day, g.viewer, g.today, g.now),
        before=previous_month,
        after=next_month,
        months_at="/month",
        subscribe=_subscribe_links(),
        filter_options=views.filter_options(index, g.viewer),
    )


@blueprint.get("/events/<event_id>")
def event_page(event_id: str) -> PageResponse:
    if g.snapshot.edition is None:
        return no_edition_page()
    index = g.snapshot.index
    version = index.version(event_id)
    if version is None:
        current_id = index.current_id(event_id)
        if current_id is None:
            abort(404)
        return _redirect(g.viewer.url(links.event_url("", current_id)), 301)
    page = views.event_page(index, version, request.args.get("on", ""), g.viewer, g.now, g.base_url)
    return render_template(
        "event.html",
        page=page,
        event=version.event,
        modified=version.modified,
        feed=g.viewer.url(links.event_feed_url("", event_id)),
        subscribe=_subscribe_links(),
    )


@blueprint.get("/tags/<tag>")
def tag_page(tag: str) -> PageResponse:
    """The address that a tag has in a site of files; here it is the first page with a filter."""
    if g.snapshot.edition is None:
        return no_edition_page()
    if not any(tag in event.tags for event in g.snapshot.index.events):
        abort(404)
    return _redirect(g.viewer.url("/", ("tag", tag)), 301)


MAX_SITEMAP_URLS = 50_000  # sitemaps.org: no file may have more


@blueprint.get("/sitemap.xml")
def sitemap() -> PageResponse:
    """The pages that robots may list; 404 without a base URL, for addresses there are whole ones."""
    edition, base_url = g.snapshot.edition, g.base_url
    if edition is None or not base_url:
        abort(404)

    def render() -> str:
        pages = [
            f"<url><loc>{escape(g.viewer.address(base_url, path, ()))}</loc></url>"
            for path in ("/", "/agenda", "/changes")
        ]
        pages += [
            f"<url><loc>{escape(g.viewer.address(base_url, links.event_url('', version.event.id), ()))}</loc>"
            f"<lastmod>{version.modified:%Y-%m-%d}</lastmod></url>"
            for version in edition.versions[: MAX_SITEMAP_URLS - len(pages)]
        ]
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n' + "\n".join(pages) + "\n</urlset>\n"
        )

    response = Response(g.snapshot.index.cached_page("sitemap", render), mimetype="application/xml")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/changes")
def changes_page() -> PageResponse:
    if g.snapshot.edition is None:
        return no_edition_page()
    query = g.viewer.filter
    shown_changes = [change for change in g.snapshot.changes if _event_matches(query, change.event_id)][
        :MAX_CHANGES_SHOWN
    ]
    return render_template(
        "changes.html",
        changes=[views.change_view(change, g.viewer) for change in shown_changes],
        subscribe=_subscribe_links(),
        filter_options=views.filter_options(g.snapshot.index, g.viewer),
    )


def _redirect(address: str, code: int) -> PageResponse:
    """What stands at another address; a file can send nobody there but by a page that does."""
    return render_template("moved.html", address=address) if g.viewer.static_urls else redirect(address, code)


def neighbour_months(month: date) -> tuple[date | None, date | None]:
    """The months to go to from *month*: those beside it, of files those that there are."""
    if g.viewer.static_urls:
        neighbours: tuple[date | None, date | None] = g.viewer.static_urls.neighbour_months(month)
        return neighbours
    previous_month, next_month = months.previous_month(month), months.next_month(month)
    return (
        previous_month if previous_month.year >= FIRST_YEAR else None,
        next_month if next_month.year <= LAST_YEAR else None,
    )


def no_edition_page() -> PageResponse:
    """There is no edition: the operator is told on the terminal, a visitor is asked for patience."""
    return render_template("nothing_yet.html"), 503, {"Retry-After": _RETRY_AFTER_SECONDS}


def _subscribe_links() -> SubscribeLinks:
    return build_subscribe_links(g.snapshot, g.viewer, g.base_url, g.now)


def _event_matches(query: Filter, event_id: str) -> bool:
    if query == Filter():
        return True
    index = g.snapshot.index
    version = index.version(index.current_id(event_id) or event_id)
    return version is not None and filters.matches_event(query, version.event)


def _undated_views(events: Sequence[Event]) -> list[views.EventView]:
    occurrences = [Occurrence(event, "", event.when, event.status) for event in events]
    return [
        views.EventView(occurrence, g.viewer, g.now)
        for occurrence in occurrences
        if occurrence.status is not Status.CANCELLED
    ]


def section_views(sections: Sequence[agenda.AgendaSection]) -> list[views.SectionView]:
    return [views.section_view(section, g.viewer, g.now) for section in sections]


def _group_by_year(occurrences: Sequence[Occurrence]) -> list[tuple[str, list[views.EventView]]]:
    """What was, the latest year first: a year as the reader writes one, and its lines."""
    years: dict[int, list[views.EventView]] = {}
    for occurrence in occurrences:
        years.setdefault((occurrence.when.last_day or g.today).year, []).append(
            views.EventView(occurrence, g.viewer, g.now)
        )
    return [(words.format_year(year, g.viewer.language), lines) for year, lines in years.items()]


def parse_month(text: str) -> date | None:
    try:
        first_day = date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
    return first_day if first_day and FIRST_YEAR <= first_day.year <= LAST_YEAR else None
