"""Pages that the signed links of mails open: confirm, preferences, unsubscribe. They write rows; the worker sends the mails.

A signed link authorises its subscription (a capability URL); there are no accounts and no cookies, so that another site
cannot act for a visitor.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, jsonify, render_template, request

from ... import mail_address, tokens, words
from ...occurrences import title_of, title_without_number
from ...states import SubscriptionState
from ...store import Connection, devices, subscribers
from ...store.personal_data import export_personal_data
from ...store.retention import delete_subscriptions
from ...store.subscribers import Subscriber
from ...tokens import TokenError, TokenPayload, TokenPurpose
from ..context import PageResponse, RequestContext, current, get_services, set_private_headers, use_language
from . import preferences_form, upcoming_mails
from .preferences_form import PreferencesForm, PreferencesSummary
from .subscribe import page_link, redirect, require_signup, zone_choices

blueprint = Blueprint("subscriber", __name__)
blueprint.before_request(require_signup)
blueprint.after_request(set_private_headers)

MAX_UPCOMING_MAILS = 3


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> PageResponse:
    """Confirms on POST only: mail scanners open links by GET."""
    context = current()
    store = context.services.required_store
    try:
        ticket = tokens.verify(context.services.signing_keys, TokenPurpose.CONFIRM, token, context.now)
    except TokenError as error:
        return _dead_link_page("expired" if error.is_expired else "unknown")
    if request.method == "POST":
        with store.write() as conn:
            subscriber = subscribers.confirm(conn, ticket.subscription_id, ticket.link_version, context.now)
    else:
        with store.read() as conn:
            subscriber = subscribers.find(conn, ticket.subscription_id, ticket.link_version)
    if subscriber is None or subscriber.state == SubscriptionState.OFF:
        return _dead_link_page("used")
    context = use_language(subscriber.preferences.language)
    page = "subscribe/confirmed.html" if subscriber.state == SubscriptionState.ACTIVE else "subscribe/confirm.html"
    return render_template(page, **_subscriber_values(context, subscriber))


def _subscriber_values(context: RequestContext, subscriber: Subscriber) -> dict[str, object]:
    """Returns the template variables about one subscriber."""
    index, calendar = context.index, context.edition.calendar
    query = preferences_form.parse_filter(subscriber.preferences.filter)
    next_mails = upcoming_mails.next_mails(
        index,
        subscriber.preferences,
        query,
        calendar.timezone,
        context.now,
        MAX_UPCOMING_MAILS,
        _stopped_ids(context, subscriber),
    )
    language, zone = context.viewer.language, subscriber.preferences.zone or calendar.timezone
    return {
        "subscriber": subscriber,
        "address": "" if subscriber.is_device else mail_address.display_address(subscriber.address),
        "summary": preferences_form.summarise(subscriber.preferences, index, language),
        "coming": [
            (
                words.format_moment(send_at, language, zone),
                [(occurrence, words.format_when(occurrence.when, language, zone)) for occurrence in occurrences],
            )
            for send_at, occurrences in next_mails
        ],
        "title_of": lambda occurrence: title_of(occurrence, language),
        "preferences": _preferences_link(context, subscriber),
    }


def _preferences_link(context: RequestContext, subscriber: Subscriber, *pairs: tuple[str, str]) -> str:
    """Returns the path of the preferences of *subscriber*, in the language that the address of this page asks for."""
    query = urlencode([*pairs, *context.viewer.language_pairs])
    return page_link(context.services, TokenPurpose.PREFERENCES, subscriber) + (f"?{query}" if query else "")


def _dead_link_page(reason: Literal["unknown", "expired", "used", "gone"]) -> PageResponse:
    return render_template("subscribe/dead_link.html", reason=reason), 404 if reason == "unknown" else 410


def _verify_link(purpose: TokenPurpose, token: str) -> tuple[TokenPayload | None, Subscriber | None]:
    """Returns the payload of a signed link and its subscriber; (None, None) for a link that this calendar did not sign."""
    context = current()
    try:
        ticket = tokens.verify(context.services.signing_keys, purpose, token, context.now)
    except TokenError:
        return None, None
    with context.services.required_store.read() as conn:
        return ticket, subscribers.find(conn, ticket.subscription_id, ticket.link_version)


@blueprint.get("/preferences/<token>")
def preferences(token: str) -> PageResponse:
    """Shows a subscriber's choices, or with `export` everything stored about them as JSON; 404, or 410, for a dead link."""
    ticket, subscriber = _verify_link(TokenPurpose.PREFERENCES, token)
    if subscriber is None:
        return _dead_link_page("gone" if ticket else "unknown")
    if "export" in request.args:
        return _export(subscriber)
    context = use_language(subscriber.preferences.language)
    return _render_preferences(
        context, subscriber, preferences_form.fill_form(subscriber.preferences, subscriber.address)
    )


def _export(subscriber: Subscriber) -> Response:
    with get_services().required_store.read() as conn:
        personal_data = export_personal_data(conn, subscriber.address)
    response = jsonify(personal_data)
    response.headers["Content-Disposition"] = "attachment; filename=reminders.json"
    return response


def _render_preferences(
    context: RequestContext, subscriber: Subscriber, form: PreferencesForm, code: int = 200
) -> PageResponse:
    page = render_template(
        "subscribe/preferences.html",
        form=form,
        cities=zone_choices(form.zone, context.viewer.language),
        preferences_form=preferences_form,
        others=_other_reminders(context, subscriber),
        muted_events=_muted_events(context, subscriber),
        done=request.args.get("done", ""),
        **_subscriber_values(context, subscriber),
    )
    return page, code


def _other_reminders(context: RequestContext, subscriber: Subscriber) -> list[tuple[PreferencesSummary, str]]:
    """Lists what else comes to the same address, each with the page that changes it."""
    language = context.viewer.language
    with context.services.required_store.read() as conn:
        subscriptions = subscribers.by_address(conn, subscriber.address)
    return [
        (
            preferences_form.summarise(other.preferences, context.index, language),
            _preferences_link(context, other),
        )
        for other in subscriptions
        if other.id != subscriber.id and other.state == SubscriptionState.ACTIVE
    ]


@blueprint.post("/preferences/<token>")
def change_preferences(token: str) -> PageResponse:
    """Saves the choices, or runs the action of a button: leave, return, renew, unmute, delete."""
    ticket, subscriber = _verify_link(TokenPurpose.PREFERENCES, token)
    if subscriber is None:
        return _dead_link_page("gone" if ticket else "unknown")
    context = use_language(subscriber.preferences.language)
    action = request.form.get("action", "save")
    if action == "save":
        form = preferences_form.parse(request.form, needs_address=False)
        if form.errors:
            return _render_preferences(context, subscriber, form, 400)
        wanted = form.to_preferences(preferences_form.parse_filter(subscriber.preferences.filter))
        with context.services.required_store.write() as conn:
            if _reread(conn, subscriber) is None:
                return _dead_link_page("gone")
            subscribers.update_preferences(conn, subscriber.id, wanted, context.now)
        # without the language of this address: another one may just have been chosen
        return redirect(f"{page_link(context.services, TokenPurpose.PREFERENCES, subscriber)}?done=saved")
    with context.services.required_store.write() as conn:
        if _reread(conn, subscriber) is None:
            return _dead_link_page("gone")
        result = _apply_action(conn, action, subscriber, context.now)
    if result is None:
        abort(400)
    if action == "delete":
        return render_template("subscribe/deleted.html", is_device=subscriber.is_device)
    shown, done = result
    return redirect(_preferences_link(context, shown, ("done", done)))


def _reread(conn: Connection, subscriber: Subscriber) -> Subscriber | None:
    """Returns *subscriber* as the only writer finds it; None where it was deleted, or its links replaced, a moment ago."""
    return subscribers.find(conn, subscriber.id, subscriber.link_version)


def _apply_action(
    conn: Connection, action: str, subscriber: Subscriber, now: datetime
) -> tuple[Subscriber, str] | None:
    """Runs one button of the preferences page; returns the subscriber to show and a name for the message, None for no such action."""
    subscriptions = subscribers.by_address(conn, subscriber.address)
    match action:
        case "delete":
            delete_subscriptions(conn, [subscription.id for subscription in subscriptions])
            return subscriber, "deleted"
        case "leave":
            subscribers.unsubscribe_address(conn, subscriber.address, now)
            return subscriber, "left"
        case "return":
            subscribers.resubscribe(conn, subscriber.id, subscriber.link_version, now)
            return subscriber, "back"
        case "renew":
            subscribers.rotate_links(conn, subscriber.address)
            renewed = subscribers.by_address(conn, subscriber.address)
            return next(subscription for subscription in renewed if subscription.id == subscriber.id), "renewed"
        case "unmute":
            devices.unmute_event(conn, subscriber.id, request.form.get("event", "").replace("\0", ""))
            return subscriber, "saved"
        case _:
            return None


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> PageResponse:
    """Unsubscribes on any POST: mail programs send one for a single click (RFC 8058), people use the form that GET shows.

    With `all` it ends every subscription of the address; each answer lists what else comes to it.
    """
    ticket, subscriber = _verify_link(TokenPurpose.UNSUBSCRIBE, token)
    if ticket is None:
        return _dead_link_page("unknown")
    if subscriber is None:
        with get_services().required_store.read() as conn:
            is_replaced = subscribers.exists(conn, ticket.subscription_id)
        # nothing of theirs is kept any more, which is what they ask for; a replaced link must not seem to have worked
        return (
            _dead_link_page("gone")
            if is_replaced
            else render_template("subscribe/left.html", back="", others=[], subject="", is_device=False)
        )
    context = use_language(subscriber.preferences.language)
    if "event" in request.args:
        return _stop_event(context, subscriber, request.args["event"])
    page_context = _subscriber_values(context, subscriber)
    if request.method != "POST" and subscriber.state != SubscriptionState.OFF:
        return render_template(
            "subscribe/unsubscribe.html", others=_other_reminders(context, subscriber), **page_context
        )
    with context.services.required_store.write() as conn:
        if request.form.get("all"):
            subscribers.unsubscribe_address(conn, subscriber.address, context.now)
        else:
            subscribers.unsubscribe(conn, [subscriber.id], context.now)
    preferences_url = page_context["preferences"] if subscriber.confirmed_at else ""
    return render_template(
        "subscribe/left.html",
        is_device=subscriber.is_device,
        back=preferences_url,
        others=_other_reminders(context, subscriber),
        subject=preferences_form.summarise(subscriber.preferences, context.index, context.viewer.language).subject,
    )


def _stopped_ids(context: RequestContext, subscriber: Subscriber) -> set[str]:
    """Returns the ids of the events that a device stopped reminders for; emails offer no such button."""
    uids = _muted_uids(context, subscriber) if subscriber.is_device else []
    edition = context.edition
    return {version.event.id for version in edition.versions if edition.belongs_to_any(version.uid, uids)}


def _muted_events(context: RequestContext, subscriber: Subscriber) -> list[tuple[str, str]]:
    """Returns (UID, title) of the events that the subscriber stopped reminders for."""
    uids, language = _muted_uids(context, subscriber), context.viewer.language
    titles = {
        version.uid: title_without_number(version.event, language)
        for version in context.edition.versions
        if version.uid in uids
    }
    return [(uid, titles.get(uid, uid)) for uid in uids]


def _muted_uids(context: RequestContext, subscriber: Subscriber) -> list[str]:
    with context.services.required_store.read() as conn:
        return devices.muted_events(conn, subscriber.id)


def _stop_event(context: RequestContext, subscriber: Subscriber, event_id: str) -> PageResponse:
    """Ends the reminders of an event and its parts, on POST only; the whole subscription where it is of that event."""
    index = context.index
    version = index.find(event_id)
    if version is None:
        abort(404)
    title = title_without_number(version.event, context.viewer.language)
    values = {"title": title, "preferences": _preferences_link(context, subscriber)}
    if request.method != "POST":
        return render_template("subscribe/stop_event.html", is_stopped=False, **values)
    with context.services.required_store.write() as conn:
        if preferences_form.parse_filter(subscriber.preferences.filter).event in version.event.ids:
            subscribers.unsubscribe(conn, [subscriber.id], context.now)
        elif _reread(conn, subscriber):
            devices.mute_event(conn, subscriber.id, version.uid)
    return render_template("subscribe/stop_event.html", is_stopped=True, **values)
