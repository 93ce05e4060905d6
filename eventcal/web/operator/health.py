"""Whether this process answers, and whether it has anything to answer with: for supervisors and balancers."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, jsonify

from ..pages.routes import WebContext

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 while the process's threads move: a 503 here is a reason to start it anew."""
    if _context().is_stalled():
        return _uncached_json({"status": "stalled"}), 503
    return _uncached_json({"status": "ok"}), 200


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """503 only without any edition: old pages are better than none, so everything else is only *degraded*."""
    snapshot = g.snapshot
    if snapshot.edition is None:
        return _uncached_json({"status": "no edition yet", "degraded": list(snapshot.degraded)}), 503
    degraded = list(snapshot.degraded)
    if _context().is_stalled():
        degraded.append("the store is not looked at")
    return _uncached_json({"status": "ready", "edition": snapshot.edition.number, "degraded": degraded}), 200


def _context() -> WebContext:
    context = current_app.extensions["eventcal"]
    assert isinstance(context, WebContext)
    return context


def _uncached_json(body: dict[str, object]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response
