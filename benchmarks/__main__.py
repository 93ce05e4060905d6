"""Run every group, or those that are named, and end with the table of goals. A goal that is missed is shown, not failed.

`python -m benchmarks` or `python -m benchmarks http crowd`; each group also runs alone: `python -m benchmarks.http`. Ends
with 1 when a group could not run at all.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from . import harness
from .harness import print_line

GROUPS = (
    "start",
    "check",
    "idle",
    "build",
    "ledger",
    "pages",
    "http",
    "slow_clients",
    "whole",
    "large",
    "lateness",
    "crowd",
    "machines",
)
GROUP_TIMEOUT_SECONDS = 300  # seconds that one group may take
PACKAGES = ("granian", "SQLAlchemy", "icalendar", "PyYAML", "APScheduler", "Flask")
PEER_PACKAGES = ("yaml2ics", "Radicale", "pelican")


@dataclass
class BenchmarkResults:
    """What the groups said that belongs into the table."""

    ratios: list[list[str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def main(names: Sequence[str]) -> int:
    if unknown := [group for group in names if group not in GROUPS]:
        sys.exit(f"benchmarks: no group {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    print_line(_describe_machine())
    results, begin = BenchmarkResults(), time.monotonic()
    for name in names or GROUPS:
        print_line(f"\n== {name}, load average {_describe_load()}")
        _run_group(name, results)
    print_line(f"\n== in all {time.monotonic() - begin:.0f} s, load average {_describe_load()}")
    for name, value, goal, met in results.ratios:
        print_line(f"{name:28} {value:>10} {goal:>8}  {met}")
    for line in results.skipped:
        print_line(f"skipped  {line}")
    for line in results.failed:
        print_line(f"FAILED   {line}")
    missed = sum(row[3] == "MISSED" for row in results.ratios)
    print_line(
        f"{len(results.ratios) - missed} goals met, {missed} missed, {len(results.skipped)} skipped, {len(results.failed)} groups failed"
    )
    return 1 if results.failed else 0


def _run_group(name: str, results: BenchmarkResults) -> None:
    begin = time.monotonic()
    with subprocess.Popen(
        ["timeout", "--foreground", "-k", "20", str(GROUP_TIMEOUT_SECONDS), sys.executable, "-m", f"benchmarks.{name}"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=harness.ROOT,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print_line(line.rstrip())
            if line.startswith("RATIO "):
                results.ratios.append(line.split()[1:])
            elif line.startswith("SKIPPED "):
                results.skipped.append(line.removeprefix("SKIPPED ").strip())
    if process.returncode:
        results.failed.append(f"{name} ended with {process.returncode} after {time.monotonic() - begin:.0f} s")


def _describe_machine() -> str:
    peer_versions = [
        f"{package} {peer_version}" for package in PEER_PACKAGES if (peer_version := _read_peer_version(package))
    ]
    own_versions = [f"{package} {version(package)}" for package in PACKAGES]
    tool_versions = [
        _read_output(["nginx", "-v"]).rpartition("/")[2] and f"nginx {_read_output(['nginx', '-v']).rpartition('/')[2]}"
    ]
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}\n"
        f"{', '.join([*own_versions, *peer_versions, *filter(None, tool_versions)])}"
    )


def _read_peer_version(package: str) -> str:
    script = f"from importlib.metadata import version; print(version({package!r}))"
    return _read_output([str(harness.PEER_BIN / "python"), "-c", script])


def _read_output(command: Sequence[str]) -> str:
    try:
        completed = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except OSError:
        return ""
    return "" if completed.returncode else (completed.stdout + completed.stderr).strip()


def _describe_load() -> str:
    """How busy the machine is with other things: a loop that only counts gets this share of a core."""
    begin, used = time.perf_counter(), time.process_time()
    while time.perf_counter() - begin < 0.5:
        pass
    share = (time.process_time() - used) / (time.perf_counter() - begin)
    return f"{' '.join(f'{load:.1f}' for load in os.getloadavg())}; a busy loop gets {share:.0%} of a core"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
