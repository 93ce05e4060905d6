"""An hour of everything at once: `python -m tests.soak [MINUTES]`.

One `eventcal serve` on SQLite with a relay and a webhook that fail now and then. Meanwhile the registry is saved every
three seconds, people sign up, confirm and leave, readers fetch pages and feeds without a pause, the web worker is killed
after a third of the time and the whole server after two thirds. At the end the ledger must account for every message, no
event without a later edit may be unannounced, and memory and descriptors of each process must be as they were after its
first half. Exit status 1 where they are not.
"""

from __future__ import annotations

import email
import http.client
import os
import re
import signal
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zlib import crc32

from eventcal.store.ledger import stats

from .faults.installation import Installation, check_invariants, sqlite_url, webhook_table
from .faults.smtp_relay import DROP_CONNECTION, ReceivedMail, SmtpRelay, smtp_relay
from .faults.webhook_server import ScriptedResponse, WebhookServer, webhook_server
from .serve_process import ServeProcess, wait_until

BASE_URL = "https://calendar.example.org"
HEADER = "version: 1\ncalendar: {id: soak, name: Soak, timezone: UTC}\ndefaults: {reminders: [2 minutes before, on change]}\n"
EDIT_SECONDS = 3.0
MAX_EVENTS = 60
LEAD = timedelta(minutes=2)
READERS = 3
ADDRESSES = ("/calendar.ics", "/", "/agenda?q=meeting", "/events.json", "/changes", "/calendar.ics?tag=even", "/readyz")
SETTLE_SECONDS = 900.0
MEMORY_SHARE, MEMORY_ROOM = 1.1, 6 << 20
DESCRIPTOR_ROOM = 12
MIN_LOOKS = 60
"""Of a process that was looked at less often, for two minutes, nothing can be said: its threads and caches still begin."""


def is_unlucky(text: str, percentage: int) -> bool:
    """Whether *text* is among the *percentage* of all texts that meet trouble, always the same ones."""
    return crc32(text.encode()) % 100 < percentage


@dataclass
class Soak:
    """What runs, and what it has seen."""

    folder: Path
    server: ServeProcess
    relay: SmtpRelay
    hook: WebhookServer
    stop: threading.Event = field(default_factory=threading.Event)
    announced: dict[str, bool] = field(default_factory=dict)  # event -> whether it was never edited after it was saved
    answers: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    samples: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # process -> its bytes and descriptors
    is_down: bool = False
    joined: int = 0
    left: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)

    def run(self, work: Callable[[], None], interval: float) -> threading.Thread:
        """Calls *work* again and again on a thread of its own, until the soak stops."""

        def loop() -> None:
            while not self.stop.wait(interval):
                try:
                    work()
                except Exception as error:
                    self.failures.append(f"{work.__name__}: {error!r}")

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        return thread

    def request(self, method: str, path: str, form: dict[str, str] | None = None, visitor: int = 0) -> int:
        """Asks the server as a *visitor* of its own; returns the status, 0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        headers = {"X-Forwarded-For": f"10.{visitor >> 16 & 255}.{visitor >> 8 & 255}.{visitor & 255}"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urllib.parse.urlencode(form) if form else None, headers)
            response = connection.getresponse()
            response.read()
            return response.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    # what goes on

    def kill(self, act: Callable[[], object]) -> None:
        """Kills something by *act*; until the server answers again nobody expects that."""
        self.is_down = True
        act()
        self.server.wait_ready()
        self.is_down = False

    def edit(self) -> None:
        """Adds an event that is announced at once; now and then moves, renames or calls off an older one."""
        number = len(self.announced)
        events = self._events
        start = (datetime.now(UTC) + LEAD + timedelta(seconds=70)).replace(second=0, microsecond=0)
        tag = "even" if number % 2 == 0 else "odd"
        events[f"e{number}"] = {"title": f"Meeting {number}", "when": f"{start:%Y-%m-%d %H:%M}", "tags": f"[{tag}]"}
        self.announced[f"e{number}"] = True
        if number % 5 == 4:
            name = f"e{number - 1}"
            changes = (
                {"when": f"{start + timedelta(minutes=1):%Y-%m-%d %H:%M}"},
                {"title": "Renamed"},
                {"status": "cancelled"},
            )
            events[name] |= changes[number // 5 % 3]
            self.announced[name] = False
        if len(events) > MAX_EVENTS:
            del events[next(iter(events))]
        lines = (
            f"  - {{id: {name}, {', '.join(f'{key}: {text}' for key, text in keys.items())}}}\n"
            for name, keys in events.items()
        )
        new = self.folder / "events.new"
        new.write_text(f"{HEADER}events:\n{''.join(lines)}", encoding="utf-8")
        new.replace(self.folder / "events.yaml")

    _events: dict[str, dict[str, str]] = field(default_factory=dict)

    def sign_up(self) -> None:
        self.joined += (
            self.request("POST", "/subscribe", {"address": f"r{self.joined}@example.net"}, self.joined) == 303
        )

    def answer_mails(self) -> None:
        """Confirms what is to be confirmed; of those who were reminded, nine in ten leave by one click."""
        while self.relay.mails:
            mail = self.relay.mails.pop()
            content = email.message_from_bytes(mail.content)
            leave = re.search(f"{BASE_URL}(/unsubscribe/[^>]+)", "".join(str(content["List-Unsubscribe"]).split()))
            if link := confirmation_path(mail):
                self.request("POST", link)
            elif leave and is_unlucky(mail.to, 90):
                self.request("POST", leave[1], {"List-Unsubscribe": "One-Click"})
                self.left.add(mail.to)

    def read(self) -> None:
        path = ADDRESSES[sum(self.answers.values()) % len(ADDRESSES)]
        began = time.monotonic()
        was_down = self.is_down
        status = self.request("GET", path)
        if status or not (was_down or self.is_down):
            self.answers[status] += 1
        self.seconds.append(time.monotonic() - began)

    def measure(self) -> None:
        for pid in self.server.group_pids():
            try:
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                count = len(os.listdir(f"/proc/{pid}/fd"))
            except (FileNotFoundError, ProcessLookupError):
                continue
            self.samples.setdefault(pid, []).append((pages * os.sysconf("SC_PAGESIZE"), count))

    # what came of it

    def find_growth(self) -> list[str]:
        """Prints the figures of each process; returns a sentence for each that has grown since its first half."""
        grown = []
        for pid, samples in self.samples.items():
            if len(samples) < MIN_LOOKS:
                continue
            middle, end = (
                samples[len(samples) // 2 - len(samples) // 8 :][: len(samples) // 4],
                samples[-len(samples) // 4 :],
            )
            (memory, descriptors), (last_memory, last_descriptors) = (
                (max(one for one, _ in part), max(one for _, one in part)) for part in (middle, end)
            )
            print(
                f"process {pid}, {len(samples)} looks: {samples[0][0] >> 20} MB at first, {memory >> 20} MB and {descriptors} descriptors "
                f"half-way, {last_memory >> 20} MB and {last_descriptors} at the end"
            )
            if last_memory > memory * MEMORY_SHARE + MEMORY_ROOM or last_descriptors > descriptors + DESCRIPTOR_ROOM:
                grown.append(f"process {pid} has grown")
        return grown

    def find_losses(self, installation: Installation) -> list[str]:
        """Waits until nothing is open, prints the account, and returns a sentence for each thing that is wrong in it."""
        store, problems = installation.open_store(), []

        def is_settled() -> bool:
            with store.read() as conn:
                is_nothing_planned = stats.next_pass_due(conn) is None
            return is_nothing_planned and not {"queued", "sending", "retry"} & set(installation.states())

        wait_until(is_settled, "all is settled", SETTLE_SECONDS)
        rows = installation.rows()
        arrived = self.relay.accepted + self.hook.accepted
        try:
            check_invariants(store, rows, arrived)
        except AssertionError as error:
            problems.append(str(error)[:2000])
        store.close()
        ends = Counter((row.kind, row.state, row.reason) for row in rows)
        for (kind, state, reason), count in sorted(ends.items()):
            print(f"{count:7} {kind} {state} {reason}")
        print(f"{sum(arrived.values())} arrived, {sum(count - 1 for count in arrived.values())} of them copies")
        told = {row.event for row in rows if row.channel == "hook" and row.state == "sent"}
        if unannounced := [name for name, is_steady in self.announced.items() if is_steady and name not in told]:
            problems.append(f"not announced: {unannounced}")
        if dead := [row for row in rows if row.state == "dead"]:
            problems.append(f"dead: {dead[:3]}")
        return problems


def confirmation_path(mail: ReceivedMail) -> str:
    """Returns the path of the link that a confirmation asks to open, "" in any other mail."""
    for part in email.message_from_bytes(mail.content).walk():
        if part.get_content_type() == "text/plain":
            text = part.get_payload(decode=True)
            if isinstance(text, bytes) and (link := re.search(f"{BASE_URL}(/confirm/\\S+)", text.decode())):
                return link[1]
    return ""


def soak(minutes: float, folder: Path) -> list[str]:
    """Runs for *minutes* in *folder*; returns what was wrong."""
    over = threading.Event()

    def relay_answer(step: str, to: str, nth: int) -> str:
        if over.is_set() or nth > 1 or step == "MAIL":
            return "250 OK"
        if is_unlucky(to + step, 10):
            return DROP_CONNECTION if step == "DATA" else "450 4.7.1 greylisted"
        return "250 OK"

    def hook_answer(id: str, nth: int) -> ScriptedResponse:
        return ScriptedResponse(500) if not over.is_set() and nth == 1 and is_unlucky(id, 10) else ScriptedResponse()

    with smtp_relay(relay_answer) as relay, webhook_server(hook_answer) as hook:
        environment = {"EVENTCAL_BASE_URL": BASE_URL, "EVENTCAL_TRUSTED_PROXIES": "127.0.0.1"}
        installation = Installation(folder, None, sqlite_url(folder))  # type: ignore[arg-type]
        installation.write_channels(webhook_table(hook.url), relay_url=relay.url)
        run = Soak(folder, ServeProcess(folder, environment=environment), relay, hook)
        run.edit()
        run.server.start().wait_ready()
        try:
            threads = [run.run(run.edit, EDIT_SECONDS), run.run(run.sign_up, 1.0), run.run(run.answer_mails, 0.5)]
            threads += [run.run(run.measure, 2.0), *(run.run(run.read, 0.02) for _ in range(READERS))]
            time.sleep(minutes * 20)
            run.kill(lambda: os.kill(run.server.worker_pids()[0], signal.SIGKILL))
            time.sleep(minutes * 20)
            run.kill(lambda: (run.server.kill(), run.server.start()))
            time.sleep(minutes * 20)
            over.set()
            run.stop.set()
            for thread in threads:
                thread.join(60)
            problems = run.failures[:10] + run.find_growth() + run.find_losses(installation)
        finally:
            run.server.stop()
        times = sorted(run.seconds)
        print(
            f"{len(times)} answers, p50 {times[len(times) // 2] * 1000:.0f} ms, p99 {times[len(times) * 99 // 100] * 1000:.0f} ms, "
            f"by status {dict(run.answers)}; {run.joined} signed up, {len(run.left)} left; {len(run.announced)} edits"
        )
        if set(run.answers) != {200}:
            problems.append(f"answers other than 200: {dict(run.answers)}")
        if "Traceback" in run.server.output:
            problems.append(f"a traceback in {folder}/output.txt")
        return problems


def main(arguments: list[str]) -> int:
    """Prints figures and problems; returns 1 where there are any problems."""
    folder = Path(tempfile.mkdtemp(prefix="eventcal-soak-"))
    problems = soak(float(arguments[0]) if arguments else 60.0, folder)
    print("\n".join(f"PROBLEM {problem}" for problem in problems) or "nothing lost, nothing grown")
    if problems:
        print(f"its folder is {folder}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
