"""The page's button and the service worker in Chromium: pushes are delivered to the worker through the DevTools protocol.

The browser's own push service is out of reach here, so that `PushManager.subscribe` answers with an endpoint of the tests'
push service; everything after it is real: permission, worker, encryption, decryption, notification.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from eventcal.settings import Settings
from eventcal.web.rate_limit import limiter

from .chromium import SCREENSHOT_FOLDER
from .push_service import AUTH_SECRET, PUBLIC_KEY, PushService, push_service
from .test_webpush_people import EVENTS, MOVED, NOW, DeviceWorld
from .world import utc

sync_api = pytest.importorskip("playwright.sync_api", reason="pip install playwright")
expect = sync_api.expect
pytestmark = pytest.mark.browser

WAIT_SECONDS = 60

# In place of the browser's subscription, which only its maker's push service can give.
SUBSCRIBE = """
const made = (url, key) => {
  const json = {endpoint: url, expirationTime: null, keys: {p256dh: %r, auth: %r}};
  const bytes = Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  return {...json, options: {applicationServerKey: bytes.buffer}, toJSON: () => json, unsubscribe: async () => {
    localStorage.removeItem('subscribed'); return true; }};
};
PushManager.prototype.subscribe = async function ({applicationServerKey}) {
  if (Notification.permission !== 'granted') throw new Error('not allowed');
  localStorage.setItem('subscribed', applicationServerKey);
  return made(%r, applicationServerKey);
};
PushManager.prototype.getSubscription = async function () {
  const key = localStorage.getItem('subscribed');
  return key ? made(%r, key) : null;
};
"""


class Visitor:
    """A page in a browser of its own, and the worker that it registered."""

    def __init__(self, browser: Any, address: str, service: PushService, permission: bool = True) -> None:
        self.address = address
        self.context = browser.new_context(base_url=address, service_workers="allow")
        if permission:
            self.context.grant_permissions(["notifications"], origin=address)
        endpoint = f"{service.url}/p/1"
        self.context.add_init_script(SUBSCRIBE % (PUBLIC_KEY, AUTH_SECRET, endpoint, endpoint))
        self.page = self.context.new_page()
        self._devtools = self.context.new_cdp_session(self.page)
        self._registrations: list[str] = []
        self._devtools.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: self._registrations.extend(one["registrationId"] for one in event["registrations"]),
        )
        self._devtools.send("ServiceWorker.enable")

    def deliver(self, payload: dict[str, Any]) -> None:
        """Pushes *payload*, as the browser does once it has decrypted a message."""
        wait_for(lambda: self._registrations or self.page.wait_for_timeout(50), "the worker is registered")
        self._devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": self.address, "registrationId": self._registrations[-1], "data": json.dumps(payload)},
        )

    def deliver_until(self, payloads: Sequence[dict[str, Any]], condition: Callable[[], object], what: str) -> None:
        """Pushes *payloads* again each second: a worker that is just being updated drops what the developer tools push."""
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                pytest.fail(f"not within {WAIT_SECONDS} s: {what}")
            for payload in payloads:
                self.deliver(payload)
            self.page.wait_for_timeout(1_000)

    def notifications(self) -> list[dict[str, Any]]:
        """The notifications that are shown, as the page reads them back."""
        shown: list[dict[str, Any]] = self.page.evaluate(
            "async () => (await (await navigator.serviceWorker.ready).getNotifications())"
            ".map(({title, body, tag, lang, data, actions}) => ({title, body, tag, lang, data, actions}))"
        )
        return shown

    def click(self, action: str) -> None:
        """Presses a button of the only notification, as the system hands it to the worker."""
        (worker,) = self.context.service_workers
        worker.evaluate(
            "async (action) => { const [notification] = await registration.getNotifications();"
            " notification.close(); await act(action, notification.data); }",
            action,
        )


def wait_for(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {WAIT_SECONDS} s: {what}")


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


class ServedWorld(DeviceWorld):
    """A world whose pages are served on a port of this machine, where browsers allow service workers without TLS."""

    def __init__(self, folder: Path, service: PushService, events: str = EVENTS, now: datetime = NOW) -> None:
        self._server = make_server(
            "localhost", 0, lambda environ, start_response: self.app(environ, start_response), threaded=True
        )
        self.address = f"http://localhost:{self._server.server_port}"
        super().__init__(folder, service, Settings(base_url=self.address, push_allow_private=True), now)
        self.publish(events, now)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take_payloads(self) -> list[dict[str, Any]]:
        """What the push service got, for a browser whose clock is far ahead of the world's."""
        payloads = self.service.payloads
        for payload in payloads:
            payload["notification"]["data"]["expires"] = "2999-01-01T00:00:00.000Z"
        self.service.requests.clear()
        return payloads

    def deliver_to(self, visitor: Visitor) -> None:
        """What the push service got goes to the browser."""
        for payload in self.take_payloads():
            visitor.deliver(payload)


@pytest.fixture
def world(tmp_path: Path, service: PushService, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServedWorld]:
    monkeypatch.setattr("tests.world.DEFAULT_STORE_URL", f"sqlite:///{tmp_path / 'eventcal.db'}")
    world = ServedWorld(tmp_path, service)
    limiter.reset()
    yield world
    world.close()


def signed_up(browser: Any, world: ServedWorld) -> Visitor:
    """A visitor whose device has answered its first push."""
    visitor = Visitor(browser, world.address, world.service)
    visitor.page.goto("/subscribe")
    visitor.page.get_by_role("button", name="Remind me on this device").click()
    visitor.page.get_by_text("A first notification is on its way").wait_for()
    world.tick(world.now)
    world.deliver_to(visitor)
    visitor.page.get_by_text("A first notification is on its way").wait_for(state="detached")
    return visitor


def test_a_visitor_is_reminded_on_the_device_and_a_moved_date_replaces_the_notification(
    browser: Any, world: ServedWorld
) -> None:
    visitor = signed_up(browser, world)
    assert [one.state for one in world.devices()] == ["active"]
    wait_for(visitor.notifications, "the first one is shown")
    assert [one["title"] for one in visitor.notifications()] == ["This device gets reminders from Test calendar"]
    take_picture(visitor, "preferences")

    world.advance_to(utc(2021, 9, 9, 5))
    visitor.deliver_until(world.take_payloads(), lambda: len(visitor.notifications()) == 2, "the reminder is shown")
    reminder = next(one for one in visitor.notifications() if one["title"].endswith("SCO summit"))
    assert "Dushanbe" in reminder["body"]
    assert reminder["lang"] == "en"
    assert [action["title"] for action in reminder["actions"]] == ["Show", "Stop reminders for this event"]

    world.publish(MOVED, utc(2021, 9, 9, 6))
    world.advance_to(utc(2021, 9, 9, 7))
    visitor.deliver_until(
        world.take_payloads(),
        lambda: any("Moved" in one["title"] for one in visitor.notifications()),
        "the change is shown",
    )
    assert len(visitor.notifications()) == 2
    visitor.context.close()


def test_a_push_whose_use_is_over_is_not_shown_and_takes_its_older_state_away(browser: Any, world: ServedWorld) -> None:
    visitor = signed_up(browser, world)
    wait_for(visitor.notifications, "the first one is shown")
    welcome = visitor.notifications()[0]
    past = {"id": "other", "expires": "2020-01-01T00:00:00.000Z"}

    over = {"web_push": 8030, "notification": {"title": "Over", "tag": welcome["tag"], "data": past}}
    visitor.deliver_until([over], lambda: not visitor.notifications(), "nothing is shown")
    visitor.context.close()


def test_the_notifications_button_stops_the_event(browser: Any, world: ServedWorld) -> None:
    visitor = signed_up(browser, world)
    wait_for(visitor.notifications, "the first one is shown")
    visitor.page.evaluate(
        "async () => { for (const one of await (await navigator.serviceWorker.ready).getNotifications()) one.close(); }"
    )
    wait_for(lambda: not visitor.notifications(), "the first one is closed")
    world.advance_to(utc(2021, 9, 9, 5))
    visitor.deliver_until([world.take_payloads()[-1]], visitor.notifications, "the push is shown")

    visitor.click("stop")

    visitor.page.reload()
    visitor.page.get_by_text("Events without reminders").wait_for()
    expect(visitor.page.get_by_role("button", name="Remind me again")).to_be_visible()
    visitor.context.close()


def test_a_device_finds_its_page_without_a_link_and_forgets_all_when_it_is_deleted(
    browser: Any, world: ServedWorld
) -> None:
    visitor = signed_up(browser, world)

    visitor.page.goto("/preferences")
    visitor.page.wait_for_url("**/preferences/*")
    visitor.page.get_by_text("Delete my data").first.click()
    visitor.page.get_by_role("button", name="Delete my data").click()
    visitor.page.get_by_role("heading", name="Your data is deleted").wait_for()

    assert world.device_rows() == 0
    visitor.page.goto("/preferences")
    visitor.page.get_by_text("This device gets no reminders.").wait_for()
    visitor.context.close()


def test_a_refused_permission_is_said_and_the_form_stays(browser: Any, world: ServedWorld) -> None:
    visitor = Visitor(browser, world.address, world.service, permission=False)
    visitor.context.add_init_script(
        "Notification.requestPermission = async () => 'denied';"
        "Object.defineProperty(Notification, 'permission', {get: () => 'default'});"
    )
    visitor.page.goto("/subscribe")
    visitor.page.get_by_role("button", name="Remind me on this device").click()

    visitor.page.get_by_text("Notifications are blocked.").wait_for()
    take_picture(visitor, "refused")
    assert world.devices() == []
    visitor.context.close()


def test_nothing_is_offered_without_script_or_support(browser: Any, world: ServedWorld) -> None:
    without_script = browser.new_context(base_url=world.address, java_script_enabled=False)
    page = without_script.new_page()
    page.goto("/events/summit")
    expect(page.locator("main").get_by_text("Remind me on this device")).to_be_hidden()
    without_script.close()

    without_support = browser.new_context(base_url=world.address)
    without_support.add_init_script("delete window.PushManager")
    page = without_support.new_page()
    page.goto("/subscribe")
    expect(page.get_by_role("button", name="Remind me on this device")).to_be_hidden()
    without_support.close()


def test_an_iphone_is_told_to_put_the_page_on_its_home_screen(browser: Any, world: ServedWorld) -> None:
    context = browser.new_context(
        base_url=world.address, user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) Safari/605.1.15"
    )
    context.add_init_script("delete window.PushManager")
    page = context.new_page()
    page.goto("/subscribe")

    page.get_by_text("add this page to your Home Screen first").wait_for()
    context.close()


def take_picture(visitor: Visitor, name: str) -> None:
    if SCREENSHOT_FOLDER:
        visitor.page.screenshot(path=str(Path(SCREENSHOT_FOLDER) / f"push-{name}.png"), full_page=True)
