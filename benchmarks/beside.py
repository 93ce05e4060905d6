"""What the groups share: goals and how they are told, two sides that take turns, processes that end with whoever began them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "build" / "bench" / "bin"
"""Where the peers that PyPI has are installed: in an environment of their own, so that nothing of theirs weighs on us."""
SERVER_CORE, CLIENT_CORE = "0", str(min(1, (os.cpu_count() or 1) - 1))
PATIENCE = 60.0

Figure = TypeVar("Figure")


def say(*words: object) -> None:
    print(*words, flush=True)


def ratio(name: str, value: float, goal: str) -> None:
    """One row's figure and whether *goal* (">= 0.65", "<= 5") is met."""
    sign, bound = goal.split()
    met = value >= float(bound) if sign == ">=" else value <= float(bound)
    say(f"RATIO {name} {value:.3g} {sign}{bound} {'ok' if met else 'MISSED'}")


def skipped(names: str, why: str) -> None:
    say(f"SKIPPED {names}: {why}")


def found(tool: str) -> str | None:
    """Where a peer is, among those from PyPI first."""
    own = PEERS / tool
    return str(own) if own.exists() else shutil.which(tool)


def median(numbers: Sequence[float]) -> float:
    return statistics.median(numbers)


def percentile(numbers: Sequence[float], share: float) -> float:
    """The smallest number that *share* of them do not exceed."""
    ordered = sorted(numbers)
    return ordered[min(len(ordered) - 1, max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1))]


def in_turn(rounds: int, *sides: Callable[[], Figure]) -> list[list[Figure]]:
    """Each side's figures of *rounds*, one side after the other within a round, the first one changing."""
    figures: list[list[Figure]] = [[] for _ in sides]
    for number in range(rounds):
        order = list(range(len(sides)))
        for each in order if number % 2 == 0 else reversed(order):
            figures[each].append(sides[each]())
    return figures


def of_ratios(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the rounds' own ratios: what slowed a whole round slows both of its sides."""
    return median([our / their for our, their in zip(ours, theirs, strict=True)])


def spread(numbers: Sequence[float], form: str = ",.0f") -> str:
    return f"{median(numbers):{form}} ({min(numbers):{form}} to {max(numbers):{form}})"


# processes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pinned(core: str, command: Sequence[str]) -> list[str]:
    return ["taskset", "-c", core, *command] if shutil.which("taskset") else list(command)


def environment(**more: str) -> dict[str, str]:
    """Ours, with eventcal found wherever the command runs. No setting of the person's own is handed on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVENTCAL_")}
    return {**kept, "PYTHONPATH": f"{ROOT}{os.pathsep}{kept.get('PYTHONPATH', '')}".rstrip(os.pathsep), **more}


@contextlib.contextmanager
def process(
    command: Sequence[str], ready: Callable[[], bool], cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """*command* in a group of its own, from when *ready* says so until the block ends. What it said is shown when it fails."""
    with tempfile.TemporaryFile() as output:
        running = subprocess.Popen(
            command, cwd=cwd, env=dict(env or environment()), stdout=output, stderr=output, start_new_session=True
        )
        try:
            end = time.monotonic() + PATIENCE
            while not ready():
                if running.poll() is not None or time.monotonic() > end:
                    output.seek(0)
                    sys.exit(f"{command[0]} did not start: {output.read().decode(errors='replace')[-2000:]}")
                time.sleep(0.02)
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGTERM)
            try:
                running.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()


def serving(
    folder: Path, core: str | None = None, say_where: bool = False, **settings: str
) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """`eventcal serve` over the registry in *folder*, as anybody would start it; its address is `settings["port"]`'s."""
    command = [sys.executable, "-m", "eventcal", "serve", "--port", settings["port"]]
    address = f"http://127.0.0.1:{settings['port']}"
    more = {f"EVENTCAL_{name.upper()}": value for name, value in settings.items() if name != "port"}
    return process(
        pinned(core, command) if core else command,
        lambda: get(f"{address}/readyz")[0] == 200,
        folder,
        environment(**more),
    )


def get(address: str, timeout: float = 10.0) -> tuple[int, bytes, Mapping[str, str]]:
    """Status, body and headers; status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=timeout) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers
    except OSError:
        return 0, b"", {}


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="eventcal-bench-") as path:
        os.chmod(path, 0o755)  # nginx's worker may be somebody else
        yield Path(path)


# A process counts the memory of whoever forked it as its own peak: so that it is somebody small who forks.
_MEASURE = """
import os, sys, time
begin = time.perf_counter()
pid = os.fork()
if not pid:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(time.perf_counter() - begin, usage.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def measured(
    command: Sequence[str], cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> tuple[float, float]:
    """Wall seconds and peak megabytes of a command whose output goes nowhere. Ends the group when it fails."""
    run = subprocess.run(
        [sys.executable, "-IS", "-c", _MEASURE, *command],
        cwd=cwd, env=dict(env or environment()), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if run.returncode:
        sys.exit(f"{' '.join(command)} failed: {run.stderr[-2000:]}")
    took, peak = run.stdout.split()
    return float(took), float(peak)


@dataclass(frozen=True, slots=True)
class Burst:
    """*rate* is answers a second, *frugal* answers for each second of a core that the server used."""

    rate: float
    frugal: float


def wrk(
    address: str,
    *headers: str,
    group: int,
    seconds: float = 1,
    connections: int = 64,
    core: str | None = CLIENT_CORE,
) -> Burst:
    """A burst by wrk at a server of the process group *group*; any answer that is not what was asked for ends it all."""
    before = cpu_seconds(group)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s"]
    for each in headers:
        command += ["-H", each]
    run = subprocess.run(
        pinned(core, [*command, address]) if core else [*command, address], capture_output=True, text=True, timeout=60
    )
    lines = {line.split(":")[0].strip(): line.split(":")[1].split() for line in run.stdout.splitlines() if ":" in line}
    if run.returncode or "Non-2xx or 3xx responses" in run.stdout or "Requests/sec" not in lines:
        sys.exit(f"wrk {address}: {run.stdout}{run.stderr}")
    answers = int(run.stdout.split(" requests in")[0].split()[-1])
    return Burst(float(lines["Requests/sec"][0]), answers / max(cpu_seconds(group) - before, 0.01))


def cpu_seconds(group: int) -> float:
    """What the processes of *group* have used of any core; 0 where there is no /proc."""
    used = 0
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = each.read_text().rsplit(")", 1)[1].split()
            used += int(fields[11]) + int(fields[12]) if int(fields[2]) == group else 0
    return used / os.sysconf("SC_CLK_TCK")


def missing_tool(*tools: str) -> str:
    """Why a group cannot run, "" when everything that it needs is there."""
    gone = [each for each in tools if found(each) is None]
    return f"missing: {', '.join(gone)}" if gone else ""
