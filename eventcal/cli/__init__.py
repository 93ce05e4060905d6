"""The command line: words into calls, values into lines. Each command imports what it needs when it runs."""

from __future__ import annotations

import gc
import os
import sys

from .group import cli


def main() -> None:
    """Runs the `eventcal` command."""
    # The modules that a command imports are no garbage: to look for some took 5 % of `check`. What stays sets its own.
    gc.set_threshold(100_000)
    # pydantic would read the metadata of each installed package to find some
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        cli(prog_name="eventcal")
    except BrokenPipeError:
        # the reader of our output has closed the pipe (`eventcal feed | head`)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    finally:
        gc.freeze()  # else the interpreter would look for garbage as it ends, which takes a quarter of `next`
