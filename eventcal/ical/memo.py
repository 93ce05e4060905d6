"""A cache of values computed from event versions, each kept until its event changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import Generic, TypeVar

from ..history import Version

Value = TypeVar("Value")

_MAX_STALE_ENTRIES = 10_000


class Memo(Generic[Value]):
    """A cache by variant (language, rendering options) and UID: one edit among ten thousand events computes one value.

    At most *max_variants* are kept, the most recently used, so that requests cannot grow it without bound.
    """

    def __init__(self, max_variants: int = 8) -> None:
        self._max_variants = max_variants
        self._entries: dict[Hashable, dict[str, tuple[Version, date | None, Value]]] = {}

    def get_all(
        self,
        variant: Hashable,
        versions: Iterable[Version],
        compute: Callable[[Version], Value],
        valid_day: Callable[[Version], date | None] = lambda version: None,
    ) -> list[Value]:
        """Returns *compute*'s value for each version, cached for *valid_day*; None: for every day."""
        entries = self._entries_of(variant)
        values = []
        for version in versions:
            entry, entry_day = entries.get(version.uid), valid_day(version)
            if entry is None or entry[1] != entry_day or (entry[0] is not version and entry[0] != version):
                entry = (version, entry_day, compute(version))
                entries[version.uid] = entry
            values.append(entry[2])
        if len(entries) > 2 * len(values) + _MAX_STALE_ENTRIES:
            entries.clear()
        return values

    def clear(self) -> None:
        """Drops all values."""
        self._entries.clear()

    def _entries_of(self, variant: Hashable) -> dict[str, tuple[Version, date | None, Value]]:
        entries = self._entries.pop(variant, None) or {}
        while len(self._entries) >= self._max_variants:
            self._entries.pop(next(iter(self._entries)), None)
        self._entries[variant] = entries
        return entries
