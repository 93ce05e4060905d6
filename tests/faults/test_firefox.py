"""A device that nobody stands in for: Firefox subscribes, decrypts, shows and replaces by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from eventcal.web.rate_limit import limiter

from ..push_service import push_service
from ..serve_process import wait_until
from ..test_webpush_browser import ServedWorld
from ..world import utc
from .firefox import Firefox, running_firefox

pytestmark = pytest.mark.long
# The browser's clock is the machine's: what is pushed is of use for long.
EVENTS = (
    "- {id: summit, title: SCO summit, when: 2099-09-16/17, place: Dushanbe, reminders: [1 week before, on change]}"
)
MOVED = EVENTS.replace("16/17", "18/19")
OFFER = "document.querySelector('[data-push]')"
SHOWN = (
    "navigator.serviceWorker.ready.then((ready) => ready.getNotifications())"
    ".then((all) => all.map(({title, body, tag}) => ({title, body, tag})))"
)


def shown_titles(firefox: Firefox) -> list[str]:
    return sorted(notification["title"] for notification in firefox.evaluate(SHOWN))


def test_firefox_signs_up_is_reminded_and_has_the_notification_replaced_when_the_date_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.world.DEFAULT_STORE_URL", f"sqlite:///{tmp_path / 'eventcal.db'}")
    (profile := tmp_path / "profile").mkdir()
    with push_service() as service:
        world = ServedWorld(tmp_path, service, EVENTS, utc(2099, 9, 1, 6))
        limiter.reset()
        try:
            with running_firefox(profile, service) as (firefox, autopush):
                firefox.open(f"{world.address}/subscribe")
                wait_until(lambda: firefox.evaluate(f"!{OFFER}.hidden"), "the button is offered")
                firefox.evaluate(f"{OFFER}.querySelector('button').click()")
                wait_until(world.devices, "the device is signed up")
                world.tick(world.now)
                autopush.deliver()
                wait_until(lambda: [one.state for one in world.devices()] == ["active"], "the worker answers")
                wait_until(lambda: shown_titles(firefox), "the first notification is shown")
                assert shown_titles(firefox) == ["This device gets reminders from Test calendar"]

                world.advance_to(utc(2099, 9, 9, 5))
                autopush.deliver()
                wait_until(lambda: len(shown_titles(firefox)) == 2, "the reminder is shown")
                assert "SCO summit" in shown_titles(firefox)[0]

                world.publish(MOVED, utc(2099, 9, 9, 6))
                world.advance_to(utc(2099, 9, 9, 7))
                autopush.deliver()
                wait_until(lambda: any("Moved" in title for title in shown_titles(firefox)), "the change is shown")
                assert len(shown_titles(firefox)) == 2
        finally:
            world.close()
