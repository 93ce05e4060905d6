"""What the groups share: goals and how they are told, two sides that take turns, processes that end with whoever began them."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

ROOT = Path(__file__).parent.parent
PEER_BIN = ROOT / "build" / "bench" / "bin"
"""Where the peers that PyPI has are installed: in an environment of their own, so that nothing of theirs weighs on us."""
COMMIT = "11dbe12"
"""The commit that some groups measure beside the present one."""
SEED = "events.yaml"
"""Its own registry of this repository, which both can read; the present one has keys that it does not know."""
SERVER_CORE, CLIENT_CORE = "0", str(min(1, (os.cpu_count() or 1) - 1))
START_TIMEOUT_SECONDS = 60.0

Figure = TypeVar("Figure")


def print_line(*values: object) -> None:
    print(*values, flush=True)


def report_ratio(name: str, value: float, goal: str) -> None:
    """One row's figure and whether *goal* (">= 0.65", "<= 5") is met."""
    sign, bound = goal.split()
    met = value >= float(bound) if sign == ">=" else value <= float(bound)
    print_line(f"RATIO {name} {value:.3g} {sign}{bound} {'ok' if met else 'MISSED'}")


def report_skipped(names: str, reason: str) -> None:
    print_line(f"SKIPPED {names}: {reason}")


def find_tool(tool: str) -> str | None:
    """Where a peer is, among those from PyPI first."""
    peer_path = PEER_BIN / tool
    return str(peer_path) if peer_path.exists() else shutil.which(tool)


def median(numbers: Sequence[float]) -> float:
    return statistics.median(numbers)


def percentile(numbers: Sequence[float], share: float) -> float:
    """The smallest number that *share* of them do not exceed."""
    ordered = sorted(numbers)
    return ordered[min(len(ordered) - 1, max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1))]


def run_in_turn(rounds: int, *sides: Callable[[], Figure]) -> list[list[Figure]]:
    """Each side's figures of *rounds*, one side after the other within a round, the first one changing."""
    figures: list[list[Figure]] = [[] for _ in sides]
    for number in range(rounds):
        order = list(range(len(sides)))
        for side in order if number % 2 == 0 else reversed(order):
            figures[side].append(sides[side]())
    return figures


def median_ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """The median of the rounds' own ratios: what slowed a whole round slows both of its sides."""
    return median([numerator / denominator for numerator, denominator in zip(numerators, denominators, strict=True)])


def format_spread(numbers: Sequence[float], form: str = ",.0f") -> str:
    return f"{median(numbers):{form}} ({min(numbers):{form}} to {max(numbers):{form}})"


def extract_commit() -> Path | None:
    """Returns the folder with the code and the registry of `COMMIT`, taken out of git once; None where git has it not."""
    target = PEER_BIN.parent / COMMIT
    if not (target / SEED).exists():
        archive = subprocess.run(["git", "archive", COMMIT, "eventcal", SEED], cwd=ROOT, capture_output=True)
        if archive.returncode:
            return None
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            # no argument: Python 3.11.2, that of Debian 12, does not know it
            files.extraction_filter = lambda member, _: member
            files.extractall(target)
    return target


# processes


def find_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def pin_to_core(core: str, command: Sequence[str]) -> list[str]:
    return ["taskset", "-c", core, *command] if shutil.which("taskset") else list(command)


def build_environment(**extra: str) -> dict[str, str]:
    """Ours, with eventcal found wherever the command runs. No setting of the person's own is handed on."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("EVENTCAL_")}
    return {
        **inherited,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{inherited.get('PYTHONPATH', '')}".rstrip(os.pathsep),
        **extra,
    }


@contextlib.contextmanager
def run_process(
    command: Sequence[str], is_ready: Callable[[], bool], cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """*command* in a group of its own, from when *ready* says so until the block ends. What it said is shown when it fails."""
    with tempfile.TemporaryFile() as output:
        child = subprocess.Popen(
            command, cwd=cwd, env=dict(env or build_environment()), stdout=output, stderr=output, start_new_session=True
        )
        try:
            deadline = time.monotonic() + START_TIMEOUT_SECONDS
            while not is_ready():
                if child.poll() is not None or time.monotonic() > deadline:
                    output.seek(0)
                    sys.exit(f"{command[0]} did not start: {output.read().decode(errors='replace')[-2000:]}")
                time.sleep(0.02)
            yield child
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def run_server(
    folder: Path, core: str | None = None, say_where: bool = False, **settings: str
) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """`eventcal serve` over the registry in *folder*, as anybody would start it; its address is `settings["port"]`'s."""
    command = [sys.executable, "-m", "eventcal", "serve", "--port", settings["port"]]
    address = f"http://127.0.0.1:{settings['port']}"
    variables = {f"EVENTCAL_{name.upper()}": value for name, value in settings.items() if name != "port"}
    return run_process(
        pin_to_core(core, command) if core else command,
        lambda: fetch(f"{address}/readyz")[0] == 200,
        folder,
        build_environment(**variables),
    )


def fetch(address: str | urllib.request.Request, timeout: float = 10.0) -> tuple[int, bytes, Mapping[str, str]]:
    """Status, body and headers; status 0 when nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=timeout) as response:
            return response.status, response.read(), response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers
    except OSError:
        return 0, b"", {}


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="eventcal-bench-") as path:
        os.chmod(path, 0o755)  # nginx's worker may be somebody else
        yield Path(path)


# A process counts the memory of whoever forked it as its own peak: so that it is somebody small who forks.
_MEASURE_SCRIPT = """
import os, sys, time
begin = time.perf_counter()
pid = os.fork()
if not pid:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(time.perf_counter() - begin, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)
sys.exit(os.waitstatus_to_exitcode(status))
"""


class CommandCost(NamedTuple):
    """Wall seconds, peak memory and processor time of a command."""

    seconds: float
    megabytes: float
    cpu_seconds: float


def measure_command(
    command: Sequence[str], cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> CommandCost:
    """Returns what a command costs whose output goes nowhere. Ends the group when it fails."""
    completed = subprocess.run(
        [sys.executable, "-IS", "-c", _MEASURE_SCRIPT, *command],
        cwd=cwd, env=dict(env or build_environment()), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if completed.returncode:
        sys.exit(f"{' '.join(command)} failed: {completed.stderr[-2000:]}")
    return CommandCost(*map(float, completed.stdout.split()))


@dataclass(frozen=True, slots=True)
class Burst:
    """*rate* is answers a second, *frugal* answers for each second of a core that the server used."""

    rate: float
    rate_per_cpu_second: float


def run_wrk(
    address: str,
    *headers: str,
    group: int,
    seconds: float = 1,
    connections: int = 64,
    core: str | None = CLIENT_CORE,
) -> Burst:
    """A burst by wrk at a server of the process group *group*; any answer that is not what was asked for ends it all."""
    cpu_before = cpu_seconds(group)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s"]
    for header in headers:
        command += ["-H", header]
    completed = subprocess.run(
        pin_to_core(core, [*command, address]) if core else [*command, address],
        capture_output=True,
        text=True,
        timeout=60,
    )
    lines = {
        line.split(":")[0].strip(): line.split(":")[1].split() for line in completed.stdout.splitlines() if ":" in line
    }
    if completed.returncode or "Non-2xx or 3xx responses" in completed.stdout or "Requests/sec" not in lines:
        sys.exit(f"wrk {address}: {completed.stdout}{completed.stderr}")
    answers = int(completed.stdout.split(" requests in")[0].split()[-1])
    return Burst(float(lines["Requests/sec"][0]), answers / max(cpu_seconds(group) - cpu_before, 0.01))


def cpu_seconds(group: int) -> float:
    """What the processes of *group* have used of any core; 0 where there is no /proc."""
    clock_ticks = 0
    for stat_file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat_file.read_text().rsplit(")", 1)[1].split()
            clock_ticks += int(fields[11]) + int(fields[12]) if int(fields[2]) == group else 0
    return clock_ticks / os.sysconf("SC_CLK_TCK")


def pss_megabytes(group: int) -> float:
    """The memory of the processes of *group*: PSS, in which shared pages are divided among those that share them (proc(5))."""
    kilobytes = 0
    for stat_file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat_file.read_text().rsplit(")", 1)[1].split()[2]) == group:
                fields = dict(
                    line.split(":", 1) for line in (stat_file.parent / "smaps_rollup").read_text().splitlines()[1:]
                )
                kilobytes += int(fields["Pss"].split()[0])
    return kilobytes / 1024


def describe_missing_tools(*tools: str) -> str:
    """Why a group cannot run, "" when everything that it needs is there."""
    missing = [tool for tool in tools if find_tool(tool) is None]
    return f"missing: {', '.join(missing)}" if missing else ""
