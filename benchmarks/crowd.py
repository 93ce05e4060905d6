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

from . import beside, registries
from .beside import percentile, ratio, say
from .lateness import hook
from .ledger import sign_up
from .sink import Sink, sinking

MANY, FEW = 10_000, 2_000
AHEAD = 25  # seconds from the start of `serve` until all is due
PATIENCE = 60
SIGN_UPS_EVERY = 0.025


def main() -> None:
    _hooks(MANY, "hooks_10k", signing_up=True)
    _mails()
    _hooks(FEW, "hooks_2k", signing_up=False)
    with beside.folder() as folder, sinking(folder) as sink:
        _apscheduler(folder, sink)


def _hooks(count: int, name: str, signing_up: bool) -> None:
    with beside.folder() as folder, sinking(folder) as sink:
        hook(folder, sink.http)
        _through(folder, sink, name, count, _one_each(count), signing_up, {})


def _mails() -> None:
    with beside.folder() as folder, sinking(folder) as sink:
        store = open_store(f"sqlite:///{folder / '.eventcal' / 'eventcal.db'}")
        store.upgrade()
        sign_up(store, MANY, datetime.now(UTC) - timedelta(days=1))
        store.close()
        relay = {
            "smtp_url": f"smtp://127.0.0.1:{sink.smtp}?starttls=never",
            "mail_from": "calendar@example.org",
            "base_url": "https://calendar.example.org",
        }
        _through(folder, sink, "mails_10k", MANY, _one_each(1), True, relay)


def _one_each(events: int) -> list[str]:
    return [f"  - {{id: e{number}, title: Meeting {number}, when: 'START'}}\n" for number in range(events)]


def _through(
    folder: Path, sink: Sink, name: str, count: int, events: list[str], signing_up: bool, settings: dict[str, str]
) -> None:
    """`eventcal serve` with *count* messages due at once: from that second until all are accepted."""
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=AHEAD)
    start = (due + timedelta(minutes=10)).replace(second=0)
    head = registries.head("UTC", f"{(start - due).seconds} seconds before")
    _installed(folder, settings)
    (folder / "events.yaml").write_text(head + "".join(events).replace("START", f"{start:%Y-%m-%d %H:%M}"))
    with beside.serving(folder, port=str(beside.free_port()), **settings) as we:
        database = folder / ".eventcal" / "eventcal.db"
        time.sleep(max(0.0, due.timestamp() - time.time() - 0.5))
        staged = _count(database, "SELECT count(*) FROM delivery")
        people = _SigningUp(database) if signing_up else None
        used = beside.cpu_seconds(we.pid)
        end = due.timestamp() + PATIENCE
        while sink.count() < count and time.time() < end:
            time.sleep(0.05)
        used = beside.cpu_seconds(we.pid) - used
        waits = people.stop() if people else []
        until = time.monotonic() + 5
        while _count(database, "SELECT count(*) FROM delivery WHERE state <> 'sent'") and time.monotonic() < until:
            time.sleep(0.1)
        unsent = _count(database, "SELECT count(*) FROM delivery WHERE state <> 'sent'")
    arrived = [(at - due.timestamp(), which) for at, which in sink.arrived()]
    took = max(at for at, _ in arrived)
    early = sum(at < -0.001 for at, _ in arrived)
    say(
        f"{name}: {len({which for _, which in arrived}):,} of {count:,} accepted, {len(arrived) - count:+} copies, {early} early, "
        f"{unsent} not settled; {staged:,} were staged before they were due; p50 {percentile([at for at, _ in arrived], 0.5):.1f} s, "
        f"last {took:.1f} s, {used:.1f} s of the processor's time"
    )
    ratio(f"{name}_lost", count - len({which for _, which in arrived}), "<= 0")
    ratio(f"{name}_s", took, "<= 10")
    if people:
        say(
            f"{len(waits)} sign-ups meanwhile by another process: p50 {percentile(waits, 0.5) * 1000:.0f} ms, max {max(waits) * 1000:.0f} ms"
        )
        ratio(f"{name}_sign_up_p99_s", percentile(waits, 0.99), "<= 1")


def _installed(folder: Path, settings: dict[str, str]) -> None:
    """As if the channels had been there since yesterday: who is new gets what falls due in a second staging of everything."""
    (folder / "events.yaml").write_text(registries.head("UTC") + "  []\n")
    chosen = load(
        {f"EVENTCAL_{name.upper()}": value for name, value in settings.items()}, {"registry": folder / "events.yaml"}
    )
    store = open_store(chosen.store_url)
    store.upgrade()
    deliveries.start(store, chosen.readers, datetime.now(UTC) - timedelta(days=1))
    store.close()


def _count(database: Path, query: str) -> int:
    conn = sqlite3.connect(database, timeout=10)
    try:
        return int(conn.execute(query).fetchone()[0])
    finally:
        conn.close()


_SIGN_UP = """
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
        "INSERT INTO subscription (origin, channel, address, language, zone, filter, leads, notices, digest, state, reason, "
        "secret_version, stored_at) VALUES ('people', 'email', ?, '', '', '', '', '', '', 'pending', '', 0, 0)",
        (f"new{number}@example.org",),
    )
    conn.execute("COMMIT")
    print(time.perf_counter() - begin)
    number += 1
"""


class _SigningUp:
    """Another process that writes a subscription every 25 ms, as the web does, until it is stopped."""

    def __init__(self, database: Path) -> None:
        command = [sys.executable, "-c", _SIGN_UP, str(database), str(SIGN_UPS_EVERY)]
        self._running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def stop(self) -> list[float]:
        said, _ = self._running.communicate(timeout=60)
        return [float(line) for line in said.splitlines()]


def _apscheduler(folder: Path, sink: Sink) -> None:
    command = [sys.executable, "-m", "benchmarks.jobs", str(folder / "jobs.db"), str(sink.http), str(FEW)]
    said = subprocess.run(command, cwd=beside.ROOT, capture_output=True, text=True, timeout=120)
    if said.returncode:
        sys.exit(f"benchmarks.jobs: {said.stderr[-2000:]}")
    due, missed = said.stdout.split()
    arrived = [at - float(due) for at, _ in sink.arrived()]
    last = f"the last after {max(arrived):.1f} s" if arrived else "none"
    say(
        f"APScheduler's SQLAlchemy job store, {FEW:,} jobs in one second: {len(arrived):,} ran, {last}; {missed} dropped as missed"
    )


if __name__ == "__main__":
    main()
