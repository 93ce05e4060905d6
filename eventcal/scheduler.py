"""The clock: looks at the registry and at the ledger every second, and watches that it does. The only room that knows APScheduler."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from .errors import EventcalError

log = logging.getLogger(__name__)

HANGS = timedelta(seconds=60)
JUMP = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Pass:
    """Something to do again and again: *work* is given the time, and never runs beside itself."""

    name: str
    work: Callable[[datetime], object]
    every: timedelta = timedelta(seconds=1)


class Beat:
    """Runs passes once a second, or as often as they say, survives a clock that is set, and ends the process when a pass hangs.

    A pass that raises is logged and runs again a second later: the ledger says what is left to do. *die* is called with
    the reason when a pass does not come back, or is not begun any more, for *hangs*; *wall* and *steady* are the clocks
    that are watched, every *looks* seconds.
    """

    def __init__(
        self,
        passes: tuple[Pass, ...],
        die: Callable[[str], None] | None = None,
        *,
        hangs: timedelta = HANGS,
        looks: float = 1.0,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._passes = passes
        self._die = die or _end
        self._hangs, self._looks, self._wall, self._steady = hangs.total_seconds(), looks, wall, steady
        self._awake = 0.0  # seconds that this process was watched: none pass while it is frozen
        self._running: dict[str, float] = {}
        self._came_by: dict[str, float] = {}
        self._stopped = threading.Event()
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(len(passes))},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
        )
        self._scheduler.add_listener(_say, EVENT_JOB_ERROR)
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        for each in self._passes:
            self._scheduler.add_job(
                self._once,
                "interval",
                seconds=each.every.total_seconds(),
                args=[each],
                id=each.name,
                next_run_time=_now(),
            )
        self._scheduler.start()
        self._watchdog.start()

    def stop(self) -> None:
        """Let the passes that run come to their end, then stop; one that hangs is not waited for longer than else."""
        self._scheduler.shutdown(wait=True)
        self._stopped.set()

    def _once(self, each: Pass) -> None:
        self._running[each.name] = self._awake
        try:
            each.work(_now())
        finally:
            self._came_by[each.name] = self._awake
            self._running.pop(each.name, None)

    def _watch(self) -> None:
        wall, steady = self._wall(), self._steady()
        while not self._stopped.wait(self._looks):
            now_wall, now_steady = self._wall(), self._steady()
            jump = (now_wall - wall) - (now_steady - steady)
            # a process that was stopped and goes on has not hung: what it was doing then goes on as well
            self._awake += min(now_steady - steady, 2 * self._looks)
            wall, steady = now_wall, now_steady
            if abs(jump) > JUMP.total_seconds():
                log.warning("the clock was set by %+.0f s; going on from here", jump)
                self._rearm()
            if reason := self._hung():
                self._die(reason)

    def _hung(self) -> str:
        """What does not move any more; "" for nothing."""
        for each in self._passes:
            since = self._running.get(each.name)
            if since is not None and self._awake - since > self._hangs:
                return f"the pass '{each.name}' has not come back for {self._hangs:g} s"
            idle = self._awake - self._came_by.get(each.name, 0.0)
            if since is None and idle > self._hangs + each.every.total_seconds() and self._scheduler.running:
                return f"the pass '{each.name}' has not begun for {idle:.0f} s"
        return ""

    def _rearm(self) -> None:
        # an interval job keeps its next moment on the wall clock: set back an hour, it would sleep that hour
        for each in self._passes:
            self._scheduler.modify_job(each.name, next_run_time=_now())


def _now() -> datetime:
    return datetime.now(UTC)


def _say(event: JobExecutionEvent) -> None:
    """A fault that a person can mend gets a line, any other its traceback."""
    mendable = isinstance(event.exception, EventcalError)
    log.error(
        "the pass '%s' failed and will run again: %s",
        event.job_id,
        event.exception,
        exc_info=None if mendable else event.exception,
    )


def _end(reason: str) -> None:
    """A hung pass cannot be ended from outside: end the process, and let whoever started it start it again."""
    print(f"eventcal: {reason}; ending, so that it can be started afresh", file=sys.stderr, flush=True)
    faulthandler.dump_traceback(sys.stderr)  # where it hangs
    os._exit(75)
