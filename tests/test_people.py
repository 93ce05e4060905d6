"""Visitors who sign up, through the pages and the passes, with a mailbox that keeps what it gets."""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path

import pytest

from eventcal import deliveries, tokens
from eventcal.channels import Permanent, Retry, Sent
from eventcal.channels.email import EmailChannel
from eventcal.events import Calendar, Text
from eventcal.filters import Filter
from eventcal.logs import RepeatCounter
from eventcal.messages import MessageContext, already_subscribed_message, confirmation_message, fill_placeholders
from eventcal.planning.alarms import RECENT_FAILURE, active_alarms
from eventcal.settings import Settings
from eventcal.store import Connection, subscribers
from eventcal.store.ledger import health, stats
from eventcal.store.retention import delete_subscriptions
from eventcal.tokens import TokenPayload, TokenPurpose
from eventcal.web import rate_limit as web_rate_limit
from eventcal.web.rate_limit import limiter
from eventcal.words import LANGUAGES

from .factories import text_of
from .faults.smtp_relay import smtp_relay
from .subscriber_world import BASE_URL, SENDER, SubscriberWorld, link_path, render_eml
from .world import utc

NOW = utc(2021, 9, 1, 6)
both = pytest.mark.usefixtures("either_database")  # what the database does its share of

EVENTS = """
- id: summit
  title: {en: SCO summit, ru: Саммит ШОС}
  when: 2021-09-16/17
  place: {name: Dushanbe, country: TJ}
  tags: [summit]
  source: {title: News report, quote: scheduled for September}
  reminders: [1 week before at 09:00, the day before at 18:00, on change]
- {id: call, title: Press call, when: 2021-09-10 10:00, tags: [press], reminders: [2 hours before]}
- {id: exercise, title: Exercise, when: 2021-10, tags: [exercise], reminders: [1 week before at 09:00, on day known]}
"""
MOVED = EVENTS.replace("2021-09-16/17", "2021-09-18/19")


@pytest.fixture
def world(tmp_path: Path) -> SubscriberWorld:
    world = SubscriberWorld(tmp_path, NOW)
    world.publish(EVENTS, NOW)
    limiter.reset()
    return world


# saying yes


@both
def test_nothing_but_one_question_is_sent_until_somebody_says_yes_with_a_button(world: SubscriberWorld) -> None:
    assert world.request_signup().status_code == 303
    world.tick(NOW)
    (question,) = world.mail.received
    assert world.browser.get(link_path(question, "confirm")).status_code == 200  # as programs do that look at links

    world.advance_to(utc(2021, 9, 3, 5))
    assert world.mail.received == [question]

    assert "You’re signed up" in world.confirm(question).get_data(as_text=True)
    world.advance_to(utc(2021, 9, 20))
    assert [each.subject for each in world.notifications] == [
        "16–17 Sep: SCO summit, Dushanbe",
        "Fri 10 Sep, 10:00: Press call",
        "16–17 Sep: SCO summit, Dushanbe",
    ]
    assert world.is_balanced()


def test_the_page_names_the_next_three_mails_and_they_come_at_these_moments(world: SubscriberWorld) -> None:
    world.request_signup(zone="Europe/Berlin")
    world.tick(NOW)
    page = text_of(world.confirm().get_data(as_text=True))
    moments = [
        "9 September 2021, 09:00 (Berlin",
        "10 September 2021, 05:00 (Berlin",
        "15 September 2021, 18:00 (Berlin",
    ]
    assert sorted(moments, key=page.index) == moments

    world.advance_to(utc(2021, 9, 20))
    assert [each.send_time.astimezone(UTC) for each in world.notifications] == [
        utc(2021, 9, 9, 7), utc(2021, 9, 10, 3), utc(2021, 9, 15, 16),
    ]  # fmt: skip


def test_among_the_next_mails_is_one_about_a_far_event_with_a_long_lead(world: SubscriberWorld) -> None:
    three = ", ".join(f"{days} days before at 09:00" for days in (10, 5, 1))
    near = f"- {{id: near, title: Near, when: 2021-09-20, reminders: [{three}]}}"
    world.publish(f"{near}\n- {{id: far, title: Far, when: 2021-12-15, reminders: [95 days before at 09:00]}}", NOW)
    world.request_signup()
    world.tick(NOW)

    assert "11 September 2021, 09:00 (Dushanbe, UTC+5) Far" in text_of(world.confirm().get_data(as_text=True))


@both
def test_a_yes_minutes_before_a_reminder_is_due_still_brings_it(world: SubscriberWorld) -> None:
    """Also with a lead and a zone that nobody asked for before, so that nothing of it was planned."""
    world.advance_to(utc(2021, 9, 10, 4, 40))
    world.request_signup(which="mine", lead="15 minutes before", zone="Europe/Lisbon")
    world.tick(world.now)
    world.advance_to(utc(2021, 9, 10, 4, 44, 58))
    world.confirm()
    world.advance_to(utc(2021, 9, 10, 4, 45, 1))

    assert [each.subject for each in world.notifications] == ["Fri 10 Sep, 06:00: Press call"]


def test_what_lay_in_the_past_when_somebody_came_is_not_said(world: SubscriberWorld) -> None:
    world.advance_to(utc(2021, 9, 10, 4))  # an hour after the reminder of the call
    world.sign_up()
    world.advance_to(utc(2021, 9, 12))
    assert world.notifications == []


def test_the_link_of_the_question_is_good_for_two_days(world: SubscriberWorld) -> None:
    world.request_signup()
    world.tick(NOW)
    world.request_signup("boris@example.org")
    world.now = NOW + timedelta(hours=48)
    world.tick(world.now)
    assert len(world.mail.received) == 1, "a question whose link is of no use is not sent"
    answer = world.confirm()
    assert answer.status_code == 410
    assert "sign up again" in answer.get_data(as_text=True)
    assert [each.state for each in world.subscribers()] == ["pending"]


def test_a_yes_that_is_said_twice_is_one(world: SubscriberWorld) -> None:
    world.sign_up()
    assert world.confirm(world.mail.received[0]).status_code == 200
    assert len(world.subscribers()) == 1


def test_a_yes_from_before_somebody_left_does_not_bring_them_back(world: SubscriberWorld) -> None:
    world.sign_up()
    question = world.mail.received[0]
    world.unsubscribe(question)
    assert world.confirm(question).status_code == 410
    assert [each.state for each in world.subscribers()] == ["off"]


# one subscription a filter, and one answer for everybody


@both
def test_the_same_address_twice_is_one_subscription_for_each_filter(world: SubscriberWorld) -> None:
    for query in ("", "", "?tag=summit", "?tag=summit", "?event=call"):
        world.request_signup("Anna@Example.ORG", query)
    assert [each.preferences.filter for each in world.subscribers()] == ["", "tag=summit", "event=call"]


@pytest.mark.parametrize("query", ["?event=call", "?id=call"])
def test_reminders_are_of_exactly_what_was_asked_for(world: SubscriberWorld, query: str) -> None:
    world.sign_up(query=query)
    world.publish(EVENTS.replace("id: call", "id: briefing, formerly: [call]"), utc(2021, 9, 2))
    world.advance_to(utc(2021, 9, 20))
    assert [each.subject for each in world.notifications] == ["Fri 10 Sep, 10:00: Press call"]
    assert "reminders of “Press call”" in world.notifications[0].text
    assert "reminders of “Press call”" in world.mail.received[0].text


CONFERENCE = """
- id: conf
  title: Conf
  when: 2021-09-16
  reminders: [1 day before at 09:00, on change]
  milestones:
    - id: papers
      title: Papers due
      when: 2021-09-10
      milestones: [{id: titles, title: Titles due, when: 2021-09-08}]
- {id: other, title: Other, when: 2021-09-12, reminders: [1 day before at 09:00]}
"""


def test_an_event_with_its_parts_brings_those_that_are_added_later_and_follows_it_when_it_is_renamed(
    world: SubscriberWorld,
) -> None:
    world.publish(CONFERENCE, NOW)
    alone = world.sign_up("alone@example.org", "?event=conf")
    with_parts = world.sign_up("anna@example.org", "?event=conf&parts=1")
    assert [each.preferences.filter for each in (alone, with_parts)] == ["event=conf", "event=conf&parts=1"]
    world.advance_to(utc(2021, 9, 2))
    renamed = CONFERENCE.replace("id: conf", "id: conf-2021\n  formerly: [conf]")
    camera = "- {id: camera, title: Final papers due, when: 2021-09-14, part_of: conf-2021, reminders: [1 day before at 09:00]}"
    world.publish(f"{renamed}{camera}\n", world.now)

    world.advance_to(utc(2021, 9, 20))
    subjects = {
        address: [each.subject for each in world.notifications if each.address == address]
        for address in ("alone@example.org", "anna@example.org")
    }
    assert subjects == {
        "alone@example.org": ["Thu 16 Sep: Conf"],
        "anna@example.org": [
            "Wed 8 Sep: Titles due", "Fri 10 Sep: Papers due", "Tue 14 Sep: Final papers due", "Thu 16 Sep: Conf",
        ],
    }  # fmt: skip
    assert "reminders of “Conf” and everything that belongs to it." in world.notifications[0].text


@pytest.mark.parametrize(
    ("query", "first_removed", "told"),
    [
        ("?event=conf", "      milestones: ", []),
        ("?event=conf&parts=1", "      milestones: ", ["Removed, Wed 8 Sep: Titles due"]),
        ("?event=conf&parts=1", "  milestones:", ["Removed, Fri 10 Sep: Papers due, and 1 more"]),
        ("?event=conf&parts=1", "- id: conf", ["Removed, Thu 16 Sep: Conf, and 2 more"]),
    ],
)
def test_who_signed_up_for_an_event_with_its_parts_is_told_when_one_is_removed(
    world: SubscriberWorld, query: str, first_removed: str, told: list[str]
) -> None:
    other = CONFERENCE[CONFERENCE.index("- {id: other") :]
    world.publish(CONFERENCE, NOW)
    world.sign_up(query=query)
    world.advance_to(NOW + timedelta(hours=1))
    world.publish(CONFERENCE[: CONFERENCE.index(first_removed)] + other, world.now)
    world.advance_to(NOW + timedelta(hours=2))

    assert [each.subject for each in world.notifications] == told


def test_the_form_of_an_event_says_whether_its_parts_are_in_it_and_leads_to_the_other(world: SubscriberWorld) -> None:
    world.publish(CONFERENCE, NOW)
    with_parts, alone, no_parts = (
        world.browser.get(f"/subscribe?event={query}").text for query in ("conf&parts=1", "conf", "other&parts=1")
    )

    assert "For “Conf” and everything that belongs to it." in with_parts
    assert '<a href="/subscribe?event=conf">Only this event</a>' in with_parts
    assert "For “Conf”." in alone
    assert '<a href="/subscribe?event=conf&amp;parts=1">With everything that belongs to it</a>' in alone
    assert "Only this event" not in no_parts


def test_the_next_mails_are_also_those_of_an_events_parts(world: SubscriberWorld) -> None:
    world.publish(CONFERENCE, NOW)
    world.request_signup(query="?event=conf&parts=1")
    world.tick(NOW)

    page = text_of(world.confirm().get_data(as_text=True))
    assert page.index("Titles due") < page.index("Papers due") < page.rindex("Conf")
    assert "Other" not in page


@pytest.mark.parametrize(
    "query",
    [
        "?event=nothing",
        "?tag=buy-pills",
        "?tag=summit&tag=buy-pills",
        "?tag=a,b",
        "?id=../x",
        "?event=..",
        f"?q={'x' * 300}",
        "?" + "&".join(f"id=e{number}" for number in range(70)),
    ],
)
def test_what_the_calendar_does_not_have_cannot_be_asked_for(world: SubscriberWorld, query: str) -> None:
    assert world.browser.get(f"/subscribe{query}").status_code == 404
    assert world.request_signup(query=query).status_code == 404
    assert world.subscribers() == []


def test_all_that_a_filter_can_hold_can_be_signed_up_for(world: SubscriberWorld) -> None:
    event = "- {{id: e{0}, title: E{0}, when: 2021-09-16 10:00, tags: [t{0}], reminders: [1 hour before]}}"
    world.publish("\n".join(map(event.format, range(64))), NOW)
    tags, excluded = (
        [f"{name}=t{number}" for number in half] for name, half in (("tag", range(32)), ("-tag", range(32, 64)))
    )
    query = "&".join([*(f"id=e{number}" for number in range(64)), *tags, *excluded])

    world.sign_up(query=f"?{query}")
    world.advance_to(utc(2021, 9, 16, 4))
    assert len(world.notifications) == 32
    for path in ("/subscribe", "/", "/calendar.ics"):
        assert world.browser.get(f"{path}?{query}").status_code == 200


def test_a_series_is_named_without_the_mark_that_counts_its_years(world: SubscriberWorld) -> None:
    world.publish("- {id: meeting, title: 'The {nth} meeting', when: 2001-09-15, repeat: every year}", NOW)
    world.sign_up(query="?event=meeting")

    addresses = ["/subscribe?event=meeting", "/?id=meeting", link_path(world.mail.received[-1], "unsubscribe")]
    texts = [world.browser.get(address).text for address in addresses] + [mail.text for mail in world.mail.received]
    assert [text for text in texts if "The meeting" not in text or "{nth}" in text] == []


def test_the_answer_does_not_say_whether_an_address_is_known(world: SubscriberWorld) -> None:
    world.sign_up("known@example.org")
    world.sign_up("left@example.org")
    world.unsubscribe()
    world.request_signup("pending@example.org")
    for _ in range(9):
        world.request_signup("often@example.org")
    answers = [world.request_signup(f"{name}@example.org") for name in ("known", "left", "pending", "often", "new")]
    kinds = {(each.status_code, each.get_data(), tuple(sorted(each.headers.items()))) for each in answers}
    assert len(kinds) == 1, kinds


@both
def test_a_stranger_changes_nothing_for_whoever_is_subscribed(world: SubscriberWorld) -> None:
    before = world.sign_up()
    world.request_signup(language="zh", zone="Asia/Tokyo", which="mine", lead="1 hour before", digest="weekly")
    world.tick(NOW)
    assert world.subscribers() == [before]
    assert world.mail.received[-1].subject == "You already get reminders from Test calendar"
    assert world.browser.get(link_path(world.mail.received[-1], "preferences")).status_code == 200


def test_nothing_that_a_stranger_typed_is_in_the_mail_that_comes_of_it(world: SubscriberWorld) -> None:
    for _ in range(2):
        world.request_signup(query="?q=Cheap+pills+http://spam.example&place=Pillville", zone="Europe/Berlin")
        world.tick(world.now)
        mail = render_eml(world.mail.received[-1]).decode()
        assert "pill" not in mail.lower()
        assert "spam" not in mail
        world.confirm(world.mail.received[0])
    assert "your search" in world.mail.received[0].text


# limits


def test_a_flood_of_sign_ups_is_one_line_of_the_log(
    world: SubscriberWorld, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_rate_limit, "_refusals", RepeatCounter(math.inf))
    for number in range(30):
        world.request_signup(f"anna{number}@example.org")

    refused = [record.message for record in caplog.records if "429" in record.message]
    assert refused == [
        "POST subscribe.sign_up: a request was refused (429), too many from one visitor; more are counted for a minute"
    ]


def test_an_address_that_a_visitor_mistyped_asks_nothing_of_the_operator(world: SubscriberWorld) -> None:
    world.mail.outcomes = [Permanent("RCPT: 550 5.1.1 no such user", is_address_unknown=True)]
    world.request_signup("annna@example.org")
    world.tick(NOW)

    assert ("dead", "gone: RCPT: 550 5.1.1 no such user") in world.states()
    with world.store.read() as conn:
        assert stats.ledger_stats(conn, NOW).dead == 0
        assert active_alarms(health.alarm_evidence(conn, NOW - RECENT_FAILURE)) == {}
        assert stats.list_deliveries(conn, state="dead letter") == []


def test_hundreds_of_sign_ups_from_one_client_send_no_more_than_the_limit(world: SubscriberWorld) -> None:
    browser = world.browser
    codes = [
        browser.post("/subscribe", data={"address": f"a{n}@example.org", "which": "own"}).status_code
        for n in range(400)
    ]
    assert (codes[:20], set(codes[20:])) == ([303] * 20, {429})
    world.tick(NOW)
    assert len(world.mail.received) == 20
    assert browser.get("/subscribe").status_code == 200


@both
def test_one_address_is_asked_three_times_a_day_whoever_asks(world: SubscriberWorld) -> None:
    for n in range(12):
        limiter.reset()  # as if each time another server of ours was asked
        form = {"address": "anna@example.org", "which": "own"}
        page = world.browser.post(
            f"/subscribe{'?tag=summit' if n % 2 else ''}", data=form, headers={"X-Forwarded-For": f"192.0.2.{n}"}
        )
        assert page.status_code == 303
        world.tick(world.now)
        world.now += timedelta(minutes=5)
    assert len(world.mail.received) == 3

    world.now += timedelta(days=1)
    world.request_signup()
    world.tick(world.now)
    assert len(world.mail.received) == 4


def test_only_the_proxies_that_the_settings_name_are_believed(world: SubscriberWorld) -> None:
    def codes(peer: str, told: list[str]) -> set[int]:
        answers = (
            world.browser.post(
                "/subscribe",
                data={"address": f"a{n}@example.org"},
                headers={"X-Forwarded-For": forwarded_for},
                environ_base={"REMOTE_ADDR": peer},
            )
            for n, forwarded_for in enumerate(told)
        )
        return {answer.status_code for answer in answers}

    many = [f"192.0.2.{n}" for n in range(30)]
    assert codes("127.0.0.1", [f"10.0.0.1, {client}" for client in many]) == {303}
    assert codes("127.0.0.1", [f"{client}, 198.51.100.1, 127.0.0.1" for client in many]) == {
        303,
        429,
    }  # a claim, a client
    assert codes("10.0.0.7", many) == {303, 429}  # a private address is no proxy by itself
    assert codes("8.8.4.4", many) == {303, 429}
    assert codes("127.0.0.1", [f"2001:db8::{n:x}" for n in range(30)]) == {303, 429}  # one household
    # some proxies write the port
    assert codes("127.0.0.1", [f"203.0.113.{n}:4{n:03}" for n in range(30)]) == {303}
    assert codes("127.0.0.1", [f"[2001:db8:{n:x}::1]:4{n:03}" for n in range(1, 30)]) == {303}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "https://cal.example.org"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "https://cal.example.org.evil.example"}, 403),
        ({"Origin": "http://[broken"}, 403),
    ],
)
def test_a_sign_up_from_another_site_is_refused_and_does_not_count(
    world: SubscriberWorld, headers: dict[str, str], status: int
) -> None:
    for n in range(1 if status == 303 else 25):
        form = {"address": f"a{n}@example.org"}
        assert world.browser.post("/subscribe", data=form, headers=headers).status_code == status
    assert world.request_signup().status_code == 303


def test_a_page_behind_a_token_names_no_address_for_robots(world: SubscriberWorld) -> None:
    world.sign_up()
    confirmation = link_path(world.mail.received[-1], "confirm")
    confirmed = world.browser.get(confirmation).get_data(as_text=True)
    links = re.findall(r'href="(/(?:preferences|unsubscribe)/[^"]+)"', confirmed)
    assert links
    for link in (confirmation, *links):
        html = world.browser.get(link).get_data(as_text=True)
        assert 'rel="canonical"' not in html
        assert "og:url" not in html


@pytest.mark.parametrize(
    "address",
    ["", "anna", "a@b", "a@example.org\r\nBcc: b@example.org", "A <a@example.org>", "a@example.org,b@example.org"],
)
def test_what_is_no_address_is_said_beside_its_field(world: SubscriberWorld, address: str) -> None:
    answer = world.request_signup(address)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert 'aria-invalid="true" aria-describedby="address-wrong"' in page
    assert world.delivery_records() == []


def test_a_domain_in_letters_of_any_script_is_written_to_as_dns_knows_it(world: SubscriberWorld) -> None:
    world.request_signup("anna@пример.рф")
    world.tick(NOW)
    assert world.mail.received[0].address == "anna@xn--e1afmkfd.xn--p1ai"
    page = world.browser.get(link_path(world.mail.received[0], "confirm")).get_data(as_text=True)
    assert "anna@пример.рф" in page


def test_no_choice_at_all_is_said_and_what_was_chosen_stays_chosen(world: SubscriberWorld) -> None:
    answer = world.request_signup(which="mine", zone="Europe/Berlin", digest="weekly")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "Choose at least one" in page
    assert '<option value="Europe/Berlin" selected>' in page
    assert 'value="weekly" checked' in page
    assert 'value="anna@example.org"' in page


# leaving


@both
def test_one_click_of_the_mail_program_ends_it_and_a_look_does_not(world: SubscriberWorld) -> None:
    world.sign_up()
    world.advance_to(utc(2021, 9, 9, 5))
    mail = world.notifications[-1]
    assert "Unsubscribe?" in world.browser.get(link_path(mail, "unsubscribe")).get_data(as_text=True)
    assert world.browser.head(link_path(mail, "unsubscribe")).status_code == 200  # as mail scanners ask
    assert [each.state for each in world.subscribers()] == ["active"]

    answer = world.unsubscribe(mail)
    assert (answer.status_code, "Location" in answer.headers, "Set-Cookie" in answer.headers) == (200, False, False)
    world.advance_to(utc(2021, 9, 30))
    assert world.notifications == [mail]
    assert world.is_balanced()


def test_every_mail_can_be_ended_with_one_click_and_says_why_it_comes(world: SubscriberWorld) -> None:
    world.sign_up(query="?tag=summit")
    world.advance_to(utc(2021, 9, 9, 5))
    world.publish(MOVED, world.now)
    world.advance_to(utc(2021, 9, 9, 6))
    world.request_signup(query="?tag=summit")
    world.advance_to(world.now + timedelta(seconds=2))

    assert [each.kind for each in world.mail.received] == ["confirmation", "reminder", "change", "confirmation"]
    for each in world.mail.received:
        mail = message_from_bytes(render_eml(each), policy=default)
        assert re.fullmatch(rf"<{re.escape(BASE_URL)}/unsubscribe/[\w.-]+>", mail["List-Unsubscribe"])
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        for kind in ("plain", "html"):
            body = mail.get_body((kind,))
            assert body is not None
            assert "%%" not in body.get_content()
            assert mail["List-Unsubscribe"].strip("<>") in body.get_content()
        if each.kind != "confirmation":
            assert "You get this because you signed up for reminders of events tagged “summit”." in each.text


def test_links_for_leaving_are_good_for_ever_and_hold_no_address(world: SubscriberWorld) -> None:
    world.sign_up()
    world.advance_to(utc(2021, 9, 9, 5))
    mail = world.notifications[-1]
    assert "example.org" not in link_path(mail, "unsubscribe")
    world.now += timedelta(days=3650)
    assert world.unsubscribe(mail).status_code == 200
    assert [each.state for each in world.subscribers()] == ["off"]


def test_undo_answers_in_the_language_of_the_page_it_stands_on(world: SubscriberWorld) -> None:
    world.sign_up()
    leave = f"{link_path(world.mail.received[-1], 'unsubscribe')}?lang=de"
    page = world.browser.post(leave).get_data(as_text=True)
    undo = re.search(r'action="(/preferences/[^"]+)"', page)
    assert undo
    answer = world.browser.post(unescape(undo[1]), data={"action": "return"})
    assert "Die Erinnerungen sind wieder eingeschaltet" in world.browser.get(answer.location).get_data(as_text=True)


@both
def test_whoever_left_by_mistake_can_come_back_and_is_told_nothing_twice(world: SubscriberWorld) -> None:
    world.sign_up()
    world.advance_to(utc(2021, 9, 9, 5))
    mail = world.notifications[-1]
    world.unsubscribe(mail)
    world.now += timedelta(minutes=1)
    world.browser.post(link_path(mail, "preferences"), data={"action": "return"})
    world.advance_to(utc(2021, 9, 20))
    assert [each.subject for each in world.notifications] == [
        "16–17 Sep: SCO summit, Dushanbe", "Fri 10 Sep, 10:00: Press call", "16–17 Sep: SCO summit, Dushanbe",
    ]  # fmt: skip


@both
@pytest.mark.parametrize("hours", [0, 30])
def test_undo_brings_everything_back_and_within_a_day_what_waited_fell_due_or_settled_meanwhile(
    world: SubscriberWorld, hours: int
) -> None:
    asking = EVENTS.replace("[2 hours before]", "[on change]")
    world.publish(asking, NOW)
    world.sign_up()
    world.sign_up(query="?tag=press")
    page = link_path(world.mail.received[-1], "unsubscribe")
    world.advance_to(utc(2021, 9, 9, 3, 54, 45))
    world.publish(asking.replace("2021-09-10 10:00", "2021-09-10 12:00"), world.now)
    world.advance_to(utc(2021, 9, 9, 3, 59, 40))  # a change settles in 5 seconds, a reminder is due in 20
    left = world.browser.post(page, data={"all": "1"}).get_data(as_text=True)
    world.advance_to(world.now + timedelta(hours=hours, seconds=10))
    (undo,) = re.findall('action="([^"]*/preferences/[^"]+)"', left)
    world.browser.post(undo, data={"action": "return"})

    assert [each.state for each in world.subscribers()] == ["active", "active"]
    world.advance_to(utc(2021, 9, 15, 9) if hours else utc(2021, 9, 9, 5))
    missed = [
        ("Moved to Fri 10 Sep, 12:00: Press call", utc(2021, 9, 9, 3, 59, 50)),
        ("16–17 Sep: SCO summit, Dushanbe", utc(2021, 9, 9, 4)),
    ]
    sent = [(each.subject, each.send_time.astimezone(UTC)) for each in world.notifications]
    assert sent == ([] if hours else missed)
    assert world.is_balanced()


@both
def test_who_signs_up_again_gets_what_is_still_ahead_though_it_waited_when_they_left(world: SubscriberWorld) -> None:
    world.sign_up()
    world.advance_to(utc(2021, 9, 9, 3, 59, 10))  # the summit's reminder is due at 04:00, and waits
    with world.store.write() as conn:
        subscribers.unsubscribe_address(conn, "anna@example.org", world.now)
    world.now += timedelta(seconds=10)
    world.sign_up()
    world.advance_to(utc(2021, 9, 9, 5))

    sent = [(each.subject, each.send_time.astimezone(UTC)) for each in world.notifications]
    assert sent == [("16–17 Sep: SCO summit, Dushanbe", utc(2021, 9, 9, 4))]
    assert world.is_balanced()


# changing


def test_a_reminder_that_was_tried_and_is_no_longer_asked_for_is_skipped_and_not_dead(world: SubscriberWorld) -> None:
    reader = world.sign_up()
    world.mail.outcomes = [Retry("450 greylisted"), Sent()]
    world.advance_to(utc(2021, 9, 9, 4))
    with world.store.write() as conn:
        leads = subscribers.json_list(["on the day at 08:00"])
        subscribers.update_preferences(conn, reader.id, replace(reader.preferences, leads=leads), world.now)
    world.advance_to(utc(2021, 9, 9, 5))

    assert world.states()[-1] == ("skipped", "rule")
    assert len(world.notifications) == 1


def test_what_one_chose_can_be_changed_and_holds_from_then_on(world: SubscriberWorld) -> None:
    world.sign_up()
    page = link_path(world.mail.received[-1], "unsubscribe").replace("unsubscribe", "preferences")
    assert world.browser.get(page).status_code == 404  # a link for one thing is none for another
    world.advance_to(utc(2021, 9, 9, 5))
    page = link_path(world.notifications[-1], "preferences")
    form = {"action": "save", "which": "mine", "lead": "on the day at 08:00", "language": "ru", "zone": "Europe/Moscow"}
    answer = world.browser.post(page, data=form, follow_redirects=True)
    assert answer.status_code == 200
    assert "Сохранено" in answer.get_data(as_text=True)
    world.advance_to(utc(2021, 9, 20))
    assert [(each.subject, each.send_time.astimezone(UTC)) for each in world.notifications[1:]] == [
        ("16–17 сент.: Саммит ШОС, Dushanbe", utc(2021, 9, 16, 5)),
    ]


@both
def test_everything_that_is_kept_comes_as_json_and_goes_at_a_word(world: SubscriberWorld) -> None:
    world.sign_up()
    world.advance_to(utc(2021, 9, 9, 5))
    world.request_signup(query="?tag=summit")
    mail = world.notifications[-1]
    page = link_path(mail, "preferences")
    answer = world.browser.get(page + "?export")
    assert answer.headers["Content-Disposition"] == "attachment; filename=reminders.json"
    kept = json.loads(answer.get_data())
    assert kept["address"] == "anna@example.org"
    assert [each["state"] for each in kept["subscriptions"]] == ["active", "pending"]
    assert [(each["kind"], each["event"]) for each in kept["subscriptions"][0]["mails"]] == [
        ("confirmation", None), ("reminder", "summit"),
    ]  # fmt: skip

    made = sum(each.created for each in world.balances())
    assert "Your data is deleted" in world.browser.post(page, data={"action": "delete"}).get_data(as_text=True)
    assert "anna" not in world.dump()
    assert world.is_balanced()
    assert sum(each.created for each in world.balances()) == made
    assert world.browser.get(page).status_code == 410
    assert world.unsubscribe(mail).status_code == 200  # what is asked for is so already
    world.advance_to(utc(2021, 9, 30))
    assert world.notifications == [mail]


def before_the_next_write(world: SubscriberWorld, act: Callable[[Connection], object]) -> None:
    """Has another process do *act* after a request has looked at the store, and before it writes."""
    write = world.store.write

    @contextmanager
    def write_after(alone: bool = True) -> Iterator[Connection]:
        world.store.write = write  # type: ignore[method-assign]
        with write() as conn:
            act(conn)
        with write(alone) as conn:
            yield conn

    world.store.write = write_after  # type: ignore[method-assign]


@both
@pytest.mark.parametrize("action", ["save", "leave", "return", "renew", "unmute", "delete"])
def test_who_is_deleted_while_their_choices_are_on_their_way_is_told_so(world: SubscriberWorld, action: str) -> None:
    subscriber = world.sign_up()
    world.advance_to(utc(2021, 9, 9, 5))
    page = link_path(world.notifications[-1], "preferences")
    before_the_next_write(world, lambda conn: delete_subscriptions(conn, [subscriber.id]))
    answer = world.browser.post(page, data={"action": action, "which": "own"})

    assert answer.status_code == 410
    assert "anna" not in world.dump()


@both
@pytest.mark.parametrize("fields", [{"List-Unsubscribe": "One-Click"}, {"all": "1"}])
def test_of_two_who_end_it_at_once_the_first_decides_what_can_be_undone(
    world: SubscriberWorld, fields: dict[str, str]
) -> None:
    world.sign_up()
    summit = world.sign_up(query="?tag=summit")
    world.advance_to(utc(2021, 9, 9, 5))
    mail = world.notifications[-1]
    moment = world.now
    before_the_next_write(world, lambda conn: subscribers.unsubscribe_address(conn, "anna@example.org", moment))
    world.now += timedelta(seconds=1)
    assert world.browser.post(link_path(mail, "unsubscribe"), data=fields).status_code == 200
    assert {each.ended_at for each in world.subscribers()} == {moment}

    world.now += timedelta(seconds=1)
    with world.store.write() as conn:
        subscribers.resubscribe(conn, summit.id, summit.link_version, world.now)
    assert [each.state for each in world.subscribers()] == ["active", "active"]


@both
def test_all_links_can_be_made_new_where_a_mail_came_into_other_hands(world: SubscriberWorld) -> None:
    world.sign_up()
    world.advance_to(utc(2021, 9, 9, 5))
    old = world.notifications[-1]
    answer = world.browser.post(link_path(old, "preferences"), data={"action": "renew"}, follow_redirects=True)
    assert "Links in earlier emails no longer work" in answer.get_data(as_text=True)
    assert world.browser.get(link_path(old, "preferences")).status_code == 410
    assert world.unsubscribe(old).status_code == 410
    assert [each.state for each in world.subscribers()] == ["active"]
    world.advance_to(utc(2021, 9, 10, 4))
    assert world.unsubscribe(world.notifications[-1]).status_code == 200
    assert [each.state for each in world.subscribers()] == ["off"]


def test_a_number_that_is_given_to_somebody_else_opens_nothing_of_theirs(world: SubscriberWorld) -> None:
    world.sign_up()
    world.advance_to(utc(2021, 9, 9, 5))
    old = world.notifications[-1]
    world.browser.post(link_path(old, "preferences"), data={"action": "delete"})
    other = world.sign_up("boris@example.org")
    for page in ("preferences", "unsubscribe"):
        token = tokens.sign(world.render_context.signing_keys, TokenPurpose(page), TokenPayload(other.id, 0))
        assert world.browser.get(f"/{page}/{token}").status_code == 410
        assert world.browser.post(f"/{page}/{token}").status_code == 410
    assert [each.state for each in world.subscribers("boris@example.org")] == ["active"]


def test_a_number_that_somebody_ever_had_is_given_to_nobody_else(world: SubscriberWorld) -> None:
    first, second = world.sign_up("anna@example.org"), world.sign_up("boris@example.org")
    for gone in (second, first):
        with world.store.write() as conn:
            delete_subscriptions(conn, [gone.id])

    assert world.sign_up("clara@example.org").id > second.id


@pytest.mark.parametrize("page", ["confirm", "preferences", "unsubscribe"])
@pytest.mark.parametrize("how", ["forged", "foreign", "cut"])
def test_a_token_that_we_did_not_sign_opens_nothing(world: SubscriberWorld, page: str, how: str) -> None:
    found = world.sign_up()
    ticket = TokenPayload(found.id, found.link_version, NOW + timedelta(days=1) if page == "confirm" else None)
    token = tokens.sign(world.render_context.signing_keys, TokenPurpose(page), ticket)
    assert world.browser.get(f"/{page}/{token}").status_code == 200
    token = {
        "forged": tokens.sign(("a guess",), TokenPurpose(page), ticket),
        "foreign": tokens.sign(
            world.render_context.signing_keys, next(each for each in TokenPurpose if each != page), ticket
        ),
        "cut": token[:-5],
    }[how]
    for answer in (
        world.browser.get(f"/{page}/{token}"),
        world.browser.post(f"/{page}/{token}", data={"action": "delete"}),
    ):
        assert answer.status_code == 404
        assert "anna" not in answer.get_data(as_text=True)
    assert world.subscribers() == [found]


# how the pages behave


def test_signing_up_is_off_until_mail_can_be_sent_and_lead_back(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NOW, settings=Settings(base_url="http://cal.example.org"))
    world.publish(EVENTS, NOW)
    page = world.browser.get("/subscribe")
    assert (page.status_code, "doesn’t send email" in page.get_data(as_text=True)) == (200, True)
    assert world.request_signup().status_code == 503
    assert "/subscribe" not in world.browser.get("/").get_data(as_text=True)


def test_the_pages_that_are_somebodys_own_are_kept_nowhere_and_tell_no_other_site(world: SubscriberWorld) -> None:
    world.sign_up()
    world.advance_to(utc(2021, 9, 9, 5))
    for page in ("preferences", "unsubscribe"):
        headers = world.browser.get(link_path(world.notifications[-1], page)).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert "unsafe" not in headers["Content-Security-Policy"]


def test_no_address_and_no_token_is_written_to_the_log(
    world: SubscriberWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    world.sign_up()
    world.advance_to(utc(2021, 9, 9, 5))
    world.unsubscribe()
    token = link_path(world.mail.received[0], "confirm").rpartition("/")[2]
    assert "anna" not in caplog.text
    assert token not in caplog.text


def test_an_address_that_a_relay_repeats_is_masked_in_the_log(
    world: SubscriberWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    world.sign_up()
    world.mail.outcomes = [Permanent("RCPT: 550 5.1.1 <Anna@example.org>: Recipient address rejected")]
    world.advance_to(utc(2021, 9, 9, 5))

    assert "state=dead attempt=1" in caplog.text
    assert "<A…@example.org>: Recipient address rejected" in caplog.text
    assert "anna" not in caplog.text.lower()


def test_links_to_sign_up_are_on_the_page_with_its_filter_and_on_an_event(world: SubscriberWorld) -> None:
    assert 'href="/subscribe?tag=summit"' in world.browser.get("/?tag=summit").get_data(as_text=True)
    page = world.browser.get("/events/summit").get_data(as_text=True)
    assert 'href="/subscribe?event=summit&amp;parts=1"' in page


def test_reminders_of_chosen_events_are_signed_up_for_by_their_ids(world: SubscriberWorld) -> None:
    subscriber = world.sign_up(query="?id=summit&id=call&id=never-was")
    assert subscriber.preferences.filter == "id=call&id=summit"
    assert world.browser.get("/subscribe?id=never-was").status_code == 404


def test_reminders_of_a_series_are_signed_up_for_by_its_name_as_the_registry_spells_it(world: SubscriberWorld) -> None:
    world.publish(EVENTS + "- {id: conf-2021, title: Conference, when: 2021-10-07, series: PyConf}\n", world.now)
    subscriber = world.sign_up(query="?series=PYCONF")
    assert subscriber.preferences.filter == "series=PyConf"
    assert "events of the series “PyConf”" in world.mail.received[0].text
    assert world.browser.get("/subscribe?series=Other").status_code == 404


def test_a_busy_store_is_said_and_nothing_is_lost(world: SubscriberWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:
        from eventcal.store import StoreBusy

        raise StoreBusy("locked")

    monkeypatch.setattr(subscribers, "sign_up", locked)
    answer = world.request_signup()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


# forgetting


@both
def test_who_never_said_yes_is_forgotten_after_a_week_and_who_left_after_a_month(world: SubscriberWorld) -> None:
    world.request_signup("never@example.org")
    world.sign_up("left@example.org")
    world.unsubscribe()
    world.sign_up("stays@example.org")
    world.advance_to(NOW + timedelta(days=6, hours=22))
    assert "never@example.org" in world.dump()
    world.advance_to(NOW + timedelta(days=7, hours=2))
    assert "never@example.org" not in world.dump()
    world.advance_to(NOW + timedelta(days=29, hours=22))
    assert "left@example.org" in world.dump()
    world.advance_to(NOW + timedelta(days=30, hours=2))
    assert "left@example.org" not in world.dump()
    assert len(world.subscribers("stays@example.org")) == 1
    assert world.is_balanced()
    assert any(each.erased for each in world.balances())


@both
def test_who_is_deleted_while_a_mail_to_them_is_on_its_way_stops_nobody_elses(world: SubscriberWorld) -> None:
    found = world.sign_up()
    world.sign_up("boris@example.org")

    class Deletes:
        destination = "test:deletes"
        wants_calendar = True

        def send(self, message: object, recheck: object) -> object:
            if message.address == found.address:  # type: ignore[attr-defined]
                with world.store.write() as conn:
                    delete_subscriptions(conn, [found.id])
            return world.mail.send(message)  # type: ignore[arg-type]

    world.channels["email"] = Deletes()  # type: ignore[assignment]
    world.advance_to(utc(2021, 9, 9, 5))
    assert sorted(each.address for each in world.notifications) == ["anna@example.org", "boris@example.org"]
    assert world.is_balanced()


def _leaves(world: SubscriberWorld) -> None:
    world.unsubscribe(world.mail.received[0])


def _is_deleted(world: SubscriberWorld) -> None:
    ids = [subscriber.id for subscriber in world.subscribers()]
    with world.store.write() as conn:
        delete_subscriptions(conn, ids)


def _event_is_cancelled(world: SubscriberWorld) -> None:
    world.publish(EVENTS.replace("id: summit\n", "id: summit\n  status: cancelled\n"), world.now)


@both
@pytest.mark.parametrize(
    ("happens", "reason"),
    [(_leaves, "unsubscribed"), (_is_deleted, None), (_event_is_cancelled, "cancelled")],
)
def test_a_mail_that_is_no_longer_wanted_when_the_relay_asks_for_it_does_not_leave(
    world: SubscriberWorld, happens: Callable[[SubscriberWorld], None], reason: str | None
) -> None:
    """The claim was fresh when the relay was called, which then takes minutes for its answer."""
    world.sign_up()
    world.now = utc(2021, 9, 9, 4)

    def answer(step: str, to: str, nth: int) -> str:
        if step == "RCPT" and nth == 1:
            happens(world)
            world.now += timedelta(minutes=4)
        return "250 OK"

    with smtp_relay(answer) as relay:
        world.channels["email"] = EmailChannel(relay.url, SENDER)
        sender = world.sender(lambda: world.now)
        deliveries.tick(sender, deliveries.LocalDispatcher(sender))
        assert relay.mails == []
        assert [state for state in world.states() if state[0] != "sent"] == ([("skipped", reason)] if reason else [])
    assert world.is_balanced()


@both
def test_mails_to_those_who_signed_up_wait_while_their_channel_is_paused(world: SubscriberWorld) -> None:
    world.sign_up()
    with world.store.write() as conn:
        health.pause(conn, "email")
    world.advance_to(utc(2021, 9, 9, 4))
    assert world.notifications == []

    with world.store.write() as conn:
        health.resume(conn, "email")
    world.tick(utc(2021, 9, 9, 5))
    assert [message.subject for message in world.notifications] == ["16–17 Sep: SCO summit, Dushanbe"]


# words


@pytest.mark.parametrize(
    ("language", "subject", "why"),
    [
        ("en", "16–17 Sep: SCO summit, Dushanbe", "You get this because you signed up for reminders of every event"),
        ("ru", "16–17 сент.: Саммит ШОС, Dushanbe", "подписаны на напоминания. Тема: все события календаря"),
        ("zh", "9月16日至17日：SCO summit，Dushanbe", "您订阅了以下提醒：此日历中的所有活动"),
    ],
)
def test_mails_are_in_the_readers_language(world: SubscriberWorld, language: str, subject: str, why: str) -> None:
    world.sign_up(language=language)
    world.advance_to(utc(2021, 9, 16))
    mail = world.notifications[-1]
    assert mail.subject == subject
    assert why in mail.text
    assert f'lang="{language}"' in mail.html


def test_who_signs_up_while_the_clock_is_ahead_gets_the_reminders_of_the_right_time(world: SubscriberWorld) -> None:
    right_time = world.now
    world.now += timedelta(days=900)
    world.sign_up()
    world.now = right_time
    world.advance_to(utc(2021, 9, 17))

    assert [message.kind for message in world.notifications] == ["reminder"] * 3
    assert world.request_signup("ben@example.org").status_code == 303
    world.tick(world.now)
    assert world.mail.received[-1].kind == "confirmation"


def test_an_hour_is_said_on_the_readers_clock_and_on_the_events(world: SubscriberWorld) -> None:
    world.sign_up(zone="Europe/Berlin")
    world.advance_to(utc(2021, 9, 10, 4))
    text = world.notifications[-1].text
    assert "Friday, 10 September 2021, 07:00 (Berlin, UTC+2)" in text
    assert "Local time: Friday, 10 September 2021, 10:00 (Dushanbe, UTC+5)" in text


def test_an_hour_in_utc_is_no_local_time(world: SubscriberWorld) -> None:
    world.publish(
        "- {id: launch, title: Launch, when: 2021-09-15 14:32, timezone: UTC, reminders: [the day before at 09:00]}",
        world.now,
    )
    world.sign_up(zone="Europe/Berlin")
    world.advance_to(utc(2021, 9, 15))
    lines = world.notifications[-1].text.splitlines()
    assert "Wednesday, 15 September 2021, 16:32 (Berlin, UTC+2)" in lines
    assert "Wednesday, 15 September 2021, 14:32 (UTC)" in lines
    page = world.browser.get("/events/launch?tz=Europe/Berlin").get_data(as_text=True)
    assert "<span>Wednesday, 15 September 2021, 14:32 (UTC)</span>" in page


def test_a_change_strikes_what_was_and_stresses_what_is(world: SubscriberWorld) -> None:
    world.sign_up()
    world.publish(MOVED, world.now + timedelta(minutes=1))
    world.advance_to(world.now + timedelta(hours=1))
    html = world.notifications[-1].html
    assert "<s>Was: Thursday 16 September – Friday 17 September 2021" in html
    assert "<strong>Now: Saturday 18 September – Sunday 19 September 2021" in html


CALENDAR = Calendar("test", Text.plain("Test", "en"), "Asia/Dushanbe")


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_whole_in_every_language_and_either_direction(language: str) -> None:
    query, context = Filter(tags=("summit",), q="unseen"), MessageContext(CALENDAR, NOW, language)
    for message in (
        confirmation_message(context, query, str, link_expires_at=NOW + timedelta(days=2)),
        already_subscribed_message(context, query, str),
    ):
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in message.html
        assert "{" not in fill_placeholders(message).text
        assert "unseen" not in message.text + message.html


def test_a_reminder_is_late_by_the_ledgers_word_also_for_people(world: SubscriberWorld) -> None:
    world.sign_up()
    world.now = utc(2021, 9, 9, 8)  # nobody looked for a week
    world.tick(world.now)
    assert "This reminder is late" in world.notifications[-1].text


def test_ledgers_figures_count_people(world: SubscriberWorld) -> None:
    world.sign_up()
    with world.store.read() as conn:
        assert stats.ledger_stats(conn, NOW).subscriptions == 1


IN_BERLIN = "- {id: call, title: Call, when: 2026-12-02 10:00/11:00, timezone: Europe/Berlin, repeat: every 2 weeks, reminders: [on change]}\n"
IN_TASHKENT = IN_BERLIN.replace("10:00/11:00", "14:00/15:00").replace("Europe/Berlin", "Asia/Tashkent")


@pytest.mark.parametrize(
    ("editions", "subjects"),
    [
        ([IN_TASHKENT], ["Date changed, Wed, 7 Apr 2027, 14:00; every 2 weeks: Call"]),
        ([IN_TASHKENT, IN_BERLIN], []),  # before the notice had gone out
        ([IN_BERLIN.replace("Berlin", "Paris")], []),
    ],
)
def test_a_series_on_the_clock_of_another_zone_is_told_by_its_first_date_at_another_moment(
    tmp_path: Path, editions: list[str], subjects: list[str]
) -> None:
    world = SubscriberWorld(tmp_path, utc(2026, 12, 3, 6))
    world.publish(IN_BERLIN, world.now)
    world.sign_up(query="?event=call")
    for events in editions:
        world.publish(events, world.now)
        world.advance_to(world.now + timedelta(minutes=1))
    world.advance_to(world.now + timedelta(days=2))

    assert [message.subject for message in world.notifications] == subjects
    for message in world.notifications:
        assert "\nWas: Wednesday, 7 April 2027, 10:00–11:00 (Berlin, UTC+2)" in message.text
        assert "\nNow: Wednesday, 7 April 2027, 14:00–15:00 (Tashkent, UTC+5)" in message.text
