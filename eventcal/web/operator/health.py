"""`/healthz` and `/readyz` of the Flask application by itself; the server answers them before it, by the same checks."""

from __future__ import annotations

from flask import Blueprint, Response

from .. import health_checks
from ..context import current, get_services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    return _to_response(*health_checks.check_health(get_services().is_stalled()))


@blueprint.get("/readyz")
def readyz() -> Response:
    return _to_response(*health_checks.check_readiness(current().snapshot, get_services().is_stalled()))


def _to_response(status: int, report: health_checks.Report) -> Response:
    response = Response(health_checks.to_json(report), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
