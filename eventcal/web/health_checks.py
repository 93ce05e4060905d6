"""Whether this process answers, and whether it has anything to answer with: for supervisors and balancers. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..history import Edition

Report = dict[str, object]


class _ServedSnapshot(Protocol):
    @property
    def edition(self) -> Edition | None: ...

    @property
    def degraded(self) -> Sequence[str]: ...


def check_health(is_stalled: bool) -> tuple[int, Report]:
    """Returns 200 while the process's threads move: a 503 here is a reason to start it anew."""
    return (503, {"status": "stalled"}) if is_stalled else (200, {"status": "ok"})


def check_readiness(
    snapshot: _ServedSnapshot, is_stalled: bool, is_unrenderable: bool = False, undrawable: Sequence[str] = ()
) -> tuple[int, Report]:
    """Returns 503 only without any edition: old pages are better than none, so everything else is only named under `degraded`.

    *undrawable* are the ids of events that are left out, because of a fault in eventcal.
    """
    degraded = list(snapshot.degraded)
    if snapshot.edition is None:
        return 503, {"status": "no edition yet", "degraded": degraded}
    if is_stalled:
        degraded.append("the store is not looked at")
    if is_unrenderable:
        degraded.append("the feed cannot be rendered")
    if undrawable:
        degraded.append(f"events that cannot be drawn are left out: {', '.join(undrawable)}")
    return 200, {"status": "ready", "edition": snapshot.edition.number, "degraded": degraded}


def to_json(report: Report) -> str:
    return json.dumps(report, sort_keys=True, separators=(",", ":")) + "\n"
