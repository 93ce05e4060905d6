"""Tries every target for a share of the minutes that are given: `python -m tests.fuzz 10 [TARGET ...]`.

Exit status 1 when an example failed; what is printed repeats it: put it among the seeds, or into a test.
"""

from __future__ import annotations

import sys
import time
import traceback

from hypothesis import HealthCheck, Phase, given, settings

from .schemas import schema_targets
from .targets import FuzzTarget, targets

EXAMPLES_AT_A_TIME = 200


def search(target: FuzzTarget, seconds: float) -> tuple[int, str]:
    """Tries new examples of *target* for about *seconds*; returns how many, and the traceback of one that failed."""
    strategy, check = target
    tried = 0

    def count(example: object) -> None:
        nonlocal tried
        tried += 1
        check(example)  # type: ignore[arg-type]

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        run = settings(
            max_examples=EXAMPLES_AT_A_TIME,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )(given(strategy)(count))
        try:
            run()
        except Exception:
            return tried, traceback.format_exc()
    return tried, ""


def main(arguments: list[str]) -> int:
    """Runs the targets in turn."""
    known = {**targets(), **schema_targets()}
    minutes, names = float(arguments[0]) if arguments else 10.0, arguments[1:] or [*known]
    failures = 0
    for name in names:
        tried, failure = search(known[name], minutes * 60 / len(names))
        print(f"{name:<24} {tried:>7} examples  {'FAILED' if failure else 'ok'}", flush=True)
        if failure:
            failures += 1
            print(failure, flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
