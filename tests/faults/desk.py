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
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from eventcal.store import Store, ledger, ms, open_store
from eventcal.store.tables import subscription

from ..running import PATIENCE, until

ROOT = Path(__file__).parents[2]
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
HEAD = "version: 1\ncalendar: {id: test, name: Test, timezone: UTC}\n"
IN_FLIGHT = 16 + 2 * 20
"""What the death of one that sends can bring twice at most: a message for each thread, and the results of a batch that is
full and of the one before it, which is being written."""
FAR = "- {id: far, title: Far, when: 2099-09}\n"


def due_now(event_id: str, *, ahead: int = 2, title: str = "Briefing", late: int = 1) -> str:
    """An event some *ahead* days from now, with a reminder that fell due *late* seconds ago, at most."""
    start = (datetime.now(UTC) + timedelta(days=ahead)).replace(second=0, microsecond=0)
    lead = int((start - datetime.now(UTC)).total_seconds()) + late
    return f"- {{id: {event_id}, title: {title}, when: {start:%Y-%m-%d %H:%M}, reminders: [{lead} seconds before]}}\n"


@dataclass
class Life:
    """One process of the nursery, a scheduler without a web."""

    nursery: Nursery
    number: int

    @property
    def status(self) -> int | None:
        """None while it lives, -9 after SIGKILL."""
        return self.nursery.ended.get(self.number)

    def end(self, by: signal.Signals, patience: float = PATIENCE) -> int:
        os.kill(self.number, by)
        return self.over(patience)

    def until(self, found: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        """Ask *found* until it gives something; fail at once when the process ends before."""
        until(lambda: found() or self.status is not None, what, patience)
        assert found(), f"process {self.number} ended with {self.status} before {what}"

    def over(self, patience: float = PATIENCE) -> int:
        """Its exit status, once it has ended."""
        until(lambda: self.status is not None, f"process {self.number} ends", patience)
        assert self.status is not None
        return self.status


class Nursery:
    """A process that has imported everything; what it forks starts at once."""

    def __init__(self) -> None:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.entry", "nursery"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment,
        )  # fmt: skip
        self.ended: dict[int, int] = {}
        self._born: list[int] = []
        self._turn = threading.Lock()
        threading.Thread(target=self._listen, name="nursery", daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            told = json.loads(line)
            if "born" in told:
                self._born.append(told["born"])
            else:
                self.ended[told["ended"]] = told["status"]

    def fork(self, folder: Path, environment: Mapping[str, str], pipe: str = "") -> Life:
        with self._turn:
            count = len(self._born)
            assert self._process.stdin is not None
            asked = {"folder": str(folder), "environment": dict(environment), "pipe": pipe}
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            self._process.stdin.flush()
            until(lambda: len(self._born) > count or self._process.poll() is not None, "a child is born")
            return Life(self, self._born[count])

    def close(self) -> None:
        for number in self._born:
            if number not in self.ended:
                os.kill(number, signal.SIGKILL)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(PATIENCE)


@dataclass(frozen=True)
class Row:
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
    useful_until: datetime
    attempts: int
    ambiguous: int


@dataclass
class Desk:
    """Everything of one installation."""

    folder: Path
    nursery: Nursery
    url: str
    lease: float = 1.0
    """Seconds that a machine among several is believed to live: few, where its death is waited for; 0, as it is."""
    lives: list[Life] = field(default_factory=list)

    # what stands in its folder

    @property
    def said(self) -> str:
        file = self.folder / "said.txt"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def registry(self, *events: str, head: str = HEAD) -> None:
        """Save a registry as an editor does: whole, under another name first."""
        lines = "".join(f"  {line}\n" for each in (FAR, *events) for line in each.strip("\n").splitlines())
        new = self.folder / "events.new"
        new.write_text(f"{head}events:\n{lines}", encoding="utf-8")
        new.replace(self.folder / "events.yaml")

    def channels(self, *tables: str, relay: str = "") -> None:
        head = f'smtp_url = "{relay}"\nmail_from = "calendar@example.org"\n' if relay else ""
        text = head + "".join(f"[[channels]]\n{each.strip()}\n" for each in tables)
        (self.folder / "eventcal.toml").write_text(text, encoding="utf-8")

    def readers(self, channel: str, count: int) -> None:
        """So many people who read through *channel*, beside the one whom eventcal.toml names."""
        long_ago = ms(datetime.now(UTC) - timedelta(days=365))
        row = {
            "origin": "people", "channel": channel, "language": "", "zone": "", "filter": "", "leads": "", "notices": "",
            "digest": "", "state": "active", "reason": "", "secret_version": 0, "stored_at": long_ago,
            "confirmed_at": long_ago, "ended_at": None,
        }  # fmt: skip
        with self.store().write() as conn:
            conn.execute(subscription.insert(), [{**row, "address": f"r{n}@example.net"} for n in range(count)])

    def store(self) -> Store:
        store = open_store(self.url)
        store.upgrade()
        return store

    @property
    def shared(self) -> bool:
        """Whether its store is one that many machines may share."""
        return not self.url.startswith("sqlite:")

    def run(self, sql: str) -> list[tuple[object, ...]]:
        """One statement in its store, and what it gives."""
        store = self.store()
        try:
            with store.write(alone=False) as conn:
                # without parameters PostgreSQL takes several statements at once
                found = conn.execution_options(no_parameters=True).exec_driver_sql(sql)
                return [tuple(row) for row in found] if found.returns_rows else []
        finally:
            store.close()

    # its processes

    @property
    def environment(self) -> dict[str, str]:
        """What names its store."""
        lease = {"FAULTS_LEASE": str(self.lease)} if self.lease else {}
        return {"EVENTCAL_DATABASE_URL": self.url, **lease} if self.shared else {}

    def live(
        self,
        die: str = "",
        clock: float | None = None,
        busy: float = 0,
        pipe: str = "",
        role: str = "",
        machine_clock: bool = False,
    ) -> Life:
        """`eventcal serve` over this folder, without a web, or one *role* of it.

        *die* in a window, with a *clock* that is wrong by so many seconds, the machine's or that of a shared store, or with
        the *machine_clock* alone wrong as it was set; *busy* is how long a lock is waited for.
        """
        environment = self.environment
        if role:
            environment["FAULTS_ROLE"] = role
        if die:
            environment["FAULTS_DIE"] = die
        if clock is not None:
            self.set_clock(clock)
        if machine_clock or (clock is not None and not self.shared):
            environment["FAULTS_CLOCK"] = str(self.folder / "clock")
        if busy:
            environment["FAULTS_BUSY"] = str(busy)
        self.lives.append(self.nursery.fork(self.folder, environment, pipe))
        return self.lives[-1]

    def set_clock(self, wrong: float) -> None:
        if self.shared:
            self.run(f"{_WRONG_CLOCK}; UPDATE wrong_clock SET by = '{wrong} seconds'")
            return
        self.set_machine_clock(wrong)

    def set_machine_clock(self, wrong: float) -> None:
        new = self.folder / "clock.new"
        new.write_text(str(wrong))
        new.replace(self.folder / "clock")

    def close(self) -> None:
        for each in self.lives:
            if each.status is None:
                each.end(signal.SIGKILL)

    # its account

    def rows(self) -> list[Row]:
        store = self.store()
        try:
            with store.read() as conn:
                found = conn.exec_driver_sql(_ROWS).all()
        finally:
            store.close()
        return [
            Row(f"{key}.{generation}", *rest, _at(due), _at(useful), attempts, ambiguous)
            for key, generation, *rest, due, useful, attempts, ambiguous in found
        ]

    def states(self) -> Counter[str]:
        return Counter(each.state for each in self.rows())

    def settled(self, count: int, patience: float = PATIENCE) -> list[Row]:
        """The deliveries, as soon as there are *count* of them and none is open."""

        store = self.store()

        def over() -> bool:
            with store.read() as conn:
                made, left = conn.exec_driver_sql(_LEFT).one()
            return bool(made >= count and not left)

        try:
            until(over, f"{count} deliveries are over", patience)
            return self.rows()
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.states()}\n{self.said[-3000:]}") from None
        finally:
            store.close()

    def sending(self) -> set[str]:
        """What was on its way when the process died."""
        return {each.id for each in self.rows() if each.state == "sending"}


OPEN = ("queued", "sending", "retry")
# The database's own clock, wrong: what stands in `public` is found before what every database has.
_WRONG_CLOCK = """
CREATE TABLE IF NOT EXISTS wrong_clock (by interval NOT NULL);
INSERT INTO wrong_clock SELECT '0' WHERE NOT EXISTS (SELECT 1 FROM wrong_clock);
CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
'SELECT pg_catalog.clock_timestamp() + by FROM public.wrong_clock';
DO 'BEGIN EXECUTE format(''ALTER DATABASE %I SET search_path = public, pg_catalog'', current_database()); END'
"""
_LEFT = "SELECT count(*), count(CASE WHEN state IN ('queued', 'sending', 'retry') THEN 1 END) FROM delivery"
_ROWS = (
    "SELECT d.key, d.generation, d.kind, d.state, d.reason, coalesce(r.event_id, c.event_id, ''), coalesce(r.lead, ''), "
    "d.channel, d.address, d.due_at, d.useful_until, d.attempts, "
    "(SELECT count(*) FROM attempt AS a WHERE a.delivery_id = d.id AND a.outcome = 'ambiguous') "
    "FROM delivery AS d LEFT JOIN reminder AS r ON r.id = d.reminder_id LEFT JOIN change AS c ON c.id = d.change_id "
    "ORDER BY d.id"
)


def _at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def sound(store: Store, rows: Iterable[Row], arrived: Counter[str], at: Iterable[tuple[float, str]] = ()) -> None:
    """What must hold after any fault, whatever it was.

    *arrived* counts how often the other side took each id, *at* says when. No false "sent"; nothing arrived that the
    ledger does not know of; a copy only for a try whose answer was never written down; nothing after it was of use;
    every end has its reason; the sums balance.
    """
    by_id = {each.id: each for each in rows}
    with store.read() as conn:
        wrong = [each for each in ledger.balance(conn) if not each.balanced]
        reasons = conn.exec_driver_sql(
            "SELECT count(*) FROM reminder WHERE state IN ('skipped', 'superseded') AND reason = ''"
        ).scalar()
    assert wrong == [], "the sums balance"
    assert reasons == 0, "every reminder that ends has a reason"
    assert [each for each in by_id.values() if each.state in ("dead", "skipped") and not each.reason] == []
    assert set(arrived) <= set(by_id), "nothing arrives that the ledger does not know of"
    assert [each for each in by_id.values() if each.state == "sent" and not arrived[each.id]] == [], "no false 'sent'"
    assert [each for each in by_id.values() if arrived[each.id] > 1 + each.ambiguous] == [], "no copy but where allowed"
    stale = [(id, moment) for moment, id in at if moment > by_id[id].useful_until.timestamp() + 1]
    assert stale == [], "nothing stale"


def alive(number: int) -> bool:
    """Whether the process is there, and no zombie."""
    try:
        descriptor = os.pidfd_open(number)
    except ProcessLookupError:
        return False
    try:
        return not select.select([descriptor], [], [], 0)[0]
    finally:
        os.close(descriptor)


def sqlite(folder: Path) -> str:
    """Where the store of a folder is, when no setting says otherwise."""
    return f"sqlite:///{folder / '.eventcal' / 'eventcal.db'}"


def template(folder: Path) -> Path:
    """A store of this version's schema, to be copied: making one takes longer than most of these tests."""
    store = open_store(sqlite(folder))
    store.upgrade()
    store.close()
    return folder / ".eventcal"


def hook_table(url: str, name: str = "hook", **more: Any) -> str:
    extra = "".join(f"{key} = {json.dumps(value)}\n" for key, value in more.items())
    return f'name = "{name}"\ntype = "webhook"\nurl = "{url}"\nallow_private = true\n{extra}'


def mail_table(*to: str, name: str = "desk") -> str:
    return f'name = "{name}"\ntype = "email"\nto = {json.dumps(to or ("desk@example.org",))}\n'
