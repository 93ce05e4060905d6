"""Batches of due deliveries travel as Procrastinate's jobs: put into the queue with the ledger's own transaction, run here.

The only room that knows the engine. It is trusted with nothing: a job that it loses, repeats or leaves half-way is a
batch that the ledger hands over again. Finished jobs are deleted, whatever came of them; no lock is used, because a
clash would take the ledger's transaction with it; nothing that is not due yet ever enters.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Status

from ..deliveries.handing import JOBS, Batch
from ..errors import StoreError
from ..store import Connection

log = logging.getLogger(__name__)

TASK = "deliver"
POLL = 1.0  # seconds until it is looked whether a word of the database was missed
GONE = 30.0  # seconds without a sign of life, and what a worker was doing is nobody's
AGAIN = 1.0
FINISHES = 15.0  # seconds that what was begun is given when we are told to stop


class Queue:
    """Where a scheduler puts batches."""

    def __init__(self, connection_string: str) -> None:
        self._connection_string = connection_string
        self._task = _app(connection_string).task(name=TASK)(_never)

    def put(self, conn: Connection, batch: Batch) -> None:
        self._task.configure(
            queue=batch.channel, priority=int(batch.urgent), connection=conn.connection.driver_connection
        ).defer(mark=batch.mark, channel=batch.channel, ids=list(batch.ids), probe=batch.probe)

    def tidy(self) -> int:
        """Delete what workers that are gone left `doing`: the ledger has handed it over again by itself."""
        return asyncio.run(self._tidy())

    async def _tidy(self) -> int:
        # an app of its own: one that is open here could not put into the queue meanwhile, on another's connection
        async with _app(self._connection_string).open_async() as app:
            jobs = app.job_manager
            await jobs.prune_stalled_workers(GONE)
            left = list(await jobs.get_stalled_jobs(seconds_since_heartbeat=GONE))
            for each in left:
                try:
                    await jobs.finish_job(each, Status.FAILED, delete_job=True)
                except ProcrastinateException:
                    continue  # it came to its end after all, or another scheduler was faster
        return len(left)


class Jobs:
    """Where a worker takes batches from: *work* is called by several threads, `run` until `stop`."""

    def __init__(self, connection_string: str, work: Callable[[Batch], object], at_once: int = JOBS) -> None:
        self._connection_string = connection_string
        self._work = work
        self._at_once = at_once
        self._stopped = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Take batches until `stop`, whatever happens to the database meanwhile."""
        while not self._stopped.is_set():
            try:
                asyncio.run(self._run())
            except (ProcrastinateException, OSError) as error:
                log.warning("the queue does not answer (%s); asking again", error.__cause__ or error)
            self._stopped.wait(AGAIN)

    def stop(self) -> None:
        """Take no more, and come back from `run` once what was begun has ended."""
        self._stopped.set()
        loop, running = self._loop, self._running
        if loop is not None and running is not None:
            try:
                loop.call_soon_threadsafe(running.cancel)
            except RuntimeError:
                return  # the loop has ended by itself

    async def _run(self) -> None:
        asyncio.get_running_loop().set_exception_handler(_unheard)
        app = _app(self._connection_string)
        threads = ThreadPoolExecutor(self._at_once, thread_name_prefix="batch")

        @app.task(name=TASK)
        async def deliver(mark: str, channel: str, ids: list[int], probe: bool) -> None:
            batch = Batch(mark, channel, tuple(ids), probe=probe)
            try:
                await asyncio.get_running_loop().run_in_executor(threads, self._work, batch)
            except StoreError as error:
                log.warning("%s; the batch is due again by itself", error)
            except Exception:
                log.exception("batch %s of channel %s failed; it is due again by itself", mark, channel)

        try:
            async with app.open_async():
                # only from here on `stop` may cancel us: what is cancelled while connections open never comes to its end
                self._loop, self._running = asyncio.get_running_loop(), asyncio.current_task()
                if self._stopped.is_set():
                    return
                await app.run_worker_async(
                    concurrency=self._at_once,
                    fetch_job_polling_interval=POLL,
                    abort_job_polling_interval=3600.0,  # a job is never told to stop half-way
                    shutdown_graceful_timeout=FINISHES,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    stalled_worker_timeout=GONE,
                )
        except asyncio.CancelledError:
            if not self._stopped.is_set():
                raise
        finally:
            self._running = None
            threads.shutdown(wait=False)


def _app(connection_string: str) -> App:
    settled: dict[str, Any] = {"connect_timeout": 5, "tcp_user_timeout": 20_000}
    return App(
        connector=PsycopgConnector(conninfo=connection_string, kwargs=settled, min_size=1, max_size=4, timeout=10)
    )


def _unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A job's end that the database could not be told is no loss: `Queue.tidy` finds it."""
    error = context.get("exception")
    if isinstance(error, ProcrastinateException):
        log.warning("the queue could not be told that a batch is over (%s)", error.__cause__ or error)
    else:
        loop.default_exception_handler(context)


def _never(mark: str, channel: str, ids: list[int], probe: bool) -> None:
    raise NotImplementedError("jobs are run by a worker")
