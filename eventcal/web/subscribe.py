"""Reminders by mail: a visitor asks, says yes, changes their mind, leaves. A form becomes rows in the store; no mail is sent here.

Nothing here says whether an address is known: whoever asks gets the same answer, and what there is to say is said to the
address itself. Whoever holds a link from a mail is its reader; there are no accounts and no cookies, so that no other
page can act in somebody's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, make_response, render_template, request
from flask_limiter import RequestLimit

from .. import filters, links, mailbox, tokens, words
from ..errors import GrammarError
from ..events import Occurrence
from ..filters import Filter
from ..occurrences import title_of
from ..settings import Settings
from ..store import Store, StoreBusy, subscribers
from ..store.subscribers import Subscriber
from ..tokens import Purpose, Ticket, TokenError
from ..words.places import zone_cities
from . import mails, wishes
from .visitors import hidden, limiter
from .wishes import Form

blueprint = Blueprint("subscribe", __name__)

PER_CLIENT = "20 per hour; 60 per day"
PER_ADDRESS = "5 per hour"  # the store counts what was really asked, over restarts: this spares it the counting
NEXT = 3

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@dataclass(frozen=True)
class People:
    """What the routes are given. Without *store* nobody can sign up, as where pages become files."""

    store: Store | None
    settings: Settings

    @property
    def on(self) -> bool:
        return self.store is not None and self.settings.signs_up

    @property
    def open(self) -> Store:
        """The store. Raises RuntimeError where signing up is off."""
        if self.store is None:
            raise RuntimeError("nobody can sign up here")
        return self.store

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return subscribers.keys(self.open, self.settings.secret_key)

    def link(self, purpose: Purpose, of: Subscriber) -> str:
        """A page of one subscriber, from our root."""
        token = tokens.sign(self.keys, purpose, Ticket(of.id, of.version))
        return links.at(links.root(self.settings.base_url), f"/{purpose.value}/{token}")


def install(app: Flask, store: Store | None, settings: Settings) -> None:
    """Give *app* these pages, and its templates the knowledge whether they are of any use."""
    people = People(store, settings)
    app.extensions["eventcal.people"] = people
    app.jinja_env.globals["signs_up"] = people.on
    app.register_blueprint(blueprint)


def _people() -> People:
    found: People = current_app.extensions["eventcal.people"]
    return found


@blueprint.before_request
def begin() -> Answer | None:
    if g.snapshot.edition is None:
        return render_template("nothing_yet.html"), 503, {"Retry-After": "10"}
    if not _people().on:
        return render_template("subscribe/off.html"), 200 if request.method == "GET" else 503
    return None


@blueprint.after_request
def close(response: Response) -> Response:
    """What stands on these pages is one reader's own, and so is their address."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.errorhandler(StoreBusy)
def busy(_error: StoreBusy) -> Answer:
    return render_template("failed.html", code=503), 503, {"Retry-After": "5"}


# signing up


@blueprint.get("/subscribe")
def ask() -> Answer:
    query = _asked()
    form = Form(
        language=g.reader.language if g.reader.language in words.LANGUAGES else words.LANGUAGES[0],
        zone=g.reader.zone,
    )
    return _form(form, query)


def _too_often(_limit: RequestLimit) -> Response:
    return make_response(render_template("subscribe/often.html"), 429, {"Retry-After": "3600"})


def _of_address() -> str:
    """The address that is asked for, as the limiter may keep it: nobody can read it there."""
    try:
        return hidden(mailbox.parse(request.form.get("address", "")))
    except GrammarError:
        return ""


@blueprint.post("/subscribe")
@limiter.limit(PER_CLIENT, on_breach=_too_often)
@limiter.limit(
    PER_ADDRESS, key_func=_of_address, exempt_when=lambda: not _of_address(), on_breach=lambda _limit: _look_into_it()
)
def sign_up() -> Answer:
    query, form = _asked(), wishes.read(request.form, address=True)
    if form.wrong:
        return _form(form, query, 400)
    with _people().open.write() as conn:
        subscribers.sign_up(conn, form.address, form.wishes(query), g.now)
    return _look_into_it()


def _look_into_it() -> Response:
    return _see(g.reader.url("/subscribe/check"))


def _see(address: str) -> Response:
    """Go on there, so that nothing is sent twice when a page is loaded again."""
    return make_response("", 303, {"Location": address})


@blueprint.get("/subscribe/check")
def check() -> Answer:
    """The one answer to every sign-up."""
    return render_template("subscribe/check.html")


def _form(form: Form, query: Filter, code: int = 200) -> Answer:
    page = render_template(
        "subscribe/form.html",
        form=form,
        said=wishes.said(form.wishes(query), g.snapshot.index, g.reader.language),
        everything=query == Filter(),
        action=g.reader.url("/subscribe", *filters.pairs(query)),
        cities=_cities(form.zone),
        of=wishes,
    )
    return page, code


def _cities(chosen: str) -> Iterable[tuple[str, str]]:
    """The zones to choose among, and *chosen* wherever it comes from."""
    found = zone_cities(g.reader.language)
    if chosen and chosen not in dict(found):
        found = (*found, (chosen, chosen))
    return found


def _asked() -> Filter:
    """What reminders are asked of: the page's own filters, or one event. What the calendar does not have is a 404."""
    pairs = [each for each in request.args.items(multi=True) if each[0] in filters.ASKED_BY]
    query = filters.parse(pairs, strict=False, names=filters.ASKED_BY)
    index = g.snapshot.index
    if query.event:
        version = index.version(index.renamed(query.event) or query.event)
        if version is None:
            abort(404)
        return Filter(event=version.event.id)
    tags = {tag for event in index.events for tag in event.tags}
    if not tags.issuperset(query.tags):
        abort(404)
    return replace(query, without=tuple(each for each in query.without if each in tags))


# saying yes


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Answer:
    """A GET only asks: programs that look at links in mails open them too."""
    people = _people()
    try:
        ticket = tokens.read(people.keys, Purpose.CONFIRM, token, g.now)
    except TokenError as error:
        return _dead("expired" if error.expired else "unknown", 410 if error.expired else 404)
    if request.method == "POST":
        with people.open.write() as conn:
            found = subscribers.confirm(conn, ticket.subscription, ticket.version, g.now)
    else:
        with people.open.read() as conn:
            found = subscribers.find(conn, ticket.subscription, ticket.version)
    if found is None or found.state == "off":
        return _dead("used", 410)
    _read_as(found)
    page = "subscribe/confirmed.html" if found.state == "active" else "subscribe/confirm.html"
    return render_template(page, **_about(found))


def _about(found: Subscriber) -> dict[str, object]:
    """What a page says of one subscriber."""
    people, index, calendar = _people(), g.snapshot.index, g.snapshot.edition.calendar
    query = wishes.read_filter(found.wishes.filter)
    coming = mails.next_mails(index, found.wishes, query, calendar.timezone, g.now, NEXT)
    language, zone = g.reader.language, found.wishes.zone or calendar.timezone
    return {
        "subscriber": found,
        "address": mailbox.shown(found.address),
        "said": wishes.said(found.wishes, index, language),
        "coming": [
            (
                words.moment_words(each.moment, language, zone),
                [(one, words.when_words(one.when, language, zone)) for one in each.occurrences],
            )
            for each in coming
        ],
        "title_of": _title_of(language),
        "preferences": people.link(Purpose.PREFERENCES, found),
        "unsubscribe": people.link(Purpose.UNSUBSCRIBE, found),
    }


def _title_of(language: str) -> Callable[[Occurrence], str]:
    return lambda occurrence: title_of(occurrence, language)


def _dead(why: str, code: int) -> Answer:
    return render_template("subscribe/dead_link.html", why=why), code


def _read_as(found: Subscriber) -> None:
    """Their page is in their language, unless its address says another."""
    if not any(name == "lang" for name, _ in g.reader.chosen):
        g.reader = replace(g.reader, language=found.wishes.language)


# changing one's mind


def _holder(purpose: Purpose, token: str) -> tuple[Ticket | None, Subscriber | None]:
    """What a link says, and of whom; (None, None) when nobody of ours signed it."""
    people = _people()
    try:
        ticket = tokens.read(people.keys, purpose, token, g.now)
    except TokenError:
        return None, None
    with people.open.read() as conn:
        return ticket, subscribers.find(conn, ticket.subscription, ticket.version)


@blueprint.get("/preferences/<token>")
def preferences(token: str) -> Answer:
    ticket, found = _holder(Purpose.PREFERENCES, token)
    if found is None:
        return _dead("gone" if ticket else "unknown", 410 if ticket else 404)
    if "export" in request.args:
        return _export(found)
    _read_as(found)
    return _preferences(found, wishes.shown(found.wishes, found.address))


def _export(found: Subscriber) -> Response:
    with _people().open.read() as conn:
        kept = subscribers.kept(conn, found.address)
    response = jsonify(kept)
    response.headers["Content-Disposition"] = "attachment; filename=reminders.json"
    return response


def _preferences(found: Subscriber, form: Form, code: int = 200) -> Answer:
    people = _people()
    with people.open.read() as conn:
        others = [each for each in subscribers.of_address(conn, found.address) if each.id != found.id]
    page = render_template(
        "subscribe/preferences.html",
        form=form,
        cities=_cities(form.zone),
        of=wishes,
        others=[
            (wishes.said(each.wishes, g.snapshot.index, g.reader.language), people.link(Purpose.PREFERENCES, each))
            for each in others
            if each.state == "active"
        ],
        done=request.args.get("done", ""),
        **_about(found),
    )
    return page, code


@blueprint.post("/preferences/<token>")
def change(token: str) -> Answer:
    ticket, found = _holder(Purpose.PREFERENCES, token)
    if found is None:
        return _dead("gone" if ticket else "unknown", 410 if ticket else 404)
    _read_as(found)
    store, action = _people().open, request.form.get("action", "save")
    if action == "save":
        form = wishes.read(request.form, address=False)
        if form.wrong:
            return _preferences(found, form, 400)
        with store.write() as conn:
            subscribers.change(conn, found.id, form.wishes(wishes.read_filter(found.wishes.filter)), g.now)
        return _done(found, "saved")
    if action == "delete":
        with store.write() as conn:
            subscribers.erase(conn, [each.id for each in subscribers.of_address(conn, found.address)])
        return render_template("subscribe/deleted.html")
    if action == "leave":
        with store.write() as conn:
            everything = subscribers.of_address(conn, found.address)
            subscribers.leave(conn, [each.id for each in everything if each.state != "off"], g.now)
        return _done(found, "left")
    if action == "return":
        with store.write() as conn:
            subscribers.come_back(conn, found.id, found.version, g.now)
        return _done(found, "back")
    if action == "renew":
        with store.write() as conn:
            subscribers.renew(conn, found.address)
            mine = [each for each in subscribers.of_address(conn, found.address) if each.id == found.id]
        return _done(mine[0], "renewed")
    abort(400)


def _done(found: Subscriber, what: str) -> Response:
    return _see(f"{_people().link(Purpose.PREFERENCES, found)}?done={what}")


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> Answer:
    """A GET only asks. A POST ends it, whatever it carries: mail programs send it at one click (RFC 8058), people by the form."""
    ticket, found = _holder(Purpose.UNSUBSCRIBE, token)
    if ticket is None:
        return _dead("unknown", 404)
    if found is None:
        with _people().open.read() as conn:
            replaced = subscribers.there(conn, ticket.subscription)
        # nothing of theirs is kept any more, which is what they ask for; a replaced link must not seem to have worked
        return _dead("gone", 410) if replaced else render_template("subscribe/left.html", back="", what="")
    _read_as(found)
    about = _about(found)
    if request.method == "GET" and found.state != "off":
        return render_template("subscribe/unsubscribe.html", **about)
    if found.state != "off":
        with _people().open.write() as conn:
            subscribers.leave(conn, [found.id], g.now)
    back = about["preferences"] if found.confirmed else ""
    return render_template(
        "subscribe/left.html", back=back, what=wishes.said(found.wishes, g.snapshot.index, g.reader.language).what
    )
