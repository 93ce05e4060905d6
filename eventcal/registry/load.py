"""`events.yaml`, with the files that it includes, becomes a Registry: the calendar, its events, and every problem with its place.

Reads no clock and keeps nothing but a memory of the entries read last, so that an edit costs one entry and not all.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path

from ..errors import Problem, RegistryError
from ..events import Calendar, Event, Source
from .characters import escape_unprintable
from .entries import ParentNotRead, parse_entry
from .fields import EventDefaults, parse_calendar, parse_defaults, parse_source_map, parse_tag_styles
from .files import (
    ClaimedId,
    ContentDigest,
    FileRefused,
    IdRegister,
    RegistryFile,
    Signature,
    UnsplittableFile,
    check_top_level,
    decode,
    entry_ids,
    expand_pattern,
    find_event_path,
    ids_of,
    is_named,
    parse_document,
    read_file,
    stat_files,
)
from .limits import MAX_FILES, MAX_MESSAGE_LENGTH, MAX_NESTING_DEPTH, MAX_PROBLEMS, MAX_REGISTRY_BYTES
from .references import find_wrong_references
from .yaml_nodes import EntryText, Finding, MalformedYaml, ParsedYaml

_MAX_CACHED_REGISTRIES = 4  # registries whose entries are remembered

# For each main file, what its entries became when it was last read, by a hash of their text and of what surrounded it.
_event_cache: dict[Path, dict[bytes, tuple[Event, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry as read. A problem that is not a warning prevents an edition; *events* are those without such a problem.

    *digest* is a hash over the bytes of all *files* ("" if none could be read), *signature* the files' fingerprint
    just before they were read, and *include_patterns* the registry's `include`.
    """

    calendar: Calendar | None
    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    digest: str
    files: tuple[Path, ...]
    path: Path = Path()
    include_patterns: tuple[str, ...] = ()
    signature: Signature = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that prevent an edition."""
        return tuple(problem for problem in self.problems if not problem.warning)

    def require_valid(self) -> ValidRegistry:
        """Returns the registry as one without errors. Raises RegistryError with those that it has."""
        if self.errors:
            raise RegistryError(self.errors)
        return ValidRegistry(*(getattr(self, field.name) for field in fields(self)))


@dataclass(frozen=True, slots=True)
class ValidRegistry(Registry):
    """A registry without errors: its calendar was read."""

    calendar: Calendar


def read(path: Path, replacements: Mapping[str, bytes] | None = None) -> Registry:
    """Reads the registry at *path*. Never raises for its content: every error is among the problems.

    *replacements* holds bytes to be taken in place of a file's, by its name below the folder, or of one that is not there yet:
    an edit that is to be tried.
    """
    whole_files: set[str] = set()
    with paused_collector():
        while True:
            try:
                return _RegistryLoader(path, replacements or {}, frozenset(whole_files)).load()
            except UnsplittableFile as error:
                whole_files.add(error.name)


def has_changed(registry: Registry) -> bool:
    """Tells whether one of the registry's files was written, added or removed since just before they were read."""
    return stat_files(registry.path, registry.include_patterns) != registry.signature


@contextmanager
def paused_collector() -> Iterator[None]:
    """Does without the cyclic collector, which would walk all that grows here again and again, and find nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _PendingEntry:
    """An entry that is being read, and the *slot* that its events go into; *parent_id* is what it waits for."""

    file: RegistryFile
    parsed: ParsedYaml
    defaults: EventDefaults
    slot: list[Event]
    has_free_ids: bool = True
    parent_id: str = ""

    @property
    def event_id(self) -> object:
        return self.parsed.value.get("id") if isinstance(self.parsed.value, dict) else None


class _RegistryLoader:
    """One attempt at a registry."""

    def __init__(self, path: Path, replacements: Mapping[str, bytes], whole_files: frozenset[str]) -> None:
        self.path, self.folder, self.replacements, self.whole_files = path, path.parent, replacements, whole_files
        self.digest = ContentDigest()
        self.names: list[str] = [path.name]
        self.problems: list[Problem] = []
        self.error_count = self.bytes_read = 0
        self.unread_from: Problem | None = None
        self.ids = IdRegister(self.display_path)
        self.cached_events = _event_cache.get(path.absolute(), {})
        self.new_cache: dict[bytes, tuple[Event, ...]] = {}
        self.known_events: dict[str, Event] = {}
        self.deferred: list[_PendingEntry] = []
        self.parent_lookups = 0

    def load(self) -> Registry:
        # Looked at before it is read: what is written meanwhile is new the next time.
        signature_before = stat_files(self.path, ())
        main = self.open_file(self.path.name, main=True)
        if main is None:
            return self.build_registry(None, (), (), signature_before)
        patterns = tuple(pattern for _, pattern in main.header.include)
        signature_before += stat_files(self.path, patterns)[1:]
        included_files = []
        for name in self.expand_includes(main):
            included_files.append(self.open_file(name, main=False))
            if included_files[-1] is None and self.error_count >= MAX_PROBLEMS:
                break
        if None in included_files:
            # Without one of the files the others would be blamed for what it was to give them.
            return self.build_registry(None, (), patterns, signature_before)
        files = [main, *(file for file in included_files if file is not None)]
        calendar, calendar_defaults = parse_calendar(main.header.calendar, main.findings)
        tag_styles = parse_tag_styles(main.header.tags, calendar_defaults.language, main.findings)
        known_sources = self.merge_sources(files)
        base_defaults = calendar_defaults
        slots: list[list[Event]] = []
        for file in files:
            own_defaults = parse_defaults(file.header.defaults, known_sources, file.findings)
            defaults = own_defaults.merge_over(base_defaults, known_sources)
            if file is main:  # which comes first
                base_defaults = defaults
            slots += self.read_events(file, defaults)
        self.read_deferred()
        events = [event for slot in slots for event in slot]
        if any(event.part_of or event.continues for event in events):
            self.check_references(events)
        _cache_events(self.path.absolute(), self.new_cache)
        if calendar is not None:
            calendar = replace(calendar, tags=tag_styles)
        return self.build_registry(calendar, tuple(events), patterns, signature_before, files)

    def build_registry(
        self,
        calendar: Calendar | None,
        events: tuple[Event, ...],
        patterns: tuple[str, ...],
        signature_before: Signature,
        files: Iterable[RegistryFile] = (),
    ) -> Registry:
        for file in files:
            self.report_findings(file.name, file.document.top_level, file.findings)
        order = {self.display_path(name): number for number, name in enumerate(self.names)}
        problems = _limit_problems(sorted(set(self.problems), key=lambda problem: (order[problem.file], problem))) + (
            (self.unread_from,) if self.unread_from else ()
        )
        paths = tuple(self.folder / name for name in self.names)
        return Registry(
            calendar=calendar,
            events=events,
            problems=problems,
            digest=self.digest.value,
            files=paths,
            path=self.path,
            include_patterns=patterns,
            signature=signature_before,
        )

    def display_path(self, name: str) -> str:
        """Returns a file's name as the person typed it who named the main file."""
        return str(self.path) if name == self.path.name else str(self.folder / name)

    def add_problem(self, name: str, line: int, column: int, message: str) -> None:
        """Adds an error at a place counted from 0."""
        self.append_problem(Problem(self.display_path(name), line + 1, column + 1, message))

    def append_problem(self, problem: Problem) -> None:
        message = escape_unprintable(problem.message)
        if len(message) > MAX_MESSAGE_LENGTH:
            message = f"{message[: MAX_MESSAGE_LENGTH - 3]}..."
        self.problems.append(replace(problem, message=message))
        self.error_count += not problem.warning

    def report_findings(self, name: str, parsed: ParsedYaml, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.append_problem(
                Problem(self.display_path(name), *parsed.locate(finding), finding.message, finding.warning)
            )

    def open_file(self, name: str, main: bool) -> RegistryFile | None:
        """Returns the file, or None with problems when nothing in it can be read."""
        try:
            data = self.replacements[name] if name in self.replacements else read_file(self.folder / name)
            self.bytes_read += len(data)
            if self.bytes_read > MAX_REGISTRY_BYTES:
                raise FileRefused(
                    f"with this file the registry is larger than {MAX_REGISTRY_BYTES >> 20} MB: include fewer files"
                )
            self.digest.add("" if name == self.path.name else name, data)  # the main file may be called anything
            text, forbidden, is_layout_doubtful = decode(data)
            for character in forbidden:
                self.add_problem(name, *character)
            if is_layout_doubtful:
                return None
            document = parse_document(text, in_one_piece=name in self.whole_files)
        except (FileRefused, MalformedYaml) as error:
            self.add_problem(name, error.line, error.column, error.message)
            return None
        if document.top_level.value == "":
            advice = ": begin with version: 1, calendar: and events:" if main else ""
            self.add_problem(name, 0, 0, f"the file is empty{advice}")
            return None
        return check_top_level(name, document, main)

    def unread_problem(self, name: str, entry: EntryText | ParsedYaml) -> Problem:
        line, column = (entry.line + 1, 1) if isinstance(entry, EntryText) else entry.locate(Finding((), ""))
        message = "the events from here on were not checked: fix those above first"
        return Problem(self.display_path(name), line, column, message)

    def expand_includes(self, main: RegistryFile) -> list[str]:
        """Returns the names of the included files, in the order of the patterns."""
        for number, pattern in main.header.include:
            names, error = expand_pattern(self.folder, pattern)
            new = (name for name in self.replacements if is_named(name, pattern))
            names = sorted({*names, *new} - {self.path.name})
            if error or not names:
                main.findings.append(Finding(("include", number), error or f"'{pattern}' matches no file"))
            self.names += [name for name in names if name not in self.names]
            if len(self.names) > MAX_FILES:
                main.findings.append(
                    Finding(("include", number), f"the patterns name more than {MAX_FILES} files: include fewer")
                )
                del self.names[MAX_FILES:]
                break
        return self.names[1:]

    def merge_sources(self, files: Iterable[RegistryFile]) -> dict[str, Source]:
        """Returns the sources of all files. A key given twice is a problem where it is given again."""
        known_sources: dict[str, Source] = {}
        first_files: dict[str, RegistryFile] = {}
        for file in files:
            # a broken one is known by its key, so that those who name it are not blamed
            sources = {key: Source(key=key) for key in file.header.broken_sources}
            for key, source in (sources | parse_source_map(file.header.sources, file.findings)).items():
                if key not in known_sources:
                    known_sources[key], first_files[key] = source, file
                    continue
                first = first_files[key]
                line, _ = first.document.top_level.locate(Finding(("sources", key), "", at_key=True))
                place = f"line {line}" if first is file else f"{self.display_path(first.name)}:{line}"
                message = f"the source '{key}' is given twice (first in {place})"
                file.findings.append(Finding(("sources", key), message, at_key=True))
        return known_sources

    def read_events(self, file: RegistryFile, defaults: EventDefaults) -> Iterator[list[Event]]:
        """Yields the events of each entry of one file; those that count from a later one come in with `read_deferred`."""
        context = blake2b(repr(defaults).encode(), digest_size=16)
        for entry in file.document.entries or ():
            if self.error_count >= MAX_PROBLEMS:
                # A registry in which everything is wrong costs no more than its first problems.
                self.unread_from = self.unread_from or self.unread_problem(file.name, entry)
                return
            key = _hash_of(entry, context) if isinstance(entry, EntryText) else None
            events = self.cached_events.get(key) if key is not None else None
            slot: list[Event] = []
            if key is not None and events is not None:
                ids = [item for event in events for item in entry_ids((event.id,), event.id, event.formerly, event.uid)]
                if self.claim_ids(file, entry, ids):
                    self.new_cache[key] = events
                    self.add_events(slot, events)
            else:
                self.read_entry(file, entry, defaults, slot, key)
            yield slot

    def read_entry(
        self,
        file: RegistryFile,
        entry: EntryText | ParsedYaml,
        defaults: EventDefaults,
        slot: list[Event],
        key: bytes | None,
    ) -> None:
        """Adds the events of one entry to *slot*, or defers it."""
        try:
            parsed = entry.parse()
        except MalformedYaml:
            raise UnsplittableFile(file.name) from None
        has_free_ids = self.claim_ids(file, entry, ids_of(parsed.value))
        lookups_before = self.parent_lookups
        events = self.finish_entry(_PendingEntry(file, parsed, defaults, slot, has_free_ids))
        # A date that counts from another entry's changes with that one.
        if key is not None and events is not None and self.parent_lookups == lookups_before:
            self.new_cache[key] = events

    def find_parent(self, event_id: str) -> Event:
        """Returns the event *event_id*. Raises ParentNotRead where no entry before this one made it."""
        self.parent_lookups += 1
        if event_id not in self.known_events:
            raise ParentNotRead(event_id)
        return self.known_events[event_id]

    def add_events(self, slot: list[Event], events: Iterable[Event]) -> None:
        for event in events:
            slot.append(event)
            self.known_events[event.id] = event

    def read_deferred(self) -> None:
        """Reads the entries that count from events behind them; what is left then counts from nothing."""
        waiting = self.deferred
        for _ in range(MAX_NESTING_DEPTH):
            ready = [pending for pending in waiting if pending.parent_id in self.known_events]
            waiting = [pending for pending in waiting if pending.parent_id not in self.known_events]
            self.deferred = []
            for pending in ready:
                self.finish_entry(pending)
            waiting += self.deferred
        waiting_ids = {pending.event_id for pending in waiting}
        for pending in waiting:
            if self.error_count >= MAX_PROBLEMS:
                return
            self.finish_entry(pending, is_last=True)
            message = (
                f"'{pending.parent_id}' counts from other events in a circle, or through more than "
                f"{MAX_NESTING_DEPTH} of them: give it a date of its own"
                if pending.parent_id in waiting_ids
                else self.ids.explain_missing(pending.parent_id, is_complete=self.unread_from is None)
            )
            if message:
                self.report_findings(pending.file.name, pending.parsed, [Finding(("part_of",), message)])

    def finish_entry(self, pending: _PendingEntry, is_last: bool = False) -> tuple[Event, ...] | None:
        """Adds the events of one entry to its slot; returns them if nothing is to be said of it. Defers it, or does not if *is_last*."""
        parsed, find_parent = pending.parsed, self.known_events.get if is_last else self.find_parent
        broken_keys = frozenset(finding.path[0] if finding.path else "" for finding in parsed.findings)
        try:
            events, findings = parse_entry(parsed.value, pending.defaults, find_parent, broken_keys)
        except ParentNotRead as error:
            self.deferred.append(replace(pending, parent_id=error.parent_id))
            return None
        self.report_findings(pending.file.name, parsed, (*parsed.findings, *findings))
        if not pending.has_free_ids:
            return None
        self.add_events(pending.slot, events)
        return None if findings or parsed.findings else events

    def check_references(self, events: Iterable[Event]) -> None:
        """Adds a problem for each event that names another one wrongly."""
        explain_missing = partial(self.ids.explain_missing, is_complete=self.unread_from is None)
        for event_id, finding in find_wrong_references(events, explain_missing):
            if self.error_count >= MAX_PROBLEMS:
                return
            owner = self.ids.owner_of(event_id)
            parsed = owner.entry.parse()
            path = (*find_event_path(parsed.value, event_id), *finding.path)
            self.report_findings(owner.file.name, parsed, [replace(finding, path=path)])

    def claim_ids(self, file: RegistryFile, entry: EntryText | ParsedYaml, ids: Iterable[ClaimedId]) -> bool:
        """Tells whether these ids are free; adds a problem for each that is taken."""
        findings = self.ids.claim(file, entry, ids)
        if findings:
            self.report_findings(file.name, entry.parse(), findings)
        return not findings


def _hash_of(entry: EntryText, context: blake2b) -> bytes:
    hasher = context.copy()
    hasher.update(entry.text.encode())
    return hasher.digest()


def _cache_events(path: Path, entries: dict[bytes, tuple[Event, ...]]) -> None:
    _event_cache.pop(path, None)
    while len(_event_cache) >= _MAX_CACHED_REGISTRIES:
        _event_cache.pop(next(iter(_event_cache)), None)
    _event_cache[path] = entries


def _limit_problems(problems: list[Problem]) -> tuple[Problem, ...]:
    """Returns the first MAX_PROBLEMS errors and as many warnings, in order; one problem counts the rest of each."""
    shown: list[Problem] = []
    left_out: list[Problem] = []
    for is_warning, noun in ((False, "problem"), (True, "warning")):
        matching = [problem for problem in problems if problem.warning is is_warning]
        shown += matching[:MAX_PROBLEMS]
        if rest := matching[MAX_PROBLEMS:]:
            message = f"and {len(rest)} more {noun}{'s' if len(rest) > 1 else ''} from here on"
            left_out.append(replace(rest[0], message=message))
    if not left_out:
        return tuple(problems)
    shown_set = set(shown)
    return (*(problem for problem in problems if problem in shown_set), *left_out)
