"""Opens what commands read: the registry's file, the store, and the edition of both."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from ..errors import EventcalError, RegistryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from ..events import Calendar, Event
    from ..history import Edition, Version
    from ..registry import Registry
    from ..settings import Settings
    from ..store import Store

REGISTRY_ADVICE = "name the registry with --registry, or make one with `eventcal init`"


def read_valid_registry(settings: Settings) -> Registry:
    """Returns the registry as the file has it. Raises RegistryError with every problem in it."""
    from .. import registry

    loaded = registry.read(settings.registry)
    if loaded.calendar is None or any(not problem.warning for problem in loaded.problems):
        raise RegistryError(loaded.problems)
    return loaded


@contextmanager
def open_existing_store(settings: Settings) -> Iterator[Store | None]:
    """Yields the store, or None where there is none: a command that only reads makes none. Closes it at the end."""
    from ..store import open_store

    with closing(open_store(settings.store_url)) as store:
        yield store if store.exists() else None


def require_registry_of_new_store(settings: Settings) -> None:
    """Raises EventcalError where a store would come to be beside a registry that is not there: its name is mistyped."""
    is_beside_registry = not settings.database_url
    if is_beside_registry and not settings.registry.exists() and not (settings.data_folder / "eventcal.db").exists():
        raise EventcalError(_missing_registry(settings))


@contextmanager
def open_or_make_store(settings: Settings) -> Iterator[Store]:
    """Yields the store, made or brought to this version's schema first, and closes it at the end."""
    from ..store import open_store

    require_registry_of_new_store(settings)
    with closing(open_store(settings.store_url)) as store:
        store.upgrade()
        yield store


def _missing_registry(settings: Settings) -> str:
    return f"{settings.registry}: no such file; {REGISTRY_ADVICE}"


@contextmanager
def require_store(settings: Settings) -> Iterator[Store]:
    """Yields the store and closes it at the end. Raises EventcalError when nothing was published yet."""
    with open_existing_store(settings) as store:
        if store is None:
            if not settings.registry.exists():
                raise EventcalError(_missing_registry(settings))
            raise EventcalError(
                f"nothing was published from {settings.registry} yet: `eventcal serve` or `eventcal publish`"
            )
        yield store


def require_language(language: str, calendar: Calendar, events: Iterable[Event]) -> str:
    """Returns *language*, or the calendar's for "". Raises EventcalError for one that neither our words nor a title has."""
    from .. import words

    titles = (calendar.name, *(event.title for event in events))
    known = {*words.LANGUAGES, calendar.language, *(tag for title in titles for tag, _ in title.translations)}
    if language and language not in known and language.split("-")[0] not in known:
        raise EventcalError(f"--lang: nothing is written in {language!r}; choose one of {', '.join(sorted(known))}")
    return language or calendar.language


def edition_from_file(settings: Settings, now: datetime) -> Edition:
    """Returns the edition that the file would be now, numbered on from what the store has; records nothing.

    Raises RegistryError with every problem of the file.
    """
    from .. import editions

    loaded = read_valid_registry(settings)
    with open_existing_store(settings) as store:
        edition, _ = editions.preview(store, loaded, now)
    return edition


def find_version(edition: Edition, event_id: str) -> Version:
    """Returns the event that has the id *event_id*, or had it. Raises EventcalError, with the id that may be meant."""
    import difflib

    versions = {name: version for version in edition.versions for name in (version.event.id, *version.event.formerly)}
    if event_id not in versions:
        suggestions = difflib.get_close_matches(event_id, versions, n=1)
        raise EventcalError(f"no event '{event_id}'" + (f", did you mean '{suggestions[0]}'?" if suggestions else ""))
    return versions[event_id]
