"""Routes of reminders on a device: the server's key, subscribing, renewing, finding one's own pages, worker and manifest.

Browsers call them by script, apps (UnifiedPush) directly, both in JSON. A device proves itself by its endpoint and its
secret, which nobody else knows; from then on its signed links authorise it, as those in mails do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask_limiter import RequestLimit
from werkzeug.datastructures import MultiDict

from ... import links, web_push, words
from ...digest_schedule import DIGEST_FREQUENCIES
from ...errors import GrammarError
from ...states import SubscriptionState
from ...store import Connection, devices, subscribers
from ...tokens import TokenPurpose
from ...web_push import PushEndpoint
from .. import assets
from ..context import PageResponse, current, get_services, set_private_headers
from ..rate_limit import limiter
from . import preferences_form, subscribe

blueprint = Blueprint("devices", __name__)

LIMIT_PER_CLIENT = "30 per hour; 100 per day"
_WORKER_FILE = "push-worker.js"
_ICON_SIZES = (192, 512)

JsonAnswer = tuple[Response, int]


@blueprint.after_request
def set_headers(response: Response) -> Response:
    """Keeps what is one device's own out of caches; worker and manifest are everybody's."""
    is_public = request.endpoint in (f"{blueprint.name}.worker", f"{blueprint.name}.manifest")
    return response if is_public else set_private_headers(response)


def _requires_push(route: Callable[[], Any]) -> Callable[[], Any]:
    @wraps(route)
    def checked() -> Any:
        context = current()
        if context.snapshot.edition is None:
            return _error("There is no calendar yet; try again in a few seconds.", 503)
        if not context.services.can_push:
            return _error(
                "This calendar sends nothing to devices: its operator has not set a base URL with https.", 404
            )
        return route()

    return checked


def _error(message: str, status: int) -> JsonAnswer:
    return jsonify(error=message), status


@blueprint.errorhandler(GrammarError)
def refuse_malformed(error: GrammarError) -> JsonAnswer:
    """Says what is wrong in what was sent."""
    return _error(str(error), 400)


def _rate_limited(_limit: RequestLimit) -> Response:
    return make_response(
        jsonify(error="Too many requests from this network; try again in an hour."), 429, {"Retry-After": "3600"}
    )


@blueprint.get("/push/key")
@_requires_push
def server_key() -> Response:
    """Returns the public key that a device subscribes with (`applicationServerKey`)."""
    return jsonify(key=devices.current_vapid_key(get_services().required_store).public)


@blueprint.post("/push/subscribe")
@limiter.limit(LIMIT_PER_CLIENT, on_breach=_rate_limited)
@_requires_push
def subscribe_device() -> JsonAnswer:
    """Subscribes a device with the choices of the sign-up form, and returns its links."""
    context = current()
    values = _submitted()
    endpoint, replaced = _endpoint(values.get("subscription")), values.get("replaces")
    form = preferences_form.parse(values, needs_address=False)
    if form.errors:
        return _error(f"These choices cannot be used: {', '.join(form.errors)}.", 400)
    wanted = form.to_preferences(subscribe.requested_filter(context))
    with context.services.required_store.write() as conn:
        if isinstance(replaced, Mapping) and (address := _known_address(conn, replaced)):
            devices.save_device(conn, endpoint, context.now, address)
        subscriber = subscribers.sign_up_device(conn, endpoint, wanted, context.now)
    return jsonify(state=subscriber.state, **_links(subscriber)), 201


@blueprint.post("/push/renew")
@limiter.limit(LIMIT_PER_CLIENT, on_breach=_rate_limited)
@_requires_push
def renew_device() -> JsonAnswer:
    """Replaces the endpoint of a device by a new one, with everything that it subscribed to (`pushsubscriptionchange`)."""
    context = current()
    values = _submitted()
    endpoint = _endpoint(values.get("subscription"))
    old = values.get("old")
    with context.services.required_store.write() as conn:
        address = _known_address(conn, old if isinstance(old, Mapping) else {})
        if not address:
            return _error("This device is not known here.", 404)
        devices.save_device(conn, endpoint, context.now, address)
    return jsonify(state="renewed"), 200


@blueprint.post("/push/links")
@limiter.limit("60 per hour", on_breach=_rate_limited)
@_requires_push
def device_links() -> JsonAnswer:
    """Returns the pages of a device that proves itself by its endpoint and its secret."""
    context = current()
    values = _submitted()
    with context.services.required_store.write() as conn:
        address = _known_address(conn, values)
        subscriptions = subscribers.by_address(conn, address) if address else []
        if subscriptions:
            devices.mark_seen(conn, address, context.now)
    if not subscriptions:
        return _error("This device is not known here.", 404)
    newest = max(subscriptions, key=lambda subscriber: (subscriber.state == SubscriptionState.ACTIVE, subscriber.id))
    return jsonify(state=newest.state, **_links(newest)), 200


@blueprint.get("/preferences")
def own_preferences() -> PageResponse:
    """Leads a device to its own preferences: only its browser knows which one it is."""
    if not get_services().can_push:
        return render_template("subscribe/off.html")
    return render_template("subscribe/device.html")


@blueprint.get(f"/{_WORKER_FILE}")
def worker() -> Response:
    """Returns the service worker, from the root of our pages, so that its scope is all of them."""
    response = assets.static(_WORKER_FILE)
    response.headers["Cache-Control"] = "no-cache"
    return response  # type: ignore[return-value]


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Returns the web app manifest, by which phones put the calendar on the home screen."""
    context = current()
    base = links.base_path(context.base_url)
    calendar, language = context.calendar, context.viewer.language
    name = calendar.name.in_language(language) if calendar else "eventcal"
    icons = [
        {"src": f"{base}{assets.asset_url(f'icon-{size}.png')}", "sizes": f"{size}x{size}", "type": "image/png"}
        for size in _ICON_SIZES
    ]
    response = jsonify(
        id=f"{base}/", name=name, short_name=name[:30], lang=language, start_url=f"{base}/", scope=f"{base}/",
        display="minimal-ui", background_color="#ffffff", theme_color="#0b5fa5", icons=icons,
    )  # fmt: skip
    response.mimetype = "application/manifest+json"
    return response


# what was sent


def _submitted() -> MultiDict[str, Any]:
    """Reads a JSON object or a form into one shape. Raises GrammarError when it is neither."""
    if request.mimetype != "application/json":
        values: MultiDict[str, Any] = MultiDict(request.form)
        for name in ("subscription", "replaces"):
            if values.get(name):
                values[name] = _parse_json(values[name])
        return values
    data = _parse_json(request.get_data(as_text=True))
    if not isinstance(data, dict):
        raise GrammarError("send a JSON object")
    sent = {name: value for name, value in data.items() if value is not None}
    for name in preferences_form.FIELD_NAMES:
        _check_choice(name, sent.get(name, ""))
    return MultiDict(sent)


def _check_choice(name: str, value: object) -> None:
    """Raises GrammarError where a form could not have sent *value*, or means something that this calendar has not."""
    if not all(isinstance(text, str) for text in (value if isinstance(value, list) else [value])):
        raise GrammarError(f"{name}: write text, or a list of texts")
    if isinstance(value, list) and name not in preferences_form.LIST_NAMES:
        raise GrammarError(f"{name}: write one text")
    known = {"language": words.LANGUAGES, "digest": ("", *DIGEST_FREQUENCIES)}.get(name)
    if value and known is not None and value not in known:
        raise GrammarError(f"{name}: write one of {', '.join(filter(None, known))}")


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise GrammarError("this is not JSON") from None


def _endpoint(subscription: object) -> PushEndpoint:
    services = get_services()
    key = devices.current_vapid_key(services.required_store)
    return web_push.parse_endpoint(subscription, key.public, services.settings.push_allow_private)


def _known_address(conn: Connection, values: Mapping[str, Any]) -> str:
    """Returns the address of the device that *values* name by endpoint and secret; "" for none."""
    keys = values.get("keys")
    auth = keys.get("auth") if isinstance(keys, Mapping) else values.get("auth")
    return devices.find_address(conn, str(values.get("endpoint") or ""), str(auth or ""))


def _links(subscriber: subscribers.Subscriber) -> dict[str, str]:
    services = get_services()
    return {
        "preferences": subscribe.page_link(services, TokenPurpose.PREFERENCES, subscriber),
        "unsubscribe": subscribe.page_link(services, TokenPurpose.UNSUBSCRIBE, subscriber),
    }
