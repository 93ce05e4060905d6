"""Whether this process answers, and whether it has anything to answer with: for supervisors and balancers."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, jsonify

from .pages import Context

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 while the process's threads move: a 503 here is a reason to start it anew."""
    if _context().stalled():
        return _plain({"status": "stalled"}), 503
    return _plain({"status": "ok"}), 200


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """503 only without any edition: old pages are better than none, so everything else is only *degraded*."""
    snapshot = g.snapshot
    if snapshot.edition is None:
        return _plain({"status": "no edition yet", "degraded": list(snapshot.degraded)}), 503
    degraded = list(snapshot.degraded)
    if _context().stalled():
        degraded.append("the store is not looked at")
    return _plain({"status": "ready", "edition": snapshot.edition.number, "degraded": degraded}), 200


def _context() -> Context:
    context = current_app.extensions["eventcal"]
    assert isinstance(context, Context)
    return context


def _plain(answer: dict[str, object]) -> Response:
    response = jsonify(answer)
    response.headers["Cache-Control"] = "no-store"
    return response
