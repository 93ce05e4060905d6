"""A file beside a store is its lock for life: the kernel lets go of it when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from ..errors import StoreError

FOLDER = ".eventcal"


def make_folder(folder: Path) -> None:
    """Makes *folder* for its owner only; one that carries our name keeps itself out of git. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if folder.name == FOLDER and not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


class Lock:
    """Held until `release`, or until the process is gone. Its file stays: removing it would let two hold it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Lets go of the lock."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Lock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def lock(store_file: Path, purpose: str) -> Lock:
    """Takes the store in *store_file* for *purpose*. Raises StoreError: who has it, doing what, since when.

    The lock is beside the file and not beside a registry: two registries may name one store.
    """
    file = store_file.resolve()
    path = file.with_name("lock" if file.parent.name == FOLDER else f"{file.name}.lock")
    try:
        make_folder(path.parent)
        # Not inherited by the processes that we start: an orphan among them must not keep the lock.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"cannot open the lock {path}: {error.strerror}; check who owns it and its folder") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _describe_holder(descriptor)
        os.close(descriptor)
        raise StoreError(f"{path} is held by {holder}; stop it first, or give this one another store") from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "command": purpose}).encode(), 0)
    except OSError as error:
        os.close(descriptor)
        raise StoreError(f"cannot write the lock {path}: {error.strerror}; make room on its disk") from error
    return Lock(path, descriptor)


def _describe_holder(descriptor: int) -> str:
    """Says who wrote the file that *descriptor* reads; the file's own time says since when."""
    since = datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC)
    try:
        content = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {content['pid']} ({content['command']}), since {since:%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, KeyError, TypeError):
        return "another process, which took it just now"
