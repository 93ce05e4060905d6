"""What a page offers to subscribe to: the feed of what it shows, by every way there is. No HTML but a frame to copy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import escape

from .. import feeds, links, words
from . import qr
from .assets import EMBED_SCRIPT
from .reader import Reader
from .snapshots import Snapshot
from .views import calendar_name

_COUNTED_UP_TO = 3_000
"""Events up to which it is worth counting what a filtered feed leaves out, at each filter that somebody makes up."""
_FRAME_HEIGHT = 760


@dataclass(frozen=True, slots=True)
class Offer:
    """The addresses of a feed. Without a base address only *path* is known; a script in the page knows the rest.

    *page* leads here, opened at the offer; *picture* is that address for a camera. *frame* shows the page elsewhere.
    *left_out* says what the feed does not hold, "" when it holds everything.
    """

    path: str
    address: str = ""
    webcal: str = ""
    google: str = ""
    outlook: str = ""
    page: str = ""
    picture: str = ""
    frame: str = ""
    left_out: str = ""


def offer(snapshot: Snapshot, reader: Reader, base_url: str, now: datetime) -> Offer:
    """What *reader* is offered on the page that they see."""
    assert snapshot.edition is not None
    pairs = [*reader.filter_pairs, *(each for each in reader.chosen if each[0] == "lang")]
    found = Offer(reader.address(reader.base, "/calendar.ics", pairs), left_out=_left_out(snapshot, reader, now))
    if not base_url:
        return found
    address = reader.address(base_url, "/calendar.ics", pairs)
    name = calendar_name(snapshot.edition.calendar, reader.language)
    page = reader.address(base_url, "/", pairs) + "#subscribe"
    return replace(
        found,
        address=address,
        webcal=links.webcal(address),
        google=links.google_subscription(address),
        outlook=links.outlook_subscription(address, name),
        page=page,
        # the page and not the feed: each phone finds there what it can do, where a bare feed is a file to most
        picture=qr.picture(page),
        frame="" if reader.files else _frame(links.at(base_url, "/embed", pairs), base_url, name),
    )


def _frame(address: str, base_url: str, name: str) -> str:
    """What to paste into another page; the script gives the frame the height of what is in it."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(name)}" width="100%" height="{_FRAME_HEIGHT}" '
        f'style="border: 0" loading="lazy"></iframe>\n<script src="{escape(links.at(base_url, EMBED_SCRIPT))}" async></script>'
    )


def _left_out(snapshot: Snapshot, reader: Reader, now: datetime) -> str:
    edition, index = snapshot.edition, snapshot.index
    assert edition is not None
    if reader.filtered and len(edition.versions) > _COUNTED_UP_TO:
        return ""
    today = now.astimezone(ZoneInfo(edition.calendar.timezone)).date()

    def count() -> str:
        left = feeds.left_out(edition, today, reader.filter)
        _ = words.gettext(reader.language).gettext
        reasons = [
            (left.undated, _("no date known: {count}")),
            (left.vague, _("date too uncertain to show: {count}")),
            (left.over, _("long over: {count}")),
            (left.ahead, _("far ahead: {count}")),
        ]
        said = "; ".join(text.format(count=number) for number, text in reasons if number)
        return _("Left out: {reasons}.").format(reasons=said) if said else ""

    return index.page(("left out", reader.filter, reader.language, today), count)
