"""Reminders by mail: a visitor asks, says yes, changes their mind, leaves. A form becomes rows in the store; no mail is sent here.

Nothing here says whether an address is known: whoever asks gets the same answer, and what there is to say is said to the
address itself. Whoever holds a link from a mail is its reader; there are no accounts and no cookies, so that no other
page can act in somebody's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, make_response, render_template, request
from flask_limiter import RequestLimit

from ... import filters, links, mailbox, tokens, words
from ...errors import GrammarError
from ...events import Occurrence
from ...filters import Filter
from ...occurrences import title_of
from ...settings import Settings
from ...store import Store, subscribers
from ...store.subscribers import Subscriber
from ...tokens import TokenError, TokenPayload, TokenPurpose
from ...words.places import list_zone_cities
from ..rate_limit import keyed_hash, limiter
from . import preferences_form, upcoming_mails
from .preferences_form import PreferencesForm

blueprint = Blueprint("subscribe", __name__)

LIMIT_PER_CLIENT = "20 per hour; 60 per day"
LIMIT_PER_ADDRESS = "5 per hour"  # the store counts what was really asked, over restarts: this spares it the counting
MAX_UPCOMING_MAILS = 3

PageResponse = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@dataclass(frozen=True)
class SignupContext:
    """What the routes are given. Without *store* nobody can sign up, as where pages become files."""

    store: Store | None
    settings: Settings

    @property
    def is_enabled(self) -> bool:
        return self.store is not None and self.settings.can_sign_up

    @property
    def required_store(self) -> Store:
        """The store. Raises RuntimeError where signing up is off."""
        if self.store is None:
            raise RuntimeError("nobody can sign up here")
        return self.store

    @cached_property
    def signing_keys(self) -> tuple[str, ...]:
        return subscribers.keys(self.required_store, self.settings.secret_key)

    def page_link(self, purpose: TokenPurpose, subscriber: Subscriber) -> str:
        """A page of one subscriber, from our root."""
        token = tokens.sign(self.signing_keys, purpose, TokenPayload(subscriber.id, subscriber.link_version))
        return links.site_url(links.base_path(self.settings.base_url), f"/{purpose.value}/{token}")


def install(app: Flask, store: Store | None, settings: Settings) -> None:
    """Give *app* these pages, and its templates the knowledge whether they are of any use."""
    context = SignupContext(store, settings)
    app.extensions["eventcal.people"] = context
    app.jinja_env.globals["signs_up"] = context.is_enabled
    app.register_blueprint(blueprint)


def _signup_context() -> SignupContext:
    context: SignupContext = current_app.extensions["eventcal.people"]
    return context


def refuse_cross_site() -> PageResponse | None:
    """Refuses a sign-up that another site's page makes its visitors' browsers send, before it counts as theirs.

    Sec-Fetch-Site tells (W3C Fetch Metadata); an older browser's Origin is compared with our own addresses. "null" is
    what our own form sends, whose page has no referrer.
    """
    if request.endpoint != f"{blueprint.name}.sign_up":
        return None
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "null")
    own_hosts = (urlsplit(_signup_context().settings.base_url).netloc, request.headers.get("Host", ""))
    is_own = origin == "null" or origin.partition("://")[2] in own_hosts
    is_foreign = site == "cross-site" if site else not is_own
    return (render_template("refused.html", code=403), 403) if is_foreign else None


@blueprint.before_request
def require_signup() -> PageResponse | None:
    if g.snapshot.edition is None:
        return render_template("nothing_yet.html"), 503, {"Retry-After": "10"}
    if not _signup_context().is_enabled:
        return render_template("subscribe/off.html"), 200 if request.method == "GET" else 503
    return None


@blueprint.after_request
def set_private_headers(response: Response) -> Response:
    """What stands on these pages is one reader's own, and so is their address."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


# signing up


@blueprint.get("/subscribe")
def signup_form() -> PageResponse:
    query = _requested_filter()
    form = PreferencesForm(
        language=g.viewer.language if g.viewer.language in words.LANGUAGES else words.LANGUAGES[0],
        zone=g.viewer.zone,
    )
    return _render_form(form, query)


def _rate_limited_page(_limit: RequestLimit) -> Response:
    return make_response(render_template("subscribe/often.html"), 429, {"Retry-After": "3600"})


def _address_key() -> str:
    """The address that is asked for, as the limiter may keep it: nobody can read it there."""
    try:
        return keyed_hash(mailbox.parse(request.form.get("address", "")))
    except GrammarError:
        return ""


@blueprint.post("/subscribe")
@limiter.limit(LIMIT_PER_CLIENT, on_breach=_rate_limited_page)
@limiter.limit(
    LIMIT_PER_ADDRESS,
    key_func=_address_key,
    exempt_when=lambda: not _address_key(),
    on_breach=lambda _limit: _redirect_to_check(),
)
def sign_up() -> PageResponse:
    query, form = _requested_filter(), preferences_form.parse(request.form, needs_address=True)
    if form.errors:
        return _render_form(form, query, 400)
    with _signup_context().required_store.write() as conn:
        subscribers.sign_up(conn, form.address, form.to_preferences(query), g.now)
    return _redirect_to_check()


def _redirect_to_check() -> Response:
    return _redirect(g.viewer.url("/subscribe/check"))


def _redirect(address: str) -> Response:
    """Go on there, so that nothing is sent twice when a page is loaded again."""
    return make_response("", 303, {"Location": address})


@blueprint.get("/subscribe/check")
def check_mailbox() -> PageResponse:
    """The one answer to every sign-up."""
    return render_template("subscribe/check.html")


def _render_form(form: PreferencesForm, query: Filter, code: int = 200) -> PageResponse:
    page = render_template(
        "subscribe/form.html",
        form=form,
        summary=preferences_form.summarise(form.to_preferences(query), g.snapshot.index, g.viewer.language),
        everything=query == Filter(),
        action=g.viewer.url("/subscribe", *filters.query_pairs(query)),
        cities=_zone_choices(form.zone),
        preferences_form=preferences_form,
    )
    return page, code


def _zone_choices(chosen: str) -> Iterable[tuple[str, str]]:
    """The zones to choose among, and *chosen* wherever it comes from."""
    zones = list_zone_cities(g.viewer.language)
    if chosen and chosen not in dict(zones):
        zones = (*zones, (chosen, chosen))
    return zones


def _requested_filter() -> Filter:
    """What reminders are asked of: the page's own filters, or one event. What the calendar does not have is a 404."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] in filters.REMINDER_PARAMETERS]
    query = filters.parse(pairs, strict=False, allowed=filters.REMINDER_PARAMETERS)
    index = g.snapshot.index
    if query.event:
        version = index.version(index.current_id(query.event) or query.event)
        if version is None:
            abort(404)
        return Filter(event=version.event.id)
    tags = {tag for event in index.events for tag in event.tags}
    if not tags.issuperset(query.tags):
        abort(404)
    return replace(query, excluded_tags=tuple(tag for tag in query.excluded_tags if tag in tags))


# saying yes


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> PageResponse:
    """A GET only asks: programs that look at links in mails open them too."""
    context = _signup_context()
    try:
        ticket = tokens.verify(context.signing_keys, TokenPurpose.CONFIRM, token, g.now)
    except TokenError as error:
        return _dead_link_page("expired" if error.is_expired else "unknown", 410 if error.is_expired else 404)
    if request.method == "POST":
        with context.required_store.write() as conn:
            subscriber = subscribers.confirm(conn, ticket.subscription_id, ticket.link_version, g.now)
    else:
        with context.required_store.read() as conn:
            subscriber = subscribers.find(conn, ticket.subscription_id, ticket.link_version)
    if subscriber is None or subscriber.state == "off":
        return _dead_link_page("used", 410)
    _use_subscriber_language(subscriber)
    page = "subscribe/confirmed.html" if subscriber.state == "active" else "subscribe/confirm.html"
    return render_template(page, **_subscriber_context(subscriber))


def _subscriber_context(subscriber: Subscriber) -> dict[str, object]:
    """What a page says of one subscriber."""
    context, index, calendar = _signup_context(), g.snapshot.index, g.snapshot.edition.calendar
    query = preferences_form.parse_filter(subscriber.preferences.filter)
    next_mails = upcoming_mails.next_mails(
        index, subscriber.preferences, query, calendar.timezone, g.now, MAX_UPCOMING_MAILS
    )
    language, zone = g.viewer.language, subscriber.preferences.zone or calendar.timezone
    return {
        "subscriber": subscriber,
        "address": mailbox.display_address(subscriber.address),
        "summary": preferences_form.summarise(subscriber.preferences, index, language),
        "coming": [
            (
                words.format_moment(mail.send_at, language, zone),
                [(occurrence, words.format_when(occurrence.when, language, zone)) for occurrence in mail.occurrences],
            )
            for mail in next_mails
        ],
        "title_of": _title_in(language),
        "preferences": context.page_link(TokenPurpose.PREFERENCES, subscriber),
        "unsubscribe": context.page_link(TokenPurpose.UNSUBSCRIBE, subscriber),
    }


def _title_in(language: str) -> Callable[[Occurrence], str]:
    return lambda occurrence: title_of(occurrence, language)


def _dead_link_page(reason: str, code: int) -> PageResponse:
    return render_template("subscribe/dead_link.html", reason=reason), code


def _use_subscriber_language(subscriber: Subscriber) -> None:
    """Their page is in their language, unless its address says another."""
    if not any(name == "lang" for name, _ in g.viewer.preference_pairs):
        g.viewer = replace(g.viewer, language=subscriber.preferences.language)


# changing one's mind


def _verify_link(purpose: TokenPurpose, token: str) -> tuple[TokenPayload | None, Subscriber | None]:
    """What a link says, and of whom; (None, None) when nobody of ours signed it."""
    context = _signup_context()
    try:
        ticket = tokens.verify(context.signing_keys, purpose, token, g.now)
    except TokenError:
        return None, None
    with context.required_store.read() as conn:
        return ticket, subscribers.find(conn, ticket.subscription_id, ticket.link_version)


@blueprint.get("/preferences/<token>")
def preferences(token: str) -> PageResponse:
    ticket, subscriber = _verify_link(TokenPurpose.PREFERENCES, token)
    if subscriber is None:
        return _dead_link_page("gone" if ticket else "unknown", 410 if ticket else 404)
    if "export" in request.args:
        return _export(subscriber)
    _use_subscriber_language(subscriber)
    return _render_preferences(subscriber, preferences_form.fill_form(subscriber.preferences, subscriber.address))


def _export(subscriber: Subscriber) -> Response:
    with _signup_context().required_store.read() as conn:
        personal_data = subscribers.export_personal_data(conn, subscriber.address)
    response = jsonify(personal_data)
    response.headers["Content-Disposition"] = "attachment; filename=reminders.json"
    return response


def _render_preferences(subscriber: Subscriber, form: PreferencesForm, code: int = 200) -> PageResponse:
    context = _signup_context()
    with context.required_store.read() as conn:
        others = [other for other in subscribers.by_address(conn, subscriber.address) if other.id != subscriber.id]
    page = render_template(
        "subscribe/preferences.html",
        form=form,
        cities=_zone_choices(form.zone),
        preferences_form=preferences_form,
        others=[
            (
                preferences_form.summarise(other.preferences, g.snapshot.index, g.viewer.language),
                context.page_link(TokenPurpose.PREFERENCES, other),
            )
            for other in others
            if other.state == "active"
        ],
        done=request.args.get("done", ""),
        **_subscriber_context(subscriber),
    )
    return page, code


@blueprint.post("/preferences/<token>")
def change_preferences(token: str) -> PageResponse:
    ticket, subscriber = _verify_link(TokenPurpose.PREFERENCES, token)
    if subscriber is None:
        return _dead_link_page("gone" if ticket else "unknown", 410 if ticket else 404)
    _use_subscriber_language(subscriber)
    store, action = _signup_context().required_store, request.form.get("action", "save")
    if action == "save":
        form = preferences_form.parse(request.form, needs_address=False)
        if form.errors:
            return _render_preferences(subscriber, form, 400)
        with store.write() as conn:
            subscribers.update_preferences(
                conn,
                subscriber.id,
                form.to_preferences(preferences_form.parse_filter(subscriber.preferences.filter)),
                g.now,
            )
        return _redirect_to_preferences(subscriber, "saved")
    if action == "delete":
        with store.write() as conn:
            subscribers.delete(
                conn, [subscription.id for subscription in subscribers.by_address(conn, subscriber.address)]
            )
        return render_template("subscribe/deleted.html")
    if action == "leave":
        with store.write() as conn:
            subscriptions = subscribers.by_address(conn, subscriber.address)
            subscribers.unsubscribe(
                conn, [subscription.id for subscription in subscriptions if subscription.state != "off"], g.now
            )
        return _redirect_to_preferences(subscriber, "left")
    if action == "return":
        with store.write() as conn:
            subscribers.resubscribe(conn, subscriber.id, subscriber.link_version, g.now)
        return _redirect_to_preferences(subscriber, "back")
    if action == "renew":
        with store.write() as conn:
            subscribers.rotate_links(conn, subscriber.address)
            renewed = [
                subscription
                for subscription in subscribers.by_address(conn, subscriber.address)
                if subscription.id == subscriber.id
            ]
        return _redirect_to_preferences(renewed[0], "renewed")
    abort(400)


def _redirect_to_preferences(subscriber: Subscriber, result: str) -> Response:
    return _redirect(f"{_signup_context().page_link(TokenPurpose.PREFERENCES, subscriber)}?done={result}")


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> PageResponse:
    """A GET only asks. A POST ends it, whatever it carries: mail programs send it at one click (RFC 8058), people by the form."""
    ticket, subscriber = _verify_link(TokenPurpose.UNSUBSCRIBE, token)
    if ticket is None:
        return _dead_link_page("unknown", 404)
    if subscriber is None:
        with _signup_context().required_store.read() as conn:
            is_replaced = subscribers.exists(conn, ticket.subscription_id)
        # nothing of theirs is kept any more, which is what they ask for; a replaced link must not seem to have worked
        return (
            _dead_link_page("gone", 410) if is_replaced else render_template("subscribe/left.html", back="", subject="")
        )
    _use_subscriber_language(subscriber)
    page_context = _subscriber_context(subscriber)
    if request.method == "GET" and subscriber.state != "off":
        return render_template("subscribe/unsubscribe.html", **page_context)
    if subscriber.state != "off":
        with _signup_context().required_store.write() as conn:
            subscribers.unsubscribe(conn, [subscriber.id], g.now)
    preferences_url = page_context["preferences"] if subscriber.confirmed_at else ""
    return render_template(
        "subscribe/left.html",
        back=preferences_url,
        subject=preferences_form.summarise(subscriber.preferences, g.snapshot.index, g.viewer.language).subject,
    )
