"""Carries batches as Procrastinate's jobs, put into the queue in the ledger's own transaction. The only room that knows it.

Nothing depends on the queue: a job that it loses, repeats or leaves half-way is a batch that the ledger gives out again.
Finished jobs are deleted, whatever came of them; no lock is used, because a clash would take the ledger's transaction
with it; nothing enters that is not due yet.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException, ProcrastinateException
from procrastinate.jobs import Status

from ..channels import Channel
from ..deliveries import batches
from ..deliveries.batches import BATCH_SIZE, Batch, Workload
from ..errors import StoreError
from ..store import Connection, StoreBusy, processes
from ..store.ledger import batch_reservations

log = logging.getLogger(__name__)

MAX_BATCHES_PER_WORKER = 8
"""Batches that one process has in hand, at most."""

MAX_BATCHES_PER_DESTINATION = 6
"""Batches for one destination to each process that sends: a slow one must not keep the others waiting."""

TASK_NAME = "deliver"
POLL_SECONDS = 1.0
"""A worker looks for jobs at this interval even if the database notified it of none."""

STALLED_AFTER_SECONDS = 30.0
"""After so long without a heartbeat a queue's worker counts as ended, and its jobs are deleted."""

RECONNECT_SECONDS = 1.0
SHUTDOWN_GRACE_SECONDS = 15.0
"""A worker that is told to stop has this time for the batches that it began."""


class QueueDispatcher:
    """Reserves batches for the workers, and puts them into their queue."""

    def __init__(self, connection_string: str, channels: Mapping[str, Channel]) -> None:
        self._connection_string = connection_string
        self._channels = channels
        self._task = _build_app(connection_string).task(name=TASK_NAME)(_placeholder_task)

    def workload(self, conn: Connection, now: datetime) -> Workload:
        """Returns what is reserved or being sent anywhere, and what the processes that send can take together."""
        in_flight = Counter[str]()
        for name, count in batch_reservations.in_flight(conn, now).items():
            if name in self._channels:
                in_flight[self._channels[name].destination] += count
        sender_count = processes.count_senders(conn, now)
        return Workload(sender_count * MAX_BATCHES_PER_DESTINATION * BATCH_SIZE, in_flight)

    def take(self, conn: Connection, channel: str, limit: int, now: datetime, is_probe: bool) -> Batch | None:
        """Reserves due deliveries and adds their job, in one transaction. Raises StoreBusy where the queue refuses it."""
        owner = batches.new_owner()
        ids = batch_reservations.reserve_batch(conn, channel, owner, now, now + batches.LEASE_DURATION, limit)
        if not ids:
            return None
        batch = Batch(owner, channel, len(ids), tuple(ids), is_probe)
        self.put(conn, batch)
        return batch

    def put(self, conn: Connection, batch: Batch) -> None:
        """Adds the job of *batch* in the transaction of *conn*. Raises StoreBusy where the database refuses it."""
        with _translated_errors():
            self._task.configure(queue=batch.channel, connection=conn.connection.driver_connection).defer(
                mark=batch.owner, channel=batch.channel, ids=list(batch.ids), probe=batch.is_probe
            )

    def start(self, batch: Batch, taken_at: datetime) -> None:
        """Does nothing more: the commit has notified the workers."""

    def wait(self, seconds: float) -> bool:
        """Returns True at once: nothing is outstanding in this process."""
        return True

    def prune_stalled_jobs(self) -> int:
        """Deletes the jobs that ended workers left `doing`: the ledger has queued their deliveries again by itself.

        Returns how many. Raises StoreBusy where the database refuses it.
        """
        with _translated_errors():
            return asyncio.run(self._prune_stalled_jobs())

    async def _prune_stalled_jobs(self) -> int:
        # an app of its own: one that is open here could not put into the queue meanwhile, on another's connection
        async with _open(_build_app(self._connection_string)) as app:
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
    """Raises StoreBusy for a failure of the queue, which lies in the store's database."""
    try:
        yield
    except ProcrastinateException as error:
        raise StoreBusy(f"job queue unavailable: {str(error.__cause__ or error).strip()}") from error


class QueueConsumer:
    """Takes batches from the queue for a worker: threads call *handle_batch*, one for each batch, from `run` to `stop`."""

    def __init__(self, connection_string: str, handle_batch: Callable[[Batch], object]) -> None:
        self._connection_string = connection_string
        self._handle_batch = handle_batch
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._worker_task: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Takes batches until `stop`, whatever happens to the database meanwhile."""
        while not self._stopping.is_set():
            try:
                asyncio.run(self._consume())
            except (ProcrastinateException, OSError) as error:
                log.warning("job queue unavailable (%s); reconnecting", error.__cause__ or error)
            except Exception:
                log.exception("the job queue failed; reconnecting")  # without this thread nothing is sent
            self._stopping.wait(RECONNECT_SECONDS)

    def stop(self) -> None:
        """Takes no more; `run` returns once the batches that were begun have ended."""
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
        executor = ThreadPoolExecutor(MAX_BATCHES_PER_WORKER, thread_name_prefix="batch")

        @app.task(name=TASK_NAME)
        async def deliver(mark: str, channel: str, ids: list[int], probe: bool) -> None:
            batch = Batch(mark, channel, len(ids), tuple(ids), is_probe=probe)
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
            async with _open(app):
                # only from here on `stop` may cancel us: what is cancelled while connections open never comes to its end
                self._loop, self._worker_task = asyncio.get_running_loop(), asyncio.current_task()
                if self._stopping.is_set():
                    return
                await app.run_worker_async(
                    concurrency=MAX_BATCHES_PER_WORKER,
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


@asynccontextmanager
async def _open(app: App) -> AsyncIterator[App]:
    """Opens the connections of *app* for as long as the block lasts. Raises ProcrastinateException where none can be had."""
    try:
        await app.open_async()
    except Exception as error:  # that of the pool, which Procrastinate does not translate
        raise ConnectorException(str(error)) from error
    try:
        yield app
    finally:
        await app.close_async()


def _handle_loop_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Logs that the end of a job could not be written, which is no loss: `prune_stalled_jobs` finds it."""
    error = context.get("exception")
    if isinstance(error, ProcrastinateException):
        log.warning("could not mark a job as finished (%s)", error.__cause__ or error)
    else:
        loop.default_exception_handler(context)


def _placeholder_task(mark: str, channel: str, ids: list[int], probe: bool) -> None:
    raise NotImplementedError("jobs are run by a worker")
