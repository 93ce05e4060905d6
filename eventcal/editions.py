"""A saved registry becomes an edition: checked, compared, and recorded with its changes and plans in one transaction.

Whatever is wrong with it, the last good edition stands. Reads no clock, and knows neither YAML nor SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from . import history
from . import registry as reading
from .errors import Problem, RegistryError, StoreError
from .history import Change, Edition, Kind, TakenError
from .registry import Registry
from .store import Connection, Store, instant, ms
from .store import editions as recorded
from .store.editions import Intake, Intaken

Plan = Callable[[Connection, Edition, datetime], object]

HELD_FROM = 5
HELD_SHARE = 5  # one in so many


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a look at the registry: *edition* is the one that stands now, *problems* say why it is not a newer."""

    outcome: Intaken
    edition: Edition | None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        """For the terminal: what came of it in a line, then each problem."""
        stands = f"edition {self.edition.number}" if self.edition else "no edition"
        match self.outcome:
            case "recorded":
                counts = Counter(each.kind.value for each in self.changes)
                told = ", ".join(f"{count} {kind}" for kind, count in counts.items())
                size = len(self.edition.versions) if self.edition else 0
                line = f"{stands} is published: {size} event{'s' * (size != 1)}" + (f"; {told}" if told else "")
            case "unchanged":
                line = f"{stands} stands: the registry says nothing new"
            case "held":
                line = f"{stands} stands, the registry is held:"
            case _:
                line = f"{stands} stands, the registry has problems:" if self.edition else "the registry has problems:"
        return "\n".join([line, *map(str, self.problems)])


def publish(
    store: Store,
    registry: Registry | Path,
    now: datetime,
    plan: Plan | None = None,
    force: bool = False,
    accept: bool = False,
    *,
    known: Edition | None = None,
) -> Outcome:
    """Record what *registry* says as the newest edition, if it differs, is sound, and is not to be held.

    *plan* writes what the new edition plans, in the same transaction (`store.ledger.plan_edition`).
    *force* publishes content that an earlier edition had already: an edit that goes back, or the command; without it, as
    when a scheduler starts, only what was never published. *accept* lets pass what would be held.
    *known* is the edition that the caller has in memory, so that ten thousand events are not read again.
    Raises StoreError for a store of another calendar, unless *force*d: while running, that is a slip like any other.
    """
    found = reading.read(registry) if isinstance(registry, Path) else registry
    now = instant(ms(now))  # as the store gives it back
    with store.write() as conn:
        recorded.alone(conn)
        before = recorded.newest_in(conn, known)
        outcome = _decided(conn, found, before, now, force, accept)
        if outcome.outcome == "recorded" and outcome.edition is not None:
            recorded.write_meta(conn, "calendar_id", outcome.edition.calendar.id)
            recorded.record(conn, before, outcome.edition, outcome.changes)
            if plan is not None:
                plan(conn, outcome.edition, now)
        recorded.write_intake(conn, Intake(now, found.digest, outcome.outcome, outcome.problems))
    return outcome


def preview(store: Store | None, registry: Registry, now: datetime) -> tuple[Edition, list[Change]]:
    """The edition that `publish` would record, and its changes, without recording anything.

    *store* is None, or not there yet, where nothing was ever published. Raises RegistryError, or StoreError for a store
    of another calendar.
    """
    if registry.calendar is None or _errors(registry):
        raise RegistryError(_errors(registry))
    before, past = None, {}
    if store is not None and store.exists():
        with store.read() as conn:
            recorded.own(conn, registry.calendar)
            before = recorded.newest_in(conn)
            past = recorded.past(conn, history.names_needed(before, registry.events))
    try:
        new, changes = history.compare(
            before, past, registry.calendar, registry.events, registry.digest, instant(ms(now))
        )
    except TakenError as error:
        raise RegistryError(_taken(registry, error)) from error
    return (before, []) if before is not None and _same(before, new) else (new, changes)


def _decided(
    conn: Connection, registry: Registry, before: Edition | None, now: datetime, force: bool, accept: bool
) -> Outcome:
    """What is to become of *registry*; reads the store, and writes nothing."""
    if registry.calendar is None or _errors(registry):
        return Outcome("problems", before, problems=_errors(registry))
    try:
        recorded.own(conn, registry.calendar)
    except StoreError as error:
        if not force:
            raise
        return Outcome("problems", before, problems=(_problem(registry, str(error)),))
    number = None if force else recorded.number_of(conn, registry.digest)
    if before is not None and number not in (None, before.number):
        return Outcome("unchanged", before, problems=(_problem(registry, _old_news(number, before), warning=True),))
    past = recorded.past(conn, history.names_needed(before, registry.events))
    try:
        new, changes = history.compare(before, past, registry.calendar, registry.events, registry.digest, now)
    except TakenError as error:
        return Outcome("problems", before, problems=_taken(registry, error))
    if before is not None:
        if before.digest == new.digest and _same(before, new):
            return Outcome("unchanged", before, problems=registry.problems)
        if not accept and (why := _held(before, changes, now)):
            return Outcome("held", before, tuple(changes), (_problem(registry, why),))
    return Outcome("recorded", new, tuple(changes), registry.problems)


def _same(before: Edition, new: Edition) -> bool:
    """Whether nothing that an edition holds differs, whatever the file's text."""
    return before.versions == new.versions and before.calendar == new.calendar


def _held(before: Edition, changes: Sequence[Change], now: datetime) -> str:
    """Why an edition is too different to be let in unasked; "" when it is not.

    An editor's slip, a bad merge or half a file would else tell every reader that everything is off.
    """
    lost = {each.uid for each in changes if each.kind in (Kind.VANISHED, Kind.MOVED, Kind.LOOSENED)}
    if len(lost) < HELD_FROM:
        return ""
    ahead = {each.uid for each in before.versions if history.is_ahead(each.event, now)}
    lost &= ahead
    if len(lost) < HELD_FROM or len(lost) * HELD_SHARE < len(ahead):
        return ""
    return (
        f"{len(lost)} of {len(ahead)} coming events vanish or move at once, so edition {before.number} stands: "
        "if that is meant, `eventcal publish --accept`; else correct the file"
    )


def _old_news(number: int | None, before: Edition) -> str:
    return (
        f"this is edition {number} again, and edition {before.number} came after it: "
        "if you mean to go back, `eventcal publish`"
    )


def _errors(registry: Registry) -> tuple[Problem, ...]:
    return tuple(each for each in registry.problems if not each.warning)


def _problem(registry: Registry, message: str, warning: bool = False) -> Problem:
    return Problem(registry.path.name or "events.yaml", 1, 1, message, warning)


def _taken(registry: Registry, error: TakenError) -> tuple[Problem, ...]:
    return tuple(_problem(registry, message) for _, message in error.taken)
