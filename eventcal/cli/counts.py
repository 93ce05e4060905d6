"""Counts as a person reads them: "1 address", "2 addresses"."""

from __future__ import annotations


def format_count(number: int, singular: str, plural: str = "") -> str:
    """Returns *number* with its noun; *plural* where that is not *singular* with an s."""
    return f"{number} {singular if number == 1 else plural or f'{singular}s'}"
