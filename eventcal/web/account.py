"""The store becomes what the operator has to know: one moment's account, read in one transaction. No HTML, no words of ours.

Shows no reader's address: who signed up is a number here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ..errors import Problem
from ..settings import Settings
from ..store import Store, ledger
from ..store import editions as recorded
from ..store import nodes as machines
from ..store.editions import Intake
from ..store.ledger import Entry, Figures, Gate
from ..store.nodes import Node

LISTED: Final = 50
"""How many of a kind the page lists; the rest is a number."""
OVERDUE_AFTER: Final = timedelta(minutes=5)
"""After which what is due and has not left is something to look at."""
SILENT_AFTER: Final = timedelta(minutes=2)
"""After which a pass that did not come by means that no scheduler runs."""


@dataclass(frozen=True, slots=True)
class Through:
    """A channel, and whether anything goes through it. *name* "" is everything."""

    name: str
    kind: str
    operators: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class Account:
    """*held* is the digest of a registry that waits for somebody's word, "" when none does; *asked*: it was given.

    *nodes* are the processes that share a PostgreSQL, *unsent*: none of them sends.
    """

    intake: Intake | None
    held: str
    asked: bool
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    figures: Figures
    through: tuple[Through, ...]
    closed: tuple[Gate, ...]
    dead: tuple[Entry, ...]
    overdue: tuple[Entry, ...]
    last: Entry | None
    silent: bool
    nodes: tuple[Node, ...] = ()
    unsent: bool = False

    @property
    def late(self) -> bool:
        return bool(self.overdue)

    @property
    def well(self) -> bool:
        """Whether nothing needs a person."""
        return not (
            self.errors
            or self.held
            or self.late
            or self.silent
            or self.unsent
            or self.closed
            or self.figures.dead
            or any(each.paused for each in self.through)
        )


def read(store: Store, settings: Settings, now: datetime) -> Account:
    """The account at *now*."""
    with store.read() as conn:
        intake = recorded.read_intake(conn)
        figures = ledger.figures(conn, now)
        gates = ledger.gates(conn)
        dead = ledger.deliveries(conn, state="dead", limit=LISTED)
        overdue = ledger.deliveries(conn, state="open", until=now - OVERDUE_AFTER, limit=LISTED)
        last = ledger.deliveries(conn, state="sent", limit=1)
        asked = recorded.acceptance(conn)
        nodes = machines.nodes(conn)
        # where machines share the work, somebody has to be there who sends
        unsent = store.clustered and not machines.senders(conn, now)
    problems = intake.problems if intake else ()
    held = intake.digest if intake and intake.outcome == "held" else ""
    return Account(
        intake=intake,
        held=held,
        asked=bool(held) and asked == held,
        # what holds an edition is said once, beside the button
        errors=tuple(each for each in problems if not each.warning),
        warnings=tuple(each for each in problems if each.warning),
        figures=figures,
        through=_through(settings, gates),
        closed=tuple(each for each in gates.values() if each.broken),
        dead=tuple(dead),
        overdue=tuple(overdue),
        last=last[0] if last else None,
        silent=figures.ticked_at is not None and now - figures.ticked_at > SILENT_AFTER,
        nodes=tuple(nodes),
        unsent=unsent,
    )


def _through(settings: Settings, gates: dict[str, Gate]) -> tuple[Through, ...]:
    paused = {name for name, each in gates.items() if each.paused}
    found = [Through("", "", False, "" in paused)]
    for audience in (settings.readers, settings.operators):
        found += [Through(each.name, each.type, each.audience == "operator", each.name in paused) for each in audience]
    # a channel that eventcal.toml no longer names, or that people's mail goes through
    named = {each.name for each in found}
    found += [Through(name, "", False, True) for name in sorted(paused - named)]
    return tuple(found)


def masked(address: str) -> str:
    """Enough of a mail address to know it again, and too little to write to."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else address
