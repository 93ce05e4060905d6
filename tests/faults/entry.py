"""`eventcal serve` with a death in it: what the tests of crashes start. The product has no such switch.

    python -m tests.faults.entry serve --port N    everything, the web worker too
    python -m tests.faults.entry nursery           a process that has imported everything, and forks for each line that
                                                   it reads a scheduler without a web, in a session of its own

What is to go wrong stands in the environment: FAULTS_DIE=window:n kills at the n-th pass through a window (`WINDOWS`),
FAULTS_CLOCK names a file that says by how many seconds the machine's clock is wrong, FAULTS_BUSY is how long a lock is
waited for, FAULTS_LEASE how many seconds a machine is believed to live; FAULTS_ROLE is what a child is, where several share
a PostgreSQL.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import itertools
import json
import os
import pkgutil
import signal
import smtplib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from functools import wraps
from pathlib import Path
from typing import Any

import pycurl

import eventcal

Kill = Callable[[], None]


# windows: where a process may die


def _kill_before_commit(*names: str) -> Callable[[Kill], None]:
    """One of the ledger's functions has run, and its transaction is not committed."""

    def arm(die: Kill) -> None:
        for name in names:
            _call_after(name, die)

    return arm


def _kill_after_commit(name: str) -> Callable[[Kill], None]:
    """The transaction in which the ledger's function ran is committed."""

    def arm(die: Kill) -> None:
        from eventcal.store import Store

        thread_state = threading.local()
        _call_after(name, lambda: setattr(thread_state, "ran", True))
        write = Store.write

        @contextmanager
        def killing_write(store: Store, *args: Any, **options: Any) -> Iterator[Any]:
            thread_state.ran = False
            with write(store, *args, **options) as conn:
                yield conn
            if thread_state.ran:
                die()

        Store.write = killing_write  # type: ignore[method-assign]

    return arm


def _call_after(name: str, callback: Kill) -> None:
    from eventcal.planning import passes
    from eventcal.store.ledger import batch_reservations, delivery_queue

    room: Any = next(room for room in (passes, delivery_queue, batch_reservations) if hasattr(room, name))
    original = getattr(room, name)

    @wraps(original)
    def wrapper(*args: Any, **options: Any) -> Any:
        result = original(*args, **options)
        callback()
        return result

    setattr(room, name, wrapper)


def _kill_after_insert(die: Kill) -> None:
    """Some of a reminder's deliveries are inserted, and nothing is committed."""
    from sqlalchemy import Engine, event

    @event.listens_for(Engine, "after_cursor_execute")
    def kill_on_insert(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO delivery"):
            die()


def _kill_at_channel(before: bool) -> Callable[[Kill], None]:
    """A channel is about to send, or has just been told that the message is accepted."""

    def arm(die: Kill) -> None:
        from eventcal import channels

        build = channels.build

        class KillingChannel:
            def __init__(self, channel: Any) -> None:
                self._channel = channel

            def __getattr__(self, name: str) -> Any:
                return getattr(self._channel, name)

            def send(self, message: Any, recheck: Any) -> Any:
                if before:
                    die()
                outcome = self._channel.send(message, recheck)
                if not before and isinstance(outcome, channels.Sent):
                    die()
                return outcome

        @wraps(build)
        def build_killing(*args: Any, **options: Any) -> Any:
            return {name: KillingChannel(channel) for name, channel in build(*args, **options).items()}

        channels.build = build_killing

    return arm


def _kill_during_send(share: float) -> Callable[[Kill], None]:
    """That much of a mail's DATA, or of a request's body, has left."""

    def arm(die: Kill) -> None:
        send_mail = smtplib.SMTP.send

        def killing_mail_send(smtp: Any, data: Any) -> None:
            if not isinstance(data, bytes) or not data.endswith(b"\r\n.\r\n"):
                send_mail(smtp, data)
                return
            first = int(len(data) * share)
            send_mail(smtp, data[:first])
            die()
            if data[first:]:
                send_mail(smtp, data[first:])

        class KillingCurl(pycurl.Curl):  # type: ignore[misc]
            def setopt(self, option: int, value: Any) -> None:
                if option == pycurl.POSTFIELDS and value.startswith(b"{"):
                    self._send_in_parts(value, int(len(value) * share))
                else:
                    super().setopt(option, value)

            def _send_in_parts(self, body: bytes, first: int) -> None:
                unread, left = [body[:first], body[first:]], 0

                def note_sent(kind: int, data: bytes) -> None:
                    nonlocal left
                    if kind == pycurl.INFOTYPE_DATA_OUT:
                        left += len(data)
                        if left == first:
                            die()

                super().setopt(pycurl.POST, 1)
                super().setopt(pycurl.POSTFIELDSIZE, len(body))
                super().setopt(pycurl.READFUNCTION, lambda _size: unread.pop(0) if unread else b"")
                super().setopt(pycurl.VERBOSE, 1)
                super().setopt(pycurl.DEBUGFUNCTION, note_sent)

        smtplib.SMTP.send = killing_mail_send  # type: ignore[method-assign]
        pycurl.Curl = KillingCurl

    return arm


SHARED_STORE_WINDOWS = ("handed over, not committed", "handed over, not claimed")
"""Windows that are there only where machines share a store."""

CRASH_WINDOWS: dict[str, Callable[[Kill], None]] = {
    "planned, not committed": _kill_before_commit("plan_edition"),
    "plan committed, not staged": _kill_after_commit("plan_edition"),
    "in the middle of staging": _kill_after_insert,
    "staged, not claimed": _kill_after_commit("fan_out_due"),
    "noted, not committed": _kill_before_commit("queue_notifications"),
    "noted, not claimed": _kill_after_commit("queue_notifications"),
    "handed over, not committed": _kill_before_commit("reserve_batch"),
    "handed over, not claimed": _kill_after_commit("reserve_batch"),
    "claimed, not committed": _kill_before_commit("claim", "claim_batch"),
    "claimed, no socket open": _kill_at_channel(before=True),
    "half of the message left": _kill_during_send(0.5),
    "all of it left, no answer yet": _kill_during_send(1),
    "accepted, not settled": _kill_at_channel(before=False),
    "settled, not committed": _kill_before_commit("settle"),
    "settled": _kill_after_commit("settle"),
}


def arm_kill(window_spec: str) -> None:
    """Kill this process, as by SIGKILL from outside, at the n-th pass through a window ("window:n")."""
    window, _, nth = window_spec.partition(":")
    passes = itertools.count(1)

    def die() -> None:
        if next(passes) == int(nth or 1):
            os.kill(os.getpid(), signal.SIGKILL)

    CRASH_WINDOWS[window](die)


# the clock


def skew_clocks(file: Path) -> None:
    """Every clock that the scheduler reads is wrong by the seconds that *file* holds, from the moment when it is written."""
    import apscheduler.schedulers.base
    import apscheduler.triggers.interval

    from eventcal import scheduler
    from eventcal.run import worker
    from eventcal.store import database

    def skew_seconds() -> float:
        with contextlib.suppress(OSError, ValueError):
            return float(file.read_text())
        return 0.0

    class AnyDatetime(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, datetime)

    class SkewedDatetime(datetime, metaclass=AnyDatetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=skew_seconds())

    for module in (apscheduler.schedulers.base, apscheduler.triggers.interval, scheduler, worker, database):
        module.datetime = SkewedDatetime
    defaults = scheduler.JobRunner.__init__.__kwdefaults__
    assert defaults["wall_clock"] is time.time
    defaults["wall_clock"] = lambda: time.time() + skew_seconds()


# what is started


def _apply_faults(environment: dict[str, str]) -> None:
    if window_spec := environment.get("FAULTS_DIE"):
        arm_kill(window_spec)
    if file := environment.get("FAULTS_CLOCK"):
        skew_clocks(Path(file))
    if seconds := environment.get("FAULTS_BUSY"):
        from eventcal.store import postgresql, sqlite

        sqlite.BUSY_SECONDS = float(seconds)
        postgresql._SESSION_OPTIONS["lock_timeout"] = f"{float(seconds)}s"
    if seconds := environment.get("FAULTS_LEASE"):
        from eventcal.deliveries import batches
        from eventcal.run import worker
        from eventcal.store import database, processes

        processes.HEARTBEAT_INTERVAL = timedelta(seconds=1)
        database.CLOCK_REREAD_SECONDS = 0.2
        batches.LEASE_DURATION = timedelta(seconds=float(seconds))
        worker.LEASE_RENEW_INTERVAL = timedelta(seconds=float(seconds) / 3)


def run_role(role: str) -> None:
    """One of many machines: `eventcal scheduler`, `worker`."""
    from eventcal import cli

    cli.cli([role], prog_name="eventcal")


def serve_without_web() -> None:
    """`eventcal serve` without its web: until SIGTERM, as granian would wait."""
    from eventcal import cli
    from eventcal.run import serve, worker

    def wait(settings: object) -> None:
        shutdown()

    assert callable(serve.run_web_server)
    assert callable(serve.wait_for_port)
    serve.run_web_server = wait
    serve.wait_for_port = lambda host, port: None
    with worker.shutdown_signal() as shutdown:
        cli.cli(["serve"], prog_name="eventcal")


def run_fork_server() -> None:
    """One line in, JSON {folder, environment}: a child, its number out. One line out when a child ends: its status."""
    for module in pkgutil.walk_packages(eventcal.__path__, "eventcal."):
        if not module.name.startswith(("eventcal.__main__", "eventcal.store.migrations.")):
            importlib.import_module(module.name)

    def report(**line: object) -> None:
        os.write(1, json.dumps(line).encode() + b"\n")

    def report_exits(*_: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while (waited := os.waitpid(-1, os.WNOHANG))[0]:
                report(ended=waited[0], status=os.waitstatus_to_exitcode(waited[1]))

    signal.signal(signal.SIGCHLD, report_exits)
    while line := sys.stdin.readline():
        request = json.loads(line)
        if child := os.fork():
            report(born=child)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a run that is cut short leaves nobody behind
        os.chdir(request["folder"])
        output = (
            os.open("output.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            if not request["pipe"]
            else os.open(request["pipe"], os.O_WRONLY)
        )
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os._exit(_run_child(request["environment"]))


def _run_child(environment: dict[str, str]) -> int:
    """A forked child's whole life; its exit code."""
    import traceback

    try:
        os.environ.update(environment)
        _apply_faults(environment)
        if role := environment.get("FAULTS_ROLE"):
            run_role(role)
        else:
            serve_without_web()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 70
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "fork-server":
        run_fork_server()
    else:
        from eventcal import cli

        _apply_faults(dict(os.environ))
        cli.cli(sys.argv[1:], prog_name="eventcal")
