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

WATCHDOG_TIMEOUT = timedelta(seconds=60)
MAX_CLOCK_JUMP = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Something to do again and again: *work* is given the time, and never runs beside itself."""

    name: str
    work: Callable[[datetime], object]
    interval: timedelta = timedelta(seconds=1)


class JobRunner:
    """Runs passes once a second, or as often as they say, survives a clock that is set, and ends the process when a pass hangs.

    A pass that raises is logged and runs again a second later: the ledger says what is left to do. *die* is called with
    the reason when a pass does not come back, or is not begun any more, for *hangs*; *wall* and *steady* are the clocks
    that are watched, every *looks* seconds.
    """

    def __init__(
        self,
        jobs: tuple[PeriodicJob, ...],
        on_hang: Callable[[str], None] | None = None,
        *,
        watchdog_timeout: timedelta = WATCHDOG_TIMEOUT,
        poll_seconds: float = 1.0,
        wall_clock: Callable[[], float] = time.time,
        monotonic_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs = jobs
        self._on_hang = on_hang or _exit_process
        self._timeout_seconds, self._poll_seconds, self._wall_clock, self._monotonic_clock = (
            watchdog_timeout.total_seconds(),
            poll_seconds,
            wall_clock,
            monotonic_clock,
        )
        self._awake_seconds = 0.0  # seconds that this process was watched: none pass while it is frozen
        self._started_at: dict[str, float] = {}
        self._finished_at: dict[str, float] = {}
        self._stopped = threading.Event()
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(len(jobs))},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
        )
        self._scheduler.add_listener(_log_failure, EVENT_JOB_ERROR)
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        for job in self._jobs:
            self._scheduler.add_job(
                self._run_job,
                "interval",
                seconds=job.interval.total_seconds(),
                args=[job],
                id=job.name,
                next_run_time=_now(),
            )
        self._scheduler.start()
        self._watchdog.start()

    def stop(self) -> None:
        """Let the passes that run come to their end, then stop; one that hangs is not waited for longer than else."""
        self._scheduler.shutdown(wait=True)
        self._stopped.set()

    def _run_job(self, job: PeriodicJob) -> None:
        self._started_at[job.name] = self._awake_seconds
        try:
            job.work(_now())
        finally:
            self._finished_at[job.name] = self._awake_seconds
            self._started_at.pop(job.name, None)

    def _watch(self) -> None:
        last_wall, last_monotonic = self._wall_clock(), self._monotonic_clock()
        while not self._stopped.wait(self._poll_seconds):
            now_wall, now_monotonic = self._wall_clock(), self._monotonic_clock()
            jump = (now_wall - last_wall) - (now_monotonic - last_monotonic)
            # a process that was stopped and goes on has not hung: what it was doing then goes on as well
            self._awake_seconds += min(now_monotonic - last_monotonic, 2 * self._poll_seconds)
            last_wall, last_monotonic = now_wall, now_monotonic
            if abs(jump) > MAX_CLOCK_JUMP.total_seconds():
                log.warning("the clock was set by %+.0f s; going on from here", jump)
                self._reschedule_jobs()
            if reason := self._find_hung_job():
                self._on_hang(reason)

    def _find_hung_job(self) -> str:
        """What does not move any more; "" for nothing."""
        for job in self._jobs:
            started_at = self._started_at.get(job.name)
            if started_at is not None and self._awake_seconds - started_at > self._timeout_seconds:
                return f"the pass '{job.name}' has not come back for {self._timeout_seconds:g} s"
            idle_seconds = self._awake_seconds - self._finished_at.get(job.name, 0.0)
            if (
                started_at is None
                and idle_seconds > self._timeout_seconds + job.interval.total_seconds()
                and self._scheduler.running
            ):
                return f"the pass '{job.name}' has not begun for {idle_seconds:.0f} s"
        return ""

    def _reschedule_jobs(self) -> None:
        # an interval job keeps its next moment on the wall clock: set back an hour, it would sleep that hour
        for job in self._jobs:
            self._scheduler.modify_job(job.name, next_run_time=_now())


def _now() -> datetime:
    return datetime.now(UTC)


def _log_failure(event: JobExecutionEvent) -> None:
    """A fault that a person can mend gets a line, any other its traceback."""
    is_user_error = isinstance(event.exception, EventcalError)
    log.error(
        "the pass '%s' failed and will run again: %s",
        event.job_id,
        event.exception,
        exc_info=None if is_user_error else event.exception,
    )


def _exit_process(reason: str) -> None:
    """A hung pass cannot be ended from outside: end the process, and let whoever started it start it again."""
    print(f"eventcal: {reason}; ending, so that it can be started afresh", file=sys.stderr, flush=True)
    faulthandler.dump_traceback(sys.stderr)  # where it hangs
    os._exit(75)
