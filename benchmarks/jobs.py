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

RUN_TIMEOUT_SECONDS = 60


def send_reminder(port: int, number: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(
        "POST", "/", b'{"title": "Meeting"}', {"webhook-id": f"job-{number}", "Content-Type": "application/json"}
    )
    connection.getresponse().read()
    connection.close()


def main(database: str, port: int, count: int) -> None:
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    scheduler = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{database}")}, timezone=UTC)
    event_counts = {EVENT_JOB_EXECUTED: 0, EVENT_JOB_MISSED: 0}
    scheduler.add_listener(
        lambda event: event_counts.__setitem__(event.code, event_counts[event.code] + 1),
        EVENT_JOB_EXECUTED | EVENT_JOB_MISSED,
    )
    scheduler.start(paused=True)
    first = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4 + count / 100)
    for number in range(count):
        due = first + timedelta(seconds=number / count)
        scheduler.add_job(send_reminder, "date", run_date=due, args=[port, number])
    assert datetime.now(UTC) < first, "they could not be added in time"
    scheduler.resume()
    deadline = time.monotonic() + RUN_TIMEOUT_SECONDS
    while sum(event_counts.values()) < count and time.monotonic() < deadline:
        time.sleep(0.1)
    scheduler.shutdown(wait=True)
    print(first.timestamp(), event_counts[EVENT_JOB_MISSED])


if __name__ == "__main__":
    from benchmarks import jobs  # the job store keeps a reference by name

    jobs.main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
