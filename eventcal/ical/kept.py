"""What was made of each version of an event is kept until the event changes. Knows neither what is made nor why."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import Generic, TypeVar

from ..history import Version

Made = TypeVar("Made")

_MOST_FORGOTTEN = 10_000


class Kept(Generic[Made]):
    """By form (a language, a look ...) and UID, the last thing made: one edit among ten thousand events makes one anew.

    As many forms as *forms* are kept, those asked for last, so that no asker can make it grow.
    """

    def __init__(self, forms: int = 8) -> None:
        self._forms = forms
        self._kept: dict[Hashable, dict[str, tuple[Version, date | None, Made]]] = {}

    def of(
        self,
        form: Hashable,
        versions: Iterable[Version],
        make: Callable[[Version], Made],
        day: Callable[[Version], date | None] = lambda version: None,
    ) -> list[Made]:
        """What *make* gives for each version; *day* says which one it holds for, None for every day."""
        kept = self._of(form)
        found = []
        for version in versions:
            known, today = kept.get(version.uid), day(version)
            if known is None or known[1] != today or (known[0] is not version and known[0] != version):
                known = (version, today, make(version))
                kept[version.uid] = known
            found.append(known[2])
        if len(kept) > 2 * len(found) + _MOST_FORGOTTEN:
            kept.clear()
        return found

    def clear(self) -> None:
        self._kept.clear()

    def _of(self, form: Hashable) -> dict[str, tuple[Version, date | None, Made]]:
        found = self._kept.pop(form, None) or {}
        while len(self._kept) >= self._forms:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[form] = found
        return found
