"""`eventcal --help` beside an empty Python, and a look at what it imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from . import harness
from .harness import format_spread, median_ratio, print_line, report_ratio, run_in_turn

ROUNDS = 21
HEAVY_PACKAGES = (
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
    python_times, help_times, click_times = run_in_turn(
        ROUNDS,
        lambda: harness.measure_command([sys.executable, "-c", ""])[0] * 1000,
        lambda: harness.measure_command([*command, "--help"])[0] * 1000,
        lambda: (
            harness.measure_command([sys.executable, "-c", "import click; click.Group('any')()", "--help"])[0] * 1000
        ),
    )
    print_line(
        f"empty Python {format_spread(python_times, '.1f')} ms; {' '.join(Path(argument).name for argument in command)} --help {format_spread(help_times, '.1f')} ms"
    )
    print_line(
        f"any program that uses click --help {format_spread(click_times, '.1f')} ms, x{median_ratio(click_times, python_times):.2f} of an empty Python"
    )
    print_line(
        f"best by best: eventcal x{min(help_times) / min(python_times):.2f}, click x{min(click_times) / min(python_times):.2f}"
    )
    report_ratio("help_empty", median_ratio(help_times, python_times), "<= 4")
    report_ratio("help_click", median_ratio(help_times, click_times), "<= 1.3")
    script_text = "import sys, eventcal.cli; print(*[each for each in sys.argv[1:] if each in sys.modules])"
    completed = subprocess.run(
        [sys.executable, "-c", script_text, *HEAVY_PACKAGES],
        capture_output=True,
        text=True,
        env=harness.build_environment(),
    )
    heavy_imports = completed.stdout.split() if completed.returncode == 0 else [completed.stderr[-200:]]
    print_line(f"heavy imports: {', '.join(heavy_imports) or 'none'}")
    report_ratio("help_heavy_imports", len(heavy_imports), "<= 0")


if __name__ == "__main__":
    main()
