"""The routes: an address and a snapshot become a page. What each one shows is decided in `agenda`, `months` and `views`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, abort, current_app, g, redirect, render_template, request
from werkzeug.wrappers import Response

from .. import filters, links, words
from ..events import Event, Occurrence, Status
from ..filters import Filter
from ..settings import Settings
from ..store import Store
from ..when import FIRST_YEAR, LAST_YEAR
from . import agenda, months, views
from .files import Files
from .grid import grid
from .index import Index
from .offer import Offer, offer
from .reader import read
from .search import search
from .snapshots import Snapshot

blueprint = Blueprint("pages", __name__)

COMING, PAST, A_PAGE, CHANGES, MOST_FOUND = 20, 12, 50, 100, 60
_RETRY_AFTER = "10"

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Context:
    """What the routes are given."""

    snapshots: Callable[[], Snapshot]
    settings: Settings
    clock: Callable[[], datetime]
    stalled: Callable[[], bool]
    files: Files | None = None
    store: Store | None = None


def begin() -> None:
    """One snapshot, one moment and one reader for the whole request."""
    context: Context = current_app.extensions["eventcal"]
    g.base_url = context.settings.base_url
    g.snapshot, g.now = context.snapshots(), context.clock()
    calendar = g.snapshot.edition.calendar if g.snapshot.edition else None
    accepted, files = request.accept_languages, context.files
    g.reader = read(request.args, accepted, calendar, g.base_url, request.path, files)
    g.today = g.reader.today(g.now, calendar)


@blueprint.get("/")
def home() -> Answer:
    if g.snapshot.edition is None:
        return nothing_yet()
    if g.reader.filter.q:
        return found()
    index, keep = g.snapshot.index, keeps(g.reader.filter)
    coming = agenda.upcoming(index, g.today, keep, COMING)
    past = agenda.earlier(index, g.today, keep, PAST)
    this_month = g.today.replace(day=1)
    before, after = around(this_month)
    return render_template(
        "home.html",
        coming=sections(agenda.sections(coming, not_before=g.today)),
        past=_by_year(past),
        undated=_undated(index.undated, keep),
        more_coming=len(coming) == COMING,
        grid=grid(index, this_month, keep, g.reader, g.today, g.now),
        before=before,
        after=after,
        months_at="/month",
        subscribe=_offer(),
        choice=views.choice(index, g.reader),
    )


def found() -> str:
    """What a search comes to: everything that ever was, titles before what only mentions the words."""
    hits = search(g.snapshot.index, g.reader.filter, g.today)
    titles, mentions = (
        [views.Entry(g.reader.sees(each), g.reader, g.now) for each in some[:MOST_FOUND]]
        for some in (hits.titles, hits.mentions)
    )
    return render_template(
        "found.html",
        count=hits.count,
        titles=titles,
        mentions=mentions[: MOST_FOUND - len(titles)],
        subscribe=_offer(),
        choice=views.choice(g.snapshot.index, g.reader),
    )


@blueprint.get("/agenda")
def rolling() -> Answer:
    """A list that goes on by plain links: `from` is its first day, today without it."""
    if g.snapshot.edition is None:
        return nothing_yet()
    index, keep = g.snapshot.index, keeps(g.reader.filter)
    start = filters.parse(request.args.items(), strict=False, names=("from",)).start or g.today
    found, later = agenda.forward(index, start, keep, A_PAGE)
    before = agenda.earlier(index, start, keep, A_PAGE)
    earlier = min((each.when.first_day or start for each in before), default=None)
    return render_template(
        "agenda.html",
        start=start,
        sections=sections(agenda.sections(found, not_before=start)),
        later=later,
        earlier=earlier if earlier and earlier < start else None,
        subscribe=_offer(),
        choice=views.choice(index, g.reader),
    )


@blueprint.get("/month")
def anymonth_of() -> Answer:
    """`?month=2021-09` from the form; without it, this month."""
    asked = request.args.get("month", "")
    found = month_of(asked) or g.today
    return _moved(g.reader.filtered_url(links.month_url("", found.year, found.month)), 303)


@blueprint.get("/month/<text>")
def month(text: str) -> Answer:
    if g.snapshot.edition is None:
        return nothing_yet()
    first = month_of(text)
    if first is None:
        abort(404)
    # nothing on it is said more finely than by the day: it stays as it is within the hour, in whatever zone
    index: Index = g.snapshot.index
    return index.page(("month", first, g.reader, f"{g.now:%Y%m%d%H}"), lambda: _month_page(first))


def _month_page(first: date) -> str:
    index, keep = g.snapshot.index, keeps(g.reader.filter)
    before, after = around(first)
    return render_template(
        "month.html",
        grid=grid(index, first, keep, g.reader, g.today, g.now),
        before=before,
        after=after,
        months_at="/month",
        subscribe=_offer(),
        choice=views.choice(index, g.reader),
    )


@blueprint.get("/events/<event_id>")
def event(event_id: str) -> Answer:
    if g.snapshot.edition is None:
        return nothing_yet()
    index = g.snapshot.index
    version = index.version(event_id)
    if version is None:
        present = index.renamed(event_id)
        if present is None:
            abort(404)
        return _moved(g.reader.url(links.event_url("", present)), 301)
    page = views.event_page(index, version, request.args.get("on", ""), g.reader, g.now, g.base_url)
    return render_template(
        "event.html",
        page=page,
        event=version.event,
        modified=version.modified,
        feed=g.reader.url(links.event_feed_url("", event_id)),
        subscribe=_offer(),
    )


@blueprint.get("/changes")
def changes() -> Answer:
    if g.snapshot.edition is None:
        return nothing_yet()
    keep = g.reader.filter
    shown = [each for each in g.snapshot.changes if _kept(keep, each.event_id)][:CHANGES]
    return render_template(
        "changes.html",
        changes=[views.told(each, g.reader) for each in shown],
        subscribe=_offer(),
        choice=views.choice(g.snapshot.index, g.reader),
    )


def _moved(address: str, code: int) -> Answer:
    """What stands at another address; a file can send nobody there but by a page that does."""
    return render_template("moved.html", address=address) if g.reader.files else redirect(address, code)


def around(month: date) -> tuple[date | None, date | None]:
    """The months to go to from *month*: those beside it, of files those that there are."""
    if g.reader.files:
        around: tuple[date | None, date | None] = g.reader.files.around(month)
        return around
    before, after = months.previous_month(month), months.next_month(month)
    return before if before.year >= FIRST_YEAR else None, after if after.year <= LAST_YEAR else None


def nothing_yet() -> Answer:
    """There is no edition: the operator is told on the terminal, a visitor is asked for patience."""
    return render_template("nothing_yet.html"), 503, {"Retry-After": _RETRY_AFTER}


def _offer() -> Offer:
    return offer(g.snapshot, g.reader, g.base_url, g.now)


def keeps(query: Filter) -> agenda.Keep:
    if query == Filter():
        return lambda occurrence: True
    return lambda occurrence: filters.matches(query, occurrence)


def _kept(query: Filter, event_id: str) -> bool:
    if query == Filter():
        return True
    index = g.snapshot.index
    version = index.version(index.renamed(event_id) or event_id)
    return version is not None and filters.keep(query, version.event)


def _undated(events: Sequence[Event], keep: agenda.Keep) -> list[views.Entry]:
    found = [Occurrence(each, "", each.when, each.status) for each in events]
    return [views.Entry(each, g.reader, g.now) for each in found if each.status is not Status.CANCELLED and keep(each)]


def sections(found: Sequence[agenda.Section]) -> list[views.SectionView]:
    return [views.section(each, g.reader, g.now) for each in found]


def _by_year(found: Sequence[Occurrence]) -> list[tuple[str, list[views.Entry]]]:
    """What was, the latest year first: a year as the reader writes one, and its lines."""
    years: dict[int, list[views.Entry]] = {}
    for each in found:
        years.setdefault((each.when.last_day or g.today).year, []).append(views.Entry(each, g.reader, g.now))
    return [(words.year_words(year, g.reader.language), lines) for year, lines in years.items()]


def month_of(text: str) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None
    return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None
