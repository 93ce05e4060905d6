"""Files take the place of the files of the build before: each whole, none by half, and nothing that is not ours.

Knows paths and octets, and not what is in them.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ..errors import EventcalError

MANIFEST: Final = ".eventcal-site.json"
"""Lists what a build wrote: nothing else in the folder is ever overwritten or removed."""
_STAGE: Final = ".eventcal-new-"


class FolderError(EventcalError):
    """A folder that a site cannot be written to."""


@dataclass(frozen=True, slots=True)
class Written:
    """How many files there are, and how many of them are new or other ones; how many went."""

    files: int
    new: int
    changed: int
    removed: int

    def __str__(self) -> str:
        counts = [(self.new, "new"), (self.changed, "changed"), (self.removed, "removed")]
        return ", ".join([f"{self.files} files", *(f"{count} {what}" for count, what in counts if count)])


@contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """The folder at *path*, made where there is none, held against a second build. FolderError where it is not ours."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        held = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise FolderError(f"{path}: cannot hold a site: {error.strerror}") from error
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderError(f"{path}: another build is writing there; wait for it") from None
        for left in path.glob(f"{_STAGE}*"):  # by a build that was ended half-way: it had replaced nothing yet
            shutil.rmtree(left)
        stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=path))
        try:
            yield Folder(path, stage)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    except OSError as error:
        raise FolderError(f"{error.filename or path}: cannot be written: {error.strerror}") from error
    finally:
        os.close(held)


class Folder:
    """What is put stands beside until `publish`, so that whatever fails before leaves the site as it was."""

    def __init__(self, path: Path, stage: Path) -> None:
        self.path = path
        self._stage = stage
        self._ours = _manifest(path)
        self._put: dict[str, Path | None] = {}  # None: it stands there already, octet for octet
        if self._ours is None and (strange := _visible(path)):
            raise FolderError(
                f"{path}: not a site that eventcal built, and not empty ({strange} is in it): name an empty folder"
            )

    def put(self, name: str, octets: bytes) -> None:
        """A file of the new site; *name* is its path in the folder, with slashes. The order is that of publishing."""
        if name in self._put:
            raise ValueError(f"{name} is put twice")
        target = self._target(name)
        if _content(target) == octets:
            self._put[name] = None
            return
        staged = self._stage / str(len(self._put))
        staged.write_bytes(octets)
        self._put[name] = staged

    def publish(self) -> Written:
        """Put every file into its place, and remove those of the build before that are no more."""
        before = self._ours or frozenset()
        _refuse_nested(self._put)
        # whose they are is written down first: a build that ends half-way is mended by the next one
        self._list(before | self._put.keys())
        for name in sorted(before - self._put.keys()):
            if any(each.startswith(f"{name}/") for each in self._put):
                self._remove(name)  # a file stands where a folder must
        fresh = changed = 0
        for name, staged in self._put.items():
            if staged is None:
                continue
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh, changed = (fresh, changed + 1) if target.exists() else (fresh + 1, changed)
            os.replace(staged, target)
        removed = sum(map(self._remove, sorted(before - self._put.keys())))
        self._list(self._put)
        return Written(len(self._put), fresh, changed, removed)

    def _target(self, name: str) -> Path:
        if not _is_inside(name):
            raise FolderError(f"{name!r} cannot be a file of a site")
        target = self.path / name
        ours = self._ours or frozenset()
        for parent in _parents(self.path, name):
            if parent.is_symlink() or (
                parent.exists() and not parent.is_dir() and _name(self.path, parent) not in ours
            ):
                raise FolderError(f"{parent} is no folder of the site's: move it away, the site has files below it")
        if target.is_dir() or (os.path.lexists(target) and name not in ours):
            raise FolderError(f"{target} is not of an earlier build: move it away, the site has a file of that name")
        return target

    def _list(self, names: Iterable[str]) -> None:
        text = json.dumps({"eventcal": 1, "files": sorted(names)}, ensure_ascii=False, indent=0) + "\n"
        target = self.path / MANIFEST
        if _content(target) != text.encode():
            staged = self._stage / "manifest"
            staged.write_text(text, encoding="utf-8")
            os.replace(staged, target)

    def _remove(self, name: str) -> bool:
        """Remove a file of the build before, and the folders that it leaves empty; what became a link or folder stays."""
        target = self.path / name
        parents = _parents(self.path, name)
        if any(each.is_symlink() for each in parents) or not target.is_file() or target.is_symlink():
            return False
        target.unlink()
        with suppress(OSError):  # not empty: somebody keeps a file there
            for parent in parents:
                parent.rmdir()
        return True


def _manifest(path: Path) -> frozenset[str] | None:
    """What the build before wrote; None where there was none."""
    try:
        text = (path / MANIFEST).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        names = json.loads(text)["files"]
        if not all(isinstance(each, str) and _is_inside(each) for each in names):
            raise ValueError("a name that leads elsewhere")
    except (ValueError, LookupError, TypeError) as error:
        raise FolderError(f"{path / MANIFEST} is damaged ({error}): build into an empty folder instead") from error
    return frozenset(names)


def _is_inside(name: str) -> bool:
    """Whether *name* is a plain path below its folder, and not one that leads out of it."""
    path = PurePosixPath(name)
    return bool(path.parts) and str(path) == name and not path.is_absolute() and ".." not in path.parts


def _parents(path: Path, name: str) -> list[Path]:
    """The folders between *path* and the file *name* in it, the innermost first."""
    return [path / each for each in PurePosixPath(name).parents][:-1]


def _name(path: Path, target: Path) -> str:
    return target.relative_to(path).as_posix()


def _visible(path: Path) -> str:
    """Something in the folder that a person put there, "" when nothing is; `.git` and its like do not count."""
    return next((each.name for each in sorted(path.iterdir()) if not each.name.startswith(".")), "")


def _content(path: Path) -> bytes | None:
    if path.is_symlink() or not path.is_file():
        return None
    return path.read_bytes()


def _refuse_nested(names: dict[str, Path | None]) -> None:
    for name in names:
        for parent in PurePosixPath(name).parents:
            if str(parent) in names:
                raise FolderError(f"{name} and {parent} cannot both be files: give one of the two tags another name")
