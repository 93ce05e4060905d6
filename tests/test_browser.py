from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from werkzeug.serving import BaseWSGIServer, make_server

from eventcal import words
from eventcal.errors import Problem
from eventcal.events import Occurrence, Place, TagColor, Text
from eventcal.history import ChangeKind, EventState
from eventcal.ledger_rows import CircuitBreaker
from eventcal.messages import MessageContext
from eventcal.messages.body import to_html
from eventcal.messages.reminder import reminder_body
from eventcal.settings import Settings
from eventcal.store import edition_store, open_store
from eventcal.store.edition_store import RegistryCheck
from eventcal.store.ledger import health
from eventcal.web import assets
from eventcal.web.app import create_app
from eventcal.web.snapshots import Snapshot
from tests import calendars
from tests.chromium import check_accessible, require_chromium, running_chromium
from tests.sample import CALENDAR, EXERCISE, FOUNDING, NOW, SEED, SUMMIT, event, many_events, moved_change, snapshot

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright axe-playwright-python")
expect = sync_api.expect

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

TOKEN = "correct horse"

# a day that is fuller than a cell, an event over several weeks, and one at an hour
CROWD = [event(f"crowd-{each}", f"Заседание рабочей группы номер {each}", "2021-09-22") for each in range(12)]
RUSSIAN = event(
    "long-title",
    "Двадцать первое внеочередное совещание руководителей министерств и ведомств науки и техники государств-членов",
    "2021-09-10",
)
UNBROKEN = "Donau" + "dampfschifffahrts" * 12
LONG_WORD = event(
    "unbroken",
    UNBROKEN,
    "2021-09-16",
    place=Place(Text.plain(UNBROKEN, "de")),
    tags=("sco", UNBROKEN[:60]),
    notes=Text.plain(f"```\n{'a line of code ' * 9}\n```\n\n| a | b |\n|---|---|\n| {UNBROKEN} | {UNBROKEN} |", "en"),
)
FULL_DAY = [
    event(f"group-{each}", f"Working group number {each} on the harmonisation of forms", "2021-09-15")
    for each in range(10)
]
LONG = event("consultations", "Consultations", "2021-08-25/10-05")
CALL = event("call", "Early call", "2021-09-01 02:00")
CHANGES = (
    moved_change(SUMMIT, "2021-09", "2021-09-16/17", ChangeKind.DAY_KNOWN),
    moved_change(EXERCISE, "2021-08", "2021-09"),
)
NEW_VENUE = moved_change(FOUNDING, "2021-06-15", "2021-06-15", ChangeKind.PLACE)
NEW_VENUE = replace(
    NEW_VENUE,
    old=EventState(FOUNDING.when, FOUNDING.status, "Old hall"),
    new=EventState(FOUNDING.when, FOUNDING.status, "New hall"),
)
CALENDARS = {
    "empty": snapshot(),
    "seed": snapshot(*SEED, changes=CHANGES),
    "full": snapshot(
        *SEED, LONG, CALL, RUSSIAN, *CROWD, event("q3", "Forum", "2021-Q3"), *many_events(200), changes=CHANGES
    ),
    "none": Snapshot(),
    "full day": snapshot(*SEED, RUSSIAN, *FULL_DAY),
    "unbroken": snapshot(LONG_WORD, FOUNDING, changes=(moved_change(LONG_WORD, "2021-09", "2021-09-16"), NEW_VENUE)),
}


@dataclass(frozen=True)
class Site:
    """Real servers, one for each calendar, and one browser."""

    browser: Any  # Playwright's types are not there where it is not installed
    roots: dict[str, str]

    def open(self, calendar: str, path: str, **how: object) -> Any:
        """A page in a context of its own; whatever the browser complains of is in `page.complaints`."""
        context = self.browser.new_context(
            **{"viewport": {"width": 1200, "height": 800}, "timezone_id": "Asia/Dushanbe", **how}
        )
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(self.roots[calendar] + path)
        return page


def served(held: Snapshot, now: datetime = NOW) -> BaseWSGIServer:
    """A real server. Its calendar knows its own address where it is one that shows what needs it."""
    return started(create_app(lambda: held, Settings(), clock=lambda: now))


def started(app: WSGIApplication) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def at_its_address(held: Snapshot, folder: Path) -> BaseWSGIServer:
    """A server that knows where it is served, with a store, an operator and mail."""
    store = open_store(f"sqlite:///{folder}/eventcal.db")
    store.upgrade()
    problems = (Problem("events.yaml", 12, 5, "unknown key 'tittle', did you mean 'title'?"),)
    with store.write() as conn:
        edition_store.write_registry_check(conn, RegistryCheck(NOW, "digest", "problems", problems))
        health.pause(conn, "log")
        health.save_breaker(
            conn,
            CircuitBreaker(
                "smtp://relay", failures=7, open_until=NOW, detail="[Errno 111] Connection refused by the relay"
            ),
        )
    known = Settings(
        base_url="https://events.example.org", operator_token=TOKEN, smtp_url="smtp://x", mail_from="cal@x.org"
    )
    return started(create_app(lambda: held, known, clock=lambda: NOW, store=store))


HOST = """<!doctype html><html lang="en"><title>Somebody's page</title><h1>Our dates</h1>
<iframe src="{root}/embed/2021-09?scheme=dark" title="Dates" width="{width}" height="300" style="border: 0"></iframe>
<script src="{root}/static/embed.js"></script>"""


def framing(root: str, width: str = "100%") -> BaseWSGIServer:
    """Serves someone else's page from another origin, with the calendar in a frame of *width*."""

    def page(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        text = HOST.format(root=root, width=width)
        return [(text.replace("<script src", "<script data-src") if environ["PATH_INFO"] == "/late" else text).encode()]

    return started(page)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    require_chromium()
    servers = {name: served(held) for name, held in CALENDARS.items()}
    # a snapshot keeps its pages, in which the address is: this one's are not those of "seed"
    servers["known"] = at_its_address(snapshot(*SEED, changes=CHANGES), tmp_path_factory.mktemp("store"))
    servers["university"] = served(calendars.university(), calendars.UNIVERSITY_NOW)
    servers["festival"] = served(calendars.festival(), calendars.FESTIVAL_NOW)
    servers["narrow host"] = framing(f"http://127.0.0.1:{servers['full'].server_port}", "700")
    servers["host"] = framing(f"http://127.0.0.1:{servers['full'].server_port}")
    with running_chromium(FLAGS) as browser:
        yield Site(browser, {name: f"http://127.0.0.1:{each.server_port}" for name, each in servers.items()})
    for each in servers.values():
        each.shutdown()
        each.server_close()


@pytest.fixture(autouse=True)
def _leave_nothing_open(site: Site) -> Iterator[None]:
    yield
    for each in site.browser.contexts:
        each.close()


# how far things moved that the reader did not move: 0.1 is what search engines call good
SHIFTED = """new Promise(done => { let sum = 0;
    new PerformanceObserver(list => list.getEntries().forEach(each => { if (!each.hadRecentInput) sum += each.value }))
        .observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => setTimeout(() => done(sum), 0)); })"""

PAGES = [
    ("seed", "/"),
    ("full", "/"),
    ("full", "/month/2021-09"),
    ("full", "/year/2021"),
    ("full", "/past?lang=ru"),
    ("full", "/month/2021-09?lang=ru"),
    ("full", "/month/2021-09?lang=zh"),
    ("full", "/month/2021-09?lang=ar"),
    ("full", "/agenda?from=2021-09-01&lang=ru"),
    ("full", "/?q=заседание&place=TJ"),
    ("full", "/embed/2021-09"),
    ("known", "/?lang=ru&tag=summit"),
    ("known", "/month/2021-09?lang=zh"),
    ("known", "/operations"),
    ("known", "/follow?tag=summit&alarms=1"),
    ("seed", "/follow"),
    ("seed", "/events/summit-2021?lang=ru&tz=Europe/Berlin"),
    ("seed", "/events/sco-day"),
    ("seed", "/changes"),
    ("university", "/"),
    ("university", "/year/2026?lang=ar"),
    ("university", "/embed?view=year&start=2026&size=small&accent=crimson"),
    ("festival", "/"),
    ("festival", "/embed?view=list&start=2027-04&scheme=dark"),
    ("empty", "/"),
    ("empty", "/month/2021-09"),
    ("seed", "/nope"),
    ("none", "/"),
]


@pytest.mark.parametrize(("calendar", "path"), PAGES)
def test_nobody_is_shut_out_and_nothing_is_cut_off(site: Site, calendar: str, path: str) -> None:
    """In light and dark, on a desk and on the smallest phone: axe finds nothing, and nothing hangs over the edge."""
    page = site.open(calendar, path, http_credentials={"username": "me", "password": TOKEN})
    shifted = page.evaluate(SHIFTED)
    assert shifted < 0.01, f"the page jumped by {shifted}"
    for width, scheme in ((1200, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        check_accessible(page, (width, scheme))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    expected = 1 if path == "/nope" or calendar == "none" else 0  # the browser's own word about a 404 or a 503
    assert len(page.complaints) == expected, page.complaints


EVERY = ["/", "/month/2021-09", "/agenda?from=2021-09-01", "/changes", "/embed/2021-09", "/events/summit-2021"]


@pytest.mark.parametrize("language", ["en", "zh", "ar"])
@pytest.mark.parametrize("calendar", ["empty", "seed", "full"])
def test_every_page_is_for_everybody_on_screen_and_on_paper(site: Site, calendar: str, language: str) -> None:
    """With no event, with five and with two hundred, left to right and right to left: axe finds nothing anywhere."""
    for path in EVERY[: 5 if calendar == "empty" else 6]:
        page = site.open(calendar, f"{path}{'&' if '?' in path else '?'}lang={language}")
        for width, scheme, media in ((1200, "dark", "screen"), (390, "light", "screen"), (1200, "light", "print")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme, media=media)
            check_accessible(page, (path, width, scheme, media))
        page.context.close()


def test_what_stands_side_by_side_keeps_its_order_in_a_language_written_from_the_right(site: Site) -> None:
    page = site.open("university", "/?lang=ar")
    rows = page.evaluate("""[...document.querySelectorAll('.line .meta')].map(row => [...row.children]
        .filter(each => each.offsetParent).map(each => [...each.getClientRects()].map(box => [box.top, box.left, box.right])))""")
    assert sum(len(row) > 2 for row in rows) > 5
    for row in rows:
        for boxes, next_boxes in pairwise(row):
            last_line, next_line = max(top for top, _, _ in boxes), min(top for top, _, _ in next_boxes)
            left = min(left for top, left, _ in boxes if top == last_line)
            next_right = max(right for top, _, right in next_boxes if top == next_line)
            assert next_line > last_line + 5 or next_right <= left + 1, row


def test_a_place_is_not_torn_apart_by_its_link_in_a_language_written_from_the_right(site: Site) -> None:
    page = site.open("seed", "/events/summit-2021?lang=ar")
    place, link = (page.locator(f".place {part}").bounding_box() for part in ("bdi", "a"))
    assert link["x"] + link["width"] <= place["x"]


def test_a_place_comes_before_its_country_in_a_language_written_from_the_right(site: Site) -> None:
    page = site.open("seed", "/events/summit-2021?lang=ar")
    city, country = page.locator(
        ".place bdi"
    ).evaluate("""place => { const text = place.firstChild, comma = text.data.indexOf("،");
        return [[0, comma], [comma + 2, text.length]].map(([start, end]) => { const part = document.createRange();
        part.setStart(text, start); part.setEnd(text, end); return part.getBoundingClientRect().toJSON(); }); }""")
    assert country["right"] <= city["left"]


def test_the_format_of_a_feed_follows_its_link_in_a_language_written_from_the_right(site: Site) -> None:
    page = site.open("seed", "/follow?lang=ar")
    link, remark = (page.locator(f".feeds li:first-child {part}").bounding_box() for part in ("a", ".meta"))
    assert remark["x"] + remark["width"] <= link["x"]


def test_a_cancelled_event_strikes_out_its_own_title_alone(site: Site) -> None:
    page = site.open("seed", "/events/sco-day")
    page.locator(".event").evaluate("event => event.classList.add('cancelled')")
    expect(page.locator("h1 .title")).to_have_css("text-decoration-line", "line-through")
    expect(page.locator(".lines .title").first).to_have_css("text-decoration-line", "none")


def test_a_delivery_is_read_without_scrolling_sideways_on_a_phone(site: Site) -> None:
    page = site.open("known", "/operations", http_credentials={"username": "me", "password": TOKEN})
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator("main").evaluate(
        """main => main.insertAdjacentHTML("beforeend", `<div class="wide entries"><table><tbody><tr>
        <td class="nowrap">28 Nov 2026, 13:05</td><td class="what">reminder</td><td>newsroom <bdi>a…@example.net</bdi></td>
        <td>dead</td><td>14</td><td class="said"><bdi>${"Recipient address rejected ".repeat(4)}</bdi></td>
        <td><form><button>Retry</button></form></td></tr></tbody></table></div>`)"""
    )
    assert page.locator(".entries").last.evaluate("table => table.scrollWidth <= table.clientWidth")


def test_words_in_a_table_of_notes_are_whole_on_a_phone(site: Site) -> None:
    page = site.open("seed", "/events/summit-2021")
    page.set_viewport_size({"width": 390, "height": 800})
    page.locator(".notes").evaluate(
        """notes => { notes.innerHTML = `<table><tr>${"<th>Session</th>".repeat(9)}</tr></table>`; }"""
    )
    assert page.locator("th").first.evaluate("cell => cell.getClientRects()[0].height < 40")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_badge_below_the_date_of_an_event_is_not_cut(site: Site, language: str) -> None:
    page = site.open("festival", f"/events/retrospective?lang={language}")
    assert (
        page.locator("header .badge").evaluate("""badge => { const box = badge.getBoundingClientRect();
        return [box.left + .5, box.right - 1].map(x => document.elementFromPoint(x, box.top + box.height / 2) === badge); }""")
        == [
            True,
            True,
        ]
    )


def test_what_was_comes_before_what_is_in_a_language_written_from_the_right(site: Site) -> None:
    page = site.open("unbroken", "/changes?lang=ar")
    change = page.locator(".history li", has_text="New hall")
    old, new = (change.locator(part).bounding_box() for part in ("s", "bdi >> nth=1"))
    assert new["x"] + new["width"] <= old["x"]


def test_a_source_keeps_its_distance_from_its_rule_in_a_language_written_from_the_right(site: Site) -> None:
    page = site.open("seed", "/events/summit-2021?lang=ar")
    expect(page.locator(".source").first).to_have_css("padding-right", "16px")


def test_an_event_of_two_days_is_one_bar_over_two_columns(site: Site) -> None:
    page = site.open("seed", "/month/2021-09")
    bar = page.locator(".bar", has_text="SCO Council of Heads of State").bounding_box()
    first, last = (page.locator(f"#d{each}").bounding_box() for each in (16, 17))
    assert first["x"] <= bar["x"]
    assert last["x"] + last["width"] / 2 < bar["x"] + bar["width"] <= last["x"] + last["width"]
    assert first["y"] < bar["y"] < first["y"] + first["height"]


def test_a_crowded_day_opens_in_place_without_a_script(site: Site) -> None:
    page = site.open("full", "/month/2021-09", java_script_enabled=False)
    folded = page.locator(".more", has_text="more").first
    hidden = folded.locator("a").last
    expect(hidden).to_be_hidden()
    folded.locator("summary").click()
    expect(hidden).to_be_visible()


def test_everything_is_there_without_a_script(site: Site) -> None:
    page = site.open("seed", "/month/2021-09", java_script_enabled=False)
    page.get_by_role("link", name="SCO Council of Heads of State").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("SCO Council of Heads of State")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("link", name="Download (.ics)")).to_have_attribute("href", "/calendar.ics")
    expect(page.locator("noscript")).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()


def test_a_feeds_address_is_completed_where_the_server_was_not_told_it(site: Site) -> None:
    page = site.open("seed", "/?tag=summit")
    root = site.roots["seed"]
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_label("Feed address")).to_have_value(f"{root}/calendar.ics?tag=summit")
    link = page.get_by_role("link", name="Apple Calendar, Thunderbird, other apps")
    expect(link).to_have_attribute("href", root.replace("http:", "webcal:") + "/calendar.ics?tag=summit")


def test_the_address_is_copied(site: Site) -> None:
    page = site.open("seed", "/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == site.roots["seed"] + "/calendar.ics"


def test_the_keyboard_goes_from_day_to_day_and_opens_an_event(site: Site) -> None:
    page = site.open("seed", "/month/2021-09")
    page.locator(".bar").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/summit-2021")
    page.go_back()
    page = site.open("full", "/month/2021-09")
    page.locator(".cell:has(#d16) a").first.focus()
    seen = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.closest('.cell').querySelector('.no').id"))
    days = [int(each.removeprefix("d")) for each in seen]
    assert 16 < days[0] < days[1]
    assert days[2] < days[1]


def test_the_keyboard_goes_past_the_days_that_a_phones_list_leaves_out(site: Site) -> None:
    page = site.open("festival", "/month/2027-04", viewport={"width": 390, "height": 800})
    page.locator("#d5 ~ a").focus()
    page.keyboard.press("ArrowRight")
    assert "Opening night" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowLeft")
    assert "Posters of five decades" in page.evaluate("document.activeElement.textContent")


def test_the_keyboard_alone_stars_an_event_and_turns_the_month(site: Site) -> None:
    page = site.open("festival", "/month/2027-05")
    page.get_by_role("button", name="Star Winning films on tour").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Star Winning films on tour")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="April 2027").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/month/2027-04")
    expect(page.get_by_role("heading", name="April 2027")).to_be_visible()


def test_the_keyboard_alone_goes_from_a_month_to_a_subscription(site: Site) -> None:
    page = site.open("known", "/month/2021-09")
    # the server says another address than the one it is tried at
    root, known = site.roots["known"], "https://events.example.org"
    page.context.route(
        f"{known}/**", lambda route: route.fulfill(response=route.fetch(url=route.request.url.replace(known, root)))
    )

    def tab_to(selector: str, key: str = "Tab") -> None:
        for _ in range(60):
            page.keyboard.press(key)
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is out of the keyboard's reach")

    tab_to(".grid .bar")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/summit-2021")
    tab_to("[popovertarget=subscribe]", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(".subscribe .button")
    chosen = page.evaluate("document.activeElement.href")
    assert chosen == "webcal://events.example.org/calendar.ics"
    page.keyboard.press("Escape")
    expect(page.locator("#subscribe")).to_be_hidden()


def test_a_tick_changes_every_address_in_the_popover(site: Site) -> None:
    page = site.open("known", "/?tag=summit")
    page.get_by_role("button", name="Subscribe").click()
    page.get_by_label("With the calendar’s own alarms").check()
    feed = "://events.example.org/calendar.ics?tag=summit&alarms=1"
    expect(page.get_by_label("Feed address")).to_have_value(f"https{feed}")
    links = page.evaluate("[...document.querySelectorAll('[data-way]')].map(each => [each.dataset.way, each.href])")
    hrefs = dict(links)
    assert hrefs["webcal"] == f"webcal{feed}"
    assert parse_qs(urlsplit(hrefs["cid"]).query)["cid"] == [f"webcal{feed}"]
    assert parse_qs(urlsplit(hrefs["url"]).query)["url"] == [f"https{feed}"]
    assert hrefs["file"].endswith("/calendar.ics?tag=summit&alarms=1")
    page.get_by_label("With the calendar’s own alarms").uncheck()
    expect(page.get_by_label("Feed address")).to_have_value("https://events.example.org/calendar.ics?tag=summit")


def test_a_star_stays_in_the_browser_and_leads_to_a_page_of_the_chosen_events(site: Site) -> None:
    page = site.open("seed", "/")
    expect(page.locator(".mine")).to_be_hidden()
    page.get_by_role("button", name="Star SCO Council of Heads of State").first.click()
    page.get_by_role("link", name="My events").click()
    page.wait_for_url("**/?id=summit-2021")
    expect(page.locator("main")).not_to_contain_text("Peaceful Mission")
    star = page.get_by_role("button", name="Star SCO Council of Heads of State").first
    expect(star).to_have_attribute("aria-pressed", "true")
    star.click()
    expect(page.locator(".mine")).to_be_hidden()


@pytest.mark.parametrize("junk", ['{"a":1}', '"summit-2021"', "7", "null", "[1, null, {}]", "not JSON", '["<b>"]'])
def test_stars_survive_whatever_stands_in_the_browsers_storage(site: Site, junk: str) -> None:
    page = site.open("seed", "/")
    page.evaluate("junk => localStorage.setItem(`eventcal.stars /`, junk)", junk)
    page.reload()
    expect(page.locator(".mine")).to_be_hidden()
    page.get_by_role("button", name="Star SCO Council of Heads of State").first.click()
    expect(page.locator(".mine")).to_have_attribute("href", re.compile(r"/\?id=summit-2021$"))
    assert page.complaints == []


@pytest.mark.parametrize(
    "path",
    [
        "/", "/agenda?from=2021-09-01", "/month/2021-09", "/year/2021", "/past", "/events/unbroken", "/changes",
        "/?q=donau", f"/?q={UNBROKEN}", f"/?place={UNBROKEN}", "/?id=unbroken", "/follow", "/embed/2021-09?view=list",
        "/subscribe?event=unbroken", "/events/never",
    ],
)  # fmt: skip
def test_a_word_without_a_break_makes_no_page_scroll_sideways(site: Site, path: str) -> None:
    page = site.open("unbroken", path, viewport={"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_word_without_a_break_makes_no_mail_scroll_sideways(site: Site) -> None:
    context = MessageContext(CALENDAR, NOW, base_url="https://events.example.org")
    html = to_html(reminder_body(context, Occurrence(LONG_WORD, "", LONG_WORD.when, LONG_WORD.status)))
    page = site.browser.new_page(viewport={"width": 320, "height": 800})
    page.set_content(html)
    expect(page.locator("h1")).to_contain_text(UNBROKEN)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


@pytest.mark.parametrize(
    ("agent", "first"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130", "Google Calendar"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130", "Outlook.com"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604",
            "Apple Calendar, Thunderbird, other apps",
        ),
    ],
)
def test_the_visitors_own_platform_comes_first(site: Site, agent: str, first: str) -> None:
    page = site.open("known", "/", user_agent=agent)
    page.get_by_role("button", name="Subscribe").click()
    expect(page.locator("#subscribe [data-way]").first).to_have_text(first)


def test_the_open_popover_is_for_everybody(site: Site) -> None:
    page = site.open("known", "/?tag=summit")
    page.get_by_role("button", name="Subscribe").click()
    for width, scheme in ((1200, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        check_accessible(page, (width, scheme))


def test_the_first_stop_of_the_keyboard_leads_past_the_menu(site: Site) -> None:
    page = site.open("seed", "/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#main")


def test_an_hour_stands_beside_the_readers_own_where_they_differ(site: Site) -> None:
    away = site.open("full", "/events/call", timezone_id="Europe/Berlin")
    expect(away.locator(".when-line .local")).to_have_text("Tue 23:00 your time")
    there = site.open("full", "/events/call")
    expect(there.locator(".local")).to_have_count(0)
    listed = site.open("full", "/", timezone_id="Europe/Berlin").locator(".line", has_text="Call")
    expect(listed.first.locator(".meta")).to_contain_text(re.compile(r"02:00\s*Tue 23:00 your time"))
    asked = site.open("full", "/events/call?tz=UTC", timezone_id="Europe/Berlin")
    expect(asked.locator(".local")).to_have_count(0)
    expect(asked.locator("main")).to_contain_text("Wednesday, 1 September 2021, 02:00 (Dushanbe, UTC+5)")


def test_a_phone_reads_the_month_as_a_list(site: Site) -> None:
    page = site.open("full", "/month/2021-09", viewport={"width": 390, "height": 844})
    boxes = [page.locator(f"#d{each}").bounding_box() for each in (16, 22)]
    assert boxes[0]["x"] == boxes[1]["x"]
    assert boxes[0]["y"] < boxes[1]["y"]
    expect(page.locator(".bar:visible", has_text="Consultations")).to_have_count(1)
    expect(page.locator("#d14")).to_be_hidden()


BROKEN_WORDS = r"""() => [...document.querySelectorAll(".bar, .bar .title")].flatMap(each => [...each.childNodes])
    .filter(node => node.nodeType === Node.TEXT_NODE).flatMap(text => {
    const range = document.createRange();
    return [...text.data.matchAll(/[\p{L}’]+/gu)].filter(word => {
        range.setStart(text, word.index); range.setEnd(text, word.index + word[0].length);
        return new Set([...range.getClientRects()].map(each => Math.round(each.top))).size > 1;
    }).map(word => word[0]);
})"""


@pytest.mark.parametrize("width", [768, 980, 1280, 1920])
def test_titles_of_a_month_are_not_broken_inside_words(site: Site, width: int) -> None:
    page = site.open("university", "/month/2026-12", viewport={"width": width, "height": 860})
    assert page.evaluate(BROKEN_WORDS) == []


# links within a sentence are left out, as WCAG 2.5.8 does
SMALL_TARGETS = """() => [...document.querySelectorAll(
        ".top a, .top button, main a, main button, main summary, main input, main select, .foot .languages a, .foot .imprint a")]
    .filter(each => each.checkVisibility() && each.offsetHeight > 2)
    .map(each => [each.textContent.trim().slice(0, 30), each.getBoundingClientRect()])
    .filter(([, box]) => box.height < 24 || box.width < 24).map(([text, box]) => `${text} ${box.width}x${box.height}`)"""


@pytest.mark.parametrize("width", [320, 768, 1920])
@pytest.mark.parametrize(
    ("calendar", "month"), [("seed", "2021-09"), ("university", "2026-12"), ("festival", "2027-04")]
)
def test_what_can_be_pressed_is_large_enough_and_no_page_scrolls_sideways(
    site: Site, calendar: str, month: str, width: int
) -> None:
    page = site.open(calendar, "/", viewport={"width": width, "height": 800})
    for path in (
        "/",
        f"/month/{month}",
        f"/year/{month[:4]}",
        "/agenda",
        "/past",
        "/changes",
        "/?q=a",
        f"/embed/{month}",
    ):
        page.goto(site.roots[calendar] + path)
        assert page.evaluate(SMALL_TARGETS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_lanes_are_even_and_past_days_and_today_look_so(site: Site) -> None:
    page = site.open("university", "/month/2026-11")
    heights = page.evaluate("[...document.querySelectorAll('.cell > .bar')].map(each => Math.round(each.offsetHeight))")
    assert len(set(heights)) == 1
    grounds = page.evaluate(
        "['.past:not(.out) .bar.over', '.cell:not(.past) .bar:not(.over)', '.today > .no', '.cell:not(.today):not(.out) > .no']"
        ".map(each => getComputedStyle(document.querySelector(each)).backgroundColor)"
    )
    assert len(set(grounds)) == 4
    wide = site.open("university", "/month/2026-11", viewport={"width": 1920, "height": 860})
    assert wide.locator(".grid").bounding_box()["width"] > 1_300


def test_a_narrow_frame_shows_the_list_whatever_the_window_is(site: Site) -> None:
    page = site.open("narrow host", "/")
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="September 2021", exact=True).wait_for()
    boxes = [frame.locator(f"#d{day}").bounding_box() for day in (16, 22)]
    assert boxes[0]["x"] == boxes[1]["x"]
    expect(frame.locator(".more a").last).to_be_visible()
    page.wait_for_function("document.querySelector('iframe').clientHeight > 600")


def test_paper_shows_full_titles_and_no_buttons(site: Site) -> None:
    page = site.open("full", "/month/2021-09")
    page.emulate_media(media="print")
    expect(page.locator(".subscribe")).to_be_hidden()
    cut = page.evaluate(
        "[...document.querySelectorAll('.bar')].filter(each => each.scrollHeight > each.clientHeight + 1).length"
    )
    assert cut == 0


@pytest.mark.parametrize("path", ["/", "/events/director-talk"])
def test_paper_says_nothing_of_the_reader_or_of_today(site: Site, path: str) -> None:
    page = site.open("festival", path)
    page.get_by_text("21:00 your time").wait_for()
    page.emulate_media(media="print")
    assert page.locator(".local, .far, .distance").all()
    for part in page.locator(".local, .far, .distance").all():
        expect(part).to_be_hidden()


def test_paper_gives_the_dates_of_what_is_on_instead_of_how_long_it_still_is(site: Site) -> None:
    page = site.open("festival", "/agenda")
    page.emulate_media(media="print")
    running = page.locator("#now + ul .line").first
    expect(running.locator(".when")).to_be_hidden()
    dates = running.locator(".vh")
    expect(dates).to_have_text(", Monday 5 April – Sunday 18 April 2027")
    expect(dates).to_have_css("position", "static")


def test_a_title_comes_before_its_date_on_paper_in_a_language_written_from_the_right(site: Site) -> None:
    page = site.open("festival", "/agenda?lang=ar")
    page.emulate_media(media="print")
    title, dates = (page.locator(f"#now + ul .line {part}").first.bounding_box() for part in (".title", "a > .vh"))
    assert title["x"] >= dates["x"]
    assert title["x"] + title["width"] >= dates["x"] + dates["width"] - 1


def test_the_way_to_the_calendar_covers_no_weekday_on_paper(site: Site) -> None:
    page = site.open("known", "/month/2021-09")
    page.emulate_media(media="print")
    way, weekdays = page.locator(".subscribe").bounding_box(), page.locator(".week.head").bounding_box()
    assert way["y"] + way["height"] <= weekdays["y"]


def test_a_long_title_is_beside_the_way_to_the_calendar_on_paper(site: Site) -> None:
    page = site.open("known", "/events/summit-2021")
    page.emulate_media(media="print")
    page.locator("h1 .title").evaluate("title => { title.textContent = 'Meeting of ministers '.repeat(12); }")
    way, title = page.locator(".qr img").bounding_box(), page.locator("h1 .title").bounding_box()
    assert title["x"] + title["width"] <= way["x"]
    address = page.locator(".paper").bounding_box()
    assert address["y"] + address["height"] <= title["y"]


def test_a_place_is_whole_in_a_strip_on_paper(site: Site) -> None:
    page = site.open("seed", "/month/2021-09")
    page.emulate_media(media="print")
    expect(page.locator(".strip .meta").first).to_have_css("clip-path", "none")


def test_days_with_events_are_bold_on_the_paper_of_a_past_year(site: Site) -> None:
    page = site.open("seed", "/year/2021")
    day = page.locator(".small .past > a").first
    expect(day).to_have_css("font-weight", "400")
    page.emulate_media(media="print")
    expect(day).to_have_css("font-weight", "600")


def test_nothing_of_a_fourth_line_shows_below_a_title_of_three(site: Site) -> None:
    page = site.open("full", "/month/2021-09")
    bar = page.locator(".stack > .bar", has_text="Двадцать первое").first
    height, lines = bar.evaluate(
        """bar => { const style = getComputedStyle(bar);
        return [bar.clientHeight - parseFloat(style.paddingTop), 3 * parseFloat(style.lineHeight)]; }"""
    )
    assert bar.evaluate("bar => bar.scrollHeight > bar.clientHeight")
    assert height <= lines + 0.5


def test_the_page_and_the_day_that_are_shown_stand_out_in_a_readers_own_colours(site: Site) -> None:
    page = site.open("seed", "/month/2021-08?tag=sco", forced_colors="active")
    colors = page.locator(".top nav a:visible").evaluate_all(
        "links => links.map(link => [link.ariaCurrent, getComputedStyle(link).borderBottomColor])"
    )
    (current,) = {color for mark, color in colors if mark}
    (other,) = {color for mark, color in colors if not mark}
    assert current != other
    for part in (".today > .no b", ".tag.on"):
        expect(page.locator(part).first).to_have_css("outline-style", "solid")


@pytest.mark.parametrize(
    ("calendar", "path"),
    [
        ("full", "/month/2021-09"),
        ("full", "/month/2021-09?lang=ru"),
        ("full", "/month/2022-02?lang=zh"),
        ("full day", "/month/2021-09"),
        ("full", "/year/2021"),
    ],
)
def test_a_month_and_a_year_are_one_sheet_of_paper_each(site: Site, calendar: str, path: str) -> None:
    page = site.open(calendar, path)
    octets = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", octets)) == 1


def test_what_is_folded_on_a_screen_is_open_on_paper(site: Site) -> None:
    page = site.open("full", "/month/2021-09")
    folded = page.locator(".more a").last
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    assert folded.bounding_box()["height"] > 0
    assert folded.evaluate("each => each.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true})")


def test_a_frame_is_as_high_as_what_is_in_it(site: Site) -> None:
    page = site.open("host", "/")
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="September 2021", exact=True).wait_for()
    inside = frame.locator("html")
    page.wait_for_function("document.querySelector('iframe').clientHeight > 600")
    (content,) = page.main_frame.child_frames
    content.wait_for_function("document.documentElement.scrollHeight === document.documentElement.clientHeight")
    before = page.locator("iframe").bounding_box()["height"]
    frame.locator("summary").first.click()
    page.wait_for_function("before => document.querySelector('iframe').clientHeight > before", arg=before)
    assert inside.evaluate("each => getComputedStyle(each).colorScheme") == "dark"
    frame.get_by_role("link", name="October 2021", exact=True).click()
    frame.get_by_role("heading", name="October 2021", exact=True).wait_for()
    with page.context.expect_page() as opened:
        frame.locator(".bar").first.click()
    expect(opened.value).to_have_url(re.compile("/events/"))
    assert not page.complaints


def test_a_frame_is_as_high_as_what_is_in_it_whichever_script_is_there_first(site: Site) -> None:
    page = site.open("host", "/late")
    page.frame_locator("iframe").get_by_role("heading", name="September 2021", exact=True).wait_for()
    page.wait_for_load_state("load")  # the frame has said its height, and nobody listened
    assert page.locator("iframe").bounding_box()["height"] == 300
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), document.querySelector('script').dataset))"
    )
    page.wait_for_function("document.querySelector('iframe').clientHeight > 600")


def test_a_phone_is_spared_the_empty_months_of_a_year(site: Site) -> None:
    wide = site.open("festival", "/year/2027")
    expect(wide.locator("caption:visible")).to_have_count(12)
    phone = site.open("festival", "/year/2027", viewport={"width": 390, "height": 844})
    months = ["April 2027", "May 2027", "July 2027", "August 2027", "September 2027"]
    expect(phone.locator("caption:visible")).to_have_text(months)


def test_a_phone_is_spared_the_small_month_and_shown_the_list(site: Site) -> None:
    wide = site.open("full", "/")
    expect(wide.locator("table.small")).to_be_visible()
    assert wide.locator(".list .line").first.bounding_box()["y"] < 400
    phone = site.open("full", "/", viewport={"width": 390, "height": 844})
    expect(phone.locator("table.small")).to_be_hidden()
    expect(phone.get_by_role("heading", name="This week")).to_be_visible()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_menu_is_one_row_on_the_narrowest_phone(site: Site, language: str) -> None:
    page = site.open("festival", f"/?lang={language}", viewport={"width": 320, "height": 720})
    assert (
        page.evaluate("new Set([...document.querySelectorAll('.top nav a:not([hidden])')].map(a => a.offsetTop)).size")
        == 1
    )


def test_no_line_ends_or_begins_with_its_separator(site: Site) -> None:
    page = site.open("festival", "/", viewport={"width": 320, "height": 720})
    # a part's separator is in its own padding: at the start of a line that is left of the line, where nothing is drawn
    starts = page.evaluate("""[...document.querySelectorAll('.line > .meta')].map(meta => {
        const title = meta.parentElement.querySelector('a').getBoundingClientRect().left;
        const first = meta.firstElementChild, inner = first.getBoundingClientRect().left + parseFloat(getComputedStyle(first).paddingLeft);
        return Math.round(inner - title);
    })""")
    assert set(starts) == {0}


def test_all_hours_are_shown_in_the_readers_zone_when_they_ask(site: Site) -> None:
    page = site.open("full", "/events/call", timezone_id="Europe/Berlin")
    page.get_by_role("link", name="Show times in my time zone").click()
    page.wait_for_url("**/events/call?tz=Europe%2FBerlin")
    expect(page.locator("main")).to_contain_text("31 August 2021, 23:00 (Berlin, UTC+2)")
    page.get_by_role("link", name="Show local times").click()
    page.wait_for_url(lambda url: "tz=" not in url)


def test_a_calendars_own_colour_can_be_read_whatever_it_is(site: Site) -> None:
    """As text on the page and under white or dark letters, in light and dark: 4.5:1, as WCAG 1.4.3 has it."""
    page = site.open("seed", "/")
    for scheme, letters in (("light", "#fff"), ("dark", "#10202e")):
        page.emulate_media(color_scheme=scheme)
        for color in ("yellow", "white", "black", "lime", "red", "navy", "aqua", "hotpink", "steelblue"):
            contrast = page.evaluate(CONTRAST, [assets.color_stylesheet(color), letters])
            assert min(contrast) >= 4.5, (scheme, color, contrast)


def test_the_operators_page_reads_itself_again_every_minute_and_says_when_it_cannot(site: Site) -> None:
    page = site.open("known", "/operations?done=pause", http_credentials={"username": "me", "password": TOKEN})
    page.clock.install()
    page.reload()
    requests: list[str] = []
    is_read = re.compile(r"/operations(\?|$)")  # not the icon or a style, which may come late
    page.on("request", lambda request: is_read.search(request.url) and requests.append(urlsplit(request.url).query))
    with page.expect_response(is_read):
        page.clock.run_for(60_000)
    assert requests == [""]  # what was done is not said again
    page.locator("[role=status]").wait_for(state="detached")

    page.get_by_label("Refresh every minute").uncheck()
    page.clock.run_for(180_000)
    assert requests == [""]

    page.get_by_label("Refresh every minute").check()
    page.route("**/operations*", lambda route: route.abort())
    page.clock.run_for(60_000)
    page.get_by_text("The server does not answer. This is how it was at 12:00.").wait_for()
    expect(page).to_have_title(re.compile("^⚠ "))


def test_the_colours_of_tags_can_be_seen_and_read_in_light_dark_and_on_paper(site: Site) -> None:
    """A dot beside the page's ground 3:1 (WCAG 1.4.11), words on a bar's ground 4.5:1 (1.4.3)."""
    page = site.open("seed", "/")
    for scheme, media in (("light", "screen"), ("dark", "screen"), ("dark", "print")):
        page.emulate_media(color_scheme=scheme, media=media)
        for color in (*TagColor, "none"):
            dot, dot_on_chip, words, hours = page.evaluate(TAG_CONTRAST, f"hue-{color}")
            assert min(dot, dot_on_chip) >= 3, (scheme, media, color, dot, dot_on_chip)
            assert min(words, hours) >= 4.5, (scheme, media, color, words, hours)


LIGHTNESS = """
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
    const light = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(each => each / 255)
            .map(each => each <= .04045 ? each / 12.92 : ((each + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b; };
    const ratio = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + .05) / (b + .05); };"""
TAG_CONTRAST = f"""name => {{{LIGHTNESS}
    const bar = document.createElement("a"), hours = document.createElement("time"), dot = document.createElement("i");
    bar.className = `bar ${{name}}`; dot.className = "dot"; bar.append(hours, dot); document.querySelector("main").append(bar);
    const of = (node, what) => getComputedStyle(node)[what], ground = of(bar, "backgroundColor");
    const ratios = [ratio(of(dot, "backgroundColor"), of(document.body, "backgroundColor")),
        ratio(of(dot, "backgroundColor"), of(document.querySelector(".tag"), "backgroundColor")),
        ratio(of(bar, "color"), ground), ratio(of(hours, "color"), ground)];
    bar.remove();
    return ratios;
}}"""
CONTRAST = f"""([style, letters]) => {{{LIGHTNESS}
    const sheet = new CSSStyleSheet(); sheet.replaceSync(style); document.adoptedStyleSheets = [sheet];
    const accent = getComputedStyle(document.querySelector("a.button")).backgroundColor;
    return [ratio(accent, getComputedStyle(document.body).backgroundColor), ratio(accent, letters),
            ratio(accent, getComputedStyle(document.querySelector(".subscribe")).backgroundColor)];
}}"""
