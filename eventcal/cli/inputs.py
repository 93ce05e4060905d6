"""Opens what commands read, the registry, the store and the edition of both, or a source; writes the files of a registry."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import EventcalError, RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from ..history import Edition, Version
    from ..registry import ValidRegistry
    from ..settings import Settings
    from ..store import Store


REGISTRY_ADVICE = "name the registry with --registry, or make one with `eventcal init`"


def read_valid_registry(settings: Settings) -> ValidRegistry:
    """Returns the registry as the file has it. Raises RegistryError with every problem in it, warnings too."""
    from .. import registry

    loaded = registry.read(settings.registry)
    if loaded.errors:
        raise RegistryError(loaded.problems)
    return loaded.require_valid()


@contextmanager
def open_existing_store(settings: Settings) -> Iterator[Store | None]:
    """Yields the store, or None where there is none: a command that only reads makes none. Closes it at the end."""
    if (path := settings.store_path) and not path.exists():
        yield None  # without SQLAlchemy: a third of the time and 17 MB of a command that reads a small file
        return
    from ..store import open_store

    with closing(open_store(settings.store_url)) as store:
        yield store if store.exists() else None


def require_registry_of_new_store(settings: Settings) -> None:
    """Raises EventcalError where a store would come to be beside a registry that is no file: its name is mistyped."""
    if settings.database_url or settings.registry.is_file() or (settings.data_folder / "eventcal.db").exists():
        return
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
    if settings.registry.exists():
        return f"{settings.registry}: a folder or a device; name the file, such as events.yaml"
    return f"{settings.registry}: no such file; {REGISTRY_ADVICE}"


@contextmanager
def require_store(settings: Settings) -> Iterator[Store]:
    """Yields the store and closes it at the end. Raises EventcalError when nothing was published yet."""
    with open_existing_store(settings) as store:
        if store is None:
            if not settings.registry.is_file():
                raise EventcalError(_missing_registry(settings))
            raise EventcalError(
                f"nothing was published from {settings.registry} yet: `eventcal serve` or `eventcal publish`"
            )
        yield store


def require_language(language: str, edition: Edition | ValidRegistry) -> str:
    """Returns *language*, or the calendar's for "". Raises EventcalError for one that neither our words nor a title has."""
    from .. import words
    from ..events import title_languages

    calendar = edition.calendar
    known = {*words.LANGUAGES, calendar.language, *title_languages(calendar, edition.events)}
    if language and language not in known and language.split("-")[0] not in known:
        raise EventcalError(f"--lang: nothing is written in {language!r}; choose one of {', '.join(sorted(known))}")
    return language or calendar.language


def edition_from_file(settings: Settings, now: datetime) -> Edition:
    """Returns the edition that the file would be now, numbered on from what the store has; records nothing.

    Raises RegistryError with every problem of the file.
    """
    from .. import edition_problems

    loaded = read_valid_registry(settings)
    with open_existing_store(settings) as store:
        if store is None:
            return edition_problems.build_first_edition(loaded, now)
        from .. import editions  # here: it needs SQLAlchemy

        edition, _ = editions.preview(store, loaded, now)
    return edition


def published_edition(settings: Settings) -> Edition | None:
    """Returns the latest published edition; None where nothing was published yet."""
    with open_existing_store(settings) as store:
        if store is None:
            return None
        from ..store import edition_store  # here: it needs SQLAlchemy

        return edition_store.newest(store)


def find_version(edition: Edition, event_id: str) -> Version:
    """Returns the event that has the id *event_id*, or had it. Raises EventcalError, with the id that may be meant."""
    from ..registry.suggestions import did_you_mean

    if version := edition.find(event_id):
        return version
    known = [name for event in edition.events for name in event.ids]
    raise EventcalError(f"no event '{event_id}'{did_you_mean(event_id, known)}")


MAX_SOURCE_OCTETS = 256 * 1024 * 1024
FETCH_TIMEOUT_SECONDS = 60.0


def read_source(source: str) -> bytes:
    """Returns the bytes of a file or of an http(s) address; webcal: is https:. Raises ImportingError."""
    from ..importing import ImportingError
    from ..urls import split_url

    address = source.replace("webcal://", "https://", 1) if source.startswith("webcal://") else source
    try:
        if split_url(address, "http", "https"):
            return _fetch(address)
        with Path(source).open("rb") as file:
            data = file.read(MAX_SOURCE_OCTETS + 1)
    except OSError as error:
        raise ImportingError(f"{source}: cannot be read: {error.strerror or error}") from error
    if len(data) > MAX_SOURCE_OCTETS:
        raise ImportingError(f"{source}: larger than {MAX_SOURCE_OCTETS // 2**20} MB")
    return data


MAX_FILES, MAX_ENTRIES = 20_000, 200_000
"""Markdown files in a folder of events, and all that lies in it and below."""


def read_folder(folder: str) -> dict[str, bytes]:
    """Returns the Markdown files in *folder* and in those below it, by path in the order of paths.

    Reads one octet more of a file than an import takes. Raises ImportingError for what cannot be read, and for more than
    a folder of events has.
    """
    from ..importing import MAX_PAGE_OCTETS, ImportingError

    pages: dict[str, bytes] = {}
    octets = 0
    try:
        for path in sorted(_page_paths(folder)):
            with Path(folder, path).open("rb") as file:
                data = file.read(MAX_PAGE_OCTETS + 1)
            octets += len(data)
            if octets > MAX_SOURCE_OCTETS:
                raise ImportingError(f"{folder}: its Markdown files are larger than {MAX_SOURCE_OCTETS // 2**20} MB")
            pages[os.fsencode(path).decode(errors="backslashreplace")] = data  # no two have one name
    except OSError as error:
        path = str(error.filename or folder)[-300:]
        raise ImportingError(f"{path}: cannot be read: {error.strerror or error}") from error
    return pages


def _page_paths(folder: str) -> list[str]:
    """Returns the paths of Markdown files within *folder*; follows no links, and leaves out hidden folders."""
    from ..importing import ImportingError, is_page

    paths: list[str] = []
    pending, entries = [""], 0
    while pending:
        parent = pending.pop()
        with os.scandir(os.path.join(folder, parent)) as listing:
            for entry in listing:
                path = os.path.join(parent, entry.name)
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith(".") and entry.name != "node_modules":
                        pending.append(path)
                elif entry.is_file(follow_symlinks=False) and is_page(entry.name):
                    paths.append(path)
                entries += 1
                if entries > MAX_ENTRIES or len(paths) > MAX_FILES:
                    raise ImportingError(
                        f"{folder}: more than {MAX_FILES} Markdown files or {MAX_ENTRIES} in all: name the folder of the events"
                    )
    return paths


def _fetch(address: str) -> bytes:
    from urllib.parse import urljoin

    from .. import fetch
    from ..importing import ImportingError

    for _hop in range(5):
        try:
            response = fetch.get(
                address, max_bytes=MAX_SOURCE_OCTETS, allow_private=True, timeout=FETCH_TIMEOUT_SECONDS
            )
        except fetch.FetchError as error:
            raise ImportingError(f"{address}: {error}") from error
        if response.redirect:
            address = urljoin(address, response.redirect)
            continue
        if response.status != 200:
            raise ImportingError(f"{address}: the server answered {response.status}")
        return response.body
    raise ImportingError(f"{address}: too many redirects")


def changes_registry(command: Callable[..., None]) -> Callable[..., None]:
    """Makes *command*, whose first argument is the settings, wait for others that change the same registry."""

    @wraps(command)
    def run_alone(settings: Settings, *arguments: Any, **options: Any) -> None:
        from ..registry.write_event import lock_registry

        with lock_registry(settings.registry):
            command(settings, *arguments, **options)

    return run_alone


def write_texts(files: dict[Path, str], read: Mapping[Path, bytes]) -> None:
    """Writes each text to its file, whole or not at all, with the line ends and the byte order mark that the file had.

    *read* are the bytes that the texts were made from; a file not among them was not there. A device or a pipe is written
    to and stays one. Raises EventcalError, and writes nothing, where an editor saved a file meanwhile; also for a file that
    cannot be written, where those before it are written.
    """
    from ..registry.write_event import SAVED_MEANWHILE, encode_as, replace_file

    for path in files:
        if path.is_file() and path.read_bytes() != read.get(path):
            raise EventcalError(f"{path}: {SAVED_MEANWHILE}")
    for path, text in files.items():
        try:
            if path.is_file():
                replace_file(path, encode_as(read.get(path, b""), text))
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())
        except OSError as error:
            raise EventcalError(f"{path}: cannot be written: {error.strerror or error}") from error
