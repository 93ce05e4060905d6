"""Keys that are replaced while links and devices made with the earlier ones go on working for a stated time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from eventcal.cli import cli
from eventcal.errors import StoreBusy
from eventcal.store import Store, devices, open_store, signing_keys, subscribers
from eventcal.store.subscribers import SubscriptionPreferences

from .push_service import PushService, decrypt, push_service
from .subscriber_world import BASE_URL, SubscriberWorld, link_path
from .test_webpush_people import EVENTS, NOW, DeviceWorld
from .world import utc

DAYS_90 = timedelta(days=90)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'eventcal.db'}")
    opened.upgrade()
    yield opened
    opened.close()


def rotate(store: Store, configured: str = "", accepted_for: timedelta = DAYS_90) -> datetime:
    with store.write() as conn:
        now = store.now()
        signing_keys.rotate(conn, configured, now + accepted_for, now)
    return now + accepted_for


def test_the_new_key_signs_and_the_earlier_ones_are_accepted(store: Store) -> None:
    (first,) = signing_keys.keys(store, "")
    rotate(store)
    second, *_ = signing_keys.keys(store, "")
    rotate(store)

    newest, *earlier = signing_keys.keys(store, "")
    assert newest not in (first, second)
    assert sorted(earlier) == sorted([first, second])


def test_an_earlier_key_is_accepted_no_longer_than_was_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (first,) = signing_keys.keys(store, "")
    until = rotate(store)

    monkeypatch.setattr(store, "now", lambda: until - timedelta(seconds=1))
    assert first in signing_keys.keys(store, "")
    monkeypatch.setattr(store, "now", lambda: until)
    assert first not in signing_keys.keys(store, "")


def test_after_a_leak_no_earlier_key_is_accepted_at_once(store: Store) -> None:
    first = signing_keys.keys(store, "")
    rotate(store)
    rotate(store, accepted_for=timedelta())

    assert not set(first) & set(signing_keys.keys(store, ""))
    assert len(signing_keys.keys(store, "")) == 1


def test_a_key_of_the_settings_stays_accepted_when_the_setting_is_replaced(store: Store) -> None:
    rotate(store, configured="old setting")

    assert signing_keys.keys(store, "new setting")[0] == "new setting"
    assert "old setting" in signing_keys.keys(store, "new setting")


def test_a_running_process_uses_a_new_key_after_ten_seconds_and_keeps_the_last_while_the_store_is_away(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    ring = signing_keys.KeyRing(store, "", lambda: clock[0])
    before = ring()
    rotate(store, accepted_for=timedelta())
    clock[0] = 9.9
    assert ring() == before
    clock[0] = 10.0
    after = ring()
    assert after == signing_keys.keys(store, "") != before

    def fail(*_: object) -> None:
        raise StoreBusy("no answer")

    monkeypatch.setattr(signing_keys, "keys", fail)
    clock[0] = 20.0
    assert ring() == after
    with pytest.raises(StoreBusy):
        signing_keys.KeyRing(store, "")()


def test_pages_and_senders_take_over_a_new_key_without_a_restart(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NOW)
    world.publish(EVENTS, NOW)
    clock = [0.0]
    for ring in (world.render_context.load_signing_keys, world.app.extensions["eventcal"]._key_ring):
        ring._clock = lambda: clock[0]  # type: ignore[attr-defined]

    def confirmation_link(address: str) -> str:
        world.request_signup(address)
        world.tick(world.now)
        return link_path(world.mail.received[-1], "confirm")

    earlier = confirmation_link("anna@example.org")
    assert world.browser.get(earlier).status_code == 200
    with world.store.write() as conn:
        signing_keys.rotate(conn, "", NOW, NOW)
    assert world.browser.get(earlier).status_code == 200

    clock[0] = signing_keys.REREAD_SECONDS
    assert world.browser.get(earlier).status_code == 404
    assert world.browser.get(confirmation_link("boris@example.org")).status_code == 200


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


def test_a_device_is_reached_with_its_earlier_key_and_renews_with_the_one_that_a_message_names(
    tmp_path: Path, service: PushService
) -> None:
    world = DeviceWorld(tmp_path, service)
    world.publish(EVENTS, NOW)
    world.sign_up_device()
    with world.store.write() as conn:
        earlier_key = devices.find_vapid_keys(conn)[0].public
        new_pair = signing_keys.rotate(conn, "", NOW + DAYS_90, NOW)

    assert new_pair is not None
    new_key = new_pair.public
    world.advance_to(utc(2021, 9, 9, 5))
    assert [read["key"] for read in decrypt(world.service.requests)] == [earlier_key]
    assert world.service.payloads[-1]["notification"]["data"]["key"] == new_key

    renewal = {"old": world.subscription(), "subscription": world.subscription("/p/renewed")}
    assert world.browser.post("/push/renew", json=renewal).status_code == 200
    world.service.requests.clear()
    world.advance_to(utc(2021, 9, 10, 4))
    assert [read["key"] for read in decrypt(world.service.requests)] == [new_key]
    assert world.service.payloads[-1]["notification"]["data"]["key"] == ""


REGISTRY = "version: 1\ncalendar: {id: test, name: Test, timezone: UTC}\nevents: []\n"


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    environment = {
        "EVENTCAL_REGISTRY": str(folder / "events.yaml"),
        "EVENTCAL_DATABASE_URL": f"sqlite:///{folder / 'eventcal.db'}",
        "EVENTCAL_BASE_URL": BASE_URL,
        "EVENTCAL_PUSH_ALLOW_PRIVATE": "true",
    }
    result = CliRunner().invoke(cli, arguments, env=environment)
    return result.exit_code, result.output + (str(result.exception) if result.exception else "")


def test_the_command_says_until_when_links_work_and_what_to_do_next(store: Store, tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text(REGISTRY, encoding="utf-8")
    devices.current_vapid_key(store)

    code, output = run(tmp_path, "rotate-key", "--days", "30")

    assert code == 0
    assert f"accepted until {store.now() + timedelta(days=30):%Y-%m-%d}" in output
    assert "devices subscribe with a new key" in output
    assert "running processes use the new keys within 10 seconds" in output
    assert "no longer accepted" in run(tmp_path, "rotate-key", "--days", "0")[1]


def test_a_test_message_reaches_one_device(store: Store, tmp_path: Path, service: PushService) -> None:
    (tmp_path / "events.yaml").write_text(REGISTRY, encoding="utf-8")
    key = devices.current_vapid_key(store)
    with store.write() as conn:
        endpoint = devices.PushEndpoint(f"{service.url}/p/1", **_keys(), vapid_key=key.public)
        address = devices.save_device(conn, endpoint, store.now())

    assert run(tmp_path, "send-test", "webpush", "--to", address) == (0, f"{address}: accepted (201)\n")
    assert service.payloads[0]["notification"]["title"].startswith("Test")
    assert "--to" in run(tmp_path, "send-test", "webpush")[1]
    assert "no longer knows" in run(tmp_path, "send-test", "webpush", "--to", "device-0")[1]


def _keys() -> dict[str, str]:
    from .push_service import AUTH_SECRET, PUBLIC_KEY

    return {"p256dh": PUBLIC_KEY, "auth": AUTH_SECRET}


def test_the_commands_about_subscribers_take_the_name_of_a_device(tmp_path: Path, service: PushService) -> None:
    (tmp_path / "events.yaml").write_text(REGISTRY, encoding="utf-8")
    opened = open_store(f"sqlite:///{tmp_path / 'eventcal.db'}")
    opened.upgrade()
    with opened.write() as conn:
        endpoint = devices.PushEndpoint(f"{service.url}/p/1", **_keys())
        address = subscribers.sign_up_device(conn, endpoint, SubscriptionPreferences(), opened.now()).address
    opened.close()

    assert f"{address}  pending" in run(tmp_path, "subscribers")[1]
    assert f"{address}  pending" in run(tmp_path, "subscribers", "why", address)[1]
    assert f'"endpoint": "{service.url}/p/1"' in run(tmp_path, "subscribers", "export", address)[1]
    assert address not in run(tmp_path, "subscribers", "export")[1]
    assert run(tmp_path, "subscribers", "remove", address) == (0, "1 deleted\n")
    assert "nothing is stored" in run(tmp_path, "subscribers", "why", address)[1]
