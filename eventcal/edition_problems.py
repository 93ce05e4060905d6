"""Problems that only an edition shows, not its file: events that no feed could draw, UIDs that were promised to others.

Needs no store: `eventcal check` looks for them in what would be published first.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from . import feeds, history
from .errors import Problem
from .history import Edition, UidConflictError
from .registry import Registry


def find_undrawable(registry: Registry, now: datetime) -> tuple[Problem, ...]:
    """Returns a problem for each event of a sound *registry* that no feed could show; nothing is stored."""
    assert registry.calendar is not None
    try:
        edition, _ = history.build_edition(None, {}, registry.calendar, registry.events, registry.digest, now)
    except UidConflictError as error:
        return uid_conflict_problems(registry, error)
    return undrawable_problems(registry, None, edition, now)


def undrawable_problems(
    registry: Registry, previous: Edition | None, new: Edition, now: datetime
) -> tuple[Problem, ...]:
    """A problem for each new or changed event that no feed could show: an edition that cannot be served is none."""
    known = {version.uid: version for version in previous.versions} if previous else {}
    changed = [version for version in new.versions if known.get(version.uid) != version]
    today = now.astimezone(ZoneInfo(new.calendar.timezone)).date()
    return tuple(
        registry_problem(
            registry,
            f"event {event_id or 'unknown'} cannot be drawn ({error}): this is a fault of eventcal; "
            "change or remove the event, and report it",
        )
        for event_id, error in feeds.find_undrawable(new, changed, today)
    )


def uid_conflict_problems(registry: Registry, error: UidConflictError) -> tuple[Problem, ...]:
    """Returns a problem for each UID that two events, or an event of an earlier edition, would share."""
    return tuple(registry_problem(registry, message) for _, message in error.conflicts)


def registry_problem(registry: Registry, message: str, warning: bool = False) -> Problem:
    """Returns a problem that concerns the registry as a whole, at its first line."""
    return Problem(registry.path.name or "events.yaml", 1, 1, message, warning)
