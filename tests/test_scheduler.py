"""The beat: passes run again whatever they did, a clock that is set delays none, and one that hangs ends the process."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eventcal.errors import StoreError, StoreReplaced
from eventcal.scheduler import FailureLog, JobRunner, PeriodicJob

from .serve_process import WAIT_SECONDS, wait_until

SHORT = timedelta(milliseconds=50)
QUICK = timedelta(milliseconds=10)
SELDOM = timedelta(hours=1)
POLL_SECONDS = 0.005


@dataclass
class Clock:
    """Both clocks in one, set by the test; without being set, they stand still. *reads* counts how often the steady one was read."""

    wall: float = 0.0
    steady: float = 0.0
    reads: int = 0

    def read(self) -> float:
        self.reads += 1
        return self.steady

    def wait_for_read(self) -> None:
        """Return when it was read as it stands now."""
        before = self.reads
        wait_until(lambda: self.reads > before + 1, "the watchdog reads the clock")

    def passes_until(self, deaths: list[str]) -> Callable[[], list[str]]:
        """Returns *deaths*, with more time gone by at each call."""

        def pass_time() -> list[str]:
            self.steady += POLL_SECONDS
            return deaths

        return pass_time


@dataclass
class Count:
    """A pass's work: how often it was begun, at what times; *then* is what happens each time."""

    then: Callable[[], object] = lambda: None
    times: list[datetime] = field(default_factory=list)

    def __call__(self, now: datetime) -> object:
        self.times.append(now)
        return self.then()


@contextmanager
def beating(
    *passes: PeriodicJob, clock: Clock | None = None, hangs: timedelta = SHORT
) -> Iterator[tuple[JobRunner, list[str]]]:
    deaths: list[str] = []
    clocks = {"wall_clock": lambda: clock.wall, "monotonic_clock": clock.read} if clock else {}
    beat = JobRunner(passes, deaths.append, watchdog_timeout=hangs, poll_seconds=POLL_SECONDS, **clocks)
    beat.start()
    try:
        yield beat, deaths
    finally:
        beat.stop()


def test_a_pass_that_fails_runs_again_and_says_why_with_a_traceback_only_for_what_nobody_can_mend(
    caplog: pytest.LogCaptureFixture,
) -> None:
    failures: list[Exception] = [StoreError("the disk is full"), ZeroDivisionError("a bug")]

    def fail() -> None:
        if failures:
            raise failures.pop(0)

    work = Count(fail)
    with caplog.at_level(logging.ERROR), beating(PeriodicJob("tick", work, QUICK), hangs=SELDOM) as (_, deaths):
        wait_until(lambda: len(work.times) > 3, "it runs again")

    assert deaths == []
    said = [each for each in caplog.records if each.name == "eventcal.scheduler"]
    assert ["the disk is full" in said[0].getMessage(), "a bug" in said[1].getMessage()] == [True, True]
    assert [bool(each.exc_info) for each in said] == [False, True]


def test_a_process_whose_store_was_replaced_ends() -> None:
    def find_another() -> None:
        raise StoreReplaced("eventcal.db was replaced by another file")

    with beating(PeriodicJob("tick", Count(find_another), QUICK), hangs=SELDOM) as (_, deaths):
        wait_until(lambda: deaths, "it ends")

    assert set(deaths) == {"eventcal.db was replaced by another file"}


def test_a_pass_never_runs_beside_itself_and_a_slow_one_does_not_hold_up_another() -> None:
    go_on = threading.Event()
    slow, quick = Count(lambda: go_on.wait(WAIT_SECONDS)), Count()
    with beating(PeriodicJob("slow", slow, QUICK), PeriodicJob("quick", quick, QUICK), hangs=SELDOM):
        wait_until(lambda: len(quick.times) > 5, "the quick one goes on")
        assert len(slow.times) == 1
        go_on.set()


@pytest.mark.parametrize("seconds", [-3600, 3600, -86400])
def test_a_clock_that_is_set_does_not_keep_a_pass_waiting(seconds: int) -> None:
    clock, work = Clock(), Count()
    with beating(PeriodicJob("tick", work, SELDOM), clock=clock, hangs=2 * SELDOM) as (_, deaths):
        wait_until(lambda: work.times, "it begins")
        clock.wall += 4  # a step that network time makes
        clock.wait_for_read()
        assert len(work.times) == 1
        clock.wall += seconds
        wait_until(lambda: len(work.times) == 2, "it runs at once")
        assert deaths == []


def test_times_that_were_missed_by_the_million_are_one_run() -> None:
    now = datetime.now(UTC)
    with beating(PeriodicJob("tick", Count(), QUICK), hangs=SELDOM) as (beat, _):
        trigger = beat._scheduler.get_job("tick").trigger
    assert trigger.get_next_fire_time(now - timedelta(days=60), now) == now + QUICK


def test_a_pass_that_hangs_ends_the_process_by_the_steady_clock_alone() -> None:
    clock, go_on = Clock(), threading.Event()
    with beating(PeriodicJob("tick", Count(lambda: go_on.wait(WAIT_SECONDS)), SELDOM), clock=clock) as (beat, deaths):
        wait_until(lambda: beat._running, "it begins")
        clock.wall += 86400
        clock.wait_for_read()
        assert deaths == []
        wait_until(clock.passes_until(deaths), "it is noticed")
        go_on.set()
    assert deaths[0] == "job 'tick' has made no progress for 0.05 s"


def test_a_process_that_was_frozen_and_goes_on_has_not_hung() -> None:
    clock, go_on = Clock(), threading.Event()
    with beating(PeriodicJob("tick", Count(lambda: go_on.wait(WAIT_SECONDS)), SELDOM), clock=clock) as (beat, deaths):
        wait_until(lambda: beat._running, "it begins")
        clock.steady += 3600
        clock.wait_for_read()
        go_on.set()
    assert deaths == []


def test_a_pass_that_is_not_begun_any_more_ends_the_process_too() -> None:
    clock, work = Clock(), Count()
    with beating(PeriodicJob("tick", work, QUICK), clock=clock) as (beat, deaths):
        wait_until(lambda: work.times, "it begins")
        beat._scheduler.remove_job("tick")  # as if the scheduler had lost it
        wait_until(lambda: not beat._running, "it is over")
        wait_until(clock.passes_until(deaths), "it is noticed")
    assert deaths[0].startswith("job 'tick' has not started for")


HUNG_PROCESS = """\
import itertools, threading
from datetime import timedelta
from eventcal.logs import set_up_logs
from eventcal.scheduler import JobRunner, PeriodicJob
set_up_logs('json')
begun, steps = threading.Event(), itertools.count()
def stuck(now): begun.set(); threading.Event().wait()
clock = lambda: begun.is_set() and next(steps) / 100
JobRunner((PeriodicJob('tick', stuck),), watchdog_timeout=timedelta(seconds=0.05), poll_seconds=0.01,
          monotonic_clock=clock).start()
threading.Event().wait()
"""


def test_a_real_process_ends_with_a_code_for_try_again_and_says_where_it_hung() -> None:
    ended = subprocess.run([sys.executable, "-c", HUNG_PROCESS], capture_output=True, text=True, timeout=240)

    assert ended.returncode == 75
    *where, line = ended.stderr.splitlines()
    message = "job 'tick' has made no progress for 0.05 s; ending so that it can be restarted"
    assert json.loads(line)["message"] == message
    assert any("in stuck" in frame for frame in where)


def test_a_log_that_takes_nothing_keeps_no_hung_process() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full on this system")
    with full.open("w", encoding="utf-8") as log:
        assert 75 == subprocess.run([sys.executable, "-c", HUNG_PROCESS], stderr=log, timeout=240).returncode


def test_a_job_that_works_for_longer_than_the_timeout_is_not_hung() -> None:
    """The clock goes as the processor time that the job uses, six times its timeout."""
    clock, finished = Clock(), threading.Event()

    def work() -> None:
        while time.thread_time() < 6 * SHORT.total_seconds():
            clock.steady = time.thread_time()
        finished.set()

    with beating(PeriodicJob("tick", Count(work), SELDOM), clock=clock) as (_, deaths):
        assert finished.wait(WAIT_SECONDS)
        clock.wait_for_read()
    assert deaths == []


def test_a_failure_that_goes_on_is_logged_once_a_minute_and_at_its_end(caplog: pytest.LogCaptureFixture) -> None:
    failures = FailureLog()
    with caplog.at_level(logging.WARNING):
        for second in range(150):
            failures.failed("tick", StoreError("the disk is full"), float(second))
        failures.succeeded("tick")
        failures.succeeded("tick")

    assert [record.getMessage() for record in caplog.records] == [
        "job 'tick' failed and will run again: the disk is full",
        "job 'tick', 61 failures by now: the disk is full",
        "job 'tick', 121 failures by now: the disk is full",
        "job 'tick' works again after 150 failures",
    ]


def test_what_stops_several_jobs_is_logged_once_and_a_bug_once_for_its_job(caplog: pytest.LogCaptureFixture) -> None:
    failures = FailureLog()
    with caplog.at_level(logging.WARNING):
        for second in range(61):
            for name in ("tick", "look"):
                failures.failed(name, StoreError("the disk is full"), float(second))
        failures.succeeded("look")
        failures.succeeded("tick")
        for name in ("tick", "look"):
            failures.failed(name, KeyError("id"), 62.0)
        failures.failed("look", StoreError("the disk is full"), 63.0)
        failures.succeeded("look")

    assert [record.getMessage() for record in caplog.records] == [
        "job 'tick' failed and will run again: the disk is full",
        "jobs 'look', 'tick', 121 failures by now: the disk is full",
        "job 'tick' works again after 122 failures",
        "job 'tick' failed and will run again: 'id'",
        "job 'look' failed and will run again: 'id'",
        "job 'look' failed and will run again: the disk is full",
        "job 'look' works again after 1 failures",
    ]
