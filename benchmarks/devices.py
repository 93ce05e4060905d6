"""One reminder to many devices, encrypted and signed, to a sink on this machine; and the same deliveries as webhooks.

`python -m benchmarks.devices [COUNT]`; 100,000 devices unless it says otherwise. Processor time is this process's own.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventcal import deliveries, editions, web_push
from eventcal.channels import Channel
from eventcal.channels.webhook import WebhookChannel
from eventcal.channels.webpush import WebPushChannel
from eventcal.deliveries import RenderContext
from eventcal.dispatch.threads import SenderThreads
from eventcal.planning import passes as planning_passes
from eventcal.store import Store, ms, open_store, signing_keys

from . import harness, registries
from .harness import print_line
from .sink import Sink, run_sink

COUNT = 100_000
BASE_URL = "https://cal.example.org"


def main(count: int = COUNT) -> None:
    print_line(f"{count:,} devices, SQLite, load {os.getloadavg()[0]:.1f} before it began")
    rates = {name: _measure(count, name) for name in ("web push", "webhook")}
    print_line(f"web push at {rates['web push'] / rates['webhook']:.2f} of the rate of webhooks")


def _measure(count: int, name: str) -> float:
    """Stages and sends one reminder to *count* devices; returns messages a second."""
    with harness.temporary_folder() as folder, run_sink(folder) as sink:
        store = open_store(f"sqlite:///{folder / 'eventcal.db'}")
        store.upgrade()
        key = web_push.generate_vapid_key()
        _add_devices(store, count, sink, key)
        now = datetime.now(UTC)
        deliveries.sync_and_recover(store, (), now)
        due = now.replace(microsecond=0) + timedelta(minutes=5)
        editions.publish(store, _write_registry(folder, due), now, write_plan=planning_passes.plan_edition)
        channel: Channel = WebPushChannel(lambda: [key], BASE_URL, allow_private=True)
        if name == "webhook":
            channel = WebhookChannel(f"http://127.0.0.1:{sink.http_port}/", "secret", allow_private=True)
        at, threads = due - timedelta(seconds=59), SenderThreads()
        context = RenderContext(BASE_URL, load_signing_keys=signing_keys.KeyRing(store, ""))
        sender = deliveries.Sender(store, deliveries.newest_edition(), {"webpush": channel}, lambda: at, context)
        dispatcher = deliveries.LocalDispatcher(sender, threads)
        staged, staging_seconds, _ = _run(sender, dispatcher, lambda: _delivery_count(store), count)
        at = due
        _, seconds, cpu_seconds = _run(sender, dispatcher, sink.count, count)
        threads.close()
        store.close()
    print_line(
        f"{name}: {staged / staging_seconds:,.0f} staged/s; {count / seconds:,.0f} messages/s, "
        f"{1000 * cpu_seconds / count:.2f} ms of processor time a message"
    )
    return count / seconds


def _run(
    sender: deliveries.Sender, dispatcher: deliveries.LocalDispatcher, progress: Callable[[], int], count: int
) -> tuple[int, float, float]:
    begin, cpu_begin = time.perf_counter(), time.process_time()
    while (reached := progress()) < count:
        deliveries.tick(sender, dispatcher, deadline_seconds=5)
    return reached, time.perf_counter() - begin, time.process_time() - cpu_begin


def _delivery_count(store: Store) -> int:
    with store.read() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM delivery").scalar_one())


def _add_devices(store: Store, count: int, sink: Sink, key: web_push.VapidKey) -> None:
    """Devices of one push service, subscribed since yesterday; they share a key pair, which costs the sender the same."""
    at, device_key = ms(datetime.now(UTC) - timedelta(days=1)), web_push.generate_vapid_key().public
    numbers = f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    with store.write() as conn:
        conn.exec_driver_sql(
            "INSERT INTO push_device (address, endpoint, p256dh, auth, vapid_key, created_at, seen_at) "
            f"{numbers} SELECT 'device-' || i, 'http://127.0.0.1:{sink.http_port}/p/' || i, '{device_key}', "
            f"'{web_push.encode_base64url(bytes(16))}', '{key.public}', {at}, {at} FROM n"
        )
        conn.exec_driver_sql(
            "INSERT INTO subscription (origin, channel, address, language, zone, filter, leads, change_kinds, digest, state, "
            f"reason, link_version, created_at, confirmed_at) {numbers} SELECT 'people', 'webpush', 'device-' || i, 'en', "
            f"'', '', '', '', '', 'active', '', 1, {at}, {at} FROM n"
        )


def _write_registry(folder: Path, due: datetime) -> Path:
    start = due.replace(second=0) + timedelta(hours=6)
    lead = int((start - due).total_seconds())
    file = folder / "events.yaml"
    file.write_text(
        registries.registry_header("UTC")
        + f"  - {{id: e, title: Meeting, when: '{start:%Y-%m-%d %H:%M}', place: Dushanbe, reminders: [{lead} seconds before]}}\n"
    )
    return file


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
