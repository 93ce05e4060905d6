"""Batches of due deliveries travel as Procrastinate's jobs: put into the queue with the ledger's own transaction, run here.

The only room that knows the engine. It is trusted with nothing: a job that it loses, repeats or leaves half-way is a
batch that the ledger hands over again. Finished jobs are deleted, whatever came of them; no lock is used, because a
clash would take the ledger's transaction with it; nothing that is not due yet ever enters.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Status

from ..deliveries.batches import MAX_BATCHES_PER_WORKER, Batch
from ..errors import StoreError
from ..store import Connection, StoreBusy

log = logging.getLogger(__name__)

TASK_NAME = "deliver"
POLL_SECONDS = 1.0  # seconds until it is looked whether a word of the database was missed
STALLED_AFTER_SECONDS = 30.0  # seconds without a sign of life, and what a worker was doing is nobody's
RECONNECT_SECONDS = 1.0
SHUTDOWN_GRACE_SECONDS = 15.0  # seconds that what was begun is given when we are told to stop


class ProcrastinateQueue:
    """Where a scheduler puts batches."""

    def __init__(self, connection_string: str) -> None:
        self._connection_string = connection_string
        self._task = _build_app(connection_string).task(name=TASK_NAME)(_placeholder_task)

    def put(self, conn: Connection, batch: Batch) -> None:
        """Adds *batch* in the transaction of *conn*. Raises StoreBusy where the database refuses it."""
        with _translated_errors():
            self._task.configure(
                queue=batch.channel, priority=int(batch.urgent), connection=conn.connection.driver_connection
            ).defer(mark=batch.batch_id, channel=batch.channel, ids=list(batch.ids), probe=batch.probe)

    def prune_stalled_jobs(self) -> int:
        """Deletes the jobs that ended workers left `doing`: the ledger has queued their deliveries again by itself.

        Returns how many. Raises StoreBusy where the database refuses it.
        """
        with _translated_errors():
            return asyncio.run(self._prune_stalled_jobs())

    async def _prune_stalled_jobs(self) -> int:
        # an app of its own: one that is open here could not put into the queue meanwhile, on another's connection
        async with _build_app(self._connection_string).open_async() as app:
            job_manager = app.job_manager
            await job_manager.prune_stalled_workers(STALLED_AFTER_SECONDS)
            stalled_jobs = list(await job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS))
            for job in stalled_jobs:
                try:
                    await job_manager.finish_job(job, Status.FAILED, delete_job=True)
                except ProcrastinateException:
                    continue  # it came to its end after all, or another scheduler was faster
        return len(stalled_jobs)


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Tells a failure of the queue as one of the store, in whose database it lies."""
    try:
        yield
    except ProcrastinateException as error:
        raise StoreBusy(f"job queue unavailable: {str(error.__cause__ or error).strip()}") from error


class QueueConsumer:
    """Where a worker takes batches from: *work* is called by several threads, `run` until `stop`."""

    def __init__(
        self, connection_string: str, handle_batch: Callable[[Batch], object], concurrency: int = MAX_BATCHES_PER_WORKER
    ) -> None:
        self._connection_string = connection_string
        self._handle_batch = handle_batch
        self._concurrency = concurrency
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker_task: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Take batches until `stop`, whatever happens to the database meanwhile."""
        while not self._stopping.is_set():
            try:
                asyncio.run(self._consume())
            except (ProcrastinateException, OSError) as error:
                log.warning("job queue unavailable (%s); reconnecting", error.__cause__ or error)
            self._stopping.wait(RECONNECT_SECONDS)

    def stop(self) -> None:
        """Take no more, and come back from `run` once what was begun has ended."""
        self._stopping.set()
        loop, worker_task = self._loop, self._worker_task
        if loop is not None and worker_task is not None:
            try:
                loop.call_soon_threadsafe(worker_task.cancel)
            except RuntimeError:
                return  # the loop has ended by itself

    async def _consume(self) -> None:
        asyncio.get_running_loop().set_exception_handler(_handle_loop_error)
        app = _build_app(self._connection_string)
        executor = ThreadPoolExecutor(self._concurrency, thread_name_prefix="batch")

        @app.task(name=TASK_NAME)
        async def deliver(mark: str, channel: str, ids: list[int], probe: bool) -> None:
            batch = Batch(mark, channel, tuple(ids), probe=probe)
            try:
                await asyncio.get_running_loop().run_in_executor(executor, self._handle_batch, batch)
            except StoreError as error:
                log.warning("%s; the batch becomes due again when its reservation expires", error)
            except Exception:
                log.exception(
                    "batch %s of channel %s failed; its deliveries become due again when the reservation expires",
                    mark,
                    channel,
                )

        try:
            async with app.open_async():
                # only from here on `stop` may cancel us: what is cancelled while connections open never comes to its end
                self._loop, self._worker_task = asyncio.get_running_loop(), asyncio.current_task()
                if self._stopping.is_set():
                    return
                await app.run_worker_async(
                    concurrency=self._concurrency,
                    fetch_job_polling_interval=POLL_SECONDS,
                    abort_job_polling_interval=3600.0,  # a job is never told to stop half-way
                    shutdown_graceful_timeout=SHUTDOWN_GRACE_SECONDS,
                    delete_jobs="always",
                    install_signal_handlers=False,
                    stalled_worker_timeout=STALLED_AFTER_SECONDS,
                )
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise
        finally:
            self._worker_task = None
            executor.shutdown(wait=False)


def _build_app(connection_string: str) -> App:
    connection_options: dict[str, Any] = {"connect_timeout": 5, "tcp_user_timeout": 20_000}
    return App(
        connector=PsycopgConnector(
            conninfo=connection_string, kwargs=connection_options, min_size=1, max_size=4, timeout=10
        )
    )


def _handle_loop_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A job's end that the database could not be told is no loss: `Queue.tidy` finds it."""
    error = context.get("exception")
    if isinstance(error, ProcrastinateException):
        log.warning("could not mark a job as finished (%s)", error.__cause__ or error)
    else:
        loop.default_exception_handler(context)


def _placeholder_task(mark: str, channel: str, ids: list[int], probe: bool) -> None:
    raise NotImplementedError("jobs are run by a worker")
