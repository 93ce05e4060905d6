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

from . import beside
from .beside import say

GROUPS = ("start", "ledger", "pages", "http", "whole", "large", "lateness", "crowd", "machines")
LONGEST = 300  # seconds that one group may take
PACKAGES = ("granian", "SQLAlchemy", "icalendar", "PyYAML", "APScheduler", "Flask")
PEERS = ("yaml2ics", "Radicale")


@dataclass
class Told:
    """What the groups said that belongs into the table."""

    ratios: list[list[str]] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def main(names: Sequence[str]) -> int:
    if unknown := [each for each in names if each not in GROUPS]:
        sys.exit(f"benchmarks: no group {', '.join(unknown)}; there are {', '.join(GROUPS)}")
    say(_machine())
    told, begin = Told(), time.monotonic()
    for name in names or GROUPS:
        say(f"\n== {name}, load average {_load()}")
        _run(name, told)
    say(f"\n== in all {time.monotonic() - begin:.0f} s, load average {_load()}")
    for name, value, goal, met in told.ratios:
        say(f"{name:28} {value:>10} {goal:>8}  {met}")
    for line in told.skipped:
        say(f"skipped  {line}")
    for line in told.failed:
        say(f"FAILED   {line}")
    missed = sum(each[3] == "MISSED" for each in told.ratios)
    say(
        f"{len(told.ratios) - missed} goals met, {missed} missed, {len(told.skipped)} skipped, {len(told.failed)} groups failed"
    )
    return 1 if told.failed else 0


def _run(name: str, told: Told) -> None:
    begin = time.monotonic()
    with subprocess.Popen(
        ["timeout", "--foreground", "-k", "20", str(LONGEST), sys.executable, "-m", f"benchmarks.{name}"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=beside.ROOT,
    ) as running:
        assert running.stdout is not None
        for line in running.stdout:
            say(line.rstrip())
            if line.startswith("RATIO "):
                told.ratios.append(line.split()[1:])
            elif line.startswith("SKIPPED "):
                told.skipped.append(line.removeprefix("SKIPPED ").strip())
    if running.returncode:
        told.failed.append(f"{name} ended with {running.returncode} after {time.monotonic() - begin:.0f} s")


def _machine() -> str:
    peers = [f"{each} {found}" for each in PEERS if (found := _peer_version(each))]
    ours = [f"{each} {version(each)}" for each in PACKAGES]
    tools = [_said(["nginx", "-v"]).rpartition("/")[2] and f"nginx {_said(['nginx', '-v']).rpartition('/')[2]}"]
    return (
        f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}\n"
        f"{', '.join([*ours, *peers, *filter(None, tools)])}"
    )


def _peer_version(package: str) -> str:
    look = f"from importlib.metadata import version; print(version({package!r}))"
    return _said([str(beside.PEERS / "python"), "-c", look])


def _said(command: Sequence[str]) -> str:
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except OSError:
        return ""
    return "" if run.returncode else (run.stdout + run.stderr).strip()


def _load() -> str:
    """How busy the machine is with other things: a loop that only counts gets this share of a core."""
    begin, used = time.perf_counter(), time.process_time()
    while time.perf_counter() - begin < 0.5:
        pass
    share = (time.process_time() - used) / (time.perf_counter() - begin)
    return f"{' '.join(f'{each:.1f}' for each in os.getloadavg())}; a busy loop gets {share:.0%} of a core"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
