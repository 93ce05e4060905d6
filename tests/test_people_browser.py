"""A visitor's whole way in Chromium, against a real relay and a real `eventcal serve`; and each page and mail as it looks."""

from __future__ import annotations

import email
import re
import threading
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from eventcal.messages import MessageContext, alarm_message, fill_placeholders
from eventcal.messages.body import Body, to_html
from eventcal.web.rate_limit import limiter

from .chromium import SCREENSHOT_FOLDER, check_accessible
from .serve_process import WAIT_SECONDS, ServeProcess, free_port, wait_until
from .smtp_ports import AnyPort
from .subscriber_world import BASE_URL, SubscriberWorld, link_path
from .test_serve import append, sent_to, soon
from .world import utc

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright axe-playwright-python")
expect = sync_api.expect

pytestmark = pytest.mark.browser


# the whole way


@dataclass
class Relay:
    """A real SMTP server that keeps what it is handed."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [each for each in self.mails if each["To"] == address]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.process
def test_a_visitor_signs_up_says_yes_is_reminded_and_leaves_by_one_click(browser: Any, tmp_path: Path) -> None:
    relay = Relay()
    controller = AnyPort(relay, hostname="127.0.0.1", port=0)
    controller.start()
    port = free_port()
    coming = datetime.now(UTC) + timedelta(days=30)
    registry = tmp_path / "events.yaml"
    registry.write_text(
        "version: 1\ncalendar: {id: test, name: Test, timezone: UTC}\nevents:\n"
        f"  - {{id: fair, title: Fair, when: {coming:%Y-%m-%d %H:%M}, reminders: [1 week before, 1 hour before]}}\n",
        encoding="utf-8",
    )
    server = ServeProcess(
        tmp_path,
        port,
        environment={
            "EVENTCAL_BASE_URL": f"http://127.0.0.1:{port}",
            "EVENTCAL_SMTP_URL": f"smtp://127.0.0.1:{controller.port}?starttls=never",
            "EVENTCAL_MAIL_FROM": "Test calendar <calendar@example.org>",
        },
    )
    address = "anna@example.org"
    try:
        server.start().wait_ready()
        page = browser.new_page(timezone_id="Asia/Calcutta")
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_role("button", name="Subscribe").click()
        page.get_by_role("link", name="Or get email reminders").click()
        page.get_by_label("Email address").fill(address)
        expect(page.get_by_label("Time zone")).to_have_value("Asia/Calcutta")
        page.get_by_role("button", name="Sign up").click()
        page.get_by_role("heading", name="Check your inbox").wait_for()

        wait_until(lambda: relay.to(address), "the question arrives")
        found = re.search(r"http://\S+/confirm/\S+", text_of(relay.to(address)[0]))
        assert found
        page.goto(found[0])
        page.get_by_role("button", name="Confirm").click()
        page.get_by_role("heading", name="You’re signed up").wait_for()
        expect(page.locator(".mails li")).to_have_count(2)

        entry, due = soon("briefing", 5)
        append(tmp_path, entry)
        wait_until(lambda: len(relay.to(address)) == 2, "the reminder arrives")
        assert datetime.now(UTC) >= due
        reminder = relay.to(address)[1]
        assert "Briefing" in reminder["Subject"]
        assert "(Kolkata, UTC+5:30)" in text_of(reminder)
        assert any(part.get_content_type() == "text/calendar" for part in reminder.walk())

        one_click = urllib.request.Request(
            reminder["List-Unsubscribe"].strip("<>"), b"List-Unsubscribe=One-Click", method="POST"
        )
        with urllib.request.urlopen(one_click, timeout=WAIT_SECONDS) as answer:
            assert answer.status == 200
        append(tmp_path, soon("review", 5)[0])
        wait_until(
            lambda: any(sent.event_id == "review" for sent in sent_to(tmp_path, "log")), "the next one is printed"
        )
        assert server.stop() == 0
        assert len(relay.to(address)) == 2
        assert address not in server.output
    finally:
        controller.stop()
        if server.process is not None and server.process.poll() is None:
            server.kill()


# each page and mail


EVENTS = """
- id: summit
  title: {en: SCO Council of Heads of State, ru: Заседание Совета глав государств – членов ШОС, zh: 上海合作组织成员国元首理事会会议}
  when: 2021-09-16/17
  place: {name: {en: Dushanbe, ru: Душанбе, zh: 杜尚别}, country: TJ}
  tags: [summit]
  source: {title: News report, published: 2021-06-24, quote: "scheduled for September 16-17, 2021 in Dushanbe", grade: reported}
  reminders: [1 week before at 09:00, the day before at 18:00, on change]
- {id: call, title: Press call, when: 2021-09-10 10:00, tags: [press], reminders: [2 hours before]}
- {id: exercise, title: Exercise Peaceful Mission, when: 2021-10, place: {name: Donguz, country: RU}, tags: [exercise], reminders: [1 week before at 09:00, on day known]}
"""


@dataclass
class Site:
    world: SubscriberWorld
    root: str
    browser: Any

    def open(self, path: str, **how: Any) -> Any:
        page = self.browser.new_page(
            **{"viewport": {"width": 1100, "height": 900}, "timezone_id": "Asia/Dushanbe", **how}
        )
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(self.root + path)
        return page

    def shoot(self, page: Any, name: str) -> bytes:
        return bytes(
            page.screenshot(
                full_page=True, **({"path": f"{SCREENSHOT_FOLDER}/{name}.png"} if SCREENSHOT_FOLDER else {})
            )
        )


@pytest.fixture
def site(browser: Any, tmp_path: Path) -> Iterator[Site]:
    world = SubscriberWorld(tmp_path, utc(2021, 9, 1, 6))
    world.publish(EVENTS, world.now)
    limiter.reset()
    server = make_server("127.0.0.1", 0, world.app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Site(world, f"http://127.0.0.1:{server.server_port}", browser)
    for each in browser.contexts:
        each.close()
    server.shutdown()
    server.server_close()


def test_nobody_is_shut_out_of_any_page(site: Site) -> None:
    """In light and dark, on a desk and on the smallest phone: axe finds nothing, and nothing hangs over the edge."""
    world = site.world
    world.request_signup(query="?tag=summit")
    world.tick(world.now)
    question = world.mail.received[-1]
    confirm, leave = link_path(question, "confirm"), link_path(question, "unsubscribe")
    pages = {
        "form": "/subscribe",
        "form-of-an-event": "/subscribe?event=summit&lang=ru",
        "check": "/subscribe/check",
        "confirm": confirm,
        "often-cut": confirm[:-4],
    }
    for name, path in pages.items():
        check_page(site, name, path)
    world.confirm(question)
    check_page(site, "confirmed", confirm)
    world.sign_up(query="?event=call")
    world.advance_to(utc(2021, 9, 9, 5))
    own = link_path(world.notifications[-1], "preferences")
    check_page(site, "preferences", own)
    check_page(site, "preferences-zh", f"{own}?lang=zh")
    check_page(site, "unsubscribe", leave)
    check_page(site, "saved", f"{own}?done=saved")
    world.unsubscribe(question)
    check_page(site, "ended", own)
    check_page(site, "left", leave)


def check_page(site: Site, name: str, path: str) -> None:
    page = site.open(path)
    for width, scheme in ((1100, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        check_accessible(page, (name, width, scheme))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        site.shoot(page, f"{name}-{scheme}")
    said = [each for each in page.complaints if "404" not in each and "410" not in each]
    assert said == []
    page.context.close()


def test_the_form_works_without_a_script_and_keeps_what_was_typed(site: Site) -> None:
    page = site.open("/subscribe?tag=summit", java_script_enabled=False)
    page.get_by_label("Email address").fill("anna at example.org")
    page.get_by_label("Let me choose").check()
    expect(page.get_by_label("1 hour before")).to_be_visible()
    page.get_by_label("1 hour before").check()
    page.get_by_label("daily digest").check()
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("Enter one email address")).to_be_visible()
    expect(page.get_by_label("Email address")).to_have_value("anna at example.org")
    expect(page.get_by_label("1 hour before")).to_be_checked()
    site.shoot(page, "form-wrong")
    page.get_by_label("Email address").fill("anna@example.org")
    page.get_by_role("button", name="Sign up").click()
    page.get_by_role("heading", name="Check your inbox").wait_for()
    (found,) = site.world.subscribers()
    assert (found.preferences.filter, found.preferences.zone, found.preferences.digest) == (
        "tag=summit",
        "Europe/Berlin",
        "daily",
    )
    assert "1 hour before" in found.preferences.leads


def test_what_is_not_chosen_from_is_folded_away(site: Site) -> None:
    page = site.open("/subscribe")
    expect(page.get_by_label("1 hour before")).to_be_hidden()
    page.get_by_label("Let me choose").check()
    expect(page.get_by_label("1 hour before")).to_be_visible()
    for frequency, shown in (("", []), ("daily", ["at"]), ("weekly", ["at", "day"])):
        page.locator(f'[name=digest][value="{frequency}"]').check()
        entries = {"at": page.get_by_label("Digest at"), "day": page.get_by_label("Weekly digest on")}
        for name, entry in entries.items():
            expect(entry).to_be_visible(visible=name in shown)


def test_the_keyboard_alone_signs_up(site: Site) -> None:
    page = site.open("/subscribe")
    page.get_by_label("Email address").focus()
    page.keyboard.type("anna@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # from the calendar's suggestion to one's own choice
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # two weeks before
    page.get_by_label("Email address").press("Enter")
    page.get_by_role("heading", name="Check your inbox").wait_for()
    (found,) = site.world.subscribers()
    assert "2 weeks before at 09:00" in found.preferences.leads


def test_words_in_a_table_of_a_mail_are_whole(browser: Any) -> None:
    notes = "| Time | Topic |\n|---|---|\n| 10:30 | Plenary session of the heads of all delegations, in public |"
    page = browser.new_page(viewport={"width": 390, "height": 700})
    page.set_content(to_html(Body("en", "Summit", notes=notes)))
    heights = page.locator("td, th").evaluate_all(
        "cells => cells.map(cell => { const part = document.createRange(); part.selectNodeContents(cell);"
        " return [cell.textContent, part.getClientRects().length]; })"
    )
    assert {text: lines for text, lines in heights if len(text) < 6} == {"Time": 1, "Topic": 1, "10:30": 1}
    page.close()


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_each_mail_is_read_on_a_phone_in_the_light_in_the_dark_and_without_its_style(site: Site, language: str) -> None:
    world = site.world
    world.sign_up(language=language, zone="Europe/Berlin")
    world.request_signup(language=language, zone="Europe/Berlin")
    world.advance_to(utc(2021, 9, 10, 4))
    world.publish(EVENTS.replace("2021-09-16/17", "2021-09-18/19"), world.now)
    world.advance_to(utc(2021, 9, 24, 8))
    world.sign_up("digest@example.org", language=language, digest="weekly")
    world.publish(EVENTS.replace("2021-09-16/17", "2021-10-23/24").replace("2021-10,", "2021-10-14,"), world.now)
    world.advance_to(utc(2021, 9, 27, 4))
    mails = {each.kind: each for each in reversed(world.notifications)}
    mails |= {"reminder-of-a-month": next(each for each in world.notifications if "Donguz" in each.subject)}
    questions = [each for each in world.mail.received if each.kind == "confirmation"]
    mails |= {"confirmation": questions[0], "already": questions[1]}
    context = MessageContext(world.edition().calendar, world.now, language, base_url=BASE_URL)
    mails["alarm"] = alarm_message(context, "dead desk 550 5.1.1", f"1: RCPT: 550 {'x' * 80}", world.now, False)
    assert {"reminder", "change", "digest"} <= set(mails)
    for name, mail in mails.items():
        page = site.browser.new_page(viewport={"width": 390, "height": 700}, java_script_enabled=True)
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.set_content(fill_placeholders(mail).html)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
            check_accessible(page, (name, scheme), ignored_rules=("landmark-one-main", "region"))
            assert len(site.shoot(page, f"mail-{name}-{language}-{scheme}")) > 3000
        page.evaluate("document.querySelectorAll('style').forEach(style => style.remove())")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert len(site.shoot(page, f"mail-{name}-{language}-without-style")) > 3000
        assert asked == []  # nothing is fetched to read it: no picture, no pixel
        page.context.close()
