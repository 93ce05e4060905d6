"""`eventcal --help` beside an empty Python, and a look at what it imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from . import beside
from .beside import in_turn, of_ratios, ratio, say, spread

ROUNDS = 21
HEAVY = (
    "flask",
    "icalendar",
    "sqlalchemy",
    "granian",
    "apscheduler",
    "pydantic",
    "yaml",
    "babel",
    "dateutil",
    "alembic",
)


def main() -> None:
    script = Path(sys.executable).parent / "eventcal"
    command = [str(script)] if script.exists() else [sys.executable, "-m", "eventcal"]
    empty, help_, floor = in_turn(
        ROUNDS,
        lambda: beside.measured([sys.executable, "-c", ""])[0] * 1000,
        lambda: beside.measured([*command, "--help"])[0] * 1000,
        lambda: beside.measured([sys.executable, "-c", "import click; click.Group('any')()", "--help"])[0] * 1000,
    )
    say(
        f"empty Python {spread(empty, '.1f')} ms; {' '.join(Path(each).name for each in command)} --help {spread(help_, '.1f')} ms"
    )
    say(
        f"any program that uses click --help {spread(floor, '.1f')} ms, x{of_ratios(floor, empty):.2f} of an empty Python"
    )
    say(f"best by best: eventcal x{min(help_) / min(empty):.2f}, click x{min(floor) / min(empty):.2f}")
    ratio("help_empty", of_ratios(help_, empty), "<= 4")
    look = "import sys, eventcal.cli; print(*[each for each in sys.argv[1:] if each in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", look, *HEAVY], capture_output=True, text=True, env=beside.environment()
    )
    heavy = said.stdout.split() if said.returncode == 0 else [said.stderr[-200:]]
    say(f"heavy imports: {', '.join(heavy) or 'none'}")
    ratio("help_heavy_imports", len(heavy), "<= 0")


if __name__ == "__main__":
    main()
