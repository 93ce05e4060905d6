"""Ten thousand reminders due in the same second, by web hook and by mail, while people sign up; and APScheduler's own store.

The web hook's are of ten thousand events, each message another; the mail's are of one event, for ten thousand readers who
signed up, each with links of their own. APScheduler keeps two thousand jobs in SQLite, as its documentation has it, and
each makes the same POST to the same other side: the same two thousand by eventcal beside it.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventcal import deliveries
from eventcal.settings import load
from eventcal.store import open_store

from . import harness, registries
from .harness import percentile, print_line, report_ratio
from .lateness import write_webhook_settings
from .ledger import add_subscriptions
from .sink import Sink, run_sink

MANY_MESSAGES, FEW_MESSAGES = 10_000, 2_000
START_MARGIN_SECONDS = 25  # seconds from the start of `serve` until all is due
DELIVERY_TIMEOUT_SECONDS = 60
SIGN_UP_INTERVAL_SECONDS = 0.025


def main() -> None:
    _measure_webhooks(MANY_MESSAGES, "hooks_10k", with_sign_ups=True)
    _measure_mails()
    _measure_webhooks(FEW_MESSAGES, "hooks_2k", with_sign_ups=False)
    with harness.temporary_folder() as folder, run_sink(folder) as sink:
        _measure_apscheduler(folder, sink)


def _measure_webhooks(count: int, name: str, with_sign_ups: bool) -> None:
    with harness.temporary_folder() as folder, run_sink(folder) as sink:
        write_webhook_settings(folder, sink.http_port)
        _measure_deliveries(folder, sink, name, count, _event_lines(count), with_sign_ups, {})


def _measure_mails() -> None:
    with harness.temporary_folder() as folder, run_sink(folder) as sink:
        store = open_store(f"sqlite:///{folder / '.eventcal' / 'eventcal.db'}")
        store.upgrade()
        add_subscriptions(store, MANY_MESSAGES, datetime.now(UTC) - timedelta(days=1))
        store.close()
        relay = {
            "smtp_url": f"smtp://127.0.0.1:{sink.smtp_port}?starttls=never",
            "mail_from": "calendar@example.org",
            "base_url": "https://calendar.example.org",
        }
        _measure_deliveries(folder, sink, "mails_10k", MANY_MESSAGES, _event_lines(1), True, relay)


def _event_lines(event_count: int) -> list[str]:
    return [f"  - {{id: e{number}, title: Meeting {number}, when: 'START'}}\n" for number in range(event_count)]


def _measure_deliveries(
    folder: Path, sink: Sink, name: str, count: int, events: list[str], with_sign_ups: bool, settings: dict[str, str]
) -> None:
    """`eventcal serve` with *count* messages due at once: from that second until all are accepted."""
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=START_MARGIN_SECONDS)
    start = (due + timedelta(minutes=10)).replace(second=0)
    head = registries.registry_header("UTC", f"{(start - due).seconds} seconds before")
    _set_up_store(folder, settings)
    (folder / "events.yaml").write_text(head + "".join(events).replace("START", f"{start:%Y-%m-%d %H:%M}"))
    with harness.run_server(folder, port=str(harness.find_free_port()), **settings) as server:
        database = folder / ".eventcal" / "eventcal.db"
        time.sleep(max(0.0, due.timestamp() - time.time() - 0.5))
        staged = _query_count(database, "SELECT count(*) FROM delivery")
        sign_ups = _SignUpProcess(database) if with_sign_ups else None
        cpu_used = harness.cpu_seconds(server.pid)
        send_deadline = due.timestamp() + DELIVERY_TIMEOUT_SECONDS
        while sink.count() < count and time.time() < send_deadline:
            time.sleep(0.05)
        cpu_used = harness.cpu_seconds(server.pid) - cpu_used
        sign_up_seconds = sign_ups.stop() if sign_ups else []
        settle_deadline = time.monotonic() + 5
        while (
            _query_count(database, "SELECT count(*) FROM delivery WHERE state <> 'sent'")
            and time.monotonic() < settle_deadline
        ):
            time.sleep(0.1)
        unsent = _query_count(database, "SELECT count(*) FROM delivery WHERE state <> 'sent'")
    arrived = [(at - due.timestamp(), message_id) for at, message_id in sink.arrivals()]
    last_arrival = max(at for at, _ in arrived)
    early = sum(at < -0.001 for at, _ in arrived)
    print_line(
        f"{name}: {len({message_id for _, message_id in arrived}):,} of {count:,} accepted, {len(arrived) - count:+} copies, {early} early, "
        f"{unsent} not settled; {staged:,} were staged before they were due; p50 {percentile([at for at, _ in arrived], 0.5):.1f} s, "
        f"last {last_arrival:.1f} s, {cpu_used:.1f} s of the processor's time"
    )
    report_ratio(f"{name}_lost", count - len({message_id for _, message_id in arrived}), "<= 0")
    report_ratio(f"{name}_s", last_arrival, "<= 10")
    if sign_ups:
        print_line(
            f"{len(sign_up_seconds)} sign-ups meanwhile by another process: p50 {percentile(sign_up_seconds, 0.5) * 1000:.0f} ms, max {max(sign_up_seconds) * 1000:.0f} ms"
        )
        report_ratio(f"{name}_sign_up_p99_s", percentile(sign_up_seconds, 0.99), "<= 1")


def _set_up_store(folder: Path, settings: dict[str, str]) -> None:
    """As if the channels had been there since yesterday: who is new gets what falls due in a second staging of everything."""
    (folder / "events.yaml").write_text(registries.registry_header("UTC") + "  []\n")
    loaded = load(
        {f"EVENTCAL_{name.upper()}": value for name, value in settings.items()}, {"registry": folder / "events.yaml"}
    )
    store = open_store(loaded.store_url)
    store.upgrade()
    deliveries.sync_and_recover(store, loaded.reader_channels, datetime.now(UTC) - timedelta(days=1))
    store.close()


def _query_count(database: Path, query: str) -> int:
    conn = sqlite3.connect(database, timeout=10)
    try:
        return int(conn.execute(query).fetchone()[0])
    finally:
        conn.close()


_SIGN_UP_SCRIPT = """
import sqlite3, sys, threading, time
database, every = sys.argv[1], float(sys.argv[2])
conn = sqlite3.connect(database, isolation_level=None, timeout=30)
conn.execute("PRAGMA synchronous = FULL")
over = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
number, end = 0, time.monotonic() + 90
while not over.wait(every) and time.monotonic() < end:
    begin = time.perf_counter()
    conn.execute("BEGIN IMMEDIATE")
    conn.execute(
        "INSERT INTO subscription (origin, channel, address, language, zone, filter, leads, change_kinds, digest, state, reason, "
        "link_version, created_at) VALUES ('people', 'email', ?, '', '', '', '', '', '', 'pending', '', 0, 0)",
        (f"new{number}@example.org",),
    )
    conn.execute("COMMIT")
    print(time.perf_counter() - begin)
    number += 1
"""


class _SignUpProcess:
    """Another process that writes a subscription every 25 ms, as the web does, until it is stopped."""

    def __init__(self, database: Path) -> None:
        command = [sys.executable, "-c", _SIGN_UP_SCRIPT, str(database), str(SIGN_UP_INTERVAL_SECONDS)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def stop(self) -> list[float]:
        output, _ = self._process.communicate(timeout=60)
        return [float(line) for line in output.splitlines()]


def _measure_apscheduler(folder: Path, sink: Sink) -> None:
    command = [sys.executable, "-m", "benchmarks.jobs", str(folder / "jobs.db"), str(sink.http_port), str(FEW_MESSAGES)]
    completed = subprocess.run(command, cwd=harness.ROOT, capture_output=True, text=True, timeout=120)
    if completed.returncode:
        sys.exit(f"benchmarks.jobs: {completed.stderr[-2000:]}")
    due, missed = completed.stdout.split()
    arrived = [at - float(due) for at, _ in sink.arrivals()]
    last = f"the last after {max(arrived):.1f} s" if arrived else "none"
    print_line(
        f"APScheduler's SQLAlchemy job store, {FEW_MESSAGES:,} jobs in one second: {len(arrived):,} ran, {last}; {missed} dropped as missed"
    )


if __name__ == "__main__":
    main()
