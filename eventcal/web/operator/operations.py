"""The operator's page: the state of registry, reminders and channels, and the actions that a browser can run.

The operator's token is the only credential; there are no accounts and no cookies. A browser sends Basic credentials with
every request, so that forms carry a CSRF token.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

from flask import Blueprint, abort, make_response, redirect, render_template, request
from flask import Response as Page
from flask_limiter import RequestLimit
from werkzeug.wrappers import Response

from ... import leads, mail_address, todos, words
from ...errors import GrammarError
from ...ledger_rows import LATE_THRESHOLD
from ...store import edition_store
from ...store.ledger import delivery_queue, health, stats
from ...words.preferences import format_lead
from ..context import current, get_services, set_private_headers
from ..rate_limit import limiter
from . import operator_status

blueprint = Blueprint("operations", __name__)
blueprint.after_request(set_private_headers)

AUTH_CHALLENGE: Final = 'Basic realm="eventcal operations", charset="UTF-8"'
_MAX_RETRIED: Final = 1_000_000
_DELIVERY_ID: Final = re.compile(r"[0-9]{1,18}")

WRONG_TOKEN_LIMIT: Final = "10 per minute"
"""Wrong tokens that one client network may send. A browser's first request carries none."""


def _rate_limited_page(_limit: RequestLimit) -> Page:
    return make_response(render_template("operations/often.html"), 429, {"Retry-After": "60"})


def _needs_token() -> bool:
    """Tells whether the token of the request is checked: it is not where /metrics is open to all."""
    settings = get_services().settings
    is_open = request.path == "/metrics" and settings.metrics != "operator"
    return request.authorization is not None and bool(settings.operator_token) and not is_open


limit_wrong_tokens = limiter.shared_limit(
    WRONG_TOKEN_LIMIT,
    scope="operator token",
    exempt_when=lambda: not _needs_token(),
    # charged before the request is answered, so that parallel tries count as well
    cost=lambda: int(not _has_token(get_services().settings.operator_token)),
    on_breach=_rate_limited_page,
)
limit_wrong_tokens(blueprint)


def require_token() -> Response | None:
    """Returns the refusal of a request without the operator's token; None for one with it."""
    token = get_services().settings.operator_token
    if not token or get_services().store is None:
        return make_response(render_template("operations/closed.html", off=True), 403)
    if not _has_token(token):
        response = make_response(render_template("operations/closed.html", off=False), 401)
        response.headers["WWW-Authenticate"] = AUTH_CHALLENGE
        return response
    return None


@blueprint.before_request
def require_operator() -> Response | None:
    """Refuses requests without the operator's token, and forms that another page sends."""
    token = get_services().settings.operator_token
    if (refusal := require_token()) is not None:
        return refusal
    if request.method == "POST" and not _is_own_request(token):
        return make_response(render_template("refused.html", code=403), 403)
    return None


@blueprint.get("/operations")
def page() -> str:
    """Shows how the installation does, and a log of deliveries by `state`, `kind`, `channel` and `event`."""
    context = current()
    settings, store = context.services.settings, context.services.required_store
    log_filter = operator_status.parse_log_filter(request.args)
    return render_template(
        "operations/page.html",
        status=operator_status.read(store, settings, context.now),
        format_todo=todos.format_todo,
        max_todos=operator_status.MAX_TODOS,
        log=operator_status.read_log(store, log_filter),
        log_filter=log_filter,
        log_states=operator_status.LOG_STATES,
        kinds=operator_status.DELIVERY_KINDS,
        channels=sorted(_channel_names() - {""}),
        has_base_url=bool(settings.base_url),
        edition=context.snapshot.edition,
        proof=_csrf_token(settings.operator_token),
        done=request.args.get("done", ""),
        messages=_action_messages(context.viewer.language),
        terms=_ledger_terms(context.viewer.language),
        format_lead=lambda text: _format_lead(text, context.viewer.language),
        masked=mail_address.mask_addresses,
        response=operator_status.response_text,
        late_after=LATE_THRESHOLD,
        as_of=words.format_time(context.now.astimezone(context.viewer.timezone), context.viewer.language),
        now=context.now,
    )


def _action_messages(language: str) -> dict[str, str]:
    """Returns the message for each action that was run."""
    _ = words.get_translations(language).gettext
    return {
        "pause": _("Paused. Due messages wait until they expire."),
        "resume": _("Sending resumed."),
        "retry": _("Requeued."),
        "retry all": _("Requeued."),
        "accept": _("Accepted; the scheduler publishes it within seconds."),
    }


def _ledger_terms(language: str) -> dict[str, str]:
    """Returns the words for the states and kinds of deliveries; `eventcal deliveries` names them in English."""
    pgettext = words.get_translations(language).pgettext
    return {
        "open": pgettext("a delivery", "open"),
        "queued": pgettext("a delivery", "queued"),
        "sending": pgettext("a delivery", "sending"),
        "retry": pgettext("a delivery", "retry"),
        "sent": pgettext("a delivery", "sent"),
        "dead": pgettext("a delivery", "dead"),
        "skipped": pgettext("a delivery", "skipped"),
        "reminder": pgettext("a delivery", "reminder"),
        "change": pgettext("a delivery", "change"),
        "digest": pgettext("a delivery", "digest"),
        "confirmation": pgettext("a delivery", "confirmation"),
        "alarm": pgettext("a delivery", "alarm"),
        "todo": pgettext("a delivery", "to do"),
        "test": pgettext("a delivery", "test"),
    }


def _format_lead(text: str, language: str) -> str:
    """Formats a lead as the ledger has it; one that today's grammar does not know is shown as it is."""
    try:
        lead = leads.parse(text)
    except GrammarError:
        return text
    return text if isinstance(lead, leads.NoticeKind) else format_lead(lead, language)


@blueprint.post("/operations")
def run_action() -> Response:
    """Runs one of five short transactions and shows the page again, which says what was done; 400 for what there is not."""
    context, is_done = current(), True
    action, name = request.form.get("action", ""), request.form.get("channel", "")
    with context.services.required_store.write() as conn:
        match action:
            case "pause" if name in _channel_names():
                health.pause(conn, name)
            case "resume":
                # a channel that was removed from the settings can be resumed; NUL is in no name, and PostgreSQL refuses it
                if "\0" in name or (not health.resume(conn, name) and name not in _channel_names()):
                    abort(400)
            case "retry":
                texts = request.form.getlist("id")
                if not texts or not all(_DELIVERY_ID.fullmatch(text) for text in texts):
                    abort(400)
                ids = [int(text) for text in texts]
                is_done = delivery_queue.requeue_dead(conn, ids[: operator_status.MAX_LISTED], context.now) > 0
            case "retry all":
                dead_deliveries = stats.list_deliveries(conn, state="dead letter", limit=_MAX_RETRIED)
                is_done = delivery_queue.requeue_dead(conn, [row.id for row in dead_deliveries], context.now) > 0
            case "accept":
                registry_check = edition_store.read_registry_check(conn)
                # what was looked at, and not what was saved meanwhile
                digest = request.form.get("digest")
                if registry_check and (registry_check.outcome, registry_check.digest) == ("held", digest):
                    edition_store.accept(conn, registry_check.digest)
                else:
                    is_done = False
            case _:
                abort(400)
    return redirect(context.viewer.url("/operations", *([("done", action)] if is_done else [])), 303)


def _channel_names() -> set[str]:
    return {"", *(channel.name for channel in get_services().settings.sending_channels)}


def _has_token(token: str) -> bool:
    """Tells whether the request carries *token*: as the password of Basic, whatever the name, or as Bearer."""
    authorization = request.authorization
    if authorization is None:
        return False
    presented_token = (
        authorization.password
        if authorization.type == "basic"
        else authorization.token
        if authorization.type == "bearer"
        else None
    ) or ""
    return hmac.compare_digest(presented_token.encode(), token.encode())


def _is_own_request(token: str) -> bool:
    """Tells whether a POST was made by our own page, or by a program that has the token (no browser sends that by itself)."""
    if request.authorization is not None and request.authorization.type == "bearer":
        return True
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    return hmac.compare_digest(request.form.get("proof", "").encode(), _csrf_token(token).encode())


def _csrf_token(token: str) -> str:
    """Returns the token of the page's forms; another site can make a browser send a form, but cannot read this."""
    return hmac.new(token.encode(), b"eventcal: a form of the operator's page", "sha256").hexdigest()
