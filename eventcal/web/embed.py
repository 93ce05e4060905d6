"""The calendar in a frame on somebody else's page: a month or a list, and little around it."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, abort, g, make_response, render_template, request
from werkzeug.wrappers import Response

from .. import links, words
from . import agenda, pages, views
from .grid import grid
from .headers import POLICY

blueprint = Blueprint("embed", __name__)

IN_A_LIST: Final = 12
SCHEMES: Final = ("light", "dark")


@blueprint.get("/embed")
@blueprint.get("/embed/<text>")
def embed(text: str = "") -> pages.Answer:
    """`show=list` for a list of what is next instead of a month; `scheme=light|dark`, the visitor's own without it."""
    if g.snapshot.edition is None:
        return pages.nothing_yet()
    first = pages.month_of(text) if text else g.today.replace(day=1)
    if first is None:
        abort(404)
    scheme = request.args.get("scheme", "")
    shows_list = request.args.get("show") == "list" and not text
    index, keep = g.snapshot.index, pages.keeps(g.reader.filter)
    before, after = pages.around(first)
    coming = agenda.upcoming(index, g.today, keep, IN_A_LIST) if shows_list else []
    name = views.calendar_name(g.snapshot.edition.calendar, g.reader.language)
    response = make_response(
        render_template(
            "embed.html",
            scheme=scheme if scheme in SCHEMES else "",
            shows_list=shows_list,
            title=name if shows_list else words.month_title(first.year, first.month, g.reader.language),
            coming=pages.sections(agenda.sections(coming, not_before=g.today)),
            grid=None if shows_list else grid(index, first, keep, g.reader, g.today, g.now),
            before=before,
            after=after,
            months_at="/embed",
            kept=[("scheme", scheme)] if scheme in SCHEMES else [],
            home=links.at(links.root(g.base_url), "/"),
        )
    )
    return framed(response)


def framed(response: Response) -> Response:
    """*response* as one that any page may show in a frame."""
    response.headers["Content-Security-Policy"] = POLICY.replace("; frame-ancestors 'none'", "")
    return response
