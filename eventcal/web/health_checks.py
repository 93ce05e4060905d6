"""Whether this process answers, and whether it has anything to answer with: for supervisors and balancers. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable

Report = dict[str, object]


def check_health(is_stalled: bool) -> tuple[int, Report]:
    """Returns 200 while the process's threads move: a 503 here is a reason to start it anew."""
    return (503, {"status": "stalled"}) if is_stalled else (200, {"status": "ok"})


def check_readiness(edition: int | None, degraded: Iterable[str]) -> tuple[int, Report]:
    """Returns 503 only without any *edition*: old pages are better than none, so everything else is only named as degraded."""
    if edition is None:
        return 503, {"status": "no edition yet", "degraded": list(degraded)}
    return 200, {"status": "ready", "edition": edition, "degraded": list(degraded)}


def to_json(report: Report) -> str:
    return json.dumps(report, sort_keys=True, separators=(",", ":")) + "\n"
