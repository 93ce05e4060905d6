"""The calendar for a frame in another site's page: a month or a list without navigation."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response

from ... import links, words
from ..context import current
from ..headers import CONTENT_SECURITY_POLICY
from . import agenda, routes, views
from .grid import build_month_view

blueprint = Blueprint("embed", __name__)
blueprint.before_request(routes.require_edition)

MAX_LISTED_EVENTS: Final = 12
COLOR_SCHEMES: Final = ("light", "dark")


@blueprint.get("/embed")
@blueprint.get("/embed/<text>")
def embed(text: str = "") -> routes.PageResponse:
    """Shows a month, or with `show=list` what is next; `scheme=light|dark` overrides the visitor's own colours."""
    context = current()
    first_day = routes.parse_month(text) if text else context.today.replace(day=1)
    if first_day is None:
        abort(404)
    scheme = request.args.get("scheme", "")
    is_list = request.args.get("show") == "list" and not text
    selection = context.index.select(context.viewer.filter)
    previous_month, next_month = routes.neighbour_months(context, first_day)
    upcoming = agenda.list_upcoming(selection, context.today, agenda.match_all, MAX_LISTED_EVENTS) if is_list else []
    name = views.calendar_name(context.edition.calendar, context.viewer.language)
    response = make_response(
        render_template(
            "embed.html",
            scheme=scheme if scheme in COLOR_SCHEMES else "",
            is_list=is_list,
            title=name
            if is_list
            else words.format_month_title(first_day.year, first_day.month, context.viewer.language),
            coming=routes.section_views(context, agenda.group_by_month(upcoming, not_before=context.today)),
            grid=None
            if is_list
            else build_month_view(selection, first_day, context.viewer, context.today, context.now),
            before=previous_month,
            after=next_month,
            months_at="/embed",
            extra_pairs=[("scheme", scheme)] if scheme in COLOR_SCHEMES else [],
            home=links.site_url(links.base_path(context.base_url), "/"),
        )
    )
    return allow_framing(response)


def allow_framing(response: Response) -> Response:
    """Allows any page to show *response* in a frame."""
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("; frame-ancestors 'none'", "")
    return response
