"""Idle `eventcal serve` beside commit 11dbe12: the memory of all its processes, and the first page of a fresh web worker.

Memory is the proportional set size (PSS, `smaps_rollup` in proc(5)), in which shared pages are divided among those that share them.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from . import harness, registries
from .harness import find_free_port, median, print_line, report_ratio, run_in_turn

SETTLE_SECONDS = 5.0
PATHS = ("/", "/agenda", "/changes", "/calendar.ics", "/events.json", "/upcoming.atom")


class IdleCost(NamedTuple):
    """PSS of all processes after some pages, and what the first page and a second one took of a processor."""

    megabytes: float
    first_page_ms: float
    second_page_ms: float


def main() -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        harness.report_skipped(
            "idle_memory idle_memory_10k first_page", "the memory of processes is read from Linux's /proc"
        )
        return
    earlier = harness.extract_commit()
    if earlier is None:
        harness.report_skipped(
            "idle_memory idle_memory_10k first_page", f"no {harness.COMMIT} in this repository's git"
        )
        return
    seed = (earlier / harness.SEED).read_text(encoding="utf-8")
    ours, theirs = _compare("the registry of this repository", seed, earlier, rounds=3)
    report_ratio("idle_memory", ours.megabytes / theirs.megabytes, "<= 0.6")
    report_ratio("first_page", ours.first_page_ms / theirs.first_page_ms, "<= 0.5")
    many = registries.eventcal_registry(10_000, plain=True)
    ours, theirs = _compare("10,000 events", many, earlier, rounds=1)
    report_ratio("idle_memory_10k", ours.megabytes / theirs.megabytes, "<= 0.6")


def _compare(name: str, registry: str, earlier: Path, rounds: int) -> tuple[IdleCost, IdleCost]:
    """Returns the medians of *rounds*, ours and theirs. A store that exists is served: making one loads Alembic."""
    with harness.temporary_folder() as folder:
        sides = [(folder / "ours", harness.ROOT), (folder / "theirs", earlier)]
        for side, _ in sides:
            side.mkdir()
            (side / "events.yaml").write_text(registry, encoding="utf-8")
        for side, code in sides:
            command = [sys.executable, "-m", "eventcal", "publish"]
            environment = harness.build_environment(PYTHONPATH=str(code))
            subprocess.run(command, cwd=side, env=environment, check=True, stdout=subprocess.DEVNULL)
        runs = run_in_turn(rounds, *(lambda side=side, code=code: _measure(side, code) for side, code in sides))
    ours, theirs = (IdleCost(*(median(list(values)) for values in zip(*costs, strict=True))) for costs in runs)
    for label, cost in (("ours", ours), (harness.COMMIT, theirs)):
        print_line(
            f"{name}, {label}: PSS {cost.megabytes:.0f} MB; first page {cost.first_page_ms:.0f} ms of a processor, second {cost.second_page_ms:.0f} ms"
        )
    return ours, theirs


def _measure(folder: Path, code: Path) -> IdleCost:
    port = find_free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "eventcal", "serve", "--port", str(port)]
    environment = harness.build_environment(PYTHONPATH=str(code))
    with harness.run_process(
        command, lambda: harness.fetch(f"{address}/readyz")[0] == 200, folder, environment
    ) as process:
        time.sleep(SETTLE_SECONDS)
        workers = _children(process.pid)
        pages = []
        for _ in range(2):
            before = _cpu_ms(workers)
            harness.fetch(f"{address}/")
            time.sleep(0.1)
            pages.append(_cpu_ms(workers) - before)
        for path in PATHS:
            harness.fetch(address + path)
        time.sleep(SETTLE_SECONDS)
        return IdleCost(harness.pss_megabytes(process.pid), *pages)


def _children(pid: int) -> list[int]:
    lists = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for text in lists for child in text.split()]


def _cpu_ms(pids: list[int]) -> float:
    """Milliseconds of a processor that *pids* have used, to the microsecond; the ticks of `stat` are 10 ms."""
    paths = [path for pid in pids for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(path.read_text().split()[0]) for path in paths) / 1e6


if __name__ == "__main__":
    main()
