"""The calendar in a frame on someone else's page: a month, a year or a list, and little around it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Blueprint, abort, make_response, render_template, request

from ... import words
from ..assets import load_asset
from ..context import PageResponse, RequestContext, current, require_edition
from ..http import CONTENT_SECURITY_POLICY
from . import agenda, page_dates, views
from .small_months import build_small_months

blueprint = Blueprint("embed", __name__)
blueprint.before_request(require_edition)

DEFAULT_LISTED_EVENTS: Final = 12
MAX_LISTED_EVENTS: Final = 50
COLOR_SCHEMES: Final = ("light", "dark")
SIZES: Final = ("small", "large")
_COUNT_PATTERN: Final = re.compile(r"[0-9]{1,9}")
VIEWS: Final = ("month", "list", "year")


@dataclass(frozen=True, slots=True)
class EmbedOptions:
    """The options of an embedded frame, from its address; invalid ones are "" and left out of the frame's own links."""

    view: str
    start: date
    count: int
    scheme: str = ""
    size: str = ""
    accent: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that the links to other months keep."""
        pairs = (("scheme", self.scheme), ("size", self.size), ("accent", self.accent))
        return [pair for pair in pairs if pair[1]]


def parse_options(args: Mapping[str, str], today: date) -> EmbedOptions:
    """Reads `view`, `start`, `count`, `scheme`, `size` and `accent`; `show=list` is `view=list` of earlier addresses."""

    def choice(name: str, allowed: Collection[str]) -> str:
        return args[name] if args.get(name, "") in allowed else ""

    count, accent = args.get("count", ""), args.get("accent", "")
    return EmbedOptions(
        choice("view", VIEWS) or ("list" if args.get("show") == "list" else "month"),
        page_dates.parse_day(args.get("start", "")) or today,
        min(int(count), MAX_LISTED_EVENTS) if _COUNT_PATTERN.fullmatch(count) else DEFAULT_LISTED_EVENTS,
        choice("scheme", COLOR_SCHEMES),
        choice("size", SIZES),
        accent if load_asset(f"color-{accent}.css") else "",
    )


@blueprint.get("/embed")
@blueprint.get("/embed/<text>")
def embed(text: str = "") -> PageResponse:
    """Shows a month, a year or the next events, as the options of the address say; a month in the path goes first."""
    context = current()
    options = parse_options(request.args, context.today)
    first_day = page_dates.parse_month(text) if text else options.start.replace(day=1)
    if first_day is None:
        abort(404)
    view = "month" if text else options.view
    values = _values(context, view, first_day, options)
    response = make_response(render_template("embed.html", view=view, options=options, **values))
    # any page may show it in a frame
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("; frame-ancestors 'none'", "")
    return response


def _values(context: RequestContext, view: str, first_day: date, options: EmbedOptions) -> dict[str, object]:
    """Returns what the template shows of *view*, a month or a year from its *first_day*."""
    language = context.viewer.language
    if view == "month":
        title = words.format_month_title(first_day, language)
        month = page_dates.month_values(context, first_day)
        return {"title": title, "months_at": "/embed", "extra_pairs": options.pairs, **month}
    selection = context.index.select(context.viewer.filter, context.viewer.zone)
    if view == "year":
        year_months = build_small_months(selection, first_day.year, context.viewer, context.today, context.now)
        return {"title": words.format_year(first_day.year, language), "months": year_months or []}
    upcoming = agenda.list_upcoming(selection, options.start, options.count)
    running, dated = agenda.split_running(selection, upcoming, options.start, context.today, context.now)
    sections = agenda.group_by_month(dated, not_before=options.start)
    return {"title": views.calendar_name(context.edition.calendar, language), "running": running, "sections": sections}
