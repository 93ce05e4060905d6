"""`eventcal check` beside commit 11dbe12, in processor time and memory: the registry of this repository as it was, and growing ones.

The commit is taken out of git into `build/bench` once, and runs with the same libraries.
"""

from __future__ import annotations

import math
import shutil
import sys
from pathlib import Path

from . import harness, registries
from .harness import COMMIT, CommandCost, median, print_line, report_ratio, run_in_turn

SIZES = ((1_000, 3), (10_000, 3), (100_000, 1))  # events, and how often each of the two checks them


def main() -> None:
    earlier = harness.extract_commit()
    if earlier is None:
        harness.report_skipped("check_seed check_1k check_10k check_100k", f"{COMMIT} is not in this repository's git")
        return
    with harness.temporary_folder() as folder:
        shutil.copy(earlier / harness.SEED, folder)
        ours, theirs = _compare(folder, earlier, rounds=11)
        report_ratio("check_seed_cpu", ours.cpu_seconds / theirs.cpu_seconds, "<= 0.6")
    cpu_seconds = []
    for count, rounds in SIZES:
        with harness.temporary_folder() as folder:
            registries.write_registry(folder, count)
            ours, theirs = _compare(folder, earlier, rounds)
        cpu_seconds.append(ours.cpu_seconds)
        print_line(
            f"{count:,} events: {ours.cpu_seconds:.2f} s of processor time, {ours.megabytes:.0f} MB; "
            f"{COMMIT}: {theirs.cpu_seconds:.2f} s, {theirs.megabytes:.0f} MB"
        )
    growth = math.log10(cpu_seconds[-1] / cpu_seconds[-2])
    print_line(f"processor time grows with the events to the power of {growth:.2f}")
    report_ratio("check_100k_cpu", ours.cpu_seconds / theirs.cpu_seconds, "<= 0.5")
    report_ratio("check_100k_memory", ours.megabytes / theirs.megabytes, "<= 0.5")


def _compare(folder: Path, earlier: Path, rounds: int) -> tuple[CommandCost, CommandCost]:
    """Returns the medians of what `check` costs in *folder*, ours and theirs."""
    command = [sys.executable, "-m", "eventcal", "check"]
    runs = run_in_turn(
        rounds,
        lambda: harness.measure_command(command, folder),
        lambda: harness.measure_command(command, folder, harness.build_environment(PYTHONPATH=str(earlier))),
    )
    ours, theirs = (CommandCost(*(median(list(values)) for values in zip(*costs, strict=True))) for costs in runs)
    return ours, theirs


if __name__ == "__main__":
    main()
