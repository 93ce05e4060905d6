"""Ten thousand events: from YAML to the feed as a command, and from an edit that was noticed to fresh bytes; beside yaml2ics.

yaml2ics has no way to go on from what it made before: an edit costs it the command once more.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from eventcal import settings
from eventcal.serve import Look
from eventcal.store import open_store
from eventcal.web.hot import Hot
from eventcal.web.snapshots import Snapshots

from . import beside, registries
from .beside import in_turn, median, of_ratios, ratio, say, spread

EVENTS = 10_000
ROUNDS = 3
EDITS = 5


def main() -> None:
    yaml2ics = beside.found("yaml2ics")
    # around today, so that what is edited is in the feed that everybody gets
    begins = date.today() - timedelta(days=1825)
    with beside.folder() as folder:
        text = registries.ours(EVENTS, begins)
        (folder / "events.yaml").write_text(text)
        (folder / "theirs.yaml").write_text(registries.theirs(EVENTS, begins))
        edits = _edits(folder, text)
        say(f"{EVENTS:,} events, {len(text):,} octets of YAML")
        say(
            f"an edit that was noticed, to fresh bytes in the web: {spread([each * 1000 for each in edits], ',.0f')} ms"
        )
        if yaml2ics is None:
            beside.skipped(
                "feed_10k_yaml2ics feed_10k_memory edit_10k_yaml2ics", "missing: yaml2ics (make bench brings it)"
            )
        else:
            _beside(folder, yaml2ics, edits)
        _over_http(folder, text)


def _beside(folder: Path, yaml2ics: str, edits: list[float]) -> None:
    (folder / "events.yaml").touch()
    ours, theirs = in_turn(
        ROUNDS,
        lambda: beside.measured(
            [sys.executable, "-m", "eventcal", "feed"],
            folder,
            beside.environment(EVENTCAL_DATABASE_URL=f"sqlite:///{folder}/none.db"),
        ),
        lambda: beside.measured([yaml2ics, "theirs.yaml"], folder),
    )
    say(f"eventcal feed: {spread([each[0] for each in ours], '.2f')} s, {spread([each[1] for each in ours])} MB")
    say(f"yaml2ics: {spread([each[0] for each in theirs], '.2f')} s, {spread([each[1] for each in theirs])} MB")
    ratio("feed_10k_yaml2ics", of_ratios([each[0] for each in theirs], [each[0] for each in ours]), ">= 3.5")
    ratio("feed_10k_memory", of_ratios([each[1] for each in ours], [each[1] for each in theirs]), "<= 0.8")
    ratio("edit_10k_yaml2ics", median([each[0] for each in theirs]) / median(edits), ">= 10")


def _edits(folder: Path, text: str) -> list[float]:
    """Seconds from the look that notices a saved file until the web holds other bytes, by the parts that `serve` is made of."""
    chosen = settings.load({}, {"registry": folder / "events.yaml"})
    store, web = open_store(chosen.store_url), open_store(chosen.store_url)
    store.upgrade()
    look = Look(store, chosen, lambda line: None)
    look(store.now())
    snapshots = Snapshots(web)
    hot = Hot(lambda environ, start_response: [], snapshots)
    snapshots.then = hot.turn
    snapshots.refresh()
    found = []
    for number in range(EDITS):
        before = _answer(hot)
        _save(folder, text, number)
        begin = time.perf_counter()
        look(store.now())
        snapshots.refresh()
        found.append(time.perf_counter() - begin)
        assert _answer(hot) != before, "the edit is not in the feed"
    store.close()
    web.close()
    return found


def _answer(hot: Hot) -> bytes:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/calendar.ics", "QUERY_STRING": ""}
    return b"".join(hot(environ, lambda status, headers, error=None: lambda octets: None))


def _save(folder: Path, text: str, number: int) -> None:
    """The event in the middle, which is near today, gets another title; in one step, as editors do."""
    old = f"title: Meeting of working group {EVENTS // 2}\n"
    assert old in text
    (folder / "new.yaml").write_text(text.replace(old, f"title: Edit {number} of working group {EVENTS // 2}\n"))
    os.replace(folder / "new.yaml", folder / "events.yaml")


def _over_http(folder: Path, text: str) -> None:
    """From the save until a GET gives other bytes: with the second until the file is looked at, and the web's half."""
    port = beside.free_port()
    address = f"http://127.0.0.1:{port}/calendar.ics"
    found = []
    with beside.serving(folder, port=str(port)):
        for number in range(EDITS):
            _, before, _ = beside.get(address)
            _save(folder, text, EDITS + number)
            begin = time.perf_counter()
            while beside.get(address)[1] == before:
                assert time.perf_counter() - begin < 30, "the edit does not arrive"
                time.sleep(0.02)
            found.append(time.perf_counter() - begin)
    say(f"saved, to fresh bytes over HTTP: {spread(found, '.2f')} s")
    ratio("edit_10k_over_http_s", max(found), "<= 5")


if __name__ == "__main__":
    main()
