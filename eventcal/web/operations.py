"""The operator's page: how things stand, and the few things that can be done about it from a browser.

Whoever knows the operator's token is the operator; there are no accounts and no cookies. A browser sends the token by
itself with every request, so that a form carries a proof that it came from this page.
"""

from __future__ import annotations

import hmac
import re
from typing import Final

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request
from flask import Response as Page
from flask_limiter import RequestLimit
from werkzeug.wrappers import Response

from .. import words
from ..store import Store, StoreBusy, ledger
from ..store import editions as recorded
from . import account
from .pages import Context
from .visitors import limiter

blueprint = Blueprint("operations", __name__)

REALM: Final = 'Basic realm="eventcal operations", charset="UTF-8"'
_EVERY_DEAD: Final = 1_000_000
_NUMBER: Final = re.compile(r"[0-9]{1,18}")


WRONG: Final = "10 per minute"
"""How many wrong tokens one visitor may send. A browser's first question carries none."""


def _too_often(_limit: RequestLimit) -> Page:
    return make_response(render_template("operations/often.html"), 429, {"Retry-After": "60"})


def _wrong() -> int:
    """How many wrong tokens the request carries: counted before it is answered, so that many at once are no way round it."""
    return 0 if _knows(_context().settings.operator_token) else 1


limiter.limit(
    WRONG,
    exempt_when=lambda: request.authorization is None or not _context().settings.operator_token,
    cost=_wrong,
    on_breach=_too_often,
)(blueprint)


@blueprint.before_request
def admit() -> Response | None:
    """Let the operator in, and nobody else."""
    token = _context().settings.operator_token
    if not token or _context().store is None:
        return make_response(render_template("operations/closed.html", off=True), 403)
    if not _knows(token):
        answer = make_response(render_template("operations/closed.html", off=False), 401)
        answer.headers["WWW-Authenticate"] = REALM
        return answer
    if request.method == "POST" and not _meant(token):
        return make_response(render_template("refused.html", code=403), 403)
    return None


@blueprint.after_request
def close(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.errorhandler(StoreBusy)
def busy(_error: StoreBusy) -> tuple[str, int, dict[str, str]]:
    return render_template("failed.html", code=503), 503, {"Retry-After": "5"}


@blueprint.get("/operations")
def page() -> str:
    context = _context()
    return render_template(
        "operations/page.html",
        account=account.read(_store(), context.settings, g.now),
        edition=g.snapshot.edition,
        proof=_proof(context.settings.operator_token),
        done=request.args.get("done", ""),
        said=_said(g.reader.language),
        masked=account.masked,
        now=g.now,
    )


def _said(language: str) -> dict[str, str]:
    """What to say once an action is done."""
    _ = words.gettext(language).gettext
    return {
        "pause": _("Paused. What falls due waits, as long as it is worth saying."),
        "resume": _("Sending goes on."),
        "retry": _("Queued again."),
        "retry all": _("Queued again."),
        "accept": _("It is accepted, and the scheduler takes it up within seconds."),
    }


@blueprint.post("/operations")
def act() -> Response:
    """One of four short transactions; whatever came of it, the page is shown anew."""
    action, name = request.form.get("action", ""), request.form.get("channel", "")
    with _store().write() as conn:
        match action:
            case "pause" if name in _channels():
                ledger.pause(conn, name)
            case "resume":
                ledger.resume(conn, name)
            case "retry":
                ids = [int(each) for each in request.form.getlist("id") if _NUMBER.fullmatch(each)]
                ledger.retry(conn, ids[: account.LISTED], g.now)
            case "retry all":
                dead = ledger.deliveries(conn, state="dead", limit=_EVERY_DEAD)
                ledger.retry(conn, [each.id for each in dead], g.now)
            case "accept":
                intake = recorded.read_intake(conn)
                # what was looked at, and not what was saved meanwhile
                if intake and intake.outcome == "held" and intake.digest == request.form.get("digest"):
                    recorded.accept(conn, intake.digest)
            case _:
                action = ""
    return redirect(g.reader.url("/operations", ("done", action)), 303)


def _channels() -> set[str]:
    settings = _context().settings
    return {"", *(each.name for each in (*settings.readers, *settings.operators))}


def _knows(token: str) -> bool:
    """Whether the request carries *token*: as the password of Basic, whatever the name, or as Bearer."""
    given = request.authorization
    if given is None:
        return False
    said = (given.password if given.type == "basic" else given.token if given.type == "bearer" else None) or ""
    return hmac.compare_digest(said.encode(), token.encode())


def _meant(token: str) -> bool:
    """Whether a POST was made by our own page, or by a program that was told the token (no browser does that by itself)."""
    if request.authorization is not None and request.authorization.type == "bearer":
        return True
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    return hmac.compare_digest(request.form.get("proof", "").encode(), _proof(token).encode())


def _proof(token: str) -> str:
    """Known to whoever could read the page, and to nobody who can only make a browser send a form."""
    return hmac.new(token.encode(), b"eventcal: a form of the operator's page", "sha256").hexdigest()


def _context() -> Context:
    context: Context = current_app.extensions["eventcal"]
    return context


def _store() -> Store:
    store = _context().store
    assert store is not None
    return store
