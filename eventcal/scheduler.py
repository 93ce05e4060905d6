"""Runs jobs at their intervals, every second for most, and watches that they move. The only room that knows APScheduler."""

from __future__ import annotations

import faulthandler
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from .errors import EventcalError, StoreReplaced

log = logging.getLogger(__name__)

WATCHDOG_TIMEOUT = timedelta(seconds=60)
"""How long a job may stand still: neither come back nor use the processor."""
MIN_CPU_SHARE = 0.01
"""A job whose thread uses less than this share of the time that passes stands still."""
MAX_CLOCK_JUMP = timedelta(seconds=5)
REPEATED_FAILURE_INTERVAL = 60.0
"""Seconds between two log lines about a failure that goes on unchanged."""


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """Work that runs at an interval: *work* is given the time (UTC) and never runs beside itself."""

    name: str
    work: Callable[[datetime], object]
    interval: timedelta = timedelta(seconds=1)


@dataclass(slots=True)
class _RunningJob:
    """A job on its thread, with the processor time it had used when the watchdog last looked."""

    cpu_clock: Callable[[], float]
    checked_at: float
    moved_at: float
    cpu_seconds: float


class JobRunner:
    """Runs jobs at their intervals, survives a clock that is set, and ends the process when only a restart helps.

    A job that raises is logged and runs again at its next interval: the ledger says what is left to do. *end_process* is
    called with the reason when a job neither returns nor uses processor time, or is no longer started, for
    *watchdog_timeout*: work that takes minutes is no hang; and when a job found that its store was replaced. The watchdog
    compares *wall_clock* and *monotonic_clock* every *poll_seconds*.
    """

    def __init__(
        self,
        jobs: tuple[PeriodicJob, ...],
        end_process: Callable[[str], None] | None = None,
        *,
        watchdog_timeout: timedelta = WATCHDOG_TIMEOUT,
        poll_seconds: float = 1.0,
        wall_clock: Callable[[], float] = time.time,
        monotonic_clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs = jobs
        self._end_process = end_process or _exit_process
        self._timeout_seconds, self._poll_seconds = watchdog_timeout.total_seconds(), poll_seconds
        self._wall_clock, self._monotonic_clock = wall_clock, monotonic_clock
        self._awake_seconds = 0.0  # seconds that this process was watched: none pass while it is frozen
        self._running: dict[str, _RunningJob] = {}
        self._failures = FailureLog()
        self._finished_at: dict[str, float] = {}
        self._stopped = threading.Event()
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(len(jobs))},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
        )
        self._scheduler.add_listener(self._record_run, EVENT_JOB_ERROR | EVENT_JOB_EXECUTED)
        self._watchdog = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Starts the clock and the watchdog."""
        for job in self._jobs:
            self._scheduler.add_job(
                self._run_job, _Interval(job.interval), args=[job], id=job.name, next_run_time=_now()
            )
        self._scheduler.start()
        self._watchdog.start()

    def stop(self) -> None:
        """Waits for the running jobs to return, then stops. The watchdog ends the process if one of them hangs."""
        self._scheduler.shutdown(wait=True)
        self._stopped.set()

    def _run_job(self, job: PeriodicJob) -> None:
        cpu_clock, now = _thread_cpu_clock(), self._awake_seconds
        self._running[job.name] = _RunningJob(cpu_clock, now, now, cpu_clock())
        try:
            job.work(_now())
        finally:
            self._finished_at[job.name] = self._awake_seconds
            self._running.pop(job.name, None)

    def _record_run(self, event: JobExecutionEvent) -> None:
        if event.exception is None:
            self._failures.succeeded(event.job_id)
        elif isinstance(event.exception, StoreReplaced):
            self._end_process(str(event.exception))
        else:
            self._failures.failed(event.job_id, event.exception, self._awake_seconds)

    def _watch(self) -> None:
        last_wall, last_monotonic = self._wall_clock(), self._monotonic_clock()
        while not self._stopped.wait(self._poll_seconds):
            now_wall, now_monotonic = self._wall_clock(), self._monotonic_clock()
            jump = (now_wall - last_wall) - (now_monotonic - last_monotonic)
            # a process that was stopped and goes on has not hung: what it was doing then goes on as well
            self._awake_seconds += min(now_monotonic - last_monotonic, 2 * self._poll_seconds)
            last_wall, last_monotonic = now_wall, now_monotonic
            if abs(jump) > MAX_CLOCK_JUMP.total_seconds():
                log.warning("system clock jumped by %+.0f s; rescheduling", jump)
                self._reschedule_jobs()
            if reason := self._find_hung_job():
                faulthandler.dump_traceback()  # where it hangs
                self._end_process(reason)

    def _find_hung_job(self) -> str:
        """Returns why the process must end, "" while every job moves."""
        for job in self._jobs:
            running = self._running.get(job.name)
            if running is not None:
                if self._standstill_seconds(running) > self._timeout_seconds:
                    return f"job '{job.name}' has made no progress for {self._timeout_seconds:g} s"
                continue
            idle_seconds = self._awake_seconds - self._finished_at.get(job.name, 0.0)
            if idle_seconds > self._timeout_seconds + job.interval.total_seconds() and self._scheduler.running:
                return f"job '{job.name}' has not started for {idle_seconds:.0f} s"
        return ""

    def _standstill_seconds(self, running: _RunningJob) -> float:
        """Returns the seconds for which *running* has used no processor time to speak of."""
        now = self._awake_seconds
        try:
            cpu_seconds = running.cpu_clock()
        except OSError:  # its thread has just ended
            return 0.0
        if now > running.checked_at:
            if cpu_seconds - running.cpu_seconds >= MIN_CPU_SHARE * (now - running.checked_at):
                running.moved_at = now
            running.checked_at, running.cpu_seconds = now, cpu_seconds
        return now - running.moved_at

    def _reschedule_jobs(self) -> None:
        # an interval job keeps its next moment on the wall clock: set back an hour, it would sleep that hour
        for job in self._jobs:
            self._scheduler.modify_job(job.name, next_run_time=_now())


class _Interval(BaseTrigger):  # type: ignore[misc]
    """Every *interval*, and once for all times that were missed.

    APScheduler's own trigger lists each of them first: 60 days of seconds are gigabytes, and minutes without a job.
    """

    def __init__(self, interval: timedelta) -> None:
        self._interval = interval

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        next_time = (previous_fire_time or now) + self._interval
        return next_time if next_time > now else now + self._interval


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _OngoingFailure:
    """One cause that keeps jobs from working: which ones, how often it came, and when it was last logged."""

    jobs: set[str]
    count: int
    logged_at: float


class FailureLog:
    """Logs a cause once, counts its repeats, and says when it is over: a full disk must not be filled by its log.

    What a person can mend, such as a full disk, is one cause for all jobs that it stops; a bug is one of its job.
    """

    def __init__(self) -> None:
        self._ongoing: dict[str, _OngoingFailure] = {}
        self._lock = threading.Lock()  # jobs fail on threads of their own

    def failed(self, name: str, error: BaseException, now: float) -> None:
        """Records that job *name* raised *error* at *now* (seconds of a steady clock)."""
        is_bug = not isinstance(error, EventcalError)
        reason = f"{type(error).__name__}: {error}" + (f" in {name}" if is_bug else "")
        with self._lock:
            for other in [key for key, failure in self._ongoing.items() if key != reason and name in failure.jobs]:
                self._leave(other, name)
            failure = self._ongoing.setdefault(reason, _OngoingFailure(set(), 0, now))
            failure.jobs.add(name)
            failure.count += 1
            if failure.count == 1:
                log.error("job '%s' failed and will run again: %s", name, error, exc_info=error if is_bug else None)
            elif now - failure.logged_at >= REPEATED_FAILURE_INTERVAL:
                log.error("%s, %d failures by now: %s", _name_jobs(failure.jobs), failure.count, error)
                failure.logged_at = now

    def succeeded(self, name: str) -> None:
        """Records that job *name* returned."""
        with self._lock:
            for reason in [key for key, failure in self._ongoing.items() if name in failure.jobs]:
                if failure := self._leave(reason, name):
                    log.warning("job '%s' works again after %d failures", name, failure.count)

    def _leave(self, reason: str, name: str) -> _OngoingFailure | None:
        """Removes job *name* from the failure *reason*; returns it where that was its last job."""
        self._ongoing[reason].jobs.discard(name)
        return None if self._ongoing[reason].jobs else self._ongoing.pop(reason)


def _name_jobs(names: set[str]) -> str:
    """Returns "job 'tick'", or "jobs 'look', 'tick'"."""
    quoted = ", ".join(f"'{name}'" for name in sorted(names))
    return f"job{'s' if len(names) > 1 else ''} {quoted}"


def _thread_cpu_clock() -> Callable[[], float]:
    """Returns a clock of the processor time, in seconds, of the calling thread; of the process where the system has no other."""
    if not hasattr(time, "pthread_getcpuclockid"):
        return time.process_time
    clock_id = time.pthread_getcpuclockid(threading.get_ident())
    return lambda: time.clock_gettime(clock_id)


def _exit_process(reason: str) -> None:
    """Ends the process, since a hung thread cannot be ended from outside; its supervisor starts a new one (EX_TEMPFAIL)."""
    log.critical("%s; ending so that it can be restarted", reason)
    os._exit(75)
