"""How late a single reminder is: from the millisecond at which it is due until a web hook has it, through `eventcal serve`."""

from __future__ import annotations

import random
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from . import harness, registries
from .harness import percentile, print_line, report_ratio
from .sink import run_sink

REMINDER_COUNT = 60
FIRST_DUE_SECONDS = 12  # seconds from the start until the first is due; the others follow a second apart


def main() -> None:
    with harness.temporary_folder() as folder, run_sink(folder) as sink:
        begin = datetime.now(UTC).replace(microsecond=0)
        start = (begin + timedelta(minutes=10)).replace(second=0)
        events = "".join(
            f"  - {{id: e{number}, title: Meeting {number}, when: '{start:%Y-%m-%d %H:%M}', "
            f"reminders: [{(start - begin).seconds - FIRST_DUE_SECONDS - number} seconds before]}}\n"
            for number in range(REMINDER_COUNT)
        )
        (folder / "events.yaml").write_text(registries.registry_header("UTC") + events)
        write_webhook_settings(folder, sink.http_port)
        with harness.run_server(folder, port=str(harness.find_free_port())):
            # a reminder is due at a whole second, and so may a pass be: without this, all would be as late as one
            due = _scatter_due_times(
                folder / ".eventcal" / "eventcal.db", begin + timedelta(seconds=FIRST_DUE_SECONDS - 3)
            )
            end = time.monotonic() + FIRST_DUE_SECONDS + REMINDER_COUNT + 10
            while sink.count() < REMINDER_COUNT and time.monotonic() < end:
                time.sleep(0.2)
        arrival_times = {name.rpartition(".")[0]: at for at, name in sink.arrivals()}
        delays = [at - due[name] for name, at in arrival_times.items() if name in due]
        print_line(
            f"{len(delays)} of {len(due)} reminders, a second apart: p50 {percentile(delays, 0.5):.2f} s, max {max(delays):.2f} s"
        )
        report_ratio("lateness_lost", len(due) - len(delays), "<= 0")
        report_ratio("lateness_p99_s", percentile(delays, 0.99), "<= 2")


def write_webhook_settings(folder: Path, port: int, name: str = "hook") -> None:
    (folder / "eventcal.toml").write_text(
        f'[[channels]]\nname = "{name}"\ntype = "webhook"\nurl = "http://127.0.0.1:{port}/"\nallow_private = true\n'
    )


def _scatter_due_times(database: Path, after: datetime) -> dict[str, float]:
    """Move every delivery that is due later than *after* on by less than a second; when each is due, by its key."""
    conn = sqlite3.connect(database, isolation_level=None, timeout=10)
    jitter = random.Random(3)
    end = time.monotonic() + 10
    while conn.execute("SELECT count(*) FROM delivery").fetchone()[0] < REMINDER_COUNT and time.monotonic() < end:
        time.sleep(0.1)
    conn.execute("BEGIN IMMEDIATE")
    rows = conn.execute(
        "SELECT id, key, due_at FROM delivery WHERE state = 'queued' AND due_at > ?", (after.timestamp() * 1000,)
    ).fetchall()
    due_times = {}
    for delivery_id, key, due in rows:
        moved = due + jitter.randrange(1000)
        conn.execute("UPDATE delivery SET due_at = ?, not_before = ? WHERE id = ?", (moved, moved, delivery_id))
        due_times[key] = moved / 1000
    conn.execute("COMMIT")
    conn.close()
    return due_times


if __name__ == "__main__":
    main()
