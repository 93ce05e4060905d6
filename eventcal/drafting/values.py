"""Entries to be reviewed, and dates that became none."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..errors import EventcalError


class DraftError(EventcalError):
    """A text or an answer that cannot be used; the message says why."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be reviewed. *notes* say what was guessed, *quote* are the words of the source, *near* those about it."""

    title: str
    when: str
    quote: str
    language: str
    place: str = ""
    repeat: str = ""
    zone: str = ""
    notes: tuple[str, ...] = ()
    near: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A date of the text that became no entry, and why."""

    text: str
    reason: str
