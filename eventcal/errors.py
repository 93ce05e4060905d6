"""Errors that a person can fix, and the problem with its place in a file. Imports no other module of the package."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong at one place of a file: what, and what to do about it.

    *line* and *column* count from 1. A *warning* does not stop an edition.
    """

    file: str
    line: int
    column: int
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {'warning: ' if self.warning else ''}{self.message}"


class EventcalError(Exception):
    """Anything that the person who runs eventcal can mend. Its text says what is wrong and what to do."""

    exit_code = 1


class GrammarError(EventcalError, ValueError):
    """A text that is not a date, a lead, a rule or a filter; the message names the right form."""

    exit_code = 2


class RegistryError(EventcalError):
    """The registry cannot become an edition; carries every problem found."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ChangeError(RegistryError):
    """A change that would bring problems into the registry; nothing was written.

    Those of *own* are about what was to be written, so they name no place: no file has it.
    """

    def __init__(self, problems: Sequence[Problem], own: Collection[Problem]) -> None:
        super().__init__(problems)
        self.args = ("\n".join(problem.message if problem in own else str(problem) for problem in problems),)


class SettingsError(EventcalError):
    """A setting in the environment or in eventcal.toml that cannot be used."""

    exit_code = 2


class StoreError(EventcalError):
    """The database cannot be used as it is: locked by another process, of another calendar, of a newer schema."""


class StoreBusy(StoreError):
    """The database cannot be used just now (locked, disk full, no answer); trying again later could help."""


class StoreReplaced(StoreError):
    """The database is another one than this process began with; what it has in memory is of that, so only a restart helps."""

    exit_code = 75  # EX_TEMPFAIL


def shorten(text: object) -> str:
    """Returns *text* as a message can quote it: its first 60 characters."""
    whole = str(text)
    return whole if len(whole) <= 60 else f"{whole[:57]}..."
