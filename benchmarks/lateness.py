"""How late a single reminder is: from the millisecond at which it is due until a web hook has it, through `eventcal serve`."""

from __future__ import annotations

import random
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from . import beside, registries
from .beside import percentile, ratio, say
from .sink import sinking

COUNT = 60
FIRST = 12  # seconds from the start until the first is due; the others follow a second apart


def main() -> None:
    with beside.folder() as folder, sinking(folder) as sink:
        begin = datetime.now(UTC).replace(microsecond=0)
        start = (begin + timedelta(minutes=10)).replace(second=0)
        events = "".join(
            f"  - {{id: e{number}, title: Meeting {number}, when: '{start:%Y-%m-%d %H:%M}', "
            f"reminders: [{(start - begin).seconds - FIRST - number} seconds before]}}\n"
            for number in range(COUNT)
        )
        (folder / "events.yaml").write_text(registries.head("UTC") + events)
        hook(folder, sink.http)
        with beside.serving(folder, port=str(beside.free_port())):
            # a reminder is due at a whole second, and so may a pass be: without this, all would be as late as one
            due = _scattered(folder / ".eventcal" / "eventcal.db", begin + timedelta(seconds=FIRST - 3))
            end = time.monotonic() + FIRST + COUNT + 10
            while sink.count() < COUNT and time.monotonic() < end:
                time.sleep(0.2)
        arrived = {name.rpartition(".")[0]: at for at, name in sink.arrived()}
        late = [at - due[name] for name, at in arrived.items() if name in due]
        say(
            f"{len(late)} of {len(due)} reminders, a second apart: p50 {percentile(late, 0.5):.2f} s, max {max(late):.2f} s"
        )
        ratio("lateness_lost", len(due) - len(late), "<= 0")
        ratio("lateness_p99_s", percentile(late, 0.99), "<= 2")


def hook(folder: Path, port: int, name: str = "hook") -> None:
    (folder / "eventcal.toml").write_text(
        f'[[channels]]\nname = "{name}"\ntype = "webhook"\nurl = "http://127.0.0.1:{port}/"\nallow_private = true\n'
    )


def _scattered(database: Path, after: datetime) -> dict[str, float]:
    """Move every delivery that is due later than *after* on by less than a second; when each is due, by its key."""
    conn = sqlite3.connect(database, isolation_level=None, timeout=10)
    spread = random.Random(3)
    end = time.monotonic() + 10
    while conn.execute("SELECT count(*) FROM delivery").fetchone()[0] < COUNT and time.monotonic() < end:
        time.sleep(0.1)
    conn.execute("BEGIN IMMEDIATE")
    rows = conn.execute(
        "SELECT id, key, due_at FROM delivery WHERE state = 'queued' AND due_at > ?", (after.timestamp() * 1000,)
    ).fetchall()
    found = {}
    for number, key, due in rows:
        moved = due + spread.randrange(1000)
        conn.execute("UPDATE delivery SET due_at = ?, next_at = ? WHERE id = ?", (moved, moved, number))
        found[key] = moved / 1000
    conn.execute("COMMIT")
    conn.close()
    return found


if __name__ == "__main__":
    main()
