"""What eventcal does not do: each reminder a job of its own in APScheduler's SQLAlchemy job store, all due in one second.

Prints when they were due, and how many APScheduler gave up as missed.
"""

from __future__ import annotations

import http.client
import logging
import sys
import time
from datetime import UTC, datetime, timedelta

from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

PATIENCE = 60


def remind(port: int, number: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request(
        "POST", "/", b'{"title": "Meeting"}', {"webhook-id": f"job-{number}", "Content-Type": "application/json"}
    )
    line.getresponse().read()
    line.close()


def main(database: str, port: int, count: int) -> None:
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    scheduler = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{database}")}, timezone=UTC)
    over = {EVENT_JOB_EXECUTED: 0, EVENT_JOB_MISSED: 0}
    scheduler.add_listener(
        lambda event: over.__setitem__(event.code, over[event.code] + 1), EVENT_JOB_EXECUTED | EVENT_JOB_MISSED
    )
    scheduler.start(paused=True)
    first = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4 + count / 100)
    for number in range(count):
        at = first + timedelta(seconds=number / count)
        scheduler.add_job(remind, "date", run_date=at, args=[port, number])
    assert datetime.now(UTC) < first, "they could not be added in time"
    scheduler.resume()
    end = time.monotonic() + PATIENCE
    while sum(over.values()) < count and time.monotonic() < end:
        time.sleep(0.1)
    scheduler.shutdown(wait=True)
    print(first.timestamp(), over[EVENT_JOB_MISSED])


if __name__ == "__main__":
    from benchmarks import jobs  # the job store keeps a reference by name

    jobs.main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
