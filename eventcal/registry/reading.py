"""`events.yaml`, with the files that it includes, becomes a Registry: the calendar, its events, and every problem with its place.

Reads no clock and keeps nothing but a memory of the entries read last, so that an edit costs one entry and not all.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import Problem
from ..events import Calendar, Event, Source
from .entries import Surroundings, event_of
from .files import Refused, Signature, decode, included, load
from .files import digest as digest_of
from .files import signature as on_disk
from .findings import frame_faults
from .heads import Head, calendar_of, defaults_of, head_of, sources_table
from .nodes import Document, Fault, Malformed, Parsed, Slice, read_yaml, slices, whole

_MEMORIES = 4  # registries whose entries are remembered

# For each main file, what its entries became when it was last read: by what surrounded them, and by their text.
_memory: dict[Path, dict[tuple[str, str], Event]] = {}


@dataclass(frozen=True, slots=True)
class Registry:
    """What was read. Any problem that is no warning keeps it from becoming an edition; *events* are those without one.

    *digest* is a hash over the bytes of all *files* ("" when none could be read), *signature* how they lay on the disk
    just before they were read, and *patterns* the registry's `include`.
    """

    calendar: Calendar | None
    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    digest: str
    files: tuple[Path, ...]
    path: Path = Path()
    patterns: tuple[str, ...] = ()
    signature: Signature = ()


def read(path: Path, instead: Mapping[str, bytes] | None = None) -> Registry:
    """The registry at *path*. Never raises for what a person wrote: whatever is wrong is among the problems.

    *instead* holds bytes to be taken in place of a file's, by its name below the folder: an edit that is to be tried.
    """
    path = Path(path)
    pieces: set[str] = set()
    with _without_collector():
        while True:
            try:
                return _Reading(path, instead or {}, frozenset(pieces)).registry()
            except _Unsliceable as error:
                pieces.add(error.name)


def signature(of: Registry | Path) -> Signature:
    """How the files of a registry lie on the disk now: compared with `Registry.signature`, a cheap look for a saved file."""
    return on_disk(of.path, of.patterns) if isinstance(of, Registry) else on_disk(Path(of), ())


@contextmanager
def _without_collector() -> Iterator[None]:
    """Without the cyclic collector, which would walk all that grows here again and again, and find nothing."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class _Unsliceable(Exception):
    """A file whose entries cannot be read one by one; it has to be read in one piece."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is YAML: its name below the folder, its document, and what of its frame can be used."""

    name: str
    document: Document
    head: Head
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class _Holder:
    """Who has an id: the entry, and where in it."""

    file: _File
    entry: Slice | Parsed
    path: tuple[str | int, ...]


class _Reading:
    """One attempt at a registry."""

    def __init__(self, path: Path, instead: Mapping[str, bytes], pieces: frozenset[str]) -> None:
        self.path, self.folder, self.instead, self.pieces = path, path.parent, instead, pieces
        self.read: list[tuple[str, bytes]] = []
        self.names: list[str] = [path.name]
        self.problems: list[Problem] = []
        self.holders: dict[str, _Holder] = {}
        self.memory = _memory.get(path.absolute(), {})
        self.kept: dict[tuple[str, str], Event] = {}

    def registry(self) -> Registry:
        # Looked at before it is read: what is written meanwhile is new the next time.
        before = on_disk(self.path, ())
        main = self.open(self.path.name, main=True)
        if main is None:
            return self.result(None, (), (), before)
        patterns = tuple(each for _, each in main.head.include)
        before += on_disk(self.path, patterns)[1:]
        found = [self.open(name, main=False) for name in self.include(main)]
        if None in found:
            # Without one of the files the others would be blamed for what it was to give them.
            return self.result(None, (), patterns, before)
        opened = [main, *(each for each in found if each is not None)]
        calendar, around = calendar_of(main.head.calendar, main.faults)
        known = self.sources(opened)
        over_all = defaults_of(main.head.defaults, known, main.faults).over(around, known)
        events: list[Event] = []
        for each in opened:
            own = (
                over_all if each is main else defaults_of(each.head.defaults, known, each.faults).over(over_all, known)
            )
            events.extend(self.events(each, own))
        _remember(self.path.absolute(), self.kept)
        return self.result(calendar, tuple(events), patterns, before, opened)

    def result(
        self,
        calendar: Calendar | None,
        events: tuple[Event, ...],
        patterns: tuple[str, ...],
        before: Signature,
        opened: Iterable[_File] = (),
    ) -> Registry:
        for each in opened:
            self.report(each.name, each.document.frame, each.faults)
        order = {self.shown(name): number for number, name in enumerate(self.names)}
        found = sorted(set(self.problems), key=lambda each: (order[each.file], each))
        paths = tuple(self.folder / name for name in self.names)
        # The main file may be called anything.
        digest = digest_of([("" if name == self.path.name else name, data) for name, data in self.read])
        return Registry(calendar, events, tuple(found), digest, paths, self.path, patterns, before)

    def shown(self, name: str) -> str:
        """A file's name as the person typed it who named the main file."""
        return str(self.path) if name == self.path.name else str(self.folder / name)

    def problem(self, name: str, line: int, column: int, message: str) -> None:
        """A problem at a place counted from 0."""
        self.problems.append(Problem(self.shown(name), line + 1, column + 1, message))

    def report(self, name: str, parsed: Parsed, faults: Iterable[Fault]) -> None:
        for each in faults:
            self.problems.append(Problem(self.shown(name), *parsed.place(each), each.message, each.warning))

    def open(self, name: str, main: bool) -> _File | None:
        """The file, or None with problems when nothing in it can be read."""
        try:
            data = self.instead[name] if name in self.instead else load(self.folder / name)
            self.read.append((name, data))
            text, spots, doubtful = decode(data)
            for spot in spots:
                self.problem(name, *spot)
            if doubtful:
                return None
            document = self.document(name, text)
        except (Refused, Malformed) as refused:
            self.problem(name, refused.line, refused.column, refused.message)
            return None
        frame = document.frame.value
        if frame == "":
            self.problem(
                name, 0, 0, "the file is empty" + (": begin with version: 1, calendar: and events:" if main else "")
            )
            return None
        faults = list(document.frame.faults)
        broken = frozenset(each.path[0] for each in faults if each.path)
        faults += [
            each
            for each in frame_faults(frame, "registry" if main else "included")
            if not each.path or each.path[0] not in broken
        ]
        if (
            main
            and isinstance(frame, dict)
            and not frame.keys() & {"events", "include"}
            and not any(each.path == () for each in faults)
        ):
            faults.append(Fault((), "'events' is missing: write a list of events, or events: [] for none"))
        return _File(name, document, head_of(frame if isinstance(frame, dict) else {}, faults, broken), faults)

    def document(self, name: str, text: str) -> Document:
        proposal = None if name in self.pieces else slices(text)
        if proposal is not None:
            try:
                frame = read_yaml(proposal[0])
            except Malformed:
                return whole(text)
            if isinstance(frame.value, dict) and frame.value.get("events") == "":
                frame.value["events"] = []
                return Document(frame, proposal[1])
        return whole(text)

    def include(self, main: _File) -> list[str]:
        """The names of the included files, in the order of the patterns."""
        for number, pattern in main.head.include:
            names, wrong = included(self.folder, pattern)
            names = [each for each in names if each != self.path.name]
            if wrong or not names:
                main.faults.append(Fault(("include", number), wrong or f"'{pattern}' matches no file"))
            self.names += [each for each in names if each not in self.names]
        return self.names[1:]

    def sources(self, opened: Iterable[_File]) -> dict[str, Source]:
        """The sources of all files. A key given twice is a problem where it is given again."""
        known: dict[str, Source] = {}
        first: dict[str, _File] = {}
        for each in opened:
            for key, source in sources_table(each.head, each.faults).items():
                if key in known:
                    line, _ = first[key].document.frame.place(Fault(("sources", key), "", at_key=True))
                    where = f"line {line}" if first[key] is each else f"{self.shown(first[key].name)}:{line}"
                    each.faults.append(
                        Fault(("sources", key), f"the source '{key}' is given twice (first in {where})", at_key=True)
                    )
                else:
                    known[key], first[key] = source, each
        return known

    def events(self, file: _File, around: Surroundings) -> Iterator[Event]:
        """The events of one file that have no problem."""
        context = repr(around)
        for entry in file.document.entries or ():
            key = (context, entry.text) if isinstance(entry, Slice) else None
            event = self.memory.get(key) if key is not None else None
            names: Iterable[tuple[tuple[str | int, ...], object]]
            if event is not None:
                names = _names(event.id, event.formerly)
            else:
                try:
                    parsed = entry if isinstance(entry, Parsed) else entry.parsed()
                except Malformed:
                    raise _Unsliceable(file.name) from None
                broken = frozenset(each.path[0] if each.path else "" for each in parsed.faults)
                event, faults = event_of(parsed.value, around, broken)
                self.report(file.name, parsed, (*parsed.faults, *faults))
                names = (
                    _names(parsed.value.get("id"), parsed.value.get("formerly"))
                    if isinstance(parsed.value, dict)
                    else ()
                )
                if faults or parsed.faults:
                    key = None
            if self.claim(file, entry, names) and event is not None:
                if key is not None:
                    self.kept[key] = event
                yield event

    def claim(self, file: _File, entry: Slice | Parsed, names: Iterable[tuple[tuple[str | int, ...], object]]) -> bool:
        """Whether nobody else has these ids; a problem for each that is taken."""
        free = True
        for path, name in names:
            if not isinstance(name, str) or not name:
                continue
            holder = self.holders.setdefault(name, _Holder(file, entry, path))
            if holder.entry is entry:
                continue
            free = False
            line, _ = _parsed(holder.entry).place(Fault(holder.path, ""))
            where = f"on line {line}" if holder.file is file else f"in {self.shown(holder.file.name)}:{line}"
            what = "is an event's id already" if holder.path == ("id",) else "was an event's id before"
            parsed = _parsed(entry)
            self.report(file.name, parsed, [Fault(path, f"'{name}' {what} ({where}): every id is used once, for ever")])
        return free


def _remember(path: Path, entries: dict[tuple[str, str], Event]) -> None:
    _memory.pop(path, None)
    while len(_memory) >= _MEMORIES:
        _memory.pop(next(iter(_memory)), None)
    _memory[path] = entries


def _parsed(entry: Slice | Parsed) -> Parsed:
    return entry.parsed() if isinstance(entry, Slice) else entry


def _names(name: object, formerly: object) -> list[tuple[tuple[str | int, ...], object]]:
    """All ids of an entry, with their paths."""
    before = formerly if isinstance(formerly, list | tuple) else ()
    return [(("id",), name), *((("formerly", number), each) for number, each in enumerate(before))]
