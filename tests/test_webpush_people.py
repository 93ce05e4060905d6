"""Devices that sign up, through the pages and the passes, with a push service of the tests' own and both databases."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from eventcal.channels import Ambiguous
from eventcal.channels.webpush import WebPushChannel
from eventcal.deliveries import rehearse_edit, sync_and_recover
from eventcal.settings import Settings
from eventcal.store import devices, subscribers
from eventcal.store.backup import clone_to_memory
from eventcal.store.ledger import health, stats
from eventcal.store.retention import run_retention, silent_devices
from eventcal.store.subscribers import Subscriber
from eventcal.web.app import create_app
from eventcal.web.rate_limit import limiter

from .factories import read_registry
from .push_service import AUTH_SECRET, Answer, PushService, push_service, subscription
from .subscriber_world import BASE_URL, PROXY, SubscriberWorld
from .world import REGISTRY_HEADER, utc

NOW = utc(2021, 9, 1, 6)
PUSH_ONLY = Settings(base_url=BASE_URL, push_allow_private=True, trusted_proxies=(PROXY,))
pytestmark = pytest.mark.usefixtures("either_database")

EVENTS = """
- id: summit
  title: {en: SCO summit, ru: Саммит ШОС}
  when: 2021-09-16/17
  place: {name: Dushanbe, country: TJ}
  tags: [summit]
  reminders: [1 week before at 09:00, the day before at 18:00, on change]
- {id: call, title: Press call, when: 2021-09-10 10:00, tags: [press], reminders: [2 hours before]}
"""
MOVED = EVENTS.replace("2021-09-16/17", "2021-09-18/19")
CANCELLED = EVENTS.replace("  tags: [summit]", "  tags: [summit]\n  status: cancelled")


class DeviceWorld(SubscriberWorld):
    """A world whose visitors sign up with the device of `push_service`, at a path of it each."""

    def __init__(self, folder: Path, service: PushService, settings: Settings = PUSH_ONLY, now: datetime = NOW) -> None:
        super().__init__(folder, now, settings=settings)
        self.service = service
        self.channels["webpush"] = self.new_channel()

    def new_channel(self) -> WebPushChannel:
        def load_keys() -> list[devices.VapidKey]:
            with self.store.read() as conn:
                return devices.find_vapid_keys(conn)

        return WebPushChannel(load_keys, BASE_URL, allow_private=True)

    def subscribe(self, path: str = "/p/1", query: str = "", **choices: object) -> TestResponse:
        return self.browser.post(f"/push/subscribe{query}", json={"subscription": self.subscription(path), **choices})

    def subscription(self, path: str = "/p/1") -> dict[str, Any]:
        return subscription(self.service.url + path)

    def answer(self) -> TestResponse:
        """What the service worker does with the first push."""
        confirm = self.service.payloads[-1]["notification"]["data"]["confirm"]
        return self.browser.post(confirm.removeprefix(BASE_URL))

    def sign_up_device(self, path: str = "/p/1", query: str = "", **choices: object) -> str:
        """Signs up and answers; returns the path of the device's preferences."""
        response = self.subscribe(path, query, **choices)
        assert response.status_code == 201, response.text
        self.tick(self.now)
        if response.json["state"] == "pending":
            assert self.answer().status_code == 200
        self.service.requests.clear()
        return str(response.json["preferences"])

    @property
    def titles(self) -> list[str]:
        return [payload["notification"]["title"] for payload in self.service.payloads]

    def device_rows(self) -> int:
        with self.store.read() as conn:
            return int(conn.execute(text("SELECT count(*) FROM push_device")).scalar_one())

    def devices(self) -> list[Subscriber]:
        with self.store.read() as conn:
            return [one for one in subscribers.all_subscribers(conn) if one.is_device]


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


@pytest.fixture
def world(tmp_path: Path, service: PushService) -> DeviceWorld:
    world = DeviceWorld(tmp_path, service)
    world.publish(EVENTS, NOW)
    limiter.reset()
    return world


# signing up


def test_a_device_is_reminded_once_it_has_answered_its_first_push(world: DeviceWorld) -> None:
    response = world.subscribe()
    assert (response.status_code, response.json["state"]) == (201, "pending")
    world.tick(NOW)
    assert world.titles == ["This device gets reminders from Test calendar"]

    assert world.answer().status_code == 200
    world.advance_to(utc(2021, 9, 9, 5))

    notification = world.service.payloads[-1]["notification"]
    assert notification["title"].endswith("SCO summit")
    assert "16" in notification["title"]
    assert "Dushanbe" in notification["body"]
    assert notification["navigate"] == f"{BASE_URL}/events/summit"
    assert world.is_balanced()


def test_nothing_is_sent_to_an_endpoint_that_never_answers_and_in_a_week_it_is_forgotten(world: DeviceWorld) -> None:
    world.subscribe()
    world.advance_to(utc(2021, 9, 9, 8))

    assert world.titles == ["This device gets reminders from Test calendar"]
    assert (world.devices(), world.device_rows()) == ([], 0)
    assert world.is_balanced()


def test_a_device_has_the_same_choices_as_a_mailbox(world: DeviceWorld) -> None:
    world.sign_up_device(
        query="?tag=summit", which="mine", lead=["1 week before at 09:00"], notice=["on cancel"],
        language="ru", zone="Europe/Moscow", digest="",
    )  # fmt: skip

    (device,) = world.devices()
    assert device.preferences == subscribers.SubscriptionPreferences(
        "tag=summit", "ru", "Europe/Moscow", '["1 week before at 09:00"]', '["on cancel"]', ""
    )
    world.advance_to(utc(2021, 9, 9, 8))
    assert [title.rpartition(": ")[2] for title in world.titles] == ["Саммит ШОС"]
    assert world.service.payloads[0]["notification"]["actions"][1]["title"] == "Больше не напоминать об этом событии"


def test_a_browser_sends_the_form_with_its_subscription_beside_the_choices(world: DeviceWorld) -> None:
    response = world.browser.post(
        "/push/subscribe",
        data={"subscription": json.dumps(world.subscription()), "which": "mine", "lead": ["1 hour before"]},
    )

    assert response.status_code == 201
    assert world.devices()[0].preferences.leads == '["1 hour before"]'


def test_a_device_that_answered_adds_further_events_at_once_and_changes_what_it_has(world: DeviceWorld) -> None:
    world.sign_up_device(query="?tag=press")

    assert world.subscribe(query="?event=summit", address=[5]).json["state"] == "active"  # a device has none
    assert world.subscribe(query="?event=summit", language="ru").json["state"] == "active"

    assert [(one.preferences.filter, one.preferences.language) for one in world.devices()] == [
        ("tag=press", "en"),
        ("event=summit", "ru"),
    ]
    assert world.device_rows() == 1


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        ({"subscription": {"endpoint": "ftp://x"}}, "https"),
        ({}, "https"),
        ({"subscription": "x"}, "https"),
        ({"which": "mine"}, "which"),
        ({"zone": "Nowhere/City"}, "zone"),
        ({"zone": 5}, "zone: write text"),
        ({"which": "mine", "lead": 5}, "lead: write text"),
        ({"which": "mine", "lead": [{"a": 1}]}, "lead: write text"),
        ({"which": {}}, "which: write text"),
        ({"which": ["mine"]}, "which: write one text"),
        ({"digest": [], "which": "own"}, "digest: write one text"),
        ({"digest": "monday 25:00", "which": "own"}, "digest: write one of daily, weekly"),
        ({"language": "xx", "which": "own"}, "language: write one of"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(world: DeviceWorld, sent: dict[str, Any], what: str) -> None:
    values = {"subscription": world.subscription()} | sent if "zone" in sent or "which" in sent else sent

    response = world.browser.post("/push/subscribe", json=values)

    assert (response.status_code, world.devices()) == (400, [])
    assert what in response.json["error"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"7", b"\xff", b"[" * 60_000])
def test_a_body_that_is_no_json_object_is_a_400(world: DeviceWorld, body: bytes) -> None:
    for path in ("/push/subscribe", "/push/renew", "/push/links"):
        response = world.browser.post(path, data=body, content_type="application/json")
        assert response.status_code in (400, 404), (path, response.text)


def test_another_sites_page_signs_no_device_up(world: DeviceWorld) -> None:
    for path in ("/push/subscribe", "/push/renew", "/push/links"):
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            response = world.browser.post(path, json={"subscription": world.subscription()}, headers=headers)
            assert response.status_code == 403
    assert world.devices() == []


def test_endpoints_of_this_machine_are_refused_unless_the_setting_allows_them(
    tmp_path: Path, service: PushService
) -> None:
    world = DeviceWorld(tmp_path, service, Settings(base_url=BASE_URL))
    world.publish(EVENTS, NOW)

    assert world.subscribe().status_code == 400
    assert world.devices() == []


def test_pages_without_https_offer_no_device(tmp_path: Path, service: PushService) -> None:
    world = DeviceWorld(tmp_path, service, Settings(base_url="http://cal.example.org"))
    world.publish(EVENTS, NOW)

    assert world.subscribe().status_code == 404
    assert "data-push" not in world.browser.get("/").text


def test_the_form_offers_the_device_beside_the_mail_and_alone_where_no_mail_is_sent(world: DeviceWorld) -> None:
    page = world.browser.get("/subscribe?event=summit").text

    assert 'data-subscribe="/push/subscribe?event=summit"' in page
    assert 'name="address"' not in page
    assert world.request_signup().status_code == 503


# reminders, changes, digests


def test_a_moved_date_replaces_the_notification_of_the_old_one_in_place(world: DeviceWorld) -> None:
    world.sign_up_device()
    world.advance_to(utc(2021, 9, 9, 5))
    world.publish(MOVED, utc(2021, 9, 9, 6))
    world.advance_to(utc(2021, 9, 9, 7))

    reminder, change = world.service.payloads
    assert change["notification"]["title"].startswith("Moved to")
    assert reminder["notification"]["tag"] == change["notification"]["tag"]
    assert world.service.requests[0].headers["topic"] == world.service.requests[1].headers["topic"]
    assert world.is_balanced()


def test_a_cancelled_event_is_said_urgently_and_later_reminders_end(world: DeviceWorld) -> None:
    world.sign_up_device()
    world.advance_to(utc(2021, 9, 9, 5))
    world.publish(CANCELLED, utc(2021, 9, 9, 6))
    world.advance_to(utc(2021, 9, 16, 6))

    (cancelled,) = [number for number, title in enumerate(world.titles) if title.startswith("Cancelled")]
    assert "SCO summit" in world.titles[cancelled]
    assert world.service.requests[cancelled].headers["urgency"] == "high"
    assert sum("SCO summit" in title for title in world.titles) == 2


def test_a_digest_reaches_the_device_that_asked_for_one(world: DeviceWorld) -> None:
    world.sign_up_device(which="mine", lead=["1 week before at 09:00"], digest="daily")
    world.advance_to(utc(2021, 9, 10, 6))

    notifications = [payload["notification"] for payload in world.service.payloads]
    assert {one["data"]["kind"] for one in notifications} == {"digest"}
    assert {one["title"] for one in notifications} == {"Test calendar"}
    first, second = (one["body"] for one in notifications)
    assert ("Press call" in first, "SCO summit" in second) == (True, True)
    assert world.is_balanced()


def test_the_push_service_keeps_a_message_until_it_is_of_no_use(world: DeviceWorld) -> None:
    world.sign_up_device(query="?event=call")
    world.advance_to(utc(2021, 9, 10, 3))

    (request,) = world.service.requests
    assert request.headers["ttl"] == str(2 * 3600)
    assert world.service.payloads[0]["notification"]["data"]["expires"] == "2021-09-10T05:00:00.000Z"


# failures


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_deleted_with_everything(world: DeviceWorld, status: int) -> None:
    world.sign_up_device(query="?tag=press")
    world.subscribe(query="?tag=summit")
    world.service.answers["/p/1"] = Answer(status)

    world.advance_to(utc(2021, 9, 9, 5))

    assert (world.devices(), world.device_rows()) == ([], 0)
    assert "/p/1" not in world.dump()
    assert world.is_balanced()
    assert len(world.service.requests) == 1


def test_a_push_service_that_asks_to_wait_is_asked_again_then_and_the_reminder_arrives_once(
    world: DeviceWorld,
) -> None:
    world.sign_up_device()
    world.service.answers["/p/1"] = Answer(429, {"Retry-After": "600"})
    world.advance_to(utc(2021, 9, 9, 4, 5))
    assert len(world.service.requests) == 1
    world.service.answers.clear()

    world.advance_to(utc(2021, 9, 9, 5))

    assert len(world.service.requests) == 2
    assert world.states()[-1][0] == "sent"
    assert world.is_balanced()


def test_a_device_whose_push_service_is_waited_for_has_no_attempt_counted(world: DeviceWorld) -> None:
    world.sign_up_device("/p/1")
    world.sign_up_device("/p/2")
    world.service.answers["/p/1"] = world.service.answers["/p/2"] = Answer(429, {"Retry-After": "600"})

    world.advance_to(utc(2021, 9, 9, 4, 5))

    waiting = [record for record in world.delivery_records() if record.kind == "reminder"]
    assert sorted((record.state, record.attempts) for record in waiting) == [("queued", 0), ("retry", 1)]
    world.service.answers.clear()
    world.advance_to(utc(2021, 9, 9, 4, 20))
    assert {record.state for record in world.delivery_records() if record.kind == "reminder"} == {"sent"}


def test_what_waits_for_its_push_service_until_it_is_of_no_use_is_dead_and_says_why(world: DeviceWorld) -> None:
    for number in range(1, 3):
        world.sign_up_device(f"/p/{number}", query="?event=call")
        world.service.answers[f"/p/{number}"] = Answer(429, {"Retry-After": "36000"})

    world.advance_to(utc(2021, 9, 10, 6))

    ended = sorted(record.reason_text for record in world.delivery_records() if record.kind == "reminder")
    assert ended == ["asked to wait 10:00:00: 429", "no time left: waiting for the push service: 429"]


def test_a_dead_push_service_ends_with_the_reminders_use_and_not_before(world: DeviceWorld) -> None:
    world.sign_up_device(query="?event=call")
    world.service.answers["/p/1"] = Answer(503)

    world.advance_to(utc(2021, 9, 10, 6))

    (reason,) = [reason for state, reason in world.states() if state == "dead"]
    assert reason.startswith("no time left: ")
    assert reason.endswith("503")
    assert world.device_rows() == 1


def test_one_that_was_being_sent_when_the_process_ended_replaces_itself(world: DeviceWorld) -> None:
    world.sign_up_device()
    real = world.channels["webpush"]

    class LosesTheAnswer:
        destination, wants_calendar = real.destination, False

        def send(self, message: object, recheck: object) -> Ambiguous:
            real.send(message)  # type: ignore[arg-type]
            return Ambiguous("killed", receiver_deduplicates=True)

    world.channels["webpush"] = LosesTheAnswer()
    world.advance_to(utc(2021, 9, 9, 4))
    world.channels["webpush"] = world.new_channel()
    sync_and_recover(world.store, (), world.now)
    world.advance_to(utc(2021, 9, 9, 5))

    first, second = world.service.payloads
    assert (first["notification"]["data"]["id"], first["notification"]["tag"]) == (
        second["notification"]["data"]["id"],
        second["notification"]["tag"],
    )
    assert world.is_balanced()


def test_push_services_that_never_answer_close_nothing_for_the_others(world: DeviceWorld) -> None:
    for number in range(1, 8):
        world.sign_up_device(f"/p/{number}", query="?event=call")
    world.service.answers |= {f"/p/{number}": Answer(0) for number in range(1, 7)}  # hangs up on these

    world.advance_to(utc(2021, 9, 10, 4))

    with world.store.read() as conn:
        assert not [one for one in health.list_breakers(conn).values() if one.is_open]
    states = sorted(record.state for record in world.delivery_records() if record.kind == "reminder")
    assert states.count("sent") == 1


# the device's own pages


def test_a_device_stops_one_event_by_its_notification_and_has_the_others_still(world: DeviceWorld) -> None:
    preferences = world.sign_up_device()
    world.advance_to(utc(2021, 9, 9, 5))
    stop = world.service.payloads[-1]["notification"]["data"]["stop"].removeprefix(BASE_URL)

    assert "SCO summit" in world.browser.get(stop).text
    assert world.browser.head(stop).status_code == 200
    assert "Remind me again" not in world.browser.get(preferences).text
    assert world.browser.post(stop).status_code == 200
    world.publish(MOVED, utc(2021, 9, 9, 6))
    world.advance_to(utc(2021, 9, 18, 6))

    assert [title.rpartition(": ")[2] for title in world.titles] == ["SCO summit", "Press call"]
    assert ("skipped", "stopped for this event") in world.states()
    assert "Remind me again" in world.browser.get(preferences).text


def test_an_event_that_was_stopped_is_not_among_the_next_notifications(world: DeviceWorld) -> None:
    preferences = world.sign_up_device()
    (device,) = world.devices()
    with world.store.write() as conn:
        devices.mute_event(conn, device.id, "summit@test")

    coming = world.browser.get(preferences).text.partition('<ol class="mails">')[2].partition("</ol>")[0]

    assert "Press call" in coming
    assert "SCO summit" not in coming


def test_an_event_that_was_stopped_comes_again_when_the_device_says_so(world: DeviceWorld) -> None:
    preferences = world.sign_up_device()
    (device,) = world.devices()
    with world.store.write() as conn:
        devices.mute_event(conn, device.id, "summit@test")

    for event in ("summit\0", "x" * 50_000, "summit@test"):
        assert world.browser.post(preferences, data={"action": "unmute", "event": event}).status_code == 303
    world.advance_to(utc(2021, 9, 9, 5))

    assert [title.rpartition(": ")[2] for title in world.titles] == ["SCO summit"]


def test_stopping_the_one_event_that_was_asked_for_ends_the_subscription(world: DeviceWorld) -> None:
    world.sign_up_device(query="?event=summit")
    world.advance_to(utc(2021, 9, 9, 5))
    stop = world.service.payloads[-1]["notification"]["data"]["stop"].removeprefix(BASE_URL)

    world.browser.post(stop)

    assert [one.state for one in world.devices()] == ["off"]


WITH_PARTS = """
- id: regatta
  title: Regatta
  when: 2021-09-20
  reminders: [1 day before at 09:00]
  milestones:
    - {id: entries, title: Entries close, when: 2021-09-10, reminders: [1 day before at 09:00]}
    - {id: fees, title: Fees are due, when: 2021-09-12, reminders: [1 day before at 09:00]}
- {id: call, title: Press call, when: 2021-09-11 10:00, reminders: [2 hours before]}
"""


def test_stopping_a_part_ends_the_reminders_of_the_part_alone(world: DeviceWorld) -> None:
    world.publish(WITH_PARTS, NOW)
    preferences = world.sign_up_device(query="?event=regatta&parts=1")
    world.advance_to(utc(2021, 9, 9, 9))
    stop = world.service.payloads[-1]["notification"]["data"]["stop"].removeprefix(BASE_URL)

    world.browser.post(stop)
    world.publish(WITH_PARTS.replace("2021-09-10", "2021-09-14"), utc(2021, 9, 9, 10))
    world.advance_to(utc(2021, 9, 21))

    assert "Entries close" in world.browser.get(preferences).text.partition("Remind me again")[0]
    assert [title.rpartition(": ")[2] for title in world.titles] == ["Entries close", "Fees are due", "Regatta"]


def test_stopping_an_event_ends_the_reminders_of_its_parts(world: DeviceWorld) -> None:
    world.publish(WITH_PARTS, NOW)
    preferences = world.sign_up_device()
    (device,) = world.devices()
    with world.store.write() as conn:
        devices.mute_event(conn, device.id, "regatta@test")

    coming = world.browser.get(preferences).text.partition('<ol class="mails">')[2].partition("</ol>")[0]
    world.publish(WITH_PARTS.replace("2021-09-12", "2021-09-14"), utc(2021, 9, 9, 10))
    world.advance_to(utc(2021, 9, 21))

    assert "Press call" in coming
    assert "Fees are due" not in coming
    assert "Press call" in " ".join(world.titles)
    assert [title for title in world.titles if any(name in title for name in ("Regatta", "Entries", "Fees"))] == []


def test_a_device_finds_its_own_page_by_its_secret_and_nobody_else_does(world: DeviceWorld) -> None:
    preferences = world.sign_up_device()
    known = world.subscription()

    assert world.browser.post("/push/links", json=known).json["preferences"] == preferences
    wrong_secret = known | {"keys": {"auth": "A" * 22}}
    for other in (
        wrong_secret,
        {"endpoint": known["endpoint"]},
        {"endpoint": "https://x.example", "keys": {"auth": AUTH_SECRET}},
    ):
        assert world.browser.post("/push/links", json=other).status_code == 404


@pytest.mark.parametrize("odd", ["\ud800", "\0", "é", "＠", "x" * 50_000])
def test_signs_that_no_endpoint_and_no_secret_has_are_of_no_known_device(world: DeviceWorld, odd: str) -> None:
    world.sign_up_device()
    known = world.subscription()

    for other in (known | {"endpoint": odd}, known | {"keys": {"auth": odd}}):
        assert world.browser.post("/push/links", json=other).status_code == 404
        assert world.browser.post("/push/renew", json={"subscription": known, "old": other}).status_code == 404


def test_a_device_sees_everything_that_is_kept_about_it_and_deletes_it(world: DeviceWorld) -> None:
    preferences = world.sign_up_device()
    world.advance_to(utc(2021, 9, 9, 5))

    kept = world.browser.get(f"{preferences}?export").json
    assert kept["endpoint"] == f"{world.service.url}/p/1"
    assert [mail["event"] for mail in kept["subscriptions"][0]["mails"] if mail["event"]] == ["summit"]

    assert "data-forget" in world.browser.post(preferences, data={"action": "delete"}).text
    assert world.device_rows() == 0
    assert world.service.url not in world.dump()
    assert world.is_balanced()


def test_a_new_endpoint_takes_the_place_of_the_old_one_with_all_choices(world: DeviceWorld) -> None:
    world.sign_up_device(query="?tag=summit")
    renewal = {"old": world.subscription(), "subscription": world.subscription("/p/new")}

    assert world.browser.post("/push/renew", json=renewal).status_code == 200
    assert world.browser.post("/push/renew", json=renewal).status_code == 404
    world.advance_to(utc(2021, 9, 9, 5))

    assert [request.path for request in world.service.requests] == ["/p/new"]
    assert world.device_rows() == 1


def test_a_device_is_forgotten_after_400_days_in_which_nothing_reached_it(world: DeviceWorld) -> None:
    world.sign_up_device()
    world.advance_to(utc(2021, 9, 9, 5))  # a reminder arrives
    day_of_last_sign = utc(2021, 9, 16, 13)  # the day before, at 18:00 in Dushanbe: the last that was sent

    world.advance_to(day_of_last_sign)
    with world.store.read() as conn:
        assert not silent_devices(conn, day_of_last_sign + timedelta(days=398))
        assert silent_devices(conn, day_of_last_sign + timedelta(days=401))
    with world.store.write() as conn:
        for hours in (0, 1):  # after so long a gap, the first run waits for a clock that may be corrected
            run_retention(conn, day_of_last_sign + timedelta(days=401, hours=hours))

    assert world.device_rows() == 0


def test_a_device_is_kept_for_what_reached_it_and_for_its_own_visits(world: DeviceWorld) -> None:
    for path in ("/p/reached", "/p/refusing", "/p/visiting"):
        world.sign_up_device(path)
    reached, refusing, _ = (device.id for device in world.devices())
    world.service.answers["/p/refusing"] = Answer(400)
    last_sent = utc(2021, 9, 15, 13)
    world.advance_to(last_sent + timedelta(days=30))
    assert world.browser.post("/push/links", json=world.subscription("/p/visiting")).status_code == 200

    with world.store.read() as conn:
        assert silent_devices(conn, last_sent + timedelta(days=399)) == [refusing]
        assert silent_devices(conn, last_sent + timedelta(days=401)) == [reached, refusing]


def test_no_endpoint_no_secret_and_no_token_is_written_to_the_log(
    world: DeviceWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="eventcal")
    preferences = world.sign_up_device()
    world.service.answers["/p/1"] = Answer(503)
    world.advance_to(utc(2021, 9, 9, 5))

    assert "webpush" in caplog.text
    for secret in ("/p/1", AUTH_SECRET, preferences.rpartition("/")[2]):
        assert secret not in caplog.text


def test_operators_see_how_many_devices_there_are(world: DeviceWorld) -> None:
    world.sign_up_device("/p/1")
    world.sign_up_device("/p/2")

    app = create_app(world.snapshot, replace(PUSH_ONLY, operator_token="t"), clock=lambda: world.now, store=world.store)
    assert "\neventcal_devices 2.0\n" in app.test_client().get("/metrics").text
    page = app.test_client().get("/operations", headers={"Authorization": f"Basic {b64encode(b':t').decode()}"})
    assert "<dt>Devices</dt><dd>2</dd>" in page.text


def test_a_rehearsed_edit_counts_devices_and_sends_them_nothing(world: DeviceWorld, tmp_path: Path) -> None:
    world.sign_up_device("/p/1")
    world.sign_up_device("/p/2")
    old, new = (
        read_registry(tmp_path, f"{REGISTRY_HEADER}events:{indent(events, '  ')}") for events in (EVENTS, MOVED)
    )
    with closing(clone_to_memory(world.store)) as copy:
        rehearsal = rehearse_edit(copy, old, new, (), world.now, world.render_context)

    assert [rehearsed.message.device is not None for rehearsed in rehearsal.at_once] == [True, True]
    assert world.service.requests == []


def test_lists_name_a_device_by_a_name_that_reaches_nobody(world: DeviceWorld) -> None:
    world.sign_up_device()
    world.advance_to(utc(2021, 9, 9, 5))

    with world.store.read() as conn:
        addresses = {record.address for record in stats.list_deliveries(conn)}
    assert all(address.startswith("device-") for address in addresses)


def test_the_worker_may_see_all_pages_and_the_manifest_names_the_calendar(world: DeviceWorld) -> None:
    worker, manifest = browse(world.browser, "/push-worker.js"), browse(world.browser, "/manifest.webmanifest")

    assert worker.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in worker.headers["Content-Security-Policy"]
    assert (manifest.mimetype, manifest.json["name"]) == ("application/manifest+json", "Test calendar")
    for icon in manifest.json["icons"]:
        assert world.browser.get(icon["src"]).data.startswith(b"\x89PNG")


def browse(browser: FlaskClient, path: str) -> TestResponse:
    response = browser.get(path)
    assert response.status_code == 200
    return response


def test_one_visitor_signs_up_only_so_many_devices(world: DeviceWorld) -> None:
    codes = [world.subscribe(f"/p/{number}").status_code for number in range(32)]

    assert (codes[:30], codes[30:]) == ([201] * 30, [429] * 2)


def test_what_the_documentation_tells_apps_to_send_is_taken(world: DeviceWorld) -> None:
    documentation = (Path(__file__).parents[1] / "docs" / "push.md").read_text(encoding="utf-8")
    example = json.loads(documentation.partition("```text\n")[2].partition("```")[0])

    response = world.browser.post("/push/subscribe", json=example | {"subscription": world.subscription()})

    assert response.status_code == 201
    preferences = world.devices()[0].preferences
    assert (preferences.zone, preferences.leads, preferences.notices) == (
        example["zone"],
        json.dumps(example["lead"]),
        json.dumps(example["notice"]),
    )
