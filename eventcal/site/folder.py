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

MANIFEST_FILENAME: Final = ".eventcal-site.json"
"""Lists what a build wrote: nothing else in the folder is ever overwritten or removed."""
_STAGING_PREFIX: Final = ".eventcal-new-"


class SiteFolderError(EventcalError):
    """A folder that a site cannot be written to."""


@dataclass(frozen=True, slots=True)
class WriteCounts:
    """Counts of all, new, changed and removed files."""

    files: int
    new: int
    changed: int
    removed: int

    def __str__(self) -> str:
        counts = [(self.new, "new"), (self.changed, "changed"), (self.removed, "removed")]
        return ", ".join([f"{self.files} files", *(f"{count} {label}" for count, label in counts if count)])


@contextmanager
def open_folder(path: Path) -> Iterator[SiteFolder]:
    """Holds the folder at *path* against a second build, and makes a missing one. Raises SiteFolderError where it is not ours."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock_fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise SiteFolderError(f"{path}: cannot hold a site: {error.strerror}") from error
    try:
        try:
            fcntl.flock(lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SiteFolderError(f"{path}: another build is writing there; wait for it") from None
        # left by a build that was ended half-way: it had replaced nothing yet
        for stale_stage in path.glob(f"{_STAGING_PREFIX}*"):
            shutil.rmtree(stale_stage)
        stage = Path(tempfile.mkdtemp(prefix=_STAGING_PREFIX, dir=path))
        try:
            yield SiteFolder(path, stage)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
    except OSError as error:
        raise SiteFolderError(f"{error.filename or path}: cannot be written: {error.strerror}") from error
    finally:
        os.close(lock_fd)


class SiteFolder:
    """A site's folder whose new files are staged until `publish`, so that an earlier failure leaves the site unchanged."""

    def __init__(self, path: Path, stage: Path) -> None:
        self.path = path
        self._stage = stage
        self._owned_names = _read_manifest(path)
        self._pending: dict[str, Path | None] = {}  # None: the file is there already with the same bytes
        if self._owned_names is None and (foreign_name := _first_visible_name(path)):
            raise SiteFolderError(
                f"{path}: not a site that eventcal built, and not empty ({foreign_name} is in it): name an empty folder"
            )

    def put(self, name: str, octets: bytes) -> None:
        """Puts a file of the new site; *name* is its path in the folder, with slashes. The order is that of publishing."""
        if name in self._pending:
            raise ValueError(f"{name} is put twice")
        target = self._target(name)
        if _read_content(target) == octets:
            self._pending[name] = None
            return
        staged = self._stage / str(len(self._pending))
        staged.write_bytes(octets)
        self._pending[name] = staged

    def publish(self) -> WriteCounts:
        """Puts every file into its place, and removes those of the build before that are no more."""
        previous_names = self._owned_names or frozenset()
        _refuse_nested(self._pending)
        # whose they are is written down first: a build that ends half-way is mended by the next one
        self._write_manifest(previous_names | self._pending.keys())
        for name in sorted(previous_names - self._pending.keys()):
            if any(pending_name.startswith(f"{name}/") for pending_name in self._pending):
                self._remove(name)  # a file stands where a folder must
        created = changed = 0
        for name, staged in self._pending.items():
            if staged is None:
                continue
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            created, changed = (created, changed + 1) if target.exists() else (created + 1, changed)
            os.replace(staged, target)
        removed = sum(map(self._remove, sorted(previous_names - self._pending.keys())))
        self._write_manifest(self._pending)
        return WriteCounts(len(self._pending), created, changed, removed)

    def _target(self, name: str) -> Path:
        if not _is_inside(name):
            raise SiteFolderError(f"{name!r} cannot be a file of a site")
        target = self.path / name
        owned_names = self._owned_names or frozenset()
        for parent in _parent_folders(self.path, name):
            if parent.is_symlink() or (
                parent.exists() and not parent.is_dir() and parent.relative_to(self.path).as_posix() not in owned_names
            ):
                raise SiteFolderError(f"{parent} is not a folder: move it away, the site has files below it")
        if target.is_dir() or (os.path.lexists(target) and name not in owned_names):
            raise SiteFolderError(
                f"{target} is not of an earlier build: move it away, the site has a file of that name"
            )
        return target

    def _write_manifest(self, names: Iterable[str]) -> None:
        text = json.dumps({"eventcal": 1, "files": sorted(names)}, ensure_ascii=False, indent=0) + "\n"
        target = self.path / MANIFEST_FILENAME
        if _read_content(target) != text.encode():
            staged = self._stage / "manifest"
            staged.write_text(text, encoding="utf-8")
            os.replace(staged, target)

    def _remove(self, name: str) -> bool:
        """Removes a file of the build before, and the folders that it leaves empty; what became a link or folder stays."""
        target = self.path / name
        parents = _parent_folders(self.path, name)
        if any(folder.is_symlink() for folder in parents) or not target.is_file() or target.is_symlink():
            return False
        target.unlink()
        with suppress(OSError):  # not empty: it holds a file that is not ours
            for parent in parents:
                parent.rmdir()
        return True


def _read_manifest(path: Path) -> frozenset[str] | None:
    """Reads the manifest of the previous build; None if there was none."""
    try:
        text = (path / MANIFEST_FILENAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        names = json.loads(text)["files"]
        if not all(isinstance(name, str) and _is_inside(name) for name in names):
            raise ValueError("a name that leads elsewhere")
    except (ValueError, LookupError, TypeError) as error:
        raise SiteFolderError(
            f"{path / MANIFEST_FILENAME} is damaged ({error}): build into an empty folder instead"
        ) from error
    return frozenset(names)


def _is_inside(name: str) -> bool:
    """Tells whether *name* is a plain path below its folder, and not one that leads out of it."""
    path = PurePosixPath(name)
    return bool(path.parts) and str(path) == name and not path.is_absolute() and ".." not in path.parts


def _parent_folders(path: Path, name: str) -> list[Path]:
    """Returns the folders between *path* and the file *name* in it, the innermost first."""
    return [path / parent for parent in PurePosixPath(name).parents][:-1]


def _first_visible_name(path: Path) -> str:
    """Returns something in the folder that a person put there, "" when nothing is; `.git` and its like do not count."""
    return next((entry.name for entry in sorted(path.iterdir()) if not entry.name.startswith(".")), "")


def _read_content(path: Path) -> bytes | None:
    if path.is_symlink() or not path.is_file():
        return None
    return path.read_bytes()


def _refuse_nested(names: dict[str, Path | None]) -> None:
    for name in names:
        for parent in PurePosixPath(name).parents:
            if str(parent) in names:
                raise SiteFolderError(
                    f"{name} and {parent} cannot both be files: give one of the two tags another name"
                )
