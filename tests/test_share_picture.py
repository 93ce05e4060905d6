"""The picture that a link to an event is shared with."""

from __future__ import annotations

import re
from io import BytesIO

import pytest

from eventcal.feeds import collect_removed
from eventcal.settings import Settings
from eventcal.web.app import create_app
from eventcal.web.pages import share_picture
from eventcal.web.pages.share_picture import PictureText
from eventcal.web.snapshots import Snapshot
from tests.sample import NOW, SEED, edition, event, snapshot

Image = pytest.importorskip("PIL.Image", reason="pip install Pillow")

LATIN = PictureText("Summit", "Thursday, 16 September 2021", "Dushanbe", "SCO watch")

needs_font = pytest.mark.skipif(not share_picture.is_available(LATIN), reason="no font that this looks for")


@needs_font
def test_an_event_page_names_a_picture_and_the_server_draws_it() -> None:
    client = create_app(
        lambda: snapshot(*SEED), Settings(base_url="https://example.org/cal"), clock=lambda: NOW
    ).test_client()
    html = client.get("/events/summit-2021").get_data(as_text=True)
    [url] = re.findall(r'property="og:image" content="([^"]+)"', html)
    assert url == "https://example.org/cal/events/summit-2021/share.png?lang=en"

    answer = client.get("/events/summit-2021/share.png?lang=en")
    assert (answer.mimetype, Image.open(BytesIO(answer.data)).size) == ("image/png", (1200, 630))
    assert (
        client.get("/events/summit-2021/share.png", headers={"If-None-Match": answer.headers["ETag"]}).status_code
        == 304
    )
    assert client.get("/events/nothing/share.png").status_code == 404


def test_the_page_of_a_removed_event_names_no_picture() -> None:
    [*_, gone] = edition(*SEED).versions
    present = edition(*SEED[:-1])
    removed = collect_removed(present, [(gone, NOW)])
    client = create_app(
        lambda: Snapshot.of(present, removed=removed), Settings(base_url="https://example.org"), clock=lambda: NOW
    ).test_client()

    page = client.get(f"/events/{gone.event.id}")

    assert (page.status_code, "share.png" in page.get_data(as_text=True)) == (200, False)


@needs_font
def test_a_title_of_any_length_stays_within_the_picture() -> None:
    picture = share_picture.find_picture(PictureText("Word " * 80, "x" * 400, "Place", "Calendar"))
    assert picture is not None and len(picture) < 100_000


def test_without_a_base_url_there_is_no_address_to_share() -> None:
    client = create_app(lambda: snapshot(*SEED), Settings(), clock=lambda: NOW).test_client()
    assert "og:image" not in client.get("/events/summit-2021").get_data(as_text=True)


def test_letters_that_no_font_has_give_no_picture() -> None:
    client = create_app(
        lambda: snapshot(event("x", "\U000f1234", "2021-10-01")),
        Settings(base_url="https://example.org"),
        clock=lambda: NOW,
    ).test_client()
    assert "og:image" not in client.get("/events/x").get_data(as_text=True)
    assert client.get("/events/x/share.png").status_code == 404


@needs_font
def test_one_picture_is_drawn_at_a_time_and_those_that_are_ready_are_served_meanwhile() -> None:
    client = create_app(
        lambda: snapshot(event("a", "Ready", "2021-10-01"), event("b", "New here", "2021-10-01")),
        Settings(base_url="https://example.org"),
        clock=lambda: NOW,
    ).test_client()
    assert client.get("/events/a/share.png").status_code == 200
    with share_picture._drawing:
        refused = client.get("/events/b/share.png")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert client.get("/events/a/share.png").status_code == 200
    assert client.get("/events/b/share.png").status_code == 200
