"""The routes: an address and a snapshot become a page. What each one shows is decided in `agenda`, `months` and `views`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from flask import Blueprint, abort, make_response, redirect, render_template, request
from markupsafe import escape
from werkzeug.wrappers import Response

from ... import feeds, filters, links, words
from ...events import Occurrence, Status
from ...filters import Filter
from ...history import Version
from ..context import PageResponse, RequestContext, current, require_edition, use_filter
from ..static_urls import SHARE_PICTURE
from . import agenda, months, views
from .event_page import EventPage, build_event_page
from .page_dates import find_nearest, month_values, neighbour_years, parse_day, parse_month
from .search import search
from .share_picture import DrawingBusy, PictureText, find_picture, is_available
from .small_months import build_small_month, build_small_months
from .subscribe_links import build_subscribe_links

blueprint = Blueprint("pages", __name__)
blueprint.before_request(require_edition)

MAX_UPCOMING, MAX_PAST, AGENDA_PAGE_SIZE, MAX_CHANGES_SHOWN, MAX_SEARCH_RESULTS = 30, 8, 50, 100, 60
MAX_PAST_SCANNED = 40
"""Past occurrences that the home page looks at: a series among them is named once."""
FEED_OPTIONS = ("imprecise", "cancelled", "alarms")
"""Parameters of a feed that a page's own filter does not have."""


@blueprint.get("/")
def home_page() -> PageResponse:
    """Shows what is on and next; of a quiet calendar also what is over; the results of a search for `q`."""
    context = current()
    if context.viewer.filter.q:
        return search_page(context)
    selection = context.index.select(context.viewer.filter, context.viewer.zone)
    begun = [*selection.begun(context.today), *selection.unfinished(context.today, context.now)]
    upcoming = [*begun, *agenda.list_upcoming(selection, context.today, MAX_UPCOMING)]
    past: list[Occurrence] = []
    if agenda.is_quiet(upcoming, context.today):
        past_occurrences, _earlier = agenda.list_past_page(
            selection, context.today, MAX_PAST_SCANNED, context.today, context.now
        )
        past = agenda.name_series_once(past_occurrences)[:MAX_PAST]
    week_end = context.today + timedelta(days=(context.viewer.week_start + 6 - context.today.weekday()) % 7)
    sections = agenda.group_upcoming(upcoming, context.now, context.today, week_end)
    month = agenda.month_in_focus(upcoming, past, context.today)
    small_month = build_small_month(selection, month, context.viewer, context.today, context.now)
    undated = [
        Occurrence(event, "", event.when, event.status)
        for event in selection.undated
        if event.status is not Status.CANCELLED
    ]
    return _render_events(
        context,
        "home.html",
        upcoming=sections,
        undated=undated,
        is_empty=not sections and not undated,
        introduced={(first.event.id, first.recurrence) for first in agenda.name_series_once(upcoming)},
        more_upcoming=len(upcoming) == len(begun) + MAX_UPCOMING or any(one.recurrence for one in upcoming),
        month_name=words.format_months(month, month, context.viewer.language, "long"),
        past=agenda.group_by_month(past, backwards=True),
        has_past=selection.last_day_until(context.today - timedelta(days=1)) is not None,
        small_month=small_month,
    )


def search_page(context: RequestContext) -> str:
    """Shows the results of a search over all time: matches in titles first, then mentions."""
    index = context.index
    result = search(index, context.viewer.filter, context.today, context.now)
    titles = result.titles[:MAX_SEARCH_RESULTS]
    mentions = result.mentions[: MAX_SEARCH_RESULTS - len(titles)]
    return _render_events(
        context,
        "found.html",
        count=result.count,
        titles=titles,
        mentions=mentions,
        introduced={(one.event.id, one.recurrence) for one in (*titles, *mentions)},
        is_narrowed=context.viewer.filter != Filter(q=context.viewer.filter.q),
        nearest={}
        if result.count
        else find_nearest(context, index.select(Filter(), context.viewer.zone), context.today, context.today),
    )


@blueprint.get("/agenda")
def agenda_page() -> PageResponse:
    """Shows a list paged by plain links; `from` is its first day (default: today)."""
    context = current()
    selection = context.index.select(context.viewer.filter, context.viewer.zone)
    start = parse_day(request.args.get("from", "")) or context.today
    occurrences, later = agenda.list_page(selection, agenda.PageStart(start, _requested_skip()), AGENDA_PAGE_SIZE)
    running, dated = agenda.split_running(selection, occurrences, start, context.today, context.now)
    earlier_occurrences = agenda.list_past(selection, start, AGENDA_PAGE_SIZE)
    earlier = min((occurrence.when.first_day or start for occurrence in earlier_occurrences), default=None)
    return _render_events(
        context,
        "agenda.html",
        start=start,
        today=context.today,
        running=running,
        sections=agenda.group_by_month(dated, not_before=start),
        later=later,
        later_skip=[("skip", str(later.skip))] if later and later.skip else [],
        earlier=earlier if earlier and earlier < start else None,
    )


@blueprint.get("/past")
def past_page() -> PageResponse:
    """Answers with past events, the latest first; `before` is the day before which they were over (default: today)."""
    context = current()
    before = parse_day(request.args.get("before", "")) or context.today
    selection = context.index.select(context.viewer.filter, context.viewer.zone)
    past, earlier = agenda.list_past_page(selection, before, AGENDA_PAGE_SIZE, context.today, context.now)
    return _render_events(
        context,
        "past.html",
        sections=agenda.group_by_month(past, backwards=True),
        earlier=earlier,
        nearest={} if past else find_nearest(context, selection, before, context.today),
    )


def _render_events(context: RequestContext, template: str, **values: object) -> str:
    """Renders a page of many events, with the ways to follow them and the choices of a filter."""
    return render_template(
        template,
        subscribe=build_subscribe_links(context),
        filter_options=views.filter_options(context.index, context.viewer),
        **values,
    )


def _requested_skip() -> int:
    """Returns how many entries of the first day earlier pages had shown; 0 if it is no number."""
    text = request.args.get("skip", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


@blueprint.get("/month")
def jump_to_month() -> PageResponse:
    """Redirects to `?month=2021-09` from the form; without it, this month."""
    context = current()
    text = request.args.get("month", "")
    target = parse_month(text) or context.today
    return _redirect(context, context.viewer.filtered_url(links.month_path(target)), 303)


@blueprint.get("/month/<text>")
def month_page(text: str) -> PageResponse:
    """Shows a month, "2021-09", as a grid of weeks; 404 for any other text."""
    context = current()
    first_day = parse_month(text)
    if first_day is None:
        abort(404)
    # nothing on it is said more finely than by the day: it stays as it is within the hour, in whatever zone
    key = ("month", first_day, context.viewer, f"{context.now:%Y%m%d%H}")
    return context.index.cached_page(key, lambda: _render_month(context, first_day))


def _render_month(context: RequestContext, first_day: date) -> str:
    return _render_events(context, "month.html", months_at="/month", **month_values(context, first_day))


@blueprint.get("/year")
def this_year() -> PageResponse:
    """Leads to the year of today."""
    context = current()
    return _redirect(context, context.viewer.filtered_url(f"/year/{context.today.year:04}"), 303)


@blueprint.get("/year/<text>")
def year_page(text: str) -> PageResponse:
    """Answers with twelve small months."""
    context = current()
    first_month = parse_month(f"{text}-01")
    if first_month is None:
        abort(404)
    key = ("year", first_month.year, context.viewer, context.today)
    return context.index.cached_page(key, lambda: _render_year(context, first_month.year))


def _render_year(context: RequestContext, year: int) -> str:
    selection = context.index.select(context.viewer.filter, context.viewer.zone)
    year_months = build_small_months(selection, year, context.viewer, context.today, context.now)
    before, after = neighbour_years(context, year)
    has_events = year_months is None or any(month.event_count or month.vague_count for month in year_months)
    first_day, next_first_day = date(year, 1, 1), months.next_month(date(year, 12, 1))
    return _render_events(
        context,
        "year.html",
        title=words.format_year(year, context.viewer.language),
        months=year_months or [],
        is_crowded=year_months is None,
        has_events=has_events,
        nearest={} if has_events else find_nearest(context, selection, first_day, next_first_day),
        before=before,
        after=after,
    )


@blueprint.get("/events/<event_id>")
def event_page(event_id: str) -> PageResponse:
    """Shows an event, of a series the date `on`, and a removed one as cancelled; redirects from a former id, and to what goes on."""
    context = current()
    version = context.index.find(event_id)
    if version is not None and version.event.id != event_id:
        return _redirect(context, context.viewer.url(links.event_url("", version.event.id)), 301)
    is_removed = version is None
    version = version or context.snapshot.removed.find(event_id)
    if version is None:
        abort(404)
    page = build_event_page(context, version, request.args.get("on", ""))
    return render_template(
        "event.html",
        page=page,
        picture_url="" if is_removed else _picture_url(context, page),
        event=version.event,
        is_removed=is_removed,
        feed=context.viewer.url(links.event_feed_url("", event_id)),
        subscribe=build_subscribe_links(context),
    )


def _picture_text(context: RequestContext, page: EventPage) -> PictureText:
    name = views.calendar_name(context.calendar, context.viewer.language)
    status = f" – {page.entry.status_words}" if page.entry.status else ""
    return PictureText(page.entry.title, page.entry.when + status, page.entry.place, name, page.block)


def _picture_url(context: RequestContext, page: EventPage) -> str:
    """Returns the whole address of the picture to share; "" where there is none, as without a base URL.

    A site of files has none of what is over: each is drawn at every build, and few pass on what is past.
    """
    if not context.base_url or (context.viewer.static_urls and page.entry.is_over):
        return ""
    if not is_available(_picture_text(context, page)):
        return ""
    pairs = [("on", page.entry.occurrence.recurrence), ("lang", context.viewer.language)]
    return context.viewer.address(context.base_url, f"/events/{page.event.id}/{SHARE_PICTURE}", pairs)


@blueprint.get("/events/<event_id>/share.png")
def share_picture(event_id: str) -> PageResponse:
    """Serves the picture of an event; 404 where none can be drawn, 503 while another is."""
    context = current()
    version = context.index.find(event_id)
    page = build_event_page(context, version, request.args.get("on", "")) if version else None
    try:
        octets = find_picture(_picture_text(context, page)) if page else None
    except DrawingBusy:
        return make_response("", 503, {"Retry-After": "1"})
    if octets is None:
        abort(404)
    response = make_response(octets)
    response.headers["Content-Type"] = "image/png"
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.add_etag()
    return response.make_conditional(request)


@blueprint.get("/tags/<tag>")
def tag_page(tag: str) -> PageResponse:
    """Shows the home page of one tag, at the address that it has in a static site as well."""
    context = current()
    if not feeds.is_known_tag(context.edition, context.snapshot.removed, tag):
        abort(404)
    use_filter(replace(context.viewer.filter, tags=(tag,)))
    return home_page()


MAX_SITEMAP_URLS = 50_000  # sitemaps.org: no file may have more


@blueprint.get("/sitemap.xml")
def sitemap() -> PageResponse:
    """Lists the pages for search engines (sitemaps.org); 404 without a base URL, since a sitemap needs whole addresses."""
    context = current()
    edition, base_url = context.edition, context.base_url
    if not base_url:
        abort(404)

    def render() -> str:
        pages = [
            f"<url><loc>{escape(context.viewer.address(base_url, path, ()))}</loc></url>"
            for path in ("/", "/agenda", "/changes")
        ]
        pages += [
            f"<url><loc>{escape(context.viewer.address(base_url, links.event_url('', version.event.id), ()))}</loc>"
            f"<lastmod>{version.modified:%Y-%m-%d}</lastmod></url>"
            for version in edition.versions[: MAX_SITEMAP_URLS - len(pages)]
        ]
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n' + "\n".join(pages) + "\n</urlset>\n"
        )

    response = Response(context.index.cached_page("sitemap", render), mimetype="application/xml")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/follow")
def follow_page() -> PageResponse:
    """Shows all ways to follow the calendar, or a filter of it; ticks of the form change the feed's address."""
    context = current()
    query = filters.parse(request.args.items(multi=True), strict=False, allowed=FEED_OPTIONS)
    options = filters.query_pairs(query)
    return render_template(
        "follow.html", here="follow", subscribe=build_subscribe_links(context, options), options=dict(options)
    )


@blueprint.get("/changes")
def changes_page() -> PageResponse:
    """Shows the newest changes of the events that the filter keeps."""
    context = current()
    query = context.viewer.filter
    changes = [change for change in context.snapshot.changes if _event_matches(context, query, change.event_id)]
    return _render_events(
        context,
        "changes.html",
        changes=[
            views.change_view(change, _find_known(context, change.event_id), context.viewer)
            for change in changes[:MAX_CHANGES_SHOWN]
        ],
    )


def _redirect(context: RequestContext, address: str, code: int) -> PageResponse:
    """Redirects to *address*; a static site has a page that does so instead."""
    return render_template("moved.html", address=address) if context.viewer.static_urls else redirect(address, code)


def _find_known(context: RequestContext, event_id: str) -> Version | None:
    """Returns the event that has or had *event_id*, the removed one where there is no other."""
    return context.index.find(event_id) or context.snapshot.removed.find(event_id)


def _event_matches(context: RequestContext, query: Filter, event_id: str) -> bool:
    if query == Filter():
        return True
    version = _find_known(context, event_id) if query.ids else context.index.find(event_id)
    return version is not None and filters.matches_event(query, version.event)
