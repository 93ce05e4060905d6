"""Events and tags that recently left the calendar. Their own feeds go on: a 404 makes calendar apps keep a stale copy."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from .. import filters
from ..events import Status
from ..filters import Filter
from ..history import Edition, Version

KEEP_REMOVED: Final = timedelta(days=400)
"""Time after a removal, counted back from the newest edition, in which the feed of what was removed is served."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Events as their own feeds announce that they are gone, cancelled, and tags that no event carries any more."""

    versions: tuple[Version, ...] = ()
    tags: frozenset[str] = frozenset()

    def find(self, event_id: str) -> Version | None:
        """Returns the removed event that had *event_id*, the last one first; None for an id that was never used."""
        return next(
            (version for version in self.versions if event_id in (version.event.id, *version.event.formerly)), None
        )

    def chosen_by(self, query: Filter, current_ids: Collection[str]) -> tuple[Version, ...]:
        """Returns the removed events that *query* names by their ids; an id of *current_ids* belongs to another event now."""
        if not query.ids:
            return ()
        return tuple(
            version
            for version in self.versions
            if version.event.id not in current_ids and filters.matches_event(query, version.event)
        )


NOTHING_REMOVED: Final = Removed()


def collect_removed(edition: Edition, ended: Iterable[tuple[Version, datetime]]) -> Removed:
    """Chooses from the versions that *ended* (with the moment, the newest first) what *edition* no longer has.

    A removed event is revised once more (RFC 5545 3.8.7.4): cancelled, with the next SEQUENCE, at the moment of its removal.
    Its notes, sources and links are not published any longer, for they may be why it was removed.
    """
    current_uids = {version.uid for version in edition.versions}
    current_tags = {tag for version in edition.versions for tag in version.event.tags}
    removed: dict[str, Version] = {}
    tags: set[str] = set()
    for version, ended_at in ended:
        tags.update(version.event.tags)
        if version.uid not in current_uids and version.uid not in removed:
            removed[version.uid] = replace(
                version,
                event=replace(
                    version.event, status=Status.CANCELLED, notes=None, sources=(), links=(), url="", image=""
                ),
                sequence=version.sequence + 1,
                modified=max(ended_at, version.modified),
            )
    return Removed(tuple(removed.values()), frozenset(tags - current_tags))
