"""The addresses to subscribe to what a page shows, one for each calendar application. No HTML but a frame to copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from markupsafe import escape

from ... import feeds, links
from ..assets import EMBED_SCRIPT
from ..context import RequestContext
from .views import calendar_name

_MAX_EVENTS_COUNTED = 3_000
"""Events up to which it is worth counting what a filtered feed leaves out, at each filter that somebody makes up."""
_FRAME_HEIGHT_PIXELS = 760

_MAX_QR_BYTES = 600


@dataclass(frozen=True, slots=True)
class ServiceLink:
    """A button of a web calendar. `parameter` is the one of its address that holds the feed's; a script rewrites it.

    `platform` is where it comes first: "android" or "windows".
    """

    name: str
    platform: str
    parameter: str
    url: str


@dataclass(frozen=True, slots=True)
class SubscribeLinks:
    """The addresses of a feed. Without a base URL only `feed_path` is known; a script in the page completes it.

    `page_url` is the page of these links and `qr_code` its picture. `embed_code` shows the calendar in another page.
    `left_out` says what the feed does not hold, "" when it holds everything.
    """

    feed_path: str
    follow_path: str
    feed_url: str = ""
    webcal: str = ""
    services: tuple[ServiceLink, ...] = ()
    page_url: str = ""
    qr_code: str = ""
    embed_code: str = ""
    left_out: str = ""


def build_subscribe_links(context: RequestContext, options: links.QueryPairs = ()) -> SubscribeLinks:
    """Builds the addresses for the page and filter of the viewer; *options* are further parameters of the feed."""
    viewer, base_url = context.viewer, context.base_url
    page_pairs = [*viewer.filter_pairs, *viewer.language_pairs]
    feed_pairs = [*page_pairs, *options]
    relative_links = SubscribeLinks(
        viewer.address(viewer.base, "/calendar.ics", feed_pairs),
        viewer.filtered_url("/follow"),
        left_out=_left_out_words(context),
    )
    if not base_url:
        return relative_links
    feed_url = viewer.address(base_url, "/calendar.ics", feed_pairs)
    name = calendar_name(context.calendar, viewer.language)
    page_url = viewer.address(base_url, "/follow", feed_pairs)
    return replace(
        relative_links,
        feed_url=feed_url,
        webcal=links.webcal_url(feed_url),
        services=(
            ServiceLink("Google Calendar", "android", "cid", links.google_subscribe_url(feed_url)),
            ServiceLink("Outlook.com", "windows", "url", links.outlook_subscribe_url(feed_url, name)),
            ServiceLink("Microsoft 365", "", "url", links.microsoft_365_subscribe_url(feed_url, name)),
        ),
        page_url=page_url,
        # the page and not the feed: each phone finds there what it can do, where a bare feed is a file to most
        qr_code=_qr_data_uri(page_url),
        embed_code=_embed_code(viewer.address(base_url, "/embed", page_pairs), base_url, name),
    )


def _embed_code(address: str, base_url: str, name: str) -> str:
    """Returns HTML to paste into another page; its script fits the height of the frame to the content."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(name)}" width="100%" height="{_FRAME_HEIGHT_PIXELS}" '
        f'style="border: 0" loading="lazy"></iframe>\n<script src="{escape(links.site_url(base_url, EMBED_SCRIPT))}" async></script>'
    )


def _left_out_words(context: RequestContext) -> str:
    edition, index, viewer = context.edition, context.index, context.viewer
    if viewer.is_filtered and len(edition.versions) > _MAX_EVENTS_COUNTED:
        return ""
    today = edition.calendar.day_at(context.now)

    def describe() -> str:
        return feeds.format_omitted(feeds.count_omitted(edition, today, viewer.filter), viewer.language)

    return index.cached_page(("left out", viewer.filter, viewer.language, today), describe)


@lru_cache(maxsize=256)
def _qr_data_uri(address: str) -> str:
    """Returns *address* as a QR code, an SVG in a `data:` address: dark on white whatever the page's colours.

    "" for one of more than _MAX_QR_BYTES, which no camera reads, and over some 2,300 no code holds.
    """
    if len(address.encode()) > _MAX_QR_BYTES:
        return ""
    import segno  # late: a page without an address has no use for it

    code = segno.make(address, error="m", micro=False)
    return str(code.svg_data_uri(light="#fff", border=4, omitsize=True, encode_minimal=True))
