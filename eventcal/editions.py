"""A saved registry becomes an edition: checked, compared, and recorded with its changes and plans in one transaction.

If it has any error, the last valid edition stays published. Reads no clock, and knows neither YAML nor SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from . import history
from . import registry as registry_reader
from .edition_problems import registry_problem, uid_conflict_problems
from .errors import Problem, RegistryError, StoreError
from .history import Change, ChangeKind, Edition, UidConflictError
from .registry import Registry, ValidRegistry
from .store import Connection, Store, edition_store, instant, ms
from .store.edition_store import CheckOutcome, RegistryCheck
from .store.tables import MetaKey

PlanWriter = Callable[[Connection, Edition, datetime], object]

MIN_LOST_EVENTS_TO_HOLD = 5
HOLD_SHARE_DIVISOR = 5  # one in so many

# For the terminal, singular and plural, in the order of the summary.
CHANGE_COUNTS = {
    ChangeKind.ADDED: ("{} added", "{} added"),
    ChangeKind.VANISHED: ("{} removed", "{} removed"),
    ChangeKind.MOVED: ("{} moved", "{} moved"),
    ChangeKind.DAY_KNOWN: ("{} date confirmed", "{} dates confirmed"),
    ChangeKind.NARROWED: ("{} narrowed", "{} narrowed"),
    ChangeKind.LESS_PRECISE: ("{} date less certain", "{} dates less certain"),
    ChangeKind.PLACE: ("{} new venue", "{} new venues"),
    ChangeKind.POSTPONED: ("{} postponed", "{} postponed"),
    ChangeKind.CANCELLED: ("{} cancelled", "{} cancelled"),
    ChangeKind.RESTORED: ("{} back on", "{} back on"),
}
TIME_COUNTS = ("{} time announced", "{} times announced")  # a move for apps, and none for people


@dataclass(frozen=True, slots=True)
class PublishResult:
    """The result of checking the registry: *edition* is the published one, *problems* are why it is not a newer one."""

    outcome: CheckOutcome
    edition: Edition | None
    changes: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the registry is not what is published, for it has errors or awaits approval."""
        return self.outcome in ("problems", "held")

    def __str__(self) -> str:
        """Says for the terminal what came of it in a line, then each problem."""
        current = f"edition {self.edition.number}" if self.edition else "no edition"
        match self.outcome:
            case "recorded":
                counts = Counter(map(_count_forms, self.changes))
                counts_text = ", ".join(
                    forms[counts[forms] != 1].format(counts[forms])
                    for forms in (*CHANGE_COUNTS.values(), TIME_COUNTS)
                    if counts[forms]
                )
                size = len(self.edition.versions) if self.edition else 0
                line = f"{current} published: {size} event{'s' * (size != 1)}" + (
                    f"; {counts_text}" if counts_text else ""
                )
            case "unchanged":
                line = f"no changes: {current} stays"
            case "held":
                line = f"{current} stays, the calendar file awaits approval:"
            case _:
                line = (
                    f"{current} stays, the calendar file has errors:"
                    if self.edition
                    else "the calendar file has errors:"
                )
        return "\n".join([line, *map(str, self.problems)])


def publish(
    store: Store,
    registry: Registry | Path,
    now: datetime,
    write_plan: PlanWriter | None = None,
    force: bool = False,
    accept: bool = False,
    *,
    cached: Edition | None = None,
) -> PublishResult:
    """Records *registry* as the newest edition if it differs, is valid, of the store's calendar, and need not await approval.

    *write_plan* writes the plans of the new edition in the same transaction (`planning.passes.plan_edition`).
    *force* also publishes content that an earlier edition had: an edit that goes back, or the command; without it,
    as at a scheduler's start, only content never published. *accept* publishes what would await approval. *cached*
    is the edition that the caller has in memory, so that its events are not read again.
    """
    loaded = registry_reader.read(registry) if isinstance(registry, Path) else registry
    now = instant(ms(now))  # as the store gives it back
    with store.write() as conn:
        edition_store.lock_editions(conn)
        previous = edition_store.newest_in(conn, cached)
        result = _decide(conn, loaded, previous, now, force, accept)
        if result.outcome == "recorded" and result.edition is not None:
            edition_store.write_meta(conn, MetaKey.CALENDAR_ID, result.edition.calendar.id)
            edition_store.record(conn, previous, result.edition, result.changes)
            if write_plan is not None:
                write_plan(conn, result.edition, now)
        edition_store.write_registry_check(conn, RegistryCheck(now, loaded.digest, result.outcome, result.problems))
    return result


def preview(store: Store, registry: Registry, now: datetime) -> tuple[Edition, list[Change]]:
    """Returns the edition that `publish` would record, and its changes, without recording anything.

    Raises RegistryError, or StoreError for a store of another calendar.
    """
    valid, now = registry.require_valid(), instant(ms(now))
    try:
        with store.read() as conn:
            edition_store.require_calendar(conn, valid.calendar)
            previous = edition_store.newest_in(conn)
            new, changes = _build_edition(conn, previous, valid, now)
    except UidConflictError as error:
        raise RegistryError(uid_conflict_problems(registry, error)) from error
    return (previous, []) if previous is not None and _is_unchanged(previous, new) else (new, changes)


def _build_edition(
    conn: Connection, previous: Edition | None, registry: ValidRegistry, now: datetime
) -> tuple[Edition, list[Change]]:
    """Builds what follows *previous*; None where nothing was ever published. Raises UidConflictError."""
    return history.build_edition(
        previous,
        edition_store.former_versions(conn, history.names_to_look_up(previous, registry.events)),
        registry.calendar,
        registry.events,
        registry.digest,
        now,
        edition_store.last_states(conn, history.returned_dates(previous, registry.events)),
        edition_store.last_held(conn, history.returned_uids(previous, registry.events)),
        int(edition_store.read_meta(conn, MetaKey.FIRST_SEQUENCE) or 0),
    )


def _decide(
    conn: Connection, registry: Registry, previous: Edition | None, now: datetime, force: bool, accept: bool
) -> PublishResult:
    """Decides what to do with *registry*; reads the store and writes nothing."""
    if registry.errors:
        return PublishResult("problems", previous, problems=registry.errors)
    valid = registry.require_valid()
    try:
        edition_store.require_calendar(conn, valid.calendar)
    except StoreError as error:
        return PublishResult("problems", previous, problems=(registry_problem(registry, str(error)),))
    earlier_number = None if force else edition_store.number_of(conn, registry.digest)
    if previous is not None and earlier_number not in (None, previous.number):
        advice = (
            f"this is edition {earlier_number} again, and edition {previous.number} came after it: "
            "if you mean to go back, `eventcal publish`"
        )
        return PublishResult("unchanged", previous, problems=(registry_problem(registry, advice, warning=True),))
    try:
        new, changes = _build_edition(conn, previous, valid, now)
    except UidConflictError as error:
        return PublishResult("problems", previous, problems=uid_conflict_problems(registry, error))
    if previous is not None:
        if previous.digest == new.digest and _is_unchanged(previous, new):
            return PublishResult("unchanged", previous, problems=registry.problems)
        if not accept and (reason := _acceptance_problem(previous, changes, now)):
            return PublishResult("held", previous, tuple(changes), (registry_problem(registry, reason),))
    return PublishResult("recorded", new, tuple(changes), registry.problems)


def _is_unchanged(previous: Edition, new: Edition) -> bool:
    """Tells whether two registries give the same edition, even if their text differs."""
    return previous.versions == new.versions and previous.calendar == new.calendar


def _count_forms(change: Change) -> tuple[str, str]:
    """Returns the words by which *change* is counted: those that its readers are told."""
    if _announces_time(change):
        return TIME_COUNTS
    is_elsewhere = change.kind is ChangeKind.DAY_KNOWN and history.is_known_elsewhere(change.old, change.new)
    return CHANGE_COUNTS[ChangeKind.MOVED if is_elsewhere else change.kind]


def _announces_time(change: Change) -> bool:
    return change.kind is ChangeKind.MOVED and history.is_time_announced(change.old, change.new)


def _acceptance_problem(previous: Edition, changes: Sequence[Change], now: datetime) -> str:
    """Returns why an edition is too different to be let in unasked; "" when it is not.

    An editor's slip, a bad merge or half a file would else tell every reader that everything is off.
    """
    lost_uids = {
        change.uid
        for change in changes
        if change.kind in (ChangeKind.VANISHED, ChangeKind.MOVED, ChangeKind.LESS_PRECISE)
        and not _announces_time(change)
    }
    if len(lost_uids) < MIN_LOST_EVENTS_TO_HOLD:
        return ""
    upcoming_uids = {version.uid for version in previous.versions if history.is_upcoming(version.event, now)}
    lost_uids &= upcoming_uids
    if len(lost_uids) < MIN_LOST_EVENTS_TO_HOLD or len(lost_uids) * HOLD_SHARE_DIVISOR < len(upcoming_uids):
        return ""
    return (
        f"{len(lost_uids)} of {len(upcoming_uids)} upcoming events vanish or move at once, so edition {previous.number} stays: "
        "if that is intended, `eventcal publish --accept`; otherwise correct the file"
    )
