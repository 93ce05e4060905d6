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
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import eventcal

Die = Callable[[], None]


# windows: where a process may die


def _inside(*names: str) -> Callable[[Die], None]:
    """One of the ledger's functions has run, and its transaction is not committed."""

    def arm(die: Die) -> None:
        for each in names:
            _after_call(each, die)

    return arm


def _once_committed(name: str) -> Callable[[Die], None]:
    """The transaction in which the ledger's function ran is committed."""

    def arm(die: Die) -> None:
        from eventcal.store import Store

        own = threading.local()
        _after_call(name, lambda: setattr(own, "ran", True))
        write = Store.write

        @contextmanager
        def dying(store: Store, *args: Any, **options: Any) -> Iterator[Any]:
            own.ran = False
            with write(store, *args, **options) as conn:
                yield conn
            if own.ran:
                die()

        Store.write = dying  # type: ignore[method-assign]

    return arm


def _after_call(name: str, then: Die) -> None:
    from eventcal.store import ledger

    whole = getattr(ledger, name)

    @wraps(whole)
    def dying(*args: Any, **options: Any) -> Any:
        found = whole(*args, **options)
        then()
        return found

    setattr(ledger, name, dying)


def _inserted(die: Die) -> None:
    """Some of a reminder's deliveries are inserted, and nothing is committed."""
    from sqlalchemy import Engine, event

    @event.listens_for(Engine, "after_cursor_execute")
    def look(conn: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO delivery"):
            die()


def _at_channel(before: bool) -> Callable[[Die], None]:
    """A channel is about to send, or has just been told that the message is accepted."""

    def arm(die: Die) -> None:
        from eventcal import channels

        build = channels.build

        class Dying:
            def __init__(self, channel: Any) -> None:
                self._channel = channel

            def __getattr__(self, name: str) -> Any:
                return getattr(self._channel, name)

            def send(self, message: Any) -> Any:
                if before:
                    die()
                outcome = self._channel.send(message)
                if not before and isinstance(outcome, channels.Sent):
                    die()
                return outcome

        @wraps(build)
        def dying(*args: Any, **options: Any) -> Any:
            return {name: Dying(each) for name, each in build(*args, **options).items()}

        channels.build = dying

    return arm


def _on_the_wire(share: float) -> Callable[[Die], None]:
    """That much of a mail's DATA, or of a request's body, has left."""

    def arm(die: Die) -> None:
        mail, request = smtplib.SMTP.send, HTTPConnection.send

        def cut(send: Callable[[Any, Any], None], connection: Any, data: bytes) -> None:
            if share == 1:
                send(connection, data)
                die()
            else:
                send(connection, data[: int(len(data) * share)])
                die()
                send(connection, data[int(len(data) * share) :])

        def dying_mail(smtp: Any, data: Any) -> None:
            if isinstance(data, bytes) and data.endswith(b"\r\n.\r\n"):
                cut(mail, smtp, data)
            else:
                mail(smtp, data)

        def dying_request(connection: Any, data: Any) -> None:
            if isinstance(data, bytes) and data.startswith(b"{"):
                cut(request, connection, data)
            else:
                request(connection, data)

        smtplib.SMTP.send = dying_mail  # type: ignore[method-assign]
        HTTPConnection.send = dying_request  # type: ignore[method-assign]

    return arm


SHARED = ("handed over, not committed", "handed over, not claimed")
"""Windows that are there only where machines share a store."""

WINDOWS: dict[str, Callable[[Die], None]] = {
    "planned, not committed": _inside("plan_edition"),
    "plan committed, not staged": _once_committed("plan_edition"),
    "in the middle of staging": _inserted,
    "staged, not claimed": _once_committed("stage"),
    "noted, not committed": _inside("notify"),
    "noted, not claimed": _once_committed("notify"),
    "handed over, not committed": _inside("hand"),
    "handed over, not claimed": _once_committed("hand"),
    "claimed, not committed": _inside("claim", "take"),
    "claimed, no socket open": _at_channel(before=True),
    "half of the message left": _on_the_wire(0.5),
    "all of it left, no answer yet": _on_the_wire(1),
    "accepted, not settled": _at_channel(before=False),
    "settled, not committed": _inside("settle"),
    "settled": _once_committed("settle"),
}


def arm(where: str) -> None:
    """Kill this process, as by SIGKILL from outside, at the n-th pass through a window ("window:n")."""
    window, _, nth = where.partition(":")
    passes = itertools.count(1)

    def die() -> None:
        if next(passes) == int(nth or 1):
            os.kill(os.getpid(), signal.SIGKILL)

    WINDOWS[window](die)


# the clock


def set_clock(file: Path) -> None:
    """Every clock that the scheduler reads is wrong by the seconds that *file* holds, from the moment when it is written."""
    import apscheduler.schedulers.base
    import apscheduler.triggers.interval

    from eventcal import scheduler, worker
    from eventcal.store import database

    def wrong() -> float:
        with contextlib.suppress(OSError, ValueError):
            return float(file.read_text())
        return 0.0

    class AnyMoment(type):
        def __instancecheck__(cls, each: object) -> bool:
            return isinstance(each, datetime)

    class Moved(datetime, metaclass=AnyMoment):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=wrong())

    for module in (apscheduler.schedulers.base, apscheduler.triggers.interval, scheduler, worker, database):
        module.datetime = Moved
    defaults = scheduler.Beat.__init__.__kwdefaults__
    assert defaults["wall"] is time.time
    defaults["wall"] = lambda: time.time() + wrong()


# what is started


def _armed(environment: dict[str, str]) -> None:
    if where := environment.get("FAULTS_DIE"):
        arm(where)
    if file := environment.get("FAULTS_CLOCK"):
        set_clock(Path(file))
    if seconds := environment.get("FAULTS_BUSY"):
        from eventcal.store import database

        database.BUSY_SECONDS = float(seconds)
        database._SESSION["lock_timeout"] = f"{float(seconds)}s"
    if seconds := environment.get("FAULTS_LEASE"):
        from eventcal import worker
        from eventcal.deliveries import handing, sending
        from eventcal.store import database, nodes

        nodes.BEATS = timedelta(seconds=1)
        database.CLOCK_SECONDS = 0.2
        handing.LEASE = sending.LEASE = timedelta(seconds=float(seconds))
        worker.RENEWS = timedelta(seconds=float(seconds) / 3)


def role_alone(role: str) -> None:
    """One of many machines: `eventcal scheduler`, `worker`."""
    from eventcal import cli

    cli.cli([role], prog_name="eventcal")


def scheduler_alone() -> None:
    """`eventcal serve` without its web: until SIGTERM, as granian would wait."""
    from eventcal import cli, serve, worker

    def wait(settings: object) -> None:
        end()

    assert callable(serve._web)
    assert callable(serve._await_port)
    serve._web = wait
    serve._await_port = lambda host, port: None
    with worker.told() as end:
        cli.cli(["serve"], prog_name="eventcal")


def nursery() -> None:
    """One line in, JSON {folder, environment}: a child, its number out. One line out when a child ends: its status."""
    for each in pkgutil.walk_packages(eventcal.__path__, "eventcal."):
        if not each.name.startswith(("eventcal.__main__", "eventcal.store.migrations.")):
            importlib.import_module(each.name)

    def say(**line: object) -> None:
        os.write(1, json.dumps(line).encode() + b"\n")

    def ended(*_: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                say(ended=found[0], status=os.waitstatus_to_exitcode(found[1]))

    signal.signal(signal.SIGCHLD, ended)
    while line := sys.stdin.readline():
        asked = json.loads(line)
        if child := os.fork():
            say(born=child)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: a run that is cut short leaves nobody behind
        os.chdir(asked["folder"])
        said = (
            os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            if not asked["pipe"]
            else os.open(asked["pipe"], os.O_WRONLY)
        )
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(said, 1)
        os.dup2(said, 2)
        os._exit(_live(asked["environment"]))


def _live(environment: dict[str, str]) -> int:
    """A forked child's whole life; its exit code."""
    import traceback

    try:
        os.environ.update(environment)
        _armed(environment)
        if role := environment.get("FAULTS_ROLE"):
            role_alone(role)
        else:
            scheduler_alone()
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
    if sys.argv[1] == "nursery":
        nursery()
    else:
        from eventcal import cli

        _armed(dict(os.environ))
        cli.cli(sys.argv[1:], prog_name="eventcal")
