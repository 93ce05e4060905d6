"""Composes the processes that go on running: serve, scheduler, web and worker. Each reads the clock and the settings here."""

from __future__ import annotations

from collections.abc import Callable

PrintLine = Callable[[str], None]
"""Writes a line for the person at the terminal."""
