"""Deaths among pushes to devices: a copy replaces its own notification, and none is lost."""

from __future__ import annotations

import json
import random
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from eventcal.store import devices
from eventcal.store.tables import subscription

from ..push_service import PushService, decrypt, endpoint, push_service
from .installation import MAX_IN_FLIGHT_MESSAGES, Installation, check_invariants, event_due_now

COUNT = 600


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as running:
        yield running


def subscribe_devices(installation: Installation, service: PushService) -> None:
    """COUNT devices, each at a path of its own, subscribed a year ago to everything."""
    long_ago = datetime.now(UTC) - timedelta(days=365)
    store = installation.open_store()
    with store.write() as conn:
        key = devices.add_vapid_key(conn).public
        addresses = [
            devices.save_device(conn, endpoint(f"{service.url}/p/{number}", key), datetime.now(UTC))
            for number in range(COUNT)
        ]
        row = {
            "origin": "people", "channel": "webpush", "language": "", "zone": "", "filter": "", "leads": "",
            "change_kinds": "", "digest": "", "state": "active", "reason": "", "link_version": 0,
            "created_at": long_ago, "confirmed_at": long_ago, "ended_at": None,
        }  # fmt: skip
        conn.execute(subscription.insert(), [{**row, "address": address} for address in addresses])
    store.close()


@pytest.mark.timeout(300)
def test_all_devices_are_reminded_though_the_scheduler_is_killed_among_them(
    installation: Installation, service: PushService
) -> None:
    (installation.folder / "eventcal.toml").write_text(
        'base_url = "http://localhost:8000"\npush_allow_private = true\n'
    )
    subscribe_devices(installation, service)
    installation.write_registry(event_due_now("briefing"))
    moments = random.Random(11)
    for _ in range(3):
        life, enough = installation.start_process(), len(service.requests) + moments.randrange(5, 150)
        life.wait_until(lambda: len(service.requests) > enough, "it sends")  # noqa: B023
        life.stop(signal.SIGKILL)
    installation.start_process()
    settled = installation.wait_settled(COUNT + 1, timeout=120)  # one is printed: no other channel is set
    rows = [row for row in settled if row.channel == "webpush"]

    notifications = [json.loads(pushed["payload"])["notification"] for pushed in decrypt(service.requests)]
    arrived = Counter(notification["data"]["id"] for notification in notifications)
    check_invariants(installation.open_store(), rows, arrived)
    assert Counter(row.state for row in rows) == {"sent": COUNT}
    assert {request.path for request in service.requests} == {f"/p/{number}" for number in range(COUNT)}
    assert len(notifications) - COUNT <= 3 * MAX_IN_FLIGHT_MESSAGES
    assert {notification["tag"] for notification in notifications} == {notifications[0]["tag"]}, "a copy replaces"
