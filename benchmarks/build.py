"""`eventcal build` of ten thousand events beside commit 11dbe12, and beside Pelican with as many articles.

Pelican writes a page for each article, and lists; we write a feed for each event as well.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from . import harness, registries
from .harness import COMMIT, CommandCost, print_line, report_ratio

EVENT_COUNT = 10_000
BUILD_COMMAND = [sys.executable, "-m", "eventcal", "build", "site"]


def main() -> None:
    ours = _build({})
    _print_cost("eventcal", ours)
    earlier, pelican = harness.extract_commit(), harness.find_tool("pelican")
    if earlier is None:
        harness.report_skipped("build_10k_cpu", f"{COMMIT} is not in this repository's git")
    else:
        theirs = _build({"PYTHONPATH": str(earlier)})
        _print_cost(COMMIT, theirs)
        report_ratio("build_10k_time", ours.seconds / theirs.seconds, "<= 0.4")
        report_ratio("build_10k_cpu", ours.cpu_seconds / theirs.cpu_seconds, "<= 0.4")
    if pelican is None:
        harness.report_skipped("build_10k_pelican", "missing: pelican (make bench brings it)")
        return
    with harness.temporary_folder() as folder:
        _write_articles(folder / "content")
        theirs = harness.measure_command([pelican, "content", "-o", "site"], folder)
    _print_cost("pelican", theirs)
    report_ratio("build_10k_pelican", ours.seconds / theirs.seconds, "<= 2")


def _build(environment: dict[str, str]) -> CommandCost:
    with harness.temporary_folder() as folder:
        registries.write_registry(folder, EVENT_COUNT)
        return harness.measure_command(BUILD_COMMAND, folder, harness.build_environment(**environment))


def _write_articles(folder: Path) -> None:
    folder.mkdir()
    for number, day, hour in registries.meetings(EVENT_COUNT, date(2022, 1, 1), 3650):
        (folder / f"{number}.md").write_text(
            f"Title: Meeting of working group {number}\nDate: {day} {hour:02}:00\nTags: group-{number % 20}\n\n"
            f"Dushanbe, hall {number % 7}.\n\nAgenda number {number}.\n"
        )


def _print_cost(name: str, cost: CommandCost) -> None:
    print_line(
        f"{name}: {cost.seconds:.1f} s, {cost.cpu_seconds:.1f} s of the processor's time, {cost.megabytes:.0f} MB"
    )


if __name__ == "__main__":
    main()
