"""Routes of signing up for reminders by mail. They write rows; the worker sends the mails.

No answer reveals whether an address is known: every sign-up gets the same page, and everything else goes to the address
by mail. Its signed links lead to `subscriber_pages`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask_limiter import RequestLimit

from ... import feeds, filters, links, mail_address, tokens, words
from ...errors import GrammarError
from ...filters import Filter
from ...store import subscribers
from ...store.subscribers import Subscriber
from ...tokens import TokenPayload, TokenPurpose
from ...words.preferences import list_zone_cities
from ..context import (
    PageResponse,
    RequestContext,
    Services,
    current,
    get_services,
    require_edition,
    set_private_headers,
)
from ..rate_limit import keyed_hash, limiter
from . import preferences_form
from .preferences_form import PreferencesForm

blueprint = Blueprint("subscribe", __name__)
blueprint.after_request(set_private_headers)

LIMIT_PER_CLIENT = "20 per hour; 60 per day"
LIMIT_PER_ADDRESS = "5 per hour"  # the store counts what was really asked, over restarts: this spares it the counting

_CHECKED_ENDPOINTS = ("subscribe.sign_up", "devices.subscribe_device", "devices.renew_device", "devices.device_links")


def page_link(services: Services, purpose: TokenPurpose, subscriber: Subscriber) -> str:
    """Returns the path of a page of one subscriber, from the host's root."""
    token = tokens.sign(services.signing_keys, purpose, TokenPayload(subscriber.id, subscriber.link_version))
    return links.site_url(links.base_path(services.settings.base_url), f"/{purpose.value}/{token}")


def refuse_cross_site() -> PageResponse | None:
    """Refuses a sign-up that another site's page makes its visitors' browsers send, before it counts as theirs.

    Sec-Fetch-Site tells (W3C Fetch Metadata); an older browser's Origin is compared with our own addresses. "null" is
    what our own form sends, whose page has no referrer.
    """
    if request.endpoint not in _CHECKED_ENDPOINTS:
        return None
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "null")
    own_hosts = (urlsplit(get_services().settings.base_url).netloc, request.headers.get("Host", ""))
    is_own = origin == "null" or origin.partition("://")[2] in own_hosts
    is_foreign = site == "cross-site" if site else not is_own
    return (render_template("refused.html", code=403), 403) if is_foreign else None


@blueprint.before_request
def require_signup() -> PageResponse | None:
    """Answers 503 before the first edition, and says that sign-up is off where neither mail nor push is set up."""
    if (refusal := require_edition()) is not None:
        return refusal
    services = get_services()
    if not services.can_sign_up and (not services.can_push or request.endpoint == f"{blueprint.name}.sign_up"):
        return render_template("subscribe/off.html"), 503 if request.method == "POST" else 200
    return None


# signing up


@blueprint.get("/subscribe")
def signup_form() -> PageResponse:
    """Shows the form for the address's filter, in the viewer's language and zone."""
    context = current()
    language = context.viewer.language
    form = PreferencesForm(
        language=language if language in words.LANGUAGES else words.LANGUAGES[0], zone=context.viewer.zone
    )
    return _render_form(context, form, requested_filter(context))


def _rate_limited_page(_limit: RequestLimit) -> Response:
    return make_response(render_template("subscribe/often.html"), 429, {"Retry-After": "3600"})


def _address_key() -> str:
    """Returns the address that is asked for, as the limiter may keep it: nobody can read it there."""
    try:
        return keyed_hash(mail_address.parse(request.form.get("address", "")))
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
    """Signs an address up and redirects to one answer for all; 400 with the form for what is wrong in it."""
    context = current()
    query, form = requested_filter(context), preferences_form.parse(request.form, needs_address=True)
    if form.errors:
        return _render_form(context, form, query, 400)
    with context.services.required_store.write() as conn:
        subscribers.sign_up(conn, form.address, form.to_preferences(query), context.now)
    return _redirect_to_check()


def _redirect_to_check() -> Response:
    return redirect(current().viewer.url("/subscribe/check"))


def redirect(address: str) -> Response:
    """Redirects after a POST (303), so that a reload does not send the form again."""
    return make_response("", 303, {"Location": address})


@blueprint.get("/subscribe/check")
def check_mailbox() -> PageResponse:
    """Returns the one answer to every sign-up."""
    return render_template("subscribe/check.html")


def _render_form(context: RequestContext, form: PreferencesForm, query: Filter, code: int = 200) -> PageResponse:
    page = render_template(
        "subscribe/form.html",
        form=form,
        query=query,
        summary=preferences_form.summarise(form.to_preferences(query), context.index, context.viewer.language),
        everything=query == Filter(),
        other_scope=_other_scope(context, query),
        action=context.viewer.url("/subscribe", *filters.query_pairs(query)),
        device_action=context.viewer.url("/push/subscribe", *filters.query_pairs(query)),
        cities=zone_choices(form.zone, context.viewer.language),
        preferences_form=preferences_form,
    )
    return page, code


def _other_scope(context: RequestContext, query: Filter) -> str:
    """Returns the address of the form for an event alone, or with its parts: the other of the two; "" for any other filter."""
    if not context.index.parts_of(query.event):
        return ""
    return context.viewer.url("/subscribe", *filters.query_pairs(replace(query, parts=not query.parts)))


def zone_choices(chosen: str, language: str) -> Iterable[tuple[str, str]]:
    """Returns the zones to choose among as (key, city), with *chosen* among them."""
    zones = list_zone_cities(language)
    if chosen and chosen not in dict(zones):
        zones = (*zones, (chosen, chosen))
    return zones


def requested_filter(context: RequestContext) -> Filter:
    """Returns the filter that reminders are asked for: the page's, or one event, alone or with what belongs to it.

    Aborts with 404 for unknown events, series and tags, and for what is not a filter: without it, everything would be asked for.
    """
    pairs = [
        (name, text)
        for name, text in request.args.items(multi=True)
        if name in filters.REMINDER_PARAMETERS and text.strip()
    ]
    try:
        query = filters.parse(pairs, strict=True, allowed=filters.REMINDER_PARAMETERS)
    except GrammarError:
        abort(404)
    index = context.index
    if query.event:
        version = index.find(query.event)
        if version is None:
            abort(404)
        return Filter(event=version.event.id, parts=query.parts)
    if query.ids:
        chosen = {version.event.id for event_id in query.ids if (version := index.find(event_id))}
        query = replace(query, ids=tuple(sorted(chosen)))
        if not query.ids:
            abort(404)
    if query.series:
        names = [event.series for event in index.events if filters.is_of_series(query.series, event)]
        if not names:
            abort(404)
        # Mails repeat the registry's own spelling, never what was typed.
        query = replace(query, series=names[0])
    removed = context.snapshot.removed
    if not all(feeds.is_known_tag(context.edition, removed, tag) for tag in query.tags):
        abort(404)
    known = tuple(tag for tag in query.excluded_tags if feeds.is_known_tag(context.edition, removed, tag))
    return replace(query, excluded_tags=known, parts=False)
