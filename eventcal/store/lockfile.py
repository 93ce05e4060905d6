"""A file beside a store is its lock for life: the kernel lets go of it when the process ends, however it ends."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from ..errors import StoreError

FOLDER = ".eventcal"


def make_folder(folder: Path) -> None:
    """Makes *folder* for its owner only; one that carries our name keeps itself out of git. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if folder.name == FOLDER and not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


@contextmanager
def lock(store_file: Path, purpose: str) -> Iterator[None]:
    """Holds the store in *store_file* for *purpose* while the block lasts. Raises StoreError: who has it, doing what, since when.

    The lock is beside the file and not beside a registry: two registries may name one store. Its file stays: removing it
    would let two hold the lock.
    """
    file = store_file.resolve()
    path = file.with_name("lock" if file.parent.name == FOLDER else f"{file.name}.lock")
    try:
        make_folder(path.parent)
        # Not inherited by the processes that we start: an orphan among them must not keep the lock.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(f"cannot open the lock {path}: {error.strerror}; check who owns it and its folder") from error
    with os.fdopen(descriptor):  # closed at the end
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = _describe_holder(descriptor)
            raise StoreError(f"{path} is held by {holder}; stop it first, or give this one another store") from None
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "command": purpose}).encode(), 0)
        except OSError as error:
            raise StoreError(f"cannot write the lock {path}: {error.strerror}; make room on its disk") from error
        yield


def _describe_holder(descriptor: int) -> str:
    """Says who wrote the file that *descriptor* reads; the file's own time says since when."""
    since = datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC)
    try:
        content = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {content['pid']} ({content['command']}), since {since:%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, KeyError, TypeError):
        return "another process, which took it just now"
