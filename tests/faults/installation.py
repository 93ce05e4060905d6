"""One installation in a folder: its registry, channels and readers, the processes that serve it, and its account afterwards."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from eventcal.states import reason_text
from eventcal.store import Store, open_store
from eventcal.store.ledger import stats
from eventcal.store.tables import subscription

from ..serve_process import WAIT_SECONDS, wait_until

ROOT = Path(__file__).parents[2]
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
REGISTRY_HEADER = "version: 1\ncalendar: {id: test, name: Test, timezone: UTC}\n"
MAX_IN_FLIGHT_MESSAGES = 16 + 2 * 20
"""What the death of one that sends can bring twice at most: a message for each thread, and the results of a batch that is
full and of the one before it, which is being written."""
LONG_LEASE = 30.0
"""Seconds; longer than a busy machine pauses, where a living process must keep what it has claimed."""
AFTER_ITS_LEASE = LONG_LEASE + 10
"""By how much the clock is ahead for who goes on: what an ended process had claimed is free, and nobody waits for it."""
FAR_EVENT = "- {id: far, title: Far, when: 2099-09}\n"


def event_due_now(event_id: str, *, days_ahead: int = 2, title: str = "Briefing", seconds_late: int = 1) -> str:
    """An event *days_ahead* days from now, with a reminder that fell due *seconds_late* seconds ago, at most."""
    start = (datetime.now(UTC) + timedelta(days=days_ahead)).replace(second=0, microsecond=0)
    lead = int((start - datetime.now(UTC)).total_seconds()) + seconds_late
    return f"- {{id: {event_id}, title: {title}, when: {start:%Y-%m-%d %H:%M}, reminders: [{lead} seconds before]}}\n"


@dataclass
class ForkedProcess:
    """One process of the nursery, a scheduler without a web."""

    fork_server: ForkServer
    pid: int

    @property
    def status(self) -> int | None:
        """None while it lives, -9 after SIGKILL."""
        return self.fork_server.exit_statuses.get(self.pid)

    def stop(self, signal_number: signal.Signals, timeout: float = WAIT_SECONDS) -> int:
        with suppress(ProcessLookupError):  # it may have ended by itself, and the fork server not have said so yet
            os.kill(self.pid, signal_number)
        return self.wait(timeout)

    def wait_until(self, condition: Callable[[], object], description: str, timeout: float = WAIT_SECONDS) -> None:
        """Ask *condition* until it gives something; fail at once when the process ends before."""
        wait_until(lambda: condition() or self.status is not None, description, timeout)
        assert condition(), f"process {self.pid} ended with {self.status} before {description}"

    def wait(self, timeout: float = WAIT_SECONDS) -> int:
        """Its exit status, once it has ended."""
        wait_until(lambda: self.status is not None, f"process {self.pid} ends", timeout)
        assert self.status is not None
        return self.status


class ForkServer:
    """A process that has imported everything; what it forks starts at once."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.entry", "fork-server"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment,
        )  # fmt: skip
        self.exit_statuses: dict[int, int] = {}
        self._pids: list[int] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._read_reports, name="fork-server", daemon=True).start()

    def _read_reports(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            report = json.loads(line)
            if "born" in report:
                self._pids.append(report["born"])
            else:
                self.exit_statuses[report["ended"]] = report["status"]

    def fork(self, folder: Path, environment: Mapping[str, str], pipe: str = "") -> ForkedProcess:
        with self._lock:
            count = len(self._pids)
            assert self._process.stdin is not None
            request = {"folder": str(folder), "environment": dict(environment), "pipe": pipe}
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            wait_until(lambda: len(self._pids) > count or self._process.poll() is not None, "a child is born")
            return ForkedProcess(self, self._pids[count])

    def close(self) -> None:
        for pid in self._pids:
            if pid not in self.exit_statuses:
                os.kill(pid, signal.SIGKILL)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(WAIT_SECONDS)


@dataclass(frozen=True)
class DeliveryRow:
    """A delivery as the ledger has it, with its reader's address and what was tried."""

    id: str  # what Message-ID and webhook-id are made of
    kind: str
    state: str
    reason: str
    event: str
    lead: str
    channel: str
    address: str
    due: datetime
    expires_at: datetime
    attempts: int
    ambiguous: int


@dataclass
class Installation:
    """Everything of one installation."""

    folder: Path
    fork_server: ForkServer
    url: str
    lease: float = 1.0
    """Seconds that a machine among several is believed to live: few, where its death is waited for; 0, as it is."""
    processes: list[ForkedProcess] = field(default_factory=list)

    # what stands in its folder

    @property
    def output(self) -> str:
        file = self.folder / "output.txt"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def write_registry(self, *events: str, header: str = REGISTRY_HEADER) -> None:
        """Save a registry as an editor does: whole, under another name first."""
        lines = "".join(f"  {line}\n" for event in (FAR_EVENT, *events) for line in event.strip("\n").splitlines())
        new = self.folder / "events.new"
        new.write_text(f"{header}events:\n{lines}", encoding="utf-8")
        new.replace(self.folder / "events.yaml")

    def write_channels(self, *tables: str, relay_url: str = "") -> None:
        header = f'smtp_url = "{relay_url}"\nmail_from = "calendar@example.org"\n' if relay_url else ""
        text = header + "".join(f"[[channels]]\n{table.strip()}\n" for table in tables)
        (self.folder / "eventcal.toml").write_text(text, encoding="utf-8")

    def write_webhook(self, url: str, readers: int = 1) -> None:
        """Has the channel "hook" send to *url*, for so many *readers*: all but one have signed up."""
        self.write_channels(webhook_table(url))
        if readers > 1:
            self.add_subscribers("hook", readers - 1)

    def add_subscribers(self, channel: str, count: int) -> None:
        """So many people who read through *channel*, beside the one whom eventcal.toml names."""
        long_ago = datetime.now(UTC) - timedelta(days=365)
        row = {
            "origin": "people", "channel": channel, "language": "", "zone": "", "filter": "", "leads": "", "change_kinds": "",
            "digest": "", "state": "active", "reason": "", "link_version": 0, "created_at": long_ago,
            "confirmed_at": long_ago, "ended_at": None,
        }  # fmt: skip
        with self.open_store().write() as conn:
            conn.execute(subscription.insert(), [{**row, "address": f"r{n}@example.net"} for n in range(count)])

    def open_store(self) -> Store:
        store = open_store(self.url)
        store.upgrade()
        return store

    @property
    def is_shared(self) -> bool:
        """Whether its store is one that many machines may share."""
        return not self.url.startswith("sqlite:")

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """One statement in its store, and what it gives."""
        store = self.open_store()
        try:
            with store.write(alone=False) as conn:
                # without parameters PostgreSQL takes several statements at once
                result = conn.execution_options(no_parameters=True).exec_driver_sql(sql)
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            store.close()

    # its processes

    @property
    def environment(self) -> dict[str, str]:
        """What names its store."""
        lease = {"FAULTS_LEASE": str(self.lease)} if self.lease else {}
        return {"EVENTCAL_DATABASE_URL": self.url, **lease} if self.is_shared else {}

    def start_process(
        self,
        crash_window: str = "",
        clock_skew: float | None = None,
        lock_timeout: float = 0,
        pipe: str = "",
        role: str = "",
        machine_clock: bool = False,
    ) -> ForkedProcess:
        """Starts `eventcal serve` over this folder, without a web, or one *role* of it.

        It dies in *crash_window*. Its clock, the machine's or that of a shared store, is wrong by *clock_skew* seconds; with
        *machine_clock* only the machine's is, as it was set before. A lock is waited for *lock_timeout* seconds.
        """
        environment = self.environment
        if role:
            environment["FAULTS_ROLE"] = role
        if crash_window:
            environment["FAULTS_DIE"] = crash_window
        if clock_skew is not None:
            self.set_clock_skew(clock_skew)
        if machine_clock or (clock_skew is not None and not self.is_shared):
            environment["FAULTS_CLOCK"] = str(self.folder / "clock")
        if lock_timeout:
            environment["FAULTS_BUSY"] = str(lock_timeout)
        self.processes.append(self.fork_server.fork(self.folder, environment, pipe))
        return self.processes[-1]

    def set_clock_skew(self, skew_seconds: float) -> None:
        if self.is_shared:
            self.execute(f"{_SKEWED_CLOCK_SQL}; UPDATE wrong_clock SET by = '{skew_seconds} seconds'")
            return
        self.set_machine_clock_skew(skew_seconds)

    def set_machine_clock_skew(self, skew_seconds: float) -> None:
        new = self.folder / "clock.new"
        new.write_text(str(skew_seconds))
        new.replace(self.folder / "clock")

    def close(self) -> None:
        for process in self.processes:
            if process.status is None:
                process.stop(signal.SIGKILL)

    # its account

    def rows(self) -> list[DeliveryRow]:
        store = self.open_store()
        try:
            with store.read() as conn:
                records = conn.exec_driver_sql(_DELIVERIES_SQL).all()
        finally:
            store.close()
        return [
            DeliveryRow(  # type: ignore[call-arg]  # how many are in *rest*
                f"{key}.{resend_count}",
                kind,
                state,
                reason_text(reason, detail),
                *rest,
                _from_milliseconds(due),
                _from_milliseconds(useful),
                attempts,
                ambiguous,
            )
            for key, resend_count, kind, state, reason, detail, *rest, due, useful, attempts, ambiguous in records
        ]

    def states(self) -> Counter[str]:
        return Counter(row.state for row in self.rows())

    def wait_settled(self, count: int, timeout: float = WAIT_SECONDS) -> list[DeliveryRow]:
        """The deliveries, as soon as there are *count* of them and none is open."""

        store = self.open_store()

        def are_all_settled() -> bool:
            with store.read() as conn:
                total, unsettled = conn.exec_driver_sql(_COUNT_UNSETTLED_SQL).one()
            return bool(total >= count and not unsettled)

        try:
            wait_until(are_all_settled, f"{count} deliveries are over", timeout)
            return self.rows()
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.states()}\n{self.output[-3000:]}") from None
        finally:
            store.close()

    def sending_ids(self) -> set[str]:
        """What was on its way when the process died."""
        return {row.id for row in self.rows() if row.state == "sending"}


OPEN_STATES = ("queued", "sending", "retry")
# The database's own clock, wrong: what stands in `public` is found before what every database has.
_SKEWED_CLOCK_SQL = """
CREATE TABLE IF NOT EXISTS wrong_clock (by interval NOT NULL);
INSERT INTO wrong_clock SELECT '0' WHERE NOT EXISTS (SELECT 1 FROM wrong_clock);
CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
'SELECT pg_catalog.clock_timestamp() + by FROM public.wrong_clock';
DO 'BEGIN EXECUTE format(''ALTER DATABASE %I SET search_path = public, pg_catalog'', current_database()); END'
"""
_COUNT_UNSETTLED_SQL = (
    "SELECT count(*), count(CASE WHEN state IN ('queued', 'sending', 'retry') THEN 1 END) FROM delivery"
)
_DELIVERIES_SQL = (
    "SELECT d.key, d.resend_count, d.kind, d.state, d.reason, d.detail, coalesce(r.event_id, c.event_id, ''), coalesce(r.lead, ''), "
    "d.channel, d.address, d.due_at, d.expires_at, d.attempts, "
    "(SELECT count(*) FROM attempt AS a WHERE a.delivery_id = d.id AND a.outcome = 'ambiguous') "
    "FROM delivery AS d LEFT JOIN reminder AS r ON r.id = d.reminder_id LEFT JOIN change AS c ON c.id = d.change_id "
    "ORDER BY d.id"
)


def _from_milliseconds(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def check_invariants(
    store: Store, rows: Iterable[DeliveryRow], arrived: Counter[str], arrivals: Iterable[tuple[float, str]] = ()
) -> None:
    """What must hold after any fault, whatever it was.

    *arrived* counts how often the other side took each id, *arrivals* says when. No false "sent"; nothing arrived that the
    ledger does not know of; a copy only for a try whose answer was never written down; nothing after it was of use;
    every end has its reason; the sums balance.
    """
    by_id = {row.id: row for row in rows}
    with store.read() as conn:
        unbalanced = [source_balance for source_balance in stats.balance(conn) if not source_balance.is_balanced]
        reasons = conn.exec_driver_sql(
            "SELECT count(*) FROM reminder WHERE state IN ('skipped', 'superseded') AND reason = ''"
        ).scalar()
    assert unbalanced == [], "the sums balance"
    assert reasons == 0, "every reminder that ends has a reason"
    assert [row for row in by_id.values() if row.state in ("dead", "skipped") and not row.reason] == []
    assert set(arrived) <= set(by_id), "nothing arrives that the ledger does not know of"
    assert [row for row in by_id.values() if row.state == "sent" and not arrived[row.id]] == [], "no false 'sent'"
    assert [row for row in by_id.values() if arrived[row.id] > 1 + row.ambiguous] == [], "no copy but where allowed"
    stale = [(id, moment) for moment, id in arrivals if moment > by_id[id].expires_at.timestamp() + 1]
    assert stale == [], "nothing stale"


def is_running(pid: int) -> bool:
    """Whether the process is there, and no zombie."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return False
    try:
        return not select.select([descriptor], [], [], 0)[0]
    finally:
        os.close(descriptor)


def sqlite_url(folder: Path) -> str:
    """Where the store of a folder is, when no setting says otherwise."""
    return f"sqlite:///{folder / '.eventcal' / 'eventcal.db'}"


def create_template_store(folder: Path) -> Path:
    """A store of this version's schema, to be copied: making one takes longer than most of these tests."""
    store = open_store(sqlite_url(folder))
    store.upgrade()
    store.close()
    return folder / ".eventcal"


def webhook_table(url: str, name: str = "hook", **extra_keys: Any) -> str:
    extra = "".join(f"{key} = {json.dumps(value)}\n" for key, value in extra_keys.items())
    return f'name = "{name}"\ntype = "webhook"\nurl = "{url}"\nallow_private = true\n{extra}'


def email_table(*to: str, name: str = "desk") -> str:
    return f'name = "{name}"\ntype = "email"\nto = {json.dumps(to or ("desk@example.org",))}\n'
