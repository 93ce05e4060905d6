"""Reads the registry as git has it at a revision."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from dataclasses import replace
from pathlib import Path

from ..errors import EventcalError
from .load import Registry, read


def read_revision(path: Path, revision: str) -> Registry:
    """Returns the registry at *path*, with the files that it includes, as git has them at *revision*.

    Raises EventcalError where git, the revision or the file in it is missing.
    """
    folder = path.resolve().parent
    try:
        # the pathspec keeps it to this folder, and a revision that looks like an option is none
        archive_bytes = subprocess.run(
            ["git", "-C", str(folder), "archive", "--format=tar", "--end-of-options", revision, "."],
            capture_output=True,
            check=True,
        ).stdout
    except FileNotFoundError:
        raise EventcalError("git is not installed, and this command needs it") from None
    except subprocess.CalledProcessError as error:
        raise EventcalError(_explain_failure(error.stderr.decode(errors="replace"), revision, folder)) from None
    with tempfile.TemporaryDirectory() as checkout:
        with tarfile.open(fileobj=io.BytesIO(archive_bytes)) as archive:
            # no argument: Python 3.11.2, that of Debian 12, does not know it
            archive.extraction_filter = _leave_out_unsafe
            archive.extractall(checkout)
        if not (Path(checkout) / path.name).is_file():
            raise EventcalError(f"'{revision}' has no {path.name} in {folder}")
        registry = read(Path(checkout) / path.name)
    # named as git names a file of a revision: the folder is gone when somebody reads of it
    problems = (
        replace(problem, file=f"{revision}:{Path(problem.file).relative_to(checkout)}") for problem in registry.problems
    )
    return replace(registry, problems=tuple(problems))


def _leave_out_unsafe(member: tarfile.TarInfo, folder: str) -> tarfile.TarInfo | None:
    """Returns *member* as it is safe to write below *folder*; None for what leads out of it, such as a link to an absolute path."""
    try:
        return tarfile.data_filter(member, folder)
    except tarfile.FilterError:
        return None


def _explain_failure(output: str, revision: str, folder: Path) -> str:
    if "not a git repository" in output:
        return f"{folder} is not in a git repository, so there is no earlier version to compare with"
    if "not a valid object name" in output:
        return f"git knows no revision '{revision}' of {folder}; `git log --oneline` lists those there are"
    lines = output.strip().splitlines()
    return f"git cannot read '{revision}' of {folder}: {lines[-1] if lines else 'no reason given'}"
