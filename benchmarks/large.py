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
from eventcal.run.registry_watcher import RegistryWatcher
from eventcal.store import open_store
from eventcal.web.feeds.responder import FeedResponder
from eventcal.web.http import HttpRequest
from eventcal.web.snapshots import SnapshotPoller

from . import harness, registries
from .harness import format_spread, median, median_ratio, print_line, report_ratio, run_in_turn

EVENTS = 10_000
ROUNDS = 3
EDITS = 5


def main() -> None:
    yaml2ics = harness.find_tool("yaml2ics")
    # around today, so that what is edited is in the feed that everybody gets
    first_day = date.today() - timedelta(days=1825)
    with harness.temporary_folder() as folder:
        text = registries.eventcal_registry(EVENTS, first_day)
        (folder / "events.yaml").write_text(text)
        (folder / "theirs.yaml").write_text(registries.yaml2ics_registry(EVENTS, first_day))
        edit_seconds = _measure_edits(folder, text)
        print_line(f"{EVENTS:,} events, {len(text):,} octets of YAML")
        print_line(
            f"an edit that was noticed, to fresh bytes in the web: {format_spread([seconds * 1000 for seconds in edit_seconds], ',.0f')} ms"
        )
        if yaml2ics is None:
            harness.report_skipped(
                "feed_10k_yaml2ics feed_10k_memory edit_10k_yaml2ics", "missing: yaml2ics (make bench brings it)"
            )
        else:
            _compare_with_yaml2ics(folder, yaml2ics, edit_seconds)
        _measure_over_http(folder, text)


def _compare_with_yaml2ics(folder: Path, yaml2ics: str, edit_seconds: list[float]) -> None:
    (folder / "events.yaml").touch()
    eventcal_runs, yaml2ics_runs = run_in_turn(
        ROUNDS,
        lambda: harness.measure_command(
            [sys.executable, "-m", "eventcal", "feed"],
            folder,
            harness.build_environment(EVENTCAL_DATABASE_URL=f"sqlite:///{folder}/none.db"),
        ),
        lambda: harness.measure_command([yaml2ics, "theirs.yaml"], folder),
    )
    print_line(
        f"eventcal feed: {format_spread([run[0] for run in eventcal_runs], '.2f')} s, {format_spread([run[1] for run in eventcal_runs])} MB"
    )
    print_line(
        f"yaml2ics: {format_spread([run[0] for run in yaml2ics_runs], '.2f')} s, {format_spread([run[1] for run in yaml2ics_runs])} MB"
    )
    report_ratio(
        "feed_10k_yaml2ics",
        median_ratio([run[0] for run in yaml2ics_runs], [run[0] for run in eventcal_runs]),
        ">= 5",
    )
    report_ratio(
        "feed_10k_memory", median_ratio([run[1] for run in eventcal_runs], [run[1] for run in yaml2ics_runs]), "<= 0.7"
    )
    report_ratio("edit_10k_yaml2ics", median([run[0] for run in yaml2ics_runs]) / median(edit_seconds), ">= 10")


def _measure_edits(folder: Path, text: str) -> list[float]:
    """Seconds from the look that notices a saved file until the web holds other bytes, by the parts that `serve` is made of."""
    loaded = settings.load({}, {"registry": folder / "events.yaml"})
    store, web_store = open_store(loaded.store_url), open_store(loaded.store_url)
    store.upgrade()
    watcher = RegistryWatcher(store, loaded, lambda line: None)
    watcher(store.now())
    snapshots = SnapshotPoller(web_store)
    responder = FeedResponder(snapshots)
    snapshots.on_refresh = responder.refresh
    snapshots.refresh()
    durations = []
    for number in range(EDITS):
        before = _request_feed(responder)
        _save_edit(folder, text, number)
        begin = time.perf_counter()
        watcher(store.now())
        snapshots.refresh()
        durations.append(time.perf_counter() - begin)
        assert _request_feed(responder) != before, "the edit is not in the feed"
    store.close()
    web_store.close()
    return durations


def _request_feed(responder: FeedResponder) -> bytes:
    answer = responder.answer(HttpRequest("GET", "/calendar.ics", "", lambda _: None))
    assert answer is not None
    return answer.body


def _save_edit(folder: Path, text: str, number: int) -> None:
    """The event in the middle, which is near today, gets another title; in one step, as editors do."""
    old = f"title: Meeting of working group {EVENTS // 2}\n"
    assert old in text
    (folder / "new.yaml").write_text(text.replace(old, f"title: Edit {number} of working group {EVENTS // 2}\n"))
    os.replace(folder / "new.yaml", folder / "events.yaml")


def _measure_over_http(folder: Path, text: str) -> None:
    """From the save until a GET gives other bytes: with the second until the file is looked at, and the web's half."""
    port = harness.find_free_port()
    address = f"http://127.0.0.1:{port}/calendar.ics"
    durations = []
    with harness.run_server(folder, port=str(port)):
        for number in range(EDITS):
            _, before, _ = harness.fetch(address)
            _save_edit(folder, text, EDITS + number)
            begin = time.perf_counter()
            while harness.fetch(address)[1] == before:
                assert time.perf_counter() - begin < 30, "the edit does not arrive"
                time.sleep(0.02)
            durations.append(time.perf_counter() - begin)
    print_line(f"saved, to fresh bytes over HTTP: {format_spread(durations, '.2f')} s")
    report_ratio("edit_10k_over_http_s", max(durations), "<= 0.7")


if __name__ == "__main__":
    main()
